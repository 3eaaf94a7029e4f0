//! Route maps of Azure as route servers apply them, and the policies of routers that face them.

use crate::lint::context::Context;
use crate::source::{Span, Spanned};
use crate::syntax::document::{Named, PolicyRef, Rule};
use crate::topology::{PeerName, RouterId, VnetId};

impl<'a> Context<'a> {
    /// Every route map that the route server of a VNet applies, in file order: its name where it is applied.
    pub(crate) fn applied_maps(&self, host: VnetId) -> impl Iterator<Item = &'a Spanned<String>> {
        self.written_vnet(host).body.route_servers.iter().flat_map(|server| {
            let peers = server.value.peers.iter().map(|peer| &peer.route_maps);
            let pairs = peers.chain(&server.value.express_route).chain(&server.value.vpn);
            pairs.flat_map(|pair| pair.inbound.iter().chain(&pair.outbound))
        })
    }

    /// The entries of `route_maps` that some route server applies, in file order.
    pub(crate) fn azure_route_maps(&self) -> Vec<&'a Named<Vec<Rule>>> {
        let hosts = self.route_servers().map(|(host, _)| host);
        let names: std::collections::BTreeSet<&str> =
            hosts.flat_map(|host| self.applied_maps(host)).map(|name| name.value.as_str()).collect();
        self.document.route_maps.iter().filter(|map| names.contains(map.name.value.as_str())).collect()
    }

    /// The rules of the export policies of a router as written, in place or in `route_maps`.
    pub(crate) fn written_exports(&self, id: RouterId) -> impl Iterator<Item = &'a Rule> {
        self.written_router(id).body.export.iter().flat_map(|entry| self.rules_of(&entry.body))
    }

    /// The rules that a policy names or holds.
    pub(crate) fn rules_of(&self, policy: &'a PolicyRef) -> &'a [Rule] {
        match policy {
            PolicyRef::Rules(rules) => rules,
            PolicyRef::Name(name) => {
                let map = self.document.route_maps.iter().find(|map| map.name.value == name.value);
                map.map_or(&[], |map| &map.body)
            }
        }
    }

    /// Where the export policy of a router for a VNet is written, under its name or for everybody.
    pub(crate) fn export_span(&self, id: RouterId, host: VnetId) -> Option<Span> {
        let named = |(name, _): &&(PeerName, _)| *name == PeerName::Vnet(host);
        let key = match self.topology.router(id).export.by_peer.iter().find(named) {
            Some(_) => self.topology.vnet(host).name.as_str(),
            None => "*",
        };
        self.written_router(id).body.export.iter().find(|entry| entry.name.value == key).map(|entry| entry.name.span)
    }
}
