//! What was written, where the estate does not tell it: route servers, VPN connections and their ends, also those planned without.

use crate::azure::AZURE_ASN;
use crate::lint::context::Context;
use crate::net::Asn;
use crate::source::Spanned;
use crate::syntax::document as written;
use crate::topology::{RouterId, VnetId};
use std::collections::BTreeMap;

/// A VPN connection as written, in `connections` or at a site.
pub(crate) struct WrittenTunnel<'a> {
    /// The ends; of one at a site, the gateway first.
    pub(crate) ends: [&'a Spanned<String>; 2],
    /// `bgp`.
    pub(crate) bgp: Option<&'a Spanned<bool>>,
    /// Its object.
    pub(crate) path: String,
}

/// Every VPN connection as written.
pub(crate) fn written_tunnels<'a>(estate: &Context<'a>) -> Vec<WrittenTunnel<'a>> {
    let document = estate.document;
    let connections = document.connections.iter().map(|connection| {
        let (first, second) = &connection.between;
        WrittenTunnel {
            ends: [first, second],
            bgp: connection.bgp.as_ref(),
            path: estate.connection_path(&first.value, &second.value),
        }
    });
    let at_sites = document.sites.iter().flat_map(|site| {
        site.body.vpn.iter().map(move |vpn| WrittenTunnel {
            ends: [&vpn.gateway, &site.name],
            bgp: vpn.bgp.as_ref(),
            path: estate.connection_path(&vpn.gateway.value, &site.name.value),
        })
    });
    connections.chain(at_sites).collect()
}

/// An end of a connection as written.
#[derive(Clone, Copy)]
pub(crate) enum WrittenEnd<'a> {
    /// A VNet, with its VPN gateway if there is one.
    Vnet(VnetId, Option<&'a Spanned<written::VpnGateway>>),
    /// An NVA or a site.
    Router(RouterId),
}

/// What the ends of connections may name.
pub(crate) fn ends_by_name<'a>(estate: &Context<'a>) -> BTreeMap<&'a str, WrittenEnd<'a>> {
    let routers = estate.routers().map(|id| (estate.written_router(id).name.value.as_str(), WrittenEnd::Router(id)));
    let vnets = estate.topology.vnet_ids().map(|id| {
        let vnet = estate.written_vnet(id);
        (vnet.name.value.as_str(), WrittenEnd::Vnet(id, vnet.body.vpn_gateway.as_ref()))
    });
    routers.chain(vnets).collect()
}

/// The ASN of an end as written; 65515 of a gateway that has none.
pub(crate) fn written_asn(estate: &Context<'_>, end: WrittenEnd<'_>) -> Option<Asn> {
    match end {
        WrittenEnd::Vnet(_, gateway) => {
            gateway.map(|gateway| gateway.value.asn.as_ref().map_or(AZURE_ASN, |asn| asn.value))
        }
        WrittenEnd::Router(id) => estate.topology.router(id).asn,
    }
}
