//! From the text of a setting to its value.

use super::{LogFormat, Mode, Origins, Proxies, SameSite, Size, Span};
use secrecy::SecretString;
use service::keys::SigningAlgorithm;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A value that is written as a text.
pub(super) trait FromText: Sized {
    /// The value, or nothing when the text stands for none.
    fn from_text(text: &str) -> Option<Self>;
}

/// Puts the value that a text stands for in its place.
pub(super) fn put<T: FromText>(place: &mut T, text: &str) -> Option<()> {
    *place = T::from_text(text)?;
    Some(())
}

macro_rules! from_text {
    ($($kind:ty: $read:expr),+ $(,)?) => {
        $(impl FromText for $kind {
            fn from_text(text: &str) -> Option<Self> {
                let read: fn(&str) -> Option<Self> = $read;
                read(text)
            }
        })+
    };
}

from_text! {
    String: |text| Some(text.to_owned()),
    PathBuf: |text| Some(text.into()),
    SecretString: |text| Some(text.into()),
    SocketAddr: |text| text.parse().ok(),
    u32: |text| text.parse().ok(),
    usize: |text| text.parse().ok(),
    bool: |text| match text {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    },
    Span: Self::parse,
    Size: Self::parse,
    Proxies: Self::parse,
    Origins: Self::parse,
    SigningAlgorithm: Self::named,
    Mode: |text| match text {
        "development" => Some(Self::Development),
        "production" => Some(Self::Production),
        _ => None,
    },
    SameSite: |text| match text {
        "strict" => Some(Self::Strict),
        "lax" => Some(Self::Lax),
        "none" => Some(Self::None),
        _ => None,
    },
    LogFormat: |text| match text {
        "text" => Some(Self::Text),
        "json" => Some(Self::Json),
        _ => None,
    },
}

impl<T: FromText> FromText for Option<T> {
    fn from_text(text: &str) -> Option<Self> {
        T::from_text(text).map(Some)
    }
}
