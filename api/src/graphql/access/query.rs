//! Queries for access decisions about other users.

use super::{AccessDecision, AccessExplanation, Grounds};
use crate::graphql::context::{guarded_context, request};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::id;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use service::explanations::{self, Question};
use std::sync::Arc;

/// Queries for access decisions about other users.
#[derive(Debug, Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Access decision about a user, for other services (CheckAccess). With `sessionId` it is about that session, without about a new session with the default roles active. Null when the user does not exist.
    #[graphql(directive = has_permission::apply("access:check"))]
    async fn check_access(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission: PermissionName,
        session_id: Option<ID>,
    ) -> Result<Option<AccessDecision>> {
        let request = request(ctx);
        let Some(question) = question(&user_id, &permission, session_id.as_ref()) else { return Ok(None) };
        if request.loaders.subject(question.user).await?.is_none() {
            return Ok(None);
        }
        let decision = explanations::check_access(&request.service, &guarded_context(ctx), &question).await;
        Ok(Some(AccessDecision::of_service(permission, &decision.map_err(to_graphql)?)))
    }

    /// Access decision about a user with all paths of grants; `sessionId` as in `checkAccess`. Null when the user does not exist.
    #[graphql(directive = self_or_of::apply("access:explain", "userId"))]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission: PermissionName,
        session_id: Option<ID>,
    ) -> Result<Option<AccessExplanation>> {
        let request = request(ctx);
        let Some(question) = question(&user_id, &permission, session_id.as_ref()) else { return Ok(None) };
        let Some(user) = User::find(ctx, question.user).await? else { return Ok(None) };
        let explanation = explanations::explain_access(&request.service, &guarded_context(ctx), &question).await;
        let (explanation, policy) = (explanation.map_err(to_graphql)?, Arc::clone(&request.policy));
        Ok(Some(AccessExplanation::of_service(permission, explanation, user, policy)))
    }
}

fn question(user: &ID, permission: &PermissionName, session: Option<&ID>) -> Option<Question> {
    Some(Question {
        user: id::parse(user)?,
        permission: permission.0.clone(),
        session: session.map(id::parse),
        limit: Grounds::MAX_PATHS,
    })
}
