//! RS0808: on-premises announces more prefixes than a circuit takes.

use super::*;
use crate::analysis::limits::{CircuitLoad, prefixes};
use crate::lint::questions::summaries::merged;
use crate::topology::{CircuitId, RouterId};
use ipnet::Ipv4Net;

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
    for (id, load) in estate.loads().circuits.iter().filter(|(_, load)| load.count > limit) {
        found.add(finding(estate, *id, load, limit));
    }
}

fn finding(estate: &Context<'_>, id: CircuitId, load: &CircuitLoad, limit: usize) -> Finding {
    let count = load.count;
    let circuit = estate.topology.circuit(id);
    let message =
        format!("on-premises announces {count} prefixes over circuit `{}`, which takes {limit}", circuit.name);
    let mut sites: Vec<(RouterId, Vec<Ipv4Net>)> =
        load.by_site.iter().map(|(site, classes)| (*site, prefixes(estate.ribs(), classes))).collect();
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
