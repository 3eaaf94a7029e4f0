//! One conversation, hop by hop: what decides at each place, where it ends, and what both directions come to.

mod all_pairs;
mod reason;

pub use all_pairs::AllPairsView;

use super::facts::{FactNote, notes};
use super::fates::{Holders, arrival, by};
use super::routes::note_blocks;
use super::view::{Block, Cell, Grid, Tone, View, json};
use crate::analysis::Estate;
use crate::analysis::fate::Decision;
use crate::analysis::forward::{Cause, Place, Way};
use crate::analysis::outcome::{Arrival, place_name};
use crate::analysis::trace::{Answer, Host, Trace, Trip, Verdict};
use crate::azure::facts::FactSet;
use crate::bgp::Source;
use crate::words::plural;
use serde::Serialize;
use std::io::{self, Write};
use std::net::Ipv4Addr;

pub(super) use reason::{Seen, reason};

/// A conversation as it is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceView {
    format_version: &'static str,
    from: HostView,
    to: HostView,
    verdict: Verdict,
    reason: String,
    trips: Vec<TripView>,
    /// There are more ways than were followed.
    cut_short: bool,
    rests_on: Vec<FactNote>,
    #[serde(skip)]
    options: Options,
}

/// What is shown to people.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The ways back hop by hop.
    pub both: bool,
    /// Every equal-cost way.
    pub all: bool,
}

#[derive(Debug, Clone, Serialize)]
struct HostView {
    name: String,
    address: Ipv4Addr,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TripView {
    there: WayView,
    translated_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unanswered: Option<String>,
    back: Vec<BackView>,
}

#[derive(Debug, Serialize)]
struct BackView {
    verdict: Verdict,
    #[serde(flatten)]
    way: WayView,
}

#[derive(Debug, Serialize)]
struct WayView {
    hops: Vec<HopView>,
    end: String,
}

/// What one place does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HopView {
    at: String,
    destination: Ipv4Addr,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    decided_by: String,
    does: String,
    #[serde(skip)]
    open: bool,
}

/// Equal-cost ways that are shown unless all are asked for.
const FEW_WAYS: usize = 3;

impl TraceView {
    /// Builds the view.
    pub fn new(estate: &Estate, trace: &Trace, options: Options) -> Self {
        let mut teller = Teller { estate, holders: Holders::new(&estate.topology), rests_on: FactSet::default() };
        let trips = trace.trips.iter().map(|trip| teller.trip(trace, trip)).collect();
        TraceView {
            format_version: "1",
            from: host(estate, trace.from),
            to: host(estate, trace.to),
            verdict: trace.verdict,
            reason: reason(&estate.topology, trace, Seen::ByOpener),
            trips,
            cut_short: trace.cut_short,
            rests_on: notes(&estate.topology.facts, teller.rests_on),
            options,
        }
    }

    fn heading(&self, what: &str, number: usize, of: usize) -> Block {
        let text = if of > 1 { format!("{what}, {number} of {of} equal ways") } else { what.to_owned() };
        Block::Heading(2, text, String::new())
    }
}

fn host(estate: &Estate, host: Host) -> HostView {
    HostView { name: host.endpoint.name(&estate.topology), address: host.address }
}

struct Teller<'a> {
    estate: &'a Estate,
    holders: Holders,
    rests_on: FactSet,
}

