//! The few lines of a file that a snippet needs, as they are shown.
//!
//! Knows places and text, nothing of what is wrong there.

use std::collections::BTreeMap;
use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::super::text::stand_in;
use super::Options;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::words::printable;

/// Lines shown before and after each label.
pub(super) const CONTEXT: usize = 1;
/// Columns of a tab.
pub(super) const TAB: usize = 4;
/// A label over more lines than this shows its first line only.
const MOST_LINES: usize = 8;
/// Columns that a label keeps in a line that has to be cut, however many labels share it.
const LEAST_SHARE: usize = 16;

/// The lines around some labels, from all files, one after the other.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    text: String,
    lines: Vec<Line>,
    blocks: Vec<Block<'a>>,
    /// Where each label starts in its file, by where it starts in `text`.
    starts: BTreeMap<usize, u32>,
    /// Columns for the text of a line.
    room: usize,
    unicode: bool,
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

/// The part of a span that can be shown.
#[derive(Debug)]
struct Spot {
    file: FileId,
    bytes: Range<usize>,
    /// Line of its first byte, from 0.
    first: usize,
    /// Line of its end.
    last: usize,
}

impl<'a> Excerpt<'a> {
    /// The excerpt, and where each span is in it.
    ///
    /// The file of the first span comes first, others follow in the order in which they are named.
    pub(super) fn new(spans: &[Span], sources: &'a Sources, options: &Options) -> (Self, Vec<Range<usize>>) {
        let spots: Vec<Spot> = spans.iter().map(|span| Spot::new(*span, sources.file(span.file))).collect();
        let mut files: Vec<FileId> = Vec::new();
        for spot in &spots {
            if !files.contains(&spot.file) {
                files.push(spot.file);
            }
        }
        let mut excerpt = Excerpt {
            text: String::new(),
            lines: Vec::new(),
            blocks: Vec::new(),
            starts: BTreeMap::new(),
            room: options.width.saturating_sub(frame(&spots)).max(LEAST_SHARE),
            unicode: options.unicode,
        };
        let mut block_at: BTreeMap<(FileId, usize), usize> = BTreeMap::new();
        for id in files {
            let (file, spots) = (sources.file(id), spots.iter().filter(|spot| spot.file == id).collect::<Vec<_>>());
            for window in windows(file, &spots) {
                block_at.insert((id, window.start), excerpt.blocks.len());
                excerpt.push_block(file, window, &spots);
            }
        }
        let mut shown = Vec::with_capacity(spots.len());
        for spot in &spots {
            let (_, index) = block_at.range(..=(spot.file, spot.first)).next_back().expect("every spot has a window");
            let block = &excerpt.blocks[*index];
            let start = block.start_of(spot.bytes.start);
            let end = if spot.bytes.is_empty() { start } else { block.end_of(spot.bytes.end) };
            excerpt.starts.entry(start).or_insert(spot.bytes.start as u32);
            shown.push(start..end.max(start));
        }
        (excerpt, shown)
    }

    fn push_block(&mut self, file: &'a SourceFile, window: Range<usize>, spots: &[&Spot]) {
        let first = self.lines.len();
        let mut marks = Vec::new();
        for number in window {
            self.lines.push(Line { start: self.text.len(), number, block: self.blocks.len() });
            let line = line_range(file, number);
            let within = |offset: usize| offset.clamp(line.start, line.end);
            let here = spots.iter().filter(|spot| spot.first <= number && number <= spot.last);
            let labels: Vec<_> = here.map(|spot| within(spot.bytes.start)..within(spot.bytes.end)).collect();
            self.push_line(&file.text, line, &labels, &mut marks);
        }
        self.blocks.push(Block { file, lines: first..self.lines.len(), marks });
    }

