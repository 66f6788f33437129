//! Session cookies (RFC 6265): reading those of a request, and writing those of a response. They hold nothing but tokens.

use super::limits;
use crate::config::CookieSettings;
use crate::graphql::auth::CookieChange;
use chrono::{DateTime, TimeDelta, Utc};
use poem::http::header::InvalidHeaderValue;
use poem::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};
use service::auth::SessionTokens;
use std::fmt::Write as _;

/// The session cookies of a request: at least one of the two.
#[derive(Clone, Debug)]
pub(super) struct SessionCookies {
    pub(super) access_token: Option<SecretString>,
    pub(super) refresh_token: Option<SecretString>,
}

impl SessionCookies {
    /// Reads the cookies of a request; `None` without a session cookie.
    pub(super) fn read(headers: &HeaderMap, settings: &CookieSettings) -> Option<Self> {
        if !headers.contains_key(header::COOKIE) {
            return None;
        }
        let access_token = value(headers, &settings.access_name);
        let refresh_token = value(headers, &settings.refresh_name);
        (access_token.is_some() || refresh_token.is_some()).then_some(Self { access_token, refresh_token })
    }

    /// The tokens, to look up their session.
    pub(super) fn presented(&self) -> SessionTokens {
        SessionTokens { access_token: self.access_token.clone(), refresh_token: self.refresh_token.clone() }
    }
}

/// The value of a cookie. A cookie that is repeated with different values, or too long, has an empty value, which is
/// never a valid token.
fn value(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let (sent, value) = pair.trim_ascii().split_at_checked(name.len())?;
        (sent == name.as_bytes()).then(|| value.strip_prefix(b"="))?
    });
    let first = values.next()?;
    let is_valid = values.all(|value| value == first) && first.len() <= limits::CREDENTIAL;
    match std::str::from_utf8(first) {
        Ok("") if is_valid => None,
        Ok(value) if is_valid => Some(value.into()),
        _ => Some(SecretString::default()),
    }
}

/// The `Set-Cookie` headers that apply a change.
///
/// # Errors
/// When a token or a setting holds a character that headers do not allow.
pub(super) fn set_cookie_headers(
    settings: &CookieSettings,
    change: &CookieChange,
    now: DateTime<Utc>,
) -> Result<Vec<HeaderValue>, InvalidHeaderValue> {
    let until = |end: DateTime<Utc>| (end - now).max(TimeDelta::zero()).num_seconds();
    let CookieSettings { access_name, refresh_name, .. } = settings;
    match change {
        CookieChange::Set(signed_in) => {
            let max_age = settings.max_age.map_or(i64::MAX, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
            // The absolute end of the session; the service enforces the idle timeout.
            let session = until(signed_in.ends_at).min(max_age);
            let access = until(signed_in.expires_at).min(session);
            let access = set_cookie(settings, access_name, signed_in.access_token.expose_secret(), access)?;
            // A role switch leaves the refresh token unchanged.
            let refresh = signed_in.refresh_token.as_ref();
            let refresh = refresh.map(|token| set_cookie(settings, refresh_name, token.expose_secret(), session));
            Ok(std::iter::once(access).chain(refresh.transpose()?).collect())
        }
        CookieChange::Clear => {
            Ok(vec![set_cookie(settings, access_name, "", 0)?, set_cookie(settings, refresh_name, "", 0)?])
        }
    }
}

/// A `Set-Cookie` header; `max_age` in seconds.
fn set_cookie(
    settings: &CookieSettings,
    name: &str,
    value: &str,
    max_age: i64,
) -> Result<HeaderValue, InvalidHeaderValue> {
    let (path, same_site) = (&settings.path, settings.same_site.attribute());
    let mut text = format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite={same_site}");
    if settings.secure {
        text.push_str("; Secure");
    }
    if let Some(domain) = &settings.domain {
        let _ = write!(text, "; Domain={domain}");
    }
    let mut header = HeaderValue::try_from(text)?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<[Option<String>; 2]> {
        let lines = lines.iter().map(|line| HeaderValue::from_bytes(line.as_bytes()).expect("a value"));
        let headers = lines.map(|line| (header::COOKIE, line)).collect();
        let text = |token: Option<SecretString>| token.map(|token| token.expose_secret().to_owned());
        let (access_name, refresh_name) = ("a".to_owned(), "a-r".to_owned());
        let settings = CookieSettings { access_name, refresh_name, ..CookieSettings::default() };
        let cookies = SessionCookies::read(&headers, &settings)?;
        Some([text(cookies.access_token), text(cookies.refresh_token)])
    }

    #[test]
    fn session_cookies_are_found_by_their_whole_names() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(&["b=1; a=2;a-r=3 ; aa=4; A=5"]), Some([some("2"), some("3")]));
        assert_eq!(read(&["b=1", "a-r=2=2"]), Some([None, some("2=2")]));
        for none in ["", "aa=1; A=2; a; =a; a-=3", "a=; a-r="] {
            assert_eq!(read(&[none]), None, "{none}");
        }
    }

    #[test]
    fn a_cookie_with_two_values_is_not_a_token() {
        let invalid = Some([Some(String::new()), None]);
        assert_eq!(read(&["a=1; a=2"]), invalid);
        assert_eq!(read(&["a=1", "a="]), invalid);
        assert_eq!(read(&[&format!("a={}", "x".repeat(limits::CREDENTIAL + 1))]), invalid);
        assert_eq!(read(&["a=1; a=1"]), Some([Some("1".to_owned()), None]));
    }
}
