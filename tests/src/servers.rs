//! PostgreSQL, MariaDB and Redis servers from installed binaries, each started once per test process on a free loopback
//! port, with its data in a temporary folder.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running server. It stops with this process, also when that is killed: a supervising shell holds the reading end of a
/// pipe; when the pipe closes, it stops the server and deletes the data.
#[derive(Debug)]
pub struct Server {
    /// The port it listens on.
    pub port: u16,
    supervisor: Child,
    data: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}

impl Server {
    /// The file that the server writes its log to.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.data.path().join("log")
    }

    /// Stops a PostgreSQL server and its connections at once, as a crash does.
    ///
    /// # Panics
    /// When it is not a PostgreSQL server.
    pub fn crash(&self) {
        let notes = std::fs::read_to_string(self.data.path().join("cluster/postmaster.pid")).expect("a PostgreSQL");
        let process = notes.lines().next().expect("a process id");
        run(Command::new("kill").args(["-QUIT", process])).expect("a signal");
    }
}

/// Runs its arguments until standard input ends, and deletes the data folder.
const SUPERVISOR: &str = r#""$@" >"$SERVER_DATA/log" 2>&1 & child=$!; cat >/dev/null; kill "$child" 2>/dev/null; wait "$child"
rm -rf "$SERVER_DATA""#;

/// The PostgreSQL of this test process.
///
/// # Panics
/// When it is not installed: a test that requires it must not pass without it.
pub fn postgres() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| start_postgres().unwrap_or_else(|why| panic!("PostgreSQL cannot be started: {why}")))
}

/// A separate PostgreSQL for one test, which may crash it.
///
/// # Panics
/// As [`postgres`].
pub fn own_postgres() -> Server {
    start_postgres().unwrap_or_else(|why| panic!("PostgreSQL cannot be started: {why}"))
}

/// The MariaDB of this test process.
///
/// # Panics
/// As [`postgres`].
pub fn mariadb() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| start_mariadb().unwrap_or_else(|why| panic!("MariaDB cannot be started: {why}")))
}

/// A separate Redis for one test, which may stop and flush it.
///
/// # Panics
/// As [`postgres`].
pub fn redis() -> Server {
    redis_with(&[])
}

/// The same with further arguments.
///
/// # Panics
/// As [`postgres`].
pub fn redis_with(arguments: &[&str]) -> Server {
    start_redis(arguments).unwrap_or_else(|why| panic!("Redis cannot be started: {why}"))
}

/// Is `redis-server` installed?
pub fn has_redis() -> bool {
    find("redis-server", &[]).is_ok()
}

/// A free loopback port.
///
/// # Panics
/// When no port is free.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn start_postgres() -> Result<Server, String> {
    let initdb = find("initdb", &postgres_folders())?;
    let postgres = find("postgres", &postgres_folders())?;
    let data = folder_for("postgres")?;
    let cluster = data.path().join("cluster");
    let mut init = as_user("postgres", &initdb);
    init.args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync", "-D"]);
    run(init.arg(&cluster))?;
    let port = free_port();
    let mut server = as_user("postgres", &postgres);
    server.arg("-D").arg(&cluster).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    server.args(["-c", "fsync=off", "-c", "max_connections=400", "-c", "unix_socket_directories="]);
    supervise(&server, port, data)
}

fn start_mariadb() -> Result<Server, String> {
    let install = find("mariadb-install-db", &[])?;
    let mariadbd = find("mariadbd", &[PathBuf::from("/usr/sbin")])?;
    let data = folder_for("mysql")?;
    let cluster = data.path().join("cluster");
    let mut init = as_user("mysql", &install);
    init.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
    run(init.arg(format!("--datadir={}", cluster.display())))?;
    let port = free_port();
    let mut server = as_user("mysql", &mariadbd);
    server.args(["--no-defaults", "--bind-address=127.0.0.1", "--max-connections=400", "--skip-log-bin"]);
    server.arg(format!("--port={port}")).arg(format!("--datadir={}", cluster.display()));
    server.arg(format!("--socket={}", data.path().join("socket").display()));
    supervise(&server, port, data)
}

fn start_redis(arguments: &[&str]) -> Result<Server, String> {
    let redis = find("redis-server", &[])?;
    let data = TempDir::new().map_err(|e| e.to_string())?;
    let port = free_port();
    let mut server = Command::new(redis);
    server.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no", "--dir"]);
    server.arg(data.path()).args(arguments);
    supervise(&server, port, data)
}

/// Starts `server` under its supervisor and waits until it accepts connections.
fn supervise(server: &Command, port: u16, data: TempDir) -> Result<Server, String> {
    let mut supervisor = Command::new("sh");
    supervisor.args(["-c", SUPERVISOR, "supervisor"]).arg(server.get_program()).args(server.get_args());
    supervisor.env("SERVER_DATA", data.path()).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let supervisor = supervisor.spawn().map_err(|e| e.to_string())?;
    let server = Server { port, supervisor, data };
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(server);
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    Err(format!("it accepted no connections: {}", std::fs::read_to_string(server.log_file()).unwrap_or_default()))
}

/// PostgreSQL and MariaDB refuse to run as root: root runs them under their own accounts.
fn as_user(account: &str, program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={account}"), &format!("--regid={account}"), "--clear-groups", "--"]);
    command.arg(program);
    command
}

fn folder_for(account: &str) -> Result<TempDir, String> {
    let folder = TempDir::new().map_err(|e| e.to_string())?;
    if is_root() {
        run(Command::new("chown").arg(account).arg(folder.path()))?;
    }
    Ok(folder)
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// Debian installs PostgreSQL's programs in a folder per version; the newest comes first.
fn postgres_folders() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

fn find(program: &str, folders: &[PathBuf]) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = folders.iter().cloned().chain(std::env::split_paths(&path)).map(|folder| folder.join(program));
    found
        .into_iter()
        .find(|file| file.is_file())
        .ok_or_else(|| format!("`{program}` is not installed; run scripts/test"))
}
