//! Route maps: entries in order, and the steps of a policy as entries.

use super::super::comment;
use super::super::names::Names;
use super::super::policy::{Change, CommunityChange, PathChange, Step, Then};
use super::super::sessions::{Neighbor, is_host};
use super::{FIRST_GROUP_TAG, OWN_TAG, Writer};
use crate::net::{Asn, Community};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Places between two entries, for a human's own ones.
const STEP: usize = 10;
const LAST_PLACE: usize = 65535;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) comment: Option<String>,
    pub(super) permit: bool,
    pub(super) matches: Vec<String>,
    pub(super) sets: Vec<String>,
    /// Goes on with the next entry after a match.
    pub(super) next: bool,
}

impl Entry {
    pub(super) fn permit() -> Entry {
        Entry { comment: None, permit: true, matches: Vec::new(), sets: Vec::new(), next: false }
    }

    pub(super) fn deny() -> Entry {
        Entry { permit: false, ..Entry::permit() }
    }
}

/// A route map without its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RouteMap {
    pub(super) entries: Vec<Entry>,
}

/// The route maps of one configuration.
#[derive(Debug, Default)]
pub(super) struct RouteMaps {
    names: Names,
    by_content: BTreeMap<(Option<Asn>, RouteMap), String>,
    /// In the order in which they were made.
    made: Vec<(String, RouteMap)>,
}

impl RouteMaps {
    /// The name of the route map with these entries; a new one takes its name from `hint`.
    ///
    /// Neighbours share an update group with their route map. What FRR makes of it for one of them goes to all, `as-override` with the
    /// ASN of that one too: then neighbours of different ASNs must not share it.
    pub(super) fn name(&mut self, hint: &str, only_for: Option<Asn>, map: RouteMap) -> String {
        let key = (only_for, map);
        if let Some(name) = self.by_content.get(&key) {
            return name.clone();
        }
        let name = self.names.fresh(hint, '-');
        self.made.push((name.clone(), key.1.clone()));
        self.by_content.insert(key, name.clone());
        name
    }

    /// All of them, as they stand in the file.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for (name, map) in &self.made {
            let step = if map.entries.len() * STEP < LAST_PLACE { STEP } else { 1 };
            for (index, entry) in map.entries.iter().enumerate() {
                out += &entry.comment.as_ref().map(|text| comment("!", text)).unwrap_or_default();
                let word = if entry.permit { "permit" } else { "deny" };
                let _ = writeln!(out, "route-map {name} {word} {}", (index + 1) * step);
                let next = entry.next.then_some("on-match next");
                for line in entry.matches.iter().chain(&entry.sets).map(String::as_str).chain(next) {
                    let _ = writeln!(out, " {line}");
                }
                out += "exit\n";
            }
            out += "!\n";
        }
        out
    }
}

impl Writer<'_> {
    /// The entries of a step: one for each tag that it asks for.
    pub(super) fn step(&mut self, step: &Step, neighbor: &Neighbor, import: bool) -> Vec<Entry> {
        let mut matches = Vec::new();
        if let Some(list) = self.lists.ranges(&step.hint, &step.when) {
            matches.push(format!("match ip address prefix-list {list}"));
        }
        if let Some(path) = &step.when.path {
            matches.push(format!("match as-path {}", self.lists.path_is(&step.hint, path)));
        } else if !step.when.path_contains.is_empty() {
            matches.push(format!("match as-path {}", self.lists.path_contains(&step.hint, &step.when.path_contains)));
        }
        if !step.when.communities.is_empty() {
            if step.when.communities.contains(&Community(0, 0)) {
                self.remark(format!("{}: FRR takes the community 0:0 for every community", step.label));
            }
            let list = self.lists.communities(&step.hint, &step.when.communities);
            matches.push(format!("match community {list}"));
        }
        let mut entry = Entry { comment: Some(step.label.clone()), matches, next: step.continues, ..Entry::permit() };
        match &step.then {
            Then::Drop => entry.permit = false,
            Then::Summarize(summary) if import => {
                let why = format!("FRR cannot take {summary} instead of what it receives, and takes the parts");
                self.remark(format!("{}: {}: {why}", neighbor.device, step.label));
            }
            Then::Summarize(_) => entry.permit = false,
            Then::Change(change) => entry.sets = self.sets(step, change, neighbor),
        }
        let Some(sources) = &step.when.learned_from else { return vec![entry] };
        let groups = sources.groups.iter().map(|group| FIRST_GROUP_TAG + *group as u32);
        let tags = sources.own.then_some(OWN_TAG).into_iter().chain(groups);
        let tagged = |tag: u32| {
            let mut entry = entry.clone();
            entry.matches.push(format!("match tag {tag}"));
            entry
        };
        tags.map(tagged).collect()
    }

    fn sets(&mut self, step: &Step, change: &Change, neighbor: &Neighbor) -> Vec<String> {
        let mut sets = Vec::new();
        match &change.path {
            PathChange::Edit { strip, as_override, prepend } => {
                let strip = strip.iter().filter(|asn| **asn != Asn(0)).map(Asn::to_string).collect::<Vec<_>>();
                if !strip.is_empty() {
                    sets.push(format!("set as-path exclude {}", strip.join(" ")));
                }
                if *as_override {
                    sets.push(format!("set as-path replace {}", neighbor.asn));
                }
                let path = self.path(&prepend.iter().copied().collect(), &step.label);
                if !path.is_empty() {
                    sets.push(format!("set as-path prepend {path}"));
                }
            }
            PathChange::Replace(path) => {
                sets.extend(self.empty_path(step, neighbor));
                let path = self.path(path, &step.label);
                if !path.is_empty() {
                    sets.push(format!("set as-path prepend {path}"));
                }
            }
        }
        let words = |list: &[Community]| list.iter().map(Community::to_string).collect::<Vec<_>>().join(" ");
        match &change.communities {
            CommunityChange::Set(list) if list.is_empty() => sets.push("set community none".into()),
            CommunityChange::Set(list) => sets.push(format!("set community {}", words(list))),
            CommunityChange::Edit { add, remove } => {
                if !add.is_empty() {
                    sets.push(format!("set community {} additive", words(add)));
                }
                if !remove.is_empty() {
                    let list = self.lists.communities(&step.hint, remove);
                    sets.push(format!("set comm-list {list} delete"));
                }
            }
        }
        match change.next_hop {
            Some(next_hop) if is_host(next_hop) => sets.push(format!("set ip next-hop {next_hop}")),
            Some(next_hop) => self.remark(format!("{}: FRR takes no next hop {next_hop}", step.label)),
            None => {}
        }
        sets
    }
    /// Takes everything out of a path.
    fn empty_path(&mut self, step: &Step, neighbor: &Neighbor) -> Vec<String> {
        if neighbor.ebgp {
            // Everything becomes the own ASN, which is then taken out.
            return vec!["set as-path replace any".into(), format!("set as-path exclude {}", self.bgp.asn)];
        }
        let how = "FRR replaces no path on iBGP; the ASNs of this topology are taken out, and others would stay";
        self.remark(format!("{}: {}: {how}", neighbor.device, step.label));
        let asns = self.bgp.asns.iter().map(Asn::to_string).collect::<Vec<_>>();
        vec![format!("set as-path exclude {}", asns.join(" "))]
    }
}
