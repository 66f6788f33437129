//! Ending sessions, switching the roles of one's own, and keeping values with it.

use super::Session;
use crate::graphql::auth::{AuthPayload, TokenDelivery};
use crate::graphql::context::{acting, request};
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::given;
use crate::graphql::guard::directives::{authenticated, self_or_of};
use crate::graphql::payload::Done;
use crate::graphql::scalars::Json;
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use service::auth;
use service::sessions::{self, Session as Row};
use std::sync::Arc;

/// Result of changing one session.
#[derive(Debug, SimpleObject)]
pub struct SessionPayload {
    /// The session as it is now. Null on failure.
    session: Option<Seen<Session>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of ending several sessions.
#[derive(Debug, SimpleObject)]
pub struct SessionsPayload {
    /// The sessions that were ended.
    ended_sessions: Vec<Entity<Session>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl SessionPayload {
    fn new(done: Done<Row>) -> Self {
        let Done { value, user_errors, policy } = done;
        Self { session: value.map(|row| Seen(Entity(Session::of_row(row, policy)))), user_errors }
    }
}

impl SessionsPayload {
    fn new(done: Done<Vec<Row>>) -> Self {
        let Done { value, user_errors, policy } = done;
        let session = |row| Entity(Session::of_row(row, Arc::clone(&policy)));
        Self { ended_sessions: value.unwrap_or_default().into_iter().map(session).collect(), user_errors }
    }
}

/// Writes of sessions.
#[derive(Debug, Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// End one session; its access token is refused from now on.
    #[graphql(directive = self_or_of::apply("session:revoke", "id"))]
    async fn session_revoke(&self, ctx: &Context<'_>, id: ID) -> Result<Option<SessionPayload>> {
        let request = request(ctx);
        let done = sessions::revoke(&request.service, &acting(ctx), given::session(&id)).await;
        Ok(Some(SessionPayload::new(Done::new(ctx, done)?)))
    }

    /// End all of one's own sessions but this one.
    #[graphql(directive = authenticated::apply())]
    async fn session_revoke_others(&self, ctx: &Context<'_>) -> Result<Option<SessionsPayload>> {
        let request = request(ctx);
        let done = sessions::revoke_others(&request.service, &acting(ctx)).await;
        Ok(Some(SessionsPayload::new(Done::new(ctx, done)?)))
    }

    /// Activate roles in the current session; checked against dynamic separation of duty.
    #[graphql(directive = authenticated::apply())]
    async fn session_activate_roles(&self, ctx: &Context<'_>, role_ids: Vec<ID>) -> Result<Option<AuthPayload>> {
        let request = request(ctx);
        let done = auth::activate_roles(&request.service, &acting(ctx), given::roles(&role_ids)).await;
        Ok(Some(AuthPayload::new(ctx, Done::new(ctx, done)?, TokenDelivery::of(&request.credential))))
    }

    /// Keep a value with the current session, on the server; null removes it. At most 4 KiB in all: 4096 bytes of JSON, keys included. Keys have 1 to 64 characters; lists and objects nest at most 16 deep.
    #[graphql(directive = authenticated::apply())]
    async fn session_set_data(
        &self,
        ctx: &Context<'_>,
        key: String,
        value: Option<Json>,
    ) -> Result<Option<SessionPayload>> {
        let request = request(ctx);
        let value = value.map(|value| value.0).unwrap_or_default();
        let done = sessions::set_data(&request.service, &acting(ctx), key, value).await;
        Ok(Some(SessionPayload::new(Done::new(ctx, done)?)))
    }

    /// Set roles of the current session aside.
    #[graphql(directive = authenticated::apply())]
    async fn session_deactivate_roles(&self, ctx: &Context<'_>, role_ids: Vec<ID>) -> Result<Option<AuthPayload>> {
        let request = request(ctx);
        let done = auth::deactivate_roles(&request.service, &acting(ctx), given::roles(&role_ids)).await;
        Ok(Some(AuthPayload::new(ctx, Done::new(ctx, done)?, TokenDelivery::of(&request.credential))))
    }

    /// End all sessions of a user.
    #[graphql(directive = self_or_of::apply("session:revoke", "id"))]
    async fn user_revoke_sessions(&self, ctx: &Context<'_>, id: ID) -> Result<Option<SessionsPayload>> {
        let request = request(ctx);
        let done = sessions::revoke_all_of(&request.service, &acting(ctx), given::user(&id)).await;
        Ok(Some(SessionsPayload::new(Done::new(ctx, done)?)))
    }
}
