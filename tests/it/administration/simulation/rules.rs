//! The expected errors of a step, by the letter of the rules.

use super::separation::{breaks_separation, sets_superadmin_apart};
use super::step::{Operation, RoleUpdate, Step};
use super::world::{ESCALATE, FOREVER, Names, SUPERADMIN, Second, Session, Term, World};
use std::collections::{BTreeMap, BTreeSet};

/// Codes, any of which may be returned first; empty when the step is allowed.
pub(super) type Codes = BTreeSet<&'static str>;

/// Age limit of a recent password confirmation.
const RECENT: Second = 10 * 60;

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
        let authorized = world.authorized(&world.sessions[by].user);
        codes.extend(code_if(!roles.is_subset(&authorized), "ROLE_NOT_ASSIGNED"));
        let all = world.active(by).union(roles).cloned().collect();
        codes.extend(code_if(world.has_conflict(&all), "SOD_VIOLATION"));
    }
    codes
}

fn login_errors(world: &World, user: &str, roles: Option<&Names>) -> Codes {
    match world.users.get(user) {
        Some(known) if known.has_password && known.is_suspended => Codes::from(["ACCOUNT_NOT_ACTIVE"]),
        Some(known) if known.has_password => {
            let Some(roles) = roles else { return Codes::new() };
            let mut codes = code_if(!roles.is_subset(&world.authorized(user)), "ROLE_NOT_ASSIGNED");
            codes.extend(code_if(world.has_conflict(roles), "SOD_VIOLATION"));
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
        Operation::Constrain { roles, limit, .. } => *limit < 2 || *limit > roles.len(),
        Operation::SetLimit { constraint, limit } => *limit < 2 || *limit > world.constraints[constraint].roles.len(),
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
        | Operation::Inherit { role, .. }
        | Operation::Disinherit { role, .. } => role == SUPERADMIN,
        _ => false,
    }
}

/// The actor of a step, and its permissions.
#[derive(Debug)]
pub(super) struct Actor<'w> {
    world: &'w World,
    pub(super) user: &'w str,
    authority: BTreeMap<String, Second>,
}

impl<'w> Actor<'w> {
    pub(super) fn new(world: &'w World, by: &str) -> Self {
        let user = world.sessions.get(by).map_or("", |session| session.user.as_str());
        Self { world, user, authority: world.authority(by) }
    }

    fn holds(&self, permission: &str) -> bool {
        self.authority.contains_key(permission)
    }

    /// R1: a grant requires the permission, for at least as long.
    pub(super) fn may_grant(&self, permission: &str, until: Second) -> bool {
        self.holds(ESCALATE) || self.authority.get(permission).is_some_and(|end| *end >= until)
    }

    fn may_grant_role(&self, role: &str, until: Second) -> bool {
        self.world.held_by(role).iter().all(|permission| self.may_grant(permission, until))
    }

    fn may_grant_all(&self, roles: &Names, permissions: &Names, until: Second) -> bool {
        roles.iter().all(|role| self.may_grant_role(role, until))
            && permissions.iter().all(|permission| self.may_grant(permission, until))
    }

    /// R4: the target's permissions are within the actor's authority, or the target is the actor.
    pub(super) fn may_change_user(&self, user: &str) -> bool {
        user == self.user || self.world.potential_ends(user).keys().all(|permission| self.holds(permission))
    }

    /// R4: the role's permissions are within the actor's authority.
    pub(super) fn may_change_role(&self, role: &str) -> bool {
        self.world.held_by(role).iter().all(|permission| self.holds(permission))
    }

    /// R4: these roles, and all roles that inherit from one, are within the actor's authority.
    pub(super) fn may_constrain(&self, roles: &Names) -> bool {
        let includes_one = |role: &String| !self.world.closure(role).is_disjoint(roles);
        self.world.roles.keys().filter(|role| includes_one(role)).all(|role| self.may_change_role(role))
    }

