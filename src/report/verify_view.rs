//! What `verify` found: for each capture the rows that differ, why they may, and one summary line.
//!
//! Comparing belongs to `verify`, trying other facts to `hints`; here nothing is decided but what is shown.

use crate::azure::facts::{Fact, FactSet, Facts};
use crate::exchange::compare::{Cell as Printed, Comparison, RowResult, Summary, Verdict};
use crate::exchange::manifest::{CaptureKind, DifferenceKind, Manifest};
use crate::report::facts::{FactNote, notes};
use crate::report::hints::Hint;
use crate::report::verify::Subject;
use crate::report::view::{Block, Cell, Grid, Tone, View, json};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The columns of the grid; one line for each field that differs.
const COLUMNS: [&str; 7] = ["Verdict", "Prefix", "Instance", "Column", "Captured", "Predicted", "Reason"];

/// The rows of one capture.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The file as the user knows it.
    pub file: String,
    /// The topology it was held against.
    pub topology: String,
    /// What was captured, and where.
    pub subject: Subject,
    /// Values of open facts that would explain what differs.
    pub hints: Vec<Hint>,
    summary: Summary,
    rows: Vec<Row>,
    stale: Vec<Stale>,
    rests_on: Vec<FactNote>,
}

#[derive(Debug, Clone)]
struct Row {
    result: RowResult,
    /// Why the row is known to differ.
    known: Option<String>,
}

/// A known difference that no longer differs.
#[derive(Debug, Clone)]
struct Stale {
    row: String,
    kind: DifferenceKind,
}

impl Compared {
    /// Joins a comparison with the list of known differences; `manifest` with the name that the file has there.
    pub fn new(
        file: String,
        topology: String,
        subject: Subject,
        facts: &Facts,
        comparison: Comparison,
        manifest: Option<(&Manifest, &str)>,
    ) -> Self {
        let reason = |row: &RowResult| {
            manifest.and_then(|(manifest, file)| manifest.known(file, row)).map(|known| known.reason.clone())
        };
        let stale = match manifest {
            Some((manifest, file)) => manifest.judge(file, &comparison).stale,
            None => Vec::new(),
        };
        let stale = stale.into_iter().map(|known| Stale { row: known.row.clone(), kind: known.kind }).collect();
        let summary = comparison.summary();
        let rows: Vec<Row> = comparison.rows.into_iter().map(|result| Row { known: reason(&result), result }).collect();
        let mut rests_on = FactSet::default();
        for name in rows.iter().filter(|row| row.drifts()).flat_map(|row| &row.result.rests_on) {
            if let Some(fact) = Fact::named(name) {
                rests_on.insert(fact);
            }
        }
        Compared { file, topology, subject, hints: Vec::new(), summary, rows, stale, rests_on: notes(facts, rests_on) }
    }

    /// True when a row differs that no list knows, or a list knows a row that does not differ.
    pub fn drifts(&self) -> bool {
        !self.stale.is_empty() || self.rows.iter().any(Row::drifts)
    }

    fn known(&self) -> usize {
        let known = self.rows.iter().filter(|row| row.known.is_some());
        known.map(|row| row.result.captured_rows.max(1)).sum()
    }

    /// `learned at hub/route_server from fw1`.
    fn title(&self) -> String {
        let Subject { kind, at, peer } = &self.subject;
        let joint = if *kind == CaptureKind::Advertised { "to" } else { "from" };
        let peer = peer.as_ref().map(|peer| format!(" {joint} {peer}")).unwrap_or_default();
        format!("{} at {at}{peer}", kind.word())
    }

    fn blocks(&self, all: bool) -> Vec<Block> {
        let judged = self.summary.judged();
        let counts = format!("{} of {} match", self.summary.matched, counted(judged, "row", "rows"));
        let mut blocks = vec![Block::Heading(1, self.file.clone(), format!("{} · {counts}", self.title()))];
        let rows: Vec<Vec<Cell>> = self.rows.iter().filter(|row| all || row.differs()).flat_map(Row::lines).collect();
        if !rows.is_empty() {
            blocks.push(Block::Grid(Grid { columns: COLUMNS.to_vec(), rows }));
        }
        let mut line = |text: String, tone: Tone| blocks.push(Block::Line(Cell::toned(text, tone)));
        for Stale { row, kind } in &self.stale {
            let text = format!("`{row}` is listed as {}, which it no longer is; take it off the list", kind.word());
            line(text, Tone::Bad);
        }
        if self.summary.ignored > 0 {
            line(format!("not judged: {}", self.ignored()), Tone::Dim);
        }
        for FactNote { name, value, status, chosen, alternatives, .. } in &self.rests_on {
            let status = if *chosen { "chosen" } else { status.word() };
            let or = if alternatives.is_empty() { String::new() } else { format!("; or {}", alternatives.join(", ")) };
            line(format!("? rows that differ rest on {name}={value} ({status}{or})"), Tone::Warn);
        }
        for hint in &self.hints {
            line(hint.sentence(), Tone::Accent);
        }
        blocks
    }

