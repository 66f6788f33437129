//! GraphQL types of role assignments.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeObject, NodeRef, Visible, VisibleList};
use crate::graphql::guard::directives::{has_permission, inherit, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::impact::Impact;
use crate::graphql::loaders::gone;
use crate::graphql::payload::MutationResult;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use engine::{AssignmentId, Policy, RoleId};
use service::Requested;
use service::access_report::{HeldObject, Holding};
use service::assignments::RoleAssignment as AssignmentRecord;
use std::sync::Arc;

/// An assignment of a role to a user.
#[derive(Clone, Debug)]
pub struct RoleAssignment {
    record: Arc<AssignmentRecord>,
    policy: Arc<Policy>,
}

/// Result of a mutation of the users of one role.
#[derive(Debug, SimpleObject)]
pub struct RoleMembersPayload {
    /// Role after the change. Null on failure and when the caller may not see the role.
    role: Option<Visible<Role>>,
    /// Users whose assignment changed, without those that the caller may not see.
    users: VisibleList<User>,
    /// What the change does, or would do, to users. Null on failure.
    impact: Option<Impact>,
    /// Errors that prevented the change, with the index of the user at fault in `path`. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl RoleAssignment {
    /// An assignment from its record.
    #[must_use]
    pub fn of_record(record: impl Into<Arc<AssignmentRecord>>, policy: Arc<Policy>) -> Self {
        Self { record: record.into(), policy }
    }

    /// The assignment with this id, if there is one.
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: AssignmentId) -> Result<Option<Self>> {
        let request = request(ctx);
        let record = request.loaders.assignment(id).await?;
        Ok(record.map(|record| Self::of_record(record, Arc::clone(&request.policy))))
    }
}

impl NodeObject for RoleAssignment {
    const TYPE: EntityType = EntityType::RoleAssignment;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.record.id.uuid(), owner: Some(self.record.user) }
    }
}

/// Assignment of a role to a user.
#[Object(directive = visible_to::apply("user:read"))]
impl RoleAssignment {
    /// Global id of the assignment.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::RoleAssignment, self.record.id.uuid())
    }

    /// User to whom the role is assigned.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::by_id(self.record.user, Arc::clone(&self.policy)))
    }

    /// Role that is assigned.
    #[graphql(directive = inherit::apply())]
    async fn role(&self) -> Result<Entity<Role>> {
        Role::find(&self.policy, self.record.role).map(Entity).ok_or_else(|| gone("role"))
    }

    /// Time at which the role was assigned.
    async fn assigned_at(&self) -> DateTime {
        DateTime(self.record.assigned_at)
    }

    /// User who assigned the role. Null when the operator or the system assigned it and when the caller may not see the user.
    #[graphql(directive = inherit::apply())]
    async fn assigned_by(&self) -> Option<Visible<User>> {
        let user = self.record.assigned_by?;
        Some(Visible(Entity(User::by_id(user, Arc::clone(&self.policy)))))
    }

    /// Actor without an account who assigned the role: `operator` for the command line, such as an import, or `system`.
    /// Null when a user assigned it, and for assignments of earlier releases.
    async fn assigned_by_label(&self) -> Option<&str> {
        self.record.assigned_by_label.as_deref()
    }

    /// Time from which the assignment is valid. Null when it is valid from the start.
    async fn valid_from(&self) -> Option<DateTime> {
        self.record.valid_from.map(DateTime)
    }

    /// Time at which the assignment expires. Null when it is permanent.
    async fn expires_at(&self) -> Option<DateTime> {
        self.record.expires_at.map(DateTime)
    }

    /// Reason given for the assignment.
    async fn reason(&self) -> Option<&str> {
        self.record.reason.as_deref()
    }

    /// Start of the last day (UTC) on which a permission of the role, inherited ones included, allowed the user something, by
    /// a guard or a decision of `checkAccess`. Null when no use was recorded. A use is shown within a minute.
    #[graphql(directive = has_permission::apply("access:review"))]
    async fn last_used_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let holding = Holding { object: HeldObject::Role(self.record.role), user: self.record.user };
        Ok(request(ctx).loaders.last_use(holding).await?.map(|at| DateTime(*at)))
    }
}

impl RoleMembersPayload {
    /// The result of a mutation of the users of `role`.
    #[must_use]
    pub fn new(role: Requested<RoleId>, done: MutationResult<Vec<service::users::User>>) -> Self {
        let MutationResult { value, user_errors, policy, impact } = done;
        let role =
            value.as_ref().and(role).and_then(|role| Role::find(&policy, role)).map(|role| Visible(Entity(role)));
        let user = |record| Entity(User::of_record(record, Arc::clone(&policy)));
        let users = VisibleList(value.unwrap_or_default().into_iter().map(user).collect());
        Self { role, users, impact, user_errors }
    }
}
