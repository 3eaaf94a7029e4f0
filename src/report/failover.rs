//! What failures do, the worst first.

use super::view::{Block, Cell, Grid, Tone, View, json};
use crate::analysis::failover::{Effect, Failover, Failure, Fare, Noticed};
use crate::azure::facts::Fact;
use crate::topology::Topology;
use crate::words::plural;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What failures do, as it is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailoverView {
    format_version: &'static str,
    conversations: u64,
    not_symmetric_before: u64,
    hold_time_seconds: usize,
    failures: Vec<FailureView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    double_failures: Vec<FailureView>,
    #[serde(skip)]
    all: bool,
}

/// What one failure does, or two at once.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureView {
    failures: Vec<String>,
    kinds: Vec<&'static str>,
    /// How many failures it stands for: those of objects that nothing tells apart.
    stands_for: u64,
    same: u64,
    dead: u64,
    asymmetric: u64,
    uninspected: u64,
    rerouted: u64,
    mended: u64,
    undetermined: u64,
    /// Of two failures: conversations that neither ends alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_only_together: Option<u64>,
    may_not_fail_back: u64,
    noticed: Vec<Noticed>,
    examples: BTreeMap<Fare, [String; 2]>,
}

/// Failures that are shown unless all are asked for.
const FEW: usize = 25;

impl FailoverView {
    /// Builds the view.
    pub fn new(topology: &Topology, list: &[Failure], found: &Failover, all: bool) -> Self {
        let told = |effects: &[Effect], together: bool| -> Vec<FailureView> {
            let mut effects: Vec<&Effect> = effects.iter().collect();
            effects.sort_by_key(|effect| {
                (Reverse(effect.only_together), Reverse(effect.badness()), effect.failures.clone())
            });
            effects.into_iter().map(|effect| failure(list, found, effect, together)).collect()
        };
        FailoverView {
            format_version: "1",
            conversations: found.conversations,
            not_symmetric_before: found.broken,
            hold_time_seconds: topology.facts.number(Fact::HoldTime),
            failures: told(&found.singles, false),
            double_failures: told(&found.doubles, true),
            all,
        }
    }

    /// Whether some failure ends a conversation, lets NVAs see half of one, and leads one past all NVAs.
    pub fn worst(&self) -> [bool; 3] {
        let all = || self.failures.iter().chain(&self.double_failures);
        [
            all().any(|failure| failure.dead > 0),
            all().any(|failure| failure.asymmetric > 0),
            all().any(|failure| failure.uninspected > 0),
        ]
    }

    fn grid(&self, failures: &[&FailureView], together: bool) -> Block {
        let mut columns = vec!["Failure", "Kind", "Dead"];
        columns.extend(together.then_some("Only together"));
        let unclear = failures.iter().any(|failure| failure.undetermined > 0);
        columns.extend(["Asymmetric", "Uninspected", "Rerouted"]);
        columns.extend(unclear.then_some("Unclear"));
        columns.extend(["Same", "Goes on", "For example"]);
        let count = |count: u64, tone: Tone| match count {
            0 => Cell::toned("–", Tone::Dim),
            count => Cell::toned(count.to_string(), tone),
        };
        let row = |failure: &&FailureView| {
            let more =
                if failure.stands_for > 1 { format!(" and {} like it", failure.stands_for - 1) } else { String::new() };
            let mut cells = vec![
                Cell::toned(format!("{}{more}", failure.failures.join(" + ")), Tone::Accent),
                Cell::toned(failure.kinds.join(" + "), Tone::Dim),
                count(failure.dead, Tone::Bad),
            ];
            cells.extend(together.then(|| count(failure.dead_only_together.unwrap_or_default(), Tone::Bad)));
            cells.extend([
                count(failure.asymmetric, Tone::Bad),
                count(failure.uninspected, Tone::Warn),
                count(failure.rerouted, Tone::Plain),
            ]);
            cells.extend(unclear.then(|| count(failure.undetermined, Tone::Warn)));
            cells.extend([
                count(failure.same, Tone::Plain),
                Cell::plain(self.goes_on(failure)),
                Cell::toned(example(failure), Tone::Dim),
            ]);
            cells
        };
        Block::Grid(Grid { columns, rows: failures.iter().map(row).collect() })
    }

