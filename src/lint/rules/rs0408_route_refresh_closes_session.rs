//! RS0408: a peer whose routes fit once, but not twice.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0408",
    name: "route-refresh-closes-session",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA sends more than half of the routes it may, so that sending all of them again closes the session",
    what: "An NVA announces more than half of what a peer may send (fact `routes_per_peer`), though not more than all of it.",
    why: "A route server counts the routes that it holds and those that arrive together. When the NVA sends everything again, the sum \
          passes the limit and the session is closed. That happens on a route refresh, which the route server asks for whenever a VNet \
          is peered with its own, and after a policy change on the NVA.",
    fix: "Keep below half of the limit: summarise, or announce only what is needed.",
    bad: example!("RS0408", "bad"),
    good: example!("RS0408", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::RoutesPerPeer);
    for ((host, id), routes) in &estate.ribs().kept {
        // Above the limit the session is closed already, and nothing of it is kept.
        if 2 * routes <= limit || *routes > limit {
            continue;
        }
        let (vnet, router) = (estate.topology.vnet(*host), estate.topology.router(*id));
        let message = format!(
            "`{}` sends {routes} routes to the route server of `{}`; sent again they count as {} of {limit} allowed",
            router.name,
            vnet.name,
            2 * routes
        );
        let mut finding = Finding::new(router.span, estate.router_path(*id), message)
            .key(&vnet.name)
            .label(format!("more than half of {limit}"))
            .affects(format!("every route of `{}`, at the next route refresh", router.name))
            .note(format!("the limit is {limit} routes from one peer ({})", estate.source_of(Fact::RoutesPerPeer)))
            .help(format!(
                "announce at most {} to `{}`: summarise, or drop the rest in an export policy",
                limit / 2,
                vnet.name
            ));
        let peers = vnet.route_server.iter().flat_map(|server| &server.peers);
        if let Some(peer) = peers.into_iter().find(|peer| peer.router == *id) {
            finding = finding.also(peer.span, "the session that would be closed");
        }
        found.add(finding);
    }
}
