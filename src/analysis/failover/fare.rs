//! How a conversation fares after a failure, compared with before.

use super::ByFlow;
use crate::analysis::forward::{End, Place};
use crate::analysis::trace::{Trace, Verdict};
use crate::topology::{RouterId, Topology};
use serde::Serialize;
use std::collections::BTreeSet;

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

impl Fare {
    /// How a conversation fares that was followed before and after; nothing when it fares as before.
    pub fn of(topology: &Topology, before: &Trace, after: &Trace) -> Option<Fare> {
        let works = |verdict: Verdict| verdict == Verdict::Symmetric;
        let lost = |verdict: Verdict| matches!(verdict, Verdict::Dropped | Verdict::Loop);
        match (before.verdict, after.verdict) {
            (before, after) if lost(before) && lost(after) => None,
            (_, after) if lost(after) => Some(Fare::Dead),
            (before, after) if !works(before) && works(after) => Some(Fare::Mended),
            (before, Verdict::Undetermined) if before != Verdict::Undetermined => Some(Fare::Undetermined),
            (before, after @ (Verdict::Asymmetric | Verdict::Ambiguous)) if before != after => Some(Fare::Asymmetric),
            _ if is_inspected(topology, before) && !is_inspected(topology, after) => Some(Fare::Uninspected),
            _ => (ways(before) != ways(after)).then_some(Fare::Rerouted),
        }
    }
}

fn is_inspected(topology: &Topology, trace: &Trace) -> bool {
    let nva = |id: RouterId| topology.router(id).is_nva();
    !trace.trips.is_empty() && trace.trips.iter().all(|trip| trip.there.routers().any(nva))
}

/// The ways of both directions.
fn ways(trace: &Trace) -> BTreeSet<(Vec<Place>, End)> {
    let ways = trace
        .trips
        .iter()
        .flat_map(|trip| std::iter::once(&trip.there).chain(trip.back.iter().map(|answer| &answer.way)));
    ways.map(|way| (way.places.clone(), way.end)).collect()
}

/// How it is noticed that a conversation has to go elsewhere.
pub(super) fn noticed(
    before: &Trace,
    after: &Trace,
    by_probe: impl Fn(Place) -> bool,
    speaks: bool,
) -> Option<Noticed> {
    let is_down = |trace: &Trace| {
        let ends = trace
            .trips
            .iter()
            .flat_map(|trip| std::iter::once(trip.there.end).chain(trip.back.iter().map(|answer| answer.way.end)));
        ends.into_iter().any(|end| matches!(end, End::Down(_)))
    };
    if is_down(after) {
        return Some(Noticed::Never);
    }
    // What has no other way does not go on, however soon that is noticed.
    if matches!(after.verdict, Verdict::Dropped | Verdict::Loop | Verdict::Undetermined) {
        return None;
    }
    let places = before
        .trips
        .iter()
        .flat_map(|trip| trip.there.places.iter().chain(trip.back.iter().flat_map(|answer| &answer.way.places)));
    if places.copied().any(by_probe) {
        return Some(Noticed::Probe);
    }
    speaks.then_some(Noticed::HoldTime)
}
