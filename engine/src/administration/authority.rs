//! Authority: what somebody may hand out and whom they may touch (invariants R1 to R5).

use super::{Change, Permit, Violation, permit};
use crate::hierarchy::set_of;
use crate::{
    AccountStatus, PermissionId, PermissionName, PermissionSet, Policy, RoleId, Subject, UserId, Validity,
    ValidityState,
};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;

/// The permission whose holders may hand out more than they hold.
pub const ESCALATE: &str = "rbac:escalate";

/// When something handed out ends; never when absent.
type End = Option<DateTime<Utc>>;

/// Who acts, and what they hold now: their *power*. All judgements on handing out and on touching
/// others are made here, so that what a caller is told it may do and what it may do are the same.
#[derive(Debug)]
pub struct Authority<'p> {
    policy: &'p Policy,
    now: DateTime<Utc>,
    actor: Actor,
}

#[derive(Debug)]
enum Actor {
    /// The command line, which acts outside R1, R2 and R4.
    Operator,
    /// A session, with each thing it holds and until when; nobody's holds nothing.
    Session { user: Option<UserId>, sources: Vec<(End, Might)> },
}

/// Permissions, and built-in roles, which open more than their permissions do: guards name them, so each
/// counts as a permission. `superadmin` stands for all of either, also for those still to come.
#[derive(Clone, Debug, Default)]
struct Might {
    permissions: FixedBitSet,
    roles: FixedBitSet,
}

impl Might {
    fn of_role(policy: &Policy, role: usize) -> Self {
        let mut might = Self::default();
        might.add_role(policy, role);
        might
    }

    fn add_role(&mut self, policy: &Policy, role: usize) {
        self.roles.grow(policy.role_count());
        self.roles.extend(built_in(policy, role));
        self.permissions.union_with(policy.held(role));
    }

    fn covers_role(&self, policy: &Policy, role: usize) -> bool {
        policy.held(role).is_subset(&self.permissions) && self.lacking(policy, &Self::of_role(policy, role)).is_none()
    }

    /// A built-in role that `wanted` has and this has not.
    fn lacking(&self, policy: &Policy, wanted: &Self) -> Option<RoleId> {
        let missing = wanted.roles.difference(&self.roles).next();
        missing.filter(|_| !self.is_by_rule(policy)).map(|role| policy.role_id(role))
    }

    /// Are all permissions held by rule?
    fn is_by_rule(&self, policy: &Policy) -> bool {
        let superadmin = policy.superadmin().and_then(|id| policy.role_place(id));
        superadmin.is_some_and(|superadmin| self.roles.contains(superadmin))
    }

    fn join(&mut self, other: &Self) {
        self.permissions.union_with(&other.permissions);
        self.roles.union_with(&other.roles);
    }

    fn joined<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut joined = Self::default();
        all.into_iter().for_each(|might| joined.join(might));
        joined
    }
}

/// The built-in ones among a role and those it inherits from.
fn built_in(policy: &Policy, role: usize) -> impl Iterator<Item = usize> {
    policy.hierarchy.closure(role).ones().filter(|&role| policy.facts().roles[role].is_system)
}

/// Authority and reach.
impl Policy {
    /// The authority of `subject`'s session at `now`.
    #[must_use]
    pub fn authority(&self, subject: &Subject, now: DateTime<Utc>) -> Authority<'_> {
        let mut sources = Vec::new();
        if subject.status == AccountStatus::Active {
            for role in self.active_set(subject, now).ones() {
                sources.push((self.held_until(subject, role, now), Might::of_role(self, role)));
            }
            for grant in subject.grants.iter().filter(|grant| grant.validity.holds(now)) {
                let granted = set_of(self.permission_count(), self.permission_place(grant.permission));
                sources.push((grant.validity.until, Might { permissions: granted, ..Might::default() }));
            }
        }
        Authority { policy: self, now, actor: Actor::Session { user: Some(subject.user), sources } }
    }

    /// The authority of the command line: everything but the rules on shape, separation of duty and
    /// lock-out is waived.
    #[must_use]
    pub fn operator(&self, now: DateTime<Utc>) -> Authority<'_> {
        Authority { policy: self, now, actor: Actor::Operator }
    }

    /// The authority of somebody who has not signed in: none.
    #[must_use]
    pub fn nobody(&self, now: DateTime<Utc>) -> Authority<'_> {
        Authority { policy: self, now, actor: Actor::Session { user: None, sources: Vec::new() } }
    }

    /// The *reach* of a user: what they would hold if ACTIVE with every role active, what has not begun
    /// at `now` included, what has ended not.
    #[must_use]
    pub fn reach(&self, subject: &Subject, now: DateTime<Utc>) -> PermissionSet {
        PermissionSet(self.reach_of(subject, now).permissions)
    }

    fn reach_of(&self, subject: &Subject, now: DateTime<Utc>) -> Might {
        let lasts = |validity: Validity| validity.state(now) != ValidityState::Ended;
        let granted = subject.grants.iter().filter(|grant| lasts(grant.validity));
        let granted = granted.filter_map(|grant| self.permission_place(grant.permission));
        let mut reach = Might { permissions: set_of(self.permission_count(), granted), ..Might::default() };
        self.lasting_roles(subject, now).ones().for_each(|role| reach.add_role(self, role));
        reach
    }

    /// Until when the user is authorised for a role, by an assignment that counts now.
    fn held_until(&self, subject: &Subject, role: usize, now: DateTime<Utc>) -> End {
        let assigned = self.assigned(&subject.assignments);
        let valid = assigned.filter(|(held, validity)| validity.holds(now) && self.hierarchy.includes(*held, role));
        valid.map(|(_, validity)| validity.until).reduce(later).unwrap_or(Some(now))
    }
}

