//! Delivery by cookie: what an operation takes from a browser's cookies, and what they are to be
//! afterwards. How cookies are written is `http/cookies.rs`'s business.

use crate::graphql::context::{Credential, request};
use crate::graphql::error::Code;
use async_graphql::{Context, Enum, Result};
use secrecy::SecretString;
use service::auth::SignedIn;
use service::{Refusal, RefusalCode};
use std::sync::{Mutex, PoisonError};

/// Header with the token against cross-site request forgery.
pub const CSRF_HEADER: &str = "X-CSRF-Token";

/// How tokens are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TokenDelivery {
    /// In the response; the client keeps them and sends `Authorization: Bearer`.
    Body,
    /// As HttpOnly, Secure, SameSite cookies; scripts never see them, and each request needs the CSRF header.
    Cookie,
}

/// The cookies of the browser that sent a request. There is a jar only where cookies may be set: a page
/// of another site has none.
#[derive(Debug, Default)]
pub struct CookieJar {
    shown: Option<Shown>,
    change: Mutex<Option<CookieChange>>,
}

/// What the browser showed that counts, besides the access token.
#[derive(Debug)]
struct Shown {
    refresh_token: Option<SecretString>,
}

/// What becomes of the cookies once the answer is there.
#[derive(Clone, Debug)]
pub enum CookieChange {
    /// They carry these tokens.
    Carry(Box<SignedIn>),
    /// They are thrown away.
    Clear,
}

impl CookieJar {
    /// The jar of a browser whose cookies count, with its refresh token. An empty one is the default.
    #[must_use]
    pub fn holding(refresh_token: Option<SecretString>) -> Self {
        Self { shown: Some(Shown { refresh_token }), change: Mutex::default() }
    }

    /// The refresh token in it.
    pub(super) fn refresh_token(&self) -> Option<SecretString> {
        self.shown.as_ref().and_then(|shown| shown.refresh_token.clone())
    }

    /// Throws away the cookies that the browser showed, once their session has ended for good.
    pub fn clear(&self) {
        if self.shown.is_some() {
            self.change(CookieChange::Clear);
        }
    }

    /// Says what is to become of the cookies. The last word counts.
    pub(super) fn change(&self, change: CookieChange) {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    /// What is to become of the cookies; nothing where nobody said so.
    #[must_use]
    pub fn take_change(&self) -> Option<CookieChange> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl TokenDelivery {
    /// How the credential of the request was delivered.
    pub(in crate::graphql) fn of(credential: &Credential) -> Self {
        match credential {
            Credential::Cookie(_) => Self::Cookie,
            Credential::None | Credential::Bearer(_) | Credential::Unusable { .. } => Self::Body,
        }
    }

    /// Makes sure, before anything is done, that tokens can be handed out so.
    ///
    /// # Errors
    /// `CSRF_FAILED`
    pub(super) fn ensure(self, ctx: &Context<'_>) -> Result<()> {
        match (self, &request(ctx).cookies) {
            (Self::Body, _) | (Self::Cookie, Some(_)) => Ok(()),
            (Self::Cookie, None) => Err(Code::CsrfFailed.error("no cookie is set for this page")),
        }
    }
}

/// Does the refusal mean that the refresh token is good for nothing any more? Whoever merely lost a
/// race, or has to wait, keeps the cookies.
pub(super) fn is_dead(refusals: &[Refusal]) -> bool {
    let dead = [RefusalCode::RefreshTokenInvalid, RefusalCode::RefreshTokenReused];
    refusals.iter().any(|refusal| dead.contains(&refusal.code))
}
