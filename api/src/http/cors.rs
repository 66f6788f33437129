//! Cross-origin requests (Fetch, CORS): let in for a fixed list of origins, and for nobody by default.
//! What is answered is taken from the list, never from the request.

use crate::config::Origins;
use crate::graphql::auth::CSRF_HEADER;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

/// How long browsers may remember what they were told, in seconds.
const REMEMBERED: &str = "600";
/// Headers of answers that pages may read.
const EXPOSED: &str = "Policy-Revision, X-Request-Id";

/// The origin of a request, if it is one that is let in.
#[derive(Debug)]
pub(super) struct LetIn(HeaderValue);

impl LetIn {
    /// Looks the origin of a request up.
    pub(super) fn find(headers: &HeaderMap, origins: &Origins) -> Option<Self> {
        if origins.is_empty() {
            return None;
        }
        let mut shown = headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (shown.next(), shown.next()) else { return None };
        origins.find(origin.to_str().ok()?).and_then(|listed| HeaderValue::from_str(listed).ok()).map(Self)
    }

    /// The answer to a preflight; `None` when the request is none.
    pub(super) fn preflight(&self, request: &Request) -> Option<Response> {
        let is_preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        is_preflight.then(|| {
            Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST")
                .header(
                    header::ACCESS_CONTROL_ALLOW_HEADERS,
                    format!("Authorization, Content-Type, Policy-Revision, {CSRF_HEADER}"),
                )
                .header(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED)
                .finish()
        })
    }

    /// Lets the page read an answer.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.0);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}
