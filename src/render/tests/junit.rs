//! Results as JUnit XML: a suite for each topology, a case for each expectation.

use crate::render::xml::escaped;
use crate::report::test_results::{StatusWord, Suite, TestReport, TestView};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes one document. What is known to fail is skipped.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    let (tests, failures) = (report.tests().count(), report.failed());
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"rsctl test\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    for one in &report.suites {
        suite(one, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(suite: &Suite, out: &mut dyn Write) -> io::Result<()> {
    let name = escaped(&suite.path);
    let failures = suite.tests.iter().filter(|test| !test.is_fine()).count();
    let skipped = suite.tests.iter().filter(|test| test.status == StatusWord::KnownToFail).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", suite.tests.len());
    writeln!(out, "  <testsuite name=\"{name}\" {counts}>")?;
    // Two cases of one name are one to most readers.
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for test in &suite.tests {
        let count = seen.entry(&test.name).and_modify(|count| *count += 1).or_insert(1);
        let title = if *count > 1 { format!("{} ({count})", test.name) } else { test.name.clone() };
        case(&name, &escaped(&title), test, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn case(class: &str, title: &str, test: &TestView, out: &mut dyn Write) -> io::Result<()> {
    let (file, line) = (escaped(&test.place.path), test.place.start.line);
    let head = format!("    <testcase classname=\"{class}\" name=\"{title}\" file=\"{file}\" line=\"{line}\"");
    if test.status == StatusWord::Passed {
        return writeln!(out, "{head}/>");
    }
    writeln!(out, "{head}>")?;
    let lines = test.lines();
    let message = escaped(lines.first().map_or("", String::as_str));
    if test.status == StatusWord::KnownToFail {
        writeln!(out, "      <skipped message=\"known to fail: {message}\"/>")?;
    } else {
        let commands = test.counterexamples.iter().map(|shown| &shown.command);
        let body: Vec<String> =
            std::iter::once(&test.place.told()).chain(&lines).chain(commands).map(|line| escaped(line)).collect();
        writeln!(out, "      <failure type=\"expectation\" message=\"{message}\">{}</failure>", body.join("\n"))?;
    }
    writeln!(out, "    </testcase>")
}
