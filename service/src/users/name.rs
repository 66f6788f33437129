//! Names to sign in with: usernames (RFC 8265, UsernameCaseMapped) and e-mail addresses, which
//! share one namespace.

use crate::Refusal;

/// A username as typed, with the form it is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    text: String,
    key: String,
}

/// An e-mail address as typed (blanks around it cut), with the form it is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    text: String,
    key: String,
}

impl Username {
    /// Takes a text for a username: 1 to 128 characters allowed by RFC 8265.
    ///
    /// # Errors
    /// `REQUIRED`, `TOO_LONG` or `INVALID`, without a path.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let _ = text;
        todo!()
    }

    /// As typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form it is compared by.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The form by which a text given at login is looked up, if it can be any account's name.
    #[must_use]
    pub fn login_key(text: &str) -> Option<String> {
        let _ = text;
        todo!()
    }
}

impl EmailAddress {
    /// Takes a text for an e-mail address (RFC 5321), at most 254 bytes.
    ///
    /// # Errors
    /// `TOO_LONG` or `INVALID`, without a path.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let _ = text;
        todo!()
    }

    /// As typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form it is compared by.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}
