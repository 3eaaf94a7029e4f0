//! How a conversation fares after a failure, compared with before.

use super::ByFlow;
use crate::analysis::forward::{End, Place, Way};
use crate::analysis::trace::{Trace, Verdict};
use crate::topology::{RouterId, Topology};
use rustc_hash::FxHasher;
use serde::Serialize;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// How a conversation fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fare {
    /// It worked and does not.
    Dead,
    /// Both directions met the same NVAs and, always or on some equal-cost paths, do not any more.
    Asymmetric,
    /// An NVA saw it and none does.
    Uninspected,
    /// It takes another way, or fewer of several.
    Rerouted,
    /// It did not work and does.
    Mended,
    /// The topology does not tell any more.
    Undetermined,
    /// One of its ends failed itself.
    Gone,
}

impl Fare {
    /// Every way to fare, the worst first.
    pub const ALL: [Fare; 7] =
        [Fare::Dead, Fare::Asymmetric, Fare::Uninspected, Fare::Rerouted, Fare::Mended, Fare::Undetermined, Fare::Gone];

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Fare::Dead => "dead",
            Fare::Asymmetric => "asymmetric",
            Fare::Uninspected => "uninspected",
            Fare::Rerouted => "rerouted",
            Fare::Mended => "mended",
            Fare::Undetermined => "undetermined",
            Fare::Gone => "gone",
        }
    }
}

/// How a failure is noticed, so that conversations go on: until then they are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Noticed {
    /// A speaker hears nothing of another for the hold time.
    HoldTime,
    /// The probe of a load balancer fails.
    Probe,
    /// Not at all: a route goes on leading to what has failed until somebody edits it.
    Never,
}

/// What became of one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) fare: Fare,
    pub(super) noticed: Option<Noticed>,
    pub(super) stays_around: bool,
}

/// What became of conversations.
pub(super) type Effects = ByFlow;

/// What is kept of a conversation to compare it with another day's: its ways may be thousands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it comes to.
    pub verdict: Verdict,
    /// Every way of the packets passes an NVA.
    inspected: bool,
    /// Of the ways of both directions.
    ways: u64,
    /// Some way ends at something that has failed.
    ends_down: bool,
    /// Load balancers on some way.
    balancers: Vec<Place>,
    /// Packets leave by an ExpressRoute gateway.
    pub(super) by_express_route: bool,
}

impl Seen {
    /// What a trace shows.
    pub fn of(topology: &Topology, trace: &Trace) -> Self {
        let nva = |id: RouterId| topology.router(id).is_nva();
        let there = || trace.trips.iter().map(|trip| &trip.there);
        let back = trace.trips.iter().flat_map(|trip| &trip.back).map(|answer| &answer.way);
        let ways: BTreeSet<&Way> = there().chain(back).collect();
        let places = || ways.iter().flat_map(|way| way.places.iter().copied());
        let balancers: BTreeSet<Place> = places().filter(|place| matches!(place, Place::LoadBalancer(_))).collect();
        let mut hasher = FxHasher::default();
        ways.hash(&mut hasher);
        Seen {
            verdict: trace.verdict,
            inspected: !trace.trips.is_empty() && there().all(|way| way.routers().any(nva)),
            ways: hasher.finish(),
            ends_down: ways.iter().any(|way| matches!(way.end, End::Down(_))),
            balancers: balancers.into_iter().collect(),
            by_express_route: there()
                .any(|way| way.places.iter().any(|place| matches!(place, Place::ExpressRouteGateway(_)))),
        }
    }
}

impl Fare {
    /// How a conversation fares that was seen before and after; nothing when it fares as before.
    pub fn of(before: &Seen, after: &Seen) -> Option<Fare> {
        let works = |verdict: Verdict| verdict == Verdict::Symmetric;
        let lost = |verdict: Verdict| matches!(verdict, Verdict::Dropped | Verdict::Loop);
        match (before.verdict, after.verdict) {
            (before, after) if lost(before) && lost(after) => None,
            (_, after) if lost(after) => Some(Fare::Dead),
            (before, after) if !works(before) && works(after) => Some(Fare::Mended),
            (before, Verdict::Undetermined) if before != Verdict::Undetermined => Some(Fare::Undetermined),
            (before, after @ (Verdict::Asymmetric | Verdict::Ambiguous)) if before != after => Some(Fare::Asymmetric),
            _ if before.inspected && !after.inspected => Some(Fare::Uninspected),
            _ => (before.ways != after.ways).then_some(Fare::Rerouted),
        }
    }
}

/// How it is noticed that a conversation has to go elsewhere.
pub(super) fn noticed(before: &Seen, after: &Seen, by_probe: impl Fn(Place) -> bool, speaks: bool) -> Option<Noticed> {
    if after.ends_down {
        return Some(Noticed::Never);
    }
    // What has no other way does not go on, however soon that is noticed.
    if matches!(after.verdict, Verdict::Dropped | Verdict::Loop | Verdict::Undetermined) {
        return None;
    }
    if before.balancers.iter().copied().any(by_probe) {
        return Some(Noticed::Probe);
    }
    speaks.then_some(Noticed::HoldTime)
}
