//! RS1212: a user-defined route to an address that belongs to Azure itself.

use super::*;
use crate::lint::questions::address_holders::Platform;
use crate::lint::questions::user_routes::TableRoute;
use crate::topology::VnetId;

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
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Virtual Network FAQ", date: "2020-06-26", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let appliances = estate.appliances();
    for used in estate.used_tables() {
        for (address, routes) in used.by_appliance() {
            let place = |vnet: VnetId| {
                let there = estate.vnet_of_address(vnet, address)?;
                // An NVA that is written there is the mistake, not the route to it.
                let free = appliances.at(there, address).is_none();
                estate.platform(there, address).filter(|_| free).map(|(what, subnet)| (there, what, subnet))
            };
            let subnets = used.subnets_in(|vnet| place(vnet).is_some());
            let Some((there, what, subnet)) = subnets.first().and_then(|first| place(first.vnet)) else { continue };
            let message = format!("table `{}` sends to {address}: {}", used.table.name, noun(what));
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
                _ if what == Platform::Gateway && vpn_only => "write `VirtualNetworkGateway`".to_owned(),
                Some((name, other)) => format!("write {other} (`{name}`), if that is meant"),
                None => "write the address of an appliance or of a load balancer".to_owned(),
            }));
        }
    }
}

fn noun(what: Platform) -> &'static str {
    match what {
        Platform::RouteServer => "the route server, which forwards nothing",
        Platform::Gateway => "a gateway, which is no appliance",
        Platform::Reserved => "an address that Azure reserves",
    }
}
