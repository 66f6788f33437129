//! Roles of real organisations, exported, edited, applied and restored.

use super::fixture::{World, lines};
use crate::policy_document::*;
use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

const GCP_GRANTS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/gcp/role_permissions.csv.gz"));
const K8S_GRANTS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/k8s-org/role_permissions.csv.gz"));
const K8S_HIERARCHY: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/k8s-org/role_hierarchy.csv.gz"));
const K8S_USERS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/k8s-org/user_roles.csv.gz"));

/// The values of the second column of a file by those of the first.
fn links(file: &[u8]) -> BTreeMap<String, BTreeSet<String>> {
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut links: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let (one, other) = line.split_once(',').unwrap();
        links.entry(one.to_owned()).or_default().insert(other.to_owned());
    }
    links
}

fn state(grants: &[u8], hierarchy: Option<&[u8]>, users: Option<&[u8]>) -> State {
    let (grants, hierarchy) = (links(grants), hierarchy.map(links).unwrap_or_default());
    let users = users.map(links).unwrap_or_default();
    let juniors = hierarchy.values().flatten();
    let assigned = users.values().flatten();
    let names: BTreeSet<&String> = grants.keys().chain(hierarchy.keys()).chain(juniors).chain(assigned).collect();
    let permission = |name: &String| engine::PermissionName::parse(name).unwrap();
    let role = |name: &String| engine::RoleName::parse(name).unwrap();
    let roles = names.into_iter().map(|name| {
        Arc::new(RoleState {
            permissions: grants.get(name).into_iter().flatten().map(permission).collect(),
            inherits: hierarchy.get(name).into_iter().flatten().map(role).collect(),
            ..RoleState::new(role(name))
        })
    });
    let permissions: BTreeSet<&String> = grants.values().flatten().collect();
    let permissions =
        permissions.into_iter().map(|name| Arc::new(PermissionState { name: permission(name), description: None }));
    let users = users.iter().map(|(username, roles)| {
        let link = |name| LinkState { name: role(name), terms: crate::assignments::Terms::default() };
        let roles = roles.iter().map(link).collect();
        Arc::new(UserState { username: username.clone(), roles, permissions: Vec::new() })
    });
    let (permissions, roles, assignments) = (permissions.collect(), roles.collect(), Some(users.collect()));
    State { permissions, roles, constraints: Vec::new(), assignments }.sorted()
}

fn parse(text: &str) -> Document {
    Document::parse(text, Format::Yaml, Limits::FILE).unwrap_or_else(|problems| panic!("{:?}", lines(&problems)))
}

fn world(state: &State) -> World {
    let usernames = state.assignments.iter().flatten().map(|user| user.username.as_str());
    let mut world = World::new(&usernames.collect::<Vec<_>>());
    let plan = world.plan_of(&parse(&state.render(Format::Yaml)), Mode::Merge);
    world.carry_out(plan);
    world
}

#[test]
fn a_catalogue_of_165179_grants_is_exported_and_planned_as_unchanged() {
    let state = state(GCP_GRANTS, None, None);
    assert_eq!(state.roles.iter().map(|role| role.permissions.len()).sum::<usize>(), 165_179);
    let mut world = world(&state);
    let exported = parse(&world.export(Format::Yaml));
    for mode in [Mode::Merge, Mode::Replace] {
        let plan = world.plan_of(&exported, mode);
        assert!(plan.problems.is_empty() && plan.is_empty(), "{:?}", plan.changes.first());
    }
}

#[test]
fn an_organisation_edited_in_ten_places_has_ten_changes_and_is_restored() {
    let state = state(K8S_GRANTS, Some(K8S_HIERARCHY), Some(K8S_USERS));
    let mut world = world(&state);
    let old = world.export(Format::Yaml);
    assert!(world.plan_of(&parse(&old), Mode::Replace).is_empty());

    // Four roles inherit from one role less, three users have one role less, and three roles are new.
    let mut edited = state.clone();
    let seniors = edited.roles.iter_mut().filter(|role| role.inherits.len() > 1).take(4);
    seniors.for_each(|role| drop(Arc::make_mut(role).inherits.pop()));
    let users = edited.assignments.iter_mut().flatten().filter(|user| user.roles.len() > 1).take(3);
    users.for_each(|user| drop(Arc::make_mut(user).roles.pop()));
    let names = ["zone:a", "zone:b", "zone:c"].map(|name| engine::RoleName::parse(name).unwrap());
    edited.roles.extend(names.map(|name| Arc::new(RoleState::new(name))));
    let edited = edited.sorted().render(Format::Yaml).replace("\nroles:\n", "\nroles:\n  gatekeeper: {}\n");

    let plan = world.plan_of(&parse(&edited), Mode::Replace);
    assert!(plan.problems.is_empty(), "{:?}", lines(&plan.problems));
    assert_eq!(plan.changes.len(), 10);
    let changed = |sign: &str| plan.diff().lines().skip(2).filter(|line| line.starts_with(sign)).count();
    assert_eq!((changed("-"), changed("+")), (7, 3));
    world.carry_out(plan);
    assert_ne!(world.export(Format::Yaml), old);

    let plan = world.plan_of(&parse(&old), Mode::Replace);
    assert_eq!(plan.changes.len(), 10);
    world.carry_out(plan);
    assert_eq!(world.export(Format::Yaml), old);
}
