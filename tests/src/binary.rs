//! The built binary, run from outside as an operator would.

use crate::{Client, PASSWORD, servers};
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An installation of the binary in a folder of its own.
#[derive(Debug)]
pub struct Keyward {
    folder: TempDir,
    port: u16,
    server: Option<Child>,
}

/// A file of the real role data, such as `hp-role-mining/hc/upa.csv.gz`.
#[must_use]
pub fn data_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// The binary: `KEYWARD_BIN`, or the one that cargo builds in the profile of the tests; of the whole workspace, so that
/// dependencies have the features that they were built with for the tests.
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
    /// An empty installation, not served yet.
    ///
    /// # Panics
    /// When there is no room for it.
    #[must_use]
    pub fn install() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder"), port: servers::free_port(), server: None }
    }

    /// Its folder: the working folder of every command, with the data in `keyward-data`.
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
        // Settings of whoever runs the tests are none of this installation.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KEYWARD_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.folder.path()).env("KEYWARD_LISTEN", self.address());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end, with `input` on its standard input.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the binary");
        // A command that ends before it reads its input has closed the pipe.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        child.wait_with_output().expect("an end")
    }

    /// Makes `root`, with [`PASSWORD`].
    ///
    /// # Panics
    /// When it is refused.
    pub fn create_administrator(&self) {
        let output = self.run(&["admin", "create", "root"], &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Serves, and waits until it takes connections.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn serve(&mut self) -> Client {
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
        let child = self.server.insert(child);
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(child.try_wait().expect("a state").is_none(), "it ended before it served");
            assert!(Instant::now() < deadline, "it did not come up");
            std::thread::park_timeout(Duration::from_millis(10));
        }
        Client::new(format!("http://{}/graphql", self.address()))
    }

    /// Process id of the server.
    ///
    /// # Panics
    /// When it is not served.
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
