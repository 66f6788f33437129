//! Names, and lists of names without duplicates.

use super::super::node::{Entry, Node, shown};
use super::super::problem::{Located, Position, Problems};
use super::fields::{list, text_of};
use crate::Refusal;
use crate::RefusalCode::{Invalid, Taken};
use crate::text::{name_refusal, pattern_refusal, sort_key};
use engine::{NameError, PermissionName, PermissionPattern, RoleName};
use rustc_hash::FxHashMap;
use std::fmt::Display;
use std::hash::Hash;

/// A name that a document can have.
pub(super) trait Name: Display + Sized {
    /// The form in which names are compared.
    type Key: Hash + Eq;

    /// What is named, for messages.
    const KIND: &'static str;

    fn parse(text: &str) -> Result<Self, Refusal>;
    fn key(&self) -> Self::Key;
}

impl Name for PermissionName {
    type Key = Self;
    const KIND: &'static str = "permission";

    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|error| match error {
            NameError::BadCharacter if text.contains('*') => {
                Refusal::new(Invalid, "a name has no `*`: `patterns` of a role lists patterns")
            }
            error => name_refusal(error),
        })
    }

    fn key(&self) -> Self {
        self.clone()
    }
}

impl Name for PermissionPattern {
    type Key = Self;
    const KIND: &'static str = "pattern";

    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(pattern_refusal)
    }

    fn key(&self) -> Self {
        self.clone()
    }
}

impl Name for RoleName {
    type Key = String;
    const KIND: &'static str = "role";

    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(name_refusal)
    }

    fn key(&self) -> String {
        Self::key(self)
    }
}

/// Reads a name.
pub(super) fn name<N: Name>(text: &str, at: Position, problems: &mut Problems) -> Option<Located<N>> {
    match N::parse(text) {
        Ok(value) => Some(Located { value, at }),
        Err(refusal) => {
            problems.push(at, refusal.code, format!("{} `{}`: {}", N::KIND, shown(text), refusal.message));
            None
        }
    }
}

/// Reads a list of names, sorted. A name that is there twice is a problem.
pub(super) fn names<N: Name + Ord>(entry: Entry<'_>, problems: &mut Problems) -> Option<Vec<Located<N>>> {
    let of = format!("`{}`", entry.key);
    let items = list(entry.node, &of, problems)?;
    let mut names: Vec<Located<N>> = items.into_iter().filter_map(|item| listed_name(item, &of, problems)).collect();
    refuse_repeated(&names, N::KIND, N::key, problems);
    names.sort_by(|one, other| one.value.cmp(&other.value));
    Some(names)
}

fn listed_name<N: Name>(item: Node<'_>, of: &str, problems: &mut Problems) -> Option<Located<N>> {
    let at = item.at;
    let text = text_of(item, &format!("each item of {of} is a text"), problems)?;
    name(&text, at, problems)
}

/// Reports names that are there more than once, as names are compared.
pub(super) fn refuse_repeated<T: Display, K: Hash + Eq>(
    names: &[Located<T>],
    kind: &str,
    key: impl Fn(&T) -> K,
    problems: &mut Problems,
) {
    let mut first: FxHashMap<K, Position> = FxHashMap::default();
    for name in names {
        if let Some(known) = first.get(&key(&name.value)) {
            let (name, at) = (shown(&name.value.to_string()), name.at);
            problems.push(at, Taken, format!("{kind} `{name}` is repeated: it is in line {} already", known.line));
        } else {
            first.insert(key(&name.value), name.at);
        }
    }
}

/// The key of a constraint's name.
pub(super) fn constraint_key(name: &str) -> String {
    sort_key(name)
}
