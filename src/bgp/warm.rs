//! The routes of an estate after failures, from where they were before: only speakers that lost something start over.
//!
//! Comes to the same as a computation from nothing as long as AS paths grow on the way: where policies shorten them, two speakers may go on
//! telling each other of a route whose origin is gone, and everything is computed anew. So it is where routes do not come to rest soon.

use super::class::{Class, ClassId, Summaries, classes};
use super::propagate::{Ribs, Start, propagate, run};
use super::sessions;
use super::speaker::{Device, Neighbor, Network, SpeakerId};
use super::view::Wire;
use crate::topology::{Policy, Topology};
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Computes the routes of an estate that is that of `before` after further failures.
pub fn run_after(topology: &Topology, before: &Ribs) -> Ribs {
    if !before.closed.is_empty() || !before.oscillations.is_empty() || !paths_grow(&before.network) {
        return run(topology);
    }
    let network = sessions::network(topology);
    let moved = Moved::new(&before.network, &network);
    let known: FxHashMap<Ipv4Net, ClassId> =
        before.class_ids().flat_map(|id| before.class(id).prefixes.iter().map(move |prefix| (*prefix, id))).collect();
    let mut ribs = Ribs::of(network, Vec::new());
    for class in classes(topology, &ribs.network, &Summaries::new()) {
        let state = match known.get(&class.representative()) {
            Some(old) => moved.state(&ribs.network, (before.class(*old), before.wire(*old)), &class),
            None => (Wire::new(), ribs.network.ids().collect()),
        };
        let (wire, restless) = propagate(topology, &ribs.network, &class, Start::Before, state);
        if !restless.is_empty() {
            return run(topology);
        }
        ribs.push(class, wire);
    }
    // A way around may bring a route server more routes of a peer than it takes.
    if ribs.count_kept(topology) { run(topology) } else { ribs }
}

/// No policy takes an ASN out of a path or makes routes of others.
fn paths_grow(network: &Network) -> bool {
    let neighbors = network.speakers.iter().flat_map(|speaker| &speaker.neighbors);
    let policies = neighbors.flat_map(|neighbor| neighbor.import.iter().chain(&neighbor.export));
    let shortens = |policy: &Policy| {
        policy.rules.iter().any(|rule| {
            !rule.strip.is_empty() || rule.replace_as_path.is_some() || rule.as_override || rule.summarize.is_some()
        })
    };
    policies.into_iter().all(|policy| !shortens(policy))
}

/// Where speakers and sessions of one network are in another that has fewer.
struct Moved {
    speakers: Vec<Option<SpeakerId>>,
    /// By old speaker and old neighbour: the new neighbour.
    neighbors: Vec<Vec<Option<usize>>>,
}

impl Moved {
    fn new(old: &Network, new: &Network) -> Self {
        let places: BTreeMap<(Device, u8), SpeakerId> =
            new.ids().map(|id| ((new.speaker(id).device, new.speaker(id).instance), id)).collect();
        let speakers: Vec<Option<SpeakerId>> =
            old.speakers.iter().map(|speaker| places.get(&(speaker.device, speaker.instance)).copied()).collect();
        let neighbors = old.speakers.iter().zip(&speakers).map(|(speaker, moved)| {
            let Some(moved) = moved else { return vec![None; speaker.neighbors.len()] };
            let now = &new.speaker(*moved).neighbors;
            // Both lists have one order: what is gone leaves gaps.
            let mut next = 0;
            let place = |neighbor: &Neighbor| {
                let peer = speakers[neighbor.peer.index()]?;
                let same = |other: &Neighbor| {
                    (other.peer, other.kind, other.local_address, other.peer_address)
                        == (peer, neighbor.kind, neighbor.local_address, neighbor.peer_address)
                };
                let found = now[next..].iter().position(same)? + next;
                next = found + 1;
                Some(found)
            };
            speaker.neighbors.iter().map(place).collect()
        });
        let neighbors = neighbors.collect();
        Moved { speakers, neighbors }
    }

    /// What is still on the wire, and who has to decide again.
    fn state(&self, network: &Network, (old, wire): (&Class, &Wire), new: &Class) -> (Wire, BTreeSet<SpeakerId>) {
        let mut left = Wire::new();
        let mut due = BTreeSet::new();
        for ((receiver, index), route) in wire {
            let Some(now) = self.speakers[receiver.index()] else { continue };
            match self.neighbors[receiver.index()][*index] {
                Some(place) => {
                    left.insert((now, place), route.clone());
                }
                None => {
                    due.insert(now);
                }
            }
        }
        if !old.is_related_as(new) {
            due.extend(network.ids());
        }
        let before: Vec<_> = old
            .origins
            .iter()
            .filter_map(|(id, kind, route)| Some((self.speakers[id.index()]?, *kind, route)))
            .collect();
        let after: Vec<_> = new.origins.iter().map(|(id, kind, route)| (*id, *kind, route)).collect();
        let changed =
            before.iter().filter(|one| !after.contains(one)).chain(after.iter().filter(|one| !before.contains(one)));
        due.extend(changed.map(|(id, _, _)| *id));
        (left, due)
    }
}
