//! RS0104: a RouteServerSubnet that deploys but is smaller than the documentation asks for.

use super::rs0103_route_server_subnet_too_small::LONGEST;
use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0104",
    name: "route-server-subnet-below-documented-minimum",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Only(Ruleset::Azure),
    summary: "RouteServerSubnet is smaller than the documented minimum, though Azure still accepts it",
    what: "A VNet has a `route_server`, and its `RouteServerSubnet` is a /27. Since 2025-09 the documentation asks for a /26 or \
           larger. With `as_of` before that day the rule is silent, because a /27 was the documented minimum then.",
    why: "Nothing is known to break: labs of 2026-08 deployed route servers into a /27, and the exam AZ-700 still says that a /27 or \
          larger is fine. But it is outside what Microsoft documents, a later deployment may be refused, and a subnet with a route \
          server in it cannot be resized.",
    fix: "Give a new route server a /26. Leave a running one alone until it has to be deployed anew for another reason.",
    bad: example!("RS0104", "bad"),
    good: example!("RS0104", "good"),
    sources: &[
        Source { title: "Route Server quickstart", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented },
        Source { title: "Route Server quickstart (a /27 then)", date: "2021-04-16", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder (a /27 deployed)",
            date: "2026-08",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let length = estate.limit(Fact::RouteServerSubnetLength) as u8;
    for (subnet, _) in estate.route_server_subnets() {
        let small = |range: &ipnet::Ipv4Net| range.prefix_len() > length && range.prefix_len() <= LONGEST;
        let Some(range) = estate.widest_range(subnet).filter(small) else { continue };
        let name = estate.topology.subnet_name(subnet);
        let message = format!("`{name}` is a /{}, below the documented minimum of a /{length}", range.prefix_len());
        let help = match estate.roomier_range(subnet, length) {
            Some(free) => format!("for a new route server write {free}, which is free in this VNet"),
            None => format!("a new route server needs a free /{length}: extend the address space of the VNet"),
        };
        found.add(
            Finding::new(estate.range_span(subnet), estate.subnet_path(subnet), message)
                .label(format!("the documentation says /{length} or larger"))
                .help(help)
                .note(format!(
                    "the documented minimum is a /{length} ({})",
                    estate.source_of(Fact::RouteServerSubnetLength)
                ))
                .note("the exam AZ-700 says that a /27 or larger is fine, as the documentation did from 2021 to 2025"),
        );
    }
}
