//! Every string argument of the schema with every kind of text.

use crate::calls::{Call, Position, positions, send};
use crate::sdl::{Field, published};
use serde_json::json;
use tests::{App, Client, Response};

/// Texts that have broken other services.
pub(super) fn texts() -> Vec<(&'static str, String)> {
    vec![
        ("two megabytes", "a".repeat(2_000_000)),
        ("half a megabyte", "ü".repeat(250_000)),
        ("empty", String::new()),
        ("blank", "   ".to_owned()),
        ("NUL", "a\0b".to_owned()),
        ("control", "a\r\n\t\u{7}\u{1b}[31mb".to_owned()),
        ("emoji", "👩‍👩‍👧‍👦🏴‍☠️".to_owned()),
        ("right-to-left", "\u{202e}שלום عالم".to_owned()),
        ("combining", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞".to_owned()),
        ("noncharacter", "\u{fffe}\u{ffff}\u{10ffff}".to_owned()),
        ("like", "100%_\\%[a-z]".to_owned()),
        ("sql", "'; DROP TABLE users; --".to_owned()),
        ("more sql", "\" OR \"\"=\"') UNION SELECT * FROM users --".to_owned()),
        ("template", "${7*7}{{7*7}}<%= 7 %>#{7}".to_owned()),
        ("path", "../../../../etc/passwd\\..\\..".to_owned()),
        ("markup", "<script>alert(1)</script>&amp;".to_owned()),
        ("format", "%s%n%x{}{:?}".to_owned()),
        ("json", "{\"$ne\":null}".to_owned()),
        ("log line", "ana\n2026-01-01T00:00:00Z INFO logged in".to_owned()),
    ]
}

#[track_caller]
fn assert_clean(answer: &Response, what: &str) {
    assert!(answer.status < 500, "{what}: {} {:#}", answer.status, answer.body);
    let text = answer.body.to_string();
    assert!(!text.contains("INTERNAL_SERVER_ERROR") && !text.contains("SERVICE_UNAVAILABLE"), "{what}: {text}");
    assert!(text.len() < 1_000_000, "{what} is answered with {} bytes", text.len());
}

/// Every string position of a root field.
fn text_positions(root: &str) -> Vec<(&'static Field, Position)> {
    let sdl = published();
    let is_text = |position: &Position| matches!(position.ty.as_str(), "String" | "PermissionName" | "JSON");
    let fields = sdl.root(root).iter();
    fields
        .flat_map(|field| positions(sdl, field).into_iter().filter(is_text).map(move |position| (field, position)))
        .collect()
}

async fn flood(client: &Client, root: &'static str) -> usize {
    let mut count = 0;
    for (field, position) in text_positions(root) {
        for (at, (name, text)) in texts().into_iter().enumerate() {
            let call = Call::of(published(), field, &format!("strings-{at}")).with(&position.path, "$value");
            let answer = send(client, root, &call, Some((&position.ty, &json!(text)))).await;
            assert_clean(&answer, &format!("{}({}: {name})", field.name, position.path));
            count += 1;
        }
    }
    count
}

#[tokio::test]
async fn f10_no_text_in_any_argument_of_a_query_breaks_anything() {
    let app = App::start().await;
    let root = app.admin().await;
    assert!(flood(root, "Query").await > 15 * texts().len());
    assert_eq!(root.ask("{ me { username } }").await.data()["me"]["username"], "root");
}

#[tokio::test]
async fn f10_no_text_in_any_argument_of_a_mutation_breaks_anything() {
    let app = App::start().await;
    // A wrong refresh token or password must not end the caller's session.
    let root = app.admin().await;
    assert!(flood(root, "Mutation").await > 20 * texts().len());
    let again = app.login("root").await;
    assert_eq!(again.ask("{ me { username } }").await.data()["me"]["username"], "root");
}

#[tokio::test]
async fn f10_no_text_below_a_root_field_breaks_anything() {
    let app = App::start().await;
    let root = app.admin().await;
    for (name, text) in texts() {
        let document = "query ($text: String!) { me {
            operationsOn(resource: $text) roles { operationsOn(resource: $text) }
            a: effectivePermissions(filter: { search: $text }) { totalCount }
            b: effectivePermissions(filter: { resource: $text }) { totalCount } } }";
        assert_clean(&root.graphql(document, json!({ "text": text })).await, name);
        for argument in ["after", "before"] {
            let document = format!(
                "query ($text: String!) {{ me {{ effectivePermissions({argument}: $text) {{ totalCount }}
                    sessions({argument}: $text) {{ totalCount }} auditTrail({argument}: $text) {{ totalCount }} }} }}"
            );
            assert_clean(&root.graphql(&document, json!({ "text": text })).await, name);
        }
    }
}

#[tokio::test]
async fn f10_no_header_breaks_anything() {
    let app = App::start().await;
    let body = json!({ "query": "{ serviceInfo { name } }" });
    for (name, text) in texts().into_iter().filter(|(_, text)| text.len() < 10_000) {
        // Clients cannot send characters that HTTP forbids in a header.
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        for header in ["User-Agent", "Policy-Revision", "X-Request-Id", "Authorization", "Accept-Language"] {
            let answer = app.anonymous().post(&body, &[(header, &text)]).await;
            assert_clean(&answer, &format!("{header}: {name}"));
        }
    }
}

#[tokio::test]
async fn f10_a_search_takes_its_text_literally() {
    let app = App::start().await;
    let root = app.admin().await;
    for name in ["100%_sure", "100xysure", "o'hara", "back\\slash", "plain"] {
        let _ = root.mutate("userCreate", json!({ "input": { "username": name } })).await.done();
        let description = format!("about {name}");
        let _ = root
            .mutate("roleCreate", json!({ "input": { "name": name.replace('\\', "/"), "description": description } }))
            .await
            .done();
    }
    let cases = [
        ("%", vec!["100%_sure"]),
        ("_", vec!["100%_sure"]),
        ("%_", vec!["100%_sure"]),
        ("'", vec!["o'hara"]),
        ("\\", vec!["back\\slash"]),
        ("100", vec!["100%_sure", "100xysure"]),
        ("[a-z]", vec![]),
        ("' OR 1=1 --", vec![]),
    ];
    for (search, expected) in cases {
        let document = "query ($search: String!) {
            users(filter: { search: $search }, orderBy: { field: USERNAME, direction: ASC }) { nodes { username } }
            roles(filter: { search: $search }) { nodes { description } } }";
        let answer = root.graphql(document, json!({ "search": search })).await;
        let users: Vec<_> =
            answer.data()["users"]["nodes"].as_array().expect("a list").iter().map(|u| &u["username"]).collect();
        assert_eq!(users, expected, "{search}");
        assert_eq!(answer.data()["roles"]["nodes"].as_array().map(Vec::len), Some(expected.len()), "{search}");
    }
}
