//! JSON (RFC 8259) as a tree. The parser has no places; they come from the parts of the text that it lends.

use super::node::{Budget, Entry, MAX_DEPTH, Node, Value, without_duplicates};
use super::problem::{Position, Problems};
use crate::RefusalCode::{Invalid, TooLong};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads a text. `None` when its syntax is wrong.
pub(super) fn parse<'t>(text: &'t str, budget: &mut Budget, problems: &mut Problems) -> Option<Node<'t>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => {
            let mut reader = Reader { cursor: Cursor::new(text), budget, problems };
            reader.node(raw.get(), 0)
        }
        Err(error) => {
            let at = character_position(text, error.line(), error.column());
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            problems.push(at, Invalid, format!("invalid JSON: {message}"));
            None
        }
    }
}

/// A place whose column is counted in bytes, from 1.
fn character_position(text: &str, line: usize, column: usize) -> Position {
    let before = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let before = before.bytes().take(column.saturating_sub(1)).filter(|byte| is_start(*byte)).count();
    Position::new(line.max(1), before + 1)
}

/// Whether a byte begins a character.
fn is_start(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// Counts lines and columns up to places that follow one another.
struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    /// The place of a part of the text, which is not before the part asked for last.
    fn advance(&mut self, part: &str) -> Position {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        for byte in self.text.as_bytes().get(self.offset..offset).unwrap_or_default() {
            match byte {
                b'\n' => (self.line, self.column) = (self.line + 1, 1),
                byte if is_start(*byte) => self.column += 1,
                _ => {}
            }
        }
        self.offset = self.offset.max(offset);
        Position::new(self.line, self.column)
    }
}

struct Reader<'t, 'p> {
    cursor: Cursor<'t>,
    budget: &'p mut Budget,
    problems: &'p mut Problems,
}

impl<'t> Reader<'t, '_> {
    /// Reads a value. `None` when reading stops.
    fn node(&mut self, raw: &'t str, depth: usize) -> Option<Node<'t>> {
        let at = self.cursor.advance(raw);
        if !self.budget.take(at, self.problems) {
            return None;
        }
        let value = match raw.as_bytes().first() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => {
                let message = format!("the document is nested more than {MAX_DEPTH} levels deep");
                self.problems.push(at, TooLong, message);
                return None;
            }
            Some(b'{') => Value::Mapping(self.mapping(raw, depth)?),
            Some(b'[') => Value::List(self.list(raw, depth)?),
            Some(b'"') => self.text(raw, at).map_or(Value::Refused, Value::Text),
            Some(b'n') => Value::Null,
            Some(b't') => Value::Boolean(true),
            Some(b'f') => Value::Boolean(false),
            _ => Value::Number(Cow::Borrowed(raw)),
        };
        Some(Node { at, value })
    }

    fn mapping(&mut self, raw: &'t str, depth: usize) -> Option<Vec<Entry<'t>>> {
        let Members(members) = self.read(raw)?;
        let mut entries = Vec::with_capacity(members.len());
        for (key, value) in members {
            let at = self.cursor.advance(key.get());
            let key = self.text(key.get(), at);
            let node = self.node(value.get(), depth + 1)?;
            entries.extend(key.map(|key| Entry { key, at, node }));
        }
        Some(without_duplicates(entries, self.problems))
    }

    fn list(&mut self, raw: &'t str, depth: usize) -> Option<Vec<Node<'t>>> {
        let items: Vec<&'t RawValue> = self.read(raw)?;
        items.into_iter().map(|item| self.node(item.get(), depth + 1)).collect()
    }

    /// A string without its quotes and escapes; `None` with a problem for an escape that is no character.
    fn text(&mut self, raw: &'t str, at: Position) -> Option<Cow<'t, str>> {
        if !raw.contains('\\') {
            let inner = raw.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            return inner.map(Cow::Borrowed);
        }
        match serde_json::from_str(raw) {
            Ok(text) => Some(Cow::Owned(text)),
            Err(_) => {
                self.problems.push(at, Invalid, "invalid JSON: an escape of the string is half a surrogate pair");
                None
            }
        }
    }

    /// Reads one level of a text whose syntax is known to be right.
    fn read<T: Deserialize<'t>>(&mut self, raw: &'t str) -> Option<T> {
        serde_json::from_str(raw).map_err(|error| self.refuse(raw, &error)).ok()
    }

    fn refuse(&mut self, raw: &str, error: &serde_json::Error) {
        let at = self.cursor.advance(raw);
        self.problems.push(at, Invalid, format!("invalid JSON: {error}"));
    }
}

/// The members of an object in their order, duplicates included.
struct Members<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
