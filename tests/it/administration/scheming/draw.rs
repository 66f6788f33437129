//! Drawing the next step: from what is there, mostly by somebody who may, and often enough by somebody who may not.

use super::dice::Dice;
use super::rules::holds;
use super::step::{Act, RoleUpdate, Step};
use super::wire::is_published;
use super::world::{ALWAYS, FOREVER, Names, Second, Term, World};

/// Ends that are drawn for assignments, and how long is waited, in seconds.
const WHILES: [Second; 6] = [20, 90, 300, 900, 2_400, 5_400];

/// How many of a kind there may be before some are taken away again.
const ROLES: usize = 24;
const USERS: usize = 20;
const PERMISSIONS: usize = 8;
const CONSTRAINTS: usize = 5;
const SESSIONS: usize = 30;

/// The next step in a world; `number` makes new names.
pub(super) fn next(world: &World, dice: &mut Dice, number: usize) -> Step {
    let session = |user: &str| format!("{user}@{number}");
    match dice.below(100) {
        0..7 => Step::Wait(if dice.percent(70) { WHILES[dice.below(2)] } else { WHILES[dice.below(6)] }),
        7..18 if world.sessions.len() < SESSIONS => {
            let user = dice.one(world.users.keys().cloned()).unwrap_or_default();
            let authorised = world.authorised(&user);
            let pool = if dice.percent(80) { authorised } else { world.roles.keys().cloned().collect() };
            let roles = dice.percent(35).then(|| dice.some(&pool, 1));
            let roles = roles.filter(|_| takes_roles_at_login());
            Step::LogIn { session: session(&user), user, roles }
        }
        18..20 if world.users.len() < USERS => {
            let user = if dice.percent(90) { format!("user{number}") } else { "ann".to_owned() };
            Step::SignUp { session: session(&user), user }
        }
        20..23 if !world.resets.is_empty() => {
            let pending = if dice.percent(85) { dice.one(world.resets.keys()) } else { dice.one(world.users.keys()) };
            Step::Reset { user: pending.cloned().unwrap_or_default() }
        }
        _ => something_done(world, dice, number),
    }
}

fn takes_roles_at_login() -> bool {
    let login = crate::sdl::published().root("Mutation").iter().find(|field| field.name == "login");
    login.is_some_and(|login| login.arguments.iter().any(|argument| argument.name == "roles"))
}

fn something_done(world: &World, dice: &mut Dice, number: usize) -> Step {
    loop {
        let by = match dice.below(100) {
            // Perhaps somebody who is no longer signed in.
            0..2 => dice.one(world.users.keys()).map(|user| format!("{user}@0")),
            2..10 => dice.one(world.sessions.keys().filter(|session| session.starts_with("root@")).cloned()),
            _ => dice.one(world.sessions.keys().cloned()),
        };
        let by = by.unwrap_or_else(|| "root@0".to_owned());
        let drawing = Drawing { world, number, user: world.sessions.get(&by).map_or("", |session| &session.user) };
        let Some(act) = drawing.act(dice).filter(|act| is_published(act.field())) else { continue };
        let is_fresh = world.sessions.get(&by).is_some_and(|session| session.authenticated + WHILES[2] > world.now);
        if act.needs_recent_login() && !is_fresh && dice.percent(95) {
            continue;
        }
        // What anybody may do is drawn too often.
        let may = act.needs().map_or_else(|| dice.percent(50), |needed| holds(world, &by, needed));
        if may || dice.percent(5) {
            return Step::Do { by, act };
        }
    }
}

/// A world, and who acts in it.
struct Drawing<'w> {
    world: &'w World,
    number: usize,
    user: &'w str,
}

