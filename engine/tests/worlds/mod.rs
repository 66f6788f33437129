//! Random worlds: facts without contradictions, and a subject in them.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    AccountStatus, Activation, Assignment, AssignmentId, Constraint, ConstraintId, ConstraintKind, DirectGrant, Facts,
    PermissionFacts, PermissionId, PermissionName, PermissionPattern, Policy, RoleFacts, RoleId, RoleName, SUPERADMIN,
    Subject, UserId, Validity,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(crate) const ROLES: usize = 7;
pub(crate) const PERMISSIONS: usize = 5;

/// Facts and a subject.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) facts: Facts,
    pub(crate) subject: Subject,
}

/// The current time of the properties.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

pub(crate) fn role(number: usize) -> RoleId {
    RoleId::new(Uuid::from_u128(number as u128))
}

pub(crate) fn permission(number: usize) -> PermissionId {
    PermissionId::new(Uuid::from_u128(number as u128))
}

pub(crate) fn constraint(number: usize) -> ConstraintId {
    ConstraintId::new(Uuid::from_u128(number as u128))
}

/// Names of two resources, some with another separator: `p:0`, `q:0`, `p:1`, `q:1`, `p.2`, `q:2`, and so on.
pub(crate) fn permission_name(number: usize) -> String {
    let separator = if number % 5 == 4 { '.' } else { ':' };
    format!("{}{separator}{}", ["p", "q"][number % 2], number / 2)
}

/// All numbered permissions' names and one that no world knows.
pub(crate) fn asked_names() -> Vec<String> {
    (0..=PERMISSIONS).map(permission_name).collect()
}

/// Patterns that match some of the numbered permissions, all with one separator, or none.
pub(crate) fn all_patterns() -> Vec<PermissionPattern> {
    let texts = ["p:*", "q:*", "*:0", "*:1", "*:*", "p.*", "*.2", "*.*", "r:*"];
    texts.into_iter().map(|text| PermissionPattern::parse(text).expect("a pattern")).collect()
}

/// None for most roles.
pub(crate) fn patterns() -> impl Strategy<Value = Vec<PermissionPattern>> {
    prop_oneof![3 => Just(Vec::new()), 1 => subsequence(all_patterns(), 1..3)]
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    (facts(), subjects()).prop_map(|(facts, subject)| World { facts, subject })
}

/// Facts with the constraints that no role violates by itself.
pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    (bare_facts(), constraints()).prop_map(|(facts, constraints)| {
        let is_possible = |known: &Constraint| {
            let alone = Facts { constraints: vec![known.clone()], ..facts.clone() };
            Policy::build(alone).is_ok()
        };
        let constraints = constraints.into_iter().filter(is_possible).collect();
        Facts { constraints, ..facts.clone() }
    })
}

/// Constraints over any roles or any permissions, within bounds.
pub(crate) fn constraints() -> impl Strategy<Value = Vec<Constraint>> {
    let numbers = subsequence((0..ROLES.min(PERMISSIONS)).collect::<Vec<_>>(), 2..=4);
    let sets = (numbers, any::<[bool; 2]>(), 2..=3_usize);
    let set = sets.prop_map(|(numbers, [is_static, names_roles], limit)| {
        let limit = limit.min(numbers.len());
        let (mut roles, mut permissions) = (Vec::new(), Vec::new());
        match names_roles {
            // The last roles as well.
            true => roles = numbers.into_iter().map(|number| role((number * 3) % ROLES)).collect(),
            false => permissions = numbers.into_iter().map(permission).collect(),
        }
        let kind = if is_static { ConstraintKind::Static } else { ConstraintKind::Dynamic };
        Constraint { id: constraint(0), name: String::new(), kind, roles, permissions, limit }
    });
    vec(set, 0..4).prop_map(|sets| {
        let numbered = |(number, set)| Constraint { id: constraint(number), name: format!("set {number}"), ..set };
        sets.into_iter().enumerate().map(numbered).collect()
    })
}

/// Roles whose names are not in the order of the hierarchy. The last may be `superadmin`.
pub(crate) fn bare_facts() -> impl Strategy<Value = Facts> {
    let letters = Just(vec!["Ada", "bea", "Cy", "dot", "Eli", "fay", "Gus"]).prop_shuffle();
    let edges = btree_set((0..ROLES, 0..ROLES), 0..14);
    let grants = btree_set((0..ROLES, 0..PERMISSIONS), 0..10);
    let patterns = vec(patterns(), ROLES);
    let flagged = btree_set(0..ROLES, 0..3);
    let built_in = any::<bool>();
    let parts = (letters, edges, grants, patterns, flagged, built_in);
    parts.prop_map(|(names, edges, grants, patterns, flagged, has_superadmin)| {
        let roles = (0..ROLES).map(|number| {
            let is_system = has_superadmin && number == ROLES - 1;
            let name = if is_system { SUPERADMIN } else { names[number] };
            RoleFacts {
                id: role(number),
                name: RoleName::parse(name).expect("a role's name"),
                is_system,
                is_default: false,
                requires_activation: flagged.contains(&number),
                revision: number as u64,
                grants: seconds(&grants, number).map(permission).collect(),
                patterns: patterns[number].clone(),
                // Only to higher numbers: no cycle.
                inherits_from: seconds(&edges, number).filter(|&junior| junior > number).map(role).collect(),
            }
        });
        let permissions = (0..PERMISSIONS).map(|number| PermissionFacts {
            id: permission(number),
            name: PermissionName::parse(&permission_name(number)).expect("a permission's name"),
            is_system: number % 2 == 0,
        });
        Facts { revision: 9, roles: roles.collect(), permissions: permissions.collect(), constraints: Vec::new() }
    })
}

fn seconds(pairs: &BTreeSet<(usize, usize)>, first: usize) -> impl Iterator<Item = usize> {
    pairs.iter().filter(move |pair| pair.0 == first).map(|pair| pair.1)
}

/// A user with any status, assignments, grants and choice of roles.
pub(crate) fn subjects() -> impl Strategy<Value = Subject> {
    let status = prop_oneof![
        8 => Just(AccountStatus::Active),
        1 => Just(AccountStatus::Suspended),
        1 => Just(AccountStatus::Deleted)
    ];
    let assignments = btree_map(0..ROLES, (validities(), 0_i64..3), 0..5);
    let grants = btree_map(0..PERMISSIONS, validities(), 0..2);
    (status, assignments, grants, activations()).prop_map(|(status, assignments, grants, activation)| Subject {
        user: UserId::new(Uuid::nil()),
        status,
        revision: 3,
        assignments: assignments
            .into_iter()
            .map(|(number, (validity, age))| Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: role(number),
                assigned_at: now() - TimeDelta::minutes(age),
                validity,
            })
            .collect(),
        grants: grants
            .into_iter()
            .map(|(number, validity)| DirectGrant { permission: permission(number), validity })
            .collect(),
        activation,
    })
}

fn activations() -> impl Strategy<Value = Activation> {
    let some = || subsequence((0..ROLES).map(role).collect::<Vec<_>>(), 0..=ROLES);
    prop_oneof![Just(Activation::All), Just(Activation::Default), some().prop_map(Activation::Chosen)]
}

/// Bounds before, at and after [`now`].
fn validities() -> impl Strategy<Value = Validity> {
    let bound = || {
        let minutes = select(vec![-2, -1, 0, 1, 2]).prop_map(|minutes| Some(now() + TimeDelta::minutes(minutes)));
        prop_oneof![2 => Just(None), 1 => minutes]
    };
    (bound(), bound()).prop_map(|(from, until)| Validity { from, until })
}
