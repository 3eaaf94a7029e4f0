//! Which edits cause a difference: tried one by one, and in combination where no single one does it.
//!
//! Edits are numbers here; how a choice of them makes an estate is the caller's business.

use super::effects::{Effect, Look};
use super::{Difference, difference};
use crate::analysis::Estate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// Edits that are no cause of anything matter together, or it was not tried whether they do.
    pub is_unsettled: bool,
}

/// Makes the old estate with some of the edits; none where they do not make an estate without each other.
pub type Make<'a> = dyn FnMut(&[bool]) -> Option<Estate> + 'a;

/// What one trial may cost of an estate of one subnet and nothing else, and what all may cost together: a few seconds.
const ALL_TRIALS: usize = 150_000;

/// More trials say no more to anybody.
const MOST_TRIALS: usize = 400;

/// As many trials as take a few seconds. Depends on the size of the estates alone, so that the same files give the same answer on every
/// machine.
pub fn affordable_trials(old: &Estate, new: &Estate) -> usize {
    let cost = |estate: &Estate| {
        let routes = estate.ribs.class_ids().count() * estate.ribs.network.ids().count();
        estate.subnets().count() + routes / 8
    };
    (ALL_TRIALS / cost(old).max(cost(new)).max(1)).min(MOST_TRIALS)
}

/// As many edits as so many trials can tell apart: each is made alone, then left out alone, and some are combined.
pub fn distinguishable_edits(trials: usize) -> usize {
    (trials / 3).max(2)
}

/// Finds the causes by at most `most` trials, and one more. `told` is called before each, with how many there were.
pub fn causes(
    (old, new): (&Estate, &Estate),
    found: &Difference,
    count: usize,
    most: usize,
    make: &mut Make<'_>,
    told: &mut dyn FnMut(usize),
) -> Causes {
    let mut effects = Vec::new();
    for subnet in &found.subnets {
        if subnet.exists != (true, true) {
            effects.push(Effect::Exists(subnet));
        }
    }
    let (mut before, mut after) = (Look::new(old), Look::new(new));
    for subnet in &found.subnets {
        let of_change = |change| Effect::of_change(subnet, change, &mut before, &mut after, found);
        effects.extend(subnet.changes.iter().map(of_change));
    }
    effects.extend(found.sessions.iter().map(Effect::Session));
    let mut trials = Trials { effects, count, most, make, told, known: BTreeMap::new(), made: 0 };
    let causes = trials.find();
    let is_unsettled = trials.is_unsettled(&causes, new);
    let unknown = || Cause { edits: Vec::new(), how: How::Unknown };
    let mut causes = causes.into_iter();
    let mut next = || causes.next().unwrap_or_else(unknown);
    let exist: Vec<Option<Cause>> =
        found.subnets.iter().map(|subnet| (subnet.exists != (true, true)).then(&mut next)).collect();
    let subnets = found.subnets.iter().zip(exist);
    let subnets = subnets.map(|(subnet, exists)| (exists, subnet.changes.iter().map(|_| next()).collect())).collect();
    Causes { subnets, sessions: found.sessions.iter().map(|_| next()).collect(), is_unsettled }
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
            Some(estate) => {
                let mut look = Look::new(&estate);
                self.effects.iter().map(|effect| effect.is_shown(&mut look)).collect()
            }
            None => vec![false; self.effects.len()],
        };
        self.known.insert(chosen.to_vec(), shown);
        self.known.get(chosen).map(|known| known[effect])
    }

    fn find(&mut self) -> Vec<Cause> {
        let all: Vec<usize> = (0..self.count).collect();
        (0..self.effects.len()).map(|effect| self.cause(effect, &all)).collect()
    }

    /// Whether the edits that no cause names make any difference when all others are made, for all that is known.
    fn is_unsettled(&mut self, causes: &[Cause], new: &Estate) -> bool {
        let named: BTreeSet<usize> = causes.iter().flat_map(|cause| cause.edits.iter().copied()).collect();
        if causes.is_empty() || named.len() == self.count {
            return false;
        }
        if self.most == 0 || causes.iter().any(|cause| cause.how == How::Unknown) {
            return true;
        }
        (self.told)(self.made);
        let others = self.only(&named.into_iter().collect::<Vec<_>>());
        (self.make)(&others).is_none_or(|made| !difference(&made, new).is_empty())
    }

    fn only(&self, edits: &[usize]) -> Vec<bool> {
        let mut chosen = vec![false; self.count];
        edits.iter().for_each(|edit| chosen[*edit] = true);
        chosen
    }

    fn cause(&mut self, effect: usize, all: &[usize]) -> Cause {
        let unknown = Cause { edits: Vec::new(), how: How::Unknown };
        // All edits together are the new estate.
        if let [only] = all {
            return Cause { edits: vec![*only], how: How::Alone };
        }
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
        let enough = self.enough(effect, all)?;
        Some(self.without_companions(effect, enough))
    }

    /// Without edits that are needed only to make an estate beside edits that are not among these: a new table that takes the place of a
    /// removed one.
    fn without_companions(&mut self, effect: usize, mut kept: Vec<usize>) -> Vec<usize> {
        let fewer = |kept: &[usize], edit: usize| kept.iter().copied().filter(|other| *other != edit).collect();
        loop {
            let before = kept.len();
            for edit in kept.clone() {
                let fewer: Vec<usize> = fewer(&kept, edit);
                // Where no trial is left, it stays.
                if self.shows(&self.only(&fewer), effect) == Some(true) {
                    kept = fewer;
                }
            }
            if kept.len() == before {
                return kept;
            }
        }
    }

    /// Edits that are enough: each of which is needed when all others are made, or else as few of all as are found by leaving out one
    /// after the other.
    fn enough(&mut self, effect: usize, all: &[usize]) -> Option<Vec<usize>> {
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
    fn an_edit_that_others_need_to_make_an_estate_is_no_cause() {
        // The third takes away what the first replaces, and neither has to do with the effect.
        let shown = |chosen: &[bool]| chosen[1] && chosen[3] && (!chosen[2] || chosen[0]);
        assert_eq!(cause(4, 99, &shown), Cause { edits: vec![1, 3], how: How::Together });
    }

    #[test]
    fn without_trials_nothing_is_claimed() {
        assert_eq!(cause(3, 0, &|_| true).how, How::Unknown);
    }
}
