use super::table::{SETTINGS, Setting};
use super::*;
use secrecy::ExposeSecret;
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;

/// A working directory with a settings file, which goes when the test ends.
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
fn with(variables: &[(&str, &str)]) -> Result<Loaded, SettingError> {
    load_from(&Flags::default(), environment(variables), std::path::Path::new("no/such/folder"))
}

fn with_file(name: &str, toml: &str) -> Result<Loaded, SettingError> {
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
fn nothing_needs_to_be_set() {
    let settings = with(&[]).expect("the defaults are accepted").settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert!(settings.has_playground() && settings.has_introspection());
    assert!(settings.secret.is_none());
}

#[test]
fn flags_win_over_variables_over_the_file_over_defaults() {
    let folder = Folder::with("layers", "service_name = \"file\"\n[token]\nissuer = \"file\"\naudience = \"file\"\n");
    let variables = environment(&[("KEYWARD_TOKEN_ISSUER", "variable"), ("KEYWARD_LISTEN", "127.0.0.1:1")]);
    let flags = Flags { config_file: None, values: vec![("listen", "127.0.0.1:2".to_owned())] };
    let loaded = load_from(&flags, variables, &folder.0).expect("the settings are accepted");
    let Settings { listen, service_name, token, .. } = &loaded.settings;
    assert_eq!((listen.port(), service_name.as_str()), (2, "file"));
    assert_eq!((token.issuer.as_str(), token.audience.as_str()), ("variable", "file"));
    let origin = |key| loaded.origin(Setting::named(key).expect("it is a setting"));
    assert_eq!(origin("listen"), Origin::CommandLine);
    assert_eq!(origin("token.issuer"), Origin::Environment);
    assert_eq!(origin("token.audience"), Origin::File(PathBuf::from("keyward.toml")));
    assert_eq!(origin("mode"), Origin::Default);
}

#[test]
fn every_setting_can_be_set_by_its_variable() {
    let values = [
        ("listen", "127.0.0.1:9"),
        ("trusted_proxies", "10.0.0.0/8, 2001:db8::7"),
        ("data_dir", "elsewhere"),
        ("mode", "production"),
        ("signup_enabled", "false"),
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
            table::Accepts::Number(_, max) => max.to_string(),
            table::Accepts::Span(_, max) => Span::seconds(max).to_string(),
            _ => values.iter().find(|(key, _)| *key == setting.key).map_or("info", |(_, value)| value).to_owned(),
        };
        let secrets = ["secret", "secret_previous", "password.pepper", "password.pepper_previous"];
        let value = if secrets.contains(&setting.key) { SECRET.1.to_owned() } else { value };
        let mut variables = vec![(setting.variable, value.as_str())];
        // What some need beside them.
        variables.extend(match setting.key {
            "database.url" | "redis.url" => vec![SECRET],
            "admin.username" => vec![("KEYWARD_ADMIN_PASSWORD_FILE", "f")],
            "admin.password_file" => vec![("KEYWARD_ADMIN_USERNAME", "ana")],
            "cookie.domain" => PLAIN_NAMES.to_vec(),
            _ => Vec::new(),
        });
        let loaded = with(&variables).unwrap_or_else(|error| panic!("{}: {error}", setting.key));
        assert_eq!(loaded.origin(setting), Origin::Environment, "{}", setting.key);
        let shown = (setting.value)(&loaded.settings);
        assert!(shown == Shown::Secret || shown.to_string() == value, "{}: {shown}", setting.key);
    }
}

