//! `keyward serve`, from startup to shutdown.

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use tests::{Client, Keyward, PASSWORD, servers};

/// A server whose log is read; killed when dropped.
struct RunningServer {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
}

impl RunningServer {
    fn start(keyward: &Keyward, variables: &[(&str, &str)]) -> Self {
        let mut command = keyward.command(&["serve"]);
        command.envs(variables.iter().copied()).stdout(Stdio::null());
        let mut child = command.spawn().expect("the binary");
        let log = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { child, log }
    }

    /// The lines up to the one with the listening address.
    fn until_it_listens(&mut self) -> Vec<String> {
        self.until("listening on")
    }

    /// The lines up to the first one with `text`.
    fn until(&mut self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert!(self.log.read_line(&mut line).expect("a line") > 0, "it ended: {lines:?}");
            lines.push(line);
            if lines.last().is_some_and(|line| line.contains(text)) {
                return lines;
            }
        }
    }

    /// Sends a signal; returns the exit code and the rest of the log.
    fn stop(&mut self, signal: &str) -> (Option<i32>, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).expect("a log");
        (self.child.wait().expect("an end").code(), rest)
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn login(client: &Client, username: &str, password: &str) -> Value {
    let document = "mutation ($username: String!, $password: String!) {
        login(username: $username, password: $password) { accessToken userErrors { code } viewer { roles } } }";
    let answer = client.graphql(document, json!({ "username": username, "password": password })).await;
    answer.data()["login"].clone()
}

fn client(keyward: &Keyward) -> Client {
    Client::new(format!("http://{}/graphql", keyward.address()))
}

#[test]
fn without_an_administrator_startup_prints_how_to_create_one() {
    let keyward = Keyward::install();
    let mut server = RunningServer::start(&keyward, &[]);
    let lines = server.until_it_listens();
    let hints: Vec<_> = lines.iter().filter(|line| line.contains("keyward admin create")).collect();
    assert_eq!(hints.len(), 1, "{lines:?}");
    assert!(lines.iter().any(|line| line.contains(&format!("http://{}", keyward.address()))), "{lines:?}");
    let link = format!("http://{}/setup#kws_", keyward.address());
    assert!(hints[0].contains(&link) && hints[0].contains("within 15 minutes"), "{hints:?}");
    assert_eq!(server.stop("-TERM").0, Some(0));
    keyward.create_administrator();
    let mut server = RunningServer::start(&keyward, &[]);
    let lines = server.until_it_listens();
    assert!(!lines.iter().any(|line| line.contains("keyward admin create")), "{lines:?}");
}

#[test]
fn without_the_console_startup_prints_no_link() {
    let keyward = Keyward::install();
    let mut server = RunningServer::start(&keyward, &[("KEYWARD_CONSOLE", "false")]);
    let log = server.until_it_listens().concat();
    assert!(log.contains("keyward admin create NAME") && !log.contains("/setup"), "{log}");
}

#[test]
fn a_stop_signal_exits_with_zero() {
    let keyward = Keyward::install();
    for signal in ["-TERM", "-INT"] {
        let mut server = RunningServer::start(&keyward, &[]);
        server.until_it_listens();
        let (code, rest) = server.stop(signal);
        assert_eq!(code, Some(0), "{signal}: {rest}");
        assert!(rest.contains("stopped"), "{rest}");
    }
}

#[test]
fn an_idle_connection_does_not_delay_shutdown() {
    let keyward = Keyward::install();
    let mut server = RunningServer::start(&keyward, &[("KEYWARD_SHUTDOWN_GRACE", "1s")]);
    server.until_it_listens();
    let idle = std::net::TcpStream::connect(keyward.address()).expect("a connection");
    assert_eq!(server.stop("-TERM").0, Some(0));
    drop(idle);
}

#[tokio::test]
async fn a_container_creates_its_first_administrator_and_no_other() {
    let keyward = Keyward::install();
    let file = keyward.folder().join("password");
    fs::write(&file, format!("{PASSWORD}\n")).expect("a file");
    let path = file.display().to_string();
    let with = |name| [("KEYWARD_ADMIN_USERNAME", name), ("KEYWARD_ADMIN_PASSWORD_FILE", path.as_str())];
    let mut server = RunningServer::start(&keyward, &with("boss"));
    let log = server.until_it_listens().concat();
    assert!(log.contains("boss") && !log.contains(PASSWORD), "{log}");
    let payload = login(&client(&keyward), "boss", PASSWORD).await;
    assert!(
        payload["viewer"]["roles"].as_array().is_some_and(|roles| roles.contains(&json!("superadmin"))),
        "{payload}"
    );
    assert_eq!(server.stop("-TERM").0, Some(0));

    let mut server = RunningServer::start(&keyward, &with("other"));
    server.until_it_listens();
    assert_eq!(login(&client(&keyward), "other", PASSWORD).await["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    assert_eq!(login(&client(&keyward), "boss", PASSWORD).await["userErrors"], json!([]));
}

#[tokio::test]
async fn f17_f18_nothing_secret_is_logged_and_no_line_can_be_forged() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let mut server = RunningServer::start(&keyward, &[("KEYWARD_LOG", "debug")]);
    server.until_it_listens();
    let client = client(&keyward);
    let payload = login(&client, "root", PASSWORD).await;
    let token = payload["accessToken"].as_str().expect("a token").to_owned();
    let _ = login(&client, "root\n2026-01-01T00:00:00Z  INFO keyward: forged", "wrong-password-of-root").await;
    let _ = client.with_token(token.clone()).ask("{ me { id } unknown }").await;
    let _ = client.ask("{ serviceInfo { name } }").await;
    let (code, log) = server.stop("-TERM");
    assert_eq!(code, Some(0));
    for secret in [PASSWORD, "wrong-password-of-root", token.as_str(), token.rsplit('.').next().expect("a signature")] {
        assert!(!log.contains(secret), "a secret is in the log");
    }
    assert!(!log.lines().any(|line| line.starts_with("2026-01-01T00:00:00Z")), "{log}");
}

#[test]
fn what_a_redis_refuses_is_reported_in_one_line() {
    if !servers::has_redis() {
        return;
    }
    let redis = servers::redis_with(&["--user", "default", "on", "nopass", "~*", "&*", "+@all", "-eval", "-publish"]);
    let url = format!("redis://127.0.0.1:{}", redis.port);
    let keyward = Keyward::install();
    let settings =
        [("KEYWARD_REDIS_URL", url.as_str()), ("KEYWARD_SECRET", "a secret of the tests that is long enough")];
    let mut server = RunningServer::start(&keyward, &settings);
    let mut log = server.until_it_listens();
    if !log.iter().any(|line| line.contains("redis refuses")) {
        log.extend(server.until("redis refuses"));
    }
    let (_, rest) = server.stop("-TERM");
    let log = log.concat() + &rest;
    let reports: Vec<_> = log.lines().filter(|line| line.contains("redis refuses")).collect();
    assert!(matches!(reports[..], [line] if line.contains("`EVAL`") && line.contains("`PUBLISH`")), "{log}");
}
