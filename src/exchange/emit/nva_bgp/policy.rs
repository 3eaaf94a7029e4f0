//! A policy as it stands at one session: conditions that are always or never true there are gone.
//!
//! How a policy is applied is said in `bgp::policy`; nothing here may differ from it.

use super::Announcement;
use super::names::plain;
use crate::net::{AsPath, Asn, Community};
use crate::topology::{PeerName, Policy, Rule};
use ipnet::Ipv4Net;

/// One rule: all conditions must hold. The first that matches ends the policy unless it continues; what none matches passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which rule it is, for people.
    pub label: String,
    /// The same for names of lists.
    pub hint: String,
    /// Its conditions.
    pub when: Conditions,
    /// What happens.
    pub then: Then,
    /// Goes on after a match.
    pub continues: bool,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Discards the route.
    Drop,
    /// This prefix instead.
    Summarize(Ipv4Net),
    /// Changes attributes.
    Change(Change),
}

/// All of these must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Any of these; none is no condition.
    pub ranges: Option<Vec<Range>>,
    /// Not this prefix.
    pub except: Option<Ipv4Net>,
    /// Any of these in the path; empty is no condition.
    pub path_contains: Vec<Asn>,
    /// Exactly this path; never together with `path_contains`.
    pub path: Option<AsPath>,
    /// Any of these; empty is no condition.
    pub communities: Vec<Community>,
    /// Where it came from; none is no condition.
    pub learned_from: Option<Sources>,
}

/// Prefixes of some lengths inside a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// The range.
    pub net: Ipv4Net,
    /// The shortest prefix; at least the length of the range.
    pub from: u8,
    /// The longest.
    pub to: u8,
}

impl Range {
    fn exactly(net: Ipv4Net) -> Range {
        Range { net, from: net.prefix_len(), to: net.prefix_len() }
    }

    /// Whether a prefix is one of them.
    pub fn holds(self, prefix: Ipv4Net) -> bool {
        self.net.contains(&prefix) && (self.from..=self.to).contains(&prefix.prefix_len())
    }
}

/// Where a route came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// The router itself.
    pub own: bool,
    /// Groups of neighbours.
    pub groups: Vec<usize>,
}

/// What changes: the path first, then communities, then the next hop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The path.
    pub path: PathChange,
    /// Communities.
    pub communities: CommunityChange,
    /// The next hop, where it is set.
    pub next_hop: Option<std::net::Ipv4Addr>,
}

/// What becomes of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathChange {
    /// These steps, in order.
    Edit {
        /// ASNs that are taken out.
        strip: Vec<Asn>,
        /// The peer's ASN becomes the router's own.
        as_override: bool,
        /// ASNs that are put before it.
        prepend: Vec<Asn>,
    },
    /// Another one.
    Replace(AsPath),
}

impl Default for PathChange {
    fn default() -> Self {
        PathChange::Edit { strip: Vec::new(), as_override: false, prepend: Vec::new() }
    }
}

/// What becomes of communities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommunityChange {
    /// Some are added and others removed; none of both.
    Edit {
        /// Added.
        add: Vec<Community>,
        /// Removed.
        remove: Vec<Community>,
    },
    /// These instead.
    Set(Vec<Community>),
}

impl Default for CommunityChange {
    fn default() -> Self {
        CommunityChange::Edit { add: Vec::new(), remove: Vec::new() }
    }
}

/// The session that a policy stands at.
pub(super) struct Session<'a> {
    pub(super) own_asn: Asn,
    pub(super) peer_asn: Asn,
    /// The name of the peer, for rules that are written in place.
    pub(super) peer: &'a str,
    /// The peer that sends, for an import policy; none for an export policy.
    pub(super) sender: Option<PeerName>,
    /// Names of the router's peers; a group is a place in it.
    pub(super) groups: &'a [PeerName],
}

/// The steps of a policy at a session.
pub(super) fn steps(policy: &Policy, session: &Session<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    for (index, rule) in policy.rules.iter().enumerate() {
        let Some(when) = conditions(rule, session) else { continue };
        let name = policy.name.as_deref();
        let step = |when: Conditions, then: Then, continues: bool| Step {
            label: label(name, rule.name.as_deref(), index),
            hint: format!("{}-{}", plain(name.unwrap_or(session.peer), '-'), index + 1),
            when,
            then,
            continues,
        };
        match rule.summarize {
            _ if rule.drop => steps.push(step(when, Then::Drop, false)),
            // The summary itself is no part of it: what else the rule does happens to it.
            Some(summary) => {
                let parts = without(&when, summary);
                steps.extend(parts.map(|when| step(when, Then::Summarize(summary), false)));
                let itself = only(&when, summary);
                steps.extend(itself.map(|when| step(when, Then::Change(change(rule, session)), rule.continues)));
            }
            None => steps.push(step(when, Then::Change(change(rule, session)), rule.continues)),
        }
        if steps.last().is_some_and(|step: &Step| step.when == Conditions::default() && !step.continues) {
            break;
        }
    }
    steps
}

fn label(policy: Option<&str>, rule: Option<&str>, index: usize) -> String {
    let rule = rule.map_or_else(|| format!("rule {}", index + 1), |name| format!("rule {name}"));
    policy.map_or_else(|| rule.clone(), |policy| format!("{rule} of {policy}"))
}

/// None when they can never hold.
fn conditions(rule: &Rule, session: &Session<'_>) -> Option<Conditions> {
    let mut path_contains = rule.as_path_contains.clone();
    if let Some(path) = &rule.as_path {
        if !path_contains.is_empty() && !path_contains.iter().any(|asn| path.contains(*asn)) {
            return None;
        }
        path_contains.clear();
    }
    Some(Conditions {
        ranges: ranges(rule)?,
        except: None,
        path_contains,
        path: rule.as_path.clone(),
        communities: rule.communities.clone(),
        learned_from: learned_from(rule, session)?,
    })
}

