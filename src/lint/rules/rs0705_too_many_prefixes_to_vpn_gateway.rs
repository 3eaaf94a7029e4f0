//! RS0705: a peer of a VPN gateway that sends more prefixes than the gateway takes.

use super::*;
use crate::analysis::limits::prefixes;
use crate::bgp::Device;
use crate::lint::questions::summaries::merged;
use crate::topology::{Topology, TunnelEnd};

pub(super) static RULE: Rule = Rule {
    code: "RS0705",
    name: "too-many-prefixes-to-vpn-gateway",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a BGP peer sends a VPN gateway more prefixes than it takes",
    what: "The far end of a VPN connection announces more prefixes to one instance of a VPN gateway than the gateway takes from one \
           peer.",
    why: "The gateway closes the BGP session, and every route of the peer is gone until it sends fewer.",
    fix: "Let the peer announce summaries instead of single prefixes.",
    bad: example!("RS0705", "bad"),
    good: example!("RS0705", "good"),
    sources: &[Source { title: "VPN Gateway FAQ", date: "2026", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::VpnPrefixes);
    for ((id, tunnel), load) in estate.loads().vpn.iter().filter(|(_, load)| load.count > limit) {
        let (id, count) = (*id, load.count);
        let tunnel = &estate.topology.tunnels[*tunnel as usize];
        let ends = tunnel.sides.each_ref().map(|side| end_device(side.end));
        let Some(far) = ends.into_iter().find(|end| *end != Device::VpnGateway(id)) else { continue };
        let far = estate.said(far);
        let message = format!("{far} sends {count} prefixes to the VPN gateway of `{}`", estate.topology.vnet(id).name);
        let prefixes = prefixes(estate.ribs(), &load.classes);
        let help = match merged(&prefixes, limit) {
            Some(ranges) => format!("let {far} announce {} instead: the same addresses", few(ranges)),
            None => format!("let {far} announce summaries; {} prefixes have to go", count - limit),
        };
        let [one, other] = tunnel.sides.each_ref().map(|side| end_name(estate.topology, side.end));
        found.add(
            Finding::new(tunnel.span, estate.connection_path(one, other), message)
                .key(&estate.topology.vnet(id).name)
                .label("the gateway closes this session")
                .help(help)
                .note(estate.limit_words(Fact::VpnPrefixes)),
        );
    }
}

fn end_device(end: TunnelEnd) -> Device {
    match end {
        TunnelEnd::Gateway(id) => Device::VpnGateway(id),
        TunnelEnd::Router(id) => Device::Router(id),
    }
}

fn end_name(topology: &Topology, end: TunnelEnd) -> &str {
    match end {
        TunnelEnd::Gateway(id) => &topology.vnet(id).name,
        TunnelEnd::Router(id) => &topology.router(id).name,
    }
}
