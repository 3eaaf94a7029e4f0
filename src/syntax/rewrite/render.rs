//! New values as text, in the style of what stands around them.

use super::layout::{Place, Style};
use super::lines;
use super::same::needs_quotes;
use crate::syntax::tree::{Kind, Node};
use crate::syntax::write::{quoted_scalar, scalar};

/// A line in brackets is no longer than this.
const WIDTH: usize = 100;

/// A value as text.
#[derive(Debug)]
pub(super) enum Written {
    /// Behind its key, on the same line; of nothing the empty text.
    Inline(String),
    /// On lines of its own, indented from the first entry's column.
    Lines(Vec<String>),
}

/// Where a value is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'p> {
    /// Column of its key or dash.
    pub(super) column: usize,
    /// How many keys and items lead to it.
    pub(super) depth: usize,
    /// A value beside it, whose style it takes.
    pub(super) like: Option<&'p Place>,
}

/// How this file is written.
#[derive(Debug)]
pub(super) struct Writer {
    /// How far a map is indented under its key.
    pub(super) step: usize,
    /// How far a list is indented under its key.
    pub(super) list_step: usize,
    /// Keys and texts stand in quotes everywhere.
    is_json: bool,
}

impl Writer {
    /// The habits of a file.
    pub(super) fn of(text: &str, root: &Place) -> Writer {
        let is_json = matches!(&root.style, Style::Flow(entries)
            if entries.first().is_some_and(|entry| text.as_bytes()[entry.start] == b'"'));
        let step = step_of(text, root, false).filter(|step| *step > 0).unwrap_or(2);
        Writer { step, list_step: step_of(text, root, true).unwrap_or(step), is_json }
    }

    /// A key as it is written here.
    pub(super) fn key(&self, key: &str) -> String {
        if self.is_json { quoted_scalar(key) } else { scalar(key) }
    }

