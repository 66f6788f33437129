mod cookies;
mod example;
mod invalid;
mod secrets;

use super::table::SETTINGS;
use super::*;
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;

/// A working directory with a configuration file, removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, toml: &str) -> Self {
        let path = std::env::temp_dir().join(format!("keyward-config-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        std::fs::write(path.join("keyward.toml"), toml).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn environment(variables: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

/// Loads settings where there is no file.
fn with(variables: &[(&str, &str)]) -> Result<LoadedSettings, SettingError> {
    load_from(&Flags::default(), environment(variables), std::path::Path::new("no/such/folder"))
}

fn with_file(name: &str, toml: &str) -> Result<LoadedSettings, SettingError> {
    load_from(&Flags::default(), [], &Folder::with(name, toml).0)
}

fn refusal(variables: &[(&str, &str)]) -> String {
    let line = with(variables).expect_err("the settings are refused").to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

fn file_refusal(name: &str, toml: &str) -> String {
    let line = with_file(name, toml).expect_err("the settings are refused").to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

const PLAIN_NAMES: [(&str, &str); 2] =
    [("KEYWARD_COOKIE_ACCESS_NAME", "access"), ("KEYWARD_COOKIE_REFRESH_NAME", "refresh")];
const SECRET: (&str, &str) = ("KEYWARD_SECRET", "0123456789abcdef0123456789abcdef");

#[test]
fn no_setting_is_required() {
    let settings = with(&[]).expect("the defaults are accepted").settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert!(settings.console && settings.has_playground() && settings.has_introspection());
    assert!(settings.secret.is_none());
}

#[test]
fn flags_win_over_variables_over_the_file_over_defaults() {
    let folder = Folder::with("sources", "service_name = \"file\"\n[token]\nissuer = \"file\"\naudience = \"file\"\n");
    let variables = environment(&[("KEYWARD_TOKEN_ISSUER", "variable"), ("KEYWARD_LISTEN", "127.0.0.1:1")]);
    let flags = Flags { config_file: None, values: vec![("listen", "127.0.0.1:2".to_owned())] };
    let loaded = load_from(&flags, variables, &folder.0).expect("the settings are accepted");
    let Settings { listen, service_name, token, .. } = &loaded.settings;
    assert_eq!((listen.port(), service_name.as_str()), (2, "file"));
    assert_eq!((token.issuer.as_str(), token.audience.as_str()), ("variable", "file"));
    let source = |key| loaded.source(Setting::named(key).expect("it is a setting"));
    assert_eq!(source("listen"), Source::CommandLine);
    assert_eq!(source("token.issuer"), Source::Environment);
    assert_eq!(source("token.audience"), Source::File(PathBuf::from("keyward.toml")));
    assert_eq!(source("mode"), Source::Default);
}

#[test]
fn every_setting_can_be_set_by_its_variable() {
    let values = [
        ("listen", "127.0.0.1:9"),
        ("trusted_proxies", "10.0.0.0/8, 2001:db8::7"),
        ("data_dir", "elsewhere"),
        ("mode", "production"),
        ("signup_enabled", "false"),
        ("console", "false"),
        ("playground", "true"),
        ("introspection", "true"),
        ("secret_file", "a/file"),
        ("secret_previous_file", "a/file"),
        ("token.algorithm", "ES256"),
        ("database.url", "postgres://h/d"),
        ("redis.url", "redis://h"),
        ("admin.password_file", "a/file"),
        ("log.format", "json"),
        ("password.memory", "32 MiB"),
        ("cookie.same_site", "strict"),
        ("cookie.domain", "example.org"),
        ("cookie.path", "/"),
        ("cookie.secure", "true"),
        ("cors.origins", "https://app.example.org, http://localhost:5173"),
    ];
    for setting in SETTINGS {
        let value = match setting.accepts {
            Accepts::Number { max, .. } => max.to_string(),
            Accepts::Duration { max, .. } => DurationText(std::time::Duration::from_secs(max)).to_string(),
            _ => values.iter().find(|(key, _)| *key == setting.key).map_or("info", |(_, value)| value).to_owned(),
        };
        let secrets = ["secret", "secret_previous", "password.pepper", "password.pepper_previous"];
        let value = if secrets.contains(&setting.key) { SECRET.1.to_owned() } else { value };
        let mut variables = vec![(setting.variable, value.as_str())];
        // Some settings require others.
        variables.extend(match setting.key {
            "database.url" | "redis.url" => vec![SECRET],
            "admin.username" => vec![("KEYWARD_ADMIN_PASSWORD_FILE", "f")],
            "admin.password_file" => vec![("KEYWARD_ADMIN_USERNAME", "ana")],
            "cookie.domain" => PLAIN_NAMES.to_vec(),
            _ => Vec::new(),
        });
        let loaded = with(&variables).unwrap_or_else(|error| panic!("{}: {error}", setting.key));
        assert_eq!(loaded.source(setting), Source::Environment, "{}", setting.key);
        let shown = (setting.value)(&loaded.settings);
        assert!(shown == Value::Secret || shown.to_string() == value, "{}: {shown}", setting.key);
        assert_eq!(shown == Value::Secret, setting.is_secret(), "{}", setting.key);
    }
}

#[test]
fn names_of_settings_are_unique() {
    let keys: HashSet<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    let variables: HashSet<_> = SETTINGS.iter().map(|setting| setting.variable).collect();
    assert_eq!((keys.len(), variables.len()), (SETTINGS.len(), SETTINGS.len()));
    for setting in SETTINGS.iter().filter(|setting| setting.key != "log.filter") {
        assert_eq!(setting.variable, format!("KEYWARD_{}", setting.key.replace('.', "_").to_uppercase()));
    }
}

#[test]
fn variables_of_others_are_ignored() {
    let foreign = [
        ("KEYWARD_SERVICE_HOST", "10.0.0.1"),
        ("KEYWARD_SERVICE_PORT_HTTP", "8080"),
        ("KEYWARD_PORT", "tcp://10.0.0.1:8080"),
        ("KEYWARD_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("KEYWARD_TEST_DATABASE", "postgres"),
        ("KEYWARDEN", "somebody else's"),
        ("KEYWARD_REDIS_URL", ""),
    ];
    with(&foreign).expect("none of these is a setting");
    assert!(refusal(&[("KEYWARD_PORT", "8080")]).contains("`KEYWARD_PORT`"));
}

#[test]
fn a_switch_and_a_number_may_be_written_as_texts_in_the_file() {
    let toml = "playground = \"off\"\n[password]\nmin_length = \"20\"\n";
    let settings = with_file("texts", toml).expect("the settings are accepted").settings;
    assert_eq!((settings.playground, settings.password.min_length), (Some(false), 20));
}

#[test]
fn production_turns_playground_and_introspection_off_unless_set() {
    let settings = |variables: &[(&str, &str)]| with(variables).expect("the settings are accepted").settings;
    let production = settings(&[("KEYWARD_MODE", "production")]);
    assert!(production.console && !production.has_playground() && !production.has_introspection());
    let both = settings(&[("KEYWARD_MODE", "production"), ("KEYWARD_PLAYGROUND", "on")]);
    assert!(both.has_playground() && !both.has_introspection());
}

#[test]
fn four_signature_algorithms_are_accepted() {
    for name in ["EdDSA", "ES256", "RS256", "HS256"] {
        let loaded = with(&[("KEYWARD_TOKEN_ALGORITHM", name)]).expect(name);
        assert_eq!(loaded.settings.token.algorithm.as_str(), name);
    }
    for name in ["none", "eddsa", "HS512", "PS256", "ES384"] {
        let error = with(&[("KEYWARD_TOKEN_ALGORITHM", name)]).expect_err(name).to_string();
        assert!(error.contains("KEYWARD_TOKEN_ALGORITHM") && error.contains("`RS256`"), "{error}");
    }
}
