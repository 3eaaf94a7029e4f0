//! RS1225: a subnet without propagation has no route to sites that its hub knows.

use super::rs1214_propagation_off_drops_route_server::withheld;
use super::*;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::bgp::{Class, Device, LocalKind};
use crate::lint::questions::user_routes::UsedTable;
use crate::topology::{SubnetId, UserRoute, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1225",
    name: "propagation-off-loses-prefixes",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "route propagation is off and no user-defined route takes the place of what is lost",
    what: "A route table with `bgp_route_propagation: false` is used by a subnet whose gateways or route server know private prefixes of \
           sites, and no route of the table covers them. A table without any route is taken as isolation on purpose; subnets in which an NVA has \
           a NIC, GatewaySubnet and RouteServerSubnet are left out.",
    why: "The subnet takes no route from gateways and route servers, and nothing else brings the prefixes: packets to the sites meet \
          only the reserved routes to nowhere. Traffic from the sites still arrives, and its replies are lost.",
    fix: "Add routes to the firewall or to `VirtualNetworkGateway` for what the subnet has to reach, or switch propagation on.",
    bad: example!("RS1225", "bad"),
    good: example!("RS1225", "good"),
    sources: &[
        Source { title: "User-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "github.com/erjosito/net-lab-builder", date: "2026-08-07", status: Status::Observed },
    ],
    check,
};

/// The subnets of a table that lose private prefixes of sites to nothing, and those prefixes as they are for the first of them.
pub(super) fn lost_prefixes(estate: &Context<'_>, used: &UsedTable<'_>) -> Option<(Vec<SubnetId>, Vec<Ipv4Net>)> {
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

fn is_private(prefix: &Ipv4Net) -> bool {
    let shared = prefix.network().octets()[0] == 100 && (64..128).contains(&prefix.network().octets()[1]);
    prefix.prefix_len() > 7 && (prefix.network().is_private() || shared)
}

/// Announced by a router outside Azure, or routed into a tunnel.
fn is_of_site(estate: &Context<'_>, class: &Class) -> bool {
    class.origins.iter().any(|(speaker, kind, _)| match estate.ribs().network.speaker(*speaker).device {
        Device::Router(router) => !estate.topology.router(router).is_nva(),
        _ => matches!(kind, LocalKind::Static(_)),
    })
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        let Some(flag) = used.written.body.bgp_route_propagation.as_ref() else { continue };
        let Some((subnets, prefixes)) = lost_prefixes(estate, &used) else { continue };
        let first = subnets[0];
        let (name, subnet) = (&used.table.name, estate.topology.subnet_name(first));
        let message = format!("table `{name}` leaves `{subnet}` without a route to {}", few(&prefixes));
        let provider = estate.topology.vnet(first.vnet).provider.map(|host| estate.topology.vnet(host));
        let vpn = provider.is_some_and(|host| host.vpn_gateway.is_some() && host.express_route_gateway.is_none());
        let hop = match used.routes().find_map(|route| route.appliance()) {
            Some(address) => address.to_string(),
            None if vpn => "VirtualNetworkGateway".to_owned(),
            None => String::new(),
        };
        let route = format!("to-site: {{ prefix: {}, next_hop: {hop} }}", prefixes[0]);
        let mut finding = Finding::new(flag.span, used.path(), message)
            .label("takes no route of gateways and route servers")
            .affects(estate.subnets_text(&subnets));
        if let Some(host) = provider {
            finding = finding.also(host.span, "its gateways or its route server know them");
        }
        found.add(finding.help(match hop.is_empty() {
            true => "write `bgp_route_propagation: true`".to_owned(),
            false => format!("add the route `{route}`, or write `bgp_route_propagation: true`"),
        }));
    }
}
