//! RS1001: an NVA that announces a part of the route server's own VNet.

use super::*;
use crate::bgp::{Class, ClassId, Device, LocalKind, Refusal, Relation, SessionKind, SpeakerId};
use crate::lint::routes::{came_over, device, listed, peer_span, said, view};
use crate::source::Span;
use crate::topology::{RouterId, RouterKind, SubnetId, Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1001",
    name: "own-prefix-never-programmed",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a prefix inside the route server's own VNet, which no NIC takes",
    what: "An NVA originates a prefix that is equal to a range of its route server's VNet, or inside one. It is a note only when every \
           such prefix is a subnet that the NVA has a NIC in or RouteServerSubnet, which routers announce as a side effect, and when \
           somebody else hears the announcement and may have use for it.",
    why: "Azure prefers the system routes of a VNet to everything that BGP brings, also where BGP is more specific, and does not program \
          such a prefix on any NIC. Traffic inside the VNet goes on past the NVA.",
    fix: "Steer traffic inside the VNet with a user-defined route, whose next hop is the NVA. Otherwise leave the prefix out of what \
          the NVA announces to the route server.",
    bad: example!("RS1001", "bad"),
    good: example!("RS1001", "good"),
    sources: &[
        Source { title: "Route Server route injection page", date: "2025-02-10", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "github.com/malgebary/Azure-Route-Server-MicroHack", date: "2021", status: Status::Observed },
    ],
    check,
};

/// What an NVA announces to a route server for nothing.
#[derive(Default)]
pub(super) struct Idle {
    /// In ascending order.
    pub(super) prefixes: BTreeSet<Ipv4Net>,
    /// Those of which nobody but the route server hears: whoever announces them may have hoped to steer traffic.
    pub(super) unheard: BTreeSet<Ipv4Net>,
    /// Who else hears of the others.
    heard: BTreeSet<Device>,
}

/// Collects announcements of NVAs by NVA and VNet of the route server; `pick` says which prefixes of a class are meant.
pub(super) fn idle(
    estate: &Context<'_>,
    pick: impl Fn(ClassId, RouterId, VnetId) -> Vec<Ipv4Net>,
) -> BTreeMap<(RouterId, VnetId), Idle> {
    let network = &estate.ribs().network;
    let mut all: BTreeMap<(RouterId, VnetId), Idle> = BTreeMap::new();
    for class in estate.ribs().class_ids() {
        for (speaker, kind, _) in &estate.ribs().class(class).origins {
            let Device::Router(nva) = device(estate, *speaker) else { continue };
            if *kind != LocalKind::Announced || !estate.topology.router(nva).is_nva() {
                continue;
            }
            let hosts =
                network.speaker(*speaker).neighbors.iter().filter_map(|neighbor| device(estate, neighbor.peer).vnet());
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
        view(estate, class, server).received.iter().any(|received| {
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
        let own = view(estate, class, sender);
        let passes_on = sender == nva
            || own.preferred().and_then(|route| came_over(estate, sender, route)).is_some_and(|from| from.peer == nva);
        for (to, neighbor) in ribs.network.speaker(sender).neighbors.iter().enumerate().filter(|_| passes_on) {
            let listener = device(estate, neighbor.peer);
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

/// Where the first of some prefixes is announced.
pub(super) fn announced_at(topology: &Topology, nva: RouterId, prefixes: &BTreeSet<Ipv4Net>) -> Option<Span> {
    let routes = topology.router(nva).originates.iter();
    routes.filter(|route| prefixes.contains(&route.prefix)).map(|route| route.span).min()
}

/// A finding on what is announced for nothing, without its help.
pub(super) fn finding(
    estate: &Context<'_>,
    nva: RouterId,
    host: VnetId,
    idle: &Idle,
    message: String,
) -> Option<Finding> {
    let mut finding =
        Finding::new(announced_at(estate.topology, nva, &idle.prefixes)?, estate.router_path(nva), message)
            .key(&estate.topology.vnet(host).name)
            .label("never programmed on a NIC")
            .affects(listed(&idle.prefixes));
    if let Some(span) = peer_span(estate, host, nva) {
        finding = finding.also(span, "announced to this route server");
    }
    if !idle.heard.is_empty() {
        let heard = listed(idle.heard.iter().map(|device| said(estate, *device)));
        finding = finding.note(format!("it is still heard by {heard}"));
    }
    Some(finding)
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let own = |class, _, host| {
        let class = estate.ribs().class(class);
        let inside = matches!(class.relation(host), Some(Relation::OwnRange | Relation::InsideOwn));
        if inside { class.prefixes.clone() } else { Vec::new() }
    };
    for ((nva, host), idle) in idle(estate, own) {
        let (router, hub) = (estate.topology.router(nva), &estate.topology.vnet(host).name);
        let message = format!("`{}` announces a part of `{hub}` to the route server of `{hub}`", router.name);
        let Some(mut finding) = finding(estate, nva, host, &idle, message) else { continue };
        let side_effects = side_effects(estate, nva, host);
        let meant: Vec<&Ipv4Net> = idle.prefixes.iter().filter(|prefix| !side_effects.contains(*prefix)).collect();
        finding = finding.note(policy_words(estate));
        let steer = meant.first().zip(router.address).map(|(prefix, address)| {
            format!(
                "to steer traffic to {prefix}, write a user-defined route for it with next hop {address} in the route tables of `{hub}`"
            )
        });
        let keep = if idle.unheard.is_empty() {
            "nothing is to be done if it is meant for others".to_owned()
        } else {
            format!("nobody takes it: leave it out, or drop it in a policy towards `{hub}`")
        };
        finding = finding.help(steer.unwrap_or(keep));
        if !meant.iter().any(|prefix| idle.unheard.contains(*prefix)) {
            finding = finding.severity(Severity::Note);
        }
        found.add(finding);
    }
}

/// What a router announces without anybody having asked: its connected subnets, and the static route to the route server that it needs.
fn side_effects(estate: &Context<'_>, nva: RouterId, host: VnetId) -> BTreeSet<Ipv4Net> {
    let RouterKind::Nva { subnet, interfaces } = &estate.topology.router(nva).kind else { return BTreeSet::new() };
    let own = interfaces.iter().map(|(subnet, _)| *subnet).chain([*subnet]);
    let server: Option<SubnetId> = estate.subnet_named(host, crate::azure::ROUTE_SERVER_SUBNET);
    own.chain(server).flat_map(|subnet| &estate.topology.subnet(subnet).ranges).copied().collect()
}

fn policy_words(estate: &Context<'_>) -> String {
    let facts = &estate.topology.facts;
    let fact = if facts.is(Fact::OwnPrefixesLearned, "refused") {
        Fact::OwnPrefixesLearned
    } else {
        Fact::OwnPrefixesToGateways
    };
    let words = match (fact, facts.value(fact)) {
        (Fact::OwnPrefixesLearned, _) => "the route server does not even keep it among its learned routes",
        (_, "held_back") => {
            "the route server keeps it, passes it to other NVAs with branch-to-branch, and not to gateways"
        }
        (_, "express_route") => {
            "the route server keeps it and passes it, with branch-to-branch, to all but a VPN gateway"
        }
        _ => "the route server keeps it and passes it on with branch-to-branch",
    };
    format!("{words} ({})", estate.source_of(fact))
}
