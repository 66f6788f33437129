//! Mutations of sessions: revocation, active roles and application data.

use super::Session;
use crate::graphql::auth::{AuthPayload, TokenDelivery};
use crate::graphql::context::{guarded_context, request};
use crate::graphql::entity::{Entity, Visible, VisibleList};
use crate::graphql::guard::directives::{authenticated, limited_self_service, self_or_of};
use crate::graphql::id;
use crate::graphql::payload::MutationResult;
use crate::graphql::scalars::Json;
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use service::auth;
use service::sessions::{self, Session as SessionRecord};
use std::sync::Arc;

/// Result of a mutation of one session.
#[derive(Debug, SimpleObject)]
pub struct SessionPayload {
    /// Session after the change. Null on failure and when the caller may not see the session.
    session: Option<Visible<Session>>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of the revocation of several sessions.
#[derive(Debug, SimpleObject)]
pub struct SessionsPayload {
    /// Sessions that were revoked, without those that the caller may not see.
    ended_sessions: VisibleList<Session>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl SessionPayload {
    fn new(done: MutationResult<SessionRecord>) -> Self {
        let MutationResult { value, user_errors, policy, .. } = done;
        Self { session: value.map(|record| Visible(Entity(Session::of_record(record, policy)))), user_errors }
    }
}

impl SessionsPayload {
    fn new(done: MutationResult<Vec<SessionRecord>>) -> Self {
        let MutationResult { value, user_errors, policy, .. } = done;
        let session = |record| Entity(Session::of_record(record, Arc::clone(&policy)));
        let ended_sessions = VisibleList(value.unwrap_or_default().into_iter().map(session).collect());
        Self { ended_sessions, user_errors }
    }
}

/// Mutations of sessions.
#[derive(Debug, Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Revokes a session (DeleteSession). Its access tokens are refused from then on. Revoking an ended session
    /// succeeds.
    #[graphql(directive = self_or_of::apply("session:revoke", "id"))]
    async fn session_revoke(&self, ctx: &Context<'_>, id: ID) -> Result<Option<SessionPayload>> {
        let request = request(ctx);
        let done = sessions::revoke(&request.service, &guarded_context(ctx), id::parse(&id)).await;
        Ok(Some(SessionPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Revokes all sessions of the caller except the current one.
    #[graphql(directive = authenticated::apply())]
    async fn session_revoke_others(&self, ctx: &Context<'_>) -> Result<Option<SessionsPayload>> {
        let request = request(ctx);
        let done = sessions::revoke_others(&request.service, &guarded_context(ctx)).await;
        Ok(Some(SessionsPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Activates roles in the current session (AddActiveRole). Fails with `ROLE_NOT_ASSIGNED`, or with `SOD_VIOLATION`
    /// when a dynamic constraint would be violated.
    #[graphql(directive = authenticated::apply(), directive = limited_self_service::apply())]
    async fn session_activate_roles(&self, ctx: &Context<'_>, role_ids: Vec<ID>) -> Result<Option<AuthPayload>> {
        let request = request(ctx);
        let done = auth::activate_roles(&request.service, &guarded_context(ctx), id::parse_all(&role_ids)).await;
        Ok(Some(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, TokenDelivery::of(&request.credential))))
    }

    /// Sets a value that the application keeps with the current session. All keys and values take at most 4,096 bytes
    /// of JSON; lists and objects nest at most 16 levels deep.
    #[graphql(directive = authenticated::apply(), directive = limited_self_service::apply())]
    async fn session_set_data(
        &self,
        ctx: &Context<'_>,
        key: String,
        value: Option<Json>,
    ) -> Result<Option<SessionPayload>> {
        let request = request(ctx);
        let value = value.map(|value| value.0).unwrap_or_default();
        let done = sessions::set_data(&request.service, &guarded_context(ctx), key, value).await;
        Ok(Some(SessionPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Deactivates roles in the current session (DropActiveRole). Fails with `SOD_VIOLATION` when a role that stays active
    /// conflicts with a direct grant that is not yet valid.
    #[graphql(directive = authenticated::apply(), directive = limited_self_service::apply())]
    async fn session_deactivate_roles(&self, ctx: &Context<'_>, role_ids: Vec<ID>) -> Result<Option<AuthPayload>> {
        let request = request(ctx);
        let done = auth::deactivate_roles(&request.service, &guarded_context(ctx), id::parse_all(&role_ids)).await;
        Ok(Some(AuthPayload::new(ctx, MutationResult::new(ctx, done)?, TokenDelivery::of(&request.credential))))
    }

    /// Revokes all sessions of a user.
    #[graphql(directive = self_or_of::apply("session:revoke", "id"))]
    async fn user_revoke_sessions(&self, ctx: &Context<'_>, id: ID) -> Result<Option<SessionsPayload>> {
        let request = request(ctx);
        let done = sessions::revoke_all_of(&request.service, &guarded_context(ctx), id::parse(&id)).await;
        Ok(Some(SessionsPayload::new(MutationResult::new(ctx, done)?)))
    }
}
