//! RS1215: BGP between gateway and route server is sent through an appliance.

use super::*;
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::lint::questions::deciding_routes::steers;

pub(super) static RULE: Rule = Rule {
    code: "RS1215",
    name: "gateway-subnet-steers-route-server",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the route table of GatewaySubnet sends traffic to RouteServerSubnet through an appliance",
    what: "In a VNet with a route server and a gateway, a route of GatewaySubnet's table to an appliance or to `None` decides over the \
           addresses of the route server, and no more specific route with next hop `VnetLocal` takes them out.",
    why: "The gateway and the route server exchange routes by BGP between the two subnets. The gateway's half of it now goes through a \
          firewall that never sees the other half, or nowhere, and the sessions break; with them go the routes between gateway and NVAs.",
    fix: "Add a route for the range of RouteServerSubnet with next hop `VnetLocal`, or steer single subnets instead of the whole range.",
    bad: example!("RS1215", "bad"),
    good: example!("RS1215", "good"),
    sources: &[Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for host in estate.topology.vnet_ids() {
        let Some(gateway) = estate.subnet_named(host, crate::azure::GATEWAY_SUBNET) else { continue };
        if !estate.holds_gateway(gateway) {
            continue;
        }
        let Some((used, route)) = steers(estate, gateway, host) else { continue };
        let name = &estate.topology.vnet(host).name;
        let message = format!(
            "route `{}` sends BGP between gateway and route server of `{name}` to {}",
            route.route.name,
            route.sends_to()
        );
        let mut finding = Finding::new(route.prefix_span(), used.route_path(route.route), message)
            .key(name.clone())
            .label("covers RouteServerSubnet")
            .affects(format!("routes between the gateway and the route server of `{name}`"));
        if let Some(subnet) = estate.subnet_named(host, ROUTE_SERVER_SUBNET) {
            finding = finding.also(estate.range_span(subnet), "the route server is here");
        }
        found.add(finding.help(estate.exception(host, &used.table.name)));
    }
}
