//! Differences as GitHub workflow commands: annotations on the edited lines of a pull request.

use super::alerts::{Alert, alerts, start};
use super::not_compared;
use crate::diagnostic::Severity;
use crate::render::workflow::{self, Annotation};
use crate::report::diff::{DiffReport, PairDiff, Unread};
use crate::report::places::Region;
use crate::words::printable;
use std::io::{self, Write};

/// Writes a command for each edit that changes something, as far as GitHub shows them, the worst first, and a notice about the others.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let remarks = report.pairs.iter().flat_map(|pair| pair.remarks.iter().map(move |text| remark(report, pair, text)));
    // Before the notes about edits: where these are many, it is not the remark that is left out.
    let mut annotations: Vec<Annotation> = report.unread.iter().map(|unread| broken(report, unread)).collect();
    annotations.extend(remarks);
    annotations.extend(alerts(report).into_iter().map(annotation));
    workflow::write(&annotations, "rsctl diff", out)
}

fn annotation(alert: Alert) -> Annotation {
    let edit = alert.edit.map(|edit| format!("edit: {edit}"));
    let lines: Vec<String> = alert.effects.into_iter().chain(edit).map(|line| printable(&line).into_owned()).collect();
    let topic = alert.topic;
    Annotation { severity: topic.severity(), code: topic.about().id, region: alert.region, text: lines.join("\n") }
}

/// What could not be compared, at the beginning of the file.
fn broken(report: &DiffReport<'_>, unread: &Unread) -> Annotation {
    let text = printable(&not_compared(unread)).into_owned();
    let region = Region::start_of(report.places().of(&unread.path));
    Annotation { severity: Severity::Error, code: "diff", region, text }
}

/// What could not be worked out, at the beginning of the new file.
fn remark(report: &DiffReport<'_>, pair: &PairDiff, text: &str) -> Annotation {
    let text = printable(text).into_owned();
    Annotation { severity: Severity::Note, code: "diff", region: start(report, pair), text }
}
