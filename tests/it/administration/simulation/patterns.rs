//! Patterns of permissions in their plainest form: texts of two parts.
//!
//! What somebody holds is a set of names: permissions, [`BY_RULE`], and patterns, which stand for what they could come to
//! match beside what they match today.

use super::world::{BY_RULE, Names, World};

/// Stands for any whole part.
const ANY: &str = "*";

/// Resource, separator and action of a permission or a pattern.
fn parts(text: &str) -> Option<(&str, char, &str)> {
    [':', '.'].into_iter().find_map(|separator| {
        let (resource, action) = text.rsplit_once(separator)?;
        Some((resource, separator, action))
    })
}

/// Names of permissions do not contain an asterisk.
pub(super) fn is_pattern(name: &str) -> bool {
    name.contains(ANY)
}

/// Neither a pattern nor [`BY_RULE`].
pub(super) fn is_permission(name: &str) -> bool {
    name != BY_RULE && !is_pattern(name)
}

/// Does a pattern match a permission, or all that another pattern could match?
fn covers(pattern: &str, other: &str) -> bool {
    let (Some(own), Some(other)) = (parts(pattern), parts(other)) else { return false };
    let includes = |own: &str, other: &str| own == ANY || own == other;
    own.1 == other.1 && includes(own.0, other.0) && includes(own.2, other.2)
}

/// Does what is held stand for something that it does not name: a permission to come, or a pattern?
pub(super) fn foresees(held: &str, wanted: &str) -> bool {
    held == BY_RULE || is_pattern(held) && covers(held, wanted)
}

/// Does what is held include this? A permission that a held pattern matches is held itself.
pub(super) fn includes(held: &str, wanted: &str) -> bool {
    held == wanted || is_pattern(wanted) && foresees(held, wanted)
}

/// A pattern that matches a permission: its resource, its action or both are open.
pub(super) fn widened(permission: &str, choice: usize) -> Option<String> {
    let (resource, separator, action) = parts(permission)?;
    Some(match choice {
        0 | 1 => format!("{resource}{separator}{ANY}"),
        2 | 3 => format!("{ANY}{separator}{action}"),
        _ => format!("{ANY}{separator}{ANY}"),
    })
}

impl World {
    /// Permissions and patterns, with what the patterns match.
    pub(super) fn with_matches(&self, granted: &Names) -> Names {
        let is_matched = |permission: &&String| granted.iter().any(|name| is_pattern(name) && covers(name, permission));
        granted.iter().chain(self.permissions.keys().filter(is_matched)).cloned().collect()
    }
}
