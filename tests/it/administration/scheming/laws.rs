//! The invariants of administration (R1 to R6 and R8), judged on the world as it was read before and after a step that
//! was taken, whatever the step was meant to do.

use super::rules::{Actor, breaks_separation, concerns_own_session, holds};
use super::step::{Act, RoleUpdate, Step};
use super::world::{BY_RULE, FOREVER, Names, Reset, Role, Second, User, World};

/// A law that does not hold, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    pub law: &'static str,
    pub told: String,
}

pub(super) type Held = Result<(), Breach>;

/// Holds a step to all of them.
pub(super) fn hold(before: &World, step: &Step, after: &World) -> Held {
    if let Step::Do { by, act } = step {
        let session = &before.sessions[by];
        let is_permitted = act.needs().is_none_or(|needed| holds(before, by, needed));
        law("R2", is_permitted || concerns_own_session(before, session, act), || {
            format!("{by} had no `{}`", act.needs().unwrap_or_default())
        })?;
        if let Act::UpdateRole { role, update: RoleUpdate::Name(name) } = act {
            law("R4", Actor::new(before, by).may_touch_role(role), || format!("role {role} was renamed"))?;
            let mut before = before.clone();
            before.rename_role(role, name);
            return hold_through((&before, after), by);
        }
        return hold_through((before, after), by);
    }
    nobody_grows_beyond_power((before, after), None)?;
    stays_in_order((before, after))
}

fn hold_through((before, after): (&World, &World), by: &str) -> Held {
    let actor = Actor::new(before, by);
    targets_are_within_power((before, after), &actor)?;
    roles_grow_within_power((before, after), &actor)?;
    nobody_grows_beyond_power((before, after), Some(&actor))?;
    stays_in_order((before, after))
}

/// R1 and R5: who reaches further, or for longer, does so within the power of who acted.
fn nobody_grows_beyond_power((before, after): (&World, &World), actor: Option<&Actor<'_>>) -> Held {
    // What every new account gets is nobody's gift.
    let defaults = after.roles.iter().filter(|(_, role)| role.is_default).map(|(name, _)| after.held_by(name));
    let defaults: Names = defaults.flatten().collect();
    for user in after.users.keys() {
        let old = before.reach(user);
        let is_new = !before.users.contains_key(user);
        for (permission, until) in after.reach(user) {
            let is_free = old.get(&permission).is_some_and(|had| *had >= until)
                || old.contains_key(BY_RULE) && is_new_to(before, &permission)
                || is_new && defaults.contains(&permission);
            let is_own = actor.is_some_and(|actor| actor.user == user);
            let is_conferred = actor.is_some_and(|actor| actor.may_confer(&permission, until));
            law(if is_own { "R5" } else { "R1" }, is_free || is_conferred, || {
                format!("{user} reaches `{permission}` until {}, before: {:?}", told(until), old.get(&permission))
            })?;
        }
    }
    Ok(())
}

/// R3: a role that comes to hold more, or to be given to everybody, hands that out to all who will have it.
fn roles_grow_within_power((before, after): (&World, &World), actor: &Actor<'_>) -> Held {
    for (name, role) in &after.roles {
        let old = before.held_by(name);
        let is_given_now = role.is_default && !before.roles.get(name).is_some_and(|role| role.is_default);
        for permission in after.held_by(name) {
            let is_free =
                !is_given_now && old.contains(&permission) || old.contains(BY_RULE) && is_new_to(before, &permission);
            law("R3", is_free || actor.may_confer(&permission, FOREVER), || {
                format!("role {name} came to hold `{permission}`, or to be given to everybody with it")
            })?;
        }
    }
    Ok(())
}

/// R4: users and roles that were changed were within the power of who changed them.
fn targets_are_within_power((before, after): (&World, &World), actor: &Actor<'_>) -> Held {
    for (name, user) in &before.users {
        let is_same = after.users.get(name) == Some(&user.without_deleted_roles(after));
        let own = before.sessions.iter().filter(|(_, session)| session.user == *name);
        let is_signed_in = own.into_iter().all(|(session, _)| after.sessions.contains_key(session));
        law("R4", is_same && is_signed_in || actor.may_touch_user(name), || format!("user {name} was touched"))?;
    }
    for (name, reset) in &after.resets {
        let is_same = |old: &Reset| old.until == reset.until && [&old.issuer, &None].contains(&&reset.issuer);
        let is_old = before.resets.get(name).is_some_and(is_same);
        law("R4", is_old || actor.may_touch_user(name), || format!("user {name} can be reset"))?;
    }
    for (name, role) in &before.roles {
        let is_same = after.roles.get(name) == Some(&role.without_deleted_roles(after));
        law("R4", is_same || actor.may_touch_role(name), || format!("role {name} was touched"))?;
    }
    Ok(())
}

/// R6 and R8.
fn stays_in_order((before, after): (&World, &World)) -> Held {
    let lost: Names = before.in_good_hands().difference(&after.in_good_hands()).cloned().collect();
    law("R6", lost.is_empty(), || format!("nobody holds {lost:?} for good"))?;
    law("R8", !breaks_separation(after), || "roles came together that are kept apart".to_owned())
}

fn is_new_to(before: &World, permission: &str) -> bool {
    permission != BY_RULE && !before.permissions.contains_key(permission)
}

fn law(law: &'static str, holds: bool, told: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Breach { law, told: told() }) }
}

fn told(until: Second) -> String {
    if until == FOREVER { "ever".to_owned() } else { format!("second {until}") }
}

impl User {
    fn without_deleted_roles(&self, after: &World) -> Self {
        let mut left = self.clone();
        left.roles.retain(|role, _| after.roles.contains_key(role));
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
