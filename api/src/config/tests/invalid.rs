//! Errors name the setting, its source and the remedy.

use super::*;

#[test]
fn a_value_of_the_wrong_kind_is_named_with_the_remedy() {
    let cases = [
        ("KEYWARD_LISTEN", "abc", "use an address with a port, such as `127.0.0.1:8080`"),
        ("KEYWARD_PASSWORD_MIN_LENGTH", "many", "use a whole number from 8 to 64"),
        ("KEYWARD_SESSION_IDLE", "10", "use a duration from `1m` to `30d`"),
        ("KEYWARD_PASSWORD_MEMORY", "19456", "use a size from `7 MiB` to `4 GiB`"),
        ("KEYWARD_MODE", "prod", "use `development` or `production`"),
        ("KEYWARD_PLAYGROUND", "maybe", "use `true` or `false`"),
        ("KEYWARD_LOG_FORMAT", "xml", "use `text` or `json`"),
        ("KEYWARD_LOG", "info,=", "use a level or a list such as `info,service=debug`"),
    ];
    for (variable, value, remedy) in cases {
        assert_eq!(refusal(&[(variable, value)]), format!("`{variable}` has the invalid value `{value}`: {remedy}"));
    }
}

#[test]
fn a_value_out_of_bounds_is_named_with_the_bounds() {
    let cases = [
        ("KEYWARD_PASSWORD_MIN_LENGTH", "7", "use a whole number from 8 to 64"),
        ("KEYWARD_PASSWORD_MIN_LENGTH", "-1", "use a whole number from 8 to 64"),
        ("KEYWARD_TOKEN_ACCESS_LIFETIME", "2h", "use a duration from `1m` to `1h`"),
        ("KEYWARD_TOKEN_REFRESH_GRACE", "2m", "use a duration from `0s` to `1m`"),
        ("KEYWARD_PASSWORD_MEMORY", "6 MiB", "use a size from `7 MiB` to `4 GiB`"),
        ("KEYWARD_LIMITS_LOGIN_PER_ACCOUNT", "0", "use a whole number from 1 to 1000000"),
        ("KEYWARD_SESSION_MAX_PER_USER", "0", "use a whole number from 1 to 1000"),
        ("KEYWARD_SESSION_MAX_PER_USER", "1001", "use a whole number from 1 to 1000"),
    ];
    for (variable, value, remedy) in cases {
        assert_eq!(refusal(&[(variable, value)]), format!("`{variable}` has the invalid value `{value}`: {remedy}"));
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
        "`KEYWARD_PASSWORD_MEMORY` makes password hashes too easy to guess (`18 MiB` × 2): use at least `19 MiB` × 2"
    );
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_ITERATIONS", "1")]),
        "`KEYWARD_PASSWORD_ITERATIONS` makes password hashes too easy to guess (`19 MiB` × 1): use at least `19 MiB` × 2"
    );
}

#[test]
fn a_misspelt_variable_is_an_error_with_a_suggestion() {
    assert_eq!(
        refusal(&[("KEYWARD_PASWORD_MIN_LENGTH", "20")]),
        "unknown setting `KEYWARD_PASWORD_MIN_LENGTH` in the environment: did you mean `KEYWARD_PASSWORD_MIN_LENGTH`?"
    );
    assert_eq!(
        refusal(&[("KEYWARD_WEATHER", "fine")]),
        "unknown setting `KEYWARD_WEATHER` in the environment: remove it; docs/configuration.md lists the settings"
    );
}

#[test]
fn an_unknown_name_in_the_file_is_an_error() {
    assert_eq!(
        file_refusal("unknown", "[password]\nmin_lenght = 20\n"),
        "unknown setting `password.min_lenght` in keyward.toml: did you mean `password.min_length`?"
    );
    assert_eq!(
        file_refusal("top", "lissen = \"127.0.0.1:1\"\n"),
        "unknown setting `lissen` in keyward.toml: did you mean `listen`?"
    );
}

#[test]
fn a_value_in_the_file_is_named_by_its_place() {
    assert_eq!(
        file_refusal("bounds", "[password]\nmin_length = 4\n"),
        "`password.min_length` in keyward.toml has the invalid value `4`: use a whole number from 8 to 64"
    );
    assert_eq!(
        file_refusal("kind", "[session]\nidle = 30\n"),
        "`session.idle` in keyward.toml has the invalid value `30`: use a duration from `1m` to `30d`"
    );
    assert_eq!(
        file_refusal("section", "password = 4\n"),
        "`password` in keyward.toml is a section: write its settings below a line `[password]`"
    );
}

#[test]
fn a_list_or_a_table_in_the_file_is_refused() {
    let refusal = "`listen` in keyward.toml has an invalid value: use an address with a port, such as `127.0.0.1:8080`";
    for (name, toml) in [("list", "listen = [\"127.0.0.1:1\"]\n"), ("table", "[listen]\nport = 1\n")] {
        assert_eq!(file_refusal(name, toml), refusal);
    }
    let overridden = Folder::with("overridden", "listen = []\n");
    let flags = Flags { config_file: None, values: vec![("listen", "127.0.0.1:2".to_owned())] };
    let loaded = load_from(&flags, [], &overridden.0).expect("the flag overrides it");
    assert_eq!(loaded.settings.listen.port(), 2);
}

#[test]
fn a_file_that_is_not_toml_is_named_with_the_place() {
    let line = file_refusal("broken", "listen = \n");
    assert!(
        line.starts_with("the configuration file keyward.toml is not valid TOML: TOML parse error at line 1"),
        "{line}"
    );
}

#[test]
fn a_named_file_must_exist() {
    let variables = environment(&[("KEYWARD_CONFIG", "no/such.toml")]);
    let error = load_from(&Flags::default(), variables, std::path::Path::new("")).expect_err("it does not exist");
    let line = error.to_string();
    assert!(line.starts_with("cannot read the configuration file no/such.toml: "), "{line}");
    assert!(line.ends_with("check `--config` or `KEYWARD_CONFIG`, and the permissions of the file"), "{line}");
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
        "`KEYWARD_SECRET` and `KEYWARD_SECRET_FILE` are both set: remove one"
    );
    assert_eq!(
        refusal(&[("KEYWARD_PASSWORD_PEPPER", SECRET.1), ("KEYWARD_PASSWORD_PEPPER_FILE", "f")]),
        "`KEYWARD_PASSWORD_PEPPER` and `KEYWARD_PASSWORD_PEPPER_FILE` are both set: remove one"
    );
}
