//! RS1301: a firewall that sees packets to on-premises, and not those that come back.

use super::*;
use crate::analysis::forward::{End, Place, Way};
use crate::azure::GATEWAY_SUBNET;
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

/// Appliances of a way that do not translate sources.
pub(super) fn inspecting(estate: &Context<'_>, ways: &[Way]) -> BTreeSet<RouterId> {
    let routers = ways.iter().flat_map(Way::routers);
    routers.filter(|id| estate.topology.router(*id).is_nva() && !estate.topology.router(*id).snat).collect()
}

/// Sites that the gateways of a VNet reach by themselves, each with an address: the first prefix that is no default route.
pub(super) fn sites(estate: &Context<'_>, hub: VnetId) -> Vec<(RouterId, Ipv4Addr)> {
    let address = |id: RouterId| {
        let prefixes = estate.topology.router(id).originates.iter().map(|origin| origin.prefix);
        prefixes.filter(|prefix| prefix.prefix_len() > 1).find_map(last_usable)
    };
    let vnet = estate.topology.vnet(hub);
    let gateways = [
        vnet.vpn_gateway.as_ref().map(|_| Place::VpnGateway(hub)),
        vnet.express_route_gateway.as_ref().map(|_| Place::ExpressRouteGateway(hub)),
    ];
    let reached = |(id, address): &(RouterId, Ipv4Addr)| {
        let ways = gateways.iter().flatten().flat_map(|gateway| estate.forwarding().ways(*gateway, *address));
        let direct =
            |way: Way| way.end == End::Router(*id) && !way.places.iter().any(|place| matches!(place, Place::Subnet(_)));
        ways.into_iter().any(direct)
    };
    let sites = estate.routers().filter(|id| !estate.topology.router(*id).is_nva());
    sites.filter_map(|id| Some((id, address(id)?))).filter(reached).collect()
}

/// The gateway by which every one of these ways leaves a VNet, when they all arrive.
pub(super) fn by_gateway_of(ways: &[Way], site: RouterId) -> Option<VnetId> {
    let gateway = |way: &Way| {
        let last = way.places.iter().rev().find_map(|place| match place {
            Place::VpnGateway(id) | Place::ExpressRouteGateway(id) => Some(*id),
            _ => None,
        });
        last.filter(|_| way.end == End::Router(site))
    };
    let first = gateway(ways.first()?)?;
    ways.iter().all(|way| gateway(way) == Some(first)).then_some(first)
}

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
        let quoted = |names: Vec<&str>| some_of(names.iter().map(|name| format!("`{name}`")));
        let through = quoted(appliances.iter().map(|id| estate.topology.router(*id).name.as_str()).collect());
        let names = quoted(from.iter().map(|id| estate.topology.router(*id).name.as_str()).collect());
        let ranges: BTreeSet<String> =
            bypassed.iter().flat_map(|id| &estate.topology.subnet(*id).ranges).map(ToString::to_string).collect();
        let message =
            format!("what {names} sends to these subnets does not pass {through}, while their packets to it do");
        found.add(
            Finding::new(estate.table_span(gateway_subnet), estate.subnet_path(gateway_subnet), message)
                .label(format!("no route here sends them through {through}"))
                .affects(some_of(bypassed.iter().map(|id| format!("`{}`", estate.topology.subnet_name(*id)))))
                .help(format!(
                    "add routes for {} to the appliance to the table of `{GATEWAY_SUBNET}`",
                    some_of(ranges)
                )),
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
