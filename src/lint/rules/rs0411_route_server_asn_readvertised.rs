//! RS0411: an NVA passes on routes through 65515, which the next route server drops.

use super::*;
use crate::azure::AZURE_ASN;
use crate::bgp::{ClassId, Device, Neighbor, Refusal, SpeakerId, View};
use crate::topology::{RouterId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0411",
    name: "route-server-asn-readvertised",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA passes routes of one route server on to another, which drops them for the 65515 in their path",
    what: "A route server drops a route of an NVA because its path holds 65515, the NVA has it from another route server or from a \
           gateway of another VNet, and the dropping route server learns the prefix from nobody else, nor a wider one from that NVA. \
           Routes that only go back to where they came from do not count.",
    why: "Every route server and every gateway beside one has the ASN 65515, and drops paths through itself before any route map. What \
          the NVA passes on between two hubs therefore arrives nowhere, and the VNets behind the second route server have no route.",
    fix: "Let the NVA replace 65515 in what it exports to that VNet, with `as_override` or `replace_as_path`, and only for the prefixes \
          that are to pass: the list replaces the loop protection that goes with the ASN. Or announce a wider prefix from the NVA itself.",
    bad: example!("RS0411", "bad"),
    good: example!("RS0411", "good"),
    sources: &[
        Source { title: "Route Server multi-region page", date: "2024-03-13", status: Status::Documented },
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-2er-circuits",
            date: "2021-03",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        if !has_transit_peer(estate, host) {
            continue;
        }
        for (router, classes) in dropped(estate, host) {
            let prefixes = lost(estate, host, router, &classes);
            if !prefixes.is_empty() {
                found.add(finding(estate, host, router, &classes, &prefixes));
            }
        }
    }
}

/// Whether a peer of the route server hears of 65515 from anybody else; most estates have no such NVA.
fn has_transit_peer(estate: &Context<'_>, host: VnetId) -> bool {
    let ribs = estate.ribs();
    let server = Device::RouteServer(host);
    let instances = ribs.network.instances(server);
    let mut peers = instances.flat_map(|id| &ribs.network.speaker(id).neighbors).map(|neighbor| neighbor.peer);
    peers.any(|id| {
        let peer = ribs.network.speaker(id);
        let others = |neighbor: &Neighbor| ribs.network.speaker(neighbor.peer).device != server;
        matches!(peer.device, Device::Router(_)) && peer.neighbors.iter().any(others)
    })
}

/// By NVA, the classes that no instance holds because all that came of them went through 65515.
fn dropped(estate: &Context<'_>, host: VnetId) -> BTreeMap<RouterId, Vec<ClassId>> {
    let ribs = estate.ribs();
    let instances: Vec<SpeakerId> = ribs.network.instances(Device::RouteServer(host)).collect();
    let mut dropped: BTreeMap<RouterId, Vec<ClassId>> = BTreeMap::new();
    for class in ribs.class_ids() {
        let view = |id: &SpeakerId| Some(ribs.view(estate.topology, class, *id)).filter(|view| view.decision.is_none());
        let Some(views) = instances.iter().map(view).collect::<Option<Vec<View>>>() else { continue };
        let mut senders: BTreeSet<SpeakerId> = BTreeSet::new();
        for (id, view) in instances.iter().zip(&views) {
            let looped =
                view.received.iter().filter(|received| received.accepted == Err(Refusal::OwnAsnInPath(AZURE_ASN)));
            senders.extend(looped.map(|received| ribs.network.speaker(*id).neighbors[received.neighbor].peer));
        }
        for sender in senders {
            let Device::Router(router) = ribs.network.speaker(sender).device else { continue };
            let origin = estate.first_in_azure(&estate.way_back(class, sender));
            if origin.is_some_and(|origin| origin.vnet() != Some(host)) {
                dropped.entry(router).or_default().push(class);
            }
        }
    }
    dropped
}

/// The prefixes of classes that are really missed: neither the NVA's wider announcements nor a peering bring them.
fn lost(estate: &Context<'_>, host: VnetId, router: RouterId, classes: &[ClassId]) -> Vec<Ipv4Net> {
    let vnet = estate.topology.vnet(host);
    let spokes = estate.topology.transit_spokes(host).next().is_some();
    let peered = |prefix: &Ipv4Net| {
        let ranges = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
        !spokes && ranges.into_iter().any(|range| range.contains(prefix))
    };
    let accepted = estate.taken_from(host, router);
    let holds = |prefix: &Ipv4Net, length: u8| {
        Ipv4Net::new(prefix.network(), length).is_ok_and(|net| accepted.contains(&net.trunc()))
    };
    let wider = |prefix: &Ipv4Net| (0..prefix.prefix_len()).any(|length| holds(prefix, length));
    let all = classes.iter().flat_map(|class| &estate.ribs().class(*class).prefixes).copied();
    let mut lost: Vec<Ipv4Net> = all.filter(|prefix| !peered(prefix) && !wider(prefix)).collect();
    lost.sort_unstable();
    lost
}

fn finding(estate: &Context<'_>, host: VnetId, id: RouterId, classes: &[ClassId], prefixes: &[Ipv4Net]) -> Finding {
    let (vnet, router) = (&estate.topology.vnet(host).name, estate.topology.router(id));
    let message = format!(
        "`{}` passes on routes with 65515 in their path, which the route server of `{vnet}` drops",
        router.name
    );
    let holds = |class: &&ClassId| estate.ribs().class(**class).prefixes.contains(&prefixes[0]);
    let class = classes.iter().copied().find(|class| holds(&class)).unwrap_or(classes[0]);
    let export = estate.export_span(id, host);
    let list = prefixes.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let rule = format!("{{ match: {{ prefix: [{list}] }}, then: {{ as_override: true }} }}");
    let help = match export {
        Some(_) => format!("put this rule first in the export policy for `{vnet}`: `{rule}`"),
        None => format!(
            "give `{}` an export policy for the prefixes that are to pass: `export: {{ {vnet}: [{rule}] }}`",
            router.name
        ),
    };
    let mut finding = Finding::new(export.unwrap_or(router.span), estate.router_path(id), message)
        .key(vnet)
        .label("the path keeps 65515")
        .affects(few(prefixes))
        .help(help);
    for (span, text) in estate.announcing(&estate.way_from_azure(class, id), prefixes[0]) {
        finding = finding.via(span, text);
    }
    let peers = estate.topology.vnet(host).route_server.iter().flat_map(|server| &server.peers);
    match peers.into_iter().find(|peer| peer.router == id) {
        Some(peer) => {
            finding.via(peer.span, format!("the route server of `{vnet}` drops them: their path holds its own ASN"))
        }
        None => finding,
    }
}
