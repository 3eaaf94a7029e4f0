//! Runs import, decision and export until nothing changes. Knows BGP only; every rule of Azure's is behind `import` and `export`.

use super::class::{Class, ClassId, Summaries, Summary, classes};
use super::decide::{Decision, Loss, decide};
use super::export::Sent;
use super::refusal::Refusal;
use super::route::{Candidate, Source};
use super::sessions;
use super::speaker::{Device, Network, SessionKind, SpeakerId};
use super::view::{Advert, Received, Scene, View, Wire, ladder, open_facts, traits};
use crate::azure::facts::{Fact, FactSet};
use crate::topology::{Policy, RouterId, Topology, VnetId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Prefixes whose routes never settle.
#[derive(Debug, Clone)]
pub struct Oscillation {
    /// The class.
    pub class: ClassId,
    /// Speakers that keep changing their mind.
    pub speakers: Vec<SpeakerId>,
}

/// A session that a route server closed because its peer sends too many routes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClosedSession {
    /// The VNet of the route server.
    pub vnet: VnetId,
    /// The peer.
    pub router: RouterId,
    /// How many routes it sends to one instance.
    pub routes: usize,
}

/// The outcome: every speaker's routes for every class.
#[derive(Debug, Clone)]
pub struct Ribs {
    /// Speakers and sessions.
    pub network: Network,
    /// Classes, in the order of their smallest prefix.
    pub classes: Vec<Class>,
    /// Classes that never settle; their routes are those of one moment.
    pub oscillations: Vec<Oscillation>,
    /// Sessions closed for too many routes.
    pub closed: Vec<ClosedSession>,
    /// How many routes a route server keeps of each peer: of the instance that keeps the most.
    pub kept: BTreeMap<(VnetId, RouterId), usize>,
    wires: Vec<Wire>,
}

/// Sweeps after which states are compared; nothing real takes as many to settle.
const PATIENCE: usize = 64;

/// Computes the routes of an estate.
pub fn run(topology: &Topology) -> Ribs {
    let mut network = sessions::network(topology);
    let mut closed: BTreeMap<(VnetId, RouterId), usize> = BTreeMap::new();
    loop {
        let mut ribs = settle(topology, &network);
        ribs.kept = kept(topology, &ribs);
        let limit = topology.facts.number(Fact::RoutesPerPeer);
        let over = ribs.kept.iter().filter(|(_, count)| **count > limit).map(|(key, count)| (*key, *count));
        let over: BTreeMap<(VnetId, RouterId), usize> = over.collect();
        if over.keys().all(|key| closed.contains_key(key)) {
            ribs.closed =
                closed.into_iter().map(|((vnet, router), routes)| ClosedSession { vnet, router, routes }).collect();
            return ribs;
        }
        closed.extend(over);
        network = sessions::network(topology);
        let down = |device: Device, peer: Device| match (device, peer) {
            (Device::RouteServer(vnet), Device::Router(router))
            | (Device::Router(router), Device::RouteServer(vnet)) => closed.contains_key(&(vnet, router)),
            _ => false,
        };
        sessions::cut(&mut network, down);
    }
}

/// Rounds after which summaries that keep changing are taken as they are; each needs a summary that brings about or removes another.
const SUMMARY_ROUNDS: usize = 16;

/// Propagates every class. Policies that summarise add prefixes, which takes further rounds: what counts is what they make of the
/// routes that hold in the end, so each round starts from those of the round before.
fn settle(topology: &Topology, network: &Network) -> Ribs {
    let mut summaries = Summaries::new();
    for round in 0.. {
        let classes = classes(topology, network, &summaries);
        let mut ribs = Ribs::of(network.clone(), classes);
        for index in 0..ribs.classes.len() {
            let (wire, flapping) = propagate(
                topology,
                network,
                &ribs.classes[index],
                Start::Nothing,
                (Wire::new(), starters(&ribs.classes[index]).collect()),
            );
            if !flapping.is_empty() {
                ribs.oscillations.push(Oscillation { class: ClassId(index as u32), speakers: flapping });
            }
            ribs.wires.push(wire);
        }
        let found = ribs.summaries(topology);
        if found == summaries || round == SUMMARY_ROUNDS {
            return ribs;
        }
        summaries = found;
    }
    unreachable!("the loop returns")
}

