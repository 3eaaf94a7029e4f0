//! RS1305: two subnets whose packets pass different appliances there and back.

use super::*;
use crate::analysis::forward::{End, Place, Way};
use crate::lint::questions::inspection::inspecting;
use crate::source::Span;
use crate::topology::{RouterId, SubnetId, VnetId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1305",
    name: "asymmetric-path",
    group: Group::Asymmetry,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "packets between two VNets pass an appliance in one direction only, or different ones there and back",
    what: "Packets from one subnet to another pass an appliance that does not translate sources, and the answers come back without \
           it: directly over a peering, or through another appliance.",
    why: "A stateful firewall drops a connection of which it sees one direction. Traffic of the other direction is not inspected.",
    fix: "Give both sides routes to the same appliance: a user-defined route for the other's range in each subnet.",
    bad: example!("RS1305", "bad"),
    good: example!("RS1305", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

struct Asymmetry {
    one: SubnetId,
    other: SubnetId,
    passed: BTreeSet<RouterId>,
    back: BTreeSet<RouterId>,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut by_cause: BTreeMap<(Span, BTreeSet<RouterId>), Vec<Asymmetry>> = BTreeMap::new();
    for (one, other) in pairs(estate) {
        if let Some(asymmetry) = compare(estate, one, other) {
            let cause = estate.table_span(asymmetry.other);
            by_cause.entry((cause, asymmetry.passed.clone())).or_default().push(asymmetry);
        }
    }
    let name = |id: &RouterId| format!("`{}`", estate.topology.router(*id).name);
    // Subnets that share a table share the cause, wherever they name it.
    let mut told: BTreeSet<(Option<u32>, VnetId, BTreeSet<RouterId>)> = BTreeSet::new();
    for ((span, passed), all) in by_cause {
        let (from, to) = (all[0].one, all[0].other);
        let table = estate.topology.subnet(to).route_table.map(|table| table.0);
        let scope = if table.is_some() { VnetId(0) } else { to.vnet };
        if !told.insert((table, scope, passed.clone())) {
            continue;
        }
        let (there, back) = (few(passed.iter().map(name)), few(all[0].back.iter().map(name)));
        let (here, away) = (estate.topology.subnet_name(to), estate.topology.subnet_name(from));
        let answer = if back.is_empty() { "directly".to_owned() } else { format!("through {back}") };
        let message = format!("packets from `{away}` to `{here}` pass {there}, the answers come back {answer}");
        let others: BTreeSet<String> = all.iter().map(|pair| estate.topology.subnet_name(pair.one)).collect();
        let address = passed.iter().find_map(|id| estate.topology.router(*id).address);
        let range = estate.topology.subnet(from).ranges.first().map(ToString::to_string).unwrap_or_default();
        let hop = address.map(|address| format!(", next_hop: {address}")).unwrap_or_default();
        found.add(
            Finding::new(span, estate.subnet_path(to), message)
                .key_of(passed.iter().map(|id| &estate.topology.router(*id).name))
                .label(format!("`{here}` answers {answer}"))
                .also(estate.table_span(from), "the other side")
                .affects(format!("connections of {} with `{here}`", few_names(others)))
                .help(format!("give the routes of `{here}` an entry `{{ prefix: {range}{hop} }}`")),
        );
    }
}

/// Subnets of VNets that are peered, and of neighbouring spokes of one hub: enough to meet every kind of pair, not every pair.
fn pairs(estate: &Context<'_>) -> Vec<(SubnetId, SubnetId)> {
    let workloads = |vnet: VnetId| -> Vec<SubnetId> {
        estate
            .topology
            .subnet_ids(vnet)
            .filter(|id| estate.is_workload(*id) && estate.address_in(*id).is_some())
            .collect()
    };
    // By name, so that the order of the file decides nothing.
    let name = |id: VnetId| estate.topology.vnet(id).name.as_str();
    let mut vnets: BTreeMap<(&str, &str), (VnetId, VnetId)> = BTreeMap::new();
    let mut pair = |one: VnetId, other: VnetId| {
        let (first, second) = if name(one) < name(other) { (one, other) } else { (other, one) };
        vnets.insert((name(first), name(second)), (first, second));
    };
    for one in estate.topology.vnet_ids() {
        let links = estate.topology.vnet(one).links.iter().filter(|link| link.connected);
        links.for_each(|link| pair(one, link.remote));
        let mut spokes: Vec<VnetId> = estate.topology.transit_spokes(one).map(|(spoke, _)| spoke).collect();
        spokes.sort_by_key(|id| name(*id));
        spokes.windows(2).for_each(|two| pair(two[0], two[1]));
    }
    let mut pairs = Vec::new();
    for (one, other) in vnets.into_values() {
        let others = workloads(other);
        for first in workloads(one) {
            pairs.extend(others.iter().map(|second| (first, *second)));
        }
    }
    pairs
}

/// The asymmetries of a pair, in either direction.
fn compare(estate: &Context<'_>, one: SubnetId, other: SubnetId) -> Option<Asymmetry> {
    let forwarding = estate.forwarding();
    let arrive = |ways: &[Way], at: VnetId| !ways.is_empty() && ways.iter().all(|way| way.end == End::Vnet(at));
    let there = forwarding.ways(Place::Subnet(one), estate.address_in(other)?);
    let back = forwarding.ways(Place::Subnet(other), estate.address_in(one)?);
    if !arrive(&there, other.vnet) || !arrive(&back, one.vnet) {
        return None;
    }
    let (passed, returned) = (inspecting(estate, &there), inspecting(estate, &back));
    if !passed.is_empty() && passed.is_disjoint(&returned) {
        return Some(Asymmetry { one, other, passed, back: returned });
    }
    (!returned.is_empty() && passed.is_disjoint(&returned)).then_some(Asymmetry {
        one: other,
        other: one,
        passed: returned,
        back: passed,
    })
}
