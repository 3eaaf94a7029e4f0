//! RS1102: NVAs that learn each other's networks, but have no tunnel to carry the packets.

use super::*;
use crate::bgp::Device;
use crate::lint::questions::self_routes::SelfRoute;

pub(super) static RULE: Rule = Rule {
    code: "RS1102",
    name: "nva-pair-without-overlay",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA passes on networks that it reaches by no tunnel, so their packets come back to it",
    what: "An NVA learns a prefix from another NVA, by a route server or by a session between their NICs, passes it on to a route \
           server, and the subnet of its own NIC takes it back with the NVA as next hop.",
    why: "Azure delivers a packet by the effective routes of the NIC it leaves, whatever next hop the NVA has in mind. The NVA sends \
          the packet towards the other NVA, the subnet's route sends it back to the first one, and it runs in circles.",
    fix: "Join the NVAs by a tunnel (IPsec, VXLAN, GRE) and run BGP through it, with the tunnel's `addresses` in the session; or \
          keep the NVA's subnet from taking the routes and give it user-defined routes to the other NVA.",
    bad: example!("RS1102", "bad"),
    good: example!("RS1102", "good"),
    sources: &[
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-2er-circuits and rs-dualhome-s2s-vpn (ping in circles)",
            date: "2021-03",
            status: Status::Observed,
        },
        Source { title: "Route Server multi-region page", date: "2024-03-13", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let all = estate.self_routes().iter();
    let routes: Vec<(&SelfRoute, Device)> = all.filter_map(|route| Some((route, route.learned_from?))).collect();
    for own in routes.chunk_by(|left, right| left.0.router == right.0.router) {
        let (first, from) = own[0];
        let router = estate.topology.router(first.router);
        let prefixes = few(own.iter().map(|(route, _)| route.prefix));
        let lost = few(own.iter().flat_map(|(route, _)| &route.lost));
        let message =
            format!("`{}` passes on {prefixes} but has no tunnel there: the packets come back to it", router.name);
        let mut finding = Finding::new(router.span, estate.router_path(first.router), message)
            .label(format!("learned from `{}`, without a tunnel", from.name(estate.topology)))
            .also(estate.table_span(first.subnet), format!("takes {prefixes} with `{}` as next hop", router.name))
            .affects(format!("packets for {lost} that reach `{}`", router.name));
        if let Some(server) = from.vnet().and_then(|host| estate.route_server_span(host)) {
            finding =
                finding.via(server, format!("`{}` passes it on to `{}`", from.name(estate.topology), router.name));
        }
        finding = finding.via(router.span, format!("`{}` announces it again", router.name));
        if let Some(server) = estate.programmer_of(first.subnet) {
            finding = finding.via(server, "the route server takes it and programs its VNet and the spokes");
        }
        let subnet = estate.topology.subnet(first.subnet).span;
        finding = finding.via(subnet, format!("the subnet takes it: packets of `{}` come back", router.name));
        if let Device::Router(other) = from {
            let session = estate
                .topology
                .sessions
                .iter()
                .find(|session| session.ends.contains(&first.router) && session.ends.contains(&other));
            if let Some(session) = session {
                finding = finding.also(session.span, "a session between the NICs, without `addresses` of a tunnel");
            }
        }
        found.add(finding.help("join the two NVAs by a tunnel, and write its ends as `addresses` of their session"));
    }
}
