//! JSON with places: every value knows where in the text it stands.
//!
//! Whether a text is JSON is serde_json's to say; what the values mean belongs to the readers.

use std::collections::BTreeMap;
use std::ops::Range;

/// A value and its place, in bytes of the text it was read from.
#[derive(Debug)]
pub(super) struct Node {
    /// Where.
    pub(super) place: Range<usize>,
    /// What.
    pub(super) value: Value,
}

/// What a [`Node`] holds.
#[derive(Debug)]
pub(super) enum Value {
    /// `null`.
    Null,
    /// A text, unescaped, or a number or a truth value as written.
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the text.
    Object(Vec<(String, Node)>),
}

/// Why a text is not JSON.
#[derive(Debug)]
pub(super) struct NotJson {
    /// Where reading stopped, in bytes.
    pub(super) at: usize,
    /// What serde_json says, without the position.
    pub(super) message: String,
    /// True when the text just ends too early.
    pub(super) truncated: bool,
}

/// One step into a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// An element of a list.
    Item(usize),
}

/// Where the values stand that ways lead to, in bytes; where a way ends early, the last value on it. The text was read before, and is
/// walked once, however many ways there are.
pub(super) fn locate(text: &str, paths: &[&[Step]]) -> Vec<Range<usize>> {
    let mut found = vec![0..0; paths.len()];
    let all: Vec<usize> = (0..paths.len()).collect();
    Walker { text, at: 0 }.places(paths, 0, &all, &mut found);
    found
}

/// Reads a text. Nesting is limited by serde_json (128 levels).
pub(super) fn parse(text: &str) -> Result<Node, NotJson> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(Walker { text, at: 0 }.value()),
        Err(error) => {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_owned();
            Err(NotJson { at: offset(text, error.line(), error.column()), message, truncated: error.is_eof() })
        }
    }
}

/// The byte offset of a line and a column, both from one, the column in bytes.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Walks a text that serde_json accepted, so every step may rely on the grammar.
struct Walker<'a> {
    text: &'a str,
    at: usize,
}

impl Walker<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b'\0')
    }

    /// Skips what separates values.
    fn skip(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Node {
        self.skip();
        let start = self.at;
        let value = match self.peek() {
            b'{' => Value::Object(self.until(b'}', |walker| (walker.string(), walker.value()))),
            b'[' => Value::List(self.until(b']', Walker::value)),
            b'"' => Value::Scalar(self.string()),
            _ => {
                let rest = &self.text[start..];
                self.at += rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
                match &self.text[start..self.at] {
                    "null" => Value::Null,
                    word => Value::Scalar(word.to_owned()),
                }
            }
        };
        Node { place: start..self.at, value }
    }

    /// Goes behind a value and notes its place for those of the wanted ways that end in it; the others go on below it.
    fn places(&mut self, paths: &[&[Step]], depth: usize, wanted: &[usize], found: &mut [Range<usize>]) {
        self.skip();
        let start = self.at;
        let (mut here, mut below): (Vec<usize>, BTreeMap<&Step, Vec<usize>>) = Default::default();
        for &way in wanted {
            match paths[way].get(depth) {
                None => here.push(way),
                Some(step) => below.entry(step).or_default().push(way),
            }
        }
        let close = match self.peek() {
            b'{' => b'}',
            _ => b']',
        };
        if below.is_empty() || !matches!(self.peek(), b'{' | b'[') {
            self.pass();
        } else {
            self.at += 1;
            for item in 0.. {
                self.skip();
                if self.at >= self.text.len() || self.peek() == close {
                    break;
                }
                let step = if close == b'}' { Step::Key(self.string()) } else { Step::Item(item) };
                self.skip();
                match below.remove(&step) {
                    Some(ways) => self.places(paths, depth + 1, &ways, found),
                    None => self.pass(),
                }
            }
            self.at += 1;
        }
        here.extend(below.into_values().flatten());
        here.into_iter().for_each(|way| found[way] = start..self.at);
    }

    /// Goes behind a value without keeping it.
    fn pass(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => self.pass_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
                }
            }
            if depth == 0 || self.at >= self.text.len() {
                return;
            }
            self.skip();
        }
    }

    fn until<T>(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip();
        while self.at < self.text.len() && self.peek() != close {
            items.push(item(self));
            self.skip();
        }
        self.at = (self.at + 1).min(self.text.len());
        items
    }

    fn pass_string(&mut self) {
        self.at += 1;
        while self.at < self.text.len() && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.text.len());
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.pass_string();
        serde_json::from_str(&self.text[start..self.at]).expect("serde_json accepted this text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let text = r#" {"a": ["x\"é", 12], "b" : null} "#;
        let Value::Object(members) = parse(text).unwrap().value else { panic!("an object") };
        let Value::List(items) = &members[0].1.value else { panic!("a list") };
        assert_eq!(&text[items[0].place.clone()], r#""x\"é""#);
        assert!(matches!(&items[0].value, Value::Scalar(text) if text == "x\"é"));
        assert_eq!(&text[items[1].place.clone()], "12");
        assert_eq!(&text[members[1].1.place.clone()], "null");
    }

    #[test]
    fn values_are_found_by_the_ways_to_them_in_any_order() {
        let text = r#"{"a": [{"x": 1}, {"b\"": "}]", "c": [true, null]}], "d": {}}"#;
        let key = |key: &str| Step::Key(key.to_owned());
        let ways: &[(&[Step], &str)] = &[
            (&[key("d"), key("missing")], "{}"),
            (&[key("a"), Step::Item(1), key("c"), Step::Item(0)], "true"),
            (&[key("a"), Step::Item(1), key("b\"")], "\"}]\""),
            (&[key("a"), Step::Item(0)], "{\"x\": 1}"),
            (&[key("a"), Step::Item(0), key("x"), key("deeper")], "1"),
            (&[key("a"), key("no list has keys"), key("x")], r#"[{"x": 1}, {"b\"": "}]", "c": [true, null]}]"#),
            (&[key("d")], "{}"),
            (&[key("d")], "{}"),
            (&[], text),
        ];
        let paths: Vec<&[Step]> = ways.iter().map(|(path, _)| *path).collect();
        let found: Vec<&str> = locate(text, &paths).into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ways.iter().map(|(_, value)| *value).collect::<Vec<_>>());
        for (path, value) in ways {
            assert_eq!(&text[locate(text, &[path])[0].clone()], *value, "alone");
        }
    }

    #[test]
    fn deep_nesting_is_refused_rather_than_followed() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn the_place_of_a_mistake_is_in_bytes() {
        let mistake = parse("{\"é\":\n  oops}").unwrap_err();
        assert_eq!((mistake.at, mistake.truncated), (9, false));
        assert!(parse("{\"a\": [1").unwrap_err().truncated);
    }
}
