//! RS0403: a BGP peer outside Azure.

use super::*;
use crate::topology::{RouteServer, VnetId};

pub(super) static RULE: Rule = Rule {
    code: "RS0403",
    name: "peer-on-premises",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server has an on-premises router as BGP peer",
    what: "One of the `peers` of a route server is a site.",
    why: "A route server takes only addresses of NVAs in its own VNet or in a VNet peered with it. Routers behind ExpressRoute, VPN or an \
          SD-WAN tunnel cannot be peers. rsctl plans the estate without the session.",
    fix: "Let an NVA peer with the route server and hold the session with the site, or reach the site through the VPN or ExpressRoute \
          gateway of the route server's VNet with `branch_to_branch: true`.",
    bad: example!("RS0403", "bad"),
    good: example!("RS0403", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in &server.peers {
            let router = estate.topology.router(peer.router);
            if router.is_nva() {
                continue;
            }
            let (vnet, name) = (&estate.topology.vnet(host).name, &router.name);
            let message = format!("the route server of `{vnet}` has the site `{name}` as a peer");
            found.add(
                Finding::new(peer.span, estate.peer_path(host, peer.router), message)
                    .label("Azure takes no peer on premises; it is planned without")
                    .left_out(true)
                    .also(router.span, "outside Azure")
                    .affects(format!("every route of `{name}` that the route server of `{vnet}` was to learn"))
                    .help(instead(estate, host, server, name)),
            );
        }
    }
}

/// Who could bring the routes of the site.
fn instead(estate: &Context<'_>, host: VnetId, server: &RouteServer, site: &str) -> String {
    let nva = server.peers.iter().find(|peer| estate.session_comes_up(host, peer));
    match nva.map(|peer| &estate.topology.router(peer.router).name) {
        Some(nva) => format!("let `{nva}` hold the session: `sessions: [{{ between: [{nva}, {site}] }}]`"),
        None => format!("add an NVA as peer, and let it hold the session with `{site}` in `sessions`"),
    }
}
