//! Lists of permissions: order, pages, filters and holders.

use serde_json::{Value, json};
use tests::{App, List, input};

const NAMES: [&str; 8] = ["b:read", "B:read", "a:write", "a:read", "a.read", "a", "z%:read", "z_:read"];

async fn stocked() -> App {
    let app = App::start().await;
    for name in NAMES {
        app.permission_id(name).await;
    }
    app
}

#[tokio::test]
async fn pages_are_ordered_by_bytes_in_both_directions() {
    let app = stocked().await;
    let root = app.admin().await;
    let answer = root.ask("{ permissions(first: 100) { nodes { id name } } }").await;
    let mut all: Vec<(String, String)> = answer.data()["permissions"]["nodes"]
        .as_array()
        .expect("permissions")
        .iter()
        .map(|permission| ["name", "id"].map(|field| permission[field].as_str().expect("a text").to_owned()).into())
        .collect();
    all.sort();
    let ids: Vec<String> = all.into_iter().map(|(_, id)| id).collect();
    List::new("permissions").is(root, &ids).await;
}

#[tokio::test]
async fn searches_are_literal_and_resources_exact() {
    let app = stocked().await;
    let root = app.admin().await;
    let described = json!({ "name": "described:x", "description": "Approves BOOKS" });
    let _ = root.mutate("permissionCreate", input(described)).await.done();
    let names = async |filter: Value| {
        let document =
            "query ($filter: PermissionFilter!) { permissions(filter: $filter) { totalCount nodes { name } } }";
        let answer = root.graphql(document, json!({ "filter": filter })).await;
        let found = &answer.data()["permissions"];
        let nodes = found["nodes"].as_array().expect("permissions").iter();
        let names: Vec<_> = nodes.map(|permission| permission["name"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(found["totalCount"], names.len());
        names
    };
    assert_eq!(names(json!({ "isSystem": false, "search": "B:READ" })).await, ["B:read", "b:read"]);
    assert_eq!(names(json!({ "search": "books" })).await, ["described:x"]);
    assert_eq!(names(json!({ "search": "%" })).await, ["z%:read"]);
    assert_eq!(names(json!({ "search": "z_" })).await, ["z_:read"]);
    assert_eq!(names(json!({ "resource": "a" })).await, ["a", "a.read", "a:read", "a:write"]);
    assert_eq!(names(json!({ "resource": "b" })).await, ["b:read"]);
    assert_eq!(names(json!({ "resource": "a", "search": "write" })).await, ["a:write"]);
    for nothing in ["", "A", "a\0", "🦀", "z*", &"x".repeat(900_000)] {
        assert_eq!(names(json!({ "resource": nothing })).await, Vec::<String>::new(), "{nothing:.40}");
    }
    let system = names(json!({ "isSystem": true, "resource": "role" })).await;
    assert_eq!(system, ["role:assign", "role:delete", "role:read", "role:write"]);
}

#[tokio::test]
async fn a_permission_lists_its_holders_and_their_paths() {
    let app = App::start().await;
    app.role("clerk").granting("desk:use").create().await;
    app.role("boss").inheriting("clerk").create().await;
    for (name, role) in [("ana", "clerk"), ("ben", "boss")] {
        app.user(name).with_role(role).create().await;
    }
    app.user("carl").with_permission("desk:use").create().await;
    let suspended = app.user("suspended").with_role("clerk").create().await;
    let root = app.admin().await;
    let _ = root.mutate("userSuspend", json!({ "id": suspended.id })).await.done();
    let document = r#"{ permissionByName(name: "desk:use") {
        grantedRoles { name } authorizedRoles { name }
        authorizedUsers { totalCount nodes { username } } directUsers { nodes { username } } } }"#;
    let answer = root.ask(document).await;
    let found = &answer.data()["permissionByName"];
    let sorted = |list: &Value, field: &str| {
        let mut names: Vec<_> =
            list.as_array().expect("a list").iter().map(|it| it[field].as_str().expect("a name").to_owned()).collect();
        names.sort();
        names
    };
    // superadmin holds every permission by rule.
    assert_eq!(sorted(&found["grantedRoles"], "name"), ["clerk", "superadmin"]);
    assert_eq!(sorted(&found["authorizedRoles"], "name"), ["boss", "clerk", "superadmin"]);
    assert_eq!(sorted(&found["authorizedUsers"]["nodes"], "username"), ["ana", "ben", "carl", "root"]);
    assert_eq!(found["authorizedUsers"]["totalCount"], 4);
    assert_eq!(sorted(&found["directUsers"]["nodes"], "username"), ["carl"]);
}
