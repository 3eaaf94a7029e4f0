//! What `diff` found, with names: per subnet the ranges whose fate differs, per BGP session the routes that differ, and the edits that
//! cause each.
//!
//! What differs was decided in `analysis`; nothing is computed here but words.

use super::cover::covers;
use super::places::Places;
pub use crate::analysis::difference::{How, Kind};
use crate::source::{Sources, Span};
use ipnet::Ipv4Net;
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::path::PathBuf;

/// The outcome of a run.
#[derive(Debug)]
pub struct DiffReport<'a> {
    /// The files of both sides.
    pub sources: &'a Sources,
    /// The folder that paths are given from in formats for machines: the root of the repository.
    pub root: PathBuf,
    /// How the paths of files begin that were read as they were at a revision.
    pub revisions: Vec<String>,
    /// The topologies that were compared, each with itself as it was.
    pub pairs: Vec<PairDiff>,
    /// The topologies of which one side could not be read.
    pub unread: Vec<Unread>,
}

/// A topology of which one side could not be read; why, was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What it is called.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
}

/// One topology against another.
#[derive(Debug, Clone, Default)]
pub struct PairDiff {
    /// What the old one is called: `main:estate.rsctl.yaml`.
    pub old: String,
    /// What the new one is called: `estate.rsctl.yaml`.
    pub new: String,
    /// The path of the new one, or of the old one where there is none.
    pub path: PathBuf,
    /// Subnets that do something else, those with the same changes together, in file order.
    pub subnets: Vec<SubnetDiff>,
    /// BGP sessions that carry something else.
    pub sessions: Vec<SessionDiff>,
    /// What was edited, in the order of the new file.
    pub edits: Vec<EditView>,
    /// Edits that are no cause of anything make a difference together, so that no one of them is known to have no effect.
    pub is_unsettled: bool,
    /// What could not be worked out, one sentence each.
    pub remarks: Vec<String>,
}

/// Subnets that change in the same way.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubnetDiff {
    /// `vnet/subnet` of each, in file order.
    pub subnets: Vec<String>,
    /// Whether they exist on both sides.
    pub presence: Presence,
    /// What they do differently, in order of address; empty unless they exist on both sides.
    pub changes: Vec<RouteDiff>,
    /// The edits that add or remove the subnets; empty when they exist on both sides.
    #[serde(skip_serializing_if = "Causes::is_empty")]
    pub causes: Causes,
}

/// On which side something exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Presence {
    /// On both.
    Both,
    /// Only in the old topology.
    OnlyOld,
    /// Only in the new topology.
    OnlyNew,
}

/// Ranges of addresses that one subnet treats in another way than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteDiff {
    /// What happens to packets.
    pub kind: Kind,
    /// The fewest prefixes that make up the ranges, in order.
    pub prefixes: Vec<Ipv4Net>,
    /// What was done with packets.
    pub before: FateView,
    /// What is done with packets.
    pub after: FateView,
    /// The next hop is the same; what comes after it differs.
    pub further_on: bool,
    /// Some of the equal-cost next hops stayed.
    pub ecmp: bool,
    /// Open facts on which either side rests.
    pub rests_on: Vec<&'static str>,
    /// Which edits cause it.
    pub causes: Causes,
}

/// What a subnet does with packets to a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FateView {
    /// In words: `10.0.1.4 (fw1)`, `the peering with spoke2`, `the internet`, `dropped`.
    pub text: String,
    /// az's word.
    pub next_hop_type: &'static str,
    /// Addresses, where there are any.
    pub next_hops: Vec<String>,
    /// Who decides: `system`, `BGP`, or the name of a user-defined route as ``UDR `default` ``.
    pub by: String,
    /// NVAs that packets pass on some way, in order of name.
    pub passes: Vec<String>,
    /// Where packets end, in words: `in spoke2`, `at dc1`, `on the internet`, `dropped`, `in circles at fw1`.
    pub ends: Vec<String>,
}

/// Routes that one session carries otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionDiff {
    /// Who sends: `hub/route_server`.
    pub from: String,
    /// Who receives: `fw1`.
    pub to: String,
    /// The prefixes, in order.
    pub prefixes: Vec<Ipv4Net>,
    /// As it was; none when nothing was sent.
    pub before: Option<AdvertView>,
    /// As it is; none when nothing is sent.
    pub after: Option<AdvertView>,
    /// Which edits cause it.
    pub causes: Causes,
}

/// A route as a neighbour receives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdvertView {
    /// Dash-joined.
    pub as_path: String,
    /// Next hops, where the topology tells them: several when instances or equal paths differ.
    pub next_hops: Vec<String>,
    /// Communities.
    pub communities: Vec<String>,
}

/// Which edits cause something: indexes into [`PairDiff::edits`], and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Causes {
    /// The edits, in order.
    pub edits: Vec<usize>,
    /// How they bring it about.
    pub how: How,
}

impl Causes {
    /// No edit is named.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }
}

/// Something that was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditView {
    /// `vnets.hub.route_server.branch_to_branch`.
    pub path: String,
    /// What was done.
    pub change: Change,
    /// The old text's place; none when it was added.
    pub old: Option<Span>,
    /// The new text's place; of what was removed the nearest entry around it that is still there.
    pub new: Option<Span>,
    /// The old and the new value on one line each, as far as they are short.
    pub values: (Option<String>, Option<String>),
    /// How many entries were edited: more than one where they share one text, or were taken together.
    pub entries: usize,
}

