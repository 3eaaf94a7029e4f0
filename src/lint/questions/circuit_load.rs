//! What ExpressRoute gateways announce to circuits, counted.

use crate::bgp::{ClassId, Device, SessionKind, SpeakerId};
use crate::lint::context::Context;
use crate::topology::{CircuitId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// What one gateway announces over its fullest connection.
pub(crate) struct Load {
    pub(crate) gateway: VnetId,
    pub(crate) count: usize,
    /// Ranges of VNets among it.
    pub(crate) own: Vec<Ipv4Net>,
    /// Who brought the others.
    pub(crate) brought: BTreeMap<Device, Vec<Ipv4Net>>,
    pub(crate) circuits: BTreeSet<CircuitId>,
}

/// The load of every gateway with a circuit.
pub(crate) fn loads(estate: &Context<'_>) -> Vec<Load> {
    let hosts = estate.topology.vnet_ids().filter(|id| estate.topology.vnet(*id).express_route_gateway.is_some());
    hosts.filter_map(|id| load(estate, id)).collect()
}

fn load(estate: &Context<'_>, gateway: VnetId) -> Option<Load> {
    let (ribs, topology) = (estate.ribs(), estate.topology);
    let mut sessions: BTreeMap<(SpeakerId, usize), (usize, Vec<ClassId>)> = BTreeMap::new();
    for speaker in ribs.network.instances(Device::ExpressRouteGateway(gateway)) {
        let neighbors = ribs.network.speaker(speaker).neighbors.iter().enumerate();
        let edges: Vec<usize> =
            neighbors.filter(|(_, edge)| edge.kind == SessionKind::EdgeGateway).map(|(to, _)| to).collect();
        for class in ribs.class_ids().filter(|_| !edges.is_empty()) {
            let own = estate.view(class, speaker);
            for to in &edges {
                let advert = ribs.advert(topology, class, speaker, &own, *to);
                if advert.is_some_and(|advert| advert.route.is_ok()) {
                    let slot = sessions.entry((speaker, *to)).or_default();
                    slot.0 += ribs.class(class).prefixes.len();
                    slot.1.push(class);
                }
            }
        }
    }
    let circuits = sessions.keys().filter_map(|(speaker, to)| {
        match estate.device(ribs.network.speaker(*speaker).neighbors[*to].peer) {
            Device::Edge(circuit) => Some(circuit),
            _ => None,
        }
    });
    let circuits = circuits.collect();
    let ((speaker, _), (count, classes)) = sessions.into_iter().max_by_key(|(_, (count, _))| *count)?;
    let mut load = Load { gateway, count, own: Vec::new(), brought: BTreeMap::new(), circuits };
    for class in classes {
        let prefixes = &ribs.class(class).prefixes;
        match bringer(estate, class, speaker) {
            Some(device) => load.brought.entry(device).or_default().extend(prefixes),
            None => load.own.extend(prefixes),
        }
    }
    Some(load)
}

/// Who brought what a gateway prefers of a class: the NVA, or else whoever told it; none for ranges of VNets.
fn bringer(estate: &Context<'_>, class: ClassId, speaker: SpeakerId) -> Option<Device> {
    let peer = estate.supplier(class, speaker)?;
    Some(estate.nva_behind(class, peer).map_or(estate.device(peer), Device::Router))
}
