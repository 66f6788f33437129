//! The rules of access control in their plainest form: sets and loops over names. Written from the standard,
//! independent of the engine.

use super::patterns::includes;
use std::collections::{BTreeMap, BTreeSet};

/// Names of roles, permissions or users.
pub(super) type Names = BTreeSet<String>;
/// Seconds since the start of the world.
pub(super) type Second = i64;

/// Before any instant.
pub(super) const ALWAYS: Second = Second::MIN;
/// After any instant.
pub(super) const FOREVER: Second = Second::MAX;
/// The role that holds every permission by rule.
pub(super) const SUPERADMIN: &str = "superadmin";
/// What only `superadmin` may do, counted as one more permission.
pub(super) const BY_RULE: &str = "(what opens to superadmin only)";
/// Exempts its holder from the rule on granting.
pub(super) const ESCALATE: &str = "rbac:escalate";

/// All data that decisions depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub now: Second,
    /// By name; built in or not.
    pub permissions: BTreeMap<String, bool>,
    pub roles: BTreeMap<String, Role>,
    /// Users that are not deleted.
    pub users: BTreeMap<String, User>,
    pub constraints: BTreeMap<String, Constraint>,
    /// Sessions that have not ended.
    pub sessions: BTreeMap<String, Session>,
    /// Password resets that have not expired, by user.
    pub resets: BTreeMap<String, Reset>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    pub is_built_in: bool,
    pub is_default: bool,
    pub requires_activation: bool,
    pub description: Option<String>,
    pub grants: Names,
    pub patterns: Names,
    /// Direct juniors.
    pub juniors: Names,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct User {
    pub is_suspended: bool,
    pub has_password: bool,
    pub display_name: Option<String>,
    pub roles: BTreeMap<String, HeldRole>,
    pub grants: BTreeMap<String, Term>,
}

/// An assigned role, its age and terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeldRole {
    pub since: Second,
    pub term: Term,
}

