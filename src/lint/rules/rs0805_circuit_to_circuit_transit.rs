//! RS0805: one gateway between two circuits, which do not learn each other.

use super::*;
use crate::bgp::{ClassId, Device, LocalKind, Refusal, SessionKind, SpeakerId};
use crate::topology::{CircuitId, RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0805",
    name: "circuit-to-circuit-transit",
    group: Group::Loss,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "an ExpressRoute gateway joins two circuits whose sites do not learn each other",
    what: "One ExpressRoute gateway is connected to two circuits, and a site behind one of them does not learn what a site behind the \
           other announces.",
    why: "An ExpressRoute gateway never passes routes from one circuit to another, with or without branch-to-branch. Both sites reach \
          Azure, but not each other through it.",
    fix: "Join the circuits with ExpressRoute Global Reach, or let an NVA beside the route server announce a summary of each side.",
    bad: example!("RS0805", "bad"),
    good: example!("RS0805", "good"),
    sources: &[Source {
        title: "Route Server ExpressRoute and VPN support page",
        date: "2025-09-17",
        status: Status::Documented,
    }],
    check,
};

/// Prefixes that stay on one circuit, and the sites of another that lack them.
type Apart = BTreeMap<(CircuitId, CircuitId), (BTreeSet<Ipv4Net>, BTreeSet<RouterId>)>;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let circuits = estate.topology.circuits.iter().filter(|circuit| circuit.gateways.contains(&id)).count();
        if circuits < 2 {
            continue;
        }
        let mut apart = Apart::new();
        for class in estate.ribs().class_ids().filter(|class| is_of_a_site(estate, *class)) {
            for speaker in estate.ribs().network.instances(Device::ExpressRouteGateway(id)) {
                refused(estate, class, speaker, &mut apart);
            }
        }
        if !apart.is_empty() {
            found.add(finding(estate, id, &apart));
        }
    }
}

fn is_of_a_site(estate: &Context<'_>, class: ClassId) -> bool {
    let site = |device| matches!(device, Device::Router(id) if !estate.topology.router(id).is_nva());
    let mut origins = estate.ribs().class(class).origins.iter();
    origins.any(|(speaker, kind, _)| *kind == LocalKind::Announced && site(estate.device(*speaker)))
}

fn refused(estate: &Context<'_>, class: ClassId, speaker: SpeakerId, apart: &mut Apart) {
    let ribs = estate.ribs();
    let Some(Device::Edge(from)) = estate.supplier(class, speaker).map(|edge| estate.device(edge)) else { return };
    let own = estate.view(class, speaker);
    for (to, neighbor) in ribs.network.speaker(speaker).neighbors.iter().enumerate() {
        let (SessionKind::EdgeGateway, Device::Edge(other)) = (neighbor.kind, estate.device(neighbor.peer)) else {
            continue;
        };
        let advert = ribs.advert(estate.topology, class, speaker, &own, to);
        if other == from || advert.is_none_or(|advert| advert.route != Err(Refusal::CircuitTransit)) {
            continue;
        }
        let sites = estate.topology.circuit(other).sites.iter().copied();
        let lacks = |site: &RouterId| {
            let mut speakers = ribs.network.instances(Device::Router(*site));
            speakers.any(|id| !estate.holds(class, id))
        };
        let without: BTreeSet<RouterId> = sites.filter(lacks).collect();
        if !without.is_empty() {
            let slot = apart.entry((from, other)).or_default();
            slot.0.extend(&ribs.class(class).prefixes);
            slot.1.extend(without);
        }
    }
}

fn finding(estate: &Context<'_>, id: VnetId, apart: &Apart) -> Finding {
    let topology = estate.topology;
    let name = &topology.vnet(id).name;
    let circuits: BTreeSet<CircuitId> = apart.keys().flat_map(|(from, to)| [*from, *to]).collect();
    let names = few_names(circuits.iter().map(|id| topology.circuit(*id).name.as_str()));
    let message = format!("the ExpressRoute gateway of `{name}` passes no routes between {names}");
    let mut places = circuits.iter().map(|circuit| {
        let body = &estate.document.circuits[circuit.index()].body;
        body.gateways.iter().find(|gateway| gateway.value == *name).map(|gateway| gateway.span)
    });
    let first = places.next().flatten().unwrap_or(topology.vnet(id).span);
    let mut finding = Finding::new(first, format!("{}.express_route_gateway", estate.vnet_path(id)), message)
        .label("connected to this circuit");
    for place in places.flatten().take(4) {
        finding = finding.also(place, "and to this one");
    }
    let lines = apart.iter().map(|((from, _), (prefixes, sites))| {
        let sites = few_names(sites.iter().map(|id| topology.router(*id).name.as_str()));
        format!("{sites} without {} of `{}`", few(prefixes), topology.circuit(*from).name)
    });
    for line in few_lines(lines.collect(), "pairs of circuits") {
        finding = finding.affects(line);
    }
    finding.help(format!("if their sites are to reach each other, join {names} with ExpressRoute Global Reach"))
}