impl<'p> Authority<'p> {
    /// May `change` be made by this actor? Judges its shape, what it hands out (R1, R3, R5) and whom
    /// it touches (R4).
    ///
    /// # Errors
    /// The [`Violation`] that it would be: one of shape, else [`Violation::BeyondAuthority`].
    pub fn permit(&self, change: Change<'_>) -> Result<Permit, Violation> {
        let permit = permit(self.policy, change)?;
        match change {
            Change::CreateRole { juniors, seniors, grants } => {
                seniors.iter().try_for_each(|&senior| self.may_manage_role(senior))?;
                self.may_confer(juniors, grants, None)?;
            }
            Change::RenameRole(role)
            | Change::DescribeRole(role)
            | Change::DeleteRole(role)
            | Change::RemoveInheritance { senior: role } => self.may_manage_role(role)?,
            Change::ChangeGrants { role, added } => {
                self.may_manage_role(role)?;
                self.may_confer(&[], added, None)?;
            }
            Change::AddInheritance { senior, juniors } => {
                self.may_manage_role(senior)?;
                self.may_confer(juniors, &[], None)?;
            }
            Change::MakeDefault(role) => {
                self.may_manage_role(role)?;
                self.may_confer(&[role], &[], None)?;
            }
            Change::DeletePermission(permission) => {
                let holders = self.policy.facts().roles.iter().filter(|role| role.grants.contains(&permission));
                holders.map(|role| role.id).try_for_each(|role| self.may_manage_role(role))?;
            }
            Change::AssignRoles { user, roles, until } => {
                self.may_manage_user(user)?;
                self.may_confer(roles, &[], until)?;
            }
            Change::GrantDirectly { user, permissions, until } => {
                self.may_manage_user(user)?;
                self.may_confer(&[], permissions, until)?;
            }
            Change::ManageUser(user) => self.may_manage_user(user)?,
            Change::SetConstraint(_) | Change::Other => {}
        }
        Ok(permit)
    }

