//! RS1225: a subnet without propagation has no route to sites that its hub knows.

use super::rs1214_propagation_off_drops_route_server::withheld;
use super::*;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::bgp::{Class, Device, LocalKind};
use crate::lint::user_routes::{UsedTable, some_of};
use crate::topology::SubnetId;
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS1225",
    name: "propagation-off-loses-prefixes",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "route propagation is off and no user-defined route takes the place of what is lost",
    what: "A route table with `bgp_route_propagation: false` is used by a subnet whose gateways or route server know private prefixes of \
           sites, and no route of the table covers them. Subnets in which an NVA has a NIC, GatewaySubnet and RouteServerSubnet are left \
           out.",
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

/// Private prefixes of sites that the subnets of a table lose to nothing, by subnet; one subnet for each VNet is looked at.
pub(super) fn lost_prefixes(estate: &Context<'_>, used: &UsedTable<'_>) -> BTreeMap<SubnetId, Vec<Ipv4Net>> {
    let routes = used.by_range();
    let mut lost = BTreeMap::new();
    if used.table.propagation || routes.contains_key(&Ipv4Net::default()) {
        return lost;
    }
    let covered = |prefix: &Ipv4Net| {
        (1..=prefix.prefix_len())
            .any(|length| Ipv4Net::new(prefix.network(), length).is_ok_and(|range| routes.contains_key(&range.trunc())))
    };
    let with_nvas = estate.subnets_with_nvas();
    let special = |id: &SubnetId| {
        let name = estate.topology.subnet(*id).name.as_str();
        name == GATEWAY_SUBNET || name == ROUTE_SERVER_SUBNET || with_nvas.contains(id)
    };
    let plain = UsedTable {
        table: used.table,
        written: used.written,
        subnets: used.subnets.iter().copied().filter(|id| !special(id)).collect(),
    };
    for subnet in plain.one_per_vnet() {
        let Some((gateway, refused)) = withheld(estate, subnet.vnet) else { continue };
        let mut prefixes: Vec<Ipv4Net> = Vec::new();
        for (index, route) in gateway.routes().iter().enumerate() {
            let kept = !refused.contains(&(index as u32)) && is_private(&route.prefix);
            if kept && is_of_site(estate, estate.ribs().class(route.class)) && !covered(&route.prefix) {
                prefixes.push(route.prefix);
            }
        }
        if !prefixes.is_empty() {
            let all = plain.subnets.iter().filter(|other| other.vnet == subnet.vnet);
            lost.extend(all.map(|id| (*id, prefixes.clone())));
        }
    }
    lost
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
        let lost = lost_prefixes(estate, &used);
        let Some((first, prefixes)) = lost.first_key_value() else { continue };
        let (name, subnet) = (&used.table.name, estate.topology.subnet_name(*first));
        let message = format!("table `{name}` leaves `{subnet}` without a route to {}", some_of(names(prefixes)));
        let subnets: Vec<SubnetId> = lost.keys().copied().collect();
        let provider = estate.topology.vnet(first.vnet).provider.map(|host| estate.topology.vnet(host));
        let vpn = provider.is_some_and(|host| host.vpn_gateway.is_some() && host.express_route_gateway.is_none());
        let near = estate.appliances();
        let hop = match near.in_reach(first.vnet) {
            Some((_, address)) => address.to_string(),
            None if vpn => "VirtualNetworkGateway".to_owned(),
            None => String::new(),
        };
        let route = format!("to-site: {{ prefix: {}, next_hop: {hop} }}", prefixes[0]);
        let mut finding = Finding::new(flag.span, used.path(), message)
            .label("takes no route of gateways and route servers")
            .affects(estate.subnets_text(&subnets));
        if let Some(host) = provider {
            finding = finding.also(host.span, "what serves this VNet knows them");
        }
        found.add(finding.help(match hop.is_empty() {
            true => "write `bgp_route_propagation: true`".to_owned(),
            false => format!("add the route `{route}`, or write `bgp_route_propagation: true`"),
        }));
    }
}

fn names(prefixes: &[Ipv4Net]) -> impl Iterator<Item = String> {
    prefixes.iter().map(Ipv4Net::to_string)
}
