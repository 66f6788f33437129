//! Settings of cookies, and of the pages that may use them.

use super::Span;
use std::fmt;

/// The cookies that sessions of browsers are kept in.
#[derive(Clone, Debug)]
pub struct Cookie {
    /// Name of the one with the access token.
    pub access_name: String,
    /// Name of the one with the refresh token.
    pub refresh_name: String,
    /// How long browsers keep them at most; until the session ends when not set.
    pub max_age: Option<Span>,
    /// Whether they come along from other sites.
    pub same_site: SameSite,
    /// The domain that shares them; the host alone when not set.
    pub domain: Option<String>,
    /// Where below the host they are sent.
    pub path: String,
    /// Over TLS only?
    pub secure: bool,
}

/// Whether a cookie comes along from other sites. Depth only: never what a cookie counts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// With links that are followed.
    #[default]
    Lax,
    /// Always: for pages of another site that are let in.
    None,
}

/// Cross-origin requests.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    /// Origins whose pages are let in.
    pub origins: Origins,
}

/// A fixed list of origins, written with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

impl Cookie {
    /// Both names.
    #[must_use]
    pub fn names(&self) -> [&str; 2] {
        [&self.access_name, &self.refresh_name]
    }
}

impl Default for Cookie {
    fn default() -> Self {
        Self {
            access_name: "__Host-keyward-access".to_owned(),
            refresh_name: "__Host-keyward-refresh".to_owned(),
            max_age: None,
            same_site: SameSite::default(),
            domain: None,
            path: "/".to_owned(),
            secure: true,
        }
    }
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        })
    }
}

impl Origins {
    /// Takes a text such as `https://app.example.org, https://admin.example.org:8443` for a list.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(|origin| is_origin(origin).then(|| origin.to_owned())).collect::<Option<_>>().map(Self)
    }

    /// Is the list empty?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Is this origin on the list?
    #[must_use]
    pub fn has(&self, origin: &str) -> bool {
        self.find(origin).is_some()
    }

    /// This origin as the list has it.
    #[must_use]
    pub fn find(&self, origin: &str) -> Option<&str> {
        self.0.iter().map(String::as_str).find(|listed| *listed == origin)
    }
}

/// Is it an origin as browsers write them: scheme, host and a port that is not the scheme's own?
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

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        let good = "https://app.example.org, https://a.example:8443,http://localhost:5173,http://[::1]:3000";
        let origins = Origins::parse(good).expect("origins");
        assert!(["https://app.example.org", "http://[::1]:3000"].iter().all(|origin| origins.has(origin)));
        assert!(!origins.has("https://app.example.org:8443") && !origins.has("https://APP.example.org"));
        assert_eq!(Origins::parse(" , "), Some(Origins::default()));
    }

    #[test]
    fn what_no_browser_sends_is_no_origin() {
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
            assert_eq!(Origins::parse(bad), None, "{bad}");
        }
    }
}
