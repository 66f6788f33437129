//! The default cluster roles of Kubernetes, with the counts that its own definition gives. See `data/LICENCES.md`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod model;

use chrono::DateTime;
use engine::case::{RoleGrant, RoleInheritance, UserRole};
use flate2::read::GzDecoder;
use model::Model;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The lines of a compressed CSV file of two columns, without its header.
fn pairs<T: From<(String, String)>>(file: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kubernetes-roles");
    let mut text = String::new();
    let file = File::open(folder.join(file)).expect("the data is there");
    GzDecoder::new(file).read_to_string(&mut text).expect("a compressed text");
    let split = |line: &str| line.split_once(',').map(|(left, right)| (left.to_owned(), right.to_owned()));
    text.lines().skip(1).map(|line| split(line).expect("two columns").into()).collect()
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}

/// The roles, each held by a user of the same name.
fn cluster() -> Model {
    let role_permissions: Vec<RoleGrant> = pairs("role_permissions.csv.gz");
    let role_hierarchy: Vec<RoleInheritance> = pairs("role_hierarchy.csv.gz");
    let in_hierarchy = role_hierarchy.iter().flat_map(|inheritance| [&inheritance.senior, &inheritance.junior]);
    let roles = distinct(role_permissions.iter().map(|grant| &grant.role).chain(in_hierarchy).cloned());
    Model {
        users: roles.clone(),
        user_roles: roles.iter().map(|name| UserRole { user: name.clone(), role: name.clone() }).collect(),
        permissions: distinct(role_permissions.iter().map(|grant| grant.permission.clone())),
        roles,
        role_permissions,
        role_hierarchy,
    }
}

#[test]
fn view_edit_and_admin_hold_the_permissions_of_kubernetes() {
    let cluster = cluster();
    let policy = cluster.policy();
    for (name, count) in [("view", 168), ("edit", 382), ("admin", 399)] {
        let held = policy.permissions_of_role(cluster.role(name));
        assert_eq!(held.len(), count, "{name}");
        assert_eq!(policy.permissions_of(&cluster.subject(name), DateTime::UNIX_EPOCH), held);
        assert_eq!(policy.role_permissions(cluster.role(name)).len(), count, "{name} has one source for each");
    }
}

#[test]
fn viewers_do_not_see_secrets_and_editors_do_not_bind_roles() {
    let cluster = cluster();
    let policy = cluster.policy();
    let can = |user: &str, name: &str| policy.check(&cluster.subject(user), name, DateTime::UNIX_EPOCH).allowed;
    assert!(can("view", "core/pods:get") && !can("view", "core/secrets:get"));
    assert!(can("edit", "core/secrets:get") && !can("edit", "rbac.authorization.k8s.io/rolebindings:create"));
    assert!(can("admin", "rbac.authorization.k8s.io/rolebindings:create"));
}
