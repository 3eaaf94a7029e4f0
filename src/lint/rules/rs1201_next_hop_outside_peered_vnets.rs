//! RS1201: a user-defined route to an address that no peering reaches.

use super::*;
use crate::lint::questions::address_holders::Appliances;
use crate::lint::questions::user_routes::{TableRoute, UsedTable};
use crate::topology::{SubnetId, VnetId};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1201",
    name: "next-hop-outside-peered-vnets",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a user-defined route sends to an address that its subnet does not reach",
    what: "A user-defined route names an address as next hop that lies neither in the VNet of a subnet that uses the route table, nor \
           in a VNet joined to it by a connected peering.",
    why: "Azure hands packets to an appliance only within the VNet or over a direct peering: not over two peerings in a row, and not \
          over a gateway. Azure accepts the route all the same, and every packet that it matches is dropped.",
    fix: "Peer the two VNets, or send to an appliance or a load balancer that the subnet reaches directly.",
    bad: example!("RS1201", "bad"),
    good: example!("RS1201", "good"),
    sources: &[
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "virtual network peering overview", date: "2018", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let appliances = estate.appliances();
    for used in estate.used_tables() {
        for (address, routes) in used.by_appliance() {
            let lost = used.subnets_in(|vnet| !estate.topology.reaches(vnet, address));
            if let Some(first) = lost.first() {
                found.add(finding(estate, appliances, &used, (address, &routes), &lost, first.vnet));
            }
        }
    }
}

fn finding(
    estate: &Context<'_>,
    appliances: &Appliances<'_>,
    used: &UsedTable<'_>,
    (address, routes): (Ipv4Addr, &[TableRoute<'_>]),
    lost: &[SubnetId],
    from: VnetId,
) -> Finding {
    let subnet = estate.topology.subnet_name(lost[0]);
    let others = if lost.len() == 1 { String::new() } else { format!(" and {} more", lost.len() - 1) };
    let message = format!("table `{}` sends to {address}, which `{subnet}`{others} does not reach", used.table.name);
    let from_name = &estate.topology.vnet(from).name;
    let mut finding = Finding::new(routes[0].next_hop_span(), used.path(), message)
        .key(address.to_string())
        .label(format!("neither in `{from_name}` nor in a VNet peered with it"))
        .affects(estate.subnets_text(lost))
        .affects(format!("traffic to {}", few(routes.iter().map(TableRoute::prefix))));
    let owner = estate.topology.vnet_ids().find(|id| *id != from && estate.topology.vnet(*id).covers(address.into()));
    let near = appliances.in_reach(from).map(|(name, address)| format!("send to {address} (`{name}`)"));
    let help = match owner {
        Some(owner) => {
            let name = &estate.topology.vnet(owner).name;
            finding = finding.also(estate.topology.vnet(owner).span, format!("{address} lies in this VNet"));
            let mut links = estate.topology.vnet(from).links.iter();
            let peer = match links.find(|link| link.remote == owner) {
                Some(link) => {
                    finding = finding.also(link.span, "this peering does not bring the address");
                    format!("complete the peering of `{from_name}` and `{name}`")
                }
                None => {
                    format!("add the peering `{{ between: [{from_name}, {name}], allow_forwarded_traffic: true }}`")
                }
            };
            near.map(|near| format!("{peer}, or {near}")).unwrap_or(peer)
        }
        None => near.unwrap_or_else(|| format!("send to an appliance in `{from_name}` or in a VNet peered with it")),
    };
    let shown = if estate.topology.facts.is(Fact::UnreachableNextHop, "invalid") {
        "listed as Invalid, as the fact `unreachable_next_hop` was chosen"
    } else {
        "listed as Active; Microsoft does not document what such a route looks like"
    };
    finding.note(format!("the route is {shown}")).help(help)
}
