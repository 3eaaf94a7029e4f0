//! What every place that packets for an address may meet does with them: two such maps tell which senders fare otherwise.

use crate::analysis::Estate;
use crate::analysis::forward::{Next, Place};
use rustc_hash::{FxHashMap, FxHashSet};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// A place, and whether packets came there from elsewhere.
type Stop = (Place, bool);

/// What the places do with packets for one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Steps(FxHashMap<Stop, Rc<[Next]>>);

impl Steps {
    /// From these places on.
    pub(super) fn of(estate: &Estate, from: &[Place], to: Ipv4Addr) -> Self {
        let forwarding = estate.forwarding();
        let mut steps = FxHashMap::default();
        let mut open: Vec<Stop> = from.iter().map(|place| (*place, false)).collect();
        while let Some(stop) = open.pop() {
            if steps.contains_key(&stop) {
                continue;
            }
            let next: Rc<[Next]> = forwarding.step(stop.0, to, stop.1);
            let places =
                next.iter().filter_map(|next| if let Next::Go(place) = next { Some((*place, true)) } else { None });
            open.extend(places);
            steps.insert(stop, next);
        }
        Steps(steps)
    }

    /// The places from which packets meet one that does otherwise in `other`.
    pub(super) fn affected(&self, other: &Steps) -> FxHashSet<Place> {
        let mut affected: FxHashSet<Stop> =
            self.0.iter().filter(|(stop, next)| other.0.get(*stop) != Some(*next)).map(|(stop, _)| *stop).collect();
        if affected.is_empty() {
            return FxHashSet::default();
        }
        // Whoever sends to an affected place is affected; few steps are needed until nobody is added.
        loop {
            let leads = |next: &Next| matches!(next, Next::Go(place) if affected.contains(&(*place, true)));
            let more: Vec<Stop> = self
                .0
                .iter()
                .filter(|(stop, next)| !affected.contains(*stop) && next.iter().any(leads))
                .map(|(stop, _)| *stop)
                .collect();
            if more.is_empty() {
                return affected.into_iter().filter(|(_, travelled)| !travelled).map(|(place, _)| place).collect();
            }
            affected.extend(more);
        }
    }
}
