//! Decisions about others.

use super::{AccessDecision, AccessExplanation, Grounds};
use crate::graphql::context::request;
use crate::graphql::error::to_graphql;
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use service::decisions::{self, Question};
use std::sync::Arc;

/// Decisions about others.
#[derive(Debug, Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// May that user do this? For other services. With `sessionId`, decided for that session; without, as for a fresh default session of the user.
    #[graphql(directive = has_permission::apply("access:check"))]
    async fn check_access(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission: PermissionName,
        session_id: Option<ID>,
    ) -> Result<Option<AccessDecision>> {
        let request = request(ctx);
        let question = question(&user_id, &permission, session_id.as_ref());
        if request.loaders.subject(question.user).await?.is_none() {
            return Ok(None);
        }
        let decision = decisions::check_access(&request.service, &request.context, &question).await;
        Ok(Some(AccessDecision::of_service(permission, &decision.map_err(to_graphql)?)))
    }

    /// Why a user may or may not do something, path by path; `sessionId` as in `checkAccess`.
    #[graphql(directive = self_or_of::apply("access:explain", "userId"))]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission: PermissionName,
        session_id: Option<ID>,
    ) -> Result<Option<AccessExplanation>> {
        let request = request(ctx);
        let question = question(&user_id, &permission, session_id.as_ref());
        let Some(user) = User::find(ctx, question.user).await? else { return Ok(None) };
        let explained = decisions::explain_access(&request.service, &request.context, &question).await;
        let (explained, policy) = (explained.map_err(to_graphql)?, Arc::clone(&request.policy));
        Ok(Some(AccessExplanation::of_service(permission, explained, user, policy)))
    }
}

fn question(user: &ID, permission: &PermissionName, session: Option<&ID>) -> Question {
    Question {
        user: given::user(user),
        permission: permission.0.clone(),
        session: session.map(given::session),
        limit: Grounds::MAX_PATHS,
    }
}
