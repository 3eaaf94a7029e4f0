//! Changes of blocks: whole lines with the comments that belong to them.
//!
//! A comment belongs to the entry it stands directly above, in the same column; one that is indented more than an entry and follows its
//! last line belongs into that entry.

use super::layout::{Entry, Place, Style};
use super::lines;
use super::render::{Spot, Written, neighbour};
use super::walk::{Arranged, New, Walk};
use crate::syntax::tree::{Kind, Node};

/// The entries of a block.
#[derive(Clone, Copy)]
pub(super) struct Block<'p> {
    pub(super) column: usize,
    pub(super) entries: &'p [Entry],
    /// How many keys and items lead to an entry.
    pub(super) depth: usize,
    /// The block itself.
    pub(super) around: &'p Place,
}

/// Takes out what does not stay and writes what is new.
pub(super) fn arrange(walk: &mut Walk<'_>, block: Block<'_>, arranged: &Arranged<'_>) {
    let kept = &arranged.kept;
    let is_behind_dash = block.entries.first().is_some_and(|first| !lines::is_first(walk.text, first.start));
    let first_kept = kept.iter().position(|kept| *kept);
    let mut pulled_up = false;
    for (index, entry) in block.entries.iter().enumerate().filter(|(index, _)| !kept[*index]) {
        if index == 0 && is_behind_dash {
            pulled_up = remove_behind_dash(walk, entry, first_kept.map(|first| &block.entries[first]));
        } else {
            remove(walk, block, index);
        }
    }
    insert(walk, block, arranged, first_kept, pulled_up || is_behind_dash && first_kept == Some(0));
}

fn insert(
    walk: &mut Walk<'_>,
    block: Block<'_>,
    arranged: &Arranged<'_>,
    first_kept: Option<usize>,
    is_behind_dash: bool,
) {
    let (text, line_break) = (walk.text, walk.line_break);
    let indent = " ".repeat(block.column);
    let is_spaced = is_spaced(text, block.entries);
    for New { behind, key, node } in &arranged.new {
        let spot = Spot { column: block.column, depth: block.depth, like: neighbour(block.around, None, node) };
        let lines = walk.writer.entry(*key, node, spot);
        let gap = if is_spaced && matches!(node.kind, Kind::Map(_) | Kind::List(_)) { line_break } else { "" };
        if let Some(index) = behind {
            let lines: String = lines.iter().map(|line| format!("{line_break}{indent}{line}")).collect();
            let place = last_line_end(text, &block.entries[*index], block.column);
            walk.splices.behind(place, format!("{gap}{lines}"));
        } else if let Some(first) = first_kept {
            let entry = &block.entries[first];
            if is_behind_dash {
                let lines: String = lines.iter().map(|line| format!("{line}{line_break}{indent}")).collect();
                walk.splices.before(entry.start, lines);
            } else {
                let lines: String = lines.iter().map(|line| format!("{indent}{line}{line_break}")).collect();
                walk.splices.before(comments_start(text, block, first), format!("{lines}{gap}"));
            }
        } else {
            let lines: String = lines.iter().map(|line| format!("{line_break}{indent}{line}")).collect();
            let last = block.entries.last().map_or(block.around.end, Entry::end);
            walk.splices.behind(lines::end(text, last), lines);
        }
    }
}

