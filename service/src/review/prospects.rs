//! Users who would gain a permission if it were granted to a role, and the constraints that this would violate.

use super::bypass::at_least;
use super::index::Index;
use super::read;
use crate::users::UserFilter;
use crate::{Result, Service};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Constraint, ConstraintId, ConstraintKind, PermissionId, Policy, RoleId, UserId};
use roaring::RoaringBitmap;
use std::sync::Arc;

/// The users who lack a permission, as of one policy and time.
#[derive(Debug)]
pub(crate) struct Prospects<'a> {
    index: Arc<Index>,
    permission: PermissionId,
    policy: &'a Policy,
    now: DateTime<Utc>,
    /// Active users who hold it.
    holders: RoaringBitmap,
}

impl<'a> Prospects<'a> {
    /// # Errors
    /// [`crate::Error::Unavailable`] when the index cannot be brought up to date.
    pub(crate) async fn read(
        service: &Service,
        policy: &'a Policy,
        permission: PermissionId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let index = read::up_to(service, policy.revision()).await?;
        let holders = index.holders(permission, policy, now);
        Ok(Self { index, permission, policy, now, holders })
    }

    /// Number of active users who are authorized for `role` and lack the permission. `user`, who lacks it in a session,
    /// is among them in any case.
    pub(crate) fn of_role(&self, role: RoleId, user: UserId) -> u64 {
        let filter = UserFilter {
            status: Some(vec![AccountStatus::Active]),
            authorized_role: Some(Some(role)),
            ..UserFilter::default()
        };
        let mut gaining = self.index.select(&filter, self.policy, self.now) - &self.holders;
        gaining.extend(self.index.number(user));
        gaining.len()
    }

    /// The first static constraint over permissions, by name, that a user would violate if the permission were granted to
    /// `role`.
    pub(crate) fn violated_by_grant_to(&self, role: RoleId) -> Option<ConstraintId> {
        let named = self.policy.constraints_of_permission(self.permission);
        let seniors = || self.policy.inherited_by_all(role).into_iter().chain([role]);
        let violated = named.filter(|constraint| constraint.kind == ConstraintKind::Static).find(|constraint| {
            let gaining = self.index.assigned_lastingly(seniors(), self.now) & self.index.present();
            !(gaining & self.one_short_of(constraint)).is_empty()
        });
        violated.map(|constraint| constraint.id)
    }

    /// Users who hold all but one of as many other permissions of a constraint as its limit.
    fn one_short_of(&self, constraint: &Constraint) -> RoaringBitmap {
        let others = constraint.permissions.iter().filter(|&&other| other != self.permission);
        let holders: Vec<RoaringBitmap> = others
            .map(|&other| {
                let roles = self.policy.roles_bringing(other).into_iter();
                self.index.assigned_lastingly(roles, self.now) | self.index.granted_lastingly(other, self.now)
            })
            .collect();
        at_least(constraint.limit - 1, &holders)
    }
}
