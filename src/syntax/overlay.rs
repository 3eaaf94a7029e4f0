//! Lays one tree over another: maps merge by key, anything else replaces, a written `null` deletes.
//!
//! Which files are laid over which is decided in `load`.

use super::tree::{Key, Kind, Node};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The base with the top laid over it.
pub(super) fn overlay(base: Node, top: Node) -> Node {
    let span = top.span;
    match (base.kind, top.kind) {
        (Kind::Map(below), Kind::Map(above)) => Node { kind: Kind::Map(merge(below, above)), span },
        (_, kind) => Node { kind, span },
    }
}

/// Entries of the base keep their order; new ones follow.
fn merge(below: Vec<(Key, Node)>, above: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
    let places: FxHashMap<Arc<str>, usize> =
        below.iter().enumerate().map(|(index, (key, _))| (Arc::clone(&key.text), index)).collect();
    let mut merged: Vec<Option<(Key, Node)>> = below.into_iter().map(Some).collect();
    for (key, node) in above {
        match places.get(&key.text) {
            Some(index) => {
                let base = merged[*index].take();
                if !node.is_written_null() {
                    merged[*index] = Some(match base {
                        // The name keeps its first place: that is where the object was introduced.
                        Some((name, base)) if is_map(&base) && is_map(&node) => (name, overlay(base, node)),
                        _ => (key, node),
                    });
                }
            }
            None => merged.push(Some((key, node))),
        }
    }
    merged.into_iter().flatten().collect()
}

fn is_map(node: &Node) -> bool {
    matches!(node.kind, Kind::Map(_))
}

/// Removes every entry that is a written `null`: there was nothing below to delete.
pub(super) fn without_nulls(node: &mut Node) {
    match &mut node.kind {
        Kind::Map(entries) => {
            entries.retain(|(_, value)| !value.is_written_null());
            entries.iter_mut().for_each(|(_, value)| without_nulls(value));
        }
        Kind::List(items) => items.iter_mut().for_each(without_nulls),
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;
    use crate::source::Sources;
    use crate::syntax::tree;

    fn merged(base: &str, top: &str) -> String {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let mut read = |name: &str, text: &str| {
            let file = sources.add(name, name, text.to_owned());
            tree::parse(file, &sources, &mut sink).unwrap()
        };
        let (base, top) = (read("base", base), read("top", top));
        let mut node = overlay(base, top);
        without_nulls(&mut node);
        show(&node)
    }

    fn show(node: &Node) -> String {
        match &node.kind {
            Kind::Null => "?".into(),
            Kind::Scalar { text, .. } => text.to_string(),
            Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
            Kind::Map(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(key, node)| format!("{}:{}", key.text, show(node))).collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    #[test]
    fn maps_merge_and_anything_else_replaces() {
        assert_eq!(merged("a: {x: 1, y: [1, 2]}\nb: 1", "a: {y: [3], z: 4}\nb: {c: 1}"), "{a:{x:1 y:[3] z:4} b:{c:1}}");
    }

    #[test]
    fn null_deletes_also_what_does_not_exist() {
        assert_eq!(merged("a: {x: 1, y: 2}", "a: {x: null, q: ~}\nn: {m: {k: null}}"), "{a:{y:2} n:{m:{}}}");
    }

    #[test]
    fn an_empty_value_is_no_null() {
        assert_eq!(merged("a: {x: 1}", "a:\n"), "{a:?}");
    }
}
