//! Reasons as a tree for people, as JSON, as Markdown, and as a flowchart for Mermaid.

pub mod human;
pub mod markdown;
pub mod mermaid;

use crate::report::view::json as write_json;
use crate::report::why::{Instead, Remedy, WhyReport};
use crate::words::plural;
use std::io::{self, Write};

/// Writes an answer as JSON.
///
/// # Errors
/// When the writer fails.
pub fn json(report: &WhyReport, out: &mut dyn Write) -> io::Result<()> {
    write_json(report, out)
}

/// What was left out, in a sentence; none where nothing was.
fn left_out(report: &WhyReport) -> Option<String> {
    let what = plural(report.left_out, "row or refusal", "rows and refusals");
    (report.left_out > 0).then(|| format!("{what} without a bearing left out; --all tells them"))
}

/// What was looked for and whether it was found.
fn instead_heading(instead: &Instead) -> String {
    let tried = plural(instead.tried, "edit tried", "edits tried");
    match instead.found.as_slice() {
        [] => format!("{}: nothing found, {tried}", instead.wanted),
        found => format!("{}: {}, {tried}", instead.wanted, plural(found.len(), "way", "ways")),
    }
}

/// What an edit does beside what was asked for.
fn disturbs(remedy: &Remedy) -> String {
    match remedy.disturbs {
        0 => "nothing else changes".into(),
        count => plural(count, "other range changes", "other ranges change"),
    }
}
