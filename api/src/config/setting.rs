//! The description of one setting.

use super::Settings;
use super::table::SETTINGS;
use super::units::{DurationText, SizeText};
use super::value::Value;
use std::fmt;
use std::time::Duration;

/// A setting: its names, what it accepts, what it means, and its place in [`Settings`].
pub struct Setting {
    /// Name in `keyward.toml`, with its section.
    pub key: &'static str,
    /// Environment variable.
    pub variable: &'static str,
    /// Command line flag, where there is one.
    pub flag: Option<&'static str>,
    /// Accepted values.
    pub accepts: Accepts,
    /// Effect of leaving it unset, for a setting that has no default value.
    pub unset: &'static str,
    /// Example value, for a setting that has no default value.
    pub example: &'static str,
    /// What it does.
    pub description: &'static str,
    /// Reads its value.
    pub value: fn(&Settings) -> Value,
    /// Parses a text and stores the value; `None` when the text is not accepted.
    pub(super) set: fn(&mut Settings, &str) -> Option<()>,
}

/// The values that a setting accepts.
#[derive(Clone, Copy, Debug)]
pub enum Accepts {
    /// A text, described in words.
    Text(&'static str),
    /// A text that is never displayed, described in words.
    Secret(&'static str),
    /// `true` or `false`.
    Boolean,
    /// One of these names.
    OneOf(fn() -> Vec<&'static str>),
    /// A whole number.
    Number {
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
    },
    /// A duration, in seconds.
    Duration {
        /// Shortest duration.
        min: u64,
        /// Longest duration.
        max: u64,
    },
    /// A size, in MiB.
    Size {
        /// Smallest size.
        min: u32,
        /// Largest size.
        max: u32,
    },
}

impl Setting {
    pub(super) const fn new(
        key: &'static str,
        variable: &'static str,
        value: fn(&Settings) -> Value,
        set: fn(&mut Settings, &str) -> Option<()>,
    ) -> Self {
        let (accepts, unset, example, description) = (Accepts::Text(""), "not set", "", "");
        Self { key, variable, flag: None, accepts, unset, example, description, value, set }
    }

    pub(super) const fn flag(mut self, flag: &'static str) -> Self {
        self.flag = Some(flag);
        self
    }

    pub(super) const fn accepts(mut self, accepts: Accepts) -> Self {
        self.accepts = accepts;
        self
    }

    /// States what holds without a value, and gives an example of one.
    pub(super) const fn optional(mut self, unset: &'static str, example: &'static str) -> Self {
        (self.unset, self.example) = (unset, example);
        self
    }

    pub(super) const fn describe(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// The setting with this key.
    #[must_use]
    pub fn named(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// The section in `keyward.toml`, empty for the settings above all sections.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }

    /// The name within the section.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }

    /// Whether its value is never displayed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        matches!(self.accepts, Accepts::Secret(_))
    }
}

/// The environment variable of the setting with this key, in backticks for messages.
pub(super) fn variable(key: &'static str) -> String {
    format!("`{}`", Setting::named(key).map_or(key, |setting| setting.variable))
}

impl Accepts {
    /// Whether a value is within the limits. Texts have none.
    #[must_use]
    pub fn contains(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Number { min, max }, Value::Number(number)) => (min..=max).contains(&number),
            (Self::Duration { min, max }, Value::Duration(duration)) => {
                (Duration::from_secs(*min)..=Duration::from_secs(*max)).contains(duration)
            }
            (Self::Size { min, max }, Value::Size(kib)) => (min * 1024..=max * 1024).contains(kib),
            _ => true,
        }
    }
}

impl fmt::Display for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(words) | Self::Secret(words) => f.write_str(words),
            Self::Boolean => f.write_str("`true` or `false`"),
            Self::OneOf(names) => f.write_str(&alternatives(&names())),
            Self::Number { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Duration { min, max } => {
                let [min, max] = [*min, *max].map(|seconds| DurationText(Duration::from_secs(seconds)));
                write!(f, "a duration from `{min}` to `{max}`")
            }
            Self::Size { min, max } => {
                write!(f, "a size from `{}` to `{}`", SizeText(min * 1024), SizeText(max * 1024))
            }
        }
    }
}

/// Names in a sentence: `` `a`, `b` or `c` ``.
fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Setting").field(&self.key).finish()
    }
}