#[test]
fn names_of_settings_are_their_own() {
    let keys: HashSet<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    let variables: HashSet<_> = SETTINGS.iter().map(|setting| setting.variable).collect();
    assert_eq!((keys.len(), variables.len()), (SETTINGS.len(), SETTINGS.len()));
    for setting in SETTINGS.iter().filter(|setting| setting.key != "log.filter") {
        assert_eq!(setting.variable, format!("KEYWARD_{}", setting.key.replace('.', "_").to_uppercase()));
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_the_remedy() {
    let cases = [
        ("KEYWARD_LISTEN", "abc", "give an address with a port, such as `127.0.0.1:8080`"),
        ("KEYWARD_PASSWORD_MIN_LENGTH", "many", "give a whole number from 8 to 64"),
        ("KEYWARD_SESSION_IDLE", "10", "give a duration from `1m` to `30d`"),
        ("KEYWARD_PASSWORD_MEMORY", "19456", "give a size from `7 MiB` to `4 GiB`"),
        ("KEYWARD_MODE", "prod", "give `development` or `production`"),
        ("KEYWARD_PLAYGROUND", "maybe", "give `true` or `false`"),
        ("KEYWARD_LOG_FORMAT", "xml", "give `text` or `json`"),
        ("KEYWARD_LOG", "info,=", "give a level or a list such as `info,service=debug`"),
    ];
    for (variable, value, remedy) in cases {
        assert_eq!(refusal(&[(variable, value)]), format!("`{variable}` is `{value}`: {remedy}"));
    }
}

#[test]
fn a_value_out_of_bounds_is_named_with_the_bounds() {
    let cases = [
        ("KEYWARD_PASSWORD_MIN_LENGTH", "7", "give a whole number from 8 to 64"),
        ("KEYWARD_PASSWORD_MIN_LENGTH", "-1", "give a whole number from 8 to 64"),
        ("KEYWARD_TOKEN_ACCESS_LIFETIME", "2h", "give a duration from `1m` to `1h`"),
        ("KEYWARD_TOKEN_REFRESH_GRACE", "2m", "give a duration from `0s` to `1m`"),
        ("KEYWARD_PASSWORD_MEMORY", "6 MiB", "give a size from `7 MiB` to `4 GiB`"),
        ("KEYWARD_LIMITS_LOGIN_PER_ACCOUNT", "0", "give a whole number from 1 to 1000000"),
        ("KEYWARD_SESSION_MAX_PER_USER", "0", "give a whole number from 1 to 1000"),
        ("KEYWARD_SESSION_MAX_PER_USER", "1001", "give a whole number from 1 to 1000"),
    ];
    for (variable, value, remedy) in cases {
        assert_eq!(refusal(&[(variable, value)]), format!("`{variable}` is `{value}`: {remedy}"));
    }
    for most in [1, 1_000] {
        let loaded = with(&[("KEYWARD_SESSION_MAX_PER_USER", &most.to_string())]).expect("within the bounds");
        assert_eq!(loaded.settings.session.max_per_user, most);
    }
}

#[test]
fn hashing_may_trade_memory_for_passes_but_not_below_the_floor() {
    for (memory, iterations) in [("46 MiB", "1"), ("19 MiB", "2"), ("12 MiB", "3"), ("7 MiB", "5")] {
        with(&[("KEYWARD_PASSWORD_MEMORY", memory), ("KEYWARD_PASSWORD_ITERATIONS", iterations)]).expect(memory);
    }
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_MEMORY", "18 MiB")]),
        "`KEYWARD_PASSWORD_MEMORY` makes hashes too easy to guess (`18 MiB` × 2): give at least `19 MiB` × 2"
    );
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_ITERATIONS", "1")]),
        "`KEYWARD_PASSWORD_ITERATIONS` makes hashes too easy to guess (`19 MiB` × 1): give at least `19 MiB` × 2"
    );
}

