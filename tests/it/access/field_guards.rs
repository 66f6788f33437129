//! `guards` and `checkOperation` say in advance what execution decides.

use super::Victim;
use super::matrix::{Caller, call, callers};
use crate::calls::{Call, outcome, send};
use crate::sdl::{Field, published};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{App, Client, Response};

const CHECK: &str = "query ($document: String!, $name: String, $variables: JSON) {
    checkOperation(document: $document, operationName: $name, variables: $variables) { coordinate rule allowed } }";

/// Decisions by coordinate; each coordinate occurs once.
fn decisions(guards: &Value) -> BTreeMap<String, Option<bool>> {
    let guards = guards.as_array().expect("a list");
    let read =
        |guard: &Value| (guard["coordinate"].as_str().expect("a coordinate").to_owned(), guard["allowed"].as_bool());
    let found: BTreeMap<_, _> = guards.iter().map(read).collect();
    assert_eq!(found.len(), guards.len(), "{guards:?}");
    found
}

async fn check(client: &Client, document: &str) -> BTreeMap<String, Option<bool>> {
    let answer = client.graphql(CHECK, json!({ "document": document })).await;
    decisions(&answer.data()["checkOperation"])
}

async fn guards(client: &Client) -> BTreeMap<String, Option<bool>> {
    decisions(&client.ask("{ guards { coordinate allowed } }").await.data()["guards"])
}

fn is_refused(outcome: &str) -> bool {
    ["UNAUTHENTICATED", "FORBIDDEN", "REAUTHENTICATION_REQUIRED"].iter().any(|code| outcome.starts_with(code))
}

/// Compares both forecasts for a root field with its execution; returns the decision.
async fn compare(root: &str, field: &Field, call: &Call<'_>, caller: &Caller) -> Option<bool> {
    let coordinate = format!("{root}.{}", field.name);
    let of_schema = guards(&caller.client).await[&coordinate];
    let of_operation = check(&caller.client, &format!("{} {{ {} }}", root.to_lowercase(), call.text())).await;
    assert_eq!(of_operation[&coordinate], of_schema, "{coordinate} for {}", caller.name);
    let executed = outcome(&send(&caller.client, root, call, None).await, &field.name);
    match of_schema {
        Some(is_allowed) => assert_eq!(is_allowed, !is_refused(&executed), "{coordinate} for {}", caller.name),
        None => assert!(field.guard().expect("a guard").starts_with("@selfOr("), "{coordinate}"),
    }
    of_schema
}

#[tokio::test]
async fn a_root_field_is_allowed_exactly_when_its_execution_is_not_refused() {
    let hour = Duration::from_secs(60 * 60);
    let app = App::builder().config(|config| config.token.access_lifetime = hour).start().await;
    app.admin().await;
    let victim = Victim::create(&app).await;
    let mut callers = callers(&app).await;
    callers.retain(|caller| !["anonymous", "expired"].contains(&caller.name));
    let late = app.login("root").await.clone();
    app.clock.advance(TimeDelta::minutes(11));
    callers.push(Caller { name: "late", client: (*late).clone() });
    callers.push(Caller { name: "recent", client: (*app.login("root").await).clone() });
    let mut tally = BTreeMap::<Option<bool>, usize>::new();
    for root in ["Query", "Mutation"] {
        // Fields that end the session of the caller come last.
        let ends = |field: &&Field| ["logout", "sessionRevokeOthers"].contains(&field.name.as_str());
        let (last, others): (Vec<_>, Vec<_>) = published().root(root).iter().partition(ends);
        for field in others.into_iter().chain(last.into_iter().rev()) {
            // A session of the same user would end the others of this test.
            if field.name == "sessionRevokeOthers" || field.name == "logout" {
                continue;
            }
            for caller in &callers {
                let decision = compare(root, field, &call(root, field, caller, &victim), caller).await;
                *tally.entry(decision).or_default() += 1;
            }
        }
    }
    assert!(tally[&Some(true)] > 150 && tally[&Some(false)] > 80 && tally[&None] >= 4, "{tally:?}");
}

