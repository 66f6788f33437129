//! The ways by which a permission reaches a user.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::inherit;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::User;
use async_graphql::{Context, Enum, Object, Result};
use engine::{Path, PathKind, Paths, Policy, RoleId, UserId};
use service::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// All that a holding or an explanation rests on, and how much of it was asked for.
#[derive(Debug)]
pub struct Grounds {
    paths: Paths,
    end: End,
    /// One more than the longest list that the document asks for; 0 as long as it asked for none.
    asked: AtomicUsize,
}

/// What paths lead from and to.
#[derive(Clone, Debug)]
struct End {
    user: User,
    permission: Arc<str>,
    policy: Arc<Policy>,
}

/// One way a permission reaches a user.
#[derive(Debug)]
pub struct GrantPath {
    path: Path,
    end: End,
}

/// How the assignment or the direct grant that a path begins with came about.
#[derive(Debug)]
struct Origin {
    at: chrono::DateTime<chrono::Utc>,
    by: Option<UserId>,
    reason: Option<String>,
}

/// How a grant reaches a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum GrantKind {
    /// Through an assigned role, inherited or not.
    Role,
    /// Granted to the user.
    Direct,
}

impl Grounds {
    /// Most paths that are ever shown.
    pub const MAX_PATHS: usize = 100;
    /// The argument's default.
    const DEFAULT_PATHS: usize = 20;

    /// The paths, of which there are at most [`Grounds::MAX_PATHS`].
    pub fn new(paths: Paths, user: User, permission: impl Into<Arc<str>>, policy: Arc<Policy>) -> Self {
        Self { paths, end: End { user, permission: permission.into(), policy }, asked: AtomicUsize::new(0) }
    }

    /// The shortest ones.
    pub fn first(&self, first: i32) -> Result<Vec<GrantPath>> {
        let limit = usize::try_from(first).ok().filter(|limit| *limit <= Self::MAX_PATHS);
        let bad = || to_graphql(Error::BadInput(format!("`first` is a number from 0 to {}", Self::MAX_PATHS)));
        let limit = limit.ok_or_else(bad)?;
        self.asked.fetch_max(limit + 1, Ordering::Relaxed);
        let paths = self.paths.paths.iter().take(limit);
        Ok(paths.map(|path| GrantPath { path: path.clone(), end: self.end.clone() }).collect())
    }

    /// Are there more than the document asks for? It may ask after this field: that one goes first.
    pub async fn has_more(&self) -> bool {
        tokio::task::yield_now().await;
        let asked = self.asked.load(Ordering::Relaxed).checked_sub(1).unwrap_or(Self::DEFAULT_PATHS);
        self.paths.has_more || self.paths.paths.len() > asked
    }
}

impl GrantPath {
    fn roles_on_it(&self) -> &[RoleId] {
        match &self.path.kind {
            PathKind::Direct => &[],
            PathKind::Role(roles) => roles,
        }
    }

    /// How it came about; nothing when what it begins with was taken away meanwhile.
    async fn origin(&self, ctx: &Context<'_>) -> Result<Option<Origin>> {
        let (loaders, user) = (&request(ctx).loaders, self.end.user.key());
        Ok(match &self.path.kind {
            PathKind::Role(roles) => {
                let assigned = loaders.assigned(user).await?;
                let head = assigned.iter().flat_map(|all| all.iter()).find(|held| Some(&held.role) == roles.first());
                head.map(|held| Origin { at: held.assigned_at, by: held.assigned_by, reason: held.reason.clone() })
            }
            PathKind::Direct => {
                let permission = self.end.policy.permission_named(&self.end.permission).map(|known| known.id);
                let granted = loaders.granted(user).await?;
                let head = granted.iter().flat_map(|all| all.iter()).find(|held| Some(held.permission) == permission);
                head.map(|held| Origin { at: held.granted_at, by: held.granted_by, reason: held.terms.reason.clone() })
            }
        })
    }
}

/// One way a permission reaches a user.
#[Object]
impl GrantPath {
    /// Through a role or directly.
    async fn kind(&self) -> GrantKind {
        match self.path.kind {
            PathKind::Direct => GrantKind::Direct,
            PathKind::Role(_) => GrantKind::Role,
        }
    }

    /// From the assigned role down to the role that holds the grant; empty for a direct grant.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Vec<Entity<Role>> {
        Role::all(&self.end.policy, self.roles_on_it().iter().copied())
    }

    /// Does it count now: begun, not expired, and for a session, role active?
    async fn is_active(&self) -> bool {
        self.path.is_active
    }

    /// Not before; null when at once.
    async fn valid_from(&self) -> Option<DateTime> {
        self.path.valid_from.map(DateTime)
    }

    /// When it runs out.
    async fn expires_at(&self) -> Option<DateTime> {
        self.path.expires_at.map(DateTime)
    }

    /// Since when the user has the assigned role or the direct grant.
    async fn granted_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.origin(ctx).await?.map(|origin| DateTime(origin.at)))
    }

    /// By whom; null when by the system.
    #[graphql(directive = inherit::apply())]
    async fn granted_by(&self, ctx: &Context<'_>) -> Result<Option<Seen<User>>> {
        let user = self.origin(ctx).await?.and_then(|origin| origin.by);
        Ok(user.map(|user| Seen(Entity(User::by_id(user, Arc::clone(&self.end.policy))))))
    }

    /// Why, as given at the time.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.origin(ctx).await?.and_then(|origin| origin.reason))
    }

    /// Readable form, for example `ana > accountant > clerk > invoice:read`.
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let user = self.end.user.label(ctx).await?;
        let roles = self.roles_on_it().iter().filter_map(|role| self.end.policy.role(*role));
        let mut text = user.to_string();
        for step in roles.map(|role| role.name.as_str()).chain([&*self.end.permission]) {
            text.push_str(" > ");
            text.push_str(step);
        }
        Ok(text)
    }
}