#[test]
fn data_on_a_server_needs_a_secret() {
    let line = refusal(&[("KEYWARD_DATABASE_URL", "postgres://u:hunter2@h/d")]);
    assert_eq!(
        line,
        "`KEYWARD_SECRET` is not set, but `KEYWARD_DATABASE_URL` is: set it to at least 32 characters, the same on \
         every replica (for example from `openssl rand -hex 32`)"
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
        "`KEYWARD_SECRET` is not accepted: give at least 32 characters, made for example by `openssl rand -hex 32`"
    );
    let address = refusal(&[("KEYWARD_DATABASE_URL", "oracle://u:hunter2@h"), SECRET]);
    assert!(address.starts_with("`KEYWARD_DATABASE_URL` is not accepted: give") && !address.contains("hunter2"));
    assert!(!file_refusal("secret", "secret = 12345678").contains("12345678"));
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_PEPPER", &SECRET.1[1..])]),
        "`KEYWARD_PASSWORD_PEPPER` is not accepted: give at least 32 characters, made for example by `openssl rand -hex 32`"
    );
    let before = refusal(&[("KEYWARD_PASSWORD_PEPPER_PREVIOUS", "hunter2")]);
    assert_eq!(
        before,
        "`KEYWARD_PASSWORD_PEPPER_PREVIOUS` is not accepted: give at least 32 characters: another pepper"
    );
    assert!(!file_refusal("pepper", "[password]\npepper = 12345678\n").contains("12345678"));
    for variable in ["KEYWARD_SECRET", "KEYWARD_PASSWORD_PEPPER", "KEYWARD_PASSWORD_PEPPER_PREVIOUS"] {
        let loaded = with(&[(variable, SECRET.1)]).expect("the secret is accepted");
        assert!(!format!("{:?}", loaded.settings).contains(SECRET.1), "{variable}");
    }
}

#[test]
fn a_misspelt_variable_is_an_error_with_a_suggestion() {
    assert_eq!(
        refusal(&[("KEYWARD_PASWORD_MIN_LENGTH", "20")]),
        "the environment sets `KEYWARD_PASWORD_MIN_LENGTH`, which is no setting of Keyward: did you mean \
         `KEYWARD_PASSWORD_MIN_LENGTH`?"
    );
    assert_eq!(
        refusal(&[("KEYWARD_WEATHER", "fine")]),
        "the environment sets `KEYWARD_WEATHER`, which is no setting of Keyward: `keyward check-config` lists the settings"
    );
}

#[test]
fn variables_that_others_make_for_us_are_passed_over() {
    let foreign = [
        ("KEYWARD_SERVICE_HOST", "10.0.0.1"),
        ("KEYWARD_SERVICE_PORT_HTTP", "8080"),
        ("KEYWARD_PORT", "tcp://10.0.0.1:8080"),
        ("KEYWARD_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("KEYWARD_TEST_DATABASE", "postgres"),
        ("KEYWARDEN", "somebody else's"),
        ("KEYWARD_REDIS_URL", ""),
    ];
    with(&foreign).expect("none of these is ours");
    assert!(refusal(&[("KEYWARD_PORT", "8080")]).contains("`KEYWARD_PORT`"));
}

#[test]
fn a_name_in_the_file_that_is_no_setting_is_an_error() {
    assert_eq!(
        file_refusal("unknown", "[password]\nmin_lenght = 20\n"),
        "keyward.toml sets `password.min_lenght`, which is no setting of Keyward: did you mean `password.min_length`?"
    );
    assert_eq!(
        file_refusal("top", "lissen = \"127.0.0.1:1\"\n"),
        "keyward.toml sets `lissen`, which is no setting of Keyward: did you mean `listen`?"
    );
}

#[test]
fn a_value_in_the_file_is_named_by_its_place() {
    assert_eq!(
        file_refusal("bounds", "[password]\nmin_length = 4\n"),
        "`password.min_length` in keyward.toml is `4`: give a whole number from 8 to 64"
    );
    assert_eq!(
        file_refusal("kind", "[session]\nidle = 30\n"),
        "`session.idle` in keyward.toml is `30`: give a duration from `1m` to `30d`"
    );
    assert_eq!(
        file_refusal("section", "password = 4\n"),
        "`password` in the settings file is a section: write `[password]` above its settings"
    );
}

#[test]
fn what_no_setting_can_be_is_refused_by_its_place() {
    let refusal = "`listen` in keyward.toml is not accepted: give an address with a port, such as `127.0.0.1:8080`";
    for (name, toml) in [("list", "listen = [\"127.0.0.1:1\"]\n"), ("table", "[listen]\nport = 1\n")] {
        assert_eq!(file_refusal(name, toml), refusal);
    }
    let overridden = Folder::with("overridden", "listen = []\n");
    let flags = Flags { config_file: None, values: vec![("listen", "127.0.0.1:2".to_owned())] };
    let loaded = load_from(&flags, [], &overridden.0).expect("what is laid over it counts");
    assert_eq!(loaded.settings.listen.port(), 2);
}

#[test]
fn a_switch_and_a_number_may_be_written_as_texts_in_the_file() {
    let toml = "playground = \"off\"\n[password]\nmin_length = \"20\"\n";
    let settings = with_file("texts", toml).expect("the settings are accepted").settings;
    assert_eq!((settings.playground, settings.password.min_length), (Some(false), 20));
}

#[test]
fn a_file_that_is_not_toml_is_named_with_the_place() {
    let line = file_refusal("broken", "listen = \n");
    assert!(line.starts_with("the settings file keyward.toml is not TOML: TOML parse error at line 1"), "{line}");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let variables = environment(&[("KEYWARD_CONFIG", "no/such.toml")]);
    let error = load_from(&Flags::default(), variables, std::path::Path::new("")).expect_err("it is not there");
    let line = error.to_string();
    assert!(line.starts_with("cannot read the settings file no/such.toml: "), "{line}");
    assert!(line.ends_with("check `--config` or `KEYWARD_CONFIG`, and that this user may read the file"), "{line}");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    assert_eq!(
        refusal(&[("KEYWARD_SESSION_ABSOLUTE", "10m")]),
        "`KEYWARD_SESSION_ABSOLUTE` is `10m`, less than `session.idle` (`30m`): make it at least as long"
    );
    assert_eq!(
        refusal(&[("KEYWARD_ADMIN_USERNAME", "ana")]),
        "`KEYWARD_ADMIN_USERNAME` is set without a password: set `KEYWARD_ADMIN_PASSWORD_FILE` too"
    );
    assert_eq!(
        refusal(&[SECRET, ("KEYWARD_SECRET_FILE", "f")]),
        "`KEYWARD_SECRET` and `KEYWARD_SECRET_FILE` are both set: take one away"
    );
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_PEPPER", SECRET.1), ("KEYWARD_PASSWORD_PEPPER_FILE", "f")]),
        "`KEYWARD_PASSWORD_PEPPER` and `KEYWARD_PASSWORD_PEPPER_FILE` are both set: take one away"
    );
}

