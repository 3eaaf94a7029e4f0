//! One shape for everything that is said about a user's file.
//!
//! How a diagnostic looks belongs in `render`; when it arises belongs to the room that raises it.

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Works, but will hurt.
    Warning,
    /// Refused.
    Error,
}

impl Severity {
    /// The word that is printed and written.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// The kind of a mistake, where something depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A name that leads nowhere.
    UnknownName,
    /// What a rule found: its code and its name.
    Rule(&'static str, &'static str),
}

/// A remark under the source lines: `affects: …`, `note: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of remark it is.
    pub title: &'static str,
    /// The remark.
    pub text: String,
}

/// A place and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is here; empty when the place speaks for itself.
    pub text: String,
}

/// Where a diagnostic points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file that was read.
    In(Label),
    /// At a file that could not be read, or that is wrong as a whole, by its name.
    File(String),
}

/// Something wrong, doubtful or remarkable: message, place, further places, what to do.
///
/// The message stands alone (lower case, no full stop); the label says what is here; the help says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of mistake, where something depends on it.
    pub code: Option<Code>,
    /// What is wrong.
    pub message: String,
    /// Where the cause is.
    pub place: Place,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// Remarks.
    pub notes: Vec<Note>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place in a file.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        let place = Place::In(Label { span, text: String::new() });
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            place,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// A warning at a place in a file.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(span, message) }
    }

    /// An error about a file as a whole.
    pub fn file_error(name: impl Into<String>, message: impl Into<String>) -> Self {
        let place = Place::File(name.into());
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            place,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Names the kind of mistake.
    pub fn code(mut self, code: Code) -> Self {
        self.code = Some(code);
        self
    }

    /// Says what is to be seen at the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Place::In(label) = &mut self.place {
            label.text = text.into();
        }
        self
    }

    /// Adds another place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// Collects diagnostics, so that one run reports every mistake.
#[derive(Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// Keeps a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Takes over what another sink kept, as far as `keep` says.
    pub fn absorb(&mut self, other: Sink, keep: impl Fn(&Diagnostic) -> bool) {
        self.diagnostics.extend(other.diagnostics.into_iter().filter(keep));
    }

    /// True when anything kept is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Everything kept, in order of files and places, each said once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        let place = |diagnostic: &Diagnostic| match &diagnostic.place {
            Place::In(label) => (Some(label.span), String::new()),
            Place::File(name) => (None, name.clone()),
        };
        self.diagnostics.sort_by_cached_key(|diagnostic| (place(diagnostic), diagnostic.message.clone()));
        self.diagnostics.dedup();
        self.diagnostics
    }
}
