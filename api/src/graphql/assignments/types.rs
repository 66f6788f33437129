//! Assignments as the API shows them.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeRef, Owned, Seen};
use crate::graphql::guard::directives::{inherit, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::payload::Done;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use engine::{AssignmentId, Policy, RoleId};
use service::assignments::RoleAssignment as Row;
use std::sync::Arc;

/// A role held by a user, and how it came about.
#[derive(Clone, Debug)]
pub struct RoleAssignment {
    row: Arc<Row>,
    policy: Arc<Policy>,
}

/// Result of changing a role's members.
#[derive(Debug, SimpleObject)]
pub struct RoleMembersPayload {
    /// The role.
    role: Option<Seen<Role>>,
    /// The users whose membership changed.
    users: Vec<Entity<User>>,
    /// Why it failed; `path` holds the index of the user at fault.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl RoleAssignment {
    /// An assignment that was read.
    #[must_use]
    pub fn of_row(row: impl Into<Arc<Row>>, policy: Arc<Policy>) -> Self {
        Self { row: row.into(), policy }
    }

    /// An assignment by id, or nothing when there is none.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: AssignmentId) -> Result<Option<Self>> {
        let request = request(ctx);
        let row = request.loaders.assignment(id).await?;
        Ok(row.map(|row| Self::of_row(row, Arc::clone(&request.policy))))
    }
}

impl Owned for RoleAssignment {
    const TYPE: EntityType = EntityType::RoleAssignment;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.row.id.uuid(), owner: Some(self.row.user) }
    }
}

/// A role held by a user, and how it came about.
#[Object(directive = visible_to::apply("user:read"))]
impl RoleAssignment {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::RoleAssignment, self.row.id.uuid())
    }

    /// Who holds the role.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::by_id(self.row.user, Arc::clone(&self.policy)))
    }

    /// The role.
    #[graphql(directive = inherit::apply())]
    async fn role(&self) -> Result<Entity<Role>> {
        Role::find(&self.policy, self.row.role).map(Entity).ok_or_else(|| gone("role"))
    }

    /// Since when.
    async fn assigned_at(&self) -> DateTime {
        DateTime(self.row.assigned_at)
    }

    /// By whom; null when by the system.
    #[graphql(directive = inherit::apply())]
    async fn assigned_by(&self) -> Option<Seen<User>> {
        let user = self.row.assigned_by?;
        Some(Seen(Entity(User::by_id(user, Arc::clone(&self.policy)))))
    }

    /// Not before; null when at once.
    async fn valid_from(&self) -> Option<DateTime> {
        self.row.valid_from.map(DateTime)
    }

    /// Until when; null when for good.
    async fn expires_at(&self) -> Option<DateTime> {
        self.row.expires_at.map(DateTime)
    }

    /// Why, as given at the time.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }
}

impl RoleMembersPayload {
    /// What a change of the members of `role` came to.
    #[must_use]
    pub fn new(role: RoleId, done: Done<Vec<service::users::User>>) -> Self {
        let Done { value, user_errors, policy } = done;
        let role = value.as_ref().and_then(|_| Role::find(&policy, role)).map(|role| Seen(Entity(role)));
        let user = |row| Entity(User::of_row(row, Arc::clone(&policy)));
        let users = value.unwrap_or_default().into_iter().map(user).collect();
        Self { role, users, user_errors }
    }
}