#[tokio::test]
async fn guards_are_those_of_the_schema_each_once() {
    let app = App::start().await;
    let answer = app.admin().await.ask("{ guards { coordinate rule allowed } }").await;
    let guards = answer.data()["guards"].as_array().expect("a list").clone();
    let text = |guard: &Value| format!("{} {}", guard["coordinate"], guard["rule"]);
    let mut found: Vec<_> = guards.iter().map(text).collect();
    let guarded = published().fields().filter_map(|of| {
        let recent = of.field.directives.iter().find(|text| text.starts_with("@recentLogin"));
        let rule = [of.field.guard()?].into_iter().chain(recent.map(String::as_str)).collect::<Vec<_>>().join(" ");
        Some(format!("{} {}", json!(of.coordinate), json!(rule)))
    });
    let mut expected: Vec<_> = guarded.collect();
    assert!(found[0].starts_with("\"Query.me\" \"@public\""), "{}", found[0]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn guards_are_filtered_by_their_decision() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let all = guards(&plain).await;
    for wanted in [Some(true), Some(false)] {
        let document = format!("{{ guards(allowed: {}) {{ coordinate allowed }} }}", json!(wanted));
        let found = decisions(&plain.ask(&document).await.data()["guards"]);
        let expected: BTreeMap<_, _> = all.clone().into_iter().filter(|(_, allowed)| *allowed == wanted).collect();
        assert!(!found.is_empty());
        assert_eq!(found, expected);
    }
    assert!(all.values().any(Option::is_none));
    assert_eq!(app.anonymous().ask("{ guards { coordinate } }").await.error(), "UNAUTHENTICATED");
    let check = app.anonymous().graphql(CHECK, json!({ "document": "{ me { id } }" })).await;
    assert_eq!(check.error(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn an_operation_lists_fields_of_fragments_and_nested_types_once() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let document = "query One { me { ...U roles { ...R } } other: me { ...U } node(id: \"x\") { ... on User { sessions { nodes { id } } } } }
        query Two { users { totalCount } }
        fragment U on User { sessions(first: 1) { nodes { user { id } } } }
        fragment R on Role { permissions { name } assignedUsers { totalCount } ...Q }
        fragment Q on Role { inheritsFrom { id } }";
    let answer = plain.graphql(CHECK, json!({ "document": document, "name": "One" })).await;
    let found = answer.data()["checkOperation"].as_array().expect("a list").clone();
    let lines: Vec<_> = found
        .iter()
        .map(|guard| format!("{} {}", guard["coordinate"].as_str().expect("text"), guard["allowed"]))
        .collect();
    // Sessions are the caller's own below `me`, and any below `node`.
    let expected = [
        "Query.me true",
        "User.sessions null",
        "Session.user true",
        "User.roles true",
        "Role.permissions true",
        "Role.assignedUsers false",
        "Role.inheritsFrom true",
        "Query.node true",
    ];
    assert_eq!(lines, expected);
    let two = plain.graphql(CHECK, json!({ "document": document, "name": "Two" })).await;
    assert_eq!(decisions(&two.data()["checkOperation"]), BTreeMap::from([("Query.users".to_owned(), Some(false))]));
}

#[tokio::test]
async fn below_a_new_session_another_caller_decides() {
    let app = App::start().await;
    let plain = app.user("plain").create().await;
    let document = "mutation { login(username: \"root\", password: \"x\") {
        viewer { user { username sessions { totalCount } } } userErrors { code } } }";
    let found = check(&plain, document).await;
    assert_eq!((found["Mutation.login"], found["User.sessions"]), (Some(true), None));
    let nothing = app.anonymous().ask("{ serviceInfo { name } }").await;
    assert_eq!(nothing.status, 200);
    let untouched =
        app.admin().await.ask("{ auditLog(filter: { actions: [\"session.login\"] }) { totalCount } }").await;
    let before = untouched.data()["auditLog"]["totalCount"].clone();
    let _ = check(&plain, document).await;
    let after = app.admin().await.ask("{ auditLog(filter: { actions: [\"session.login\"] }) { totalCount } }").await;
    assert_eq!(after.data()["auditLog"]["totalCount"], before, "nothing is executed");
}

/// Codes and messages of errors.
fn errors(answer: &Response) -> Vec<Value> {
    let errors = answer.body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {:#}", answer.body));
    errors.iter().map(|error| json!([error["extensions"]["code"], error["message"]])).collect()
}

#[tokio::test]
async fn an_operation_that_cannot_be_executed_has_the_errors_of_its_execution() {
    let app = App::start().await;
    let root = app.admin().await;
    let long = format!("{{ {} }}", "me { id } ".repeat(7_000));
    let wide = format!("{{ {} }}", "me { id } ".repeat(1_001));
    let cases = [
        ("", None, None),
        ("{ me { id }", None, None),
        ("{ nothing }", None, None),
        ("{ a b c }", None, None),
        ("{ me { ...F } }", None, None),
        ("{ me { ...F } } fragment F on User { ...F }", None, None),
        ("subscription { changes }", None, None),
        ("{ can(permission: \"a:*\") }", None, None),
        ("query A { me { id } } query B { me { id } }", None, None),
        ("query A { me { id } } query B { me { id } }", Some("C"), None),
        ("{ me { id } }", Some("A"), None),
        ("query ($id: ID!) { user(id: $id) { id } }", None, Some(json!({}))),
        ("query ($id: ID!) { user(id: $id) { id } }", None, Some(json!({ "id": null }))),
        ("query ($id: ID!) { user(id: $id) { id } }", None, Some(json!({ "id": [1] }))),
        ("query ($name: PermissionName!) { can(permission: $name) }", None, Some(json!({ "name": "a:*" }))),
        (
            "mutation { a: login(username: \"a\", password: \"b\") { expiresAt } b: login(username: \"a\", password: \"b\") { expiresAt } }",
            None,
            None,
        ),
        (long.as_str(), None, None),
        (wide.as_str(), None, None),
    ];
    for (document, name, variables) in cases {
        let body = json!({ "query": document, "operationName": name, "variables": variables });
        let executed = root.post(&body, &[]).await;
        let asked = json!({ "document": document, "name": name, "variables": variables });
        let checked = root.graphql(CHECK, asked).await;
        assert_eq!(errors(&checked), errors(&executed), "{}", document.chars().take(80).collect::<String>());
        let data = &checked.body["data"];
        assert!(data.is_object() && data["checkOperation"].is_null(), "{:#}", checked.body);
        let (places, found) = (&executed.body["errors"][0]["locations"], &checked.body["errors"][0]);
        let none = json!([]);
        assert_eq!(&found["extensions"]["documentLocations"], if places.is_null() { &none } else { places });
        assert_eq!(found["path"], json!(["checkOperation"]));
    }
}

#[tokio::test]
async fn variables_are_checked_when_they_are_passed() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "query ($id: ID!, $deep: Boolean!) { user(id: $id) { id roles @include(if: $deep) { id } } }";
    for variables in [json!(null), json!({ "id": "x", "deep": false })] {
        let answer = root.graphql(CHECK, json!({ "document": document, "variables": variables })).await;
        let found = decisions(&answer.data()["checkOperation"]);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["Query.user", "User.roles"], "fields that may be left out count");
    }
    for variables in [json!([]), json!("{}"), json!(7)] {
        let answer = root.graphql(CHECK, json!({ "document": document, "variables": variables })).await;
        assert_eq!(errors(&answer), [json!(["BAD_USER_INPUT", "`variables` must be an object"])]);
    }
}

#[tokio::test]
async fn introspection_that_is_disabled_is_no_operation_to_execute() {
    let app = App::builder().http(|http| http.introspection = false).start().await;
    let root = app.admin().await;
    for document in ["{ __schema { types { name } } }", "query ($n: String!) { __type(name: $n) { name } }"] {
        let executed = root.graphql(document, json!({ "n": "User" })).await;
        let checked = root.graphql(CHECK, json!({ "document": document })).await;
        assert_eq!(errors(&checked), errors(&executed));
    }
    assert!(check(root, "{ __typename me { __typename } }").await.contains_key("Query.me"));
}

#[tokio::test]
async fn an_operation_checks_at_most_four_documents() {
    let app = App::start().await;
    let root = app.admin().await;
    let checks = |count: usize| {
        let fields =
            (0..count).map(|at| format!("c{at}: checkOperation(document: \"{{ me {{ id }} }}\") {{ coordinate }}"));
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(root.ask(&checks(4)).await.data().as_object().expect("data").len(), 4);
    assert_eq!(root.ask(&checks(5)).await.error(), "OPERATION_TOO_COMPLEX");
}