    /// R4: the seniors, and the roles above them, that would conflict with further roles are within the actor's
    /// authority.
    fn may_extend_conflicts(&self, seniors: &Names, juniors: &Names) -> bool {
        let constrained: Names =
            self.world.constraints.values().flat_map(|known| known.roles.iter().cloned()).collect();
        let gained: Names = self.world.closure_of(juniors).intersection(&constrained).cloned().collect();
        let concerned = self.world.roles.keys().filter(|role| {
            let closure = self.world.closure(role);
            !closure.is_disjoint(seniors) && !gained.is_subset(&closure)
        });
        concerned.into_iter().all(|role| self.may_change_role(role))
    }

    /// R1 to R5; an input that does the work of another mutation also requires that mutation's permission.
    fn exceeds_authority(&self, operation: &Operation) -> bool {
        let none = Names::new();
        let allowed = match operation {
            Operation::AssignRoles { user, roles, term } => {
                self.may_change_user(user) && self.may_grant_all(roles, &none, term.until)
            }
            Operation::AssignUsers { role, users, term } => {
                users.iter().all(|user| self.may_change_user(user)) && self.may_grant_role(role, term.until)
            }
            Operation::GrantDirectly { user, permissions, term } => {
                self.may_change_user(user) && self.may_grant_all(&none, permissions, term.until)
            }
            Operation::UnassignUsers { users, .. } => users.iter().all(|user| self.may_change_user(user)),
            Operation::UnassignRoles { user, .. }
            | Operation::RevokeDirectly { user, .. }
            | Operation::UpdateUser { user, .. }
            | Operation::Suspend { user }
            | Operation::Reactivate { user }
            | Operation::DeleteUser { user }
            | Operation::IssueReset { user }
            | Operation::EndSessions { user } => self.may_change_user(user),
            Operation::EndSession { session } => {
                self.world.sessions.get(session).is_none_or(|session| self.may_change_user(&session.user))
            }
            Operation::CreateUser { roles, .. } => {
                roles.is_empty() || self.holds("role:assign") && self.may_grant_all(roles, &none, FOREVER)
            }
            Operation::CreateRole { permissions, juniors, seniors, .. } => {
                (permissions.is_empty() || self.holds("permission:grant"))
                    && seniors.iter().all(|senior| self.may_change_role(senior))
                    && self.may_extend_conflicts(seniors, juniors)
                    && self.may_grant_all(juniors, permissions, FOREVER)
            }
            Operation::UpdateRole { role, update: RoleUpdate::IsDefault(is_default) } => {
                self.holds("role:assign")
                    && self.may_change_role(role)
                    && (!is_default || self.may_grant_role(role, FOREVER))
            }
            Operation::UpdateRole { role, .. }
            | Operation::DeleteRole { role }
            | Operation::RevokeFromRole { role, .. }
            | Operation::Disinherit { role, .. } => self.may_change_role(role),
            Operation::GrantToRole { role, permissions } => {
                self.may_change_role(role) && self.may_grant_all(&none, permissions, FOREVER)
            }
            Operation::Inherit { role, juniors } => {
                self.may_change_role(role)
                    && self.may_grant_all(juniors, &none, FOREVER)
                    && self.may_extend_conflicts(&Names::from([role.clone()]), juniors)
            }
            Operation::DeletePermission { permission } => {
                // Deleting a role takes it from all its users.
                let roles = self.world.roles.iter().filter(|(_, role)| role.grants.contains(permission));
                let users = self.world.users.iter().filter(|(_, user)| user.grants.contains_key(permission));
                roles.into_iter().all(|(role, _)| self.may_change_role(role))
                    && users.into_iter().all(|(user, _)| self.may_change_user(user))
            }
            Operation::Constrain { roles, .. } => self.may_constrain(roles),
            Operation::AddMembers { constraint, roles } => {
                self.may_constrain(&self.world.constraints[constraint].roles) && self.may_constrain(roles)
            }
            Operation::SetLimit { constraint, .. }
            | Operation::RemoveMembers { constraint, .. }
            | Operation::Unconstrain { constraint } => self.may_constrain(&self.world.constraints[constraint].roles),
            Operation::CreatePermission { .. } | Operation::Activate { .. } | Operation::Deactivate { .. } => true,
        };
        !allowed
    }
}
