//! From text to raw rows: named cells with places, the same for JSON and for tables.
//!
//! What the cells of a row mean belongs to `effective` and `bgp`.

use super::words::{BadValue, letters};
use super::{Kind, table};
use crate::exchange::json::{self, Node, Value};
use crate::exchange::text::{body};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, Spanned};
use std::ops::Range;

/// What was read, or every mistake that prevents it.
pub(super) type Read<T> = Result<T, Vec<Diagnostic>>;

/// How the keys begin under which a route server prints its instances.
const INSTANCE: &str = "RouteServiceRole_IN_";

/// The rows of a capture before anyone knows what they mean.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The whole text.
    pub(super) place: Span,
    /// All rows, those of all instances in one list.
    pub(super) rows: Vec<RawRow>,
    /// The keys of the instances, with the number of rows under each.
    pub(super) instances: Vec<(String, usize)>,
}

/// One row.
#[derive(Debug)]
pub(super) struct RawRow {
    /// Where.
    pub(super) place: Span,
    /// How messages call it: `row 3`, ``row 3 of `RouteServiceRole_IN_0` ``.
    pub(super) name: String,
    /// The cells in the order of the text.
    pub(super) cells: Vec<RawCell>,
}

/// One cell.
#[derive(Debug)]
pub(super) struct RawCell {
    /// The name of the column as printed.
    pub(super) column: String,
    /// Its letters in lower case.
    pub(super) key: String,
    /// Where the value is.
    pub(super) place: Span,
    /// The values: none for `null` and empty cells; `None` for objects and lists of lists.
    pub(super) texts: Option<Vec<Spanned<String>>>,
}

impl Loaded {
    /// The command that printed the rows, as far as their columns tell.
    pub(super) fn kind(&self) -> Option<Kind> {
        let has = |keys: &[&str]| self.rows.iter().any(|row| row.find(keys).is_some());
        if has(&["addressprefix", "addressprefixes", "nexthoptype"]) {
            Some(Kind::Effective)
        } else if !self.instances.is_empty() {
            Some(Kind::RouteServer)
        } else if has(&["path", "locprf"]) {
            Some(Kind::Circuit)
        } else if has(&["localaddress", "sourcepeer", "origin"]) {
            Some(Kind::Gateway)
        } else {
            has(&["network"]).then_some(Kind::Router)
        }
    }
}

impl RawRow {
    /// The first cell that has one of the names.
    pub(super) fn find(&self, keys: &[&str]) -> Option<&RawCell> {
        keys.iter().find_map(|key| self.cells.iter().find(|cell| cell.key == *key))
    }

    /// The values of a column; `None` when the column was not printed.
    pub(super) fn texts(&self, keys: &[&str], mistakes: &mut Vec<Diagnostic>) -> Option<&[Spanned<String>]> {
        let cell = self.find(keys)?;
        if cell.texts.is_none() {
            let message = format!("{}: `{}` is neither a text nor a list of texts", self.name, cell.column);
            mistakes.push(Diagnostic::error(cell.place, message));
        }
        cell.texts.as_deref()
    }

    /// The only value of a column, empty for an empty cell; `None` when the column was not printed.
    pub(super) fn text(&self, keys: &[&str], mistakes: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
        let cell = self.find(keys)?;
        match self.texts(keys, mistakes)? {
            [] => Some(Spanned::new(String::new(), cell.place)),
            [only] => Some(only.clone()),
            _ => {
                let message = format!("{}: `{}` holds several values", self.name, cell.column);
                mistakes.push(Diagnostic::error(cell.place, message).help("one value is expected here"));
                None
            }
        }
    }

    /// What to say about a value of a column that cannot be read.
    pub(super) fn bad(&self, keys: &[&str], place: Span, why: BadValue) -> Diagnostic {
        let column = self.find(keys).map_or("", |cell| cell.column.as_str());
        let mistake = Diagnostic::error(place, format!("{}: `{column}`: {}", self.name, why.message));
        match why.help {
            Some(help) => mistake.help(help),
            None => mistake,
        }
    }
}

/// A range of bytes as a place in a file.
pub(super) fn span(file: FileId, place: Range<usize>) -> Span {
    Span { file, start: place.start as u32, end: place.end as u32 }
}

