//! Queries of revisions.

use super::{PolicyRevision, PolicyRevisionConnection};
use crate::graphql::connection::{self, Total};
use crate::graphql::context::{guarded_context, request};
use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{RateBucket, has_permission, limited};
use crate::graphql::id;
use crate::graphql::policies::PolicyPlan;
use async_graphql::{Context, ID, Object, Result};
use service::page::PageArguments;
use service::{policies, revisions};

/// Queries of revisions.
#[derive(Debug, Default)]
pub struct RevisionQuery;

#[Object]
impl RevisionQuery {
    /// Past revisions of the policy, newest first.
    #[graphql(directive = has_permission::apply("policy:read"))]
    async fn policy_revisions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<PolicyRevisionConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let found = revisions::page(&request(ctx).service, &page).await.map_err(to_graphql)?;
        let total = Total::counted(|service| async move { revisions::count(&service).await });
        let found = found.map(|record| Entity(PolicyRevision::of_record(record)));
        Ok(Some(PolicyRevisionConnection::new(found, total)))
    }

    /// What going back to an earlier revision would change, and for whom, with all that blocks it. Nothing is changed. The
    /// assignments and direct grants of users stay, except those of roles and permissions that did not exist then.
    #[graphql(directive = has_permission::apply("policy:read"), directive = limited::apply(RateBucket::Expensive))]
    async fn policy_rollback_plan(&self, ctx: &Context<'_>, revision_id: ID) -> Result<Option<PolicyPlan>> {
        let request = request(ctx);
        let plan = policies::rollback_plan(&request.service, &guarded_context(ctx), id::parse(&revision_id)).await;
        Ok(Some(PolicyPlan::of_record(plan.map_err(to_graphql)?, &request.policy)))
    }
}
