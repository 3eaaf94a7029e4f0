//! What was edited between two trees, entry by entry, and the tree with only some of the edits made.
//!
//! Edits are found and made by the same walk over both trees, so that the edit of a number is the same in both. What an entry means is
//! no business of this file.

mod tables;
mod units;

pub use units::{Unit, units};

use super::set;
use super::tree::{Key, Kind, Node};
use super::write::flow;
use crate::source::{Sources, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use tables::Tables;

/// Longer values are not shown.
const LONGEST_VALUE: usize = 60;

/// One edited entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// `vnets.hub.route_server.branch_to_branch`, `peerings[3]`.
    pub path: String,
    /// How many bytes of the path lead to each entry around it, the outermost first.
    pub parents: Vec<usize>,
    /// As it was; none when the entry is new.
    pub old: Option<Written>,
    /// As it is; none when the entry is gone.
    pub new: Option<Written>,
    /// The nearest entry around it that the new tree has.
    pub around: Option<Span>,
}

/// An entry on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The place: of a new entry its key, of others the value. Of a table of prefixes the first line that differs.
    pub span: Span,
    /// The value on one line in YAML's flow style; none when that is long.
    pub value: Option<String>,
    /// The value was set by an argument of the command line, and its place is in no file.
    pub is_argument: bool,
}

/// Every edit that makes the new tree of the old one, in order of the new one.
pub fn edits(old: &Node, new: &Node, sources: &Sources) -> Vec<Edit> {
    let mut found = Vec::new();
    let mut take = |edit: &dyn Fn() -> Edit, _| {
        found.push(edit());
        true
    };
    Walk { sources, tables: Tables::new(sources), met: 0, take: &mut take }.both(old, new, &Place::default());
    found
}

/// The old tree with those edits made that `is_made` names by their index in [`edits`].
pub fn edited(old: &Node, new: &Node, sources: &Sources, is_made: impl Fn(usize) -> bool) -> Node {
    let mut take = |_: &dyn Fn() -> Edit, index| is_made(index);
    Walk { sources, tables: Tables::new(sources), met: 0, take: &mut take }.both(old, new, &Place::default())
}

/// Told of an edit (how to describe it, and its index); says whether it is made.
type Take<'t> = dyn FnMut(&dyn Fn() -> Edit, usize) -> bool + 't;

struct Walk<'t, 's> {
    sources: &'s Sources,
    tables: Tables<'s>,
    met: usize,
    take: &'t mut Take<'t>,
}

#[derive(Default)]
struct Place {
    path: String,
    parents: Vec<usize>,
    around: Option<Span>,
}

impl Place {
    fn key(&self, key: &str, around: Option<Span>) -> Place {
        let plain = !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || "_-/".contains(letter));
        let shown = if plain { key.to_owned() } else { format!("\"{key}\"") };
        let path = if self.path.is_empty() { shown } else { format!("{}.{shown}", self.path) };
        self.inner(path, around)
    }

    fn item(&self, index: usize, around: Option<Span>) -> Place {
        self.inner(format!("{}[{index}]", self.path), around)
    }

    fn inner(&self, path: String, around: Option<Span>) -> Place {
        Place { path, parents: [&self.parents[..], &[self.path.len()]].concat(), around: around.or(self.around) }
    }
}

impl Walk<'_, '_> {
    fn is_made(&mut self, place: &Place, old: Option<&Node>, new: Option<&Node>, key: Option<Span>) -> bool {
        let index = self.met;
        self.met += 1;
        let written =
            |span: Span, value| Written { span, value, is_argument: set::is_argument(self.sources, span.file) };
        let side = |node: &Node, key: Option<Span>| written(key.unwrap_or(node.span), short(node));
        let edit = || {
            let table = old.zip(new).and_then(|(old, new)| self.tables.differing(old, new));
            let (old, new) = match table {
                Some((before, after)) => (Some(written(before, None)), Some(written(after, None))),
                None => (old.map(|node| side(node, None)), new.map(|node| side(node, key))),
            };
            let around = place.around.filter(|span| !set::is_argument(self.sources, span.file));
            Edit { path: place.path.clone(), parents: place.parents.clone(), old, new, around }
        };
        (self.take)(&edit, index)
    }

    fn both(&mut self, old: &Node, new: &Node, place: &Place) -> Node {
        if same(old, new, &|one, other| self.tables.differing(one, other).is_none()) {
            return old.clone();
        }
        let kind = match (&old.kind, &new.kind) {
            (Kind::Map(below), Kind::Map(above)) => Kind::Map(self.maps(below, above, place)),
            (Kind::List(below), Kind::List(above)) => Kind::List(self.lists(below, above, place)),
            _ => {
                let made = self.is_made(place, Some(old), Some(new), None);
                return if made { new.clone() } else { old.clone() };
            }
        };
        Node { kind, span: new.span }
    }

