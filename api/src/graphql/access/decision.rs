//! Access decisions and their explanations.

use super::{AccessCure, GrantPath, Grounds};
use crate::graphql::constraints::SodConstraint;
use crate::graphql::context::{Request, request};
use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::id::{self, EntityType};
use crate::graphql::roles::Role;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::User;
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use engine::{Policy, Reason, Remedies};
use service::explanations::{self, Denial};
use service::{Caller, access};
use std::sync::Arc;

/// Decision on one permission of one subject.
#[derive(Clone, Debug, SimpleObject)]
pub struct AccessDecision {
    /// Permission that the decision is about.
    permission: PermissionName,
    /// User that the decision is about. Null for an anonymous caller.
    user_id: Option<ID>,
    /// Whether access is allowed.
    allowed: bool,
    /// Reason for the decision.
    reason: DecisionReason,
    /// Revision of the policy that the decision is based on. A request with the header `Policy-Revision: N` is never answered from an older revision.
    policy_revision: i32,
}

/// Decision with the paths that lead to it.
#[derive(Debug)]
pub struct AccessExplanation {
    decision: AccessDecision,
    summary: String,
    grounds: Grounds,
    remedies: Remedies,
    denial: Option<Denial>,
    /// The context of the question.
    context: service::Context,
    policy: Arc<Policy>,
}

/// Reason for an access decision. A denial has the first that applies of NOT_SIGNED_IN, ACCOUNT_NOT_ACTIVE,
/// UNKNOWN_PERMISSION (NOT_GRANTED for callers without `permission:read`), ROLE_NOT_ACTIVE, GRANT_NOT_YET_VALID,
/// GRANT_EXPIRED and NOT_GRANTED; an allowed decision has GRANTED_DIRECTLY before GRANTED_BY_ROLE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DecisionReason {
    /// Granted through a role.
    GrantedByRole,
    /// Granted to the user directly.
    GrantedDirectly,
    /// No path leads to the permission.
    NotGranted,
    /// The only paths lead through roles that are not active in the session.
    RoleNotActive,
    /// The only paths have expired.
    GrantExpired,
    /// The only paths are not yet valid.
    GrantNotYetValid,
    /// The account is suspended or deleted.
    AccountNotActive,
    /// The caller is anonymous.
    NotSignedIn,
    /// No permission with this name exists.
    UnknownPermission,
}

/// A policy revision as GraphQL's `Int`.
#[must_use]
pub fn graphql_revision(revision: u64) -> i32 {
    i32::try_from(revision).unwrap_or(i32::MAX)
}

impl AccessDecision {
    /// The decision about the caller's session.
    #[must_use]
    pub fn of_caller(request: &Request, caller: Option<&Caller>, permission: PermissionName) -> Self {
        let decision = access::check_caller(caller, &permission.0, &request.policy, request.now);
        Self::of_service(permission, &decision)
    }

    /// A decision of the service.
    #[must_use]
    pub fn of_service(permission: PermissionName, decision: &explanations::Decision) -> Self {
        Self {
            permission,
            user_id: decision.user.map(|user| id::encode(EntityType::User, user.uuid())),
            allowed: decision.allowed,
            reason: decision.reason.into(),
            policy_revision: graphql_revision(decision.policy_revision),
        }
    }

    /// Whether access is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }
}

impl AccessExplanation {
    /// An explanation of the service about `user`, for the actor of `context`.
    #[must_use]
    pub fn of_service(
        permission: PermissionName,
        explanation: explanations::Explanation,
        user: User,
        policy: Arc<Policy>,
        context: service::Context,
    ) -> Self {
        let explanations::Explanation { decision, paths, summary, remedies, denial } = explanation;
        let grounds = Grounds::new(paths, user, permission.0.as_str(), Arc::clone(&policy));
        let decision = AccessDecision::of_service(permission, &decision);
        Self { decision, summary, grounds, remedies, denial, context, policy }
    }
}

/// Decision with the paths that lead to it.
#[Object]
impl AccessExplanation {
    /// Decision.
    async fn decision(&self) -> &AccessDecision {
        &self.decision
    }

    /// Explanation in one sentence.
    async fn summary(&self) -> &str {
        &self.summary
    }

    /// Paths that grant the permission, inactive, future and expired paths included, shortest first. At most 100.
    async fn paths(&self, #[graphql(default = 20)] first: i32) -> Result<Vec<GrantPath>> {
        self.grounds.first(first)
    }

    /// Whether more paths exist than `paths` returns.
    async fn has_more_paths(&self) -> bool {
        self.grounds.has_more().await
    }

    /// For a denial: roles that would grant the permission and that the caller may assign, the role with the fewest other permissions first.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn would_be_granted_by(&self) -> Option<Vec<Entity<Role>>> {
        Some(Role::all(&self.policy, self.remedies.roles.iter().copied()))
    }

    /// Separation-of-duty constraints that prevent the assignment of these roles.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn conflicts(&self) -> Option<Vec<Entity<SodConstraint>>> {
        let conflicts = self.remedies.conflicts.iter().filter_map(|&id| self.policy.constraint(id));
        Some(SodConstraint::all(&self.policy, conflicts))
    }

    /// For a denial: changes that would allow access, at most 10, also those that a constraint forbids. Sorted by `permissionsAdded`, `usersAffected`, kind and name of the role. Empty for accounts that are not active, and for callers without `permission:read`.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn cures(&self, ctx: &Context<'_>) -> Result<Option<Vec<AccessCure>>> {
        let Some(denial) = &self.denial else { return Ok(Some(Vec::new())) };
        let cures = denial.cures(&request(ctx).service, &self.context).await.map_err(to_graphql)?;
        let cure = |record| AccessCure::of_record(record, Arc::clone(denial.policy()));
        Ok(Some(cures.into_iter().map(cure).collect()))
    }
}

impl From<explanations::DecisionReason> for DecisionReason {
    fn from(reason: explanations::DecisionReason) -> Self {
        match reason {
            explanations::DecisionReason::Engine(reason) => reason.into(),
            explanations::DecisionReason::NotSignedIn => Self::NotSignedIn,
        }
    }
}

impl From<Reason> for DecisionReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::GrantedDirectly => Self::GrantedDirectly,
            Reason::GrantedByRole => Self::GrantedByRole,
            Reason::AccountNotActive => Self::AccountNotActive,
            Reason::UnknownPermission => Self::UnknownPermission,
            Reason::RoleNotActive => Self::RoleNotActive,
            Reason::GrantNotYetValid => Self::GrantNotYetValid,
            Reason::GrantExpired => Self::GrantExpired,
            Reason::NotGranted => Self::NotGranted,
        }
    }
}
