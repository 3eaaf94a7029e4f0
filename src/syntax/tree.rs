//! YAML text to a tree in which every node and every key knows its place.
//!
//! The only file that names the YAML crate. What a key means is no business of this one: `shape` says what is allowed.

mod refusal;

use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, Sources, Span};
use rustc_hash::FxHashMap;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// One value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it was written; of a block that goes over several lines, the first line.
    pub span: Span,
}

/// The four things a value can be.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`, `~`, or nothing at all (then the span is empty).
    Null,
    /// Text, a number, a truth value: always the text as written.
    Scalar {
        /// Without quotes, escapes resolved.
        text: Box<str>,
        /// True when it stood in quotes or in a block of text, so that `"1"` is no number.
        quoted: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file, every key once.
    Map(Vec<(Key, Node)>),
}

/// The key of a map entry.
#[derive(Debug, Clone)]
pub struct Key {
    /// Without quotes, escapes resolved. Keys that are equal share it.
    pub text: Arc<str>,
    /// Where it was written.
    pub span: Span,
}

impl Node {
    /// The entries of a map.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(found, _)| &*found.text == key).map(|(_, node)| node)
    }

    /// The items of a list; a lone value counts as a list of one, nothing as an empty list.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// True for `null` and `~`, false where nothing was written.
    pub fn is_written_null(&self) -> bool {
        matches!(self.kind, Kind::Null) && self.span.start < self.span.end
    }
}

/// Reads one YAML document; what is wrong with it goes to the sink, and then there is no tree.
///
/// A file without any content is an empty map.
pub fn parse(file: FileId, sources: &Sources, sink: &mut Sink) -> Option<Node> {
    let text = &sources.file(file).text;
    if is_blank(text) {
        let end = text.len() as u32;
        return Some(Node { kind: Kind::Map(Vec::new()), span: Span { file, start: end, end } });
    }
    read(file, text, sink)
}

/// Reads the rest of a file from a byte on, which has some content, as a document of its own.
pub(super) fn parse_rest(file: FileId, start: usize, sources: &Sources, sink: &mut Sink) -> Option<Node> {
    let rest = sources.file(file).text.get(start..).unwrap_or_default();
    // Empty lines in place of what stands before: every byte keeps its place, and the rest begins a line.
    read(file, &("\n".repeat(start) + rest), sink)
}

fn read(file: FileId, text: &str, sink: &mut Sink) -> Option<Node> {
    match serde_saphyr::from_str_with_options::<Raw<'_>>(text, options(text.len())) {
        Ok(raw) => Some(Finish { file, text, line_ends: line_ends(text), sink, keys: FxHashMap::default() }.node(raw)),
        Err(error) => {
            sink.push(refusal::explain(&error, file, text));
            None
        }
    }
}

/// True when the text holds nothing but blank lines, comments and document markers.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#') || line == "---" || line == "...")
}

/// Deeper nesting is a mistake: the format needs eight levels. Each costs stack, of which Windows gives a megabyte.
const MAX_DEPTH: usize = 16;

/// Limits grow with the file, so that a small file costs little and a large honest one passes.
///
/// The crate's defaults refuse a million prefixes and 400 spokes that share one anchor. The floor of four million events
/// bounds what aliases can multiply: they count again on every use.
fn options(bytes: usize) -> serde_saphyr::Options {
    let events = bytes.saturating_mul(4).max(4_000_000);
    let names = 10_000 + bytes / 8;
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_events: events,
            max_nodes: events,
            max_recorded_anchor_events: 200_000 + bytes / 4,
            max_aliases: names,
            max_anchors: names,
            max_merge_keys: names,
            max_total_scalar_bytes: 1 << 30,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: events },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

/// A node as the YAML crate hands it over, before duplicate keys are told apart.
struct Raw<'de> {
    kind: RawKind<'de>,
    start: u32,
    end: u32,
}

enum RawKind<'de> {
    Null,
    /// Text; a part of the file where nothing had to be resolved (escapes, folding).
    Text(Cow<'de, str>),
    /// A number or a truth value: the text is taken from the file.
    Typed,
    List(Vec<Raw<'de>>),
    Map(Vec<(Raw<'de>, Raw<'de>)>),
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<RawKind<'de>>::deserialize(deserializer)?;
        // The place of the definition: behind an alias that is where the text stands.
        let span = spanned.defined.span();
        let start = span.byte_offset().ok_or_else(|| D::Error::custom("a place is missing"))?;
        let end = start.saturating_add(span.byte_len().unwrap_or(0));
        let clip = |offset: u64| u32::try_from(offset).unwrap_or(u32::MAX);
        Ok(Raw { kind: spanned.value, start: clip(start), end: clip(end) })
    }
}

