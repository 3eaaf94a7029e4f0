//! RS1103: packets that run in circles between appliances.

use super::*;
use crate::analysis::forward::{End, Place, Way};
use crate::effective::{NextHopType, RouteSource};
use crate::lint::questions::sample_addresses::{INTERNET, last_usable};
use crate::source::Span;
use crate::topology::{RouteTableId, RouterId, RouterKind, SubnetId, UserPrefix, VnetId};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1103",
    name: "forwarding-loop",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "packets run in circles between appliances or gateways",
    what: "A packet that an appliance forwards comes back to it, by the effective routes of the subnets on its way and what the \
           appliances learned: after it passed another appliance or gateway, or at once, because a user-defined route of the \
           appliance's own subnet names the appliance.",
    why: "The packet never arrives. It loads every appliance on its way until its time to live is over.",
    fix: "Take away one of the routes: each appliance's subnet has to send the destination on, never back. A user-defined route of the \
          exact prefix in the subnet of one appliance breaks the circle.",
    bad: example!("RS1103", "bad"),
    good: example!("RS1103", "good"),
    sources: &[
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-s2s-vpn (ping, time to live exceeded)",
            date: "2021-04",
            status: Status::Observed,
        },
        Source { title: "Route Server troubleshooting page", date: "2023-09-15", status: Status::Documented },
    ],
    check,
};

/// Where packets are sent: its name, and an address that stands for it.
struct Destination {
    name: String,
    address: Ipv4Addr,
    /// Only a user-defined route speaks of it: somebody need not be there.
    supposed: bool,
}

/// Addresses that stand for everything an estate routes: the internet, each class of announced prefixes, one VNet behind each route server
/// or gateway and one behind none, and what user-defined routes of the appliances' subnets are for.
fn destinations(estate: &Context<'_>) -> Vec<Destination> {
    let mut by_provider: BTreeMap<Option<&str>, (&str, VnetId)> = BTreeMap::new();
    for id in estate.topology.vnet_ids() {
        let vnet = estate.topology.vnet(id);
        let provider = vnet.provider.map(|provider| estate.topology.vnet(provider).name.as_str());
        let first = by_provider.entry(provider).or_insert((&vnet.name, id));
        *first = (*first).min((&vnet.name, id));
    }
    let vnets = by_provider.into_values().filter_map(|(name, id)| {
        let range = estate.topology.vnet(id).ranges.iter().min()?;
        Some((format!("VNet `{name}`"), estate.address_of(id, *range)?))
    });
    let classes = estate.ribs().classes.iter().filter_map(|class| {
        let prefix = class.representative();
        Some((prefix.to_string(), last_usable(prefix).filter(|_| prefix.prefix_len() > 1)?))
    });
    let tables: BTreeSet<RouteTableId> = estate
        .topology
        .routers
        .iter()
        .filter_map(|router| if let RouterKind::Nva { subnet, .. } = router.kind { Some(subnet) } else { None })
        .filter_map(|subnet| estate.topology.subnet(subnet).route_table)
        .collect();
    let routes = tables.iter().flat_map(|table| &estate.topology.route_tables[table.index()].routes);
    let user = routes.filter_map(|route| match route.prefix {
        UserPrefix::Range(IpNet::V4(prefix)) if prefix.prefix_len() > 1 => {
            Some((prefix.to_string(), last_usable(prefix)?))
        }
        _ => None,
    });
    let internet = ("the internet".to_owned(), INTERNET);
    let known = |(name, address)| Destination { name, address, supposed: false };
    let nobody = |address| estate.forwarding().index.vnet_of(address).is_none();
    let user = user.map(|(name, address)| Destination { name, address, supposed: nobody(address) });
    vnets.chain(classes).chain([internet]).map(known).chain(user).collect()
}

/// The ways out of an NVA that end where they were. Of those that only the NVA itself is on, the ones that a user-defined route makes; RS1101
/// and RS1102 tell the others.
fn circles(estate: &Context<'_>, router: RouterId, subnet: SubnetId, destination: &Destination) -> Vec<Way> {
    let to = destination.address;
    let leaves = estate.table(subnet).decide(to).is_some_and(|row| {
        matches!(row.next_hop_type, NextHopType::VirtualAppliance | NextHopType::VirtualNetworkGateway)
    });
    if !leaves {
        return Vec::new();
    }
    let mut ways = estate.forwarding().ways(Place::Router(router), to);
    let at_once = |way: &Way| !destination.supposed && is_sent_back(estate, way, to);
    ways.retain(|way| matches!(way.end, End::Loop(_)) && (stops(way).len() > 1 || at_once(way)));
    ways
}

