//! Embedded files of web pages: built by `console/` and compressed with gzip where that is smaller.

use flate2::read::GzDecoder;
use poem::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use poem::{Body, Response};
use rust_embed::{Embed, EmbeddedFile};
use std::fmt::Write as _;
use std::io::Read;

/// The playground. Debug builds read the folder at run time.
#[derive(Debug, Embed)]
#[folder = "../console/dist/playground"]
#[allow_missing = true]
pub struct PlaygroundFiles;

/// The console. Debug builds read the folder at run time.
#[derive(Debug, Embed)]
#[folder = "../console/dist/console"]
#[allow_missing = true]
pub struct ConsoleFiles;

/// Same origin only, no inline scripts, no framing. The editor needs inline styles.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; worker-src 'self'; connect-src 'self'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'none'";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Files below this folder have a hash of their content in their name.
pub(super) const HASHED: &str = "assets/";
pub(super) const INDEX: &str = "index.html";

/// A file of a build.
pub(super) struct Asset {
    file: EmbeddedFile,
    is_gzip: bool,
}

impl Asset {
    /// The file `name` of the build `F`.
    pub(super) fn find<F: Embed>(name: &str) -> Option<Self> {
        let stored = |name: &str, is_gzip| F::get(name).map(|file| Self { file, is_gzip });
        stored(&format!("{name}.gz"), true).or_else(|| stored(name, false))
    }

    /// Strong entity tag: the hash of the stored file and the encoding of the response (RFC 9110, 8.8.3).
    fn tag(&self, encoding: Encoding) -> String {
        let hash = self.file.metadata.sha256_hash();
        let mut tag = String::from("\"");
        for byte in hash.iter().take(16) {
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push_str(match encoding {
            Encoding::Gzip => "-gzip\"",
            Encoding::Identity => "\"",
        });
        tag
    }

    fn body(self, encoding: Encoding) -> std::io::Result<Vec<u8>> {
        if !self.is_gzip || encoding == Encoding::Gzip {
            return Ok(self.file.data.into_owned());
        }
        let mut plain = Vec::new();
        GzDecoder::new(self.file.data.as_ref()).read_to_end(&mut plain)?;
        Ok(plain)
    }
}

/// Content encoding of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Gzip,
    Identity,
}

/// The response to a request by GET or HEAD for the file `name` of the build `F`.
pub(super) fn serve<F: Embed>(method: &Method, headers: &HeaderMap, name: &str) -> Response {
    if !is_read(method) {
        return method_not_allowed();
    }
    let Some(asset) = Asset::find::<F>(name) else { return not_found() };
    let encoding = match asset.is_gzip && accepts(headers, &header::ACCEPT_ENCODING, "gzip") {
        true => Encoding::Gzip,
        false => Encoding::Identity,
    };
    let tag = asset.tag(encoding);
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
    if is_cached(headers, &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    if encoding == Encoding::Gzip {
        response = response.header(header::CONTENT_ENCODING, "gzip");
    }
    match asset.body(encoding) {
        Ok(bytes) if method == Method::HEAD => response.header(header::CONTENT_LENGTH, bytes.len()).body(Body::empty()),
        Ok(bytes) => response.body(bytes),
        Err(error) => {
            tracing::error!(name, error = &error as &dyn std::error::Error, "cannot decompress an embedded file");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}

pub(super) fn not_found() -> Response {
    Response::builder().status(StatusCode::NOT_FOUND).body("not found\n")
}

pub(super) fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

pub(super) fn method_not_allowed() -> Response {
    Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET, HEAD").finish()
}

/// Whether a header of the client lists `value` (RFC 9110, 12.5). `q=0` excludes it.
pub(super) fn accepts(headers: &HeaderMap, name: &HeaderName, value: &str) -> bool {
    let ranges = headers.get_all(name).iter().filter_map(|text| text.to_str().ok());
    ranges.flat_map(|text| text.split(',')).any(|range| {
        let (listed, weight) = range.split_once(';').unwrap_or((range, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        listed.trim().eq_ignore_ascii_case(value) && !refused
    })
}

/// Whether the client has the response with this entity tag (`If-None-Match`).
pub(super) fn is_cached(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|cached| cached == "*" || cached.trim_start_matches("W/") == tag)
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
    fn gzip_is_sent_only_to_clients_that_accept_it() {
        let accepts = |value| accepts(&headers(header::ACCEPT_ENCODING, value), &header::ACCEPT_ENCODING, "gzip");
        assert!(accepts("gzip, deflate, br") && accepts("br;q=1.0, GZIP;q=0.5"));
        assert!(!accepts("gzip;q=0") && !accepts("identity") && !accepts("xgzip"));
        assert!(!accepts(""));
    }

    #[test]
    fn a_cached_response_is_recognized() {
        let cached = |value| is_cached(&headers(header::IF_NONE_MATCH, value), "\"abc-gzip\"");
        assert!(cached("\"abc-gzip\"") && cached("\"x\", W/\"abc-gzip\"") && cached("*"));
        assert!(!cached("\"abc\""));
    }

    #[test]
    fn only_files_of_the_build_are_served() {
        for name in ["../Cargo.toml", "..%2fCargo.toml", "assets/../../package.json", ".env", "nothing.js"] {
            let response = serve::<PlaygroundFiles>(&Method::GET, &HeaderMap::new(), name);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[tokio::test]
    async fn encodings_have_different_entity_tags() {
        let packed = serve::<PlaygroundFiles>(&Method::GET, &headers(header::ACCEPT_ENCODING, "gzip"), INDEX);
        let plain = serve::<PlaygroundFiles>(&Method::GET, &HeaderMap::new(), INDEX);
        assert_eq!(packed.header(header::CONTENT_ENCODING), Some("gzip"));
        assert_eq!(plain.header(header::CONTENT_ENCODING), None);
        assert_ne!(packed.header(header::ETAG), plain.header(header::ETAG));
        assert_eq!(plain.header(header::CACHE_CONTROL), Some("no-cache"));
        let text = plain.into_body().into_string().await.expect("a page is text");
        assert!(text.contains("/playground/assets/"));
    }

    #[tokio::test]
    async fn head_gives_no_body() {
        let head = serve::<PlaygroundFiles>(&Method::HEAD, &HeaderMap::new(), INDEX);
        assert_eq!(head.status(), StatusCode::OK);
        assert!(head.into_body().into_vec().await.expect("an empty body can be read").is_empty());
    }
}
