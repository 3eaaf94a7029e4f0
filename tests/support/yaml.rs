//! A tree that is written as YAML, and that knows which of its orders mean nothing.

use std::fmt::Write as _;

/// A value of a topology file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// One word.
    Text(String),
    /// A list whose order means something.
    List(Vec<Node>),
    /// A list whose order means nothing.
    Set(Vec<Node>),
    /// Names and values; their order never means anything.
    Map(Vec<(String, Node)>),
}

/// One word.
pub(crate) fn text(word: impl ToString) -> Node {
    Node::Text(word.to_string())
}

/// A list whose order means nothing.
pub(crate) fn set(items: impl IntoIterator<Item = impl ToString>) -> Node {
    Node::Set(items.into_iter().map(text).collect())
}

/// A list whose order means something.
pub(crate) fn list(items: impl IntoIterator<Item = impl ToString>) -> Node {
    Node::List(items.into_iter().map(text).collect())
}

/// A map of what is present.
pub(crate) fn map<const N: usize>(entries: [(&str, Option<Node>); N]) -> Node {
    Node::Map(entries.into_iter().filter_map(|(key, node)| Some((key.to_owned(), node?))).collect())
}

/// Nothing where there is nothing to write.
pub(crate) fn unless_empty(node: Node) -> Option<Node> {
    let empty = match &node {
        Node::Text(_) => false,
        Node::List(items) | Node::Set(items) => items.is_empty(),
        Node::Map(entries) => entries.is_empty(),
    };
    (!empty).then_some(node)
}

/// Orders by number: a small generator (splitmix64), so that the same seed gives the same order everywhere. Zero turns every list round.
struct Numbers {
    turns: bool,
    state: u64,
}

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        if self.turns {
            return items.reverse();
        }
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

impl Node {
    /// The same content with every order that means nothing changed.
    pub(crate) fn shuffled(&self, seed: u64) -> Node {
        let mut copy = self.clone();
        copy.shuffle(&mut Numbers { turns: seed == 0, state: seed });
        copy
    }

    fn shuffle(&mut self, numbers: &mut Numbers) {
        match self {
            Node::Text(_) => {}
            Node::List(items) => items.iter_mut().for_each(|item| item.shuffle(numbers)),
            Node::Set(items) => {
                items.iter_mut().for_each(|item| item.shuffle(numbers));
                numbers.shuffle(items);
            }
            Node::Map(entries) => {
                entries.iter_mut().for_each(|(_, node)| node.shuffle(numbers));
                numbers.shuffle(entries);
            }
        }
    }

    /// The text of a file.
    pub(crate) fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.block(0, &mut out);
        out
    }

    /// Maps down to the third level and lists of objects in block style, the rest in flow style.
    fn block(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        match self {
            Node::Map(entries) => {
                for (key, node) in entries {
                    write!(out, "{indent}{}:", quoted(key)).expect("a string takes everything");
                    let short = matches!(node, Node::Text(_)) || node.is_flat() || depth >= 2;
                    if short {
                        writeln!(out, " {}", node.flow()).expect("a string takes everything");
                    } else {
                        out.push('\n');
                        node.block(depth + 1, out);
                    }
                }
            }
            Node::List(items) | Node::Set(items) => {
                for item in items {
                    writeln!(out, "{indent}- {}", item.flow()).expect("a string takes everything");
                }
            }
            Node::Text(_) => writeln!(out, "{indent}{}", self.flow()).expect("a string takes everything"),
        }
    }

    fn is_flat(&self) -> bool {
        match self {
            Node::Text(_) => true,
            Node::List(items) | Node::Set(items) => items.iter().all(|item| matches!(item, Node::Text(_))),
            Node::Map(entries) => entries.is_empty(),
        }
    }

    fn flow(&self) -> String {
        match self {
            Node::Text(word) => quoted(word),
            Node::List(items) | Node::Set(items) => {
                format!("[{}]", items.iter().map(Node::flow).collect::<Vec<_>>().join(", "))
            }
            Node::Map(entries) if entries.is_empty() => "{}".into(),
            Node::Map(entries) => {
                let entry = |(key, node): &(String, Node)| format!("{}: {}", quoted(key), node.flow());
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn quoted(word: &str) -> String {
    if word == "*" { "\"*\"".into() } else { word.into() }
}
