//! A service with built-in objects, changed by documents in memory.

use super::super::plan::{ChangedDescriptions, Described};
use super::super::*;
use chrono::{DateTime, Utc};
use engine::{
    Facts, PermissionFacts, PermissionId, PermissionName, Policy, RoleFacts, RoleId, RoleName, SUPERADMIN, UserId,
};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use uuid::Uuid;

/// A policy with its descriptions and users.
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) descriptions: Descriptions,
    pub(super) users: Vec<UserLinks>,
    next: u128,
}

impl World {
    /// `superadmin`, the system permission `user:read`, the built-in role `gatekeeper`, and these users.
    pub(super) fn new(usernames: &[&str]) -> Self {
        let permission = PermissionFacts {
            is_system: true,
            ..PermissionFacts::new(PermissionId::new(Uuid::from_u128(1)), PermissionName::parse("user:read").unwrap())
        };
        let role = |id, name| RoleFacts {
            is_system: true,
            ..RoleFacts::new(RoleId::new(Uuid::from_u128(id)), RoleName::parse(name).unwrap())
        };
        let roles = vec![role(2, SUPERADMIN), role(3, "gatekeeper")];
        let facts = Facts { revision: 7, roles, permissions: vec![permission], ..Facts::default() };
        let users = usernames.iter().zip(10..).map(|(username, id)| UserLinks {
            user: UserId::new(Uuid::from_u128(id)),
            username: (*username).to_owned(),
            roles: Vec::new(),
            permissions: Vec::new(),
        });
        let (policy, users) = (Policy::build(facts).unwrap(), users.collect());
        Self { policy, descriptions: Descriptions::default(), users, next: 1_000 }
    }

    /// The policy of a document, with the users that it mentions.
    pub(super) fn of(text: &str) -> Self {
        let document = yaml(text).unwrap_or_else(|problems| panic!("{:?}", lines(&problems)));
        let mut world = Self::new(&document.usernames().collect::<Vec<_>>());
        world.apply(text, Mode::Merge);
        world
    }

    pub(super) fn current(&self) -> Current<'_> {
        Current { policy: &self.policy, descriptions: &self.descriptions, users: &self.users, now: now() }
    }

    pub(super) fn plan(&mut self, text: &str, mode: Mode) -> Plan {
        let document = yaml(text).unwrap_or_else(|problems| panic!("{:?}", lines(&problems)));
        self.plan_of(&document, mode)
    }

    pub(super) fn plan_of(&mut self, document: &Document, mode: Mode) -> Plan {
        let mut next = self.next;
        let plan = Plan::new(document, mode, &self.current(), &mut || {
            next += 1;
            Uuid::from_u128(next)
        });
        self.next = next;
        plan
    }

    /// Applies a document without problems.
    pub(super) fn apply(&mut self, text: &str, mode: Mode) {
        let plan = self.plan(text, mode);
        self.carry_out(plan);
    }

    pub(super) fn carry_out(&mut self, plan: Plan) {
        let problems = lines(&plan.problems);
        let outcome = plan.outcome.unwrap_or_else(|| panic!("{problems:?}"));
        self.policy = outcome.policy;
        let ChangedDescriptions { permissions, roles, constraints } = outcome.descriptions;
        describe(&mut self.descriptions.permissions, permissions);
        describe(&mut self.descriptions.roles, roles);
        describe(&mut self.descriptions.constraints, constraints);
        for changed in outcome.users {
            let user = self.users.iter_mut().find(|user| user.user == changed.user).unwrap();
            *user = changed;
        }
    }

    pub(super) fn export(&self, format: Format) -> String {
        State::with_assignments(&self.current()).render(format)
    }
}

fn describe<Id: Hash + Eq>(known: &mut FxHashMap<Id, String>, changed: Vec<Described<Id>>) {
    for Described { id, description } in changed {
        match description {
            Some(description) => known.insert(id, description),
            None => known.remove(&id),
        };
    }
}

/// The time of all plans.
pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(super) fn yaml(text: &str) -> Result<Document, Vec<Problem>> {
    Document::parse(text, Format::Yaml, Limits::REQUEST)
}

pub(super) fn json(text: &str) -> Result<Document, Vec<Problem>> {
    Document::parse(text, Format::Json, Limits::REQUEST)
}

/// Problems as `line:column message`.
pub(super) fn lines(problems: &[Problem]) -> Vec<String> {
    let place =
        |problem: &Problem| problem.at.map_or_else(|| "-".to_owned(), |at| format!("{}:{}", at.line, at.column));
    problems.iter().map(|problem| format!("{} {}", place(problem), problem.message)).collect()
}

/// Changes as their summaries.
pub(super) fn summaries(plan: &Plan) -> Vec<&str> {
    plan.changes.iter().map(|change| change.summary.as_str()).collect()
}
