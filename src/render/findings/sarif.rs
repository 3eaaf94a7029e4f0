//! Findings as SARIF 2.1.0, as GitHub code scanning and the SARIF viewers of editors and Azure DevOps read it.
//!
//! The first location of a result is the line to edit, because GitHub shows an alert on a pull request only when its lines were
//! changed there; other places are related locations, linked from the message. What is ignored is left out: GitHub would show it.

use super::{cut, data, sentence, worst_first};
use crate::diagnostic::{Label, Severity};
use crate::render::rule;
use crate::report::lint::{FindingView, LintReport};
use crate::report::rules::RuleView;
use crate::source::{FileId, Span};
use crate::words::printable;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;
/// Related locations of a result; a message with more links is not read to its end.
const MOST_RELATED: usize = 10;
/// Steps of a flow that GitHub shows.
const MOST_STEPS: usize = 1_000;
/// Characters of a description of a rule.
const MOST_DESCRIPTION: usize = 1_024;

/// Writes a log with one run.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &LintReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let indices: BTreeMap<&str, usize> =
        report.rules.iter().enumerate().map(|(index, rule)| (rule.code, index)).collect();
    let all = once_each(report);
    let kept = &all[..all.len().min(MOST_RESULTS)];
    let mut seen: BTreeMap<(FileId, &str), usize> = BTreeMap::new();
    let mut results = Vec::with_capacity(kept.len());
    for finding in kept {
        let place = (finding.place.span.file, finding.fingerprint.as_str());
        let count = seen.entry(place).and_modify(|count| *count += 1).or_insert(1);
        results.push(result(report, finding, indices.get(finding.code).copied(), *count));
    }
    let mut run = json!({
        "tool": { "driver": {
            "name": "rsctl",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": report.rules.iter().map(descriptor).collect::<Vec<_>>(),
        } },
        "automationDetails": { "id": category(report) },
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    if kept.len() < all.len() {
        let text = format!("Only the worst {} of {} findings are in this file.", kept.len(), all.len());
        run["invocations"] = json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{ "level": "warning", "message": { "text": text } }],
        }]);
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    data::write(&log, out)
}

/// Findings, the worst first. What several topologies have from one file is told once.
fn once_each<'r>(report: &'r LintReport<'_>) -> Vec<&'r FindingView> {
    let mut seen: BTreeSet<(&str, Span, &str)> = BTreeSet::new();
    let mut findings = worst_first(report);
    findings.retain(|finding| seen.insert((&finding.fingerprint, finding.place.span, &finding.message)));
    findings
}

/// GitHub keeps the alerts of each category apart: all before the last slash.
fn category(report: &LintReport<'_>) -> String {
    match report.topologies.as_slice() {
        [_] => format!("rsctl/{}/", printable(&report.topology_path(0))),
        _ => "rsctl/".to_owned(),
    }
}

fn result(report: &LintReport<'_>, finding: &FindingView, rule: Option<usize>, count: usize) -> Value {
    let related = &finding.labels[..finding.labels.len().min(MOST_RELATED)];
    let mut location = location(report, finding.place.span, &finding.place.text);
    location["logicalLocations"] = json!([{ "fullyQualifiedName": printable(&finding.object) }]);
    let mut result = json!({
        "ruleId": finding.code,
        "level": finding.severity.word(),
        "message": { "text": message(report, finding, related) },
        "locations": [location],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:{count}", finding.fingerprint),
            "rsctl/v1": finding.fingerprint,
        },
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
                "" => super::place(report, label.span),
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

/// Text in a message that is no link of its own.
fn plain(text: &str) -> String {
    printable(text).replace("](", "] (")
}

/// A place with all four ends of its region, without which GitHub shows the whole line.
fn location(report: &LintReport<'_>, span: Span, text: &str) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&report.path(span.file)) },
        "region": region(report, span),
    } });
    if !text.is_empty() {
        location["message"] = json!({ "text": printable(text) });
    }
    location
}

fn region(report: &LintReport<'_>, span: Span) -> Value {
    let region = report.region(span);
    json!({
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    })
}

/// The mend, file by file.
fn fix(report: &LintReport<'_>, finding: &FindingView) -> Option<Value> {
    let fix = finding.fix.as_ref()?;
    let mut files: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacement = json!({
            "deletedRegion": region(report, edit.span),
            "insertedContent": { "text": edit.text },
        });
        files.entry(edit.span.file).or_default().push(replacement);
    }
    let change = |(file, replacements): (FileId, Vec<Value>)| json!({ "artifactLocation": { "uri": uri(&report.path(file)) }, "replacements": replacements });
    let changes: Vec<Value> = files.into_iter().map(change).collect();
    let title = json!({ "text": sentence(&printable(&fix.title)) });
    (!changes.is_empty()).then(|| json!({ "description": title, "artifactChanges": changes }))
}

fn descriptor(rule: &RuleView) -> Value {
    let about = format!("{} {}", rule.what, rule.why);
    let mut markdown = Vec::new();
    rule::markdown_body(rule, 2, &mut markdown).expect("a Vec takes all that is written");
    json!({
        "id": rule.code,
        "name": pascal(rule.name),
        "shortDescription": { "text": cut(&sentence(rule.summary), MOST_DESCRIPTION) },
        "fullDescription": { "text": cut(&about, MOST_DESCRIPTION) },
        "help": {
            "text": format!("{} {} {}", rule.what, rule.why, rule.fix),
            "markdown": String::from_utf8_lossy(&markdown),
        },
        "defaultConfiguration": { "level": rule.severity },
        "properties": {
            "precision": if rule.group == "unknown" { "medium" } else { "high" },
            "problem.severity": if rule.severity == Severity::Note.word() { "recommendation" } else { rule.severity },
            "tags": ["azure-routing", rule.group],
        },
    })
}

/// `RouteServerSubnetTooSmall` of `route-server-subnet-too-small`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

/// A path as a relative reference, which readers take from the root of the repository; an absolute one as a `file` URI.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    let drive = path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path[1..].starts_with(":/");
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if drive {
        uri.push_str("file:///");
    }
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b':' if drive && at == 1 => uri.push(':'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("net/hub.rsctl.yaml"), "net/hub.rsctl.yaml");
        assert_eq!(uri("a b/ü%?#:.yaml"), "a%20b/%C3%BC%25%3F%23%3A.yaml");
        assert_eq!(uri("/tmp/x"), "file:///tmp/x");
        assert_eq!(uri("C:/net/x"), "file:///C:/net/x");
        assert_eq!(uri("é:/x"), "%C3%A9%3A/x");
        assert_eq!(uri(""), "");
    }

    #[test]
    fn names_of_rules_are_in_pascal_case() {
        assert_eq!(pascal("route-server-subnet-too-small"), "RouteServerSubnetTooSmall");
        assert_eq!(pascal("ipv6-peer"), "Ipv6Peer");
    }

    #[test]
    fn text_of_the_user_makes_no_link() {
        assert_eq!(plain("[here](https://example.com)"), "[here] (https://example.com)");
    }
}
