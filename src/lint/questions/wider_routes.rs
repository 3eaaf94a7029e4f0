//! Whether packets of a hub find their way to a prefix by a wider route.

use crate::bgp::{ClassId, Device};
use crate::effective::GatewayRoutes;
use crate::lint::context::Context;
use crate::topology::{RouteTableId, UserPrefix, VnetId};
use ipnet::{IpNet, Ipv4Net};
use prefix_trie::PrefixSet;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What leads packets of a hub to wider ranges than the prefix in question.
pub(crate) struct Ways<'e> {
    /// Ranges of the hub and of peered VNets, and user-defined routes of the hub and its spokes; no default route.
    ranges: PrefixSet<Ipv4Net>,
    /// What its route server programs.
    pub(crate) routes: Option<&'e GatewayRoutes>,
}

impl<'e> Ways<'e> {
    pub(crate) fn of(estate: &'e Context<'_>, hub: VnetId) -> Self {
        let topology = estate.topology;
        let vnet = topology.vnet(hub);
        let peered = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
        let vnets = topology.transit_spokes(hub).map(|(id, _)| id).chain([hub]);
        let tables: BTreeSet<RouteTableId> =
            vnets.flat_map(|id| &topology.vnet(id).subnets).filter_map(|subnet| subnet.route_table).collect();
        let routes = tables.into_iter().flat_map(|table| &topology.route_tables[table.index()].routes);
        let written = routes.filter_map(|route| match &route.prefix {
            UserPrefix::Range(IpNet::V4(range)) if range.prefix_len() > 0 => Some(*range),
            _ => None,
        });
        let ranges = vnet.ranges.iter().chain(peered).copied().chain(written).collect();
        Ways { ranges, routes: estate.tables().gateway_routes(hub).map(Arc::as_ref) }
    }

    pub(crate) fn cover(&self, prefix: Ipv4Net) -> bool {
        let programmed = |length: u8| {
            let wider = Ipv4Net::new(prefix.addr(), length).ok().map(|net| net.trunc());
            wider.zip(self.routes).is_some_and(|(wider, routes)| routes.position(wider).is_some())
        };
        self.ranges.get_lpm(&prefix).is_some() || (1..prefix.prefix_len()).any(programmed)
    }
}

/// True when an NVA of the hub knows the prefixes of a class: a default route that leads to it helps.
pub(crate) fn is_known_to_a_peer(estate: &Context<'_>, class: ClassId, hub: VnetId) -> bool {
    let peers = estate.topology.vnet(hub).route_server.iter().flat_map(|server| &server.peers);
    let mut speakers = peers.flat_map(|peer| estate.ribs().network.instances(Device::Router(peer.router)));
    speakers.any(|speaker| estate.holds(class, speaker))
}
