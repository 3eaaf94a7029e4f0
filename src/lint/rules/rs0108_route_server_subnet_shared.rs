//! RS0108: something else in RouteServerSubnet.

use super::*;
use crate::lint::questions::placed_addresses::{Placed, Placements};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0108",
    name: "route-server-subnet-shared",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "RouteServerSubnet holds something besides the route server",
    what: "A VNet has a `route_server`, and an NVA, the frontend of a load balancer or a private endpoint is placed in its \
           `RouteServerSubnet`. There is one finding for each subnet.",
    why: "The subnet belongs to the route server alone. Azure deploys nothing else into it, and does not deploy a route server into a \
          subnet that is in use.",
    fix: "Give the other resources a subnet of their own.",
    bad: example!("RS0108", "bad"),
    good: example!("RS0108", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented },
    ],
    check,
};

/// The size to suggest for a subnet of their own.
const LENGTH: u8 = 27;

/// Most other places that are pointed at.
const MOST: usize = 4;

fn check(estate: &Context<'_>, found: &mut Findings) {
    let placements = Placements::of(estate);
    let mut inside: BTreeMap<_, Vec<&Placed>> = estate.route_server_subnets().map(|(id, _)| (id, Vec::new())).collect();
    for placed in &placements.all {
        if let Some(list) = inside.get_mut(&placed.subnet) {
            list.push(placed);
        }
    }
    for (subnet, list) in inside {
        let Some((first, others)) = list.split_first() else { continue };
        let name = estate.topology.subnet_name(subnet);
        let message = match others.len() {
            0 => format!("{} sits in `{name}`", first.what),
            more => format!("{} and {more} more sit in `{name}`", first.what),
        };
        let help = match estate.free_range(subnet.vnet, LENGTH) {
            Some(range) => format!("move what is not the route server to another subnet: {range} is free in this VNet"),
            None => "move what is not the route server to another subnet".to_owned(),
        };
        let mut finding = Finding::new(first.subnet_span, estate.subnet_path(subnet), message)
            .label("this subnet is for the route server alone")
            .help(help);
        for other in others.iter().take(MOST) {
            finding = finding.also(other.subnet_span, format!("{} too", other.what));
        }
        found.add(finding);
    }
}
