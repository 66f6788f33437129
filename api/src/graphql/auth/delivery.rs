//! Token delivery in cookies: the cookies that an operation reads and the change that it makes. `http/cookies.rs` writes
//! the headers.

use crate::graphql::context::{Credential, request};
use crate::graphql::error::ErrorCode;
use async_graphql::{Context, Enum, Result};
use secrecy::SecretString;
use service::auth::IssuedTokens;
use service::{Refusal, RefusalCode};
use std::sync::{Mutex, PoisonError};

/// Name of the header with the CSRF token.
pub const CSRF_HEADER: &str = "X-CSRF-Token";

/// Modes of token delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TokenDelivery {
    /// In the response. The client keeps the tokens and sends `Authorization: Bearer` (RFC 6750).
    Body,
    /// In HttpOnly, Secure and SameSite cookies (cookie mode). Scripts cannot read the tokens, and each request needs
    /// the CSRF header.
    Cookie,
}

/// Cookies of the browser that sent a request. A request that may not set cookies, such as one of another site, has no
/// jar.
#[derive(Debug, Default)]
pub struct CookieJar {
    accepted: Option<AcceptedCookies>,
    change: Mutex<Option<CookieChange>>,
}

/// Cookies accepted as credentials, besides that of the access token.
#[derive(Debug)]
struct AcceptedCookies {
    refresh_token: Option<SecretString>,
}

/// Change of the cookies, made with the response.
#[derive(Clone, Debug)]
pub enum CookieChange {
    /// Set them to these tokens.
    Set(Box<IssuedTokens>),
    /// Delete them.
    Clear,
}

impl CookieJar {
    /// The jar of a browser whose cookies were accepted, with its refresh token. The default jar has no cookies.
    #[must_use]
    pub fn accepted(refresh_token: Option<SecretString>) -> Self {
        Self { accepted: Some(AcceptedCookies { refresh_token }), change: Mutex::default() }
    }

    /// The refresh token of an accepted cookie.
    pub(super) fn refresh_token(&self) -> Option<SecretString> {
        self.accepted.as_ref().and_then(|accepted| accepted.refresh_token.clone())
    }

    /// Deletes the accepted cookies, whose session has ended.
    pub fn clear(&self) {
        if self.accepted.is_some() {
            self.set_change(CookieChange::Clear);
        }
    }

    /// Sets the change to make. A later one replaces it.
    pub(super) fn set_change(&self, change: CookieChange) {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    /// Takes the change to make, if there is one.
    #[must_use]
    pub fn take_change(&self) -> Option<CookieChange> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl TokenDelivery {
    /// The delivery by which the client got the credentials of a request.
    pub(in crate::graphql) fn of(credential: &Credential) -> Self {
        match credential {
            Credential::Cookie(_) => Self::Cookie,
            Credential::None | Credential::Bearer(_) | Credential::Unusable { .. } => Self::Body,
        }
    }

    /// Checks that the request allows this delivery, before anything is done.
    ///
    /// # Errors
    /// `CSRF_FAILED` when cookies cannot be set.
    pub(super) fn ensure(self, ctx: &Context<'_>) -> Result<()> {
        match (self, &request(ctx).cookies) {
            (Self::Body, _) | (Self::Cookie, Some(_)) => Ok(()),
            (Self::Cookie, None) => Err(ErrorCode::CsrfFailed.error(
                "tokens cannot be delivered in cookies to this origin: send the request from an allowed origin",
            )),
        }
    }
}

/// Whether the refresh token can never be used again. A client that lost a race or was limited keeps its cookies.
pub(super) fn ends_refresh_token(refusals: &[Refusal]) -> bool {
    let final_codes = [RefusalCode::RefreshTokenInvalid, RefusalCode::RefreshTokenReused];
    refusals.iter().any(|refusal| final_codes.contains(&refusal.code))
}
