//! The engine compared with a plain reading of the standard on random worlds.

#[expect(dead_code, reason = "the properties of separation of duty and authority use the rest")]
mod reference;
mod worlds;

use engine::{AccountStatus, Activation, PathKind, Policy, RoleId, Subject};
use proptest::prelude::*;
use reference::{Reference, Way};
use std::collections::BTreeSet;
use worlds::{PERMISSIONS, ROLES, World, asked_names, now, permission, role, worlds};

fn set<T: Ord>(things: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    things.into_iter().collect()
}

/// The ways the engine tells, in its order.
fn ways(policy: &Policy, subject: &Subject, number: usize, limit: usize) -> Vec<Way> {
    let found = policy.paths(subject, permission(number), now(), limit);
    let way = |path: engine::Path| match path.kind {
        PathKind::Direct => (Vec::new(), path.is_active, path.expires_at),
        PathKind::Role(roles) => (roles, path.is_active, path.expires_at),
    };
    found.paths.into_iter().map(way).collect()
}

/// The names by which paths are put in order.
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
            prop_assert_eq!(decision.allowed, policy.names_in(&held).any(|held| held == name));

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
        prop_assert!(policy.names_in(&held).is_sorted());
        for number in 0..PERMISSIONS {
            let id = permission(number);
            prop_assert_eq!(policy.contains(&held, id), reference.permissions_of(&subject).contains(&id));
        }
        for number in 0..ROLES {
            let told = policy.role_permissions(role(number));
            prop_assert_eq!(
                told.iter().map(|held| (held.permission, held.source)).collect::<BTreeSet<_>>(),
                reference.role_permissions(role(number))
            );
            prop_assert_eq!(told.len(), reference.role_permissions(role(number)).len());
            let bare = policy.permissions_of_role(role(number));
            prop_assert_eq!(set(policy.ids_in(&bare)), set(told.iter().map(|held| held.permission)));
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
            let above = (0..ROLES).map(role).filter(|&role| holders.iter().any(|&at| reference.inherits(role, at)));
            prop_assert_eq!(set(policy.authorized_roles_for(id)), set(above));
        }
    }

    #[test]
    fn every_way_is_told_once_the_shortest_first(World { facts, subject } in worlds(), limit in 0_usize..12) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        for number in 0..PERMISSIONS {
            let mut expected = reference.ways(&subject, permission(number));
            expected.sort_by_key(|(roles, ..)| (roles.len(), names(&policy, roles)));
            prop_assert_eq!(&ways(&policy, &subject, number, 1_000), &expected);

            let found = policy.paths(&subject, permission(number), now(), limit);
            prop_assert_eq!(found.has_more, expected.len() > limit);
            expected.truncate(limit);
            prop_assert_eq!(ways(&policy, &subject, number, limit), expected);
        }
    }

    #[test]
    fn nothing_granted_is_nothing_allowed(World { mut facts, mut subject } in worlds()) {
        facts.roles.iter_mut().for_each(|role| role.grants.clear());
        facts.roles.iter_mut().for_each(|role| role.is_system = false);
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

    /// Without constraints: one that a role comes to break in a session takes the role out of it.
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
        for role in &mut shuffled.roles {
            role.grants.reverse();
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
        prop_assert_eq!(format!("{:?}", one.facts()), format!("{:?}", other.facts()));
        prop_assert_eq!(one.permissions_of(&subject, now()), other.permissions_of(&turned, now()));
        prop_assert_eq!(one.active_roles(&subject, now()), other.active_roles(&turned, now()));
        prop_assert_eq!(one.rights_revision(&subject), other.rights_revision(&turned));
        for number in 0..PERMISSIONS {
            prop_assert_eq!(ways(&one, &subject, number, 9), ways(&other, &turned, number, 9));
        }
    }
}
