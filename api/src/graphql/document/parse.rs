//! Parsing of documents.

use super::super::error::ErrorCode;
use super::grammar;
use super::limits::{DocumentLimits, request_error, too_complex};
use super::positions::Positions;
use super::tokens::tokens;
use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport as _;
use apollo_compiler::parser::Parser;
use async_graphql::ServerError;

/// Parses a document within the limits. Error messages quote at most one character of the document.
///
/// # Errors
/// `GRAPHQL_PARSE_FAILED` or `OPERATION_TOO_COMPLEX`.
pub(super) fn parse(source: &str, limits: &DocumentLimits) -> Result<ast::Document, ServerError> {
    if source.len() > limits.bytes {
        return Err(too_complex(limits.bytes, "bytes", None));
    }
    let tokens = tokens(source);
    if tokens.count > limits.tokens {
        return Err(too_complex(limits.tokens, "tokens", None));
    }
    if tokens.depth > limits.brackets {
        return Err(too_complex(limits.brackets, "levels of brackets", None));
    }
    let document = Parser::new().parse_ast(grammar::readable(source), "document").map_err(|with_errors| {
        // Those that follow are consequences of the first one.
        let first = with_errors.errors.iter().next();
        let message = first.as_ref().map(|error| error.to_json().message).unwrap_or_default();
        let offset = first.and_then(|error| error.error.location()).map_or(0, |location| location.offset());
        syntax_error(source, offset, &in_words(&message))
    })?;
    if let Some(offset) = grammar::unfinished(source) {
        return Err(syntax_error(source, offset, "expected `:` and a value"));
    }
    if document.definitions.len() > limits.definitions {
        return Err(too_complex(limits.definitions, "operations and fragments", None));
    }
    Ok(document)
}

fn syntax_error(source: &str, offset: usize, message: &str) -> ServerError {
    let error = request_error(ErrorCode::ParseFailed, format!("the document cannot be parsed: {message}"));
    ServerError { locations: vec![Positions::new(source).at(offset)], ..error }
}

/// Terms of the parser with their words.
const TERMS: [(&str, &str); 19] = [
    ("a StringValue, Name or OperationDefinition", "an operation or a fragment"),
    ("an Operation Type or a Selection Set", "an operation or a fragment"),
    ("Unexpected <EOF>.", "expected an operation or a fragment"),
    ("at least one Selection in Selection Set", "a field"),
    ("a Name in Type Condition", "the name of a type"),
    ("a Variable Definition", "a variable"),
    ("a Selection Set", "`{`"),
    ("Selection Set", "`{`"),
    ("an Inline Fragment or a Fragment Spread", "the name of a fragment or `on`"),
    ("Fragment Name cannot be 'on'", "a fragment cannot be named `on`"),
    ("an Argument", "an argument"),
    ("a valid Value", "a value"),
    ("a Name", "a name"),
    ("a Type", "a type"),
    ("R_CURLY", "`}`"),
    ("R_PAREN", "`)`"),
    ("R_BRACK", "`]`"),
    ("unexpected end of data while lexing string value", "unterminated string"),
    ("unterminated string value", "unterminated string"),
];

/// The message of the parser without its terms.
fn in_words(message: &str) -> String {
    let message = message.strip_prefix("syntax error: ").unwrap_or(message);
    // What was found instead may be long, or a secret.
    let message = message.split(", got ").next().unwrap_or_default();
    let replaced = TERMS.iter().find_map(|(term, words)| {
        let at = message.find(term)?;
        Some(format!("{}{words}", message.get(..at).unwrap_or_default()))
    });
    let message = replaced.unwrap_or_else(|| message.to_owned());
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    let message: String = first.into_iter().chain(characters).collect();
    message.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::Pos;

    #[test]
    fn a_syntax_error_does_not_quote_the_document() {
        let text = format!("{{ me {{ secretword{} }}", "x".repeat(40_000));
        let error = parse(&text, &DocumentLimits::default()).expect_err("no closing brace");
        assert!(error.message.len() < 200 && !error.message.contains("secretword"), "{}", error.message);
        assert_eq!(error.locations.len(), 1);
    }

    #[test]
    fn a_syntax_error_is_said_in_words_and_has_its_place() {
        let errors = [
            ("", "expected an operation or a fragment", 1),
            ("}", "expected an operation or a fragment", 1),
            ("{ me { id ", "expected `}`", 11),
            ("{", "expected a field", 2),
            ("{ me{} }", "expected a field", 6),
            ("{ me { id } } }", "expected an operation or a fragment", 15),
            ("{ a(b: \"secret", "unterminated string", 8),
            ("{ a(b: \"\"\" }", "unterminated string", 8),
            ("{ a(b: 01) }", "numbers must not have non-significant leading zeroes", 8),
            ("{ a(b: \"\\uD83D\") }", "unpaired surrogate in unicode escape sequence", 8),
            ("{ ...f } fragment on on Query { a }", "a fragment cannot be named `on`", 19),
            ("query () { a }", "expected a variable", 8),
            ("{ a(b) }", "expected `:` and a value", 5),
            ("{ a } %", "unexpected character \"%\"", 7),
        ];
        for (text, message, column) in errors {
            let error = parse(text, &DocumentLimits::default()).expect_err("a syntax error");
            assert_eq!(error.message, format!("the document cannot be parsed: {message}"), "{text}");
            assert_eq!(error.locations, [Pos { line: 1, column }], "{text}");
        }
    }

    #[test]
    fn a_long_document_is_rejected_before_parsing() {
        let text = format!("{{ {} }}", "a ".repeat(64 * 1024));
        let error = parse(&text, &DocumentLimits::default()).expect_err("too long");
        assert_eq!(error.message, "the document is too complex: at most 65536 bytes");
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        for (open, close) in [("{a", "}"), ("{a(b:[", "])}"), ("{a(b:{c:", "})}")] {
            let text = format!("{}{}", open.repeat(5_000), close.repeat(5_000));
            assert!(parse(&text, &DocumentLimits::default()).is_err());
        }
    }

    #[test]
    fn the_depth_of_brackets_is_limited() {
        let limits = DocumentLimits::default();
        let lists = |depth: usize| format!("{{a(b:{}{})}}", "[".repeat(depth - 2), "]".repeat(depth - 2));
        let objects = |depth: usize| format!("{{a(b:{}1{})}}", "{c:".repeat(depth - 2), "}".repeat(depth - 2));
        for nested in [lists, objects] {
            parse(&nested(limits.brackets), &limits).expect("within the limit");
            for depth in [limits.brackets + 1, 500, 1_000, 1_900] {
                let error = parse(&nested(depth), &limits).expect_err("too deep");
                let expected = "the document is too complex: at most 64 levels of brackets";
                assert_eq!(error.message, expected, "{depth}");
            }
        }
    }
}