    /// May the actor change, suspend, reactivate, delete, reset or sign out `target`, or take from
    /// them what they have (R4)? Only if their reach is within the actor's power; oneself is exempt.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_manage_user(&self, target: &Subject) -> Result<(), Violation> {
        match &self.actor {
            Actor::Session { user, .. } if *user != Some(target.user) => {
                self.within(&self.policy.reach_of(target, self.now), &self.power())
            }
            Actor::Session { .. } | Actor::Operator => Ok(()),
        }
    }

    /// May the actor change, rename, re-parent or delete `role` (R4)? Only if all it holds, inherited or
    /// not, is within the actor's power. A role that the policy does not know holds nothing.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_manage_role(&self, role: RoleId) -> Result<(), Violation> {
        match (&self.actor, self.policy.role_place(role)) {
            (Actor::Session { .. }, Some(role)) => self.within(&Might::of_role(self.policy, role), &self.power()),
            (Actor::Operator, _) | (_, None) => Ok(()),
        }
    }

    /// May the actor assign `role` to somebody, if only for as long as it holds all of it itself (R1)?
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_assign(&self, role: RoleId) -> Result<(), Violation> {
        if self.escalates() {
            return Ok(());
        }
        let role = self.policy.role_place(role).map(|role| Might::of_role(self.policy, role));
        self.within(&role.unwrap_or_default(), &self.power())
    }

    /// Roles that [`may_assign`](Self::may_assign) says the actor may assign, by name.
    #[must_use]
    pub fn assignable_roles(&self) -> Vec<RoleId> {
        let roles = self.policy.facts().roles.iter().map(|role| role.id);
        if self.escalates() {
            return roles.collect();
        }
        let power = self.power();
        let is_covered = |&role: &usize| power.covers_role(self.policy, role);
        (0..self.policy.role_count()).filter(is_covered).map(|role| self.policy.role_id(role)).collect()
    }

    /// May the actor hand out roles and permissions until an end, or for good (R1)? Only what it holds
    /// at least as long itself, unless it holds [`ESCALATE`].
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`] with what the actor lacks, or has not for so long.
    pub fn may_confer(&self, roles: &[RoleId], permissions: &[PermissionId], until: End) -> Result<(), Violation> {
        let Actor::Session { sources, .. } = &self.actor else { return Ok(()) };
        if self.escalates() {
            return Ok(());
        }
        let permissions = permissions.iter().filter_map(|&id| self.policy.permission_place(id));
        let permissions = set_of(self.policy.permission_count(), permissions);
        let mut wanted = Might { permissions, ..Might::default() };
        let roles = roles.iter().filter_map(|&role| self.policy.role_place(role));
        roles.for_each(|role| wanted.add_role(self.policy, role));
        let lasting = sources.iter().filter(|(end, _)| later(*end, until) == *end);
        self.within(&wanted, &Might::joined(lasting.map(|(_, might)| might)))
    }

    /// Does every role of `after` hold at most what it held before and what the actor may hand out for
    /// good (R1, R3)? For changes of many things at once, such as an import; `after` may know roles and
    /// permissions that the actor's policy does not.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`] about the first role that gains too much.
    pub fn may_grow_into(&self, after: &Policy) -> Result<(), Violation> {
        let Actor::Session { sources, .. } = &self.actor else { return Ok(()) };
        let lasting = Might::joined(sources.iter().filter(|(end, _)| end.is_none()).map(|(_, might)| might));
        if self.escalates() || lasting.is_by_rule(self.policy) {
            return Ok(());
        }
        for role in (0..after.role_count()).filter(|&role| after.superadmin() != Some(after.role_id(role))) {
            let before = self.policy.role_place(after.role_id(role)).map(|role| Might::of_role(self.policy, role));
            let mut allowed = before.unwrap_or_default();
            allowed.join(&lasting);
            let is_known = |id: &RoleId| self.policy.role_place(*id).is_some_and(|place| allowed.roles.contains(place));
            let gained_role = built_in(after, role).map(|role| after.role_id(role)).find(|id| !is_known(id));
            let is_allowed =
                |id| self.policy.permission_place(id).is_some_and(|place| allowed.permissions.contains(place));
            let gained = after.held(role).ones().map(|place| &after.facts().permissions[place]);
            let missing: Vec<PermissionName> =
                gained.filter(|known| !is_allowed(known.id)).map(|known| known.name.clone()).collect();
            beyond(missing, gained_role)?;
        }
        Ok(())
    }

    /// The policy that the actor acts on.
    pub(crate) fn policy(&self) -> &'p Policy {
        self.policy
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// What the actor holds now, however long. Nothing for the operator, whom nobody asks.
    fn power(&self) -> Might {
        match &self.actor {
            Actor::Session { sources, .. } => Might::joined(sources.iter().map(|(_, might)| might)),
            Actor::Operator => Might::default(),
        }
    }

    /// Is the actor free of R1?
    fn escalates(&self) -> bool {
        match &self.actor {
            Actor::Operator => true,
            Actor::Session { sources, .. } => self
                .policy
                .permission_place_named(ESCALATE)
                .is_some_and(|escalate| sources.iter().any(|(_, might)| might.permissions.contains(escalate))),
        }
    }

    fn within(&self, wanted: &Might, held: &Might) -> Result<(), Violation> {
        let missing = wanted.permissions.difference(&held.permissions);
        let missing = missing.map(|place| self.policy.facts().permissions[place].name.clone()).collect();
        beyond(missing, held.lacking(self.policy, wanted))
    }
}

fn beyond(missing: Vec<PermissionName>, role: Option<RoleId>) -> Result<(), Violation> {
    match (missing.is_empty(), role) {
        (true, None) => Ok(()),
        _ => Err(Violation::BeyondAuthority { missing, role }),
    }
}

/// The later of two ends.
fn later(a: End, b: End) -> End {
    a.zip(b).map(|(a, b)| a.max(b))
}

#[cfg(test)]
mod tests;