impl<'de> Deserialize<'de> for RawKind<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawKind<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Text(Cow::Borrowed(text)))
    }

    fn visit_string<E>(self, text: String) -> Result<RawKind<'de>, E> {
        Ok(RawKind::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawKind<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(RawKind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawKind<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(RawKind::Map(entries))
    }
}

/// Maps with more entries than this find duplicate keys by hash.
const SMALL_MAP: usize = 12;

/// Turns raw nodes into nodes: fills in texts and places, reports duplicate and impossible keys.
struct Finish<'a> {
    file: FileId,
    text: &'a str,
    /// Where lines end, so that a line of any length is searched once.
    line_ends: Vec<u32>,
    sink: &'a mut Sink,
    /// The keys met so far.
    keys: FxHashMap<Box<str>, Arc<str>>,
}

/// The places of all line breaks.
fn line_ends(text: &str) -> Vec<u32> {
    text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'\n' | b'\r')).map(|(place, _)| place as u32).collect()
}

impl Finish<'_> {
    fn node(&mut self, raw: Raw<'_>) -> Node {
        let own = self.span(raw.start, raw.end);
        match raw.kind {
            RawKind::Null => Node { kind: Kind::Null, span: own },
            RawKind::Text(text) => {
                // Only plain text on one line stands in the file just as it is read.
                let quoted = self.slice(own) != text.as_ref() || text.contains('\n');
                Node { kind: Kind::Scalar { text: text.into(), quoted }, span: own }
            }
            RawKind::Typed => {
                let text = self.slice(own).trim_matches(['"', '\'']).into();
                Node { kind: Kind::Scalar { text, quoted: false }, span: own }
            }
            RawKind::List(items) => {
                let items: Vec<Node> = items.into_iter().map(|item| self.node(item)).collect();
                let span = self.block_span(own, items.last().map(|item| item.span.end), b']');
                Node { kind: Kind::List(items), span }
            }
            RawKind::Map(entries) => {
                let entries = self.entries(entries);
                let span = self.block_span(own, entries.last().map(|(_, node)| node.span.end), b'}');
                Node { kind: Kind::Map(entries), span }
            }
        }
    }

    fn entries(&mut self, raw: Vec<(Raw<'_>, Raw<'_>)>) -> Vec<(Key, Node)> {
        let mut entries: Vec<(Key, Node)> = Vec::with_capacity(raw.len());
        let mut places: FxHashMap<Arc<str>, usize> = FxHashMap::default();
        let hashed = raw.len() > SMALL_MAP;
        for (key, value) in raw {
            let Some(key) = self.key(key) else { continue };
            let value = self.node(value);
            let earlier = if hashed {
                places.get(&key.text).copied()
            } else {
                entries.iter().position(|(other, _)| other.text == key.text)
            };
            if let Some(earlier) = earlier {
                self.report_duplicate(&entries[earlier].0, &key);
                continue;
            }
            if hashed {
                places.insert(Arc::clone(&key.text), entries.len());
            }
            entries.push((key, value));
        }
        entries
    }

    fn key(&mut self, raw: Raw<'_>) -> Option<Key> {
        let node = self.node(raw);
        let span = node.span;
        let (message, label) = match node.kind {
            Kind::Scalar { text, .. } => return Some(Key { text: self.shared(text), span }),
            Kind::Null => ("a key is missing before the colon", "no key is written here"),
            Kind::List(_) => ("a list cannot be a key", "a list"),
            Kind::Map(_) => ("a map cannot be a key", "a map"),
        };
        let help = "write a name before the colon; put it in quotes if it is meant to hold brackets";
        self.sink.push(Diagnostic::error(span, message).label(label).help(help));
        None
    }

    fn shared(&mut self, text: Box<str>) -> Arc<str> {
        if let Some(known) = self.keys.get(&text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = Arc::from(&*text);
        self.keys.insert(text, Arc::clone(&shared));
        shared
    }

    fn report_duplicate(&mut self, first: &Key, second: &Key) {
        let name = crate::words::echo(&second.text);
        let report = Diagnostic::error(second.span, format!("`{name}` is written twice"))
            .label("again here")
            .also(first.span, "first here")
            .help("remove one of them, or rename it if two objects are meant");
        self.sink.push(report);
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// A span inside the text and on character boundaries, whatever the YAML crate said.
    fn span(&self, start: u32, end: u32) -> Span {
        let boundary = |offset: u32| {
            let mut offset = (offset as usize).min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset as u32
        };
        let start = boundary(start);
        Span { file: self.file, start, end: boundary(end).max(start) }
    }

    /// The whole of a list or map on one line; of a longer one its first line. The crate gives a point or one bracket.
    fn block_span(&self, own: Span, last_child: Option<u32>, close: u8) -> Span {
        let start = own.start as usize;
        let bytes = self.text.as_bytes();
        let after = self.line_ends.partition_point(|end| (*end as usize) < start);
        let line_end = self.line_ends.get(after).map_or(self.text.len(), |end| *end as usize);
        let flow = matches!(bytes.get(start), Some(b'[' | b'{'));
        let mut end = last_child.map_or(own.end, |end| end.max(own.end)) as usize;
        if flow && end <= line_end {
            let rest = &bytes[end..line_end];
            let skipped = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b',')).count();
            if rest.get(skipped) == Some(&close) {
                end += skipped + 1;
            }
        }
        if end > line_end || end < start {
            end = start + self.text[start..line_end].trim_end().len();
        }
        Span { file: self.file, start: own.start, end: end as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Node, Sources, Sink) {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = sources.add("t", "t", text.to_owned());
        let node = parse(file, &sources, &mut sink).unwrap();
        (node, sources, sink)
    }

    #[test]
    fn plain_values_keep_the_text_as_written() {
        for text in [
            "65001",
            "65_001",
            "065001",
            "10.10",
            "no",
            "12:30",
            "1e3",
            ".inf",
            "0x10",
            "+5",
            "True",
            "2026-11-23",
            "::/0",
        ] {
            let (node, sources, _) = read(&format!("a: {text} # why\n"));
            let value = node.get("a").unwrap();
            assert!(
                matches!(&value.kind, Kind::Scalar { text: found, quoted: false } if **found == *text),
                "{text}: {value:?}"
            );
            assert_eq!(sources.text(value.span), text);
        }
    }

    #[test]
    fn quoted_values_are_told_apart() {
        let (node, sources, _) = read("a: [\"1\", '2', 3, \"\\x41\"]\nb: |\n  text\n");
        let quoted = |node: &Node| matches!(node.kind, Kind::Scalar { quoted: true, .. });
        let items = node.get("a").unwrap().items();
        assert_eq!(items.iter().map(quoted).collect::<Vec<_>>(), [true, true, false, true]);
        assert_eq!(items[3].text(), Some("A"));
        assert_eq!(sources.text(items[0].span), "\"1\"");
        assert!(quoted(node.get("b").unwrap()));
    }

    #[test]
    fn an_alias_points_at_what_it_stands_for() {
        let (node, sources, _) = read("a: &x 10.0.0.1/8\nb: *x\nc: &y { k: 1, l: 2 }\nd: { <<: *y, k: 3 }\n");
        let b = node.get("b").unwrap();
        assert_eq!((sources.text(b.span), b.span.start), ("10.0.0.1/8", 6));
        let d = node.get("d").unwrap();
        assert_eq!(d.get("k").unwrap().text(), Some("3"));
        assert_eq!(sources.text(d.get("l").unwrap().span), "2");
        assert_eq!(d.entries().len(), 2);
    }

    #[test]
    fn lists_and_maps_are_shown_by_their_first_line() {
        let (node, sources, _) = read("a: { b: [1, 2, ], c: 3 }  # note\nd:\n  e: 1\n  f: 2\ng: [\n  1 ]\n");
        let shown = |key: &str| sources.text(node.get(key).unwrap().span);
        assert_eq!(shown("a"), "{ b: [1, 2, ], c: 3 }");
        assert_eq!(shown("d"), "e: 1");
        assert_eq!(shown("g"), "[");
        assert_eq!(sources.text(node.get("a").unwrap().get("b").unwrap().span), "[1, 2, ]");
    }

    #[test]
    fn an_empty_value_is_not_a_written_null() {
        let (node, _, _) = read("a:\nb: null\nc: ~\nd: \"null\"\n");
        let written = |key: &str| node.get(key).unwrap().is_written_null();
        assert_eq!([written("a"), written("b"), written("c"), written("d")], [false, true, true, false]);
    }

    #[test]
    fn a_key_that_comes_again_is_reported_and_the_first_one_stays() {
        let many: String = (0..20).map(|index| format!("k{index}: {index}\n")).collect();
        let (node, _, sink) = read(&format!("{many}k3: again\n"));
        assert_eq!(node.get("k3").unwrap().text(), Some("3"));
        let diagnostics = sink.into_sorted();
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].message, "`k3` is written twice");
        assert_eq!(diagnostics[0].labels.len(), 1);
    }
}
