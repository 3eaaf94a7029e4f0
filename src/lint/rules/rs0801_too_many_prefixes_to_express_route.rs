//! RS0801: more prefixes than an ExpressRoute circuit takes from a gateway.

use super::*;
use crate::analysis::limits::{GatewayLoad, prefixes};
use crate::bgp::Device;
use crate::lint::questions::summaries::{cover, merged};
use crate::source::Span;
use crate::topology::{Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS0801",
    name: "too-many-prefixes-to-express-route",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an ExpressRoute gateway announces more prefixes than a circuit takes",
    what: "The IPv4 prefixes that an ExpressRoute gateway announces to a circuit, those of its VNet and spokes and those that NVAs \
           and VPN sites gave the route server, are more than the documented limit of one connection.",
    why: "The circuit closes the BGP session with the gateway, and on-premises loses every route to Azure over it, not only those \
          that are too many.",
    fix: "Announce summaries: let NVAs send supernets, tag with no-advertise what on-premises need not know, and write \
          `summarized_gateway_prefixes` for the VNets behind the gateway.",
    bad: example!("RS0801", "bad"),
    good: example!("RS0801", "good"),
    sources: &[
        Source { title: "ExpressRoute limits", date: "2023-10-09", status: Status::Documented },
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::ExpressRoutePrefixes);
    for load in estate.loads().express_route.iter().filter(|load| load.count > limit) {
        let message = format!(
            "the ExpressRoute gateway of `{}` announces {} prefixes to a circuit that takes {limit}",
            estate.topology.vnet(load.gateway).name,
            load.count
        );
        found.add(finding(estate, load, message, "the circuit closes the session with this gateway"));
    }
}

/// A finding on what a gateway announces: who brings how much, and what can be written as one.
pub(super) fn finding(estate: &Context<'_>, load: &GatewayLoad, message: String, label: &str) -> Finding {
    let topology = estate.topology;
    let vnet = estate.written_vnet(load.gateway);
    let place = vnet.body.express_route_gateway.as_ref().map_or(vnet.name.span, |gateway| gateway.span);
    let circuits = few_names(load.circuits.iter().map(|id| topology.circuit(*id).name.as_str()));
    let mut finding =
        Finding::new(place, format!("{}.express_route_gateway", estate.vnet_path(load.gateway)), message).label(label);
    let mut brought: Vec<(usize, Device)> =
        load.brought.iter().map(|(device, classes)| (prefixes(estate.ribs(), classes).len(), *device)).collect();
    brought.sort_by_key(|(count, device)| (std::cmp::Reverse(*count), *device));
    for (count, device) in brought.iter().take(3) {
        if let Some(span) = device_span(topology, *device) {
            finding = finding.also(span, format!("brings {count} of them"));
        }
    }
    let limit = estate.limit_words(Fact::ExpressRoutePrefixes);
    finding
        .affects(format!("everything that {circuits} learns of Azure from this gateway"))
        .note(format!("{limit}; {} of {} are ranges of VNets", load.own.len(), load.count))
        .help(help(estate, load, brought.first()))
}

fn device_span(topology: &Topology, device: Device) -> Option<Span> {
    match device {
        Device::Router(id) => Some(topology.router(id).span),
        Device::VpnGateway(id) => topology.vnet(id).vpn_gateway.as_ref().map(|gateway| gateway.span),
        _ => None,
    }
}

/// Where most of the prefixes come from, there is most to gain.
fn help(estate: &Context<'_>, load: &GatewayLoad, largest: Option<&(usize, Device)>) -> String {
    if let Some((count, device)) = largest.filter(|(count, _)| *count > load.own.len()) {
        let room = estate.limit(Fact::ExpressRoutePrefixes).saturating_sub(load.count - count);
        let who = estate.said(*device);
        return match merged(&prefixes(estate.ribs(), &load.brought[device]), room)
            .filter(|ranges| ranges.len() < *count)
        {
            Some(ranges) => format!("let {who} announce {} instead: the same addresses", few(ranges)),
            None => format!("let {who} announce summaries: there is room for {room} of its prefixes beside the others"),
        };
    }
    match own_cover(estate, load) {
        Some(range) => {
            format!("write `summarized_gateway_prefixes: [{range}]` in the VNet (in Azure since 2026-08-20)")
        }
        None => "write `summarized_gateway_prefixes` for the VNets behind it (in Azure since 2026-08-20)".into(),
    }
}

/// One range for all VNets behind the gateway that touches nobody else's.
fn own_cover(estate: &Context<'_>, load: &GatewayLoad) -> Option<Ipv4Net> {
    let topology = estate.topology;
    let range = cover(&load.own).filter(|range| range.prefix_len() >= 8)?;
    let behind: BTreeSet<VnetId> =
        topology.transit_spokes(load.gateway).map(|(id, _)| id).chain([load.gateway]).collect();
    let others = topology.vnet_ids().filter(|id| !behind.contains(id)).flat_map(|id| &topology.vnet(id).ranges);
    let announced = topology.routers.iter().flat_map(|router| &router.originates).map(|route| &route.prefix);
    let touches = |other: &Ipv4Net| other.prefix_len() > 0 && (range.contains(other) || other.contains(&range));
    (!others.chain(announced).any(touches)).then_some(range)
}
