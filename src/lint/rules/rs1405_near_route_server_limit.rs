//! RS1405: a route server that is nearly full.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1405",
    name: "near-route-server-limit",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server has used more than 90 % of one of its limits",
    what: "The VNets, the prefixes or the peers of a route server, or the peerings of its VNet, are more than 90 % of the documented \
           limit, and not above it. Each of them is a finding of its own.",
    why: "The estate works, and little has to be added until it does not: what comes after the limit is refused or left out.",
    fix: "Plan a second hub with a route server of its own, or announce summaries, before the next spokes or NVAs come.",
    bad: example!("RS1405", "bad"),
    good: example!("RS1405", "good"),
    sources: &[
        Source { title: "Route Server limits", date: "2025", status: Status::Documented },
        Source { title: "Azure networking limits", date: "2025-10-16", status: Status::Documented },
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let vnet = estate.topology.vnet(host);
        let (Some(written), Some(server)) = (estate.written_route_server(host), vnet.route_server.as_ref()) else {
            continue;
        };
        let kinds = [
            ("VNets", Fact::VnetsPerRouteServer, estate.served(host), "peer further spokes with a second hub"),
            (
                "prefixes",
                Fact::PrefixesPerRouteServer,
                estate.loads().held.get(&host).map_or(0, |held| held.count),
                "announce summaries before there are more",
            ),
            ("peerings", Fact::PeeringsPerVnet, vnet.links.len(), "peer further spokes with a second hub"),
            (
                "peers",
                Fact::PeersPerRouteServer,
                server.peers.len(),
                "let further NVAs peer with the route server of a second hub",
            ),
        ];
        for (kind, fact, count, help) in kinds {
            let limit = estate.limit(fact);
            if count > limit || count * 10 <= limit * 9 {
                continue;
            }
            let message = format!("the route server of `{}` has {count} of at most {limit} {kind}", vnet.name);
            found.add(
                Finding::new(written.span, estate.route_server_path(host), message)
                    .key(kind)
                    .label("little room for more")
                    .note(estate.limit_words(fact))
                    .help(help),
            );
        }
    }
}
