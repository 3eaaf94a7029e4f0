//! RS0504: two NVAs of one ASN that are to hear of each other.

use super::*;
use crate::bgp::{ClassId, Device, Received, Refusal, SessionKind, Source as From, SpeakerId};
use crate::net::Asn;
use crate::topology::{RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0504",
    name: "shared-asn",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "two NVAs in different VNets share an ASN, so that neither takes the other's routes",
    what: "Two NVAs in different VNets are peers of one route server and have the same ASN. The route server passes the routes of one \
           on to the other, which finds its own ASN in the path, drops them, and has no other route to these prefixes. An NVA with \
           `allow_as_in: true` and NVAs of one VNet are left alone.",
    why: "BGP takes a path that holds the receiver's own ASN for a loop. What stands behind one NVA cannot be reached from the \
          other. For an active/active pair in one VNet that is as it should be; for NVAs of different sites it is a gap.",
    fix: "Give each site an ASN of its own, or let the NVAs accept their own ASN (allowas-in) if they must share one.",
    bad: example!("RS0504", "bad"),
    good: example!("RS0504", "good"),
    sources: &[
        Source { title: "RFC 4271, 9.1.2", date: "2006-01", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

/// By receiver, sender and VNet of the route server: the prefixes that the receiver drops.
type Lost = BTreeMap<(RouterId, RouterId, VnetId), BTreeSet<Ipv4Net>>;

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut by_asn: BTreeMap<Asn, Lost> = BTreeMap::new();
    for receiver in sharing(estate) {
        let router = estate.topology.router(receiver);
        let Some(asn) = router.asn else { continue };
        for id in estate.ribs().network.instances(Device::Router(receiver)) {
            lost_by(estate, (id, receiver, asn), by_asn.entry(asn).or_default());
        }
    }
    for (asn, lost) in by_asn.iter().filter(|(_, lost)| !lost.is_empty()) {
        found.add(finding(estate, *asn, lost));
    }
}

/// NVAs that could drop a route of another one of their ASN in another VNet, both peers of one route server.
fn sharing(estate: &Context<'_>) -> BTreeSet<RouterId> {
    let mut sharing = BTreeSet::new();
    for server in estate.topology.vnets.iter().filter_map(|vnet| vnet.route_server.as_ref()) {
        let mut vnets: BTreeMap<Asn, BTreeSet<VnetId>> = BTreeMap::new();
        let peers = || server.peers.iter().map(|peer| (peer.router, estate.topology.router(peer.router)));
        for (_, router) in peers() {
            if let (Some(asn), Some(vnet)) = (router.asn, router.vnet()) {
                vnets.entry(asn).or_default().insert(vnet);
            }
        }
        let shares = |asn: Option<Asn>| asn.and_then(|asn| vnets.get(&asn)).is_some_and(|vnets| vnets.len() > 1);
        sharing.extend(peers().filter(|(_, router)| shares(router.asn) && !router.allow_as_in).map(|(id, _)| id));
    }
    sharing
}

fn lost_by(estate: &Context<'_>, (id, receiver, asn): (SpeakerId, RouterId, Asn), lost: &mut Lost) {
    let (ribs, topology) = (estate.ribs(), estate.topology);
    for class in ribs.class_ids() {
        let view = ribs.view(topology, class, id);
        if !view.candidates.is_empty() {
            continue;
        }
        let looped = |received: &&Received| received.accepted == Err(Refusal::OwnAsnInPath(asn));
        for received in view.received.iter().filter(looped) {
            let neighbor = &ribs.network.speaker(id).neighbors[received.neighbor];
            let Some((sender, host)) = sent_by(estate, class, neighbor.peer) else { continue };
            let other = topology.router(sender);
            if neighbor.kind == SessionKind::RouteServerNva
                && other.asn == Some(asn)
                && other.vnet() != topology.router(receiver).vnet()
            {
                lost.entry((receiver, sender, host)).or_default().extend(&ribs.class(class).prefixes);
            }
        }
    }
}

/// The NVA whose route a route server passes on, and the VNet of the route server.
fn sent_by(estate: &Context<'_>, class: ClassId, server: SpeakerId) -> Option<(RouterId, VnetId)> {
    let ribs = estate.ribs();
    let view = ribs.view(estate.topology, class, server);
    let From::Neighbor(index) = view.preferred()?.source else { return None };
    let speaker = ribs.network.speaker(server);
    match ribs.network.speaker(speaker.neighbors[index].peer).device {
        Device::Router(sender) => Some((sender, speaker.device.vnet()?)),
        _ => None,
    }
}

fn finding(estate: &Context<'_>, asn: Asn, lost: &Lost) -> Finding {
    let ends: BTreeSet<RouterId> = lost.keys().flat_map(|(receiver, sender, _)| [*receiver, *sender]).collect();
    let name = |id: RouterId| estate.topology.router(id).name.as_str();
    let place = |id: RouterId| {
        let written = estate.written_router(id);
        written.body.asn.as_ref().map_or(written.name.span, |asn| asn.span)
    };
    // One of them may keep it: the first.
    let last = ends.last().copied().expect("a loss has two ends");
    let message = format!(
        "NVAs {} share ASN {asn}, so routes of one do not reach the other",
        few_names(ends.iter().map(|id| name(*id)))
    );
    let mut finding = Finding::new(place(last), estate.router_path(last), message)
        .key(asn.to_string())
        .label("paths with this ASN are loops to each of them");
    for id in ends.iter().filter(|id| **id != last).take(3) {
        finding = finding.also(place(*id), format!("`{}` has it too", name(*id)));
    }
    for ((receiver, sender, host), prefixes) in lost.iter().take(5) {
        finding = finding.affects(format!(
            "`{}` has no route to {} behind `{}` (route server of `{}`)",
            name(*receiver),
            few(prefixes),
            name(*sender),
            estate.name_of(*host)
        ));
    }
    finding
        .help(format!("{}, or write `allow_as_in: true` where they accept their own ASN", estate.asn_help(name(last))))
}
