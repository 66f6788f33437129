//! The client address of a request: the peer of the connection, or the client that trusted proxies report.
//!
//! Clients can send any header. Each proxy appends the address of its own peer, so the headers are read from the end: the
//! first address that is not a trusted proxy is the client. Addresses before it may be forged and are ignored.

use crate::config::TrustedProxies;
use poem::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// De facto standard: addresses separated by commas.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client address. Where a proxy reports no valid address, it is the address of that proxy, so that forged headers do
/// not evade rate limits.
pub(super) fn resolve(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contains(peer) {
        return peer;
    }
    let x_forwarded_for = first_untrusted(peer, proxies, hops(headers, &X_FORWARDED_FOR, parse_x_forwarded_for));
    let forwarded = first_untrusted(peer, proxies, hops(headers, &header::FORWARDED, parse_forwarded));
    match (x_forwarded_for, forwarded) {
        (Some(client), None) | (None, Some(client)) => client,
        // A proxy writes one of the two headers and may forward the other as the client sent it.
        (Some(one), Some(other)) if one == other => one,
        _ => peer,
    }
}

/// The network of one client, by which its connections and bodies are limited: an IPv4 address, or a /64 of IPv6.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// The first hop, from the last one backwards, that is not a trusted proxy; `None` without hops.
fn first_untrusted(
    peer: IpAddr,
    proxies: &TrustedProxies,
    mut hops: impl Iterator<Item = Option<IpAddr>>,
) -> Option<IpAddr> {
    let mut last = None;
    loop {
        match hops.next() {
            Some(Some(hop)) if proxies.contains(hop) => last = Some(hop),
            Some(Some(hop)) => return Some(hop),
            Some(None) => return Some(last.unwrap_or(peer)),
            None => return last,
        }
    }
}

/// The hops of a header, last one first; `None` for a hop without a valid address.
fn hops<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    parse: fn(&'a str) -> Vec<Option<IpAddr>>,
) -> impl Iterator<Item = Option<IpAddr>> + use<'a> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines.into_iter().rev().flat_map(move |line| {
        let mut hops = line.to_str().map_or_else(|_| vec![None], parse);
        hops.reverse();
        hops
    })
}

fn parse_x_forwarded_for(line: &str) -> Vec<Option<IpAddr>> {
    line.split(',').map(|hop| node(hop.trim_matches([' ', '\t']))).collect()
}

/// Parses `Forwarded` (RFC 7239, 4): elements separated by commas, of pairs separated by semicolons. A malformed line is
/// one hop without an address: its elements cannot be delimited.
fn parse_forwarded(line: &str) -> Vec<Option<IpAddr>> {
    let (mut elements, mut element, mut rest) = (Vec::new(), None, line);
    loop {
        let Some(ForwardedPair { name, value, after }) = parse_pair(rest) else { return vec![None] };
        if name.eq_ignore_ascii_case("for") {
            // A repeated parameter is malformed.
            element = if element.is_none() { Some(node(&value)) } else { Some(None) };
        }
        let after = after.trim_start_matches([' ', '\t']);
        match after.split_at_checked(1) {
            Some((";", after)) => rest = after,
            Some((",", after)) => {
                elements.push(element.take().flatten());
                rest = after;
            }
            None => {
                elements.push(element.flatten());
                return elements;
            }
            Some(_) => return vec![None],
        }
    }
}

/// A pair of `Forwarded`.
struct ForwardedPair<'a> {
    name: &'a str,
    /// Without quotes.
    value: String,
    /// The text after the pair.
    after: &'a str,
}

/// Parses the pair at the beginning of a text.
fn parse_pair(text: &str) -> Option<ForwardedPair<'_>> {
    let text = text.trim_start_matches([' ', '\t']);
    let (name, text) = text.split_once('=')?;
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
    if !is_token(name) {
        return None;
    }
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.bytes().position(|byte| !is_token_byte(byte)).unwrap_or(text.len());
        let (value, after) = text.split_at(end);
        return is_token(value).then(|| ForwardedPair { name, value: value.to_owned(), after });
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Some(ForwardedPair { name, value, after: characters.as_str() }),
            '\\' => value.push(characters.next()?),
            _ => value.push(character),
        }
    }
    None
}

