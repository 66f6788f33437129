//! Where apollo-compiler's parser differs from the specification (September 2025): it passes over an argument or a field
//! of an input object without a colon and a value; it refuses descriptions of operations, fragments and variables, and
//! commas between an alias and its colon or behind `...`.

use super::tokens::{Token, read};

/// What a bracket encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// A selection set.
    Selections,
    /// Arguments, or definitions of variables.
    Parentheses,
    /// A list value, or a list type.
    List,
    /// An input object.
    Object,
}

/// A token with its neighbours, in an enclosing bracket; `None` for those of the document itself.
struct Place<'a> {
    before: Option<&'a Token<'a>>,
    token: &'a Token<'a>,
    behind: Option<&'a Token<'a>>,
    within: Option<Within>,
}

impl Place<'_> {
    fn is_behind(&self, characters: &[u8]) -> bool {
        self.before.is_some_and(|before| characters.contains(&before.first()))
    }

    fn is_before(&self, character: u8) -> bool {
        self.behind.is_some_and(|behind| behind.first() == character)
    }

    /// Whether it is the name of an argument or of a field of an input object, without a colon.
    fn is_unfinished(&self) -> bool {
        let is_pair = matches!(self.within, Some(Within::Parentheses | Within::Object));
        // Values, variables, default values, directives and types have one of these before them.
        is_pair && self.token.is_name() && !self.is_behind(b":$=@") && !self.is_before(b':')
    }

    /// Whether it is a description of an operation, a fragment or a variable.
    fn is_description(&self) -> bool {
        let defines =
            |token: &Token<'_>| [&b"query"[..], b"mutation", b"subscription", b"fragment"].contains(&token.text);
        self.token.first() == b'"'
            && match self.within {
                None => (self.before.is_none() || self.is_behind(b"}")) && self.behind.is_some_and(defines),
                Some(Within::Parentheses) => !self.is_behind(b":=") && self.is_before(b'$'),
                _ => false,
            }
    }
}

/// The first token for which `holds`.
fn find<'a>(tokens: &'a [Token<'a>], mut holds: impl FnMut(&Place<'_>) -> bool) -> Option<&'a Token<'a>> {
    let mut open: Vec<Within> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let within = open.last().copied();
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if holds(&Place { before, token, behind: tokens.get(at + 1), within }) {
            return Some(token);
        }
        match token.first() {
            b'(' => open.push(Within::Parentheses),
            b'[' => open.push(Within::List),
            b'{' if matches!(within, None | Some(Within::Selections)) => open.push(Within::Selections),
            b'{' => open.push(Within::Object),
            b')' | b']' | b'}' => drop(open.pop()),
            _ => {}
        }
    }
    None
}

/// The offset of an argument or a field of an input object without a value, in a text that was parsed.
pub(super) fn unfinished(source: &str) -> Option<usize> {
    find(&read(source), |place| place.is_unfinished()).map(|token| token.offset)
}

/// The source text for the parser: spaces stand for descriptions and commas.
pub(super) fn readable(source: &str) -> String {
    let mut text = source.replace(',', " ");
    find(&read(source), |place| {
        let (start, length) = (place.token.offset, place.token.text.len());
        if place.token.first() == b'"' {
            let spaces = || " ".repeat(length);
            let string = source.get(start..start + length).filter(|_| !place.is_description());
            text.replace_range(start..start + length, &string.map_or_else(spaces, str::to_owned));
        }
        false
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_a_value_are_found() {
        let unfinished_at = [
            ("{ user(id) { id } }", Some(7)),
            ("{ user(id a: 1) { id } }", Some(7)),
            ("{ a(b: {c}) }", Some(8)),
            ("{ a(b: [{c: 1, d}]) }", Some(15)),
            ("{ a @skip(if) }", Some(10)),
            ("{ a(b: C d) }", Some(9)),
            ("{ a(b: {c: [D E], f: $g}, h: 0e5, i: \"(j)\", k: null) @l(m: 1.5e-3) { n o } }", None),
            ("query q($a: [Int!]! = [1], $b: E = F @d, $c: I = {g: H}) @e(f: $b) { i(j: {k: {}}) { l } }", None),
            ("{ a { b(c: 1) { d } } }", None),
        ];
        for (text, offset) in unfinished_at {
            assert_eq!(unfinished(text), offset, "{text}");
        }
    }

    #[test]
    fn commas_become_spaces_outside_of_strings() {
        let text = "{ a,: b(c: \"d,e\", f: \"\"\",\"\"\") # g,\n ...,on H }";
        assert_eq!(readable(text), "{ a : b(c: \"d,e\"  f: \"\"\",\"\"\") # g \n ... on H }");
    }

    #[test]
    fn descriptions_become_spaces() {
        for text in [
            "\"a\" query { b }",
            "{ a } \"\"\"b\nc\"\"\" fragment d on E { f }",
            "query(\"a\" $b: Int = 1, \"c\" $d: String = \"e\" \"f\" $g: Int) { h(i: \"j\") }",
        ] {
            let blank = readable(text);
            assert_eq!(blank.len(), text.len());
            for described in ["\"a\"", "b\nc", "\"c\"", "\"f\""] {
                assert!(!blank.contains(described), "{blank}");
            }
            assert_eq!(blank.contains("\"j\""), text.contains("\"j\""));
            assert_eq!(blank.contains("\"e\""), text.contains("\"e\""));
        }
        for text in [
            "\"a\" { b }",
            "query \"a\" query { b }",
            "{ a(b: \"c\" $d) }",
            "{ a(b: [\"c\" $d]) }",
            "query($a: String = \"b\" $c: Int) { d }",
        ] {
            assert_eq!(readable(text), text);
        }
    }
}
