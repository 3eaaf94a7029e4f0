//! RS0412: an NVA takes 65515 out of everything it exports, and a route server uses what comes back to it.

use super::*;
use crate::azure::AZURE_ASN;
use crate::bgp::{ClassId, Device, Source as Origin, SpeakerId};
use crate::source::Span;
use crate::topology::{PeerName, RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS0412",
    name: "asn-stripping-removes-loop-protection",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA removes 65515 from everything it exports, and a route server uses its own routes as they come back",
    what: "The export of an NVA to a route server removes or replaces 65515 in every path, with no condition on prefix, path, community or \
           source, and a route that this route server told comes back from the NVA and is used there, or never settles. Copies that \
           come back with a longer path and stay unused do not count.",
    why: "The ASN 65515 in a path is how a route server recognises its own routes. Without it the copy looks like a route of the NVA: \
          virtual machines send traffic to the NVA, and the NVA sends it back into the VNet. When the true route goes away, the copies \
          can keep each other alive.",
    fix: "Remove or replace the ASN only for prefixes that this route server is meant to learn from the NVA: an allow-list.",
    bad: example!("RS0412", "bad"),
    good: example!("RS0412", "good"),
    sources: &[
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-interconnect-ars-route-policy",
            date: "2026-08",
            status: Status::Observed,
        },
        Source { title: "Route Server multi-region page", date: "2024-03-13", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in server.peers.iter().filter(|peer| estate.session_comes_up(host, peer)) {
            let Some(span) = strips_everything(estate, peer.router, host) else { continue };
            let classes = returned(estate, host, peer.router);
            let Some(first) = classes.first() else { continue };
            let (vnet, name) = (&estate.topology.vnet(host).name, &estate.topology.router(peer.router).name);
            let prefixes: Vec<Ipv4Net> =
                classes.iter().flat_map(|class| estate.ribs().class(*class).prefixes.iter().copied()).collect();
            let message = format!(
                "`{name}` hands routes of the route server of `{vnet}` back to it without 65515, and they are used"
            );
            let mut finding = Finding::new(span, estate.router_path(peer.router), message)
                .key(vnet)
                .label("this holds for every route")
                .affects(few(&prefixes))
                .help(help(estate, host, peer.router, (*first, &prefixes)));
            for (span, text) in estate.announcing(&estate.way_from_azure(*first, peer.router), prefixes[0]) {
                finding = finding.via(span, text);
            }
            found.add(
                finding.via(peer.span, format!("the route server of `{vnet}` takes its own route for one of `{name}`")),
            );
        }
    }
}

/// Where it is written that an export to a route server takes 65515 out of every path.
fn strips_everything(estate: &Context<'_>, id: RouterId, host: VnetId) -> Option<Span> {
    let router = estate.topology.router(id);
    let policy = router.export.for_peer(PeerName::Vnet(host));
    let everything = policy.into_iter().flat_map(|policy| &policy.rules).find(|rule| {
        let conditions = rule.looks_at_prefix() || rule.as_path.is_some() || !rule.as_path_contains.is_empty();
        let sources = !rule.communities.is_empty() || !rule.learned_from.is_empty();
        let replaced = rule.replace_as_path.as_ref().is_some_and(|path| !path.contains(AZURE_ASN));
        let removes = replaced || rule.as_override || rule.strip.contains(&AZURE_ASN);
        !conditions && !sources && !rule.drop && removes
    });
    let flag = estate.written_router(id).body.as_override.as_ref().filter(|flag| flag.value);
    everything.map(|rule| rule.span).or(flag.map(|flag| flag.span))
}

/// Classes that the route server told, got back from an NVA, and uses or cannot make up its mind about.
fn returned(estate: &Context<'_>, host: VnetId, id: RouterId) -> Vec<ClassId> {
    let ribs = estate.ribs();
    let server: BTreeSet<SpeakerId> = ribs.network.instances(Device::RouteServer(host)).collect();
    let Some(nva) = ribs.network.instances(Device::Router(id)).next() else { return Vec::new() };
    let flapping = |class: ClassId| {
        let mut classes = ribs.oscillations.iter().filter(|oscillation| oscillation.class == class);
        classes.any(|oscillation| {
            oscillation.speakers.contains(&nva) && oscillation.speakers.iter().any(|speaker| server.contains(speaker))
        })
    };
    let used = |class: ClassId| {
        let from_nva = |speaker: SpeakerId| {
            ribs.view(estate.topology, class, speaker).survivors().any(|candidate| match candidate.source {
                Origin::Neighbor(index) => ribs.network.speaker(speaker).neighbors[index].peer == nva,
                Origin::Local(_) => false,
            })
        };
        server.iter().any(|speaker| from_nva(*speaker))
            && estate.way_back(class, nva).iter().any(|speaker| server.contains(speaker))
    };
    ribs.class_ids().filter(|class| flapping(*class) || used(*class)).collect()
}

/// A rule that keeps the copies away.
fn help(estate: &Context<'_>, host: VnetId, id: RouterId, (class, prefixes): (ClassId, &[Ipv4Net])) -> String {
    let vnet = &estate.topology.vnet(host).name;
    let ribs = estate.ribs();
    let nva = ribs.network.instances(Device::Router(id)).next();
    let from = nva.and_then(|nva| estate.way_back(class, nva).get(1).copied());
    let direct = from.is_some_and(|from| ribs.network.speaker(from).device == Device::RouteServer(host));
    let matched = match direct {
        true => format!("learned_from: {vnet}"),
        false => {
            format!("prefix: [{}]", prefixes.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
    };
    format!(
        "put a rule first in the export of `{}` to `{vnet}` that keeps them back: `{{ match: {{ {matched} }}, then: {{ drop: true }} }}`",
        estate.topology.router(id).name
    )
}
