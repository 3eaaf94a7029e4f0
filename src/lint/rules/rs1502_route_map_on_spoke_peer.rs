//! RS1502: a route map on the session with an NVA of another VNet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1502",
    name: "route-map-on-spoke-peer",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route map is attached to a BGP connection whose NVA is in another VNet",
    what: "A peer of a route server has an `inbound_route_map` or an `outbound_route_map`, and its NVA is in another VNet than the route \
           server.",
    why: "In a lab of 2026-08 Azure refused exactly this with HubBgpConnectionFromSpokeVnetCannotReferenceRouteMap. Microsoft's pages do \
          not name the restriction. rsctl plans the route map as written.",
    fix: "Do the same in a policy on the NVA, or put the NVA into the VNet of the route server.",
    bad: example!("RS1502", "bad"),
    good: example!("RS1502", "good"),
    sources: &[
        Source {
            title: "github.com/erjosito/net-lab-builder route-map labs",
            date: "2026-08",
            status: Status::Observed,
        },
        Source { title: "Route Server route maps page", date: "2026-07-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in &server.peers {
            let router = estate.topology.router(peer.router);
            let Some(home) = router.vnet().filter(|vnet| *vnet != host) else { continue };
            let Some(written) = estate.written_peer(host, peer) else { continue };
            let maps = [(&written.route_maps.inbound, "export"), (&written.route_maps.outbound, "import")];
            let mut maps = maps.into_iter().filter_map(|(name, policy)| Some((name.as_ref()?, policy)));
            let Some((first, policy)) = maps.next() else { continue };
            let (vnet, home) = (&estate.topology.vnet(host).name, &estate.topology.vnet(home).name);
            let message = format!("a route map is attached to the peer `{}`, which is not in `{vnet}`", router.name);
            let mut finding = Finding::new(first.span, estate.peer_path(host, peer.router), message)
                .label("Azure refused a route map on such a peer in 2026-08")
                .also(router.span, format!("in `{home}`"))
                .note("the error was HubBgpConnectionFromSpokeVnetCannotReferenceRouteMap")
                .help(format!(
                    "apply it on the NVA instead: `{policy}: {{ {vnet}: {} }}` at `{}`",
                    first.value, router.name
                ));
            for (other, _) in maps {
                finding = finding.also(other.span, "this one too");
            }
            found.add(finding);
        }
    }
}
