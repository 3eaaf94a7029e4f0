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

/// Sites behind a gateway, each with an address: the first prefix that is no default route.
pub(crate) fn sites(estate: &Context<'_>) -> Vec<(RouterId, Ipv4Addr)> {
    let address = |id: RouterId| {
        let prefixes = estate.topology.router(id).originates.iter().map(|origin| origin.prefix);
        prefixes.filter(|prefix| prefix.prefix_len() > 1).find_map(last_usable)
    };
    let sites = estate.routers().filter(|id| !estate.topology.router(*id).is_nva());
    sites.filter_map(|id| Some((id, address(id)?))).collect()
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