    /// Ignored rows, summed by reason, the most frequent first.
    fn ignored(&self) -> String {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.rows {
            if let Verdict::Ignored(reason) = row.result.verdict {
                *reasons.entry(reason).or_default() += row.result.captured_rows.max(1);
            }
        }
        let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let texts: Vec<String> = reasons
            .into_iter()
            .map(|(reason, count)| format!("{} ({reason})", counted(count, "row", "rows")))
            .collect();
        texts.join(", ")
    }

    fn value(&self, all: bool) -> Result<Value, serde_json::Error> {
        let rows = self.rows.iter().filter(|row| all || row.differs()).map(Row::value);
        let stale = self.stale.iter().map(|Stale { row, kind }| serde_json::json!({"row": row, "kind": kind.word()}));
        Ok(serde_json::json!({
            "file": self.file,
            "topology": self.topology,
            "kind": self.subject.kind.word(),
            "at": self.subject.at,
            "peer": self.subject.peer,
            "summary": summary_value(self.summary, self.known(), self.stale.len()),
            "rows": rows.collect::<Vec<_>>(),
            "stale": stale.collect::<Vec<_>>(),
            "restsOn": serde_json::to_value(&self.rests_on)?,
            "hints": serde_json::to_value(&self.hints)?,
        }))
    }
}

fn summary_value(summary: Summary, known: usize, stale: usize) -> Value {
    let Summary { matched, missing, unexpected, different, ignored } = summary;
    serde_json::json!({
        "matched": matched,
        "missing": missing,
        "unexpected": unexpected,
        "different": different,
        "ignored": ignored,
        "known": known,
        "stale": stale,
    })
}

impl Row {
    fn differs(&self) -> bool {
        DifferenceKind::of(&self.result.verdict).is_some()
    }

    fn drifts(&self) -> bool {
        self.differs() && self.known.is_none()
    }

    fn word(&self) -> &'static str {
        match &self.result.verdict {
            Verdict::Matched => "matched",
            Verdict::Ignored(_) => "ignored",
            Verdict::Missing => "missing",
            Verdict::Unexpected => "unexpected",
            Verdict::Different { .. } => "different",
        }
    }

    /// The lines of the grid: one for each field that differs, otherwise one.
    fn lines(&self) -> Vec<Vec<Cell>> {
        let tone = match self.result.verdict {
            _ if self.known.is_some() => Tone::Warn,
            Verdict::Matched => Tone::Good,
            Verdict::Ignored(_) => Tone::Dim,
            _ => Tone::Bad,
        };
        let reason = match (&self.result.verdict, &self.known) {
            (Verdict::Ignored(reason), _) => (*reason).to_owned(),
            (_, Some(reason)) => format!("known: {reason}"),
            _ if self.differs() && !self.result.rests_on.is_empty() => {
                format!("? {}", self.result.rests_on.join(", "))
            }
            _ => String::new(),
        };
        let cells = self.result.captured.iter().chain(&self.result.predicted).flatten();
        let instance = cells.filter(|cell| cell.column == "localAddress").map(|cell| cell.text.clone()).next();
        let line = |column: &str, captured: String, predicted: String| {
            vec![
                Cell::toned(self.word(), tone),
                Cell::toned(self.result.key.clone(), Tone::Accent),
                Cell::plain(instance.clone().unwrap_or_default()),
                Cell::plain(column),
                Cell::plain(captured),
                Cell::plain(predicted),
                Cell::toned(reason.clone(), Tone::Dim),
            ]
        };
        match &self.result.verdict {
            Verdict::Different { fields } => {
                fields.iter().map(|field| line(field.field, told(&field.captured), told(&field.predicted))).collect()
            }
            _ => vec![line("", short(&self.result.captured), short(&self.result.predicted))],
        }
    }

    fn value(&self) -> Value {
        let cells = |cells: &Option<Vec<Printed>>| match cells {
            Some(cells) => {
                Value::Object(cells.iter().map(|cell| (cell.column.to_owned(), cell.text.clone().into())).collect())
            }
            None => Value::Null,
        };
        let RowResult { verdict, prefix, key, captured, predicted, rests_on, .. } = &self.result;
        let mut value = Map::new();
        value.insert("verdict".into(), self.word().into());
        value.insert("prefix".into(), prefix.as_str().into());
        value.insert("row".into(), key.as_str().into());
        value.insert("captured".into(), cells(captured));
        value.insert("predicted".into(), cells(predicted));
        match verdict {
            Verdict::Different { fields } => {
                let names = fields.iter().map(|field| Value::from(field.field));
                value.insert("fields".into(), names.collect());
            }
            Verdict::Ignored(reason) => drop(value.insert("reason".into(), (*reason).into())),
            Verdict::Matched | Verdict::Missing | Verdict::Unexpected => {}
        }
        if let Some(known) = &self.known {
            value.insert("known".into(), known.as_str().into());
        }
        if !rests_on.is_empty() {
            value.insert("restsOn".into(), rests_on.iter().copied().map(Value::from).collect());
        }
        Value::Object(value)
    }
}

