//! Protection of cookies against cross-site request forgery (OWASP, CSRF Prevention). Browsers attach cookies to requests
//! of any site, so a request with session cookies has to pass two checks:
//!
//! - **Origin**: `Sec-Fetch-Site` is `same-origin`, or `Origin` is allowed. Without fetch metadata, or for a navigation by
//!   the user, `Origin` must equal the host if it is present. Browsers omit it only where no other site can be involved.
//! - **CSRF token**: the header `X-CSRF-Token` holds the session's token, which other sites can neither read nor guess,
//!   and a header of this name is sent cross-origin only after a CORS preflight.
//!
//! A page that was reloaded has lost the token and sends `fetch` in its place. This is accepted for operations without
//! side effects for the user: queries, whose responses other sites cannot read, and the renewal of the cookies.

use super::authenticate::{AuthError, AuthRequest};
use super::cookies::SessionCookies;
use crate::config::AllowedOrigins;
use crate::graphql::auth::CSRF_HEADER;
use crate::graphql::error::ErrorCode;
use crate::graphql::schema::CookieUse;
use poem::http::{HeaderMap, HeaderValue, header};
use service::auth;

/// In place of the token, by a page that is about to query it.
const FETCH: &str = "fetch";

/// Why CSRF protection rejects a request with cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CsrfError {
    /// The page's origin is neither the same nor allowed.
    DisallowedOrigin,
    /// The header is missing or repeated.
    MissingHeader,
    /// The header is not the token of the session.
    WrongToken,
}

impl CsrfError {
    /// The GraphQL error of the rejected request.
    pub(super) fn to_graphql(self) -> async_graphql::Error {
        let name = CSRF_HEADER;
        ErrorCode::CsrfFailed.error(match self {
            Self::DisallowedOrigin => {
                "the origin of the request is not allowed: send it from a page of the same origin, \
                 or have the operator add the origin to `cors.origins`"
                    .to_owned()
            }
            Self::MissingHeader => format!("cookies need CSRF protection: send the header `{name}` exactly once"),
            Self::WrongToken => format!(
                "`{name}` is not the CSRF token of this session: query `viewer {{ csrfToken }}` with `{name}: {FETCH}`"
            ),
        })
    }
}

/// Checks that an operation may rely on the cookies of its request.
///
/// # Errors
/// [`CsrfError`], and [`service::Error::Unavailable`] when the session cannot be determined.
pub(super) async fn check(
    request: AuthRequest<'_>,
    cookies: &SessionCookies,
    cookie_use: CookieUse,
) -> Result<(), AuthError> {
    if !is_allowed_origin(request.headers, &request.http.origins) {
        return Err(CsrfError::DisallowedOrigin.into());
    }
    let mut values = request.headers.get_all(CSRF_HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(CsrfError::MissingHeader.into()) };
    let value = value.to_str().unwrap_or_default();
    if cookie_use != CookieUse::Write && value.eq_ignore_ascii_case(FETCH) {
        return Ok(());
    }
    match auth::session_of_tokens(request.service, &cookies.presented()).await? {
        Some(session) if auth::is_csrf_token(request.service, session, value) => Ok(()),
        _ => Err(CsrfError::WrongToken.into()),
    }
}

/// Whether a request comes from a page of the same or an allowed origin, or not from a page at all.
pub(super) fn is_allowed_origin(headers: &HeaderMap, origins: &AllowedOrigins) -> bool {
    let mut values = headers.get_all(header::ORIGIN).iter();
    let origin = values.next().map(|origin| origin.to_str().unwrap_or_default());
    if values.next().is_some() {
        return false;
    }
    if origin.is_some_and(|origin| origins.contains(origin)) {
        return true;
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin") => true,
        // `none`: a navigation by the user, from the address bar or a bookmark.
        Some(b"none") | None => origin.is_none_or(|origin| is_same_host(origin, headers)),
        Some(_) => false,
    }
}

/// Whether the host of an origin is the host of the request. The scheme is known to the TLS proxy alone.
fn is_same_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin_host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    origin_host.zip(host).is_some_and(|(origin_host, host)| origin_host.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(sent: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("keyward.example.org"));
        for (name, value) in sent {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_allowed_origin(&headers, &AllowedOrigins::parse("https://app.example.org").expect("an origin"))
    }

    #[test]
    fn fetch_metadata_decides() {
        for accepted in ["same-origin", "none"] {
            assert!(is_allowed(&[("sec-fetch-site", accepted)]), "{accepted}");
        }
        for bad in ["cross-site", "same-site", "", "same-origin, cross-site", "SAME-ORIGIN"] {
            assert!(!is_allowed(&[("sec-fetch-site", bad)]), "{bad}");
            assert!(!is_allowed(&[("sec-fetch-site", bad), ("origin", "https://keyward.example.org")]), "{bad}");
        }
    }

    #[test]
    fn without_metadata_the_origin_decides() {
        assert!(is_allowed(&[("origin", "https://keyward.example.org")]));
        assert!(is_allowed(&[("origin", "http://keyward.example.org"), ("sec-fetch-site", "none")]));
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
            assert!(!is_allowed(&[("origin", bad)]), "{bad}");
            assert!(!is_allowed(&[("origin", bad), ("sec-fetch-site", "none")]), "{bad}");
        }
        assert!(!is_allowed(&[("origin", "https://keyward.example.org"), ("origin", "https://evil.example")]));
    }

    #[test]
    fn an_allowed_origin_is_accepted_from_any_site() {
        for site in ["cross-site", "same-site"] {
            assert!(is_allowed(&[("origin", "https://app.example.org"), ("sec-fetch-site", site)]));
            assert!(!is_allowed(&[("origin", "https://app.example.org:444"), ("sec-fetch-site", site)]));
            assert!(!is_allowed(&[("origin", "http://app.example.org"), ("sec-fetch-site", site)]));
        }
    }

    #[test]
    fn a_request_without_browser_headers_is_not_forged() {
        assert!(is_allowed(&[]));
    }
}
