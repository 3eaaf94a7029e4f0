//! RS1402: more prefixes than a route server holds.

use super::*;
use crate::analysis::limits::prefixes;
use crate::bgp::Device;
use crate::lint::questions::summaries::merged;
use crate::source::Span;
use crate::topology::Topology;
use ipnet::Ipv4Net;

pub(super) static RULE: Rule = Rule {
    code: "RS1402",
    name: "too-many-prefixes",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server holds more prefixes than Azure allows",
    what: "The prefixes of VNets, NVAs, VPN sites and circuits that a route server holds are more than the documented limit for all of \
           them together.",
    why: "The limit holds besides the one for a single peer: several NVAs that each keep below theirs can exceed it. Beyond it nothing \
          is promised, and routes may be missing.",
    fix: "Announce summaries, or spread the NVAs and sites over several hubs.",
    bad: example!("RS1402", "bad"),
    good: example!("RS1402", "good"),
    sources: &[
        Source { title: "Route Server limits", date: "2025", status: Status::Documented },
        Source { title: "Route Server capacity page", date: "2025-10-31", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::PrefixesPerRouteServer);
    for (host, _) in estate.route_servers() {
        let Some(held) = estate.loads().held.get(&host).filter(|held| held.count > limit) else { continue };
        let Some(server) = estate.written_route_server(host) else { continue };
        let hub = &estate.topology.vnet(host).name;
        let message = format!("the route server of `{hub}` holds {} prefixes", held.count);
        let mut finding = Finding::new(server.span, estate.route_server_path(host), message)
            .label("those of VNets, NVAs and gateways together")
            .note(estate.limit_words(Fact::PrefixesPerRouteServer));
        let mut brought: Vec<(Vec<Ipv4Net>, Device)> =
            held.brought.iter().map(|(device, classes)| (prefixes(estate.ribs(), classes), *device)).collect();
        brought.sort_by_key(|(prefixes, device)| (std::cmp::Reverse(prefixes.len()), *device));
        for (prefixes, device) in brought.iter().take(3) {
            if let Some(span) = place(estate.topology, *device) {
                finding = finding.also(span, format!("brings {} of them", prefixes.len()));
            }
        }
        found.add(finding.help(help(estate, held.count, limit, brought.first())));
    }
}

fn place(topology: &Topology, device: Device) -> Option<Span> {
    match device {
        Device::Router(id) => Some(topology.router(id).span),
        Device::VpnGateway(id) => topology.vnet(id).vpn_gateway.as_ref().map(|gateway| gateway.span),
        Device::ExpressRouteGateway(id) => topology.vnet(id).express_route_gateway.as_ref().map(|gateway| gateway.span),
        Device::RouteServer(_) | Device::Edge(_) => None,
    }
}

fn help(estate: &Context<'_>, count: usize, limit: usize, largest: Option<&(Vec<Ipv4Net>, Device)>) -> String {
    let over = count - limit;
    let Some((prefixes, device)) = largest else { return format!("move {over} of them to another hub") };
    let who = estate.said(*device);
    match merged(prefixes, prefixes.len().saturating_sub(over)) {
        Some(ranges) => format!("let {who} announce {} instead: the same addresses", few(ranges)),
        None => format!("let {who} announce summaries; {over} prefixes have to go"),
    }
}
