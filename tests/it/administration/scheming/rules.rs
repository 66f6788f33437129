//! What a step is refused for, by the letter of the rules.

use super::step::{Act, RoleUpdate, Step};
use super::world::{ESCALATE, FOREVER, Names, SUPERADMIN, Second, Session, Term, World};
use std::collections::{BTreeMap, BTreeSet};

/// Codes, any of which may be told first; none when the step is allowed.
pub(super) type Codes = BTreeSet<&'static str>;

/// How long a password opens what asks for a recent one.
const RECENT: Second = 10 * 60;

/// All that a step is to be refused for, given what would come of it.
pub(super) fn refusals(world: &World, step: &Step, after: &World) -> Codes {
    let mut codes = match step {
        Step::Wait(_) => return Codes::new(),
        Step::Do { by, act } => match at_the_door(world, by, act) {
            Some(code) => return Codes::from([code]),
            None => of_act(world, by, act),
        },
        Step::SignUp { user, .. } => told(world.users.contains_key(user), "TAKEN"),
        Step::LogIn { user, roles, .. } => of_login(world, user, roles.as_ref()),
        Step::Reset { user } => told(!world.may_be_reset(user), "INVALID_CREDENTIALS"),
    };
    codes.extend(told(after.has_cycle(), "HIERARCHY_CYCLE"));
    codes.extend(told(breaks_separation(after), "SOD_VIOLATION"));
    codes.extend(told(!world.in_good_hands().is_subset(&after.in_good_hands()), "WOULD_LOCK_OUT"));
    codes
}

/// What the guard says, before anything is looked at.
fn at_the_door(world: &World, by: &str, act: &Act) -> Option<&'static str> {
    let Some(session) = world.sessions.get(by) else { return Some("UNAUTHENTICATED") };
    if !act.needs().is_none_or(|needed| concerns_own_session(world, session, act) || holds(world, by, needed)) {
        return Some("FORBIDDEN");
    }
    let is_old = session.authenticated + RECENT < world.now;
    (act.needs_recent_login() && is_old).then_some("REAUTHENTICATION_REQUIRED")
}

pub(super) fn holds(world: &World, by: &str, permission: &str) -> bool {
    world.power(by).contains_key(permission)
}

/// One's own sessions are one's own to end.
pub(super) fn concerns_own_session(world: &World, session: &Session, act: &Act) -> bool {
    match act {
        Act::EndSessions { user } => *user == session.user,
        Act::EndSession { session: ended } => world.sessions.get(ended).is_some_and(|s| s.user == session.user),
        _ => false,
    }
}

fn of_act(world: &World, by: &str, act: &Act) -> Codes {
    let mut codes = told(is_malformed(world, act), "INVALID");
    codes.extend(told(is_taken(world, act), "TAKEN"));
    codes.extend(told(touches_what_is_built_in(world, act), "IMMUTABLE"));
    codes.extend(told(Actor::new(world, by).exceeds_authority(act), "BEYOND_AUTHORITY"));
    if let Act::IssueReset { user } = act {
        codes.extend(told(world.users[user].is_suspended, "ACCOUNT_NOT_ACTIVE"));
    }
    if let Act::Activate { roles } = act {
        let authorised = world.authorised(&world.sessions[by].user);
        codes.extend(told(!roles.is_subset(&authorised), "ROLE_NOT_ASSIGNED"));
        let all = world.active(by).union(roles).cloned().collect();
        codes.extend(told(world.is_kept_apart(&all), "SOD_VIOLATION"));
    }
    codes
}

fn of_login(world: &World, user: &str, roles: Option<&Names>) -> Codes {
    match world.users.get(user) {
        Some(known) if known.has_password && known.is_suspended => Codes::from(["ACCOUNT_NOT_ACTIVE"]),
        Some(known) if known.has_password => {
            let Some(roles) = roles else { return Codes::new() };
            let mut codes = told(!roles.is_subset(&world.authorised(user)), "ROLE_NOT_ASSIGNED");
            codes.extend(told(world.is_kept_apart(roles), "SOD_VIOLATION"));
            codes
        }
        _ => Codes::from(["INVALID_CREDENTIALS"]),
    }
}

