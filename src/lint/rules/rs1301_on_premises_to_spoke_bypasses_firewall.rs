//! RS1301: a firewall that sees packets to on-premises, and not those that come back.

use super::*;
use crate::analysis::forward::Place;
use crate::azure::GATEWAY_SUBNET;
use crate::lint::questions::inspection::{by_gateway_of, inspecting, sites};
use crate::topology::{RouterId, SubnetId, VnetId};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1301",
    name: "on-premises-to-spoke-bypasses-firewall",
    group: Group::Asymmetry,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "packets to on-premises pass an appliance, packets from there do not",
    what: "Subnets send traffic for a site through an appliance, and GatewaySubnet has no route that sends the answers, or what the \
           site begins, through the same appliance. Appliances that translate sources (`snat: true`) do not count.",
    why: "A stateful firewall that sees one direction only drops the connection. Where it does not, traffic from on-premises is not \
          inspected.",
    fix: "Give GatewaySubnet a route table with one route for each of these ranges, equal to the VNet's range or longer, to the same \
          appliance.",
    bad: example!("RS1301", "bad"),
    good: example!("RS1301", "good"),
    sources: &[
        Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for hub in estate.topology.vnet_ids() {
        let vnet = estate.topology.vnet(hub);
        if vnet.vpn_gateway.is_none() && vnet.express_route_gateway.is_none() {
            continue;
        }
        let Some(gateway_subnet) = estate.subnet_named(hub, GATEWAY_SUBNET) else { continue };
        let sites = sites(estate, hub);
        let mut bypassed: Vec<SubnetId> = Vec::new();
        let mut appliances: BTreeSet<RouterId> = BTreeSet::new();
        let mut from: BTreeSet<RouterId> = BTreeSet::new();
        for vnet in std::iter::once(hub).chain(estate.topology.transit_spokes(hub).map(|(spoke, _)| spoke)) {
            for subnet in estate.topology.subnet_ids(vnet).filter(|id| estate.is_workload(*id)) {
                if let Some((passed, site)) = one_way(estate, hub, gateway_subnet, subnet, &sites) {
                    bypassed.push(subnet);
                    appliances.extend(passed);
                    from.insert(site);
                }
            }
        }
        if bypassed.is_empty() {
            continue;
        }
        let through = few_names(appliances.iter().map(|id| &estate.topology.router(*id).name));
        let names = few_names(from.iter().map(|id| &estate.topology.router(*id).name));
        let ranges: BTreeSet<String> =
            bypassed.iter().flat_map(|id| &estate.topology.subnet(*id).ranges).map(ToString::to_string).collect();
        let message =
            format!("what {names} sends to these subnets does not pass {through}, while their packets to it do");
        found.add(
            Finding::new(estate.table_span(gateway_subnet), estate.subnet_path(gateway_subnet), message)
                .label(format!("no route here sends them through {through}"))
                .affects(few_names(bypassed.iter().map(|id| estate.topology.subnet_name(*id))))
                .help(format!("add routes for {} to the appliance to the table of `{GATEWAY_SUBNET}`", few(ranges))),
        );
    }
}

/// The appliances that packets of a subnet to a site pass and those back do not, and the site.
fn one_way(
    estate: &Context<'_>,
    hub: VnetId,
    gateway_subnet: SubnetId,
    subnet: SubnetId,
    sites: &[(RouterId, Ipv4Addr)],
) -> Option<(BTreeSet<RouterId>, RouterId)> {
    let forwarding = estate.forwarding();
    let own = estate.address_in(subnet)?;
    sites.iter().find_map(|(site, address)| {
        let there = forwarding.ways(Place::Subnet(subnet), *address);
        if by_gateway_of(&there, *site) != Some(hub) {
            return None;
        }
        let passed = inspecting(estate, &there);
        let back = inspecting(estate, &forwarding.ways(Place::Subnet(gateway_subnet), own));
        (!passed.is_empty() && passed.is_disjoint(&back)).then_some((passed, *site))
    })
}
