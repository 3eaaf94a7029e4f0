//! SARIF 2.1.0 as GitHub code scanning and the SARIF viewers of editors and Azure DevOps read it: the log and its parts.
//!
//! What becomes a result, and what it says, belongs to the formats that write one.

use super::data;
use super::text::{cut, sentence};
use crate::diagnostic::Severity;
use crate::report::places::Region;
use crate::words::printable;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;
/// Characters of a description of a rule.
const MOST_DESCRIPTION: usize = 1_024;

/// A run.
pub(super) struct Log {
    /// What its results are about. GitHub keeps the alerts of each category apart: all before the last slash.
    pub(super) category: String,
    /// Descriptors of the rules.
    pub(super) rules: Vec<Value>,
    /// The results, the worst first.
    pub(super) results: Vec<Value>,
    /// What is to be said about the run itself.
    pub(super) notices: Vec<Notice>,
}

/// A remark about a run.
pub(super) struct Notice {
    /// How much it matters.
    pub(super) severity: Severity,
    /// What is to be said.
    pub(super) text: String,
}

/// Writes a log with one run.
pub(super) fn write(log: Log, out: &mut dyn Write) -> io::Result<()> {
    let mut run = json!({
        "tool": { "driver": {
            "name": "rsctl",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": log.rules,
        } },
        "automationDetails": { "id": log.category },
        "columnKind": "unicodeCodePoints",
        "results": log.results,
    });
    if !log.notices.is_empty() {
        let notice = |notice: &Notice| json!({ "level": notice.severity.word(), "message": { "text": notice.text } });
        run["invocations"] = json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": log.notices.iter().map(notice).collect::<Vec<_>>(),
        }]);
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    data::write(&log, out)
}

/// As many of the results, the worst first, as GitHub takes, and a notice when that is not all of them.
pub(super) fn most<'a, T>(all: &'a [T], nouns: &str) -> (&'a [T], Option<Notice>) {
    let kept = &all[..all.len().min(MOST_RESULTS)];
    let text = || format!("Only the worst {} of {} {nouns} are in this file.", kept.len(), all.len());
    (kept, (kept.len() < all.len()).then(|| Notice { severity: Severity::Warning, text: text() }))
}

/// A rule as readers list it.
pub(super) struct Descriptor<'a> {
    /// What results name.
    pub(super) id: &'a str,
    /// In Pascal case.
    pub(super) name: &'a str,
    /// The problem in one sentence.
    pub(super) summary: &'a str,
    /// What it means.
    pub(super) about: &'a str,
    /// What to do, on top of that.
    pub(super) fix: &'a str,
    /// All of it as Markdown.
    pub(super) markdown: &'a str,
    /// The word of its severity.
    pub(super) severity: &'a str,
    /// How often a result is wrong: `high` or `medium`.
    pub(super) precision: &'a str,
    /// What it is filed under.
    pub(super) tag: &'a str,
}

impl Descriptor<'_> {
    /// With everything that GitHub asks for.
    pub(super) fn value(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "shortDescription": { "text": cut(&sentence(self.summary), MOST_DESCRIPTION) },
            "fullDescription": { "text": cut(self.about, MOST_DESCRIPTION) },
            "help": { "text": format!("{} {}", self.about, self.fix), "markdown": self.markdown },
            "defaultConfiguration": { "level": self.severity },
            "properties": {
                "precision": self.precision,
                "problem.severity": if self.severity == Severity::Note.word() { "recommendation" } else { self.severity },
                "tags": ["azure-routing", self.tag],
            },
        })
    }
}

/// Numbers equal fingerprints of a file, because GitHub takes two results with the same one for one alert.
pub(super) struct Fingerprints<F>(BTreeMap<(F, String), usize>);

impl<F: Ord> Fingerprints<F> {
    pub(super) fn new() -> Self {
        Fingerprints(BTreeMap::new())
    }

    /// The fingerprints of a result.
    pub(super) fn of(&mut self, file: F, fingerprint: &str) -> Value {
        let count = self.0.entry((file, fingerprint.to_owned())).and_modify(|count| *count += 1).or_insert(1);
        json!({ "primaryLocationLineHash": format!("{fingerprint}:{count}"), "rsctl/v1": fingerprint })
    }
}

/// Text in a message that is no link of its own.
pub(super) fn plain(text: &str) -> String {
    printable(text).replace("](", "] (")
}

/// A place with all four ends of its region, without which GitHub shows the whole line.
pub(super) fn location(region: &Region, text: &str) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&region.path) },
        "region": self::region(region),
    } });
    if !text.is_empty() {
        location["message"] = json!({ "text": printable(text) });
    }
    location
}

/// The ends of a place.
pub(super) fn region(region: &Region) -> Value {
    json!({
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    })
}

/// A path as a relative reference, which readers take from the root of the repository; an absolute one as a `file` URI.
pub(super) fn uri(path: &str) -> String {
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
    fn text_of_the_user_makes_no_link() {
        assert_eq!(plain("[here](https://example.com)"), "[here] (https://example.com)");
    }
}
