//! What differs between two topologies, one file for each format that people and other tools read.
//!
//! Here are the words that the formats share. Nothing is compared or weighed here: what differs, and which edit causes it, was decided
//! before. The words hold names of the user as they are; each format makes harmless what it writes.

mod alerts;
pub mod github;
pub mod human;
pub mod json;
pub mod markdown;
pub mod sarif;
mod topics;

use crate::report::diff::{
    AdvertView, Causes, Change, DiffReport, EditView, FateView, How, Kind, PairDiff, Presence, RouteDiff, SessionDiff,
    SubnetDiff, Unread,
};
use crate::source::Span;
use crate::words::{few, few_names, plural};
use std::fmt::Display;
use topics::Topic;

/// One thing that differs.
#[derive(Clone, Copy)]
enum Item<'r> {
    /// Ranges that some subnets treat otherwise.
    Route(&'r SubnetDiff, &'r RouteDiff),
    /// Subnets on one side only.
    Subnets(&'r SubnetDiff),
    /// Routes that a session carries otherwise.
    Session(&'r SessionDiff),
}

/// What stands before a thing that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Gained,
    Lost,
    Moved,
    Uninspected,
    /// Not before but behind it.
    Open,
}

impl Mark {
    const ALL: [Mark; 5] = [Mark::Gained, Mark::Lost, Mark::Moved, Mark::Uninspected, Mark::Open];

    fn sign(self) -> &'static str {
        match self {
            Mark::Gained => "+",
            Mark::Lost => "-",
            Mark::Moved => "~",
            Mark::Uninspected => "!",
            Mark::Open => "?",
        }
    }

    /// What it means in a legend.
    fn meaning(self) -> &'static str {
        match self {
            Mark::Gained => "gained",
            Mark::Lost => "lost",
            Mark::Moved => "moved or changed",
            Mark::Uninspected => "no longer inspected",
            Mark::Open => "rests on an open fact",
        }
    }
}

impl<'r> Item<'r> {
    /// What it is about, which also says how bad it is.
    fn topic(self) -> Topic {
        match self {
            Item::Route(_, change) => Topic::of(change.kind),
            Item::Subnets(_) => Topic::Subnet,
            Item::Session(_) => Topic::Session,
        }
    }

    fn mark(self) -> Mark {
        match self {
            Item::Route(_, change) => match change.kind {
                Kind::Lost => Mark::Lost,
                Kind::Uninspected => Mark::Uninspected,
                Kind::Gained => Mark::Gained,
                Kind::Inspected | Kind::Moved => Mark::Moved,
            },
            Item::Subnets(diff) if diff.presence == Presence::OnlyOld => Mark::Lost,
            Item::Subnets(_) => Mark::Gained,
            Item::Session(diff) => match (&diff.before, &diff.after) {
                (None, Some(_)) => Mark::Gained,
                (Some(_), None) => Mark::Lost,
                _ => Mark::Moved,
            },
        }
    }

