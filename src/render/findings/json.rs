//! Findings for programs, in rsctl's own words.
//!
//! A reader ignores what it does not know: new keys change the minor number of `formatVersion`, all else the major one.

use crate::diagnostic::{Label, Severity};
use crate::render::data;
use crate::report::lint::{FindingView, LintReport};
use crate::report::places::Region;
use crate::source::Span;
use crate::words::printable;
use serde::Serialize;
use std::io::{self, Write};

/// The version of this format.
const FORMAT_VERSION: &str = "1.0";

/// Writes the report as one object.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format_version: FORMAT_VERSION,
        ruleset: report.ruleset.word(),
        topologies: (0..report.topologies.len()).map(|index| report.topology_path(index)).collect(),
        summary: Summary {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notes: report.count(Severity::Note),
            ignored: report.ignored.len(),
            in_baseline: report.in_baseline,
            fixed_since_baseline: report.fixed_since_baseline.len(),
        },
        findings: all(report, &report.findings),
        ignored: all(report, &report.ignored),
        fixed_since_baseline: report
            .fixed_since_baseline
            .iter()
            .map(|(rule, object)| Fixed { code: rule, object })
            .collect(),
    };
    data::write(&document, out)
}

fn all<'r>(report: &LintReport<'_>, findings: &'r [FindingView]) -> Vec<Finding<'r>> {
    findings.iter().map(|finding| one(report, finding)).collect()
}

fn one<'r>(report: &LintReport<'_>, finding: &'r FindingView) -> Finding<'r> {
    let texts = |list: &[String]| list.iter().map(|text| told(text)).collect();
    let labels = |list: &[Label]| list.iter().map(|label| place(report, label.span, told(&label.text))).collect();
    Finding {
        topology: report.topology_path(finding.topology),
        code: finding.code,
        name: finding.name,
        group: finding.group,
        severity: finding.severity.word(),
        message: told(&finding.message),
        object: &finding.object,
        fingerprint: &finding.fingerprint,
        location: report.places().region(finding.place.span),
        label: told(&finding.place.text),
        labels: labels(&finding.labels),
        affects: texts(&finding.effects),
        notes: texts(&finding.notes),
        via: labels(&finding.path),
        help: finding.help.as_deref().map(told),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: told(&fix.title),
            // What is to be written stays as it is to the letter.
            edits: fix.edits.iter().map(|edit| place(report, edit.span, edit.text.clone())).collect(),
        }),
    }
}

fn told(text: &str) -> String {
    printable(text).into_owned()
}

fn place(report: &LintReport<'_>, span: Span, text: String) -> Place {
    Place { location: report.places().region(span), text }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'r> {
    format_version: &'static str,
    ruleset: &'static str,
    topologies: Vec<String>,
    summary: Summary,
    findings: Vec<Finding<'r>>,
    ignored: Vec<Finding<'r>>,
    fixed_since_baseline: Vec<Fixed<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    ignored: usize,
    in_baseline: usize,
    fixed_since_baseline: usize,
}

#[derive(Serialize)]
struct Finding<'r> {
    topology: String,
    code: &'static str,
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    message: String,
    object: &'r str,
    fingerprint: &'r str,
    location: Region,
    label: String,
    labels: Vec<Place>,
    affects: Vec<String>,
    notes: Vec<String>,
    via: Vec<Place>,
    help: Option<String>,
    fix: Option<Fix>,
}

#[derive(Serialize)]
struct Fixed<'r> {
    code: &'r str,
    object: &'r str,
}

#[derive(Serialize)]
struct Fix {
    title: String,
    edits: Vec<Place>,
}

#[derive(Serialize)]
struct Place {
    location: Region,
    text: String,
}
