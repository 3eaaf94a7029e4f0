//! Route maps of Azure as route servers apply them, and the policies of routers that face them.

use super::context::Context;
use crate::source::{Span, Spanned};
use crate::syntax::document::{Named, RouteMapPair, RouteServerPeer, Rule};
use crate::topology::{PeerName, RouterId, VnetId};

/// A route map on a connection of a route server.
pub struct Applied<'a> {
    /// Its name, where it is applied.
    pub name: &'a Spanned<String>,
    /// Applied to what the route server sends.
    pub outbound: bool,
    /// The BGP connection; none for the connection to a gateway.
    pub peer: Option<&'a RouteServerPeer>,
}

impl<'a> Context<'a> {
    /// Every route map that the route server of a VNet applies, in file order.
    pub fn applied_maps(&self, host: VnetId) -> Vec<Applied<'a>> {
        let mut applied = Vec::new();
        let mut add = |pair: &'a RouteMapPair, peer: Option<&'a RouteServerPeer>| {
            let both = [(&pair.inbound, false), (&pair.outbound, true)];
            let named = both.into_iter().filter_map(|(name, outbound)| Some((name.as_ref()?, outbound)));
            applied.extend(named.map(|(name, outbound)| Applied { name, outbound, peer }));
        };
        for server in &self.written_vnet(host).body.route_servers {
            server.value.peers.iter().for_each(|peer| add(&peer.route_maps, Some(peer)));
            [&server.value.express_route, &server.value.vpn].into_iter().flatten().for_each(|pair| add(pair, None));
        }
        applied
    }

    /// The entries of `route_maps` that some route server applies, in file order.
    pub fn azure_route_maps(&self) -> Vec<&'a Named<Vec<Rule>>> {
        let hosts = self.route_servers().map(|(host, _)| host);
        let names: std::collections::BTreeSet<&str> =
            hosts.flat_map(|host| self.applied_maps(host)).map(|applied| applied.name.value.as_str()).collect();
        self.document.route_maps.iter().filter(|map| names.contains(map.name.value.as_str())).collect()
    }

    /// Where the export policy of a router for a VNet is written, under its name or for everybody.
    pub fn export_span(&self, id: RouterId, host: VnetId) -> Option<Span> {
        let named = |(name, _): &&(PeerName, _)| *name == PeerName::Vnet(host);
        let key = match self.topology.router(id).export.by_peer.iter().find(named) {
            Some(_) => self.topology.vnet(host).name.as_str(),
            None => "*",
        };
        self.written_router(id).body.export.iter().find(|entry| entry.name.value == key).map(|entry| entry.name.span)
    }
}