    fn causes(self) -> &'r Causes {
        match self {
            Item::Route(_, change) => &change.causes,
            Item::Subnets(diff) => &diff.causes,
            Item::Session(diff) => &diff.causes,
        }
    }

    /// The open facts on which it rests.
    fn rests_on(self) -> &'r [&'static str] {
        match self {
            Item::Route(_, change) => &change.rests_on,
            Item::Subnets(_) | Item::Session(_) => &[],
        }
    }

    /// What it is in few words.
    fn title(self) -> &'static str {
        match (self, self.mark()) {
            (Item::Route(_, change), _) => match change.kind {
                Kind::Lost => "lost",
                Kind::Uninspected => "no longer inspected",
                Kind::Gained => "gained",
                Kind::Inspected => "newly inspected",
                Kind::Moved => "moved",
            },
            (Item::Subnets(_), Mark::Lost) => "subnet gone",
            (Item::Subnets(_), _) => "new subnet",
            (Item::Session(_), Mark::Gained) => "route gained",
            (Item::Session(_), Mark::Lost) => "route lost",
            (Item::Session(_), _) => "route changed",
        }
    }

    /// All that is to be said about it on one line: a clause that stands alone, and remarks after semicolons.
    fn sentence(self) -> String {
        let mut parts = Vec::new();
        match self {
            Item::Route(diff, change) => {
                let verb = match change.kind {
                    Kind::Lost => "no longer arrive".to_owned(),
                    Kind::Gained => "arrive now".to_owned(),
                    Kind::Moved => "take another way".to_owned(),
                    Kind::Uninspected | Kind::Inspected => {
                        format!("are {}", inspection(change).unwrap_or_else(|| self.title().to_owned()))
                    }
                };
                let told = matches!(change.kind, Kind::Uninspected | Kind::Inspected);
                let (from, to) = (few_names(&diff.subnets), few(change.covers()));
                parts.push(format!("packets from {from} to {to} {verb}: {}", way(change)));
                parts.extend(inspection(change).filter(|_| !told));
                parts.extend(ends(change));
                parts.extend(equal_cost(change));
            }
            Item::Subnets(diff) => {
                let noun = if diff.subnets.len() == 1 { "the subnet" } else { "the subnets" };
                let verb = match (self.mark(), diff.subnets.len()) {
                    (Mark::Lost, 1) => "is gone",
                    (Mark::Lost, _) => "are gone",
                    (_, 1) => "is new",
                    _ => "are new",
                };
                parts.push(format!("{noun} {} {verb}", few_names(&diff.subnets)));
            }
            Item::Session(diff) => {
                let (from, to, routes) = (&diff.from, &diff.to, few(&diff.prefixes));
                let (verb, otherwise) = match self.mark() {
                    Mark::Gained => ("now sends", ""),
                    Mark::Lost => ("no longer sends", ""),
                    _ => ("sends", " otherwise"),
                };
                parts.push(format!("`{from}` {verb} {routes} to `{to}`{otherwise}: {}", advert(diff)));
            }
        }
        if !self.rests_on().is_empty() {
            parts.push(format!("rests on {}", open_facts(self.rests_on())));
        }
        parts.join("; ")
    }
}

/// Everything that differs in a pair, the worst first; what is equally bad stays in its order.
fn items(pair: &PairDiff) -> Vec<Item<'_>> {
    let of_subnets = pair.subnets.iter().flat_map(|diff| {
        let itself = (diff.presence != Presence::Both).then_some(Item::Subnets(diff));
        diff.changes.iter().map(move |change| Item::Route(diff, change)).chain(itself)
    });
    let mut items: Vec<Item<'_>> = of_subnets.chain(pair.sessions.iter().map(Item::Session)).collect();
    items.sort_by_key(|item| item.topic());
    items
}

/// How much differs: `12 subnets · 1 lost, 4 moved · 5 routes on 2 sessions`.
fn total(report: &DiffReport<'_>) -> String {
    let totals = report.totals();
    let counted = |counts: &[(usize, &str)]| {
        let some = counts.iter().filter(|(count, _)| *count > 0);
        some.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    };
    let subnets = |count: usize, word: &str| match count {
        0 => None,
        count => Some(format!("{} {word}", plural(count, "subnet", "subnets"))),
    };
    let mut parts = Vec::new();
    parts.extend((totals.changed_subnets > 0).then(|| plural(totals.changed_subnets, "subnet", "subnets")));
    parts.push(counted(&[
        (totals.gained, "gained"),
        (totals.lost, "lost"),
        (totals.moved, "moved"),
        (totals.inspected, "newly inspected"),
        (totals.uninspected, "no longer inspected"),
    ]));
    parts.push(joined(
        subnets(totals.added_subnets, "added").into_iter().chain(subnets(totals.removed_subnets, "removed")),
    ));
    parts.extend((totals.routes > 0).then(|| {
        let sessions = plural(totals.sessions, "session", "sessions");
        format!("{} on {sessions}", plural(totals.routes, "route", "routes"))
    }));
    parts.retain(|part| !part.is_empty());
    if report.is_empty() && !report.pairs.is_empty() {
        let is_sure = report.pairs.iter().all(|pair| pair.remarks.is_empty());
        parts.push(format!("no difference in routing{}", if is_sure { "" } else { " as far as it was worked out" }));
    }
    let unread = report.unread.len();
    parts.extend((unread > 0).then(|| format!("{} not compared", plural(unread, "topology", "topologies"))));
    let idle = match totals.idle_edits {
        0 => String::new(),
        count => format!(" ({} without effect)", plural(count, "edit", "edits")),
    };
    format!("{}{idle}", parts.join(" · "))
}

