//! What joins two objects of a document: peerings, tunnels, sessions, BGP connections, attachments to circuits.

use crate::syntax::document::Document;
use std::collections::BTreeSet;
use std::fmt;

/// One end of something that joins two objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End<'d> {
    Vnet(&'d str),
    RouteServer(&'d str),
    VpnGateway(&'d str),
    ExpressRouteGateway(&'d str),
    Router(&'d str),
    Circuit(&'d str),
}

impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Vnet(name) | End::Router(name) | End::Circuit(name) => f.write_str(name),
            End::RouteServer(vnet) => write!(f, "{vnet}/route_server"),
            End::VpnGateway(vnet) => write!(f, "{vnet}/vpn_gateway"),
            End::ExpressRouteGateway(vnet) => write!(f, "{vnet}/express_route_gateway"),
        }
    }
}

/// Whether a name means this end; a VNet means its gateways and its route server too.
pub(super) fn covers(named: End<'_>, end: End<'_>) -> bool {
    match (named, end) {
        (End::Vnet(name), End::RouteServer(vnet) | End::VpnGateway(vnet) | End::ExpressRouteGateway(vnet)) => {
            name == vnet
        }
        _ => named == end,
    }
}

/// Every pair of objects that something joins.
pub(super) fn joins(document: &Document) -> Vec<(End<'_>, End<'_>)> {
    let vnets: BTreeSet<&str> = document.vnets.iter().map(|vnet| vnet.name.value.as_str()).collect();
    let tunnel_end = |name| if vnets.contains(name) { End::VpnGateway(name) } else { End::Router(name) };
    let mut joins = Vec::new();
    joins.extend(document.peerings.iter().map(|peering| {
        let (a, b) = peering.ends();
        (End::Vnet(a), End::Vnet(b))
    }));
    for vnet in &document.vnets {
        let peers = vnet.body.route_servers.iter().flat_map(|server| &server.value.peers);
        joins.extend(peers.map(|peer| (End::RouteServer(&vnet.name.value), End::Router(&peer.nva.value))));
    }
    joins.extend(document.connections.iter().map(|connection| {
        let (a, b) = &connection.between;
        (tunnel_end(&a.value), tunnel_end(&b.value))
    }));
    for site in &document.sites {
        let own = End::Router(&site.name.value);
        joins.extend(site.body.vpn.iter().map(|vpn| (End::VpnGateway(vpn.gateway.value.as_str()), own)));
    }
    for circuit in &document.circuits {
        let own = End::Circuit(&circuit.name.value);
        joins.extend(circuit.body.gateways.iter().map(|vnet| (own, End::ExpressRouteGateway(vnet.value.as_str()))));
        joins.extend(circuit.body.sites.iter().map(|site| (own, End::Router(site.value.as_str()))));
    }
    joins.extend(document.sessions.iter().map(|session| {
        let (a, b) = &session.between;
        (End::Router(a.value.as_str()), End::Router(b.value.as_str()))
    }));
    joins
}
