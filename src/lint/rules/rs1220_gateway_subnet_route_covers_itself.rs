//! RS1220: the gateway's own subnet is sent through an appliance.

use super::*;
use crate::lint::questions::deciding_routes::steered;

pub(super) static RULE: Rule = Rule {
    code: "RS1220",
    name: "gateway-subnet-route-covers-itself",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route of GatewaySubnet's table sends the gateway's own subnet to an appliance or nowhere",
    what: "A route to an appliance or to `None` in the table of a `GatewaySubnet` decides over the subnet's own addresses. It is an error \
           where the route is for GatewaySubnet or a part of it. A wider route, such as one for the range of the hub, is a warning, and \
           none where the VNet has a route server: Microsoft shows that design, with an exception for RouteServerSubnet.",
    why: "The instances of a gateway talk to each other and to the platform inside GatewaySubnet. Microsoft warns that a route that \
          overlaps the subnet affects diagnostics, data path and control path of the gateway.",
    fix: "Steer the subnets behind the firewall one by one, or add a route for the range of GatewaySubnet with next hop `VnetLocal`.",
    bad: example!("RS1220", "bad"),
    good: example!("RS1220", "good"),
    sources: &[
        Source {
            title: "VPN Gateway settings page (note on GatewaySubnet)",
            date: "2023-09-26",
            status: Status::Documented,
        },
        Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for subnet in estate.gateway_subnets() {
        let Some(used) = estate.table_of(subnet) else { continue };
        let own = &estate.topology.subnet(subnet).ranges;
        // A route for a part of the subnet is asked for by its first address.
        let parts =
            used.routes().filter_map(|route| route.range()).filter(|part| own.iter().any(|range| range.contains(part)));
        let addresses = parts.map(|part| part.network()).chain(own.iter().map(|range| range.network()));
        let name = steered(estate.table(subnet), addresses.collect::<Vec<_>>());
        let Some(route) = name.and_then(|name| used.named(&name)) else { continue };
        let Some(range) = route.range().filter(|range| range.prefix_len() > 1) else { continue };
        let itself = own.iter().any(|own| own.contains(&range));
        let host = estate.topology.vnet(subnet.vnet);
        if !itself && host.route_server.is_some() {
            continue;
        }
        let message = format!(
            "route `{}` sends the gateway's own subnet in `{}` to {}",
            route.route.name,
            host.name,
            route.sends_to()
        );
        let mut finding = Finding::new(route.prefix_span(), used.route_path(route.route), message)
            .key(host.name.clone())
            .label("covers GatewaySubnet itself")
            .also(estate.range_span(subnet), "the gateway is here")
            .affects(estate.subnets_text(&[subnet]));
        finding = if itself {
            finding.help(format!("remove `{}`: GatewaySubnet needs no route to itself", route.route.name))
        } else {
            let range = own.first().map_or(String::new(), ToString::to_string);
            finding
                .severity(Severity::Warning)
                .note("Microsoft warns of overlap with GatewaySubnet (2023-09-26) and does not say that it always does harm")
                .help(format!("add the route `gateway: {{ prefix: {range}, next_hop: VnetLocal }}`, or steer single subnets"))
        };
        found.add(finding);
    }
}
