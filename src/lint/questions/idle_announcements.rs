//! Prefixes that NVAs announce to a route server and that no NIC takes.

use crate::bgp::{Class, ClassId, Device, LocalKind, Refusal, SessionKind, SpeakerId};
use crate::lint::context::Context;
use crate::topology::{RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// What an NVA announces to a route server for nothing.
#[derive(Default)]
pub(crate) struct Idle {
    /// In ascending order.
    pub(crate) prefixes: BTreeSet<Ipv4Net>,
    /// Those of which nobody but the route server hears: whoever announces them may have hoped to steer traffic.
    pub(crate) unheard: BTreeSet<Ipv4Net>,
    /// Who else hears of the others.
    pub(crate) heard: BTreeSet<Device>,
}

/// Collects announcements of NVAs by NVA and VNet of the route server; `pick` says which prefixes of a class are meant.
pub(crate) fn idle(
    estate: &Context<'_>,
    pick: impl Fn(ClassId, RouterId, VnetId) -> Vec<Ipv4Net>,
) -> BTreeMap<(RouterId, VnetId), Idle> {
    let network = &estate.ribs().network;
    let mut all: BTreeMap<(RouterId, VnetId), Idle> = BTreeMap::new();
    for class in estate.ribs().class_ids() {
        for (speaker, kind, _) in &estate.ribs().class(class).origins {
            let Device::Router(nva) = estate.device(*speaker) else { continue };
            if *kind != LocalKind::Announced || !estate.topology.router(nva).is_nva() {
                continue;
            }
            let hosts =
                network.speaker(*speaker).neighbors.iter().filter_map(|neighbor| estate.device(neighbor.peer).vnet());
            for host in hosts.collect::<BTreeSet<VnetId>>() {
                let prefixes = pick(class, nva, host);
                if prefixes.is_empty() || !is_received(estate, class, *speaker, host) {
                    continue;
                }
                let heard = listeners(estate, class, *speaker, host);
                let slot = all.entry((nva, host)).or_default();
                if heard.is_empty() {
                    slot.unheard.extend(&prefixes);
                }
                slot.prefixes.extend(prefixes);
                slot.heard.extend(heard);
            }
        }
    }
    all
}

/// True when an instance of the route server gets it and no policy drops it.
fn is_received(estate: &Context<'_>, class: ClassId, nva: SpeakerId, host: VnetId) -> bool {
    let network = &estate.ribs().network;
    network.instances(Device::RouteServer(host)).any(|server| {
        estate.view(class, server).received.iter().any(|received| {
            let from = network.speaker(server).neighbors[received.neighbor].peer;
            from == nva && matches!(received.accepted, Ok(_) | Err(Refusal::OwnPrefix))
        })
    })
}

/// Who hears the announcement elsewhere: over other sessions of the NVA, and from the route server.
fn listeners(estate: &Context<'_>, class: ClassId, nva: SpeakerId, host: VnetId) -> BTreeSet<Device> {
    let (ribs, topology) = (estate.ribs(), estate.topology);
    let mut heard = BTreeSet::new();
    let senders = ribs.network.instances(Device::RouteServer(host)).chain([nva]);
    for sender in senders {
        let own = estate.view(class, sender);
        let passes_on = sender == nva
            || own.preferred().and_then(|route| estate.came_over(sender, route)).is_some_and(|from| from.peer == nva);
        for (to, neighbor) in ribs.network.speaker(sender).neighbors.iter().enumerate().filter(|_| passes_on) {
            let listener = estate.device(neighbor.peer);
            let foreign = listener.vnet().is_none_or(|vnet| is_foreign(ribs.class(class), vnet));
            let sent = || ribs.advert(topology, class, sender, &own, to).is_some_and(|advert| advert.route.is_ok());
            let gateway = neighbor.kind == SessionKind::RouteServerGateway;
            if listener != Device::RouteServer(host) && (foreign || gateway) && sent() {
                heard.insert(listener);
            }
        }
    }
    heard
}

fn is_foreign(class: &Class, vnet: VnetId) -> bool {
    class.relation(vnet).is_none()
}
