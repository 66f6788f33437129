//! The built binary, run as an operator would.

use crate::{Client, PASSWORD, servers};
use serde_json::json;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An installation of the binary in a temporary folder.
#[derive(Debug)]
pub struct Keyward {
    folder: TempDir,
    port: u16,
    server: Option<Child>,
}

/// A file of the real role data sets, such as `hp-role-mining/hc/upa.csv.gz`.
#[must_use]
pub fn data_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// The binary: `KEYWARD_BIN`, or the one that cargo builds in the test profile. Builds the whole workspace, so that
/// dependencies keep the features of the test build.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("KEYWARD_BIN") {
            return std::path::absolute(path).expect("a path");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let built =
            Command::new(env!("CARGO")).args(["build", "--quiet", "--workspace", "--bins"]).current_dir(&root).status();
        assert!(built.expect("cargo").success(), "the binary does not build");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        target.join("debug/keyward").canonicalize().expect("the binary")
    })
}

impl Keyward {
    /// An empty installation, not started yet.
    ///
    /// # Panics
    /// When the folder cannot be created.
    #[must_use]
    pub fn install() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder"), port: servers::free_port(), server: None }
    }

    /// The working folder of every command, with the data in `keyward-data`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A command of the binary, not started yet.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        // Settings of the environment do not apply to this installation.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KEYWARD_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.folder.path()).env("KEYWARD_LISTEN", self.address());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command until it exits, with `input` on its standard input.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the binary");
        // A command that exits before it reads its input has closed the pipe.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        child.wait_with_output().expect("an exit")
    }

    /// Creates the administrator `root` with [`PASSWORD`].
    ///
    /// # Panics
    /// When the command fails.
    pub fn create_administrator(&self) {
        let output = self.run(&["admin", "create", "root"], &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Creates the administrator `root` and starts the server; returns a client that is logged in as `root`.
    ///
    /// # Panics
    /// When a step fails.
    pub async fn serve_with_administrator(&mut self) -> Client {
        self.create_administrator();
        let client = self.serve();
        let login = "mutation ($password: String!) { login(username: \"root\", password: $password) { accessToken userErrors { code } } }";
        let answer = client.graphql(login, json!({ "password": PASSWORD })).await;
        client.with_token(answer.payload("login")["accessToken"].as_str().expect("a token"))
    }

    /// Starts the server, and waits until it accepts connections.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn serve(&mut self) -> Client {
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
        let child = self.server.insert(child);
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(child.try_wait().expect("a state").is_none(), "it exited during startup");
            assert!(Instant::now() < deadline, "it did not start");
            std::thread::park_timeout(Duration::from_millis(10));
        }
        Client::new(format!("http://{}/graphql", self.address()))
    }

    /// Process id of the server.
    ///
    /// # Panics
    /// When it is not running.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.server.as_ref().expect("a server").id()
    }

    /// Kills the server at once, as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Drop for Keyward {
    fn drop(&mut self) {
        self.kill();
    }
}
