//! The ways by which a permission reaches a user.

use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::inherit;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::User;
use async_graphql::{Context, Enum, Object, Result};
use engine::{Path, PathKind, Paths, Policy, RoleId};
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

    /// When it runs out.
    async fn expires_at(&self) -> Option<DateTime> {
        self.path.expires_at.map(DateTime)
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
