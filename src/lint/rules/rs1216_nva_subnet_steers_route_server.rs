//! RS1216: BGP between an NVA and the route server is sent through an appliance.

use super::*;
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::lint::questions::deciding_routes::steers;
use crate::topology::{RouterKind, SubnetId};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS1216",
    name: "nva-subnet-steers-route-server",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the route table of an NVA's subnet sends its BGP sessions with the route server through an appliance",
    what: "An NVA peers with the route server of its VNet, and a route of its subnet's table to an appliance or to `None` decides over \
           the addresses of the route server.",
    why: "The NVA's packets to the route server go through another appliance, back to the NVA itself, or nowhere, while those of the \
          route server come directly. The BGP sessions do not come up or do not last, and every route of the NVA is missing.",
    fix: "Add a route for the range of RouteServerSubnet with next hop `VnetLocal`, or steer single subnets instead of the whole range.",
    bad: example!("RS1216", "bad"),
    good: example!("RS1216", "good"),
    sources: &[
        Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for host in estate.topology.vnet_ids() {
        let Some(server) = &estate.topology.vnet(host).route_server else { continue };
        let mut nvas: BTreeMap<SubnetId, Vec<String>> = BTreeMap::new();
        for peer in &server.peers {
            let router = estate.topology.router(peer.router);
            if let RouterKind::Nva { subnet, .. } = router.kind
                && subnet.vnet == host
            {
                nvas.entry(subnet).or_default().push(router.name.clone());
            }
        }
        for (subnet, names) in nvas {
            let Some((used, route)) = steers(estate, subnet, host) else { continue };
            let message = format!(
                "route `{}` sends BGP of {} with its route server to {}",
                route.route.name,
                few_names(names),
                route.sends_to()
            );
            let mut finding = Finding::new(route.prefix_span(), used.route_path(route.route), message)
                .key(estate.topology.subnet_name(subnet))
                .label("covers RouteServerSubnet")
                .affects(estate.subnets_text(&[subnet]));
            if let Some(subnet) = estate.subnet_named(host, ROUTE_SERVER_SUBNET) {
                finding = finding.also(estate.range_span(subnet), "the route server is here");
            }
            found.add(finding.help(estate.exception(host, &used.table.name)));
        }
    }
}
