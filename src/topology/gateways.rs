//! Resolves route servers and gateways: what stands in a VNet and speaks for it.

use super::addressing;
use super::model::{ExpressRouteGateway, RouteServer, RouteServerPeer, Subnet, VpnGateway};
use super::names::{Names, is};
use super::policies::{self, RouteMapTable};
use crate::azure::{AZURE_ASN, GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::Spanned;
use crate::syntax::document as written;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

fn range_of(subnets: &[Subnet], name: &str) -> Option<Ipv4Net> {
    subnets.iter().find(|subnet| subnet.name == name).and_then(|subnet| subnet.ranges.first().copied())
}

/// The addresses of two instances: as written, or from `offset` on in the subnet that Azure prescribes. None where that subnet is
/// missing or too small: Azure deploys nothing there, so the estate is planned without.
fn instance_pair(
    what: &str,
    wrote: &[Spanned<Ipv4Addr>],
    (range, offset): (Option<Ipv4Net>, u32),
    sink: &mut Sink,
) -> Option<[Ipv4Addr; 2]> {
    match wrote {
        [first, second] => Some([first.value, second.value]),
        [] => range.and_then(|range| addressing::pair(range, offset)),
        [.., last] => {
            let message = format!(
                "{what} has two instances, but {} address{} written",
                wrote.len(),
                if wrote.len() == 1 { " is" } else { "es are" }
            );
            sink.push(Diagnostic::error(last.span, message).help("write the two addresses of the instances, or none"));
            None
        }
    }
}

pub(super) fn route_server(
    server: &Spanned<written::RouteServer>,
    subnets: &[Subnet],
    names: &Names<'_>,
    maps: &RouteMapTable<'_>,
    sink: &mut Sink,
) -> Option<RouteServer> {
    let body = &server.value;
    let range = range_of(subnets, ROUTE_SERVER_SUBNET);
    let addresses = instance_pair("a route server", &body.instance_addresses, (range, 4), sink);
    let mut peers: Vec<RouteServerPeer> = Vec::new();
    for peer in &body.peers {
        let Some(router) = names.router("NVA", &peer.nva, sink) else { continue };
        if let Some(first) = peers.iter().find(|other| other.router == router) {
            let message = format!("`{}` is a peer twice", peer.nva.value);
            sink.push(
                Diagnostic::error(peer.nva.span, message)
                    .also(first.span, "first here")
                    .help("list it once; `instances` says which instances peer with it"),
            );
            continue;
        }
        peers.push(RouteServerPeer {
            router,
            instances: instances(&peer.instances, sink),
            name: peer.name.as_ref().map_or_else(|| peer.nva.value.clone(), |name| name.value.clone()),
            span: peer.nva.span,
            route_maps: policies::pair(&peer.route_maps, maps, sink),
        });
    }
    let maps_of = |pair: &Option<written::RouteMapPair>, sink: &mut Sink| {
        pair.as_ref().map(|pair| policies::pair(pair, maps, sink)).unwrap_or_default()
    };
    Some(RouteServer {
        name: display_name(&body.name, "route_server"),
        span: server.span,
        branch_to_branch: is(&body.branch_to_branch, false),
        preference: body.hub_routing_preference.as_ref().map(|preference| preference.value).unwrap_or_default(),
        express_route_maps: maps_of(&body.express_route, sink),
        vpn_maps: maps_of(&body.vpn, sink),
        routing_infrastructure_units: body.routing_infrastructure_units.as_ref().map_or(2, |units| units.value),
        addresses: addresses?,
        peers,
    })
}

fn display_name(name: &Option<Spanned<String>>, otherwise: &str) -> String {
    name.as_ref().map_or_else(|| otherwise.to_owned(), |name| name.value.clone())
}

/// Which of two instances are meant; none written means both.
pub(super) fn instances(wrote: &[Spanned<u8>], sink: &mut Sink) -> [bool; 2] {
    let mut chosen = [wrote.is_empty(); 2];
    for instance in wrote {
        match chosen.get_mut(usize::from(instance.value)) {
            Some(slot) => *slot = true,
            None => {
                let message = format!("there is no instance {}", instance.value);
                sink.push(Diagnostic::error(instance.span, message).help("instances are 0 and 1"));
            }
        }
    }
    chosen
}

pub(super) fn vpn_gateway(
    gateway: &Spanned<written::VpnGateway>,
    subnets: &[Subnet],
    sink: &mut Sink,
) -> Option<VpnGateway> {
    let body = &gateway.value;
    let active_active = is(&body.active_active, false);
    let range = range_of(subnets, GATEWAY_SUBNET);
    let wrote = &body.instance_addresses;
    let addresses = match (active_active, wrote.as_slice()) {
        (false, [one]) => vec![one.value],
        (false, []) => vec![range.and_then(|range| addressing::nth(range, 4))?],
        (false, [_, second, ..]) => {
            let message = "a VPN gateway that is not active-active has one instance address";
            sink.push(Diagnostic::error(second.span, message).help("write `active_active: true`, or keep one address"));
            return None;
        }
        (true, wrote) => instance_pair("an active-active VPN gateway", wrote, (range, 4), sink)?.to_vec(),
    };
    Some(VpnGateway {
        name: display_name(&body.name, "vpn_gateway"),
        span: gateway.span,
        asn: body.asn.as_ref().map_or(AZURE_ASN, |asn| asn.value),
        active_active,
        addresses,
        public_ips: body.public_ips.iter().map(|address| address.value).collect(),
        client_pools: body.vpn_client_address_pool.iter().map(|pool| pool.value).collect(),
    })
}

/// Where nothing is written: the edge takes the first usable addresses, after a VPN gateway if there is one, and the instances the
/// twelfth and thirteenth (the addresses seen in github.com/fabferri/az-pattern).
pub(super) fn express_route_gateway(
    gateway: &Spanned<written::ExpressRouteGateway>,
    subnets: &[Subnet],
    beside_vpn: bool,
    sink: &mut Sink,
) -> Option<ExpressRouteGateway> {
    let body = &gateway.value;
    let range = range_of(subnets, GATEWAY_SUBNET);
    let addresses = instance_pair("an ExpressRoute gateway", &body.instance_addresses, (range, 12), sink)?;
    let edge_offset = if beside_vpn { 6 } else { 4 };
    let edge = match body.microsoft_edge_addresses.as_slice() {
        [] => range.and_then(|range| addressing::pair(range, edge_offset)).unwrap_or([Ipv4Addr::UNSPECIFIED; 2]),
        [first, second] => [first.value, second.value],
        [one, ..] => {
            sink.push(Diagnostic::error(one.span, "the Microsoft edge has two addresses").help("write both, or none"));
            return None;
        }
    };
    Some(ExpressRouteGateway {
        name: display_name(&body.name, "express_route_gateway"),
        span: gateway.span,
        addresses,
        edge_addresses: edge,
    })
}