/// Start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub from: Second,
    pub until: Second,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Constraint {
    pub is_dynamic: bool,
    pub roles: Names,
    /// Without roles only.
    pub permissions: Names,
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub user: String,
    /// Time of the last password confirmation.
    pub authenticated: Second,
    /// Chosen roles; `None` for a default session.
    pub chosen: Option<Names>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reset {
    /// The issuer; none when deleted.
    pub issuer: Option<String>,
    pub until: Second,
}

impl Term {
    pub(super) const PERMANENT: Self = Self { from: ALWAYS, until: FOREVER };

    pub(super) fn has_ended(self, now: Second) -> bool {
        self.until <= now
    }

    pub(super) fn counts(self, now: Second) -> bool {
        self.from <= now && now < self.until
    }
}

/// Roles and their permissions.
impl World {
    /// The role and all its juniors.
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

    /// All permissions and patterns of a role, inherited ones included.
    pub(super) fn held_by(&self, role: &str) -> Names {
        let closure = self.closure(role);
        let mut held = self.granted_by(&closure);
        if closure.contains(SUPERADMIN) {
            held.extend(self.permissions.keys().cloned().chain([BY_RULE.to_owned()]));
        }
        held
    }

    /// What is granted to roles: permissions, patterns and what these match. What `superadmin` holds by rule is not.
    pub(super) fn granted_by(&self, roles: &Names) -> Names {
        let granting = roles.iter().filter(|role| *role != SUPERADMIN).map(|role| &self.roles[role]);
        let granted = granting.flat_map(|role| role.grants.iter().chain(&role.patterns).cloned()).collect();
        self.with_matches(&granted)
    }

    /// Is there a cycle in the hierarchy?
    pub(super) fn has_cycle(&self) -> bool {
        self.roles.iter().any(|(name, role)| self.closure_of(&role.juniors).contains(name))
    }
}

/// Users and their permissions.
impl World {
    /// Potential permissions of a user, with every role that has not expired, and their ends.
    pub(super) fn potential_ends(&self, user: &str) -> BTreeMap<String, Second> {
        let mut potential_ends = BTreeMap::new();
        let Some(user) = self.users.get(user) else { return potential_ends };
        for (role, held) in user.roles.iter().filter(|(_, held)| !held.term.has_ended(self.now)) {
            self.held_by(role)
                .into_iter()
                .for_each(|permission| extend(&mut potential_ends, permission, held.term.until));
        }
        for (permission, term) in user.grants.iter().filter(|(_, term)| !term.has_ended(self.now)) {
            extend(&mut potential_ends, permission.clone(), term.until);
        }
        potential_ends
    }

    /// Permissions of a user now, with every authorized role active.
    pub(super) fn potential(&self, user: &str) -> Names {
        let Some(known) = self.users.get(user).filter(|user| !user.is_suspended) else { return Names::new() };
        let mut held: Names = self.authorized(user).iter().flat_map(|role| self.held_by(role)).collect();
        let counts = known.grants.iter().filter(|(_, term)| term.counts(self.now));
        held.extend(counts.map(|(permission, _)| permission.clone()));
        held
    }

    /// Is the password reset of this user valid: could its issuer issue it now?
    pub(super) fn may_be_reset(&self, user: &str) -> bool {
        let Some(Reset { issuer: Some(issuer), .. }) = self.resets.get(user) else { return false };
        let potential = self.potential(issuer);
        let is_within =
            || self.potential_ends(user).keys().all(|wanted| potential.iter().any(|held| includes(held, wanted)));
        potential.contains("user:write") && issuer != user && is_within()
    }

    /// Authorized roles of a user now, by assignments in effect.
    pub(super) fn authorized(&self, user: &str) -> Names {
        let Some(user) = self.users.get(user) else { return Names::new() };
        let counts = user.roles.iter().filter(|(_, held)| held.term.counts(self.now));
        self.closure_of(counts.map(|(role, _)| role))
    }

    /// The same, with assignments not yet valid.
    pub(super) fn lasting(&self, user: &str) -> Names {
        let Some(user) = self.users.get(user) else { return Names::new() };
        let lasts = user.roles.iter().filter(|(_, held)| !held.term.has_ended(self.now));
        self.closure_of(lasts.map(|(role, _)| role))
    }

    /// Built-in permissions with a permanent human holder: valid now, without end, by a user who is not suspended.
    pub(super) fn permanently_held(&self) -> Names {
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

/// Sessions and their permissions.
impl World {
    /// Active roles of a session, without inherited ones.
    pub(super) fn active(&self, session: &str) -> Names {
        let Some(Session { user, chosen, .. }) = self.sessions.get(session) else { return Names::new() };
        let Some(known) = self.users.get(user).filter(|user| !user.is_suspended) else { return Names::new() };
        let (authorized, direct) = (self.authorized(user), self.grants_now(user));
        if let Some(chosen) = chosen {
            return chosen.intersection(&authorized).cloned().collect();
        }
        let counts = known.roles.iter().filter(|(_, held)| held.term.counts(self.now));
        let mut takes: Vec<_> = counts.filter(|(role, _)| !self.roles[*role].requires_activation).collect();
        // The older assignment first, or the one in effect for longer.
        takes.sort_by_key(|(role, held)| (held.since.max(held.term.from), *role));
        let mut active = Names::new();
        for (role, _) in takes {
            active.insert(role.clone());
            if self.has_conflict(&active, &direct) {
                active.remove(role);
            }
        }
        active
    }

    /// The authority of a session: its permissions now, and their ends.
    pub(super) fn authority(&self, session: &str) -> BTreeMap<String, Second> {
        let mut authority = BTreeMap::new();
        let Some(Session { user, .. }) = self.sessions.get(session) else { return authority };
        let Some(known) = self.users.get(user).filter(|user| !user.is_suspended) else { return authority };
        for role in self.active(session) {
            let counts = known.roles.iter().filter(|(_, held)| held.term.counts(self.now));
            let through = counts.filter(|(assigned, _)| self.closure(assigned).contains(&role));
            let until = through.map(|(_, held)| held.term.until).max().unwrap_or(self.now);
            self.held_by(&role).into_iter().for_each(|permission| extend(&mut authority, permission, until));
        }
        for (permission, term) in known.grants.iter().filter(|(_, term)| term.counts(self.now)) {
            extend(&mut authority, permission.clone(), term.until);
        }
        authority
    }
}

/// Adds a permission until an end, unless it is held for longer.
fn extend(held: &mut BTreeMap<String, Second>, permission: String, until: Second) {
    let end = held.entry(permission).or_insert(until);
    *end = (*end).max(until);
}
