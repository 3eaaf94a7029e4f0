//! Findings as GitHub workflow commands: annotations on the lines of a pull request.

use super::{remarks, worst_first};
use crate::render::workflow::{self, Annotation};
use crate::report::lint::{FindingView, LintReport};
use crate::words::printable;
use std::io::{self, Write};

/// Writes a command for each finding that GitHub shows, the worst first, and a notice about the others.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let annotations: Vec<Annotation> =
        worst_first(report).into_iter().map(|finding| annotation(report, finding)).collect();
    workflow::write(&annotations, "rsctl lint", out)
}

fn annotation(report: &LintReport<'_>, finding: &FindingView) -> Annotation {
    let mut text = printable(&finding.message).into_owned();
    for (title, remark) in remarks(report, finding) {
        text.push_str(&format!("\n{title}: {remark}"));
    }
    let region = report.places().region(finding.place.span);
    Annotation { severity: finding.severity, code: finding.code, region, text }
}
