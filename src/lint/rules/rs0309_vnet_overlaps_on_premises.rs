//! RS0309: a VNet and a site behind its gateways that have the same addresses.

use super::*;
use crate::source::Span;
use crate::topology::{RouterId, TunnelEnd, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0309",
    name: "vnet-overlaps-on-premises",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet has addresses that a site behind its gateways has too",
    what: "A site that is connected to the gateways of a VNet, or to those that the VNet borrows, has a prefix that is equal to a range \
           of the VNet or inside it. A prefix that is wider than the range is a summary and is left alone.",
    why: "The VNet keeps its own range to itself: packets to these addresses never leave it, and gateway routes inside it are not \
          programmed. The site likewise keeps what it has. Hosts in the overlap cannot talk to the other end.",
    fix: "Give the VNet another range, or renumber the site. Where neither can be done, translate addresses on the VPN gateway or on \
          an NVA.",
    bad: example!("RS0309", "bad"),
    good: example!("RS0309", "good"),
    sources: &[
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, sites) in sites_of_gateways(estate) {
        let mut prefixes: Vec<(Ipv4Net, RouterId, Span)> = Vec::new();
        for site in sites {
            let originates = estate.topology.router(site).originates.iter();
            prefixes.extend(originates.map(|one| (one.prefix, site, one.span)));
        }
        prefixes.sort_unstable();
        let spokes = estate.topology.transit_spokes(host).map(|(spoke, _)| spoke);
        for vnet in std::iter::once(host).chain(spokes) {
            overlaps(estate, vnet, &prefixes, found);
        }
    }
}

/// The sites that each VNet's gateways are connected to, by tunnel or circuit.
fn sites_of_gateways(estate: &Context<'_>) -> BTreeMap<VnetId, BTreeSet<RouterId>> {
    let mut sites: BTreeMap<VnetId, BTreeSet<RouterId>> = BTreeMap::new();
    for tunnel in &estate.topology.tunnels {
        if let [TunnelEnd::Gateway(host), TunnelEnd::Router(router)]
        | [TunnelEnd::Router(router), TunnelEnd::Gateway(host)] = [tunnel.sides[0].end, tunnel.sides[1].end]
            && !estate.topology.router(router).is_nva()
        {
            sites.entry(host).or_default().insert(router);
        }
    }
    for circuit in &estate.topology.circuits {
        for host in &circuit.gateways {
            sites.entry(*host).or_default().extend(&circuit.sites);
        }
    }
    sites
}

fn overlaps(estate: &Context<'_>, id: VnetId, prefixes: &[(Ipv4Net, RouterId, Span)], found: &mut Findings) {
    let mut by_site: BTreeMap<RouterId, Vec<(Ipv4Net, Ipv4Net, Span)>> = BTreeMap::new();
    for range in &estate.topology.vnet(id).ranges {
        let first = prefixes.partition_point(|(prefix, ..)| prefix.network() < range.network());
        let inside = prefixes[first..].iter().take_while(|(prefix, ..)| prefix.network() <= range.broadcast());
        for (prefix, site, span) in inside.filter(|(prefix, ..)| range.contains(prefix)) {
            by_site.entry(*site).or_default().push((*range, *prefix, *span));
        }
    }
    for (site, pairs) in by_site {
        let (name, site) = (estate.name_of(id), estate.topology.router(site));
        let (range, prefix, span) = pairs[0];
        let message = if range == prefix {
            format!("VNet `{name}` and the site `{}` both have {range}", site.name)
        } else {
            format!("{prefix} of the site `{}` lies in {range} of VNet `{name}`", site.name)
        };
        let free = estate.free_space(range).map_or(String::new(), |free| format!(", such as {free}"));
        found.add(
            Finding::new(estate.space_span(id, range), estate.vnet_path(id), message)
                .key(site.name.as_str())
                .label("packets to these addresses stay in the VNet")
                .also(span, format!("`{}` has them too", site.name))
                .affects(format!(
                    "{} of `{}` cannot be reached from `{name}`",
                    few(pairs.iter().map(|pair| pair.1)),
                    site.name
                ))
                .help(format!("give `{name}` another range{free}, or renumber `{}`", site.name)),
        );
    }
}