fn told(is_so: bool, code: &'static str) -> Codes {
    is_so.then_some(code).into_iter().collect()
}

fn is_malformed(world: &World, act: &Act) -> bool {
    let ends_too_early = |term: &Term| term.until <= world.now || term.until <= term.from;
    match act {
        Act::AssignRoles { term, .. } | Act::AssignUsers { term, .. } | Act::GrantDirectly { term, .. } => {
            ends_too_early(term)
        }
        Act::Constrain { roles, limit, .. } => *limit < 2 || *limit > roles.len(),
        Act::SetLimit { constraint, limit } => *limit < 2 || *limit > world.constraints[constraint].roles.len(),
        Act::RemoveMembers { constraint, roles } => {
            let known = &world.constraints[constraint];
            known.roles.difference(roles).count() < known.limit
        }
        _ => false,
    }
}

fn is_taken(world: &World, act: &Act) -> bool {
    match act {
        Act::CreateRole { name, .. } => world.roles.contains_key(name),
        Act::UpdateRole { update: RoleUpdate::Name(name), .. } => world.roles.contains_key(name),
        Act::CreatePermission { name } => world.permissions.contains_key(name),
        Act::CreateUser { name, .. } => world.users.contains_key(name),
        Act::Constrain { name, .. } => world.constraints.contains_key(name),
        _ => false,
    }
}

/// Built-in roles keep their name and stay, built-in permissions stay, and what `superadmin` holds and inherits is
/// not to be changed.
fn touches_what_is_built_in(world: &World, act: &Act) -> bool {
    match act {
        Act::UpdateRole { role, update: RoleUpdate::Name(_) } | Act::DeleteRole { role } => {
            world.roles[role].is_built_in
        }
        Act::DeletePermission { permission } => world.permissions[permission],
        Act::CreateRole { seniors, .. } => seniors.contains(SUPERADMIN),
        Act::GrantToRole { role, .. }
        | Act::RevokeFromRole { role, .. }
        | Act::Inherit { role, .. }
        | Act::Disinherit { role, .. } => role == SUPERADMIN,
        _ => false,
    }
}

/// Invariant R8: is somebody, some session, or one role by itself against a constraint? Assignments count from when
/// they are made until they end, and so does what a session chose.
pub(super) fn breaks_separation(world: &World) -> bool {
    let by_role: Vec<Names> = world.roles.keys().map(|role| world.closure(role)).collect();
    let by_user: Vec<Names> = world.users.keys().map(|user| world.lasting(user)).collect();
    let chosen = world.sessions.values().filter_map(|session| Some((session.chosen.as_ref()?, &session.user)));
    let by_session: Vec<Names> =
        chosen.map(|(chosen, user)| world.closure_of(chosen.intersection(&world.lasting(user)))).collect();
    world.constraints.values().any(|constraint| {
        let by_holder = if constraint.is_dynamic { &by_session } else { &by_user };
        // A set that lost a member may not be smaller than its limit.
        constraint.roles.len() < constraint.limit
            || by_role.iter().chain(by_holder).any(|roles| constraint.is_broken_by(roles))
    })
}

/// Who acts, and what they hold.
#[derive(Debug)]
pub(super) struct Actor<'w> {
    world: &'w World,
    pub(super) user: &'w str,
    power: BTreeMap<String, Second>,
}

impl<'w> Actor<'w> {
    pub(super) fn new(world: &'w World, by: &str) -> Self {
        let user = world.sessions.get(by).map_or("", |session| session.user.as_str());
        Self { world, user, power: world.power(by) }
    }

    fn holds(&self, permission: &str) -> bool {
        self.power.contains_key(permission)
    }

    /// R1: what is handed out is held oneself, and as long.
    pub(super) fn may_confer(&self, permission: &str, until: Second) -> bool {
        self.holds(ESCALATE) || self.power.get(permission).is_some_and(|end| *end >= until)
    }