/// Speakers that hold a class without being told.
fn starters(class: &Class) -> impl Iterator<Item = SpeakerId> {
    let origins = class.origins.iter().map(|(speaker, _, _)| *speaker);
    origins.chain(class.summaries.iter().map(|summary| summary.speaker))
}

/// The state after one sweep, and who moved in it.
struct Moment {
    wire: Wire,
    due: BTreeSet<SpeakerId>,
    moved: BTreeSet<SpeakerId>,
}

/// Where a computation starts that may not come to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Nothing is on the wire: what goes on for ever repeats itself.
    Nothing,
    /// Routes whose origin may be gone: two speakers may go on telling each other of them, over paths that grow for ever.
    Before,
}

/// Brings one class to rest, from what is on the wire and who has to decide. Returns the adverts on the wire, and the speakers that never rest.
pub(super) fn propagate(
    topology: &Topology,
    network: &Network,
    class: &Class,
    start: Start,
    (mut wire, mut due): (Wire, BTreeSet<SpeakerId>),
) -> (Wire, Vec<SpeakerId>) {
    let mut seen: Vec<Moment> = Vec::new();
    for sweep in 0.. {
        let mut moved: BTreeSet<SpeakerId> = BTreeSet::new();
        let mut cursor = SpeakerId(0);
        while let Some(id) = due.range(cursor..).next().copied() {
            due.remove(&id);
            cursor = SpeakerId(id.0 + 1);
            let scene = Scene { topology, network, class, wire: &wire };
            let view = scene.view(id);
            let mut updates = Vec::new();
            for (to, neighbor) in network.speaker(id).neighbors.iter().enumerate() {
                let sent = match scene.send(id, &view, to) {
                    Some(Sent::Route(route)) => Some(route),
                    Some(Sent::Summary(_) | Sent::Refused(_)) | None => None,
                };
                let place = (neighbor.peer, neighbor.reverse);
                if wire.get(&place) != sent.as_ref() {
                    updates.push((place, sent));
                }
            }
            for (place, sent) in updates {
                moved.insert(id);
                due.insert(place.0);
                match sent {
                    Some(route) => wire.insert(place, route),
                    None => wire.remove(&place),
                };
            }
        }
        if due.is_empty() {
            return (wire, Vec::new());
        }
        if sweep >= PATIENCE && start == Start::Before {
            return (wire, due.into_iter().collect());
        }
        if sweep >= PATIENCE {
            if let Some(first) = seen.iter().position(|before| before.wire == wire && before.due == due) {
                // Everything that moved since then moves in every round to come.
                let moving = seen[first + 1..].iter().flat_map(|moment| &moment.moved).chain(&moved);
                let moving: BTreeSet<SpeakerId> = moving.copied().collect();
                return (wire, moving.into_iter().collect());
            }
            seen.push(Moment { wire: wire.clone(), due: due.clone(), moved });
        }
    }
    unreachable!("a finite number of states repeats")
}

