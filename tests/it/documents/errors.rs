//! Every error has a stable code, a short message and a path, and reveals nothing internal.

use serde_json::{Value, json};
use tests::{App, Response};

#[track_caller]
fn assert_clean(answer: &Response, expected: &str, what: &str) {
    assert_eq!(answer.error(), expected, "{what}: {:#}", answer.body);
    for error in answer.body["errors"].as_array().expect("errors") {
        let message = error["message"].as_str().expect("a message");
        assert!(!message.is_empty() && message.chars().count() <= 301, "{what}: {message}");
        assert!(error["extensions"]["code"].is_string(), "{what}: {error}");
        for leak in ["sqlx", "sea_orm", "SELECT ", "panicked", ".rs:", "async_graphql", "Some(", "DbErr", "\\n"] {
            assert!(!error.to_string().contains(leak), "{what}: {error}");
        }
    }
}

#[tokio::test]
async fn f13_every_invalid_request_has_its_code() {
    let app = App::start().await;
    let root = app.admin().await;
    let cases = [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("}", "GRAPHQL_PARSE_FAILED"),
        ("{ me { id } ", "GRAPHQL_PARSE_FAILED"),
        ("query { me { id } } query { me { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("\u{0}", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ me }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ me { id { x } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ user { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ user(id: 1.5) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ users(first: \"1\") { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ a: me { id } a: serviceInfo { name } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ me { id @unknown } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { me { id } } query B { me { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { viewerAccessChanged { at } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($a: Int!) { users(first: $a) { totalCount } }", "BAD_USER_INPUT"),
        ("{ users(first: -1) { totalCount } }", "BAD_USER_INPUT"),
        ("{ users(first: 1, last: 1) { totalCount } }", "BAD_USER_INPUT"),
        ("{ users(after: \"x\") { totalCount } }", "BAD_USER_INPUT"),
        ("{ can(permission: \"a:*\") }", "BAD_USER_INPUT"),
        ("{ auditLog(filter: { since: \"yesterday\" }) { totalCount } }", "BAD_USER_INPUT"),
    ];
    for (document, expected) in cases {
        assert_clean(&root.ask(document).await, expected, document);
    }
}

#[tokio::test]
async fn f11_variables_of_the_wrong_type_are_bad_input() {
    let app = App::start().await;
    let root = app.admin().await;
    let positions = [
        ("ID!", "user(id: $v) { id }"),
        ("String!", "roleByName(name: $v) { id }"),
        ("PermissionName!", "can(permission: $v)"),
        ("Int!", "users(first: $v) { totalCount }"),
        ("[ID!]!", "nodes(ids: $v) { id }"),
        ("UserFilter!", "users(filter: $v) { totalCount }"),
        ("OrderDirection!", "auditLog(orderBy: { direction: $v }) { totalCount }"),
        ("DateTime!", "auditLog(filter: { since: $v }) { totalCount }"),
    ];
    let values =
        [json!(null), json!(true), json!(1.5), json!({ "a": 1 }), json!([[1]]), json!({ "$ne": null }), json!([null])];
    for (ty, field) in positions {
        for value in &values {
            let document = format!("query ($v: {ty}) {{ {field} }}");
            let answer = root.graphql(&document, json!({ "v": value })).await;
            assert_clean(&answer, "BAD_USER_INPUT", &format!("{document} {value}"));
        }
        let missing = root.ask(&format!("query ($v: {ty}) {{ {field} }}")).await;
        assert_clean(&missing, "BAD_USER_INPUT", ty);
        assert!(missing.body.get("data").is_none());
    }
    let unused = root.graphql("query ($yes: Boolean!) { __typename @include(if: $yes) }", json!({})).await;
    assert_clean(&unused, "BAD_USER_INPUT", "a variable that only a directive uses");
}

#[tokio::test]
async fn unknown_fields_of_an_input_are_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    for extra in ["isSystem", "passwordHash", "roles", "id", "status"] {
        let document =
            format!("mutation {{ userCreate(input: {{ username: \"x\", {extra}: true }}) {{ user {{ id }} }} }}");
        assert_clean(&root.ask(&document).await, "GRAPHQL_VALIDATION_FAILED", extra);
        let input = json!({ "input": { "username": "x", extra: true } });
        let document = "mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } } }";
        assert_clean(&root.graphql(document, input).await, "BAD_USER_INPUT", extra);
    }
    let found = root.ask("{ userByUsername(username: \"x\") { id } }").await;
    assert!(found.data()["userByUsername"].is_null());
}

#[tokio::test]
async fn a_denial_names_the_rule_and_a_missing_credential_its_reason() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let denied = plain.ask("{ users { totalCount } }").await;
    assert_clean(&denied, "FORBIDDEN", "a denial");
    let error = &denied.body["errors"][0];
    assert_eq!(error["extensions"]["rule"], "@hasPermission(permission: \"user:read\")");
    assert_eq!(error["path"], json!(["users"]));
    assert_eq!(error["locations"][0]["line"], 1);
    let missing = app.anonymous().ask("{ users { totalCount } }").await;
    assert_eq!(missing.body["errors"][0]["extensions"]["reason"], "MISSING");
    let invalid = app.anonymous().with_token("abc").ask("{ users { totalCount } serviceInfo { name } }").await;
    assert_eq!(invalid.body["errors"][0]["extensions"]["reason"], "INVALID");
    assert_eq!(invalid.body["data"]["serviceInfo"]["name"], "Keyward");
    assert_eq!(app.anonymous().with_token("abc").ask("{ can(permission: \"a:b\") }").await.body["data"], Value::Null);
}
