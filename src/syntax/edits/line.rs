//! A value on one line, in YAML's flow style.

use crate::syntax::tree::{Kind, Node};
use std::fmt::Write as _;

/// Longer values are not shown.
const LONGEST: usize = 60;

/// The whole value.
pub(super) fn one_line(node: &Node) -> String {
    let mut text = String::new();
    write(node, usize::MAX, &mut text);
    text
}

/// The value; none when it is long.
pub(super) fn short_line(node: &Node) -> Option<String> {
    let mut text = String::new();
    // A character takes four bytes at most.
    write(node, 4 * LONGEST, &mut text);
    (text.chars().count() <= LONGEST).then_some(text)
}

/// Stops some time after `most` bytes.
fn write(node: &Node, most: usize, text: &mut String) {
    match &node.kind {
        Kind::Null => text.push_str("null"),
        Kind::Scalar { text: value, quoted: false } => text.push_str(value),
        Kind::Scalar { text: value, quoted: true } => {
            let _ = write!(text, "{value:?}");
        }
        Kind::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if text.len() > most {
                    return;
                }
                text.push_str(if index > 0 { ", " } else { "" });
                self::write(item, most, text);
            }
            text.push(']');
        }
        Kind::Map(entries) if entries.is_empty() => text.push_str("{}"),
        Kind::Map(entries) => {
            text.push_str("{ ");
            for (index, (key, value)) in entries.iter().enumerate() {
                if text.len() > most {
                    return;
                }
                let _ = write!(text, "{}{}: ", if index > 0 { ", " } else { "" }, key.text);
                self::write(value, most, text);
            }
            text.push_str(" }");
        }
    }
}
