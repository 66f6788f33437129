//! Separation of duty in the world of a simulation.

use super::world::{Names, SUPERADMIN, World};
use std::collections::BTreeSet;

/// Invariant R8: does a user, a session or a single role violate a constraint? Assignments count from their creation
/// until their end, and so do a session's chosen roles.
pub(super) fn breaks_separation(world: &World) -> bool {
    let by_role: Vec<Names> = world.roles.keys().map(|role| world.closure(role)).collect();
    let by_user: Vec<Names> = world.users.keys().map(|user| world.lasting(user)).collect();
    let chosen = world.sessions.values().filter_map(|session| Some((session.chosen.as_ref()?, &session.user)));
    let by_session: Vec<Names> =
        chosen.map(|(chosen, user)| world.closure_of(chosen.intersection(&world.lasting(user)))).collect();
    world.constraints.values().any(|constraint| {
        let by_holder = if constraint.is_dynamic { &by_session } else { &by_user };
        // Removing a member leaves at least as many as the limit.
        constraint.roles.len() < constraint.limit
            || by_role.iter().chain(by_holder).any(|roles| constraint.is_broken_by(roles))
    })
}

/// Does a constraint newly name `superadmin`, or a role above it, together with a default role or one below it?
pub(super) fn sets_superadmin_apart(before: &World, after: &World) -> bool {
    let pairs = |world: &World| -> BTreeSet<(String, String)> {
        let mut pairs = BTreeSet::new();
        for (name, constraint) in &world.constraints {
            let strong: Names =
                constraint.roles.iter().filter(|role| world.closure(role).contains(SUPERADMIN)).cloned().collect();
            for default in world.roles.iter().filter(|(_, role)| role.is_default).map(|(role, _)| role) {
                let below: Names = world.closure(default).intersection(&constraint.roles).cloned().collect();
                if strong.iter().any(|strong| below.iter().any(|role| role != strong)) {
                    pairs.insert((name.clone(), default.clone()));
                }
            }
        }
        pairs
    };
    !pairs(after).is_subset(&pairs(before))
}
