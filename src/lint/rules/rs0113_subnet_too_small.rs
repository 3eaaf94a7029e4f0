//! RS0113: a subnet that is smaller than Azure makes them.

use super::*;
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS0113",
    name: "subnet-too-small",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a subnet is smaller than a /29",
    what: "The IPv4 range of a subnet is longer than /29; of a subnet with several ranges, all of them. The `RouteServerSubnet` of a \
           route server needs more and is left to the rule route-server-subnet-too-small.",
    why: "Azure keeps five addresses of every subnet for itself, the first four and the last. A /30 has four, so nothing would be \
          left, and Azure refuses it.",
    fix: "Give the subnet a /29 or larger.",
    bad: example!("RS0113", "bad"),
    good: example!("RS0113", "good"),
    sources: &[Source { title: "Virtual Network FAQ", date: "2019-02-12", status: Status::Documented }],
    check,
};

/// The longest prefix of a subnet.
pub(super) const LONGEST: u8 = 29;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.subnets() {
        let Some(range) = estate.widest_range(id).filter(|range| range.prefix_len() > LONGEST) else { continue };
        let is_for_route_server = estate.topology.subnet(id).name == ROUTE_SERVER_SUBNET;
        if is_for_route_server && estate.route_server_span(id.vnet).is_some() {
            continue;
        }
        let message =
            format!("`{}` is a /{}, smaller than Azure accepts", estate.topology.subnet_name(id), range.prefix_len());
        let addresses = plural(1 << (32 - range.prefix_len()), "address", "addresses");
        let help = match estate.roomier_range(id, LONGEST) {
            Some(free) => format!("give it a /{LONGEST} or larger: {free} is free in this VNet"),
            None => format!("give it a /{LONGEST} or larger; the address space has no free one, so extend it first"),
        };
        found.add(
            Finding::new(estate.range_span(id), estate.subnet_path(id), message)
                .label(format!("{addresses}, and Azure keeps five"))
                .help(help),
        );
    }
}
