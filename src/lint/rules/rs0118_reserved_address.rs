//! RS0118: an address that Azure keeps for itself.

use super::*;
use crate::lint::questions::placed_addresses::{Placements, is_kept};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS0118",
    name: "reserved-address",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA, load balancer or private endpoint uses an address that Azure keeps",
    what: "An NVA, one of its further interfaces, the frontend of a load balancer or a private endpoint has one of the first four \
           addresses of its subnet, or the last. Of a subnet with several ranges only the first range counts, because the others \
           are not documented.",
    why: "Azure keeps these five addresses of every subnet: the network itself, the gateway, two for DNS and the broadcast. It refuses \
          to give them to anything.",
    fix: "Use another address of the subnet.",
    bad: example!("RS0118", "bad"),
    good: example!("RS0118", "good"),
    sources: &[
        Source { title: "Azure IP address types page", date: "2019-03-05", status: Status::Documented },
        Source { title: "Virtual Network FAQ", date: "2019-02-12", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let placements = Placements::of(estate);
    for placed in &placements.all {
        let first = estate.topology.subnet(placed.subnet).ranges.first();
        let Some(range) = first.filter(|range| is_kept(**range, placed.address)) else { continue };
        let message = format!("{} has the address {}, which Azure keeps for itself", placed.what, placed.address);
        let help = match placements.free_address(estate, placed.subnet) {
            Some(free) => format!("use another address of {range}: {free} is free"),
            None => format!("use another address; {range} has no free one"),
        };
        found.add(
            Finding::new(placed.span, &placed.object, message)
                .label(format!("{} of {range}", purpose(*range, placed.address)))
                .help(help)
                .key(&placed.key),
        );
    }
}

/// What Azure uses one of the five addresses for.
fn purpose(range: Ipv4Net, address: Ipv4Addr) -> &'static str {
    match u32::from(address) - u32::from(range.network()) {
        0 => "the network address",
        1 => "the default gateway",
        2 | 3 => "an address for Azure DNS",
        _ => "the last address",
    }
}
