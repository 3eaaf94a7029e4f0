//! Where conversations may stay on the way around after ExpressRoute has come back.
//!
//! The hub routing preference page (2025-09-17) warns of it: longer AS paths on VPN and NVAs are to make sure of the return.

use crate::analysis::Estate;
use crate::bgp::{Device, Step};
use crate::topology::VnetId;
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// The prefixes for which a route server has a way around that is not longer than the one over ExpressRoute, by VNet.
pub(super) struct Short(BTreeMap<VnetId, Vec<Ipv4Net>>);

impl Short {
    pub(super) fn of(estate: &Estate) -> Self {
        let (topology, ribs) = (&estate.topology, &estate.ribs);
        let mut short: BTreeMap<VnetId, Vec<Ipv4Net>> = BTreeMap::new();
        for id in topology.vnet_ids().filter(|id| topology.vnet(*id).route_server.is_some()) {
            for speaker in ribs.network.instances(Device::RouteServer(id)) {
                for class in ribs.class_ids() {
                    let view = ribs.view(topology, class, speaker);
                    let Some((decision, winner)) = view.decision.as_ref().zip(view.preferred()) else { continue };
                    let around = decision.losses.iter().any(|loss| {
                        loss.step == Step::PreferExpressRoute
                            && view.candidates[loss.candidate].route.path.length() <= winner.route.path.length()
                    });
                    if around {
                        short.entry(id).or_default().extend(&ribs.class(class).prefixes);
                    }
                }
            }
        }
        Short(short)
    }

    /// Whether packets of a VNet to an address are among them.
    pub(super) fn holds(&self, estate: &Estate, from: VnetId, to: Ipv4Addr) -> bool {
        let host = estate.topology.vnet(from).provider;
        let prefixes = host.and_then(|host| self.0.get(&host));
        prefixes.is_some_and(|prefixes| prefixes.iter().any(|prefix| prefix.contains(&to)))
    }
}
