//! Reasons as nested lists of Markdown.

use super::{disturbs, instead_heading, left_out};
use crate::render::markdown::{escaped, fence, sentence};
use crate::report::why::{FactLine, Node, Place, WhyReport};
use crate::words::printable;
use std::io::{self, Write};

/// Writes an answer.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &WhyReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "**{}**\n", sentence(&report.answer, false))?;
    nodes(&report.tree, 0, out)?;
    if let Some(text) = left_out(report) {
        writeln!(out, "\n{}", escaped(&text))?;
    }
    let Some(instead) = &report.instead else { return Ok(()) };
    writeln!(out, "\n**{}**\n", sentence(&instead_heading(instead), false))?;
    for remedy in &instead.found {
        let told = format!("{}: {}; {}", remedy.what.join("; "), remedy.outcome, disturbs(remedy));
        writeln!(out, "1. {}", sentence(&told, false))?;
        for set in &remedy.set {
            writeln!(out, "   - {}", code(set))?;
        }
    }
    Ok(())
}

fn nodes(nodes: &[Node], depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = "  ".repeat(depth);
    for node in nodes {
        let places: Vec<String> = node.places.iter().map(place).collect();
        let at = if places.is_empty() { String::new() } else { format!(" ({})", places.join("; ")) };
        writeln!(out, "{indent}- {}{at}", sentence(&node.text, false))?;
        for fact in &node.facts {
            writeln!(out, "{indent}  - *{}*", fact_words(fact))?;
        }
        if let Some(source) = node.source {
            writeln!(out, "{indent}  - *{}*", escaped(source))?;
        }
        self::nodes(&node.children, depth + 1, out)?;
    }
    Ok(())
}

fn place(place: &Place) -> String {
    format!("{} {}", code(&place.told()), sentence(&place.what, false))
}

fn fact_words(fact: &FactLine) -> String {
    let at = fact.place.as_ref().map(|at| format!(" ({})", place(at))).unwrap_or_default();
    format!("fact {}{at}", escaped(&fact.told()))
}

/// Text as code, whatever backticks it holds.
fn code(text: &str) -> String {
    let text = printable(text);
    match text.contains('`') {
        false => format!("`{text}`"),
        true => format!("{0} {text} {0}", fence(&text)),
    }
}
