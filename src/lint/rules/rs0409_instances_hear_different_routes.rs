//! RS0409: the two instances of a route server know different routes.

use super::rs0404_one_instance_peered::{instance_span, missing_instance};
use super::*;
use crate::bgp::{Candidate, ClassId, Device, Source as Origin, SpeakerId, View};
use crate::topology::{RouteServerPeer, VnetId};
use ipnet::Ipv4Net;

pub(super) static RULE: Rule = Rule {
    code: "RS0409",
    name: "instances-hear-different-routes",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "because of one-sided sessions neither instance of a route server holds all routes",
    what: "NVAs peer with one instance of a route server each, and therefore either instance lacks a prefix that the other holds, or \
           holds only worse paths for it. Fewer equal paths alone do not count.",
    why: "Each instance programs virtual machines and tells gateways and NVAs what it knows itself. What one of them lacks is missing in \
          a part of the platform, and everywhere while the other is maintained. Microsoft requires both to hear the same.",
    fix: "Peer the NVA with both instances and announce the same routes to both.",
    bad: example!("RS0409", "bad"),
    good: example!("RS0409", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

/// What one instance is worse off in.
struct Difference {
    /// The instance that lacks it.
    instance: usize,
    /// The NVA that tells the other instance.
    from: Device,
    /// Which prefixes.
    class: ClassId,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        let one_sided: Vec<&RouteServerPeer> =
            server.peers.iter().filter(|peer| missing_instance(estate, host, peer).is_some()).collect();
        if one_sided.is_empty() {
            continue;
        }
        let differences = differences(estate, host);
        // Where one instance knows everything, each one-sided session is told by RS0404, and that is all there is to mend.
        if !(0..2).all(|instance| differences.iter().any(|difference| difference.instance == instance)) {
            continue;
        }
        let supplies = |peer: &&&RouteServerPeer| {
            differences.iter().any(|difference| difference.from == Device::Router(peer.router))
        };
        let mut guilty = one_sided.iter().filter(supplies);
        let Some(first) = guilty.next() else { continue };
        let vnet = &estate.topology.vnet(host).name;
        let message = format!("the two instances of the route server of `{vnet}` hold different routes");
        let object = format!("{}.route_server", estate.vnet_path(host));
        let mut finding = Finding::new(instance_span(estate, host, first), object, message)
            .label(format!("`{}` tells only this instance", estate.topology.router(first.router).name))
            .help("peer these NVAs with both instances: leave `instances` out");
        for other in guilty.take(4) {
            let name = &estate.topology.router(other.router).name;
            finding = finding.also(instance_span(estate, host, other), format!("`{name}` tells only this instance"));
        }
        for instance in 0..2 {
            let prefixes: Vec<Ipv4Net> = differences
                .iter()
                .filter(|difference| difference.instance == instance)
                .flat_map(|difference| estate.ribs().class(difference.class).prefixes.iter().copied())
                .collect();
            if !prefixes.is_empty() {
                let list = crate::words::first_few(&prefixes);
                finding = finding.affects(format!("instance {instance}, which lacks the best path to {list}"));
            }
        }
        found.add(finding);
    }
}

fn differences(estate: &Context<'_>, host: VnetId) -> Vec<Difference> {
    let ribs = estate.ribs();
    let instances: Vec<SpeakerId> = ribs.network.instances(Device::RouteServer(host)).collect();
    let mut all = Vec::new();
    for class in ribs.class_ids() {
        let views: Vec<View> = instances.iter().map(|id| ribs.view(estate.topology, class, *id)).collect();
        let best = instances.iter().zip(&views).flat_map(|(id, view)| view.survivors().map(|best| (*id, best.clone())));
        let held: Vec<(SpeakerId, Candidate)> = best.collect();
        let Some((decision, _)) = ribs.decide_together(estate.topology, &held) else { continue };
        for (index, id) in instances.iter().enumerate() {
            if decision.survivors.iter().any(|survivor| held[*survivor].0 == *id) {
                continue;
            }
            let (holder, candidate) = &held[decision.preferred];
            if let Origin::Neighbor(neighbor) = candidate.source {
                let peer = ribs.network.speaker(*holder).neighbors[neighbor].peer;
                let from = ribs.network.speaker(peer).device;
                all.push(Difference { instance: index, from, class });
            }
        }
    }
    all
}
