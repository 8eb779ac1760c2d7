//! Which addresses are public, and networks that a destination lists all the same.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// IPv4 networks that are nobody's on the open network, with the length of their prefixes.
const CLOSED_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared by carriers
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local; cloud metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24), // AS112
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// What is global unicast at all. Mapped and NAT64 forms, loopback, link-local, unique-local and multicast lie outside.
const OPEN_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// IPv6 networks inside it that are nobody's, or that carry an IPv4 address.
const CLOSED_V6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols, Teredo
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48), // AS112
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Whether the address is one of the open network.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|(network, prefix)| alike_v4(*network, address, *prefix)),
        IpAddr::V6(address) => {
            alike_v6(OPEN_V6.0, address, OPEN_V6.1)
                && !CLOSED_V6.iter().any(|(network, prefix)| alike_v6(*network, address, *prefix))
        }
    }
}

fn alike_v4(one: Ipv4Addr, other: Ipv4Addr, prefix: u32) -> bool {
    let shift = 32 - prefix.min(32);
    u32::from(one).checked_shr(shift) == u32::from(other).checked_shr(shift)
}

fn alike_v6(one: Ipv6Addr, other: Ipv6Addr, prefix: u32) -> bool {
    let shift = 128 - prefix.min(128);
    u128::from(one).checked_shr(shift) == u128::from(other).checked_shr(shift)
}

/// Addresses that begin alike: `10.1.0.0/16`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// `10.1.0.0/16`, `fd00::/8`, or one address; bits after the prefix have to be zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
            Some(_) => return None,
            None => bits,
        };
        let host_bits = match address {
            IpAddr::V4(address) => u128::from(u32::from(address)) & !(u128::MAX.checked_shl(32 - prefix.min(32))?),
            IpAddr::V6(address) if prefix == 0 => u128::from(address),
            IpAddr::V6(address) => u128::from(address) & !(u128::MAX.checked_shl(128 - prefix.min(128))?),
        };
        (prefix <= bits && host_bits == 0).then_some(Self { address, prefix })
    }

    /// Whether the address is one of them. An IPv4 address in IPv6 clothes is not.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => alike_v4(network, address, self.prefix),
            (IpAddr::V6(network), IpAddr::V6(address)) => alike_v6(network, address, self.prefix),
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, is_public};

    #[test]
    fn only_addresses_of_the_open_network_are_public() {
        let table = include_str!("address/table.txt");
        let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut seen = 0;
        for row in rows {
            let (address, wanted) = row.split_once(' ').unwrap();
            assert_eq!(is_public(address.parse().unwrap()), wanted.trim().starts_with("public"), "{row}");
            seen += 1;
        }
        assert!(seen > 50, "{seen} rows");
    }

    #[test]
    fn a_network_holds_what_begins_like_it_and_no_other_form_of_it() {
        for (network, address, holds) in [
            ("10.1.0.0/16", "10.1.255.255", true),
            ("10.1.0.0/16", "10.2.0.0", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("127.0.0.0/8", "::ffff:127.0.0.1", false),
            ("0.0.0.0/0", "10.0.0.1", true),
            ("0.0.0.0/0", "fd00::1", false),
            ("fd00::/8", "fdab::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::1", "::1", true),
            ("::/0", "fe80::1", true),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.holds(address.parse().unwrap()), holds, "{network} {address}");
        }
        for text in ["", "10.0.0.1/8", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/+8", "host", "fd00::1/8"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
