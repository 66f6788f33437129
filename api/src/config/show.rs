//! Values of settings as they are shown and measured.

use super::{Size, Span};
use secrecy::SecretString;
use std::fmt;

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// None.
    Unset,
    /// Set, and nobody's business.
    Secret,
    /// A text.
    Text(String),
    /// A switch.
    Switch(bool),
    /// A number.
    Number(u64),
    /// A duration.
    Span(Span),
    /// A size.
    Size(Size),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("not set"),
            Self::Secret => f.write_str("********"),
            Self::Text(text) => f.write_str(text),
            Self::Switch(on) => write!(f, "{on}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Span(span) => write!(f, "{span}"),
            Self::Size(size) => write!(f, "{size}"),
        }
    }
}

impl<T: Into<Shown>> From<Option<T>> for Shown {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unset, Into::into)
    }
}

impl From<&SecretString> for Shown {
    fn from(_: &SecretString) -> Self {
        Self::Secret
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&std::path::Path> for Shown {
    fn from(path: &std::path::Path) -> Self {
        Self::Text(path.display().to_string())
    }
}

impl From<bool> for Shown {
    fn from(on: bool) -> Self {
        Self::Switch(on)
    }
}

impl From<u32> for Shown {
    fn from(number: u32) -> Self {
        Self::Number(u64::from(number))
    }
}

impl From<usize> for Shown {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<Span> for Shown {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

impl From<Size> for Shown {
    fn from(size: Size) -> Self {
        Self::Size(size)
    }
}
