//! Random steps on existing objects, mostly by an actor with the permission, and often by one without.

use super::random::Random;
use super::requests::{is_published, takes_roles_at_login};
use super::rules::holds;
use super::step::{Operation, Step};
use super::world::{ALWAYS, FOREVER, Names, Second, Term, World};

/// Durations of assignments and of pauses, in seconds.
const DURATIONS: [Second; 6] = [20, 90, 300, 900, 2_400, 5_400];

/// Number of objects of a kind above which some are deleted.
const USERS: usize = 20;
const SESSIONS: usize = 30;

/// The next step in a world; `number` makes names unique.
pub(super) fn next(world: &World, random: &mut Random, number: usize) -> Step {
    let session = |user: &str| format!("{user}@{number}");
    match random.below(100) {
        0..7 => Step::Wait(if random.percent(70) { DURATIONS[random.below(2)] } else { DURATIONS[random.below(6)] }),
        7..18 if world.sessions.len() < SESSIONS => {
            let user = random.one(world.users.keys().cloned()).unwrap_or_default();
            let authorized = world.authorized(&user);
            let pool = if random.percent(80) { authorized } else { world.roles.keys().cloned().collect() };
            let roles = random.percent(35).then(|| random.some(&pool, 1));
            let roles = roles.filter(|_| takes_roles_at_login());
            Step::LogIn { session: session(&user), user, roles }
        }
        18..20 if world.users.len() < USERS => {
            let user = if random.percent(90) { format!("user{number}") } else { "ann".to_owned() };
            Step::SignUp { session: session(&user), user }
        }
        20..23 if !world.resets.is_empty() => {
            let pending =
                if random.percent(85) { random.one(world.resets.keys()) } else { random.one(world.users.keys()) };
            Step::Reset { user: pending.cloned().unwrap_or_default() }
        }
        23..35 => document_step(world, random, number),
        _ => operation_step(world, random, number),
    }
}

/// Two or three operations of one actor in one document.
fn document_step(world: &World, random: &mut Random, number: usize) -> Step {
    let Step::Do { by, operation } = operation_step(world, random, number) else { return Step::Wait(1) };
    let user = world.sessions.get(&by).map_or("", |session| &session.user);
    let drawing = Drawing { world, number, user };
    let (wanted, mut operations) = (2 + random.below(2), vec![operation]);
    while operations.len() < wanted {
        let drawn = drawing.operation(random).filter(|operation| is_published(operation.field()));
        let Some(operation) = drawn else { continue };
        let may = operation.needs().is_none_or(|needed| holds(world, &by, needed));
        if may || random.percent(5) {
            operations.push(operation);
        }
    }
    Step::Together { by, operations }
}

fn operation_step(world: &World, random: &mut Random, number: usize) -> Step {
    loop {
        let by = match random.below(100) {
            // May be a session that has ended.
            0..2 => random.one(world.users.keys()).map(|user| format!("{user}@0")),
            2..14 => random.one(world.sessions.keys().filter(|session| session.starts_with("root@")).cloned()),
            _ => random.one(world.sessions.keys().cloned()),
        };
        let by = by.unwrap_or_else(|| "root@0".to_owned());
        let drawing = Drawing { world, number, user: world.sessions.get(&by).map_or("", |session| &session.user) };
        let Some(operation) = drawing.operation(random).filter(|operation| is_published(operation.field())) else {
            continue;
        };
        let is_fresh = world.sessions.get(&by).is_some_and(|session| session.authenticated + DURATIONS[2] > world.now);
        if operation.needs_recent_login() && !is_fresh && random.percent(95) {
            continue;
        }
        // Mutations without a guard are drawn too often.
        let may = operation.needs().map_or_else(|| random.percent(50), |needed| holds(world, &by, needed));
        if may || random.percent(5) {
            return Step::Do { by, operation };
        }
    }
}

/// A world, and the actor in it.
pub(super) struct Drawing<'w> {
    pub(super) world: &'w World,
    pub(super) number: usize,
    user: &'w str,
}

