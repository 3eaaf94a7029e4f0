//! Route servers, their peers and the gateways beside them, as planned and as written.

use crate::analysis::limits::machines;
use crate::lint::context::Context;
use crate::net::Asn;
use crate::source::{Span, Spanned};
use crate::syntax::document as written;
use crate::topology::{RouteServer, RouteServerPeer, RouterId, SubnetId, VnetId};
use std::collections::BTreeMap;

/// An NVA that a route server peers with.
pub(crate) struct Peer {
    /// The NVA.
    pub(crate) router: RouterId,
    /// Its ASN.
    pub(crate) asn: Asn,
    /// Where the ASN is written.
    pub(crate) asn_span: Span,
    /// The VNet of a route server that lists it, the first in the file.
    pub(crate) host: VnetId,
    /// Where it is listed there.
    pub(crate) span: Span,
}

/// A VPN gateway whose VNet has a route server with branch-to-branch.
pub(crate) struct Joined<'a> {
    pub(crate) gateway: &'a Spanned<written::VpnGateway>,
    /// The flag that joins them.
    pub(crate) flag: &'a Spanned<bool>,
}

impl<'a> Context<'a> {
    /// The route servers that could be placed, in file order, each with its VNet.
    pub(crate) fn route_servers(&self) -> impl Iterator<Item = (VnetId, &'a RouteServer)> + use<'a> {
        let topology = self.topology;
        topology.vnet_ids().filter_map(move |id| Some((id, topology.vnet(id).route_server.as_ref()?)))
    }

    /// A BGP connection of a route server as written.
    pub(crate) fn written_peer(&self, host: VnetId, peer: &RouteServerPeer) -> Option<&'a written::RouteServerPeer> {
        let servers = self.written_vnet(host).body.route_servers.iter();
        servers.flat_map(|server| &server.value.peers).find(|written| written.nva.span == peer.span)
    }

    /// Whether a session between a route server and a peer comes up at all: an NVA in reach that speaks BGP.
    pub(crate) fn session_comes_up(&self, host: VnetId, peer: &RouteServerPeer) -> bool {
        self.topology.may_peer(host, peer.router) && self.topology.router(peer.router).asn.is_some()
    }

    /// Where the route server of a VNet is written, also where Azure refuses it and it is planned without.
    pub(crate) fn route_server_span(&self, id: VnetId) -> Option<Span> {
        self.written_vnet(id).body.route_servers.first().map(|server| server.span)
    }

    /// The route server that programs the routes of a subnet: of its own VNet, or of the one it borrows from.
    pub(crate) fn programmer_of(&self, subnet: SubnetId) -> Option<Span> {
        self.topology.vnet(subnet.vnet).provider.and_then(|host| self.route_server_span(host))
    }

    /// The gateways written in a VNet, each with what it is.
    pub(crate) fn gateways(&self, id: VnetId) -> Vec<(&'static str, Span)> {
        let body = &self.written_vnet(id).body;
        let vpn = body.vpn_gateway.as_ref().map(|gateway| ("VPN gateway", gateway.span));
        let express_route = body.express_route_gateway.as_ref().map(|gateway| ("ExpressRoute gateway", gateway.span));
        vpn.into_iter().chain(express_route).collect()
    }

    /// Where a route server's peer of that router is written; the route server itself where it is not.
    pub(crate) fn peer_span(&self, host: VnetId, router: RouterId) -> Option<Span> {
        let server = self.topology.vnet(host).route_server.as_ref()?;
        Some(server.peers.iter().find(|peer| peer.router == router).map_or(server.span, |peer| peer.span))
    }

    /// The route server of a VNet as written.
    pub(crate) fn written_route_server(&self, id: VnetId) -> Option<&'a Spanned<written::RouteServer>> {
        self.written_vnet(id).body.route_servers.first()
    }

    /// Where the routing preference of a route server is written; the route server itself where it is the default.
    pub(crate) fn preference_span(&self, host: VnetId) -> Option<Span> {
        let server = self.written_route_server(host)?;
        Some(server.value.hub_routing_preference.as_ref().map_or(server.span, |preference| preference.span))
    }

    /// Every NVA that speaks BGP and is a peer of a route server, planned or not, in file order.
    pub(crate) fn route_server_peers(&self) -> Vec<Peer> {
        let nvas = self.document.nvas.iter().enumerate();
        let ids: BTreeMap<&str, RouterId> =
            nvas.map(|(index, nva)| (nva.name.value.as_str(), RouterId(index as u32))).collect();
        let mut listed: BTreeMap<RouterId, (VnetId, Span)> = BTreeMap::new();
        for host in self.topology.vnet_ids() {
            for peer in self.written_vnet(host).body.route_servers.iter().flat_map(|server| &server.value.peers) {
                if let Some(id) = ids.get(peer.nva.value.as_str()) {
                    listed.entry(*id).or_insert((host, peer.nva.span));
                }
            }
        }
        let peer = |(router, (host, span)): (RouterId, (VnetId, Span))| {
            let asn = self.written_router(router).body.asn.as_ref()?;
            Some(Peer { router, asn: asn.value, asn_span: asn.span, host, span })
        };
        listed.into_iter().filter_map(peer).collect()
    }

    /// The gateway in a peered VNet with which the route server of a VNet was probably meant to exchange routes: its VNet, what it is and
    /// where it is written.
    pub(crate) fn stranded(&self, id: VnetId) -> Option<(VnetId, &'static str, Span)> {
        let vnet = self.topology.vnet(id);
        vnet.route_server.as_ref().filter(|server| server.branch_to_branch && server.peers.len() < 2)?;
        // A VNet that borrows gateways beside its own route server is a mistake of another kind.
        let borrows = vnet.links.iter().any(|link| link.use_remote_gateways);
        if borrows || !self.gateways(id).is_empty() {
            return None;
        }
        // A gateway that has a route server beside it exchanges with that one.
        let peered = vnet.links.iter().filter(|link| link.connected).map(|link| link.remote);
        peered.filter(|remote| self.route_server_span(*remote).is_none()).find_map(|remote| {
            let (what, span) = self.gateways(remote).first().copied()?;
            Some((remote, what, span))
        })
    }

    /// The instance that a peer leaves out, when the session comes up at all.
    pub(crate) fn missing_instance(&self, host: VnetId, peer: &RouteServerPeer) -> Option<usize> {
        let missing = peer.instances.iter().position(|peered| !peered)?;
        self.session_comes_up(host, peer).then_some(missing)
    }

    /// Where the only instance is written.
    pub(crate) fn instance_span(&self, host: VnetId, peer: &RouteServerPeer) -> Span {
        let written = self.written_peer(host, peer).and_then(|written| written.instances.first());
        written.map_or(peer.span, |instance| instance.span)
    }

    /// The VPN gateway of a VNet with the flag that joins it to the route server there.
    pub(crate) fn joined(&self, id: VnetId) -> Option<Joined<'a>> {
        let vnet = &self.written_vnet(id).body;
        let flag = vnet.route_servers.first()?.value.branch_to_branch.as_ref().filter(|flag| flag.value)?;
        Some(Joined { gateway: vnet.vpn_gateway.as_ref()?, flag })
    }

    /// The VNets that a route server serves: its own and those peered with it.
    pub(crate) fn served(&self, host: VnetId) -> usize {
        machines::served(self.topology, host).count()
    }
}
