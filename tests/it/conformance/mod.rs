//! Conformance to ANSI INCITS 359: `docs/conformance.md` is written from a run of these tests.

mod choices;
mod core;
mod hierarchy;
mod separation;
mod table;

use crate::sdl;
use choices::CHOICES;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;
use table::{Function, INVARIANTS, PARTS};
use tests::{Actor, App, Client, MutationResult, PASSWORD};

/// Test results by name.
type Results = BTreeMap<String, bool>;

#[test]
fn every_function_of_the_standard_has_an_operation_and_tests_that_pass() {
    let functions: Vec<&Function> = PARTS.iter().flat_map(|part| part.functions).collect();
    let published: BTreeSet<String> = sdl::published().fields().map(|field| field.coordinate).collect();
    for function in &functions {
        let unknown: Vec<_> = function.operations.iter().filter(|operation| !published.contains(**operation)).collect();
        assert!(
            unknown.is_empty() && !function.operations.is_empty(),
            "{}: the schema has no {unknown:?}",
            function.name
        );
        assert!(!function.tests.is_empty(), "{}: no test", function.name);
    }
    let invariants = INVARIANTS.iter().flat_map(|(.., tests)| *tests);
    let tests: BTreeSet<&str> =
        functions.iter().flat_map(|function| function.tests).chain(invariants).copied().collect();
    let results = run(&tests);
    let failed: Vec<_> = tests.iter().filter(|test| results.get(**test) != Some(&true)).collect();
    assert!(failed.is_empty(), "no such test, or it fails: {failed:#?}");
    crate::generated::compare("docs/conformance.md", &page(&results));
}

/// Runs tests of this binary and reads their results.
fn run(tests: &BTreeSet<&str>) -> Results {
    let binary = std::env::current_exe().expect("this binary");
    let mut command = Command::new(binary);
    command.args(["--exact", "--color", "never"]).args(tests).env_remove("UPDATE");
    // The full random run belongs to the whole suite; a short one suffices here.
    let output = command.env("KEYWARD_SIMULATION_STEPS", "100").output();
    let output = String::from_utf8(output.expect("a run").stdout).expect("text");
    let result = |line: &str| {
        let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        Some((name.to_owned(), result == "ok"))
    };
    output.lines().filter_map(result).collect()
}

/// The generated page.
fn page(results: &Results) -> String {
    let mut page = String::from(INTRO);
    for part in PARTS {
        let _ = write!(page, "\n## {}\n\n", part.title);
        if !part.note.is_empty() {
            let _ = write!(page, "{}\n\n", part.note);
        }
        page.push_str("| function | operation | tests | result |\n|---|---|---|---|\n");
        for function in part.functions {
            let operations: Vec<String> =
                function.operations.iter().map(|operation| format!("`{operation}`")).collect();
            let _ = writeln!(
                page,
                "| {} | {} | {} |",
                function.name,
                operations.join(", "),
                tests(function.tests, results)
            );
        }
    }
    page.push_str("\n## Implementation choices\n\n| point left open by the standard | choice |\n|---|---|\n");
    for (point, choice) in CHOICES {
        let _ = writeln!(page, "| {point} | {choice} |");
    }
    page.push_str("\n## Invariants of administration\n\n| id | invariant | tests | result |\n|---|---|---|---|\n");
    for (name, invariant, named) in INVARIANTS {
        let _ = writeln!(page, "| {name} | {invariant} | {} |", tests(named, results));
    }
    page
}

const INTRO: &str = "\
# Conformance to ANSI INCITS 359

Each function of the standard for role-based access control, the operation of [`schema.graphql`](../schema.graphql) that
implements it, and its tests through HTTP: the effect, and a violation of each precondition. The page is generated from a
run of these tests in [`tests/it`](../tests/it). A function without a passing test fails the build.
";

/// Two cells: the tests, and their result.
fn tests(named: &[&str], results: &Results) -> String {
    let names: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
    let result = match named.iter().all(|name| results.get(*name) == Some(&true)) {
        _ if named.is_empty() => "none yet",
        true => "pass",
        false => "**fail**",
    };
    format!("{} | {result}", names.join("<br>"))
}

/// An installation with an administrator.
struct Suite {
    app: App,
}

impl Suite {
    async fn start() -> Self {
        Self { app: App::start().await }
    }

    async fn root(&self) -> &Actor {
        self.app.admin().await
    }

    /// Logs in with exactly these roles active.
    async fn log_in(&self, name: &str, roles: &[&str]) -> MutationResult {
        let arguments = json!({ "username": name, "password": PASSWORD, "roles": roles });
        self.app.anonymous().mutate("login", arguments).await
    }

    /// The client of a login.
    fn logged_in(&self, login: &MutationResult) -> Client {
        self.app.anonymous().with_token(login.done()["accessToken"].as_str().expect("a token"))
    }

    /// Is the permission granted? `canAll` and `viewer` must agree.
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

    /// Does no object have this id?
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

    /// The id of a deleted role.
    async fn gone_role(&self) -> String {
        let gone = self.app.role("gone").create().await;
        let _ = self.root().await.mutate("roleDelete", json!({ "id": gone })).await.done();
        gone
    }

    async fn inherit(&self, senior: &str, junior: &str) -> MutationResult {
        self.root().await.mutate("roleAddInheritance", json!({ "roleId": senior, "inheritsFromIds": [junior] })).await
    }

    async fn disinherit(&self, senior: &str, junior: &str) -> MutationResult {
        self.root()
            .await
            .mutate("roleRemoveInheritance", json!({ "roleId": senior, "inheritsFromIds": [junior] }))
            .await
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
