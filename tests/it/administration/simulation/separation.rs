//! Separation of duty in the world of a simulation.

use super::world::{Constraint, Names, SUPERADMIN, Term, World};
use std::collections::BTreeSet;

/// What constraints are judged over.
#[derive(Debug)]
struct Held {
    /// With all that they inherit from.
    roles: Names,
    /// By any path, except what `superadmin` holds by rule.
    permissions: Names,
}

impl Constraint {
    /// Number of its roles or permissions.
    pub(super) fn size(&self) -> usize {
        self.roles.len() + self.permissions.len()
    }

    fn is_broken_by(&self, held: &Held) -> bool {
        let roles = self.roles.intersection(&held.roles).count();
        roles + self.permissions.intersection(&held.permissions).count() >= self.limit
    }
}

impl World {
    /// Permissions of a role that count in constraints, inherited ones included.
    pub(super) fn brought_by(&self, role: &str) -> Names {
        self.granted_by(&self.closure(role))
    }

    fn held(&self, roles: Names, direct: &Names) -> Held {
        let permissions = self.granted_by(&roles).union(direct).cloned().collect();
        Held { roles, permissions }
    }

    /// Direct grants of a user that have not expired.
    pub(super) fn lasting_grants(&self, user: &str) -> Names {
        self.grants_that(user, |term| !term.has_ended(self.now))
    }

    /// Direct grants of a user now.
    pub(super) fn grants_now(&self, user: &str) -> Names {
        self.grants_that(user, |term| term.counts(self.now))
    }

    fn grants_that(&self, user: &str, is_counted: impl Fn(Term) -> bool) -> Names {
        let grants = self.users.get(user).into_iter().flat_map(|user| &user.grants);
        grants.filter(|(_, term)| is_counted(**term)).map(|(permission, _)| permission.clone()).collect()
    }

    /// Would a session with these active roles, beside direct grants, violate a dynamic constraint?
    pub(super) fn has_conflict(&self, active: &Names, direct: &Names) -> bool {
        let held = self.held(self.closure_of(active), direct);
        self.constraints.values().any(|constraint| constraint.is_dynamic && constraint.is_broken_by(&held))
    }
}

/// Invariant R8: does a user, a session or a single role violate a constraint? Assignments and direct grants count from
/// their creation until their end, and so do a session's chosen roles. Direct grants are active in every session.
pub(super) fn breaks_separation(world: &World) -> bool {
    let none = Names::new();
    let of_user = |user: &String, roles: Names| world.held(roles, &world.lasting_grants(user));
    let by_role: Vec<Held> = world.roles.keys().map(|role| world.held(world.closure(role), &none)).collect();
    let by_user: Vec<Held> = world.users.keys().map(|user| of_user(user, world.lasting(user))).collect();
    let mut by_session: Vec<Held> = world.users.keys().map(|user| of_user(user, Names::new())).collect();
    for session in world.sessions.values() {
        let Some(chosen) = &session.chosen else { continue };
        let roles = world.closure_of(chosen.intersection(&world.lasting(&session.user)));
        by_session.push(of_user(&session.user, roles));
    }
    world.constraints.values().any(|constraint| {
        let by_holder = if constraint.is_dynamic { &by_session } else { &by_user };
        // Removing a member leaves at least as many as the limit.
        constraint.size() < constraint.limit
            || by_role.iter().chain(by_holder).any(|held| constraint.is_broken_by(held))
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
