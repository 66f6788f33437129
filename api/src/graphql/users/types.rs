//! Users as the API shows them.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::{EffectivePermissionConnection, EffectivePermissionFilter, Held, direct_permissions};
use crate::graphql::assignments::RoleAssignment;
use crate::graphql::audit::{AuditEvent, AuditEventConnection};
use crate::graphql::connection::{self, Total, connection};
use crate::graphql::context::{authority_at, request};
use crate::graphql::entity::{Entity, NodeRef, Owned};
use crate::graphql::guard::directives::{self_or, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::{DateTime, PermissionName};
use crate::graphql::sessions::{Session, SessionConnection};
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::{Policy, Subject, UserId};
use futures_util::FutureExt as _;
use service::Caller;
use service::audit::AuditFilter;
use service::page::{Direction, PageArguments, PageRequest};
use service::sessions::SessionFilter;
use service::users::{User as Row, UserFilter, UserOrder};
use std::sync::Arc;

connection! {
    /// A page of users.
    UserConnection,
    /// One of the users, with its cursor.
    UserEdge,
    Entity<User>
}

/// A person or a service account, by id; what is stored is read when a field asks for it.
#[derive(Clone, Debug)]
pub struct User {
    id: UserId,
    policy: Arc<Policy>,
    /// Known without reading.
    names: Option<Names>,
    row: Option<Arc<Row>>,
}

/// What a user signs in by.
#[derive(Clone, Debug)]
struct Names {
    username: Arc<str>,
    email: Option<Arc<str>>,
}

/// Kinds of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::users::UserKind")]
pub enum UserKind {
    /// Signs in with a password.
    Human,
    /// Uses API keys only.
    Service,
}

/// States of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::users::UserStatus")]
pub enum UserStatus {
    /// Usable.
    Active,
    /// Barred by an administrator.
    Suspended,
    /// Gone: password, address, name and grants are erased, the id is never used again, the username is free and shown as `deleted-…`; absent from `node`, lists and counts unless `filter.status` asks.
    Deleted,
}

impl User {
    /// A user of whom only the id is known; it must be one that exists.
    pub fn by_id(id: UserId, policy: Arc<Policy>) -> Self {
        Self { id, policy, names: None, row: None }
    }

    /// A user that was read.
    pub fn of_row(row: impl Into<Arc<Row>>, policy: Arc<Policy>) -> Self {
        let row = row.into();
        Self { id: row.id, policy, names: None, row: Some(row) }
    }

    /// The user who asks, of whom the credential tells enough for the common questions.
    pub fn of_caller(caller: &Caller) -> Self {
        let names = Names { username: Arc::clone(&caller.username), email: caller.email.clone() };
        Self { id: caller.user, policy: Arc::clone(&caller.policy), names: Some(names), row: None }
    }

    /// A page of the users that the filter lets through.
    pub async fn list(
        ctx: &Context<'_>,
        filter: UserFilter,
        order: UserOrder,
        page: &PageRequest,
    ) -> Result<UserConnection> {
        let request = request(ctx);
        let found = request.loaders.users(filter.clone(), order, page).await?;
        let found = found.map(|row| Entity(Self::of_row(row, Arc::clone(&request.policy))));
        let total = Total::counted_together(move |request| request.loaders.user_count(filter.clone()).boxed());
        Ok(UserConnection::new(found, total))
    }

    /// A user by id, or nothing when there is none.
    pub async fn find(ctx: &Context<'_>, id: UserId) -> Result<Option<Self>> {
        let request = request(ctx);
        let row = request.loaders.user(id).await?;
        Ok(row.map(|row| Self::of_row(row, Arc::clone(&request.policy))))
    }

    /// Which user.
    pub fn key(&self) -> UserId {
        self.id
    }

    /// The account's status, once it was read.
    pub fn is_deleted(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.status == service::users::UserStatus::Deleted)
    }

    /// What the account is called, for labels.
    pub async fn label(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        match &self.names {
            Some(names) => Ok(Arc::clone(&names.username)),
            None => Ok(self.row(ctx).await?.username.as_str().into()),
        }
    }

    async fn row(&self, ctx: &Context<'_>) -> Result<Arc<Row>> {
        match &self.row {
            Some(row) => Ok(Arc::clone(row)),
            None => request(ctx).loaders.user(self.id).await?.ok_or_else(|| gone("user")),
        }
    }

    async fn subject(&self, ctx: &Context<'_>) -> Result<Arc<Subject>> {
        request(ctx).loaders.subject(self.id).await?.ok_or_else(|| gone("user"))
    }
}

impl Owned for User {
    const TYPE: EntityType = EntityType::User;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: Some(self.id) }
    }
}