    /// Adds what has to be seen of a line, and the marks that lead there.
    fn push_line(&mut self, text: &str, line: Range<usize>, labels: &[Range<usize>], marks: &mut Vec<Mark>) {
        let ellipsis = if self.unicode { "…" } else { "..." };
        let mut done = line.start;
        for piece in pieces(text, &line, labels, self.room, ellipsis.chars().count()) {
            if piece.start > done {
                marks.push(Mark { original: done, shown: self.text.len() });
                self.text.push_str(ellipsis);
            }
            for (index, character) in text[piece.clone()].char_indices() {
                marks.push(Mark { original: piece.start + index, shown: self.text.len() });
                self.text.push(if character == '\t' { '\t' } else { stand_in(character, self.unicode) });
            }
            done = piece.end;
        }
        if done < line.end {
            marks.push(Mark { original: done, shown: self.text.len() });
            self.text.push_str(ellipsis);
        }
        marks.push(Mark { original: line.end, shown: self.text.len() });
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

    fn end_of(&self, original: usize) -> usize {
        let index = self.marks.partition_point(|mark| mark.original < original);
        self.marks[index.min(self.marks.len() - 1)].shown
    }
}

impl SourceCode for Excerpt<'_> {
    /// Whole lines of one block: miette joins two labels only when this succeeds for both together.
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let last_byte = (span.offset() + span.len()).saturating_sub(1).max(span.offset());
        let (first, last) = (self.line_at(span.offset()), self.line_at(last_byte));
        let block = &self.blocks[self.lines.get(first).ok_or(MietteError::OutOfBounds)?.block];
        if !block.lines.contains(&last) {
            return Err(MietteError::OutOfBounds);
        }
        let first = first.saturating_sub(before).max(block.lines.start);
        let last = (last + after).min(block.lines.end - 1);
        let start = self.lines[first].start;
        let end = self.lines.get(last + 1).map_or(self.text.len(), |line| line.start);
        // Without context it is the position that miette asks for.
        let column = match self.starts.get(&span.offset()) {
            Some(original) if before == 0 => block.file.position(*original).column - 1,
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

impl Spot {
    /// The part of a span that is inside the file, of few lines, and without the line break at its end.
    fn new(span: Span, file: &SourceFile) -> Self {
        let text = &file.text[..];
        let start = floor_char_boundary(text, span.start as usize);
        let mut end = floor_char_boundary(text, span.end as usize).max(start);
        let first = line_of(file, start);
        if line_of(file, end) - first >= MOST_LINES {
            end = line_range(file, first).end.max(start);
        }
        let inside = &text[start..end];
        let trimmed = match inside.trim_end() {
            "" => inside.trim_end_matches(['\n', '\r']),
            trimmed => trimmed,
        };
        let end = start + trimmed.len();
        Spot { file: span.file, bytes: start..end, first, last: line_of(file, end) }
    }
}

/// Columns that go to line numbers and arrows.
fn frame(spots: &[Spot]) -> usize {
    let highest = spots.iter().map(|spot| spot.last + CONTEXT + 1).max().unwrap_or(0);
    let arrows = spots.iter().filter(|spot| spot.first < spot.last).count();
    let numbers = highest.to_string().len() + "  │ ".chars().count();
    if arrows == 0 { numbers } else { numbers + arrows + "─▶ ".chars().count() }
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

/// The lines to show for the spots of one file, in order, neighbours joined.
fn windows(file: &SourceFile, spots: &[&Spot]) -> Vec<Range<usize>> {
    let end = line_of(file, file.text.len());
    // What follows the last line break is a line only for a label that points there.
    let end = if end > 0 && file.text.ends_with('\n') { end - 1 } else { end };
    let around = |spot: &&Spot| spot.first.saturating_sub(CONTEXT)..(spot.last + CONTEXT).min(end).max(spot.last) + 1;
    let mut windows: Vec<Range<usize>> = spots.iter().map(around).collect();
    windows.sort_by_key(|window| window.start);
    join(windows)
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
fn pieces(text: &str, line: &Range<usize>, labels: &[Range<usize>], room: usize, ellipsis: usize) -> Vec<Range<usize>> {
    if forward(text, line.start, line.end, room) == line.end {
        return vec![line.clone()];
    }
    let room = room.saturating_sub(2 * ellipsis);
    if labels.is_empty() {
        let head = line.start..forward(text, line.start, line.end, room);
        return vec![head];
    }
    let share = (room / labels.len()).max(LEAST_SHARE);
    // Two thirds for the label and what follows, the rest for what comes before, and what that leaves for what follows.
    let around = |label: &Range<usize>| {
        let after = forward(text, label.start, line.end, share * 2 / 3);
        let used: usize = text[label.start..after].chars().map(columns).sum();
        let start = backward(text, line.start, label.start, share - used);
        start..forward(text, start, line.end, share).max(after)
    };
    let mut kept: Vec<Range<usize>> = labels.iter().map(around).collect();
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

#[cfg(test)]
mod tests {
    use super::super::human;
    use super::*;
    use crate::diagnostic::Diagnostic;

    const PLAIN: Options = Options { colour: false, unicode: true, width: 80 };

    fn sources(text: String) -> Sources {
        let mut sources = Sources::default();
        sources.add("hub.yaml", "hub.yaml", text);
        sources
    }

    fn span(start: usize, end: usize) -> Span {
        Span { file: FileId(0), start: start as u32, end: end as u32 }
    }

    #[test]
    fn an_excerpt_does_not_grow_with_the_file() {
        let line = "- 10.0.0.0/16\n";
        let sources = sources(line.repeat(20_000_000 / line.len()));
        let size = sources.file(FileId(0)).text.len();
        let spans: Vec<Span> = (0..100).map(|index| size / 100 * index).map(|start| span(start, start + 1)).collect();
        for place in &spans {
            let (excerpt, _) = Excerpt::new(&[*place], &sources, &PLAIN);
            assert!(excerpt.lines.len() <= 4, "{} lines", excerpt.lines.len());
            assert!(excerpt.text.len() <= 4 * line.len());
        }
        let diagnostics: Vec<_> = spans.iter().map(|place| Diagnostic::error(*place, "m")).collect();
        let out = human(&diagnostics, &sources, &PLAIN);
        assert!(out.ends_with("100 errors\n"));
        assert!(out.len() < 100 * 300, "{} bytes", out.len());
    }

    #[test]
    fn an_excerpt_does_not_grow_with_the_line() {
        let sources = sources("10.0.0.0/16, ".repeat(100_000));
        let (excerpt, shown) = Excerpt::new(&[span(650_000, 650_010)], &sources, &PLAIN);
        assert!(excerpt.text.len() <= PLAIN.width + 2 * "…".len(), "{}", excerpt.text.len());
        assert_eq!(&excerpt.text[shown[0].clone()], sources.text(span(650_000, 650_010)));
    }
}
