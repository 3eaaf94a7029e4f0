//! From the differences of two estates to what is told of them: addresses get the names of who has them, and subnets that change alike
//! are told together.

use super::diff::{
    AdvertView, Causes, Change, EditView, FateView, PairDiff, Presence, RouteDiff, SessionDiff, SubnetDiff,
};
use super::facts::names;
use super::fates::{Holders, arrival, by};
use super::unsettled::unsettled;
use crate::analysis::Estate;
use crate::analysis::difference::{self, Advert, Cause, Difference, Side, SubnetChange, SubnetDifference};
use crate::analysis::fate::Fate;
use crate::syntax::edits::{Edit, Unit, Written};
use crate::topology::Topology;
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// What makes a difference less than sure: routes that never settle are compared as they are at one moment.
fn remarks(old: &Estate, new: &Estate) -> Vec<String> {
    let told = |estate: &Estate, when: &str| -> Vec<String> {
        let each = unsettled(&estate.topology, &estate.ribs).into_iter();
        each.map(|text| format!("{when} {text}; what is told of it is that of one moment")).collect()
    };
    [told(old, "before:"), told(new, "after:")].concat()
}

/// Tells what differs between two estates.
pub fn pair(
    (old, new): (&Estate, &Estate),
    difference: &Difference,
    causes: &difference::Causes,
    edits: Vec<EditView>,
) -> PairDiff {
    let holders = [Holders::new(&old.topology), Holders::new(&new.topology)];
    let teller = Teller { difference, holders, new: &new.topology };
    let mut subnets: Vec<SubnetDiff> = Vec::new();
    // Most subnets change as others do, and are not put into words again.
    let mut known: FxHashMap<_, usize> = FxHashMap::default();
    for (subnet, causes) in difference.subnets.iter().zip(&causes.subnets) {
        let key = (subnet.exists, &subnet.changes, causes);
        if let Some(number) = known.get(&key) {
            subnets[*number].subnets.push(subnet.name.clone());
            continue;
        }
        let told = teller.subnet(subnet, causes);
        let alike = |known: &SubnetDiff| {
            (known.presence, &known.changes, &known.causes) == (told.presence, &told.changes, &told.causes)
        };
        let number = subnets.iter().position(alike).unwrap_or(subnets.len());
        match subnets.get_mut(number) {
            Some(diff) => diff.subnets.push(subnet.name.clone()),
            None => subnets.push(told),
        }
        known.insert(key, number);
    }
    let sessions = difference.sessions.iter().zip(&causes.sessions);
    let sessions = sessions.map(|(session, cause)| SessionDiff {
        from: session.from.clone(),
        to: session.to.clone(),
        prefixes: session.prefixes.clone(),
        before: advert(&session.before),
        after: advert(&session.after),
        causes: told_causes(cause),
    });
    PairDiff {
        subnets,
        sessions: sessions.collect(),
        edits,
        is_unsettled: causes.is_unsettled,
        remarks: remarks(old, new),
        ..PairDiff::default()
    }
}

/// Tells edits that are looked at as one. `supposed` says that they are not in the file, but set by arguments of the command line.
pub fn edit(unit: &Unit, edits: &[Edit], supposed: bool) -> EditView {
    let all = || unit.edits.iter().map(|index| &edits[*index]);
    let [first, others @ ..] = unit.edits.as_slice() else { return flag(unit.path.clone()) };
    let first = &edits[*first];
    let change = match (&first.old, &first.new) {
        _ if !others.is_empty() && !unit.is_one_text => Change::Several,
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    let in_file = |side: &Option<Written>| side.as_ref().filter(|side| !side.is_argument).map(|side| side.span);
    let old = all().find_map(|edit| in_file(&edit.old));
    // The file of an edit that an argument makes is the same on both sides.
    let new = all().find_map(|edit| in_file(&edit.new)).or(old.filter(|_| supposed)).or(first.around);
    let value = |side: &Option<Written>| side.as_ref().and_then(|side| side.value.clone());
    EditView {
        path: if supposed { format!("--set {}", unit.path) } else { unit.path.clone() },
        change,
        old,
        new,
        values: if change == Change::Several { (None, None) } else { (value(&first.old), value(&first.new)) },
        entries: unit.edits.len(),
    }
}

/// Tells what a flag of the command line changes: `--down fw1`.
pub fn flag(text: String) -> EditView {
    EditView { path: text, change: Change::Supposed, old: None, new: None, values: (None, None), entries: 1 }
}

/// Tells that a topology is new or gone as a whole.
pub fn whole(name: String, change: Change) -> EditView {
    EditView { change, ..flag(name) }
}

fn told_causes(cause: &Cause) -> Causes {
    Causes { edits: cause.edits.clone(), how: cause.how }
}

struct Teller<'a> {
    difference: &'a Difference,
    /// Of the old and the new estate.
    holders: [Holders; 2],
    new: &'a Topology,
}

impl Teller<'_> {
    fn subnet(&self, subnet: &SubnetDifference, (exists, causes): &(Option<Cause>, Vec<Cause>)) -> SubnetDiff {
        let presence = match subnet.exists {
            (true, false) => Presence::OnlyOld,
            (false, true) => Presence::OnlyNew,
            _ => Presence::Both,
        };
        let changes = subnet.changes.iter().zip(causes).map(|(change, cause)| self.change(change, cause));
        SubnetDiff {
            subnets: vec![subnet.name.clone()],
            presence,
            changes: changes.collect(),
            causes: exists.as_ref().map(told_causes).unwrap_or_default(),
        }
    }

    fn change(&self, change: &SubnetChange, cause: &Cause) -> RouteDiff {
        let decisions = &self.difference.decisions;
        let (before, after) = (decisions.decision(change.before.decision), decisions.decision(change.after.decision));
        let hops = |fate: &Fate| if let Fate::Hops(hops) = fate { hops.clone() } else { Vec::new() };
        let (were, are) = (hops(&before.fate), hops(&after.fate));
        RouteDiff {
            kind: change.kind,
            prefixes: change.ranges.iter().flat_map(|range| range.prefixes()).collect::<Vec<Ipv4Net>>(),
            before: self.side(&change.before, 0),
            after: self.side(&change.after, 1),
            further_on: change.further_on,
            ecmp: were != are && were.iter().any(|hop| are.contains(hop)),
            rests_on: names(&self.new.facts, before.rests_on.union(after.rests_on)),
            causes: told_causes(cause),
        }
    }

    fn side(&self, side: &Side, which: usize) -> FateView {
        let decision = self.difference.decisions.decision(side.decision);
        FateView {
            text: self.holders[which].fate(&decision.fate),
            next_hop_type: decision.next_hop_type.word(),
            next_hops: decision.fate.addresses().map(|address| address.to_string()).collect(),
            by: by(&decision.by),
            passes: side.outcome.passes.iter().map(ToString::to_string).collect(),
            ends: side.outcome.ends.iter().map(arrival).collect(),
        }
    }
}

fn advert(adverts: &BTreeSet<Advert>) -> Option<AdvertView> {
    let first = adverts.first()?;
    let paths: BTreeSet<String> = adverts.iter().map(|advert| advert.path.to_string()).collect();
    let next_hops: BTreeSet<Ipv4Addr> = adverts.iter().filter_map(|advert| advert.next_hop).collect();
    Some(AdvertView {
        as_path: paths.into_iter().collect::<Vec<_>>().join(" or "),
        next_hops: next_hops.iter().map(ToString::to_string).collect(),
        communities: first.communities.iter().map(ToString::to_string).collect(),
    })
}
