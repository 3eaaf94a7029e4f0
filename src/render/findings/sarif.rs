//! Findings as SARIF 2.1.0, as GitHub code scanning and the SARIF viewers of editors and Azure DevOps read it.
//!
//! The first location of a result is the line to edit, because GitHub shows an alert on a pull request only when its lines were
//! changed there; other places are related locations, linked from the message. What is ignored is left out: GitHub would show it.

use super::worst_first;
use crate::diagnostic::Label;
use crate::render::rule;
use crate::render::sarif::{self, Descriptor, Fingerprints, Log, plain, uri};
use crate::render::text::sentence;
use crate::report::lint::{FindingView, LintReport};
use crate::report::rules::RuleView;
use crate::source::{FileId, Span};
use crate::words::printable;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Related locations of a result; a message with more links is not read to its end.
const MOST_RELATED: usize = 10;
/// Steps of a flow that GitHub shows.
const MOST_STEPS: usize = 1_000;

/// Writes a log with one run.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let indices: BTreeMap<&str, usize> =
        report.rules.iter().enumerate().map(|(index, rule)| (rule.code, index)).collect();
    let all = once_each(report);
    let (kept, notice) = sarif::most(&all, "findings");
    let mut fingerprints = Fingerprints::new();
    let results = kept.iter().map(|finding| {
        let prints = fingerprints.of(finding.place.span.file, &finding.fingerprint);
        result(report, finding, indices.get(finding.code).copied(), prints)
    });
    let log = Log {
        category: category(report),
        results: results.collect(),
        rules: report.rules.iter().map(descriptor).collect(),
        notices: notice.into_iter().collect(),
    };
    sarif::write(log, out)
}

/// Findings, the worst first. What several topologies have from one file is told once.
fn once_each<'r>(report: &'r LintReport<'_>) -> Vec<&'r FindingView> {
    let mut seen: BTreeSet<(&str, Span, &str)> = BTreeSet::new();
    let mut findings = worst_first(report);
    findings.retain(|finding| seen.insert((&finding.fingerprint, finding.place.span, &finding.message)));
    findings
}

fn category(report: &LintReport<'_>) -> String {
    match report.topologies.as_slice() {
        [_] => format!("rsctl/{}/", printable(&report.topology_path(0))),
        _ => "rsctl/".to_owned(),
    }
}

fn result(report: &LintReport<'_>, finding: &FindingView, rule: Option<usize>, fingerprints: Value) -> Value {
    let related = &finding.labels[..finding.labels.len().min(MOST_RELATED)];
    let mut location = location(report, finding.place.span, &finding.place.text);
    location["logicalLocations"] = json!([{ "fullyQualifiedName": printable(&finding.object) }]);
    let mut result = json!({
        "ruleId": finding.code,
        "level": finding.severity.word(),
        "message": { "text": message(report, finding, related) },
        "locations": [location],
        "partialFingerprints": fingerprints,
    });
    if let Some(index) = rule {
        result["ruleIndex"] = json!(index);
    }
    if !related.is_empty() {
        let related = related.iter().enumerate().map(|(index, label)| {
            let mut location = self::location(report, label.span, &label.text);
            location["id"] = json!(index + 1);
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if !finding.path.is_empty() {
        let steps = finding.path.iter().take(MOST_STEPS);
        let steps = steps.map(|step| json!({ "location": self::location(report, step.span, &step.text) }));
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps.collect::<Vec<_>>() }] }]);
    }
    if let Some(fix) = fix(report, finding) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// Sentences, of which the first stands alone: all that is shown where there is little room.
fn message(report: &LintReport<'_>, finding: &FindingView, related: &[Label]) -> String {
    let mut sentences = vec![sentence(&plain(&finding.message))];
    let mut say = |title: &str, text: &str| sentences.push(sentence(&format!("{title}: {}", plain(text))));
    if !finding.effects.is_empty() {
        say("Affects", &finding.effects.join("; "));
    }
    finding.notes.iter().for_each(|text| say("Note", text));
    finding.help.iter().for_each(|text| say("Help", text));
    if !related.is_empty() {
        let link = |(index, label): (usize, &Label)| {
            let text = match label.text.as_str() {
                "" => report.places().region(label.span).told(),
                text => printable(text).into_owned(),
            };
            format!("[{}]({})", text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"), index + 1)
        };
        let links: Vec<String> = related.iter().enumerate().map(link).collect();
        let more = match finding.labels.len() - related.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        sentences.push(format!("See {}{more}.", links.join(", ")));
    }
    sentences.join(" ")
}

fn location(report: &LintReport<'_>, span: Span, text: &str) -> Value {
    sarif::location(&report.places().region(span), text)
}

/// The mend, file by file.
fn fix(report: &LintReport<'_>, finding: &FindingView) -> Option<Value> {
    let fix = finding.fix.as_ref()?;
    let mut files: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacement = json!({
            "deletedRegion": sarif::region(&report.places().region(edit.span)),
            "insertedContent": { "text": edit.text },
        });
        files.entry(edit.span.file).or_default().push(replacement);
    }
    let change = |(file, replacements): (FileId, Vec<Value>)| json!({ "artifactLocation": { "uri": uri(&report.places().path(file)) }, "replacements": replacements });
    let changes: Vec<Value> = files.into_iter().map(change).collect();
    let title = json!({ "text": sentence(&printable(&fix.title)) });
    (!changes.is_empty()).then(|| json!({ "description": title, "artifactChanges": changes }))
}

fn descriptor(rule: &RuleView) -> Value {
    let about = format!("{} {}", rule.what, rule.why);
    let mut markdown = Vec::new();
    rule::markdown_body(rule, 2, &mut markdown).expect("a Vec takes all that is written");
    let descriptor = Descriptor {
        id: rule.code,
        name: &pascal(rule.name),
        summary: rule.summary,
        about: &about,
        fix: rule.fix,
        markdown: &String::from_utf8_lossy(&markdown),
        severity: rule.severity,
        precision: if rule.group == "unknown" { "medium" } else { "high" },
        tag: rule.group,
    };
    descriptor.value()
}

/// `RouteServerSubnetTooSmall` of `route-server-subnet-too-small`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rules_are_in_pascal_case() {
        assert_eq!(pascal("route-server-subnet-too-small"), "RouteServerSubnetTooSmall");
        assert_eq!(pascal("ipv6-peer"), "Ipv6Peer");
    }
}
