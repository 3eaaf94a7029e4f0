//! Addresses to send a packet to, where any address of a range will do.

use crate::lint::context::Context;
use crate::topology::{SubnetId, VnetId};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// An address of the internet that no topology has (RFC 5737).
pub(crate) const INTERNET: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

impl Context<'_> {
    /// Some address of a subnet that nothing in the topology has: the last usable one of its lowest range.
    pub(crate) fn address_in(&self, id: SubnetId) -> Option<Ipv4Addr> {
        self.topology.subnet(id).ranges.iter().min().and_then(|range| last_usable(*range))
    }

    /// Some address of a VNet inside a prefix: one of its subnets, where it has any.
    pub(crate) fn address_of(&self, id: VnetId, within: Ipv4Net) -> Option<Ipv4Addr> {
        let vnet = self.topology.vnet(id);
        let ranges = vnet.subnets.iter().flat_map(|subnet| &subnet.ranges);
        let overlap = |range: &Ipv4Net| {
            let inside = if within.contains(range) { Some(*range) } else { range.contains(&within).then_some(within) };
            inside.and_then(last_usable)
        };
        if vnet.subnets.is_empty() {
            last_usable(within).filter(|_| vnet.covers(within))
        } else {
            ranges.into_iter().filter_map(overlap).min()
        }
    }
}

/// The last address of a range that Azure hands out.
pub(crate) fn last_usable(range: Ipv4Net) -> Option<Ipv4Addr> {
    let last = u32::from(range.broadcast()).checked_sub(1)?;
    (range.prefix_len() <= 29).then(|| Ipv4Addr::from(last))
}
