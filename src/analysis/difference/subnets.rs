//! Ranges of addresses that a subnet treats otherwise.

use super::{SubnetDifference, owners};
use crate::analysis::Estate;
use crate::analysis::fate::{DecisionId, Decisions, Fate, FateId};
use crate::analysis::outcome::{Outcome, OutcomeId, Outcomes, Pieces, Walks, same_ways, transit_subnets};
use crate::analysis::space::{Range, Space};
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::topology::{SubnetId, VnetId};
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// What happens to packets, compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// They arrived before and do not any more.
    Lost,
    /// An NVA saw all of them before, and does not see all of them any more.
    Uninspected,
    /// They arrive now and did not before.
    Gained,
    /// An NVA sees all of them now, and did not see all of them before.
    Inspected,
    /// They take another way.
    Moved,
}

impl Kind {
    /// Compares what becomes of packets; another way is a difference of its own.
    pub fn of(before: &Outcome, after: &Outcome) -> Self {
        match (before.is_reached(), after.is_reached()) {
            (true, false) => Kind::Lost,
            (false, true) => Kind::Gained,
            (false, false) => Kind::Moved,
            (true, true) if before.inspected && !after.inspected => Kind::Uninspected,
            (true, true) if !before.inspected && after.inspected => Kind::Inspected,
            (true, true) => Kind::Moved,
        }
    }
}

/// What a subnet does with ranges on one side.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Side {
    /// What is decided: of ranges that are decided in several ways with the same fate, the first.
    pub decision: DecisionId,
    /// What becomes of packets to any of the ranges.
    pub outcome: Outcome,
}

/// Ranges that a subnet treats alike before, and alike after, but not the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubnetChange {
    /// What happens to packets.
    pub kind: Kind,
    /// In order; neighbouring ranges are one.
    pub ranges: Vec<Range>,
    /// What it did.
    pub before: Side,
    /// What it does.
    pub after: Side,
    /// The subnet does the same as before; what comes after it differs.
    pub further_on: bool,
}

/// Where two tables decide otherwise, each range with what is decided before and after; neighbouring ranges with the same pair are one.
///
/// Grows with the number of prefixes, sorted or not.
pub fn fib_difference<T: Copy + PartialEq>(old: &Space<T>, new: &Space<T>) -> Vec<(Range, T, T)> {
    let both = old.beside(new);
    both.steps()
        .filter(|(_, (before, after))| before != after)
        .map(|(range, (before, after))| (range, before, after))
        .collect()
}

/// Ranges in the making: those of one key that touch become one.
#[derive(Default)]
struct Gathered {
    ranges: Vec<Range>,
    ends: [BTreeSet<OutcomeId>; 2],
    decisions: Option<(DecisionId, DecisionId)>,
}

impl Gathered {
    fn add(&mut self, range: Range) {
        match self.ranges.last_mut() {
            Some(last) if u32::from(last.last).checked_add(1) == Some(range.first.into()) => last.last = range.last,
            _ => self.ranges.push(range),
        }
    }
}

/// By the fates and what happens to packets.
type ByFates = BTreeMap<(FateId, FateId, Kind), Gathered>;

/// A part of a range to which packets fare otherwise.
#[derive(Clone, Copy)]
struct Segment {
    range: Range,
    outcomes: (OutcomeId, OutcomeId),
}

/// What stands for a subnet in one estate: see [`same_ways`].
type Ways = (Option<VnetId>, Option<VnetId>);

/// What is compared, and what was found out on the way.
struct Comparison<'a> {
    decisions: Decisions,
    outcomes: Outcomes,
    pieces: Pieces,
    old: Walks<'a>,
    new: Walks<'a>,
    /// Pieces for which something that a packet passes after its subnet does otherwise.
    suspects: Vec<u32>,
    /// Next hops behind which packets fare otherwise.
    hops: BTreeSet<Ipv4Addr>,
    estates: [&'a Estate; 2],
    has_failures: bool,
    /// Long ranges come again and again, from subnet to subnet.
    known: FxHashMap<(FateId, FateId, Ways, Ways, Range), Rc<[Segment]>>,
}

/// Ranges of more pieces than these are remembered.
const SHORT: u32 = 4;

