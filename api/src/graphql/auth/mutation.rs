//! Signing up, in and out, and changing one's password.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::delivery::is_dead;
use super::{AuthPayload, LogoutPayload, RequestPayload, TokenDelivery};
use crate::graphql::context::{Credential, Request, request};
use crate::graphql::guard::directives::{RateBucket, authenticated, limited, public, sensitive};
use crate::graphql::payload::Done;
use crate::graphql::users::UserPayload;
use async_graphql::{Context, Object, Result};
use secrecy::SecretString;
use service::Error;
use service::auth::{self, Credentials, Presented, Reach, SignUp};

/// The five verbs of the common path, and passwords.
#[derive(Debug, Default)]
pub struct AuthMutation;

#[Object]
impl AuthMutation {
    /// Create an account with the default role and sign it in.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Signup))]
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]
    async fn signup(
        &self,
        ctx: &Context<'_>,
        username: String,
        #[graphql(secret, directive = sensitive::apply())] password: String,
        email: Option<String>,
        display_name: Option<String>,
        #[graphql(default_with = "TokenDelivery::Body")] delivery: TokenDelivery,
    ) -> Result<AuthPayload> {
        delivery.ensure(ctx)?;
        let request = request(ctx);
        let new = SignUp { username, password: password.into(), email, display_name };
        let done = auth::sign_up(&request.service, &request.context, new).await;
        Ok(AuthPayload::new(ctx, Done::new(ctx, done)?, delivery))
    }

    /// Start a session with a username, or with the e-mail address of an account that has one. `roles` picks the roles to activate. When omitted: all that need no explicit activation, as many as dynamic separation of duty allows, in a fixed order.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Login))]
    async fn login(
        &self,
        ctx: &Context<'_>,
        username: String,
        #[graphql(secret, directive = sensitive::apply())] password: String,
        roles: Option<Vec<String>>,
        #[graphql(default_with = "TokenDelivery::Body")] delivery: TokenDelivery,
    ) -> Result<AuthPayload> {
        delivery.ensure(ctx)?;
        let request = request(ctx);
        let credentials = Credentials { username, password: password.into(), roles };
        let done = auth::login(&request.service, &request.context, credentials).await;
        Ok(AuthPayload::new(ctx, Done::new(ctx, done)?, delivery))
    }

    /// Trade a refresh token, from the argument or the HttpOnly cookie, for a new access token and its successor. Presented twice within a few seconds, as two tabs do, it yields the same successor; presented again later, it ends the session.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Refresh))]
    async fn refresh(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] refresh_token: Option<String>,
    ) -> Result<AuthPayload> {
        let request = request(ctx);
        let jar = request.cookies.as_ref();
        // A session stays with the delivery it was opened with.
        let (token, delivery) = match (refresh_token, jar.and_then(|jar| jar.refresh_token())) {
            (None, Some(token)) => (token, TokenDelivery::Cookie),
            // No token is as good as an empty one: neither was ever issued.
            (given, _) => (given.unwrap_or_default().into(), TokenDelivery::Body),
        };
        let done = auth::refresh(&request.service, &request.context, token).await;
        if let (TokenDelivery::Cookie, Some(jar), Err(Error::Refused(refusals))) = (delivery, jar, &done)
            && is_dead(refusals)
        {
            jar.clear();
        }
        Ok(AuthPayload::new(ctx, Done::new(ctx, done)?, delivery))
    }

    /// End this session, or all of one's own. Succeeds even when the token has already expired.
    #[graphql(directive = public::apply())]
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] refresh_token: Option<String>,
        #[graphql(default = false)] everywhere: bool,
    ) -> Result<LogoutPayload> {
        let request = request(ctx);
        let presented = presented(request, refresh_token);
        let reach = if everywhere { Reach::Everywhere } else { Reach::ThisSession };
        let done = auth::logout(&request.service, &request.context, presented, reach).await;
        let Done { value, user_errors, .. } = Done::new(ctx, done)?;
        if let Some(jar) = &request.cookies {
            jar.clear();
        }
        let ended_sessions = i32::try_from(value.unwrap_or_default()).unwrap_or(i32::MAX);
        Ok(LogoutPayload { ended_sessions, user_errors })
    }

    /// Confirm the password so that @recentLogin fields open; a fresh login does the same. Gives a new access token; the refresh token in hand stays good. A wrong password ends nothing.
    #[graphql(directive = authenticated::apply(), directive = limited::apply(RateBucket::Login))]
    async fn reauthenticate(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] password: String,
    ) -> Result<Option<AuthPayload>> {
        let request = request(ctx);
        let done = auth::reauthenticate(&request.service, &request.context, password.into()).await;
        Ok(Some(AuthPayload::new(ctx, Done::new(ctx, done)?, TokenDelivery::of(&request.credential))))
    }

    /// Change one's own password. Ends all other sessions.
    #[graphql(directive = authenticated::apply(), directive = limited::apply(RateBucket::Login))]
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] current_password: String,
        #[graphql(secret, directive = sensitive::apply())] new_password: String,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let (current, new) = (current_password.into(), new_password.into());
        let done = auth::change_password(&request.service, &request.context, current, new).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Set a new password with a reset token. Ends all sessions.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Login))]
    async fn password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] token: String,
        #[graphql(secret, directive = sensitive::apply())] new_password: String,
    ) -> Result<RequestPayload> {
        let request = request(ctx);
        let (token, new) = (token.into(), new_password.into());
        let done = auth::reset_password(&request.service, &request.context, token, new).await;
        Ok(RequestPayload::new(Done::new(ctx, done)?))
    }
}

/// Whatever names the session to end: the credential of the request, good or not, the argument, or else
/// the cookie.
fn presented(request: &Request, refresh_token: Option<String>) -> Presented {
    let access_token = match &request.credential {
        Credential::None => None,
        Credential::Bearer(token) | Credential::Cookie(token) | Credential::Unusable { token, .. } => {
            Some(token.clone())
        }
    };
    let kept = || request.cookies.as_ref().and_then(|jar| jar.refresh_token());
    Presented { access_token, refresh_token: refresh_token.map(SecretString::from).or_else(kept) }
}
