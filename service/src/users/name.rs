//! Names to log in with: usernames (RFC 8265, UsernameCaseMapped) and e-mail addresses, which share one namespace.
//!
//! A name is compared by its key. For an address, that is the canonical form (`address.rs`). Addresses of before that
//! rule may have one canonical form and be two accounts: so a name also has the key of its spelling, and who types that
//! spelling gets that account ([`LoginName::keys`]).

mod address;
mod new;

use crate::text::exceeds;
use crate::{Refusal, RefusalCode};
use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use unicode_normalization::UnicodeNormalization;

/// Longest username, in characters, as entered and as compared.
const MAX_USERNAME: usize = 128;
/// Longest address, in bytes (RFC 5321, 4.5.3.1.3: a path of 256 with its brackets).
const MAX_EMAIL: usize = 254;
/// Prefix of the usernames of deleted accounts.
const DELETED: &str = "deleted-";

/// A username as entered, with its forms for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    text: String,
    name: LoginName,
}

/// An e-mail address as entered, trimmed, with its forms for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    text: String,
    name: LoginName,
}

/// The forms in which a username or an e-mail address is compared and looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginName {
    spelled: String,
    key: String,
}

impl Username {
    /// Parses a username that a user may have: 1 to 128 characters allowed by RFC 8265. It may be an e-mail address; the
    /// prefix `deleted-` is reserved.
    ///
    /// # Errors
    /// `REQUIRED`, `TOO_LONG` or `INVALID`, without a path.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::new(RefusalCode::Required, "a username is required"));
        }
        let too_long = || {
            let message = format!("a username has at most {MAX_USERNAME} characters");
            Refusal::new(RefusalCode::TooLong, message)
        };
        if exceeds(text, MAX_USERNAME) {
            return Err(too_long());
        }
        let Some(spelled) = case_mapped(text) else {
            let message = "a username consists of letters, digits and symbols, without spaces";
            return Err(Refusal::new(RefusalCode::Invalid, message));
        };
        if exceeds(&spelled, MAX_USERNAME) {
            return Err(too_long());
        }
        if spelled.starts_with(DELETED) {
            let message = format!("usernames that begin with `{DELETED}` are reserved");
            return Err(Refusal::new(RefusalCode::Invalid, message));
        }
        let is_address = EmailAddress::parse(text).is_ok();
        Ok(Self { text: text.to_owned(), name: LoginName::new(spelled, is_address) })
    }

    /// Parses a username that no user has yet: besides, it is no label of the audit log (`system`, `operator`,
    /// `anonymous`), and does not mix scripts.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_new(text: &str) -> Result<Self, Refusal> {
        let name = Self::parse(text)?;
        name.check_new()?;
        Ok(name)
    }

    /// Checks what [`parse_new`](Self::parse_new) requires besides, for a name that turns out to be new.
    ///
    /// # Errors
    /// `INVALID`, without a path.
    pub(crate) fn check_new(&self) -> Result<(), Refusal> {
        new::check(self)
    }

    /// The name as entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form for comparison.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.name.key
    }

    /// The case-mapped name as spelled, by which users are sorted.
    #[must_use]
    pub fn spelled_key(&self) -> &str {
        &self.name.spelled
    }

    /// The forms in which the name is looked up.
    #[must_use]
    pub fn login_name(&self) -> &LoginName {
        &self.name
    }
}

impl LoginName {
    /// Parses what a person types as a username or an address; `None` when no account can have the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_address = EmailAddress::parse(text).is_ok();
        (is_address || Username::parse(text).is_ok()).then(|| Self::new(key_of(text), is_address))
    }

    fn new(spelled: String, is_address: bool) -> Self {
        let key = if is_address { address::canonical(&spelled) } else { spelled.clone() };
        Self { spelled, key }
    }

    /// The form for comparison.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The keys to look the name up by: the first that an account has, has it. They differ only for an address that is
    /// not in canonical form.
    #[must_use]
    pub fn keys(&self) -> [&str; 2] {
        [&self.spelled, &self.key]
    }
}

impl EmailAddress {
    /// Parses an e-mail address (RFC 5321), at most 254 bytes.
    ///
    /// # Errors
    /// `TOO_LONG` or `INVALID`, without a path; an empty text is `INVALID`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let too_long = || {
            let message = format!("an e-mail address has at most {MAX_EMAIL} bytes");
            Refusal::new(RefusalCode::TooLong, message)
        };
        if text.len() > MAX_EMAIL {
            return Err(too_long());
        }
        let options = email_address::Options::default().without_display_text();
        // Composed, since the parser knows no combining characters.
        let composed: String = text.nfc().collect();
        let is_address = email_address::EmailAddress::parse_with_options(&composed, options).is_ok();
        if !is_address || text.contains(char::is_control) {
            return Err(Refusal::new(RefusalCode::Invalid, "not an e-mail address"));
        }
        let spelled = key_of(text);
        if spelled.len() > MAX_EMAIL {
            return Err(too_long());
        }
        Ok(Self { text: text.to_owned(), name: LoginName::new(spelled, true) })
    }

    /// The name as entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form for comparison.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.name.key
    }

    /// The forms in which the address is looked up.
    #[must_use]
    pub fn login_name(&self) -> &LoginName {
        &self.name
    }
}

/// The spelling of a username or an address for comparison, the same for both so that an address used as a username equals
/// that address: as RFC 8265 maps it, or where that does not apply, in lower case and NFC.
fn key_of(text: &str) -> String {
    case_mapped(text).unwrap_or_else(|| text.nfc().flat_map(char::to_lowercase).nfc().collect())
}

/// The text after UsernameCaseMapped, if the profile allows it and the result is stable, as RFC 8264 (section 7)
/// requires.
fn case_mapped(text: &str) -> Option<String> {
    // The profile allows every visible character of ASCII, and maps their case alone.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(text.to_ascii_lowercase());
    }
    by_profile(text)
}

/// The same by the tables of the profile, for any text.
fn by_profile(text: &str) -> Option<String> {
    let key = UsernameCaseMapped::enforce(text).ok()?;
    let stable = UsernameCaseMapped::enforce(&*key).ok()? == key;
    stable.then(|| key.into_owned())
}

#[cfg(test)]
mod tests;
