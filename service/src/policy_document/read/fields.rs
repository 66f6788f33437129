//! Mappings with known keys, and values of one type.

use super::super::node::{Entry, Node, Value, shown};
use super::super::problem::{Position, Problems};
use crate::RefusalCode::Invalid;
use crate::text;

/// The entries of a mapping whose keys are known.
pub(super) struct Fields<'t>(Vec<Entry<'t>>);

impl<'t> Fields<'t> {
    /// Refuses keys that are not `known`.
    pub(super) fn new(of: &str, entries: Vec<Entry<'t>>, known: &[&str], problems: &mut Problems) -> Self {
        let (fields, unknown): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| known.contains(&&*entry.key));
        for entry in unknown {
            let message = format!("unknown key `{}`: {of} has {}", shown(&entry.key), listed(known));
            problems.push(entry.at, Invalid, message);
        }
        Self(fields)
    }

    /// Takes the entry of a key.
    pub(super) fn take(&mut self, key: &str) -> Option<Entry<'t>> {
        let position = self.0.iter().position(|entry| entry.key == key)?;
        Some(self.0.swap_remove(position))
    }

    /// Takes a description: a text, or no value to remove it.
    pub(super) fn take_description(&mut self, problems: &mut Problems) -> Option<Option<String>> {
        let node = self.take("description")?.node;
        match node.value {
            Value::Null => Some(None),
            _ => description(node, problems).map(Some),
        }
    }

    /// Takes `true` or `false`.
    pub(super) fn take_flag(&mut self, key: &str, problems: &mut Problems) -> Option<bool> {
        let node = self.take(key)?.node;
        if let Value::Boolean(flag) = node.value {
            return Some(flag);
        }
        refuse_type(&node.value, node.at, &format!("`{key}` is true or false"), problems);
        None
    }
}

/// The text of a description, checked.
pub(super) fn description(node: Node<'_>, problems: &mut Problems) -> Option<String> {
    let at = node.at;
    let text = text_of(node, "`description` is a text", problems)?;
    accept(text::check_description(Some(&text)), at, problems)?;
    Some(text)
}

/// The value of a check, or a problem of the place.
pub(super) fn accept<T>(checked: Result<T, crate::Refusal>, at: Position, problems: &mut Problems) -> Option<T> {
    checked.map_err(|refusal| problems.push(at, refusal.code, refusal.message)).ok()
}

/// The entries of a mapping.
pub(super) fn mapping<'t>(node: Node<'t>, of: &str, problems: &mut Problems) -> Option<Vec<Entry<'t>>> {
    match node.value {
        Value::Mapping(entries) => Some(entries),
        Value::Null => {
            problems.push(node.at, Invalid, format!("{of} is a mapping, not no value: write `{{}}` for an empty one"));
            None
        }
        other => {
            refuse_type(&other, node.at, &format!("{of} is a mapping"), problems);
            None
        }
    }
}

/// The items of a list.
pub(super) fn list<'t>(node: Node<'t>, of: &str, problems: &mut Problems) -> Option<Vec<Node<'t>>> {
    match node.value {
        Value::List(items) => Some(items),
        Value::Null => {
            problems.push(node.at, Invalid, format!("{of} is a list, not no value: write `[]` for an empty one"));
            None
        }
        other => {
            refuse_type(&other, node.at, &format!("{of} is a list"), problems);
            None
        }
    }
}

/// A text.
pub(super) fn text_of(node: Node<'_>, expected: &str, problems: &mut Problems) -> Option<String> {
    if let Value::Text(text) = node.value {
        return Some(text.into_owned());
    }
    refuse_type(&node.value, node.at, expected, problems);
    None
}

/// Reports a value of the wrong type, unless it is reported already.
pub(super) fn refuse_type(value: &Value<'_>, at: Position, expected: &str, problems: &mut Problems) {
    let hint = match value {
        Value::Refused => return,
        Value::Number(_) | Value::Boolean(_) if expected.ends_with("text") => ": put it in quotes",
        _ => "",
    };
    problems.push(at, Invalid, format!("{expected}, not {}{hint}", value.described()));
}

fn listed(known: &[&str]) -> String {
    known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
