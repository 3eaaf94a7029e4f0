//! One speaker's view of one class: what it received, took, chose, and what it sends. Derived from the adverts on the wire, never
//! stored, so that it always agrees with them.

use super::class::{Class, Summary};
use super::decide::{
    Decision, EXPRESS_ROUTE_GATEWAY_LADDER, Loss, ROUTER_LADDER, SourceClass, Step, Traits, VPN_GATEWAY_LADDER, decide,
    route_server_ladder,
};
use super::export::{Export, Sent};
use super::import::{Rejected, import, rules_met};
use super::refusal::Refusal;
use super::route::{Candidate, Route, Source};
use super::speaker::{Device, Network, SessionKind, Speaker, SpeakerId};
use crate::azure::facts::{Fact, FactSet};
use crate::topology::Topology;
use ipnet::Ipv4Net;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What one neighbour sent, and what became of it.
#[derive(Debug, Clone)]
pub struct Received {
    /// Index of the neighbour.
    pub neighbor: usize,
    /// As it arrived.
    pub route: Route,
    /// After import policy, or why it was not taken.
    pub accepted: Result<Route, Refusal>,
}

/// A speaker's view of a class.
#[derive(Debug, Clone)]
pub struct View {
    /// What arrived, by neighbour.
    pub received: Vec<Received>,
    /// What takes part in the decision: own routes first, then by neighbour.
    pub candidates: Vec<Candidate>,
    /// The outcome; none when there is no candidate.
    pub decision: Option<Decision>,
    /// Prefixes that an import policy takes in place of this class.
    pub(super) taken_together: Vec<(Ipv4Net, Summary)>,
}

impl View {
    /// The candidate that is passed on.
    pub fn preferred(&self) -> Option<&Candidate> {
        self.decision.as_ref().map(|decision| &self.candidates[decision.preferred])
    }

    /// The equal-cost candidates.
    pub fn survivors(&self) -> impl Iterator<Item = &Candidate> {
        self.decision.iter().flat_map(|decision| decision.survivors.iter().map(|index| &self.candidates[*index]))
    }
}

/// What a speaker sends to one neighbour.
#[derive(Debug, Clone)]
pub struct Advert {
    /// The route as the neighbour receives it, or why there is none.
    pub route: Result<Route, Refusal>,
    /// What it would be if another of the equal paths were passed on; empty when it makes no difference.
    pub otherwise: Vec<Result<Route, Refusal>>,
}

/// The adverts on the wire: by receiver and index of the neighbour at the receiver.
pub(super) type Wire = BTreeMap<(SpeakerId, usize), Route>;

/// Everything a view is derived from.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) topology: &'a Topology,
    pub(super) network: &'a Network,
    pub(super) class: &'a Class,
    pub(super) wire: &'a Wire,
}

impl<'a> Scene<'a> {
    pub(super) fn view(&self, id: SpeakerId) -> View {
        let speaker = self.network.speaker(id);
        let mut candidates: Vec<Candidate> = Vec::new();
        for (origin, kind, route) in &self.class.origins {
            if *origin == id {
                candidates.push(Candidate { source: Source::Local(*kind), route: route.clone() });
            }
        }
        let inbound = self.class.summaries.iter().filter(|summary| summary.speaker == id && summary.inbound);
        for summary in inbound {
            candidates
                .push(Candidate { source: Source::Neighbor(summary.neighbor), route: Route::local(summary.next_hop) });
        }
        let mut received = Vec::new();
        let mut taken_together = Vec::new();
        for ((_, index), route) in self.wire.range((id, 0)..=(id, usize::MAX)) {
            let neighbor = &speaker.neighbors[*index];
            let replaced =
                |summary: &Summary| (summary.speaker, summary.neighbor, summary.inbound) == (id, *index, true);
            let accepted = match import(self.topology, self.network, self.class, speaker, neighbor, route) {
                // The summary of the parts stands for what the neighbour itself announces of it.
                Ok(_) if self.class.summaries.iter().any(replaced) => Err(Refusal::Summarized),
                Ok(route) => Ok(route),
                Err(Rejected::Refused(refusal)) => Err(refusal),
                Err(Rejected::Summary(prefix)) => {
                    let next_hop = route.next_hop;
                    taken_together.push((prefix, Summary { speaker: id, neighbor: *index, inbound: true, next_hop }));
                    Err(Refusal::Summarized)
                }
            };
            if let Ok(route) = &accepted {
                candidates.push(Candidate { source: Source::Neighbor(*index), route: route.clone() });
            }
            received.push(Received { neighbor: *index, route: route.clone(), accepted });
        }
        let traits: Vec<Traits> = candidates.iter().map(|candidate| traits(self.network, speaker, candidate)).collect();
        let decision = decide(&ladder(self.topology, speaker), tie_step(self.topology), &traits);
        if let Some(decision) = &decision {
            let facts = open_facts(self.topology, speaker, decision, &traits);
            for survivor in &decision.survivors {
                let route = &mut candidates[*survivor].route;
                route.rests_on = route.rests_on.union(facts);
            }
            note_other_next_hops(&mut candidates, decision);
        }
        View { received, candidates, decision, taken_together }
    }

