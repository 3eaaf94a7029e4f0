//! Results for scripts.

use crate::render::data;
use crate::report::test_results::{StatusWord, Suite, TestReport};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Results<'r> {
    format_version: &'static str,
    passed: usize,
    failed: usize,
    known_to_fail: usize,
    suites: &'r [Suite],
}

/// Writes one document.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    let results = Results {
        format_version: "1",
        passed: report.count(StatusWord::Passed),
        failed: report.failed(),
        known_to_fail: report.count(StatusWord::KnownToFail),
        suites: &report.suites,
    };
    data::write(&results, out)
}
