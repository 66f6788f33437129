//! CSRF tokens: an HMAC over the id of the session (OWASP, CSRF Prevention). Nothing is stored, every replica can check
//! them, and another site can neither read nor guess one.

use super::authenticate;
use super::logout::SessionTokens;
use super::refresh_token::{self, RefreshToken};
use crate::crypto::derive;
use crate::{Error, Result, Service, boxed};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use engine::SessionId;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// Key of CSRF tokens.
pub struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// Derives the key from the secret of the deployment.
    ///
    /// # Errors
    /// [`Error::Internal`] when the cryptographic library fails.
    pub fn derive(secret: &SecretString) -> Result<Self> {
        let key = derive(secret.expose_secret().as_bytes(), "csrf tokens")?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())))
    }

    fn token(&self, session: SessionId) -> String {
        BASE64.encode(hmac::sign(&self.0, session.uuid().as_bytes()))
    }

    /// Returns true when `token` is that of the session. Compared in constant time.
    fn verifies(&self, session: SessionId, token: &str) -> bool {
        BASE64.decode(token).is_ok_and(|token| hmac::verify(&self.0, session.uuid().as_bytes(), &token).is_ok())
    }
}

impl fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfKey")
    }
}

/// CSRF token of a session, the same for its whole lifetime.
#[must_use]
pub fn csrf_token(service: &Service, session: SessionId) -> String {
    service.csrf.token(session)
}

/// Returns true when `token` is the CSRF token of the session.
#[must_use]
pub fn is_csrf_token(service: &Service, session: SessionId, token: &str) -> bool {
    service.csrf.verifies(session, token)
}

/// Session that tokens name, by a valid access token, else by the refresh token. Expired tokens and ended sessions
/// count too.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be determined.
#[boxed]
pub async fn session_of_tokens(service: &Service, tokens: &SessionTokens) -> Result<Option<SessionId>> {
    if let Some(token) = &tokens.access_token {
        match authenticate::session_of(service, token.expose_secret()).await {
            Err(Error::Unauthenticated(_)) => {}
            session => return session.map(Some),
        }
    }
    let Some(token) = tokens.refresh_token.as_ref().and_then(RefreshToken::parse) else { return Ok(None) };
    Ok(refresh_token::find(service, &token).await?.map(|stored| stored.session))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn session(number: u128) -> SessionId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn a_token_is_valid_for_its_session_and_secret_only() {
        let key = CsrfKey::derive(&"secret".into()).unwrap();
        let token = key.token(session(1));
        assert_eq!(token.len(), 43);
        assert!(key.verifies(session(1), &token));
        assert!(CsrfKey::derive(&"secret".into()).unwrap().verifies(session(1), &token), "on another replica");
        assert!(!key.verifies(session(2), &token));
        assert!(!CsrfKey::derive(&"another".into()).unwrap().verifies(session(1), &token));
    }

    #[test]
    fn a_changed_token_is_not_valid() {
        let key = CsrfKey::derive(&"secret".into()).unwrap();
        let token = key.token(session(1));
        let bad = [String::new(), token[..42].to_owned(), format!("{token}A"), format!("{token}="), "fetch".to_owned()];
        for text in bad {
            assert!(!key.verifies(session(1), &text), "{text}");
        }
    }
}
