//! GitHub workflow commands: annotations on the lines of a pull request, and what is left out of them.
//!
//! What is annotated, and with which words, belongs to the formats that write some.

use super::diagnostic::nouns;
use crate::diagnostic::Severity;
use crate::report::places::Region;
use crate::words::{plural, printable};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// GitHub shows this many annotations of a kind for each step and drops the others.
const SHOWN: usize = 10;
/// Files that the closing notice names.
const NAMED_FILES: usize = 5;
/// The kinds, the worst first.
const KINDS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// What is to be said about some lines.
pub(super) struct Annotation {
    /// How bad it is.
    pub(super) severity: Severity,
    /// What it is: `RS0103`.
    pub(super) code: &'static str,
    /// The lines.
    pub(super) region: Region,
    /// What is said, in lines; harmless.
    pub(super) text: String,
}

/// Writes a command for each annotation that GitHub shows, the worst first, and a notice about the others that names the command which
/// lists them.
pub(super) fn write(annotations: &[Annotation], lister: &str, out: &mut dyn Write) -> io::Result<()> {
    let of = |kind: Severity| annotations.iter().filter(move |annotation| annotation.severity == kind);
    let is_too_much = KINDS.iter().any(|kind| of(*kind).count() > SHOWN);
    let mut left_out: Vec<&Annotation> = Vec::new();
    for kind in KINDS {
        // The closing notice takes a place among the notices.
        let room = if is_too_much && kind == Severity::Note { SHOWN - 1 } else { SHOWN };
        for annotation in of(kind).take(room) {
            writeln!(out, "{}", command(annotation))?;
        }
        left_out.extend(of(kind).skip(room));
    }
    if !left_out.is_empty() {
        let text = format!("{}; `{lister}` lists them all", roll_up(&left_out));
        writeln!(out, "::notice title=rsctl::{}", value(&text))?;
    }
    Ok(())
}

/// `::error title=rsctl (RS0103),file=…,line=…,col=…,endLine=…,endColumn=…::text`.
fn command(annotation: &Annotation) -> String {
    let level = match annotation.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let (start, end) = (annotation.region.start, annotation.region.end);
    // Columns make sense to GitHub within one line only.
    let lines = match start.line == end.line {
        true => format!("line={},col={},endLine={},endColumn={}", start.line, start.column, end.line, end.column),
        false => format!("line={},endLine={}", start.line, end.line),
    };
    let (title, file) = (property(&format!("rsctl ({})", annotation.code)), property(&annotation.region.path));
    format!("::{level} title={title},file={file},{lines}::{}", value(&annotation.text))
}

/// How many are not shown, and in which files.
fn roll_up(left_out: &[&Annotation]) -> String {
    let count = |severity: Severity| left_out.iter().filter(|annotation| annotation.severity == severity).count();
    let counts = KINDS.into_iter().filter(|kind| count(*kind) > 0).map(|kind| {
        let (one, many) = nouns(kind);
        plural(count(kind), &format!("more {one}"), &format!("more {many}"))
    });
    let counts: Vec<String> = counts.collect();
    let files: BTreeSet<&str> = left_out.iter().map(|annotation| annotation.region.path.as_str()).collect();
    let mut named: Vec<String> = files.iter().take(NAMED_FILES).map(|path| printable(path).into_owned()).collect();
    if files.len() > NAMED_FILES {
        named.push(plural(files.len() - NAMED_FILES, "more file", "more files"));
    }
    format!("{} in {}", counts.join(", "), named.join(", "))
}

/// The text of a command.
fn value(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, made harmless where a log shows it.
fn property(text: &str) -> String {
    value(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_command_early() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25\\n");
        assert_eq!(value("100%\r\n::x"), "100%25%0D%0A::x");
    }
}
