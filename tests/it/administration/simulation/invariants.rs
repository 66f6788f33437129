//! The invariants of administration (R1 to R6 and R8), checked on the world before and after a step, independent of the
//! step's purpose.

use super::actor::Actor;
use super::patterns::{foresees, is_permission};
use super::rules::{concerns_own_session, holds};
use super::separation::{breaks_separation, sets_superadmin_apart};
use super::step::{Operation, RoleUpdate, Step};
use super::world::{Constraint, FOREVER, Names, Reset, Role, Second, User, World};

/// A violated invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    pub invariant: &'static str,
    pub details: String,
}

pub(super) type CheckResult = Result<(), Violation>;

/// Checks all invariants.
pub(super) fn check(before: &World, step: &Step, after: &World) -> CheckResult {
    if let Step::Do { by, operation } = step {
        let session = &before.sessions[by];
        let is_permitted = operation.needs().is_none_or(|needed| holds(before, by, needed));
        invariant("R2", is_permitted || concerns_own_session(before, session, operation), || {
            format!("{by} had no `{}`", operation.needs().unwrap_or_default())
        })?;
        if let Operation::UpdateRole { role, update: RoleUpdate::Name(name) } = operation {
            invariant("R4", Actor::new(before, by).may_change_role(role), || format!("role {role} was renamed"))?;
            let mut before = before.clone();
            before.rename_role(role, name);
            return check_operation(&before, after, by);
        }
        return check_operation(before, after, by);
    }
    users_gain_within_authority(before, after, None)?;
    keeps_administrators_and_separation(before, after)
}

fn check_operation(before: &World, after: &World, by: &str) -> CheckResult {
    let actor = Actor::new(before, by);
    targets_are_within_authority(before, after, &actor)?;
    roles_gain_within_authority(before, after, &actor)?;
    users_gain_within_authority(before, after, Some(&actor))?;
    keeps_administrators_and_separation(before, after)
}

/// R1 and R5: an actor extends permissions, or their duration, only within its own authority.
fn users_gain_within_authority(before: &World, after: &World, actor: Option<&Actor<'_>>) -> CheckResult {
    // Default roles of new accounts are exempt.
    let defaults = after.roles.iter().filter(|(_, role)| role.is_default).map(|(name, _)| after.held_by(name));
    let defaults: Names = defaults.flatten().collect();
    for user in after.users.keys() {
        let old = before.potential_ends(user);
        let is_new = !before.users.contains_key(user);
        for (permission, until) in after.potential_ends(user) {
            let is_free = old.get(&permission).is_some_and(|had| *had >= until)
                || is_new_to(before, &permission)
                    && old.iter().any(|(held, end)| *end >= until && foresees(held, &permission))
                || is_new && defaults.contains(&permission);
            let is_own = actor.is_some_and(|actor| actor.user == user);
            let is_granted = actor.is_some_and(|actor| actor.may_grant(&permission, until));
            invariant(if is_own { "R5" } else { "R1" }, is_free || is_granted, || {
                format!(
                    "{user} reaches `{permission}` until {}, before: {:?}",
                    describe_end(until),
                    old.get(&permission)
                )
            })?;
        }
    }
    Ok(())
}

/// R3: a role that gains permissions, or becomes a default role, grants these to all its users.
fn roles_gain_within_authority(before: &World, after: &World, actor: &Actor<'_>) -> CheckResult {
    for (name, role) in &after.roles {
        let old = before.held_by(name);
        let is_new_default = role.is_default && !before.roles.get(name).is_some_and(|role| role.is_default);
        for permission in after.held_by(name) {
            let is_free = !is_new_default && old.contains(&permission)
                || is_new_to(before, &permission) && old.iter().any(|held| foresees(held, &permission));
            invariant("R3", is_free || actor.may_grant(&permission, FOREVER), || {
                format!("role {name} gained `{permission}`, or became a default role with it")
            })?;
        }
    }
    Ok(())
}

/// R4: changed users and roles were within the actor's authority.
fn targets_are_within_authority(before: &World, after: &World, actor: &Actor<'_>) -> CheckResult {
    for (name, user) in &before.users {
        let is_same = after.users.get(name) == Some(&user.without_deleted_roles(after));
        let own = before.sessions.iter().filter(|(_, session)| session.user == *name);
        let keeps_sessions = own.into_iter().all(|(session, _)| after.sessions.contains_key(session));
        invariant("R4", is_same && keeps_sessions || actor.may_change_user(name), || {
            format!("user {name} was changed")
        })?;
    }
    for (name, reset) in &after.resets {
        let is_same = |old: &Reset| old.until == reset.until && [&old.issuer, &None].contains(&&reset.issuer);
        let is_old = before.resets.get(name).is_some_and(is_same);
        invariant("R4", is_old || actor.may_change_user(name), || format!("user {name} can be reset"))?;
    }
    for name in before.constraints.keys().chain(after.constraints.keys()) {
        let (old, new) = (before.constraints.get(name), after.constraints.get(name));
        let old = old.map(|old| old.without_deleted(after));
        let roles = old.iter().chain(new).flat_map(|known| known.roles.iter().cloned()).collect();
        let permissions = old.iter().chain(new).flat_map(|known| known.permissions.iter().cloned()).collect();
        let is_allowed = old.as_ref() == new || actor.may_constrain(&roles, &permissions);
        invariant("R4", is_allowed, || format!("constraint {name} was changed"))?;
    }
    for (name, role) in &before.roles {
        let is_same = after.roles.get(name) == Some(&role.without_deleted_roles(after));
        invariant("R4", is_same || actor.may_change_role(name), || format!("role {name} was changed"))?;
    }
    Ok(())
}

/// R6 and R8.
fn keeps_administrators_and_separation(before: &World, after: &World) -> CheckResult {
    let lost: Names = before.permanently_held().difference(&after.permanently_held()).cloned().collect();
    invariant("R6", lost.is_empty(), || format!("no user holds {lost:?} permanently"))?;
    let is_apart = sets_superadmin_apart(before, after);
    invariant("R4", !is_apart, || "a constraint sets superadmin against a default role".to_owned())?;
    invariant("R8", !breaks_separation(after), || "conflicting roles are held together".to_owned())
}

fn is_new_to(before: &World, permission: &str) -> bool {
    is_permission(permission) && !before.permissions.contains_key(permission)
}

fn invariant(invariant: &'static str, holds: bool, details: impl FnOnce() -> String) -> CheckResult {
    if holds { Ok(()) } else { Err(Violation { invariant, details: details() }) }
}

fn describe_end(until: Second) -> String {
    if until == FOREVER { "ever".to_owned() } else { format!("second {until}") }
}

impl User {
    fn without_deleted_roles(&self, after: &World) -> Self {
        let mut left = self.clone();
        left.roles.retain(|role, _| after.roles.contains_key(role));
        left
    }
}

impl Constraint {
    fn without_deleted(&self, after: &World) -> Self {
        let mut left = self.clone();
        left.roles.retain(|role| after.roles.contains_key(role));
        left.permissions.retain(|permission| after.permissions.contains_key(permission));
        left
    }
}

impl Role {
    fn without_deleted_roles(&self, after: &World) -> Self {
        let mut left = self.clone();
        left.juniors.retain(|junior| after.roles.contains_key(junior));
        left
    }
}
