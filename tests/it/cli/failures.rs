//! Failures print one line: what is wrong, why, and what to do.

use super::{assert_names, err, refused};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};
use tests::{Keyward, servers};

const SECRET: (&str, &str) = ("KEYWARD_SECRET", "a secret of the tests that is long enough");

/// Runs a command that exits by itself.
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
fn an_address_of_another_machine() {
    let keyward = Keyward::install();
    let line = refused(&serve_with(&keyward, &[("KEYWARD_LISTEN", "192.0.2.1:8080")]));
    assert_names(&line, &["192.0.2.1:8080", "KEYWARD_LISTEN"]);
}

#[test]
fn a_data_folder_that_cannot_be_created_or_read() {
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
    // Root ignores permissions: the binary runs as another user.
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
        println!("the binary is not executable for other users: skipped");
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
    // Everything after the header, which identifies the file type.
    bytes[100..].fill(0xa5);
    fs::write(&file, bytes).expect("a damaged file");
    let line = refused(&ended(keyward.command(&["serve"])));
    assert_names(&line, &["malformed", "restore a backup"]);
}

#[test]
fn a_missing_or_different_secret() {
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
fn invalid_settings_are_named_with_the_valid_values() {
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
        ("KEYWARD_LISTNE", "127.0.0.1:1", &["KEYWARD_LISTNE", "unknown setting", "KEYWARD_LISTEN"]),
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
fn an_invalid_or_missing_settings_file() {
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
fn an_unreachable_redis() {
    let keyward = Keyward::install();
    let url = format!("redis://:hidden-word@127.0.0.1:{}", servers::free_port());
    let line = refused(&serve_with(&keyward, &[("KEYWARD_REDIS_URL", &url), SECRET]));
    assert_names(&line, &["KEYWARD_REDIS_URL"]);
    assert!(!line.contains("hidden-word"), "{line}");
}

#[test]
fn an_unreachable_database_server() {
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
fn a_missing_or_different_pepper() {
    let keyward = Keyward::install();
    let pepper = ("KEYWARD_PASSWORD_PEPPER", "a pepper of the tests that is long enough");
    let mut create = keyward.command(&["admin", "create", "root"]);
    let file = keyward.folder().join("password");
    fs::write(&file, tests::PASSWORD).expect("a file");
    create.env(pepper.0, pepper.1).stdin(fs::File::open(&file).expect("the file"));
    let created = create.output().expect("the binary");
    assert!(created.status.success(), "{}", err(&created));
    let other = ("KEYWARD_PASSWORD_PEPPER", "another pepper of the tests, long enough");
    for given in [&[][..], &[other]] {
        let line = refused(&serve_with(&keyward, given));
        assert_names(&line, &["pepper", "KEYWARD_PASSWORD_PEPPER", "docs/passwords.md"]);
    }
    let short = keyward.folder().join("short");
    fs::write(&short, "too short\n").expect("a file");
    let line = refused(&serve_with(&keyward, &[("KEYWARD_PASSWORD_PEPPER_FILE", &short.display().to_string())]));
    assert_names(&line, &["KEYWARD_PASSWORD_PEPPER_FILE", "short", "32"]);
    let kept = keyward.folder().join("pepper");
    fs::write(&kept, format!("{}\n", pepper.1)).expect("a file");
    let mut list = keyward.command(&["keys", "list"]);
    list.env("KEYWARD_PASSWORD_PEPPER_FILE", &kept);
    assert!(ended(list).status.success());
}

#[test]
fn an_unreadable_or_empty_password_list() {
    let keyward = Keyward::install();
    let file = keyward.folder().join("leaked.txt");
    let path = file.display().to_string();
    let variables = [("KEYWARD_PASSWORD_BLOCKLIST", path.as_str())];
    let setting = "KEYWARD_PASSWORD_BLOCKLIST";
    assert_names(&refused(&serve_with(&keyward, &variables)), &[setting, &path, "cannot be read"]);
    fs::write(&file, "\n").expect("a file");
    assert_names(&refused(&serve_with(&keyward, &variables)), &[setting, &path, "no password"]);
    assert!(!keyward.folder().join("keyward-data/keyward.db").exists(), "nothing was written");
}

#[test]
fn a_password_file_that_is_missing_or_holds_a_weak_password() {
    let keyward = Keyward::install();
    let file = keyward.folder().join("password");
    let path = file.display().to_string();
    let variables = [("KEYWARD_ADMIN_USERNAME", "root"), ("KEYWARD_ADMIN_PASSWORD_FILE", path.as_str())];
    assert_names(&refused(&serve_with(&keyward, &variables)), &["KEYWARD_ADMIN_PASSWORD_FILE", &path]);
    fs::write(&file, "short\n").expect("a file");
    assert_names(&refused(&serve_with(&keyward, &variables)), &["KEYWARD_ADMIN_USERNAME", "password"]);
}
