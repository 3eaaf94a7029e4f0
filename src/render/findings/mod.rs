//! What lint found, one file for each format that people and other tools read.
//!
//! A format decides how a finding is written and nothing else: which findings count, how bad they are and in which order they
//! stand was decided before. Whatever comes from a file of the user is made harmless here.

pub mod azure_pipelines;
pub mod concise;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rdjson;
pub mod sarif;

use super::diagnostic::counted;
use crate::report::lint::{FindingView, LintReport};
use crate::words::{plural, printable};

/// The findings, the worst first; those that are equally bad stay in their order.
fn worst_first<'r>(report: &'r LintReport<'_>) -> Vec<&'r FindingView> {
    let mut findings: Vec<&FindingView> = report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// `2 errors, 1 warning`, or `no findings`.
fn counts(report: &LintReport<'_>) -> String {
    match counted(|severity| report.count(severity)) {
        none if none.is_empty() => "no findings".to_owned(),
        some => some,
    }
}

/// `3 ignored, 2 in the baseline`; empty when nothing was set aside.
fn set_aside(report: &LintReport<'_>) -> String {
    let ignored = (!report.ignored.is_empty()).then(|| format!("{} ignored", report.ignored.len()));
    let old = (report.in_baseline > 0).then(|| format!("{} in the baseline", report.in_baseline));
    ignored.into_iter().chain(old).collect::<Vec<_>>().join(", ")
}

/// The topology, or how many there are.
fn subject(report: &LintReport<'_>) -> String {
    match report.topologies.as_slice() {
        [one] => printable(one).into_owned(),
        many => plural(many.len(), "topology", "topologies"),
    }
}

/// Everything that is said about a finding besides its message, by what it is, in the order of reading.
fn remarks(report: &LintReport<'_>, finding: &FindingView) -> Vec<(&'static str, String)> {
    let told = |text: &str| printable(text).into_owned();
    let mut all = Vec::new();
    if !finding.place.text.is_empty() {
        all.push(("here", told(&finding.place.text)));
    }
    for label in &finding.labels {
        let place = report.places().region(label.span).told();
        let text = if label.text.is_empty() { place } else { format!("{} ({place})", told(&label.text)) };
        all.push(("see", text));
    }
    all.extend(finding.effects.iter().map(|text| ("affects", told(text))));
    all.extend(
        finding
            .path
            .iter()
            .map(|step| ("via", format!("{} ({})", told(&step.text), report.places().region(step.span).told()))),
    );
    all.extend(finding.notes.iter().map(|text| ("note", told(text))));
    all.extend(finding.help.iter().map(|text| ("help", told(text))));
    all
}
