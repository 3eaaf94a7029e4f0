//! Addresses that Azure hands out where the file does not say them.

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// The address `offset` places after the network address of a subnet, when the subnet is that large (Azure keeps the last one).
pub(super) fn nth(subnet: Ipv4Net, offset: u32) -> Option<Ipv4Addr> {
    let address = Ipv4Addr::from(u32::from(subnet.network()).checked_add(offset)?);
    (subnet.contains(&address) && address != subnet.broadcast()).then_some(address)
}

/// The two addresses from `offset` on.
pub(super) fn pair(subnet: Ipv4Net, offset: u32) -> Option<[Ipv4Addr; 2]> {
    Some([nth(subnet, offset)?, nth(subnet, offset + 1)?])
}

/// The customer's and Microsoft's address on an ExpressRoute link: first and second usable address of its /30 (ExpressRoute routing
/// requirements, 2023).
pub(super) fn link(prefix: Ipv4Net) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let first = Ipv4Addr::from(u32::from(prefix.network()).checked_add(1)?);
    let second = Ipv4Addr::from(u32::from(prefix.network()).checked_add(2)?);
    (prefix.contains(&first) && prefix.contains(&second)).then_some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_sit_at_the_first_usable_addresses() {
        let subnet = "10.0.0.64/27".parse().unwrap();
        assert_eq!(pair(subnet, 4), Some([Ipv4Addr::new(10, 0, 0, 68), Ipv4Addr::new(10, 0, 0, 69)]));
        assert_eq!(pair("10.0.0.0/29".parse().unwrap(), 6), None);
    }

    #[test]
    fn a_link_gives_the_customer_the_first_address() {
        let (customer, microsoft) = link("192.168.34.16/30".parse().unwrap()).unwrap();
        assert_eq!((customer.to_string(), microsoft.to_string()), ("192.168.34.17".into(), "192.168.34.18".into()));
    }
}
