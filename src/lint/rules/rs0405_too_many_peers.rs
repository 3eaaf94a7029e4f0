//! RS0405: more BGP peers than a route server takes.

use super::*;
use crate::topology::{RouteServer, VnetId};
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS0405",
    name: "too-many-peers",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server has more BGP peers than Azure allows",
    what: "A route server has more `peers` than the limit (fact `peers_per_route_server`).",
    why: "Azure refuses every BGP connection beyond the limit, so the last NVAs stay without a session and their routes are missing.",
    fix: "Let fewer NVAs speak for the others: a pair of route reflectors, or the two NVAs behind one load balancer. Or move some of them \
          to a route server in a VNet of its own.",
    bad: example!("RS0405", "bad"),
    good: example!("RS0405", "good"),
    sources: &[
        Source { title: "quotes of the Route Server FAQ by others: 16", date: "2026", status: Status::Assumed },
        Source { title: "Route Server FAQ (8)", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::PeersPerRouteServer);
    for (host, server) in estate.route_servers() {
        if server.peers.len() > limit {
            let source = estate.source_of(Fact::PeersPerRouteServer);
            found.add(
                beyond(estate, (host, server), limit, "the limit")
                    .note(format!("a route server takes {} ({source})", plural(limit, "peer", "peers")))
                    .help(format!("take out {}", plural(server.peers.len() - limit, "peer", "peers"))),
            );
        }
    }
}

/// A finding at the first peer that is one too many.
pub(super) fn beyond(
    estate: &Context<'_>,
    (host, server): (VnetId, &RouteServer),
    limit: usize,
    what: &str,
) -> Finding {
    let vnet = &estate.topology.vnet(host).name;
    let message = format!("the route server of `{vnet}` has {} BGP peers, over {what} of {limit}", server.peers.len());
    let names = server.peers[limit..].iter().map(|peer| &estate.topology.router(peer.router).name);
    Finding::new(server.peers[limit].span, estate.route_server_path(host), message)
        .label(format!("number {}", limit + 1))
        .affects(few_names(names))
}
