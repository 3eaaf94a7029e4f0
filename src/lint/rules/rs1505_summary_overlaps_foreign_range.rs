//! RS1505: a summary of gateway prefixes that draws traffic for somebody else.

use super::*;
use crate::bgp::{Device, SpeakerId};
use crate::topology::VnetId;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS1505",
    name: "summary-overlaps-foreign-range",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a summarized gateway prefix covers a range that is not behind the gateway, and draws its traffic",
    what: "An entry of `summarized_gateway_prefixes` covers a range that is behind another gateway, or a prefix of a site, \
           and somebody who receives the summary knows nothing more specific for that range.",
    why: "Azure announces the summary as written and does not check it. Whoever receives it sends the traffic for the foreign range to \
          this gateway, which has no way to it.",
    fix: "Write narrower summaries that cover only the VNet of the gateway and the VNets that use it.",
    bad: example!("RS1505", "bad"),
    good: example!("RS1505", "good"),
    sources: &[
        Source { title: "advertised gateway prefixes page", date: "2026-03-31", status: Status::Documented },
        Source {
            title: "github.com/erjosito/lab-summarized-gw-prefixes",
            date: "2026-04-27",
            status: Status::Observed,
        },
    ],
    check,
};

/// A range that is not behind the gateway, with words for whose it is.
struct Foreign {
    range: Ipv4Net,
    site: bool,
    owner: String,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for host in estate.topology.vnet_ids() {
        let vnet = estate.topology.vnet(host);
        if vnet.vpn_gateway.is_none() && vnet.express_route_gateway.is_none() {
            continue;
        }
        for summary in &estate.written_vnet(host).body.summarized_gateway_prefixes {
            let all = foreign(estate, host, summary.value);
            let misled = if all.is_empty() { Vec::new() } else { misled(estate, host, summary.value, &all) };
            let Some((_, who)) = misled.first() else { continue };
            let list: Vec<String> =
                misled.iter().map(|(foreign, _)| format!("{} of {}", foreign.range, foreign.owner)).collect();
            let message = format!("the summary {} of `{}` also covers {}", summary.value, vnet.name, list[0]);
            let mut finding = Finding::new(summary.span, estate.vnet_path(host), message)
                .key(summary.value.to_string())
                .label("covers ranges that are not behind this gateway")
                .affects(few(&list))
                .note(format!("`{who}` knows nothing more specific and sends this traffic to `{}`", vnet.name))
                .help(narrower(estate, host, summary.value, &all));
            // Sites usually know each other by a network that the file does not hold.
            if misled.iter().all(|(foreign, _)| foreign.site) {
                finding = finding
                    .severity(Severity::Note)
                    .note("a network between the sites that this file does not hold may tell more");
            }
            found.add(finding);
        }
    }
}

fn foreign(estate: &Context<'_>, host: VnetId, summary: Ipv4Net) -> Vec<Foreign> {
    let behind: BTreeSet<VnetId> = estate.topology.transit_spokes(host).map(|(spoke, _)| spoke).chain([host]).collect();
    let mut all = Vec::new();
    for id in estate.topology.vnet_ids().filter(|id| !behind.contains(id)) {
        let vnet = estate.topology.vnet(id);
        // A VNet that on-premises does not reach in any case loses nothing.
        let provider = vnet.provider.map(|provider| estate.topology.vnet(provider));
        if !provider.is_some_and(|host| host.vpn_gateway.is_some() || host.express_route_gateway.is_some()) {
            continue;
        }
        let covered = vnet.ranges.iter().filter(|range| summary.contains(*range));
        all.extend(covered.map(|range| Foreign { range: *range, site: false, owner: format!("VNet `{}`", vnet.name) }));
    }
    for site in estate.topology.routers.iter().filter(|router| !router.is_nva()) {
        let prefixes = site.originates.iter().map(|origination| origination.prefix);
        let inside = prefixes.filter(|prefix| summary.contains(prefix) && *prefix != summary);
        all.extend(inside.map(|range| Foreign { range, site: true, owner: format!("site `{}`", site.name) }));
    }
    all
}

/// The foreign ranges for which somebody follows the summary, with the first who does.
fn misled<'f>(estate: &Context<'_>, host: VnetId, summary: Ipv4Net, all: &'f [Foreign]) -> Vec<(&'f Foreign, String)> {
    let ribs = estate.ribs();
    let class = ribs.class_ids().find(|class| ribs.class(*class).prefixes.binary_search(&summary).is_ok());
    let Some(class) = class else { return Vec::new() };
    let receives = |id: &SpeakerId| {
        let device = ribs.network.speaker(*id).device;
        let outside = match device {
            Device::Router(router) => !estate.topology.router(router).is_nva(),
            Device::VpnGateway(vnet) => vnet != host,
            _ => false,
        };
        let way = if outside { estate.way_back(class, *id) } else { Vec::new() };
        way.last().is_some_and(|origin| ribs.network.speaker(*origin).device.vnet() == Some(host))
    };
    let receivers: Vec<(SpeakerId, BTreeSet<Ipv4Net>)> =
        ribs.holders(class).into_iter().filter(receives).map(|id| (id, estate.held_inside(id, summary))).collect();
    let follows = |foreign: &Foreign| {
        let knows = |held: &BTreeSet<Ipv4Net>| {
            let covers = (summary.prefix_len() + 1..=foreign.range.prefix_len())
                .filter_map(|length| Ipv4Net::new(foreign.range.network(), length).ok());
            covers.into_iter().any(|cover| held.contains(&cover.trunc()))
        };
        let misled = receivers.iter().find(|(id, held)| {
            let own = ribs.network.speaker(*id).device.vnet();
            !knows(held) && !own.is_some_and(|vnet| estate.topology.vnet(vnet).covers(foreign.range))
        });
        misled.map(|(id, _)| ribs.network.speaker(*id).device.name(estate.topology))
    };
    all.iter().filter_map(|foreign| Some((foreign, follows(foreign)?))).collect()
}

/// Summaries that cover what is behind the gateway and nothing foreign.
fn narrower(estate: &Context<'_>, host: VnetId, summary: Ipv4Net, all: &[Foreign]) -> String {
    let spokes = estate.topology.transit_spokes(host).flat_map(|(_, ranges)| ranges);
    let own = estate.topology.vnet(host).ranges.iter().chain(spokes).copied();
    let own: Vec<Ipv4Net> = own.filter(|range| summary.contains(range)).collect();
    if own.is_empty() {
        return format!("take it out: nothing inside it is behind `{}`", estate.topology.vnet(host).name);
    }
    let foreign = |net: &Ipv4Net| all.iter().any(|foreign| net.contains(&foreign.range));
    let first = own[0];
    let covers = |net: &Ipv4Net| own.iter().all(|range| net.contains(range));
    let one = (summary.prefix_len() + 1..=first.prefix_len()).rev().find_map(|length| {
        let net = Ipv4Net::new(first.network(), length).ok()?.trunc();
        covers(&net).then_some(net)
    });
    match one.filter(|net| !foreign(net)) {
        Some(net) => format!("announce {net} instead"),
        None => format!("announce the parts instead: {}", few(Ipv4Net::aggregate(&own))),
    }
}
