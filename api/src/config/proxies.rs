//! Reverse proxies whose forwarding headers are used.

use std::fmt;
use std::net::IpAddr;

/// A fixed list of addresses and networks (RFC 4632, RFC 4291), separated by commas in text form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

/// A network: the addresses that share a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix_length: u8,
}

impl TrustedProxies {
    /// Parses a list such as `10.0.0.0/8, 192.0.2.7, 2001:db8::/32`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let networks = text.split(',').map(str::trim).filter(|network| !network.is_empty());
        networks.map(Network::parse).collect::<Option<_>>().map(Self)
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the address is in one of the networks.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse::<IpAddr>().ok()?, Some(bits)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let width = width(address);
        let bits = match bits {
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
            None => width,
        };
        // Bits set beyond the prefix are a mistake in one of the two numbers. An IPv4-mapped IPv6 address never
        // matches: peer addresses are compared in canonical form.
        let is_plain = address.to_canonical() == address && bits <= width && rest(address, bits) == 0;
        is_plain.then_some(Self { address, prefix_length: bits })
    }

    fn contains(&self, address: IpAddr) -> bool {
        let shift = u32::from(width(address) - self.prefix_length.min(width(address)));
        let start = |address| number(address).checked_shr(shift).unwrap_or(0);
        address.is_ipv4() == self.address.is_ipv4() && start(address) == start(self.address)
    }
}

/// The length of an address in bits.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// The bits of an address after a prefix.
fn rest(address: IpAddr, bits: u8) -> u128 {
    let bits = u32::from(width(address) - bits);
    number(address) & 1_u128.checked_shl(bits).unwrap_or(0).wrapping_sub(1)
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(", "))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix_length == width(self.address) {
            return self.address.fmt(f);
        }
        write!(f, "{}/{}", self.address, self.prefix_length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(list: &str, address: &str) -> bool {
        TrustedProxies::parse(list).expect("a list").contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_ends_with_its_last_address() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]),
            ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127", "192.0.3.0"]),
            ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
            ("2001:db8::/33", ["2001:db8::", "2001:db8:7fff::1"], ["2001:db8:8000::", "2001:db7:ffff::"]),
            ("::1", ["::1", "0:0::1"], ["::2", "127.0.0.1"]),
            ("fe80::/10", ["fe80::1", "febf::1"], ["fec0::1", "192.0.2.1"]),
        ] {
            for address in inside {
                assert!(has(network, address), "{network} {address}");
            }
            for address in outside {
                assert!(!has(network, address), "{network} {address}");
            }
        }
        assert!(has("0.0.0.0/0", "203.0.113.9") && !has("0.0.0.0/0", "2001:db8::1"));
        assert!(has("::/0", "2001:db8::1") && !has("::/0", "203.0.113.9"));
    }

    #[test]
    fn a_list_is_displayed_as_it_is_parsed() {
        let list = "10.0.0.0/8, 192.0.2.7, 2001:db8::/32";
        assert_eq!(TrustedProxies::parse(list).expect("a list").to_string(), list);
        assert!(has(list, "192.0.2.7") && has(list, "2001:db8::9") && !has(list, "192.0.2.8"));
        assert_eq!(TrustedProxies::parse(" , "), Some(TrustedProxies::default()));
        assert!(!TrustedProxies::default().contains("127.0.0.1".parse().expect("an address")));
    }

    #[test]
    fn a_text_that_is_not_a_network_is_refused() {
        for bad in [
            "*",
            "proxy.example.org",
            "10.0.0.0/33",
            "2001:db8::/129",
            "10.0.0.1/8",
            "2001:db8::1/32",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/8/8",
            "10.0.0.0/-1",
            "[::1]",
            "fe80::1%eth0",
            "::ffff:10.0.0.0/104",
            "10.0.0.1 10.0.0.2",
            "10.0.0",
        ] {
            assert_eq!(TrustedProxies::parse(bad), None, "{bad}");
        }
    }
}
