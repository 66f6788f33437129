//! Media types of GraphQL over HTTP, of requests and responses.

use poem::http::{HeaderMap, header};

/// Media type of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseMedia {
    /// `application/json`: a request error has status 200.
    Json,
    /// `application/graphql-response+json`: a request error has status 400.
    GraphQlResponse,
}

impl ResponseMedia {
    /// The value of `Content-Type`.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphQlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// The preferred type of `Accept`, by weight and then by order; `None` when the client accepts neither.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut accepted = headers.get_all(header::ACCEPT).iter().peekable();
        if accepted.peek().is_none() {
            return Some(Self::Json);
        }
        let ranges = accepted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let mut best = None;
        for (media, weight) in ranges.filter_map(Self::in_range) {
            if weight > best.map_or(0, |(_, weight)| weight) {
                best = Some((media, weight));
            }
        }
        best.map(|(media, _)| media)
    }

    /// The media type of a range such as `application/json;q=0.5`, and its weight in thousandths.
    fn in_range(range: &str) -> Option<(Self, u32)> {
        let mut parts = range.split(';').map(str::trim);
        let media = match parts.next()?.to_ascii_lowercase().as_str() {
            "" | "*/*" | "application/*" | "application/json" => Self::Json,
            "application/graphql-response+json" => Self::GraphQlResponse,
            _ => return None,
        };
        let mut weight = 1000;
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => weight = thousandths(value.trim()),
                "charset" if !is_utf8(value) => return None,
                _ => {}
            }
        }
        Some((media, weight))
    }
}

/// Whether `Content-Type` is JSON in UTF-8, exactly once.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(first), None) = (types.next(), types.next()) else { return false };
    let mut parts = first.to_str().unwrap_or_default().split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|ty| ty.eq_ignore_ascii_case("application/json"));
    let charset = |part: &str| match part.split_once('=') {
        Some((name, value)) => !name.trim().eq_ignore_ascii_case("charset") || is_utf8(value),
        None => part.is_empty(),
    };
    is_json && parts.all(charset)
}

/// Whether the body has no content encoding.
pub(super) fn is_identity(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// A weight (RFC 9110, 12.4.2); zero when it is malformed.
fn thousandths(text: &str) -> u32 {
    match text.parse::<f32>() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u32,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    fn headers(name: &header::HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_preferred_media_type_is_chosen() {
        use ResponseMedia::{GraphQlResponse, Json};
        let cases: [(&[&'static str], Option<ResponseMedia>); 12] = [
            (&[], Some(Json)),
            (&["*/*"], Some(Json)),
            (&["application/*"], Some(Json)),
            (&["application/json"], Some(Json)),
            (&["application/graphql-response+json"], Some(GraphQlResponse)),
            (
                &["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                Some(GraphQlResponse),
            ),
            (&["application/graphql-response+json;q=0.5, application/json"], Some(Json)),
            (&["application/json;q=0", "application/graphql-response+json;q=0.1"], Some(GraphQlResponse)),
            (&["text/html, */*;q=0.1"], Some(Json)),
            (&["text/html"], None),
            (&["application/json; charset=iso-8859-1"], None),
            (&["application/json;q=abc"], None),
        ];
        for (accept, expected) in cases {
            assert_eq!(ResponseMedia::negotiate(&headers(&header::ACCEPT, accept)), expected, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_accepted() {
        for ty in ["application/json", "Application/JSON; Charset=\"UTF-8\"", "application/json;"] {
            assert!(is_json(&headers(&header::CONTENT_TYPE, &[ty])), "{ty}");
        }
        let others: [&[&'static str]; 6] = [
            &[],
            &["text/plain"],
            &["application/x-www-form-urlencoded"],
            &["application/json, text/plain"],
            &["application/json; charset=utf-16"],
            &["application/json", "application/json"],
        ];
        for types in others {
            assert!(!is_json(&headers(&header::CONTENT_TYPE, types)), "{types:?}");
        }
    }
}
