//! RS0905: equal paths of different sources, between which nothing documented decides.

use super::*;
use crate::bgp::{Device, SpeakerId, View};
use crate::topology::VnetId;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS0905",
    name: "undocumented-tie",
    group: Group::Unknown,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server chooses between equal paths of different sources, and nobody documents how",
    what: "At a route server the best paths to a prefix have the same length and come from a VPN gateway and an NVA, or, with the \
           preference ASPath, from the ExpressRoute gateway and another source.",
    why: "Microsoft documents the order of sources and of path lengths, and nothing for such a tie. rsctl takes the answer of the \
          fact that is named; Azure may choose otherwise, and may choose differently after a failure.",
    fix: "Make one of the paths longer, so that its length decides. `facts` in the file says which answer rsctl is to plan with.",
    bad: example!("RS0905", "bad"),
    good: example!("RS0905", "good"),
    sources: &[
        Source { title: "Route Server hub routing preference page", date: "2025-09-17", status: Status::Documented },
        Source { title: "Virtual WAN hub routing preference page", date: "2024-12-10", status: Status::Documented },
        Source { title: "nothing documented for the tie at a route server", date: "2026", status: Status::Assumed },
    ],
    check,
};

/// Ties at one route server.
#[derive(Default)]
struct Ties {
    prefixes: BTreeSet<Ipv4Net>,
    between: BTreeSet<Device>,
    facts: BTreeSet<Fact>,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let ties = ties(estate, host);
        let Some(place) = estate.preference_span(host).filter(|_| !ties.facts.is_empty()) else { continue };
        let hub = &estate.topology.vnet(host).name;
        let between = few(ties.between.iter().map(|device| estate.said(*device)));
        let message =
            format!("equal paths at the route server of `{hub}`, and nothing documented decides between them");
        let mut finding = Finding::new(place, estate.route_server_path(host), message)
            .label(format!("{between} bring paths of one length"))
            .affects(few(&ties.prefixes))
            .help(help(estate, &ties));
        for fact in ties.facts {
            let (name, value) = (fact.name(), estate.topology.facts.value(fact));
            finding = finding.note(format!("planned with `{name}: {value}` ({})", estate.source_of(fact)));
        }
        found.add(finding);
    }
}

/// An NVA can prepend; what comes over a gateway has to be made longer at its far end.
fn help(estate: &Context<'_>, ties: &Ties) -> String {
    match ties.between.iter().find(|device| matches!(device, Device::Router(_))) {
        Some(nva) => {
            format!(
                "if {} is the way to fall back on, let it prepend its ASN once; else let the far end of the gateway do so",
                estate.said(*nva)
            )
        }
        None => "let the far end of the gateway that is to be the way to fall back on prepend its ASN once".into(),
    }
}

fn ties(estate: &Context<'_>, host: VnetId) -> Ties {
    let mut ties = Ties::default();
    for (class, speaker, view) in estate.choices(host) {
        let (facts, between) = tie(estate, speaker, &view);
        if !facts.is_empty() {
            ties.facts.extend(facts);
            ties.between.extend(between);
            ties.prefixes.extend(&estate.ribs().class(class).prefixes);
        }
    }
    ties
}

/// The open facts that a decision rests on, and whose paths are equal: what survives, and what an undocumented step removed.
fn tie(estate: &Context<'_>, speaker: SpeakerId, view: &View) -> (BTreeSet<Fact>, BTreeSet<Device>) {
    let open = |fact: &Fact| matches!(fact, Fact::VpnNvaTie | Fact::AsPathModeTie);
    let Some(decision) = &view.decision else { return Default::default() };
    let by_fact = decision.losses.iter().filter_map(|loss| Some((loss.candidate, loss.step.fact().filter(open)?)));
    let removed: Vec<(usize, Fact)> = by_fact.collect();
    let equal = decision.survivors.iter().copied().chain(removed.iter().map(|(candidate, _)| *candidate));
    let from = |index| estate.came_over(speaker, &view.candidates[index]).map(|neighbor| estate.device(neighbor.peer));
    let between: BTreeSet<Device> = equal.filter_map(from).collect();
    let mut facts: BTreeSet<Fact> = removed.into_iter().map(|(_, fact)| fact).collect();
    let any = |kind: fn(&Device) -> bool| between.iter().any(kind);
    let express_route = any(|device| matches!(device, Device::ExpressRouteGateway(_)));
    let vpn = any(|device| matches!(device, Device::VpnGateway(_)));
    let nva = any(|device| matches!(device, Device::Router(_)));
    if express_route && (vpn || nva) {
        facts.insert(Fact::AsPathModeTie);
    } else if vpn && nva {
        facts.insert(Fact::VpnNvaTie);
    }
    (facts, between)
}
