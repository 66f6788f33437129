//! Rules of HTTP/1.1 for every request (RFC 9112) that the HTTP library leaves to the server: one valid `Host`, no transfer
//! coding but `chunked`, and headers of limited size.

use super::limits;
use poem::http::uri::Authority;
use poem::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use poem::{Request, Response};

/// The response to a request that breaks a rule. It closes the connection, since what follows may be part of the request.
pub(crate) fn refuse(request: &Request) -> Option<Response> {
    let (status, message) = broken_rule(request.version(), request.headers())?;
    let response = Response::builder()
        .status(status)
        .header(header::CONNECTION, "close")
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    Some(response.body(message))
}

/// The status and the reason for it.
fn broken_rule(version: Version, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    if size > limits::HEADER {
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large: at most 32 KiB\n"));
    }
    if !has_valid_host(version, headers) {
        return Some((StatusCode::BAD_REQUEST, "exactly one valid `Host` header is required\n"));
    }
    transfer_codings(headers)
}

/// Whether there is one `Host` with a valid value (RFC 9112, 3.2). HTTP/1.0 needs none.
fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => is_host(host),
        (Some(_), Some(_)) => false,
    }
}

/// Whether a value is `host [":" port]`. It is empty when the target has no authority.
fn is_host(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else { return false };
    text.is_empty() || text.parse::<Authority>().is_ok_and(|authority| !authority.as_str().contains('@'))
}

/// The transfer codings (RFC 9112, 6.1): `chunked` once and no other. The HTTP library has refused a request whose last
/// one is not `chunked`.
fn transfer_codings(headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let values = headers.get_all(header::TRANSFER_ENCODING).iter();
    let codings = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let mut chunked = 0;
    for coding in codings.filter(|coding| !coding.is_empty()) {
        if !coding.eq_ignore_ascii_case(b"chunked") {
            return Some((StatusCode::NOT_IMPLEMENTED, "no transfer coding but `chunked` is supported\n"));
        }
        chunked += 1;
    }
    (chunked > 1).then_some((StatusCode::BAD_REQUEST, "the transfer coding `chunked` is allowed once\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderName;

    fn status(version: Version, headers: &[(HeaderName, &str)]) -> Option<u16> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        broken_rule(version, &headers).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn a_host_is_valid_and_there_is_one() {
        for host in ["", "a", "a:8080", "[::1]:80", "192.0.2.1", "a_b.example", "xn--bcher-kva.example"] {
            assert_eq!(status(Version::HTTP_11, &[(header::HOST, host)]), None, "{host}");
        }
        for host in ["a b", "a/b", "user@a", "a, b", "a:b:c", "[::1", "a?b", "a#b"] {
            assert_eq!(status(Version::HTTP_11, &[(header::HOST, host)]), Some(400), "{host}");
        }
        assert_eq!(status(Version::HTTP_11, &[]), Some(400));
        assert_eq!(status(Version::HTTP_10, &[]), None);
        for version in [Version::HTTP_10, Version::HTTP_11] {
            assert_eq!(status(version, &[(header::HOST, "a"), (header::HOST, "a")]), Some(400));
        }
    }

    #[test]
    fn chunked_is_the_only_transfer_coding_and_used_once() {
        let coded = |codings: &[&str]| {
            let mut headers = vec![(header::HOST, "a")];
            headers.extend(codings.iter().map(|coding| (header::TRANSFER_ENCODING, *coding)));
            status(Version::HTTP_11, &headers)
        };
        for codings in [&["chunked"][..], &["Chunked"], &[" chunked ,"], &["", "chunked"]] {
            assert_eq!(coded(codings), None, "{codings:?}");
        }
        for codings in [&["gzip, chunked"][..], &["gzip", "chunked"], &["identity,chunked"], &["chunked;a=b, chunked"]]
        {
            assert_eq!(coded(codings), Some(501), "{codings:?}");
        }
        for codings in [&["chunked, chunked"][..], &["chunked", "CHUNKED"]] {
            assert_eq!(coded(codings), Some(400), "{codings:?}");
        }
    }

    #[test]
    fn headers_of_32_kib_are_accepted_and_of_one_more_byte_are_not() {
        let with = |length: usize| {
            let value = "a".repeat(length - "host: a\r\n".len() - "cookie: \r\n".len());
            status(Version::HTTP_11, &[(header::HOST, "a"), (header::COOKIE, &value)])
        };
        assert_eq!((with(limits::HEADER), with(limits::HEADER + 1)), (None, Some(431)));
    }
}
