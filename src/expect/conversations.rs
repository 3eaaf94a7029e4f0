//! Whether one conversation does what is expected of it.

use super::sides::Aim;
use crate::analysis::Estate;
use crate::analysis::forward::{End, MOST_WAYS, Place, Way};
use crate::analysis::outcome::Arrival;
use crate::analysis::trace::{Host, Pairing, Trace, Verdict, trace};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// What is expected of conversations.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Packets arrive and answers come back.
    Arrives(Ways),
    /// No packet arrives.
    Never,
    /// Packets are dropped where they start.
    NoRoute,
}

/// What is expected of the ways of packets that arrive.
#[derive(Debug, Clone)]
pub(super) struct Ways {
    /// Packets pass one of each.
    pub(super) there: Vec<OneOf>,
    /// Answers pass one of each.
    pub(super) back: Vec<OneOf>,
    pub(super) symmetric: bool,
}

/// Some places, and what they were called.
#[derive(Debug, Clone)]
pub(super) struct OneOf {
    pub(super) places: BTreeSet<Place>,
    pub(super) words: String,
}

/// Which direction misses what it should pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Packets.
    Packets,
    /// Answers.
    Answers,
}

/// Why an expectation does not hold.
#[derive(Debug, Clone)]
pub enum Why {
    /// The conversation comes to something else.
    Verdict(Box<Trace>),
    /// The address is nobody's.
    Nobody(Ipv4Addr),
    /// A packet arrives that should not.
    Arrives(Way),
    /// A route leads on.
    HasRoute(Way),
    /// There are more ways than are followed.
    TooManyWays,
    /// A way passes none of what it should, which is told in words.
    Misses(Direction, String, Way),
    /// No session joins a speaker and a neighbour.
    NoSession,
    /// More prefixes than are allowed.
    TooMany {
        /// How many there are.
        count: usize,
        /// How many are allowed.
        most: usize,
    },
    /// A prefix is wider than any should be.
    TooWide(Ipv4Net),
    /// A prefix is not announced.
    Missing(Ipv4Net),
    /// A prefix is announced.
    Unwanted(Ipv4Net),
    /// Whether a prefix is announced depends on which of several equal paths is chosen.
    Unsettled(Ipv4Net),
}

/// What shows that the conversation does not do what is wanted; nothing when it does.
pub(super) fn judge(estate: &Estate, wanted: &Wanted, from: Host, aim: Aim) -> Option<Why> {
    match wanted {
        Wanted::Arrives(ways) => match aim.host {
            None => Some(Why::Nobody(aim.address)),
            Some(to) => arrives(estate, ways, from, to),
        },
        Wanted::Never => ways_to(estate, from, aim, |way| {
            let arrived = match aim.host {
                Some(host) => host.is_reached(&estate.topology, way.end) || way.end == End::Unknown,
                None => Arrival::of(&estate.topology, way).is_reached(),
            };
            arrived.then(|| Why::Arrives(way.clone()))
        }),
        Wanted::NoRoute => ways_to(estate, from, aim, |way| {
            let stays = way.places.len() == 1 && way.end == End::Dropped;
            (!stays).then(|| Why::HasRoute(way.clone()))
        }),
    }
}

fn ways_to(estate: &Estate, from: Host, aim: Aim, fault: impl Fn(&Way) -> Option<Why>) -> Option<Why> {
    let place = from.endpoint.place()?;
    let ways = estate.forwarding().ways(place, aim.address);
    let cut_short = ways.len() >= MOST_WAYS;
    ways.iter().find_map(fault).or(cut_short.then_some(Why::TooManyWays))
}

fn arrives(estate: &Estate, wanted: &Ways, from: Host, to: Host) -> Option<Why> {
    let found = trace(estate, from, to);
    let answered = |pairing: &Pairing| matches!(pairing, Pairing::Same | Pairing::Differs { .. });
    let works = !found.cut_short
        && !found.trips.is_empty()
        && found.trips.iter().all(|trip| {
            trip.unanswered.is_none()
                && !trip.back.is_empty()
                && trip.back.iter().all(|answer| answered(&answer.pairing))
        });
    if !works {
        return Some(Why::Verdict(Box::new(found)));
    }
    // What is at an end of the conversation does not stand between the two.
    let ends = [from.endpoint.place(), to.endpoint.place()];
    let missed = |direction: Direction, way: &Way, wanted: &[OneOf]| {
        let passes =
            |one: &OneOf| way.places.iter().any(|place| !ends.contains(&Some(*place)) && one.places.contains(place));
        let missed = wanted.iter().find(|one| !passes(one));
        missed.map(|one| Why::Misses(direction, one.words.clone(), way.clone()))
    };
    for trip in &found.trips {
        let there = missed(Direction::Packets, &trip.there, &wanted.there);
        let mut back = trip.back.iter().map(|answer| missed(Direction::Answers, &answer.way, &wanted.back));
        if let Some(why) = there.or_else(|| back.find_map(|why| why)) {
            return Some(why);
        }
    }
    (wanted.symmetric && found.verdict != Verdict::Symmetric).then(|| Why::Verdict(Box::new(found)))
}
