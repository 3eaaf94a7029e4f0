//! The comments that rsctl writes itself above entries: `# BLANK: …` and `# GUESS: …`.
//!
//! Only where they stand; what they say is the caller's.

use super::layout::{Entry, Place, Style, layout};
use super::lines;
use super::splice::Splices;
use super::{alike, read, without_byte_order_mark};
use crate::syntax::tree::Node;
use crate::words::printable;

/// How such a comment begins.
const BEGINNINGS: [&str; 2] = ["# BLANK: ", "# GUESS: "];

/// A comment of rsctl above an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Keys that lead to the entry; items of lists by their index, from 0.
    pub path: Vec<String>,
    /// The comment without its `#`: `BLANK: …`, `GUESS: …`.
    pub text: String,
}

/// The comments of rsctl in a text, each with the entry that it stands above. A text whose layout is not understood has none.
pub fn marks(text: &str) -> Vec<Mark> {
    let (_, content) = without_byte_order_mark(text);
    let Ok(root) = layout(content) else { return Vec::new() };
    let mut entries = Vec::new();
    ways(&root, &mut Vec::new(), &mut entries);
    let (mut found, mut at) = (Vec::new(), 0);
    for line in content.split_inclusive('\n') {
        at += line.len();
        let comment = line.trim();
        if BEGINNINGS.iter().any(|beginning| comment.starts_with(beginning)) {
            // Of entries that begin at one place the outermost comes first.
            let next = entries.iter().filter(|(start, _)| *start >= at).min_by_key(|(start, way)| (*start, way.len()));
            found.extend(next.map(|(_, way)| Mark { path: way.clone(), text: comment[2..].to_owned() }));
        }
    }
    found
}

/// Where each entry begins, and the way to it.
fn ways(place: &Place, way: &mut Vec<String>, found: &mut Vec<(usize, Vec<String>)>) {
    for (index, entry) in place.entries().iter().enumerate() {
        way.push(entry.key.as_ref().map_or_else(|| index.to_string(), ToString::to_string));
        found.push((entry.start, way.clone()));
        ways(&entry.value, way, found);
        way.pop();
    }
}

/// The text without the lines that hold such a comment and nothing else.
///
/// Text in quotes or blocks of text keeps lines that look like it. A text whose layout is not understood stays as it is.
pub fn without_marks(text: &str) -> String {
    let (mark, content) = without_byte_order_mark(text);
    let Ok(root) = layout(content) else { return text.to_owned() };
    let mut scalars = Vec::new();
    long_scalars(content, &root, &mut scalars);
    let (mut out, mut at) = (mark.to_owned(), 0);
    for line in content.split_inclusive('\n') {
        let is_mark = BEGINNINGS.iter().any(|beginning| line.trim_start().starts_with(beginning));
        let after = scalars.partition_point(|(start, _)| *start < at);
        let is_text = after.checked_sub(1).is_some_and(|index: usize| at < scalars[index].1);
        if !is_mark || is_text {
            out.push_str(line);
        }
        at += line.len();
    }
    out
}

/// The scalars that go over several lines, in order.
fn long_scalars(text: &str, place: &Place, found: &mut Vec<(usize, usize)>) {
    if matches!(place.style, Style::Scalar) && text[place.start..place.end].contains('\n') {
        found.push((place.start, place.end));
    }
    place.entries().iter().for_each(|entry| long_scalars(text, &entry.value, found));
}

/// The text with a line above each marked entry, indented like it; inside of brackets above the line on which the entry begins.
///
/// An entry that does not stand in the text is marked at the nearest one around it. `root` is the tree of the text: where a line within
/// brackets would change that, the marks go above the brackets. A text whose layout is not understood stays as it is.
pub fn with_marks(text: &str, root: &Node, marks: &[Mark]) -> String {
    let (mark, content) = without_byte_order_mark(text);
    let Ok(place) = layout(content) else { return text.to_owned() };
    let marked = |into_brackets: bool| {
        let text = content;
        let mut splices = Splices::default();
        for mark in marks {
            let at = line_of(&place, &mark.path, into_brackets);
            let start = lines::start(text, at);
            let indent = &text[start..lines::after_blanks(text, start)];
            let one_line = mark.text.split_whitespace().collect::<Vec<_>>().join(" ");
            splices.before(start, format!("{indent}# {}{}", printable(&one_line), lines::line_break(text)));
        }
        format!("{mark}{}", splices.apply(text))
    };
    let written = marked(true);
    if read(&written).is_some_and(|tree| alike(&tree, root)) { written } else { marked(false) }
}

/// The place of the entry that is marked.
fn line_of(root: &Place, path: &[String], into_brackets: bool) -> usize {
    let (mut place, mut at) = (root, root.start);
    for step in path {
        if matches!(place.style, Style::Flow(_)) && !into_brackets {
            break;
        }
        let is_list = place.entries().first().is_some_and(|first| first.key.is_none());
        let found: Option<&Entry> = if is_list {
            step.parse::<usize>().ok().and_then(|index| place.entries().get(index))
        } else {
            place.get(step)
        };
        let Some(entry) = found else { break };
        (place, at) = (&entry.value, entry.start);
    }
    at
}