/// RFC 9110, 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// An address in either header, with or without a port.
fn node(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = text.parse::<IpAddr>().ok().or_else(bracketed).or_else(with_port);
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    const PROXIES: &str = "10.0.0.0/8, 2001:db8:1::/48";

    /// The client of a request with these headers through a proxy at 10.0.0.1.
    fn proxied(headers: &[(&HeaderName, &str)]) -> String {
        from("10.0.0.1", headers)
    }

    fn from(peer: &str, headers: &[(&HeaderName, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        resolve(peer.parse().expect("an address"), &map, &TrustedProxies::parse(PROXIES).expect("a list")).to_string()
    }

    fn x_forwarded_for(value: &str) -> String {
        proxied(&[(&X_FORWARDED_FOR, value)])
    }

    fn forwarded(value: &str) -> String {
        proxied(&[(&header::FORWARDED, value)])
    }

    #[test]
    fn the_last_hop_that_is_not_a_proxy_is_the_client() {
        for (value, client) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7, 10.0.0.2", "203.0.113.7"),
            ("1.2.3.4, 203.0.113.7, 10.0.0.2,10.9.9.9", "203.0.113.7"),
            ("rubbish, 203.0.113.7", "203.0.113.7"),
            ("2001:db8::7, 2001:db8:1::2", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("203.0.113.7\t", "203.0.113.7"),
            ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ] {
            assert_eq!(x_forwarded_for(value), client, "{value}");
        }
        let lines = [(&X_FORWARDED_FOR, "1.2.3.4, 203.0.113.7"), (&X_FORWARDED_FOR, "10.0.0.2")];
        assert_eq!(proxied(&lines), "203.0.113.7");
    }

    #[test]
    fn a_hop_without_an_address_counts_as_its_proxy() {
        for value in [
            "",
            ",",
            "unknown",
            "203.0.113.7, unknown",
            "203.0.113.7,",
            "203.0.113.7, _hidden",
            "203.0.113.256",
            "203.0.113.07",
            "203.0.113.7:99999",
            "1.2.3.4 203.0.113.7",
            "\"203.0.113.7\"",
            "fe80::1%eth0",
            "3405803783",
            "0x7f000001",
            "é",
        ] {
            assert_eq!(x_forwarded_for(value), "10.0.0.1", "{value}");
        }
        assert_eq!(x_forwarded_for("203.0.113.7, unknown, 10.0.0.2"), "10.0.0.2");
        assert_eq!(x_forwarded_for(&"1.2.3.4,".repeat(10_000)), "10.0.0.1");
    }

    #[test]
    fn forwarded_is_parsed_by_its_grammar() {
        for (value, client) in [
            ("for=203.0.113.7", "203.0.113.7"),
            ("For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1", "203.0.113.7"),
            ("for=1.2.3.4, for=203.0.113.7;host=\"a,b;c\", for=10.0.0.2", "203.0.113.7"),
            ("for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("for=\"[2001:db8::7]\" ; proto=http", "2001:db8::7"),
            ("proto=http;for=203.0.113.7", "203.0.113.7"),
            ("for=\"203.0.113.\\7\"", "203.0.113.7"),
        ] {
            assert_eq!(forwarded(value), client, "{value}");
        }
    }

    #[test]
    fn a_malformed_forwarded_header_is_ignored() {
        for value in [
            "",
            "203.0.113.7",
            "for",
            "for=",
            "for=unknown",
            "for=_hidden",
            "proto=https",
            "for=2001:db8::7",
            "for=203.0.113.7;for=203.0.113.8",
            "for=\"203.0.113.7",
            "for=\", for=203.0.113.7",
            "for=\", for=\"203.0.113.7\"",
            "for=\"\\\", for=\"203.0.113.7\"",
            "for=\"1.2.3.4\" x, for=203.0.113.7",
            "for=203.0.113.7,",
            "for =203.0.113.7",
            "for=203.0.113.7\\",
        ] {
            assert_eq!(forwarded(value), "10.0.0.1", "{value}");
        }
        // Another line is from another proxy.
        let lines = [(&header::FORWARDED, "for=\""), (&header::FORWARDED, "for=203.0.113.7")];
        assert_eq!(proxied(&lines), "203.0.113.7");
    }

    #[test]
    fn contradictory_headers_are_ignored() {
        let both = |one, other| proxied(&[(&X_FORWARDED_FOR, one), (&header::FORWARDED, other)]);
        assert_eq!(both("203.0.113.7", "for=203.0.113.7"), "203.0.113.7");
        assert_eq!(both("203.0.113.7", "for=1.2.3.4"), "10.0.0.1");
        assert_eq!(both("203.0.113.7", "rubbish"), "10.0.0.1");
        assert_eq!(both("203.0.113.7", ""), "10.0.0.1");
    }

    #[test]
    fn headers_of_untrusted_peers_are_ignored() {
        let headers = [(&X_FORWARDED_FOR, "203.0.113.7"), (&header::FORWARDED, "for=203.0.113.7")];
        for (peer, client) in
            [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:2::1", "2001:db8:2::1")]
        {
            assert_eq!(from(peer, &headers), client);
        }
        assert_eq!(from("::ffff:10.0.0.1", &headers), "203.0.113.7", "a proxy that comes by IPv6");
        assert_eq!(proxied(&[]), "10.0.0.1");
        assert_eq!(proxied(&[(&HeaderName::from_static("x-real-ip"), "203.0.113.7")]), "10.0.0.1");
    }
}
