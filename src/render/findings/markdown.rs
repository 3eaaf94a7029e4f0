//! Findings as the body of a comment on a pull request.
//!
//! The first line is a hidden mark by which a later run finds its comment and replaces it.

use super::{counts, remarks, set_aside, subject, worst_first};
use crate::render::comment::{self, Body, MOST, MOST_TABLE, cell, code, remark};
use crate::report::lint::{FindingView, LintReport};
use std::io::{self, Write};

/// The first line of every comment.
pub const MARKER: &str = "<!-- rsctl:lint -->";

/// Writes the mark, a line that counts, a table with the worst first, and what there is to say about each finding, folded.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = worst_first(report);
    let mut body = Body::new(MARKER, &format!("rsctl lint: {}", counts(report)));
    let aside = match set_aside(report) {
        none if none.is_empty() => none,
        some => format!(" ({some})"),
    };
    body.push(&format!("In {}{aside}.\n", code(&subject(report))));

    let mut in_table = 0;
    if !findings.is_empty() {
        body.push("\n| Severity | Rule | Where | What |\n| --- | --- | --- | --- |\n");
        in_table = body.take(findings.iter().map(|finding| row(report, finding)), MOST_TABLE);
    }
    let told = body.take(findings.iter().map(|finding| folded(report, finding)), MOST);
    let fixed = &report.fixed_since_baseline;
    let mut named = 0;
    if !fixed.is_empty() {
        body.push("\nFixed since the baseline:\n\n");
        let line = |(rule, object): &(String, String)| format!("- {} {}\n", code(rule), code(object));
        named = body.take(fixed.iter().map(line), MOST);
    }
    let text = body.finish(&[
        (findings.len() - in_table, "finding is not in the table", "findings are not in the table"),
        (findings.len() - told, "finding is not told in full", "findings are not told in full"),
        (fixed.len() - named, "finding that was fixed is not named", "findings that were fixed are not named"),
    ]);
    out.write_all(text.as_bytes())
}

fn row(report: &LintReport<'_>, finding: &FindingView) -> String {
    let place = cell(&report.places().region(finding.place.span).told());
    format!("| {} | {} | {place} | {} |\n", finding.severity.word(), finding.code, cell(&finding.message))
}

fn folded(report: &LintReport<'_>, finding: &FindingView) -> String {
    let title = format!("{} {}: {}", finding.code, finding.name, finding.object);
    let place = code(&report.places().region(finding.place.span).told());
    let mut text = format!("{} at {place}: {}\n\n", finding.severity.word(), remark(&finding.message));
    for (title, text_of) in remarks(report, finding) {
        text.push_str(&format!("- {title}: {}\n", remark(&text_of)));
    }
    if let Some(fix) = &finding.fix {
        text.push_str(&format!("- fix: {} (`rsctl lint --fix`)\n", remark(&fix.title)));
    }
    comment::folded(&title, &text)
}
