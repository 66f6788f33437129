//! Commands that succeed, and command lines that are wrong.

use super::{assert_names, done, err, out, refused};
use serde_json::json;
use tests::{Keyward, PASSWORD};

#[test]
fn help_lists_the_commands() {
    let keyward = Keyward::install();
    for arguments in [&["--help"][..], &["-h"]] {
        let text = done(&keyward.run(arguments, ""));
        let words = [
            "serve",
            "migrate",
            "import",
            "admin",
            "policy",
            "keys",
            "status",
            "schema",
            "check-config",
            "Examples",
            "Exit codes",
            "KEYWARD_",
        ];
        assert_names(&text, &words);
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
    for command in [
        &["serve"][..],
        &["migrate"],
        &["import"],
        &["admin"],
        &["admin", "create"],
        &["admin", "recover"],
        &["policy"],
        &["policy", "check"],
        &["policy", "export"],
        &["policy", "plan"],
        &["policy", "apply"],
        &["policy", "test"],
        &["policy", "schema"],
        &["keys"],
        &["keys", "list"],
        &["keys", "rotate"],
        &["keys", "revoke"],
        &["status"],
        &["schema"],
        &["check-config"],
    ] {
        let text = done(&keyward.run(&[command, &["--help"]].concat(), ""));
        assert!(text.contains("Usage: keyward"), "{text}");
    }
    assert_names(&done(&keyward.run(&["--version"], "")), &["keyward", env!("CARGO_PKG_VERSION")]);
}

#[test]
fn an_invalid_command_line_exits_with_two_and_an_explanation() {
    let keyward = Keyward::install();
    let wrong: [&[&str]; 19] = [
        &["sevre"],
        &["--nothing"],
        &["admin"],
        &["admin", "create"],
        &["policy"],
        &["policy", "check"],
        &["policy", "export", "policy.yaml"],
        &["policy", "plan"],
        &["policy", "plan", "policy.yaml", "--mode", "both"],
        &["policy", "apply"],
        &["policy", "test"],
        &["keys"],
        &["keys", "revoke", "x"],
        &["keys", "rotate", "--grace", "31d"],
        &["import"],
        &["schema", "--permissions"],
        &["schema", "--permissions", "java"],
        &["schema", "--permissions", "ts", "--scalars"],
        &["serve", "--listen", "here"],
    ];
    for arguments in wrong {
        let output = keyward.run(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", err(&output));
        assert!(out(&output).is_empty() && !err(&output).is_empty(), "{arguments:?}");
    }
    assert!(std::fs::read_dir(keyward.folder()).expect("a folder").next().is_none(), "nothing was written");
}

#[test]
fn the_schema_is_printed_as_it_is_committed() {
    let keyward = Keyward::install();
    let text = done(&keyward.run(&["schema"], ""));
    let committed = std::fs::read_to_string(crate::generated::file("schema.graphql")).expect("schema.graphql");
    assert_eq!(text.trim_end(), committed.trim_end());
    assert!(std::fs::read_dir(keyward.folder()).expect("a folder").next().is_none(), "it needs no installation");
}

#[test]
fn check_config_shows_values_and_sources_without_secrets() {
    let keyward = Keyward::install();
    std::fs::write(keyward.folder().join("keyward.toml"), "service_name = \"Ours\"\n[session]\nidle = \"15m\"\n")
        .expect("a file");
    let secret = "a secret of the tests that is long enough";
    let mut command = keyward.command(&["check-config"]);
    for variable in ["KEYWARD_SECRET", "KEYWARD_PASSWORD_PEPPER", "KEYWARD_PASSWORD_PEPPER_PREVIOUS"] {
        command.env(variable, secret);
    }
    let text = done(&command.output().expect("the binary"));
    assert_names(&text, &["listen", "KEYWARD_LISTEN", "service_name", "Ours", "keyward.toml", "15m", "default"]);
    assert!(!text.contains(secret), "{text}");
}

#[test]
fn migrate_updates_the_tables_once() {
    let keyward = Keyward::install();
    let text = done(&keyward.run(&["migrate"], ""));
    assert!(text.lines().count() >= 6 && text.lines().all(|line| line.starts_with("applied ")), "{text}");
    assert_names(&done(&keyward.run(&["migrate"], "")), &["nothing to do"]);
    assert!(keyward.folder().join("keyward-data/keyward.db").is_file());
}

#[test]
fn status_shows_the_schema_and_the_size_of_each_table() {
    let keyward = Keyward::install();
    assert_names(&refused(&keyward.run(&["status"], "")), &["no database", "--data-dir"]);
    let _ = done(&keyward.run(&["migrate"], ""));
    let text = done(&keyward.run(&["status"], ""));
    assert_names(&text, &["version", env!("CARGO_PKG_VERSION"), "up to date", "audit_events", "rows", "bytes"]);
    let row = text.lines().find(|line| line.starts_with("policy_state ")).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert!(cells.len() == 3 && cells[1] == "1" && cells[2] != "0", "{row}");
}

#[test]
fn an_administrator_is_created_from_standard_input() {
    let keyward = Keyward::install();
    let text = done(&keyward.run(&["admin", "create", "root"], &format!("{PASSWORD}\n")));
    assert_names(&text, &["root"]);
    assert!(!text.contains(PASSWORD));
    let again = refused(&keyward.run(&["admin", "create", "root"], &format!("{PASSWORD}\n")));
    assert_names(&again, &["username"]);
}

#[test]
fn a_weak_or_missing_password_is_rejected_and_nothing_is_created() {
    let keyward = Keyward::install();
    for password in ["qwertz\n", "passwordpassword\n", "\n", ""] {
        let line = refused(&keyward.run(&["admin", "create", "root"], password));
        assert_names(&line, &["password"]);
        assert!(
            password.trim().is_empty() || !line.contains(password.trim()) || password.trim() == "password",
            "{line}"
        );
    }
    assert_names(&refused(&keyward.run(&["admin", "create", "a b"], &format!("{PASSWORD}\n"))), &["username"]);
    let made = done(&keyward.run(&["admin", "create", "root"], &format!("{PASSWORD}\n")));
    assert_names(&made, &["root"]);
}

#[tokio::test]
async fn recover_resolves_a_lock_out_and_is_audited() {
    let mut keyward = Keyward::install();
    keyward.create_administrator();
    assert_names(&refused(&keyward.run(&["admin", "recover", "nobody"], &format!("{PASSWORD}\n"))), &["no user"]);
    let other = "another-sailing-over-7-seas";
    assert_names(&done(&keyward.run(&["admin", "recover", "root"], &format!("{other}\n"))), &["root"]);
    let client = keyward.serve();
    let login = "mutation ($password: String!) { login(username: \"root\", password: $password) { accessToken userErrors { code } } }";
    assert_eq!(client.graphql(login, json!({ "password": PASSWORD })).await.refusal("login"), "INVALID_CREDENTIALS");
    let answer = client.graphql(login, json!({ "password": other })).await;
    let root = client.with_token(answer.payload("login")["accessToken"].as_str().expect("a token"));
    let log = root
        .ask("{ auditLog(filter: { actions: [\"user.recover\"] }) { nodes { actorLabel targetLabel outcome } } }")
        .await;
    let events = log.data()["auditLog"]["nodes"].as_array().expect("a list");
    assert!(
        events
            .iter()
            .any(|event| *event == json!({ "actorLabel": "operator", "targetLabel": "root", "outcome": "SUCCESS" })),
        "{events:?}"
    );
}
