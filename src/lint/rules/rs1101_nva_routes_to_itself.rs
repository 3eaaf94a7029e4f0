//! RS1101: the subnet of an NVA that takes the NVA's own announcement.

use super::*;
use crate::lint::questions::self_routes::SelfRoute;

pub(super) static RULE: Rule = Rule {
    code: "RS1101",
    name: "nva-routes-to-itself",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "packets that an NVA sends out come back to it, because its subnet takes its own route",
    what: "An NVA announces a route to a route server, the subnet of the NVA's only NIC takes that route too, and the NVA has to send \
           such packets out of that NIC: the internet for a default route, or a VNet that the NVA reaches by no tunnel.",
    why: "A route server programs every subnet with propagation on, the NVA's own one included. The packets leave the NVA, the subnet's \
          effective route names the NVA as next hop, and they come back until their time to live is over.",
    fix: "Give the NVA's subnet a route table with `bgp_route_propagation: false`, or with a user-defined route of the same prefix: \
          `Internet` for a default route. A second NIC in a subnet that does not take the route works as well.",
    bad: example!("RS1101", "bad"),
    good: example!("RS1101", "good"),
    sources: &[
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-hubless-region-ars (NIC of NVA1)",
            date: "2026-08-03",
            status: Status::Observed,
        },
        Source { title: "Route Server troubleshooting page", date: "2023-09-15", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let all = estate.self_routes().iter();
    let routes: Vec<&SelfRoute> = all.filter(|route| route.learned_from.is_none()).collect();
    for own in routes.chunk_by(|left, right| left.router == right.router) {
        let (router, subnet) = (estate.topology.router(own[0].router), own[0].subnet);
        let prefixes = few(own.iter().map(|route| route.prefix));
        let lost = few(own.iter().flat_map(|route| &route.lost));
        let name = estate.topology.subnet_name(subnet);
        let message = format!(
            "`{}` sends packets for {lost} to itself: its subnet takes {prefixes} with it as next hop",
            router.name
        );
        let mut finding = Finding::new(estate.table_span(subnet), estate.router_path(own[0].router), message)
            .label(format!("the effective routes of `{name}` hold {prefixes} via `{}`", router.name))
            .affects(format!("what `{}` forwards to {lost}", router.name));
        for origination in
            router.originates.iter().filter(|origin| own.iter().any(|route| route.prefix == origin.prefix))
        {
            finding = finding.also(origination.span, "announced here");
        }
        finding = finding.via(router.span, format!("`{}` announces {prefixes}", router.name));
        if let Some(server) = estate.programmer_of(subnet) {
            finding = finding.via(server, "the route server takes it and programs its VNet and the spokes");
        }
        finding = finding.via(
            estate.topology.subnet(subnet).span,
            format!("`{name}` takes it: packets of `{}` come back", router.name),
        );
        let internet = own.iter().any(|route| route.prefix.prefix_len() == 0);
        let has_table = estate.written_subnet(subnet).body.route_table.is_some();
        found.add(finding.help(match (internet, has_table) {
            (true, true) => "add `{ prefix: 0.0.0.0/0, next_hop: Internet }` to its route table, or set `bgp_route_propagation: false` there",
            (true, false) => "give the subnet a route table with `{ prefix: 0.0.0.0/0, next_hop: Internet }` or `bgp_route_propagation: false`",
            (false, true) => "set `bgp_route_propagation: false` in its route table",
            (false, false) => "give the subnet a route table with `bgp_route_propagation: false`",
        }));
    }
}