/// A person or a service account. Both are assigned roles in the same way.
#[Object(directive = visible_to::apply("user:read"))]
impl User {
    /// Global id; also the `sub` of issued tokens.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::User, self.id.uuid())
    }

    /// Person or service account.
    async fn kind(&self, ctx: &Context<'_>) -> Result<UserKind> {
        Ok(self.row(ctx).await?.kind.into())
    }

    /// Name to sign in with: 1 to 128 characters, RFC 8265 UsernameCaseMapped, so unique without regard to case; may be an e-mail address, but not another account's.
    async fn username(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        self.label(ctx).await
    }

    /// E-mail address, unique when given; not another account's username.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        match &self.names {
            Some(names) => Ok(names.email.clone()),
            None => Ok(self.row(ctx).await?.email.as_deref().map(Arc::from)),
        }
    }

    /// Name to show; falls back to the username.
    async fn display_name(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.row(ctx).await?.display_name.clone())
    }

    /// May the account be used?
    async fn status(&self, ctx: &Context<'_>) -> Result<UserStatus> {
        Ok(self.row(ctx).await?.status.into())
    }

    /// When the account was made.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.row(ctx).await?.created_at))
    }

    /// When it last changed.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.row(ctx).await?.updated_at))
    }

    /// When it last signed in.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn last_login_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.row(ctx).await?.last_login_at.map(DateTime))
    }

    // Speaks of authority alone (may the caller touch somebody who can do all this?), not of the
    // permission that a certain change takes besides.
    /// May the caller change this user, without exceeding its own authority?
    async fn viewer_can_manage(&self, ctx: &Context<'_>) -> Result<bool> {
        let subject = self.subject(ctx).await?;
        let authority = authority_at(ctx, &self.policy);
        Ok(authority.is_some_and(|authority| authority.may_manage_user(&subject).is_ok()))
    }

    /// Roles assigned directly.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<Role>>>> {
        let subject = self.subject(ctx).await?;
        let roles = self.policy.assigned_roles(&subject, request(ctx).now);
        Ok(Some(Role::all(&self.policy, roles)))
    }

    /// The same with who, when, why and until when.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn role_assignments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<RoleAssignment>>>> {
        let assigned = request(ctx).loaders.assigned(self.id).await?.unwrap_or_default();
        let assignment = |row| Entity(RoleAssignment::of_row(row, Arc::clone(&self.policy)));
        Ok(Some(assigned.iter().cloned().map(assignment).collect()))
    }

    /// Assigned roles and all that they inherit from.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn authorized_roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<Role>>>> {
        let subject = self.subject(ctx).await?;
        let roles = self.policy.authorized_roles(&subject, request(ctx).now);
        Ok(Some(Role::all(&self.policy, roles)))
    }

    /// Permissions granted to the user and not through a role.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn direct_permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<Permission>>>> {
        let subject = self.subject(ctx).await?;
        let granted = direct_permissions(&self.policy, &subject, request(ctx).now);
        Ok(Some(Permission::all(&self.policy, granted)))
    }

    /// Everything the user may do, each with every path it comes by.
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
        let held = Held {
            user: self.clone(),
            subject: self.subject(ctx).await?,
            policy: Arc::clone(&self.policy),
            now: request(ctx).now,
        };
        let permissions = held.filtered(filter.unwrap_or_default());
        let total = Total::Known(permissions.len() as u64);
        Ok(Some(EffectivePermissionConnection::new(held.page(&permissions, &page), total)))
    }

    /// The same as bare names, sorted.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn permission_names(&self, ctx: &Context<'_>) -> Result<Option<Vec<PermissionName>>> {
        let subject = self.subject(ctx).await?;
        let held = self.policy.permissions_of(&subject, request(ctx).now);
        Permission::names(ctx, &self.policy, &held).map(Some)
    }

    /// Actions the user may take on one resource.
    #[graphql(directive = self_or::apply("user:read"))]
    async fn operations_on(&self, ctx: &Context<'_>, resource: String) -> Result<Option<Vec<String>>> {
        let subject = self.subject(ctx).await?;
        let held = self.policy.permissions_of(&subject, request(ctx).now);
        Ok(Some(Permission::actions(&self.policy, &held, &resource)))
    }

    /// Live sessions, most recently used first.
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
        let filter = SessionFilter { user: Some(self.id), ..SessionFilter::default() };
        Session::list(ctx, filter, &page).await.map(Some)
    }

    /// Everything this user did or had done to them: assignments, grants and sessions included.
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
        let filter = AuditFilter { involving: Some(self.id.uuid()), ..AuditFilter::default() };
        AuditEvent::list(ctx, filter, Direction::Descending, &page).await.map(Some)
    }
}
