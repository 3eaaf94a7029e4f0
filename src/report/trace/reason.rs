//! Why a conversation comes to what it does, in a clause.

use crate::analysis::forward::{End, Way};
use crate::analysis::outcome::{Arrival, place_name};
use crate::analysis::trace::{Pairing, Trace, Trip, Verdict};
use crate::report::fates::arrival;
use crate::topology::{RouterId, Topology};
use crate::words::{all_of, plural};
use std::collections::BTreeSet;

/// Whose eyes see a conversation: what one calls packets are answers to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Seen {
    /// By the host that opens it.
    ByOpener,
    /// By the host that answers, as if it had opened it.
    ByAnswerer,
}

/// Why the verdict is what it is.
pub(in crate::report) fn reason(topology: &Topology, trace: &Trace, seen: Seen) -> String {
    if trace.cut_short {
        return "there are more equal-cost ways than are followed".into();
    }
    match trace.verdict {
        Verdict::Symmetric => symmetric(topology, trace),
        Verdict::Undetermined => undetermined(topology, trace),
        Verdict::Ambiguous => {
            let mut counts: Vec<(Verdict, usize)> = Vec::new();
            for verdict in trace.trips.iter().flat_map(verdicts) {
                match counts.iter_mut().find(|(known, _)| *known == verdict) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((verdict, 1)),
                }
            }
            counts.sort();
            let total: usize = counts.iter().map(|(_, count)| count).sum();
            let each: Vec<String> =
                counts.iter().map(|(verdict, count)| format!("{count} {}", verdict.word())).collect();
            let seen = passed(topology, trace);
            let by = if seen.is_empty() {
                String::new()
            } else {
                format!(" by {}", all_of(seen.iter().map(String::as_str)))
            };
            format!("equal-cost ways{by}: of {} {}", plural(total, "pair", "pairs"), each.join(", "))
        }
        verdict => first(topology, trace, verdict, seen),
    }
}

/// NVAs on some way.
fn passed(topology: &Topology, trace: &Trace) -> Vec<String> {
    let ways = trace
        .trips
        .iter()
        .flat_map(|trip| std::iter::once(&trip.there).chain(trip.back.iter().map(|answer| &answer.way)));
    let nvas: BTreeSet<RouterId> = ways.flat_map(|way| trace.passed(topology, way)).collect();
    names(topology, &nvas.into_iter().collect::<Vec<_>>())
}

fn names(topology: &Topology, ids: &[RouterId]) -> Vec<String> {
    ids.iter().map(|id| topology.router(*id).name.clone()).collect()
}

fn symmetric(topology: &Topology, trace: &Trace) -> String {
    let seen = passed(topology, trace);
    match seen.as_slice() {
        [] => "neither direction passes an NVA".into(),
        seen if trace.trips.len() > 1 => {
            format!("both directions of every flow pass the same of {}", all_of(seen.iter().map(String::as_str)))
        }
        seen => format!("both directions pass {}", all_of(seen.iter().map(String::as_str))),
    }
}

fn undetermined(topology: &Topology, trace: &Trace) -> String {
    let unanswered = trace.trips.iter().find_map(|trip| trip.unanswered);
    match unanswered {
        Some(why) => why.words(topology),
        None if trace.trips.is_empty() => "nothing is known about what the sender does".into(),
        None => "the answers end further than the topology tells".into(),
    }
}

/// What each pair of ways comes to.
fn verdicts(trip: &Trip) -> Vec<Verdict> {
    match trip.back.as_slice() {
        [] => vec![lost(trip)],
        back => back.iter().map(|answer| answer.pairing.verdict()).collect(),
    }
}

/// The verdict on a way that gets no answer.
fn lost(trip: &Trip) -> Verdict {
    match (trip.unanswered, trip.there.end) {
        (Some(_), _) => Verdict::Undetermined,
        (None, End::Loop(_)) => Verdict::Loop,
        (None, _) => Verdict::Dropped,
    }
}

/// The first thing that makes the verdict what it is.
fn first(topology: &Topology, trace: &Trace, verdict: Verdict, seen: Seen) -> String {
    let (packets, answers) = match seen {
        Seen::ByOpener => ("packets", "answers"),
        Seen::ByAnswerer => ("answers", "packets"),
    };
    for trip in &trace.trips {
        if trip.back.is_empty() && lost(trip) == verdict {
            return format!("{packets} {}", ended(topology, &trip.there));
        }
        if let Some(answer) = trip.back.iter().find(|answer| answer.pairing.verdict() == verdict) {
            return match &answer.pairing {
                Pairing::Differs { there, back } if seen == Seen::ByAnswerer => one_sided(topology, back, there),
                Pairing::Differs { there, back } => one_sided(topology, there, back),
                _ => format!("{answers} {}", ended(topology, &answer.way)),
            };
        }
    }
    String::new()
}

fn one_sided(topology: &Topology, there: &[RouterId], back: &[RouterId]) -> String {
    let list = |ids: &[RouterId]| all_of(names(topology, ids).iter().map(String::as_str));
    match (there, back) {
        (there, []) => format!("packets pass {}, answers do not", list(there)),
        ([], back) => format!("answers pass {}, packets do not", list(back)),
        (there, back) => format!("packets pass {}, answers pass {} instead", list(there), list(back)),
    }
}

/// How a way ends that does not arrive, and where.
fn ended(topology: &Topology, way: &Way) -> String {
    let at = way.places.last().map(|place| place_name(topology, *place)).unwrap_or_default();
    match way.end {
        // Of many senders that fare alike the subnet of one is no reason.
        End::Dropped if way.places.len() == 1 => "are dropped where they start".into(),
        End::Dropped => format!("are dropped at `{at}`"),
        End::Loop(_) => format!("run {}", arrival(&Arrival::of(topology, way))),
        End::Internet => format!("leave for the internet at `{at}`"),
        _ => format!("end {}", arrival(&Arrival::of(topology, way))),
    }
}
