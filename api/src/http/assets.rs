//! The playground's pages, embedded in the binary: built by `console/`, stored as gzip where that is
//! smaller, and sent as they are stored.

use flate2::read::GzDecoder;
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response};
use rust_embed::{Embed, EmbeddedFile};
use std::fmt::Write as _;
use std::io::Read;

/// The build output of `console/`. Debug builds read it from the folder.
#[derive(Embed)]
#[folder = "../console/dist"]
#[allow_missing = true]
struct Dist;

/// Nothing from elsewhere, no script in a page, no framing. Editors need styles that scripts set.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; worker-src 'self'; connect-src 'self'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'none'";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Names below this hold a hash of what is inside.
const HASHED: &str = "assets/";
const INDEX: &str = "index.html";

/// `/playground` and everything below it.
#[derive(Debug)]
pub struct Playground;

/// `/`: where to go from here.
#[derive(Debug)]
pub enum Home {
    /// To the playground.
    Playground,
    /// Nowhere: the API is all there is.
    Nothing,
}

impl Endpoint for Playground {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let name = match request.uri().path().trim_start_matches("/playground").trim_start_matches('/') {
            "" => INDEX,
            name => name,
        };
        Ok(serve(request.method(), request.headers(), name))
    }
}

impl Endpoint for Home {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if !is_read(request.method()) {
            return Ok(method_not_allowed());
        }
        Ok(match self {
            Self::Playground => {
                Response::builder().status(StatusCode::FOUND).header(header::LOCATION, "/playground").finish()
            }
            Self::Nothing => Response::builder()
                .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
                .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                .body("The GraphQL API answers at /graphql.\n"),
        })
    }
}

/// A file of the build as it is sent.
struct Asset {
    file: EmbeddedFile,
    is_gzip: bool,
}

impl Asset {
    fn find(name: &str) -> Option<Self> {
        let stored = |name: &str, is_gzip| Dist::get(name).map(|file| Self { file, is_gzip });
        stored(&format!("{name}.gz"), true).or_else(|| stored(name, false))
    }

    /// Quoted and strong: the hash of what is stored, and which form is sent (RFC 9110, 8.8.3).
    fn tag(&self, form: Form) -> String {
        let hash = self.file.metadata.sha256_hash();
        let mut tag = String::from("\"");
        for byte in &hash[..16] {
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push_str(match form {
            Form::Gzip => "-gzip\"",
            Form::Plain => "\"",
        });
        tag
    }

    fn body(self, form: Form) -> std::io::Result<Vec<u8>> {
        if !self.is_gzip || form == Form::Gzip {
            return Ok(self.file.data.into_owned());
        }
        let mut plain = Vec::new();
        GzDecoder::new(self.file.data.as_ref()).read_to_end(&mut plain)?;
        Ok(plain)
    }
}

/// How an asset goes over the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Gzip,
    Plain,
}

fn serve(method: &Method, headers: &HeaderMap, name: &str) -> Response {
    if !is_read(method) {
        return method_not_allowed();
    }
    let Some(asset) = Asset::find(name) else {
        return Response::builder().status(StatusCode::NOT_FOUND).body("not found\n");
    };
    let form = if asset.is_gzip && accepts_gzip(headers) { Form::Gzip } else { Form::Plain };
    let tag = asset.tag(form);
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, content_type(name))
        .header(header::CACHE_CONTROL, if name.starts_with(HASHED) { IMMUTABLE } else { "no-cache" })
        .header(header::ETAG, &tag)
        .header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer");
    if asset.is_gzip {
        response = response.header(header::VARY, "Accept-Encoding");
    }
    if is_known(headers, &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    if form == Form::Gzip {
        response = response.header(header::CONTENT_ENCODING, "gzip");
    }
    match asset.body(form) {
        Ok(bytes) if method == Method::HEAD => response.header(header::CONTENT_LENGTH, bytes.len()).body(Body::empty()),
        Ok(bytes) => response.body(bytes),
        Err(error) => {
            tracing::error!(name, error = &error as &dyn std::error::Error, "an embedded page cannot be inflated");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}

pub(super) fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

pub(super) fn method_not_allowed() -> Response {
    Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET, HEAD").finish()
}

/// Does the client take gzip (RFC 9110, 12.5.3)? `q=0` says no.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    codings.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// Does the client have this very form already?
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "md" => "text/markdown; charset=utf-8",
        "ttf" => "font/ttf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, header::HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_sent_only_to_clients_that_take_it() {
        let takes = |value| accepts_gzip(&headers(header::ACCEPT_ENCODING, value));
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, GZIP;q=0.5"));
        assert!(!takes("gzip;q=0") && !takes("identity") && !takes("xgzip"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_page_the_client_has_is_recognised() {
        let known = |value| is_known(&headers(header::IF_NONE_MATCH, value), "\"abc-gzip\"");
        assert!(known("\"abc-gzip\"") && known("\"x\", W/\"abc-gzip\"") && known("*"));
        assert!(!known("\"abc\""));
    }

    #[test]
    fn only_files_of_the_build_are_served() {
        for name in ["../Cargo.toml", "..%2fCargo.toml", "assets/../../package.json", ".env", "nothing.js"] {
            let response = serve(&Method::GET, &HeaderMap::new(), name);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[tokio::test]
    async fn the_page_comes_packed_or_plain_with_tags_that_differ() {
        let packed = serve(&Method::GET, &headers(header::ACCEPT_ENCODING, "gzip"), INDEX);
        let plain = serve(&Method::GET, &HeaderMap::new(), INDEX);
        assert_eq!(packed.header(header::CONTENT_ENCODING), Some("gzip"));
        assert_eq!(plain.header(header::CONTENT_ENCODING), None);
        assert_ne!(packed.header(header::ETAG), plain.header(header::ETAG));
        assert_eq!(plain.header(header::CACHE_CONTROL), Some("no-cache"));
        let text = plain.into_body().into_string().await.expect("a page is text");
        assert!(text.contains("/playground/assets/"));
    }

    #[tokio::test]
    async fn asking_for_the_head_gives_no_body() {
        let head = serve(&Method::HEAD, &HeaderMap::new(), INDEX);
        assert_eq!(head.status(), StatusCode::OK);
        assert!(head.into_body().into_vec().await.expect("an empty body can be read").is_empty());
    }
}