/// What was done to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its value is another.
    Changed,
    /// Several entries in it were edited, and taken together because there are too many to try each.
    Several,
    /// A flag of the command line supposes it.
    Supposed,
}

impl RouteDiff {
    /// The ranges as people say them: `0.0.0.0/0 except 10.0.0.0/8` instead of all the prefixes beside 10.0.0.0/8.
    pub fn covers(&self) -> Vec<String> {
        covers(&self.prefixes)
    }
}

impl PairDiff {
    /// Nothing differs in meaning; edits without effect may have been made.
    pub fn is_empty(&self) -> bool {
        self.subnets.is_empty() && self.sessions.is_empty()
    }

    /// How many changed ranges of a kind there are, each subnet counted.
    pub fn count(&self, kind: Kind) -> usize {
        let of =
            |diff: &SubnetDiff| diff.subnets.len() * diff.changes.iter().filter(|change| change.kind == kind).count();
        self.subnets.iter().map(of).sum()
    }

    /// How many subnets there are on one side only.
    pub fn count_only(&self, presence: Presence) -> usize {
        self.subnets.iter().filter(|diff| diff.presence == presence).map(|diff| diff.subnets.len()).sum()
    }

    /// The causes of everything that differs.
    fn causes(&self) -> impl Iterator<Item = &Causes> {
        let of_subnets = self.subnets.iter().flat_map(|diff| {
            let itself = (diff.presence != Presence::Both).then_some(&diff.causes);
            diff.changes.iter().map(|change| &change.causes).chain(itself)
        });
        of_subnets.chain(self.sessions.iter().map(|diff| &diff.causes))
    }

    /// Everything that differs has a known cause. Otherwise an edit that is named nowhere may be one all the same.
    fn is_explained(&self) -> bool {
        !self.is_unsettled && self.causes().all(|causes| causes.how != How::Unknown)
    }

    fn unnamed_edits(&self) -> Vec<usize> {
        let named: BTreeSet<usize> = self.causes().flat_map(|causes| &causes.edits).copied().collect();
        (0..self.edits.len()).filter(|index| !named.contains(index)).collect()
    }

    /// Edits that cause nothing.
    pub fn idle_edits(&self) -> Vec<usize> {
        if self.is_explained() { self.unnamed_edits() } else { Vec::new() }
    }

    /// Edits of which nobody knows what they cause.
    pub fn open_edits(&self) -> Vec<usize> {
        if self.is_explained() { Vec::new() } else { self.unnamed_edits() }
    }

    /// How much differs.
    pub fn totals(&self) -> Totals {
        let sessions: BTreeSet<(&str, &str)> =
            self.sessions.iter().map(|diff| (diff.from.as_str(), diff.to.as_str())).collect();
        Totals {
            changed_subnets: self.count_only(Presence::Both),
            added_subnets: self.count_only(Presence::OnlyNew),
            removed_subnets: self.count_only(Presence::OnlyOld),
            lost: self.count(Kind::Lost),
            uninspected: self.count(Kind::Uninspected),
            gained: self.count(Kind::Gained),
            inspected: self.count(Kind::Inspected),
            moved: self.count(Kind::Moved),
            routes: self.sessions.iter().map(|diff| diff.prefixes.len()).sum(),
            sessions: sessions.len(),
            edits: self.edits.len(),
            idle_edits: self.idle_edits().len(),
        }
    }
}

impl DiffReport<'_> {
    /// Where things are, for formats that know files and lines only.
    pub fn places(&self) -> Places<'_> {
        Places { sources: self.sources, root: &self.root, revisions: &self.revisions }
    }

    /// Nothing differs in meaning in any pair.
    pub fn is_empty(&self) -> bool {
        self.pairs.iter().all(PairDiff::is_empty)
    }

    /// How much differs in all pairs together.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.pairs.iter().for_each(|pair| totals += pair.totals());
        totals
    }
}

/// How much differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Subnets on both sides that do something else.
    pub changed_subnets: usize,
    /// Subnets of the new topology only.
    pub added_subnets: usize,
    /// Subnets of the old topology only.
    pub removed_subnets: usize,
    /// Ranges of that kind, each subnet counted; so are the four that follow.
    pub lost: usize,
    /// See [`Kind::Uninspected`].
    pub uninspected: usize,
    /// See [`Kind::Gained`].
    pub gained: usize,
    /// See [`Kind::Inspected`].
    pub inspected: usize,
    /// See [`Kind::Moved`].
    pub moved: usize,
    /// Routes that sessions carry otherwise, each session counted.
    pub routes: usize,
    /// Sessions that carry something else.
    pub sessions: usize,
    /// What was edited.
    pub edits: usize,
    /// Edits that cause nothing.
    pub idle_edits: usize,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Totals) {
        self.changed_subnets += other.changed_subnets;
        self.added_subnets += other.added_subnets;
        self.removed_subnets += other.removed_subnets;
        self.lost += other.lost;
        self.uninspected += other.uninspected;
        self.gained += other.gained;
        self.inspected += other.inspected;
        self.moved += other.moved;
        self.routes += other.routes;
        self.sessions += other.sessions;
        self.edits += other.edits;
        self.idle_edits += other.idle_edits;
    }
}