/// How many routes a route server instance keeps of each NVA. What it drops at the door, such as paths through its own ASN, is not held
/// and does not count.
fn kept(topology: &Topology, ribs: &Ribs) -> BTreeMap<(VnetId, RouterId), usize> {
    let mut counts: BTreeMap<(SpeakerId, usize), usize> = BTreeMap::new();
    for class in ribs.class_ids() {
        for id in ribs.holders(class) {
            if !matches!(ribs.network.speaker(id).device, Device::RouteServer(_)) {
                continue;
            }
            let held = |received: &&Received| {
                matches!(received.accepted, Ok(_) | Err(Refusal::Policy(_) | Refusal::Summarized))
            };
            for received in ribs.view(topology, class, id).received.iter().filter(held) {
                *counts.entry((id, received.neighbor)).or_default() += ribs.class(class).prefixes.len();
            }
        }
    }
    let mut most: BTreeMap<(VnetId, RouterId), usize> = BTreeMap::new();
    for ((id, index), count) in counts {
        let speaker = ribs.network.speaker(id);
        let peer = ribs.network.speaker(speaker.neighbors[index].peer).device;
        if let (Device::RouteServer(vnet), Device::Router(router)) = (speaker.device, peer) {
            let slot = most.entry((vnet, router)).or_default();
            *slot = (*slot).max(count);
        }
    }
    most
}

impl Ribs {
    pub(super) fn of(network: Network, classes: Vec<Class>) -> Self {
        Ribs {
            network,
            classes,
            oscillations: Vec::new(),
            closed: Vec::new(),
            kept: BTreeMap::new(),
            wires: Vec::new(),
        }
    }

    pub(super) fn wire(&self, class: ClassId) -> &Wire {
        &self.wires[class.index()]
    }

    pub(super) fn push(&mut self, class: Class, wire: Wire) {
        self.classes.push(class);
        self.wires.push(wire);
    }

    /// Counts what route servers keep; true when that is too much of a peer.
    pub(super) fn count_kept(&mut self, topology: &Topology) -> bool {
        self.kept = kept(topology, self);
        let limit = topology.facts.number(Fact::RoutesPerPeer);
        self.kept.values().any(|count| *count > limit)
    }

    fn scene<'a>(&'a self, topology: &'a Topology, class: ClassId) -> Scene<'a> {
        Scene {
            topology,
            network: &self.network,
            class: &self.classes[class.index()],
            wire: &self.wires[class.index()],
        }
    }