    /// A value on one line; read again it is the same value.
    pub(super) fn inline(&self, node: &Node) -> String {
        match &node.kind {
            Kind::Null => "null".into(),
            Kind::Scalar { text, quoted } => {
                let is_plain = if self.is_json { needs_quotes(text) } else { is_plain(text) };
                if is_plain && !quoted && !is_nothing(text) { text.to_string() } else { quoted_scalar(text) }
            }
            Kind::List(items) => {
                format!("[{}]", items.iter().map(|item| self.inline(item)).collect::<Vec<_>>().join(", "))
            }
            Kind::Map(entries) if entries.is_empty() => "{}".into(),
            Kind::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| self.pair(&key.text, node));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// A key and its value on one line.
    pub(super) fn pair(&self, key: &str, node: &Node) -> String {
        format!("{}: {}", self.key(key), self.inline(node))
    }

    /// An entry or, without a key, an item of a block: its lines, indented from its own column.
    pub(super) fn entry(&self, key: Option<&str>, node: &Node, spot: Spot<'_>) -> Vec<String> {
        let head = key.map_or_else(|| "-".to_owned(), |key| format!("{}:", self.key(key)));
        match self.value(node, head.len() + 1, key.is_none(), spot) {
            Written::Inline(value) if value.is_empty() => vec![head],
            Written::Inline(value) => vec![format!("{head} {value}")],
            Written::Lines(below) if key.is_none() => {
                let joined =
                    |(index, line): (usize, String)| if index == 0 { format!("- {line}") } else { format!("  {line}") };
                below.into_iter().enumerate().map(joined).collect()
            }
            Written::Lines(below) => {
                let indent = " ".repeat(self.step_under_key(node));
                std::iter::once(head).chain(below.into_iter().map(|line| format!("{indent}{line}"))).collect()
            }
        }
    }

    /// How far the lines of a value are indented under its key.
    pub(super) fn step_under_key(&self, node: &Node) -> usize {
        if matches!(node.kind, Kind::List(_)) { self.list_step } else { self.step }
    }

    /// A value of a block, with so many bytes before it on its line.
    pub(super) fn value(&self, node: &Node, used: usize, is_item: bool, spot: Spot<'_>) -> Written {
        let (is_flow_by_default, is_empty) = match &node.kind {
            Kind::Null => return Written::Inline(String::new()),
            Kind::Scalar { .. } => return Written::Inline(self.inline(node)),
            Kind::List(items) => {
                (items.iter().all(is_leaf) || spot.depth >= 2 && items.iter().all(is_flat), items.is_empty())
            }
            Kind::Map(entries) => (spot.depth >= 2 && is_flat(node), entries.is_empty()),
        };
        let one_line = self.inline(node);
        let is_flow = match spot.like.filter(|like| !like.entries().is_empty()).map(|like| &like.style) {
            Some(Style::Flow(_)) => true,
            Some(Style::Block(..)) => false,
            _ => is_flow_by_default,
        };
        if is_empty || is_flow && spot.column + used + one_line.chars().count() <= WIDTH {
            return Written::Inline(one_line);
        }
        let column = spot.column + if is_item { 2 } else { self.step_under_key(node) };
        let inner = |like| Spot { column, depth: spot.depth + 1, like };
        Written::Lines(match &node.kind {
            Kind::Map(entries) => entries
                .iter()
                .flat_map(|(key, node)| {
                    let like = spot.like.and_then(|like| neighbour(like, Some(&key.text), node));
                    self.entry(Some(&key.text), node, inner(like))
                })
                .collect(),
            _ => node
                .items()
                .iter()
                .flat_map(|item| self.entry(None, item, inner(spot.like.and_then(|like| neighbour(like, None, item)))))
                .collect(),
        })
    }
}

/// The value whose style an entry takes among the others of a map or list: that of the same key, else the last of the same kind.
pub(super) fn neighbour<'p>(around: &'p Place, key: Option<&str>, node: &Node) -> Option<&'p Place> {
    if is_leaf(node) {
        return None;
    }
    let is_kind = |place: &&Place| match (&node.kind, place.entries().first()) {
        (Kind::Map(_), Some(first)) => first.key.is_some(),
        (Kind::List(_), Some(first)) => first.key.is_none(),
        _ => false,
    };
    let same = key.and_then(|key| around.get(key)).map(|entry| &entry.value).filter(is_kind);
    same.or_else(|| around.entries().iter().rev().map(|entry| &entry.value).find(is_kind))
}

fn is_leaf(node: &Node) -> bool {
    matches!(node.kind, Kind::Scalar { .. } | Kind::Null)
}

/// Holds only leaves and lists of leaves.
fn is_flat(node: &Node) -> bool {
    match &node.kind {
        Kind::Map(entries) => entries.iter().all(|(_, node)| match &node.kind {
            Kind::List(items) => items.iter().all(is_leaf),
            _ => is_leaf(node),
        }),
        Kind::List(items) => items.iter().all(is_leaf),
        _ => true,
    }
}

/// What may stand without quotes anywhere; a community (`65001:7`) too.
fn is_plain(text: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    let is_number = |half: &str| !half.is_empty() && half.bytes().all(|byte| byte.is_ascii_digit());
    let is_community = || text.split_once(':').is_some_and(|(high, low)| is_number(high) && is_number(low));
    let is_marker = text.chars().all(|letter| letter == '.') || text.starts_with('-') && !is_number(&text[1..]);
    !text.is_empty() && (text.chars().all(letter) && !is_marker || is_community())
}

/// Text that would be nothing at all without quotes.
fn is_nothing(text: &str) -> bool {
    text.is_empty() || text == "~" || text.eq_ignore_ascii_case("null")
}

/// How far the first block of a kind under a key is indented.
fn step_of(text: &str, place: &Place, lists: bool) -> Option<usize> {
    place.entries().iter().find_map(|entry| {
        let own = match &entry.value.style {
            Style::Block(column, entries) if entry.key.is_some() && entries[0].key.is_none() == lists => {
                column.checked_sub(lines::column(text, entry.start))
            }
            _ => None,
        };
        own.or_else(|| step_of(text, &entry.value, lists))
    })
}