/// What is done with packets before and after.
fn way(change: &RouteDiff) -> String {
    let (before, after) = (&change.before, &change.after);
    let who = |fate: &FateView| if fate.by.is_empty() { "none".to_owned() } else { fate.by.clone() };
    let way = match (before.text == after.text, before.by == after.by) {
        (true, true) => fate(before),
        (true, false) => format!("{} [{} → {}]", before.text, who(before), who(after)),
        (false, true) => format!("{} → {}", before.text, fate(after)),
        (false, false) => format!("{} → {}", fate(before), fate(after)),
    };
    format!("{way}{}", further_on(change))
}

/// What is done with packets, and who decides it: `10.0.1.4 (fw1) [BGP]`.
fn fate(fate: &FateView) -> String {
    if fate.by.is_empty() { fate.text.clone() } else { format!("{} [{}]", fate.text, fate.by) }
}

/// Added where the next hop says nothing of the difference.
fn further_on(change: &RouteDiff) -> &'static str {
    if change.further_on { ", different further on" } else { "" }
}

/// What it means besides the way itself.
fn meaning(change: &RouteDiff) -> Vec<String> {
    [inspection(change), ends(change), equal_cost(change)].into_iter().flatten().collect()
}

/// Which NVAs see the packets, where that differs.
fn inspection(change: &RouteDiff) -> Option<String> {
    let (gone, new) = differing(&change.before.passes, &change.after.passes);
    let (had, has) = (!gone.is_empty(), !new.is_empty());
    let (gone, new) = (few(gone), few(new));
    match change.kind {
        Kind::Uninspected if !had => Some("no longer all inspected".to_owned()),
        Kind::Uninspected if has => Some(format!("no longer inspected by {gone}, newly by {new} in part")),
        Kind::Uninspected => Some(format!("no longer inspected by {gone}")),
        Kind::Inspected if !has => Some("now all inspected".to_owned()),
        Kind::Inspected if had => Some(format!("newly inspected by {new}, no longer by {gone}")),
        Kind::Inspected => Some(format!("newly inspected by {new}")),
        _ if had && has => Some(format!("passes {new} instead of {gone}")),
        _ if had => Some(format!("no longer passes {gone}")),
        _ if has => Some(format!("newly passes {new}")),
        _ => None,
    }
}

/// Where packets end, where that differs and the way does not say it already, or where only one of two ways says what both come to.
fn ends(change: &RouteDiff) -> Option<String> {
    let (before, after) = (&change.before, &change.after);
    let is_told = |fate: &FateView| matches!(fate.ends.as_slice(), [end] if *end == fate.text);
    let differs = before.ends != after.ends && !(is_told(before) && is_told(after));
    let told = |fate: &FateView| if fate.ends.is_empty() { "nowhere".to_owned() } else { few(&fate.ends) };
    if before.ends == after.ends && is_told(before) != is_told(after) {
        return Some(format!("ends: {}, as before", told(after)));
    }
    differs.then(|| format!("ends: {} → {}", told(before), told(after)))
}

/// Which of the equal-cost next hops went and came.
fn equal_cost(change: &RouteDiff) -> Option<String> {
    let (gone, new) = differing(&change.before.next_hops, &change.after.next_hops);
    let gone = (!gone.is_empty()).then(|| format!("{} left", few(gone)));
    let new = (!new.is_empty()).then(|| format!("{} joined", few(new)));
    let told = joined(gone.into_iter().chain(new));
    (change.ecmp && !told.is_empty()).then(|| format!("ECMP: {told}"))
}