/// Compares every subnet. `moved` are the prefixes for which some device takes its route from elsewhere.
pub(super) fn subnets(old: &Estate, new: &Estate, moved: &[Ipv4Net]) -> (Vec<SubnetDifference>, Decisions, Outcomes) {
    let pieces = Pieces::of(&[old, new]);
    let mut comparison = Comparison {
        decisions: Decisions::default(),
        outcomes: Outcomes::default(),
        pieces,
        old: Walks::new(old),
        new: Walks::new(new),
        suspects: Vec::new(),
        hops: BTreeSet::new(),
        estates: [old, new],
        has_failures: !(old.topology.down.is_empty() && new.topology.down.is_empty()),
        known: FxHashMap::default(),
    };
    comparison.suspects = comparison.suspects(moved);
    let mut found = Vec::new();
    for id in new.subnets().filter(|id| has_machines(new, *id)) {
        let name = new.topology.subnet_name(id);
        match old.subnet_named(&name) {
            Some(before) => {
                let changes = comparison.subnet(before, id);
                if !changes.is_empty() {
                    found.push(SubnetDifference { name, exists: (true, true), changes });
                }
            }
            None => found.push(SubnetDifference { name, exists: (false, true), changes: Vec::new() }),
        }
    }
    let names = old.subnets().filter(|id| has_machines(old, *id)).map(|id| old.topology.subnet_name(id));
    let gone = names.filter(|name| new.subnet_named(name).is_none());
    found.extend(gone.map(|name| SubnetDifference { name, exists: (true, false), changes: Vec::new() }));
    (found, comparison.decisions, comparison.outcomes)
}

/// Packets of a route server are of no use to anybody: its subnet is not told of.
fn has_machines(estate: &Estate, id: SubnetId) -> bool {
    estate.topology.subnet(id).name != ROUTE_SERVER_SUBNET
}

