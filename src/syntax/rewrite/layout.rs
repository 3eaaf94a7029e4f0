//! Where the entries of a YAML text stand and in which style they are written.
//!
//! The tree tells what was written, this tells where: brackets, commas, indentation, aliases as they stand. It reads the part of YAML
//! that topologies are written in and gives up on the rest (`? key`, values beside `---`): what it says of a text is only used for a new
//! text that is read and checked again.

mod scan;

use super::lines;
use scan::{Scan, is_key};
use std::cell::Cell;

/// A value in the text.
#[derive(Debug)]
pub(super) struct Place {
    /// First byte, after anchor and tag; of nothing at all where it would stand.
    pub(super) start: usize,
    /// One past the last byte that belongs to it.
    pub(super) end: usize,
    /// How it is written.
    pub(super) style: Style,
    /// The name of its anchor.
    pub(super) anchor: Option<String>,
}

#[derive(Debug)]
pub(super) enum Style {
    /// Nothing is written.
    Empty,
    /// `*name`.
    Alias,
    /// A scalar of any style.
    Scalar,
    /// In brackets.
    Flow(Vec<Entry>),
    /// One line or more for each entry, which begin at this column.
    Block(usize, Vec<Entry>),
}

/// An entry of a map or an item of a list.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key, without quotes; none of an item.
    pub(super) key: Option<String>,
    /// First byte of the key; of the dash; of an item in brackets.
    pub(super) start: usize,
    /// Behind colon or dash, and behind anchor and tag where there are any on that line.
    pub(super) after: usize,
    /// The comma behind it, in brackets.
    pub(super) comma: Option<usize>,
    /// What it holds.
    pub(super) value: Place,
}

impl Place {
    /// The entries in order; none of what is no map and no list.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.style {
            Style::Flow(entries) | Style::Block(_, entries) => entries,
            _ => &[],
        }
    }

    /// The entry of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.as_deref() == Some(key))
    }

    /// The names of all anchors in it.
    pub(super) fn anchors(&self) -> Vec<&str> {
        let inner = self.entries().iter().flat_map(|entry| entry.value.anchors());
        self.anchor.as_deref().into_iter().chain(inner).collect()
    }
}

impl Entry {
    /// The place after its last byte.
    pub(super) fn end(&self) -> usize {
        self.value.end.max(self.after)
    }
}

/// The layout of a text.
///
/// # Errors
/// The number of the first line that is written in a way this file does not know.
pub(super) fn layout(text: &str) -> Result<Place, usize> {
    let reached = Cell::new(0);
    read(text, &reached).ok_or_else(|| 1 + text[..reached.get()].matches('\n').count())
}

fn read(text: &str, reached: &Cell<usize>) -> Option<Place> {
    let scan = Scan { text };
    let mut at = scan.token(0);
    while text[at..].starts_with('%') {
        at = scan.token(lines::next(text, at));
    }
    if scan.is_marker(at) && text[at..].starts_with("---") {
        let inside = scan.token(at + 3);
        if inside < text.len() && lines::start(text, inside) == lines::start(text, at) {
            return None;
        }
        at = inside;
    }
    if at == text.len() || scan.is_marker(at) {
        return Some(Place { start: at, end: at, style: Style::Empty, anchor: None });
    }
    let root = Reader { scan, depth: 0, reached }.block(at, None)?;
    let rest = scan.token(root.end);
    reached.set(rest);
    (rest == text.len() || scan.is_marker(rest)).then_some(root)
}

/// Deeper nesting is refused by the tree already.
const MAX_DEPTH: usize = 32;

struct Reader<'t> {
    scan: Scan<'t>,
    depth: usize,
    /// The last entry that was begun.
    reached: &'t Cell<usize>,
}