    /// Entries in the order of the new map; what is gone follows.
    fn maps(&mut self, old: &[(Key, Node)], new: &[(Key, Node)], place: &Place) -> Vec<(Key, Node)> {
        let before: FxHashMap<&str, &Node> = old.iter().map(|(key, node)| (&*key.text, node)).collect();
        let after: FxHashSet<&str> = new.iter().map(|(key, _)| &*key.text).collect();
        let mut entries = Vec::new();
        for (key, node) in new {
            match before.get(&*key.text) {
                Some(before) => {
                    let inner = place.key(&key.text, Some(key.span));
                    entries.push((key.clone(), self.both(before, node, &inner)));
                }
                None if self.is_made(&place.key(&key.text, None), None, Some(node), Some(key.span)) => {
                    entries.push((key.clone(), node.clone()))
                }
                None => {}
            }
        }
        for (key, node) in old.iter().filter(|(key, _)| !after.contains(&*key.text)) {
            if !self.is_made(&place.key(&key.text, None), Some(node), None, None) {
                entries.push((key.clone(), node.clone()));
            }
        }
        entries
    }

    /// Items are the same when they are written alike; of the others those are paired that stand at the same place in between.
    fn lists(&mut self, old: &[Node], new: &[Node], place: &Place) -> Vec<Node> {
        let lines = |nodes: &[Node]| nodes.iter().map(flow).collect::<Vec<String>>();
        let mut items = Vec::new();
        for step in capture_diff_slices(Algorithm::Myers, &lines(old), &lines(new)) {
            let (before, after) = (step.old_range(), step.new_range());
            if let DiffOp::Equal { .. } = step {
                let pairs = old[before].iter().zip(&new[after.clone()]).zip(after);
                items.extend(pairs.map(|((was, is), index)| self.both(was, is, &place.item(index, Some(is.span)))));
                continue;
            }
            let paired = before.len().min(after.len());
            for (was, index) in before.clone().zip(after.clone()).take(paired) {
                items.push(self.both(&old[was], &new[index], &place.item(index, Some(new[index].span))));
            }
            for index in after.skip(paired) {
                if self.is_made(&place.item(index, None), None, Some(&new[index]), None) {
                    items.push(new[index].clone());
                }
            }
            for index in before.skip(paired) {
                if !self.is_made(&place.item(index, None), Some(&old[index]), None, None) {
                    items.push(old[index].clone());
                }
            }
        }
        items
    }
}

/// The value on one line; none when that is long.
fn short(node: &Node) -> Option<String> {
    Some(flow(node)).filter(|text| text.chars().count() <= LONGEST_VALUE)
}

