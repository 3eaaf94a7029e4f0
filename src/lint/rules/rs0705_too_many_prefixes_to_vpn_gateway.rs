//! RS0705: a peer of a VPN gateway that sends more prefixes than the gateway takes.

use super::*;
use crate::bgp::{ClassId, Device, Refusal, SessionKind, SpeakerId};
use crate::lint::questions::summaries::merged;
use crate::topology::{Topology, TunnelEnd, VnetId};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS0705",
    name: "too-many-prefixes-to-vpn-gateway",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a BGP peer sends a VPN gateway more prefixes than it takes",
    what: "The far end of a VPN connection announces more prefixes to one instance of a VPN gateway than the gateway takes from one \
           peer.",
    why: "The gateway closes the BGP session, and every route of the peer is gone until it sends fewer.",
    fix: "Let the peer announce summaries instead of single prefixes.",
    bad: example!("RS0705", "bad"),
    good: example!("RS0705", "good"),
    sources: &[Source { title: "VPN Gateway FAQ", date: "2026", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::VpnPrefixes);
    for ((id, tunnel), classes) in over_limit(estate, limit) {
        let tunnel = &estate.topology.tunnels[tunnel as usize];
        let count: usize = classes.iter().map(|class| estate.ribs().class(*class).prefixes.len()).sum();
        let ends = tunnel.sides.each_ref().map(|side| end_device(side.end));
        let Some(far) = ends.into_iter().find(|end| *end != Device::VpnGateway(id)) else { continue };
        let far = estate.said(far);
        let message = format!("{far} sends {count} prefixes to the VPN gateway of `{}`", estate.topology.vnet(id).name);
        let prefixes = classes.iter().flat_map(|class| estate.ribs().class(*class).prefixes.clone()).collect();
        let help = match merged(&prefixes, limit) {
            Some(ranges) => format!("let {far} announce {} instead: the same addresses", few(ranges)),
            None => format!("let {far} announce summaries; {} prefixes have to go", count - limit),
        };
        let [one, other] = tunnel.sides.each_ref().map(|side| end_name(estate.topology, side.end));
        found.add(
            Finding::new(tunnel.span, estate.connection_path(one, other), message)
                .key(&estate.topology.vnet(id).name)
                .label("the gateway closes this session")
                .help(help)
                .note(estate.limit_words(Fact::VpnPrefixes)),
        );
    }
}

fn end_device(end: TunnelEnd) -> Device {
    match end {
        TunnelEnd::Gateway(id) => Device::VpnGateway(id),
        TunnelEnd::Router(id) => Device::Router(id),
    }
}

fn end_name(topology: &Topology, end: TunnelEnd) -> &str {
    match end {
        TunnelEnd::Gateway(id) => &topology.vnet(id).name,
        TunnelEnd::Router(id) => &topology.router(id).name,
    }
}

/// Gateways and tunnels over which one session brings too many prefixes, with the classes of the fullest session.
fn over_limit(estate: &Context<'_>, limit: usize) -> BTreeMap<(VnetId, u32), Vec<ClassId>> {
    let ribs = estate.ribs();
    let mut sessions: BTreeMap<(SpeakerId, usize), (usize, Vec<ClassId>)> = BTreeMap::new();
    let gateways: Vec<SpeakerId> =
        ribs.network.ids().filter(|id| matches!(ribs.network.speaker(*id).device, Device::VpnGateway(_))).collect();
    for class in ribs.class_ids() {
        for speaker in &gateways {
            for received in estate.view(class, *speaker).received {
                // A path through the gateway's own ASN is dropped before it is counted.
                if !matches!(received.accepted, Err(Refusal::OwnAsnInPath(_))) {
                    let slot = sessions.entry((*speaker, received.neighbor)).or_default();
                    slot.0 += ribs.class(class).prefixes.len();
                    slot.1.push(class);
                }
            }
        }
    }
    let mut over: BTreeMap<(VnetId, u32), (usize, Vec<ClassId>)> = BTreeMap::new();
    for ((speaker, neighbor), (count, classes)) in sessions {
        let speaker = ribs.network.speaker(speaker);
        if let (Device::VpnGateway(id), SessionKind::Tunnel(tunnel, _), true) =
            (speaker.device, speaker.neighbors[neighbor].kind, count > limit)
        {
            let slot = over.entry((id, tunnel)).or_default();
            if count > slot.0 {
                *slot = (count, classes);
            }
        }
    }
    over.into_iter().map(|(key, (_, classes))| (key, classes)).collect()
}
