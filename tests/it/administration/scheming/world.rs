//! The rules of access in their plainest form: sets and loops over names. Written from the standard, apart from the
//! engine, which it is there to contradict.

use std::collections::{BTreeMap, BTreeSet};

/// Names of roles, permissions or users.
pub(super) type Names = BTreeSet<String>;
/// Seconds since the world began.
pub(super) type Second = i64;

/// Before anything.
pub(super) const ALWAYS: Second = Second::MIN;
/// After everything.
pub(super) const FOREVER: Second = Second::MAX;
/// The role that holds everything by rule.
pub(super) const SUPERADMIN: &str = "superadmin";
/// What opens to `superadmin` alone, counted as one more permission.
pub(super) const BY_RULE: &str = "(what opens to superadmin only)";
/// Lifts the rule on handing out.
pub(super) const ESCALATE: &str = "rbac:escalate";

/// Everything that decides who may do what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub now: Second,
    /// By name; built in or not.
    pub permissions: BTreeMap<String, bool>,
    pub roles: BTreeMap<String, Role>,
    /// Those who are not deleted.
    pub users: BTreeMap<String, User>,
    pub constraints: BTreeMap<String, Constraint>,
    /// Those that have not ended.
    pub sessions: BTreeMap<String, Session>,
    /// Resets of passwords that have not run out, by user.
    pub resets: BTreeMap<String, Reset>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    pub is_built_in: bool,
    pub is_default: bool,
    pub requires_activation: bool,
    pub description: Option<String>,
    pub grants: Names,
    /// Roles it inherits from, as asked for.
    pub juniors: Names,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct User {
    pub is_suspended: bool,
    pub has_password: bool,
    pub display_name: Option<String>,
    pub roles: BTreeMap<String, Held>,
    pub grants: BTreeMap<String, Term>,
}

/// A role assigned, since when and on what terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub since: Second,
    pub term: Term,
}

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub from: Second,
    pub until: Second,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Constraint {
    pub is_dynamic: bool,
    pub roles: Names,
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub user: String,
    /// When the password was given.
    pub authenticated: Second,
    /// Roles chosen; `None` for a session that takes what comes.
    pub chosen: Option<Names>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reset {
    /// Who issued it; nobody when they were deleted.
    pub issuer: Option<String>,
    pub until: Second,
}

impl Term {
    pub(super) const LASTING: Self = Self { from: ALWAYS, until: FOREVER };

    pub(super) fn has_ended(self, now: Second) -> bool {
        self.until <= now
    }

    pub(super) fn counts(self, now: Second) -> bool {
        self.from <= now && now < self.until
    }
}

impl Constraint {
    pub(super) fn is_broken_by(&self, roles: &Names) -> bool {
        self.roles.intersection(roles).count() >= self.limit
    }
}

/// Roles and what they hold.
impl World {
    /// The role and all it inherits from.
    pub(super) fn closure(&self, role: &str) -> Names {
        let mut seen = Names::new();
        let mut next = vec![role.to_owned()];
        while let Some(role) = next.pop() {
            if let Some(known) = self.roles.get(&role)
                && seen.insert(role)
            {
                next.extend(known.juniors.iter().cloned());
            }
        }
        seen
    }

    pub(super) fn closure_of<'a>(&self, roles: impl IntoIterator<Item = &'a String>) -> Names {
        roles.into_iter().flat_map(|role| self.closure(role)).collect()
    }

    /// All that a role holds, inherited or not.
    pub(super) fn held_by(&self, role: &str) -> Names {
        let closure = self.closure(role);
        if closure.contains(SUPERADMIN) {
            return self.permissions.keys().cloned().chain([BY_RULE.to_owned()]).collect();
        }
        closure.iter().flat_map(|role| self.roles[role].grants.iter().cloned()).collect()
    }

    /// Does some role inherit from itself?
    pub(super) fn has_cycle(&self) -> bool {
        self.roles.iter().any(|(name, role)| self.closure_of(&role.juniors).contains(name))
    }
}

/// Users and what they hold.
impl World {
    /// What a user would hold if active, with every role that has not ended, and until when.
    pub(super) fn reach(&self, user: &str) -> BTreeMap<String, Second> {
        let mut reach = BTreeMap::new();
        let Some(user) = self.users.get(user) else { return reach };
        for (role, held) in user.roles.iter().filter(|(_, held)| !held.term.has_ended(self.now)) {
            self.held_by(role).into_iter().for_each(|permission| prolong(&mut reach, permission, held.term.until));
        }
        for (permission, term) in user.grants.iter().filter(|(_, term)| !term.has_ended(self.now)) {
            prolong(&mut reach, permission.clone(), term.until);
        }
        reach
    }

