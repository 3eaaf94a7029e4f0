//! Both trees side by side, and what has to be written where they differ.
//!
//! Decides which entries stay, change, go and come; how a block or a pair of brackets is changed is said in `block` and `flow`.

use super::NotRewritable;
use super::block::{self, Block};
use super::flow;
use super::layout::{Entry, Place, Style};
use super::lines;
use super::render::{Spot, Writer, Written, neighbour};
use super::same::{Step, alike, by_key, steps};
use super::splice::Splices;
use super::way::Way;
use crate::syntax::tree::{Key, Kind, Node};
use rustc_hash::{FxHashMap, FxHashSet};

/// The merge key of YAML: the entries of another map are taken over.
const MERGE: &str = "<<";

/// What happens to entries that take their value from an anchor elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// They stay, and follow the anchor.
    Stay,
    /// They get the new value themselves.
    WrittenOut,
}

/// One walk over a text.
pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) line_break: &'static str,
    pub(super) writer: Writer,
    pub(super) splices: Splices,
    pub(super) shared: Shared,
    /// Entries that went, as messages name them, and the anchors in them.
    pub(super) gone: Vec<(String, String)>,
}

/// A new entry and the one it stands behind; first of all when there is none.
pub(super) struct New<'n> {
    pub(super) behind: Option<usize>,
    pub(super) key: Option<&'n str>,
    pub(super) node: &'n Node,
}

/// What becomes of the entries of a map or list.
pub(super) struct Arranged<'n> {
    /// Which entries stay.
    pub(super) kept: Vec<bool>,
    /// What comes, in order.
    pub(super) new: Vec<New<'n>>,
}

