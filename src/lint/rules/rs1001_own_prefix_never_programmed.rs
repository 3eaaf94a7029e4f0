//! RS1001: an NVA that announces a part of the route server's own VNet.

use super::*;
use crate::bgp::Relation;
use crate::lint::questions::idle_announcements::{Idle, idle};
use crate::source::Span;
use crate::topology::{RouterId, SubnetId, Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS1001",
    name: "own-prefix-never-programmed",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a prefix inside the route server's own VNet, and no NIC takes it",
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
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "github.com/malgebary/Azure-Route-Server-MicroHack", date: "2021", status: Status::Observed },
    ],
    check,
};

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
            .affects(few(&idle.prefixes));
    if let Some(span) = estate.peer_span(host, nva) {
        finding = finding.also(span, "announced to this route server");
    }
    if !idle.heard.is_empty() {
        let heard = few(idle.heard.iter().map(|device| estate.said(*device)));
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
    let own = estate.topology.router(nva).nics().map(|(subnet, _)| subnet);
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
