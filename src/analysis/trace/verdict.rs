//! What the ways there and back come to.

use super::host::{Endpoint, Host};
use super::{Trip, Unanswered};
use crate::analysis::forward::{End, Place, Way};
use crate::topology::{RouterId, Topology};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a conversation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Packets or answers run in circles.
    Loop,
    /// Packets or answers are lost.
    Dropped,
    /// Both arrive, and pass different NVAs: a firewall that keeps state drops what it sees one half of.
    Asymmetric,
    /// Which of these it is depends on how equal-cost paths are chosen.
    Ambiguous,
    /// The topology does not tell.
    Undetermined,
    /// Both arrive and pass the same NVAs.
    Symmetric,
}

impl Verdict {
    /// Every verdict, the worst first.
    pub const ALL: [Verdict; 6] = [
        Verdict::Loop,
        Verdict::Dropped,
        Verdict::Asymmetric,
        Verdict::Ambiguous,
        Verdict::Undetermined,
        Verdict::Symmetric,
    ];

    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Loop => "LOOP",
            Verdict::Dropped => "DROPPED",
            Verdict::Asymmetric => "ASYMMETRIC",
            Verdict::Ambiguous => "AMBIGUOUS",
            Verdict::Undetermined => "UNDETERMINED",
            Verdict::Symmetric => "SYMMETRIC",
        }
    }

    pub(super) fn of(topology: &Topology, to: Host, trips: &[Trip]) -> Self {
        let each: BTreeSet<Verdict> = trips.iter().flat_map(|trip| of_trip(topology, to, trip)).collect();
        let known: Vec<Verdict> = each.iter().copied().filter(|verdict| *verdict != Verdict::Undetermined).collect();
        match known.as_slice() {
            [] | [Verdict::Symmetric] if each.len() != 1 => Verdict::Undetermined,
            [] => Verdict::Undetermined,
            [one] if known.len() == each.len() => *one,
            [Verdict::Loop, Verdict::Dropped] => Verdict::Loop,
            _ => Verdict::Ambiguous,
        }
    }
}

fn of_trip(topology: &Topology, to: Host, trip: &Trip) -> Vec<Verdict> {
    if trip.unanswered.is_some() {
        return vec![Verdict::Undetermined];
    }
    match trip.there.end {
        End::Loop(_) => return vec![Verdict::Loop],
        end if !to.is_reached(topology, end) => return vec![Verdict::Dropped],
        _ => {}
    }
    trip.back.iter().map(|answer| answer.pairing.verdict()).collect()
}

/// The NVAs that a way passes: one that the conversation is with is no firewall on it.
pub(super) fn passed(topology: &Topology, (from, to): (Host, Host), way: &Way) -> impl Iterator<Item = RouterId> {
    let ends = [from, to].map(|host| host.endpoint);
    way.routers().filter(move |id| topology.router(*id).is_nva() && !ends.contains(&Endpoint::Router(*id)))
}

/// What one way there and one way back make together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pairing {
    /// The same NVAs.
    Same,
    /// NVAs that see one direction only.
    Differs {
        /// Those that see the packets and not the answers.
        there: Vec<RouterId>,
        /// Those that see the answers and not the packets.
        back: Vec<RouterId>,
    },
    /// The answers are lost.
    Lost,
    /// The answers run in circles.
    Circles,
    /// The topology does not tell where the answers end.
    Unknown,
}

impl Pairing {
    pub(super) fn of(topology: &Topology, (from, to): (Host, Host), there: &Way, back: &Way) -> Self {
        match back.end {
            End::Loop(_) => return Pairing::Circles,
            End::Unknown => return Pairing::Unknown,
            end if !from.is_reached(topology, end) => return Pairing::Lost,
            _ => {}
        }
        let nvas = |way: &Way| -> BTreeSet<RouterId> { passed(topology, (from, to), way).collect() };
        let (seen_there, seen_back) = (nvas(there), nvas(back));
        if seen_there == seen_back {
            return Pairing::Same;
        }
        Pairing::Differs {
            there: seen_there.difference(&seen_back).copied().collect(),
            back: seen_back.difference(&seen_there).copied().collect(),
        }
    }

    /// The verdict on a conversation that knows this pair of ways only.
    pub fn verdict(&self) -> Verdict {
        match self {
            Pairing::Same => Verdict::Symmetric,
            Pairing::Differs { .. } => Verdict::Asymmetric,
            Pairing::Lost => Verdict::Dropped,
            Pairing::Circles => Verdict::Loop,
            Pairing::Unknown => Verdict::Undetermined,
        }
    }
}

impl Unanswered {
    /// Why, in a clause.
    pub fn words(self, topology: &Topology) -> String {
        match self {
            Unanswered::NotTranslated(id) => {
                format!("`{}` is not said to translate addresses (`snat: true`)", topology.router(id).name)
            }
            Unanswered::NoSubnet => "no subnet holds the address".into(),
            Unanswered::Unknown => "the packet ends further than the topology tells".into(),
        }
    }
}

/// Whether both ways may belong to one flow: where they pass the same load balancer, they go on to the same NVA.
pub(super) fn share_balancers(there: &Way, back: &Way) -> bool {
    let picks = |way: &Way| -> Vec<(u32, Place)> {
        let pairs = way.places.windows(2);
        pairs
            .filter_map(|pair| if let Place::LoadBalancer(number) = pair[0] { Some((number, pair[1])) } else { None })
            .collect()
    };
    let (one, other) = (picks(there), picks(back));
    one.iter().all(|(number, place)| other.iter().all(|(same, picked)| same != number || picked == place))
}