impl Drawing<'_> {
    fn operation(&self, random: &mut Random) -> Option<Operation> {
        Some(match random.below(37) {
            0..4 => Operation::AssignRoles {
                user: self.user(random)?,
                roles: self.roles(random, 1),
                term: self.term(random),
            },
            4 => {
                Operation::AssignUsers { role: self.role(random)?, users: self.users(random), term: self.term(random) }
            }
            5 | 6 => {
                let user = self.user(random)?;
                let held = self.world.users[&user].roles.keys().cloned().collect();
                Operation::UnassignRoles { roles: self.these_or(random, &held, &self.world.roles)?, user }
            }
            7 => {
                let role = self.role(random)?;
                let has = self.world.users.iter().filter(|(_, user)| user.roles.contains_key(&role));
                let members = has.map(|(name, _)| name.clone()).collect();
                Operation::UnassignUsers { users: self.these_or(random, &members, &self.world.users)?, role }
            }
            8 | 9 => Operation::GrantDirectly {
                user: self.user(random)?,
                permissions: self.permissions(random, 1),
                term: self.term(random),
            },
            10 => {
                let user = self.user(random)?;
                let held = self.world.users[&user].grants.keys().cloned().collect();
                Operation::RevokeDirectly { permissions: self.these_or(random, &held, &self.world.permissions)?, user }
            }
            11..16 => return self.role_operation(random),
            16..20 => return self.grant_operation(random),
            20..24 => return self.user_operation(random),
            24 => Operation::EndSessions { user: self.user(random)? },
            25 => Operation::EndSession { session: random.one(self.world.sessions.keys().cloned())? },
            26 | 27 => {
                let authorized = self.world.authorized(self.user);
                Operation::Activate { roles: self.these_or(random, &authorized, &self.world.roles)? }
            }
            28 => Operation::Deactivate { roles: random.some(&self.world.authorized(self.user), 1) },
            29..34 => return self.constraint_operation(random),
            _ => return self.conflicting_operation(random),
        })
    }

    fn user_operation(&self, random: &mut Random) -> Option<Operation> {
        let is_full = self.world.users.len() >= USERS;
        Some(match random.below(10) {
            8 | 9 => Operation::IssueReset { user: self.user(random)? },
            0 | 1 if !is_full => Operation::CreateUser {
                name: self.new_or(random, "user", &self.world.users)?,
                roles: if random.percent(60) { self.roles(random, 1) } else { Names::new() },
            },
            2 | 3 => Operation::UpdateUser {
                user: self.user(random)?,
                display_name: format!("named in step {}", self.number),
            },
            4 => Operation::Suspend { user: self.user(random)? },
            5 | 6 => {
                let suspended = self.world.users.iter().filter(|(_, user)| user.is_suspended);
                let suspended: Names = suspended.map(|(name, _)| name.clone()).collect();
                Operation::Reactivate { user: self.these_or(random, &suspended, &self.world.users)?.pop_first()? }
            }
            _ if is_full || random.percent(20) => Operation::DeleteUser { user: self.user(random)? },
            _ => return None,
        })
    }

    /// A user; often the actor.
    fn user(&self, random: &mut Random) -> Option<String> {
        let is_own = random.percent(20) && self.world.users.contains_key(self.user);
        if is_own { Some(self.user.to_owned()) } else { random.one(self.world.users.keys().cloned()) }
    }

    fn users(&self, random: &mut Random) -> Names {
        random.some(self.world.users.keys(), 1)
    }

    pub(super) fn role(&self, random: &mut Random) -> Option<String> {
        random.one(self.world.roles.keys().cloned())
    }

    pub(super) fn roles(&self, random: &mut Random, least: usize) -> Names {
        random.some(self.world.roles.keys(), least)
    }

    /// Created permissions rather than built-in ones, and often those of a constraint.
    pub(super) fn permissions(&self, random: &mut Random, least: usize) -> Names {
        if random.percent(30)
            && let Some(known) = random.one(self.world.constraints.values())
            && !known.permissions.is_empty()
        {
            return random.some(&known.permissions, least);
        }
        let is_built_in = random.percent(45);
        random.some(self.world.permissions.iter().filter(|known| *known.1 == is_built_in).map(|known| known.0), least)
    }

    /// Some of these; sometimes any of all.
    pub(super) fn these_or<T>(
        &self,
        random: &mut Random,
        these: &Names,
        all: &std::collections::BTreeMap<String, T>,
    ) -> Option<Names> {
        let any = these.is_empty() || random.percent(10);
        let some = if any { random.some(all.keys(), 1) } else { random.some(these, 1) };
        (!some.is_empty() && (!any || random.percent(30))).then_some(some)
    }

    /// A new name; sometimes one in use.
    pub(super) fn new_or<T>(
        &self,
        random: &mut Random,
        kind: &str,
        all: &std::collections::BTreeMap<String, T>,
    ) -> Option<String> {
        let number = self.number;
        let new = match kind {
            // Some of these match patterns.
            "thing" => ["thing#:do", "invoice:do#", "vault:do#", "thing#.do"][random.below(4)]
                .replace('#', &number.to_string()),
            kind => format!("{kind}{number}"),
        };
        if random.percent(4) { random.one(all.keys().cloned()) } else { Some(new) }
    }

    /// Permanent or temporary, rarely with a later start, and sometimes expired before its start.
    pub(super) fn term(&self, random: &mut Random) -> Term {
        let now = self.world.now;
        let from = match random.below(10) {
            0 => now - 60,
            1 | 2 => now + DURATIONS[random.below(3)],
            _ => ALWAYS,
        };
        let until = match random.below(20) {
            0 => now - random.below(2) as Second,
            1..8 => now.max(from) + DURATIONS[random.below(6)],
            _ => FOREVER,
        };
        Term { from, until }
    }
}
