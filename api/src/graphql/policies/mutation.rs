//! Mutations of policy documents.

use super::input::PolicyDocumentInput;
use super::types::{PolicyPlan, number};
use crate::graphql::context::{guarded_context, request};
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::payload::MutationResult;
use crate::graphql::user_error::UserError;
use async_graphql::{Context, Object, Result, SimpleObject};
use service::policies::{self, Applied, Approval};

/// Result of applying a policy document, or of going back to an earlier revision.
#[derive(Debug, SimpleObject)]
pub struct PolicyApplyPayload {
    /// What was applied. Null on failure.
    plan: Option<PolicyPlan>,
    /// Revision of the policy after it. Null on failure.
    revision: Option<i32>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl PolicyApplyPayload {
    /// The result of applying a plan.
    pub(in crate::graphql) fn new(done: MutationResult<Applied>) -> Self {
        let MutationResult { value, user_errors, policy, .. } = done;
        let revision = value.as_ref().map(|applied| number(applied.revision));
        Self { plan: value.map(|applied| PolicyPlan::of_record(applied.plan, &policy)), revision, user_errors }
    }
}

/// Mutations of policy documents.
#[derive(Debug, Default)]
pub struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Applies a policy document, as planned, in one transaction. Fails with `PLAN_CHANGED` when the policy or the document
    /// changed since. Each kind of change also requires the permission of the mutation that makes it.
    #[graphql(directive = has_permission::apply("policy:apply"), directive = recent_login::apply())]
    async fn policy_apply(
        &self,
        ctx: &Context<'_>,
        document: PolicyDocumentInput,
        expected_plan_hash: String,
        reason: Option<String>,
    ) -> Result<Option<PolicyApplyPayload>> {
        let request = request(ctx);
        let approval = Approval { plan_hash: expected_plan_hash, reason };
        let done = policies::apply(&request.service, &guarded_context(ctx), document.into(), approval).await;
        Ok(Some(PolicyApplyPayload::new(MutationResult::new(ctx, done)?)))
    }
}
