//! RS0406: as many BGP peers as only newer sources allow.

use super::rs0405_too_many_peers::beyond;
use super::*;
use crate::azure::facts::Era;

pub(super) static RULE: Rule = Rule {
    code: "RS0406",
    name: "peers-over-former-limit",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server has more BGP peers than the last limit that Microsoft's own page was seen to give",
    what: "A route server has more `peers` than the former limit, but not more than today's (fact `peers_per_route_server`).",
    why: "The limit was 8 for years and still stood on Microsoft's page at the end of 2025. Others quote 16 from the page of 2026. Until \
          your subscription is known to take more than the former number, a deployment may stop there.",
    fix: "Ask Azure support for the limit of your subscription, or stay at the former number. Set the fact `peers_per_route_server` once \
          you know.",
    bad: example!("RS0406", "bad"),
    good: example!("RS0406", "good"),
    sources: &[
        Source { title: "Route Server FAQ (8)", date: "2025-11", status: Status::Documented },
        Source { title: "quotes of the Route Server FAQ by others: 16", date: "2026", status: Status::Assumed },
    ],
    check,
};

/// The limit before the one in force, and who said so. None when the user chose the number.
fn former(estate: &Context<'_>) -> Option<(usize, &'static Era)> {
    let facts = &estate.topology.facts;
    if facts.chosen(Fact::PeersPerRouteServer) {
        return None;
    }
    let limit = estate.limit(Fact::PeersPerRouteServer);
    let in_time = |era: &&Era| facts.day().is_none_or(|day| era.since <= day);
    let eras = Fact::PeersPerRouteServer.entry().eras.iter().filter(in_time);
    let mut numbers = eras.filter_map(|era| Some((era.value.parse::<usize>().ok()?, era)));
    numbers.rfind(|(number, _)| *number < limit)
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let Some((former, era)) = former(estate) else { return };
    let limit = estate.limit(Fact::PeersPerRouteServer);
    for (host, server) in estate.route_servers() {
        if (former + 1..=limit).contains(&server.peers.len()) {
            found.add(
                beyond(estate, (host, server), former, "the former limit")
                    .note(format!("the limit was {former} ({})", era.source))
                    .note(format!("it is {limit} by {}", estate.source_of(Fact::PeersPerRouteServer)))
                    .help(format!(
                        "stay at {former} peers, or ask Azure support and write `facts: {{ peers_per_route_server: {limit} }}`"
                    )),
            );
        }
    }
}
