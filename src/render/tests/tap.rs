//! Results in the Test Anything Protocol, version 14 (testanything.org/tap-version-14-specification.html).

use crate::report::test_results::{StatusWord, TestReport, TestView};
use crate::words::printable;
use serde_json::Value;
use std::io::{self, Write};

/// Writes one document. What is known to fail is a TODO.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TAP version 14")?;
    writeln!(out, "1..{}", report.tests().count())?;
    let tests = report.suites.iter().flat_map(|suite| suite.tests.iter().map(move |test| (&suite.path, test)));
    for (number, (path, test)) in (1..).zip(tests) {
        let word = if test.status == StatusWord::Passed { "ok" } else { "not ok" };
        let todo = if test.status == StatusWord::KnownToFail { " # TODO known to fail" } else { "" };
        let name = described(&format!("{path}: {}", test.name));
        writeln!(out, "{word} {number} - {name}{todo}")?;
        if test.status != StatusWord::Passed {
            diagnosis(test, out)?;
        }
    }
    Ok(())
}

/// Lines of YAML; every text is written as JSON writes it, which YAML reads alike.
fn diagnosis(test: &TestView, out: &mut dyn Write) -> io::Result<()> {
    let text = |text: &str| Value::from(printable(text).as_ref()).to_string();
    writeln!(out, "  ---")?;
    writeln!(out, "  at: {{ file: {}, line: {} }}", text(&test.place.path), test.place.start.line)?;
    writeln!(out, "  message:")?;
    for line in test.lines() {
        writeln!(out, "    - {}", text(&line))?;
    }
    if !test.counterexamples.is_empty() {
        writeln!(out, "  commands:")?;
    }
    for shown in &test.counterexamples {
        writeln!(out, "    - {}", text(&shown.command))?;
    }
    writeln!(out, "  ...")
}

/// A description: `#` would begin a directive.
fn described(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('#', "\\#")
}

#[cfg(test)]
mod tests {
    use super::described;

    #[test]
    fn a_name_begins_no_directive_and_no_line() {
        assert_eq!(described("a # SKIP \\ b\nc"), "a \\# SKIP \\\\ b\\\\nc");
    }
}
