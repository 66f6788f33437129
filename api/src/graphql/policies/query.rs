//! Queries of policy documents.

use super::input::{PolicyDocumentInput, PolicyFormat};
use super::types::{PolicyDocument, PolicyPlan};
use crate::graphql::context::{guarded_context, request};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{RateBucket, has_permission, limited};
use async_graphql::{Context, Object, Result};
use service::policies::{self, Assignments};

/// Queries of policy documents.
#[derive(Debug, Default)]
pub struct PolicyQuery;

#[Object]
impl PolicyQuery {
    /// What a policy document would change, and for whom, with all that blocks it. Nothing is changed. A partial document is a
    /// what-if over several objects at once.
    #[graphql(directive = has_permission::apply("policy:read"), directive = limited::apply(RateBucket::Expensive))]
    async fn policy_plan(&self, ctx: &Context<'_>, document: PolicyDocumentInput) -> Result<Option<PolicyPlan>> {
        let request = request(ctx);
        let plan =
            policies::plan(&request.service, &guarded_context(ctx), document.into()).await.map_err(to_graphql)?;
        Ok(Some(PolicyPlan::of_record(plan, &request.policy)))
    }

    /// The current policy as a document, which `policyPlan` reports as unchanged.
    #[graphql(directive = has_permission::apply("policy:read"), directive = limited::apply(RateBucket::Expensive))]
    async fn policy_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "PolicyFormat::Yaml")] format: PolicyFormat,
        #[graphql(default = false)] include_assignments: bool,
    ) -> Result<Option<PolicyDocument>> {
        let assignments = if include_assignments { Assignments::Included } else { Assignments::LeftOut };
        let context = guarded_context(ctx);
        let export = policies::export(&request(ctx).service, &context, format.into(), assignments).await;
        Ok(Some(PolicyDocument::of_export(export.map_err(to_graphql)?, format)))
    }
}