/// Reads the rows of a text, JSON or table.
pub(super) fn load(file: FileId, text: &str) -> Read<Loaded> {
    let body = body(text);
    let content = &text[body.clone()];
    if content.is_empty() {
        let mistake = Diagnostic::error(span(file, 0..0), "the capture is empty");
        return Err(vec![mistake.help("save what the command prints: `az … -o json > capture.json`")]);
    }
    if !content.starts_with(['{', '[']) {
        let rows = table::read(file, content, body.start)?;
        return Ok(Loaded { place: span(file, body), rows, instances: Vec::new() });
    }
    let tree = json::parse(content).map_err(|error| {
        let at = body.start + error.at;
        let end = text[at..].chars().next().map_or(at, |found| at + found.len_utf8());
        let mistake = match error.truncated {
            true => Diagnostic::error(span(file, at..end), "the JSON ends too early")
                .help("the output was cut; save it again as a whole"),
            false => Diagnostic::error(span(file, at..end), format!("this is not JSON: {}", error.message)),
        };
        vec![mistake]
    })?;
    Shape { file, base: body.start, mistakes: Vec::new(), rows: Vec::new(), instances: Vec::new() }.read(&tree)
}

/// Finds the rows in the nestings that are known.
struct Shape {
    file: FileId,
    base: usize,
    mistakes: Vec<Diagnostic>,
    rows: Vec<RawRow>,
    instances: Vec<(String, usize)>,
}

impl Shape {
    fn read(mut self, tree: &Node) -> Read<Loaded> {
        match &tree.value {
            Value::List(items) => self.list(items, None),
            Value::Object(members) => self.object(tree, members),
            Value::Null | Value::Scalar(_) => self.unknown(tree),
        }
        let place = self.span(tree);
        match self.mistakes.is_empty() {
            true => Ok(Loaded { place, rows: self.rows, instances: self.instances }),
            false => Err(self.mistakes),
        }
    }

    fn span(&self, node: &Node) -> Span {
        span(self.file, self.base + node.place.start..self.base + node.place.end)
    }

    fn object(&mut self, tree: &Node, members: &[(String, Node)]) {
        let mut known = false;
        for (key, node) in members {
            let instance = key.get(..INSTANCE.len()).is_some_and(|head| head.eq_ignore_ascii_case(INSTANCE));
            if !instance && !key.eq_ignore_ascii_case("value") {
                continue;
            }
            known = true;
            match &node.value {
                Value::List(items) => self.list(items, instance.then_some(key)),
                // Older versions of az print `"value": null` beside the instances of a route server.
                Value::Null => {}
                Value::Scalar(_) | Value::Object(_) => {
                    let message = format!("`{key}` is not a list of routes");
                    self.mistakes.push(Diagnostic::error(self.span(node), message));
                }
            }
        }
        if !known {
            self.unknown(tree);
        }
    }

    fn unknown(&mut self, tree: &Node) {
        let mistake = Diagnostic::error(self.span(tree), "there are no routes in this capture");
        let help = "expected a list of routes, or an object with `value` or `RouteServiceRole_IN_0`";
        self.mistakes.push(mistake.help(help));
    }

    fn list(&mut self, items: &[Node], instance: Option<&String>) {
        for (index, item) in items.iter().enumerate() {
            let of = instance.map(|key| format!(" of `{key}`")).unwrap_or_default();
            let name = format!("row {}{of}", index + 1);
            let Value::Object(members) = &item.value else {
                self.mistakes.push(Diagnostic::error(self.span(item), format!("{name} is not an object")));
                continue;
            };
            let cells = members.iter().map(|(column, node)| self.cell(column, node)).collect();
            self.rows.push(RawRow { place: self.span(item), name, cells });
        }
        if let Some(key) = instance {
            self.instances.push((key.clone(), items.len()));
        }
    }

    fn cell(&self, column: &str, node: &Node) -> RawCell {
        let scalar = |node: &Node| match &node.value {
            Value::Scalar(text) => Some(Spanned::new(text.clone(), self.span(node))),
            Value::Null | Value::List(_) | Value::Object(_) => None,
        };
        let texts = match &node.value {
            Value::Null => Some(Vec::new()),
            Value::Scalar(_) => scalar(node).map(|text| vec![text]),
            Value::List(items) => items.iter().map(scalar).collect(),
            Value::Object(_) => None,
        };
        RawCell { column: column.to_owned(), key: letters(column), place: self.span(node), texts }
    }
}
