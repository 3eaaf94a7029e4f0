//! RS0103: a RouteServerSubnet that Azure refuses for its size.

use super::*;
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS0103",
    name: "route-server-subnet-too-small",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "RouteServerSubnet is a /28 or smaller",
    what: "A VNet has a `route_server`, and the IPv4 range of its `RouteServerSubnet` is longer than /27.",
    why: "A /27 was the documented minimum from 2021 to 2025, and since 2025-09 it is a /26. Anything smaller than a /27 is a failed \
          deployment.",
    fix: "Give the subnet a /26. A subnet with a route server in it cannot be resized: plan the range before the first deployment.",
    bad: example!("RS0103", "bad"),
    good: example!("RS0103", "good"),
    sources: &[
        Source { title: "Route Server quickstart", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server quickstart", date: "2021-04-16", status: Status::Documented },
    ],
    check,
};

/// The longest prefix that Azure was ever seen to take.
pub(super) const LONGEST: u8 = 27;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (subnet, server) in estate.route_server_subnets() {
        let Some(range) = estate.widest_range(subnet).filter(|range| range.prefix_len() > LONGEST) else { continue };
        let length = estate.limit(Fact::RouteServerSubnetLength) as u8;
        let name = estate.topology.subnet_name(subnet);
        let message = format!("`{name}` is a /{}, smaller than Azure accepts", range.prefix_len());
        let addresses = 1u64 << (32 - range.prefix_len());
        let help = match estate.roomier_range(subnet, length) {
            Some(free) => format!("give it a /{length}: {free} is free in this VNet"),
            None => format!("give it a /{length}; the address space has no free one, so extend it first"),
        };
        let mut finding = Finding::new(estate.range_span(subnet), estate.subnet_path(subnet), message)
            .label(plural(addresses as usize, "address", "addresses"))
            .also(server, "the route server that cannot be deployed there")
            .help(help)
            .note(format!(
                "the documented minimum is a /{length} ({})",
                estate.source_of(Fact::RouteServerSubnetLength)
            ));
        if estate.ruleset == Ruleset::Az700 {
            finding = finding.note("the exam says /27 or larger");
        }
        found.add(finding);
    }
}
