//! Whatever is wrong is told in one line: what, why, and what to do.

use super::{assert_names, err, refused};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};
use tests::{Keyward, servers};

const SECRET: (&str, &str) = ("KEYWARD_SECRET", "a secret of the tests that is long enough");

/// Runs to its end what is expected to end by itself.
fn ended(mut command: Command) -> Output {
    command.output().expect("the binary")
}

fn serve_with(keyward: &Keyward, variables: &[(&str, &str)]) -> Output {
    let mut command = keyward.command(&["serve"]);
    command.envs(variables.iter().copied());
    ended(command)
}

#[test]
fn a_port_in_use() {
    let keyward = Keyward::install();
    let _taken = TcpListener::bind(keyward.address()).expect("the port");
    let line = refused(&ended(keyward.command(&["serve"])));
    assert_names(&line, &[&keyward.address(), "in use", "KEYWARD_LISTEN"]);
    assert!(!keyward.folder().join("keyward-data").exists(), "nothing was written");
}

#[test]
fn an_address_that_is_not_ours() {
    let keyward = Keyward::install();
    let line = refused(&serve_with(&keyward, &[("KEYWARD_LISTEN", "192.0.2.1:8080")]));
    assert_names(&line, &["192.0.2.1:8080", "KEYWARD_LISTEN"]);
}

#[test]
fn a_data_folder_that_cannot_be_made_or_read() {
    let keyward = Keyward::install();
    fs::write(keyward.folder().join("keyward-data"), "a file in its place").expect("a file");
    for command in ["serve", "migrate"] {
        let line = refused(&ended(keyward.command(&[command])));
        assert_names(&line, &["keyward-data", "KEYWARD_DATA_DIR"]);
    }
}

#[test]
fn a_data_folder_without_permission() {
    let keyward = Keyward::install();
    let folder = keyward.folder().join("keyward-data");
    fs::create_dir(&folder).expect("a folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).expect("permissions");
    fs::set_permissions(keyward.folder(), fs::Permissions::from_mode(0o777)).expect("permissions");
    // Permissions mean nothing to root: the binary is run as somebody else.
    let command = keyward.command(&["migrate"]);
    let mut other = Command::new("setpriv");
    other
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(command.get_program())
        .args(command.get_args());
    other.current_dir(keyward.folder());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let output = ended(if is_root { other } else { command });
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("permissions");
    if is_root && err(&output).contains("setpriv") {
        println!("the binary lies where others may not run it: not tried");
        return;
    }
    let line = refused(&output);
    assert_names(&line, &["keyward-data", "ermission denied"]);
}

#[test]
fn a_corrupt_database() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let file = keyward.folder().join("keyward-data/keyward.db");
    for companion in ["keyward-data/keyward.db-wal", "keyward-data/keyward.db-shm"] {
        let _ = fs::remove_file(keyward.folder().join(companion));
    }
    let mut bytes = fs::read(&file).expect("the database");
    bytes[..200].fill(b'x');
    fs::write(&file, bytes).expect("a damaged file");
    for command in ["serve", "migrate"] {
        let line = refused(&ended(keyward.command(&[command])));
        assert_names(&line, &["keyward.db", "not a database", "restore a backup"]);
    }
}

#[test]
fn a_database_damaged_in_the_middle() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let file = keyward.folder().join("keyward-data/keyward.db");
    for companion in ["keyward-data/keyward.db-wal", "keyward-data/keyward.db-shm"] {
        let _ = fs::remove_file(keyward.folder().join(companion));
    }
    let mut bytes = fs::read(&file).expect("the database");
    // Everything behind the head, which names the kind of file.
    bytes[100..].fill(0xa5);
    fs::write(&file, bytes).expect("a damaged file");
    let line = refused(&ended(keyward.command(&["serve"])));
    assert_names(&line, &["malformed", "restore a backup"]);
}

#[test]
fn a_secret_that_is_gone_or_another_one() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let file = keyward.folder().join("keyward-data/secret");
    let line = refused(&serve_with(&keyward, &[SECRET]));
    assert_names(&line, &["KEYWARD_SECRET"]);
    fs::remove_file(&file).expect("the secret");
    let line = refused(&ended(keyward.command(&["serve"])));
    assert_names(&line, &["secret", "gone", "KEYWARD_SECRET"]);
}

