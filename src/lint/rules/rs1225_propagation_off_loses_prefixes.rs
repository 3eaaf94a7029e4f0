//! RS1225: a subnet without propagation has no route to sites that its hub knows.

use super::*;
use crate::lint::questions::withheld_propagation::lost_prefixes;

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
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
        Source { title: "github.com/erjosito/net-lab-builder", date: "2026-08-07", status: Status::Observed },
    ],
    check,
};

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