/// An empty cell would look as if nothing were said.
fn told(text: &str) -> String {
    if text.is_empty() { "(none)".to_owned() } else { text.to_owned() }
}

/// The cells of a row in few words: what the other columns of the grid show already, or what goes without saying, is left out.
fn short(cells: &Option<Vec<Printed>>) -> String {
    let cells = || cells.iter().flatten().filter(|cell| !cell.text.is_empty());
    let of_gateway = cells().any(|cell| cell.column == "nextHopType" && cell.text == "VirtualNetworkGateway");
    let words = |cell: &Printed| match (cell.column, cell.text.as_str()) {
        ("localAddress" | "network" | "addressPrefix" | "asPath", _) => None,
        ("source", "Default") | ("state", "Active") | ("sourcePeer", "any") => None,
        ("source", "VirtualNetworkGateway") if of_gateway => None,
        ("nextHop", "any") => Some("any next hop".to_owned()),
        ("sourcePeer", peer) => Some(format!("from {peer}")),
        ("weight", weight) => Some(format!("weight {weight}")),
        (_, text) => Some(text.to_owned()),
    };
    cells().filter_map(words).collect::<Vec<_>>().join(" ")
}

/// Every capture of one run.
#[derive(Debug, Clone, Default)]
pub struct VerifyView {
    /// Captures that were compared, in the order of the command line.
    pub captures: Vec<Compared>,
    /// Captures that could not be; why was said already.
    pub failed: Vec<String>,
    /// Also rows that match and rows that are ignored.
    pub all: bool,
}

impl VerifyView {
    fn total(&self) -> Summary {
        let mut total = Summary::default();
        self.captures.iter().for_each(|capture| total += capture.summary);
        total
    }

    fn known(&self) -> usize {
        self.captures.iter().map(Compared::known).sum()
    }

    fn stale(&self) -> usize {
        self.captures.iter().map(|capture| capture.stale.len()).sum()
    }

    fn summary(&self) -> String {
        let total = self.total();
        let mut parts = vec![format!("{} of {} match", total.matched, counted(total.judged(), "row", "rows"))];
        let counts = [
            (total.missing, "missing"),
            (total.unexpected, "unexpected"),
            (total.different, "different"),
            (total.ignored, "ignored"),
        ];
        parts.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
        let mut notes = Vec::new();
        if self.known() > 0 {
            notes.push(counted(self.known(), "known difference", "known differences"));
        }
        if self.stale() > 0 {
            notes.push(counted(self.stale(), "stale known difference", "stale known differences"));
        }
        if !self.failed.is_empty() {
            notes.push(format!("{} not compared", counted(self.failed.len(), "capture", "captures")));
        }
        let notes = if notes.is_empty() { String::new() } else { format!("; {}", notes.join(", ")) };
        format!("Verify: {}{notes}", parts.join(", "))
    }
}

impl View for VerifyView {
    fn headings(&self) -> &'static [&'static str] {
        &["Capture"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let captures = self.captures.iter().flat_map(|capture| capture.blocks(self.all));
        Box::new(captures.chain(std::iter::once_with(|| Block::Summary(self.summary()))))
    }

    fn write_json(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let captures: Vec<Value> =
            self.captures.iter().map(|capture| capture.value(self.all)).collect::<Result<_, _>>()?;
        let value = serde_json::json!({
            "formatVersion": "1.0",
            "captures": captures,
            "failed": self.failed,
            "summary": summary_value(self.total(), self.known(), self.stale()),
        });
        json(&value, out)
    }
}

/// `1 row`, `2 rows`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
