//! Which values are alike, and which items of two lists belong together.

use crate::syntax::tree::{Key, Kind, Node};
use crate::syntax::write::quoted_scalar;
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Larger runs of changed items are paired one after the other.
const MOST_PAIRS: usize = 40_000;

/// The same value, however written: quotes count only where the text would be another value without them, the order of a map never.
pub(super) fn alike(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Scalar { text, quoted }, Kind::Scalar { text: other, quoted: other_quoted }) => {
            text == other && (quoted == other_quoted || !needs_quotes(text))
        }
        (Kind::List(items), Kind::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| alike(item, other))
        }
        (Kind::Map(entries), Kind::Map(others)) => {
            entries.len() == others.len() && {
                let others = by_key(others);
                entries.iter().all(|(key, node)| others.get(&*key.text).is_some_and(|other| alike(node, other)))
            }
        }
        _ => false,
    }
}

/// The values of a map.
pub(super) fn by_key(entries: &[(Key, Node)]) -> FxHashMap<&str, &Node> {
    entries.iter().map(|(key, node)| (&*key.text, node)).collect()
}

/// True for text that is a number, a truth value or nothing when it stands without quotes.
pub(super) fn needs_quotes(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "" | "~" | "null" | "true" | "false") || text.parse::<f64>().is_ok()
}

/// One text for all values that are alike.
fn canonical(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Scalar { text, quoted } if needs_quotes(text) && !quoted => text.to_string(),
        Kind::Scalar { text, .. } => quoted_scalar(text),
        Kind::List(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Kind::Map(entries) => {
            let entry = |(key, node): &(Key, Node)| format!("{}:{}", quoted_scalar(&key.text), canonical(node));
            let mut entries: Vec<String> = entries.iter().map(entry).collect();
            entries.sort_unstable();
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// How a list becomes another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// An old item stays or becomes a new one.
    Pair(usize, usize),
    /// An old item goes.
    Gone(usize),
    /// A new item comes.
    New(usize),
}

/// The steps in the order of both lists. What is alike stays; of the rest those are paired that share most.
pub(super) fn steps(old: &[Node], new: &[Node]) -> Vec<Step> {
    let texts = |nodes: &[Node]| nodes.iter().map(canonical).collect::<Vec<String>>();
    let mut steps = Vec::new();
    for part in capture_diff_slices(Algorithm::Myers, &texts(old), &texts(new)) {
        let (before, after) = (part.old_range(), part.new_range());
        match part {
            DiffOp::Equal { .. } => steps.extend(before.zip(after).map(|(was, is)| Step::Pair(was, is))),
            _ if before.len() * after.len() > MOST_PAIRS => in_order(before, after, &mut steps),
            _ => best(old, new, before, after, &mut steps),
        }
    }
    steps
}

fn in_order(before: Range<usize>, after: Range<usize>, steps: &mut Vec<Step>) {
    let paired = before.len().min(after.len());
    steps.extend(before.clone().zip(after.clone()).map(|(was, is)| Step::Pair(was, is)));
    steps.extend(before.skip(paired).map(Step::Gone));
    steps.extend(after.skip(paired).map(Step::New));
}

/// The pairs, in the order of both lists, that share most together.
fn best(old: &[Node], new: &[Node], before: Range<usize>, after: Range<usize>, steps: &mut Vec<Step>) {
    // Any pair is better than none: its comment stays.
    let shares: Vec<Vec<usize>> =
        before.clone().map(|was| after.clone().map(|is| 1 + shared(&old[was], &new[is])).collect()).collect();
    let (rows, columns) = (before.len(), after.len());
    let mut most = vec![vec![0; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let paired = shares[row][column] + most[row + 1][column + 1];
            most[row][column] = paired.max(most[row + 1][column]).max(most[row][column + 1]);
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows || column < columns {
        let is_pair =
            row < rows && column < columns && most[row][column] == shares[row][column] + most[row + 1][column + 1];
        if is_pair {
            steps.push(Step::Pair(before.start + row, after.start + column));
            (row, column) = (row + 1, column + 1);
        } else if column == columns || row < rows && most[row][column] == most[row + 1][column] {
            steps.push(Step::Gone(before.start + row));
            row += 1;
        } else {
            steps.push(Step::New(after.start + column));
            column += 1;
        }
    }
}

/// How many leaves two values have in common at the same keys.
fn shared(one: &Node, other: &Node) -> usize {
    match (&one.kind, &other.kind) {
        (Kind::Map(entries), Kind::Map(others)) => {
            let others = by_key(others);
            entries.iter().filter_map(|(key, node)| others.get(&*key.text).map(|other| shared(node, other))).sum()
        }
        (Kind::List(items), Kind::List(others)) => {
            items.iter().filter(|item| others.iter().any(|other| alike(item, other))).count()
        }
        _ => usize::from(alike(one, other)),
    }
}
