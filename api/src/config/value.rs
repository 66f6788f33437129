//! Types of settings: parsing from text, and the displayed value.

use super::units::{DurationText, SizeText, parse_duration};
use super::{AllowedOrigins, TrustedProxies};
use secrecy::SecretString;
use service::keys::SigningAlgorithm;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The value of a setting as it is displayed and compared with limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Not set.
    Unset,
    /// Set, and never displayed.
    Secret,
    /// A text.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(u64),
    /// A duration.
    Duration(Duration),
    /// A size in KiB.
    Size(u32),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("not set"),
            Self::Secret => f.write_str("********"),
            Self::Text(text) => f.write_str(text),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Duration(duration) => DurationText(*duration).fmt(f),
            Self::Size(kib) => SizeText(*kib).fmt(f),
        }
    }
}

/// A type that a setting can have.
pub(super) trait SettingType: Sized {
    /// Parses a value; `None` when the text is not one.
    fn parse(text: &str) -> Option<Self>;

    /// The value for display.
    fn value(&self) -> Value;
}

/// A setting with a fixed set of values.
pub(super) trait Keyword: Copy + PartialEq + 'static {
    /// All values by name, in the order of the documentation.
    const NAMES: &'static [(&'static str, Self)];

    /// The name of this value.
    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| name)
    }
}

/// The names of a keyword's values.
pub(super) fn names<K: Keyword>() -> Vec<&'static str> {
    K::NAMES.iter().map(|(name, _)| *name).collect()
}

impl<K: Keyword> SettingType for K {
    fn parse(text: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
    }

    fn value(&self) -> Value {
        Value::Text(self.name().to_owned())
    }
}

macro_rules! setting_types {
    ($($type:ty { $parse:expr, $value:expr })+) => {
        $(impl SettingType for $type {
            fn parse(text: &str) -> Option<Self> {
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text)
            }

            fn value(&self) -> Value {
                let value: fn(&Self) -> Value = $value;
                value(self)
            }
        })+
    };
}

setting_types! {
    String { |text| Some(text.to_owned()), |text| Value::Text(text.clone()) }
    PathBuf { |text| Some(text.into()), |path| Value::Text(path.display().to_string()) }
    SecretString { |text| Some(text.into()), |_| Value::Secret }
    SocketAddr { |text| text.parse().ok(), |address| Value::Text(address.to_string()) }
    u32 { |text| text.parse().ok(), |number| Value::Number(u64::from(*number)) }
    usize { |text| text.parse().ok(), |number| Value::Number(*number as u64) }
    bool { parse_boolean, |value| Value::Boolean(*value) }
    Duration { parse_duration, |duration| Value::Duration(*duration) }
    SigningAlgorithm { Self::named, |algorithm| Value::Text(algorithm.as_str().to_owned()) }
    TrustedProxies { Self::parse, |list| if list.is_empty() { Value::Unset } else { Value::Text(list.to_string()) } }
    AllowedOrigins { Self::parse, |list| if list.is_empty() { Value::Unset } else { Value::Text(list.to_string()) } }
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

impl<T: SettingType> SettingType for Option<T> {
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Some)
    }

    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Unset, T::value)
    }
}
