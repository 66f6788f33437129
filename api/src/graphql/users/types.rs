//! GraphQL types of users.

use super::{
    EffectivePermissionConnection, EffectivePermissionFilter, HeldPermissions, UserKind, UserStatus, direct_permissions,
};
use crate::graphql::assignments::RoleAssignment;
use crate::graphql::audit::{AuditEvent, AuditEventConnection};
use crate::graphql::connection::{self, Total, connection};
use crate::graphql::context::{authority_at, request};
use crate::graphql::entity::{Entity, NodeObject, NodeRef};
use crate::graphql::guard::directives::{self_or, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::list::Texts;
use crate::graphql::loaders::gone;
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::{DateTime, PermissionName};
use crate::graphql::sessions::{Session, SessionConnection};
use async_graphql::{Context, ID, Object, Result};
use engine::{AccountStatus, Policy, Subject, UserId};
use futures_util::FutureExt as _;
use service::Caller;
use service::audit::AuditFilter;
use service::page::{Direction, PageArguments, PageRequest};
use service::sessions::SessionFilter;
use service::users::{User as UserRecord, UserFilter, UserOrder};
use std::sync::Arc;

connection! {
    /// Page of a list of users.
    UserConnection,
    /// User in a list, with its cursor.
    UserEdge,
    Entity<User>
}

/// A user, by id. Its record is read on demand.
#[derive(Clone, Debug)]
pub struct User {
    id: UserId,
    policy: Arc<Policy>,
    /// Known from the credentials, without a read.
    names: Option<LoginNames>,
    record: Option<Arc<UserRecord>>,
}

/// Names by which a user logs in.
#[derive(Clone, Debug)]
struct LoginNames {
    username: Arc<str>,
    email: Option<Arc<str>>,
}

impl User {
    /// A user of whom only the id is known, not checked for existence.
    pub fn by_id(id: UserId, policy: Arc<Policy>) -> Self {
        Self { id, policy, names: None, record: None }
    }

    /// A user with the record.
    pub fn of_record(record: impl Into<Arc<UserRecord>>, policy: Arc<Policy>) -> Self {
        let record = record.into();
        Self { id: record.id, policy, names: None, record: Some(record) }
    }

    /// The user of a caller, with the names that the credentials contain.
    pub fn of_caller(caller: &Caller) -> Self {
        let names = LoginNames { username: Arc::clone(&caller.username), email: caller.email.clone() };
        Self { id: caller.user, policy: Arc::clone(&caller.policy), names: Some(names), record: None }
    }

    /// A page of the users that match the filter.
    pub async fn list(
        ctx: &Context<'_>,
        filter: UserFilter,
        order: UserOrder,
        page: &PageRequest,
    ) -> Result<UserConnection> {
        let request = request(ctx);
        let found = request.loaders.users(filter.clone(), order, page).await?;
        let found = found.map(|record| Entity(Self::of_record(record, Arc::clone(&request.policy))));
        let total = Total::counted_by_loaders(move |request| request.loaders.user_count(filter.clone()).boxed());
        Ok(UserConnection::new(found, total))
    }

    /// The user with this id, if there is one.
    pub async fn find(ctx: &Context<'_>, id: UserId) -> Result<Option<Self>> {
        let request = request(ctx);
        let record = request.loaders.user(id).await?;
        Ok(record.map(|record| Self::of_record(record, Arc::clone(&request.policy))))
    }

    /// Identifier of the user.
    pub fn key(&self) -> UserId {
        self.id
    }

    /// Whether the record, when it was read, is that of a deleted account.
    pub fn is_deleted(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.status == AccountStatus::Deleted)
    }

    /// The username, for labels.
    pub async fn label(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        match &self.names {
            Some(names) => Ok(Arc::clone(&names.username)),
            None => Ok(self.record(ctx).await?.username.as_str().into()),
        }
    }

    async fn record(&self, ctx: &Context<'_>) -> Result<Arc<UserRecord>> {
        match &self.record {
            Some(record) => Ok(Arc::clone(record)),
            None => request(ctx).loaders.user(self.id).await?.ok_or_else(|| gone("user")),
        }
    }

    async fn subject(&self, ctx: &Context<'_>) -> Result<Arc<Subject>> {
        request(ctx).loaders.subject(self.id).await?.ok_or_else(|| gone("user"))
    }
}

impl NodeObject for User {
    const TYPE: EntityType = EntityType::User;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: Some(self.id) }
    }
}

