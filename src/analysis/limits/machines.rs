//! Virtual machines behind a route server, and how many its routing infrastructure units serve.

use crate::topology::{Topology, VnetId};

/// What a route server has to begin with, and what each further unit and all of them serve (capacity page, 2025-10-31).
pub const FIRST_UNITS: u32 = 2;
/// Machines that each further unit serves.
pub const MACHINES_PER_UNIT: usize = 1_000;
/// Machines that no number of units goes beyond.
pub const MOST_MACHINES: usize = 50_000;

/// The VNets that a route server serves: its own and those peered with it.
pub fn served(topology: &Topology, host: VnetId) -> impl Iterator<Item = VnetId> + '_ {
    let links = topology.vnet(host).links.iter();
    std::iter::once(host).chain(links.filter(|link| link.connected).map(|link| link.remote))
}

/// Machines of the VNets that a route server serves, as far as written.
pub fn machines(topology: &Topology, host: VnetId) -> usize {
    served(topology, host).filter_map(|id| topology.vnet(id).virtual_machines).map(|count| count as usize).sum()
}

/// Machines that so many units serve, where the first ones serve `base`.
pub fn served_by(base: usize, units: u32) -> usize {
    let further = units.saturating_sub(FIRST_UNITS) as usize;
    (base + further * MACHINES_PER_UNIT).min(MOST_MACHINES.max(base))
}

/// The units that serve so many, if any number does.
pub fn needed(base: usize, count: usize) -> Option<u32> {
    let further = count.saturating_sub(base).div_ceil(MACHINES_PER_UNIT) as u32;
    let units = FIRST_UNITS + further;
    (served_by(base, units) >= count).then_some(units)
}
