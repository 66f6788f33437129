//! Mutations of the demo company.

use crate::graphql::context::{guarded_context, request};
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::payload::MutationResult;
use crate::graphql::user_error::UserError;
use async_graphql::{Context, Object, Result, SimpleObject};
use service::demo::{self, DemoSize};

/// Result of loading or removing the demo company.
#[derive(Debug, SimpleObject)]
pub struct DemoPayload {
    /// Number of users that were loaded or removed. 0 on failure.
    users: i32,
    /// Number of roles that were loaded or removed. 0 on failure.
    roles: i32,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl DemoPayload {
    fn new(done: MutationResult<DemoSize>) -> Self {
        let DemoSize { users, roles } = done.value.unwrap_or_default();
        let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        Self { users: number(users), roles: number(roles), user_errors: done.user_errors }
    }
}

/// Mutations of the demo company.
#[derive(Debug, Default)]
pub struct DemoMutation;

#[Object]
impl DemoMutation {
    /// Loads the demo company: users, roles, permissions and constraints, with a month of audit events. Its users have no
    /// password. Fails with `INVALID` when `DemoStatus.canLoad` is false.
    #[graphql(directive = has_permission::apply("policy:apply"), directive = recent_login::apply())]
    async fn demo_load(&self, ctx: &Context<'_>) -> Result<Option<DemoPayload>> {
        let done = demo::load(&request(ctx).service, &guarded_context(ctx)).await;
        Ok(Some(DemoPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Deletes exactly what `demoLoad` created, also what was changed since, in one transaction. Other users and roles lose
    /// what they hold of it. Fails with `NOT_FOUND` when the demo company is not loaded, and with `SOD_VIOLATION` when
    /// another constraint needs one of its roles or permissions.
    #[graphql(directive = has_permission::apply("policy:apply"), directive = recent_login::apply())]
    async fn demo_remove(&self, ctx: &Context<'_>) -> Result<Option<DemoPayload>> {
        let done = demo::remove(&request(ctx).service, &guarded_context(ctx)).await;
        Ok(Some(DemoPayload::new(MutationResult::new(ctx, done)?)))
    }
}
