//! Findings as a Code Quality report of GitLab, which is a part of the Code Climate format.

use crate::diagnostic::Severity;
use crate::render::data;
use crate::report::lint::{FindingView, LintReport};
use crate::source::Position;
use crate::words::printable;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes an array with an object for each finding; an empty one when there are none.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut issues = Vec::new();
    for finding in &report.findings {
        // GitLab keeps one issue of a fingerprint, so that of a file which two topologies share has to differ.
        let identity = format!("{}\0{}", report.topology_path(finding.topology), finding.fingerprint);
        let count = seen.entry(identity.clone()).and_modify(|count| *count += 1).or_insert(1);
        issues.push(issue(report, finding, data::digest(&format!("{identity}\0{count}"))));
    }
    data::write(&issues, out)
}

fn issue(report: &LintReport<'_>, finding: &FindingView, fingerprint: String) -> Issue {
    let region = report.places().region(finding.place.span);
    let help = finding.help.as_deref().map(|help| format!(" (help: {})", printable(help))).unwrap_or_default();
    Issue {
        kind: "issue",
        // The widget of a merge request shows the description only.
        description: format!("{}: {}{help}", finding.code, printable(&finding.message)),
        check_name: format!("{} {}", finding.code, finding.name),
        categories: ["Bug Risk"],
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location { path: region.path, positions: Positions { begin: region.start, end: region.end } },
    }
}

#[derive(Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    check_name: String,
    categories: [&'static str; 1],
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}
