//! The review index: all users, the roles assigned to them and their direct grants.

use super::holders::Holders;
use super::holdings::HeldObject;
use super::people::{Order, People};
use crate::Result;
use crate::page::{Direction, PageEnd, PageRequest};
use crate::store::assignments::Held;
use crate::store::users::ReviewedUser;
use crate::users::UserFilter;
use chrono::{DateTime, Utc};
use engine::{AccountStatus, PermissionId, Policy, RoleId, UserId};
use roaring::RoaringBitmap;

/// Users passed over to find one of the list, beyond which sorting the list is cheaper.
const MAX_SPARSITY: u64 = 16;

/// Users, assignments and direct grants as of one revision of the policy.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) revision: u64,
    people: People,
    roles: Holders<RoleId>,
    permissions: Holders<PermissionId>,
}

/// What the database says of some users.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) users: Vec<ReviewedUser>,
    pub(super) assignments: Vec<Held<RoleId>>,
    pub(super) grants: Vec<Held<PermissionId>>,
}

/// A page of users: one part of a set in an order.
#[derive(Debug)]
pub(super) struct Numbers {
    /// In the order of reading, which is from the end for the last ones.
    pub(super) users: Vec<u32>,
    /// Whether more follow in the direction of reading.
    pub(super) more: bool,
}

impl Index {
    /// An index of users who have nothing yet.
    pub(super) fn new(revision: u64, users: Vec<ReviewedUser>) -> Self {
        Self { revision, people: People::new(users), ..Self::default() }
    }

    pub(super) fn add_assignments(&mut self, assignments: &[Held<RoleId>]) {
        self.roles.add(assignments, |user| self.people.number(user));
    }

    pub(super) fn add_grants(&mut self, grants: &[Held<PermissionId>]) {
        self.permissions.add(grants, |user| self.people.number(user));
    }

    /// Replaces all that is known of the users among `facts`.
    pub(super) fn update(&mut self, revision: u64, facts: &Facts) {
        let changed = self.people.set(&facts.users);
        self.roles.remove_users(&changed);
        self.permissions.remove_users(&changed);
        self.add_assignments(&facts.assignments);
        self.add_grants(&facts.grants);
        self.revision = revision;
    }

    /// Forgets roles and permissions that were deleted. `policy` is at least as late as this index.
    pub(super) fn forget_deleted(&mut self, policy: &Policy) {
        self.roles.retain(|role| policy.role(role).is_some());
        self.permissions.retain(|permission| policy.permission(permission).is_some());
    }

    pub(super) fn id(&self, number: u32) -> UserId {
        self.people.id(number)
    }

    pub(super) fn number(&self, user: UserId) -> Option<u32> {
        self.people.number(user)
    }

    /// The users whom a filter selects, with the closures of `policy`.
    pub(super) fn select(&self, filter: &UserFilter, policy: &Policy, now: DateTime<Utc>) -> RoaringBitmap {
        let mut users = self.with_status(filter.status.as_deref());
        if let Some(matching) = self.matching(filter) {
            users &= matching;
        }
        let known = |role: &RoleId| policy.role(*role).is_some();
        if let Some(role) = filter.assigned_role {
            users &= self.roles.of(role.into_iter().filter(known), now);
        }
        if let Some(role) = filter.authorized_role {
            let seniors = role.map(|role| policy.inherited_by_all(role)).unwrap_or_default();
            users &= self.roles.of(role.into_iter().filter(known).chain(seniors), now);
        }
        if let Some(permission) = filter.permission {
            let holders = permission.map(|permission| self.holders(permission, policy, now));
            users &= holders.unwrap_or_default();
        }
        if let Some(permission) = filter.direct_permission {
            users &= self.granted([permission].into_iter(), policy, now);
        }
        match filter.has_direct_permissions {
            Some(true) => users & self.granted(self.permissions.objects(), policy, now),
            Some(false) => users - self.granted(self.permissions.objects(), policy, now),
            None => users,
        }
    }

    /// Active users who hold a permission at `now`, by a role or directly. Suspended ones have no effective permissions.
    pub(super) fn holders(&self, permission: PermissionId, policy: &Policy, now: DateTime<Utc>) -> RoaringBitmap {
        let roles = policy.authorized_roles_for(permission);
        let granted = self.granted([permission].into_iter(), policy, now);
        (self.roles.of(roles.into_iter(), now) | granted) & self.people.status(AccountStatus::Active)
    }

    /// Users who are assigned one of these roles at `now`.
    pub(super) fn assigned(&self, roles: impl Iterator<Item = RoleId>, now: DateTime<Utc>) -> RoaringBitmap {
        self.roles.of(roles, now)
    }