    /// The numbers of the rules of a speaker's import policy that match what a neighbour sent.
    pub(super) fn import_rules(&self, id: SpeakerId, received: &Received) -> Vec<usize> {
        let speaker = self.network.speaker(id);
        rules_met(self.network, self.class, speaker, &speaker.neighbors[received.neighbor], &received.route)
    }

    /// The numbers of the rules of a speaker's export policy that match what it passes on to a neighbour.
    pub(super) fn export_rules(&self, id: SpeakerId, view: &View, to: usize) -> Vec<usize> {
        view.preferred().map(|candidate| self.export(id, to).rules_met(candidate)).unwrap_or_default()
    }

    fn export(&self, id: SpeakerId, to: usize) -> Export<'a> {
        let speaker = self.network.speaker(id);
        Export { topology: self.topology, network: self.network, class: self.class, speaker, to }
    }

    /// What a speaker sends to a neighbour; nothing when it holds nothing.
    pub(super) fn send(&self, id: SpeakerId, view: &View, to: usize) -> Option<Sent> {
        self.send_candidate(id, view.preferred(), to)
    }

    /// What it would send if `candidate` were its choice. A summary towards the neighbour goes before it.
    fn send_candidate(&self, id: SpeakerId, candidate: Option<&Candidate>, to: usize) -> Option<Sent> {
        let summary = |summary: &&Summary| (summary.speaker, summary.neighbor, summary.inbound) == (id, to, false);
        if self.class.summaries.iter().any(|made| summary(&made)) {
            return Some(Sent::Route(self.export(id, to).summary()));
        }
        candidate.map(|candidate| self.export(id, to).send(candidate))
    }

    /// What a speaker sends to a neighbour, with what it could be under another choice among equals.
    pub(super) fn advert(&self, id: SpeakerId, view: &View, to: usize) -> Option<Advert> {
        let outcome = |candidate: Option<&Candidate>| {
            self.send_candidate(id, candidate, to).map(|sent| match sent {
                Sent::Route(route) => Ok(route),
                Sent::Refused(refusal) => Err(refusal),
                Sent::Summary(_) => Err(Refusal::Summarized),
            })
        };
        let route = outcome(view.preferred())?;
        let neighbor = &self.network.speaker(id).neighbors[to];
        let receiver = self.network.speaker(neighbor.peer);
        let at_receiver = &receiver.neighbors[neighbor.reverse];
        // What the neighbour would not take is as good as not sent.
        let taken = |route: Route| match import(self.topology, self.network, self.class, receiver, at_receiver, &route)
        {
            Ok(_) => Ok(route),
            Err(Rejected::Refused(refusal)) => Err(refusal),
            Err(Rejected::Summary(_)) => Err(Refusal::Summarized),
        };
        let mut otherwise: Vec<Result<Route, Refusal>> = Vec::new();
        for other in view.survivors().filter_map(|candidate| outcome(Some(candidate))) {
            let other = other.and_then(taken);
            let same = |known: &Result<Route, Refusal>| match (known, &other) {
                (Err(_), Err(_)) => true,
                (Ok(known), Ok(other)) => known.alike(other) && known.next_hop == other.next_hop,
                _ => false,
            };
            if !same(&route) && !otherwise.iter().any(same) {
                otherwise.push(other);
            }
        }
        Some(Advert { route, otherwise })
    }
}

