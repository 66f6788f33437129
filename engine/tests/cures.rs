//! Cures of denials compared with what their changes do, by a plain reading of the standard on random worlds.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other properties use the rest")]
mod reference;
#[expect(dead_code, reason = "other properties use the rest")]
mod worlds;

use engine::{
    Activation, ActivationError, Assignment, AssignmentId, Cure, Cures, DirectGrant, Facts, PermissionId, Policy,
    RoleId, Subject, Validity,
};
use proptest::prelude::*;
use reference::Reference;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use worlds::{PERMISSIONS, ROLES, World, now, permission, permission_name, role, worlds};

/// The subject with a role assigned permanently.
fn assigned(subject: &Subject, role: RoleId) -> Subject {
    let mut after = subject.clone();
    match after.assignments.iter_mut().find(|standing| standing.role == role) {
        Some(standing) => standing.validity = Validity::default(),
        None => {
            let (id, validity) = (AssignmentId::new(Uuid::nil()), Validity::default());
            after.assignments.push(Assignment { id, role, assigned_at: now(), validity });
        }
    }
    after
}

/// The subject with a permission granted directly and permanently.
fn granted(subject: &Subject, permission: PermissionId) -> Subject {
    let mut after = subject.clone();
    after.grants.retain(|grant| grant.permission != permission);
    after.grants.push(DirectGrant { permission, validity: Validity::default() });
    after
}

/// A denial in a world.
struct Denied<'a> {
    facts: &'a Facts,
    policy: &'a Policy,
    subject: &'a Subject,
    permission: PermissionId,
    cures: Cures<'a>,
}

impl Denied<'_> {
    /// The permissions that the subject gains by becoming another, when the denied one is among them.
    fn gained(&self, after: &Subject) -> Option<usize> {
        self.gained_with(self.facts, after)
    }

    fn gained_with(&self, facts: &Facts, after: &Subject) -> Option<usize> {
        let before = Reference { facts: self.facts, now: now() }.permissions_of(self.subject);
        let after = Reference { facts, now: now() }.permissions_of(after);
        after.contains(&self.permission).then(|| after.difference(&before).count())
    }

    fn assignments_are_those_that_allow(&self) -> Result<(), TestCaseError> {
        let reference = Reference { facts: self.facts, now: now() };
        let held = reference.assigned_roles(self.subject);
        let others = (0..ROLES).map(role).filter(|role| !held.contains(role));
        let expected = others.filter_map(|role| Some((role, self.gained(&assigned(self.subject, role))?)));
        let found = self.cures.assignments();
        prop_assert_eq!(numbers(&found), expected.collect());
        self.are_sorted(&found)?;
        for cure in &found {
            let after = assigned(self.subject, cure.role.expect("a role"));
            let of_user = self.policy.static_conflicts(&after, now());
            let mut broken = of_user.into_iter().chain(self.policy.session_conflicts(&after, now()));
            let sessions = [self.subject.activation.clone()];
            prop_assert_eq!(self.cures.blocked_by(cure, &sessions), broken.next().map(|conflict| conflict.constraint));
        }
        Ok(())
    }

    fn activations_are_those_that_allow(&self) -> Result<(), TestCaseError> {
        let reference = Reference { facts: self.facts, now: now() };
        let found = self.cures.activations();
        self.are_sorted(&found)?;
        for role in reference.authorized_roles(self.subject) {
            let cure = found.iter().find(|cure| cure.role == Some(role));
            let holds = reference.role_permissions(role).iter().any(|(held, _)| *held == self.permission);
            prop_assert_eq!(cure.is_some(), holds);
            let Some(cure) = cure else { continue };
            match self.policy.activate_roles(self.subject, &[role], now()) {
                Ok(chosen) => {
                    let after = self.subject.with_activation(Activation::Chosen(chosen));
                    prop_assert_eq!(Some(cure.permissions_added), self.gained(&after));
                    prop_assert_eq!(self.cures.blocked_by(cure, &[]), None);
                }
                Err(ActivationError::SeparationOfDuty(conflict)) => {
                    prop_assert_eq!(self.cures.blocked_by(cure, &[]), Some(conflict.constraint));
                }
                Err(error) => prop_assert!(false, "{}", error),
            }
        }
        Ok(())
    }

    fn grants_are_those_that_allow(&self) -> Result<(), TestCaseError> {
        let direct = self.cures.direct_grant().permissions_added;
        prop_assert_eq!(Some(direct), self.gained(&granted(self.subject, self.permission)));
        let active = self.cures.active_roles();
        for number in 0..ROLES {
            let mut facts = self.facts.clone();
            facts.roles[number].grants.push(self.permission);
            let is_listed = active.contains(&role(number));
            if Policy::build(facts.clone()).is_err() {
                let blocked = || self.cures.blocked_by(&self.cures.grant_to(role(number)), &[]).is_some();
                prop_assert!(!is_listed || blocked());
                continue;
            }
            let expected = is_listed.then(|| self.cures.grant_to(role(number)).permissions_added);
            prop_assert_eq!(expected, self.gained_with(&facts, self.subject));
        }
        Ok(())
    }

    /// By the number of permissions, then by name.
    fn are_sorted(&self, cures: &[Cure]) -> Result<(), TestCaseError> {
        let name = |cure: &Cure| self.policy.role(cure.role?).map(|role| role.name.as_str().to_lowercase());
        prop_assert!(cures.is_sorted_by_key(|cure| (cure.permissions_added, name(cure))));
        Ok(())
    }
}

/// Permissions added, by role.
fn numbers(cures: &[Cure]) -> BTreeMap<RoleId, usize> {
    cures.iter().map(|cure| (cure.role.expect("a role"), cure.permissions_added)).collect()
}

proptest! {
    #[test]
    fn cures_are_the_changes_that_allow_and_add_what_they_say(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let held: BTreeSet<PermissionId> = reference.permissions_of(&subject);
        for number in 0..PERMISSIONS {
            let found = policy.cures(&subject, &permission_name(number), now());
            let is_denied = subject.status == engine::AccountStatus::Active && !held.contains(&permission(number));
            prop_assert_eq!(found.is_some(), is_denied);
            let Some(cures) = found else { continue };
            let denied =
                Denied { facts: &facts, policy: &policy, subject: &subject, permission: permission(number), cures };
            denied.assignments_are_those_that_allow()?;
            denied.activations_are_those_that_allow()?;
            denied.grants_are_those_that_allow()?;
        }
    }
}
