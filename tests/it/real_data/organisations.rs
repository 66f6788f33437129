//! Organisations: effective permissions are exact, for every way of loading them.

use super::{Pairs, assert_same, effective, everything, held, import, list, pairs, peak_memory, text, users};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use tests::{Client, Keyward};

async fn by_roles_and_by_grants(set: &str, count: usize) {
    let file = |name: &str| format!("hp-role-mining/{set}/{name}.csv.gz");
    let expected = pairs(&file("upa"));
    assert_eq!(expected.len(), count);
    let (user_roles, role_permissions, upa) = (file("user_roles"), file("role_permissions"), file("upa"));
    let ways: [&[(&str, &str)]; 2] =
        [&[("--user-roles", &user_roles), ("--role-permissions", &role_permissions)], &[("--user-permissions", &upa)]];
    for files in ways {
        let mut keyward = Keyward::install();
        import(&keyward, files);
        let root = keyward.serve_with_administrator().await;
        assert_same(&held(&root).await, &expected);
        assert_same(&effective(&root).await, &expected);
    }
}

#[tokio::test]
async fn hc_has_its_1486_pairs_by_roles_and_by_direct_grants() {
    by_roles_and_by_grants("hc", 1_486).await;
}

#[tokio::test]
async fn domino_has_its_730_pairs_by_roles_and_by_direct_grants() {
    by_roles_and_by_grants("domino", 730).await;
}

#[tokio::test]
async fn every_pair_of_americas_large_is_decided_correctly() {
    let mut keyward = Keyward::install();
    let begun = Instant::now();
    let printed = import(
        &keyward,
        &[
            ("--user-roles", "hp-role-mining/americas_large/user_roles.csv.gz"),
            ("--role-permissions", "hp-role-mining/americas_large/role_permissions.csv.gz"),
        ],
    );
    println!("{} in {:.1} s", printed.lines().next().unwrap_or_default(), begun.elapsed().as_secs_f32());
    let root = keyward.serve_with_administrator().await;
    let expected = pairs("hp-role-mining/americas_large/upa.csv.gz");
    assert_eq!(expected.len(), 185_294);
    assert_same(&held(&root).await, &expected);
    let begun = Instant::now();
    let checked = check(&root, &expected).await;
    println!("{checked} checks in {:.1} s", begun.elapsed().as_secs_f32());
    if let Some(kib) = peak_memory(keyward.pid()) {
        println!("peak memory of the server: {} MiB", kib / 1024);
        assert!(kib < 200 * 1024, "{kib} KiB");
    }
}

