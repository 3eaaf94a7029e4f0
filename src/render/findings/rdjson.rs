//! Findings in the diagnostic format of reviewdog, which makes review comments with suggestions of them.

use super::remarks;
use crate::diagnostic::Severity;
use crate::render::data;
use crate::report::lint::{FindingView, LintReport};
use crate::source::{SourceFile, Span};
use crate::words::printable;
use serde::Serialize;
use std::io::{self, Write};

/// Writes one object with a diagnostic for each finding.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = report.findings.iter().map(|finding| diagnostic(report, finding)).collect();
    data::write(&Document { source: Source { name: "rsctl" }, diagnostics }, out)
}

fn diagnostic(report: &LintReport<'_>, finding: &FindingView) -> Diagnostic {
    let span = finding.place.span;
    let mut message = printable(&finding.message).into_owned();
    for (title, text) in remarks(report, finding) {
        message.push_str(&format!("\n{title}: {text}"));
    }
    Diagnostic {
        message,
        location: Location { path: report.places().path(span.file), range: range(report, span) },
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Code { value: finding.code },
        suggestions: suggestion(report, finding).into_iter().collect(),
    }
}

/// The mend as one replacement, because each suggestion is offered by itself and a part of a mend would be wrong.
///
/// None when it edits another file than the finding is in: a suggestion cannot name one.
fn suggestion(report: &LintReport<'_>, finding: &FindingView) -> Option<Suggestion> {
    let fix = finding.fix.as_ref()?;
    let file = finding.place.span.file;
    if fix.edits.iter().any(|edit| edit.span.file != file) {
        return None;
    }
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let whole = Span {
        file,
        start: edits.iter().map(|edit| edit.span.start).min()?,
        end: edits.iter().map(|edit| edit.span.end).max()?,
    };
    let (mut text, mut at) = (String::new(), whole.start);
    for edit in edits {
        text.push_str(report.sources.text(Span { file, start: at, end: edit.span.start.max(at) }));
        text.push_str(&edit.text);
        at = edit.span.end.max(at);
    }
    Some(Suggestion { range: range(report, whole), text })
}

fn range(report: &LintReport<'_>, span: Span) -> Range {
    let file = report.sources.file(span.file);
    Range { start: point(file, span.start), end: point(file, span.end.max(span.start)) }
}

/// Columns of this format count bytes.
fn point(file: &SourceFile, offset: u32) -> Point {
    let offset = offset.min(file.text.len() as u32);
    let line = file.line_of(offset);
    Point { line: line + 1, column: offset - file.line_start(line) + 1 }
}

#[derive(Serialize)]
struct Document {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: u32,
}
