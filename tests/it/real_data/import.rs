//! Imports of real data: idempotent, atomic, visible to running servers.

use super::{assert_same, held, import, pairs};
use serde_json::json;
use std::fs;
use std::process::Output;
use std::time::Duration;
use tests::{Client, Keyward, data_file, eventually};

const HC: [(&str, &str); 2] = [
    ("--user-roles", "hp-role-mining/hc/user_roles.csv.gz"),
    ("--role-permissions", "hp-role-mining/hc/role_permissions.csv.gz"),
];

/// Imports a text as a file, without the data set.
fn attempt(keyward: &Keyward, flag: &str, text: &str) -> Output {
    fs::write(keyward.folder().join("file.csv"), text).expect("a file");
    keyward.run(&["import", flag, "file.csv", "--ignore-columns", "note"], "")
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let mut keyward = Keyward::install();
    let first = import(&keyward, &HC);
    for words in ["46 users", "14 roles", "46 permissions", "134 ", "120 "] {
        assert!(first.contains(words), "{first}");
    }
    assert_eq!(import(&keyward, &HC), "nothing to do: everything exists already");
    let root = keyward.serve_with_administrator().await;
    let document = "{ viewer { policyRevision } auditLog { totalCount } users { totalCount } }";
    let before = root.ask(document).await.data().clone();
    import(&keyward, &HC);
    assert_eq!(root.ask(document).await.data(), &before);
}

#[test]
fn the_readme_shows_the_actual_output() {
    let keyward = Keyward::install();
    let readme = fs::read_to_string(crate::generated::file("README.md")).expect("README.md");
    let printed = import(&keyward, &HC);
    let summary = printed.lines().next().expect("a line");
    assert!(readme.contains(summary), "README.md does not say: {summary}");
}

#[tokio::test]
async fn a_running_server_sees_the_import() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let count =
        async |client: &Client| client.ask("{ users { totalCount } }").await.data()["users"]["totalCount"].clone();
    assert_eq!(count(&root).await, 1);
    // During the import, nothing of it is visible.
    import(&keyward, &HC);
    let expected = pairs("hp-role-mining/hc/upa.csv.gz");
    eventually(Duration::from_secs(10), async || held(&root).await.len(), |held| *held == expected.len()).await;
    assert_same(&held(&root).await, &expected);
}

#[tokio::test]
async fn plain_files_with_more_columns_in_any_order_are_accepted() {
    let mut keyward = Keyward::install();
    let text = "note,permission,user\r\nx,\"invoice:read\",ana\r\n,\"a, \"\"b\"\" c\",ben\r\n";
    let output = attempt(&keyward, "--user-permissions", text);
    // A permission name may not contain a quote: reported by line, and nothing is imported.
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("file.csv:3: "), "{output:?}");
    let output = attempt(&keyward, "--user-permissions", &text.replace("a, \"\"b\"\" c", "a, c"));
    assert!(output.status.success(), "{output:?}");
    let root = keyward.serve_with_administrator().await;
    let expected = [("ana", "invoice:read"), ("ben", "a, c")].map(|(user, name)| (user.to_owned(), name.to_owned()));
    assert_same(&held(&root).await, &expected.into());
}

#[tokio::test]
async fn an_invalid_file_changes_nothing_and_each_line_is_reported() {
    let mut keyward = Keyward::install();
    import(&keyward, &HC);
    let root = keyward.serve_with_administrator().await;
    let document = "{ viewer { policyRevision } users { totalCount } roles { totalCount } permissions { totalCount } }";
    let before = root.ask(document).await.data().clone();
    let cases: [(&str, &str, &[&str]); 9] = [
        ("--user-roles", "user,role\nnew,fine\na b,fine\nnew,\n", &["file.csv:3: ", "file.csv:4: ", "2 problems"]),
        ("--user-permissions", "user,permission\nnew,all:*\n", &["file.csv:2: "]),
        ("--user-roles", "user,role\nnew,fine\nnew\n", &["file.csv:3: "]),
        ("--role-hierarchy", "senior,junior\na,b\nb,c\nc,a\n", &["file.csv:"]),
        ("--role-hierarchy", "senior,junior\nnew,new\n", &["file.csv:2: "]),
        ("--role-permissions", "role,permission\nsuperadmin,new:thing\n", &["file.csv:2: "]),
        ("--user-roles", "user,group\nnew,fine\n", &["file.csv:1: ", "`role`"]),
        ("--user-roles", "", &["file.csv:1: ", "empty"]),
        ("--roles", "role\nfine\nFINE\nfi\u{0}ne\n", &["file.csv:4: "]),
    ];
    for (flag, text, words) in cases {
        let output = attempt(&keyward, flag, text);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}: {error}");
        for word in words {
            assert!(error.contains(word), "`{word}` is not in: {error}");
        }
    }
    let missing = keyward.run(&["import", "--roles", "nowhere.csv"], "");
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("nowhere.csv"));
    let broken = fs::read(data_file("hp-role-mining/hc/upa.csv.gz")).expect("a file");
    fs::write(keyward.folder().join("cut.csv.gz"), &broken[..broken.len() / 2]).expect("a file");
    let cut = keyward.run(&["import", "--user-permissions", "cut.csv.gz"], "");
    assert_eq!(cut.status.code(), Some(1), "{cut:?}");
    assert_eq!(root.ask(document).await.data(), &before);
}

#[tokio::test]
async fn a_cycle_with_existing_roles_is_found() {
    let mut keyward = Keyward::install();
    assert!(attempt(&keyward, "--role-hierarchy", "senior,junior\na,b\nb,c\n").status.success());
    let output = attempt(&keyward, "--role-hierarchy", "senior,junior\nd,a\nc,d\n");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("file.csv:"), "{error}");
    let root = keyward.serve_with_administrator().await;
    let answer = root.ask("{ roleByName(name: \"d\") { name } roleHierarchy { links { role { name } } } }").await;
    assert_eq!(answer.data()["roleByName"], json!(null));
    assert_eq!(answer.data()["roleHierarchy"]["links"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn the_actor_of_an_import_is_audited() {
    let mut keyward = Keyward::install();
    import(&keyward, &HC);
    let root = keyward.serve_with_administrator().await;
    let document = "query ($action: String!) { auditLog(filter: { actions: [$action] }) { totalCount
        nodes { actorLabel outcome } } }";
    for (action, count) in
        [("policy.import", 1), ("user.create", 46), ("permission.create", 46), ("role.grant_permissions", 0)]
    {
        let answer = root.graphql(document, json!({ "action": action })).await;
        let log = &answer.data()["auditLog"];
        // The administrator is created too.
        let count = count + i64::from(action == "user.create");
        assert_eq!(log["totalCount"], count, "{action}");
        let by_operator = json!({ "actorLabel": "operator", "outcome": "SUCCESS" });
        assert!(log["nodes"].as_array().expect("a list").iter().all(|event| *event == by_operator), "{log}");
    }
}