impl<'t> Reader<'t> {
    fn inside(&self) -> Option<Reader<'t>> {
        (self.depth < MAX_DEPTH).then_some(Reader { depth: self.depth + 1, ..*self })
    }

    /// The value behind a colon or a dash. `parent` is the column of the key or the dash.
    fn behind(&self, after: usize, parent: usize, is_item: bool) -> Option<(usize, Place)> {
        let text = self.scan.text;
        let (after, anchor) = self.scan.properties(after);
        let at = lines::after_blanks(text, after);
        let mut place = if self.scan.ends_line(at) {
            let below = self.scan.token(at);
            let column = lines::column(text, below);
            let is_inside = below < text.len() && !self.scan.is_marker(below);
            let is_list_of_key = !is_item && column == parent && self.scan.is_dash(below);
            if is_inside && (column > parent || is_list_of_key) {
                self.block(below, Some(parent))?
            } else {
                Place { start: after, end: after, style: Style::Empty, anchor: None }
            }
        } else if is_item && (self.scan.is_dash(at) || is_key(self.scan, at)) {
            // An anchor here would be the one of the first key.
            if anchor.is_some() {
                return None;
            }
            self.block(at, Some(parent))?
        } else {
            self.inline(at, Some(parent))?
        };
        place.anchor = anchor;
        Some((after, place))
    }

    /// What begins at the first token of a line, or behind a dash.
    fn block(&self, at: usize, parent: Option<usize>) -> Option<Place> {
        let text = self.scan.text;
        self.reached.set(at);
        if matches!(text.as_bytes().get(at), Some(b'&' | b'!')) {
            return None;
        }
        let is_list = self.scan.is_dash(at);
        if !is_list && !is_key(self.scan, at) {
            return self.inline(at, parent);
        }
        let (column, inside) = (lines::column(text, at), self.inside()?);
        let mut entries = Vec::new();
        let mut next = at;
        loop {
            self.reached.set(next);
            let entry = if is_list {
                let (after, value) = inside.behind(next + 1, column, true)?;
                Entry { key: None, start: next, after, comma: None, value }
            } else {
                let (key, colon) = self.scan.key(next)?;
                let (after, value) = inside.behind(colon + 1, column, false)?;
                Entry { key: Some(key), start: next, after, comma: None, value }
            };
            let end = entry.end();
            entries.push(entry);
            next = self.scan.token(end);
            if next == text.len() || self.scan.is_marker(next) || lines::column(text, next) < column {
                break;
            }
            if lines::column(text, next) > column || !lines::is_first(text, next) {
                return None;
            }
            if self.scan.is_dash(next) != is_list {
                // A list at the column of its key ends with the next key.
                let is_next_key = is_list && parent == Some(column);
                if is_next_key {
                    break;
                }
                return None;
            }
        }
        let end = entries.last().map_or(at, Entry::end);
        Some(Place { start: at, end, style: Style::Block(column, entries), anchor: None })
    }

    /// A value that is no block of entries.
    fn inline(&self, at: usize, parent: Option<usize>) -> Option<Place> {
        let text = self.scan.text;
        let place = match text.as_bytes().get(at)? {
            b'[' | b'{' => self.flow(at)?,
            b'*' => self.place(at, self.scan.word(at), Style::Alias),
            b'"' | b'\'' => self.place(at, self.scan.quoted(at)?, Style::Scalar),
            b'|' | b'>' => return Some(self.place(at, self.scan.block_text(at, parent), Style::Scalar)),
            _ => self.place(at, self.scan.plain(at, parent), Style::Scalar),
        };
        self.scan.ends_line(lines::after_blanks(text, place.end)).then_some(place)
    }

    fn place(&self, start: usize, end: usize, style: Style) -> Place {
        Place { start, end, style, anchor: None }
    }

    /// A map or list in brackets.
    fn flow(&self, open: usize) -> Option<Place> {
        let text = self.scan.text.as_bytes();
        let (is_map, close) = if text[open] == b'{' { (true, b'}') } else { (false, b']') };
        let inside = self.inside()?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut at = self.scan.token(open + 1);
        loop {
            self.reached.set(at.min(text.len()));
            if *text.get(at)? == close {
                return Some(self.place(open, at + 1, Style::Flow(entries)));
            }
            if entries.last().is_some_and(|entry| entry.comma.is_none()) {
                return None;
            }
            let mut entry = if is_map { inside.flow_entry(at)? } else { inside.flow_item(at)? };
            at = self.scan.token(entry.end());
            if *text.get(at)? == b',' {
                entry.comma = Some(at);
                at = self.scan.token(at + 1);
            }
            entries.push(entry);
        }
    }

    fn flow_item(&self, start: usize) -> Option<Entry> {
        let (after, anchor) = self.scan.properties(start);
        let at = lines::after_blanks(self.scan.text, after);
        let mut value = self.flow_value(at)?;
        value.anchor = anchor;
        Some(Entry { key: None, start, after: start, comma: None, value })
    }

    fn flow_entry(&self, start: usize) -> Option<Entry> {
        let text = self.scan.text;
        let (key, colon) = self.scan.flow_key(start)?;
        let (after, anchor) = self.scan.properties(colon + 1);
        let at = self.scan.token(after);
        let mut value = match text.as_bytes().get(at)? {
            b',' | b'}' => self.place(after, after, Style::Empty),
            _ => self.flow_value(at)?,
        };
        value.anchor = anchor;
        Some(Entry { key: Some(key), start, after, comma: None, value })
    }

    fn flow_value(&self, at: usize) -> Option<Place> {
        Some(match self.scan.text.as_bytes().get(at)? {
            b'[' | b'{' => self.flow(at)?,
            b'*' => self.place(at, self.scan.flow_word(at), Style::Alias),
            b'"' | b'\'' => self.place(at, self.scan.quoted(at)?, Style::Scalar),
            b',' | b']' | b'}' | b'?' | b'&' | b'!' => return None,
            _ => self.place(at, self.scan.flow_plain(at)?, Style::Scalar),
        })
    }
}
