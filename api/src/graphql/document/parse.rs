//! From text to a document, once.

use super::super::error::Code;
use super::limits::{DocumentLimits, request_error, too_complex};
use super::tokens::tokens;
use async_graphql::ServerError;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::parser::{Error, parse_query};

/// Reads a document that is not too long. What is wrong with it is told without repeating it.
///
/// # Errors
/// `GRAPHQL_PARSE_FAILED` or `OPERATION_TOO_COMPLEX`.
pub(super) fn parse(text: &str, limits: &DocumentLimits) -> Result<ExecutableDocument, ServerError> {
    if text.len() > limits.bytes {
        return Err(too_complex(limits.bytes, "bytes of text", None));
    }
    let tokens = tokens(text);
    if tokens.count > limits.tokens {
        return Err(too_complex(limits.tokens, "names, numbers, texts and signs", None));
    }
    if tokens.depth > limits.brackets {
        return Err(too_complex(limits.brackets, "brackets within each other", None));
    }
    parse_query(text).map_err(|error| {
        let message = match &error {
            Error::Syntax { message, .. } => expectation(message),
            // These repeat at most a name.
            Error::MultipleOperations { .. }
            | Error::OperationDuplicated { .. }
            | Error::FragmentDuplicated { .. }
            | Error::MissingOperation => error.to_string(),
            _ => "the document cannot be read".to_owned(),
        };
        let locations = error.positions().collect();
        ServerError { locations, ..request_error(Code::ParseFailed, message) }
    })
}

/// The last line of the parser's message, `= expected …`; the lines before repeat the document.
fn expectation(message: &str) -> String {
    let expected = message.lines().rev().find_map(|line| line.trim_start().strip_prefix("= "));
    match expected.filter(|expected| expected.starts_with("expected")) {
        Some(expected) => format!("the document cannot be read: {expected}"),
        None => "the document cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_cannot_be_read_is_not_repeated() {
        let text = format!("{{ me {{ secretword{} }}", "x".repeat(40_000));
        let error = parse(&text, &DocumentLimits::default()).expect_err("no closing brace");
        assert!(error.message.len() < 200 && !error.message.contains("secretword"), "{}", error.message);
        assert_eq!(error.locations.len(), 1);
    }

    #[test]
    fn a_long_document_is_not_even_read() {
        let text = format!("{{ {} }}", "a ".repeat(64 * 1024));
        let error = parse(&text, &DocumentLimits::default()).expect_err("too long");
        assert_eq!(error.message, "the document asks for too much: at most 65536 bytes of text");
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        for (open, close) in [("{a", "}"), ("{a(b:[", "])}"), ("{a(b:{c:", "})}")] {
            let text = format!("{}{}", open.repeat(5_000), close.repeat(5_000));
            assert!(parse(&text, &DocumentLimits::default()).is_err());
        }
    }

    #[test]
    fn brackets_nest_so_deep_and_no_deeper() {
        let limits = DocumentLimits::default();
        let lists = |depth: usize| format!("{{a(b:{}{})}}", "[".repeat(depth - 2), "]".repeat(depth - 2));
        let objects = |depth: usize| format!("{{a(b:{}1{})}}", "{c:".repeat(depth - 2), "}".repeat(depth - 2));
        for nested in [lists, objects] {
            parse(&nested(limits.brackets), &limits).expect("within the limit");
            // Between these the parser goes on until its stack ends.
            for depth in [limits.brackets + 1, 500, 1_000, 1_900] {
                let error = parse(&nested(depth), &limits).expect_err("too deep");
                let expected = "the document asks for too much: at most 64 brackets within each other";
                assert_eq!(error.message, expected, "{depth}");
            }
        }
    }
}
