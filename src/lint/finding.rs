//! One thing that a rule found: where, what, what it affects, and how to mend it.
//!
//! A finding without a place cannot be built. Which rule it is of is added by whoever runs the rule.

use crate::diagnostic::{Label, Severity};
use crate::source::Span;

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where the cause is: the line to edit.
    pub place: Label,
    /// What is wrong; stands alone, lower case, no full stop.
    pub message: String,
    /// The object, as a path into the document: `vnets.hub.subnets.app`.
    pub object: String,
    /// What tells two findings of one rule on one object apart, and does not change with the layout of the file.
    pub key: String,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// What it affects: subnets, prefixes, speakers.
    pub effects: Vec<String>,
    /// What else is worth saying: what Azure answers, where sources disagree.
    pub notes: Vec<String>,
    /// How the routes in question travel, from their origin to where it hurts.
    pub path: Vec<Label>,
    /// What to do, with a concrete value where there is one.
    pub help: Option<String>,
    /// What a machine may edit.
    pub fix: Option<Fix>,
    /// The estate is planned without what it is about, because Azure refuses it.
    pub left_out: bool,
    /// Less bad than the rule usually is.
    pub severity: Option<Severity>,
}

/// A replacement of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What comes there.
    pub text: String,
}

/// A mend that a machine can do without changing anything that was not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "write `RouteServerSubnet`".
    pub title: String,
    /// The edits, none overlapping another.
    pub edits: Vec<Edit>,
}

impl Finding {
    /// A finding at a place, on an object (`vnets.hub.subnets.app`).
    pub fn new(span: Span, object: impl Into<String>, message: impl Into<String>) -> Self {
        Finding {
            place: Label { span, text: String::new() },
            message: message.into(),
            object: object.into(),
            key: String::new(),
            labels: Vec::new(),
            effects: Vec::new(),
            notes: Vec::new(),
            path: Vec::new(),
            help: None,
            fix: None,
            left_out: false,
            severity: None,
        }
    }

    /// Tells it apart from other findings of the rule on the object: a prefix, a peer.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// The same by several parts, in whatever order they come. Texts that are shortened for people are no parts: they change.
    pub fn key_of<T: std::fmt::Display>(self, parts: impl IntoIterator<Item = T>) -> Self {
        let mut parts: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
        parts.sort();
        self.key(parts.join(","))
    }

    /// Says what is to be seen at the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.place.text = text.into();
        self
    }

    /// Adds another place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what it affects.
    pub fn affects(mut self, text: impl Into<String>) -> Self {
        self.effects.push(text.into());
        self
    }

    /// Says something else that is worth knowing.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a step of the way that the routes take.
    pub fn via(mut self, span: Span, text: impl Into<String>) -> Self {
        self.path.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Offers to replace a text.
    pub fn replace(self, span: Span, text: impl Into<String>, title: impl Into<String>) -> Self {
        self.fixed_by(Fix { title: title.into(), edits: vec![Edit { span, text: text.into() }] })
    }

    /// Offers a mend.
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says whether the estate is planned without what it is about; commands other than `lint` tell it then, too.
    pub fn left_out(mut self, left_out: bool) -> Self {
        self.left_out = left_out;
        self
    }

    /// Says that it is less bad, or worse, than the rule usually is.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// Collects what a rule finds.
#[derive(Debug, Default)]
pub struct Findings {
    findings: Vec<Finding>,
}

impl Findings {
    /// Keeps a finding.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Everything kept, in the order it came.
    pub fn into_vec(self) -> Vec<Finding> {
        self.findings
    }
}
