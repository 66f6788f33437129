//! The registry of actions is complete: `auditActions` lists what the code writes, and nothing else.

use super::log;
use crate::generated::file;
use serde_json::json;
use service::audit::ACTIONS;
use std::collections::BTreeSet;
use std::path::Path;
use tests::App;

/// The code of the service without its tests and without the registry.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && name != "tests" {
            sources(&path, text);
        } else if name.ends_with(".rs") && !name.contains("tests") && name != "actions.rs" {
            let source = std::fs::read_to_string(&path).expect("a source");
            text.push_str(source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default());
        }
    }
}

fn is_action(literal: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    literal.split_once('.').is_some_and(|(kind, act)| is_word(kind) && is_word(act))
}

#[test]
fn the_registry_has_the_actions_that_the_code_writes() {
    let mut text = String::new();
    sources(&file("service/src"), &mut text);
    let kinds: BTreeSet<_> = ACTIONS.iter().filter_map(|action| action.split('.').next()).collect();
    let literals = text.split('"').filter(|literal| is_action(literal) || *literal == "bootstrap");
    let written: BTreeSet<_> =
        literals.filter(|literal| kinds.contains(literal.split('.').next().unwrap_or_default())).collect();
    assert_eq!(written, ACTIONS.into_iter().collect(), "an action is missing, or is written no longer");
    // An action of a new kind is passed to one of these.
    for start in ["Act::new(\"", ".action(\"", "ACTION: &str = \""] {
        for rest in text.split(start).skip(1) {
            let action = rest.split('"').next().unwrap_or_default();
            assert!(ACTIONS.contains(&action), "`{action}` is not registered");
        }
    }
}

#[tokio::test]
async fn actions_are_listed_and_each_is_a_filter() {
    let app = App::start().await;
    let root = app.admin().await;
    let listed = root.ask("{ auditActions }").await.data()["auditActions"].clone();
    assert_eq!(listed, json!(ACTIONS.as_slice()));
    for half in ACTIONS.chunks(30) {
        let _ = log(root, json!({ "actions": half, "search": "nothing like it" })).await;
    }
    let plain = app.user("plain").create().await;
    assert_eq!(plain.ask("{ auditActions }").await.error(), "FORBIDDEN");
}

#[tokio::test]
async fn an_action_that_does_not_exist_is_refused() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "query ($actions: [String!]) { auditLog(filter: { actions: $actions }) { totalCount } }";
    let long = "x".repeat(900_000);
    let unknown =
        ["*", "role", "role_*", "%.*", "r%", "ROLE.CREATE", "role.*.*", "a\0", "", "nothing.*", "role.creat", &long];
    for action in unknown {
        let answer = root.graphql(document, json!({ "actions": ["role.*", action] })).await;
        assert_eq!(answer.error(), "BAD_USER_INPUT", "{action:.40}");
        let message = answer.body["errors"][0]["message"].as_str().expect("a message").to_owned();
        assert!(message.starts_with("unknown action `") && message.chars().count() <= 301, "{message:.400}");
    }
    for count in [100, 101] {
        let answer = root.graphql(document, json!({ "actions": vec!["role.*"; count] })).await;
        assert_eq!(answer.body.get("errors").is_none(), count == 100, "{count}");
    }
    // A trail of one object has no filter of actions.
    let totals = root.ask("{ me { auditTrail(first: 1) { totalCount } } }").await;
    assert!(totals.data()["me"]["auditTrail"]["totalCount"].as_u64() > Some(0));
}
