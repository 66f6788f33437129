//! What signing in and out gives.

use crate::graphql::entity::enter_as;
use crate::graphql::guard::directives::sensitive;
use crate::graphql::payload::Done;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::graphql::viewer::Viewer;
use async_graphql::{Context, Enum, SimpleObject};
use secrecy::ExposeSecret as _;
use service::auth::SignedIn;

/// How tokens are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TokenDelivery {
    /// In the response; the client keeps them and sends `Authorization: Bearer`.
    Body,
}

/// Result of signing in, refreshing or switching roles.
#[derive(SimpleObject)]
pub struct AuthPayload {
    /// Short-lived signed token with role claims; null on failure.
    #[graphql(directive = sensitive::apply())]
    access_token: Option<String>,
    /// For `refresh`; null on failure, and when roles were switched, where the one in hand stays good.
    #[graphql(directive = sensitive::apply())]
    refresh_token: Option<String>,
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

impl AuthPayload {
    /// What signing in came to. Below it, the caller is the session just made, or as it is now.
    #[must_use]
    pub fn new(ctx: &Context<'_>, done: Done<SignedIn>) -> Self {
        let Done { value, user_errors, .. } = done;
        let Some(signed_in) = value else {
            return Self { access_token: None, refresh_token: None, expires_at: None, viewer: None, user_errors };
        };
        enter_as(ctx, signed_in.caller.clone());
        Self {
            access_token: Some(signed_in.access_token.expose_secret().to_owned()),
            refresh_token: signed_in.refresh_token.map(|token| token.expose_secret().to_owned()),
            expires_at: Some(DateTime(signed_in.expires_at)),
            viewer: Some(Viewer::new(signed_in.caller)),
            user_errors,
        }
    }
}

/// Tokens do not print.
impl std::fmt::Debug for AuthPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthPayload").field("user_errors", &self.user_errors).finish_non_exhaustive()
    }
}