/// The open facts that a decision rests on: those whose step removed somebody, or would have split the survivors.
pub(super) fn open_facts(topology: &Topology, speaker: &Speaker, decision: &Decision, traits: &[Traits]) -> FactSet {
    let mut facts = FactSet::default();
    let Device::RouteServer(vnet) = speaker.device else { return facts };
    for step in [Step::ExpressRouteAmongEquals, Step::VpnAmongEquals, Step::Origin] {
        let mut values = decision.survivors.iter().map(|index| step.value(&traits[*index]));
        let first = values.next();
        let splits = values.any(|value| Some(value) != first);
        let removed = decision.losses.iter().any(|loss| loss.step.fact() == step.fact());
        if let Some(fact) = step.fact().filter(|_| splits || removed) {
            facts.insert(fact);
        }
    }
    let by_preference = |loss: &Loss| matches!(loss.step, Step::PreferExpressRoute | Step::PreferVpnAndNva);
    let off = topology.vnet(vnet).route_server.as_ref().is_some_and(|server| !server.branch_to_branch);
    if off && decision.losses.iter().any(by_preference) {
        facts.insert(Fact::PreferenceScope);
    }
    facts
}

/// Writes the next hops of the other equal paths on the one that is passed on.
fn note_other_next_hops(candidates: &mut [Candidate], decision: &Decision) {
    let chosen = candidates[decision.preferred].route.next_hop;
    let preferred = &candidates[decision.preferred].route;
    let equal = decision.survivors.iter().map(|index| &candidates[*index].route).filter(|route| route.alike(preferred));
    let mut others: Vec<_> =
        equal.flat_map(|route| route.next_hop.iter().chain(&route.other_next_hops).copied()).collect();
    others.retain(|address| Some(*address) != chosen);
    others.sort_unstable();
    others.dedup();
    candidates[decision.preferred].route.other_next_hops = others;
}

/// The step that picks one of several equal paths to pass on.
fn tie_step(topology: &Topology) -> Step {
    if topology.facts.is(Fact::AdvertisedAmongEquals, "highest_peer_address") {
        Step::HighestPeerAddress
    } else {
        Step::LowestPeerAddress
    }
}

/// The ladder of a speaker.
pub(super) fn ladder(topology: &Topology, speaker: &Speaker) -> Cow<'static, [Step]> {
    match speaker.device {
        Device::RouteServer(vnet) => {
            let server = topology.vnet(vnet).route_server.as_ref();
            let (preference, branch_to_branch) =
                server.map(|server| (server.preference, server.branch_to_branch)).unwrap_or_default();
            Cow::Owned(route_server_ladder(preference, branch_to_branch, &topology.facts))
        }
        Device::VpnGateway(_) => Cow::Borrowed(VPN_GATEWAY_LADDER),
        Device::ExpressRouteGateway(_) => Cow::Borrowed(EXPRESS_ROUTE_GATEWAY_LADDER),
        Device::Edge(_) | Device::Router(_) => Cow::Borrowed(ROUTER_LADDER),
    }
}

/// What the ladder may look at of a candidate.
pub(super) fn traits(network: &Network, speaker: &Speaker, candidate: &Candidate) -> Traits {
    let neighbor = match candidate.source {
        Source::Neighbor(index) => Some((index, &speaker.neighbors[index])),
        Source::Local(_) => None,
    };
    let class = match neighbor.map(|(_, neighbor)| network.speaker(neighbor.peer).device) {
        None => SourceClass::Local,
        Some(Device::ExpressRouteGateway(_)) => SourceClass::ExpressRoute,
        Some(Device::VpnGateway(_)) => SourceClass::Vpn,
        Some(_) => SourceClass::Router,
    };
    Traits {
        class,
        path_length: candidate.route.path.length() as u64,
        origin: candidate.route.origin as u64,
        external: neighbor.is_none_or(|(_, neighbor)| neighbor.ebgp),
        from_edge: neighbor.is_some_and(|(_, neighbor)| neighbor.kind == SessionKind::EdgeGateway),
        peer_rank: neighbor.map_or(0, |(index, _)| index as u64),
    }
}
