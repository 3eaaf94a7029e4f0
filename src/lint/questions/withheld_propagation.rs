//! What subnets with propagation off lose.

use crate::azure::facts::Fact;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::bgp::{Class, Device, LocalKind};
use crate::effective::GatewayRoutes;
use crate::lint::context::Context;
use crate::lint::questions::user_routes::UsedTable;
use crate::topology::{SubnetId, UserRoute, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// What the gateways and the route server that serve a VNet would program there, and the indexes of what the VNet would refuse.
pub(crate) fn withheld<'e>(estate: &'e Context<'_>, id: VnetId) -> Option<(&'e GatewayRoutes, BTreeSet<u32>)> {
    let topology = estate.topology;
    let provider = topology.vnet(id).provider?;
    let routes = estate.tables().gateway_routes(provider)?;
    let wide = topology.facts.is(Fact::InjectionFilter, "route_server") && provider != id;
    let filters = std::iter::once(id).chain(wide.then_some(provider));
    let links = filters.flat_map(|filter| &topology.vnet(filter).links).filter(|link| link.connected);
    let ranges = topology.vnet(id).ranges.iter().chain(links.flat_map(|link| &link.remote_ranges));
    Some((routes, ranges.flat_map(|range| routes.inside(*range)).collect()))
}

/// The subnets of a table that lose private prefixes of sites to nothing, and those prefixes as they are for the first of them.
pub(crate) fn lost_prefixes(estate: &Context<'_>, used: &UsedTable<'_>) -> Option<(Vec<SubnetId>, Vec<Ipv4Net>)> {
    let routes = used.by_range();
    if used.table.propagation || routes.is_empty() || routes.contains_key(&Ipv4Net::default()) {
        return None;
    }
    let with_nvas = estate.subnets_with_nvas();
    let special = |id: &SubnetId| {
        let name = estate.topology.subnet(*id).name.as_str();
        name == GATEWAY_SUBNET || name == ROUTE_SERVER_SUBNET || with_nvas.contains(id)
    };
    let vnets: BTreeSet<VnetId> = used.subnets.iter().filter(|id| !special(id)).map(|id| id.vnet).collect();
    let loses = |vnet: &VnetId| lost_in(estate, *vnet, &routes).next().is_some();
    let losing: Vec<VnetId> = vnets.into_iter().filter(loses).collect();
    let prefixes = lost_in(estate, *losing.first()?, &routes).collect();
    let subnets = used.subnets.iter().filter(|id| losing.binary_search(&id.vnet).is_ok() && !special(id));
    Some((subnets.copied().collect(), prefixes))
}

/// What a VNet would take of its gateways and its route server, and a table with these routes does not cover.
fn lost_in<'e>(
    estate: &'e Context<'_>,
    vnet: VnetId,
    routes: &'e BTreeMap<Ipv4Net, &UserRoute>,
) -> impl Iterator<Item = Ipv4Net> + 'e {
    let covered = |prefix: &Ipv4Net| {
        let range = |length: u8| Ipv4Net::new(prefix.network(), length).map(|range| range.trunc());
        (1..=prefix.prefix_len()).any(|length| range(length).is_ok_and(|range| routes.contains_key(&range)))
    };
    withheld(estate, vnet).into_iter().flat_map(move |(gateway, refused)| {
        let all = gateway.routes().iter().zip(0u32..).filter(move |(_, index)| !refused.contains(index));
        let of_sites = all.filter(|(route, _)| is_of_site(estate, estate.ribs().class(route.class)));
        of_sites.map(|(route, _)| route.prefix).filter(move |prefix| is_private(prefix) && !covered(prefix))
    })
}

/// Announced by a router outside Azure, or routed into a tunnel.
fn is_of_site(estate: &Context<'_>, class: &Class) -> bool {
    class.origins.iter().any(|(speaker, kind, _)| match estate.ribs().network.speaker(*speaker).device {
        Device::Router(router) => !estate.topology.router(router).is_nva(),
        _ => matches!(kind, LocalKind::Static(_)),
    })
}

fn is_private(prefix: &Ipv4Net) -> bool {
    let shared = prefix.network().octets()[0] == 100 && (64..128).contains(&prefix.network().octets()[1]);
    prefix.prefix_len() > 7 && (prefix.network().is_private() || shared)
}
