//! What a speaker takes from a neighbour. Every rule of Azure's on receiving stands here.

use super::class::{Class, Relation};
use super::policy::{self, Context, Verdict};
use super::refusal::Refusal;
use super::route::Route;
use super::speaker::{Device, Neighbor, Network, SessionKind, Speaker};
use crate::azure::ROUTE_SERVER_COMMUNITY;
use crate::azure::facts::{Fact, FactSet};
use crate::net::Asn;
use crate::topology::Topology;
use ipnet::Ipv4Net;

/// Why a route is not taken as it is.
pub(super) enum Rejected {
    /// Not at all.
    Refused(Refusal),
    /// This prefix is taken in its place.
    Summary(Ipv4Net),
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        Rejected::Refused(refusal)
    }
}

/// The route after import policy, or why it is not taken.
pub(super) fn import(
    topology: &Topology,
    network: &Network,
    class: &Class,
    speaker: &Speaker,
    neighbor: &Neighbor,
    received: &Route,
) -> Result<Route, Rejected> {
    let lenient = matches!(speaker.device, Device::Router(router) if topology.router(router).allow_as_in);
    if received.path.contains(speaker.asn) && !lenient {
        return Err(Refusal::OwnAsnInPath(speaker.asn).into());
    }
    let mut route = received.clone();
    match speaker.device {
        Device::RouteServer(vnet) => {
            if received.path.contains(Asn(0)) {
                return Err(Refusal::AsnZero.into());
            }
            // Nothing is known of prefixes inside a spoke; they are kept here and judged when NICs are programmed.
            let own =
                matches!(class.relation(vnet), Some(Relation::OwnRange | Relation::InsideOwn | Relation::TransitRange));
            if neighbor.kind == SessionKind::RouteServerNva && own {
                if topology.facts.is(Fact::OwnPrefixesLearned, "refused") {
                    return Err(Refusal::OwnPrefix.into());
                }
                route.rests_on = route.rests_on.union(FactSet::of(Fact::OwnPrefixesLearned));
            }
        }
        Device::VpnGateway(vnet) => {
            let own = matches!(class.relation(vnet), Some(Relation::OwnRange | Relation::TransitRange));
            if own && matches!(neighbor.kind, SessionKind::Tunnel(..)) {
                return Err(Refusal::OwnRange.into());
            }
        }
        Device::ExpressRouteGateway(vnet) => {
            let beside_route_server = topology.vnet(vnet).route_server.is_some();
            if neighbor.kind == SessionKind::EdgeGateway
                && beside_route_server
                && received.has_community(ROUTE_SERVER_COMMUNITY)
            {
                return Err(Refusal::InjectedAcrossCircuit.into());
            }
        }
        Device::Edge(_) | Device::Router(_) => {}
    }
    let Some(policy) = &neighbor.import else { return Ok(route) };
    match policy::apply(policy, route, &context(network, class, speaker, neighbor)) {
        Verdict::Permit(route) => Ok(route),
        Verdict::Drop(rule) => Err(Refusal::Policy(rule).into()),
        Verdict::Summarize(prefix) => Err(Rejected::Summary(prefix)),
    }
}

fn context(network: &Network, class: &Class, speaker: &Speaker, neighbor: &Neighbor) -> Context {
    let peer = network.speaker(neighbor.peer);
    Context {
        prefix: class.representative(),
        learned_from: peer.device.peer_name(),
        own_asn: speaker.asn,
        peer_asn: peer.asn,
    }
}

/// The numbers of the rules of the import policy that match what a neighbour sent.
pub(super) fn rules_met(
    network: &Network,
    class: &Class,
    speaker: &Speaker,
    neighbor: &Neighbor,
    received: &Route,
) -> Vec<usize> {
    let mut met = Vec::new();
    if let Some(policy) = &neighbor.import {
        let context = context(network, class, speaker, neighbor);
        policy::apply_noting(policy, received.clone(), &context, |number| met.push(number));
    }
    met
}
