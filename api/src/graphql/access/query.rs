//! Queries for access decisions about other users.

use super::{AccessDecision, AccessExplanation, Grounds};
use crate::graphql::context::{guarded_context, request};
use crate::graphql::error::{bad_input, to_graphql};
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::id;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::User;
use async_graphql::{Context, Error, ID, InputObject, Object, Result};
use service::explanations::{self, Check, Question};
use std::sync::Arc;

/// Question of `checkAccessBatch`.
#[derive(Debug, InputObject)]
pub struct AccessCheckInput {
    /// Id of the user.
    user_id: ID,
    /// Name of the permission.
    permission: PermissionName,
}

/// Queries for access decisions about other users.
#[derive(Debug, Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Access decision about a user, for other services (CheckAccess). With `sessionId` it is about that session, without about a new session with the default roles active. Fails with BAD_USER_INPUT when the user does not exist.
    #[graphql(directive = has_permission::apply("access:check"))]
    async fn check_access(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission: PermissionName,
        session_id: Option<ID>,
    ) -> Result<Option<AccessDecision>> {
        let request = request(ctx);
        let question = question(&user_id, &permission, session_id.as_ref())?;
        request.loaders.subject(question.user).await?.ok_or_else(unknown_user)?;
        let decision = explanations::check_access(&request.service, &guarded_context(ctx), &question).await;
        Ok(Some(AccessDecision::of_service(permission, &decision.map_err(to_graphql)?)))
    }

    /// Access decisions about users, one per question and in the same order, each as `checkAccess` makes it without `sessionId`. All are based on one revision of the policy. Fails with BAD_USER_INPUT when a user does not exist.
    #[graphql(directive = has_permission::apply("access:check"))]
    async fn check_access_batch(
        &self,
        ctx: &Context<'_>,
        checks: Vec<AccessCheckInput>,
    ) -> Result<Option<Vec<AccessDecision>>> {
        let check = |asked: &AccessCheckInput| Check {
            user: id::parse(&asked.user_id),
            permission: asked.permission.0.clone(),
        };
        let questions: Vec<Check> = checks.iter().map(check).collect();
        let decisions =
            explanations::check_access_batch(&request(ctx).service, &guarded_context(ctx), &questions).await;
        let decisions = checks.into_iter().zip(decisions.map_err(to_graphql)?);
        Ok(Some(decisions.map(|(asked, decision)| AccessDecision::of_service(asked.permission, &decision)).collect()))
    }

    /// Access decision about a user with all paths of grants; `sessionId` as in `checkAccess`. Fails with BAD_USER_INPUT when the user does not exist.
    #[graphql(directive = self_or_of::apply("access:explain", "userId"))]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission: PermissionName,
        session_id: Option<ID>,
    ) -> Result<Option<AccessExplanation>> {
        let request = request(ctx);
        let question = question(&user_id, &permission, session_id.as_ref())?;
        let user = User::find(ctx, question.user).await?.ok_or_else(unknown_user)?;
        let context = guarded_context(ctx);
        let explanation = explanations::explain_access(&request.service, &context, &question).await;
        let (explanation, policy) = (explanation.map_err(to_graphql)?, Arc::clone(&request.policy));
        Ok(Some(AccessExplanation::of_service(permission, explanation, user, policy, context)))
    }
}

fn question(user: &ID, permission: &PermissionName, session: Option<&ID>) -> Result<Question> {
    Ok(Question {
        user: id::parse(user).ok_or_else(unknown_user)?,
        permission: permission.0.clone(),
        session: session.map(id::parse),
        limit: Grounds::MAX_PATHS,
    })
}

/// The error of an unknown or malformed id. It discloses nothing: the guards of these fields admit either to every user or
/// to the caller alone.
fn unknown_user() -> Error {
    bad_input("`userId` is not the id of a user")
}
