//! RS0407: a peer that sends more routes than a route server takes, so that the session is closed.

use super::*;
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS0407",
    name: "too-many-routes-from-peer",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA sends a route server more routes than it takes, which closes the session",
    what: "An NVA announces more routes to one route server than a peer may send (fact `routes_per_peer`). Routes that the route server \
           drops on arrival, such as paths through 65515, do not count.",
    why: "The route server closes the session as soon as the limit is passed. Not only the surplus is lost: every route of the NVA \
          disappears from the virtual machines and from the gateways.",
    fix: "Summarise what the NVA announces, or announce only what is needed in an export policy for that route server.",
    bad: example!("RS0407", "bad"),
    good: example!("RS0407", "good"),
    sources: &[
        Source { title: "Route Server FAQ (4,000)", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server FAQ (1,000)", date: "2022-07-31", status: Status::Documented },
        Source { title: "Route Server FAQ (200)", date: "2021-04-16", status: Status::Documented },
        Source {
            title: "blog of Simon Painter: the NVA logs that the maximum of prefixes is reached",
            date: "2025-01",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::RoutesPerPeer);
    for closed in &estate.ribs().closed {
        let (vnet, router) = (estate.topology.vnet(closed.vnet), estate.topology.router(closed.router));
        let message = format!(
            "`{}` sends {} to the route server of `{}`, which takes {limit} and closes the session",
            router.name,
            plural(closed.routes, "route", "routes"),
            vnet.name
        );
        let spokes = estate.topology.transit_spokes(closed.vnet).count();
        let behind = match spokes {
            0 => format!("`{}`", vnet.name),
            _ => format!("`{}` and {} behind it", vnet.name, plural(spokes, "VNet", "VNets")),
        };
        let mut finding = Finding::new(router.span, estate.router_path(closed.router), message)
            .key(&vnet.name)
            .label(format!("{} too many", closed.routes - limit))
            .affects(format!("every route of `{}` in {behind}", router.name))
            .note(format!("the limit is {limit} routes from one peer ({})", estate.source_of(Fact::RoutesPerPeer)))
            .help(format!(
                "announce at most {} to `{}`, so that a full refresh passes too: summarise, or drop the rest in `export: {{ {}: … }}`",
                limit / 2,
                vnet.name,
                vnet.name
            ));
        let server = vnet.route_server.iter().flat_map(|server| &server.peers);
        if let Some(peer) = server.into_iter().find(|peer| peer.router == closed.router) {
            finding = finding.also(peer.span, "this session is closed; it is planned without");
        }
        found.add(finding);
    }
}
