//! What was edited between two trees, entry by entry, and the tree with only some of the edits made.
//!
//! Edits are found and made by the same walk over both trees, so that the edit of a number is the same in both. What an entry means is
//! no business of this file.

use super::load::{named_path, normalized};
use super::tree::{Key, Kind, Node};
use super::write::flow;
use crate::source::{Sources, Span};
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::sync::Arc;

/// One edited entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// `vnets.hub.route_server.branch_to_branch`, `peerings[3]`.
    pub path: String,
    /// Place and value before; none when the entry is new.
    pub old: Option<(Span, String)>,
    /// Place and value after; none when the entry is gone.
    pub new: Option<(Span, String)>,
    /// The nearest entry around it that the new tree has.
    pub around: Option<Span>,
}

/// Every edit that makes the new tree of the old one, in order of the new one. Entries `deepest` levels down are edited as a whole.
pub fn edits(old: &Node, new: &Node, deepest: usize, sources: &Sources) -> Vec<Edit> {
    let mut found = Vec::new();
    let mut walk = Walk {
        deepest,
        sources,
        met: 0,
        take: &mut |edit: &dyn Fn() -> Edit, _| {
            found.push(edit());
            true
        },
    };
    walk.both(old, new, &Place { path: String::new(), depth: 0, around: None });
    found
}

/// The old tree with those edits made that `is_made` names by their index in [`edits`] with the same `deepest`.
pub fn edited(old: &Node, new: &Node, deepest: usize, sources: &Sources, is_made: impl Fn(usize) -> bool) -> Node {
    let mut walk = Walk { deepest, sources, met: 0, take: &mut |_, index| is_made(index) };
    walk.both(old, new, &Place { path: String::new(), depth: 0, around: None })
}

/// Told of an edit (how to describe it, and its index); says whether it is made.
type Take<'t> = dyn FnMut(&dyn Fn() -> Edit, usize) -> bool + 't;

struct Walk<'t, 's> {
    deepest: usize,
    sources: &'s Sources,
    met: usize,
    take: &'t mut Take<'t>,
}

struct Place {
    path: String,
    depth: usize,
    around: Option<Span>,
}

impl Place {
    fn key(&self, key: &str, around: Option<Span>) -> Place {
        let plain = !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || "_-/".contains(letter));
        let shown = if plain { key.to_owned() } else { format!("\"{key}\"") };
        let path = if self.path.is_empty() { shown } else { format!("{}.{shown}", self.path) };
        Place { path, depth: self.depth + 1, around: around.or(self.around) }
    }

    fn item(&self, index: usize, around: Option<Span>) -> Place {
        Place { path: format!("{}[{index}]", self.path), depth: self.depth + 1, around: around.or(self.around) }
    }
}

impl Walk<'_, '_> {
    fn is_made(&mut self, place: &Place, old: Option<&Node>, new: Option<&Node>, key: Option<Span>) -> bool {
        let index = self.met;
        self.met += 1;
        let side = |node: Option<&Node>, key: Option<Span>| node.map(|node| (key.unwrap_or(node.span), flow(node)));
        let edit = || Edit {
            path: place.path.clone(),
            old: side(old, None),
            new: side(new, if old.is_none() { key } else { None }),
            around: place.around,
        };
        (self.take)(&edit, index)
    }

    fn both(&mut self, old: &Node, new: &Node, place: &Place) -> Node {
        if same(old, new) && !self.names_another_file(old, new) {
            return old.clone();
        }
        let kind = match (&old.kind, &new.kind) {
            (Kind::Map(below), Kind::Map(above)) if place.depth < self.deepest => {
                Kind::Map(self.maps(below, above, place))
            }
            (Kind::List(below), Kind::List(above)) if place.depth < self.deepest => {
                Kind::List(self.lists(below, above, place))
            }
            _ => {
                let made = self.is_made(place, Some(old), Some(new), None);
                return if made { new.clone() } else { old.clone() };
            }
        };
        Node { kind, span: new.span }
    }

