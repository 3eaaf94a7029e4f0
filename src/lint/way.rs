//! The way a route took to a speaker, read back from what each speaker on it prefers.

use super::context::Context;
use crate::bgp::{ClassId, Device, Source, SpeakerId};

impl Context<'_> {
    /// Who passed a class on to `from`, `from` itself first and whoever originates it last.
    pub fn way_back(&self, class: ClassId, from: SpeakerId) -> Vec<SpeakerId> {
        let ribs = self.ribs();
        let mut way = vec![from];
        let mut at = from;
        loop {
            let view = ribs.view(self.topology, class, at);
            let Some(Source::Neighbor(index)) = view.preferred().map(|candidate| candidate.source) else { return way };
            at = ribs.network.speaker(at).neighbors[index].peer;
            // Routes that never settle can lead round in a circle.
            if way.contains(&at) {
                return way;
            }
            way.push(at);
        }
    }

    /// The first on a way, its start aside, that belongs to Azure.
    pub fn first_in_azure(&self, way: &[SpeakerId]) -> Option<Device> {
        let devices = way.iter().skip(1).map(|id| self.ribs().network.speaker(*id).device);
        devices.into_iter().find(|device| !matches!(device, Device::Router(_)))
    }
}
