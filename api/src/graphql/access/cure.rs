//! Changes that would allow a denied access.

use crate::graphql::constraints::SodConstraint;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::{has_permission, inherit};
use crate::graphql::roles::Role;
use async_graphql::{Enum, Object};
use engine::Policy;
use service::explanations::Cure as CureRecord;
use std::sync::Arc;

/// A change that would allow an access.
#[derive(Clone, Debug)]
pub struct AccessCure {
    record: CureRecord,
    policy: Arc<Policy>,
}

/// Kinds of changes that would allow an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "engine::CureKind")]
pub enum AccessCureKind {
    /// Assign a role to the user permanently.
    AssignRole,
    /// Grant the permission to the user directly and permanently.
    GrantDirectly,
    /// Grant the permission to a role that is active in the session, or that an active role inherits from.
    GrantToRole,
    /// Activate a role that the user is authorized for. Only with `sessionId`.
    ActivateRole,
}

impl AccessCure {
    /// A cure of the service.
    #[must_use]
    pub fn of_record(record: CureRecord, policy: Arc<Policy>) -> Self {
        Self { record, policy }
    }
}

/// A change that would allow an access.
#[Object]
impl AccessCure {
    /// Kind of the change.
    async fn kind(&self) -> AccessCureKind {
        self.record.kind.into()
    }

    /// Role to assign, to grant to or to activate. Null for a direct grant.
    #[graphql(directive = inherit::apply())]
    async fn role(&self) -> Option<Entity<Role>> {
        self.record.role.and_then(|role| Role::find(&self.policy, role)).map(Entity)
    }

    /// Number of permissions that the user would gain, in the session that the question is about.
    async fn permissions_added(&self) -> i32 {
        i32::try_from(self.record.permissions_added).unwrap_or(i32::MAX)
    }

    /// Number of users who would gain a permission, including the user that the question is about.
    async fn users_affected(&self) -> i32 {
        i32::try_from(self.record.users_affected).unwrap_or(i32::MAX)
    }

    /// Whether the caller may make the change: it requires `role:assign`, `permission:grant` or the session as the current one, is within the caller's authority, and no constraint forbids it.
    async fn viewer_can_apply(&self) -> bool {
        self.record.viewer_can_apply
    }

    /// Separation-of-duty constraint that forbids the change.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn blocked_by(&self) -> Option<Entity<SodConstraint>> {
        let constraint = self.record.blocked_by?;
        SodConstraint::find(&self.policy, constraint).map(Entity)
    }
}
