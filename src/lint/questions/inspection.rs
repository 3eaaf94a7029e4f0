//! Which ways pass a firewall, and which lead to a site.

use crate::analysis::forward::{End, Place, Way};
use crate::lint::context::Context;
use crate::lint::questions::sample_addresses::last_usable;
use crate::topology::{RouterId, VnetId};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Appliances of a way that do not translate sources.
pub(crate) fn inspecting(estate: &Context<'_>, ways: &[Way]) -> BTreeSet<RouterId> {
    let routers = ways.iter().flat_map(Way::routers);
    routers.filter(|id| estate.topology.router(*id).is_nva() && !estate.topology.router(*id).snat).collect()
}

/// Sites that the gateways of a VNet reach by themselves, each with an address.
pub(crate) fn sites(estate: &Context<'_>, hub: VnetId) -> Vec<(RouterId, Ipv4Addr)> {
    let address = |id: RouterId| {
        let prefixes = estate.topology.router(id).originates.iter().map(|origin| origin.prefix);
        // An address that a VNet has too would not lead to the site.
        let index = estate.forwarding().index;
        let addresses = prefixes.filter(|prefix| prefix.prefix_len() > 1).filter_map(last_usable);
        addresses.filter(|address| index.vnet_of(*address).is_none()).min()
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
pub(crate) fn by_gateway_of(ways: &[Way], site: RouterId) -> Option<VnetId> {
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
