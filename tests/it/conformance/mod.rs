//! Conformance to ANSI INCITS 359, printed by the tests: what `docs/conformance.md` says passes was run for it.

mod core;
mod hierarchy;
mod separation;
mod table;

use crate::sdl;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;
use table::{CHOICES, INVARIANTS, PARTS, Row};
use tests::{Acted, Actor, App, Client, PASSWORD};

/// What became of tests, by name.
type Results = BTreeMap<String, bool>;

#[test]
fn every_function_of_the_standard_has_an_operation_and_tests_that_pass() {
    let rows: Vec<&Row> = PARTS.iter().flat_map(|part| part.rows).collect();
    let published: BTreeSet<String> = sdl::published().fields().map(|(coordinate, ..)| coordinate).collect();
    for row in &rows {
        let unknown: Vec<_> = row.operations.iter().filter(|operation| !published.contains(**operation)).collect();
        assert!(unknown.is_empty() && !row.operations.is_empty(), "{}: the schema has no {unknown:?}", row.name);
        assert!(!row.tests.is_empty(), "{}: no test", row.name);
    }
    let invariants = INVARIANTS.iter().flat_map(|(.., tests)| *tests);
    let tests: BTreeSet<&str> = rows.iter().flat_map(|row| row.tests).chain(invariants).copied().collect();
    let results = run(&tests);
    let failed: Vec<_> = tests.iter().filter(|test| results.get(**test) != Some(&true)).collect();
    assert!(failed.is_empty(), "no such test, or it fails: {failed:#?}");
    crate::generated::compare("docs/conformance.md", &page(&results));
}

/// Runs tests of this very binary and reads what became of them.
fn run(tests: &BTreeSet<&str>) -> Results {
    let binary = std::env::current_exe().expect("this binary");
    let mut command = Command::new(binary);
    command.args(["--exact", "--color", "never"]).args(tests).env_remove("UPDATE");
    // The long random run is made by the whole suite; here a short one will do.
    let output = command.env("KEYWARD_SCHEMES_STEPS", "100").output();
    let output = String::from_utf8(output.expect("a run").stdout).expect("text");
    let result = |line: &str| {
        let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        Some((name.to_owned(), result == "ok"))
    };
    output.lines().filter_map(result).collect()
}

/// The page that is committed.
fn page(results: &Results) -> String {
    let mut page = String::from(INTRO);
    for part in PARTS {
        let _ = write!(page, "\n## {}\n\n", part.title);
        if !part.note.is_empty() {
            let _ = write!(page, "{}\n\n", part.note);
        }
        page.push_str("| function | operation | tests | |\n|---|---|---|---|\n");
        for row in part.rows {
            let operations: Vec<String> = row.operations.iter().map(|operation| format!("`{operation}`")).collect();
            let _ = writeln!(page, "| {} | {} | {} |", row.name, operations.join(", "), tests(row.tests, results));
        }
    }
    page.push_str("\n## Where the standard is open\n\n| open point | here |\n|---|---|\n");
    for (point, choice) in CHOICES {
        let _ = writeln!(page, "| {point} | {choice} |");
    }
    page.push_str("\n## Invariants of administration\n\n| | invariant | tests | |\n|---|---|---|---|\n");
    for (name, invariant, named) in INVARIANTS {
        let _ = writeln!(page, "| {name} | {invariant} | {} |", tests(named, results));
    }
    page
}

const INTRO: &str = "\
# Conformance to ANSI INCITS 359

Each function of the standard for role-based access control, the operation of [`schema.graphql`](../schema.graphql) that
is it, and the tests that hold it to the standard through HTTP: its effect, and each of its preconditions broken. Made
from a run of these tests, which are in [`tests/it`](../tests/it); a function without a passing test fails the build.
";

/// Two cells: the tests, and what became of them.
fn tests(named: &[&str], results: &Results) -> String {
    let names: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
    let result = match named.iter().all(|name| results.get(*name) == Some(&true)) {
        _ if named.is_empty() => "none yet",
        true => "pass",
        false => "**fail**",
    };
    format!("{} | {result}", names.join("<br>"))
}

/// An installation, and its administrator to ask and to act with.
struct Desk {
    app: App,
}

impl Desk {
    async fn open() -> Self {
        Self { app: App::start().await }
    }

    async fn root(&self) -> &Actor {
        self.app.admin().await
    }

    /// Signs in with exactly these roles active.
    async fn log_in(&self, name: &str, roles: &[&str]) -> Acted {
        let arguments = json!({ "username": name, "password": PASSWORD, "roles": roles });
        self.app.anonymous().act("login", arguments).await
    }

    /// Whoever just signed in.
    fn signed_in(&self, login: &Acted) -> Client {
        self.app.anonymous().with_token(login.done()["accessToken"].as_str().expect("a token"))
    }

    /// May it do that? `canEach` and `viewer` are asked as well, and agree.
    async fn may(&self, client: &Client, permission: &str) -> bool {
        let ask = "query ($p: PermissionName!) { can(permission: $p) canAll(permissions: [$p])
            viewer { can(permission: $p) permissions } }";
        let answer = client.graphql(ask, json!({ "p": permission })).await;
        let data = answer.data();
        let listed = data["viewer"]["permissions"].as_array().expect("permissions").contains(&json!(permission));
        let answers = [&data["can"], &data["canAll"], &data["viewer"]["can"]];
        assert!(answers.iter().all(|answer| **answer == json!(listed)), "{data:#}");
        listed
    }

    /// Every `name` within a selection of an object, sorted.
    async fn names(&self, kind: &str, id: &str, selection: &str) -> Vec<String> {
        let ask = format!("query ($id: ID!) {{ {kind}(id: $id) {{ {selection} }} }}");
        let answer = self.root().await.graphql(&ask, json!({ "id": id })).await;
        let mut names = Vec::new();
        collect(&answer.data()[kind], &mut names);
        names.sort_unstable();
        names
    }

    /// Is there no object with this id?
    async fn is_nothing(&self, kind: &str, id: &str) -> bool {
        let ask = format!("query ($id: ID!) {{ {kind}(id: $id) {{ id }} }}");
        self.root().await.graphql(&ask, json!({ "id": id })).await.data()[kind].is_null()
    }

    /// The id of a user, by name.
    async fn id_of(&self, name: &str) -> String {
        let ask = "query ($name: String!) { userByUsername(username: $name) { id } }";
        let answer = self.root().await.graphql(ask, json!({ "name": name })).await;
        answer.data()["userByUsername"]["id"].as_str().expect("an id").to_owned()
    }

    /// The id of a role that was there once.
    async fn gone_role(&self) -> String {
        let gone = self.app.role("gone").create().await;
        let _ = self.root().await.act("roleDelete", json!({ "id": gone })).await.done();
        gone
    }

    async fn inherit(&self, senior: &str, junior: &str) -> Acted {
        self.root().await.act("roleAddInheritance", json!({ "roleId": senior, "inheritsFromIds": [junior] })).await
    }

    async fn disinherit(&self, senior: &str, junior: &str) -> Acted {
        self.root().await.act("roleRemoveInheritance", json!({ "roleId": senior, "inheritsFromIds": [junior] })).await
    }
}

fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            names.extend(members.get("name").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}
