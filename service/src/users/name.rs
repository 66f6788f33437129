//! Names to sign in with: usernames (RFC 8265, UsernameCaseMapped) and e-mail addresses, which
//! share one namespace.

use crate::text::exceeds;
use crate::{Refusal, RefusalCode};
use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use unicode_normalization::UnicodeNormalization;

/// Longest username, in characters, as typed and as compared.
const MAX_USERNAME: usize = 128;
/// Longest address, in bytes (RFC 5321, 4.5.3.1.3: a path of 256 with its brackets).
const MAX_EMAIL: usize = 254;
/// Names of accounts that are gone begin so.
const DELETED: &str = "deleted-";

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
    /// Takes a text for a username: 1 to 128 characters allowed by RFC 8265. It may be an e-mail
    /// address; `deleted-` at its start is reserved.
    ///
    /// # Errors
    /// `REQUIRED`, `TOO_LONG` or `INVALID`, without a path.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::new(RefusalCode::Required, "a username is needed"));
        }
        let too_long = || {
            let message = format!("a username has at most {MAX_USERNAME} characters");
            Refusal::new(RefusalCode::TooLong, message)
        };
        if exceeds(text, MAX_USERNAME) {
            return Err(too_long());
        }
        let Some(key) = case_mapped(text) else {
            let message = "a username is made of letters, digits and signs, without blanks";
            return Err(Refusal::new(RefusalCode::Invalid, message));
        };
        if exceeds(&key, MAX_USERNAME) {
            return Err(too_long());
        }
        if key.starts_with(DELETED) {
            let message = format!("usernames that begin with `{DELETED}` are reserved");
            return Err(Refusal::new(RefusalCode::Invalid, message));
        }
        Ok(Self { text: text.to_owned(), key })
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
        let text = text.trim();
        let is_name = Self::parse(text).is_ok() || EmailAddress::parse(text).is_ok();
        is_name.then(|| key_of(text))
    }
}

impl EmailAddress {
    /// Takes a text for an e-mail address (RFC 5321), at most 254 bytes.
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
        let is_address = email_address::EmailAddress::parse_with_options(text, options).is_ok();
        if !is_address || text.contains(char::is_control) {
            return Err(Refusal::new(RefusalCode::Invalid, "this is not an e-mail address"));
        }
        let key = key_of(text);
        if key.len() > MAX_EMAIL {
            return Err(too_long());
        }
        Ok(Self { text: text.to_owned(), key })
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

/// The one form of usernames and addresses alike, so that an address given as a username meets the
/// same address: as RFC 8265 maps it, or where that does not apply, in lower case and NFC.
fn key_of(text: &str) -> String {
    case_mapped(text).unwrap_or_else(|| text.nfc().flat_map(char::to_lowercase).nfc().collect())
}

/// The text after UsernameCaseMapped, if it is allowed there and the result is stable, as RFC 8264
/// (section 7) asks.
fn case_mapped(text: &str) -> Option<String> {
    let key = UsernameCaseMapped::enforce(text).ok()?;
    let stable = UsernameCaseMapped::enforce(&*key).ok()? == key;
    stable.then(|| key.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn username(text: &str) -> Result<Username, RefusalCode> {
        Username::parse(text).map_err(|refusal| refusal.code)
    }

    fn email(text: &str) -> Result<EmailAddress, RefusalCode> {
        EmailAddress::parse(text).map_err(|refusal| refusal.code)
    }

    #[test]
    fn usernames_are_kept_as_typed_and_compared_without_regard_to_case() {
        let ana = username("Ana").expect("a name");
        assert_eq!((ana.as_str(), ana.key()), ("Ana", "ana"));
        assert_eq!(username("ÉLODIE").map(|name| name.key), Ok("élodie".to_owned()));
        assert_eq!(username("E\u{301}lodie").map(|name| name.key), username("élodie").map(|name| name.key));
        assert_eq!(username("ａｎａ").map(|name| name.key), Ok("ana".to_owned()), "full width is mapped");
        assert!(username("אבג").is_ok(), "right-to-left");
    }

    #[test]
    fn what_rfc_8265_forbids_is_invalid() {
        for text in [" ", "ana maria", " ana", "a\0b", "a\nb", "😀", "a\u{202e}b", "\u{301}\u{0}"] {
            assert_eq!(username(text), Err(RefusalCode::Invalid), "{text:?}");
        }
        assert_eq!(username(""), Err(RefusalCode::Required));
    }

    #[test]
    fn usernames_have_up_to_128_characters() {
        assert!(username(&"ü".repeat(128)).is_ok());
        assert_eq!(username(&"ü".repeat(129)), Err(RefusalCode::TooLong));
        assert_eq!(username(&"a".repeat(2_000_000)), Err(RefusalCode::TooLong));
    }

    #[test]
    fn names_of_deleted_accounts_are_reserved() {
        assert_eq!(username("Deleted-1"), Err(RefusalCode::Invalid));
        assert!(username("deleted").is_ok());
    }

    #[test]
    fn sql_and_patterns_are_ordinary_names() {
        for text in ["100%_", "';--", "ana@example.com", "a\\b"] {
            assert_eq!(username(text).map(|name| name.text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn addresses_lose_outer_blanks_and_nothing_else() {
        let ana = email(" Ana@Example.com\n").expect("an address");
        assert_eq!((ana.as_str(), ana.key()), ("Ana@Example.com", "ana@example.com"));
    }

    #[test]
    fn what_is_no_address_is_invalid() {
        for text in ["", "ana", "@", "ana@", "a b@c.d", "Ana <ana@example.com>", "a@b\0.c", "\"a\0b\"@c.d", "<a@b.c>"] {
            assert_eq!(email(text), Err(RefusalCode::Invalid), "{text:?}");
        }
        assert_eq!(email(&format!("{}@b.c", "a".repeat(2_000_000))), Err(RefusalCode::TooLong));
    }

    #[test]
    fn an_address_given_as_a_username_meets_the_same_address() {
        for text in ["Ana@Example.com", "ÉLODIE@exemple.fr"] {
            assert_eq!(username(text).expect("a name").key, email(text).expect("an address").key);
        }
    }

    #[test]
    fn every_accepted_name_is_found_at_login_however_it_is_typed() {
        for name in ["Ana", "ÉLODIE", "o'hara", "אבג"] {
            let key = username(name).expect("a name").key;
            assert_eq!(Username::login_key(&format!(" {name} ")), Some(key.clone()));
            assert_eq!(Username::login_key(&name.to_lowercase()), Some(key));
        }
        for address in ["Ana@Example.com", "\"a b\"@Example.com", "İ@example.com"] {
            assert_eq!(Username::login_key(address), Some(email(address).expect("an address").key));
        }
    }

    #[test]
    fn what_can_be_nobodys_name_is_not_looked_up() {
        for text in ["", "a b", "a\0b", "deleted-0", &"x".repeat(2_000_000)] {
            assert_eq!(Username::login_key(text), None);
        }
    }
}