    /// When conversations go on that have to take another way.
    fn goes_on(&self, failure: &FailureView) -> String {
        let word = |noticed: &Noticed| match noticed {
            Noticed::HoldTime => format!("within {} s", self.hold_time_seconds),
            Noticed::Probe => "after the probe".to_owned(),
            Noticed::Never => "after an edit".to_owned(),
        };
        let mut words: Vec<String> = failure.noticed.iter().map(word).collect();
        words.extend((failure.may_not_fail_back > 0).then(|| "may not fail back".to_owned()));
        words.join(", ")
    }

    fn section(&self, title: &str, detail: String, failures: &[FailureView], together: bool) -> Vec<Block> {
        let does_something = |failure: &&FailureView| {
            self.all || if together { failure.dead_only_together != Some(0) } else { failure.is_felt() }
        };
        let felt: Vec<&FailureView> = failures.iter().filter(does_something).collect();
        let shown = if self.all { felt.len() } else { felt.len().min(FEW) };
        let mut blocks = vec![Block::Heading(1, title.into(), detail)];
        if shown > 0 {
            blocks.push(self.grid(&felt[..shown], together));
        }
        let mut left_out = Vec::new();
        if shown < felt.len() {
            left_out.push(format!("{} more", felt.len() - shown));
        }
        if felt.len() < failures.len() {
            let what = if together { "end no further conversation together" } else { "change nothing" };
            left_out.push(format!("{} {what}", failures.len() - felt.len()));
        }
        if !left_out.is_empty() {
            blocks.push(Block::Line(Cell::toned(format!("{}; --all shows them", left_out.join(", ")), Tone::Dim)));
        }
        blocks
    }
}

impl FailureView {
    fn is_felt(&self) -> bool {
        self.dead + self.asymmetric + self.uninspected + self.rerouted + self.mended + self.undetermined > 0
    }
}

fn failure(list: &[Failure], found: &Failover, effect: &Effect, together: bool) -> FailureView {
    let of = || effect.failures.iter().map(|index| &list[*index]);
    let count = |fare: Fare| effect.count(fare);
    let changed: u64 = Fare::ALL.iter().map(|fare| count(*fare)).sum();
    FailureView {
        failures: of().map(|failure| failure.name.clone()).collect(),
        kinds: of().map(|failure| failure.kind.word()).collect(),
        stands_for: of().map(|failure| failure.stands_for).product(),
        same: found.conversations - changed,
        dead: count(Fare::Dead),
        asymmetric: count(Fare::Asymmetric),
        uninspected: count(Fare::Uninspected),
        rerouted: count(Fare::Rerouted),
        mended: count(Fare::Mended),
        undetermined: count(Fare::Undetermined),
        dead_only_together: together.then_some(effect.only_together),
        may_not_fail_back: effect.stays_around,
        noticed: effect.noticed.iter().copied().collect(),
        examples: effect.examples.iter().map(|(fare, (from, to))| (*fare, [from.clone(), to.clone()])).collect(),
    }
}

/// A conversation that fares worst.
fn example(failure: &FailureView) -> String {
    let first = failure.examples.iter().next();
    first.map(|(fare, [from, to])| format!("{from} → {to} {}", fare.word())).unwrap_or_default()
}

impl View for FailoverView {
    fn headings(&self) -> &'static [&'static str] {
        &["Failures"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let conversations = plural(self.conversations as usize, "conversation", "conversations");
        let detail = match self.not_symmetric_before {
            0 => format!("{conversations}, all of them symmetric before"),
            broken => format!("{conversations}, {broken} of them not symmetric before"),
        };
        let mut blocks = self.section("One failure", detail, &self.failures, false);
        if !self.double_failures.is_empty() {
            let detail = "conversations that neither of the two ends alone".to_owned();
            blocks.extend(self.section("Two at once", detail, &self.double_failures, true));
        }
        let ending = self.failures.iter().filter(|failure| failure.dead > 0);
        let ending: u64 = ending.map(|failure| failure.stands_for).sum();
        let all: u64 = self.failures.iter().map(|failure| failure.stands_for).sum();
        let mut text =
            format!("Failover: {ending} of {} end conversations", plural(all as usize, "failure", "failures"));
        if !self.double_failures.is_empty() {
            let doubles = self.double_failures.iter().filter(|failure| failure.dead_only_together != Some(0)).count();
            let kinds = plural(self.double_failures.len(), "kind of double failure", "kinds of double failures");
            text.push_str(&format!(" · {doubles} of {kinds} end more than their parts"));
        }
        blocks.push(Block::Summary(text));
        Box::new(blocks.into_iter())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json(self, out)
    }
}
