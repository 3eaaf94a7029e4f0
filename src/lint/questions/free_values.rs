//! ASNs, ranges and addresses that nothing in the estate uses, so that a help can name one.

use crate::azure::{AZURE_ASN, AZURE_PRIVATE_ASNS};
use crate::lint::context::Context;
use crate::net::Asn;
use crate::source::Span;
use crate::topology::{SubnetId, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// The private ranges (RFC 1918).
const PRIVATE: [(Ipv4Addr, u8); 3] =
    [(Ipv4Addr::new(10, 0, 0, 0), 8), (Ipv4Addr::new(172, 16, 0, 0), 12), (Ipv4Addr::new(192, 168, 0, 0), 16)];

impl Context<'_> {
    /// A private ASN that no router and no gateway of the estate has, and that an NVA may use.
    pub(crate) fn free_asn(&self) -> Option<Asn> {
        let routers = self.topology.routers.iter().filter_map(|router| router.asn);
        let gateways =
            self.topology.vnets.iter().filter_map(|vnet| vnet.vpn_gateway.as_ref()).map(|gateway| gateway.asn);
        let used: BTreeSet<Asn> = routers.chain(gateways).collect();
        let private = (65001..=65534).chain(64512..=65000);
        let usable = |asn: &Asn| *asn != AZURE_ASN && !AZURE_PRIVATE_ASNS.contains(&asn.0);
        private.map(Asn).filter(usable).find(|asn| !used.contains(asn))
    }

    /// The first range of a length in the VNet's address space that no subnet uses.
    pub(crate) fn free_range(&self, id: VnetId, length: u8) -> Option<Ipv4Net> {
        let vnet = self.topology.vnet(id);
        let mut taken: Vec<Ipv4Net> = vnet.subnets.iter().flat_map(|subnet| &subnet.ranges).copied().collect();
        taken.sort();
        let spaces = vnet.ranges.iter().filter(|space| space.prefix_len() <= length);
        spaces.copied().find_map(|space| gap(space, length, &taken))
    }

    /// A range of a length for a subnet: its own, made wider, where nothing is in the way, or else a free one.
    pub(crate) fn roomier_range(&self, id: SubnetId, length: u8) -> Option<Ipv4Net> {
        let vnet = self.topology.vnet(id.vnet);
        let others = || self.topology.subnet_ids(id.vnet).filter(|other| *other != id);
        let free = |wider: &Ipv4Net| {
            let in_the_way = |range: &Ipv4Net| wider.contains(range) || range.contains(wider);
            vnet.covers(*wider) && !others().any(|other| self.topology.subnet(other).ranges.iter().any(in_the_way))
        };
        let wider = self.widest_range(id).and_then(|range| Ipv4Net::new(range.addr(), length).ok());
        wider.map(|wider| wider.trunc()).filter(free).or_else(|| self.free_range(id.vnet, length))
    }

    /// A private range of a length that overlaps no VNet and nothing that a router announces, near `near` where there is room.
    ///
    /// Announced summaries of all private space are no obstacle: everything is inside them.
    pub(crate) fn free_space(&self, near: Ipv4Net) -> Option<Ipv4Net> {
        let blocks: Vec<Ipv4Net> =
            PRIVATE.iter().filter_map(|(address, length)| Ipv4Net::new(*address, *length).ok()).collect();
        let home = blocks.iter().filter(|block| block.contains(&near));
        let others = blocks.iter().filter(|block| !block.contains(&near));
        home.chain(others).find_map(|block| gap(*block, near.prefix_len(), self.taken()))
    }

    /// Ranges of VNets and prefixes that routers announce, sorted and without overlaps.
    fn taken(&self) -> &[Ipv4Net] {
        self.taken.get_or_init(|| {
            let vnets = self.topology.vnets.iter().flat_map(|vnet| vnet.ranges.iter().copied());
            let announced = self.topology.routers.iter().flat_map(|router| &router.originates).map(|one| one.prefix);
            let all: Vec<Ipv4Net> = vnets.chain(announced.filter(|prefix| prefix.prefix_len() > 12)).collect();
            let mut taken = Ipv4Net::aggregate(&all);
            taken.sort_unstable();
            taken
        })
    }

    /// Where a range of a VNet is written.
    pub(crate) fn space_span(&self, id: VnetId, range: Ipv4Net) -> Span {
        let vnet = self.written_vnet(id);
        let written = vnet.body.address_space.iter().find(|written| written.value == IpNet::V4(range));
        written.map_or(vnet.name.span, |written| written.span)
    }
}

/// The first range of a length in a space that overlaps none of `taken`, which is sorted.
fn gap(space: Ipv4Net, length: u8, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    let bounds = |net: &Ipv4Net| (u64::from(u32::from(net.network())), u64::from(u32::from(net.broadcast())) + 1);
    let size = 1u64 << (32 - length);
    let (mut start, end) = bounds(&space);
    for range in taken {
        let (first, after) = bounds(range);
        if first >= start + size {
            break;
        }
        if after > start {
            start = after.next_multiple_of(size);
        }
    }
    let address = u32::try_from(start).ok().filter(|_| start + size <= end)?;
    Ipv4Net::new(Ipv4Addr::from(address), length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_the_first_aligned_range_that_nothing_uses() {
        let net = |text: &str| text.parse::<Ipv4Net>().unwrap();
        let taken = [net("10.0.0.0/26"), net("10.0.0.0/28"), net("10.0.0.96/27"), net("10.0.1.0/24")];
        assert_eq!(gap(net("10.0.0.0/23"), 27, &taken), Some(net("10.0.0.64/27")));
        assert_eq!(gap(net("10.0.0.0/23"), 26, &taken), Some(net("10.0.0.128/26")));
        assert_eq!(gap(net("10.0.0.0/23"), 24, &taken), None);
        assert_eq!(gap(net("255.255.255.0/24"), 25, &[net("255.255.255.0/25")]), Some(net("255.255.255.128/25")));
        assert_eq!(gap(net("255.255.255.0/24"), 25, &[net("255.255.255.0/24")]), None);
    }
}
