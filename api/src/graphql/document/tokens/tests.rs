use super::super::translate;
use super::*;
use apollo_compiler::ast;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Value};
use std::convert::Infallible;

#[test]
fn names_numbers_strings_and_punctuators_count_one_each() {
    let counts = [
        ("", 0),
        (" \t\r\n,,", 0),
        ("# { a b c \"\n# d", 0),
        ("{ me { id email } }", 7),
        ("{me{id,email}}#{", 7),
        ("query Q($id: ID! = 20) { a: b(c: $id) @d { e } }", 27),
        ("truth nullable", 2),
        ("[1 0 10 007]", 8),
        ("-1.5e10", 4),
        ("{ ...F }", 6),
        (r#""a { b \" c" "" d"#, 3),
        (r#""""a " "" \""" b""" c"#, 2),
    ];
    for (text, count) in counts {
        assert_eq!(tokens(text).count, count, "{text}");
    }
}

#[test]
fn malformed_strings_hide_no_tokens() {
    assert_eq!(tokens("a \"b c\nd").count, 5);
    for malformed in
        ["\"a\n", "\"\\x", "\"\\u1\\\"", "\"\\u{}", "\"\\u{1", "\"\\", "\"\"\"a", "\"\"\"a\\\"\"\"", "\"a\n\""]
    {
        let hidden = tokens(&format!("{{ {malformed}[[]] \"[[]] \"[["));
        assert!(hidden.count >= 11 && hidden.depth >= 7, "{malformed}: {hidden:?}");
    }
    for sound in ["\"a\"", "\"\\\"[\"", "\"\\u0041[\"", "\"\\u{41}[\"", "\"\"\"\n\" [ \\\"\"\" \"\"\"", "\"\""] {
        assert_eq!(tokens(&format!("{{{sound}")), Tokens { count: 2, depth: 1 }, "{sound}");
    }
}

#[test]
fn long_texts_take_one_pass() {
    for piece in ["\"\"\"", "\\\"\"\"", "\"", "\"\\", "true", "#", "# \n", "\u{feff}"] {
        let text = piece.repeat(100_000);
        assert!(tokens(&text).count <= text.len());
    }
}

#[test]
fn brackets_count_while_they_are_open() {
    for (text, depth) in [("", 0), ("a", 0), ("{a}{b(c:[1])}", 3), ("]]]{", 1), ("\"[[[\" # {{{\n(", 1), ("{ [ (", 3)] {
        assert_eq!(tokens(text).depth, depth, "{text}");
    }
}

/// Numbers that look random and are the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).expect("a small number")
    }

    fn pieces(&mut self, pieces: &[&str]) -> String {
        (0..=self.roll(12)).map(|_| pieces[self.roll(pieces.len())]).collect()
    }
}

/// A lower bound of the tokens that the parser read.
fn read(document: &ExecutableDocument) -> usize {
    let operations: usize = match &document.operations {
        DocumentOperations::Single(operation) => within(&operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => operations
            .values()
            .map(|operation| {
                2 + 3 * operation.node.variable_definitions.len() + within(&operation.node.selection_set.node)
            })
            .sum(),
    };
    let fragments = document.fragments.values().map(|fragment| 4 + within(&fragment.node.selection_set.node));
    operations + fragments.sum::<usize>()
}

fn within(set: &SelectionSet) -> usize {
    let selected = set.items.iter().map(|selection| match &selection.node {
        Selection::Field(field) => of_field(&field.node),
        Selection::InlineFragment(inner) => 1 + within(&inner.node.selection_set.node),
        Selection::FragmentSpread(_) => 2,
    });
    selected.sum::<usize>() + if set.items.is_empty() { 0 } else { 2 }
}

fn of_field(field: &Field) -> usize {
    let alias = if field.alias.is_some() { 2 } else { 0 };
    let arguments = field.arguments.iter().map(|(_, value)| {
        let Ok(value) = value.node.clone().into_const_with(|_: Name| Ok::<_, Infallible>(Value::Null));
        2 + of_value(&value)
    });
    alias + 1 + arguments.sum::<usize>() + field.directives.len() * 2 + within(&field.selection_set.node)
}

fn of_value(value: &Value) -> usize {
    match value {
        Value::List(items) => 2 + items.iter().map(of_value).sum::<usize>(),
        Value::Object(fields) => 2 + fields.values().map(|value| 2 + of_value(value)).sum::<usize>(),
        _ => 1,
    }
}

#[test]
fn the_parser_never_reads_more_tokens_than_were_counted() {
    let values = [
        "true", "false", "null", "0", "1", "-", ".", "e", "7", "a", "_", "$", "\"", "\"\"", "\"\"\"", "\\", " ", "\n",
        "[", "]", "{", "}", ":", "#", "é", "\u{feff}", "x:", "$v", "\\\"", "\\\"\"\"",
    ];
    let selections = [
        "a",
        "b:",
        "{",
        "}",
        "...",
        "F",
        "on",
        " ",
        "\n",
        "#",
        ",",
        "@",
        "(x:1)",
        "fragment",
        "query",
        "(",
        ")",
        "{a}",
        "...F",
        "... on T{",
        "@d",
        "a{b",
        "0",
        "\"",
    ];
    let mut dice = Dice(0x5eed);
    let mut understood = 0;
    for _ in 0..20_000 {
        let text = match dice.roll(3) {
            0 => format!("{{a(b:[{}])}}", dice.pieces(&values)),
            1 => format!("{{{}}}", dice.pieces(&selections)),
            _ => format!("{}{{a}}{}", dice.pieces(&selections), dice.pieces(&selections)),
        };
        let Ok(document) = ast::Document::parse(&*text, "document") else { continue };
        let document = translate::executable(&document, &text);
        understood += 1;
        let (read, counted) = (read(&document), tokens(&text).count);
        assert!(read <= counted, "{read} tokens were read and {counted} counted: {text:?}");
    }
    assert!(understood > 500, "only {understood} texts could be read");
}
