//! RS1207: a user-defined route hides a BGP route of the same prefix.

use super::*;
use crate::effective::Hop;
use crate::lint::phrases::hops_text;
use crate::lint::questions::user_routes::{TableRoute, UsedTable};
use crate::topology::SubnetId;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS1207",
    name: "route-shadows-bgp",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "a user-defined route replaces a BGP route of the same prefix with another next hop",
    what: "A user-defined route has exactly the prefix of a route that a gateway or a route server programs on the same subnet, and \
           sends somewhere else.",
    why: "For one prefix the user-defined route always wins, and the BGP route is listed as Invalid. That is how traffic is steered \
          through a firewall on purpose; it also means that BGP no longer moves this traffic when a path fails.",
    fix: "Keep it where the steering is meant. Otherwise remove the route and let BGP decide.",
    bad: example!("RS1207", "bad"),
    good: example!("RS1207", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

/// The next hops of the BGP routes that a route hides, each with the VNets' subnets; of VNets that share both, once.
pub(super) fn hidden_hops(
    estate: &Context<'_>,
    used: &UsedTable<'_>,
    route: &TableRoute<'_>,
) -> BTreeMap<Vec<Hop>, Vec<SubnetId>> {
    let mut hidden: BTreeMap<Vec<Hop>, Vec<SubnetId>> = BTreeMap::new();
    let Some(range) = route.range().filter(|_| used.table.propagation) else { return hidden };
    for one in used.one_per_vnet() {
        if let Some(row) = estate.table(one).gateway_row(range) {
            let subnets = used.subnets.iter().filter(|subnet| subnet.vnet == one.vnet);
            hidden.entry(row.next_hops).or_default().extend(subnets);
        }
    }
    hidden
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        for route in used.routes() {
            let mut hidden = hidden_hops(estate, &used, &route);
            hidden.retain(|hops, _| route.appliance().is_none_or(|address| *hops != [Hop::Address(address)]));
            let Some((hops, _)) = hidden.first_key_value() else { continue };
            let message = format!(
                "route `{}` hides the BGP route of {} to {}",
                route.route.name,
                route.prefix(),
                hops_text(hops)
            );
            let subnets: Vec<SubnetId> = hidden.values().flatten().copied().collect();
            found.add(
                Finding::new(route.prefix_span(), used.route_path(route.route), message)
                    .label(format!("sends to {}; the BGP route is Invalid", route.sends_to()))
                    .affects(estate.subnets_text(&subnets))
                    .help("keep it where the steering is meant, or remove it and let BGP decide"),
            );
        }
    }
}
