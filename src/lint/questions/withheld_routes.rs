//! Routes that a route server does not pass on because branch-to-branch is off, and that somebody misses.

use crate::azure::facts::Fact;
use crate::bgp::{Class, ClassId, Device, Refusal, Relation, Route, SessionKind, SpeakerId};
use crate::lint::context::Context;
use crate::topology::{RouterId, TunnelEnd, VnetId};
use std::collections::{BTreeMap, BTreeSet};

/// What does not pass, by who has it and who misses it.
pub(crate) type Missing = BTreeMap<(Device, Device), BTreeSet<ClassId>>;

/// Adds what one instance keeps back of a class.
pub(crate) fn misses(estate: &Context<'_>, host: VnetId, class: ClassId, speaker: SpeakerId, missing: &mut Missing) {
    let ribs = estate.ribs();
    let own = estate.view(class, speaker);
    let Some(preferred) = own.preferred() else { return };
    let Some(from) = estate.came_over(speaker, preferred) else { return };
    let from_nva = from.kind == SessionKind::RouteServerNva;
    for (to, neighbor) in ribs.network.speaker(speaker).neighbors.iter().enumerate() {
        let refusal = ribs.advert(estate.topology, class, speaker, &own, to).and_then(|advert| advert.route.err());
        if !matches!(refusal, Some(Refusal::BranchToBranchOff | Refusal::NvaReflectionOff)) {
            continue;
        }
        let useful = match estate.device(neighbor.peer) {
            Device::Router(nva) => takes(estate, nva, &preferred.route),
            gateway => {
                leads_outside(estate, host, gateway) && (!from_nva || may_leave(estate, ribs.class(class), host))
            }
        };
        if useful && !estate.holds(class, neighbor.peer) {
            let pair = (estate.device(from.peer), estate.device(neighbor.peer));
            missing.entry(pair).or_default().insert(class);
        }
    }
}

/// An NVA drops paths through its own ASN.
fn takes(estate: &Context<'_>, nva: RouterId, route: &Route) -> bool {
    let router = estate.topology.router(nva);
    router.allow_as_in || !router.asn.is_some_and(|asn| route.path.contains(asn))
}

/// Somebody is behind the gateway.
fn leads_outside(estate: &Context<'_>, host: VnetId, gateway: Device) -> bool {
    let topology = estate.topology;
    match gateway {
        Device::VpnGateway(_) => {
            topology.tunnels.iter().any(|tunnel| tunnel.sides.iter().any(|side| side.end == TunnelEnd::Gateway(host)))
        }
        _ => topology.circuits.iter().any(|circuit| circuit.gateways.contains(&host)),
    }
}

/// NVA routes that a gateway would hear of with branch-to-branch, and that are not kept in Azure for good reason.
fn may_leave(estate: &Context<'_>, class: &Class, host: VnetId) -> bool {
    let held_back = !estate.topology.facts.is(Fact::OwnPrefixesToGateways, "exported");
    let own = matches!(class.relation(host), Some(Relation::OwnRange | Relation::InsideOwn));
    !(class.is_default || own && held_back)
}
