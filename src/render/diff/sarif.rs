//! Differences as SARIF: a result for each edit that changes something, at the edited lines of the new file.
//!
//! GitHub shows an alert on a pull request only when its lines were changed there, which these are.

use super::alerts::{Alert, alerts};
use super::topics::Topic;
use crate::diagnostic::Severity;
use crate::render::data;
use crate::render::sarif::{self, Descriptor, Fingerprints, Log, Notice, plain};
use crate::render::text::sentence;
use crate::report::diff::DiffReport;
use crate::words::printable;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes a log with one run.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let all = alerts(report);
    let (kept, cut) = sarif::most(&all, "edits");
    let mut fingerprints = Fingerprints::new();
    let results = kept.iter().map(|alert| {
        let prints = fingerprints.of(alert.region.path.clone(), &data::digest(&alert.identity));
        result(alert, prints)
    });
    let remarks = report.pairs.iter().flat_map(|pair| &pair.remarks);
    let remarks = remarks.map(|remark| Notice { severity: Severity::Note, text: sentence(&printable(remark)) });
    let unread = report
        .unread
        .iter()
        .map(|unread| Notice { severity: Severity::Error, text: sentence(&printable(&super::not_compared(unread))) });
    let log = Log {
        category: category(report),
        results: results.collect(),
        rules: Topic::ALL.iter().map(|topic| descriptor(*topic)).collect(),
        notices: cut.into_iter().chain(unread).chain(remarks).collect(),
    };
    sarif::write(log, out)
}

/// Another one than that of `lint`, whose alerts would be closed otherwise.
fn category(report: &DiffReport<'_>) -> String {
    match report.pairs.as_slice() {
        [pair] => format!("rsctl-diff/{}/", printable(&report.places().of(&pair.path))),
        _ => "rsctl-diff/".to_owned(),
    }
}

fn result(alert: &Alert, fingerprints: Value) -> Value {
    let mut location = sarif::location(&alert.region, "");
    if let Some(object) = &alert.object {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": printable(object) }]);
    }
    let mut sentences: Vec<String> = alert.effects.iter().map(|effect| sentence(&plain(effect))).collect();
    sentences.extend(alert.edit.iter().map(|edit| sentence(&format!("Edit: {}", plain(edit)))));
    json!({
        "ruleId": alert.topic.about().id,
        "ruleIndex": Topic::ALL.iter().position(|topic| *topic == alert.topic),
        "level": alert.topic.severity().word(),
        "message": { "text": sentences.join(" ") },
        "locations": [location],
        "partialFingerprints": fingerprints,
    })
}

fn descriptor(topic: Topic) -> Value {
    let about = topic.about();
    let descriptor = Descriptor {
        id: about.id,
        name: about.name,
        summary: about.summary,
        about: about.what,
        fix: about.fix,
        markdown: &format!("{}\n\n{}\n", about.what, about.fix),
        severity: topic.severity().word(),
        precision: "high",
        tag: "diff",
    };
    descriptor.value()
}
