//! What was written, where the estate does not tell it: route servers, VPN connections and their ends, also those planned without.

use super::context::Context;
use crate::azure::AZURE_ASN;
use crate::net::Asn;
use crate::source::{Span, Spanned};
use crate::syntax::document as written;
use crate::topology::{RouterId, VnetId};
use std::collections::BTreeMap;

/// The route server of a VNet as written.
pub(super) fn written_server<'a>(estate: &Context<'a>, id: VnetId) -> Option<&'a Spanned<written::RouteServer>> {
    estate.written_vnet(id).body.route_servers.first()
}

/// Where the routing preference of a route server is written; the route server itself where it is the default.
pub(super) fn preference_span(estate: &Context<'_>, host: VnetId) -> Option<Span> {
    let server = written_server(estate, host)?;
    Some(server.value.hub_routing_preference.as_ref().map_or(server.span, |preference| preference.span))
}

/// A VPN connection as written, in `connections` or at a site.
pub(super) struct WrittenTunnel<'a> {
    /// The ends; of one at a site, the gateway first.
    pub ends: [&'a Spanned<String>; 2],
    /// `bgp`.
    pub bgp: Option<&'a Spanned<bool>>,
    /// Its object.
    pub path: String,
}

/// Every VPN connection as written.
pub(super) fn written_tunnels<'a>(estate: &Context<'a>) -> Vec<WrittenTunnel<'a>> {
    let document = estate.document;
    let connections = document.connections.iter().map(|connection| {
        let (first, second) = &connection.between;
        WrittenTunnel {
            ends: [first, second],
            bgp: connection.bgp.as_ref(),
            path: connection_path(&first.value, &second.value),
        }
    });
    let at_sites = document.sites.iter().flat_map(|site| {
        site.body.vpn.iter().map(move |vpn| WrittenTunnel {
            ends: [&vpn.gateway, &site.name],
            bgp: vpn.bgp.as_ref(),
            path: connection_path(&vpn.gateway.value, &site.name.value),
        })
    });
    connections.chain(at_sites).collect()
}

/// `connections.a.b`: the ends in order of name.
pub(super) fn connection_path(one: &str, other: &str) -> String {
    format!("connections.{}.{}", one.min(other), one.max(other))
}

/// An end of a connection as written.
#[derive(Clone, Copy)]
pub(super) enum WrittenEnd<'a> {
    /// A VNet, with its VPN gateway if there is one.
    Vnet(VnetId, Option<&'a Spanned<written::VpnGateway>>),
    /// An NVA or a site.
    Router(RouterId),
}

/// What the ends of connections may name.
pub(super) fn ends_by_name<'a>(estate: &Context<'a>) -> BTreeMap<&'a str, WrittenEnd<'a>> {
    let routers = estate.routers().map(|id| (estate.written_router(id).name.value.as_str(), WrittenEnd::Router(id)));
    let vnets = estate.topology.vnet_ids().map(|id| {
        let vnet = estate.written_vnet(id);
        (vnet.name.value.as_str(), WrittenEnd::Vnet(id, vnet.body.vpn_gateway.as_ref()))
    });
    routers.chain(vnets).collect()
}

/// The ASN of an end as written; 65515 of a gateway that has none.
pub(super) fn written_asn(estate: &Context<'_>, end: WrittenEnd<'_>) -> Option<Asn> {
    match end {
        WrittenEnd::Vnet(_, gateway) => {
            gateway.map(|gateway| gateway.value.asn.as_ref().map_or(AZURE_ASN, |asn| asn.value))
        }
        WrittenEnd::Router(id) => estate.topology.router(id).asn,
    }
}
