//! The facts themselves: what is taken to be true of Azure, since when, and who says so.

use crate::azure::facts::{Domain, Era, Fact, Facts, Status};
use crate::report::view::{Block, Cell, Grid, Tone, View, json};
use serde::Serialize;

/// One fact with its history.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FactRow {
    name: &'static str,
    about: &'static str,
    value: String,
    status: Status,
    source: &'static str,
    chosen: bool,
    /// Values it can be set to, with their meaning; none for what rsctl knows no other behaviour of.
    values: Vec<ValueRow>,
    /// Values over time, oldest first.
    history: Vec<EraRow>,
}

#[derive(Debug, Serialize)]
struct ValueRow {
    value: &'static str,
    meaning: &'static str,
}

#[derive(Debug, Serialize)]
struct EraRow {
    since: &'static str,
    value: &'static str,
    status: Status,
    source: &'static str,
}

/// All facts, or those asked for.
#[derive(Debug)]
pub struct FactsView {
    as_of: Option<String>,
    rows: Vec<FactRow>,
}

impl FactsView {
    /// Builds the view of some facts; of all when none is named.
    pub fn new(facts: &Facts, wanted: &[Fact]) -> Self {
        let shown = Fact::ALL.iter().filter(|fact| wanted.is_empty() || wanted.contains(fact));
        FactsView { as_of: facts.day().map(str::to_owned), rows: shown.map(|fact| row(facts, *fact)).collect() }
    }
}

fn row(facts: &Facts, fact: Fact) -> FactRow {
    let entry = fact.entry();
    let words = if let Domain::Words(words) = entry.domain { words } else { &[] };
    let era = |era: &Era| EraRow { since: era.since, value: era.value, status: era.status, source: era.source };
    FactRow {
        name: entry.name,
        about: entry.about,
        value: facts.value(fact).to_owned(),
        status: facts.status(fact),
        source: facts.source(fact),
        chosen: facts.chosen(fact),
        values: words.iter().map(|(value, meaning)| ValueRow { value, meaning }).collect(),
        history: entry.eras.iter().map(era).collect(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FactsValue<'a> {
    format_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<&'a str>,
    facts: &'a [FactRow],
}

impl View for FactsView {
    fn headings(&self) -> &'static [&'static str] {
        &["Facts"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let detail = self.as_of.as_ref().map(|day| format!("as of {day}")).unwrap_or_default();
        let cells = |row: &FactRow| {
            let status = if row.chosen { "chosen" } else { row.status.word() };
            let tone = if row.chosen || row.status == Status::Assumed { Tone::Warn } else { Tone::Plain };
            let others = row.values.iter().map(|value| value.value).filter(|value| *value != row.value);
            vec![
                Cell::toned(row.name, Tone::Accent),
                Cell::plain(row.value.clone()),
                Cell::toned(others.collect::<Vec<_>>().join(", "), Tone::Dim),
                Cell::toned(status, tone),
                Cell::plain(row.about),
                Cell::toned(row.source, Tone::Dim),
            ]
        };
        let columns = vec!["Fact", "Value", "Or", "Status", "About", "Source"];
        let grid = Grid { columns, rows: self.rows.iter().map(cells).collect() };
        Box::new([Block::Heading(1, "Facts".into(), detail), Block::Grid(grid)].into_iter())
    }

    fn write_json(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        json(&FactsValue { format_version: "1.0", as_of: self.as_of.as_deref(), facts: &self.rows }, out)
    }
}
