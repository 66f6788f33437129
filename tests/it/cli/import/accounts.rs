//! Users who exist already are shown before they are given anything, and those who signed up by themselves only get
//! something when the operator agrees.

use super::{applied, attempt, held, out, rejected, seen, state};
use crate::cli::{assert_names, err};
use serde_json::json;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use tests::{Client, Keyward, PASSWORD};

const STAFF: [(&str, &str); 1] = [("user-roles", "user,role\nann,boss\neve,boss\nnew,boss\n")];

/// Serves, with the imported user `ann` and with `eve`, who signed up by herself.
async fn installation() -> (Keyward, Client) {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    seen(&root, || attempt(&keyward, &[("user-roles", "user,role\nann,clerk\n")], &[])).await;
    sign_up(&keyward, "eve").await;
    (keyward, root)
}

async fn sign_up(keyward: &Keyward, name: &str) {
    let client = Client::new(format!("http://{}/graphql", keyward.address()));
    let document = "mutation ($name: String!, $password: String!) {
        signup(username: $name, password: $password) { accessToken userErrors { code } } }";
    let answer = client.graphql(document, json!({ "name": name, "password": PASSWORD })).await;
    assert!(answer.payload("signup")["accessToken"].is_string());
}

#[tokio::test]
async fn users_who_signed_up_by_themselves_get_nothing_without_consent() {
    let (keyward, root) = installation().await;
    let before = state(&root).await;
    let error = rejected(&attempt(&keyward, &STAFF, &[]));
    let words = [
        "2 existing users are given roles or permissions:\n  ann, eve\n",
        "1 of them signed up by themselves:\n  eve (20",
        "1 user who signed up would be given roles or permissions",
        "`--yes`",
    ];
    assert_names(&error, &words);
    let direct = [("user-permissions", "user,permission\neve,vault:open\n")];
    assert_names(&rejected(&attempt(&keyward, &direct, &[])), &["eve (20", "`--yes`"]);
    assert_eq!(state(&root).await, before);

    let agreed = seen(&root, || attempt(&keyward, &STAFF, &["--yes"])).await;
    assert_names(&out(&agreed), &["imported 1 user, 1 role, 3 assignments"]);
    assert_names(&err(&agreed), &["existing users are given roles or permissions:\n  ann, eve\n", "eve (20"]);
    assert_eq!(held(&root, "eve").await, json!([["boss", "user"], []]));
    // Nothing is given, so nothing is asked.
    assert_names(&applied(&attempt(&keyward, &STAFF, &[])), &["nothing to do"]);
}

#[tokio::test]
async fn existing_users_whom_somebody_else_created_are_shown_and_not_asked_about() {
    let (keyward, root) = installation().await;
    let text = "user,role\nann,boss\nnew,boss\n";
    let output = seen(&root, || attempt(&keyward, &[("user-roles", text)], &[])).await;
    assert_names(&err(&output), &["1 existing user is given roles or permissions:\n  ann\n"]);
    assert!(!err(&output).contains("signed up"), "{}", err(&output));
    assert_eq!(held(&root, "ann").await, json!([["boss", "clerk"], []]));
}

#[tokio::test]
async fn only_new_users_refuses_each_existing_user_who_would_be_given_something() {
    let (keyward, root) = installation().await;
    let before = state(&root).await;
    let text = "user,role\nann,clerk\nann,boss\nann,chief\neve,boss\nnew,boss\n";
    let error = rejected(&attempt(&keyward, &[("user-roles", text)], &["--only-new-users"]));
    let words =
        ["user-roles.csv:3: user `ann` exists already", "user-roles.csv:5: user `eve` exists already", "2 problems"];
    assert_names(&error, &words);
    assert_eq!(state(&root).await, before);
    let unchanged = [("user-roles", "user,role\nann,clerk\nnew,boss\n")];
    applied(&attempt(&keyward, &unchanged, &["--only-new-users"]));
    applied(&attempt(&keyward, &unchanged, &["--only-new-users"]));
    assert_eq!(attempt(&keyward, &STAFF, &["--only-new-users", "--yes"]).status.code(), Some(2));
}

#[tokio::test]
async fn a_dry_run_shows_everything_and_changes_nothing() {
    let (keyward, root) = installation().await;
    let before = state(&root).await;
    for flags in [&["--dry-run"][..], &["--dry-run", "--yes"], &["--dry-run"]] {
        let output = attempt(&keyward, &STAFF, flags);
        assert_names(
            &applied(&output),
            &[
                "would import 1 user, 1 role, 3 assignments",
                "new users:\n  new",
                "new roles:\n  boss",
                "0 users would gain 0 permissions and lose 0 permissions",
            ],
        );
        assert_names(&err(&output), &["  ann, eve\n", "eve (20"]);
    }
    rejected(&attempt(&keyward, &[("user-roles", "user,role\nann,superadmin\n")], &["--dry-run"]));
    assert_eq!(state(&root).await, before);
    assert_eq!(held(&root, "new").await, json!(null));
}

/// Runs an import at a pseudo-terminal, with these answers; `None` where there is no `script`.
fn at_a_terminal(keyward: &Keyward, answer: &str) -> Option<Output> {
    let import = keyward.command(&["import", "--user-roles", "user-roles.csv"]);
    let program = import.get_program().to_string_lossy().into_owned();
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command"]).arg(format!("{program} import --user-roles user-roles.csv"));
    command.arg("/dev/null").current_dir(keyward.folder()).stdin(Stdio::piped()).stdout(Stdio::piped());
    for (name, value) in import.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let Ok(mut child) = command.spawn() else {
        println!("there is no `script`: skipped");
        return None;
    };
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(answer.as_bytes()).expect("the question waits");
    let output = child.wait_with_output().expect("an exit");
    drop(input);
    Some(output)
}

#[tokio::test]
async fn at_a_terminal_the_operator_is_asked() {
    let (keyward, root) = installation().await;
    std::fs::write(keyward.folder().join("user-roles.csv"), STAFF[0].1).expect("a file");
    let Some(declined) = at_a_terminal(&keyward, "n\n") else { return };
    let text = String::from_utf8_lossy(&declined.stdout).into_owned();
    assert_names(&text, &["eve (20", "Give it to users who signed up by themselves? [y/N]", "nothing was imported"]);
    assert_eq!((declined.status.code(), held(&root, "new").await), (Some(1), json!(null)), "{text}");
    let agreed = seen(&root, || at_a_terminal(&keyward, "y\n").expect("a terminal")).await;
    assert_names(&out(&agreed), &["imported 1 user, 1 role, 3 assignments"]);
    assert_eq!(held(&root, "eve").await, json!([["boss", "user"], []]));
}
