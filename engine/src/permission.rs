//! Names of permissions and of roles: parsed once, then trusted.

use std::fmt;

/// Longest accepted name, in characters.
const MAX_LEN: usize = 255;

/// Why a text is not a name of a permission or a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name is needed")]
    Empty,
    /// The text has more than 255 characters.
    #[error("a name has at most {MAX_LEN} characters")]
    TooLong,
    /// The text holds something else than printable ASCII, or one of `*`, `"` and `\`.
    #[error("a name is made of printable ASCII characters other than `*`, `\"` and `\\`")]
    BadCharacter,
    /// The text begins or ends with a blank, or has two in a row.
    #[error("a name has no leading, trailing or doubled blanks")]
    BadBlank,
}

/// Checks what names of permissions and of roles have in common.
fn validate(text: &str) -> Result<(), NameError> {
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

/// A permission's name, by convention `resource:action`: 1 to 255 printable ASCII characters other
/// than `*`, `"` and `\`, without leading, trailing or doubled blanks. Compared exactly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionName(Box<str>);

impl PermissionName {
    /// Takes a text for a permission's name.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        validate(text)?;
        Ok(Self(text.into()))
    }

    /// The name as registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is acted on (INCITS 359: object): the part before the last `:`, else before the last
    /// `.`, else the whole name.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.split().0
    }

    /// What is done (INCITS 359: operation): the part after that; `access` for a name without either.
    #[must_use]
    pub fn action(&self) -> &str {
        self.split().1
    }

    fn split(&self) -> (&str, &str) {
        self.0.rsplit_once(':').or_else(|| self.0.rsplit_once('.')).unwrap_or((&self.0, "access"))
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role's name, as used in tokens and guards: made like a permission's; unique without regard to
/// case, by its [`key`](RoleName::key).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(Box<str>);

impl RoleName {
    /// Takes a text for a role's name.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        validate(text)?;
        Ok(Self(text.into()))
    }

    /// The name as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which names are told apart: lower case.
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
