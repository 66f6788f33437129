//! Catalogues of roles: many roles, large and empty ones.

use super::{Pairs, assert_same, everything, import, import_ignoring, list, pairs, text, unpacked};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Instant;
use tests::{Client, Keyward};

async fn distinct(root: &Client, role: &str, field: &str, path: &str) -> usize {
    let document = format!("query ($name: String!) {{ roleByName(name: $name) {{ {field} }} }}");
    let answer = root.graphql(&document, json!({ "name": role })).await;
    let names = list(&answer.data()["roleByName"][field.split(' ').next().expect("a field")]);
    names.iter().map(|name| text(name.pointer(path).expect("a name"))).collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn the_cluster_roles_of_kubernetes_hold_168_382_and_399_permissions() {
    let mut keyward = Keyward::install();
    import(
        &keyward,
        &[
            ("--role-permissions", "kubernetes-roles/role_permissions.csv.gz"),
            ("--role-hierarchy", "kubernetes-roles/role_hierarchy.csv.gz"),
        ],
    );
    let root = keyward.serve_with_administrator().await;
    for (role, count) in [("view", 168), ("edit", 382), ("admin", 399)] {
        let effective =
            distinct(&root, role, "effectivePermissions { permission { name } source { name } }", "/permission/name");
        assert_eq!(effective.await, count, "{role}");
    }
    let document = "{ roleByName(name: \"admin\") { inheritsFromAll { name } permissions { name } } }";
    let answer = root.ask(document).await;
    assert_eq!(list(&answer.data()["roleByName"]["inheritsFromAll"]).len(), 5);
    assert!(list(&answer.data()["roleByName"]["permissions"]).is_empty(), "it only inherits");
}

#[tokio::test]
async fn the_predefined_roles_of_google_cloud_are_complete_with_their_grants() {
    let mut keyward = Keyward::install();
    let begun = Instant::now();
    let files = [("--roles", "gcp/roles.csv.gz"), ("--role-permissions", "gcp/role_permissions.csv.gz")];
    let printed = import_ignoring(&keyward, &files, "title,stage,still_listed");
    let printed = printed.lines().next().unwrap_or_default();
    println!("{printed} in {:.1} s", begun.elapsed().as_secs_f32());
    let root = keyward.serve_with_administrator().await;
    assert_eq!(distinct(&root, "roles/owner", "permissions { name }", "/name").await, 13_568);
    assert_eq!(distinct(&root, "roles/viewer", "permissions { name }", "/name").await, 6_064);
    let roles = everything(&root, "roles", 100, "name permissions { name }").await;
    let imported: Vec<_> =
        roles.iter().filter(|role| !["superadmin", "user"].iter().any(|name| role["name"] == *name)).collect();
    assert_eq!(imported.len(), 2_461);
    assert_eq!(imported.iter().filter(|role| list(&role["permissions"]).is_empty()).count(), 27);
    let granted: Pairs = imported
        .iter()
        .flat_map(|role| list(&role["permissions"]).iter().map(|name| (text(&role["name"]), text(&name["name"]))))
        .collect();
    assert_eq!(granted.len(), 165_179);
    assert_same(&granted, &pairs("gcp/role_permissions.csv.gz"));
    let described = everything(&root, "roles", 100, "name description").await;
    let owner = described.iter().find(|role| role["name"] == "roles/owner").expect("the role");
    let line =
        unpacked("gcp/roles.csv.gz").lines().find(|line| line.starts_with("roles/owner,")).expect("a line").to_owned();
    assert!(line.contains(owner["description"].as_str().unwrap_or_default()), "{line}");
}