/// A user-defined route brings the packet back to the NVA by the only NIC it has.
fn is_sent_back(estate: &Context<'_>, way: &Way, to: Ipv4Addr) -> bool {
    let [Place::Router(router), Place::Subnet(subnet)] = way.places[..] else { return false };
    let by_user = estate.table(subnet).decide(to).is_some_and(|row| row.source == RouteSource::User);
    by_user && estate.topology.router(router).nics().all(|(own, _)| own == subnet)
}

/// The appliances and gateways that a circle is made of.
fn stops(way: &Way) -> BTreeSet<Place> {
    let End::Loop(start) = way.end else { return BTreeSet::new() };
    let round = way.places.iter().skip_while(|place| **place != start);
    round.copied().filter(|place| !matches!(place, Place::Subnet(_))).collect()
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let destinations = destinations(estate);
    let mut circles_found: BTreeMap<BTreeSet<Place>, (Way, Ipv4Addr, Vec<&str>)> = BTreeMap::new();
    for router in estate.routers() {
        let RouterKind::Nva { subnet, .. } = estate.topology.router(router).kind else { continue };
        for destination in &destinations {
            for way in circles(estate, router, subnet, destination) {
                let (_, _, names) = circles_found.entry(stops(&way)).or_insert((way, destination.address, Vec::new()));
                if names.last() != Some(&destination.name.as_str()) {
                    names.push(&destination.name);
                }
            }
        }
    }
    for (stops, (way, to, mut names)) in circles_found {
        names.sort_unstable();
        names.dedup();
        let around = few(stops.iter().map(|place| place_name(estate, *place)));
        let (span, label) = cause(estate, &way, to);
        let object = way.routers().next().map_or_else(String::new, |router| estate.router_path(router));
        let how = if stops.len() > 1 { "run in circles between" } else { "come back to" };
        let mut finding = Finding::new(span, object, format!("packets for {} {how} {around}", few(&names)))
            .key_of(stops.iter().map(|place| place_name(estate, *place)))
            .label(label)
            .help(if stops.len() > 1 {
                "let the subnet of one of them send the destination on: a user-defined route of the exact prefix breaks the circle"
            } else {
                "let its subnet send the destination elsewhere, or join it by a tunnel to the one that announces the destination"
            });
        for place in &way.places {
            finding = finding.via(span_of(estate, *place), place_name(estate, *place));
        }
        found.add(finding);
    }
}

fn place_name(estate: &Context<'_>, place: Place) -> String {
    match place {
        Place::Subnet(id) => format!("`{}`", estate.topology.subnet_name(id)),
        Place::Router(id) => format!("`{}`", estate.topology.router(id).name),
        Place::VpnGateway(id) => format!("`{}/vpn_gateway`", estate.topology.vnet(id).name),
        Place::ExpressRouteGateway(id) => format!("`{}/express_route_gateway`", estate.topology.vnet(id).name),
        Place::LoadBalancer(number) => format!("`{}`", estate.topology.load_balancers[number as usize].name),
        Place::Vnet(id) => format!("`{}`", estate.topology.vnet(id).name),
    }
}

fn span_of(estate: &Context<'_>, place: Place) -> Span {
    match place {
        Place::Subnet(id) => estate.topology.subnet(id).span,
        Place::Router(id) => estate.topology.router(id).span,
        Place::VpnGateway(id) | Place::ExpressRouteGateway(id) | Place::Vnet(id) => estate.topology.vnet(id).span,
        Place::LoadBalancer(number) => estate.topology.load_balancers[number as usize].span,
    }
}

/// The last route of the circle: the user-defined one where there is one, or the subnet that takes it.
fn cause(estate: &Context<'_>, way: &Way, to: Ipv4Addr) -> (Span, String) {
    let subnets =
        || way.places.iter().rev().filter_map(|place| if let Place::Subnet(id) = place { Some(*id) } else { None });
    for id in subnets() {
        let Some(row) = estate.table(id).decide(to).filter(|row| row.source == RouteSource::User) else { continue };
        let table = estate.topology.subnet(id).route_table.map(|table| &estate.topology.route_tables[table.index()]);
        let route = table.and_then(|table| table.routes.iter().find(|route| Some(&route.name) == row.name.as_ref()));
        if let Some(route) = route {
            return (route.span, format!("this route sends them on from `{}`", estate.topology.subnet_name(id)));
        }
    }
    let last = subnets().next();
    last.map_or_else(
        || (span_of(estate, way.places[0]), String::new()),
        |id| (estate.table_span(id), format!("the routes of `{}` send them back", estate.topology.subnet_name(id))),
    )
}
