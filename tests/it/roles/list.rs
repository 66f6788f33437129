//! Lists of roles: order, pages, filters.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client, List};

/// Roles whose order differs by bytes, letters and age, some of the same age.
const NAMES: [&str; 9] = ["beta", "Alpha", "alpha2", "Zeta", "100%", "100_", "100x", "_", "beta 2"];

async fn stocked() -> App {
    let app = App::start().await;
    for (number, name) in NAMES.iter().enumerate() {
        app.role(name).create().await;
        if number % 3 == 2 {
            app.clock.advance(TimeDelta::milliseconds(1));
        }
    }
    app
}

/// All roles, to sort in the test.
async fn all(client: &Client) -> Vec<Value> {
    let answer = client.ask("{ roles(first: 100) { nodes { id name createdAt } } }").await;
    answer.data()["roles"]["nodes"].as_array().expect("roles").clone()
}

fn ids(roles: &[Value]) -> Vec<String> {
    roles.iter().map(|role| role["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn pages_are_consistent_in_every_order_and_direction() {
    let app = stocked().await;
    let root = app.admin().await;
    let mut roles = all(root).await;
    assert_eq!(roles.len(), NAMES.len() + 2);
    type Key = fn(&Value) -> (String, String);
    let by_name: Key = |role| (role["name"].as_str().unwrap().to_lowercase(), role["id"].to_string());
    let by_age: Key = |role| (role["createdAt"].to_string(), role["id"].to_string());
    for (field, key) in [("NAME", by_name), ("CREATED_AT", by_age)] {
        roles.sort_by_key(key);
        List::with("roles", format!("orderBy: {{ field: {field} }}")).is(root, &ids(&roles)).await;
        List::with("roles", format!("orderBy: {{ field: {field}, direction: ASC }}")).is(root, &ids(&roles)).await;
        roles.reverse();
        List::with("roles", format!("orderBy: {{ field: {field}, direction: DESC }}")).is(root, &ids(&roles)).await;
    }
    roles.sort_by_key(by_name);
    List::new("roles").is(root, &ids(&roles)).await;
}

#[tokio::test]
async fn a_cursor_is_stable_when_items_are_added_and_removed() {
    let app = stocked().await;
    let root = app.admin().await;
    let page = async |arguments: &str| {
        let answer =
            root.ask(&format!("{{ roles({arguments}) {{ nodes {{ name }} pageInfo {{ endCursor }} }} }}")).await;
        let page = &answer.data()["roles"];
        let names: Vec<_> = page["nodes"].as_array().expect("roles").iter().map(|role| role["name"].clone()).collect();
        (names, page["pageInfo"]["endCursor"].clone())
    };
    let (names, cursor) = page("first: 4").await;
    assert_eq!(names, ["100%", "100_", "100x", "_"]);
    for gone in ["_", "100x"] {
        let id = app.role_id(gone).await;
        let _ = root.mutate("roleDelete", json!({ "id": id })).await.done();
    }
    app.role("000").create().await;
    assert_eq!(page(&format!("first: 2, after: {cursor}")).await.0, ["Alpha", "alpha2"]);
}

#[tokio::test]
async fn page_sizes_have_a_minimum_and_a_maximum() {
    let app = App::builder().config(|config| config.max_page_size = 7).start().await;
    let root = app.admin().await;
    let ask =
        async |arguments: &str| root.ask(&format!("{{ roles({arguments}) {{ totalCount nodes {{ id }} }} }}")).await;
    for accepted in ["first: 0", "first: 1", "first: 7", "last: 0", "last: 7"] {
        assert_eq!(ask(accepted).await.data()["roles"]["totalCount"], 2, "{accepted}");
    }
    assert_eq!(ask("first: 0").await.data()["roles"]["nodes"], json!([]));
    for bad in
        ["first: 8", "last: 8", "first: -1", "last: -1", "first: 2147483647", "first: -2147483648", "first: 1, last: 1"]
    {
        let answer = ask(bad).await;
        assert_eq!((answer.error(), &answer.body["data"]["roles"]), ("BAD_USER_INPUT", &Value::Null), "{bad}");
    }
    let info = app.anonymous().ask("{ serviceInfo { maxPageSize } }").await;
    assert_eq!(info.data()["serviceInfo"]["maxPageSize"], 7);
}

#[tokio::test]
async fn malformed_cursors_and_those_of_another_list_are_rejected() {
    let app = stocked().await;
    let root = app.admin().await;
    let answer = root.ask("{ roles(first: 1, orderBy: { field: CREATED_AT }) { pageInfo { endCursor } } }").await;
    let foreign = answer.data()["roles"]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
    let (cut, long) = (foreign[..foreign.len() / 2].to_owned(), "A".repeat(900_000));
    let document =
        "query ($after: String, $before: String) { roles(first: 1, after: $after, before: $before) { nodes { id } } }";
    for cursor in [foreign.as_str(), &cut, &long, "", "x", "=", "bnVsbA", "W10", "e30", "🦀", "a\0", "' OR 1=1 --"] {
        for argument in ["after", "before"] {
            let answer = root.graphql(document, json!({ argument: cursor })).await;
            assert_eq!(answer.error(), "BAD_USER_INPUT", "{argument}: {cursor:.60}");
        }
    }
}

#[tokio::test]
async fn a_search_takes_every_character_literally() {
    let app = stocked().await;
    let root = app.admin().await;
    let clerk = app.role_id("beta").await;
    let _ =
        root.mutate("roleUpdate", json!({ "id": clerk, "input": { "description": r"a\b 50% [x] !y É" } })).await.done();
    let document = "query ($search: String!) { roles(filter: { search: $search }) { totalCount nodes { name } } }";
    let cases: [(&str, &[&str]); 18] = [
        ("100%", &["100%"]),
        ("100_", &["100_"]),
        ("100", &["100%", "100_", "100x"]),
        ("%", &["100%", "beta"]),
        ("_", &["100_", "_"]),
        ("\\", &["beta"]),
        (r"a\b", &["beta"]),
        ("[x]", &["beta"]),
        ("!", &["beta"]),
        ("!y É", &["beta"]),
        ("ALPHA", &["Alpha", "alpha2"]),
        ("eta", &["beta", "beta 2", "Zeta"]),
        ("a 2", &["beta 2"]),
        ("' OR 1=1 --", &[]),
        ("nothing like it", &[]),
        ("*", &[]),
        ("a\0", &[]),
        ("🦀", &[]),
    ];
    for (search, expected) in cases {
        let answer = root.graphql(document, json!({ "search": search })).await;
        let found = &answer.data()["roles"];
        let names: Vec<_> =
            found["nodes"].as_array().expect("roles").iter().filter_map(|role| role["name"].as_str()).collect();
        assert_eq!(names, expected, "{search}");
        assert_eq!(found["totalCount"], expected.len(), "{search}");
    }
    let all = root.graphql(document, json!({ "search": "" })).await;
    assert_eq!(all.data()["roles"]["totalCount"], NAMES.len() + 2);
    let none = root.graphql(document, json!({ "search": "x".repeat(900_000) })).await;
    assert_eq!(none.data()["roles"]["totalCount"], 0);
}

#[tokio::test]
async fn filters_are_combined_with_and() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("desk:use").create().await;
    app.role("boss").inheriting("clerk").create().await;
    app.role("stranger").create().await;
    let names = async |filter: &str| {
        let answer = root.ask(&format!("{{ roles(filter: {{ {filter} }}) {{ nodes {{ name }} }} }}")).await;
        let roles = answer.data()["roles"]["nodes"].as_array().expect("roles").clone();
        roles.iter().map(|role| role["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("isSystem: true").await, ["superadmin"]);
    assert_eq!(names("isSystem: false").await, ["boss", "clerk", "stranger", "user"]);
    assert_eq!(names(r#"permission: "desk:use""#).await, ["boss", "clerk", "superadmin"]);
    assert_eq!(names(r#"permission: "desk:use", isSystem: false, search: "o""#).await, ["boss"]);
    assert_eq!(names(r#"permission: "no:such""#).await, Vec::<String>::new());
}

#[tokio::test]
async fn list_arguments_are_only_data() {
    let app = App::start().await;
    let document = "query ($order: RoleOrderField!) { roles(orderBy: { field: $order }) { totalCount } }";
    for order in ["name; DROP TABLE roles", "password_hash", ""] {
        let answer = app.admin().await.graphql(document, json!({ "order": order })).await;
        assert_eq!(answer.error(), "BAD_USER_INPUT", "{order}");
    }
}
