//! Every conversation between workload subnets and sites, proved by classes: hosts of a class fare alike, so one conversation between
//! two classes stands for all of them.

use super::classes::{Classes, EndpointClass};
use super::host::{Endpoint, Host};
use super::{Trace, Verdict, trace};
use crate::analysis::Estate;
use crate::topology::{RouterId, VnetId};
use std::collections::{BTreeMap, BTreeSet};

/// Conversations that fare alike.
#[derive(Debug, Clone)]
pub struct PairClass {
    /// The class of those who open them.
    pub from: usize,
    /// The class of those who answer.
    pub to: usize,
    /// Both in one VNet.
    pub within_vnet: bool,
    /// How many pairs of subnets and sites these are; each direction counts for itself.
    pub count: u64,
    /// One of them.
    pub trace: Trace,
}

impl PairClass {
    /// Every way of the packets passes an NVA.
    pub fn is_inspected(&self, estate: &Estate) -> bool {
        let passes = |way| self.trace.passed(&estate.topology, way).next().is_some();
        !self.trace.trips.is_empty() && self.trace.trips.iter().all(|trip| passes(&trip.there))
    }
}

/// What all conversations of an estate come to.
#[derive(Debug)]
pub struct AllPairs {
    /// The classes of hosts.
    pub classes: Classes,
    /// Conversations by class.
    pub pairs: Vec<PairClass>,
}

impl AllPairs {
    /// How many conversations there are.
    pub fn count(&self) -> u64 {
        self.pairs.iter().map(|pair| pair.count).sum()
    }

    /// How many conversations come to this.
    pub fn count_of(&self, verdict: Verdict) -> u64 {
        self.pairs.iter().filter(|pair| pair.trace.verdict == verdict).map(|pair| pair.count).sum()
    }
}

/// Follows one conversation of every kind.
pub fn all_pairs(estate: &Estate) -> AllPairs {
    let classes = Classes::of(estate);
    let mut pairs = Vec::new();
    for (from, senders) in classes.classes.iter().enumerate() {
        for (to, targets) in classes.classes.iter().enumerate() {
            let Some((one, other)) = apart(&senders.hosts, &targets.hosts) else { continue };
            let count = count(&senders.hosts, &targets.hosts);
            pairs.push(PairClass { from, to, within_vnet: false, count, trace: trace(estate, one, other) });
        }
    }
    pairs.extend(within_vnets(estate, &classes));
    AllPairs { classes, pairs }
}

/// Conversations between hosts that `sends` and `answers` choose, one for each kind, with how many it stands for. Inside a VNet, where
/// classes say nothing, each stands for itself.
pub fn representatives(
    classes: &Classes,
    sends: &dyn Fn(&Host) -> bool,
    answers: &dyn Fn(&Host) -> bool,
) -> Vec<(Host, Host, u64)> {
    let chosen = |choose: &dyn Fn(&Host) -> bool| -> Vec<Vec<Host>> {
        let of_class = |class: &EndpointClass| class.hosts.iter().copied().filter(|host| choose(host)).collect();
        classes.classes.iter().map(of_class).collect()
    };
    let (senders, targets) = (chosen(sends), chosen(answers));
    let mut pairs = Vec::new();
    for from in &senders {
        for to in &targets {
            pairs.extend(apart(from, to).map(|(one, other)| (one, other, count(from, to))));
        }
    }
    let mut by_vnet: BTreeMap<VnetId, Vec<Host>> = BTreeMap::new();
    for host in targets.iter().flatten() {
        if let Around::Vnet(id) = place(host) {
            by_vnet.entry(id).or_default().push(*host);
        }
    }
    for from in senders.iter().flatten() {
        if let Around::Vnet(id) = place(from) {
            let others = by_vnet.get(&id).into_iter().flatten().filter(|to| to.endpoint != from.endpoint);
            pairs.extend(others.map(|to| (*from, *to, 1)));
        }
    }
    pairs
}

/// Two hosts that are not in one VNet and not behind one site.
fn apart(senders: &[Host], targets: &[Host]) -> Option<(Host, Host)> {
    let (first, target) = (senders.first()?, targets.first()?);
    let partner = |one: &Host, list: &[Host]| list.iter().find(|other| !together(one, other)).copied();
    // Where the first of one side has no partner, all of the other side is in its VNet.
    match partner(first, targets) {
        Some(other) => Some((*first, other)),
        None => partner(target, senders).map(|one| (one, *target)),
    }
}

fn together(one: &Host, other: &Host) -> bool {
    place(one) == place(other)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Around {
    Vnet(VnetId),
    Router(RouterId),
    Internet,
}

fn place(host: &Host) -> Around {
    match host.endpoint {
        Endpoint::Subnet(id) => Around::Vnet(id.vnet),
        Endpoint::Router(id) => Around::Router(id),
        Endpoint::Internet => Around::Internet,
    }
}

/// How many pairs of hosts are not together.
fn count(senders: &[Host], targets: &[Host]) -> u64 {
    let by_place = |hosts: &[Host]| {
        let mut counts: BTreeMap<Around, u64> = BTreeMap::new();
        hosts.iter().for_each(|host| *counts.entry(place(host)).or_default() += 1);
        counts
    };
    let (one, other) = (by_place(senders), by_place(targets));
    let together: u64 = one.iter().map(|(place, count)| count * other.get(place).copied().unwrap_or_default()).sum();
    senders.len() as u64 * targets.len() as u64 - together
}

/// Conversations inside a VNet, each followed; those of the same classes that come to the same are one entry.
fn within_vnets(estate: &Estate, classes: &Classes) -> Vec<PairClass> {
    let mut by_vnet: BTreeMap<VnetId, Vec<(usize, Host)>> = BTreeMap::new();
    for (class, hosts) in classes.classes.iter().enumerate() {
        for host in &hosts.hosts {
            if let Endpoint::Subnet(id) = host.endpoint {
                by_vnet.entry(id.vnet).or_default().push((class, *host));
            }
        }
    }
    let mut found: BTreeMap<(usize, usize, Verdict, BTreeSet<RouterId>), PairClass> = BTreeMap::new();
    for hosts in by_vnet.values() {
        for (from, one) in hosts {
            for (to, other) in hosts.iter().filter(|(_, other)| other.endpoint != one.endpoint) {
                let trace = trace(estate, *one, *other);
                let passed = trace.trips.iter().flat_map(|trip| trip.there.routers()).collect();
                let entry = found.entry((*from, *to, trace.verdict, passed));
                let pair = entry.or_insert(PairClass { from: *from, to: *to, within_vnet: true, count: 0, trace });
                pair.count += 1;
            }
        }
    }
    found.into_values().collect()
}
