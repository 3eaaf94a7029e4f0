//! Findings as one line each, as compilers write them: editors and `grep` know what to do with it.

use crate::render::diagnostic;
use crate::report::lint::LintReport;
use std::io::{self, Write};

/// Writes `path:line:column: error[RS0103 route-server-subnet-too-small]: message (help: …)` for each finding, and nothing else.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let diagnostic = finding.diagnostic(report.sources);
        out.write_all(diagnostic::concise(std::slice::from_ref(&diagnostic), report.sources).as_bytes())?;
    }
    Ok(())
}