    /// Roles and permissions that someone has, those of deleted ones not among them.
    pub(super) fn held_objects(&self, policy: &Policy) -> Vec<HeldObject> {
        let roles = self.roles.objects().filter(|&role| policy.role(role).is_some());
        let permissions = self.permissions.objects().filter(|&permission| policy.permission(permission).is_some());
        roles.map(HeldObject::Role).chain(permissions.map(HeldObject::Permission)).collect()
    }

    /// Users who have a role assigned or a permission granted directly, at `now` or later; with `ending_before`, those for
    /// whom that ends before then.
    pub(super) fn unexpired(
        &self,
        object: HeldObject,
        now: DateTime<Utc>,
        ending_before: Option<DateTime<Utc>>,
    ) -> RoaringBitmap {
        let holders = match object {
            HeldObject::Role(role) => self.roles.unexpired(role, now, ending_before),
            HeldObject::Permission(permission) => self.permissions.unexpired(permission, now, ending_before),
        };
        holders - self.people.status(AccountStatus::Deleted)
    }

    /// Users to whom one of these roles is assigned at `now`, or later.
    pub(super) fn assigned_lastingly(&self, roles: impl Iterator<Item = RoleId>, now: DateTime<Utc>) -> RoaringBitmap {
        self.roles.lasting(roles, now)
    }

    /// Users to whom a permission is granted directly at `now`, or later.
    pub(super) fn granted_lastingly(&self, permission: PermissionId, now: DateTime<Utc>) -> RoaringBitmap {
        self.permissions.lasting([permission].into_iter(), now)
    }

    /// Users who are not deleted.
    pub(super) fn present(&self) -> RoaringBitmap {
        self.with_status(None)
    }

    /// Whether someone has a direct grant of a permission, valid or not.
    pub(super) fn is_granted_directly(&self, permission: PermissionId) -> bool {
        self.permissions.has(permission)
    }

    fn with_status(&self, status: Option<&[AccountStatus]>) -> RoaringBitmap {
        let status = status.unwrap_or(&[AccountStatus::Active, AccountStatus::Suspended]);
        status.iter().fold(RoaringBitmap::new(), |users, &status| users | self.people.status(status))
    }

    /// Users with the searched text or id.
    fn matching(&self, filter: &UserFilter) -> Option<RoaringBitmap> {
        let found = filter.search.as_deref().map(|text| self.people.texts().containing(text));
        let named = filter.id.map(|id| RoaringBitmap::from_iter(self.people.number(id)));
        match (found, named) {
            (Some(found), Some(named)) => Some(found | named),
            (found, named) => found.or(named),
        }
    }

    /// Users with a direct grant of one of these permissions that is valid at `now`.
    pub(super) fn granted(
        &self,
        permissions: impl Iterator<Item = PermissionId>,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> RoaringBitmap {
        self.permissions.of(permissions.filter(|&permission| policy.permission(permission).is_some()), now)
    }

    /// One page of `users` in an order.
    ///
    /// # Errors
    /// [`crate::Error::BadInput`] for a cursor of another order.
    pub(super) fn page(
        &self,
        users: &RoaringBitmap,
        order: Order,
        direction: Direction,
        request: &PageRequest,
    ) -> Result<Numbers> {
        let (first, last) = match direction {
            Direction::Ascending => (&request.after, &request.before),
            Direction::Descending => (&request.before, &request.after),
        };
        let first = first.as_ref().map(|cursor| order.place(cursor)).transpose()?;
        let last = last.as_ref().map(|cursor| order.place(cursor)).transpose()?;
        let is_reversed = (direction == Direction::Descending) != (request.from == PageEnd::End);

        let place = |number: u32| self.people.place(order, number);
        let all = self.people.order(order);
        let start = first.map_or(0, |first| all.partition_point(|&number| place(number) <= first));
        let end = last.map_or(all.len(), |last| all.partition_point(|&number| place(number) < last));
        let between = all.get(start..end).unwrap_or_default();

        let limit = request.limit + 1;
        let is_listed = |number: &u32| users.contains(*number);
        let mut found: Vec<u32> = if users.len().saturating_mul(MAX_SPARSITY) < between.len() as u64 {
            let past = |number: &u32| first.is_none_or(|first| place(*number) > first);
            let short = |number: &u32| last.is_none_or(|last| place(*number) < last);
            let mut found: Vec<u32> = users.iter().filter(past).filter(short).collect();
            found
                .sort_unstable_by(|&a, &b| if is_reversed { place(b).cmp(&place(a)) } else { place(a).cmp(&place(b)) });
            found.truncate(limit);
            found
        } else if is_reversed {
            between.iter().rev().copied().filter(is_listed).take(limit).collect()
        } else {
            between.iter().copied().filter(is_listed).take(limit).collect()
        };
        let more = found.len() > request.limit;
        found.truncate(request.limit);
        Ok(Numbers { users: found, more })
    }
}
