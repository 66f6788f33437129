//! The engine compared with a plain reading of the standard on random models.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the properties of separation of duty and authority use the rest")]
mod reference;
mod worlds;

use engine::{AccountStatus, Activation, PathKind, PermissionSet, Policy, RoleId, Subject};
use proptest::prelude::*;
use reference::Reference;
use reference::paths::PathRecord;
use std::collections::BTreeSet;
use worlds::{PERMISSIONS, ROLES, World, asked_names, now, permission, role, worlds};

fn set<T: Ord>(things: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    things.into_iter().collect()
}

/// The paths that the engine finds, in its order.
fn paths(policy: &Policy, subject: &Subject, number: usize, limit: usize) -> Vec<PathRecord> {
    let found = policy.paths(subject, permission(number), now(), limit);
    let record = |path: engine::Path| {
        let roles = match path.kind {
            PathKind::Direct => Vec::new(),
            PathKind::Role(roles) => roles,
        };
        PathRecord { roles, pattern: path.pattern, is_active: path.is_active, expires_at: path.expires_at }
    };
    found.paths.into_iter().map(record).collect()
}

/// Names of the permissions in a set.
fn names_in(policy: &Policy, set: &PermissionSet) -> Vec<String> {
    policy.ids_in(set).map(|id| policy.permission(id).expect("a known permission").name.to_string()).collect()
}

/// Names by which paths are sorted.
fn names(policy: &Policy, roles: &[RoleId]) -> Vec<String> {
    roles.iter().map(|&id| policy.role(id).expect("a known role").name.key()).collect()
}

