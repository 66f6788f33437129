//! A policy with users in memory.

use super::{Held, Holdings};
use crate::RefusalCode;
use crate::policy_document::document::{Document, Mode};
use crate::policy_document::plan::Plan;
use crate::policy_document::problem::Problem;
use crate::policy_document::state::{Current, Descriptions, Link, UserLinks};
use chrono::{DateTime, Utc};
use engine::{
    Assignment, AssignmentId, DirectGrant, Facts, PermissionFacts, PermissionId, PermissionName, Policy, RoleFacts,
    RoleId, RoleName, SUPERADMIN, Subject, UserId, Validity,
};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A policy, and users with what they have.
#[derive(Clone, Debug)]
pub struct Snapshot {
    policy: Policy,
    subjects: BTreeMap<String, Subject>,
    now: DateTime<Utc>,
}

impl Snapshot {
    /// A policy with users, at an instant.
    #[must_use]
    pub fn new(policy: Policy, subjects: BTreeMap<String, Subject>, now: DateTime<Utc>) -> Self {
        Self { policy, subjects, now }
    }

    /// Adds users.
    pub fn extend(&mut self, subjects: BTreeMap<String, Subject>) {
        self.subjects.extend(subjects);
    }

    /// Has these users instead of those before.
    pub fn replace(&mut self, subjects: BTreeMap<String, Subject>) {
        self.subjects = subjects;
    }

    /// Removes the users with these names and returns them.
    pub fn take(&mut self, usernames: &BTreeSet<String>) -> BTreeMap<String, Subject> {
        usernames.iter().filter_map(|username| self.subjects.remove_entry(username)).collect()
    }

    /// What a document says by itself, on a service with these system permissions. Its users are those that it mentions.
    ///
    /// # Errors
    /// The problems of the document.
    pub fn of_document(
        document: &Document,
        system_permissions: &[PermissionName],
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<Problem>> {
        let mut ids = Ids(0);
        let policy = built_in(system_permissions, &mut ids)
            .map_err(|message| vec![Problem { at: None, code: RefusalCode::Invalid, message }])?;
        let user = |username: &str| UserLinks {
            user: UserId::new(ids.next()),
            username: username.to_owned(),
            roles: Vec::new(),
            permissions: Vec::new(),
        };
        let users: Vec<UserLinks> = document.usernames().map(user).collect();
        let current = Current {
            policy: &policy,
            descriptions: &Descriptions::default(),
            users: &users,
            now: DateTime::UNIX_EPOCH,
        };
        let plan = Plan::new(document, Mode::Merge, &current, &mut || ids.next());
        let Some(outcome) = plan.outcome else { return Err(plan.problems) };
        let linked: FxHashMap<UserId, &UserLinks> = outcome.users.iter().map(|user| (user.user, user)).collect();
        let subjects = users.iter().map(|user| {
            let links = linked.get(&user.user).copied().unwrap_or(user);
            (user.username.clone(), subject(links, &mut ids, now))
        });
        Ok(Self { subjects: subjects.collect(), policy: outcome.policy, now })
    }

    /// The user without `superadmin`, whose permissions do not count for separation of duty.
    fn without_superadmin(&self, subject: &Subject) -> Subject {
        let superadmin = self.policy.superadmin();
        let inherits =
            |role: RoleId| superadmin.is_some_and(|junior| self.policy.inherits_from_all(role).contains(&junior));
        let mut subject = subject.clone();
        subject.assignments.retain(|assignment| Some(assignment.role) != superadmin && !inherits(assignment.role));
        subject
    }

    fn has(&self, subject: &Subject, held: &Held) -> bool {
        match held {
            Held::Permission(name) => self.policy.check(&self.without_superadmin(subject), name, self.now).allowed,
            Held::Role(name) | Held::Either(name) => self.is_authorized(subject, name),
        }
    }

    fn is_authorized(&self, subject: &Subject, role: &str) -> bool {
        self.role(role).is_some_and(|role| self.policy.authorized_roles(subject, self.now).contains(&role))
    }

    fn role(&self, name: &str) -> Option<RoleId> {
        self.policy.role_named(name).filter(|role| role.name.as_str() == name).map(|role| role.id)
    }
}

impl Holdings for Snapshot {
    fn has_user(&self, username: &str) -> bool {
        self.subjects.contains_key(username)
    }

    fn has_role(&self, role: &str) -> bool {
        self.role(role).is_some()
    }

    fn has_permission(&self, permission: &str) -> bool {
        self.policy.permission_named(permission).is_some()
    }

    fn user_can(&self, username: &str, permission: &str) -> bool {
        let subject = self.subjects.get(username);
        subject.is_some_and(|subject| self.policy.check(subject, permission, self.now).allowed)
    }

    fn user_holds(&self, username: &str, role: &str) -> bool {
        self.subjects.get(username).is_some_and(|subject| self.is_authorized(subject, role))
    }

    fn role_can(&self, role: &str, permission: &str) -> bool {
        let ids = self.role(role).zip(self.policy.permission_named(permission));
        ids.is_some_and(|(role, known)| self.policy.contains(&self.policy.permissions_of_role(role), known.id))
    }

    fn holders(&self, all: &[Held], limit: usize) -> Vec<String> {
        let holders = self.subjects.iter().filter(|(_, subject)| all.iter().all(|held| self.has(subject, held)));
        holders.map(|(username, _)| username.clone()).take(limit).collect()
    }
}

/// Ids of what exists in memory only.
struct Ids(u128);

impl Ids {
    fn next(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

/// A policy of `superadmin` and system permissions.
fn built_in(system_permissions: &[PermissionName], ids: &mut Ids) -> Result<Policy, String> {
    let permission = |name: &PermissionName| PermissionFacts {
        is_system: true,
        ..PermissionFacts::new(PermissionId::new(ids.next()), name.clone())
    };
    let permissions = system_permissions.iter().map(permission).collect();
    let name = RoleName::parse(SUPERADMIN).map_err(|error| error.to_string())?;
    let superadmin = RoleFacts { is_system: true, ..RoleFacts::new(RoleId::new(ids.next()), name) };
    let facts = Facts { permissions, roles: vec![superadmin], ..Facts::default() };
    Policy::build(facts).map_err(|error| error.to_string())
}

fn subject(links: &UserLinks, ids: &mut Ids, now: DateTime<Utc>) -> Subject {
    let validity = |terms: &crate::assignments::Terms| Validity { from: terms.valid_from, until: terms.expires_at };
    let mut subject = Subject::new(links.user);
    subject.assignments.extend(links.roles.iter().map(|Link { id, terms }| Assignment {
        id: AssignmentId::new(ids.next()),
        role: *id,
        assigned_at: now,
        validity: validity(terms),
    }));
    subject.grants.extend(
        links.permissions.iter().map(|Link { id, terms }| DirectGrant { permission: *id, validity: validity(terms) }),
    );
    subject
}
