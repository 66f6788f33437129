//! Cookies of a session: reading what a browser shows, and writing what it shall keep (RFC 6265).
//! Nothing is in them but the tokens.

use super::limits;
use crate::config::Cookie;
use crate::graphql::auth::CookieChange;
use chrono::{DateTime, TimeDelta, Utc};
use poem::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};
use service::auth::Presented;
use std::fmt::Write as _;

/// What a browser shows of our cookies: at least one of them.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) access_token: Option<SecretString>,
    pub(super) refresh_token: Option<SecretString>,
}

impl Shown {
    /// Reads the cookies of a request; `None` when ours are not among them.
    pub(super) fn read(headers: &HeaderMap, names: &Cookie) -> Option<Self> {
        if !headers.contains_key(header::COOKIE) {
            return None;
        }
        let access_token = value(headers, &names.access_name);
        let refresh_token = value(headers, &names.refresh_name);
        (access_token.is_some() || refresh_token.is_some()).then_some(Self { access_token, refresh_token })
    }

    /// The tokens, to name the session.
    pub(super) fn presented(&self) -> Presented {
        Presented { access_token: self.access_token.clone(), refresh_token: self.refresh_token.clone() }
    }
}

/// The value of the cookie of that name. A cookie that comes twice with different values, or is too
/// long, stands for nobody: its value is a text that is no token.
fn value(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let (shown, value) = pair.trim_ascii().split_at_checked(name.len())?;
        (shown == name.as_bytes()).then(|| value.strip_prefix(b"="))?
    });
    let first = values.next()?;
    let is_one = values.all(|value| value == first) && first.len() <= limits::CREDENTIAL;
    match std::str::from_utf8(first) {
        Ok("") if is_one => None,
        Ok(value) if is_one => Some(value.into()),
        _ => Some(SecretString::default()),
    }
}

/// The `Set-Cookie` lines that make the browser's cookies what they are to be.
pub(super) fn lines(settings: &Cookie, change: &CookieChange, now: DateTime<Utc>) -> Vec<HeaderValue> {
    let until = |end: DateTime<Utc>| (end - now).max(TimeDelta::zero()).num_seconds();
    let Cookie { access_name, refresh_name, .. } = settings;
    match change {
        CookieChange::Carry(signed_in) => {
            let longest = settings.max_age.map_or(i64::MAX, |most| i64::try_from(most.0.as_secs()).unwrap_or(i64::MAX));
            // The session's own end, which no use moves; the idle end is the service's to see to.
            let session = until(signed_in.ends_at).min(longest);
            let access = until(signed_in.expires_at).min(session);
            let access = line(settings, (access_name, signed_in.access_token.expose_secret()), access);
            // Where roles were switched, the one in hand stays good.
            let refresh = signed_in.refresh_token.as_ref();
            let refresh = refresh.map(|token| line(settings, (refresh_name, token.expose_secret()), session));
            std::iter::once(access).chain(refresh).collect()
        }
        CookieChange::Clear => vec![line(settings, (access_name, ""), 0), line(settings, (refresh_name, ""), 0)],
    }
}

fn line(settings: &Cookie, (name, value): (&str, &str), max_age: i64) -> HeaderValue {
    let Cookie { path, same_site, .. } = settings;
    let mut line = format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite={same_site}");
    if settings.secure {
        line.push_str("; Secure");
    }
    if let Some(domain) = &settings.domain {
        let _ = write!(line, "; Domain={domain}");
    }
    let mut line = HeaderValue::try_from(line).expect("tokens and accepted settings are plain text");
    line.set_sensitive(true);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<[Option<String>; 2]> {
        let lines = lines.iter().map(|line| HeaderValue::from_bytes(line.as_bytes()).expect("a value"));
        let headers = lines.map(|line| (header::COOKIE, line)).collect();
        let text = |token: Option<SecretString>| token.map(|token| token.expose_secret().to_owned());
        let names = Cookie { access_name: "a".to_owned(), refresh_name: "a-r".to_owned(), ..Cookie::default() };
        Shown::read(&headers, &names).map(|shown| [text(shown.access_token), text(shown.refresh_token)])
    }

    #[test]
    fn ours_are_found_among_others_by_their_whole_names() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(&["b=1; a=2;a-r=3 ; aa=4; A=5"]), Some([some("2"), some("3")]));
        assert_eq!(read(&["b=1", "a-r=2=2"]), Some([None, some("2=2")]));
        for none in ["", "aa=1; A=2; a; =a; a-=3", "a=; a-r="] {
            assert_eq!(read(&[none]), None, "{none}");
        }
    }

    #[test]
    fn a_cookie_with_two_values_stands_for_nobody() {
        let junk = Some([Some(String::new()), None]);
        assert_eq!(read(&["a=1; a=2"]), junk);
        assert_eq!(read(&["a=1", "a="]), junk);
        assert_eq!(read(&[&format!("a={}", "x".repeat(limits::CREDENTIAL + 1))]), junk);
        assert_eq!(read(&["a=1; a=1"]), Some([Some("1".to_owned()), None]));
    }
}