#[test]
fn cookies_that_browsers_would_throw_away_and_lists_that_are_none_are_refused() {
    let shared = |domain| [PLAIN_NAMES.as_slice(), &[("KEYWARD_COOKIE_DOMAIN", domain)]].concat();
    with(&shared("example.org")).expect("names without a prefix");
    let elsewhere = [PLAIN_NAMES.as_slice(), &[("KEYWARD_COOKIE_PATH", "/graphql")]].concat();
    with(&elsewhere).expect("names without a prefix");
    for bad in [".example.org", "localhost", "EXAMPLE.org", "example.org; Secure"] {
        assert!(refusal(&shared(bad)).starts_with("`KEYWARD_COOKIE_DOMAIN` is `"), "{bad}");
    }
    for (variable, value) in [
        ("KEYWARD_COOKIE_DOMAIN", "example.org"),
        ("KEYWARD_COOKIE_PATH", "/graphql"),
        ("KEYWARD_COOKIE_PATH", "graphql"),
        ("KEYWARD_COOKIE_ACCESS_NAME", "a b"),
        ("KEYWARD_COOKIE_ACCESS_NAME", "a=b"),
        ("KEYWARD_COOKIE_REFRESH_NAME", "__Host-keyward-access"),
        ("KEYWARD_COOKIE_SAME_SITE", "Lax"),
        ("KEYWARD_COOKIE_MAX_AGE", "401d"),
        ("KEYWARD_CORS_ORIGINS", "*"),
        ("KEYWARD_CORS_ORIGINS", "https://app.example.org/"),
        ("KEYWARD_TRUSTED_PROXIES", "proxy.example.org"),
        ("KEYWARD_TRUSTED_PROXIES", "10.0.0.1/8"),
    ] {
        let line = refusal(&[(variable, value)]);
        assert!(line.starts_with(&format!("`{variable}` is `{value}`: give ")), "{line}");
    }
}