impl Drawing<'_> {
    fn act(&self, dice: &mut Dice) -> Option<Act> {
        Some(match dice.below(34) {
            0..4 => Act::AssignRoles { user: self.user(dice)?, roles: self.roles(dice, 1), term: self.term(dice) },
            4 => Act::AssignUsers { role: self.role(dice)?, users: self.users(dice), term: self.term(dice) },
            5 | 6 => {
                let user = self.user(dice)?;
                let held = self.world.users[&user].roles.keys().cloned().collect();
                Act::UnassignRoles { roles: self.these_or(dice, &held, &self.world.roles)?, user }
            }
            7 => {
                let role = self.role(dice)?;
                let has = self.world.users.iter().filter(|(_, user)| user.roles.contains_key(&role));
                let members = has.map(|(name, _)| name.clone()).collect();
                Act::UnassignUsers { users: self.these_or(dice, &members, &self.world.users)?, role }
            }
            8 | 9 => Act::GrantDirectly {
                user: self.user(dice)?,
                permissions: self.permissions(dice, 1),
                term: self.term(dice),
            },
            10 => {
                let user = self.user(dice)?;
                let held = self.world.users[&user].grants.keys().cloned().collect();
                Act::RevokeDirectly { permissions: self.these_or(dice, &held, &self.world.permissions)?, user }
            }
            11..16 => return self.act_on_roles(dice),
            16..20 => return self.act_on_grants(dice),
            20..24 => return self.act_on_users(dice),
            24 => Act::EndSessions { user: self.user(dice)? },
            25 => Act::EndSession { session: dice.one(self.world.sessions.keys().cloned())? },
            26 | 27 => {
                let authorised = self.world.authorised(self.user);
                Act::Activate { roles: self.these_or(dice, &authorised, &self.world.roles)? }
            }
            28 => Act::Deactivate { roles: dice.some(&self.world.authorised(self.user), 1) },
            _ => return self.act_on_constraints(dice),
        })
    }

    fn act_on_roles(&self, dice: &mut Dice) -> Option<Act> {
        let is_full = self.world.roles.len() >= ROLES;
        Some(match dice.below(6) {
            0 | 1 if !is_full => Act::CreateRole {
                name: self.new_or(dice, "role", &self.world.roles)?,
                permissions: if dice.percent(50) { self.permissions(dice, 1) } else { Names::new() },
                juniors: if dice.percent(50) { self.roles(dice, 1) } else { Names::new() },
                seniors: if dice.percent(40) { self.roles(dice, 1) } else { Names::new() },
            },
            2 if is_full || dice.percent(30) => Act::DeleteRole { role: self.role(dice)? },
            _ => Act::UpdateRole { role: self.role(dice)?, update: self.role_update(dice)? },
        })
    }

    fn role_update(&self, dice: &mut Dice) -> Option<RoleUpdate> {
        Some(match dice.below(6) {
            0 => RoleUpdate::Name(self.new_or(dice, "role", &self.world.roles)?),
            1 => RoleUpdate::Description(format!("described in step {}", self.number)),
            2 | 3 => RoleUpdate::IsDefault(dice.percent(40)),
            _ if has_flag() => RoleUpdate::RequiresActivation(dice.percent(50)),
            _ => return None,
        })
    }

    fn act_on_grants(&self, dice: &mut Dice) -> Option<Act> {
        let role = self.role(dice)?;
        let known = &self.world.roles[&role];
        let is_full = self.world.permissions.values().filter(|is_built_in| !**is_built_in).count() >= PERMISSIONS;
        Some(match dice.below(8) {
            0 | 1 => Act::GrantToRole { role, permissions: self.permissions(dice, 1) },
            2 => {
                Act::RevokeFromRole { permissions: self.these_or(dice, &known.grants, &self.world.permissions)?, role }
            }
            3 | 4 => Act::Inherit { role, juniors: self.roles(dice, 1) },
            5 => Act::Disinherit { juniors: self.these_or(dice, &known.juniors, &self.world.roles)?, role },
            6 if !is_full => Act::CreatePermission { name: self.new_or(dice, "thing", &self.world.permissions)? },
            _ if is_full || dice.percent(40) => {
                Act::DeletePermission { permission: self.permissions(dice, 1).pop_first()? }
            }
            _ => return None,
        })
    }

    fn act_on_users(&self, dice: &mut Dice) -> Option<Act> {
        let is_full = self.world.users.len() >= USERS;
        Some(match dice.below(10) {
            8 | 9 => Act::IssueReset { user: self.user(dice)? },
            0 | 1 if !is_full => Act::CreateUser {
                name: self.new_or(dice, "user", &self.world.users)?,
                roles: if dice.percent(60) { self.roles(dice, 1) } else { Names::new() },
            },
            2 | 3 => Act::UpdateUser { user: self.user(dice)?, display_name: format!("named in step {}", self.number) },
            4 => Act::Suspend { user: self.user(dice)? },
            5 | 6 => {
                let suspended = self.world.users.iter().filter(|(_, user)| user.is_suspended);
                let suspended: Names = suspended.map(|(name, _)| name.clone()).collect();
                Act::Reactivate { user: self.these_or(dice, &suspended, &self.world.users)?.pop_first()? }
            }
            _ if is_full || dice.percent(20) => Act::DeleteUser { user: self.user(dice)? },
            _ => return None,
        })
    }

    fn act_on_constraints(&self, dice: &mut Dice) -> Option<Act> {
        let known = dice.one(self.world.constraints.iter().map(|(name, known)| (name.clone(), known.clone())));
        let is_full = self.world.constraints.len() >= CONSTRAINTS;
        Some(match (dice.below(7), known) {
            (0..3, _) if !is_full => {
                let roles = self.roles(dice, 2);
                let limit = if dice.percent(90) { 2 + usize::from(dice.percent(20)) } else { dice.below(5) };
                let name = self.new_or(dice, "constraint", &self.world.constraints)?;
                Act::Constrain { name, is_dynamic: dice.percent(50), roles, limit }
            }
            (3, Some((constraint, _))) => Act::SetLimit { constraint, limit: 1 + dice.below(4) },
            (4, Some((constraint, _))) => Act::AddMembers { constraint, roles: self.roles(dice, 1) },
            // From the sets that have roles to spare, one.
            (5, Some((constraint, known))) if known.roles.len() > known.limit => {
                Act::RemoveMembers { constraint, roles: dice.one(known.roles).into_iter().collect() }
            }
            (5, Some((constraint, known))) => {
                Act::RemoveMembers { constraint, roles: self.these_or(dice, &known.roles, &self.world.roles)? }
            }
            (6, Some((constraint, _))) => Act::Unconstrain { constraint },
            _ => return None,
        })
    }

    /// Somebody; often enough oneself.
    fn user(&self, dice: &mut Dice) -> Option<String> {
        let is_own = dice.percent(20) && self.world.users.contains_key(self.user);
        if is_own { Some(self.user.to_owned()) } else { dice.one(self.world.users.keys().cloned()) }
    }

    fn users(&self, dice: &mut Dice) -> Names {
        dice.some(self.world.users.keys(), 1)
    }

    fn role(&self, dice: &mut Dice) -> Option<String> {
        dice.one(self.world.roles.keys().cloned())
    }

    fn roles(&self, dice: &mut Dice, least: usize) -> Names {
        dice.some(self.world.roles.keys(), least)
    }

    /// Permissions that were made, rather than those that are built in.
    fn permissions(&self, dice: &mut Dice, least: usize) -> Names {
        let is_built_in = dice.percent(45);
        dice.some(self.world.permissions.iter().filter(|known| *known.1 == is_built_in).map(|known| known.0), least)
    }

    /// Some of these; now and then any of all there are.
    fn these_or<T>(
        &self,
        dice: &mut Dice,
        these: &Names,
        all: &std::collections::BTreeMap<String, T>,
    ) -> Option<Names> {
        let any = these.is_empty() || dice.percent(10);
        let some = if any { dice.some(all.keys(), 1) } else { dice.some(these, 1) };
        (!some.is_empty() && (!any || dice.percent(30))).then_some(some)
    }

    /// A new name; now and then one that is taken.
    fn new_or<T>(&self, dice: &mut Dice, kind: &str, all: &std::collections::BTreeMap<String, T>) -> Option<String> {
        let new = if kind == "thing" { format!("thing{}:do", self.number) } else { format!("{kind}{}", self.number) };
        if dice.percent(4) { dice.one(all.keys().cloned()) } else { Some(new) }
    }

    /// For good or for a while, seldom from later on, and now and then over before it begins.
    fn term(&self, dice: &mut Dice) -> Term {
        let now = self.world.now;
        let from = match dice.below(10) {
            0 => now - 60,
            1 => now + WHILES[dice.below(3)],
            _ => ALWAYS,
        };
        let until = match dice.below(20) {
            0 => now - dice.below(2) as Second,
            1..8 => now.max(from) + WHILES[dice.below(6)],
            _ => FOREVER,
        };
        Term { from, until }
    }
}

fn has_flag() -> bool {
    crate::sdl::published().types["RoleUpdateInput"].fields.iter().any(|field| field.name == "requiresActivation")
}
