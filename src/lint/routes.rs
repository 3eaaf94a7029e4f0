//! Questions on routes that several rules ask, and the words for what they name.
//!
//! Every sweep goes over classes of prefixes, never over single prefixes.

use super::context::Context;
use crate::bgp::{Candidate, ClassId, Device, LocalKind, Neighbor, SessionKind, Source, SpeakerId, View};
use crate::net::Asn;
use crate::source::Span;
use crate::topology::{RouterId, TunnelEnd, VnetId};
use ipnet::Ipv4Net;

/// `vnets.hub.route_server`.
pub(super) fn server_path(estate: &Context<'_>, id: VnetId) -> String {
    format!("{}.route_server", estate.vnet_path(id))
}

/// VNets whose route server takes part in the plan.
pub(super) fn servers<'e>(estate: &'e Context<'_>) -> impl Iterator<Item = VnetId> + 'e {
    estate.topology.vnet_ids().filter(|id| estate.topology.vnet(*id).route_server.is_some())
}

/// Where a route server's peer of that router is written; the route server itself where it is not.
pub(super) fn peer_span(estate: &Context<'_>, host: VnetId, router: RouterId) -> Option<Span> {
    let server = estate.topology.vnet(host).route_server.as_ref()?;
    Some(server.peers.iter().find(|peer| peer.router == router).map_or(server.span, |peer| peer.span))
}

/// One speaker's view of one class.
pub(super) fn view(estate: &Context<'_>, class: ClassId, speaker: SpeakerId) -> View {
    estate.ribs().view(estate.topology, class, speaker)
}

/// The device of a speaker.
pub(super) fn device(estate: &Context<'_>, speaker: SpeakerId) -> Device {
    estate.ribs().network.speaker(speaker).device
}

/// True when a speaker takes part in nothing of a class.
pub(super) fn holds(estate: &Context<'_>, class: ClassId, speaker: SpeakerId) -> bool {
    !view(estate, class, speaker).candidates.is_empty()
}

/// The session that a candidate came over.
pub(super) fn came_over<'e>(estate: &'e Context<'_>, at: SpeakerId, candidate: &Candidate) -> Option<&'e Neighbor> {
    match candidate.source {
        Source::Neighbor(index) => Some(&estate.ribs().network.speaker(at).neighbors[index]),
        Source::Local(_) => None,
    }
}

/// Who gave a speaker what it prefers of a class; none where it holds nothing or its own.
pub(super) fn supplier(estate: &Context<'_>, class: ClassId, at: SpeakerId) -> Option<SpeakerId> {
    came_over(estate, at, view(estate, class, at).preferred()?).map(|neighbor| neighbor.peer)
}

/// The NVA whose route the route server behind a gateway chose.
pub(super) fn nva_behind(estate: &Context<'_>, class: ClassId, server: SpeakerId) -> Option<RouterId> {
    match device(estate, supplier(estate, class, server)?) {
        Device::Router(router) => Some(router),
        _ => None,
    }
}

/// A private ASN that nobody in the estate has.
pub(super) fn free_asn(estate: &Context<'_>) -> Asn {
    let routers = estate.topology.routers.iter().filter_map(|router| router.asn);
    let gateways = estate.topology.vnets.iter().filter_map(|vnet| vnet.vpn_gateway.as_ref().map(|gateway| gateway.asn));
    let taken: std::collections::BTreeSet<Asn> = routers.chain(gateways).collect();
    (65001..=65499).map(Asn).find(|asn| !taken.contains(asn)).unwrap_or(Asn(64512))
}

/// The smallest range that holds all of them.
pub(super) fn cover(prefixes: &[Ipv4Net]) -> Option<Ipv4Net> {
    let (first, rest) = prefixes.split_first()?;
    rest.iter().try_fold(*first, |cover, prefix| {
        std::iter::successors(Some(cover), Ipv4Net::supernet).find(|wider| wider.contains(prefix))
    })
}

/// What remains to be announced when neighbouring prefixes are written as one, if that is at most `limit`.
pub(super) fn merged(prefixes: &Vec<Ipv4Net>, limit: usize) -> Option<Vec<Ipv4Net>> {
    let merged = Ipv4Net::aggregate(prefixes);
    (merged.len() <= limit).then_some(merged)
}

/// Classes between whose routes an instance of a route server had to choose.
pub(super) fn choices<'e>(
    estate: &'e Context<'_>,
    host: VnetId,
) -> impl Iterator<Item = (ClassId, SpeakerId, View)> + 'e {
    let instances: Vec<SpeakerId> = estate.ribs().network.instances(Device::RouteServer(host)).collect();
    estate.ribs().class_ids().flat_map(move |class| {
        let views = instances.clone().into_iter().map(move |speaker| (class, speaker, view(estate, class, speaker)));
        views.filter(|(_, _, view)| view.candidates.len() > 1)
    })
}

/// Who is behind what a VPN gateway prefers of a class: the far end of the tunnel it came over, or that a static prefix points into.
pub(super) fn behind_vpn(estate: &Context<'_>, class: ClassId, gateway: SpeakerId) -> Option<(u32, TunnelEnd)> {
    let own = view(estate, class, gateway);
    let tunnel = match own.preferred()?.source {
        Source::Local(LocalKind::Static(tunnel)) => tunnel,
        Source::Local(_) => return None,
        Source::Neighbor(index) => {
            let neighbor = &estate.ribs().network.speaker(gateway).neighbors[index];
            match neighbor.kind {
                SessionKind::Tunnel(tunnel, _) => tunnel,
                // The sibling has it from outside: it passes on nothing that it learned from here.
                SessionKind::GatewaySibling => match view(estate, class, neighbor.peer).preferred()?.source {
                    Source::Local(LocalKind::Static(tunnel)) => tunnel,
                    Source::Neighbor(index) => match estate.ribs().network.speaker(neighbor.peer).neighbors[index].kind
                    {
                        SessionKind::Tunnel(tunnel, _) => tunnel,
                        _ => return None,
                    },
                    Source::Local(_) => return None,
                },
                _ => return None,
            }
        }
    };
    let near = TunnelEnd::Gateway(device(estate, gateway).vnet()?);
    let sides = &estate.topology.tunnels[tunnel as usize].sides;
    sides.iter().map(|side| side.end).find(|end| *end != near).map(|end| (tunnel, end))
}

/// True when what a speaker holds of a class is what the route server of a VNet told it, by whatever way: an echo, which is gone as soon
/// as the route server's own route is.
pub(super) fn is_echo(estate: &Context<'_>, class: ClassId, speaker: SpeakerId, host: VnetId) -> bool {
    let mut seen = std::collections::BTreeSet::from([speaker]);
    let mut at = speaker;
    while let Some(next) = supplier(estate, class, at).filter(|next| seen.insert(*next)) {
        if device(estate, next) == Device::RouteServer(host) {
            return true;
        }
        at = next;
    }
    false
}