/// Sends `checkAccess` for each user with a permission that is held, and with one that is not.
async fn check(root: &Client, expected: &Pairs) -> usize {
    let mut of_user: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (user, permission) in expected {
        of_user.entry(user).or_default().insert(permission);
    }
    let all: Vec<&str> =
        expected.iter().map(|(_, permission)| permission.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut questions = Vec::new();
    for (at, user) in users(root, "").await.iter().enumerate() {
        let held = &of_user[user["username"].as_str().expect("a name")];
        let granted = held.iter().nth(at % held.len()).expect("one is held");
        let missing = all.iter().cycle().skip(at * 7).find(|name| !held.contains(**name)).expect("one is not held");
        questions.push((text(&user["id"]), (*granted).to_owned(), true));
        questions.push((text(&user["id"]), (*missing).to_owned(), false));
    }
    let ask = async |chunk: &[(String, String, bool)]| {
        let fields = chunk.iter().enumerate().map(|(at, (user, permission, _))| {
            format!("c{at}: checkAccess(userId: \"{user}\", permission: \"{permission}\") {{ allowed }} ")
        });
        let answer = root.ask(&format!("{{ {} }}", fields.collect::<String>())).await;
        for (at, (user, permission, allowed)) in chunk.iter().enumerate() {
            assert_eq!(answer.data()[format!("c{at}")]["allowed"], *allowed, "{user} {permission}");
        }
    };
    stream::iter(questions.chunks(50)).map(ask).buffer_unordered(super::AT_ONCE).collect::<Vec<()>>().await;
    questions.len()
}

/// The expected pairs, by a plain reading of the files: all permissions reachable from a user's roles.
fn closure(user_roles: &Pairs, hierarchy: &Pairs, role_permissions: &Pairs) -> Pairs {
    let mut juniors: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    hierarchy.iter().for_each(|(senior, junior)| juniors.entry(senior).or_default().push(junior));
    let mut granted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    role_permissions.iter().for_each(|(role, permission)| granted.entry(role).or_default().push(permission));
    let mut found = Pairs::new();
    for (user, role) in user_roles {
        let (mut open, mut seen) = (vec![role.as_str()], BTreeSet::new());
        while let Some(role) = open.pop() {
            if seen.insert(role) {
                open.extend(juniors.get(role).into_iter().flatten());
                found.extend(granted.get(role).into_iter().flatten().map(|name| (user.clone(), (*name).to_owned())));
            }
        }
    }
    found
}

#[tokio::test]
async fn k8s_org_has_its_342590_pairs_through_six_levels() {
    let mut keyward = Keyward::install();
    let files =
        ["roles", "user_roles", "role_permissions", "role_hierarchy"].map(|name| format!("k8s-org/{name}.csv.gz"));
    let [roles, user_roles, role_permissions, hierarchy] = &files;
    let flags = [
        ("--roles", roles.as_str()),
        ("--user-roles", user_roles),
        ("--role-permissions", role_permissions),
        ("--role-hierarchy", hierarchy),
    ];
    println!("{}", import(&keyward, &flags));
    let root = keyward.serve_with_administrator().await;
    let expected = closure(&pairs(user_roles), &pairs(hierarchy), &pairs(role_permissions));
    assert_eq!(expected.len(), 342_590);
    assert_same(&held(&root).await, &expected);
    let roles = everything(&root, "roles", 100, "name description inheritsFrom { name }").await;
    let links = roles
        .iter()
        .flat_map(|role| list(&role["inheritsFrom"]).iter().map(|junior| (text(&role["name"]), text(&junior["name"]))));
    assert_same(&links.collect(), &pairs(hierarchy));
    let described = roles.iter().filter(|role| role["name"].as_str().is_some_and(|name| name.starts_with("team:")));
    assert_eq!(described.filter(|role| role["description"].is_string()).count(), described_teams());
}

/// Teams with a description.
fn described_teams() -> usize {
    let text = super::unpacked("k8s-org/roles.csv.gz");
    text.lines().skip(1).filter(|line| line.starts_with("team:") && !line.ends_with(',')).count()
}

#[tokio::test]
async fn effective_permissions_are_explained_path_by_path() {
    let mut keyward = Keyward::install();
    import(
        &keyward,
        &[
            ("--user-roles", "hp-role-mining/hc/user_roles.csv.gz"),
            ("--role-permissions", "hp-role-mining/hc/role_permissions.csv.gz"),
        ],
    );
    let root = keyward.serve_with_administrator().await;
    let (assigned, granted) =
        (pairs("hp-role-mining/hc/user_roles.csv.gz"), pairs("hp-role-mining/hc/role_permissions.csv.gz"));
    for user in users(&root, "permissionNames").await {
        let name = text(&user["username"]);
        let permission = text(list(&user["permissionNames"]).last().expect("one is held"));
        let document = "query ($id: ID!, $name: PermissionName!) { explainAccess(userId: $id, permission: $name) {
            decision { allowed reason } paths(first: 100) { text kind isActive roles { name } } hasMorePaths } }";
        let answer = root.graphql(document, json!({ "id": user["id"], "name": permission })).await;
        let explained = &answer.data()["explainAccess"];
        assert_eq!(explained["decision"], json!({ "allowed": true, "reason": "GRANTED_BY_ROLE" }));
        let through: BTreeSet<String> =
            list(&explained["paths"]).iter().map(|path| text(&path["roles"][0]["name"])).collect();
        let expected = assigned.iter().filter(|(user, _)| *user == name).map(|(_, role)| role.clone());
        let expected: BTreeSet<_> =
            expected.filter(|role| granted.contains(&(role.clone(), permission.clone()))).collect();
        assert_eq!(through, expected, "{name} {permission}");
    }
    let denied = root.ask("{ userByUsername(username: \"u1\") { id } }").await;
    let id = &denied.data()["userByUsername"]["id"];
    let document = "query ($id: ID!) { explainAccess(userId: $id, permission: \"user:read\") { decision { allowed reason } paths { text } } }";
    let answer = root.graphql(document, json!({ "id": id })).await;
    assert_eq!(answer.data()["explainAccess"]["decision"], json!({ "allowed": false, "reason": "NOT_GRANTED" }));
    assert_eq!(answer.data()["explainAccess"]["paths"], Value::Array(Vec::new()));
}
