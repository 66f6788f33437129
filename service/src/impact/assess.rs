//! Working out an impact.

use super::{AccessDelta, Impact};
use crate::database::Connection;
use crate::permissions::names::is_administrative;
use crate::review::{Difference, Step, UserDifference};
use crate::store::sessions;
use crate::{Result, Service};
use engine::{PermissionId, PermissionSet, Policy, RoleId, Subject, UserId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Users and permissions that an impact lists.
const MAX_LISTED: usize = 100;

/// A user before and after a change.
#[derive(Clone, Debug)]
pub(crate) struct SubjectChange {
    pub(crate) before: Subject,
    pub(crate) after: Subject,
}

/// A change to be assessed.
#[derive(Debug)]
pub(crate) struct Assessment<'a> {
    pub(crate) step: Step<'a>,
    /// Roles that are created, deleted or changed.
    pub(crate) roles: Vec<RoleId>,
    /// Permissions that are created or deleted.
    pub(crate) permissions: Vec<PermissionId>,
    /// Users whose status, roles or direct grants change.
    pub(crate) users: Vec<&'a SubjectChange>,
}

impl Assessment<'_> {
    /// The impact, with the sessions that `connection` reads.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read.
    pub(crate) async fn impact<C: Connection>(&self, service: &Service, connection: &C) -> Result<Impact> {
        let named: Vec<UserId> = self.users.iter().map(|change| change.after.user).collect();
        let permissions = self.permissions_concerned();
        let others = match permissions.is_empty() {
            true => None,
            false => Some(self.step.difference(service, &permissions, &named).await?),
        };
        let of_named = self.differences();
        let mut affected: Vec<UserId> = of_named.keys().copied().collect();
        affected.extend(others.iter().flat_map(Difference::users));
        affected.sort_unstable();
        let of = |user: UserId| match (of_named.get(&user), &others) {
            (Some(difference), _) => self.delta(user, difference),
            (None, Some(others)) => self.delta(user, &others.of_user(user)),
            (None, None) => self.delta(user, &UserDifference::default()),
        };
        let count = |list: fn(&UserDifference) -> &Vec<PermissionId>| -> u64 {
            of_named.values().map(|difference| list(difference).len() as u64).sum()
        };
        Ok(Impact {
            users_affected: affected.len() as u64,
            sessions_affected: sessions::count_of(connection, &self.users_of_sessions(&affected), self.step.now)
                .await?,
            permissions_gained: count(|of| &of.gained) + others.as_ref().map_or(0, Difference::pairs_gained),
            permissions_lost: count(|of| &of.lost) + others.as_ref().map_or(0, Difference::pairs_lost),
            new_administrators: self.new_administrators(&of_named, others.as_ref(), &permissions),
            deltas: affected.iter().take(MAX_LISTED).map(|&user| of(user)).collect(),
        })
    }

    /// Permissions that a changed role holds before or after but not both times, and those that are created or deleted. No
    /// other permission has other holders than before, as far as roles go: a user who loses one by a role had it over a link or
    /// grant of a changed role that does not hold it any longer, and the same for what is gained.
    fn permissions_concerned(&self) -> Vec<PermissionId> {
        let Step { before, after, .. } = self.step;
        let mut concerned: FxHashSet<PermissionId> = self.permissions.iter().copied().collect();
        for &role in &self.roles {
            let (held_before, held_after) = (before.permissions_of_role(role), after.permissions_of_role(role));
            let UserDifference { gained, lost } = self.compare(&held_before, &held_after);
            concerned.extend(gained);
            concerned.extend(lost);
        }
        concerned.into_iter().collect()
    }

    /// What each user gains and loses whose own roles, grants or status change; those who do neither are left out.
    fn differences(&self) -> FxHashMap<UserId, UserDifference> {
        let Step { before, after, now } = self.step;
        let differences = self.users.iter().map(|change| {
            let held = before.permissions_of(&change.before, now);
            let held_after = after.permissions_of(&change.after, now);
            (change.after.user, self.compare(&held, &held_after))
        });
        differences.filter(|(_, difference)| !difference.is_empty()).collect()
    }

    /// Compares permissions of the policy before with those of the policy after.
    fn compare(&self, held: &PermissionSet, held_after: &PermissionSet) -> UserDifference {
        let Step { before, after, .. } = self.step;
        UserDifference {
            gained: after.difference(held_after, before, held),
            lost: before.difference(held, after, held_after),
        }
    }

    /// Users whose sessions are affected: also those of users without permissions, when the account becomes unusable.
    fn users_of_sessions(&self, affected: &[UserId]) -> Vec<UserId> {
        let is_of_status = |change: &&&SubjectChange| change.before.status != change.after.status;
        let mut users: Vec<UserId> = self.users.iter().filter(is_of_status).map(|change| change.after.user).collect();
        users.extend(affected);
        users.sort_unstable();
        users.dedup();
        users
    }

    fn delta(&self, user: UserId, difference: &UserDifference) -> AccessDelta {
        let names = |policy: &Policy, permissions: &[PermissionId]| -> Vec<String> {
            let names = permissions.iter().filter_map(|&id| policy.permission(id));
            let mut names: Vec<String> = names.map(|permission| permission.name.to_string()).collect();
            names.sort_unstable();
            names.truncate(MAX_LISTED);
            names
        };
        AccessDelta {
            user,
            gained_count: difference.gained.len() as u64,
            lost_count: difference.lost.len() as u64,
            gained: names(self.step.after, &difference.gained),
            lost: names(self.step.before, &difference.lost),
        }
    }

    /// Users who come to administer the service. Most changes grant no permission to do so, which costs no more than to see that.
    fn new_administrators(
        &self,
        of_named: &FxHashMap<UserId, UserDifference>,
        others: Option<&Difference>,
        concerned: &[PermissionId],
    ) -> Vec<UserId> {
        let Step { before, after, now } = self.step;
        let is_gained = |permission: &PermissionId| after.permission(*permission).is_some_and(is_administrative);
        let gains = |change: &SubjectChange| {
            of_named.get(&change.after.user).is_some_and(|difference| difference.gained.iter().any(is_gained))
        };
        let administered = |change: &SubjectChange| {
            let held = before.permissions_of(&change.before, now);
            before.permissions_in(&held).any(is_administrative)
        };
        let new = self.users.iter().filter(|change| gains(change) && !administered(change));
        let mut new: Vec<UserId> = new.map(|change| change.after.user).collect();
        if let Some(others) = others
            && concerned.iter().any(is_gained)
        {
            let named: Vec<UserId> = self.users.iter().map(|change| change.after.user).collect();
            let all = after.permissions().filter(|permission| is_administrative(permission)).map(|known| known.id);
            new.extend(others.new_holders(self.step, &all.collect::<Vec<_>>(), &named));
        }
        new.sort_unstable();
        new.truncate(MAX_LISTED);
        new
    }
}

impl UserDifference {
    fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}
