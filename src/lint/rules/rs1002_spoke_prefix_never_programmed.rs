//! RS1002: an NVA that announces a part of a VNet that the route server's VNet is peered with.

use super::rs1001_own_prefix_never_programmed::finding;
use super::*;
use crate::bgp::{ClassId, Relation};
use crate::lint::questions::idle_announcements::{Idle, idle};
use crate::lint::questions::summaries::cover;
use crate::topology::{Link, RouterId, VnetId};
use ipnet::Ipv4Net;
use prefix_trie::PrefixMap;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1002",
    name: "spoke-prefix-never-programmed",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a prefix inside a peered VNet, and no NIC takes it",
    what: "An NVA originates a prefix that is equal to or inside a range of a VNet peered with its route server's VNet, other than the \
           VNets of its own NICs, and no VNet that the route server serves takes it. It is a note only where somebody else hears the \
           announcement and may have use for it.",
    why: "The routes of a peering are preferred to everything that BGP brings, and a route server does not program prefixes of the \
          spokes behind it. An NVA cannot draw the traffic between spokes to itself by announcing the ranges of the spokes.",
    fix: "Announce a supernet that is wider than every VNet concerned, which spokes that are not peered with each other do take, or \
          write user-defined routes in the spokes.",
    bad: example!("RS1002", "bad"),
    good: example!("RS1002", "good"),
    sources: &[
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-s2s-vpn",
            date: "2021-04",
            status: Status::Observed,
        },
    ],
    check,
};

/// Ranges of peered VNets, by the VNet that sees them.
type Peered = BTreeMap<VnetId, PrefixMap<Ipv4Net, VnetId>>;

fn check(estate: &Context<'_>, found: &mut Findings) {
    let peered: Peered = estate.route_servers().map(|(host, _)| (host, ranges_around(estate, host))).collect();
    let pick = |class, nva, host| picked(estate, &peered, class, nva, host);
    for ((nva, host), idle) in idle(estate, pick) {
        let vnets: BTreeSet<VnetId> = idle.prefixes.iter().filter_map(|prefix| owner(&peered, host, *prefix)).collect();
        // Of a VNet that the gateways do not announce themselves, the announcement is what makes it known beyond them.
        let borrows = |vnet: &VnetId| estate.topology.transit_spokes(host).any(|(spoke, _)| spoke == *vnet);
        if idle.unheard.is_empty() && !vnets.iter().all(borrows) {
            continue;
        }
        let names = few_names(vnets.iter().map(|id| estate.topology.vnet(*id).name.as_str()));
        let (name, hub) = (&estate.topology.router(nva).name, &estate.topology.vnet(host).name);
        let message =
            format!("`{name}` announces a part of {names} to the route server of `{hub}`, which is peered with it");
        let Some(finding) = finding(estate, nva, host, &idle, message) else { continue };
        let finding = finding.help(help(estate, nva, host, &idle));
        found.add(if idle.unheard.is_empty() { finding.severity(Severity::Note) } else { finding });
    }
}

fn ranges_around(estate: &Context<'_>, host: VnetId) -> PrefixMap<Ipv4Net, VnetId> {
    let links = estate.topology.vnet(host).links.iter().filter(|link| link.connected);
    links.flat_map(|link| link.remote_ranges.iter().map(|range| (*range, link.remote))).collect()
}

/// The peered VNet that a prefix belongs to.
fn owner(peered: &Peered, host: VnetId, prefix: Ipv4Net) -> Option<VnetId> {
    peered.get(&host)?.get_lpm(&prefix).map(|(_, vnet)| *vnet)
}

/// The prefixes of a class that lie in a peered VNet where the NVA has no NIC, and that nobody takes.
fn picked(estate: &Context<'_>, peered: &Peered, class: ClassId, nva: RouterId, host: VnetId) -> Vec<Ipv4Net> {
    let class = estate.ribs().class(class);
    let filtered = match class.relation(host) {
        Some(Relation::OwnRange | Relation::InsideOwn) => return Vec::new(),
        Some(Relation::TransitRange) => true,
        Some(Relation::InsideTransit) => estate.topology.facts.is(Fact::InsideTransitSpoke, "filtered"),
        None => false,
    };
    let own = own_vnets(estate, nva);
    let foreign = |prefix: Ipv4Net| owner(peered, host, prefix).is_some_and(|vnet| !own.contains(&vnet));
    let taken = |prefix: Ipv4Net| !filtered && is_taken(estate, host, prefix);
    class.prefixes.iter().copied().filter(|prefix| foreign(*prefix) && !taken(*prefix)).collect()
}

fn own_vnets(estate: &Context<'_>, nva: RouterId) -> BTreeSet<VnetId> {
    estate.topology.router(nva).nics().map(|(subnet, _)| subnet.vnet).collect()
}

/// True when NICs of some spoke take a prefix.
fn is_taken(estate: &Context<'_>, host: VnetId, prefix: Ipv4Net) -> bool {
    !estate.topology.facts.is(Fact::InjectionFilter, "route_server") && has_stranger(estate, host, prefix)
}

/// True when a spoke of the route server is neither the owner of a prefix nor peered with it.
fn has_stranger(estate: &Context<'_>, host: VnetId, prefix: Ipv4Net) -> bool {
    let topology = estate.topology;
    let sees = |link: &Link| link.connected && link.remote_ranges.iter().any(|range| range.contains(&prefix));
    topology.transit_spokes(host).any(|(spoke, _)| {
        let spoke = topology.vnet(spoke);
        !spoke.covers(prefix) && !spoke.links.iter().any(sees)
    })
}

fn help(estate: &Context<'_>, nva: RouterId, host: VnetId, idle: &Idle) -> String {
    if idle.unheard.is_empty() {
        return "nothing is to be done if it is meant for others".into();
    }
    let name = &estate.topology.router(nva).name;
    let address =
        estate.topology.router(nva).address.map(|address| format!(" with next hop {address}")).unwrap_or_default();
    let routes = format!("write user-defined routes{address} in the subnets whose traffic is to pass `{name}`");
    // A supernet draws traffic only where no peering leads to the parts.
    let draws = idle.prefixes.iter().any(|prefix| has_stranger(estate, host, *prefix));
    match supernet(estate, host, idle).filter(|_| draws) {
        Some(range) => format!(
            "let `{name}` announce {range} instead, with propagation off in the subnets of its own NICs, or {routes}"
        ),
        None => routes,
    }
}

/// The narrowest range that holds all of the prefixes and lies in no VNet around the route server.
fn supernet(estate: &Context<'_>, host: VnetId, idle: &Idle) -> Option<Ipv4Net> {
    let vnet = estate.topology.vnet(host);
    let links = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
    let around: Vec<&Ipv4Net> = vnet.ranges.iter().chain(links).collect();
    let prefixes: Vec<Ipv4Net> = idle.prefixes.iter().copied().collect();
    let wider = std::iter::successors(cover(&prefixes), Ipv4Net::supernet);
    let fits = |range: &Ipv4Net| !around.iter().any(|other| other.contains(range));
    wider.take_while(|range| range.prefix_len() >= 8).find(fits)
}
