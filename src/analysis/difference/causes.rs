//! Which edits cause a difference: tried one by one, and in combination where no single one does it.
//!
//! Edits are numbers here; how a choice of them makes an estate is the caller's business.

use super::sessions::{SessionDifference, adverts};
use super::subnets::{Kind, SubnetChange};
use super::{Difference, SubnetDifference};
use crate::analysis::Estate;
use crate::analysis::outcome::Outcome;
use ipnet::Ipv4Net;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// How edits bring something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum How {
    /// Each of them alone does it.
    Alone,
    /// Only all of them together do it; without any of them it does not come about.
    Together,
    #[default]
    /// There were too many to try, or it comes about in no way that could be told.
    Unknown,
}

/// The edits that cause something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Which edits, in order.
    pub edits: Vec<usize>,
    /// How.
    pub how: How,
}

/// The cause of every difference, at the places that the differences have in [`Difference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Causes {
    /// Of each subnet: why it exists on one side only, and why it changes what it changes.
    pub subnets: Vec<(Option<Cause>, Vec<Cause>)>,
    /// Of each session.
    pub sessions: Vec<Cause>,
}

/// Makes the old estate with some of the edits; none where they do not make an estate without each other.
pub type Make<'a> = dyn FnMut(&[bool]) -> Option<Estate> + 'a;

/// Finds the causes by at most `most` trials. `told` is called before each, with how many there were.
pub fn causes(
    (old, new): (&Estate, &Estate),
    difference: &Difference,
    count: usize,
    most: usize,
    make: &mut Make<'_>,
    told: &mut dyn FnMut(usize),
) -> Causes {
    // All edits together are the new estate, so that a single one is the cause of everything.
    if count < 2 || most == 0 {
        let cause = || match count {
            1 => Cause { edits: vec![0], how: How::Alone },
            _ => Cause { edits: Vec::new(), how: How::Unknown },
        };
        let of_subnet = |subnet: &SubnetDifference| {
            let exists = (subnet.exists != (true, true)).then(cause);
            (exists, subnet.changes.iter().map(|_| cause()).collect())
        };
        let subnets = difference.subnets.iter().map(of_subnet).collect();
        return Causes { subnets, sessions: difference.sessions.iter().map(|_| cause()).collect() };
    }
    let mut effects = Vec::new();
    for subnet in &difference.subnets {
        if subnet.exists != (true, true) {
            effects.push(Effect::Exists(subnet));
        }
        effects.extend(subnet.changes.iter().map(|change| Effect::of_change(subnet, change, old, new, difference)));
    }
    effects.extend(difference.sessions.iter().map(Effect::Session));
    let mut trials = Trials { effects, count, most, make, told, known: BTreeMap::new(), made: 0 };
    let mut found = trials.find().into_iter();
    let mut next = || found.next().unwrap_or(Cause { edits: Vec::new(), how: How::Unknown });
    let subnets = difference.subnets.iter().map(|subnet| {
        let exists = (subnet.exists != (true, true)).then(&mut next);
        (exists, subnet.changes.iter().map(|_| next()).collect())
    });
    let subnets = subnets.collect();
    Causes { subnets, sessions: difference.sessions.iter().map(|_| next()).collect() }
}

/// Addresses of a change, and prefixes of a session, that are looked at.
const SAMPLES: usize = 8;