/// User of the service, to whom roles are assigned.
#[Object(directive = visible_to::apply("user:read"))]
impl User {
    /// Global id of the user; also the `sub` claim of issued tokens.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::User, self.id.uuid())
    }

    /// Kind of the account.
    async fn kind(&self, ctx: &Context<'_>) -> Result<UserKind> {
        Ok(self.record(ctx).await?.kind.into())
    }

    /// Username: 1 to 128 characters (RFC 8265, UsernameCaseMapped); unique without regard to case. It may be an e-mail
    /// address, but not that of another account.
    async fn username(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        self.label(ctx).await
    }

    /// E-mail address. Unique, and not the username of another account. Null when none is set.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        match &self.names {
            Some(names) => Ok(names.email.clone()),
            None => Ok(self.record(ctx).await?.email.as_deref().map(Arc::from)),
        }
    }

    /// Display name; the username when none is set.
    async fn display_name(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.record(ctx).await?.display_name.clone())
    }

    /// Status of the account.
    async fn status(&self, ctx: &Context<'_>) -> Result<UserStatus> {
        Ok(self.record(ctx).await?.status.into())
    }

    /// Version of the user, incremented by each change of the account, its assignments and its direct grants, for
    /// `expectedVersion`.
    async fn version(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.record(ctx).await?.version)
    }

    /// Time at which the account was created.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.record(ctx).await?.created_at))
    }

    /// Time at which the account was last changed.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.record(ctx).await?.updated_at))
    }

    /// Time of the last login. Null when there was none.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn last_login_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.record(ctx).await?.last_login_at.map(DateTime))
    }

    /// Whether the caller's authority covers changing the user. Guards apply in addition.
    async fn viewer_can_manage(&self, ctx: &Context<'_>) -> Result<bool> {
        let subject = self.subject(ctx).await?;
        let authority = authority_at(ctx, &self.policy);
        Ok(authority.is_some_and(|authority| authority.may_manage_user(&subject).is_ok()))
    }

    /// Roles assigned to the user, inherited roles not included (AssignedRoles).
    #[graphql(directive = self_or::apply("user:read"))]
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<Role>>>> {
        let subject = self.subject(ctx).await?;
        let roles = self.policy.assigned_roles(&subject, request(ctx).now);
        Ok(Some(Role::all(&self.policy, roles)))
    }

    /// Role assignments of the user, with their validity and origin.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn role_assignments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<RoleAssignment>>>> {
        let assigned = request(ctx).loaders.assignments_of(self.id).await?.unwrap_or_default();
        let assignment = |record| Entity(RoleAssignment::of_record(record, Arc::clone(&self.policy)));
        Ok(Some(assigned.iter().cloned().map(assignment).collect()))
    }

    /// Roles that the user is authorized for: assigned roles and the roles that they inherit from (AuthorizedRoles).
    #[graphql(directive = self_or::apply("user:read"))]
    async fn authorized_roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<Role>>>> {
        let subject = self.subject(ctx).await?;
        let roles = self.policy.authorized_roles(&subject, request(ctx).now);
        Ok(Some(Role::all(&self.policy, roles)))
    }

    /// Permissions granted to the user directly, sorted by name.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn direct_permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<Permission>>>> {
        let subject = self.subject(ctx).await?;
        let granted = direct_permissions(&self.policy, &subject, request(ctx).now);
        Ok(Some(Permission::all(&self.policy, granted)))
    }

    /// Permissions held by the user, through roles and by direct grants, sorted by name, each with the paths that grant
    /// it (UserPermissions).
    #[graphql(directive = self_or::apply("user:read"))]
    async fn effective_permissions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<EffectivePermissionFilter>,
    ) -> Result<Option<EffectivePermissionConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let held = HeldPermissions {
            user: self.clone(),
            subject: self.subject(ctx).await?,
            policy: Arc::clone(&self.policy),
            now: request(ctx).now,
        };
        let permissions = held.filtered(filter.unwrap_or_default());
        let total = Total::Known(permissions.len() as u64);
        Ok(Some(EffectivePermissionConnection::new(held.page(&permissions, &page), total)))
    }

    /// Names of the permissions held by the user, through roles and by direct grants, sorted.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn permission_names(&self, ctx: &Context<'_>) -> Result<Option<Texts<'_, PermissionName>>> {
        let subject = self.subject(ctx).await?;
        let held = self.policy.permissions_of(&subject, request(ctx).now);
        Permission::names(ctx, &self.policy, &held).map(Some)
    }

    /// Actions on one resource that the user may perform, sorted (UserOperationsOnObject).
    #[graphql(directive = self_or::apply("user:read"))]
    async fn operations_on(&self, ctx: &Context<'_>, resource: String) -> Result<Option<Vec<String>>> {
        let subject = self.subject(ctx).await?;
        let held = self.policy.permissions_of(&subject, request(ctx).now);
        Ok(Some(Permission::actions(&self.policy, &held, &resource)))
    }

    /// Live sessions of the user, most recently used first.
    #[graphql(directive = self_or::apply("session:read"))]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<SessionConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = SessionFilter { user: Some(Some(self.id)), ..SessionFilter::default() };
        Session::list(ctx, filter, &page).await.map(Some)
    }

    /// Audit events that the user caused or that concern the user, newest first.
    #[graphql(directive = self_or::apply("audit:read"))]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<AuditEventConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = AuditFilter { involving: Some(Some(self.id.uuid())), ..AuditFilter::default() };
        AuditEvent::list(ctx, filter, Direction::Descending, &page).await.map(Some)
    }
}
