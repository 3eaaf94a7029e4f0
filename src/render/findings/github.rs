//! Findings as GitHub workflow commands: annotations on the lines of a pull request.

use super::{nouns, remarks, worst_first};
use crate::diagnostic::Severity;
use crate::report::lint::{FindingView, LintReport};
use crate::words::{plural, printable};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// GitHub shows this many annotations of a kind for each step and drops the others.
const SHOWN: usize = 10;
/// Files that the closing notice names.
const NAMED_FILES: usize = 5;

/// Writes a command for each finding that GitHub shows, the worst first, and a notice about the others.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let kinds = [Severity::Error, Severity::Warning, Severity::Note];
    let is_too_much = kinds.iter().any(|kind| report.count(*kind) > SHOWN);
    let mut left_out: Vec<&FindingView> = Vec::new();
    for kind in kinds {
        // The closing notice takes a place among the notices.
        let room = if is_too_much && kind == Severity::Note { SHOWN - 1 } else { SHOWN };
        let all: Vec<&FindingView> =
            worst_first(report).into_iter().filter(|finding| finding.severity == kind).collect();
        let (shown, others) = all.split_at(room.min(all.len()));
        for finding in shown {
            writeln!(out, "{}", command(report, finding))?;
        }
        left_out.extend(others);
    }
    if !left_out.is_empty() {
        writeln!(out, "::notice title=rsctl::{}", value(&roll_up(report, &left_out)))?;
    }
    Ok(())
}

/// `::error title=rsctl (RS0103),file=…,line=…,col=…,endLine=…,endColumn=…::text`.
fn command(report: &LintReport<'_>, finding: &FindingView) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let region = report.region(finding.place.span);
    let (start, end) = (region.start, region.end);
    // Columns make sense to GitHub within one line only.
    let lines = match start.line == end.line {
        true => format!("line={},col={},endLine={},endColumn={}", start.line, start.column, end.line, end.column),
        false => format!("line={},endLine={}", start.line, end.line),
    };
    let mut text = printable(&finding.message).into_owned();
    for (title, remark) in remarks(report, finding) {
        text.push_str(&format!("\n{title}: {remark}"));
    }
    let (title, file) = (property(&format!("rsctl ({})", finding.code)), property(&region.path));
    format!("::{level} title={title},file={file},{lines}::{}", value(&text))
}

/// How many are not shown, and in which files.
fn roll_up(report: &LintReport<'_>, left_out: &[&FindingView]) -> String {
    let count = |severity: Severity| left_out.iter().filter(|finding| finding.severity == severity).count();
    let counts = [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter(|kind| count(*kind) > 0);
    let counts: Vec<String> = counts
        .map(|kind| {
            let (one, many) = nouns(kind);
            plural(count(kind), &format!("more {one}"), &format!("more {many}"))
        })
        .collect();
    let files: BTreeSet<String> = left_out.iter().map(|finding| report.path(finding.place.span.file)).collect();
    let mut named: Vec<String> = files.iter().take(NAMED_FILES).map(|path| printable(path).into_owned()).collect();
    if files.len() > NAMED_FILES {
        named.push(plural(files.len() - NAMED_FILES, "more file", "more files"));
    }
    format!("{} in {}; `rsctl lint` lists them all", counts.join(", "), named.join(", "))
}

/// The text of a command.
fn value(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, made harmless where a log shows it.
fn property(text: &str) -> String {
    value(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_command_early() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25\\n");
        assert_eq!(value("100%\r\n::x"), "100%25%0D%0A::x");
    }
}