    /// Entries in the order of the new map; what is gone follows.
    fn maps(&mut self, old: &[(Key, Node)], new: &[(Key, Node)], place: &Place) -> Vec<(Key, Node)> {
        let places: FxHashMap<&str, usize> =
            old.iter().enumerate().map(|(index, (key, _))| (&*key.text, index)).collect();
        let mut entries = Vec::new();
        for (key, node) in new {
            let inner = place.key(&key.text, Some(key.span));
            match places.get(&*key.text).map(|index| &old[*index].1) {
                Some(before) => entries.push((key.clone(), self.both(before, node, &inner))),
                None if self.is_made(&inner, None, Some(node), Some(key.span)) => {
                    entries.push((key.clone(), node.clone()))
                }
                None => {}
            }
        }
        for (key, node) in old.iter().filter(|(key, _)| !new.iter().any(|(other, _)| other.text == key.text)) {
            let inner = place.key(&key.text, None);
            if !self.is_made(&inner, Some(node), None, None) {
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

    /// The same text may name a file that holds something else now.
    fn names_another_file(&self, old: &Node, new: &Node) -> bool {
        let named = |node: &Node| {
            let path = named_path(&self.sources.file(node.span.file).path, node.text()?);
            let id = self.sources.ids().find(|id| normalized(&self.sources.file(*id).path) == path)?;
            Some(Arc::clone(&self.sources.file(id).text))
        };
        match (&old.kind, &new.kind) {
            (Kind::Scalar { .. }, Kind::Scalar { .. }) => old.span.file != new.span.file && named(old) != named(new),
            (Kind::Map(below), Kind::Map(above)) => {
                let pairs = below
                    .iter()
                    .filter_map(|(key, node)| Some((node, above.iter().find(|(other, _)| other.text == key.text)?)));
                pairs.into_iter().any(|(node, (_, other))| self.names_another_file(node, other))
            }
            (Kind::List(below), Kind::List(above)) => {
                below.iter().zip(above).any(|(one, other)| self.names_another_file(one, other))
            }
            _ => false,
        }
    }
}

/// Written alike, wherever; the order of maps does not count.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Scalar { text, quoted }, Kind::Scalar { text: other, quoted: also }) => (text, quoted) == (other, also),
        (Kind::List(items), Kind::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(item, other))
        }
        (Kind::Map(entries), Kind::Map(others)) if entries.len() == others.len() => {
            // Mostly in the same order.
            if entries
                .iter()
                .zip(others)
                .all(|((key, node), (other_key, other))| key.text == other_key.text && same(node, other))
            {
                return true;
            }
            let by_key: FxHashMap<&str, &Node> = others.iter().map(|(key, node)| (&*key.text, node)).collect();
            entries.iter().all(|(key, node)| by_key.get(&*key.text).is_some_and(|other| same(node, other)))
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
        let value = |side: &Option<(Span, String)>| side.as_ref().map_or("-".to_owned(), |(_, value)| value.clone());
        let edits = edits(&both.old, &both.new, 16, &both.sources);
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
        let count = edits(&both.old, &both.new, 16, &both.sources).len();
        let made = |chosen: &dyn Fn(usize) -> bool| flow(&edited(&both.old, &both.new, 16, &both.sources, chosen));
        assert!(same(&edited(&both.old, &both.new, 16, &both.sources, |_| true), &both.new));
        assert!(same(&edited(&both.old, &both.new, 16, &both.sources, |_| false), &both.old));
        let all: std::collections::BTreeSet<String> =
            (0..1_usize << count).map(|bits| made(&|index| bits >> index & 1 == 1)).collect();
        assert_eq!(all.len(), 1 << count);
    }

    #[test]
    fn edits_can_be_taken_together_by_depth() {
        let both = read("v: {a: {x: 1, y: 1}}", "v: {a: {x: 2, y: 2}}");
        let paths = |deepest| {
            edits(&both.old, &both.new, deepest, &both.sources).into_iter().map(|edit| edit.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(16), ["v.a.x", "v.a.y"]);
        assert_eq!(paths(2), ["v.a"]);
    }
}
