//! RS1214: a subnet that takes nothing from the route server.

use super::*;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::lint::questions::withheld_propagation::{lost_prefixes, withheld};
use crate::topology::{SubnetId, VnetId};

pub(super) static RULE: Rule = Rule {
    code: "RS1214",
    name: "propagation-off-drops-route-server",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "route propagation is off where a route server programs routes",
    what: "A route table with `bgp_route_propagation: false` is used by a subnet whose VNet takes routes from a route server, its own or \
           that of its hub.",
    why: "One switch holds for gateways and for the route server: the subnet takes the routes of neither. It is the usual way to keep an \
          NVA from its own routes and a spoke on its firewall, and it surprises where only the gateway was meant.",
    fix: "Keep it where it is meant, and write user-defined routes for what the subnet still has to reach.",
    bad: example!("RS1214", "bad"),
    good: example!("RS1214", "good"),
    sources: &[
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        let Some(flag) = used.written.body.bgp_route_propagation.as_ref().filter(|flag| !flag.value) else { continue };
        let server = |id: VnetId| {
            estate.topology.vnet(id).provider.filter(|host| estate.topology.vnet(*host).route_server.is_some())
        };
        let lost = |id: VnetId| withheld(estate, id).map_or(0, |(routes, hidden)| routes.routes().len() - hidden.len());
        let mut subnets: Vec<SubnetId> = used.subnets_in(|id| server(id).is_some() && lost(id) > 0);
        subnets.retain(|id| {
            let name = estate.topology.subnet(*id).name.as_str();
            name != GATEWAY_SUBNET && name != ROUTE_SERVER_SUBNET
        });
        let Some((first, host)) = subnets.first().and_then(|first| Some((*first, server(first.vnet)?))) else {
            continue;
        };
        // Where prefixes are lost for good, that rule tells it.
        if lost_prefixes(estate, &used).is_some() {
            continue;
        }
        let (host_name, subnet) = (&estate.topology.vnet(host).name, estate.topology.subnet_name(first));
        let routes = crate::words::plural(lost(first.vnet), "route", "routes");
        let message = format!("table `{}` keeps the routes of the route server of `{host_name}` out", used.table.name);
        found.add(
            Finding::new(flag.span, used.path(), message)
                .label("for gateways and route servers alike")
                .affects(estate.subnets_text(&subnets))
                .affects(format!("{routes} that `{subnet}` would take"))
                .help("keep it where it is meant; `bgp_route_propagation: true` takes the routes"),
        );
    }
}
