//! Origins of web pages.

use std::fmt;

/// A fixed list of origins, separated by commas in text form (RFC 6454, serialized as browsers do).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// Parses a list such as `https://app.example.org, https://admin.example.org:8443`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(|origin| is_origin(origin).then(|| origin.to_owned())).collect::<Option<_>>().map(Self)
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the origin is on the list.
    #[must_use]
    pub fn contains(&self, origin: &str) -> bool {
        self.find(origin).is_some()
    }

    /// The entry of the list that equals this origin.
    #[must_use]
    pub fn find(&self, origin: &str) -> Option<&str> {
        self.0.iter().map(String::as_str).find(|listed| *listed == origin)
    }
}

/// Whether a text is an origin as browsers serialize it: scheme, host, and a port other than the scheme's default.
fn is_origin(text: &str) -> bool {
    let (default_port, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => ("443", rest),
        (_, Some(rest)) => ("80", rest),
        _ => return false,
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let is_port = |port: &str| port != default_port && !port.starts_with('0') && port.parse::<u16>().is_ok();
    let is_address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_address = is_address.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    let is_name = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte));
    (is_address || is_name) && port.is_none_or(is_port)
}

impl fmt::Display for AllowedOrigins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_accepted_as_browsers_serialize_them() {
        let good = "https://app.example.org, https://a.example:8443,http://localhost:5173,http://[::1]:3000";
        let origins = AllowedOrigins::parse(good).expect("origins");
        assert!(["https://app.example.org", "http://[::1]:3000"].iter().all(|origin| origins.contains(origin)));
        assert!(!origins.contains("https://app.example.org:8443") && !origins.contains("https://APP.example.org"));
        assert_eq!(AllowedOrigins::parse(" , "), Some(AllowedOrigins::default()));
    }

    #[test]
    fn a_text_that_no_browser_sends_is_not_an_origin() {
        for bad in [
            "*",
            "null",
            "app.example.org",
            "https://",
            "https://*.example.org",
            "https://app.example.org/",
            "https://app.example.org:443",
            "http://app.example.org:80",
            "https://app.example.org:0",
            "https://app.example.org:65536",
            "https://App.example.org",
            "https://user@app.example.org",
            "https://app.example.org/path",
            "ftp://app.example.org",
            "https://a.example https://b.example",
        ] {
            assert_eq!(AllowedOrigins::parse(bad), None, "{bad}");
        }
    }
}
