//! RS0402: a BGP peer at an address that Azure uses itself.

use super::*;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::source::Span;
use crate::topology::{RouterKind, VnetId};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS0402",
    name: "peer-address-reserved",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the address of a BGP peer belongs to a route server or a gateway, or lies in one of their subnets",
    what: "The `ip` of an NVA among the `peers` of a route server is the address of an instance of a route server or a gateway, or lies \
           in a `RouteServerSubnet` or a `GatewaySubnet` that the route server reaches.",
    why: "Azure keeps both subnets for its own instances: no NVA can have such an address. The gateways of the route server's VNet are \
          never peers; Azure joins them with the route server by itself.",
    fix: "Give the address of the NVA's own NIC. To exchange routes with a gateway of the same VNet, set `branch_to_branch: true` \
          instead of adding a peer.",
    bad: example!("RS0402", "bad"),
    good: example!("RS0402", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "Route Server ExpressRoute and VPN support page",
            date: "2025-09-17",
            status: Status::Documented,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in &server.peers {
            let router = estate.topology.router(peer.router);
            let (RouterKind::Nva { subnet, .. }, Some(address)) = (&router.kind, router.address) else { continue };
            // That the NVA itself is put into RouteServerSubnet is the business of RS0108.
            if estate.topology.subnet(*subnet).name == ROUTE_SERVER_SUBNET {
                continue;
            }
            // Only VNets that could be meant: the route server's own and the NVA's.
            let mut homes = vec![host, subnet.vnet];
            homes.dedup();
            let Some((owner, span)) = homes.into_iter().find_map(|vnet| owner(estate, vnet, address)) else { continue };
            let name = &router.name;
            let message = format!("the peer `{name}` has the address {address}, which is {owner}");
            let written = estate.written_router(peer.router).body.ip.as_ref().map_or(router.span, |ip| ip.span);
            let mut finding = Finding::new(written, estate.peer_path(host, peer.router), message)
                .label("no NVA can have this address")
                .also(span, owner)
                .also(peer.span, "a peer of this route server");
            finding = match estate.topology.vnet(host).vpn_gateway.is_some() {
                true => finding.note("a route server and the gateways of its VNet speak BGP without being peers"),
                false => finding,
            };
            found.add(finding.help(format!("write the address that the NIC of `{name}` has in its own subnet")));
        }
    }
}

/// Whose address it is, and where that is written.
fn owner(estate: &Context<'_>, id: VnetId, address: Ipv4Addr) -> Option<(String, Span)> {
    let vnet = estate.topology.vnet(id);
    let name = &vnet.name;
    if let Some(server) = vnet.route_server.as_ref().filter(|server| server.addresses.contains(&address)) {
        return Some((format!("an instance of the route server of `{name}`"), server.span));
    }
    if let Some(gateway) = vnet.vpn_gateway.as_ref().filter(|gateway| gateway.addresses.contains(&address)) {
        return Some((format!("an instance of the VPN gateway of `{name}`"), gateway.span));
    }
    if let Some(gateway) = &vnet.express_route_gateway
        && gateway.addresses.iter().chain(&gateway.edge_addresses).any(|own| *own == address)
    {
        return Some((format!("an instance of the ExpressRoute gateway of `{name}`"), gateway.span));
    }
    [ROUTE_SERVER_SUBNET, GATEWAY_SUBNET].into_iter().find_map(|reserved| {
        let id = estate.subnet_named(id, reserved)?;
        let within = estate.topology.subnet(id).ranges.iter().any(|range| range.contains(&address));
        within.then(|| (format!("in the `{reserved}` of `{name}`"), estate.range_span(id)))
    })
}
