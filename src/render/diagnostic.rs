//! Diagnostics for people: with the lines they are about, or one line each.
//!
//! What a diagnostic says is decided where it is raised; JSON and SARIF are other files.
//!
//! miette draws. It gets an excerpt of a few lines, made harmless and cut to the width, never the file: the price of a
//! diagnostic depends on the lines it shows and not on the size of the file.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use super::text::{Paint, plural, printable, stand_in, wrap};
use crate::diagnostic::{Diagnostic, Label, Place, Severity};
use crate::source::{FileId, SourceFile, Sources, Span};

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
/// Lines shown before and after each label.
const CONTEXT: usize = 1;
/// A label over more lines than this shows its first line only.
const MOST_LINES: usize = 8;
/// Columns that a label keeps in a line that has to be cut, however many labels share it.
const LEAST_SHARE: usize = 16;
/// Columns of a tab.
const TAB: usize = 4;

/// All diagnostics with their source lines, and how many there are; empty when there are none.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, options: &Options) -> String {
    let mut out = String::new();
    let options = Options { width: options.width.max(LEAST_WIDTH), ..*options };
    for diagnostic in diagnostics {
        one(&mut out, diagnostic, sources, &options);
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
        push_line(&mut out, format_args!("{place}: {}: {message}{help}", word(diagnostic.severity)));
    }
    out
}

/// How many there are of each severity: `3 errors, 1 warning`; empty when there are none.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let nouns = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ];
    let counts = nouns.map(|(severity, one, many)| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        (count > 0).then(|| plural(count, one, many))
    });
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn push_line(out: &mut String, line: impl Display) {
    writeln!(out, "{line}").expect("a String takes all that is written");
}

fn one(out: &mut String, diagnostic: &Diagnostic, sources: &Sources, options: &Options) {
    let paint = Paint::new(options.colour);
    let word = word(diagnostic.severity);
    let title = match diagnostic.severity {
        Severity::Error => paint.red(word),
        Severity::Warning => paint.yellow(word),
        Severity::Note => paint.cyan(word),
    };
    paragraph(out, paint.bold(title), word.len(), &diagnostic.message, options);

    let mut labels: Vec<&Label> = Vec::new();
    match &diagnostic.place {
        Place::In(label) => labels.push(label),
        Place::File(name) => push_line(out, format_args!("  {} {}", paint.cyan("-->"), printable(name))),
    }
    labels.extend(&diagnostic.labels);
    if !labels.is_empty() {
        snippets(out, diagnostic, &labels, sources, options);
    }
    if let Some(help) = &diagnostic.help {
        paragraph(out, format_args!("  {}", paint.cyan("help")), "  help".len(), help, options);
    }
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
        .with_context_lines(CONTEXT)
        .tab_width(TAB)
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

/// The lines around some labels as they are shown, from all files, one after the other.
#[derive(Debug)]
struct Excerpt<'a> {
    text: String,
    lines: Vec<Line>,
    blocks: Vec<Block<'a>>,
    /// Where each label starts: in `text`, in which block, and in its file.
    starts: BTreeMap<usize, (usize, u32)>,
}

/// One line of an excerpt.
#[derive(Debug)]
struct Line {
    /// First byte in the excerpt.
    start: usize,
    /// Line in the file, from 0.
    number: usize,
    block: usize,
}

/// Lines of one file without a gap.
#[derive(Debug)]
struct Block<'a> {
    file: &'a SourceFile,
    /// Lines of the excerpt, end exclusive.
    lines: Range<usize>,
    marks: Vec<Mark>,
}

/// From `original` in the file on, until the next mark, the file is shown at `shown` in the excerpt.
#[derive(Debug, Clone, Copy)]
struct Mark {
    original: usize,
    shown: usize,
}

