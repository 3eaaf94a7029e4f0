//! What those hear of by BGP whom no effective table tells of: sites, circuits without sites, NVAs.

use crate::bgp::{Device, Ribs};
use crate::topology::Topology;
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who listens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// An NVA sends what it has not heard of out of its NIC, where the fabric knows on; a site does not reach it.
    pub is_nva: bool,
    /// Its name.
    pub name: String,
}

/// The prefixes that each listener hears of and does not refuse; listeners without any are not there.
pub type Heard = BTreeMap<Listener, BTreeSet<Ipv4Net>>;

/// Who hears of what in an estate.
pub fn heard(topology: &Topology, ribs: &Ribs) -> Heard {
    let mut heard = Heard::new();
    for class in ribs.class_ids() {
        for id in ribs.holders(class) {
            let Some(listener) = listener(topology, ribs.network.speaker(id).device) else { continue };
            if ribs.view(topology, class, id).received.iter().any(|received| received.accepted.is_ok()) {
                heard.entry(listener).or_default().extend(&ribs.class(class).prefixes);
            }
        }
    }
    heard
}

/// What is heard in the first and not in the second.
pub fn no_longer(before: &Heard, after: &Heard) -> Heard {
    let lost = before.iter().map(|(listener, prefixes)| {
        let left = after.get(listener);
        let lost = prefixes.iter().filter(|prefix| left.is_none_or(|left| !left.contains(prefix)));
        (listener.clone(), lost.copied().collect::<BTreeSet<Ipv4Net>>())
    });
    lost.filter(|(_, prefixes)| !prefixes.is_empty()).collect()
}

fn listener(topology: &Topology, device: Device) -> Option<Listener> {
    let is_nva = match device {
        Device::Router(router) => topology.router(router).is_nva(),
        // Who is behind it is not written; it stands for them.
        Device::Edge(circuit) if topology.circuit(circuit).sites.is_empty() => false,
        Device::Edge(_) | Device::RouteServer(_) | Device::VpnGateway(_) | Device::ExpressRouteGateway(_) => {
            return None;
        }
    };
    Some(Listener { is_nva, name: device.name(topology) })
}
