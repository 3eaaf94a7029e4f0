//! How much of each limit is used, what further spokes exceed first, and which summary would help.

use super::facts::{FactNote, notes};
use super::routes::note_blocks;
use super::view::{Block, Cell, Grid, Tone, View, json};
use crate::analysis::limits::{Change, Count, Growth, Summary};
use crate::azure::facts::{FactSet, Status};
use crate::topology::Topology;
use crate::words::{few, plural};
use ipnet::Ipv4Net;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What is supposed and what is shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Further spokes of each hub.
    pub spokes: usize,
    /// The part of a limit that may be used, in percent.
    pub fail_at: usize,
    /// Every count and every entry of long lists.
    pub all: bool,
}

/// Counts below that part of their limit are not shown unless all are asked for, in percent.
const NEAR: usize = 50;

/// Objects of one limit that are shown unless all are asked for.
const FEW_OBJECTS: usize = 5;

/// Hubs that are shown unless all are asked for.
const FEW_HUBS: usize = 5;

/// The limits of an estate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LimitsView {
    format_version: &'static str,
    further_spokes: usize,
    fail_at_percent: usize,
    /// Worst first.
    limits: Vec<LimitRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    growth: Option<GrowthView>,
    summaries: Vec<SummaryRow>,
    rests_on: Vec<FactNote>,
    #[serde(skip)]
    all: bool,
    /// Rows that are near their limit and behind worse ones of the same limit.
    #[serde(skip)]
    crowded: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LimitRow {
    limit: &'static str,
    fact: &'static str,
    object: String,
    used: usize,
    /// There may be more than are counted.
    at_least: bool,
    allowed: usize,
    /// Negative where the limit is exceeded.
    headroom: i64,
    /// Of the limit; none of a limit of nothing.
    percent: Option<usize>,
    per_spoke: usize,
    used_with_spokes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    spokes_to_exceed: Option<usize>,
    status: Status,
    source: &'static str,
    fails: bool,
    #[serde(skip)]
    shown: bool,
    #[serde(skip)]
    open: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GrowthView {
    spokes: Vec<TypicalRow>,
    first_hits: Vec<HitRow>,
}

#[derive(Debug, Serialize)]
struct TypicalRow {
    hub: String,
    like: String,
    spokes: usize,
    alike: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HitRow {
    limit: &'static str,
    object: String,
    spokes: usize,
    at_least: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryRow {
    limit: &'static str,
    object: String,
    announced_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<usize>,
    prefixes: Vec<Ipv4Net>,
    before: usize,
    after: usize,
}

impl LimitsView {
    /// Builds the view, without summaries.
    pub fn new(topology: &Topology, counts: &[Count], growth: Option<&Growth>, options: Options) -> Self {
        let mut rows: Vec<(Count, LimitRow)> =
            counts.iter().map(|count| row(topology, count, growth, options)).collect();
        let growth = growth.map(|growth| growth_view(topology, growth, counts));
        for (_, row) in &mut rows {
            row.shown |= growth.iter().flat_map(|growth| &growth.first_hits).any(|hit| hit.is_about(row));
        }
        // Shares are compared as fractions: percent would make equals of what is not.
        let share = |count: &Count| (count.used as u128 * u128::from(u32::MAX)) / (count.allowed.max(1) as u128);
        rows.sort_by_key(|(count, _)| Reverse(share(count)));
        let (mut of_limit, mut crowded) = (BTreeMap::<&str, usize>::new(), 0);
        for (_, row) in rows.iter_mut().filter(|(_, row)| row.shown) {
            let before = of_limit.entry(row.limit).or_default();
            *before += 1;
            if *before > FEW_OBJECTS {
                row.shown = false;
                crowded += 1;
            }
        }
        LimitsView {
            format_version: "1",
            further_spokes: options.spokes,
            fail_at_percent: options.fail_at,
            limits: rows.into_iter().map(|(_, row)| row).collect(),
            growth,
            summaries: Vec::new(),
            rests_on: Vec::new(),
            all: options.all,
            crowded,
        }
    }

    /// True of a count that is shown without being asked for: half of its limit is used, or further spokes exceed it first.
    pub fn is_near(&self, topology: &Topology, count: &Count) -> bool {
        let name = count.object.name(topology);
        self.limits.iter().any(|row| row.shown && row.limit == count.measure.words() && row.object == name)
    }

    /// Adds what would help, and what the counts rest on.
    pub fn add(&mut self, topology: &Topology, summaries: &[Summary], rests_on: FactSet) {
        self.rests_on = notes(&topology.facts, rests_on);
        self.summaries = summaries.iter().map(|summary| summary_row(topology, summary)).collect();
    }

    /// More than the allowed part of some limit is used.
    pub fn fails(&self) -> bool {
        self.limits.iter().any(|row| row.fails)
    }

    fn is_shown(&self, row: &LimitRow) -> bool {
        self.all || row.shown
    }
}

/// A row, with the count that it is sorted by: the one with further spokes.
fn row(topology: &Topology, count: &Count, growth: Option<&Growth>, options: Options) -> (Count, LimitRow) {
    let fact = count.measure.fact();
    let after = growth.map_or_else(|| count.clone(), |growth| growth.after(count, options.spokes));
    let fails = after.is_over(options.fail_at);
    let row = LimitRow {
        limit: count.measure.words(),
        fact: fact.name(),
        object: count.object.name(topology),
        used: count.used,
        at_least: count.at_least,
        allowed: count.allowed,
        headroom: after.allowed as i64 - after.used as i64,
        percent: (after.used * 100).checked_div(after.allowed),
        per_spoke: growth.map_or(0, |growth| growth.per_spoke(count)),
        used_with_spokes: after.used,
        spokes_to_exceed: growth.and_then(|growth| growth.spokes_to_exceed(count)),
        status: topology.facts.status(fact),
        source: topology.facts.source(fact),
        fails,
        shown: fails || after.used * 100 >= after.allowed * NEAR,
        open: topology.facts.is_open(fact),
    };
    (after, row)
}

fn growth_view(topology: &Topology, growth: &Growth, counts: &[Count]) -> GrowthView {
    let name = |id| topology.vnet(id).name.clone();
    let spokes = growth.typical.iter().map(|typical| TypicalRow {
        hub: name(typical.hub),
        like: name(typical.like),
        spokes: typical.spokes,
        alike: typical.alike,
    });
    let hits = growth.first_hits(counts).into_iter().map(|hit| HitRow {
        limit: hit.count.measure.words(),
        object: hit.count.object.name(topology),
        spokes: hit.spokes,
        at_least: hit.count.at_least,
    });
    GrowthView { spokes: spokes.collect(), first_hits: hits.collect() }
}

fn summary_row(topology: &Topology, summary: &Summary) -> SummaryRow {
    let (announced_by, key, instead_of, prefixes) = match &summary.change {
        Change::GatewayPrefixes(id, ranges) => {
            (topology.vnet(*id).name.clone(), Some("summarized_gateway_prefixes"), None, ranges)
        }
        Change::Announcement(device, before, prefixes) => (device.name(topology), None, Some(*before), prefixes),
    };
    SummaryRow {
        limit: summary.count.measure.words(),
        object: summary.count.object.name(topology),
        announced_by,
        key,
        instead_of,
        prefixes: prefixes.clone(),
        before: summary.count.used,
        after: summary.after,
    }
}

impl HitRow {
    fn is_about(&self, row: &LimitRow) -> bool {
        (self.limit, &self.object) == (row.limit, &row.object)
    }
}

impl SummaryRow {
    fn words(&self, all: bool) -> String {
        let list = if all {
            self.prefixes.iter().map(Ipv4Net::to_string).collect::<Vec<_>>().join(", ")
        } else {
            few(&self.prefixes)
        };
        match (self.key, self.instead_of) {
            (Some(key), _) => format!("{key} of {}: {list}", self.announced_by),
            (None, before) => {
                let before = plural(before.unwrap_or_default(), "prefix", "prefixes");
                format!("{}, instead of {before}: {list}", self.announced_by)
            }
        }
    }
}

fn amount(used: usize, at_least: bool) -> String {
    if at_least { format!("≥ {used}") } else { used.to_string() }
}

impl LimitsView {
    fn grid(&self) -> Grid {
        let mut columns = vec!["Limit", "Object", "Used"];
        if self.further_spokes > 0 {
            columns.push("With More");
        }
        columns.extend(["Share", "Allowed", "Headroom", "Per Spoke", "Source"]);
        let cells = |row: &LimitRow| {
            let tone = match row.headroom {
                ..0 => Tone::Bad,
                _ if row.fails => Tone::Bad,
                _ if row.percent.is_some_and(|percent| percent >= 90) => Tone::Warn,
                _ => Tone::Plain,
            };
            let mark = if row.open { "? " } else { "" };
            let mut cells = vec![
                Cell::toned(row.limit, Tone::Accent),
                Cell::plain(&row.object),
                Cell::plain(amount(row.used, row.at_least)),
            ];
            if self.further_spokes > 0 {
                cells.push(Cell::toned(amount(row.used_with_spokes, row.at_least), tone));
            }
            let share = row.percent.map_or("-".into(), |percent| format!("{percent} %"));
            let per_spoke = if row.per_spoke > 0 { format!("+{}", row.per_spoke) } else { String::new() };
            cells.extend([
                Cell::toned(share, tone),
                Cell::toned(format!("{mark}{}", row.allowed), if row.open { Tone::Warn } else { Tone::Plain }),
                Cell::toned(row.headroom.to_string(), tone),
                Cell::plain(per_spoke),
                Cell::toned(row.source, Tone::Dim),
            ]);
            cells
        };
        let rows = self.limits.iter().filter(|row| self.is_shown(row)).map(cells).collect();
        Grid { columns, rows }
    }

    fn limit_blocks(&self) -> Vec<Block> {
        let detail = match self.further_spokes {
            0 => String::new(),
            more => format!("with {}", self.growth.as_ref().map_or_else(String::new, |growth| growth.spokes(more))),
        };
        let mut blocks = vec![Block::Heading(1, "Limits".into(), detail)];
        let shown: Vec<&LimitRow> = self.limits.iter().filter(|row| self.is_shown(row)).collect();
        if !shown.is_empty() {
            blocks.push(Block::Grid(self.grid()));
        }
        let folded = self.limits.len() - shown.len();
        let crowded = if self.all { 0 } else { self.crowded };
        if folded > 0 {
            let far = folded - crowded;
            let text = match (shown.is_empty(), crowded, far) {
                (true, _, far) => format!("all {far} below {NEAR} %"),
                (false, 0, far) => format!("and {far} more below {NEAR} %"),
                (false, crowded, far) => format!("and {crowded} more of the same limits, {far} more below {NEAR} %"),
            };
            blocks.push(Block::Line(Cell::toned(format!("{text}; --all shows them"), Tone::Dim)));
        }
        if shown.iter().any(|row| row.at_least) {
            let text = "≥  at least: not everything that counts is written in the topology";
            blocks.push(Block::Line(Cell::toned(text, Tone::Dim)));
        }
        if shown.iter().any(|row| row.open) {
            let text = "?  the limit itself is assumed or chosen; set it with --fact NAME=VALUE";
            blocks.push(Block::Line(Cell::toned(text, Tone::Dim)));
        }
        blocks
    }

    fn growth_blocks(&self, growth: &GrowthView) -> Vec<Block> {
        let row = |row: &TypicalRow| {
            vec![
                Cell::toned(&row.hub, Tone::Accent),
                Cell::plain(&row.like),
                Cell::plain(row.spokes.to_string()),
                Cell::plain(row.alike.to_string()),
            ]
        };
        let shown = if self.all { growth.spokes.len() } else { growth.spokes.len().min(FEW_HUBS) };
        let grid = Grid {
            columns: vec!["Hub", "Further Spokes Like", "Spokes", "Of This Kind"],
            rows: growth.spokes[..shown].iter().map(row).collect(),
        };
        let detail = "each further spoke of a hub as this one: its peerings, routes and announcements";
        let mut blocks = vec![Block::Heading(2, "Growth".into(), detail.into()), Block::Grid(grid)];
        if shown < growth.spokes.len() {
            let text = format!("and {}", plural(growth.spokes.len() - shown, "more hub", "more hubs"));
            blocks.push(Block::Line(Cell::toned(text, Tone::Dim)));
        }
        blocks.push(Block::Line(Cell::plain(growth.first())));
        blocks
    }

    fn summary_blocks(&self) -> Vec<Block> {
        if self.summaries.is_empty() {
            return Vec::new();
        }
        let row = |row: &SummaryRow| {
            vec![
                Cell::toned(row.limit, Tone::Accent),
                Cell::plain(&row.object),
                Cell::plain(row.words(self.all)),
                Cell::plain(row.before.to_string()),
                Cell::toned(row.after.to_string(), Tone::Good),
            ]
        };
        let columns = vec!["Limit", "Object", "Announce", "Before", "After"];
        let grid = Grid { columns, rows: self.summaries.iter().map(row).collect() };
        let detail = "fewer prefixes, and no address of somebody else in them";
        vec![Block::Heading(2, "Summaries that help".into(), detail.into()), Block::Grid(grid)]
    }
}

impl GrowthView {
    /// What is exceeded first.
    fn first(&self) -> String {
        let Some(first) = self.first_hits.first() else {
            return "no number of further spokes exceeds another limit".into();
        };
        let names = few(self.first_hits.iter().map(|hit| format!("`{}` ({})", hit.object, hit.limit)));
        // Not everything is counted, so it may come sooner.
        let at = if self.first_hits.iter().any(|hit| hit.at_least) { "at the latest with" } else { "with" };
        format!("first exceeded, {at} {}: {names}", self.spokes(first.spokes))
    }

    /// `3 more spokes of each hub`.
    fn spokes(&self, count: usize) -> String {
        let each = if self.spokes.len() > 1 { " of each hub" } else { "" };
        format!("{}{each}", plural(count, "more spoke", "more spokes"))
    }
}

impl View for LimitsView {
    fn headings(&self) -> &'static [&'static str] {
        &["Topic", "Part"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let mut blocks = self.limit_blocks();
        blocks.extend(self.growth.iter().flat_map(|growth| self.growth_blocks(growth)));
        blocks.extend(self.summary_blocks());
        blocks.extend(note_blocks(&self.rests_on));
        let over = self.limits.iter().filter(|row| row.fails).count();
        let verdict = match (over, self.fail_at_percent) {
            (0, 100) => "none exceeded".to_owned(),
            (over, 100) => format!("{over} exceeded"),
            (0, percent) => format!("none above {percent} %"),
            (over, percent) => format!("{over} above {percent} %"),
        };
        let counted = plural(self.limits.len(), "count", "counts");
        blocks.push(Block::Summary(format!("Limits: {counted}, {verdict}")));
        Box::new(blocks.into_iter())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json(self, out)
    }
}
