//! RS0808: on-premises announces more prefixes than a circuit takes.

use super::*;
use crate::bgp::{ClassId, Device, SessionKind, SpeakerId};
use crate::lint::questions::summaries::merged;
use crate::topology::{CircuitId, RouterId};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0808",
    name: "too-many-prefixes-from-circuit",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a site announces more prefixes over a circuit than the circuit takes",
    what: "The sites behind a circuit announce more IPv4 prefixes over one link of its private peering than the documented limit.",
    why: "The circuit closes the BGP session with the site, and Azure loses every route to on-premises over it.",
    fix: "Announce summaries from on-premises, or order the premium add-on for the circuit, which takes more prefixes.",
    bad: example!("RS0808", "bad"),
    good: example!("RS0808", "good"),
    sources: &[Source { title: "ExpressRoute limits", date: "2023-10-09", status: Status::Documented }],
    check,
};

/// What a circuit with the premium add-on takes (ExpressRoute limits, 2023-10-09).
const WITH_PREMIUM: usize = 10_000;

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::CircuitPrefixes);
    for index in 0..estate.topology.circuits.len() {
        let id = CircuitId(index as u32);
        let links = estate.ribs().network.instances(Device::Edge(id)).collect::<Vec<_>>();
        let fullest = links.into_iter().map(|link| heard(estate, link)).max_by_key(|(count, _)| *count);
        if let Some((count, by_site)) = fullest.filter(|(count, _)| *count > limit) {
            found.add(finding(estate, id, count, by_site, limit));
        }
    }
}

/// How many prefixes a link hears from sites, and the classes that each site announces.
fn heard(estate: &Context<'_>, edge: SpeakerId) -> (usize, BTreeMap<RouterId, Vec<ClassId>>) {
    let network = &estate.ribs().network;
    let mut by_site: BTreeMap<RouterId, Vec<ClassId>> = BTreeMap::new();
    let mut count = 0;
    if !network.speaker(edge).neighbors.iter().any(|neighbor| neighbor.kind == SessionKind::EdgeSite) {
        return (count, by_site);
    }
    for class in estate.ribs().class_ids() {
        let mut any = false;
        for received in estate.view(class, edge).received.iter().filter(|received| received.accepted.is_ok()) {
            let neighbor = &network.speaker(edge).neighbors[received.neighbor];
            if let (SessionKind::EdgeSite, Device::Router(site)) =
                (neighbor.kind, network.speaker(neighbor.peer).device)
            {
                any = true;
                by_site.entry(site).or_default().push(class);
            }
        }
        count += if any { estate.ribs().class(class).prefixes.len() } else { 0 };
    }
    (count, by_site)
}

fn finding(
    estate: &Context<'_>,
    id: CircuitId,
    count: usize,
    by_site: BTreeMap<RouterId, Vec<ClassId>>,
    limit: usize,
) -> Finding {
    let circuit = estate.topology.circuit(id);
    let message =
        format!("on-premises announces {count} prefixes over circuit `{}`, which takes {limit}", circuit.name);
    let prefixes_of = |classes: &[ClassId]| -> Vec<Ipv4Net> {
        classes.iter().flat_map(|class| estate.ribs().class(*class).prefixes.clone()).collect()
    };
    let mut sites: Vec<(RouterId, Vec<Ipv4Net>)> =
        by_site.iter().map(|(site, classes)| (*site, prefixes_of(classes))).collect();
    sites.sort_by_key(|(site, prefixes)| (std::cmp::Reverse(prefixes.len()), *site));
    let mut finding = Finding::new(circuit.span, format!("circuits.{}", circuit.name), message)
        .label("the circuit closes the session with the site")
        .note(estate.limit_words(Fact::CircuitPrefixes));
    for (site, prefixes) in sites.iter().take(3) {
        finding = finding.also(estate.topology.router(*site).span, format!("announces {} of them", prefixes.len()));
    }
    let summary = sites.first().and_then(|(site, prefixes)| {
        let room = limit.saturating_sub(count - prefixes.len());
        let ranges = few(merged(prefixes, room)?);
        Some(format!("let `{}` announce {ranges} instead: the same addresses", estate.topology.router(*site).name))
    });
    let summary = summary.unwrap_or_else(|| format!("announce summaries; {} prefixes have to go", count - limit));
    let premium = count <= WITH_PREMIUM && !estate.topology.facts.chosen(Fact::CircuitPrefixes);
    finding.help(if premium {
        format!("{summary}; or, with the premium add-on, write `facts: {{ circuit_prefixes: {WITH_PREMIUM} }}`")
    } else {
        summary
    })
}
