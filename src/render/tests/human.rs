//! Results for people, as `cargo test` writes them.

use crate::render::text::Paint;
use crate::report::test_results::{StatusWord, TestReport, TestView};
use crate::words::{plural, printable};
use std::io::{self, Write};
use std::time::Duration;

/// Writes one line for each expectation, what is wrong with those that fail, and how many there are. `took` is told on a terminal only.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &TestReport, colour: bool, took: Option<Duration>, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(colour);
    for suite in &report.suites {
        let count = plural(suite.tests.len(), "expectation", "expectations");
        writeln!(out, "running {count} of {}", printable(&suite.file))?;
        for test in &suite.tests {
            write!(out, "test {} ... ", printable(&test.name))?;
            match test.status {
                StatusWord::Passed => writeln!(out, "{}", paint.green("ok"))?,
                StatusWord::Failed => writeln!(out, "{}", paint.red("FAILED"))?,
                StatusWord::KnownToFail => writeln!(out, "{}", paint.yellow("known to fail"))?,
                StatusWord::UnexpectedlyHolds => writeln!(out, "{}", paint.red("FAILED (holds)"))?,
            }
        }
        writeln!(out)?;
    }
    let mut failures = report.tests().filter(|test| !test.is_fine()).peekable();
    if failures.peek().is_some() {
        writeln!(out, "{}\n", paint.bold("failures:"))?;
    }
    for test in failures {
        failure(test, paint, out)?;
    }
    let (failed, known) = (report.failed(), report.count(StatusWord::KnownToFail));
    let result = if failed == 0 { paint.green("ok").to_string() } else { paint.red("FAILED").to_string() };
    write!(out, "test result: {result}. {} passed; {failed} failed", report.count(StatusWord::Passed))?;
    if known > 0 {
        write!(out, "; {known} known to fail")?;
    }
    if let Some(took) = took {
        write!(out, "; finished in {:.2}s", took.as_secs_f64())?;
    }
    writeln!(out)
}

fn failure(test: &TestView, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "---- {} ----", paint.bold(printable(&test.name)))?;
    writeln!(out, "{}", paint.cyan(test.place.told()))?;
    let lines = test.lines();
    for (index, line) in lines.iter().enumerate() {
        writeln!(out, "  {}", printable(line))?;
        if let Some(shown) = test.counterexamples.get(index) {
            writeln!(out, "    {}", paint.dim(printable(&shown.command)))?;
        }
    }
    writeln!(out)
}