/// Another value behind a key.
pub(super) fn replace(walk: &mut Walk<'_>, entry: &Entry, column: usize, new: &Node, written: Written) {
    let text = walk.text;
    let place = &entry.value;
    let is_block = matches!(place.style, Style::Block(..));
    let is_below = lines::start(text, place.start) != lines::start(text, entry.after);
    if let Written::Inline(value) = &written
        && !is_block
    {
        if value.is_empty() {
            return walk.splices.instead(entry.after..place.end, String::new());
        }
        let blank = if matches!(place.style, Style::Empty) { " " } else { "" };
        return walk.splices.instead(place.start..place.end, format!("{blank}{value}"));
    }
    let step = walk.writer.step_under_key(new);
    let indent = format!("{}{}", walk.line_break, " ".repeat(column + step));
    let below = |lines: &[String]| lines.iter().map(|line| format!("{indent}{line}")).collect::<String>();
    if !is_below {
        let Written::Lines(lines) = written else { return };
        walk.splices.instead(lines::before_blanks(text, place.start)..place.end, String::new());
        return walk.splices.instead(lines::end(text, place.end)..lines::end(text, place.end), below(&lines));
    }
    let value = match &written {
        Written::Inline(value) => {
            let blank = if value.is_empty() { "" } else { " " };
            walk.splices.instead(entry.after..entry.after, format!("{blank}{value}"));
            String::new()
        }
        Written::Lines(lines) => below(lines),
    };
    let Style::Block(column, entries) = &place.style else {
        let start = lines::previous(text, place.start).map_or(0, |line| lines::end(text, line));
        return walk.splices.instead(start..lines::end(text, place.end), value);
    };
    let block = Block { column: *column, entries, depth: 0, around: place };
    let start = lines::previous(text, comments_start(text, block, 0)).map_or(0, |line| lines::end(text, line));
    walk.splices.instead(start..start, value);
    (0..entries.len()).for_each(|index| remove(walk, block, index));
}

/// Removes an entry with its lines.
fn remove(walk: &mut Walk<'_>, block: Block<'_>, index: usize) {
    let text = walk.text;
    let first = comments_start(text, block, index);
    let mut end = last_line_end(text, &block.entries[index], block.column);
    let Some(before) = lines::previous(text, first) else {
        return walk.splices.instead(0..lines::next(text, end), String::new());
    };
    let mut start = lines::end(text, before);
    if lines::is_blank(text, before) {
        // One gap is enough where there were two; none at the end of the file.
        let rest = &text[end..];
        if rest.trim().is_empty() {
            start = text[..start].trim_end().len();
        } else {
            let content = text.len() - rest.trim_start().len();
            let line = lines::start(text, content);
            end = lines::previous(text, line).map_or(end, |blank| lines::end(text, blank)).max(end);
        }
    }
    walk.splices.instead(start..end, String::new());
}

/// Removes the first entry of an item, which stands behind the dash. True when the next entry takes its place on the line.
fn remove_behind_dash(walk: &mut Walk<'_>, entry: &Entry, next: Option<&Entry>) -> bool {
    let text = walk.text;
    if let Some(next) = next {
        let between = lines::end(text, entry.value.end)..next.start;
        if !text[between].contains('#') {
            walk.splices.instead(entry.start..next.start, String::new());
            return true;
        }
    }
    let end = lines::end(text, entry.end());
    walk.splices.instead(lines::before_blanks(text, entry.start)..end, String::new());
    false
}

/// The start of the line on which an entry begins, or the comments directly above it.
fn comments_start(text: &str, block: Block<'_>, index: usize) -> usize {
    let floor = index.checked_sub(1).map_or(0, |before| block.entries[before].end());
    let mut start = lines::start(text, block.entries[index].start);
    while let Some(above) = lines::previous(text, start)
        && above >= floor
        && lines::comment(text, above) == Some(block.column)
    {
        start = above;
    }
    start
}

/// The end of the last line of an entry, with the comments below that are indented into it.
fn last_line_end(text: &str, entry: &Entry, column: usize) -> usize {
    let mut end = lines::end(text, entry.end());
    if !matches!(entry.value.style, Style::Block(..)) {
        return end;
    }
    let mut line = lines::next(text, end);
    while line < text.len() {
        match lines::comment(text, line) {
            Some(found) if found > column => end = lines::end(text, line),
            None if lines::is_blank(text, line) => {}
            _ => break,
        }
        line = lines::next(text, line);
    }
    end
}

/// True when blank lines stand between most of the entries.
pub(super) fn is_spaced(text: &str, entries: &[Entry]) -> bool {
    let is_apart = |entry: &&Entry| {
        let mut line = lines::start(text, entry.start);
        while let Some(above) = lines::previous(text, line) {
            if lines::comment(text, above).is_none() {
                return lines::is_blank(text, above);
            }
            line = above;
        }
        false
    };
    2 * entries.iter().skip(1).filter(is_apart).count() > entries.len().saturating_sub(1)
}
