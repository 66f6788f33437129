//! Cookies of browser sessions.

use super::value::Keyword;
use std::time::Duration;

/// Names and attributes of the session cookies (RFC 6265).
#[derive(Clone, Debug)]
pub struct CookieSettings {
    /// Name of the cookie with the access token.
    pub access_name: String,
    /// Name of the cookie with the refresh token.
    pub refresh_name: String,
    /// Upper bound of `Max-Age`; the end of the session when not set.
    pub max_age: Option<Duration>,
    /// `SameSite`.
    pub same_site: SameSite,
    /// `Domain`; the host alone when not set.
    pub domain: Option<String>,
    /// `Path`.
    pub path: String,
    /// `Secure`.
    pub secure: bool,
}

/// Whether browsers send a cookie with cross-site requests. Defence in depth: CSRF protection does not rely on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// With top-level navigation.
    #[default]
    Lax,
    /// Always: for allowed origins on another site.
    None,
}

impl Keyword for SameSite {
    const NAMES: &'static [(&'static str, Self)] =
        &[("strict", Self::Strict), ("lax", Self::Lax), ("none", Self::None)];
}

impl SameSite {
    /// The value of the cookie attribute.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

impl CookieSettings {
    /// The names of both cookies.
    #[must_use]
    pub fn names(&self) -> [&str; 2] {
        [&self.access_name, &self.refresh_name]
    }
}

impl Default for CookieSettings {
    fn default() -> Self {
        Self {
            access_name: "__Host-keyward-access".to_owned(),
            refresh_name: "__Host-keyward-refresh".to_owned(),
            max_age: None,
            same_site: SameSite::default(),
            domain: None,
            path: "/".to_owned(),
            secure: true,
        }
    }
}
