//! Findings for people: with the lines they are about, what to do, and how many there are.

use super::{counts, set_aside, subject};
use crate::diagnostic::Severity;
use crate::render::diagnostic::{self, Options};
use crate::render::text::Paint;
use crate::report::lint::LintReport;
use crate::words::printable;
use std::io::{self, Write};

/// Writes every finding, what the baseline holds without need, and a closing line.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    // Nothing could be read, and that was said: there is nothing to report on.
    if report.topologies.is_empty() {
        return Ok(());
    }
    let paint = Paint::new(options.colour);
    for finding in &report.findings {
        let mut text = String::new();
        diagnostic::one(&mut text, &finding.diagnostic(report.sources), report.sources, options);
        if let Some(fix) = &finding.fix {
            diagnostic::remark(&mut text, "fix", &format!("{} (rsctl lint --fix)", fix.title), options);
        }
        writeln!(out, "{text}")?;
    }
    for (rule, object) in &report.fixed_since_baseline {
        writeln!(out, "{} since the baseline: {} {}", paint.green("fixed"), printable(rule), printable(object))?;
    }
    writeln!(out, "{}", closing(report, paint))
}

/// `2 errors, 1 warning in estate.rsctl.yaml (3 ignored); rsctl explain RS0103 says more`.
fn closing(report: &LintReport<'_>, paint: Paint) -> String {
    let aside = match set_aside(report) {
        none if none.is_empty() => none,
        some => format!(" ({some})"),
    };
    let worst = report.findings.iter().max_by_key(|finding| finding.severity);
    // Of equals, `max_by_key` gives the last.
    let worst = worst.and_then(|worst| report.findings.iter().find(|finding| finding.severity == worst.severity));
    let Some(worst) = worst else {
        return format!("{}: {}{aside}", subject(report), paint.green("no findings"));
    };
    let counts = counts(report);
    let counts = match worst.severity {
        Severity::Error => paint.red(counts),
        Severity::Warning => paint.yellow(counts),
        Severity::Note => paint.cyan(counts),
    };
    let more = paint.cyan(format!("rsctl explain {}", worst.code)).to_string();
    format!("{} in {}{aside}; {more} says more", paint.bold(counts), subject(report))
}