    fn may_confer_role(&self, role: &str, until: Second) -> bool {
        self.world.held_by(role).iter().all(|permission| self.may_confer(permission, until))
    }

    fn may_confer_all(&self, roles: &Names, permissions: &Names, until: Second) -> bool {
        roles.iter().all(|role| self.may_confer_role(role, until))
            && permissions.iter().all(|permission| self.may_confer(permission, until))
    }

    /// R4: whose reach is within one's power, or oneself.
    pub(super) fn may_touch_user(&self, user: &str) -> bool {
        user == self.user || self.world.reach(user).keys().all(|permission| self.holds(permission))
    }

    /// R4: what a role holds is within one's power.
    pub(super) fn may_touch_role(&self, role: &str) -> bool {
        self.world.held_by(role).iter().all(|permission| self.holds(permission))
    }

    /// R1 to R5, and that an input which does what another mutation does needs what that asks for.
    fn exceeds_authority(&self, act: &Act) -> bool {
        let none = Names::new();
        let allowed = match act {
            Act::AssignRoles { user, roles, term } => {
                self.may_touch_user(user) && self.may_confer_all(roles, &none, term.until)
            }
            Act::AssignUsers { role, users, term } => {
                users.iter().all(|user| self.may_touch_user(user)) && self.may_confer_role(role, term.until)
            }
            Act::GrantDirectly { user, permissions, term } => {
                self.may_touch_user(user) && self.may_confer_all(&none, permissions, term.until)
            }
            Act::UnassignUsers { users, .. } => users.iter().all(|user| self.may_touch_user(user)),
            Act::UnassignRoles { user, .. }
            | Act::RevokeDirectly { user, .. }
            | Act::UpdateUser { user, .. }
            | Act::Suspend { user }
            | Act::Reactivate { user }
            | Act::DeleteUser { user }
            | Act::IssueReset { user }
            | Act::EndSessions { user } => self.may_touch_user(user),
            Act::EndSession { session } => {
                self.world.sessions.get(session).is_none_or(|session| self.may_touch_user(&session.user))
            }
            Act::CreateUser { roles, .. } => {
                roles.is_empty() || self.holds("role:assign") && self.may_confer_all(roles, &none, FOREVER)
            }
            Act::CreateRole { permissions, juniors, seniors, .. } => {
                (permissions.is_empty() || self.holds("permission:grant"))
                    && seniors.iter().all(|senior| self.may_touch_role(senior))
                    && self.may_confer_all(juniors, permissions, FOREVER)
            }
            Act::UpdateRole { role, update: RoleUpdate::IsDefault(is_default) } => {
                self.holds("role:assign")
                    && self.may_touch_role(role)
                    && (!is_default || self.may_confer_role(role, FOREVER))
            }
            Act::UpdateRole { role, .. }
            | Act::DeleteRole { role }
            | Act::RevokeFromRole { role, .. }
            | Act::Disinherit { role, .. } => self.may_touch_role(role),
            Act::GrantToRole { role, permissions } => {
                self.may_touch_role(role) && self.may_confer_all(&none, permissions, FOREVER)
            }
            Act::Inherit { role, juniors } => self.may_touch_role(role) && self.may_confer_all(juniors, &none, FOREVER),
            Act::DeletePermission { permission } => {
                // Deleted, it is taken from all who have it.
                let roles = self.world.roles.iter().filter(|(_, role)| role.grants.contains(permission));
                let users = self.world.users.iter().filter(|(_, user)| user.grants.contains_key(permission));
                roles.into_iter().all(|(role, _)| self.may_touch_role(role))
                    && users.into_iter().all(|(user, _)| self.may_touch_user(user))
            }
            Act::CreatePermission { .. }
            | Act::Activate { .. }
            | Act::Deactivate { .. }
            | Act::Constrain { .. }
            | Act::SetLimit { .. }
            | Act::AddMembers { .. }
            | Act::RemoveMembers { .. }
            | Act::Unconstrain { .. } => true,
        };
        !allowed
    }
}
