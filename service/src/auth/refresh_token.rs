//! Refresh tokens. Stored are their hashes, and for a short grace their successors, sealed so that only the holder
//! of the traded token can open them.

use super::opaque::{self, TokenHash};
use super::seal::{SealingKey, sha256};
use secrecy::{ExposeSecret, SecretString};

/// What a token begins with.
const PREFIX: &str = "kwr_";
/// What successors are sealed for.
const PURPOSE: &str = "refresh token successor";

/// A token, or what has its form.
#[derive(Clone, Debug)]
pub(super) struct RefreshToken(SecretString);

impl RefreshToken {
    pub(super) fn generate() -> Self {
        Self(opaque::generate(PREFIX))
    }

    /// Takes a text for a token; `None` when it cannot be one.
    pub(super) fn parse(text: &SecretString) -> Option<Self> {
        opaque::is_token(PREFIX, text).then(|| Self(text.clone()))
    }

    pub(super) fn hash(&self) -> TokenHash {
        sha256(self.bytes())
    }

    /// Seals the token that follows this one.
    pub(super) fn seal(&self, successor: &Self) -> Vec<u8> {
        SealingKey::derive(self.bytes(), PURPOSE).seal(successor.bytes(), &self.hash())
    }

    /// The token that follows this one.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Self> {
        let text = SealingKey::derive(self.bytes(), PURPOSE).open(sealed, &self.hash())?;
        Self::parse(&std::str::from_utf8(&text).ok()?.into())
    }

    pub(super) fn into_secret(self) -> SecretString {
        self.0
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_and_no_two_are_alike() {
        let (one, two) = (RefreshToken::generate(), RefreshToken::generate());
        assert_eq!(one.bytes().len(), PREFIX.len() + 43);
        assert_ne!(one.hash(), two.hash());
        assert_eq!(RefreshToken::parse(&one.clone().into_secret()).unwrap().hash(), one.hash());
    }

    #[test]
    fn what_has_another_form_is_no_token() {
        let token = RefreshToken::generate().into_secret();
        let token = token.expose_secret();
        let bad = [
            String::new(),
            PREFIX.to_owned(),
            token[PREFIX.len()..].to_owned(),
            format!("{token}A"),
            token[..token.len() - 1].to_owned(),
            token.to_uppercase(),
            format!(" {token}"),
            format!("{PREFIX}{}", "é".repeat(20)),
            format!("{PREFIX}{}", "A".repeat(2_000_000)),
            "eyJhbGciOiJFZERTQSJ9.e30.AAAA".to_owned(),
        ];
        for text in bad {
            assert!(RefreshToken::parse(&text.as_str().into()).is_none(), "{text:.60}");
        }
    }

    #[test]
    fn only_the_holder_of_a_token_can_open_its_successor() {
        let (token, successor, stranger) =
            (RefreshToken::generate(), RefreshToken::generate(), RefreshToken::generate());
        let sealed = token.seal(&successor);
        assert_eq!(token.open(&sealed).unwrap().hash(), successor.hash());
        assert!(stranger.open(&sealed).is_none());
        assert!(!sealed.windows(8).any(|part| successor.bytes().windows(8).any(|plain| plain == part)));
    }
}
