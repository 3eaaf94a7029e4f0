//! What `lint` found, with everything a renderer needs: places, words, fingerprints, mends, and the rules that ran.
//!
//! Which findings count was decided before; nothing is left out or reordered here.

use super::places::Places;
use super::rules::RuleView;
use crate::diagnostic::{Code, Diagnostic, Label, Note, Place, Severity};
use crate::lint::{Fix, Found, Ruleset};
use crate::source::Sources;
use std::path::{Path, PathBuf};

/// The outcome of a run.
#[derive(Debug)]
pub struct LintReport<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The folder that paths are given from in formats for machines: the root of the repository.
    pub root: PathBuf,
    /// The topologies that were looked at, as the user named them.
    pub topologies: Vec<String>,
    /// Whose statements were held against them.
    pub ruleset: Ruleset,
    /// What counts, by topology, file and place.
    pub findings: Vec<FindingView>,
    /// Findings that a comment in the file or the settings ignore.
    pub ignored: Vec<FindingView>,
    /// Findings that the baseline holds.
    pub in_baseline: usize,
    /// Entries of the baseline that no longer arise: rule, object.
    pub fixed_since_baseline: Vec<(String, String)>,
    /// The rules that ran, by code.
    pub rules: Vec<RuleView>,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct FindingView {
    /// Index into [`LintReport::topologies`].
    pub topology: usize,
    /// `RS0103`.
    pub code: &'static str,
    /// `route-server-subnet-too-small`.
    pub name: &'static str,
    /// `refuse`.
    pub group: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where the cause is.
    pub place: Label,
    /// The object: `vnets.hub.subnets.app`.
    pub object: String,
    /// Other places.
    pub labels: Vec<Label>,
    /// What it affects.
    pub effects: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// How the routes travel.
    pub path: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// What a machine may edit.
    pub fix: Option<Fix>,
    /// Stays the same when the file is laid out anew.
    pub fingerprint: String,
}

impl FindingView {
    /// The view of a finding in the topology of that index, as bad as `severity`.
    pub fn new(found: Found, topology: usize, severity: Severity) -> Self {
        let finding = found.finding;
        FindingView {
            topology,
            code: found.rule.code,
            name: found.rule.name,
            group: found.rule.group.word(),
            severity,
            message: finding.message,
            place: finding.place,
            object: finding.object,
            labels: finding.labels,
            effects: finding.effects,
            notes: finding.notes,
            path: finding.path,
            help: finding.help,
            fix: finding.fix,
            fingerprint: found.fingerprint,
        }
    }

    /// The same as a diagnostic, for renderers that draw source lines. Steps of the path are told with their places.
    pub fn diagnostic(&self, sources: &Sources) -> Diagnostic {
        let mut notes: Vec<Note> =
            self.effects.iter().map(|text| Note { title: "affects", text: text.clone() }).collect();
        notes.extend(self.path.iter().map(|step| {
            let file = sources.file(step.span.file);
            let position = file.position(step.span.start);
            let text = format!("{} ({}:{}:{})", step.text, file.name, position.line, position.column);
            Note { title: "via", text }
        }));
        notes.extend(self.notes.iter().map(|text| Note { title: "note", text: text.clone() }));
        Diagnostic {
            severity: self.severity,
            code: Some(Code::Rule(self.code, self.name)),
            message: self.message.clone(),
            place: Place::In(self.place.clone()),
            labels: self.labels.clone(),
            notes,
            help: self.help.clone(),
        }
    }
}

impl LintReport<'_> {
    /// Where things are, for formats that know files and lines only.
    pub fn places(&self) -> Places<'_> {
        Places { sources: self.sources, root: &self.root, revisions: &[] }
    }

    /// The path of a topology from the root of the repository.
    pub fn topology_path(&self, index: usize) -> String {
        self.places().of(Path::new(&self.topologies[index]))
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The rule of a finding.
    pub fn rule(&self, code: &str) -> Option<&RuleView> {
        self.rules.iter().find(|rule| rule.code == code)
    }
}