/// Written alike, wherever; the order of maps does not count. Texts that are equal have to pass `also`.
fn same(one: &Node, other: &Node, also: &impl Fn(&Node, &Node) -> bool) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Scalar { text, quoted }, Kind::Scalar { text: other_text, quoted: other_quoted }) => {
            (text, quoted) == (other_text, other_quoted) && also(one, other)
        }
        (Kind::List(items), Kind::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(item, other, also))
        }
        (Kind::Map(entries), Kind::Map(others)) if entries.len() == others.len() => {
            // Mostly in the same order.
            let in_order = entries.iter().zip(others).all(|((key, _), (other, _))| key.text == other.text);
            if in_order {
                return entries.iter().zip(others).all(|((_, node), (_, other))| same(node, other, also));
            }
            let by_key: FxHashMap<&str, &Node> = others.iter().map(|(key, node)| (&*key.text, node)).collect();
            entries.iter().all(|(key, node)| by_key.get(&*key.text).is_some_and(|other| same(node, other, also)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;
    use crate::syntax::tree;

    struct Both {
        sources: Sources,
        old: Node,
        new: Node,
    }

    fn read(old: &str, new: &str) -> Both {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let ids = [sources.add("old", "old", old.into()), sources.add("new", "new", new.into())];
        let [old, new] = ids.map(|id| tree::parse(id, &sources, &mut sink).unwrap());
        Both { sources, old, new }
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        let both = read(old, new);
        let value = |side: &Option<Written>| match side {
            Some(written) => written.value.clone().unwrap_or_else(|| "…".to_owned()),
            None => "-".to_owned(),
        };
        let edits = edits(&both.old, &both.new, &both.sources);
        edits.iter().map(|edit| format!("{}: {} → {}", edit.path, value(&edit.old), value(&edit.new))).collect()
    }

    #[test]
    fn an_edit_is_as_small_as_it_can_be() {
        assert_eq!(told("a: {x: 1, y: 2}", "a: {y: 2, x: 3, z: {q: 1}}"), ["a.x: 1 → 3", "a.z: - → { q: 1 }"]);
        assert_eq!(told("a: {x: 1}\nb: 2", "b: 2"), ["a: { x: 1 } → -"]);
        assert_eq!(told("l: [1, 2, 3]", "l: [1, 3, 4]"), ["l[1]: 2 → -", "l[2]: - → 4"]);
        assert_eq!(told("l: [{a: 1, b: 2}]", "l: [{a: 1, b: 3}]"), ["l[0].b: 2 → 3"]);
        assert!(told("a: {x: 1, y: 2}", "a:\n  y: 2\n  x: 1").is_empty());
    }

    #[test]
    fn any_choice_of_edits_can_be_made() {
        let both = read("a: 1\nb: 2\nl: [1, 2]", "a: 9\nc: 3\nl: [2, 5]");
        let count = edits(&both.old, &both.new, &both.sources).len();
        let made = |chosen: &dyn Fn(usize) -> bool| flow(&edited(&both.old, &both.new, &both.sources, chosen));
        let all_or_none = |made: bool| edited(&both.old, &both.new, &both.sources, |_| made);
        assert!(same(&all_or_none(true), &both.new, &|_, _| true));
        assert!(same(&all_or_none(false), &both.old, &|_, _| true));
        let all: std::collections::BTreeSet<String> =
            (0..1_usize << count).map(|bits| made(&|index| bits >> index & 1 == 1)).collect();
        assert_eq!(all.len(), 1 << count);
    }

    #[test]
    fn an_edit_knows_the_entries_around_it_and_where_it_stands() {
        let both = read("v: {a: {x: 1}}\nl: [{b: 1}, 2]", "v: {a: {x: 2}}\nl: [{b: 9}, 2]\nn: {q: 1}");
        let edits = edits(&both.old, &both.new, &both.sources);
        let around =
            |edit: &Edit| edit.parents.iter().map(|end| edit.path[..*end].to_owned()).collect::<Vec<_>>().join("|");
        assert_eq!(edits.iter().map(around).collect::<Vec<_>>(), ["|v|v.a", "|l|l[0]", ""]);
        let text = |written: &Option<Written>| both.sources.text(written.as_ref().unwrap().span).to_owned();
        assert_eq!([text(&edits[0].old), text(&edits[0].new), text(&edits[2].new)], ["1", "2", "n"]);
    }

    #[test]
    fn what_is_gone_is_pinned_to_the_nearest_entry_that_is_left() {
        let both = read("v: {a: {x: 1, y: {z: 1}}}\nw: 1", "v: {a: {x: 1}}");
        let edits = edits(&both.old, &both.new, &both.sources);
        let around = edits.iter().map(|edit| edit.around.map(|span| both.sources.text(span)));
        assert_eq!(around.collect::<Vec<_>>(), [Some("a"), None]);
    }

    #[test]
    fn the_same_name_may_lead_to_a_file_that_holds_something_else() {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let text = "s: {from: ./t.txt, name: t.txt}\nl: [t.txt]";
        let ids = ["old", "new"].map(|folder| {
            let path = |name: &str| format!("{folder}/{name}");
            sources.add(path("t.txt"), path("t.txt"), format!("10.0.0.0/8\n{folder}\n10.2.0.0/16\n"));
            sources.add(path("e.yaml"), path("e.yaml"), text.to_owned())
        });
        let [old, new] = ids.map(|id| tree::parse(id, &sources, &mut sink).unwrap());
        let edits = edits(&old, &new, &sources);
        assert_eq!(edits.iter().map(|edit| &*edit.path).collect::<Vec<_>>(), ["s.from", "s.name", "l[0]"]);
        let side = |written: &Option<Written>| sources.text(written.as_ref().unwrap().span).to_owned();
        assert_eq!((side(&edits[0].old), side(&edits[0].new)), ("old".to_owned(), "new".to_owned()));
        let made = edited(&old, &new, &sources, |index| index == 0);
        assert_eq!(made.get("s").unwrap().get("from").unwrap().span.file, ids[1]);
        assert_eq!(made.get("s").unwrap().get("name").unwrap().span.file, ids[0]);
    }
}
