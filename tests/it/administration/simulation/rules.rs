//! The expected errors of a step, by the letter of the rules.

use super::actor::Actor;
use super::separation::{breaks_separation, sets_superadmin_apart};
use super::step::{Operation, RoleUpdate, Step};
use super::world::{Names, SUPERADMIN, Session, Term, World};
use std::collections::BTreeSet;

/// Codes, any of which may be returned first; empty when the step is allowed.
pub(super) type Codes = BTreeSet<&'static str>;

/// Age limit of a recent password confirmation.
const RECENT: super::world::Second = 10 * 60;

/// All expected errors of a step, given the world after it.
pub(super) fn expected_errors(world: &World, step: &Step, after: &World) -> Codes {
    let mut codes = match step {
        Step::Wait(_) => return Codes::new(),
        Step::Do { by, operation } => match guard_error(world, by, operation) {
            Some(code) => return Codes::from([code]),
            None => operation_errors(world, by, operation),
        },
        Step::Together { .. } => unreachable!("judged operation by operation"),
        Step::SignUp { user, .. } => code_if(world.users.contains_key(user), "TAKEN"),
        Step::LogIn { user, roles, .. } => login_errors(world, user, roles.as_ref()),
        Step::Reset { user } => code_if(!world.may_be_reset(user), "INVALID_CREDENTIALS"),
    };
    codes.extend(code_if(after.has_cycle(), "HIERARCHY_CYCLE"));
    codes.extend(code_if(breaks_separation(after) || sets_superadmin_apart(world, after), "SOD_VIOLATION"));
    codes.extend(code_if(!world.permanently_held().is_subset(&after.permanently_held()), "WOULD_LOCK_OUT"));
    codes
}

/// The guard's error, before the input is checked.
fn guard_error(world: &World, by: &str, operation: &Operation) -> Option<&'static str> {
    let Some(session) = world.sessions.get(by) else { return Some("UNAUTHENTICATED") };
    if !operation
        .needs()
        .is_none_or(|needed| concerns_own_session(world, session, operation) || holds(world, by, needed))
    {
        return Some("FORBIDDEN");
    }
    let is_old = session.authenticated + RECENT < world.now;
    (operation.needs_recent_login() && is_old).then_some("REAUTHENTICATION_REQUIRED")
}

pub(super) fn holds(world: &World, by: &str, permission: &str) -> bool {
    world.authority(by).contains_key(permission)
}

/// Users may end their own sessions.
pub(super) fn concerns_own_session(world: &World, session: &Session, operation: &Operation) -> bool {
    match operation {
        Operation::EndSessions { user } => *user == session.user,
        Operation::EndSession { session: ended } => world.sessions.get(ended).is_some_and(|s| s.user == session.user),
        _ => false,
    }
}

fn operation_errors(world: &World, by: &str, operation: &Operation) -> Codes {
    let mut codes = code_if(is_malformed(world, operation), "INVALID");
    codes.extend(code_if(is_taken(world, operation), "TAKEN"));
    codes.extend(code_if(changes_built_in(world, operation), "IMMUTABLE"));
    codes.extend(code_if(Actor::new(world, by).exceeds_authority(operation), "BEYOND_AUTHORITY"));
    if let Operation::IssueReset { user } = operation {
        codes.extend(code_if(world.users[user].is_suspended, "ACCOUNT_NOT_ACTIVE"));
        codes.extend(code_if(world.sessions[by].user == *user, "INVALID"));
    }
    if let Operation::Activate { roles } = operation {
        let user = &world.sessions[by].user;
        codes.extend(code_if(!roles.is_subset(&world.authorized(user)), "ROLE_NOT_ASSIGNED"));
        let all = world.active(by).union(roles).cloned().collect();
        codes.extend(code_if(world.has_conflict(&all, &world.lasting_grants(user)), "SOD_VIOLATION"));
    }
    codes
}

fn login_errors(world: &World, user: &str, roles: Option<&Names>) -> Codes {
    match world.users.get(user) {
        Some(known) if known.has_password && known.is_suspended => Codes::from(["ACCOUNT_NOT_ACTIVE"]),
        Some(known) if known.has_password => {
            let Some(roles) = roles else { return Codes::new() };
            let mut codes = code_if(!roles.is_subset(&world.authorized(user)), "ROLE_NOT_ASSIGNED");
            codes.extend(code_if(world.has_conflict(roles, &world.lasting_grants(user)), "SOD_VIOLATION"));
            codes
        }
        _ => Codes::from(["INVALID_CREDENTIALS"]),
    }
}

fn code_if(is_so: bool, code: &'static str) -> Codes {
    is_so.then_some(code).into_iter().collect()
}

fn is_malformed(world: &World, operation: &Operation) -> bool {
    let ends_too_early = |term: &Term| term.until <= world.now || term.until <= term.from;
    match operation {
        Operation::AssignRoles { term, .. }
        | Operation::AssignUsers { term, .. }
        | Operation::GrantDirectly { term, .. } => ends_too_early(term),
        Operation::Constrain { roles, permissions, limit, .. } => {
            *limit < 2 || *limit > roles.len() + permissions.len()
        }
        Operation::SetLimit { constraint, limit } => *limit < 2 || *limit > world.constraints[constraint].size(),
        // A constraint names either roles or permissions.
        Operation::AddMembers { constraint, .. } => !world.constraints[constraint].permissions.is_empty(),
        Operation::RemoveMembers { constraint, roles } => {
            let known = &world.constraints[constraint];
            known.roles.difference(roles).count() < known.limit
        }
        _ => false,
    }
}

fn is_taken(world: &World, operation: &Operation) -> bool {
    match operation {
        Operation::CreateRole { name, .. } => world.roles.contains_key(name),
        Operation::UpdateRole { update: RoleUpdate::Name(name), .. } => world.roles.contains_key(name),
        Operation::CreatePermission { name } => world.permissions.contains_key(name),
        Operation::CreateUser { name, .. } => world.users.contains_key(name),
        Operation::Constrain { name, .. } => world.constraints.contains_key(name),
        _ => false,
    }
}

/// Built-in roles keep their names and cannot be deleted, nor can built-in permissions; grants and juniors of
/// `superadmin` are immutable.
fn changes_built_in(world: &World, operation: &Operation) -> bool {
    match operation {
        Operation::UpdateRole { role, update: RoleUpdate::Name(_) } | Operation::DeleteRole { role } => {
            world.roles[role].is_built_in
        }
        Operation::UpdateRole { role, update: RoleUpdate::RequiresActivation(true) | RoleUpdate::IsDefault(true) } => {
            role == SUPERADMIN
        }
        Operation::DeletePermission { permission } => world.permissions[permission],
        Operation::CreateRole { seniors, .. } => seniors.contains(SUPERADMIN),
        Operation::GrantToRole { role, .. }
        | Operation::RevokeFromRole { role, .. }
        | Operation::GrantPatterns { role, .. }
        | Operation::RevokePatterns { role, .. }
        | Operation::Inherit { role, .. }
        | Operation::Disinherit { role, .. } => role == SUPERADMIN,
        _ => false,
    }
}
