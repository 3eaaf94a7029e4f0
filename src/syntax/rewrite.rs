//! Writes another tree into the text of a topology, so that everything that stays the same stays as it was written.
//!
//! Comments, order, blank lines, quotes, anchors and the style of every value belong to the user: only the bytes of what differs change.
//! What the entries mean does not enter, nor does any file: text goes in and text comes out. The new text is read again and held
//! against the new tree before anybody gets it.

mod block;
mod flow;
mod layout;
mod lines;
mod marks;
mod render;
mod same;
mod splice;
#[cfg(test)]
mod tests;
mod walk;
mod way;

pub use marks::{Mark, marks, with_marks, without_marks};

use super::tree::{self, Kind, Node};
use crate::diagnostic::Sink;
use crate::source::Sources;
use crate::words::echo;
use layout::{Place, Style, layout};
use same::{alike, by_key};
use walk::{Shared, Walk};
use way::Way;

/// Why a text cannot be changed in place, and what the user does about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRewritable {
    /// What is in the way, with the name of the entry.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl NotRewritable {
    /// The entry is written in a way that the layout does not know.
    fn style(way: &Way<'_>) -> Self {
        let shown = way.shown();
        let what = if shown.is_empty() { "the file".to_owned() } else { format!("`{shown}`") };
        NotRewritable {
            message: format!("{what} is written in a way that cannot be changed in place"),
            help: "write it as plain entries, `key: value`, and import again".to_owned(),
        }
    }

    /// The line is written in a way that the layout does not know.
    fn line(number: usize) -> Self {
        NotRewritable {
            message: format!("line {number} is written in a way that cannot be changed in place"),
            help: "write it as plain entries, `key: value`, and import again".to_owned(),
        }
    }

    fn alias(way: &Way<'_>, alias: &str) -> Self {
        let alias = echo(alias);
        NotRewritable {
            message: format!(
                "`{}` is the alias `{alias}`, and what that stands for does not change along with it",
                way.shown()
            ),
            help: format!("write the value out in place of `{alias}`, and import again"),
        }
    }

    fn merged(way: &Way<'_>) -> Self {
        NotRewritable {
            message: format!("`{}` comes from a merge key (`<<`), and only here it has to go", way.shown()),
            help: "write the entries out in place of `<<`, and import again".to_owned(),
        }
    }

    fn anchor(shown: &str, anchor: &str) -> Self {
        let anchor = echo(anchor);
        NotRewritable {
            message: format!("`{shown}` has to go, but other entries use its anchor `&{anchor}`"),
            help: format!("write the value out in place of `*{anchor}`, and import again"),
        }
    }

    fn other(way: &Way<'_>) -> Self {
        NotRewritable {
            message: format!("`{}` cannot be changed in place", way.shown()),
            help: "write its new value by hand, and import again".to_owned(),
        }
    }
}

/// The text with what differs between the trees written into it.
///
/// `old` is the tree of the text; of `new` only the values count, no places. Values are the same when they are read alike: order of
/// maps and quotes around words do not count.
///
/// # Errors
/// When the new tree cannot be had by changes of single entries: what an anchor, an alias or a merge key joins changes apart, or the
/// text is written in rare YAML. Never is a text returned that reads as another tree.
pub fn rewrite(text: &str, old: &Node, new: &Node) -> Result<String, NotRewritable> {
    if alike(old, new) {
        return Ok(text.to_owned());
    }
    let (mark, content) = without_byte_order_mark(text);
    let (mut written, tree) = pass(content, old, new, Shared::Stay)?;
    if !alike(&tree, new) {
        let (again, tree) = pass(&written, &tree, new, Shared::WrittenOut)?;
        if !alike(&tree, new) {
            return Err(differing(&Way::ROOT, &tree, new));
        }
        written = again;
    }
    Ok(format!("{mark}{written}"))
}

/// The mark that some editors write before the text, and the text.
fn without_byte_order_mark(text: &str) -> (&str, &str) {
    text.split_at(if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 })
}

/// One walk: the new text and how it reads.
fn pass(text: &str, old: &Node, new: &Node, shared: Shared) -> Result<(String, Node), NotRewritable> {
    let root = layout(text).map_err(NotRewritable::line)?;
    let mut walk = Walk::new(text, &root, shared);
    walk.root(&root, old, new)?;
    let written = walk.splices.apply(text);
    match read(&written) {
        Some(tree) => Ok((written, tree)),
        None => Err(match walk.gone.iter().find(|(_, anchor)| has_alias(&root, text, anchor)) {
            Some((shown, anchor)) => NotRewritable::anchor(shown, anchor),
            None => NotRewritable::style(&Way::ROOT),
        }),
    }
}

fn read(text: &str) -> Option<Node> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add("", "", text.to_owned());
    tree::parse(file, &sources, &mut sink).filter(|_| !sink.has_errors())
}

fn has_alias(place: &Place, text: &str, anchor: &str) -> bool {
    let is_own = matches!(place.style, Style::Alias) && text[place.start + 1..place.end] == *anchor;
    is_own || place.entries().iter().any(|entry| has_alias(&entry.value, text, anchor))
}

/// The refusal for the first entry that reads otherwise than it should.
fn differing(way: &Way<'_>, found: &Node, wanted: &Node) -> NotRewritable {
    match (&found.kind, &wanted.kind) {
        (Kind::Map(entries), Kind::Map(others)) => {
            let (entries_by_key, others_by_key) = (by_key(entries), by_key(others));
            for (key, node) in others {
                let way = way.key(&key.text);
                match entries_by_key.get(&*key.text) {
                    Some(found) if alike(found, node) => {}
                    Some(found) => return differing(&way, found, node),
                    None => return NotRewritable::other(&way),
                }
            }
            let more = entries.iter().find(|(key, _)| !others_by_key.contains_key(&*key.text));
            more.map_or_else(|| NotRewritable::other(way), |(key, _)| NotRewritable::other(&way.key(&key.text)))
        }
        (Kind::List(items), Kind::List(others)) if items.len() == others.len() => {
            let first = items.iter().zip(others).position(|(item, other)| !alike(item, other)).unwrap_or(0);
            differing(&way.item(first), &items[first], &others[first])
        }
        _ => NotRewritable::other(way),
    }
}
