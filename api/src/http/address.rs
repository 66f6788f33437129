//! Where a request comes from: its connection's other end, or what trusted proxies say is behind them.
//!
//! Headers are anybody's to write. Each proxy adds at the end whom it was called by, so they are read from
//! the end, as long as whoever speaks is trusted: the first address that is no proxy's is the client's. What
//! stands before it may be made up, and is not looked at.

use crate::config::Proxies;
use poem::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

/// The custom of most proxies: addresses with commas between them.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address. Where a proxy cannot or will not tell whom it was called by, it is that proxy's own, so
/// that nobody is counted as somebody new for sending rubbish.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.has(peer) {
        return peer;
    }
    let customary = walk(peer, proxies, hops(headers, &X_FORWARDED_FOR, list));
    let standard = walk(peer, proxies, hops(headers, &header::FORWARDED, elements));
    match (customary, standard) {
        (Some(client), None) | (None, Some(client)) => client,
        // A proxy writes one of the two and may pass the other on as the client sent it.
        (Some(one), Some(other)) if one == other => one,
        _ => peer,
    }
}

/// Follows the hops from the last one back to the first that is no trusted proxy; `None` without any.
fn walk(peer: IpAddr, proxies: &Proxies, mut hops: impl Iterator<Item = Option<IpAddr>>) -> Option<IpAddr> {
    let mut last = None;
    loop {
        match hops.next() {
            Some(Some(hop)) if proxies.has(hop) => last = Some(hop),
            Some(Some(hop)) => return Some(hop),
            Some(None) => return Some(last.unwrap_or(peer)),
            None => return last,
        }
    }
}

/// The hops that a header's lines tell, last one first; `None` for one that tells no address.
fn hops<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    split: fn(&'a str) -> Vec<Option<IpAddr>>,
) -> impl Iterator<Item = Option<IpAddr>> + use<'a> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines.into_iter().rev().flat_map(move |line| {
        let mut hops = line.to_str().map_or_else(|_| vec![None], split);
        hops.reverse();
        hops
    })
}

fn list(line: &str) -> Vec<Option<IpAddr>> {
    line.split(',').map(|hop| node(hop.trim_matches([' ', '\t']))).collect()
}

/// RFC 7239, 4: elements with commas between them, each of pairs with semicolons between them. A line that is
/// written wrongly tells nothing at all: where an element ends cannot be known.
fn elements(line: &str) -> Vec<Option<IpAddr>> {
    let (mut elements, mut element, mut rest) = (Vec::new(), None, line);
    loop {
        let Some((name, value, after)) = pair(rest) else { return vec![None] };
        if name.eq_ignore_ascii_case("for") {
            // Twice is wrong too.
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

/// A pair at the beginning: its name, its value without quotes, and what comes after it.
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let (name, text) = text.split_once('=')?;
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
    if !is_token(name) {
        return None;
    }
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.bytes().position(|byte| !is_token_byte(byte)).unwrap_or(text.len());
        let (value, after) = text.split_at(end);
        return is_token(value).then(|| (name, value.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((name, value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

/// RFC 9110, 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// An address as it is written in either header, with or without a port.
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

    /// The client that headers tell a proxy at 10.0.0.1 to have.
    fn told(headers: &[(&HeaderName, &str)]) -> String {
        from("10.0.0.1", headers)
    }

    fn from(peer: &str, headers: &[(&HeaderName, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        client(peer.parse().expect("an address"), &map, &Proxies::parse(PROXIES).expect("a list")).to_string()
    }

    fn customary(value: &str) -> String {
        told(&[(&X_FORWARDED_FOR, value)])
    }

    fn standard(value: &str) -> String {
        told(&[(&header::FORWARDED, value)])
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_is_the_client() {
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
            assert_eq!(customary(value), client, "{value}");
        }
        let lines = [(&X_FORWARDED_FOR, "1.2.3.4, 203.0.113.7"), (&X_FORWARDED_FOR, "10.0.0.2")];
        assert_eq!(told(&lines), "203.0.113.7");
    }

    #[test]
    fn what_is_no_address_is_the_proxy_that_says_it() {
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
            assert_eq!(customary(value), "10.0.0.1", "{value}");
        }
        assert_eq!(customary("203.0.113.7, unknown, 10.0.0.2"), "10.0.0.2");
        assert_eq!(customary(&"1.2.3.4,".repeat(10_000)), "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_by_its_grammar() {
        for (value, client) in [
            ("for=203.0.113.7", "203.0.113.7"),
            ("For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1", "203.0.113.7"),
            ("for=1.2.3.4, for=203.0.113.7;host=\"a,b;c\", for=10.0.0.2", "203.0.113.7"),
            ("for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("for=\"[2001:db8::7]\" ; proto=http", "2001:db8::7"),
            ("proto=http;for=203.0.113.7", "203.0.113.7"),
            ("for=\"203.0.113.\\7\"", "203.0.113.7"),
        ] {
            assert_eq!(standard(value), client, "{value}");
        }
    }

    #[test]
    fn a_standard_header_that_is_written_wrongly_tells_nothing() {
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
            assert_eq!(standard(value), "10.0.0.1", "{value}");
        }
        // Another line is another proxy's.
        let lines = [(&header::FORWARDED, "for=\""), (&header::FORWARDED, "for=203.0.113.7")];
        assert_eq!(told(&lines), "203.0.113.7");
    }

    #[test]
    fn two_headers_that_contradict_each_other_tell_nothing() {
        let both = |one, other| told(&[(&X_FORWARDED_FOR, one), (&header::FORWARDED, other)]);
        assert_eq!(both("203.0.113.7", "for=203.0.113.7"), "203.0.113.7");
        assert_eq!(both("203.0.113.7", "for=1.2.3.4"), "10.0.0.1");
        assert_eq!(both("203.0.113.7", "rubbish"), "10.0.0.1");
        assert_eq!(both("203.0.113.7", ""), "10.0.0.1");
    }

    #[test]
    fn nobody_else_is_believed() {
        let headers = [(&X_FORWARDED_FOR, "203.0.113.7"), (&header::FORWARDED, "for=203.0.113.7")];
        for (peer, client) in
            [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:2::1", "2001:db8:2::1")]
        {
            assert_eq!(from(peer, &headers), client);
        }
        assert_eq!(from("::ffff:10.0.0.1", &headers), "203.0.113.7", "a proxy that comes by IPv6");
        assert_eq!(told(&[]), "10.0.0.1");
        assert_eq!(told(&[(&HeaderName::from_static("x-real-ip"), "203.0.113.7")]), "10.0.0.1");
    }
}
