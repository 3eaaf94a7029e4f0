//! Addresses and ranges.
//!
//! The good path is fast, because prefix files pass a million lines through it; all words are on the bad path.

use super::{Complaint, plain_number};
use crate::words::echo;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of either family without host bits.
pub(in super::super) fn cidr(text: &str) -> Result<IpNet, Complaint> {
    read(text).filter(|net| net.addr() == net.network()).ok_or_else(|| explain_range(text))
}

/// An IPv4 range without host bits.
pub(in super::super) fn cidr4(text: &str) -> Result<Ipv4Net, Complaint> {
    match cidr(text)? {
        IpNet::V4(net) => Ok(net),
        IpNet::V6(_) => Err(Complaint::new(
            format!("`{}` is an IPv6 range", echo(text)),
            "an IPv4 range is expected",
            "write an IPv4 range, such as 10.1.0.0/16",
        )),
    }
}

/// An IPv4 address.
pub(in super::super) fn ipv4(text: &str) -> Result<Ipv4Addr, Complaint> {
    text.parse().map_err(|_| explain_address(text))
}

fn read(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    let length = short_number(length)?;
    if address.contains(':') {
        let address: Ipv6Addr = address.parse().ok()?;
        Ipv6Net::new(address, length).ok().map(IpNet::V6)
    } else {
        let address: Ipv4Addr = address.parse().ok()?;
        Ipv4Net::new(address, length).ok().map(IpNet::V4)
    }
}

/// Up to three digits without leading zeros.
fn short_number(text: &str) -> Option<u8> {
    plain_number(text).and_then(|number| u8::try_from(number).ok())
}

fn explain_range(text: &str) -> Complaint {
    let shown = echo(text);
    let general = |label: &str, help: String| Complaint::new(format!("`{shown}` is not an address range"), label, help);
    if let Some(net) = read(text) {
        let label = format!("not the first address of a /{}", net.prefix_len());
        let help = format!("did you mean `{}`?", net.trunc());
        return Complaint::new(format!("`{shown}` has host bits set"), label, help);
    }
    let Some((address, length)) = text.split_once('/') else {
        return match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => general(
                "the prefix length is missing",
                format!("write `{shown}/32` for this address alone, or the length that is meant, such as /24"),
            ),
            Ok(IpAddr::V6(_)) => general(
                "the prefix length is missing",
                format!("write `{shown}/128` for this address alone, or the length that is meant, such as /48"),
            ),
            Err(_) => general("a range is expected", "write address and length, such as 10.1.0.0/16".to_owned()),
        };
    };
    match address.parse::<IpAddr>() {
        Ok(parsed) => {
            let longest = if parsed.is_ipv4() { 32 } else { 128 };
            if let Some(bits) = length.parse::<Ipv4Addr>().ok().and_then(mask_length)
                && let Ok(net) = IpNet::new(parsed, bits)
            {
                return general("a mask instead of a length", format!("write `{}`", net.trunc()));
            }
            let near = length.trim().trim_start_matches('0').parse::<u8>().ok().filter(|bits| *bits <= longest);
            let help = match near.and_then(|bits| IpNet::new(parsed, bits).ok()) {
                Some(net) => format!("did you mean `{}`?", net.trunc()),
                None => format!("write a length from 0 to {longest}, such as `{address}/{}`", longest - 8),
            };
            general(&format!("the length is not a number from 0 to {longest}"), help)
        }
        Err(_) => {
            let repaired = repaired(address).zip(length.parse::<u8>().ok());
            let help = match repaired.and_then(|(address, bits)| Ipv4Net::new(address, bits).ok()) {
                Some(net) => format!("did you mean `{}`?", net.trunc()),
                None => "write four numbers from 0 to 255 and a length, such as 10.1.0.0/16".to_owned(),
            };
            general("what stands before the slash is not an address", help)
        }
    }
}

fn explain_address(text: &str) -> Complaint {
    let shown = echo(text);
    let message = format!("`{shown}` is not an IPv4 address");
    let label = "an IPv4 address is expected";
    if let Some((address, _)) = text.split_once('/')
        && address.parse::<Ipv4Addr>().is_ok()
    {
        return Complaint::new(message, "a range, not an address", format!("write the address alone: `{address}`"));
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Complaint::new(message, "an IPv6 address", "write an IPv4 address, such as 10.0.1.4");
    }
    match repaired(text) {
        Some(address) => Complaint::new(message, label, format!("did you mean `{address}`?")),
        None => Complaint::new(message, label, "write four numbers from 0 to 255, such as 10.0.1.4"),
    }
}

/// The address without blanks and leading zeros; three numbers get a zero at the end.
fn repaired(text: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u8> = text.trim().split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match *numbers.as_slice() {
        [a, b, c, d] => Some(Ipv4Addr::new(a, b, c, d)),
        [a, b, c] => Some(Ipv4Addr::new(a, b, c, 0)),
        _ => None,
    }
}

fn mask_length(mask: Ipv4Addr) -> Option<u8> {
    let bits = u32::from(mask);
    let length = bits.leading_ones();
    (bits.checked_shl(length).unwrap_or(0) == 0).then_some(length as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_are_refused_and_the_range_is_offered() {
        assert_eq!(cidr("10.1.0.0/16").unwrap().to_string(), "10.1.0.0/16");
        let complaint = cidr("10.1.0.5/16").unwrap_err();
        assert_eq!(complaint.message, "`10.1.0.5/16` has host bits set");
        assert_eq!(complaint.help, "did you mean `10.1.0.0/16`?");
        assert_eq!(cidr("2001:db8::1/32").unwrap_err().help, "did you mean `2001:db8::/32`?");
    }

    #[test]
    fn every_bad_range_gets_a_concrete_way_out() {
        for (text, help) in [
            ("10.1.0.0", "write `10.1.0.0/32` for this address alone, or the length that is meant, such as /24"),
            ("10.1.0/24", "did you mean `10.1.0.0/24`?"),
            ("10.01.0.0/16", "did you mean `10.1.0.0/16`?"),
            ("10.1.0.0/016", "did you mean `10.1.0.0/16`?"),
            ("10.1.0.0/33", "write a length from 0 to 32, such as `10.1.0.0/24`"),
            ("10.1.0.0/255.255.0.0", "write `10.1.0.0/16`"),
            ("10.1.0.256/32", "write four numbers from 0 to 255 and a length, such as 10.1.0.0/16"),
            ("2001:db8::", "write `2001:db8::/128` for this address alone, or the length that is meant, such as /48"),
            ("everything", "write address and length, such as 10.1.0.0/16"),
            ("", "write address and length, such as 10.1.0.0/16"),
            ("10.0.0.0/+8", "did you mean `10.0.0.0/8`?"),
        ] {
            assert_eq!(cidr(text).unwrap_err().help, help, "{text}");
        }
    }

    #[test]
    fn an_address_is_not_a_range() {
        assert_eq!(ipv4("10.0.1.4/24").unwrap_err().help, "write the address alone: `10.0.1.4`");
        assert_eq!(ipv4("10.0.01.4").unwrap_err().help, "did you mean `10.0.1.4`?");
        assert!(ipv4("::1").unwrap_err().label.contains("IPv6"));
    }
}