impl<'a> Excerpt<'a> {
    /// The excerpt, and where each span is in it.
    ///
    /// The file of the first span comes first, others follow in the order in which they are named.
    fn new(spans: &[Span], sources: &'a Sources, options: &Options) -> (Self, Vec<Range<usize>>) {
        let mut files: Vec<FileId> = Vec::new();
        for span in spans {
            if !files.contains(&span.file) {
                files.push(span.file);
            }
        }
        let settled: Vec<Range<usize>> = spans.iter().map(|span| settle(sources.file(span.file), *span)).collect();
        let of_file = |id: FileId| {
            let pairs = spans.iter().zip(&settled);
            pairs.filter(move |(span, _)| span.file == id).map(|(_, range)| range.clone()).collect::<Vec<_>>()
        };
        let plan: Vec<_> = files.iter().map(|id| (*id, windows(sources.file(*id), &of_file(*id)))).collect();

        let last_line = plan.iter().flat_map(|(_, windows)| windows).map(|window| window.end).max().unwrap_or(0);
        let crossing = spans.iter().zip(&settled).filter(|(span, range)| {
            let file = sources.file(span.file);
            line_of(file, range.start) != line_of(file, range.end)
        });
        let frame = match crossing.count() {
            0 => 4,
            arrows => 4 + 3 + arrows,
        };
        let room = options.width.saturating_sub(last_line.to_string().len() + frame).max(LEAST_SHARE);

        let mut excerpt =
            Excerpt { text: String::new(), lines: Vec::new(), blocks: Vec::new(), starts: BTreeMap::new() };
        let mut block_of: BTreeMap<(FileId, usize), usize> = BTreeMap::new();
        for (id, windows) in &plan {
            let (file, ranges) = (sources.file(*id), of_file(*id));
            for window in windows {
                block_of.insert((*id, window.start), excerpt.blocks.len());
                excerpt.push_block(file, window.clone(), &ranges, room, options.unicode);
            }
        }
        let mut shown = Vec::with_capacity(spans.len());
        for (span, range) in spans.iter().zip(&settled) {
            let line = line_of(sources.file(span.file), range.start);
            let (_, &index) = block_of.range(..=(span.file, line)).next_back().expect("every span has a window");
            let block = &excerpt.blocks[index];
            let start = block.start_of(range.start);
            let end = if range.is_empty() { start } else { block.end_of(range.end).unwrap_or(excerpt.text.len()) };
            excerpt.starts.entry(start).or_insert((index, range.start as u32));
            shown.push(start..end.max(start));
        }
        (excerpt, shown)
    }

    fn push_block(
        &mut self,
        file: &'a SourceFile,
        window: Range<usize>,
        ranges: &[Range<usize>],
        room: usize,
        unicode: bool,
    ) {
        let first = self.lines.len();
        let mut marks = Vec::new();
        for number in window {
            self.lines.push(Line { start: self.text.len(), number, block: self.blocks.len() });
            let whole = line_range(file, number);
            let touching = ranges.iter().filter(|range| range.start <= whole.end && range.end >= whole.start);
            let inside: Vec<_> =
                touching.map(|range| range.start.max(whole.start)..range.end.clamp(whole.start, whole.end)).collect();
            self.push_text(file, whole, &inside, room, unicode, &mut marks);
        }
        self.blocks.push(Block { file, lines: first..self.lines.len(), marks });
    }

    /// Adds one line: what has to be seen of it, and marks that lead back to the file.
    fn push_text(
        &mut self,
        file: &SourceFile,
        whole: Range<usize>,
        inside: &[Range<usize>],
        room: usize,
        unicode: bool,
        marks: &mut Vec<Mark>,
    ) {
        let ellipsis = if unicode { "…" } else { "..." };
        let (start, end) = (whole.start, whole.end);
        let text = &file.text[..];
        let mut done = start;
        for piece in pieces(text, whole, inside, room, ellipsis.len().min(3)) {
            if piece.start > done {
                marks.push(Mark { original: done, shown: self.text.len() });
                self.text.push_str(ellipsis);
            }
            for (index, character) in text[piece.clone()].char_indices() {
                marks.push(Mark { original: piece.start + index, shown: self.text.len() });
                self.text.push(if character == '\t' { '\t' } else { stand_in(character, unicode) });
            }
            done = piece.end;
        }
        if done < end {
            marks.push(Mark { original: done, shown: self.text.len() });
            self.text.push_str(ellipsis);
        }
        marks.push(Mark { original: end, shown: self.text.len() });
        self.text.push('\n');
    }

    fn line_at(&self, shown: usize) -> usize {
        self.lines.partition_point(|line| line.start <= shown).saturating_sub(1)
    }
}

impl Block<'_> {
    fn start_of(&self, original: usize) -> usize {
        let index = self.marks.partition_point(|mark| mark.original <= original).saturating_sub(1);
        self.marks[index].shown
    }

    fn end_of(&self, original: usize) -> Option<usize> {
        let index = self.marks.partition_point(|mark| mark.original < original);
        self.marks.get(index).map(|mark| mark.shown)
    }
}

