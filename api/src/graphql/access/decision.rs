//! Answers to "may they?".

use super::{GrantPath, Grounds};
use crate::graphql::constraints::SodConstraint;
use crate::graphql::context::Request;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::id::{self, EntityType};
use crate::graphql::roles::Role;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::User;
use async_graphql::{Enum, ID, Object, Result, SimpleObject};
use engine::{Policy, Reason, Remedies, UserId};
use service::{Caller, decisions};
use std::sync::Arc;

/// An answer to "may they?".
#[derive(Clone, Debug, SimpleObject)]
pub struct AccessDecision {
    /// What was asked.
    permission: PermissionName,
    /// About whom; null when anonymous.
    user_id: Option<ID>,
    /// The answer.
    allowed: bool,
    /// Why, as a code.
    reason: DecisionReason,
    /// Revision of the policy it was decided by. A client that sends the header `Policy-Revision: N` is never answered from an older one.
    policy_revision: i32,
}

/// A decision with all its grounds.
#[derive(Debug)]
pub struct AccessExplanation {
    decision: AccessDecision,
    summary: String,
    grounds: Grounds,
    remedies: Remedies,
    policy: Arc<Policy>,
}

/// Why access was allowed or denied: the first that applies of NOT_SIGNED_IN, ACCOUNT_NOT_ACTIVE,
/// UNKNOWN_PERMISSION (NOT_GRANTED to callers without `permission:read`),
/// ROLE_NOT_ACTIVE, GRANT_NOT_YET_VALID, GRANT_EXPIRED, NOT_GRANTED; when allowed,
/// GRANTED_DIRECTLY before GRANTED_BY_ROLE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DecisionReason {
    /// Allowed through a role.
    GrantedByRole,
    /// Allowed by a direct grant.
    GrantedDirectly,
    /// No path leads to the permission.
    NotGranted,
    /// A path exists through a role that is not active in this session.
    RoleNotActive,
    /// A path existed and has run out.
    GrantExpired,
    /// A path exists and does not count yet.
    GrantNotYetValid,
    /// The account is suspended or deleted.
    AccountNotActive,
    /// No one is signed in.
    NotSignedIn,
    /// No permission of that name exists: an invalid question rather than a denial.
    UnknownPermission,
}

/// A revision as GraphQL's `Int` shows it.
#[must_use]
pub fn shown_revision(revision: u64) -> i32 {
    i32::try_from(revision).unwrap_or(i32::MAX)
}

impl AccessDecision {
    /// What the session that asks may do. Which permissions exist is told only to those who may read them.
    #[must_use]
    pub fn of_caller(request: &Request, caller: Option<&Caller>, permission: PermissionName) -> Self {
        let (user, allowed, reason) = match caller {
            None => (None, false, DecisionReason::NotSignedIn),
            Some(caller) => {
                let decision = caller.policy.check(&caller.subject, permission.0.as_str(), request.now);
                let reason = match decision.reason {
                    Reason::UnknownPermission if !caller.holds("permission:read", request.now) => Reason::NotGranted,
                    reason => reason,
                };
                (Some(caller.user), decision.allowed, reason.into())
            }
        };
        let revision = caller.map_or(request.policy.revision(), |caller| caller.policy.revision());
        Self::new(permission, user, (allowed, reason), revision)
    }

    /// What the service decided about someone.
    #[must_use]
    pub fn of_service(permission: PermissionName, decision: &decisions::Decision) -> Self {
        let verdict = (decision.allowed, decision.reason.into());
        Self::new(permission, decision.user, verdict, decision.policy_revision)
    }

    /// The answer.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    fn new(
        permission: PermissionName,
        user: Option<UserId>,
        (allowed, reason): (bool, DecisionReason),
        revision: u64,
    ) -> Self {
        let user_id = user.map(|user| id::encode(EntityType::User, user.uuid()));
        Self { permission, user_id, allowed, reason, policy_revision: shown_revision(revision) }
    }
}

impl AccessExplanation {
    /// What the service explained, about `user`.
    #[must_use]
    pub fn of_service(
        permission: PermissionName,
        explained: decisions::Explanation,
        user: User,
        policy: Arc<Policy>,
    ) -> Self {
        let decisions::Explanation { decision, paths, summary, remedies } = explained;
        let grounds = Grounds::new(paths, user, permission.0.as_str(), Arc::clone(&policy));
        Self { decision: AccessDecision::of_service(permission, &decision), summary, grounds, remedies, policy }
    }
}

/// A decision with all its grounds.
#[Object]
impl AccessExplanation {
    /// The answer.
    async fn decision(&self) -> &AccessDecision {
        &self.decision
    }

    /// The grounds in one sentence.
    async fn summary(&self) -> &str {
        &self.summary
    }

    /// Paths that grant it, and those that would but are inactive, not begun or expired: shortest first, at most 100.
    async fn paths(&self, #[graphql(default = 20)] first: i32) -> Result<Vec<GrantPath>> {
        self.grounds.first(first)
    }

    /// Are there more than were asked for?
    async fn has_more_paths(&self) -> bool {
        self.grounds.has_more().await
    }

    /// When denied: roles that would grant it and that the caller may assign, the one with least other power first.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn would_be_granted_by(&self) -> Option<Vec<Entity<Role>>> {
        Some(Role::all(&self.policy, self.remedies.roles.iter().copied()))
    }

    /// Constraints that stand in the way of those roles.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn conflicts(&self) -> Option<Vec<Entity<SodConstraint>>> {
        let in_the_way = self.remedies.conflicts.iter().filter_map(|&id| self.policy.constraint(id));
        Some(SodConstraint::all(&self.policy, in_the_way))
    }
}

impl From<decisions::DecisionReason> for DecisionReason {
    fn from(reason: decisions::DecisionReason) -> Self {
        match reason {
            decisions::DecisionReason::Engine(reason) => reason.into(),
            decisions::DecisionReason::NotSignedIn => Self::NotSignedIn,
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
