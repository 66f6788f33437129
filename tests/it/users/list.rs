//! Lists of users: order, pages, filters.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client, List, input};

/// Users of few ages, some with display names, some with a last login.
async fn stocked() -> App {
    let app = App::start().await;
    let root = app.admin().await;
    for (number, (name, shown)) in
        [("dora", None), ("Carl", Some("émile")), ("ana", Some("Zoë")), ("Ben", Some("Émile")), ("eve", Some("ana"))]
            .into_iter()
            .enumerate()
    {
        let new = json!({ "username": name, "displayName": shown, "email": format!("{name}@example.com") });
        let _ = root.mutate("userCreate", input(new)).await.done();
        if number % 2 == 1 {
            app.clock.advance(TimeDelta::milliseconds(1));
        }
    }
    for name in ["yan", "Xan"] {
        app.user(name).create().await;
    }
    app.clock.advance(TimeDelta::seconds(1));
    let _ = app.login("yan").await;
    app
}

async fn all(client: &Client) -> Vec<Value> {
    let answer = client.ask("{ users(first: 100) { nodes { id username displayName createdAt lastLoginAt } } }").await;
    answer.data()["users"]["nodes"].as_array().expect("users").clone()
}

#[tokio::test]
async fn pages_are_consistent_in_every_order_and_direction() {
    let app = stocked().await;
    let root = app.admin().await;
    let mut users = all(root).await;
    assert_eq!(users.len(), 8);
    let text = |user: &Value, field: &str| user[field].as_str().unwrap_or_default().to_owned();
    let orders = ["USERNAME", "DISPLAY_NAME", "CREATED_AT", "LAST_LOGIN_AT"];
    for (order, field) in orders.into_iter().zip(["username", "displayName", "createdAt", "lastLoginAt"]) {
        users.sort_by_key(|user| (text(user, field).to_lowercase(), text(user, "id")));
        for direction in ["ASC", "DESC"] {
            let ids: Vec<String> = users.iter().map(|user| text(user, "id")).collect();
            let order = format!("orderBy: {{ field: {order}, direction: {direction} }}");
            List::with("users", order).is(root, &ids).await;
            users.reverse();
        }
    }
    users.sort_by_key(|user| (text(user, "createdAt"), text(user, "id")));
    users.reverse();
    let ids: Vec<String> = users.iter().map(|user| text(user, "id")).collect();
    List::new("users").is(root, &ids).await;
}

#[tokio::test]
async fn filters_are_combined_with_and() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let boss = app.role("boss").inheriting("clerk").create().await;
    app.user("ana").with_role("clerk").create().await;
    app.user("ben").with_role("boss").create().await;
    app.user("carl").with_permission("desk:use").create().await;
    let dora = app.user("dora").with_role("clerk").create().await;
    let _ = root.mutate("userSuspend", json!({ "id": dora.id })).await.done();
    let gone = app.user("gone").with_role("clerk").create().await;
    let _ = root.mutate("userDelete", json!({ "id": gone.id })).await.done();

    let found = async |filter: Value| {
        let document = "query ($filter: UserFilter!) {
            users(filter: $filter, orderBy: { field: USERNAME, direction: ASC }) { totalCount nodes { username } } }";
        let answer = root.graphql(document, json!({ "filter": filter })).await;
        let users = &answer.data()["users"];
        let nodes = users["nodes"].as_array().expect("users").iter();
        let names: Vec<_> = nodes.map(|user| user["username"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(users["totalCount"], names.len());
        names.iter().map(|name| name.split('-').next().unwrap_or_default()).collect::<Vec<_>>().join(" ")
    };
    let cases = [
        (json!({}), "ana ben carl dora root"),
        (json!({ "status": ["ACTIVE"] }), "ana ben carl root"),
        (json!({ "status": ["SUSPENDED"] }), "dora"),
        (json!({ "status": ["DELETED"] }), "deleted"),
        (json!({ "status": ["DELETED", "SUSPENDED"] }), "deleted dora"),
        (json!({ "status": [] }), ""),
        (json!({ "assignedRoleId": clerk }), "ana dora"),
        (json!({ "assignedRoleId": clerk, "status": ["ACTIVE"] }), "ana"),
        (json!({ "authorizedRoleId": clerk }), "ana ben dora"),
        (json!({ "authorizedRoleId": boss }), "ben"),
        (json!({ "permission": "desk:use" }), "ana ben carl root"),
        (json!({ "permission": "desk:use", "hasDirectPermissions": false }), "ana ben root"),
        (json!({ "permission": "no:such" }), ""),
        (json!({ "hasDirectPermissions": true }), "carl"),
        (json!({ "hasDirectPermissions": false }), "ana ben dora root"),
        (json!({ "search": "an", "assignedRoleId": clerk }), "ana"),
        (json!({ "assignedRoleId": "rubbish" }), ""),
        (json!({ "authorizedRoleId": dora.id }), ""),
        (json!({ "search": dora.id }), "dora"),
        (json!({ "search": gone.id }), ""),
        (json!({ "search": clerk }), ""),
    ];
    for (filter, names) in cases {
        assert_eq!(found(filter.clone()).await, names, "{filter}");
    }
}

#[tokio::test]
async fn a_search_covers_names_and_email_addresses_and_takes_characters_literally() {
    let app = App::start().await;
    let root = app.admin().await;
    for (name, email, shown) in [
        ("a_b", Some("first@example.com"), None),
        ("axb", None, Some("100% Émile")),
        ("zed", Some("second+x_y@example.org"), Some(r"back\slash 'quoted'")),
    ] {
        let new = json!({ "username": name, "email": email, "displayName": shown });
        let _ = root.mutate("userCreate", input(new)).await.done();
    }
    let document = "query ($search: String!) {
        users(filter: { search: $search }, orderBy: { field: USERNAME, direction: ASC }) { nodes { username } } }";
    let cases: [(&str, &[&str]); 13] = [
        ("a_b", &["a_b"]),
        ("A_B", &["a_b"]),
        ("EXAMPLE.COM", &["a_b"]),
        ("x_y", &["zed"]),
        ("0%", &["axb"]),
        ("%", &["axb"]),
        ("émile", &["axb"]),
        ("ÉMILE", &["axb"]),
        (r"\", &["zed"]),
        ("'quoted'", &["zed"]),
        ("' OR '1'='1", &[]),
        ("!", &[]),
        ("$argon2id", &[]),
    ];
    for (search, names) in cases {
        let answer = root.graphql(document, json!({ "search": search })).await;
        let found: Vec<_> = answer.data()["users"]["nodes"]
            .as_array()
            .expect("users")
            .iter()
            .filter_map(|user| user["username"].as_str())
            .collect();
        assert_eq!(found, names, "{search}");
    }
}

#[tokio::test]
async fn users_of_a_role_are_a_list_like_any_other() {
    let app = App::start().await;
    let clerk = app.role("clerk").create().await;
    for name in ["ana", "ben", "carl"] {
        app.user(name).with_role("clerk").create().await;
    }
    let root = app.admin().await;
    let document = "query ($id: ID!, $after: String) { role(id: $id) { assignedUsers(first: 2, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }";
    let first = root.graphql(document, json!({ "id": clerk })).await;
    let first = first.data()["role"]["assignedUsers"].clone();
    let second = root.graphql(document, json!({ "id": clerk, "after": first["pageInfo"]["endCursor"] })).await;
    let second = &second.data()["role"]["assignedUsers"];
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
    let mut ids: Vec<Value> =
        [&first, second].iter().flat_map(|page| page["nodes"].as_array().expect("users").clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}
