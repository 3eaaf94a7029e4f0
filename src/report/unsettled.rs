//! Routes that never settle, in words: what is told of them is that of one moment.

use crate::bgp::Ribs;
use crate::topology::Topology;
use crate::words::few;
use std::collections::BTreeSet;

/// One sentence for each group of prefixes whose routes keep changing.
pub(super) fn unsettled(topology: &Topology, ribs: &Ribs) -> Vec<String> {
    let each = ribs.oscillations.iter().map(|oscillation| {
        let speakers = oscillation.speakers.iter().map(|id| ribs.network.speaker(*id).device.name(topology));
        let speakers: BTreeSet<String> = speakers.collect();
        let prefixes = few(&ribs.class(oscillation.class).prefixes);
        format!("never settles: {prefixes} ({})", speakers.into_iter().collect::<Vec<_>>().join(", "))
    });
    each.collect()
}