impl Comparison<'_> {
    fn spaces(&mut self, before: SubnetId, after: SubnetId) -> Space<(DecisionId, DecisionId)> {
        let [old, new] = self.estates;
        let left = self.decisions.space(&old.topology, before, old.table(before));
        let right = self.decisions.space(&new.topology, after, new.table(after));
        left.beside(&right)
    }

    fn fates(&self, (before, after): (DecisionId, DecisionId)) -> (FateId, FateId) {
        (self.decisions.fate_of(before), self.decisions.fate_of(after))
    }

    /// Where packets may fare otherwise although their subnet does the same.
    fn suspects(&mut self, moved: &[Ipv4Net]) -> Vec<u32> {
        let [old, new] = self.estates;
        let Some(differing) = owners::differing(old, new) else { return (0..self.pieces.len() as u32).collect() };
        self.hops = differing.hops;
        let mut suspects: BTreeSet<u32> = BTreeSet::new();
        for prefix in differing.ranges.iter().chain(moved) {
            suspects.extend(self.pieces.within(Range::from(*prefix)));
        }
        for after in transit_subnets(&new.topology) {
            let Some(before) = old.subnet_named(&new.topology.subnet_name(after)) else { continue };
            for (range, pair) in self.spaces(before, after).steps() {
                let (was, is) = self.fates(pair);
                if was != is || self.leads_to_who_differs(is) {
                    suspects.extend(self.pieces.within(range));
                }
            }
        }
        suspects.into_iter().collect()
    }

    fn leads_to_who_differs(&self, fate: FateId) -> bool {
        !self.hops.is_empty() && self.decisions.fate(fate).addresses().any(|hop| self.hops.contains(&hop))
    }

    fn subnet(&mut self, before: SubnetId, after: SubnetId) -> Vec<SubnetChange> {
        let spaces = self.spaces(before, after);
        let mut gathered = ByFates::new();
        for (range, pair) in spaces.steps() {
            let (was, is) = self.fates(pair);
            if was != is || self.leads_to_who_differs(is) {
                self.gather_range((before, after), pair, range, &mut gathered);
            } else if self.has_failures
                || !matches!(self.decisions.fate(is), Fate::Local | Fate::Dropped | Fate::Internet)
            {
                // What stays, falls or leaves at the subnet meets nothing else, unless that has failed.
                let first = self.suspects.partition_point(|piece| *piece < self.pieces.space().at(range.first));
                let last = self.pieces.space().at(range.last);
                let touched = self.suspects[first..].partition_point(|piece| *piece <= last);
                for number in first..first + touched {
                    let piece = self.suspects[number];
                    let segment = self.segment((before, after), pair, (range, piece));
                    self.gather(pair, segment, &mut gathered);
                }
            }
        }
        let mut changes: Vec<SubnetChange> = gathered.into_iter().filter_map(|entry| self.change(entry)).collect();
        changes.sort_by_key(|change| change.ranges.first().copied());
        changes
    }

    /// Adds all of a range.
    fn gather_range(
        &mut self,
        (before, after): (SubnetId, SubnetId),
        pair: (DecisionId, DecisionId),
        range: Range,
        gathered: &mut ByFates,
    ) {
        let (first, last) = (self.pieces.space().at(range.first), self.pieces.space().at(range.last));
        if last - first < SHORT {
            for piece in first..=last {
                let segment = self.segment((before, after), pair, (range, piece));
                self.gather(pair, segment, gathered);
            }
            return;
        }
        let (was, is) = self.fates(pair);
        let [old, new] = self.estates.map(|estate| &estate.topology);
        let ways = (same_ways(old, before, self.decisions.fate(was)), same_ways(new, after, self.decisions.fate(is)));
        let key = (was, is, ways.0, ways.1, range);
        let segments = match self.known.get(&key) {
            Some(known) => Rc::clone(known),
            None => {
                let mut segments: Vec<Segment> = Vec::new();
                for piece in first..=last {
                    let segment = self.segment((before, after), pair, (range, piece));
                    match segments.last_mut().filter(|before| before.outcomes == segment.outcomes) {
                        Some(before) => before.range.last = segment.range.last,
                        None => segments.push(segment),
                    }
                }
                let segments: Rc<[Segment]> = segments.into();
                self.known.insert(key, Rc::clone(&segments));
                segments
            }
        };
        segments.iter().for_each(|segment| self.gather(pair, *segment, gathered));
    }

    /// What a range and a piece have in common.
    fn segment(
        &mut self,
        (before, after): (SubnetId, SubnetId),
        pair: (DecisionId, DecisionId),
        (range, piece): (Range, u32),
    ) -> Segment {
        let (was, is) = self.fates(pair);
        let place = (&self.pieces, piece);
        let (old_fate, new_fate) = (self.decisions.fate(was), self.decisions.fate(is));
        let outcomes = &mut self.outcomes;
        let first = self.old.outcome(outcomes, (before, old_fate, was), place);
        let second = self.new.outcome(outcomes, (after, new_fate, is), place);
        let next = self.pieces.after(piece).map_or(u32::MAX, |next| u32::from(next) - 1);
        let range = Range { first: range.first.max(self.pieces.first(piece)), last: range.last.min(next.into()) };
        Segment { range, outcomes: (first, second) }
    }

    /// Adds a segment where anything differs.
    fn gather(&self, pair: (DecisionId, DecisionId), segment: Segment, gathered: &mut ByFates) {
        let (was, is) = self.fates(pair);
        let (first, second) = segment.outcomes;
        if was == is && first == second {
            return;
        }
        let kind = Kind::of(self.outcomes.outcome(first), self.outcomes.outcome(second));
        let entry = gathered.entry((was, is, kind)).or_default();
        entry.decisions.get_or_insert(pair);
        entry.ends[0].insert(first);
        entry.ends[1].insert(second);
        entry.add(segment.range);
    }

    fn change(&self, ((was, is, kind), gathered): ((FateId, FateId, Kind), Gathered)) -> Option<SubnetChange> {
        let (before, after) = gathered.decisions?;
        let side = |decision: DecisionId, ids: &BTreeSet<OutcomeId>| {
            let all: Vec<&Outcome> = ids.iter().map(|id| self.outcomes.outcome(*id)).collect();
            let outcome = Outcome {
                ends: all.iter().flat_map(|outcome| outcome.ends.iter().cloned()).collect(),
                passes: all.iter().flat_map(|outcome| outcome.passes.iter().cloned()).collect(),
                inspected: all.iter().all(|outcome| outcome.inspected),
            };
            Side { decision, outcome }
        };
        let (before, after) = (side(before, &gathered.ends[0]), side(after, &gathered.ends[1]));
        Some(SubnetChange { kind, ranges: gathered.ranges, before, after, further_on: was == is })
    }
}
