//! `keyward.example.toml` names every setting with a value that is accepted.

use super::*;

/// The example with all settings uncommented.
fn uncommented() -> String {
    let uncomment = |line: &str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase()) => setting.to_owned(),
        _ => line.to_owned(),
    };
    example().lines().map(uncomment).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_as_it_is_sets_nothing() {
    let loaded = with_file("example", &example()).expect("the example is accepted");
    let set: Vec<_> = SETTINGS.iter().filter(|setting| loaded.source(setting) != Source::Default).collect();
    assert!(set.is_empty(), "{set:?}");
}

#[test]
fn the_example_holds_the_default_of_every_setting_or_a_valid_value() {
    let table: toml::Table = uncommented().parse().expect("the example is TOML");
    let mut settings = Settings::default();
    for setting in SETTINGS {
        let section = table.get(setting.section()).and_then(toml::Value::as_table).unwrap_or(&table);
        let value = section.get(setting.name()).unwrap_or_else(|| panic!("{} is missing", setting.key));
        let text = super::super::file::text_form(value).expect(setting.key);
        let default = (setting.value)(&settings);
        assert_eq!((setting.set)(&mut settings, &text), Some(()), "{}", setting.key);
        match (setting.value)(&settings) {
            Value::Secret => assert_eq!(text, "", "{}: a secret has no example", setting.key),
            value if default == Value::Unset => assert!(setting.accepts.contains(&value), "{}", setting.key),
            value => assert_eq!(value, default, "{}", setting.key),
        }
    }
}
