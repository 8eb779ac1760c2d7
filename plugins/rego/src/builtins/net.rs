//! Networks, as CIDR writes them.

use super::{Builtin, Shared, Unanswered, kind, text};
use regorus::Value;
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Addresses that one network is expanded to, at most.
const EXPANDED_MAX: u128 = 1 << 16;

pub(super) const ALL: &[(&str, u8, Builtin)] = &[
    ("net.cidr_contains", 2, contains),
    ("net.cidr_expand", 1, expand),
    ("net.cidr_intersects", 2, intersects),
    ("net.cidr_is_valid", 1, |args, _| {
        Ok(Value::Bool(text(&args[0]).is_ok_and(|text| Network::parse(text).is_some())))
    }),
    ("net.cidr_overlap", 2, contains),
];

/// Addresses from the first to the last, as numbers of one family.
#[derive(Debug, Clone, Copy)]
struct Network {
    is_v4: bool,
    first: u128,
    last: u128,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let is_number = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = if is_number { prefix.parse().ok()? } else { return None };
        let (is_v4, address, bits) = number(address.parse().ok()?);
        let free = bits.checked_sub(prefix)?;
        let mask = if free == 128 { u128::MAX } else { (1_u128 << free) - 1 };
        Some(Self { is_v4, first: address & !mask, last: address | mask })
    }

    /// A network, or one address.
    fn of(value: &Value) -> Result<Self, Unanswered> {
        let text = text(value)?;
        let one = |address: IpAddr| {
            let (is_v4, address, _) = number(address);
            Self { is_v4, first: address, last: address }
        };
        let found = Self::parse(text).or_else(|| text.parse().ok().map(one));
        found.ok_or_else(|| Unanswered::Wrong(format!("{text:?} is neither a network nor an address")))
    }
}

fn number(address: IpAddr) -> (bool, u128, u32) {
    match address {
        IpAddr::V4(address) => (true, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (false, u128::from(address), 128),
    }
}

fn contains(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let (outer, inner) = (Network::of(&args[0])?, Network::of(&args[1])?);
    Ok(Value::Bool(outer.is_v4 == inner.is_v4 && outer.first <= inner.first && inner.last <= outer.last))
}

fn intersects(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let (one, other) = (Network::of(&args[0])?, Network::of(&args[1])?);
    Ok(Value::Bool(one.is_v4 == other.is_v4 && one.first <= other.last && other.first <= one.last))
}

fn expand(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let Some(network) = args[0].as_string().ok().and_then(|text| Network::parse(text)) else {
        return Err(Unanswered::Wrong(format!("a network is needed, not {}", kind(&args[0]))));
    };
    let used = (network.last - network.first).saturating_add(1);
    if used > EXPANDED_MAX {
        return Err(Unanswered::Refused(format!("too many addresses: {used} used, {EXPANDED_MAX} allowed")));
    }
    let address = |number: u128| match u32::try_from(number) {
        Ok(v4) if network.is_v4 => Ipv4Addr::from(v4).to_string(),
        _ => Ipv6Addr::from(number).to_string(),
    };
    Ok(Value::from((network.first..=network.last).map(|number| Value::from(address(number))).collect::<BTreeSet<_>>()))
}

#[cfg(test)]
mod tests {
    use super::{Network, Shared, contains, expand, intersects};
    use regorus::Value;

    #[test]
    fn networks_are_compared_within_their_family() {
        for (one, other, contained, overlapping) in [
            ("10.0.0.0/8", "10.1.2.3", true, true),
            ("10.0.0.0/8", "10.1.0.0/16", true, true),
            ("10.1.0.0/16", "10.0.0.0/8", false, true),
            ("10.0.0.0/8", "11.0.0.0/8", false, false),
            ("::/0", "10.0.0.1", false, false),
            ("2001:db8::/32", "2001:db8:1::/48", true, true),
        ] {
            let args = [Value::from(one), Value::from(other)];
            assert_eq!(contains(&args, &Shared::default()).unwrap(), Value::Bool(contained), "{one} {other}");
            assert_eq!(intersects(&args, &Shared::default()).unwrap(), Value::Bool(overlapping), "{one} {other}");
        }
        let all = expand(&[Value::from("192.168.0.0/30")], &Shared::default()).unwrap();
        assert_eq!(all.as_set().unwrap().len(), 4);
    }

    #[test]
    fn what_is_no_network_is_none() {
        for text in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "::/129", ""] {
            assert!(Network::parse(text).is_none(), "{text}");
        }
    }
}
