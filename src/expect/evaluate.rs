//! Holds entries against their estate, and against what failures leave of it.
//!
//! Each failed estate is computed once, for all entries that have to survive it.

use super::conversations::{Why, judge};
use super::read::{Claim, Entry};
use super::sides::Scene;
use crate::analysis::Estate;
use crate::analysis::failover::in_parallel;
use crate::analysis::trace::Host;
use crate::bgp::Device;
use crate::topology::{Outages, Topology};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How an expectation came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It does not, and is said not to.
    KnownToFail,
    /// It holds, though it is said not to.
    Unexpected,
}

/// What does not do what is expected.
#[derive(Debug, Clone)]
pub enum Talk {
    /// Packets of a host to an address; the host that has the address, where one does.
    Packets(Host, Ipv4Addr, Option<Host>),
    /// Announcements of a speaker to a neighbour.
    Adverts(Device, Device),
}

/// Something that shows that an expectation does not hold.
#[derive(Debug, Clone)]
pub struct Counterexample {
    /// Between whom.
    pub talk: Talk,
    /// What had failed, by name; nothing where it does not hold to begin with.
    pub failures: Vec<String>,
    /// Why.
    pub why: Why,
}

/// How an entry came out, and why.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How.
    pub status: Status,
    /// Conversations, or speakers and neighbours, that were looked at, each counted once for every failure.
    pub checked: u64,
    /// How many of them do not do what is expected.
    pub failing: u64,
    /// Some of these, those without a failure first.
    pub counterexamples: Vec<Counterexample>,
}

/// Counterexamples that are kept of an entry.
const MOST: usize = 3;

/// What was found for an entry so far.
#[derive(Debug, Clone, Default)]
struct Tally {
    checked: u64,
    failing: u64,
    counterexamples: Vec<Counterexample>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.checked += other.checked;
        self.failing += other.failing;
        let room = MOST.saturating_sub(self.counterexamples.len());
        self.counterexamples.extend(other.counterexamples.into_iter().take(room));
    }
}

/// The outcome of each entry, in order. `progress` hears how many of how many failures are done.
pub fn evaluate(estate: &Estate, entries: &[Entry], progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Outcome> {
    let scene = Scene::new(estate);
    let mut tallies: Vec<Tally> = entries.iter().map(|entry| tally(&scene, entry, &[])).collect();
    // What does not hold as it is need not be broken any further.
    let mut failed: BTreeMap<&[String], (&Outages, Vec<usize>)> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate().filter(|(index, _)| tallies[*index].failing == 0) {
        for (names, outages) in &entry.survives {
            failed.entry(names).or_insert((outages, Vec::new())).1.push(index);
        }
    }
    let mut failed: Vec<(&[String], (&Outages, Vec<usize>))> = failed.into_iter().collect();
    failed.sort_by_key(|(names, _)| names.len());
    for (index, found) in broken(&estate.topology, entries, &failed, progress) {
        tallies[index].add(found);
    }
    entries.iter().zip(tallies).map(|(entry, tally)| outcome(entry, tally)).collect()
}

/// What entries come to after failures.
fn broken(
    topology: &Topology,
    entries: &[Entry],
    failed: &[(&[String], (&Outages, Vec<usize>))],
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<(usize, Tally)> {
    let done = AtomicUsize::new(0);
    let found = in_parallel(
        failed.len(),
        || (),
        |(), number| {
            let (names, (outages, indexes)) = &failed[number];
            let estate = Estate::new(topology.with(outages));
            let scene = Scene::new(&estate);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, failed.len());
            indexes.iter().map(|index| (*index, tally(&scene, &entries[*index], names))).collect::<Vec<_>>()
        },
    );
    found.into_iter().flatten().collect()
}

fn tally(scene: &Scene<'_>, entry: &Entry, failures: &[String]) -> Tally {
    let mut tally = Tally::default();
    let fails = |tally: &mut Tally, count: u64, talk: Talk, why: Why| {
        tally.failing += count;
        if tally.counterexamples.len() < MOST {
            tally.counterexamples.push(Counterexample { talk, failures: failures.to_vec(), why });
        }
    };
    match &entry.claim {
        Claim::Conversations(senders, targets, wanted) => {
            for (from, aim, count) in scene.pairs(senders, targets) {
                tally.checked += count;
                if let Some(why) = judge(scene.estate, wanted, from, aim) {
                    fails(&mut tally, count, Talk::Packets(from, aim.address, aim.host), why);
                }
            }
        }
        Claim::Adverts(adverts) => {
            let (checked, found) = adverts.judge(scene.estate);
            tally.checked = checked;
            for (speaker, receiver, why) in found {
                fails(&mut tally, 1, Talk::Adverts(speaker, receiver), why);
            }
        }
    }
    tally
}

fn outcome(entry: &Entry, tally: Tally) -> Outcome {
    let status = match (tally.failing > 0, entry.must_fail) {
        (false, false) => Status::Passed,
        (true, false) => Status::Failed,
        (true, true) => Status::KnownToFail,
        (false, true) => Status::Unexpected,
    };
    Outcome { status, checked: tally.checked, failing: tally.failing, counterexamples: tally.counterexamples }
}
