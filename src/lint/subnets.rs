//! Questions about route servers, gateways and the subnets that Azure prescribes for them: which there are, which one was meant, and where
//! there is room.

use super::context::Context;
use super::finding::{Edit, Fix};
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::source::Span;
use crate::syntax::document as written;
use crate::topology::{SubnetId, VnetId};
use crate::words::closest;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

impl Context<'_> {
    /// The first range of a length in the VNet's address space that no subnet uses.
    pub fn free_range(&self, id: VnetId, length: u8) -> Option<Ipv4Net> {
        let vnet = self.topology.vnet(id);
        let mut taken: Vec<Ipv4Net> = vnet.subnets.iter().flat_map(|subnet| &subnet.ranges).copied().collect();
        taken.sort();
        let spaces = vnet.ranges.iter().filter(|space| space.prefix_len() <= length);
        spaces.copied().find_map(|space| gap(space, length, &taken))
    }

    /// Where the route server of a VNet is written, also where Azure refuses it and it is planned without.
    pub fn route_server_span(&self, id: VnetId) -> Option<Span> {
        self.written_vnet(id).body.route_servers.first().map(|server| server.span)
    }

    /// The gateways written in a VNet, each with what it is.
    pub fn gateways(&self, id: VnetId) -> Vec<(&'static str, Span)> {
        let body = &self.written_vnet(id).body;
        let vpn = body.vpn_gateway.as_ref().map(|gateway| ("VPN gateway", gateway.span));
        let express_route = body.express_route_gateway.as_ref().map(|gateway| ("ExpressRoute gateway", gateway.span));
        vpn.into_iter().chain(express_route).collect()
    }

    /// The RouteServerSubnet of every VNet in which a route server is written, with the place of that route server.
    pub fn route_server_subnets(&self) -> impl Iterator<Item = (SubnetId, Span)> + '_ {
        self.topology
            .vnet_ids()
            .filter_map(|id| Some((self.subnet_named(id, ROUTE_SERVER_SUBNET)?, self.route_server_span(id)?)))
    }

    /// The GatewaySubnet of every VNet in which a gateway is written.
    pub fn gateway_subnets(&self) -> impl Iterator<Item = SubnetId> + '_ {
        let hosts = self.topology.vnet_ids().filter(|id| !self.gateways(*id).is_empty());
        hosts.filter_map(|id| self.subnet_named(id, GATEWAY_SUBNET))
    }

    /// The widest IPv4 range of a subnet.
    pub fn widest_range(&self, id: SubnetId) -> Option<Ipv4Net> {
        self.topology.subnet(id).ranges.iter().copied().min_by_key(Ipv4Net::prefix_len)
    }

    /// A range of a length for a subnet: its own, made wider, where nothing is in the way, or else a free one.
    pub fn roomier_range(&self, id: SubnetId, length: u8) -> Option<Ipv4Net> {
        let vnet = self.topology.vnet(id.vnet);
        let others = || self.topology.subnet_ids(id.vnet).filter(|other| *other != id);
        let free = |wider: &Ipv4Net| {
            let in_the_way = |range: &Ipv4Net| wider.contains(range) || range.contains(wider);
            vnet.covers(*wider) && !others().any(|other| self.topology.subnet(other).ranges.iter().any(in_the_way))
        };
        let wider = self.widest_range(id).and_then(|range| Ipv4Net::new(range.addr(), length).ok());
        wider.map(|wider| wider.trunc()).filter(free).or_else(|| self.free_range(id.vnet, length))
    }

    /// The subnet that was probably meant to have a name which Azure prescribes, where none has it.
    pub fn meant(&self, id: VnetId, name: &str) -> Option<SubnetId> {
        if self.subnet_named(id, name).is_some() {
            return None;
        }
        let bare = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        self.topology.subnet_ids(id).find(|subnet| {
            let bare = bare(&self.topology.subnet(*subnet).name);
            closest(&bare, [name]).is_some() && !(name == GATEWAY_SUBNET && is_other_gateway(&bare))
        })
    }

    /// The mend that gives a subnet another name; none where other objects name it, as they would then lead nowhere.
    pub fn renamed(&self, id: SubnetId, name: &str) -> Option<Fix> {
        let full = self.topology.subnet_name(id);
        let document = self.document;
        let nics = document.nvas.iter().flat_map(|nva| {
            nva.body.subnet.iter().chain(nva.body.interfaces.iter().map(|interface| &interface.subnet))
        });
        let frontends = document.load_balancers.iter().filter_map(|balancer| balancer.body.subnet.as_ref());
        let named = nics.chain(frontends).any(|reference| reference.value == full);
        let written = &self.written_subnet(id).name;
        let peered = document.peerings.iter().flat_map(subnets_of_peering).any(|subnet| *subnet == written.value);
        if named || peered {
            return None;
        }
        let span = written.span;
        Some(Fix { title: format!("rename the subnet to `{name}`"), edits: vec![Edit { span, text: name.to_owned() }] })
    }
}

/// Every subnet that a subnet peering names, of either VNet.
fn subnets_of_peering(peering: &written::Peering) -> impl Iterator<Item = &String> {
    let sides = peering.sides.iter().map(|side| &side.body).chain([&peering.flags]);
    let listed = sides.flat_map(|flags| flags.local_subnet_names.iter().chain(&flags.remote_subnet_names));
    listed.chain(peering.subnets.iter().flat_map(|entry| &entry.body)).map(|name| &name.value)
}

/// True of subnets for gateways that are no virtual network gateways: those of an application gateway, a NAT gateway, an API gateway.
fn is_other_gateway(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["app", "nat", "api"].iter().any(|word| name.starts_with(word) || name.ends_with(word))
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
