//! Findings that were there before: written once, and left out from then on, so that a gate stops what is new.
//!
//! An entry is known by topology and fingerprint. Rule and object stand beside it for people who read the file.

use super::run::Found;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const VERSION: &str = "1.0";

/// What a baseline holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    format_version: String,
    findings: Vec<Entry>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Path of the topology from the root of the repository.
    pub topology: String,
    /// Code of the rule.
    pub code: String,
    /// The object.
    pub object: String,
    /// What tells the finding from every other.
    pub fingerprint: String,
}

impl Entry {
    /// The entry of a finding in a topology of that path.
    pub fn of(found: &Found, topology: &str) -> Self {
        Entry {
            topology: topology.to_owned(),
            code: found.rule.code.to_owned(),
            object: found.finding.object.clone(),
            fingerprint: found.fingerprint.clone(),
        }
    }
}

impl Baseline {
    /// A baseline of these findings, in an order of its own.
    pub fn new(mut findings: Vec<Entry>) -> Self {
        findings.sort();
        findings.dedup();
        Baseline { format_version: VERSION.to_owned(), findings }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// Why the text is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Baseline = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match baseline.format_version.split_once('.') {
            Some(("1", _)) => Ok(baseline),
            _ => Err(format!(
                "its format version is {}, and this rsctl reads {VERSION}",
                crate::words::echo(&baseline.format_version)
            )),
        }
    }

    /// The text of a baseline.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("strings and lists always serialise");
        text + "\n"
    }

    /// Whether a finding was there before.
    pub fn holds(&self, found: &Found, topology: &str) -> bool {
        self.findings.iter().any(|entry| entry.topology == topology && entry.fingerprint == found.fingerprint)
    }

    /// The entries of these topologies that are not among `now`.
    pub fn gone(&self, topologies: &[String], now: &BTreeSet<Entry>) -> Vec<&Entry> {
        self.findings.iter().filter(|entry| topologies.contains(&entry.topology) && !now.contains(entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let entry =
            Entry { topology: "a".into(), code: "RS0103".into(), object: "x \"y\"".into(), fingerprint: "f".into() };
        let baseline = Baseline::new(vec![entry.clone(), entry.clone()]);
        let read = Baseline::read(&baseline.text()).expect("a baseline reads its own text");
        assert_eq!(read.gone(&["a".into()], &BTreeSet::new()), [&entry]);
        assert!(
            read.gone(&["a".into()], &[entry].into()).is_empty()
                && read.gone(&["b".into()], &BTreeSet::new()).is_empty()
        );
    }

    #[test]
    fn another_format_is_refused() {
        let error = Baseline::read("{\"formatVersion\": \"2.0\", \"findings\": []}").unwrap_err();
        assert!(error.contains("2.0"), "{error}");
        assert!(Baseline::read("[]").is_err() && Baseline::read("").is_err());
    }
}
