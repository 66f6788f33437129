//! When a cookie counts. Browsers send cookies by themselves, whoever made them ask, so a request with
//! one has to show that a page of ours sent it: twice over (OWASP, CSRF Prevention).
//!
//! - **Where it comes from**: `Sec-Fetch-Site` says `same-origin`, or `Origin` is on the list; without
//!   such metadata, or when no page sent it, `Origin` has to be our own if it is there. Browsers leave it
//!   out only where no other site can be at work.
//! - **The header**: its value is the session's token, which other sites can neither read nor guess. No
//!   site can send a header of this name elsewhere unless CORS lets it.
//!
//! A page that was reloaded has lost the token, and asks for it with `fetch` in its place. That is
//! taken only for what does nothing on anybody's behalf: reading, which other sites cannot see the
//! answer of, and renewing the cookies, which tells nobody but the browser.

use super::authenticate::Door;
use super::cookies::Shown;
use crate::config::Origins;
use crate::graphql::auth::CSRF_HEADER;
use crate::graphql::error::Code;
use crate::graphql::schema::Reliance;
use poem::http::{HeaderMap, HeaderValue, header};
use service::{Result, auth};

/// In place of the token, where that is yet to be learnt.
const FETCH: &str = "fetch";

/// Why a cookie does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distrust {
    /// A page that is not ours, and not on the list.
    ForeignPage,
    /// No header.
    NoHeader,
    /// The value is not the token of this session.
    WrongToken,
}

impl Distrust {
    /// The error of a request that was refused for it.
    pub(super) fn error(self) -> async_graphql::Error {
        let name = CSRF_HEADER;
        Code::CsrfFailed.error(match self {
            Self::ForeignPage => {
                "the page that sent this is neither of this origin nor of one that is let in".to_owned()
            }
            Self::NoHeader => format!("a cookie needs the header `{name}`"),
            Self::WrongToken => {
                format!(
                    "`{name}` is not the token of this session: ask for `viewer {{ csrfToken }}` with `{name}: {FETCH}`"
                )
            }
        })
    }
}

/// Does the cookie count for an operation that would do this on the strength of it?
///
/// # Errors
/// [`service::Error::Unavailable`] when it cannot be told.
pub(super) async fn judge(door: Door<'_>, shown: &Shown, reliance: Reliance) -> Result<Result<(), Distrust>> {
    if !is_trusted_page(door.headers, &door.http.origins) {
        return Ok(Err(Distrust::ForeignPage));
    }
    let mut values = door.headers.get_all(CSRF_HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Ok(Err(Distrust::NoHeader)) };
    let value = value.to_str().unwrap_or_default();
    if reliance != Reliance::Write && value.eq_ignore_ascii_case(FETCH) {
        return Ok(Ok(()));
    }
    let session = auth::session_named(door.service, &shown.presented()).await?;
    let is_good = session.is_some_and(|session| auth::is_csrf_token(door.service, session, value));
    Ok(if is_good { Ok(()) } else { Err(Distrust::WrongToken) })
}

/// Was the request sent by a page of this origin, by one on the list, or by no page at all?
pub(super) fn is_trusted_page(headers: &HeaderMap, origins: &Origins) -> bool {
    let origin = headers.get(header::ORIGIN);
    let origin_text = origin.map(|origin| origin.to_str().unwrap_or_default());
    if headers.get_all(header::ORIGIN).iter().nth(1).is_some() {
        return false;
    }
    if origin_text.is_some_and(|origin| origins.has(origin)) {
        return true;
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin") => true,
        // `none`: the user's own doing, in the address bar or a bookmark.
        Some(b"none") | None => origin_text.is_none_or(|origin| is_own(origin, headers)),
        Some(_) => false,
    }
}

/// Is it the origin that the request was sent to? By the host alone: which scheme the browser used is
/// known to the proxy in front.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let shown = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    shown.zip(host).is_some_and(|(shown, host)| shown.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_trusted(shown: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("keyward.example.org"));
        for (name, value) in shown {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_trusted_page(&headers, &Origins::parse("https://app.example.org").expect("an origin"))
    }

    #[test]
    fn what_the_browser_says_of_the_page_decides() {
        for good in ["same-origin", "none"] {
            assert!(is_trusted(&[("sec-fetch-site", good)]), "{good}");
        }
        for bad in ["cross-site", "same-site", "", "same-origin, cross-site", "SAME-ORIGIN"] {
            assert!(!is_trusted(&[("sec-fetch-site", bad)]), "{bad}");
            assert!(!is_trusted(&[("sec-fetch-site", bad), ("origin", "https://keyward.example.org")]), "{bad}");
        }
    }

    #[test]
    fn without_metadata_the_origin_decides() {
        assert!(is_trusted(&[("origin", "https://keyward.example.org")]));
        assert!(is_trusted(&[("origin", "http://keyward.example.org"), ("sec-fetch-site", "none")]));
        for bad in [
            "null",
            "",
            "https://evil.example",
            "https://example.org",
            "https://x.keyward.example.org",
            "https://keyward.example.org.evil.example",
            "https://keyward.example.org:444",
            "https://evil.example/keyward.example.org",
            "keyward.example.org",
            "file://keyward.example.org",
        ] {
            assert!(!is_trusted(&[("origin", bad)]), "{bad}");
            assert!(!is_trusted(&[("origin", bad), ("sec-fetch-site", "none")]), "{bad}");
        }
        assert!(!is_trusted(&[("origin", "https://keyward.example.org"), ("origin", "https://evil.example")]));
    }

    #[test]
    fn an_origin_on_the_list_is_let_in_wherever_it_lies() {
        for site in ["cross-site", "same-site"] {
            assert!(is_trusted(&[("origin", "https://app.example.org"), ("sec-fetch-site", site)]));
            assert!(!is_trusted(&[("origin", "https://app.example.org:444"), ("sec-fetch-site", site)]));
            assert!(!is_trusted(&[("origin", "http://app.example.org"), ("sec-fetch-site", site)]));
        }
    }

    #[test]
    fn where_no_browser_is_at_work_nothing_is_forged() {
        assert!(is_trusted(&[]));
    }
}
