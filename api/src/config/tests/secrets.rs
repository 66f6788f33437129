//! Secrets: required, never shown, generated.

use super::*;
use secrecy::ExposeSecret as _;

#[test]
fn data_on_a_server_needs_a_secret() {
    let line = refusal(&[("KEYWARD_DATABASE_URL", "postgres://u:hunter2@h/d")]);
    assert_eq!(
        line,
        "`KEYWARD_SECRET` is not set, but `KEYWARD_DATABASE_URL` is: set it to at least 32 characters, the same on \
         every replica (for example the output of `openssl rand -hex 32`)"
    );
    assert!(refusal(&[("KEYWARD_REDIS_URL", "redis://h")]).contains("but `KEYWARD_REDIS_URL` is"));
    // An empty secret is none.
    assert!(refusal(&[("KEYWARD_REDIS_URL", "redis://h"), ("KEYWARD_SECRET", "")]).contains("is not set"));
    with(&[("KEYWARD_REDIS_URL", "redis://h"), SECRET]).expect("with a secret it may start");
}

#[test]
fn secrets_are_never_shown() {
    let weak = refusal(&[("KEYWARD_SECRET", "hunter2")]);
    assert_eq!(
        weak,
        "`KEYWARD_SECRET` has an invalid value: use at least 32 characters, for example the output of `openssl rand -hex 32`"
    );
    let address = refusal(&[("KEYWARD_DATABASE_URL", "oracle://u:hunter2@h"), SECRET]);
    assert!(address.starts_with("`KEYWARD_DATABASE_URL` has an invalid value: use") && !address.contains("hunter2"));
    assert!(!file_refusal("secret", "secret = 12345678").contains("12345678"));
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_PEPPER", &SECRET.1[1..])]),
        "`KEYWARD_PASSWORD_PEPPER` has an invalid value: use at least 32 characters, for example the output of `openssl rand -hex 32`"
    );
    let before = refusal(&[("KEYWARD_PASSWORD_PEPPER_PREVIOUS", "hunter2")]);
    assert_eq!(
        before,
        "`KEYWARD_PASSWORD_PEPPER_PREVIOUS` has an invalid value: use at least 32 characters: another pepper"
    );
    assert!(!file_refusal("pepper", "[password]\npepper = 12345678\n").contains("12345678"));
    for variable in ["KEYWARD_SECRET", "KEYWARD_PASSWORD_PEPPER", "KEYWARD_PASSWORD_PEPPER_PREVIOUS"] {
        let loaded = with(&[(variable, SECRET.1)]).expect("the secret is accepted");
        assert!(!format!("{:?}", loaded.settings).contains(SECRET.1), "{variable}");
    }
}

#[test]
fn a_secret_is_generated_once_for_this_user_only() {
    let folder = Folder::with("generated", "");
    let settings = Settings { data_dir: folder.0.clone(), ..Settings::default() };
    let generated = load_secrets(&settings).expect("it is generated").current;
    let read = load_secrets(&settings).expect("it is read").current;
    assert_eq!(generated.expose_secret(), read.expose_secret());
    assert_eq!(generated.expose_secret().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.0.join("secret")).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_missing_secret_is_not_generated_again_over_data() {
    let folder = Folder::with("gone", "");
    let settings = Settings { data_dir: folder.0.clone(), ..Settings::default() };
    std::fs::write(settings.database_file(), "data").expect("the temporary folder can be written");
    let error = load_secrets(&settings).expect_err("the secret is gone").to_string();
    assert!(error.contains("restore the file, or set `KEYWARD_SECRET` to its content"), "{error}");
    // With the previous secret, a new one is generated.
    let old = "the secret that encrypted everything until now";
    let settings = Settings { secret_previous: Some(old.into()), ..settings };
    let secrets = load_secrets(&settings).expect("a new one is generated");
    assert_eq!(secrets.previous.expect("the old one").expose_secret(), old);
    assert_eq!(secrets.current.expose_secret().len(), 64);
}

#[test]
fn the_previous_secret_is_set_once_and_long_enough() {
    let long = "another secret that is long enough for it";
    let loaded = with(&[("KEYWARD_SECRET_PREVIOUS", long)]).expect("it is accepted");
    assert!(!format!("{:?}", loaded.settings).contains(long));
    for variables in [
        &[("KEYWARD_SECRET_PREVIOUS", "short")][..],
        &[("KEYWARD_SECRET_PREVIOUS", long), ("KEYWARD_SECRET_PREVIOUS_FILE", "f")],
    ] {
        let error = with(variables).expect_err("it is not").to_string();
        assert!(error.contains("KEYWARD_SECRET_PREVIOUS") && !error.contains("short`"), "{error}");
    }
}
