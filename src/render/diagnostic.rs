//! Diagnostics for people: with the lines they are about, or one line each.
//!
//! What a diagnostic says is decided where it is raised; JSON and SARIF are other files.
//!
//! miette draws the snippets. It gets an excerpt of a few lines, made harmless and cut to the width, never the file: what
//! a diagnostic costs depends on the lines it shows and not on the size of the file.

mod excerpt;

use std::fmt::{self, Display, Formatter, Write as _};
use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, SourceSpan};

use self::excerpt::Excerpt;
use super::text::{Paint, wrap};
use crate::diagnostic::{Code, Diagnostic, Label, Place, Severity};
use crate::source::{Sources, Span};
use crate::words::{plural, printable};

/// How to draw.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Use colours.
    pub colour: bool,
    /// Draw with box characters; without it everything that rsctl adds is ASCII.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Below this the drawing would be all frame.
const LEAST_WIDTH: usize = 40;

/// All diagnostics with their source lines, and how many there are; empty when there are none.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, options: &Options) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        one(&mut out, diagnostic, sources, options);
        out.push('\n');
    }
    if !diagnostics.is_empty() {
        push_line(&mut out, Paint::new(options.colour).bold(summary(diagnostics)));
    }
    out
}

/// One line for each diagnostic: `file:line:column: severity: message (help: what to do)`.
pub fn concise(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = match &diagnostic.place {
            Place::In(label) => {
                let file = sources.file(label.span.file);
                let position = file.position(label.span.start);
                format!("{}:{}:{}", printable(&file.name), position.line, position.column)
            }
            Place::File(name) => printable(name).into_owned(),
        };
        let help = diagnostic.help.as_ref().map(|help| format!(" (help: {})", printable(help))).unwrap_or_default();
        let message = printable(&diagnostic.message);
        let code = match diagnostic.code {
            Some(Code::Rule(code, name)) => format!("[{code} {name}]"),
            _ => String::new(),
        };
        push_line(&mut out, format_args!("{place}: {}{code}: {message}{help}", diagnostic.severity.word()));
    }
    out
}

/// How many there are of each severity: `3 errors, 1 warning`; empty when there are none.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    counted(|severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count())
}

/// The same of anything that knows how many it has of a severity.
pub(super) fn counted(count: impl Fn(Severity) -> usize) -> String {
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| match count(severity) {
        0 => None,
        count => {
            let (one, many) = nouns(severity);
            Some(plural(count, one, many))
        }
    });
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The noun for one and for some of a severity.
pub(super) fn nouns(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "errors"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Note => ("note", "notes"),
    }
}

fn push_line(out: &mut String, line: impl Display) {
    writeln!(out, "{line}").expect("a String takes all that is written");
}

/// One diagnostic with its source lines.
pub(super) fn one(out: &mut String, diagnostic: &Diagnostic, sources: &Sources, options: &Options) {
    let options = &Options { width: options.width.max(LEAST_WIDTH), ..*options };
    let paint = Paint::new(options.colour);
    let word = match diagnostic.code {
        Some(Code::Rule(code, _)) => format!("{}[{code}]", diagnostic.severity.word()),
        _ => diagnostic.severity.word().to_owned(),
    };
    let title = match diagnostic.severity {
        Severity::Error => paint.red(&word),
        Severity::Warning => paint.yellow(&word),
        Severity::Note => paint.cyan(&word),
    };
    paragraph(out, paint.bold(title), word.chars().count(), &diagnostic.message, options);

    let mut labels: Vec<&Label> = Vec::new();
    match &diagnostic.place {
        Place::In(label) => labels.push(label),
        Place::File(name) => push_line(out, format_args!("  {} {}", paint.cyan("-->"), printable(name))),
    }
    labels.extend(&diagnostic.labels);
    if !labels.is_empty() {
        snippets(out, diagnostic, &labels, sources, options);
    }
    for note in &diagnostic.notes {
        remark(out, note.title, &note.text, options);
    }
    if let Some(help) = &diagnostic.help {
        remark(out, "help", help, options);
    }
}

/// A remark under the source lines: `  help: what to do`.
pub(super) fn remark(out: &mut String, title: &str, text: &str, options: &Options) {
    let options = &Options { width: options.width.max(LEAST_WIDTH), ..*options };
    let painted = Paint::new(options.colour).cyan(title);
    paragraph(out, format_args!("  {painted}"), 2 + title.len(), text, options);
}

/// `title: text`, further lines under the text.
fn paragraph(out: &mut String, title: impl Display, title_width: usize, text: &str, options: &Options) {
    let indent = title_width + ": ".len();
    for (number, line) in wrap(&printable(text), options.width - indent).iter().enumerate() {
        match number {
            0 => push_line(out, format_args!("{title}: {line}")),
            _ => push_line(out, format_args!("{:indent$}{line}", "")),
        }
    }
}

fn snippets(out: &mut String, diagnostic: &Diagnostic, labels: &[&Label], sources: &Sources, options: &Options) {
    let spans: Vec<Span> = labels.iter().map(|label| label.span).collect();
    let (excerpt, shown) = Excerpt::new(&spans, sources, options);
    let has_primary = matches!(diagnostic.place, Place::In(_));
    let mut drawn: Vec<(bool, LabeledSpan)> = Vec::new();
    for (index, (label, range)) in labels.iter().zip(shown).enumerate() {
        let is_primary = has_primary && index == 0;
        let text = (!label.text.is_empty()).then(|| printable(&label.text).into_owned());
        drawn.push((is_primary, labeled(is_primary, text, range)));
    }
    // miette gives styles to labels in the order of their places.
    drawn.sort_by_key(|(_, label)| label.offset());

    let mut theme = match (options.unicode, options.colour) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    if !options.unicode {
        // Its own is a bar in the middle of the carets.
        theme.characters.underbar = theme.characters.underline;
    }
    let main = match diagnostic.severity {
        Severity::Error => theme.styles.error,
        Severity::Warning => theme.styles.warning,
        Severity::Note => theme.styles.advice,
    };
    let style = |(is_primary, _): &(bool, LabeledSpan)| if *is_primary { main } else { theme.styles.help };
    theme.styles.highlights = drawn.iter().map(style).collect();

    let report = Report { excerpt, labels: drawn.into_iter().map(|(_, label)| label).collect() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_context_lines(excerpt::CONTEXT)
        .tab_width(excerpt::TAB)
        .with_width(options.width)
        .with_wrap_lines(false);
    let mut drawing = String::new();
    handler.render_report(&mut drawing, &report).expect("an excerpt holds every label that it was made for");
    // The first line is miette's header; the report has none.
    for line in drawing.lines().skip(1) {
        push_line(out, line.trim_end());
    }
}

fn labeled(is_primary: bool, text: Option<String>, shown: Range<usize>) -> LabeledSpan {
    let span = SourceSpan::from(shown);
    if is_primary { LabeledSpan::new_primary_with_span(text, span) } else { LabeledSpan::new_with_span(text, span) }
}

/// What miette gets: lines and labels, no words of its own.
#[derive(Debug)]
struct Report<'a> {
    excerpt: Excerpt<'a>,
    labels: Vec<LabeledSpan>,
}

impl Display for Report<'_> {
    fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests;
