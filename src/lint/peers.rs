//! The NVAs that route servers peer with, as written.

use super::context::Context;
use crate::net::Asn;
use crate::source::Span;
use crate::topology::{RouterId, VnetId};
use std::collections::BTreeMap;

/// An NVA that a route server peers with.
pub(super) struct Peer {
    /// The NVA.
    pub router: RouterId,
    /// Its ASN.
    pub asn: Asn,
    /// Where the ASN is written.
    pub asn_span: Span,
    /// The VNet of a route server that lists it, the first in the file.
    pub host: VnetId,
    /// Where it is listed there.
    pub span: Span,
}

impl Context<'_> {
    /// Every NVA that speaks BGP and is a peer of a route server, planned or not, in file order.
    pub(super) fn route_server_peers(&self) -> Vec<Peer> {
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
}
