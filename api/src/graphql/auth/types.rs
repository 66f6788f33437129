//! What signing in and out gives.

use super::delivery::{CookieChange, TokenDelivery};
use crate::graphql::context::request;
use crate::graphql::entity::enter_as;
use crate::graphql::guard::directives::sensitive;
use crate::graphql::payload::Done;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::graphql::viewer::Viewer;
use async_graphql::{Context, SimpleObject};
use secrecy::ExposeSecret as _;
use service::auth::{IssuedReset, SignedIn, csrf_token};

/// Result of signing in, refreshing, confirming the password or switching roles.
#[derive(Default, SimpleObject)]
pub struct AuthPayload {
    /// Short-lived signed token with role claims; null in cookie mode and on failure.
    #[graphql(directive = sensitive::apply())]
    access_token: Option<String>,
    /// For `refresh`; null in cookie mode, on failure, and when roles were switched or the password was confirmed, where the one in hand stays good.
    #[graphql(directive = sensitive::apply())]
    refresh_token: Option<String>,
    /// In cookie mode, for the CSRF header.
    #[graphql(directive = sensitive::apply())]
    csrf_token: Option<String>,
    /// When the access token runs out: refresh shortly before.
    expires_at: Option<DateTime>,
    /// The session as it is now.
    viewer: Option<Viewer>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of logging out.
#[derive(Debug, SimpleObject)]
pub struct LogoutPayload {
    /// How many sessions were ended; 0 when there was none.
    pub(super) ended_sessions: i32,
    /// Always empty today.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of a request that answers alike in every case.
#[derive(Debug, SimpleObject)]
pub struct RequestPayload {
    /// True unless `userErrors` says otherwise.
    accepted: bool,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl RequestPayload {
    /// What a request came to.
    #[must_use]
    pub fn new(done: Done<()>) -> Self {
        Self { accepted: done.value.is_some(), user_errors: done.user_errors }
    }
}

/// A reset token, to be handed over by a way the service does not know.
#[derive(SimpleObject)]
pub struct PasswordResetPayload {
    /// For `passwordReset`; shown this once, null on failure.
    #[graphql(directive = sensitive::apply())]
    token: Option<String>,
    /// When it runs out.
    expires_at: Option<DateTime>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl PasswordResetPayload {
    /// What issuing a reset came to.
    #[must_use]
    pub fn new(done: Done<IssuedReset>) -> Self {
        let Done { value, user_errors, .. } = done;
        let expires_at = value.as_ref().map(|issued| DateTime(issued.expires_at));
        Self { token: value.map(|issued| issued.token.expose_secret().to_owned()), expires_at, user_errors }
    }
}

impl AuthPayload {
    /// What signing in came to. Below it, the caller is the session just made, or as it is now. Tokens that
    /// are delivered by cookie are in no answer.
    #[must_use]
    pub fn new(ctx: &Context<'_>, done: Done<SignedIn>, delivery: TokenDelivery) -> Self {
        let Done { value, user_errors, .. } = done;
        let Some(signed_in) = value else { return Self { user_errors, ..Self::default() } };
        let caller = signed_in.caller.clone();
        enter_as(ctx, caller.clone());
        let common = Self {
            expires_at: Some(DateTime(signed_in.expires_at)),
            viewer: Some(Viewer::new(caller, delivery)),
            user_errors,
            ..Self::default()
        };
        match (delivery, &request(ctx).cookies) {
            (TokenDelivery::Cookie, Some(jar)) => {
                let csrf_token = csrf_token(&request(ctx).service, signed_in.caller.session);
                jar.change(CookieChange::Carry(Box::new(signed_in)));
                Self { csrf_token: Some(csrf_token), ..common }
            }
            // Asked before anything was done: there is a jar.
            (TokenDelivery::Cookie, None) => common,
            (TokenDelivery::Body, _) => Self {
                access_token: Some(signed_in.access_token.expose_secret().to_owned()),
                refresh_token: signed_in.refresh_token.map(|token| token.expose_secret().to_owned()),
                ..common
            },
        }
    }
}

/// Tokens do not print.
impl std::fmt::Debug for PasswordResetPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordResetPayload").field("user_errors", &self.user_errors).finish_non_exhaustive()
    }
}

/// Tokens do not print.
impl std::fmt::Debug for AuthPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthPayload").field("user_errors", &self.user_errors).finish_non_exhaustive()
    }
}
