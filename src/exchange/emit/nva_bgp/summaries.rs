//! Prefixes that a policy announces instead of others: when they are there, and what that needs of a daemon.

use super::policy::{Conditions, Range, Step, Then, summary_of};
use super::{Announcement, Neighbor, NvaBgp};
use ipnet::Ipv4Net;

/// A prefix that an export policy announces towards one neighbour instead of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The router's own announcements bring it about, so that it is always there.
    pub always: bool,
    /// Everything it stands for is inside it.
    pub covers: bool,
}

/// Fills in the summaries of every neighbour.
pub(super) fn find(bgp: &mut NvaBgp) {
    let mut found: Vec<Vec<Summary>> = bgp.neighbors.iter().map(|neighbor| of_neighbor(bgp, neighbor)).collect();
    for (neighbor, summaries) in bgp.neighbors.iter_mut().zip(&mut found) {
        neighbor.summaries = std::mem::take(summaries);
    }
}

fn of_neighbor(bgp: &NvaBgp, neighbor: &Neighbor) -> Vec<Summary> {
    let sent = |own: &Announcement| {
        let mut own = own.clone();
        if bgp.as_override && neighbor.ebgp {
            own.path = own.path.replaced(neighbor.asn, bgp.asn);
        }
        summary_of(&neighbor.export, &own, bgp.asn, neighbor.asn)
    };
    let always: Vec<Ipv4Net> = bgp.announcements.iter().filter_map(sent).collect();
    let mut summaries: Vec<Summary> = Vec::new();
    for (prefix, when) in neighbor.export.iter().filter_map(summarizing) {
        let always = always.contains(&prefix);
        // What the router does not pass on brings no summary about.
        let learned = bgp.readvertise && when.learned_from.as_ref().is_none_or(|sources| !sources.groups.is_empty());
        if !always && !learned {
            continue;
        }
        let covers = covers(prefix, when);
        match summaries.iter_mut().find(|known| known.prefix == prefix) {
            Some(known) => known.covers &= covers,
            None => summaries.push(Summary { prefix, always, covers }),
        }
    }
    summaries
}

fn summarizing(step: &Step) -> Option<(Ipv4Net, &Conditions)> {
    match step.then {
        Then::Summarize(prefix) => Some((prefix, &step.when)),
        Then::Drop | Then::Change(_) => None,
    }
}

fn covers(summary: Ipv4Net, when: &Conditions) -> bool {
    let inside = |range: &Range| summary.contains(&range.net);
    when.ranges.as_ref().is_some_and(|ranges| ranges.iter().all(inside))
}
