//! Values that nothing in the estate uses, so that a help can name one.

use super::context::Context;
use crate::azure::{AZURE_ASN, AZURE_PRIVATE_ASNS};
use crate::net::Asn;
use crate::source::Span;
use crate::topology::VnetId;
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// The private ranges (RFC 1918).
const PRIVATE: [(Ipv4Addr, u8); 3] =
    [(Ipv4Addr::new(10, 0, 0, 0), 8), (Ipv4Addr::new(172, 16, 0, 0), 12), (Ipv4Addr::new(192, 168, 0, 0), 16)];

impl Context<'_> {
    /// A private ASN that no router and no gateway of the estate has, and that an NVA may use.
    pub(super) fn free_asn(&self) -> Option<Asn> {
        let routers = self.topology.routers.iter().filter_map(|router| router.asn);
        let gateways =
            self.topology.vnets.iter().filter_map(|vnet| vnet.vpn_gateway.as_ref()).map(|gateway| gateway.asn);
        let used: BTreeSet<Asn> = routers.chain(gateways).collect();
        let private = (65001..=65534).chain(64512..=65000);
        let usable = |asn: &Asn| *asn != AZURE_ASN && !AZURE_PRIVATE_ASNS.contains(&asn.0);
        private.map(Asn).filter(usable).find(|asn| !used.contains(asn))
    }

    /// What to do about the ASN of an NVA, with one that is free.
    pub(super) fn asn_help(&self, name: &str) -> String {
        match self.free_asn() {
            Some(asn) => format!("give `{name}` a private 16-bit ASN that is free, such as {asn}"),
            None => format!("give `{name}` a public ASN of your own"),
        }
    }

    /// A private range of a length that overlaps no VNet and nothing that a router announces, near `near` where there is room.
    ///
    /// Announced summaries of all private space are no obstacle: everything is inside them.
    pub(super) fn free_space(&self, near: Ipv4Net) -> Option<Ipv4Net> {
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
    pub(super) fn space_span(&self, id: VnetId, range: Ipv4Net) -> Span {
        let vnet = self.written_vnet(id);
        let written = vnet.body.address_space.iter().find(|written| written.value == IpNet::V4(range));
        written.map_or(vnet.name.span, |written| written.span)
    }
}

/// The first range of a length in a block beside ranges that are sorted and do not overlap each other.
fn gap(block: Ipv4Net, length: u8, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    if length < block.prefix_len() {
        return None;
    }
    let mut start = block.network();
    while block.contains(&start) {
        let candidate = Ipv4Net::new(start, length).ok()?.trunc();
        let next = taken.partition_point(|range| range.broadcast() < candidate.network());
        match taken.get(next).filter(|range| range.network() <= candidate.broadcast()) {
            None => return Some(candidate),
            Some(range) => {
                let last = range.broadcast().max(candidate.broadcast());
                start = Ipv4Addr::from(u32::from(last).checked_add(1)?);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().expect("a prefix")
    }

    #[test]
    fn the_first_gap_is_aligned_and_beside_what_is_taken() {
        let taken = [net("10.0.0.0/16"), net("10.1.0.0/24"), net("10.3.0.0/16")];
        assert_eq!(gap(net("10.0.0.0/8"), 16, &taken), Some(net("10.2.0.0/16")));
        assert_eq!(gap(net("10.0.0.0/8"), 24, &taken), Some(net("10.1.1.0/24")));
        assert_eq!(gap(net("10.0.0.0/16"), 24, &taken), None);
        assert_eq!(gap(net("192.168.0.0/16"), 12, &taken), None);
    }
}
