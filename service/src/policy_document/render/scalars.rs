//! Texts as YAML scalars.

use super::super::scalar::is_plain;
use std::fmt::Write;

/// A text on one line: plain where every version of YAML reads it as this text, else in double quotes.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// The lines of a text of several lines as a literal block, without indentation and without the header; `None` when an
/// editor could change such a block unnoticed, or a reader not see what it contains.
pub(super) fn block_lines(text: &str) -> Option<Vec<&str>> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_visible = |character: char| character == '\n' || is_printable(character);
    let is_safe = |line: &str| !line.ends_with(' ') && !line.is_empty();
    let lines: Vec<&str> = body.split('\n').collect();
    let is_block = lines.len() > 1
        && text.chars().all(is_visible)
        && lines.iter().all(|line| is_safe(line))
        && lines.first().is_some_and(|line| !line.starts_with(' '));
    is_block.then_some(lines)
}

/// The header of a literal block: it keeps the line feed at the end of the text, or adds none.
pub(super) fn block_header(text: &str) -> &'static str {
    if text.ends_with('\n') { "|" } else { "|-" }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            character if is_printable(character) => quoted.push(character),
            character => escape(character, &mut quoted),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(character: char, quoted: &mut String) {
    let code = u32::from(character);
    let _ = match code {
        0..=0xff => write!(quoted, "\\x{code:02x}"),
        0x100..=0xffff => write!(quoted, "\\u{code:04x}"),
        _ => write!(quoted, "\\U{code:08x}"),
    };
}

/// Whether a reader sees the character: letters, digits, and most symbols; no controls, no invisible or other spaces, no
/// marks of direction.
fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\u{0}'..='\u{a0}' | '\u{ad}' => false,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{feff}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}' => false,
        character => !character.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_where_they_could_be_misread() {
        assert_eq!(scalar("invoice:read"), "invoice:read");
        assert_eq!(scalar("no"), "\"no\"");
        assert_eq!(scalar("1.0"), "\"1.0\"");
        assert_eq!(scalar("a \"b\" \\ c\n"), "\"a \\\"b\\\" \\\\ c\\n\"");
        assert_eq!(scalar("\u{7}\u{202e}\u{e0001}"), "\"\\x07\\u202e\\U000e0001\"");
        assert_eq!(scalar("größe 😀"), "\"größe 😀\"");
    }

    #[test]
    fn a_text_of_several_lines_is_a_block_where_that_is_safe() {
        assert_eq!(block_lines("a\nb"), Some(vec!["a", "b"]));
        assert_eq!(block_lines("a\n  b\n"), Some(vec!["a", "  b"]));
        assert_eq!((block_header("a\nb"), block_header("a\nb\n")), ("|-", "|"));
        for text in ["a", "a\n", " a\nb", "a \nb", "a\n\nb", "a\r\nb", "a\tb\nc", "\na", "a\nb\n\n"] {
            assert_eq!(block_lines(text), None, "{text:?}");
        }
    }
}
