//! Differences for people: by subnet and by session what is otherwise, what that means, and which edit it comes from.

use super::{Item, Mark, advert, because, causing, done, meaning, place, total, way};
use crate::render::terminal::{self, paragraph};
use crate::render::text::{Paint, wrap};
use crate::report::diff::{Causes, DiffReport, EditView, Kind, PairDiff, Presence, RouteDiff, SessionDiff, SubnetDiff};
use crate::report::view::{Cell, Tone};
use crate::source::Sources;
use crate::words::{few, few_lines, printable};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, Write};

/// Below this a line would be all indent.
const LEAST_WIDTH: usize = 40;

/// How to write for people.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The terminal.
    pub terminal: terminal::Options,
    /// All names, prefixes and edits, not only the first few.
    pub all: bool,
}

/// Writes what differs pair by pair, what the marks mean, and a closing line.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &DiffReport<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    // Nothing could be read, and that was said: there is nothing to report on.
    if report.pairs.is_empty() {
        return Ok(());
    }
    let width = options.terminal.width.map(|width| width.max(LEAST_WIDTH));
    let terminal = terminal::Options { width, ..options.terminal };
    let indent = if report.pairs.len() > 1 { 2 } else { 0 };
    let paint = Paint::new(terminal.colour);
    let mut page = Page {
        sources: report.sources,
        terminal,
        all: options.all,
        indent,
        marks: BTreeSet::new(),
        is_begun: false,
        out,
    };
    for pair in &report.pairs {
        if indent > 0 {
            page.block()?;
            page.heading(0, &format!("{} → {}", pair.old, pair.new), "")?;
        }
        page.pair(pair)?;
    }
    page.legend()?;
    page.block()?;
    let total = format!("Diff: {}", total(report));
    for line in wrap(&total, width.unwrap_or(usize::MAX)) {
        writeln!(page.out, "{}", paint.bold(line))?;
    }
    Ok(())
}

/// What is being written.
struct Page<'w> {
    sources: &'w Sources,
    terminal: terminal::Options,
    all: bool,
    /// What everything under the heading of a pair is indented by.
    indent: usize,
    /// Marks used so far.
    marks: BTreeSet<Mark>,
    is_begun: bool,
    out: &'w mut dyn Write,
}

