//! What happens when something breaks: every failure, alone or two at once, and how each conversation fares then.
//!
//! A failed estate is computed as any other. Of its conversations those are followed anew that meet a place which decides otherwise;
//! all others fare as before, because nothing on their way has changed.

mod alike;
mod failback;
mod failures;
mod fare;
mod reach;
mod steps;
mod survey;

pub use alike::{Alike, alike};
pub use failures::{Failure, FailureKind, failures};
pub use fare::{Fare, Noticed, Seen};

use super::Estate;
use crate::topology::Topology;
use reach::Reach;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use survey::Survey;

/// What a failure, or two at once, does.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The failures, by their places in the list.
    pub failures: Vec<usize>,
    /// Conversations by how they fare; those that fare as before are not counted.
    pub counts: BTreeMap<Fare, u64>,
    /// One conversation for each way to fare: the names of its ends.
    pub examples: BTreeMap<Fare, (String, String)>,
    /// Conversations that neither failure ends alone, and both together do.
    pub only_together: u64,
    /// Conversations that may stay on the way around after recovery.
    pub stays_around: u64,
    /// How it is noticed, where routes have to change for conversations to go on.
    pub noticed: BTreeSet<Noticed>,
}

impl Effect {
    /// How many conversations fare so.
    pub fn count(&self, fare: Fare) -> u64 {
        self.counts.get(&fare).copied().unwrap_or_default()
    }

    /// Both effects, of failures that do together what they do apart.
    fn beside(&self, other: &Effect) -> Effect {
        let mut both = self.clone();
        both.failures.extend(&other.failures);
        other.counts.iter().for_each(|(fare, count)| *both.counts.entry(*fare).or_default() += count);
        for (fare, example) in &other.examples {
            both.examples.entry(*fare).or_insert_with(|| example.clone());
        }
        both.stays_around += other.stays_around;
        both.noticed.extend(&other.noticed);
        both
    }

    /// The worst first: conversations that end, then those that a firewall sees half of, then those that none sees.
    pub fn badness(&self) -> (u64, u64, u64, u64) {
        (
            self.count(Fare::Dead),
            self.count(Fare::Asymmetric),
            self.count(Fare::Uninspected),
            self.count(Fare::Rerouted),
        )
    }
}

/// What all failures do.
#[derive(Debug)]
pub struct Failover {
    /// Conversations that are looked at, counted as those they stand for.
    pub conversations: u64,
    /// How many of them do not work to begin with.
    pub broken: u64,
    /// What each failure does, in the order of the list.
    pub singles: Vec<Effect>,
    /// What each pair of failures does.
    pub doubles: Vec<Effect>,
}

/// Computes what failures do to an estate: each alone and, when `doubles` says so, every two of them. `alike` says how many VNets each
/// VNet stands for. `progress` hears how many of how many are done.
pub fn failover(
    topology: &Topology,
    alike: &Alike,
    list: &[Failure],
    doubles: bool,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Failover {
    let pairs: Vec<(usize, usize)> = if doubles { pairs(list) } else { Vec::new() };
    let total = list.len() + pairs.len();
    let done = AtomicUsize::new(0);
    let tick = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let start = || Survey::new(Estate::new(topology.clone()), alike);
    let singles = in_parallel(list.len(), start, |survey, index| {
        let single = if doubles { survey.single(&list[index]) } else { (survey.alone(&list[index]), Reach::default()) };
        tick();
        single
    });
    let survey = start();
    let told: Vec<Effect> =
        singles.iter().enumerate().map(|(index, (effects, _))| survey.effect(vec![index], effects, 0)).collect();
    let doubles = in_parallel(pairs.len(), start, |survey, index| {
        let (one, other) = pairs[index];
        let ((first, first_reach), (second, second_reach)) = (&singles[one], &singles[other]);
        let apart = survey.are_apart((&list[one], first_reach), (&list[other], second_reach));
        let effect = if apart {
            told[one].beside(&told[other])
        } else {
            let both = survey.both(&list[one], &list[other]);
            let only_together = survey.only_together(&both, first, second);
            survey.effect(vec![one, other], &both, only_together)
        };
        tick();
        effect
    });
    Failover { conversations: survey.count(), broken: survey.broken(), singles: told, doubles }
}

/// Every two failures of a list of which neither brings the other about.
pub fn pairs(list: &[Failure]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for one in 0..list.len() {
        for other in one + 1..list.len() {
            if !list[one].outages.includes(&list[other].outages) && !list[other].outages.includes(&list[one].outages) {
                pairs.push((one, other));
            }
        }
    }
    pairs
}

/// Does `count` pieces of work, in order, on as many threads as the machine has; each thread starts with a state of its own.
pub fn in_parallel<S, T: Send>(
    count: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count);
    let next = AtomicUsize::new(0);
    let mut found: Vec<(usize, T)> = std::thread::scope(|scope| {
        let run = || {
            let mut state = start();
            let mut own = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return own;
                }
                own.push((index, work(&mut state, index)));
            }
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, result)| result).collect()
}

/// By conversation, as far as it fares otherwise than before.
type ByFlow = FxHashMap<u32, fare::Change>;
