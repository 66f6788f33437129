//! Mutations of revisions.

use crate::graphql::context::{guarded_context, request};
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::id;
use crate::graphql::payload::MutationResult;
use crate::graphql::policies::PolicyApplyPayload;
use async_graphql::{Context, ID, Object, Result};
use service::policies::{self, Approval};

/// Mutations of revisions.
#[derive(Debug, Default)]
pub struct RevisionMutation;

#[Object]
impl RevisionMutation {
    /// Goes back to an earlier revision of the policy, as planned by `policyRollbackPlan`, in one transaction. Fails with
    /// `PLAN_CHANGED` when the policy changed since. Each kind of change also requires the permission of the mutation that
    /// makes it.
    #[graphql(directive = has_permission::apply("policy:apply"), directive = recent_login::apply())]
    async fn policy_rollback(
        &self,
        ctx: &Context<'_>,
        revision_id: ID,
        expected_plan_hash: String,
        reason: Option<String>,
    ) -> Result<Option<PolicyApplyPayload>> {
        let service = &request(ctx).service;
        let approval = Approval { plan_hash: expected_plan_hash, reason };
        let done = policies::rollback(service, &guarded_context(ctx), id::parse(&revision_id), approval).await;
        Ok(Some(PolicyApplyPayload::new(MutationResult::new(ctx, done)?)))
    }
}
