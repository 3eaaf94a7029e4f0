//! RS1205: a default route on GatewaySubnet.

use super::*;
use crate::lint::questions::user_routes::{TableRoute, UsedTable};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1205",
    name: "gateway-subnet-default-route",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the route table of GatewaySubnet has a route for 0.0.0.0/0 or for both halves of it",
    what: "The route table of a `GatewaySubnet` with a gateway in it has a route for 0.0.0.0/0, or one for 0.0.0.0/1 and one for \
           128.0.0.0/1.",
    why: "A gateway must reach Microsoft's management controllers over the internet. Azure refuses to create a gateway in a subnet with \
          a user-defined default route. Two halves have the same effect: Microsoft warns of every route that overlaps the public \
          address of the gateway.",
    fix: "Write the ranges that are meant, such as those of the spokes that traffic from on-premises should reach through a firewall.",
    bad: example!("RS1205", "bad"),
    good: example!("RS1205", "good"),
    sources: &[
        Source {
            title: "VPN Gateway settings page (note on GatewaySubnet)",
            date: "2023-09-26",
            status: Status::Documented,
        },
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
    ],
    check,
};

/// The route of exactly this range.
fn route_of<'a>(used: &UsedTable<'a>, range: Option<Ipv4Net>) -> Option<TableRoute<'a>> {
    used.routes().find(|route| route.range().is_some() && route.range() == range)
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let half = |first: u8| Ipv4Net::new(Ipv4Addr::new(first, 0, 0, 0), 1).ok();
    for used in estate.used_tables() {
        let gateways: Vec<_> = used.subnets.iter().copied().filter(|id| estate.holds_gateway(*id)).collect();
        let Some(first) = gateways.first() else { continue };
        let whole = route_of(&used, Some(Ipv4Net::default()));
        let halves = route_of(&used, half(0)).zip(route_of(&used, half(128)));
        let (route, other) = match (whole, halves) {
            (Some(route), _) => (route, None),
            (None, Some((low, high))) => (low, Some(high)),
            (None, None) => continue,
        };
        let name = estate.topology.subnet_name(*first);
        let message = format!("table `{}` of `{name}` has a route for everything", used.table.name);
        let mut finding = Finding::new(route.prefix_span(), used.route_path(route.route), message)
            .label("Azure does not support a default route on GatewaySubnet")
            .affects(estate.subnets_text(&gateways));
        if let Some(high) = other {
            finding = finding.also(high.prefix_span(), "the other half").note(
                "practitioners report that Azure lets two halves through where it refuses 0.0.0.0/0; the gateway's public address lies in \
                 one of them, and Microsoft warns of routes that overlap it (2023-09-26)",
            );
        }
        let mut spokes = estate.topology.transit_spokes(first.vnet).flat_map(|(_, ranges)| ranges);
        let send = route.appliance().map_or(String::new(), |address| format!(" to {address}"));
        found.add(finding.help(match spokes.next() {
            Some(range) => format!("send{send} only what is meant, such as the spoke range {range}"),
            None => format!("send{send} only the ranges that are meant, such as those of peered VNets"),
        }));
    }
}