/// Something that an estate made with some of the edits shows, or does not.
enum Effect<'a> {
    Exists(&'a SubnetDifference),
    Change { subnet: &'a str, change: &'a SubnetChange, samples: Vec<Sample>, difference: &'a Difference },
    Session(&'a SessionDifference),
}

/// What becomes of packets to an address on both sides.
struct Sample {
    address: Ipv4Addr,
    before: Outcome,
    after: Outcome,
}

impl<'a> Effect<'a> {
    fn of_change(
        subnet: &'a SubnetDifference,
        change: &'a SubnetChange,
        old: &Estate,
        new: &Estate,
        difference: &'a Difference,
    ) -> Self {
        let outcome = |estate: &Estate, address: Ipv4Addr| match estate.subnet_named(&subnet.name) {
            Some(id) => Outcome::of_subnet(estate, id, address),
            None => Outcome::default(),
        };
        let sample = |address| Sample { address, before: outcome(old, address), after: outcome(new, address) };
        let samples = change.ranges.iter().take(SAMPLES).map(|range| sample(range.first)).collect();
        Effect::Change { subnet: &subnet.name, change, samples, difference }
    }

    fn is_shown(&self, estate: &Estate) -> bool {
        match self {
            Effect::Exists(subnet) => estate.subnet_named(&subnet.name).is_some() == subnet.exists.1,
            Effect::Change { subnet, change, samples, difference } => {
                let Some(id) = estate.subnet_named(subnet) else { return false };
                let fate = &difference.decisions.decision(change.after.decision).fate;
                samples.iter().all(|sample| {
                    let outcome = Outcome::of_subnet(estate, id, sample.address);
                    let same_outcome = match change.further_on {
                        true => outcome == sample.after,
                        false => Kind::of(&sample.before, &outcome) == change.kind,
                    };
                    same_outcome && estate.fate(id, sample.address) == *fate
                })
            }
            Effect::Session(session) => {
                let key = (session.from.clone(), session.to.clone());
                let sent = |prefix: &Ipv4Net| {
                    let class = estate.class_of(*prefix)?;
                    adverts(estate, class).remove(&key)
                };
                session.prefixes.iter().take(SAMPLES).all(|prefix| sent(prefix).unwrap_or_default() == session.after)
            }
        }
    }
}

struct Trials<'a, 'm, 't> {
    effects: Vec<Effect<'a>>,
    count: usize,
    most: usize,
    make: &'m mut Make<'t>,
    told: &'m mut dyn FnMut(usize),
    /// Which effects a choice of edits shows.
    known: BTreeMap<Vec<bool>, Vec<bool>>,
    made: usize,
}

impl Trials<'_, '_, '_> {
    /// Whether an effect is shown by a choice of edits; none when no more trials may be made.
    fn shows(&mut self, chosen: &[bool], effect: usize) -> Option<bool> {
        if let Some(known) = self.known.get(chosen) {
            return Some(known[effect]);
        }
        if self.made == self.most {
            return None;
        }
        (self.told)(self.made);
        self.made += 1;
        let shown = match (self.make)(chosen) {
            Some(estate) => self.effects.iter().map(|effect| effect.is_shown(&estate)).collect(),
            None => vec![false; self.effects.len()],
        };
        self.known.insert(chosen.to_vec(), shown);
        self.known.get(chosen).map(|known| known[effect])
    }

    fn find(&mut self) -> Vec<Cause> {
        let all: Vec<usize> = (0..self.count).collect();
        (0..self.effects.len()).map(|effect| self.cause(effect, &all)).collect()
    }

    fn only(&self, edits: &[usize]) -> Vec<bool> {
        let mut chosen = vec![false; self.count];
        edits.iter().for_each(|edit| chosen[*edit] = true);
        chosen
    }

    fn cause(&mut self, effect: usize, all: &[usize]) -> Cause {
        let unknown = Cause { edits: Vec::new(), how: How::Unknown };
        let mut alone = Vec::new();
        for edit in all {
            match self.shows(&self.only(&[*edit]), effect) {
                Some(true) => alone.push(*edit),
                Some(false) => {}
                None => return unknown,
            }
        }
        if !alone.is_empty() {
            return Cause { edits: alone, how: How::Alone };
        }
        self.together(effect, all).map_or(unknown, |edits| Cause { edits, how: How::Together })
    }

    /// The edits of which none can be left out.
    fn together(&mut self, effect: usize, all: &[usize]) -> Option<Vec<usize>> {
        let mut needed = Vec::new();
        for edit in all {
            let others: Vec<usize> = all.iter().copied().filter(|other| other != edit).collect();
            if !self.shows(&self.only(&others), effect)? {
                needed.push(*edit);
            }
        }
        if self.shows(&self.only(&needed), effect)? {
            return Some(needed);
        }
        let mut kept = all.to_vec();
        for edit in all.iter().filter(|edit| !needed.contains(edit)) {
            let fewer: Vec<usize> = kept.iter().copied().filter(|other| other != edit).collect();
            if self.shows(&self.only(&fewer), effect)? {
                kept = fewer;
            }
        }
        Some(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trials of one effect that some choices of edits show.
    fn cause(count: usize, most: usize, shown: &dyn Fn(&[bool]) -> bool) -> Cause {
        // The effect itself is never asked: every answer is known.
        let known = (0..1_usize << count).map(|bits| {
            let chosen: Vec<bool> = (0..count).map(|edit| bits >> edit & 1 == 1).collect();
            let answer = vec![shown(&chosen)];
            (chosen, answer)
        });
        let known: BTreeMap<Vec<bool>, Vec<bool>> = if most == 0 { BTreeMap::new() } else { known.collect() };
        let mut trials =
            Trials { effects: Vec::new(), count, most, make: &mut |_| None, told: &mut |_| {}, known, made: 0 };
        trials.cause(0, &(0..count).collect::<Vec<_>>())
    }

    #[test]
    fn an_edit_that_does_it_alone_is_the_cause_and_so_is_every_other() {
        assert_eq!(cause(3, 99, &|chosen| chosen[1]), Cause { edits: vec![1], how: How::Alone });
        assert_eq!(cause(3, 99, &|chosen| chosen[0] || chosen[2]), Cause { edits: vec![0, 2], how: How::Alone });
    }

    #[test]
    fn where_only_a_combination_does_it_the_smallest_is_told() {
        assert_eq!(cause(4, 99, &|chosen| chosen[1] && chosen[3]), Cause { edits: vec![1, 3], how: How::Together });
        // Either of the first two together with the last.
        let either = |chosen: &[bool]| (chosen[0] || chosen[1]) && chosen[3];
        assert_eq!(cause(4, 99, &either), Cause { edits: vec![1, 3], how: How::Together });
    }

    #[test]
    fn without_trials_nothing_is_claimed() {
        assert_eq!(cause(3, 0, &|_| true).how, How::Unknown);
    }
}
