//! RS1212: a user-defined route to an address that belongs to Azure itself.

use super::*;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::lint::questions::user_routes::TableRoute;
use crate::topology::{SubnetId, VnetId};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1212",
    name: "next-hop-on-platform-address",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a user-defined route sends to a gateway, a route server or an address that Azure reserves",
    what: "The next hop of a user-defined route lies in `GatewaySubnet` or `RouteServerSubnet`, is an instance of a gateway or a route \
           server, or is one of the five addresses that Azure reserves in every subnet.",
    why: "None of them takes traffic as an appliance: a route server forwards nothing at all, a gateway is reached with the next hop \
          `VirtualNetworkGateway` or by propagation, and at a reserved address there is nobody. The packets are dropped.",
    fix: "Send to the NIC of an appliance or to the frontend of a load balancer. For a VPN gateway write `VirtualNetworkGateway`.",
    bad: example!("RS1212", "bad"),
    good: example!("RS1212", "good"),
    sources: &[
        Source { title: "User-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Virtual Network FAQ", date: "2020-06-26", status: Status::Documented },
    ],
    check,
};

/// What Azure itself has at an address of a VNet: a noun, and the subnet it is in.
pub(super) fn platform(
    estate: &Context<'_>,
    vnet: VnetId,
    address: Ipv4Addr,
) -> Option<(&'static str, Option<SubnetId>)> {
    let host = estate.topology.vnet(vnet);
    let holds = |id: &SubnetId| estate.topology.subnet(*id).ranges.iter().any(|range| range.contains(&address));
    let subnet = estate.topology.subnet_ids(vnet).find(holds);
    let name = subnet.map_or("", |id| estate.topology.subnet(id).name.as_str());
    let server = host.route_server.iter().any(|server| server.addresses.contains(&address));
    let vpn = host.vpn_gateway.iter().any(|gateway| gateway.addresses.contains(&address));
    let express_route = host.express_route_gateway.iter();
    let mut express_route = express_route.flat_map(|gateway| gateway.addresses.iter().chain(&gateway.edge_addresses));
    if server || name == ROUTE_SERVER_SUBNET {
        return Some(("the route server, which forwards nothing", subnet));
    }
    if vpn || name == GATEWAY_SUBNET || express_route.any(|other| *other == address) {
        return Some(("a gateway, which is no appliance", subnet));
    }
    let range = estate.topology.subnet(subnet?).ranges.iter().find(|range| range.contains(&address))?;
    is_reserved(*range, address).then_some(("an address that Azure reserves", subnet))
}

/// The first four addresses of a range and the last one (Virtual Network FAQ, 2020-06-26).
fn is_reserved(range: Ipv4Net, address: Ipv4Addr) -> bool {
    u32::from(address) - u32::from(range.network()) < 4 || address == range.broadcast()
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let appliances = estate.appliances();
    for used in estate.used_tables() {
        for (address, routes) in used.by_appliance() {
            let place = |vnet: VnetId| {
                let there = estate.vnet_of_address(vnet, address)?;
                // An NVA that is written there is the mistake, not the route to it.
                let free = appliances.at(there, address).is_none();
                platform(estate, there, address).filter(|_| free).map(|(what, subnet)| (there, what, subnet))
            };
            let subnets = used.subnets_in(|vnet| place(vnet).is_some());
            let Some((there, what, subnet)) = subnets.first().and_then(|first| place(first.vnet)) else { continue };
            let message = format!("table `{}` sends to {address}: {what}", used.table.name);
            let mut finding = Finding::new(routes[0].next_hop_span(), used.path(), message)
                .key(address.to_string())
                .label("no appliance can be here")
                .affects(estate.subnets_text(&subnets))
                .affects(format!("traffic to {}", few(routes.iter().map(TableRoute::prefix))));
            if let Some(subnet) = subnet {
                finding = finding.also(estate.range_span(subnet), format!("{address} is in this subnet"));
            }
            let host = estate.topology.vnet(there);
            let vpn_only = host.vpn_gateway.is_some() && host.express_route_gateway.is_none();
            let near = appliances.in_vnet(there).or_else(|| appliances.in_reach(subnets[0].vnet));
            found.add(finding.help(match near {
                _ if what.starts_with("a gateway") && vpn_only => "write `VirtualNetworkGateway`".to_owned(),
                Some((name, other)) => format!("write {other} (`{name}`), if that is meant"),
                None => "write the address of an appliance or of a load balancer".to_owned(),
            }));
        }
    }
}
