//! Payloads of sign-up, login, logout and passwords.

use super::delivery::{CookieChange, TokenDelivery};
use crate::graphql::context::request;
use crate::graphql::entity::set_caller;
use crate::graphql::guard::directives::sensitive;
use crate::graphql::payload::MutationResult;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::graphql::viewer::Viewer;
use async_graphql::{Context, SimpleObject};
use secrecy::ExposeSecret as _;
use service::auth::{IssuedReset, IssuedTokens, csrf_token};

/// Result of a mutation that issues tokens.
#[derive(Default, SimpleObject)]
pub struct AuthPayload {
    /// Short-lived access token, a signed JWT with role claims. Null in cookie mode and on failure.
    #[graphql(directive = sensitive::apply())]
    access_token: Option<String>,
    /// Refresh token for `refresh`. Null in cookie mode, on failure, and for mutations that leave the current refresh
    /// token valid: `reauthenticate`, `sessionActivateRoles` and `sessionDeactivateRoles`.
    #[graphql(directive = sensitive::apply())]
    refresh_token: Option<String>,
    /// CSRF token for the header `ServiceInfo.csrfHeaderName`. Null outside cookie mode and on failure.
    #[graphql(directive = sensitive::apply())]
    csrf_token: Option<String>,
    /// Time at which the access token expires. Null on failure.
    expires_at: Option<DateTime>,
    /// Session after the change. Null on failure.
    viewer: Option<Viewer>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of a logout.
#[derive(Debug, SimpleObject)]
pub struct LogoutPayload {
    /// Number of sessions that were revoked.
    pub(super) ended_sessions: i32,
    /// Errors that prevented the change. Currently always empty.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of a mutation that returns no object.
#[derive(Debug, SimpleObject)]
pub struct RequestPayload {
    /// Whether the request was accepted. False when `userErrors` is not empty.
    accepted: bool,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl RequestPayload {
    /// The result of a mutation that returns no object.
    #[must_use]
    pub fn new(done: MutationResult<()>) -> Self {
        Self { accepted: done.value.is_some(), user_errors: done.user_errors }
    }
}

/// Result of issuing a password reset token. The service does not deliver the token to the user.
#[derive(SimpleObject)]
pub struct PasswordResetPayload {
    /// Reset token for `passwordReset`, returned only once. Null on failure.
    #[graphql(directive = sensitive::apply())]
    token: Option<String>,
    /// Time at which the reset token expires. Null on failure.
    expires_at: Option<DateTime>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl PasswordResetPayload {
    /// The result of issuing a password reset token.
    #[must_use]
    pub fn new(done: MutationResult<IssuedReset>) -> Self {
        let MutationResult { value, user_errors, .. } = done;
        let expires_at = value.as_ref().map(|issued| DateTime(issued.expires_at));
        Self { token: value.map(|issued| issued.token.expose_secret().to_owned()), expires_at, user_errors }
    }
}

impl AuthPayload {
    /// The result of issuing tokens. For the fields below it, the caller is the session that was created or changed.
    /// Tokens delivered in cookies are left out of the response.
    #[must_use]
    pub fn new(ctx: &Context<'_>, done: MutationResult<IssuedTokens>, delivery: TokenDelivery) -> Self {
        let MutationResult { value, user_errors, .. } = done;
        let Some(signed_in) = value else { return Self { user_errors, ..Self::default() } };
        let caller = signed_in.caller.clone();
        set_caller(ctx, caller.clone());
        let payload = Self {
            expires_at: Some(DateTime(signed_in.expires_at)),
            viewer: Some(Viewer::new(caller, delivery)),
            user_errors,
            ..Self::default()
        };
        match (delivery, &request(ctx).cookies) {
            (TokenDelivery::Cookie, Some(jar)) => {
                let csrf_token = csrf_token(&request(ctx).service, signed_in.caller.session);
                jar.set_change(CookieChange::Set(Box::new(signed_in)));
                Self { csrf_token: Some(csrf_token), ..payload }
            }
            // `TokenDelivery::ensure` has checked that there is a jar.
            (TokenDelivery::Cookie, None) => payload,
            (TokenDelivery::Body, _) => Self {
                access_token: Some(signed_in.access_token.expose_secret().to_owned()),
                refresh_token: signed_in.refresh_token.map(|token| token.expose_secret().to_owned()),
                ..payload
            },
        }
    }
}

/// Leaves out the tokens.
impl std::fmt::Debug for PasswordResetPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordResetPayload").field("user_errors", &self.user_errors).finish_non_exhaustive()
    }
}

/// Leaves out the tokens.
impl std::fmt::Debug for AuthPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthPayload").field("user_errors", &self.user_errors).finish_non_exhaustive()
    }
}
