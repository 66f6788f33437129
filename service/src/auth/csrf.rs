//! Tokens against cross-site request forgery: an HMAC over the session's id (OWASP, CSRF Prevention),
//! so that nothing is stored and every replica knows them. Another site can neither read nor guess one.

use super::logout::Presented;
use super::refresh_token::RefreshToken;
use super::seal::derive;
use super::{authenticate, store};
use crate::{Error, Result, Service, boxed};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use engine::SessionId;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The key that makes these tokens.
pub struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// Derives the key from the secret of the deployment.
    #[must_use]
    pub fn derive(secret: &SecretString) -> Self {
        let key = derive(secret.expose_secret().as_bytes(), "csrf tokens");
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
    }

    fn token(&self, session: SessionId) -> String {
        BASE64.encode(hmac::sign(&self.0, session.uuid().as_bytes()))
    }

    /// Is `shown` the token of the session? Compared in constant time.
    fn verifies(&self, session: SessionId, shown: &str) -> bool {
        BASE64.decode(shown).is_ok_and(|shown| hmac::verify(&self.0, session.uuid().as_bytes(), &shown).is_ok())
    }
}

impl fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfKey")
    }
}

/// The token of a session; the same as long as the session lasts.
#[must_use]
pub fn csrf_token(service: &Service, session: SessionId) -> String {
    service.csrf.token(session)
}

/// Is `shown` the token of the session?
#[must_use]
pub fn is_csrf_token(service: &Service, session: SessionId, shown: &str) -> bool {
    service.csrf.verifies(session, shown)
}

/// The session that credentials name, whether or not they have run out or the session has ended: by
/// the access token where that is one of ours, else by the refresh token.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be told.
#[boxed]
pub async fn session_named(service: &Service, presented: &Presented) -> Result<Option<SessionId>> {
    if let Some(token) = &presented.access_token {
        match authenticate::session_of(service, token.expose_secret()).await {
            Err(Error::Unauthenticated(_)) => {}
            session => return session.map(Some),
        }
    }
    let Some(token) = presented.refresh_token.as_ref().and_then(RefreshToken::parse) else { return Ok(None) };
    let stored = store::token(service.database.connection(), token.hash()).await?;
    Ok(stored.map(|stored| stored.session))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn session(number: u128) -> SessionId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn a_token_is_good_for_its_session_and_secret_only() {
        let key = CsrfKey::derive(&"secret".into());
        let token = key.token(session(1));
        assert_eq!(token.len(), 43);
        assert!(key.verifies(session(1), &token));
        assert!(CsrfKey::derive(&"secret".into()).verifies(session(1), &token), "on another replica");
        assert!(!key.verifies(session(2), &token));
        assert!(!CsrfKey::derive(&"another".into()).verifies(session(1), &token));
    }

    #[test]
    fn what_is_not_the_whole_token_is_none() {
        let key = CsrfKey::derive(&"secret".into());
        let token = key.token(session(1));
        let bad = [String::new(), token[..42].to_owned(), format!("{token}A"), format!("{token}="), "fetch".to_owned()];
        for text in bad {
            assert!(!key.verifies(session(1), &text), "{text}");
        }
    }
}