#[test]
fn wrong_settings_are_named_with_what_is_right() {
    let keyward = Keyward::install();
    let cases: [(&str, &str, &[&str]); 13] = [
        ("KEYWARD_LISTEN", "8080", &["KEYWARD_LISTEN", "8080", "127.0.0.1:8080"]),
        ("KEYWARD_MODE", "prod", &["KEYWARD_MODE", "prod", "production"]),
        ("KEYWARD_SESSION_IDLE", "soon", &["KEYWARD_SESSION_IDLE", "soon"]),
        ("KEYWARD_SESSION_IDLE", "99d", &["KEYWARD_SESSION_IDLE", "30d"]),
        ("KEYWARD_MAX_PAGE_SIZE", "-1", &["KEYWARD_MAX_PAGE_SIZE", "10", "1000"]),
        ("KEYWARD_PASSWORD_MIN_LENGTH", "4", &["KEYWARD_PASSWORD_MIN_LENGTH", "8"]),
        ("KEYWARD_PASSWORD_MEMORY", "1 MiB", &["KEYWARD_PASSWORD_MEMORY", "7 MiB"]),
        ("KEYWARD_SIGNUP_ENABLED", "perhaps", &["KEYWARD_SIGNUP_ENABLED", "true"]),
        ("KEYWARD_SECRET", "short", &["KEYWARD_SECRET", "32"]),
        ("KEYWARD_DATABASE_URL", "oracle://x", &["KEYWARD_DATABASE_URL", "postgres://"]),
        ("KEYWARD_LOG", "loud=very=much", &["KEYWARD_LOG"]),
        ("KEYWARD_LISTNE", "127.0.0.1:1", &["KEYWARD_LISTNE", "no setting", "KEYWARD_LISTEN"]),
        ("KEYWARD_ADMIN_USERNAME", "root", &["KEYWARD_ADMIN_PASSWORD_FILE"]),
    ];
    for (variable, value, words) in cases {
        for command in ["serve", "check-config"] {
            let mut command = keyward.command(&[command]);
            command.env(variable, value);
            assert_names(&refused(&ended(command)), words);
        }
    }
    assert!(!keyward.folder().join("keyward-data").exists(), "nothing was written");
}

#[test]
fn a_settings_file_with_a_mistake_or_that_is_not_there() {
    let keyward = Keyward::install();
    let file = keyward.folder().join("keyward.toml");
    for (text, words) in [
        ("listne = \"127.0.0.1:1\"", &["keyward.toml", "listne", "listen"][..]),
        ("[session]\nidel = \"1m\"", &["keyward.toml", "idel", "session.idle"]),
        ("listen = ", &["keyward.toml"]),
        ("max_page_size = \"many\"", &["keyward.toml", "max_page_size"]),
    ] {
        fs::write(&file, text).expect("a file");
        assert_names(&refused(&ended(keyward.command(&["check-config"]))), words);
    }
    fs::remove_file(&file).expect("the file");
    let line = refused(&ended(keyward.command(&["check-config", "--config", "elsewhere.toml"])));
    assert_names(&line, &["elsewhere.toml"]);
}

#[test]
fn a_redis_that_is_away() {
    let keyward = Keyward::install();
    let url = format!("redis://:hidden-word@127.0.0.1:{}", servers::free_port());
    let line = refused(&serve_with(&keyward, &[("KEYWARD_REDIS_URL", &url), SECRET]));
    assert_names(&line, &["KEYWARD_REDIS_URL"]);
    assert!(!line.contains("hidden-word"), "{line}");
}

#[test]
fn a_database_server_that_is_away() {
    let keyward = Keyward::install();
    let address = format!("127.0.0.1:{}", servers::free_port());
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://keyward:hidden-word@{address}/keyward");
        let line = refused(&serve_with(&keyward, &[("KEYWARD_DATABASE_URL", &url), SECRET]));
        assert_names(&line, &[&address]);
        assert!(!line.contains("hidden-word"), "{line}");
    }
}

#[test]
fn f20_an_outside_database_or_redis_without_a_secret() {
    let keyward = Keyward::install();
    for (variable, value) in
        [("KEYWARD_DATABASE_URL", "postgres://u:p@127.0.0.1:1/k"), ("KEYWARD_REDIS_URL", "redis://127.0.0.1:1")]
    {
        assert_names(&refused(&serve_with(&keyward, &[(variable, value)])), &["KEYWARD_SECRET", variable]);
    }
}

#[test]
fn a_password_file_that_is_not_there_or_holds_a_weak_one() {
    let keyward = Keyward::install();
    let file = keyward.folder().join("password");
    let path = file.display().to_string();
    let variables = [("KEYWARD_ADMIN_USERNAME", "root"), ("KEYWARD_ADMIN_PASSWORD_FILE", path.as_str())];
    assert_names(&refused(&serve_with(&keyward, &variables)), &["KEYWARD_ADMIN_PASSWORD_FILE", &path]);
    fs::write(&file, "short\n").expect("a file");
    assert_names(&refused(&serve_with(&keyward, &variables)), &["KEYWARD_ADMIN_USERNAME", "password"]);
}
