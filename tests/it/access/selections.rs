//! A guard holds under alias, fragment, directive and repetition.

use super::Victim;
use crate::calls::{Call, outcome, send};
use crate::sdl::published;
use serde_json::Value;
use tests::{App, Client, Response};

/// The same field under several forms of selection, with its response keys.
fn wrappings(root: &str, name: &str, call: &Call<'_>) -> Vec<(String, Vec<String>)> {
    let (operation, text) = (root.to_lowercase(), call.text());
    let own = || vec![name.to_owned()];
    vec![
        (format!("{operation} {{ other: {text} }}"), vec!["other".to_owned()]),
        (format!("{operation} {{ a: {text} b: {text} }}"), vec!["a".to_owned(), "b".to_owned()]),
        (format!("{operation} {{ ...F }} fragment F on {root} {{ {text} }}"), own()),
        (format!("{operation} {{ ...F }} fragment F on {root} {{ ...G }} fragment G on {root} {{ {text} }}"), own()),
        (format!("{operation} {{ ... {{ {text} }} }}"), own()),
        (format!("{operation} {{ ... on {root} {{ ... @include(if: true) {{ {text} }} }} }}"), own()),
        (format!("{operation} ($yes: Boolean = true) {{ {} }}", call.directed("@include(if: $yes)")), own()),
        (format!("{operation} {{ {} }}", call.directed("@skip(if: false)")), own()),
        (format!("{operation} Named {{ __typename {text} }}"), own()),
    ]
}

/// Each key is null, with one error of this code.
#[track_caller]
fn assert_denied(answer: &Response, keys: &[String], expected: &str, document: &str) {
    let errors =
        answer.body["errors"].as_array().unwrap_or_else(|| panic!("let through: {document}\n{:#}", answer.body));
    assert_eq!(errors.len(), keys.len(), "{document}\n{:#}", answer.body);
    for key in keys {
        assert!(answer.body["data"][key].is_null(), "{document}\n{:#}", answer.body);
        assert_eq!(outcome(answer, key), expected, "{document}\n{:#}", answer.body);
    }
}

async fn check_denials(client: &Client) -> usize {
    let (sdl, mut held) = (published(), 0);
    for root in ["Query", "Mutation"] {
        for field in sdl.root(root).iter().filter(|field| field.guard() != Some("@public")) {
            let call = Call::of(sdl, field, "wraps");
            let plain = send(client, root, &call, None).await;
            let expected = outcome(&plain, &field.name);
            if !expected.starts_with("UNAUTHENTICATED") && expected != "FORBIDDEN" {
                continue;
            }
            held += 1;
            for (document, keys) in wrappings(root, &field.name, &call) {
                // A field limited to one execution per operation is rejected before the guard runs.
                if keys.len() > 1 && field.has("@limited") {
                    continue;
                }
                assert_denied(&client.ask(&document).await, &keys, &expected, &document);
            }
        }
    }
    held
}

#[tokio::test]
async fn a_denial_is_the_same_under_alias_fragment_directive_and_repetition() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let guarded = |root: &str| published().root(root).iter().filter(|field| field.guard() != Some("@public")).count();
    assert_eq!(check_denials(app.anonymous()).await, guarded("Query") + guarded("Mutation"));
    assert!(check_denials(&plain).await > 35);
}

#[tokio::test]
async fn an_interface_does_not_bypass_a_guard() {
    let app = App::start().await;
    app.role("readers").granting("user:read").create().await;
    let reader = app.user("reader").with_role("readers").create().await;
    let victim = Victim::create(&app).await;
    for inside in [
        "... on User { sessions { nodes { id } } }",
        "... on Node { ... on User { sessions { nodes { id } } } }",
        "id ... on User { ...F }",
        "... @include(if: true) { ... on User { a: sessions { nodes { id } } sessions { nodes { id } } } }",
    ] {
        let fragment = if inside.contains("...F") { "fragment F on User { sessions { nodes { id } } }" } else { "" };
        let document = format!("query ($id: ID!) {{ node(id: $id) {{ __typename {inside} }} }} {fragment}");
        let answer = reader.graphql(&document, serde_json::json!({ "id": victim.user.id })).await;
        assert_eq!(answer.error(), "FORBIDDEN", "{document}");
        let node = &answer.body["data"]["node"];
        assert_eq!(node["__typename"], "User");
        assert_eq!(node["sessions"], Value::Null, "{document}");
        assert_eq!(answer.body["errors"][0]["path"][0], "node");
    }
}

#[tokio::test]
async fn a_denied_field_leaves_its_neighbors_intact_and_leaks_nothing() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let plain = app.user("plain").create().await;
    let document = format!(
        "{{ serviceInfo {{ name }} me {{ username }} users {{ nodes {{ username }} totalCount }}
            user(id: \"{}\") {{ username }} roleByName(name: \"victims\") {{ name }} can(permission: \"vault:open\") }}",
        victim.user.id
    );
    let answer = plain.ask(&document).await;
    let data = &answer.body["data"];
    assert_eq!((&data["me"]["username"], &data["can"]), (&Value::from("plain"), &Value::from(false)));
    assert_eq!(data["serviceInfo"]["name"], "Keyward");
    for key in ["users", "user", "roleByName"] {
        assert!(data[key].is_null());
        assert_eq!(outcome(&answer, key), "FORBIDDEN");
    }
    let text = answer.body.to_string();
    assert!(!text.contains("victim"), "{text}");
}

#[tokio::test]
async fn a_denied_mutation_stops_no_other_mutation() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let document = "mutation {
        first: profileUpdate(input: { displayName: \"One\" }) { user { displayName } }
        roleCreate(input: { name: \"mine\" }) { role { id } }
        last: profileUpdate(input: { displayName: \"Two\" }) { user { displayName } } }";
    let answer = plain.ask(document).await;
    assert_eq!(answer.body["data"]["first"]["user"]["displayName"], "One");
    assert_eq!(answer.body["data"]["roleCreate"], Value::Null);
    assert_eq!(answer.body["data"]["last"]["user"]["displayName"], "Two");
    assert_eq!(outcome(&answer, "roleCreate"), "FORBIDDEN");
    let looked = app.admin().await.ask("{ roleByName(name: \"mine\") { id } }").await;
    assert!(looked.data()["roleByName"].is_null());
}

#[tokio::test]
async fn headers_that_claim_an_identity_are_ignored() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let root = app.admin().await.id.clone();
    for name in [
        "X-User",
        "X-User-Id",
        "X-Role",
        "X-Roles",
        "X-Hasura-Role",
        "X-Forwarded-User",
        "X-Remote-User",
        "Remote-User",
    ] {
        for value in [root.as_str(), "superadmin", "root"] {
            let body = serde_json::json!({ "query": "{ users { totalCount } }" });
            assert_eq!(plain.post(&body, &[(name, value)]).await.error(), "FORBIDDEN");
            assert_eq!(app.anonymous().post(&body, &[(name, value)]).await.error(), "UNAUTHENTICATED");
        }
    }
}
