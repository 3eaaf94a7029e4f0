//! Bicep files as the grammar of tree-sitter-bicep reads them, since Microsoft's compiler is no library.

use serde_json::{Map, Value, json};
use tree_sitter::{Node, Parser, Tree};

/// A file without mistakes.
pub(crate) struct Bicep<'t> {
    text: &'t str,
    tree: Tree,
}

/// A node and the text that it is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'t> {
    text: &'t str,
    node: Node<'t>,
}

impl<'t> Bicep<'t> {
    /// # Errors
    /// The first place that the grammar does not know, or where it misses something.
    pub(crate) fn parse(text: &'t str) -> Result<Self, String> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_bicep::LANGUAGE.into()).unwrap();
        let tree = parser.parse(text, None).unwrap();
        match mistake(tree.root_node()) {
            Some(node) => Err(format!("{:?}: {}", node.start_position(), node.to_sexp())),
            None => Ok(Bicep { text, tree }),
        }
    }

    pub(crate) fn statements(&self) -> Vec<Part<'_>> {
        Part { text: self.text, node: self.tree.root_node() }.children()
    }
}

fn mistake(node: Node<'_>) -> Option<Node<'_>> {
    if node.is_error() || node.is_missing() {
        return Some(node);
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).find_map(mistake)
}

impl<'t> Part<'t> {
    pub(crate) fn kind(&self) -> &'static str {
        self.node.kind()
    }

    pub(crate) fn text(&self) -> String {
        self.text[self.node.byte_range()].to_owned()
    }

    pub(crate) fn children(&self) -> Vec<Part<'t>> {
        let mut cursor = self.node.walk();
        self.node.named_children(&mut cursor).map(|node| Part { text: self.text, node }).collect()
    }

    /// The text that a string stands for (Microsoft, "Data types in Bicep", strings).
    pub(crate) fn string(&self) -> String {
        assert_eq!(self.kind(), "string", "{}", self.text());
        assert!(self.children().iter().all(|part| part.kind() != "interpolation"), "{} holds code", self.text());
        let written = self.text();
        let mut rest = written[1..written.len() - 1].chars();
        let mut text = String::new();
        while let Some(c) = rest.next() {
            text.push(match c {
                '\\' => match rest.next().unwrap() {
                    'u' => {
                        let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
                    }
                    escaped @ ('\\' | '\'' | '$') => escaped,
                    other => panic!("`\\{other}` is no escape"),
                },
                plain => plain,
            });
        }
        text
    }

    /// Objects, lists, texts and truth values; anything else as `{"expression": its text}`.
    pub(crate) fn to_json(self) -> Value {
        match self.kind() {
            "string" => self.string().into(),
            "boolean" => (self.text() == "true").into(),
            "array" => self.children().into_iter().map(Part::to_json).collect(),
            "object" => {
                let mut object = Map::new();
                for property in self.children() {
                    let parts = property.children();
                    let [key, value] = parts.as_slice() else { panic!("{}", property.text()) };
                    let key = if key.kind() == "string" { key.string() } else { key.text() };
                    assert_eq!(object.insert(key, value.to_json()), None, "a property twice");
                }
                object.into()
            }
            _ => json!({ "expression": self.text() }),
        }
    }
}
