//! `keyward import`: nothing by accident, nothing lost, everything recorded.

mod accounts;
mod columns;
mod folder;
mod names;
mod rows;
mod trail;

use super::{err, out};
use serde_json::{Value, json};
use std::process::Output;
use std::time::Duration;
use tests::{Client, Keyward, eventually};

/// Imports texts as files, each named after its flag, with further arguments.
fn attempt(keyward: &Keyward, files: &[(&str, &str)], flags: &[&str]) -> Output {
    let mut command = keyward.command(&["import"]);
    for (flag, text) in files {
        let file = format!("{flag}.csv");
        std::fs::write(keyward.folder().join(&file), text).expect("a file");
        command.arg(format!("--{flag}")).arg(file);
    }
    command.args(flags).output().expect("the binary")
}

/// Asserts that the import was applied; returns standard output.
#[track_caller]
fn applied(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    out(output)
}

/// Asserts that the import was applied, and waits until the server has its revision; returns the output.
async fn seen(root: &Client, import: impl FnOnce() -> Output) -> Output {
    let revision = async || {
        let answer = root.ask("{ viewer { policyRevision } }").await;
        answer.data()["viewer"]["policyRevision"].as_u64().expect("a number")
    };
    let before = revision().await;
    let output = import();
    applied(&output);
    eventually(Duration::from_secs(10), revision, |now| *now > before).await;
    output
}

/// Asserts that nothing was imported; returns standard error.
#[track_caller]
fn rejected(output: &Output) -> String {
    let text = err(output);
    assert_eq!(output.status.code(), Some(1), "{}{text}", out(output));
    assert_eq!(out(output), "", "results only on standard output");
    assert!(text.lines().last().is_some_and(|line| line.starts_with("error: ")), "{text}");
    text
}

/// What a user holds: the names of roles and of effective permissions; null when there is no such user.
async fn held(root: &Client, user: &str) -> Value {
    let document = "query ($name: String!) { userByUsername(username: $name) { roles { name } permissionNames } }";
    let answer = root.graphql(document, json!({ "name": user })).await;
    let user = &answer.data()["userByUsername"];
    if user.is_null() {
        return Value::Null;
    }
    let roles = user["roles"].as_array().expect("a list").iter().map(|role| role["name"].clone());
    json!([roles.collect::<Vec<_>>(), user["permissionNames"]])
}

/// Everything that an import could change.
async fn state(root: &Client) -> Value {
    let document = "{ viewer { policyRevision } users { totalCount } roles { totalCount } permissions { totalCount }
        auditLog { totalCount } }";
    root.ask(document).await.data().clone()
}
