//! RS1104: a user-defined route to an appliance that cannot pass the packets on.

use super::*;
use crate::analysis::forward::{End, Place, Way};
use crate::lint::questions::sample_addresses::last_usable;
use crate::syntax::document::UserNextHop;
use crate::topology::{UserPrefix, UserRoute};
use ipnet::{IpNet, Ipv4Net};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1104",
    name: "appliance-has-no-way-on",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a user-defined route sends a network to an appliance that has no route to it",
    what: "A user-defined route for the range of a VNet or for a prefix of a site points at an appliance, and no way from that \
           appliance reaches the destination: its subnet has no route to it, drops it or sends it to the internet.",
    why: "The appliance takes the packets and its NIC loses them. Peerings are not transitive: an appliance reaches only its own \
          VNet, the VNets peered with that, and what its own BGP, gateways and route tables bring.",
    fix: "Move the appliance to a VNet that is peered with the destination, peer the two VNets, or give the appliance's subnet a route \
          to the destination.",
    bad: example!("RS1104", "bad"),
    good: example!("RS1104", "good"),
    sources: &[Source { title: "virtual network peering overview", date: "2018", status: Status::Documented }],
    check,
};

fn is_lost(way: &Way) -> bool {
    matches!(way.end, End::Dropped | End::Nobody(_)) || way.end == End::Internet
}

/// An address of a VNet or a site that the route is for: its prefix is one of their ranges or inside one.
fn destination(estate: &Context<'_>, prefix: Ipv4Net) -> Option<(String, Ipv4Addr)> {
    let vnet = estate.topology.vnet_ids().find(|id| estate.topology.vnet(*id).covers(prefix));
    if let Some(id) = vnet {
        return Some((format!("VNet `{}`", estate.topology.vnet(id).name), estate.address_of(id, prefix)?));
    }
    let site = estate.topology.routers.iter().find(|router| {
        let has =
            |origin: &crate::topology::Origination| origin.prefix.prefix_len() > 0 && origin.prefix.contains(&prefix);
        !router.is_nva() && router.originates.iter().any(has)
    })?;
    Some((format!("site `{}`", site.name), last_usable(prefix)?))
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let used: std::collections::BTreeSet<_> =
        estate.subnets().filter_map(|id| estate.topology.subnet(id).route_table).collect();
    for table in used {
        let table = &estate.topology.route_tables[table.index()];
        for route in &table.routes {
            if let Some(finding) = look_at(estate, &table.name, route) {
                found.add(finding);
            }
        }
    }
}

fn look_at(estate: &Context<'_>, table: &str, route: &UserRoute) -> Option<Finding> {
    let UserNextHop::VirtualAppliance(address) = route.next_hop else { return None };
    let UserPrefix::Range(IpNet::V4(prefix)) = route.prefix else { return None };
    let (name, to) = destination(estate, prefix)?;
    let forwarding = estate.forwarding();
    let routers = forwarding.index.routers_at(estate.topology, address);
    let stuck = routers.iter().find(|router| {
        let ways = forwarding.ways(Place::Router(**router), to);
        !ways.is_empty() && ways.iter().all(is_lost)
    })?;
    let router = estate.topology.router(*stuck);
    let end = forwarding.ways(Place::Router(*stuck), to).first().map(|way| way.end);
    let happens = match end {
        Some(End::Internet) => "they leave for the internet",
        _ => "they are dropped",
    };
    let message =
        format!("`{}` has no way to {name}: packets for {prefix} that this route sends there are lost", router.name);
    Some(
        Finding::new(route.span, format!("route_tables.{table}.routes.{}", route.name), message)
            .label(format!("{prefix} goes to `{}`", router.name))
            .also(router.span, format!("its NIC has no route to {name}: {happens}"))
            .help(format!(
                "peer the VNet of `{}` with {name}, or give the appliance's subnet a route to {prefix}",
                router.name
            )),
    )
}
