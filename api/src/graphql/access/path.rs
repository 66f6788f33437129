//! Paths of grants: how a user holds a permission.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, Visible};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::inherit;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::User;
use async_graphql::{Context, Enum, Object, Result};
use engine::{Path, PathKind, Paths, PermissionPattern, Policy, RoleId, UserId};
use service::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The paths of a held permission or of an explanation, and how many of them the document requests.
#[derive(Debug)]
pub struct Grounds {
    paths: Paths,
    endpoints: Endpoints,
    /// One more than the largest `first` in the document; 0 before any is resolved.
    requested: AtomicUsize,
}

/// The user at the beginning of paths and the permission at their end.
#[derive(Clone, Debug)]
struct Endpoints {
    user: User,
    permission: Arc<str>,
    policy: Arc<Policy>,
}

/// Path by which a user holds a permission.
#[derive(Debug)]
pub struct GrantPath {
    path: Path,
    endpoints: Endpoints,
}

/// The origin of the assignment or direct grant at the beginning of a path.
#[derive(Debug)]
struct Origin {
    at: chrono::DateTime<chrono::Utc>,
    by: Option<UserId>,
    reason: Option<String>,
}

/// Kind of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum GrantKind {
    /// Through an assigned role, or a role that it inherits from.
    Role,
    /// Granted to the user directly.
    Direct,
}

impl Grounds {
    /// Most paths of one permission.
    pub const MAX_PATHS: usize = 100;
    /// Default of the argument `first`.
    const DEFAULT_PATHS: usize = 20;

    /// At most [`Grounds::MAX_PATHS`] paths of a permission of `user`.
    pub fn new(paths: Paths, user: User, permission: impl Into<Arc<str>>, policy: Arc<Policy>) -> Self {
        let endpoints = Endpoints { user, permission: permission.into(), policy };
        Self { paths, endpoints, requested: AtomicUsize::new(0) }
    }

    /// The shortest paths.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a number out of range.
    pub fn first(&self, first: i32) -> Result<Vec<GrantPath>> {
        let limit = usize::try_from(first).ok().filter(|limit| *limit <= Self::MAX_PATHS);
        let bad = || to_graphql(Error::BadInput(format!("`first` must be from 0 to {}", Self::MAX_PATHS)));
        let limit = limit.ok_or_else(bad)?;
        self.requested.fetch_max(limit + 1, Ordering::Relaxed);
        let paths = self.paths.paths.iter().take(limit);
        Ok(paths.map(|path| GrantPath { path: path.clone(), endpoints: self.endpoints.clone() }).collect())
    }

    /// Whether more paths exist than the document requests. Yields first, since `paths` may follow in the document.
    pub async fn has_more(&self) -> bool {
        tokio::task::yield_now().await;
        let requested = self.requested.load(Ordering::Relaxed).checked_sub(1).unwrap_or(Self::DEFAULT_PATHS);
        self.paths.has_more || self.paths.paths.len() > requested
    }
}

impl GrantPath {
    fn role_ids(&self) -> &[RoleId] {
        match &self.path.kind {
            PathKind::Direct => &[],
            PathKind::Role(roles) => roles,
        }
    }

    /// The origin of the path; `None` when the assignment or direct grant was removed meanwhile.
    async fn origin(&self, ctx: &Context<'_>) -> Result<Option<Origin>> {
        let (loaders, user) = (&request(ctx).loaders, self.endpoints.user.key());
        Ok(match &self.path.kind {
            PathKind::Role(roles) => {
                let assigned = loaders.assignments_of(user).await?;
                let head = assigned.iter().flat_map(|all| all.iter()).find(|held| Some(&held.role) == roles.first());
                head.map(|held| Origin { at: held.assigned_at, by: held.assigned_by, reason: held.reason.clone() })
            }
            PathKind::Direct => {
                let permission =
                    self.endpoints.policy.permission_named(&self.endpoints.permission).map(|permission| permission.id);
                let granted = loaders.direct_grants_of(user).await?;
                let head = granted.iter().flat_map(|all| all.iter()).find(|held| Some(held.permission) == permission);
                head.map(|held| Origin { at: held.granted_at, by: held.granted_by, reason: held.terms.reason.clone() })
            }
        })
    }
}

/// Path by which a user holds a permission.
#[Object]
impl GrantPath {
    /// Kind of the path.
    async fn kind(&self) -> GrantKind {
        match self.path.kind {
            PathKind::Direct => GrantKind::Direct,
            PathKind::Role(_) => GrantKind::Role,
        }
    }

    /// Pattern by which the last role has the permission, such as `invoice:*`. Null when it is granted the permission itself,
    /// and for a direct grant.
    async fn pattern(&self) -> Option<&str> {
        self.path.pattern.as_ref().map(PermissionPattern::as_str)
    }

    /// Roles on the path, from the assigned role to the role with the grant. Empty for a direct grant.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Vec<Entity<Role>> {
        Role::all(&self.endpoints.policy, self.role_ids().iter().copied())
    }

    /// Whether the path is active: valid now and, for a session, through active roles only.
    async fn is_active(&self) -> bool {
        self.path.is_active
    }

    /// Time from which the path is valid. Null when it is valid at once.
    async fn valid_from(&self) -> Option<DateTime> {
        self.path.valid_from.map(DateTime)
    }

    /// Time at which the path expires. Null when it is permanent.
    async fn expires_at(&self) -> Option<DateTime> {
        self.path.expires_at.map(DateTime)
    }

    /// Time at which the role was assigned or the permission was granted.
    async fn granted_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.origin(ctx).await?.map(|origin| DateTime(origin.at)))
    }

    /// User who assigned the role or granted the permission. Null for the system.
    #[graphql(directive = inherit::apply())]
    async fn granted_by(&self, ctx: &Context<'_>) -> Result<Option<Visible<User>>> {
        let user = self.origin(ctx).await?.and_then(|origin| origin.by);
        Ok(user.map(|user| Visible(Entity(User::by_id(user, Arc::clone(&self.endpoints.policy))))))
    }

    /// Reason for the assignment or the grant.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.origin(ctx).await?.and_then(|origin| origin.reason))
    }

    /// Path as text, for example `ana > accountant > clerk > invoice:read`.
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let user = self.endpoints.user.label(ctx).await?;
        let roles = self.role_ids().iter().filter_map(|role| self.endpoints.policy.role(*role));
        let mut text = user.to_string();
        for step in roles.map(|role| role.name.as_str()).chain([&*self.endpoints.permission]) {
            text.push_str(" > ");
            text.push_str(step);
        }
        Ok(text)
    }
}