    /// What a user holds now with every role active that they are authorised for.
    pub(super) fn potential(&self, user: &str) -> Names {
        let Some(known) = self.users.get(user).filter(|user| !user.is_suspended) else { return Names::new() };
        let mut held: Names = self.authorised(user).iter().flat_map(|role| self.held_by(role)).collect();
        let counts = known.grants.iter().filter(|(_, term)| term.counts(self.now));
        held.extend(counts.map(|(permission, _)| permission.clone()));
        held
    }

    /// Is a reset of this user's password good: could whoever issued it issue it now?
    pub(super) fn may_be_reset(&self, user: &str) -> bool {
        let Some(Reset { issuer: Some(issuer), .. }) = self.resets.get(user) else { return false };
        let potential = self.potential(issuer);
        let is_within = || self.reach(user).keys().all(|permission| potential.contains(permission));
        potential.contains("user:write") && (issuer == user || is_within())
    }

    /// Roles that a user is authorised for now, by assignments that count.
    pub(super) fn authorised(&self, user: &str) -> Names {
        let Some(user) = self.users.get(user) else { return Names::new() };
        let counts = user.roles.iter().filter(|(_, held)| held.term.counts(self.now));
        self.closure_of(counts.map(|(role, _)| role))
    }

    /// The same, with assignments that have yet to begin.
    pub(super) fn lasting(&self, user: &str) -> Names {
        let Some(user) = self.users.get(user) else { return Names::new() };
        let lasts = user.roles.iter().filter(|(_, held)| !held.term.has_ended(self.now));
        self.closure_of(lasts.map(|(role, _)| role))
    }

    /// Built-in permissions that somebody holds for good: by what has begun and has no end, as a person who is not
    /// suspended.
    pub(super) fn in_good_hands(&self) -> Names {
        let mut held = Names::new();
        for user in self.users.values().filter(|user| !user.is_suspended) {
            let lasts = |term: &Term| term.counts(self.now) && term.until == FOREVER;
            for role in user.roles.iter().filter(|(_, held)| lasts(&held.term)).map(|(role, _)| role) {
                held.extend(self.held_by(role));
            }
            held.extend(user.grants.iter().filter(|(_, term)| lasts(term)).map(|(permission, _)| permission.clone()));
        }
        held.retain(|permission| self.permissions.get(permission) == Some(&true));
        held
    }
}

/// Sessions and what they hold.
impl World {
    /// Roles that a session has active, without what they bring.
    pub(super) fn active(&self, session: &str) -> Names {
        let Some(Session { user, chosen, .. }) = self.sessions.get(session) else { return Names::new() };
        let Some(known) = self.users.get(user).filter(|user| !user.is_suspended) else { return Names::new() };
        let authorised = self.authorised(user);
        if let Some(chosen) = chosen {
            return chosen.intersection(&authorised).cloned().collect();
        }
        let counts = known.roles.iter().filter(|(_, held)| held.term.counts(self.now));
        let mut takes: Vec<_> = counts.filter(|(role, _)| !self.roles[*role].requires_activation).collect();
        // The older comes first: since when it was assigned, or since when that has counted.
        takes.sort_by_key(|(role, held)| (held.since.max(held.term.from), *role));
        let mut active = Names::new();
        for (role, _) in takes {
            active.insert(role.clone());
            if self.is_kept_apart(&active) {
                active.remove(role);
            }
        }
        active
    }

    /// Would a session with these roles active break a dynamic constraint?
    pub(super) fn is_kept_apart(&self, active: &Names) -> bool {
        let all = self.closure_of(active);
        self.constraints.values().any(|constraint| constraint.is_dynamic && constraint.is_broken_by(&all))
    }

    /// The power of a session: what it holds now, and until when.
    pub(super) fn power(&self, session: &str) -> BTreeMap<String, Second> {
        let mut power = BTreeMap::new();
        let Some(Session { user, .. }) = self.sessions.get(session) else { return power };
        let Some(known) = self.users.get(user).filter(|user| !user.is_suspended) else { return power };
        for role in self.active(session) {
            let counts = known.roles.iter().filter(|(_, held)| held.term.counts(self.now));
            let through = counts.filter(|(assigned, _)| self.closure(assigned).contains(&role));
            let until = through.map(|(_, held)| held.term.until).max().unwrap_or(self.now);
            self.held_by(&role).into_iter().for_each(|permission| prolong(&mut power, permission, until));
        }
        for (permission, term) in known.grants.iter().filter(|(_, term)| term.counts(self.now)) {
            prolong(&mut power, permission.clone(), term.until);
        }
        power
    }
}

/// Holds a permission until then, unless it is held longer already.
fn prolong(held: &mut BTreeMap<String, Second>, permission: String, until: Second) {
    let end = held.entry(permission).or_insert(until);
    *end = (*end).max(until);
}
