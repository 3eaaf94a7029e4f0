//! RS1504: a route map that is meant to change what a route server announces of VNets.

use super::*;
use crate::bgp::{Device, Source as Origin};
use crate::source::Span;
use crate::topology::{RouteMaps, RouteServer, Rule as MapRule, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1504",
    name: "route-map-on-vnet-prefix",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a rule of an outbound route map matches only VNet ranges, which route maps cannot change",
    what: "A rule of an outbound route map of a route server has a condition on prefixes that only ranges of its own VNet and of VNets \
           which use it meet, and no route that it learned.",
    why: "Route maps change and filter what a route server learned. They do not touch the VNet ranges that it announces itself: the rule has \
          no effect in Azure, and the NVA receives these ranges all the same.",
    fix: "Filter or change the VNet ranges on the NVA, in its import policy.",
    bad: example!("RS1504", "bad"),
    good: example!("RS1504", "good"),
    sources: &[Source { title: "Route Server route maps page", date: "2026-07-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    // By place of the rule: the VNet ranges that it matches, as long as it matches nothing else.
    let mut idle: BTreeMap<Span, (VnetId, Vec<Ipv4Net>, String)> = BTreeMap::new();
    let mut useful: BTreeSet<Span> = BTreeSet::new();
    for (host, server) in estate.route_servers() {
        let ranges = ranges(estate, host);
        for maps in all_maps(server) {
            useful.extend(maps.inbound.iter().flat_map(|policy| &policy.rules).map(|rule| rule.span));
            for policy in maps.outbound.iter() {
                for rule in &policy.rules {
                    let matched: Vec<Ipv4Net> =
                        ranges.iter().copied().filter(|range| rule.matches_prefix(*range)).collect();
                    if only_vnets(rule, &ranges) && !matched.is_empty() && !matches_learned(estate, host, rule) {
                        idle.entry(rule.span).or_insert((host, matched, policy.name.clone().unwrap_or_default()));
                    } else {
                        useful.insert(rule.span);
                    }
                }
            }
        }
    }
    for (span, (host, matched, map)) in idle.into_iter().filter(|(span, _)| !useful.contains(span)) {
        let vnet = &estate.topology.vnet(host).name;
        let list = few(&matched);
        let message =
            format!("a rule of the route map `{map}` matches only VNet ranges, which route maps cannot change");
        found.add(
            Finding::new(span, format!("route_maps.{map}"), message)
                .key_of(&matched)
                .label("without effect in Azure")
                .affects(list)
                .note("rsctl plans the rule as written")
                .help(format!("do it on the NVA, in its `import: {{ {vnet}: … }}`, and take this rule out")),
        );
    }
}

/// The ranges that a route server announces itself.
fn ranges(estate: &Context<'_>, host: VnetId) -> BTreeSet<Ipv4Net> {
    let spokes = estate.topology.transit_spokes(host).flat_map(|(_, ranges)| ranges);
    estate.topology.vnet(host).ranges.iter().chain(spokes).copied().collect()
}

fn all_maps(server: &RouteServer) -> impl Iterator<Item = &RouteMaps> {
    let peers = server.peers.iter().map(|peer| &peer.route_maps);
    peers.chain([&server.express_route_maps, &server.vpn_maps])
}

/// Whether every prefix that the rule names is a VNet range or inside one.
fn only_vnets(rule: &MapRule, ranges: &BTreeSet<Ipv4Net>) -> bool {
    let mut named = rule.prefix.iter().chain(&rule.within).peekable();
    named.peek().is_some() && named.all(|prefix| ranges.iter().any(|range| range.contains(prefix)))
}

/// Whether the route server learns anything that the rule matches.
fn matches_learned(estate: &Context<'_>, host: VnetId, rule: &MapRule) -> bool {
    let ribs = estate.ribs();
    let matching =
        ribs.class_ids().filter(|class| ribs.class(*class).prefixes.iter().any(|prefix| rule.matches_prefix(*prefix)));
    let mut learned = matching.flat_map(|class| {
        let instances = ribs.network.instances(Device::RouteServer(host));
        instances.flat_map(move |id| ribs.view(estate.topology, class, id).candidates)
    });
    learned.any(|candidate| matches!(candidate.source, Origin::Neighbor(_)))
}
