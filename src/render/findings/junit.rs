//! Findings as JUnit XML, which every CI shows as tests: a suite for each topology, a case for each finding.

use super::remarks;
use crate::diagnostic::Severity;
use crate::render::xml::escaped;
use crate::report::lint::{FindingView, LintReport};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes one document. Errors and warnings fail, notes pass, and a topology without findings is one case that passes.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let of = |index: usize| report.findings.iter().filter(move |finding| finding.topology == index);
    let tests: usize = (0..report.topologies.len()).map(|index| of(index).count().max(1)).sum();
    let failures = report.findings.iter().filter(|finding| fails(finding)).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"rsctl lint\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    for index in 0..report.topologies.len() {
        let findings: Vec<&FindingView> = of(index).collect();
        suite(report, &escaped(&report.topology_path(index)), &findings, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(report: &LintReport<'_>, name: &str, findings: &[&FindingView], out: &mut dyn Write) -> io::Result<()> {
    let (tests, failures) = (findings.len().max(1), findings.iter().filter(|finding| fails(finding)).count());
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    )?;
    if findings.is_empty() {
        // A suite without cases is told as "no tests" and not as success.
        writeln!(out, "    <testcase classname=\"{name}\" name=\"no findings\"/>")?;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let mut title = format!("{} {}: {}", finding.code, finding.name, finding.object);
        let count = seen.entry(title.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            title.push_str(&format!(" ({count})"));
        }
        case(report, name, &escaped(&title), finding, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn case(
    report: &LintReport<'_>,
    class: &str,
    title: &str,
    finding: &FindingView,
    out: &mut dyn Write,
) -> io::Result<()> {
    let region = report.places().region(finding.place.span);
    let (file, line) = (escaped(&region.path), region.start.line);
    writeln!(out, "    <testcase classname=\"{class}\" name=\"{title}\" file=\"{file}\" line=\"{line}\">")?;
    let (word, message) = (finding.severity.word(), escaped(&finding.message));
    let body = format!("{}: {word}: {}", report.places().region(finding.place.span).told(), finding.message);
    let remarks = remarks(report, finding).into_iter().map(|(title, text)| format!("{title}: {text}"));
    let body: Vec<String> = std::iter::once(body).chain(remarks).map(|line| escaped(&line)).collect();
    let body = body.join("\n");
    match fails(finding) {
        true => writeln!(out, "      <failure type=\"{word}\" message=\"{message}\">{body}</failure>")?,
        false => writeln!(out, "      <system-out>{body}</system-out>")?,
    }
    writeln!(out, "    </testcase>")
}

fn fails(finding: &FindingView) -> bool {
    finding.severity > Severity::Note
}