impl Teller<'_> {
    fn trip(&mut self, trace: &Trace, trip: &Trip) -> TripView {
        let topology = &self.estate.topology;
        let aims = vec![trace.to.address; trip.there.places.len()];
        TripView {
            there: self.way(&trip.there, &aims),
            translated_by: trip.translated_by.iter().map(|id| topology.router(*id).name.clone()).collect(),
            unanswered: trip.unanswered.map(|why| why.words(topology)),
            back: trip.back.iter().map(|answer| self.answer(answer)).collect(),
        }
    }

    fn answer(&mut self, answer: &Answer) -> BackView {
        BackView { verdict: answer.pairing.verdict(), way: self.way(&answer.way, &answer.aims) }
    }

    fn way(&mut self, way: &Way, aims: &[Ipv4Addr]) -> WayView {
        let hops = way.places.iter().zip(aims).enumerate();
        let hops = hops.map(|(index, (place, to))| self.hop(*place, *to, way.places.get(index + 1).copied())).collect();
        WayView { hops, end: arrival(&Arrival::of(&self.estate.topology, way)) }
    }

    fn hop(&mut self, place: Place, to: Ipv4Addr, next: Option<Place>) -> HopView {
        let topology = &self.estate.topology;
        let at = place_name(topology, place);
        let cause = self.estate.forwarding().cause(place, to);
        let rests_on = cause.as_ref().map(Cause::rests_on).unwrap_or_default();
        self.rests_on = self.rests_on.union(rests_on);
        let next = next.map(|place| place_name(topology, place));
        let (prefix, decided_by, does) = match (&cause, place) {
            (Some(Cause::Row(row)), Place::Subnet(id)) => {
                let decision = Decision::of(topology, id, Some(row));
                (Some(row.prefix.to_string()), by(&decision.by), self.holders.fate(&decision.fate))
            }
            (Some(Cause::Route { prefix, speaker, source, .. }), _) => {
                let from = match source {
                    Source::Local(_) => "its own route".to_owned(),
                    Source::Neighbor(index) => {
                        let ribs = &self.estate.ribs;
                        let peer = ribs.network.speaker(*speaker).neighbors[*index].peer;
                        format!("BGP from {}", ribs.network.speaker(peer).device.name(topology))
                    }
                };
                (Some(prefix.to_string()), from, next.unwrap_or_default())
            }
            (_, Place::LoadBalancer(_)) => (None, "rule".into(), next.unwrap_or_default()),
            (_, Place::Subnet(_)) => (None, "no route".into(), "dropped".into()),
            _ => {
                (None, "no route of its own".into(), next.map(|name| format!("its NIC in {name}")).unwrap_or_default())
            }
        };
        HopView { at, destination: to, prefix, decided_by, does, open: rests_on != FactSet::default() }
    }
}

impl WayView {
    fn grid(&self) -> Block {
        let row = |(index, hop): (usize, &HopView)| {
            let tone = if hop.open { Tone::Warn } else { Tone::Plain };
            let mark = if hop.open { "? " } else { "" };
            vec![
                Cell::toned((index + 1).to_string(), Tone::Dim),
                Cell::toned(&hop.at, Tone::Accent),
                Cell::plain(hop.destination.to_string()),
                Cell::plain(hop.prefix.clone().unwrap_or_default()),
                Cell::toned(format!("{mark}{}", hop.decided_by), tone),
                Cell::plain(&hop.does),
            ]
        };
        let columns = vec!["", "At", "Destination", "Prefix", "By", "To"];
        Block::Grid(Grid { columns, rows: self.hops.iter().enumerate().map(row).collect() })
    }

    fn end(&self) -> Block {
        Block::Line(Cell::toned(format!("ends {}", self.end), Tone::Dim))
    }
}

/// The tone of a verdict.
pub(super) fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Symmetric => Tone::Good,
        Verdict::Ambiguous | Verdict::Undetermined => Tone::Warn,
        Verdict::Loop | Verdict::Dropped | Verdict::Asymmetric => Tone::Bad,
    }
}

impl View for TraceView {
    fn headings(&self) -> &'static [&'static str] {
        &["Conversation", "Way"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let name = |host: &HostView| format!("{} ({})", host.name, host.address);
        let mut blocks = vec![Block::Heading(1, format!("{} → {}", name(&self.from), name(&self.to)), String::new())];
        let shown = if self.options.all { self.trips.len() } else { self.trips.len().min(FEW_WAYS) };
        for (index, trip) in self.trips.iter().enumerate().take(shown) {
            blocks.push(self.heading("There", index + 1, self.trips.len()));
            blocks.extend([trip.there.grid(), trip.there.end()]);
            if let Some(why) = &trip.unanswered {
                blocks.push(Block::Line(Cell::toned(format!("answers cannot be followed: {why}"), Tone::Warn)));
            }
            let back = if self.options.both { trip.back.as_slice() } else { &[] };
            let few = if self.options.all { back.len() } else { back.len().min(FEW_WAYS) };
            for (number, answer) in back.iter().enumerate().take(few) {
                blocks.push(self.heading("Back", number + 1, back.len()));
                blocks.extend([answer.way.grid(), answer.way.end()]);
            }
            if few < back.len() {
                blocks.push(more(back.len() - few));
            }
        }
        if shown < self.trips.len() {
            blocks.push(more(self.trips.len() - shown));
        }
        blocks.extend(note_blocks(&self.rests_on));
        blocks.push(Block::Summary(format!("Trace: {} · {}", self.verdict.word(), self.reason)));
        Box::new(blocks.into_iter())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json(self, out)
    }
}

fn more(count: usize) -> Block {
    let text = format!("and {}; --all shows them", plural(count, "more equal way", "more equal ways"));
    Block::Line(Cell::toned(text, Tone::Dim))
}
