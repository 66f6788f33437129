//! Mutations of credentials and of the current session.

use super::delivery::ends_refresh_token;
use super::{AuthPayload, LogoutPayload, RequestPayload, TokenDelivery};
use crate::graphql::context::{Credential, Request, guarded_context, request};
use crate::graphql::guard::directives::{RateBucket, authenticated, limited, public, sensitive};
use crate::graphql::payload::MutationResult;
use crate::graphql::users::UserPayload;
use async_graphql::{Context, Object, Result};
use secrecy::SecretString;
use service::Error;
use service::auth::{self, LoginCredentials, LogoutScope, NewAdministrator, SessionTokens, SignUp};

/// Mutations of credentials and of the current session.
#[derive(Debug, Default)]
pub struct AuthMutation;

#[Object]
impl AuthMutation {
    /// Creates an account with the default roles and logs it in.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Signup))]
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
        let done = auth::sign_up(&request.service, &guarded_context(ctx), new).await;
        Ok(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, delivery))
    }

    /// Creates the first administrator with the token of the set-up link that the service prints at startup, and logs it
    /// in. Fails with `INVALID_CREDENTIALS` once a user has the role `superadmin`.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Signup))]
    async fn administrator_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] token: String,
        username: String,
        #[graphql(secret, directive = sensitive::apply())] password: String,
        #[graphql(default_with = "TokenDelivery::Body")] delivery: TokenDelivery,
    ) -> Result<AuthPayload> {
        delivery.ensure(ctx)?;
        let request = request(ctx);
        let new = NewAdministrator { username, password: password.into() };
        let done = auth::set_up(&request.service, &guarded_context(ctx), token.into(), new).await;
        Ok(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, delivery))
    }

    /// Creates a session (CreateSession). Fails with `INVALID_CREDENTIALS`, `ACCOUNT_NOT_ACTIVE`, `ROLE_NOT_ASSIGNED`
    /// or `SOD_VIOLATION`.
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
        let credentials = LoginCredentials { username, password: password.into(), roles };
        let done = auth::login(&request.service, &guarded_context(ctx), credentials).await;
        Ok(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, delivery))
    }

    /// Rotates a refresh token: issues a new access token and a new refresh token. Within a grace period of a few
    /// seconds, the same token yields the same new refresh token again; later reuse revokes the session.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Refresh))]
    async fn refresh(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] refresh_token: Option<String>,
    ) -> Result<AuthPayload> {
        let request = request(ctx);
        let jar = request.cookies.as_ref();
        // A session keeps the delivery that it was created with.
        let (token, delivery) = match (refresh_token, jar.and_then(|jar| jar.refresh_token())) {
            (None, Some(token)) => (token, TokenDelivery::Cookie),
            // A missing token fails as an unknown one: the empty text is never issued.
            (given, _) => (given.unwrap_or_default().into(), TokenDelivery::Body),
        };
        let done = auth::refresh(&request.service, &guarded_context(ctx), token).await;
        if let (TokenDelivery::Cookie, Some(jar), Err(Error::Refused(refusals))) = (delivery, jar, &done)
            && ends_refresh_token(refusals)
        {
            jar.clear();
        }
        Ok(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, delivery))
    }

    /// Revokes the current session or all sessions of its user (DeleteSession). Succeeds with an expired access token.
    #[graphql(directive = public::apply())]
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] refresh_token: Option<String>,
        #[graphql(default = false)] everywhere: bool,
    ) -> Result<LogoutPayload> {
        let request = request(ctx);
        let presented = presented(request, refresh_token);
        let scope = if everywhere { LogoutScope::Everywhere } else { LogoutScope::ThisSession };
        let done = auth::logout(&request.service, &guarded_context(ctx), presented, scope).await;
        let MutationResult { value, user_errors, .. } = MutationResult::new(ctx, done)?;
        if let Some(jar) = &request.cookies {
            jar.clear();
        }
        let ended_sessions = i32::try_from(value.unwrap_or_default()).unwrap_or(i32::MAX);
        Ok(LogoutPayload { ended_sessions, user_errors })
    }

    /// Confirms the password for fields with `@recentLogin` and issues a new access token. A login confirms it too. The
    /// refresh token stays valid, and a wrong password does not revoke the session.
    #[graphql(directive = authenticated::apply(), directive = limited::apply(RateBucket::Login))]
    async fn reauthenticate(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] password: String,
    ) -> Result<Option<AuthPayload>> {
        let request = request(ctx);
        let done = auth::reauthenticate(&request.service, &guarded_context(ctx), password.into()).await;
        Ok(Some(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, TokenDelivery::of(&request.credential))))
    }

    /// Changes the password of the caller and revokes all their other sessions.
    #[graphql(directive = authenticated::apply(), directive = limited::apply(RateBucket::Login))]
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] current_password: String,
        #[graphql(secret, directive = sensitive::apply())] new_password: String,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let (current, new) = (current_password.into(), new_password.into());
        let done = auth::change_password(&request.service, &guarded_context(ctx), current, new).await;
        Ok(Some(UserPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Sets a new password with a reset token and revokes all sessions of the user.
    #[graphql(directive = public::apply(), directive = limited::apply(RateBucket::Login))]
    async fn password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(secret, directive = sensitive::apply())] token: String,
        #[graphql(secret, directive = sensitive::apply())] new_password: String,
    ) -> Result<RequestPayload> {
        let request = request(ctx);
        let (token, new) = (token.into(), new_password.into());
        let done = auth::reset_password(&request.service, &guarded_context(ctx), token, new).await;
        Ok(RequestPayload::new(MutationResult::new(ctx, done)?))
    }
}

/// The tokens that identify the session to revoke: the access token of the request, usable or not, and the refresh token
/// of the argument or else of the cookie.
fn presented(request: &Request, refresh_token: Option<String>) -> SessionTokens {
    let access_token = match &request.credential {
        Credential::None => None,
        Credential::Bearer(token) | Credential::Cookie(token) | Credential::Unusable { token, .. } => {
            Some(token.clone())
        }
    };
    let in_cookie = || request.cookies.as_ref().and_then(|jar| jar.refresh_token());
    SessionTokens { access_token, refresh_token: refresh_token.map(SecretString::from).or_else(in_cookie) }
}