/// Where a value is held.
#[derive(Clone, Copy)]
struct Held<'p> {
    entry: &'p Entry,
    /// The column of the entry in a block; none in brackets.
    column: Option<usize>,
    /// The map or list around it.
    around: &'p Place,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str, root: &Place, shared: Shared) -> Walk<'t> {
        let writer = Writer::of(text, root);
        let line_break = lines::line_break(text);
        Walk { text, line_break, writer, splices: Splices::default(), shared, gone: Vec::new() }
    }

    /// Writes the differences of the whole file.
    pub(super) fn root(&mut self, place: &Place, old: &Node, new: &Node) -> Result<(), NotRewritable> {
        let (Kind::Map(before), Kind::Map(after)) = (&old.kind, &new.kind) else {
            return Err(NotRewritable::style(&Way::ROOT));
        };
        let arranged = self.map(&Way::ROOT, place, before, after)?;
        match &place.style {
            Style::Flow(entries) => {
                if arranged.kept.contains(&true) {
                    flow::arrange(self, entries, &arranged);
                } else {
                    self.splices.instead(place.start..place.end, self.writer.inline(new));
                }
            }
            Style::Block(column, entries) => {
                // Sections come at the end; a line such as `as_of` where it belongs.
                let is_section = |new: &New<'_>| matches!(new.node.kind, Kind::Map(_) | Kind::List(_));
                let (sections, lines) = arranged.new.into_iter().partition(is_section);
                let arranged = Arranged { kept: arranged.kept, new: lines };
                block::arrange(self, Block { column: *column, entries, depth: 1, around: place }, &arranged);
                self.append(place, sections);
            }
            _ => self.append(place, arranged.new),
        }
        Ok(())
    }

    /// Entries at the end of the file.
    fn append(&mut self, root: &Place, new: Vec<New<'_>>) {
        let spot = Spot { column: 0, depth: 1, like: None };
        let mut at = if root.end == root.start { root.start } else { self.text.len() };
        if let Some(marker) = self.text[root.end..].split_inclusive('\n').position(|line| line.trim_end() == "...") {
            at = self.text[root.end..].split_inclusive('\n').take(marker).map(str::len).sum::<usize>() + root.end;
        }
        let at = self.text[..at].trim_end().len();
        let is_spaced = block::is_spaced(self.text, root.entries());
        for entry in new {
            let mut lines = self.writer.entry(entry.key, entry.node, spot);
            if is_spaced {
                lines.insert(0, String::new());
            }
            let text = lines.join(self.line_break);
            let is_first = at == 0 && self.text[at..].trim().is_empty();
            let text =
                if is_first { format!("{text}{}", self.line_break) } else { format!("{}{text}", self.line_break) };
            self.splices.last(at, text);
        }
    }

    /// A value that may differ.
    fn value(&mut self, way: &Way<'_>, held: Held<'_>, old: &Node, new: &Node) -> Result<(), NotRewritable> {
        if alike(old, new) {
            return Ok(());
        }
        let place = &held.entry.value;
        if matches!(place.style, Style::Alias) {
            if self.shared == Shared::Stay {
                return Ok(());
            }
            if matches!(new.kind, Kind::Map(_) | Kind::List(_)) {
                return Err(NotRewritable::alias(way, &self.text[place.start..place.end]));
            }
        }
        let arranged = match (&old.kind, &new.kind, &place.style) {
            (Kind::Map(before), Kind::Map(after), Style::Flow(_) | Style::Block(..)) => {
                self.stays(place, after).then(|| self.map(way, place, before, after)).transpose()?
            }
            (Kind::List(before), Kind::List(after), Style::Flow(_) | Style::Block(..))
                if !before.is_empty() && !after.is_empty() =>
            {
                Some(self.list(way, place, before, after)?)
            }
            _ => None,
        };
        match (arranged, &place.style) {
            (Some(arranged), Style::Block(column, entries)) => {
                let depth = way.depth() + 1;
                block::arrange(self, Block { column: *column, entries, depth, around: place }, &arranged);
            }
            (Some(arranged), Style::Flow(entries)) => flow::arrange(self, entries, &arranged),
            _ => self.replace(way, held, new),
        }
        Ok(())
    }

    /// True when some entry of a map remains, so that the others are changed around it.
    fn stays(&self, place: &Place, new: &[(Key, Node)]) -> bool {
        let new: FxHashSet<&str> = new.iter().map(|(key, _)| &*key.text).collect();
        place.entries().iter().filter_map(|entry| entry.key.as_deref()).any(|key| key == MERGE || new.contains(key))
    }

    fn map<'n>(
        &mut self,
        way: &Way<'_>,
        place: &Place,
        old: &[(Key, Node)],
        new: &'n [(Key, Node)],
    ) -> Result<Arranged<'n>, NotRewritable> {
        let entries = place.entries();
        let keys = entries.iter().enumerate().filter_map(|(index, entry)| Some((entry.key.as_deref()?, index)));
        let places: FxHashMap<&str, usize> = keys.collect();
        if places.len() != entries.len() {
            return Err(NotRewritable::style(way));
        }
        let (before, after) = (by_key(old), by_key(new));
        let mut arranged = Arranged { kept: vec![false; entries.len()], new: Vec::new() };
        let merge = places.get(MERGE).copied();
        if let Some(merge) = merge {
            arranged.kept[merge] = true;
        }
        let mut behind = merge.filter(|merge| *merge == 0);
        for (key, node) in new {
            let way = way.key(&key.text);
            if let Some(index) = places.get(&*key.text).copied().filter(|index| Some(*index) != merge) {
                let was = before.get(&*key.text).ok_or_else(|| NotRewritable::style(&way))?;
                let held = Held { entry: &entries[index], column: column_of(place), around: place };
                self.value(&way, held, was, node)?;
                arranged.kept[index] = true;
                behind = Some(index);
                continue;
            }
            // From a merge key: an entry of its own goes before it.
            let stays = before.get(&*key.text).is_some_and(|was| self.shared == Shared::Stay || alike(was, node));
            if !stays {
                arranged.new.push(New { behind, key: Some(&key.text), node });
            }
        }
        for (key, _) in old.iter().filter(|(key, _)| !after.contains_key(&*key.text)) {
            match places.get(&*key.text) {
                Some(index) => self.loses(&way.key(&key.text), &entries[*index].value),
                None if self.shared == Shared::Stay => {}
                None if merge.is_some() => return Err(NotRewritable::merged(&way.key(&key.text))),
                None => return Err(NotRewritable::style(&way.key(&key.text))),
            }
        }
        Ok(arranged)
    }

    fn list<'n>(
        &mut self,
        way: &Way<'_>,
        place: &Place,
        old: &[Node],
        new: &'n [Node],
    ) -> Result<Arranged<'n>, NotRewritable> {
        let entries = place.entries();
        if entries.len() != old.len() || entries.iter().any(|entry| entry.key.is_some()) {
            return Err(NotRewritable::style(way));
        }
        let mut arranged = Arranged { kept: vec![false; entries.len()], new: Vec::new() };
        let mut behind = None;
        for step in steps(old, new) {
            match step {
                Step::Pair(was, is) => {
                    let held = Held { entry: &entries[was], column: column_of(place), around: place };
                    self.value(&way.item(was), held, &old[was], &new[is])?;
                    arranged.kept[was] = true;
                    behind = Some(was);
                }
                Step::Gone(was) => self.loses(&way.item(was), &entries[was].value),
                Step::New(is) => arranged.new.push(New { behind, key: None, node: &new[is] }),
            }
        }
        Ok(arranged)
    }

    /// Notes the anchors that go with a value.
    fn loses(&mut self, way: &Way<'_>, place: &Place) {
        self.gone.extend(place.anchors().into_iter().map(|anchor| (way.shown(), anchor.to_owned())));
    }

    /// Another value as a whole.
    fn replace(&mut self, way: &Way<'_>, held: Held<'_>, new: &Node) {
        let Held { entry, column, around } = held;
        let place = &entry.value;
        place.entries().iter().for_each(|entry| self.loses(way, &entry.value));
        let blank = if matches!(place.style, Style::Empty) { " " } else { "" };
        let Some(column) = column else {
            let next = lines::after_blanks(self.text, place.end);
            let is_before_comma = !blank.is_empty() && Some(next) == entry.comma;
            let end = if is_before_comma { next } else { place.end };
            return self.splices.instead(place.start..end, format!("{blank}{}", self.writer.inline(new)));
        };
        // A section does not look like its neighbours.
        let like = if way.depth() > 1 { neighbour(around, None, new) } else { None };
        let spot = Spot { column, depth: way.depth(), like };
        let used = entry.after - entry.start + 1;
        let written = self.writer.value(new, used, entry.key.is_none(), spot);
        if entry.key.is_none() {
            let (indent, lines) = match written {
                Written::Inline(text) => (0, vec![text]),
                Written::Lines(lines) if blank.is_empty() => (lines::column(self.text, place.start), lines),
                Written::Lines(lines) => (column + 2, lines),
            };
            let next = format!("{}{}", self.line_break, " ".repeat(indent));
            let text = format!("{blank}{}", lines.join(&next));
            return self.splices.instead(place.start..place.end, text);
        }
        block::replace(self, entry, column, new, written);
    }
}

/// The column of the entries of a block.
fn column_of(place: &Place) -> Option<usize> {
    match &place.style {
        Style::Block(column, _) => Some(*column),
        _ => None,
    }
}