#[test]
fn cookies_go_without_tls_on_loopback_only() {
    let off = ("KEYWARD_COOKIE_SECURE", "false");
    let with_names = |more: &[(&'static str, &'static str)]| [PLAIN_NAMES.as_slice(), &[off], more].concat();
    with(&with_names(&[])).expect("the default address is a loopback address");
    with(&with_names(&[("KEYWARD_LISTEN", "[::1]:8080")])).expect("so is this");
    assert_eq!(
        refusal(&with_names(&[("KEYWARD_LISTEN", "0.0.0.0:8080")])),
        "`KEYWARD_COOKIE_SECURE` is `false`, but 0.0.0.0:8080 can be reached from elsewhere: put a proxy with TLS in \
         front and leave it `true`"
    );
    for prefix in ["__Host-", "__Secure-", "__host-"] {
        let name = format!("{prefix}a");
        let line = refusal(&[off, ("KEYWARD_COOKIE_ACCESS_NAME", &name), PLAIN_NAMES[1]]);
        assert!(line.starts_with("`KEYWARD_COOKIE_SECURE` is `false`, which browsers do not take"), "{line}");
    }
    assert!(refusal(&with_names(&[("KEYWARD_COOKIE_SAME_SITE", "none")])).contains("`none`"));
}

#[test]
fn production_turns_playground_and_introspection_off_unless_set() {
    let settings = |variables: &[(&str, &str)]| with(variables).expect("the settings are accepted").settings;
    let production = settings(&[("KEYWARD_MODE", "production")]);
    assert!(!production.has_playground() && !production.has_introspection());
    let both = settings(&[("KEYWARD_MODE", "production"), ("KEYWARD_PLAYGROUND", "on")]);
    assert!(both.has_playground() && !both.has_introspection());
}

#[test]
fn a_secret_is_made_once_for_this_user_only() {
    let folder = Folder::with("made", "");
    let settings = Settings { data_dir: folder.0.clone(), ..Settings::default() };
    let made = ensure_secrets(&settings).expect("it is made").current;
    let read = ensure_secrets(&settings).expect("it is read").current;
    assert_eq!(made.expose_secret(), read.expose_secret());
    assert_eq!(made.expose_secret().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.0.join("secret")).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_secret_that_is_gone_is_not_made_anew_over_data() {
    let folder = Folder::with("gone", "");
    let settings = Settings { data_dir: folder.0.clone(), ..Settings::default() };
    std::fs::write(settings.database_file(), "data").expect("the temporary folder can be written");
    let error = ensure_secrets(&settings).expect_err("the secret is gone").to_string();
    assert!(error.contains("put it back, or set `KEYWARD_SECRET` to it"), "{error}");
    // Whoever has it still may have a new one made.
    let old = "the secret that sealed everything until now";
    let settings = Settings { secret_previous: Some(old.into()), ..settings };
    let secrets = ensure_secrets(&settings).expect("a new one is made");
    assert_eq!(secrets.previous.expect("the old one").expose_secret(), old);
    assert_eq!(secrets.current.expose_secret().len(), 64);
}

#[test]
fn the_secret_before_is_given_once_and_long_enough() {
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

#[test]
fn tokens_are_signed_in_four_ways_and_no_other() {
    for name in ["EdDSA", "ES256", "RS256", "HS256"] {
        let loaded = with(&[("KEYWARD_TOKEN_ALGORITHM", name)]).expect(name);
        assert_eq!(loaded.settings.token.algorithm.as_str(), name);
    }
    for name in ["none", "eddsa", "HS512", "PS256", "ES384"] {
        let error = with(&[("KEYWARD_TOKEN_ALGORITHM", name)]).expect_err(name).to_string();
        assert!(error.contains("KEYWARD_TOKEN_ALGORITHM") && error.contains("`RS256`"), "{error}");
    }
}

#[test]
fn the_configuration_page_is_what_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, markdown()).expect("the page can be written");
    }
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(page == markdown(), "docs/configuration.md is stale: UPDATE_DOCS=1 cargo test -p api configuration");
}
