//! Findings as logging commands of Azure Pipelines: issues in the summary of a run.
//!
//! The agent knows errors and warnings only, so notes are plain lines of the log.

use super::worst_first;
use crate::diagnostic::Severity;
use crate::report::lint::{FindingView, LintReport};
use crate::words::printable;
use std::io::{self, Write};

/// Writes a line for each finding, the worst first.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in worst_first(report) {
        match finding.severity {
            Severity::Error => writeln!(out, "{}", issue(report, finding, "error"))?,
            Severity::Warning => writeln!(out, "{}", issue(report, finding, "warning"))?,
            Severity::Note => {
                let line = format!("{}: note: {}", report.places().region(finding.place.span).told(), text(finding));
                writeln!(out, "{}", disarmed(&line))?;
            }
        }
    }
    Ok(())
}

/// `##vso[task.logissue type=error;sourcepath=…;linenumber=…;columnnumber=…;code=RS0103;]text`.
fn issue(report: &LintReport<'_>, finding: &FindingView, kind: &str) -> String {
    let region = report.places().region(finding.place.span);
    format!(
        "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}",
        property(&region.path),
        region.start.line,
        region.start.column,
        finding.code,
        disarmed(&value(&text(finding))),
    )
}

/// The code comes first, because the summary of a run does not show the property.
fn text(finding: &FindingView) -> String {
    let help = finding.help.as_deref().map(|help| format!(" (help: {})", printable(help))).unwrap_or_default();
    format!("{}: {}{help}", finding.code, printable(&finding.message))
}

/// The agent finds a command anywhere in a line: what looks like one in a text of the user is taken apart.
fn disarmed(text: &str) -> String {
    let mut text = text.to_owned();
    // Once is not enough for `###vso[`.
    while text.contains("##") {
        text = text.replace("##", "# #");
    }
    text
}

/// The text of a command. The agent's own escape for `%` keeps it from reading others.
fn value(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, made harmless where a log shows it.
fn property(text: &str) -> String {
    value(&printable(text)).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_begins_a_command() {
        assert_eq!(property("a;b]c%3B"), "a%3Bb%5Dc%AZP253B");
        assert_eq!(value("50%\r\n"), "50%AZP25%0D%0A");
        let attack = disarmed("###vso[task.setvariable variable=x]y ##[error]");
        assert!(!attack.contains("##"), "{attack}");
    }
}
