//! What a change of the policy gives to and takes from users whose own roles and grants it leaves as they are.

use super::index::Index;
use super::read;
use crate::{Result, Service};
use chrono::{DateTime, Utc};
use engine::{PermissionId, Policy, UserId};
use roaring::{MultiOps, RoaringBitmap};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Two policies, compared at one time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) before: &'a Policy,
    pub(crate) after: &'a Policy,
    pub(crate) now: DateTime<Utc>,
}

/// Users who gain or lose permissions, by the permissions.
#[derive(Debug)]
pub(crate) struct Difference {
    index: Arc<Index>,
    groups: Vec<Group>,
}

/// Permissions that the same users gain and lose.
#[derive(Debug)]
struct Group {
    permissions: Vec<PermissionId>,
    gained: RoaringBitmap,
    lost: RoaringBitmap,
}

/// The users of a difference, with what each of them gains and loses.
#[derive(Debug, Default)]
pub(crate) struct UserDifference {
    pub(crate) gained: Vec<PermissionId>,
    pub(crate) lost: Vec<PermissionId>,
}

impl Step<'_> {
    /// Of `permissions`, what users other than `except` gain and lose, with their roles and direct grants as of the policy
    /// before the step.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the index cannot be brought up to date.
    pub(crate) async fn difference(
        &self,
        service: &Service,
        permissions: &[PermissionId],
        except: &[UserId],
    ) -> Result<Difference> {
        let index = read::up_to(service, self.before.revision()).await?;
        let except: RoaringBitmap = except.iter().filter_map(|&user| index.number(user)).collect();
        let groups = self.groups(&index, permissions, &except);
        Ok(Difference { index, groups })
    }

    /// Permissions with the same roles before and after, and without direct holders, are worked out once.
    fn groups(&self, index: &Index, permissions: &[PermissionId], except: &RoaringBitmap) -> Vec<Group> {
        let mut alike: FxHashMap<_, Vec<PermissionId>> = FxHashMap::default();
        for &permission in permissions {
            let before = self.before.authorized_roles_for(permission);
            let after = self.after.authorized_roles_for(permission);
            let direct = index.is_granted_directly(permission).then_some(permission);
            alike.entry((before, after, direct)).or_default().push(permission);
        }
        let groups = alike.into_values().filter_map(|permissions| {
            let &permission = permissions.first()?;
            let before = index.holders(permission, self.before, self.now) - except;
            let after = index.holders(permission, self.after, self.now) - except;
            Some(Group { gained: &after - &before, lost: before - after, permissions })
        });
        groups.collect()
    }
}

impl Difference {
    /// Pairs of a user and a permission that appear.
    pub(crate) fn pairs_gained(&self) -> u64 {
        self.groups.iter().map(|group| group.gained.len() * group.permissions.len() as u64).sum()
    }

    /// Pairs of a user and a permission that disappear.
    pub(crate) fn pairs_lost(&self) -> u64 {
        self.groups.iter().map(|group| group.lost.len() * group.permissions.len() as u64).sum()
    }

    /// Users who gain or lose something.
    pub(crate) fn users(&self) -> Vec<UserId> {
        let users = self.groups.iter().flat_map(|group| [&group.gained, &group.lost]).union();
        users.iter().map(|number| self.index.id(number)).collect()
    }

    /// What one user gains and loses.
    pub(crate) fn of_user(&self, user: UserId) -> UserDifference {
        let mut found = UserDifference::default();
        let Some(number) = self.index.number(user) else { return found };
        for group in &self.groups {
            if group.gained.contains(number) {
                found.gained.extend(&group.permissions);
            }
            if group.lost.contains(number) {
                found.lost.extend(&group.permissions);
            }
        }
        found
    }

    /// Users who come to hold one of `permissions` and held none before.
    pub(crate) fn new_holders(&self, step: Step<'_>, permissions: &[PermissionId], except: &[UserId]) -> Vec<UserId> {
        let holders = |policy: &Policy| {
            permissions.iter().map(|&permission| self.index.holders(permission, policy, step.now)).union()
        };
        let except: RoaringBitmap = except.iter().filter_map(|&user| self.index.number(user)).collect();
        let new = holders(step.after) - holders(step.before) - except;
        new.iter().map(|number| self.index.id(number)).collect()
    }
}
