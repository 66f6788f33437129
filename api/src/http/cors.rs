//! Cross-origin resource sharing (Fetch, CORS) for a fixed list of origins, empty by default. Response headers repeat the
//! list, never the request.

use crate::config::AllowedOrigins;
use crate::graphql::auth::CSRF_HEADER;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

/// How long browsers may cache a preflight, in seconds.
const MAX_AGE: &str = "600";
/// Response headers that pages may read.
const EXPOSED_HEADERS: &str = "Policy-Revision, X-Request-Id";

/// The origin of a request, where it is on the list.
#[derive(Debug)]
pub(super) struct AllowedOrigin(HeaderValue);

impl AllowedOrigin {
    /// Looks up the origin of a request.
    pub(super) fn find(headers: &HeaderMap, origins: &AllowedOrigins) -> Option<Self> {
        if origins.is_empty() {
            return None;
        }
        let mut values = headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (values.next(), values.next()) else { return None };
        origins.find(origin.to_str().ok()?).and_then(|listed| HeaderValue::from_str(listed).ok()).map(Self)
    }

    /// The response to a preflight; `None` for any other request.
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
                .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE)
                .finish()
        })
    }

    /// Allows the page to read a response.
    pub(super) fn set_headers(self, headers: &mut HeaderMap) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.0);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}
