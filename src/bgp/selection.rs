//! What speakers use, in terms that two computations of one estate share: for whoever asks what a failure changes.

use super::class::ClassId;
use super::propagate::Ribs;
use super::route::{Candidate, LocalKind, Route, Source};
use super::speaker::{Device, SessionKind, SpeakerId};
use crate::topology::Topology;
use std::net::Ipv4Addr;

/// From whom a route came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Giver {
    /// The speaker itself.
    Own(LocalKind),
    /// An instance of a device, over a session of this kind with that address at the far end.
    Peer(Device, u8, SessionKind, Option<Ipv4Addr>),
}

/// The equal-cost routes that a speaker uses for a class, and which of them it passes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// From whom, and what.
    pub survivors: Vec<(Giver, Route)>,
    /// The one that is passed on.
    pub preferred: Option<Giver>,
}

impl Ribs {
    /// What every speaker uses that holds anything of a class.
    pub fn selections(&self, topology: &Topology, class: ClassId) -> Vec<(SpeakerId, Selection)> {
        let of = |id: SpeakerId| {
            let view = self.view(topology, class, id);
            let giver = |candidate: &Candidate| match candidate.source {
                Source::Local(kind) => Giver::Own(kind),
                Source::Neighbor(index) => {
                    let neighbor = &self.network.speaker(id).neighbors[index];
                    let peer = self.network.speaker(neighbor.peer);
                    Giver::Peer(peer.device, peer.instance, neighbor.kind, neighbor.peer_address)
                }
            };
            let survivors = view.survivors().map(|candidate| (giver(candidate), candidate.route.clone())).collect();
            (id, Selection { survivors, preferred: view.preferred().map(giver) })
        };
        self.holders(class).into_iter().map(of).collect()
    }
}
