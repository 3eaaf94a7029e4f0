//! Prefixes that a policy announces instead of others: when they are there, and what that needs of a daemon.

use super::policy::{Conditions, Range, Step, Then, summary_of};
use super::{Announcement, Neighbor, NvaBgp};
use crate::topology::{RouterId, Topology};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

/// A prefix that an export policy announces towards one neighbour instead of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The router's own announcements bring it about, so that it is always there.
    pub always: bool,
    /// Everything it stands for is inside it.
    pub covers: bool,
    /// Somebody else may announce it too.
    pub elsewhere: bool,
}

/// Fills in the summaries of every neighbour.
pub(super) fn find(bgp: &mut NvaBgp, topology: &Topology, router: RouterId) {
    if !bgp.neighbors.iter().flat_map(|neighbor| &neighbor.export).any(|step| summarizing(step).is_some()) {
        return;
    }
    let others = announced_by_others(topology, router);
    let of_neighbor = |neighbor| of_neighbor(bgp, neighbor, &others);
    let mut found: Vec<Vec<Summary>> = bgp.neighbors.iter().map(of_neighbor).collect();
    for (neighbor, summaries) in bgp.neighbors.iter_mut().zip(&mut found) {
        neighbor.summaries = std::mem::take(summaries);
    }
}

fn of_neighbor(bgp: &NvaBgp, neighbor: &Neighbor, others: &BTreeSet<Ipv4Net>) -> Vec<Summary> {
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
            None => summaries.push(Summary { prefix, always, covers, elsewhere: others.contains(&prefix) }),
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

/// Every prefix that anything but the router may bring into being.
fn announced_by_others(topology: &Topology, id: RouterId) -> BTreeSet<Ipv4Net> {
    let mut all: BTreeSet<Ipv4Net> = BTreeSet::new();
    for vnet in &topology.vnets {
        all.extend(&vnet.ranges);
        all.extend(&vnet.summarized_gateway_prefixes);
        all.extend(vnet.links.iter().flat_map(|link| &link.remote_ranges));
        let gateway = vnet.vpn_gateway.iter();
        all.extend(gateway.clone().flat_map(|gateway| &gateway.client_pools));
        all.extend(gateway.flat_map(|gateway| &gateway.addresses).copied().map(Ipv4Net::from));
    }
    for (index, router) in topology.routers.iter().enumerate() {
        if index != id.index() {
            all.extend(router.originates.iter().map(|origination| origination.prefix));
            all.extend(router.address.map(Ipv4Net::from));
        }
    }
    for side in topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides) {
        all.extend(&side.static_prefixes);
        all.extend(side.address.map(Ipv4Net::from));
    }
    let rules = super::policies(topology, Some(id)).into_iter().flat_map(|policy| &policy.rules);
    all.extend(rules.filter_map(|rule| rule.summarize));
    all
}
