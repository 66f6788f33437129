//! Refresh tokens. Only their hashes are stored, and during the grace period the next token, sealed so that only the
//! holder of the rotated token can open it.
//!
//! A token names its session under a tag that only this deployment can make. So the reuse of a token is detected for as
//! long as its session lives, although its row is deleted soon after its rotation.

use crate::crypto::{SealingKey, TokenHash, derive, random, sha256};
use crate::store;
use crate::{Result, Service};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use engine::SessionId;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Prefix of refresh tokens.
const PREFIX: &str = "kwr_";
/// Purpose that the sealing keys are derived for.
const PURPOSE: &str = "refresh token successor";
/// Random bytes of a token, before the id of its session.
const RANDOM: usize = 32;
/// Bytes of the tag, after it.
const TAG: usize = 16;
/// Bytes of a token.
const LEN: usize = RANDOM + size_of::<Uuid>() + TAG;

/// Key of the tags of refresh tokens.
pub struct RefreshKey(hmac::Key);

impl RefreshKey {
    /// Derives the key from the secret of the deployment.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the cryptographic library fails.
    pub fn derive(secret: &SecretString) -> Result<Self> {
        let key = derive(secret.expose_secret().as_bytes(), "refresh tokens")?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())))
    }

    fn tag(&self, signed: &[u8]) -> [u8; TAG] {
        let tag = hmac::sign(&self.0, signed);
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Debug for RefreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshKey")
    }
}

/// Text in the form of a refresh token.
#[derive(Clone, Debug)]
pub(super) struct RefreshToken(SecretString);

impl RefreshToken {
    /// New token of a session.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] without random numbers.
    pub(super) fn generate(key: &RefreshKey, session: SessionId) -> Result<Self> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LEN));
        bytes.extend_from_slice(random::<RANDOM>()?.as_slice());
        bytes.extend_from_slice(session.uuid().as_bytes());
        let tag = key.tag(&bytes);
        bytes.extend_from_slice(&tag);
        Ok(Self(format!("{PREFIX}{}", BASE64.encode(&*bytes)).into()))
    }

    /// Parses a token; `None` for another form.
    pub(super) fn parse(text: &SecretString) -> Option<Self> {
        decode(text).map(|_| Self(text.clone()))
    }

    /// The session of a token that this deployment issued with this key; `None` for any other text of the same form.
    fn session(&self, key: &RefreshKey) -> Option<SessionId> {
        let bytes = decode(&self.0)?;
        let (signed, tag) = bytes.split_last_chunk::<TAG>()?;
        let (_, session) = signed.split_last_chunk()?;
        let is_issued = bool::from(key.tag(signed).as_slice().ct_eq(tag.as_slice()));
        is_issued.then(|| Uuid::from_bytes(*session).into())
    }

    pub(super) fn hash(&self) -> TokenHash {
        sha256(self.bytes())
    }

    /// Seals the next token under this one.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the cryptographic library fails.
    pub(super) fn seal(&self, next: &Self) -> Result<Vec<u8>> {
        SealingKey::derive(self.bytes(), PURPOSE)?.seal(next.bytes(), &self.hash())
    }

    /// Opens the next token; `None` when this one did not seal it.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Self> {
        let text = SealingKey::derive(self.bytes(), PURPOSE).ok()?.open(sealed, &self.hash())?;
        Self::parse(&std::str::from_utf8(&text).ok()?.into())
    }

    pub(super) fn into_secret(self) -> SecretString {
        self.0
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

fn decode(text: &SecretString) -> Option<Zeroizing<[u8; LEN]>> {
    let digits = text.expose_secret().strip_prefix(PREFIX)?;
    let mut bytes = Zeroizing::new([0; LEN + 1]);
    let is_token = BASE64.decode_slice(digits, bytes.as_mut()) == Ok(LEN);
    bytes.first_chunk().filter(|_| is_token).copied().map(Zeroizing::new)
}

/// What is known of a token; `None` for one that was never issued, or whose session is deleted. A token without a row was
/// rotated, and its row deleted since.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(super) async fn find(service: &Service, token: &RefreshToken) -> Result<Option<store::tokens::TokenRecord>> {
    let stored = store::tokens::find(service.database.connection(), token.hash()).await?;
    Ok(stored.or_else(|| token.session(&service.refresh_key).map(store::tokens::TokenRecord::deleted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> RefreshKey {
        RefreshKey::derive(&secret.into()).unwrap()
    }

    fn generate(session: u128) -> RefreshToken {
        RefreshToken::generate(&key("secret"), Uuid::from_u128(session).into()).unwrap()
    }

    #[test]
    fn a_token_is_parsed_and_no_two_are_equal() {
        let (one, two) = (generate(1), generate(1));
        assert_eq!(one.bytes().len(), PREFIX.len() + 86);
        assert_ne!(one.hash(), two.hash());
        assert_eq!(RefreshToken::parse(&one.clone().into_secret()).unwrap().hash(), one.hash());
    }

    #[test]
    fn a_token_names_its_session_to_those_who_have_the_secret() {
        let token = generate(7);
        assert_eq!(token.session(&key("secret")), Some(Uuid::from_u128(7).into()));
        assert_eq!(token.session(&key("another")), None);
    }

    #[test]
    fn a_changed_token_names_no_session() {
        let text = generate(7).into_secret();
        let bytes = BASE64.decode(&text.expose_secret()[PREFIX.len()..]).unwrap();
        for at in 0..LEN {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed = format!("{PREFIX}{}", BASE64.encode(changed)).into();
            assert_eq!(RefreshToken::parse(&changed).unwrap().session(&key("secret")), None, "byte {at}");
        }
    }

    #[test]
    fn a_text_of_another_form_is_not_a_token() {
        let token = generate(1).into_secret();
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
            format!("{PREFIX}{}", "A".repeat(43)),
            format!("{PREFIX}{}", "A".repeat(2_000_000)),
            "eyJhbGciOiJFZERTQSJ9.e30.AAAA".to_owned(),
        ];
        for text in bad {
            assert!(RefreshToken::parse(&text.as_str().into()).is_none(), "{text:.60}");
        }
    }

    #[test]
    fn only_the_holder_of_a_token_can_open_the_next_one() {
        let (token, next, other) = (generate(1), generate(1), generate(1));
        let sealed = token.seal(&next).unwrap();
        assert_eq!(token.open(&sealed).unwrap().hash(), next.hash());
        assert!(other.open(&sealed).is_none());
        assert!(!sealed.windows(8).any(|part| next.bytes().windows(8).any(|plain| plain == part)));
    }
}