proptest! {
    #[test]
    fn every_decision_is_that_of_the_standard(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let held = policy.permissions_of(&subject, now());
        for name in asked_names() {
            let decision = policy.check(&subject, &name, now());
            prop_assert_eq!(decision.reason, reference.reason(&subject, &name), "{}", name);
            prop_assert_eq!(decision.allowed, names_in(&policy, &held).contains(&name));

            let explained = policy.explain(&subject, &name, now(), 1_000);
            prop_assert_eq!(explained.decision, decision);
            prop_assert_eq!(decision.allowed, explained.paths.paths.iter().any(|path| path.is_active));
        }
    }

    #[test]
    fn permissions_are_those_of_the_standard(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let held = policy.permissions_of(&subject, now());
        prop_assert_eq!(set(policy.ids_in(&held)), reference.permissions_of(&subject));
        prop_assert_eq!(held.len(), policy.ids_in(&held).count());
        prop_assert!(names_in(&policy, &held).is_sorted());
        for number in 0..PERMISSIONS {
            let id = permission(number);
            prop_assert_eq!(policy.contains(&held, id), reference.permissions_of(&subject).contains(&id));
        }
        for number in 0..ROLES {
            let held = policy.role_permissions(role(number));
            prop_assert_eq!(
                held.iter().map(|held| (held.permission, held.source)).collect::<BTreeSet<_>>(),
                reference.role_permissions(role(number))
            );
            let sources = reference.role_permissions(role(number)).into_iter();
            let sources: Vec<_> = sources
                .flat_map(|(permission, source)| reference.sources(source, permission).into_iter().map(move |pattern| (permission, source, pattern)))
                .collect();
            prop_assert_eq!(set(held.iter().map(|held| (held.permission, held.source, held.pattern.clone()))), set(sources.clone()));
            prop_assert_eq!(held.len(), sources.len());
            let patterns = policy.role_patterns(role(number));
            prop_assert_eq!(set(patterns.iter().map(|held| held.pattern.clone())), reference.patterns_of(&BTreeSet::from([role(number)])));
            let bare = policy.permissions_of_role(role(number));
            prop_assert_eq!(set(policy.ids_in(&bare)), set(held.iter().map(|held| held.permission)));
        }
    }

    #[test]
    fn roles_are_those_of_the_standard(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        prop_assert_eq!(set(policy.assigned_roles(&subject, now())), reference.assigned_roles(&subject));
        prop_assert_eq!(set(policy.authorized_roles(&subject, now())), reference.authorized_roles(&subject));
        let active = reference.active_roles(&subject);
        prop_assert_eq!(&set(policy.active_roles(&subject, now())), &active);
        let closure = policy.active_role_closure(&subject, now());
        prop_assert_eq!(&set(closure.clone()), &reference.below(&active));
        prop_assert!(names(&policy, &closure).is_sorted());
        for number in 0..ROLES {
            prop_assert_eq!(policy.has_role(&subject, role(number), now()), closure.contains(&role(number)));
        }
    }

    #[test]
    fn the_hierarchy_is_that_of_the_standard(facts in worlds::facts()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let others = |number| (0..ROLES).map(role).filter(move |&other| other != role(number));
        for number in 0..ROLES {
            let id = role(number);
            prop_assert_eq!(
                set(policy.inherits_from_all(id)), set(others(number).filter(|&other| reference.inherits(id, other)))
            );
            prop_assert_eq!(
                set(policy.inherited_by_all(id)), set(others(number).filter(|&other| reference.inherits(other, id)))
            );
            let at_once = facts.roles.iter().filter(|senior| senior.inherits_from.contains(&id));
            prop_assert_eq!(set(policy.inherited_by(id)), set(at_once.map(|senior| senior.id)));
        }
        for number in 0..PERMISSIONS {
            let id = permission(number);
            let holders = set((0..ROLES).map(role).filter(|&role| reference.is_granted(role, id)));
            prop_assert_eq!(&set(policy.granted_roles(id)), &holders);
            let brought = set((0..ROLES).map(role).filter(|&role| !reference.sources(role, id).is_empty()));
            let above = (0..ROLES).map(role).filter(|&role| brought.iter().any(|&at| reference.inherits(role, at)));
            prop_assert_eq!(set(policy.authorized_roles_for(id)), set(above));
        }
    }

    #[test]
    fn every_path_is_found_once_the_shortest_first(World { facts, subject } in worlds(), limit in 0_usize..12) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        for number in 0..PERMISSIONS {
            let mut expected = reference.paths(&subject, permission(number));
            expected.sort_by_key(|path| (path.roles.len(), names(&policy, &path.roles)));
            prop_assert_eq!(&paths(&policy, &subject, number, 1_000), &expected);

            let found = policy.paths(&subject, permission(number), now(), limit);
            prop_assert_eq!(found.has_more, expected.len() > limit);
            expected.truncate(limit);
            prop_assert_eq!(paths(&policy, &subject, number, limit), expected);
        }
    }

    #[test]
    fn without_grants_nothing_is_allowed(World { mut facts, mut subject } in worlds()) {
        facts.roles.iter_mut().for_each(|role| role.grants.clear());
        facts.roles.iter_mut().for_each(|role| role.patterns.clear());
        facts.roles.iter_mut().for_each(|role| role.is_system = false);
        facts.constraints.clear();
        subject.grants.clear();
        let policy = Policy::build(facts).expect("no contradictions");
        prop_assert!(policy.permissions_of(&subject, now()).is_empty());
        prop_assert!(asked_names().iter().all(|name| !policy.check(&subject, name, now()).allowed));
    }

    #[test]
    fn only_an_active_account_is_allowed_anything(World { facts, mut subject } in worlds()) {
        let policy = Policy::build(facts).expect("no contradictions");
        for status in [AccountStatus::Suspended, AccountStatus::Deleted] {
            subject.status = status;
            prop_assert!(asked_names().iter().all(|name| !policy.check(&subject, name, now()).allowed));
        }
    }

    /// Without constraints: a dynamic constraint can deactivate a role that a change would activate.
    #[test]
    fn adding_a_grant_or_an_inheritance_never_removes_an_allow(
        World { mut facts, subject } in worlds(), at in 0..ROLES, granted in 0..PERMISSIONS, below in 0..ROLES
    ) {
        facts.constraints.clear();
        let before = Policy::build(facts.clone()).expect("no contradictions");
        facts.roles[at].grants.push(permission(granted));
        if at < below {
            facts.roles[at].inherits_from.push(role(below));
        }
        let after = Policy::build(facts).expect("no contradictions");
        let (before, after) = (before.permissions_of(&subject, now()), after.permissions_of(&subject, now()));
        prop_assert!(before.is_subset(&after));
    }

    #[test]
    fn the_order_of_facts_is_irrelevant(
        World { facts, subject } in worlds(), roles in Just((0..ROLES).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let mut shuffled = facts.clone();
        shuffled.roles = roles.iter().map(|&number| facts.roles[number].clone()).collect();
        shuffled.permissions.reverse();
        shuffled.constraints.reverse();
        shuffled.constraints.iter_mut().for_each(|known| known.roles.reverse());
        shuffled.constraints.iter_mut().for_each(|known| known.permissions.reverse());
        for role in &mut shuffled.roles {
            role.grants.reverse();
            role.patterns.reverse();
            role.inherits_from.reverse();
        }
        let mut turned = subject.clone();
        turned.assignments.reverse();
        turned.grants.reverse();
        match &mut turned.activation {
            Activation::All | Activation::Default => {}
            Activation::Chosen(roles) => roles.reverse(),
        }
        let [one, other] = [facts, shuffled].map(|facts| Policy::build(facts).expect("no contradictions"));
        prop_assert_eq!(format!("{:?}", one.to_facts()), format!("{:?}", other.to_facts()));
        prop_assert_eq!(one.permissions_of(&subject, now()), other.permissions_of(&turned, now()));
        prop_assert_eq!(one.active_roles(&subject, now()), other.active_roles(&turned, now()));
        prop_assert_eq!(one.rights_revision(&subject), other.rights_revision(&turned));
        for number in 0..PERMISSIONS {
            prop_assert_eq!(paths(&one, &subject, number, 9), paths(&other, &turned, number, 9));
        }
    }
}