/// None when no prefix matches; otherwise none when all do.
fn ranges(rule: &Rule) -> Option<Option<Vec<Range>>> {
    if !rule.looks_at_prefix() {
        return Some(None);
    }
    let everything = [Ipv4Net::default()];
    let mut ranges: Vec<Range> = if rule.prefix.is_empty() {
        let (from, to) = rule.length.unwrap_or((0, 32));
        let nets = if rule.within.is_empty() { &everything } else { rule.within.as_slice() };
        let inside = |net: &Ipv4Net| Range { net: *net, from: from.max(net.prefix_len()), to };
        nets.iter().map(inside).filter(|range| range.from <= range.to).collect()
    } else {
        rule.prefix
            .iter()
            .filter(|prefix| rule.matches_prefix(**prefix))
            .map(|prefix| Range::exactly(*prefix))
            .collect()
    };
    ranges.sort_unstable();
    ranges.dedup();
    if ranges.contains(&Range { net: Ipv4Net::default(), from: 0, to: 32 }) {
        return Some(None);
    }
    (!ranges.is_empty()).then_some(Some(ranges))
}

/// None when no route of this session matches; otherwise none when all do.
fn learned_from(rule: &Rule, session: &Session<'_>) -> Option<Option<Sources>> {
    if rule.learned_from.is_empty() {
        return Some(None);
    }
    if let Some(sender) = session.sender {
        return rule.learned_from.contains(&sender).then_some(None);
    }
    let named = |group: &usize| rule.learned_from.contains(&session.groups[*group]);
    let groups: Vec<usize> = (0..session.groups.len()).filter(named).collect();
    let own = rule.learned_from.contains(&PeerName::Itself);
    if own && groups.len() == session.groups.len() {
        return Some(None);
    }
    (own || !groups.is_empty()).then_some(Some(Sources { own, groups }))
}

fn without(when: &Conditions, prefix: Ipv4Net) -> Option<Conditions> {
    let mut when = when.clone();
    if let Some(ranges) = &mut when.ranges {
        ranges.retain(|range| *range != Range::exactly(prefix));
        if ranges.is_empty() {
            return None;
        }
    }
    let touches = when.ranges.as_ref().is_none_or(|ranges| ranges.iter().any(|range| range.holds(prefix)));
    when.except = touches.then_some(prefix);
    Some(when)
}

fn only(when: &Conditions, prefix: Ipv4Net) -> Option<Conditions> {
    let touches = when.ranges.as_ref().is_none_or(|ranges| ranges.iter().any(|range| range.holds(prefix)));
    touches.then(|| Conditions { ranges: Some(vec![Range::exactly(prefix)]), ..when.clone() })
}

fn change(rule: &Rule, session: &Session<'_>) -> Change {
    let as_override = rule.as_override && session.own_asn != session.peer_asn;
    let path = match &rule.replace_as_path {
        Some(path) => {
            let path = if as_override { path.replaced(session.peer_asn, session.own_asn) } else { path.clone() };
            PathChange::Replace(path.prepended(&rule.prepend))
        }
        None => PathChange::Edit { strip: rule.strip.clone(), as_override, prepend: rule.prepend.clone() },
    };
    let sorted = |communities: Vec<Community>| {
        let mut list = communities;
        list.retain(|community| !rule.remove_communities.contains(community));
        list.sort_unstable();
        list.dedup();
        list
    };
    let communities = match &rule.set_communities {
        Some(set) => CommunityChange::Set(sorted(set.iter().chain(&rule.add_communities).copied().collect())),
        None => {
            CommunityChange::Edit { add: sorted(rule.add_communities.clone()), remove: rule.remove_communities.clone() }
        }
    };
    Change { path, communities, next_hop: rule.next_hop }
}

impl Conditions {
    fn hold_for_own(&self, route: &Announcement) -> bool {
        self.ranges.as_ref().is_none_or(|ranges| ranges.iter().any(|range| range.holds(route.prefix)))
            && self.except != Some(route.prefix)
            && (self.path_contains.is_empty() || self.path_contains.iter().any(|asn| route.path.contains(*asn)))
            && self.path.as_ref().is_none_or(|path| *path == route.path)
            && (self.communities.is_empty() || self.communities.iter().any(|one| route.communities.contains(one)))
            && self.learned_from.as_ref().is_none_or(|sources| sources.own)
    }
}

/// The prefix that an export policy announces instead of one of the router's own.
pub(super) fn summary_of(steps: &[Step], own: &Announcement, own_asn: Asn, peer_asn: Asn) -> Option<Ipv4Net> {
    let mut route = own.clone();
    for step in steps {
        if !step.when.hold_for_own(&route) {
            continue;
        }
        match &step.then {
            Then::Drop => return None,
            Then::Summarize(prefix) => return Some(*prefix),
            Then::Change(change) => change_own(&mut route, change, own_asn, peer_asn),
        }
        if !step.continues {
            return None;
        }
    }
    None
}

fn change_own(route: &mut Announcement, change: &Change, own_asn: Asn, peer_asn: Asn) {
    route.path = match &change.path {
        PathChange::Replace(path) => path.clone(),
        PathChange::Edit { strip, as_override, prepend } => {
            let kept = route.path.without(|asn| strip.contains(&asn));
            let kept = if *as_override { kept.replaced(peer_asn, own_asn) } else { kept };
            kept.prepended(prepend)
        }
    };
    match &change.communities {
        CommunityChange::Set(set) => route.communities.clone_from(set),
        CommunityChange::Edit { add, remove } => {
            route.communities.extend(add);
            route.communities.retain(|community| !remove.contains(community));
        }
    }
}
