//! RS1203: a user-defined route to an address that nobody has.

use super::*;
use crate::lint::questions::user_routes::{TableRoute, UsedTable};
use crate::topology::{SubnetId, VnetId};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1203",
    name: "next-hop-unowned",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a user-defined route sends to an address that no NVA and no load balancer has",
    what: "A user-defined route names an address as next hop that lies in the VNet or in a VNet peered with it, but no NVA of the file \
           has a NIC with it and no load balancer has it as its frontend.",
    why: "Azure does not check that anybody has the address: the route stays Active, and the packets go nowhere. Where the appliance \
          exists and is only missing from the file, rsctl cannot follow the traffic any further.",
    fix: "Write the address of an appliance that exists, or add the appliance under `nvas` or `load_balancers`. An appliance without \
          `asn`, such as Azure Firewall, needs only its subnet and its address.",
    bad: example!("RS1203", "bad"),
    good: example!("RS1203", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

/// All that sends to one address.
#[derive(Default)]
struct Senders<'a> {
    first: Option<TableRoute<'a>>,
    prefixes: Vec<String>,
    subnets: Vec<SubnetId>,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let appliances = estate.appliances();
    let mut unowned: BTreeMap<(VnetId, Ipv4Addr), Senders<'_>> = BTreeMap::new();
    for used in estate.used_tables() {
        for (address, routes) in used.by_appliance() {
            for vnet in used.vnets() {
                let Some(there) = estate.vnet_of_address(vnet, address) else { continue };
                if appliances.at(there, address).is_some() || estate.platform(there, address).is_some() {
                    continue;
                }
                let senders = unowned.entry((there, address)).or_default();
                senders.add(&used, &routes, vnet);
            }
        }
    }
    for ((vnet, address), senders) in unowned {
        let Some(first) = senders.first else { continue };
        let name = &estate.topology.vnet(vnet).name;
        let message = format!("no NVA and no load balancer of `{name}` has the next hop {address}");
        let mut finding = Finding::new(first.next_hop_span(), estate.vnet_path(vnet), message)
            .key(address.to_string())
            .label("nobody is described at this address")
            .affects(estate.subnets_text(&senders.subnets))
            .affects(format!("traffic to {}", few(senders.prefixes)));
        let mut subnets = estate.topology.subnet_ids(vnet);
        let inside = |id: &SubnetId| estate.topology.subnet(*id).ranges.iter().any(|range| range.contains(&address));
        let place = match subnets.find(inside) {
            Some(id) => {
                finding = finding.also(estate.range_span(id), "it would lie in this subnet");
                estate.topology.subnet_name(id)
            }
            None => format!("{name}/nva"),
        };
        let describe = format!("describe it under `nvas`, such as `fw: {{ subnet: {place}, ip: {address} }}`");
        found.add(finding.help(match appliances.in_vnet(vnet) {
            Some((other, there)) => format!("write {there} (`{other}`) if that is meant, or {describe}"),
            None => describe,
        }));
    }
}

impl<'a> Senders<'a> {
    fn add(&mut self, used: &UsedTable<'a>, routes: &[TableRoute<'a>], vnet: VnetId) {
        self.first = self.first.or(routes.first().copied());
        for prefix in routes.iter().map(TableRoute::prefix) {
            if !self.prefixes.contains(&prefix) {
                self.prefixes.push(prefix);
            }
        }
        self.subnets.extend(used.subnets.iter().filter(|subnet| subnet.vnet == vnet));
    }
}
