//! What route servers hold, counted.

use crate::bgp::{ClassId, Device, SpeakerId};
use crate::lint::context::Context;
use crate::topology::VnetId;
use std::collections::BTreeMap;

/// What the fuller instance of a route server holds.
#[derive(Default)]
pub(crate) struct Held {
    /// Prefixes, each once.
    pub(crate) count: usize,
    /// Classes by who brings them; one that several bring stands with each.
    pub(crate) brought: BTreeMap<Device, Vec<ClassId>>,
}

/// What the fuller instance of the route server of a VNet holds.
pub(crate) fn held(estate: &Context<'_>, host: VnetId) -> Held {
    let instances: Vec<SpeakerId> = estate.ribs().network.instances(Device::RouteServer(host)).collect();
    let each = instances.into_iter().map(|server| held_by(estate, server));
    each.max_by_key(|held| held.count).unwrap_or_default()
}

fn held_by(estate: &Context<'_>, server: SpeakerId) -> Held {
    let ribs = estate.ribs();
    let mut held = Held::default();
    for class in ribs.class_ids() {
        let own = estate.view(class, server);
        held.count += if own.candidates.is_empty() { 0 } else { ribs.class(class).prefixes.len() };
        for received in own.received.iter().filter(|received| received.accepted.is_ok()) {
            let peer = ribs.network.speaker(server).neighbors[received.neighbor].peer;
            let classes = held.brought.entry(estate.device(peer)).or_default();
            // Both instances of a gateway bring the same.
            if classes.last() != Some(&class) {
                classes.push(class);
            }
        }
    }
    held
}
