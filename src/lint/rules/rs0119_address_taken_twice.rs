//! RS0119: one address for two.

use super::*;
use crate::lint::questions::placed_addresses::{Placed, Placements};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0119",
    name: "address-taken-twice",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "two NVAs, load balancers or private endpoints of a VNet have the same address",
    what: "Two of these have the same address in one VNet: NICs of NVAs, frontends of load balancers, private endpoints. An NVA that \
           lists its own address again among its interfaces is not meant. Instances of route servers and gateways are not looked at.",
    why: "Azure gives an address of a VNet to one of them and refuses it to the next. A route to that address says which machine is \
          meant, so a plan with two of them is wrong for one.",
    fix: "Give one of them another address of its subnet.",
    bad: example!("RS0119", "bad"),
    good: example!("RS0119", "good"),
    sources: &[Source { title: "Azure IP address types page", date: "2019-03-05", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let placements = Placements::of(estate);
    let mut by_address: BTreeMap<_, Vec<&Placed>> = BTreeMap::new();
    for placed in &placements.all {
        let list = by_address.entry((placed.subnet.vnet, placed.address)).or_default();
        // An NVA may list all its NICs, the one that BGP runs from included.
        if !list.iter().any(|other| other.object == placed.object && other.subnet == placed.subnet) {
            list.push(placed);
        }
    }
    for ((_, address), list) in by_address {
        let [first, second, others @ ..] = list.as_slice() else { continue };
        let message = match others.len() {
            0 => format!("{} and {} have the same address {address}", first.what, second.what),
            more => format!("{}, {} and {more} more have the same address {address}", first.what, second.what),
        };
        let help = match placements.free_address(estate, second.subnet) {
            Some(free) => format!("give the second another address: {free} is free in its subnet"),
            None => "give one of them another address".to_owned(),
        };
        let mut finding = Finding::new(second.span, &second.object, message)
            .label("taken already")
            .also(first.span, format!("{} has it", first.what))
            .help(help)
            .key(address.to_string());
        for other in others.iter().take(3) {
            finding = finding.also(other.span, format!("{} too", other.what));
        }
        found.add(finding);
    }
}
