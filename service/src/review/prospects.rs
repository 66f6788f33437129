//! Users who would gain a permission if it were granted to a role.

use super::index::Index;
use super::read;
use crate::users::UserFilter;
use crate::{Result, Service};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, PermissionId, Policy, RoleId, UserId};
use roaring::RoaringBitmap;
use std::sync::Arc;

/// The users who lack a permission, as of one policy and time.
#[derive(Debug)]
pub(crate) struct Prospects<'a> {
    index: Arc<Index>,
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
        Ok(Self { index, policy, now, holders })
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
}
