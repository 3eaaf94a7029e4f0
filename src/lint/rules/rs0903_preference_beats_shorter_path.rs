//! RS0903: a longer path that wins by the routing preference.

use super::*;
use crate::bgp::{Device, Step};
use crate::topology::{RoutingPreference, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0903",
    name: "preference-beats-shorter-path",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a shorter AS path loses to the hub routing preference of a route server",
    what: "At a route server a path from one kind of source wins by `hub_routing_preference` although the AS path of another kind of \
           source is shorter.",
    why: "The preference comes before the length of the path: with ExpressRoute, which is the default, every ExpressRoute route beats \
          every VPN and NVA route to the same prefix, and with VpnGateway it is the other way round. Prepends do not change that.",
    fix: "If the shorter path is to win, write `hub_routing_preference: ASPath`, or announce longer prefixes over the way that is to \
          be used. If the preference is meant, nothing is to be done.",
    bad: example!("RS0903", "bad"),
    good: example!("RS0903", "good"),
    sources: &[Source {
        title: "Route Server hub routing preference page",
        date: "2025-09-17",
        status: Status::Documented,
    }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let beaten = beaten(estate, host);
        let Some(place) = estate.preference_span(host).filter(|_| !beaten.is_empty()) else { continue };
        let vnet = estate.topology.vnet(host);
        let word = match vnet.route_server.as_ref().map(|server| server.preference) {
            Some(RoutingPreference::VpnGateway) => "VpnGateway",
            _ => "ExpressRoute",
        };
        let written =
            estate.written_route_server(host).is_some_and(|server| server.value.hub_routing_preference.is_some());
        let message = format!("at the route server of `{}` a longer path wins by the routing preference", vnet.name);
        let mut finding = Finding::new(place, estate.route_server_path(host), message)
            .label(format!("the preference is {word}{}", if written { "" } else { ", the default" }))
            .help("if the shorter path is to win, write `hub_routing_preference: ASPath`");
        let lines = beaten.iter().map(|(prefix, words)| format!("{prefix}: {words}"));
        for line in few_lines(lines.collect(), "prefixes") {
            finding = finding.affects(line);
        }
        if vnet.route_server.as_ref().is_some_and(|server| !server.branch_to_branch) {
            finding = finding.note(format!(
                "that the preference counts while branch-to-branch is off is not certain: {}",
                estate.source_of(Fact::PreferenceScope)
            ));
        }
        found.add(finding);
    }
}

/// Prefixes of which a shorter path loses, with the two paths.
fn beaten(estate: &Context<'_>, host: VnetId) -> BTreeMap<Ipv4Net, String> {
    let mut beaten = BTreeMap::new();
    for (class, speaker, view) in estate.choices(host) {
        let Some((decision, winner)) = view.decision.as_ref().zip(view.preferred()) else { continue };
        let shorter = decision.losses.iter().find(|loss| {
            let candidate = &view.candidates[loss.candidate];
            let echo = estate.came_over(speaker, candidate).is_none_or(|from| estate.is_echo(class, from.peer, host));
            matches!(loss.step, Step::PreferExpressRoute | Step::PreferVpnAndNva)
                && candidate.route.path.length() < winner.route.path.length()
                && !echo
        });
        let Some(loser) = shorter.map(|loss| &view.candidates[loss.candidate]) else { continue };
        let from = |candidate| estate.came_over(speaker, candidate).map(|neighbor| estate.device(neighbor.peer));
        let Some((won, lost)) = from(winner).zip(from(loser)) else { continue };
        let path = |path: &crate::net::AsPath, device: Device| {
            let path = if path.is_empty() { "the empty path".into() } else { format!("path {path}") };
            format!("{path} of {}", estate.said(device))
        };
        let words = format!("{} before {}", path(&winner.route.path, won), path(&loser.route.path, lost));
        for prefix in &estate.ribs().class(class).prefixes {
            beaten.entry(*prefix).or_insert_with(|| words.clone());
        }
    }
    beaten
}
