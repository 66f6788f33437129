//! Names of permissions and roles, valid by construction.

use std::fmt;

/// Longest accepted name, in characters.
const MAX_LEN: usize = 255;

/// Reason why a text is not a name of a permission or a role.
///
/// ```
/// use engine::{NameError, RoleName};
///
/// assert_eq!(RoleName::parse(""), Err(NameError::Empty));
/// assert_eq!(RoleName::parse("head  clerk"), Err(NameError::BadBlank));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name is required")]
    Empty,
    /// The text has more than 255 characters.
    #[error("a name has at most {MAX_LEN} characters")]
    TooLong,
    /// The text has a character that is not printable ASCII, or one of `*`, `"` and `\`.
    #[error("a name consists of printable ASCII characters other than `*`, `\"` and `\\`")]
    BadCharacter,
    /// The text begins or ends with a space, or has two in a row.
    #[error("a name has no leading, trailing or repeated spaces")]
    BadBlank,
}

/// Checks the rules that names of permissions and of roles share.
pub(crate) fn validate(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().take(MAX_LEN + 1).count() > MAX_LEN {
        return Err(NameError::TooLong);
    }
    if !text.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'*' | b'"' | b'\\')) {
        return Err(NameError::BadCharacter);
    }
    if text.starts_with(' ') || text.ends_with(' ') || text.contains("  ") {
        return Err(NameError::BadBlank);
    }
    Ok(())
}

/// Separator, resource and action of a permission or of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Parts<'a> {
    pub(crate) separator: char,
    pub(crate) resource: &'a str,
    pub(crate) action: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits a text at the last `:`, else at the last `.`. A text without either has no parts.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        let at = |separator| {
            let (resource, action) = text.rsplit_once(separator)?;
            Some(Self { separator, resource, action })
        };
        at(':').or_else(|| at('.'))
    }
}

/// A permission's name, by convention `resource:action`: 1 to 255 printable ASCII characters other
/// than `*`, `"` and `\`, without leading, trailing or repeated spaces. Compared exactly.
///
/// ```
/// use engine::PermissionName;
///
/// let name = PermissionName::parse("invoice:read")?;
/// assert_eq!((name.resource(), name.action()), ("invoice", "read"));
/// # Ok::<(), engine::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionName(Box<str>);

impl PermissionName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`NameError`] when the text is not a valid name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        validate(text)?;
        Ok(Self(text.into()))
    }

    /// A name that stands for a text that is none. No text parses to it.
    pub(crate) fn placeholder(number: usize) -> Self {
        Self(format!("\u{1}{number}").into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Resource (INCITS 359: object): the part before the last `:`, else before the last `.`, else the whole name.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.split().0
    }

    /// Action (INCITS 359: operation): the part after the resource; `access` for a name without `:` and `.`.
    #[must_use]
    pub fn action(&self) -> &str {
        self.split().1
    }

    fn split(&self) -> (&str, &str) {
        Parts::of(&self.0).map_or((&self.0, "access"), |parts| (parts.resource, parts.action))
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role's name, as used in tokens and guards. The rules are those of a [`PermissionName`]; it is unique without
/// regard to case.
///
/// ```
/// use engine::RoleName;
///
/// let name = RoleName::parse("Head of IT")?;
/// assert_eq!(name.as_str(), "Head of IT");
/// assert_eq!(name.key(), "head of it");
/// # Ok::<(), engine::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(Box<str>);

impl RoleName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`NameError`] when the text is not a valid name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        validate(text)?;
        Ok(Self(text.into()))
    }

    /// A name made of digits.
    pub(crate) fn numbered(number: usize) -> Self {
        Self(format!("{number:09}").into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in lower case, by which names are compared.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> NameError {
        assert_eq!(RoleName::parse(text).map(|_| ()), PermissionName::parse(text).map(|_| ()), "{text:?}");
        PermissionName::parse(text).expect_err("not a name")
    }

    #[test]
    fn names_are_printable_ascii_without_stray_blanks() {
        assert_eq!(refused(""), NameError::Empty);
        assert_eq!(refused(&"x".repeat(256)), NameError::TooLong);
        assert_eq!(refused(&"x".repeat(2_000_000)), NameError::TooLong);
        for text in ["caf\u{e9}", "a\0b", "a\nb", "\u{202e}a", "a*", "\"a\"", "a\\b", "\u{1f600}"] {
            assert_eq!(refused(text), NameError::BadCharacter, "{text:?}");
        }
        for text in [" a", "a ", "a  b", " "] {
            assert_eq!(refused(text), NameError::BadBlank, "{text:?}");
        }
        for text in ["a", "invoice:read", "a b", "roles/owner", "team:org/name#admin", "O'Neil; --", &"x".repeat(255)] {
            assert_eq!(PermissionName::parse(text).expect("a name").as_str(), text);
            assert_eq!(RoleName::parse(text).expect("a name").as_str(), text);
        }
    }

    #[test]
    fn a_permission_is_an_action_on_a_resource() {
        for (text, resource, action) in [
            ("invoice:read", "invoice", "read"),
            ("core/pods:get", "core/pods", "get"),
            ("a:b:c", "a:b", "c"),
            ("compute.instances.list", "compute.instances", "list"),
            ("a.b:c.d", "a.b", "c.d"),
            ("p1", "p1", "access"),
        ] {
            let name = PermissionName::parse(text).expect("a name");
            assert_eq!((name.resource(), name.action()), (resource, action));
        }
    }

    #[test]
    fn the_key_of_a_roles_name_is_lower_case() {
        assert_eq!(RoleName::parse("Head of IT").expect("a name").key(), "head of it");
    }
}
