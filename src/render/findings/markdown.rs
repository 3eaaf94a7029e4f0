//! Findings as the body of a comment on a pull request.
//!
//! The first line is a hidden mark by which a later run finds its comment and replaces it.

use super::{counts, cut, place, remarks, set_aside, subject, worst_first};
use crate::render::markdown::sentence;
use crate::report::lint::{FindingView, LintReport};
use crate::words::{plural, printable};
use std::io::{self, Write};

/// The first line of every comment.
pub const MARKER: &str = "<!-- rsctl:lint -->";

/// GitHub refuses comments from 65,536 characters on. Counted in bytes, which are never fewer; the rest is for the last lines.
const MOST: usize = 64_000;
/// What the table may take of it.
const MOST_TABLE: usize = 24_000;
/// Characters of a message in a cell, and of a remark.
const CELL: usize = 300;
/// Characters of a remark under a finding.
const REMARK: usize = 2_000;

/// Writes the mark, a line that counts, a table with the worst first, and what there is to say about each finding, folded.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = worst_first(report);
    let mut body = Body { text: format!("{MARKER}\n### rsctl lint: {}\n\n", counts(report)) };
    let aside = match set_aside(report) {
        none if none.is_empty() => none,
        some => format!(" ({some})"),
    };
    body.text.push_str(&format!("In {}{aside}.\n", code(&cut(&subject(report), CELL))));

    let mut in_table = 0;
    if !findings.is_empty() {
        body.text.push_str("\n| Severity | Rule | Where | What |\n| --- | --- | --- | --- |\n");
        in_table = findings.iter().take_while(|finding| body.takes(&row(report, finding), MOST_TABLE)).count();
    }
    let told = findings.iter().take_while(|finding| body.takes(&folded(report, finding), MOST)).count();
    let fixed = &report.fixed_since_baseline;
    let mut named = 0;
    if !fixed.is_empty() {
        body.text.push_str("\nFixed since the baseline:\n\n");
        let line = |(rule, object): &(String, String)| format!("- {} {}\n", code(rule), code(&cut(object, CELL)));
        named = fixed.iter().take_while(|entry| body.takes(&line(entry), MOST)).count();
    }
    let missing = [
        (findings.len() - in_table, "is not in the table", "are not in the table"),
        (findings.len() - told, "is not told in full", "are not told in full"),
        (fixed.len() - named, "that was fixed is not named", "that were fixed are not named"),
    ];
    let missing = missing.iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| {
        let verb = if *count == 1 { one } else { many };
        format!("{} {verb}", plural(*count, "finding", "findings"))
    });
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() {
        body.text.push_str(&format!("\n**Cut, because comments have a limit:** {}.\n", missing.join("; ")));
    }
    out.write_all(body.text.as_bytes())
}

/// What is written so far.
struct Body {
    text: String,
}

impl Body {
    /// Adds a piece, unless that would be too much.
    fn takes(&mut self, piece: &str, most: usize) -> bool {
        let fits = self.text.len() + piece.len() <= most;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }
}

fn row(report: &LintReport<'_>, finding: &FindingView) -> String {
    let place = sentence(&cut(&place(report, finding.place.span), CELL), true);
    let message = sentence(&cut(&printable(&finding.message), CELL), true);
    format!("| {} | {} | {place} | {message} |\n", finding.severity.word(), finding.code)
}

fn folded(report: &LintReport<'_>, finding: &FindingView) -> String {
    let title = format!("{} {}: {}", finding.code, finding.name, cut(&printable(&finding.object), CELL));
    let place = cut(&place(report, finding.place.span), CELL);
    let mut text = format!("\n<details><summary>{}</summary>\n\n", html(&title));
    let message = sentence(&cut(&printable(&finding.message), REMARK), false);
    text.push_str(&format!("{} at {}: {message}\n\n", finding.severity.word(), code(&place)));
    for (title, remark) in remarks(report, finding) {
        text.push_str(&format!("- {title}: {}\n", sentence(&cut(&remark, REMARK), false)));
    }
    if let Some(fix) = &finding.fix {
        text.push_str(&format!("- fix: {} (`rsctl lint --fix`)\n", sentence(&cut(&fix.title, REMARK), false)));
    }
    text.push_str("\n</details>\n");
    text
}

/// A name as code, or escaped when it holds backticks itself.
fn code(name: &str) -> String {
    sentence(&format!("`{name}`"), false)
}

/// Text between HTML tags, where Markdown means nothing.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "@<!-- -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_summary_is_text() {
        assert_eq!(html("</summary>&@octo"), "&lt;/summary&gt;&amp;@<!-- -->octo");
    }

    #[test]
    fn a_name_with_backticks_is_no_code() {
        assert_eq!(code("a_b"), "`a_b`");
        assert_eq!(code("a`b"), r"\`a\`b\`");
    }
}
