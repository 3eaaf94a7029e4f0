//! RS0117: an address that is not in the subnet it is said to be in.

use super::*;
use crate::lint::questions::placed_addresses::{Placed, Placements};
use crate::topology::SubnetId;

pub(super) static RULE: Rule = Rule {
    code: "RS0117",
    name: "address-outside-subnet",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA, load balancer or private endpoint has an address that is not in its subnet",
    what: "The address of an NVA, of one of its further interfaces, of the frontend of a load balancer or of a private endpoint is in \
           no IPv4 range of the subnet that it names.",
    why: "Azure gives a NIC addresses of its subnet only and refuses any other. Routes and BGP sessions that use the address lead \
          nowhere.",
    fix: "Write an address of the subnet, or name the subnet that the address belongs to.",
    bad: example!("RS0117", "bad"),
    good: example!("RS0117", "good"),
    sources: &[Source { title: "Azure IP address types page", date: "2019-03-05", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let placements = Placements::of(estate);
    for placed in &placements.all {
        let ranges = &estate.topology.subnet(placed.subnet).ranges;
        let Some(range) = ranges.first() else { continue };
        if ranges.iter().any(|range| range.contains(&placed.address)) {
            continue;
        }
        let subnet = estate.topology.subnet_name(placed.subnet);
        let message = format!("{} has the address {}, which is not in `{subnet}`", placed.what, placed.address);
        let mut help = match placements.free_address(estate, placed.subnet) {
            Some(free) => format!("write an address of {range}, such as {free}"),
            None => format!("write an address of {range}"),
        };
        if let Some(home) = home(estate, placed) {
            help.push_str(&format!("; or place it in `{}`, which has this address", estate.topology.subnet_name(home)));
        }
        found.add(
            Finding::new(placed.span, &placed.object, message)
                .label("outside the subnet")
                .also(estate.range_span(placed.subnet), format!("the range of `{subnet}`"))
                .help(help)
                .key(&placed.key),
        );
    }
}

/// The subnet of the VNet that the address belongs to.
fn home(estate: &Context<'_>, placed: &Placed) -> Option<SubnetId> {
    let holds = |id: &SubnetId| estate.topology.subnet(*id).ranges.iter().any(|range| range.contains(&placed.address));
    estate.topology.subnet_ids(placed.subnet.vnet).find(holds)
}
