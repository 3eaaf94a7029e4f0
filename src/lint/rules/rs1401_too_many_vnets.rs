//! RS1401: more VNets behind a route server than it serves.

use super::*;
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS1401",
    name: "too-many-vnets",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server serves more VNets than Azure allows",
    what: "The VNet of a route server and the VNets that it is peered with are more than the documented limit.",
    why: "Azure counts every VNet that is peered with the route server's VNet, whether it uses the route server or not. Beyond the \
          limit nothing is promised: routes may be missing on some of them.",
    fix: "Move spokes to a second hub with a route server of its own, or drop peerings that nobody needs.",
    bad: example!("RS1401", "bad"),
    good: example!("RS1401", "good"),
    sources: &[
        Source { title: "Route Server limits", date: "2025", status: Status::Documented },
        Source { title: "Route Server limits", date: "2023-09-18", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::VnetsPerRouteServer);
    for (host, _) in estate.route_servers() {
        let count = estate.served(host);
        let Some(server) = estate.written_route_server(host).filter(|_| count > limit) else { continue };
        let hub = &estate.topology.vnet(host).name;
        let over = count - limit;
        found.add(
            Finding::new(
                server.span,
                estate.route_server_path(host),
                format!("the route server of `{hub}` serves {count} VNets"),
            )
            .label(format!("{} peered VNets and its own", count - 1))
            .note(estate.limit_words(Fact::VnetsPerRouteServer))
            .help(format!("peer {} with a second hub instead", plural(over, "VNet", "VNets"))),
        );
    }
}