impl Page<'_> {
    fn pair(&mut self, pair: &PairDiff) -> io::Result<()> {
        for diff in &pair.subnets {
            self.subnets(pair, diff)?;
        }
        let same_ends = |one: &SessionDiff, other: &SessionDiff| one.from == other.from && one.to == other.to;
        for sessions in pair.sessions.chunk_by(same_ends) {
            self.sessions(pair, sessions)?;
        }
        if pair.is_empty() && self.indent > 0 {
            self.line(self.indent, &[Cell::toned("no difference in routing", Tone::Dim)])?;
        }
        self.edits(pair, &pair.idle_edits(), "no effect:")?;
        self.edits(pair, &pair.open_edits(), "effect not known:")?;
        if !pair.remarks.is_empty() {
            self.block()?;
        }
        for remark in &pair.remarks {
            self.line(self.indent, &[Cell::toned("note:", Tone::Accent), Cell::plain(remark)])?;
        }
        Ok(())
    }

    fn subnets(&mut self, pair: &PairDiff, diff: &SubnetDiff) -> io::Result<()> {
        self.block()?;
        let names = self.list(&diff.subnets);
        self.heading(self.indent, &names, "")?;
        let causes: Vec<&Causes> = diff.changes.iter().map(|change| &change.causes).collect();
        for change in &diff.changes {
            self.change(diff, change)?;
            self.because_each(pair, &causes, &change.causes)?;
        }
        self.because_all(pair, &causes)?;
        if diff.presence != Presence::Both {
            let side = if diff.presence == Presence::OnlyOld { "old" } else { "new" };
            let text = format!("only in the {side} topology");
            self.marked(Item::Subnets(diff), vec![Cell::plain(text)])?;
            self.because_each(pair, &[], &diff.causes)?;
        }
        Ok(())
    }

    fn change(&mut self, diff: &SubnetDiff, change: &RouteDiff) -> io::Result<()> {
        let item = Item::Route(diff, change);
        let prefixes = Cell::toned(format!("{}:", self.list(&change.covers())), Tone::Accent);
        self.marked(item, vec![prefixes, Cell::plain(way(change))])?;
        let meaning = meaning(change);
        if !meaning.is_empty() {
            self.line(self.indent + 6, &[Cell::toned(meaning.join("; "), tone(item))])?;
        }
        Ok(())
    }

    fn sessions(&mut self, pair: &PairDiff, sessions: &[SessionDiff]) -> io::Result<()> {
        let [first, ..] = sessions else { return Ok(()) };
        self.block()?;
        self.heading(self.indent, &format!("{} → {}", first.from, first.to), "BGP session")?;
        let causes: Vec<&Causes> = sessions.iter().map(|diff| &diff.causes).collect();
        for diff in sessions {
            let prefixes = Cell::toned(format!("{}:", self.list(&diff.prefixes)), Tone::Accent);
            self.marked(Item::Session(diff), vec![prefixes, Cell::plain(advert(diff))])?;
            self.because_each(pair, &causes, &diff.causes)?;
        }
        self.because_all(pair, &causes)
    }

    /// A line that begins with a mark, and ends with the open facts on which it rests.
    fn marked(&mut self, item: Item<'_>, mut cells: Vec<Cell>) -> io::Result<()> {
        let mark = item.mark();
        self.marks.insert(mark);
        cells.insert(0, Cell::toned(mark.sign(), tone(item)));
        if !item.rests_on().is_empty() {
            self.marks.insert(Mark::Open);
            cells.push(Cell::toned(format!("{} {}", Mark::Open.sign(), item.rests_on().join(", ")), Tone::Warn));
        }
        let first = " ".repeat(self.indent + 2);
        paragraph(&cells, &first, self.indent + 6, self.terminal, self.out)
    }

    /// The causes of one of the things under a heading, unless all have the same.
    fn because_each(&mut self, pair: &PairDiff, all: &[&Causes], one: &Causes) -> io::Result<()> {
        if shared(all).is_some() { Ok(()) } else { self.because(pair, self.indent + 6, "", one) }
    }

    /// The causes that all things under a heading have, once under them.
    fn because_all(&mut self, pair: &PairDiff, all: &[&Causes]) -> io::Result<()> {
        shared(all).map_or(Ok(()), |causes| self.because(pair, self.indent + 2, "all ", causes))
    }

    fn because(&mut self, pair: &PairDiff, indent: usize, all: &str, causes: &Causes) -> io::Result<()> {
        let edits = causing(pair, causes);
        let words = because(pair, causes.how, edits.len());
        let dim = |text: String| [Cell::toned(text, Tone::Dim)];
        match edits.as_slice() {
            [] => self.line(indent, &dim(words.to_owned())),
            [edit] => self.line(indent, &dim(format!("{all}{words} {}", self.edited(edit)))),
            _ => {
                self.line(indent, &dim(format!("{all}{words}")))?;
                self.few_edits(edits).into_iter().try_for_each(|line| self.line(indent + 2, &dim(line)))
            }
        }
    }

    /// Edits that no change names.
    fn edits(&mut self, pair: &PairDiff, indexes: &[usize], word: &str) -> io::Result<()> {
        if indexes.is_empty() {
            return Ok(());
        }
        self.block()?;
        let edits = indexes.iter().filter_map(|index| pair.edits.get(*index)).collect();
        for line in self.few_edits(edits) {
            self.line(self.indent, &[Cell::toned(format!("{word} {line}"), Tone::Dim)])?;
        }
        Ok(())
    }

    fn legend(&mut self) -> io::Result<()> {
        if self.marks.is_empty() {
            return Ok(());
        }
        self.block()?;
        let used = Mark::ALL.iter().filter(|mark| self.marks.contains(mark));
        let legend: Vec<String> = used.map(|mark| format!("{} {}", mark.sign(), mark.meaning())).collect();
        self.line(0, &[Cell::toned(legend.join(" · "), Tone::Dim)])
    }

    /// An empty line between two blocks.
    fn block(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.is_begun, true) { writeln!(self.out) } else { Ok(()) }
    }

    fn heading(&mut self, indent: usize, text: &str, detail: &str) -> io::Result<()> {
        let paint = Paint::new(self.terminal.colour);
        let taken = indent + if detail.is_empty() { 0 } else { 2 + detail.len() };
        let room = self.terminal.width.map_or(usize::MAX, |width| width - taken);
        let detail = if detail.is_empty() { String::new() } else { format!("  {}", paint.dim(detail)) };
        let lines = wrap(&printable(text), room);
        for (number, line) in lines.iter().enumerate() {
            let detail = if number + 1 == lines.len() { detail.as_str() } else { "" };
            writeln!(self.out, "{:indent$}{}{detail}", "", paint.bold(line))?;
        }
        Ok(())
    }

    fn line(&mut self, indent: usize, cells: &[Cell]) -> io::Result<()> {
        paragraph(cells, &" ".repeat(indent), indent + 2, self.terminal, self.out)
    }

    fn list<T: Display>(&self, items: &[T]) -> String {
        if self.all { items.iter().map(T::to_string).collect::<Vec<_>>().join(", ") } else { few(items) }
    }

    fn few_edits(&self, edits: Vec<&EditView>) -> Vec<String> {
        let lines = edits.into_iter().map(|edit| self.edited(edit)).collect();
        if self.all { lines } else { few_lines(lines, "edits") }
    }

    /// `estate.rsctl.yaml:12 vnets.hub.route_server.branch_to_branch: false → true`, at the side that has the text.
    fn edited(&self, edit: &EditView) -> String {
        let place = place(edit).map(|span| {
            let file = self.sources.file(span.file);
            format!("{}:{} ", file.name, file.position(span.start).line)
        });
        format!("{}{}{}", place.unwrap_or_default(), edit.path, done(edit))
    }
}

/// What several things are caused by, when it is the same.
fn shared<'c>(all: &[&'c Causes]) -> Option<&'c Causes> {
    match all {
        [first, others @ ..] if !others.is_empty() && others.iter().all(|other| other == first) => Some(first),
        _ => None,
    }
}

fn tone(item: Item<'_>) -> Tone {
    match (item, item.mark()) {
        (Item::Route(_, RouteDiff { kind: Kind::Inspected | Kind::Moved, .. }), _) => Tone::Plain,
        (_, Mark::Lost) => Tone::Bad,
        (_, Mark::Uninspected) => Tone::Warn,
        (_, Mark::Gained) => Tone::Good,
        _ => Tone::Plain,
    }
}
