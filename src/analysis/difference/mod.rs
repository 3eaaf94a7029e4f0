//! What one estate does otherwise than another: per subnet the ranges whose fate differs, per BGP session the routes that differ.
//!
//! Names join the two: a subnet, a router or a VNet is the same when its name is. Which edit causes a difference is for `causes`.

mod causes;
mod effects;
mod owners;
mod sessions;
mod subnets;

pub use causes::{Cause, Causes, How, Make, affordable_trials, causes, distinguishable_edits};
pub use sessions::{Advert, Adverts, SessionDifference, adverts};
pub use subnets::{Kind, Side, SubnetChange, fib_difference};

use super::Estate;
use super::fate::Decisions;
use super::outcome::Outcomes;

/// All differences.
#[derive(Debug)]
pub struct Difference {
    /// Subnets that do something else, in the order of the new estate; those that are gone come last.
    pub subnets: Vec<SubnetDifference>,
    /// Sessions that carry something else, by sender and receiver.
    pub sessions: Vec<SessionDifference>,
    /// What the changes of subnets refer to.
    pub decisions: Decisions,
    /// What the changes of subnets refer to.
    pub outcomes: Outcomes,
}

impl Difference {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        self.subnets.is_empty() && self.sessions.is_empty()
    }
}

/// One subnet.
#[derive(Debug, Clone)]
pub struct SubnetDifference {
    /// `vnet/subnet`.
    pub name: String,
    /// Whether the old and the new estate have it.
    pub exists: (bool, bool),
    /// What it does otherwise, in order of address; empty unless both estates have it.
    pub changes: Vec<SubnetChange>,
}

/// Compares two estates.
pub fn difference(old: &Estate, new: &Estate) -> Difference {
    let moved = sessions::differing_prefixes(old, new);
    let (subnets, decisions, outcomes) = subnets::subnets(old, new, &moved.chosen_otherwise);
    Difference { subnets, sessions: moved.sessions, decisions, outcomes }
}
