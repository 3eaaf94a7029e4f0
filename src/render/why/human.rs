//! Reasons as a tree with lines, wrapped to the width of the terminal.

use super::{disturbs, instead_heading, left_out};
use crate::render::terminal::painted;
use crate::render::text::{Paint, wrap};
use crate::report::view::Tone;
use crate::report::why::{Instead, Node, WhyReport};
use crate::words::printable;
use std::io::{self, Write};

/// How a tree is written.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Add colour.
    pub colour: bool,
    /// Draw with box characters, not with ASCII.
    pub unicode: bool,
    /// Columns; none in a pipe, where nothing is wrapped.
    pub width: Option<usize>,
}

/// The pieces that branches are drawn with.
struct Lines {
    tee: &'static str,
    end: &'static str,
    down: &'static str,
}

const BOXES: Lines = Lines { tee: "├─ ", end: "└─ ", down: "│  " };
const ASCII: Lines = Lines { tee: "|- ", end: "`- ", down: "|  " };
const BLANK: &str = "   ";

/// Fewest columns that a text gets, however deep it stands.
const LEAST_ROOM: usize = 30;

/// Writes an answer.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &WhyReport, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options.colour);
    for line in wrap(&printable(&report.answer), options.width.unwrap_or(usize::MAX)) {
        writeln!(out, "{}", paint.bold(line))?;
    }
    let tree = Tree { options, lines: if options.unicode { BOXES } else { ASCII } };
    tree.children(&report.tree, "", out)?;
    if let Some(text) = left_out(report) {
        writeln!(out, "{}", paint.dim(text))?;
    }
    if let Some(instead) = &report.instead {
        writeln!(out)?;
        ways(instead, paint, out)?;
    }
    Ok(())
}

fn ways(instead: &Instead, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", paint.bold(printable(&instead_heading(instead))))?;
    for (number, remedy) in instead.found.iter().enumerate() {
        let what = remedy.what.join("; ");
        writeln!(out, "{:>3}. {}", number + 1, printable(&what))?;
        for set in &remedy.set {
            writeln!(out, "     {}", paint.cyan(format!("--set {}", shell_quoted(&printable(set)))))?;
        }
        writeln!(out, "     {}; {}", printable(&remedy.outcome), paint.dim(disturbs(remedy)))?;
    }
    Ok(())
}

/// An argument as a POSIX shell takes it.
fn shell_quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/=:+,".contains(letter);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

struct Tree {
    options: Options,
    lines: Lines,
}

impl Tree {
    fn children(&self, nodes: &[Node], before: &str, out: &mut dyn Write) -> io::Result<()> {
        for (index, node) in nodes.iter().enumerate() {
            let last = index + 1 == nodes.len();
            let first = format!("{before}{}", if last { self.lines.end } else { self.lines.tee });
            let below = format!("{before}{}", if last { BLANK } else { self.lines.down });
            self.node(node, &first, &below, out)?;
        }
        Ok(())
    }

    fn node(&self, node: &Node, first: &str, below: &str, out: &mut dyn Write) -> io::Result<()> {
        let under = format!("{below}{}", if node.children.is_empty() { BLANK } else { self.lines.down });
        self.text(&node.text, node.tone, (first, &under), out)?;
        for place in &node.places {
            self.text(&format!("{}  {}", place.told(), place.what), Tone::Accent, (&under, &under), out)?;
        }
        for fact in &node.facts {
            self.text(&format!("fact {}", fact.told()), Tone::Warn, (&under, &under), out)?;
            if let Some(place) = &fact.place {
                let text = format!("{}  {}", place.told(), place.what);
                self.text(&text, Tone::Accent, (&under, &under), out)?;
            }
        }
        if let Some(source) = node.source {
            self.text(source, Tone::Dim, (&under, &under), out)?;
        }
        self.children(&node.children, below, out)
    }

    fn text(&self, text: &str, tone: Tone, (first, under): (&str, &str), out: &mut dyn Write) -> io::Result<()> {
        let paint = Paint::new(self.options.colour);
        let text = printable(text);
        let used = first.chars().count();
        let room = self.options.width.map_or(usize::MAX, |width| width.saturating_sub(used).max(LEAST_ROOM));
        for (number, line) in wrap(&text, room).iter().enumerate() {
            let before = if number == 0 { first } else { under };
            writeln!(out, "{}{}", paint.dim(before), painted(tone, line, paint))?;
        }
        Ok(())
    }
}
