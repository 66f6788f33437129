//! `keyward.example.toml`, generated from the table.

use super::table::SETTINGS;
use super::{Accepts, Setting, Settings, Value};
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# Keyward: every setting, commented out with its default value or an example.
# Copy this file to keyward.toml and remove the `#` in front of what you change.
# Generated from the table of settings; run scripts/update to renew it.
";

/// Width of a comment, in characters.
const WIDTH: usize = 100;

/// A configuration file with all settings, commented out.
#[must_use]
pub fn example() -> String {
    let mut file = INTRODUCTION.to_owned();
    let mut section = "";
    let defaults = Settings::default();
    for setting in SETTINGS {
        if section != setting.section() {
            section = setting.section();
            let _ = writeln!(file, "\n[{section}]");
        }
        let value = (setting.value)(&defaults);
        let _ = writeln!(file, "\n{}", comment(setting, &value));
        let _ = writeln!(file, "#{} = {}", setting.name(), literal(setting, &value));
    }
    file
}

/// The description, the accepted values, the variable, and the effect of leaving it unset.
fn comment(setting: &Setting, default: &Value) -> String {
    let unset = match default {
        Value::Unset => format!(" When not set: {}.", setting.unset),
        _ => String::new(),
    };
    let Setting { description, accepts, variable, .. } = setting;
    let text = format!("{description} Accepts {accepts}.{unset} Variable: {variable}.");
    wrap(&without_links(&text))
}

/// Replaces Markdown links with their targets.
fn without_links(text: &str) -> String {
    text.replace("[passwords.md](passwords.md)", "docs/passwords.md")
}

/// Comment lines of at most [`WIDTH`] characters.
fn wrap(text: &str) -> String {
    let mut lines = String::from("#");
    let mut width = 1;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width + 1 + length > WIDTH {
            lines.push_str("\n#");
            width = 1;
        }
        lines.push(' ');
        lines.push_str(word);
        width += 1 + length;
    }
    lines
}

/// The default value or the example, as TOML.
fn literal(setting: &Setting, default: &Value) -> String {
    let text = match default {
        Value::Unset => setting.example.to_owned(),
        value => value.to_string(),
    };
    match setting.accepts {
        Accepts::Number { .. } | Accepts::Boolean => text,
        _ => format!("\"{text}\""),
    }
}