/// A route that a session carries otherwise: as it was or is, and of both only what differs.
fn advert(diff: &SessionDiff) -> String {
    let parts = match (&diff.before, &diff.after) {
        (Some(before), Some(after)) => {
            let both = parts(before).into_iter().zip(parts(after));
            let differing = both.filter(|((_, before), (_, after))| before != after);
            let told = |text: String| if text.is_empty() { "none".to_owned() } else { text };
            differing.map(|((word, before), (_, after))| format!("{word} {} → {}", told(before), told(after))).collect()
        }
        (Some(one), None) | (None, Some(one)) => one_advert(one),
        (None, None) => Vec::new(),
    };
    parts.join(", ")
}

/// A route as a neighbour receives it.
fn one_advert(advert: &AdvertView) -> Vec<String> {
    let some = parts(advert).into_iter().filter(|(_, text)| !text.is_empty());
    some.map(|(word, text)| format!("{word} {text}")).collect()
}

fn parts(advert: &AdvertView) -> [(&'static str, String); 3] {
    [
        ("path", advert.as_path.clone()),
        ("next hop", few(&advert.next_hops)),
        ("communities", advert.communities.join(" ")),
    ]
}

/// What could not be compared.
fn not_compared(unread: &Unread) -> String {
    format!("`{}` was not compared: one side of it cannot be read", unread.name)
}

/// What was done to an entry, to stand behind its path: `: false → true`.
fn done(edit: &EditView) -> String {
    let entries = match edit.entries {
        0 | 1 => String::new(),
        entries => format!(" (one text for {entries} entries)"),
    };
    if edit.change == Change::Several {
        return format!(": {} edits", edit.entries);
    }
    format!("{entries}{}", value_of(edit))
}

fn value_of(edit: &EditView) -> String {
    let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "…".to_owned());
    match (edit.change, &edit.values) {
        (Change::Added, (_, Some(new))) => format!(" added: {new}"),
        (Change::Added, _) => " added".to_owned(),
        (Change::Supposed | Change::Several, _) => String::new(),
        (Change::Removed, (Some(old), _)) => format!(" removed: {old}"),
        (Change::Removed, _) => " removed".to_owned(),
        (Change::Changed, (None, None)) => " changed".to_owned(),
        (Change::Changed, (old, new)) => format!(": {} → {}", told(old), told(new)),
    }
}

/// The edits that cause something, or may.
fn causing<'r>(pair: &'r PairDiff, causes: &Causes) -> Vec<&'r EditView> {
    causes.edits.iter().filter_map(|index| pair.edits.get(*index)).collect()
}

/// Words to stand before the edits that cause something, or instead of them when there is none.
fn because(pair: &PairDiff, how: How, edits: usize) -> &'static str {
    match (how, edits) {
        _ if pair.edits.is_empty() => "no edit causes it",
        (_, 0) => "not known which edit causes it",
        (How::Unknown, 1) => "perhaps because of",
        (How::Unknown, _) => "perhaps because of any of:",
        (_, 1) => "because of",
        (How::Alone, _) => "because of any one of:",
        (How::Together, _) => "because of these, only together:",
    }
}

/// The place of an edit, on the side that has the text.
fn place(edit: &EditView) -> Option<Span> {
    match edit.change {
        Change::Removed => edit.old.or(edit.new),
        Change::Added | Change::Changed | Change::Several | Change::Supposed => edit.new.or(edit.old),
    }
}

/// `the open fact nva_reflection`.
fn open_facts(names: &[&str]) -> String {
    format!("the open {} {}", if names.len() == 1 { "fact" } else { "facts" }, few(names))
}

/// What only the first of two lists holds, and what only the second does.
fn differing<'r>(before: &'r [String], after: &'r [String]) -> (Vec<&'r String>, Vec<&'r String>) {
    let only = |these: &'r [String], those: &[String]| these.iter().filter(|name| !those.contains(name)).collect();
    (only(before, after), only(after, before))
}

fn joined<T: Display>(parts: impl Iterator<Item = T>) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(", ")
}
