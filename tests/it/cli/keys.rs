//! `keyward keys`, offline and beside a running server.

use super::{assert_names, done, refused};
use serde_json::{Value, json};
use std::process::Output;
use std::time::Duration;
use tests::{Client, Keyward, PASSWORD, eventually};

const LOGIN: &str = "mutation ($password: String!) { login(username: \"root\", password: $password) { accessToken } }";

/// More than two polling intervals, for a busy machine.
const SOON: Duration = Duration::from_secs(5);

async fn login(client: &Client) -> Client {
    let answer = client.graphql(LOGIN, json!({ "password": PASSWORD })).await;
    client.with_token(answer.data()["login"]["accessToken"].as_str().expect("a token"))
}

/// The client's username, or the reason why it has none.
async fn whoami(client: &Client) -> String {
    let answer = client.ask("{ me { username } }").await;
    let found = [&answer.body["data"]["me"]["username"], &answer.body["errors"][0]["extensions"]["reason"]];
    found.into_iter().find_map(Value::as_str).expect("a name or a reason").to_owned()
}

/// The rows of a list, split into words.
fn list(keyward: &Keyward) -> Vec<Vec<String>> {
    let text = done(&keyward.run(&["keys", "list"], ""));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    text.lines().skip(1).map(words).collect()
}

fn serve_with(keyward: &Keyward, variables: &[(&str, &str)]) -> Output {
    keyward.command(&["keys", "list"]).envs(variables.iter().copied()).output().expect("the binary")
}

#[tokio::test]
async fn a_running_server_applies_a_rotation_and_a_revocation() {
    let mut keyward = Keyward::install();
    keyward.create_administrator();
    let client = keyward.serve();
    let root = login(&client).await;
    let [first] = list(&keyward).try_into().expect("one key");
    assert_eq!(first[1..3], ["EdDSA", "ACTIVE"]);

    let text = done(&keyward.run(&["keys", "rotate"], ""));
    assert_names(&text, &["signs from now on", "EdDSA"]);
    let [second, retiring] = list(&keyward).try_into().expect("two keys");
    assert!(text.starts_with(&second[0]) && retiring[0] == first[0] && retiring[2] == "RETIRING", "{text}");
    assert_eq!(whoami(&root).await, "root");

    let text = done(&keyward.run(&["keys", "revoke", &first[0], "--reason", "found in a log"], ""));
    assert_names(&text, &[&first[0], "is revoked", &second[0]]);
    eventually(SOON, async || whoami(&root).await, |who| who == "EXPIRED").await;
    let root = login(&client).await;
    let document = "{ auditLog(filter: { actions: [\"signing_key.*\"] }) { nodes { actorLabel reason } } }";
    let log = root.ask(document).await;
    let found =
        json!([{ "actorLabel": "operator", "reason": "found in a log" }, { "actorLabel": "operator", "reason": null }]);
    assert_eq!(log.data()["auditLog"]["nodes"], found);
}

#[test]
fn impossible_commands_are_reported_with_a_remedy() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let line = refused(&keyward.run(&["keys", "revoke", "nothing", "--reason", "leaked"], ""));
    assert_names(&line, &["`nothing`", "keyward keys list"]);
    let [key] = list(&keyward).try_into().expect("one key");
    assert_names(&refused(&keyward.run(&["keys", "revoke", &key[0], "--reason", " "], "")), &["why"]);
    assert_eq!(list(&keyward), [key]);
}

#[tokio::test]
async fn serving_with_another_algorithm_creates_a_key_and_other_commands_do_not() {
    let mut keyward = Keyward::install();
    keyward.create_administrator();
    std::fs::write(keyward.folder().join("keyward.toml"), "[token]\nalgorithm = \"RS256\"\n").expect("a file");
    assert_eq!(list(&keyward)[0][1..3], ["EdDSA", "ACTIVE"]);
    let _ = login(&keyward.serve()).await;
    let found: Vec<_> = list(&keyward).into_iter().map(|line| line[1..3].to_vec()).collect();
    assert_eq!(found, [["RS256", "ACTIVE"], ["EdDSA", "RETIRING"]]);
}

#[tokio::test]
async fn f20_the_generated_secret_is_replaced_by_moving_it_aside() {
    let mut keyward = Keyward::install();
    keyward.create_administrator();
    let root = login(&keyward.serve()).await;
    keyward.kill();
    let (secret, old) = (keyward.folder().join("keyward-data/secret"), keyward.folder().join("secret.old"));
    std::fs::rename(&secret, &old).expect("moved");
    let line = refused(&keyward.run(&["keys", "list"], ""));
    assert_names(&line, &["is gone", "KEYWARD_SECRET_PREVIOUS"]);

    let path = old.display().to_string();
    let before = done(&serve_with(&keyward, &[("KEYWARD_SECRET_PREVIOUS_FILE", &path)]));
    let text = |path| std::fs::read_to_string(path).expect("a secret");
    assert_ne!(text(&secret), text(&old), "a new one was made");
    std::fs::remove_file(&old).expect("a removable file");
    assert_eq!(done(&keyward.run(&["keys", "list"], "")), before);
    assert_eq!(whoami(&keyward.serve().with_token(root.token())).await, "root");
}

#[test]
fn a_wrong_secret_is_reported_in_one_line_with_a_remedy() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let wrong = "a secret that never sealed anything at all";
    for variables in
        [&[("KEYWARD_SECRET", wrong)][..], &[("KEYWARD_SECRET", wrong), ("KEYWARD_SECRET_PREVIOUS", wrong)]]
    {
        let line = refused(&serve_with(&keyward, variables));
        assert_names(&line, &["does not open the stored signing keys", "KEYWARD_SECRET_PREVIOUS"]);
        assert!(!line.contains(wrong), "{line}");
    }
    assert_names(&refused(&serve_with(&keyward, &[("KEYWARD_SECRET_PREVIOUS_FILE", "nowhere")])), &["nowhere"]);
}
