//! A text as a tree of values with their places, before anything is understood.

use super::Format;
use super::problem::{Position, Problems};
use super::{json, yaml};
use crate::RefusalCode;
use crate::text::excerpt;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Deepest nesting. A document needs five levels.
pub(super) const MAX_DEPTH: usize = 16;
/// Longest part of a text that is repeated in a message, in characters.
const MAX_SHOWN: usize = 80;

/// A value with its place.
#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) at: Position,
    pub(super) value: Value<'t>,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value<'t> {
    Null,
    Boolean(bool),
    /// A number, as it is written.
    Number(Cow<'t, str>),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    Mapping(Vec<Entry<'t>>),
    /// A value with a problem that is known already.
    Refused,
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub(super) key: Cow<'t, str>,
    /// Where the key is.
    pub(super) at: Position,
    pub(super) node: Node<'t>,
}

/// Largest documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Values in the text, which bound the memory that a text of many small values takes.
    pub values: usize,
}

impl Limits {
    /// The limits of a document in a request.
    pub const REQUEST: Self = Self { bytes: 4 << 20, values: 500_000 };
    /// The limits of a file of the operator.
    pub const FILE: Self = Self { bytes: 256 << 20, values: 8_000_000 };
}

/// Counts values against the limit.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    /// Takes one value off; `false` with a problem when there are too many.
    pub(super) fn take(&mut self, at: Position, problems: &mut Problems) -> bool {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            return true;
        }
        let message = format!("the document has more than {} values", self.limit);
        problems.push(at, RefusalCode::TooLong, message);
        false
    }
}

/// Reads a text as a tree. `None` when its syntax is wrong or it is too large.
pub(super) fn parse<'t>(text: &'t str, format: Format, limits: Limits, problems: &mut Problems) -> Option<Node<'t>> {
    if text.len() > limits.bytes {
        let message = format!("the document has {} bytes; at most {} are accepted", text.len(), limits.bytes);
        problems.push(Position::new(1, 1), RefusalCode::TooLong, message);
        return None;
    }
    let mut budget = Budget { left: limits.values, limit: limits.values };
    match format {
        Format::Yaml => yaml::parse(text, &mut budget, problems),
        Format::Json => json::parse(text, &mut budget, problems),
    }
}

impl Value<'_> {
    /// The value as a message names it.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Null => "no value".to_owned(),
            Self::Boolean(value) => format!("`{value}`"),
            Self::Number(text) => format!("the number `{}`", shown(text)),
            Self::Text(text) => format!("the text `{}`", shown(text)),
            Self::List(_) => "a list".to_owned(),
            Self::Mapping(_) => "a mapping".to_owned(),
            Self::Refused => String::new(),
        }
    }
}

/// A text of the document for a message: shortened, without control characters.
pub(super) fn shown(text: &str) -> String {
    let visible = |character: char| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
    excerpt(text, MAX_SHOWN).chars().map(visible).collect()
}

/// Reports keys that occur more than once in a mapping, and keeps the first of each.
pub(super) fn without_duplicates<'t>(mut entries: Vec<Entry<'t>>, problems: &mut Problems) -> Vec<Entry<'t>> {
    let mut first: FxHashMap<&str, Position> = FxHashMap::default();
    let mut repeated = vec![false; entries.len()];
    for (entry, repeated) in entries.iter().zip(&mut repeated) {
        if let Some(known) = first.get(&*entry.key) {
            let message = format!("key `{}` is repeated: it is in line {} already", shown(&entry.key), known.line);
            problems.push(entry.at, RefusalCode::Invalid, message);
            *repeated = true;
        } else {
            first.insert(&entry.key, entry.at);
        }
    }
    let mut repeated = repeated.into_iter();
    entries.retain(|_| !repeated.next().unwrap_or_default());
    entries
}