impl SourceCode for Excerpt<'_> {
    /// Whole lines, within one block: miette joins labels only when this succeeds for both together.
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let last = (span.offset() + span.len()).saturating_sub(1).max(span.offset());
        let (first, last) = (self.line_at(span.offset()), self.line_at(last));
        let line = self.lines.get(first).ok_or(MietteError::OutOfBounds)?;
        let block = &self.blocks[line.block];
        if !block.lines.contains(&last) {
            return Err(MietteError::OutOfBounds);
        }
        let (first, last) =
            (first.saturating_sub(before).max(block.lines.start), (last + after).min(block.lines.end - 1));
        let start = self.lines[first].start;
        let end = self.lines.get(last + 1).map_or(self.text.len(), |line| line.start);
        // Without context it is the position that miette asks for.
        let column = match self.starts.get(&span.offset()) {
            Some((_, original)) if before == 0 => block.file.position(*original).column - 1,
            _ => 0,
        };
        Ok(Box::new(MietteSpanContents::new_named(
            printable(&block.file.name).into_owned(),
            &self.text.as_bytes()[start..end],
            (start..end).into(),
            self.lines[first].number,
            column,
            last - first + 1,
        )))
    }
}

/// The part of a span that can be shown: inside the file, of few lines, without the line break at its end.
fn settle(file: &SourceFile, span: Span) -> Range<usize> {
    let text = &file.text[..];
    let start = floor_char_boundary(text, span.start as usize);
    let mut end = floor_char_boundary(text, span.end as usize).max(start);
    let line = line_of(file, start);
    if line_of(file, end) - line >= MOST_LINES {
        end = line_range(file, line).end.max(start);
    }
    let inside = &text[start..end];
    let trimmed = match inside.trim_end() {
        "" => inside.trim_end_matches(['\n', '\r']),
        trimmed => trimmed,
    };
    start..start + trimmed.len()
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn line_of(file: &SourceFile, offset: usize) -> usize {
    file.line_of(offset as u32)
}

/// The bytes of a line without its line break, and without a byte order mark.
fn line_range(file: &SourceFile, number: usize) -> Range<usize> {
    let (start, next) = (file.line_start(number) as usize, file.line_start(number + 1) as usize);
    let text = &file.text[start..next];
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let end = start + text.len();
    match text.strip_prefix('\u{feff}') {
        Some(rest) if start == 0 => end - rest.len()..end,
        _ => start..end,
    }
}

/// The lines to show for the ranges of one file, in order, neighbours joined.
fn windows(file: &SourceFile, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let last = line_of(file, file.text.len());
    // What follows the last line break is a line only for a label that points there.
    let last_shown = if last > 0 && file.text.ends_with('\n') { last - 1 } else { last };
    let mut around: Vec<Range<usize>> = ranges
        .iter()
        .map(|range| {
            let (first, end) = (line_of(file, range.start), line_of(file, range.end));
            first.saturating_sub(CONTEXT)..(end + CONTEXT).min(last_shown).max(end) + 1
        })
        .collect();
    around.sort_by_key(|window| window.start);
    join(around)
}

/// Ranges in order of their starts, without overlaps.
fn join(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(previous) if range.start <= previous.end => previous.end = previous.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// What is shown of a line: all of it when there is room, else the surroundings of each label, else its start.
fn pieces(text: &str, whole: Range<usize>, inside: &[Range<usize>], room: usize, ellipsis: usize) -> Vec<Range<usize>> {
    if forward(text, whole.start, whole.end, room) == whole.end {
        return vec![whole];
    }
    let room = room.saturating_sub(2 * ellipsis);
    if inside.is_empty() {
        return vec![whole.start..forward(text, whole.start, whole.end, room)];
    }
    let share = (room / inside.len()).max(LEAST_SHARE);
    let mut kept: Vec<Range<usize>> = inside
        .iter()
        .map(|label| {
            let after = forward(text, label.start, whole.end, share * 2 / 3);
            let used: usize = text[label.start..after].chars().map(columns).sum();
            let start = backward(text, whole.start, label.start, share - used);
            start..forward(text, start, whole.end, share).max(after)
        })
        .collect();
    kept.sort_by_key(|piece| piece.start);
    join(kept)
}

/// How far one gets from `start` with so many columns, at most to `end`.
fn forward(text: &str, start: usize, end: usize, room: usize) -> usize {
    let mut used = 0;
    for (index, character) in text[start..end].char_indices() {
        used += columns(character);
        if used > room {
            return start + index;
        }
    }
    end
}

/// How far one gets back from `end` with so many columns, at most to `start`.
fn backward(text: &str, start: usize, end: usize, room: usize) -> usize {
    let (mut used, mut reached) = (0, end);
    for (index, character) in text[start..end].char_indices().rev() {
        used += columns(character);
        if used > room {
            break;
        }
        reached = start + index;
    }
    reached
}

/// Columns of a character, rounded up: too many only cuts a line earlier.
fn columns(character: char) -> usize {
    match character {
        '\t' => TAB,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}' | '\u{1f000}'.. => 2,
        _ => 1,
    }
}