    /// All classes.
    pub fn class_ids(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..self.classes.len() as u32).map(ClassId)
    }

    /// A class.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// What a speaker holds of a class.
    pub fn view(&self, topology: &Topology, class: ClassId, speaker: SpeakerId) -> View {
        self.scene(topology, class).view(speaker)
    }

    /// What a speaker sends to a neighbour of a class; none when it holds nothing of it.
    pub fn advert(
        &self,
        topology: &Topology,
        class: ClassId,
        speaker: SpeakerId,
        view: &View,
        to: usize,
    ) -> Option<Advert> {
        self.scene(topology, class).advert(speaker, view, to)
    }

    /// The numbers of the rules of a speaker's import policy that match what a neighbour sent.
    pub fn import_rules(
        &self,
        topology: &Topology,
        class: ClassId,
        speaker: SpeakerId,
        received: &Received,
    ) -> Vec<usize> {
        self.scene(topology, class).import_rules(speaker, received)
    }

    /// The numbers of the rules of a speaker's export policy that match what it passes on to a neighbour.
    pub fn export_rules(
        &self,
        topology: &Topology,
        class: ClassId,
        speaker: SpeakerId,
        view: &View,
        to: usize,
    ) -> Vec<usize> {
        self.scene(topology, class).export_rules(speaker, view, to)
    }

    /// The speakers that hold anything of a class.
    pub fn holders(&self, class: ClassId) -> BTreeSet<SpeakerId> {
        let received = self.wires[class.index()].keys().map(|(speaker, _)| *speaker);
        received.chain(starters(self.class(class))).collect()
    }

    /// Decides again among the candidates of several instances of one device, as a NIC sees them: with each candidate comes the
    /// instance that holds it.
    ///
    /// Also told are the open facts that the choice rests on.
    pub fn decide_together(&self, topology: &Topology, held: &[(SpeakerId, Candidate)]) -> Option<(Decision, FactSet)> {
        let (first, _) = held.first()?;
        let steps = ladder(topology, self.network.speaker(*first));
        let traits: Vec<_> =
            held.iter().map(|(id, candidate)| traits(&self.network, self.network.speaker(*id), candidate)).collect();
        let decision = decide(&steps, super::decide::Step::LowestPeerAddress, &traits)?;
        let facts = open_facts(topology, self.network.speaker(*first), &decision, &traits);
        Some((decision, facts))
    }

    /// Decides again as if a loser were as good as the preferred candidate in the step that removed it.
    pub fn decide_levelled(
        &self,
        topology: &Topology,
        held: &[(SpeakerId, Candidate)],
        (decision, loss): (&Decision, &Loss),
    ) -> Option<Decision> {
        let (first, _) = held.first()?;
        let steps = ladder(topology, self.network.speaker(*first));
        let mut traits: Vec<_> =
            held.iter().map(|(id, candidate)| traits(&self.network, self.network.speaker(*id), candidate)).collect();
        traits[loss.candidate] = loss.step.levelled(&traits[loss.candidate], &traits[decision.preferred]);
        decide(&steps, super::decide::Step::LowestPeerAddress, &traits)
    }

    /// The summaries that policies make of the routes as they are.
    fn summaries(&self, topology: &Topology) -> Summaries {
        let mut summaries = Summaries::new();
        // Most estates have no such policy; nothing is asked of them.
        let policies = self.network.speakers.iter().flat_map(|speaker| &speaker.neighbors);
        let summarises = |policy: &Arc<Policy>| policy.rules.iter().any(|rule| rule.summarize.is_some());
        if !policies.into_iter().any(|neighbor| neighbor.import.iter().chain(&neighbor.export).any(summarises)) {
            return summaries;
        }
        for class in self.class_ids() {
            let scene = self.scene(topology, class);
            for id in self.holders(class) {
                let view = scene.view(id);
                for (prefix, summary) in &view.taken_together {
                    summaries.entry(*prefix).or_default().insert(*summary);
                }
                for to in 0..self.network.speaker(id).neighbors.len() {
                    if let Some(Sent::Summary(prefix)) = scene.send(id, &view, to) {
                        let summary = Summary { speaker: id, neighbor: to, inbound: false, next_hop: None };
                        summaries.entry(prefix).or_default().insert(summary);
                    }
                }
            }
        }
        summaries
    }

    /// Facts for which some speaker does not take or does not pass on a route.
    pub fn refusal_facts(&self, topology: &Topology) -> FactSet {
        let mut facts = FactSet::default();
        for class in self.class_ids() {
            for id in self.holders(class) {
                let view = self.view(topology, class, id);
                let imports = view.received.iter().filter_map(|received| received.accepted.as_ref().err());
                imports.filter_map(Refusal::fact).for_each(|fact| facts.insert(fact));
                let scene = self.scene(topology, class);
                for to in 0..self.network.speaker(id).neighbors.len() {
                    if let Some(Sent::Refused(refusal)) = scene.send(id, &view, to) {
                        refusal.fact().into_iter().for_each(|fact| facts.insert(fact));
                    }
                }
            }
        }
        facts
    }

    /// True when every advert on the wire is what its sender's view yields: the state re-derives itself.
    pub fn is_stable(&self, topology: &Topology) -> bool {
        self.class_ids().all(|class| {
            let scene = self.scene(topology, class);
            self.network.ids().all(|id| {
                let view = scene.view(id);
                self.network.speaker(id).neighbors.iter().enumerate().all(|(to, neighbor)| {
                    let sent = match scene.send(id, &view, to) {
                        Some(Sent::Route(route)) => Some(route),
                        _ => None,
                    };
                    scene.wire.get(&(neighbor.peer, neighbor.reverse)) == sent.as_ref()
                })
            })
        })
    }

    /// The neighbour a candidate came from.
    pub fn neighbor_kind(&self, speaker: SpeakerId, candidate: &Candidate) -> Option<SessionKind> {
        match candidate.source {
            Source::Neighbor(index) => Some(self.network.speaker(speaker).neighbors[index].kind),
            Source::Local(_) => None,
        }
    }
}
