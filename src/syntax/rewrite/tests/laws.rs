//! What holds for every pair of trees, however the old one is written, and for every entry of the observed topologies.

use super::super::layout::layout;
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A value that proptest makes: text as it is written in YAML, lists, maps.
#[derive(Debug, Clone)]
enum Value {
    Leaf(&'static str),
    List(Vec<Value>),
    Map(BTreeMap<&'static str, Value>),
}

const LEAVES: [&str; 9] = ["1", "null", "x", "10.0.0.0/8", "\"1\"", "'a # b'", "true", "hub/app", "\"[\""];
const KEYS: [&str; 8] = ["a", "b", "c-1", "d", "e", "10", "f_f", "*"];

fn value() -> impl Strategy<Value = Value> {
    select(&LEAVES[..]).prop_map(Value::Leaf).prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::List),
            proptest::collection::btree_map(select(&KEYS[..]), inner, 0..5).prop_map(Value::Map),
        ]
    })
}

fn file() -> impl Strategy<Value = Value> {
    proptest::collection::btree_map(select(&KEYS[..]), value(), 1..6).prop_map(Value::Map)
}

/// Numbers that decide, one after the other and round again.
struct Choices<'c> {
    numbers: &'c [u8],
    next: usize,
}

impl Choices<'_> {
    /// True in one of so many cases.
    fn one_in(&mut self, cases: u8) -> bool {
        self.next += 1;
        let number = self.numbers[self.next % self.numbers.len()];
        number.wrapping_add((self.next as u8).wrapping_mul(7)).is_multiple_of(cases)
    }
}

impl Value {
    fn node(&self) -> Node {
        match self {
            Value::Leaf(text) => tree(&format!("k: {text}")).get("k").unwrap().clone(),
            Value::List(items) => node(Kind::List(items.iter().map(Value::node).collect())),
            Value::Map(entries) => {
                let span = node(Kind::Null).span;
                let entry = |(key, value): (&&str, &Value)| (Key { text: (*key).into(), span }, value.node());
                node(Kind::Map(entries.iter().map(entry).collect()))
            }
        }
    }

    /// The same with some entries gone, changed or new.
    fn changed(&self, choices: &mut Choices<'_>) -> Value {
        match self {
            Value::Leaf(text) if !choices.one_in(4) => Value::Leaf(text),
            Value::Leaf(_) if choices.one_in(3) => Value::Map(BTreeMap::from([("a", Value::Leaf("x"))])),
            Value::Leaf(_) => Value::Leaf("changed"),
            Value::List(items) => {
                let mut new = Vec::new();
                for item in items {
                    if choices.one_in(6) {
                        new.push(Value::Leaf("new"));
                    }
                    if !choices.one_in(5) {
                        new.push(item.changed(choices));
                    }
                }
                Value::List(new)
            }
            Value::Map(entries) => {
                let mut new = BTreeMap::new();
                for (key, value) in entries {
                    if !choices.one_in(5) {
                        new.insert(*key, value.changed(choices));
                    }
                }
                if choices.one_in(4) {
                    new.entry("e").or_insert_with(|| Value::List(vec![Value::Leaf("new")]));
                }
                Value::Map(new)
            }
        }
    }
}

/// Writes a value in a style that the choices make up.
struct Scribe<'c> {
    choices: Choices<'c>,
    out: String,
    /// Every comment that belongs to the entry of a map, and the keys that lead to it.
    comments: Vec<(String, Vec<&'static str>)>,
}

impl Scribe<'_> {
    fn comment(&mut self, way: Option<&[&'static str]>) -> String {
        let text = format!("# c{}.", self.comments.len());
        self.comments.push((text.clone(), way.map(<[_]>::to_vec).unwrap_or_default()));
        text
    }

    fn above(&mut self, indent: &str, way: Option<&[&'static str]>) {
        if self.choices.one_in(5) {
            self.out.push('\n');
        }
        if self.choices.one_in(9) {
            let text = self.comment(None);
            self.out.push_str(&format!("{indent}{text}\n\n"));
        }
        if self.choices.one_in(3) {
            let text = self.comment(way);
            self.out.push_str(&format!("{indent}{text}\n"));
        }
    }

    fn end_line(&mut self, way: Option<&[&'static str]>) {
        if self.choices.one_in(4) {
            let text = self.comment(way);
            self.out.push_str(&format!("  {text}"));
        }
        self.out.push('\n');
    }

    fn key(&mut self, key: &str) {
        let quoted = key == "*" || self.choices.one_in(5);
        self.out.push_str(&if quoted { format!("\"{key}\":") } else { format!("{key}:") });
    }

    fn map(
        &mut self,
        entries: &BTreeMap<&'static str, Value>,
        column: usize,
        way: Option<&[&'static str]>,
        behind_dash: bool,
    ) {
        let indent = " ".repeat(column);
        for (index, (key, value)) in entries.iter().enumerate() {
            let inner = way.map(|way| [way, &[*key]].concat());
            if index > 0 || !behind_dash {
                self.above(&indent, inner.as_deref());
                self.out.push_str(&indent);
            }
            self.key(key);
            self.value(value, column, inner.as_deref(), true);
        }
    }

    fn value(&mut self, value: &Value, column: usize, way: Option<&[&'static str]>, under_key: bool) {
        match value {
            Value::Map(entries) if !entries.is_empty() && !self.choices.one_in(3) => {
                self.end_line(way);
                let step = if self.choices.one_in(4) { 4 } else { 2 };
                self.map(entries, column + step, way, false);
            }
            Value::List(items) if !items.is_empty() && !self.choices.one_in(3) => {
                self.end_line(way);
                let column = if under_key && self.choices.one_in(4) { column } else { column + 2 };
                let indent = " ".repeat(column);
                for item in items {
                    self.above(&indent, None);
                    self.out.push_str(&format!("{indent}-"));
                    match item {
                        Value::Map(entries) if !entries.is_empty() && self.choices.one_in(2) => {
                            self.out.push(' ');
                            self.map(entries, column + 2, None, true);
                        }
                        item => self.value(item, column, None, false),
                    }
                }
            }
            value => {
                self.out.push(' ');
                let is_long = self.choices.one_in(3);
                self.flow(value, is_long.then_some(column + 2), way);
                self.end_line(way);
            }
        }
    }

    /// In brackets, over several lines where a column is given.
    fn flow(&mut self, value: &Value, column: Option<usize>, way: Option<&[&'static str]>) {
        let (open, close) = match value {
            Value::Leaf(text) => return self.out.push_str(text),
            Value::List(_) => ("[", "]"),
            Value::Map(_) => ("{", "}"),
        };
        self.out.push_str(open);
        let keyed: Vec<(Option<&'static str>, &Value)> = match value {
            Value::Map(entries) => entries.iter().map(|(key, value)| (Some(*key), value)).collect(),
            Value::List(items) => items.iter().map(|item| (None, item)).collect(),
            Value::Leaf(_) => Vec::new(),
        };
        let blank = if self.choices.one_in(2) { " " } else { "" };
        for (index, (key, value)) in keyed.iter().enumerate() {
            let inner = way.zip(*key).map(|(way, key)| [way, &[key]].concat());
            match column {
                Some(column) if self.choices.one_in(2) => {
                    self.end_line(None);
                    let indent = " ".repeat(column);
                    self.above(&indent, inner.as_deref());
                    self.out.push_str(&indent);
                }
                _ => self.out.push_str(blank),
            }
            if let Some(key) = key {
                self.key(key);
                self.out.push(' ');
            }
            self.flow(value, column.map(|column| column + 2), inner.as_deref());
            if index + 1 < keyed.len() || self.choices.one_in(4) {
                self.out.push(',');
            }
        }
        self.out.push_str(blank);
        self.out.push_str(close);
    }
}

/// A text that reads as the value, and its comments with their entries.
fn written(value: &Value, numbers: &[u8]) -> (String, Vec<(String, Vec<&'static str>)>) {
    let choices = Choices { numbers, next: 0 };
    let mut scribe = Scribe { choices, out: String::new(), comments: Vec::new() };
    let Value::Map(entries) = value else { panic!("a file is a map") };
    scribe.map(entries, 0, Some(&[]), false);
    (scribe.out, scribe.comments)
}

/// The first entry of a map that is alike in both trees and yet is not written as it was.
fn lost_text<'t>(text: &'t str, place: &Place, old: &Node, new: &Node, made: &str) -> Option<&'t str> {
    place.entries().iter().find_map(|entry| {
        let key = entry.key.as_deref()?;
        let (was, is) = (old.get(key)?, new.get(key)?);
        let own = &text[entry.start..entry.end()];
        let is_lost = alike(was, is) && !made.contains(own);
        is_lost.then_some(own).or_else(|| lost_text(text, &entry.value, was, is, made))
    })
}

fn leads_somewhere(root: &Node, way: &[&str]) -> bool {
    way.iter().try_fold(root, |node, key| node.get(key)).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_text_is_made_to_read_as_any_other_tree(
        old in file(), other in proptest::option::weighted(0.3, file()), numbers in vec(any::<u8>(), 30..60), crlf in any::<bool>(),
    ) {
        let (mut text, comments) = written(&old, &numbers);
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let before = tree(&text);
        prop_assert!(alike(&before, &old.node()), "the scribe is wrong:\n{}", text);
        let new = other.unwrap_or_else(|| old.changed(&mut Choices { numbers: &numbers, next: 3 })).node();
        let made = rewrite(&text, &before, &new);
        prop_assert!(made.is_ok(), "{:?}\n{}\nto {:?}", made, text, new);
        let made = made.unwrap();
        prop_assert!(alike(&tree(&made), &new));
        let lost = lost_text(&text, &layout(&text).unwrap(), &before, &new, &made);
        prop_assert!(lost.is_none(), "{lost:?} is lost\n{text}\n{made}");
        for (comment, way) in comments {
            // Comments of items, and those inside of brackets, go where those go.
            let stays = !way.is_empty() && leads_somewhere(&new, &way);
            prop_assert!(!stays || made.contains(&comment), "{comment} of {way:?} is lost\n{text}\n{made}");
            let is_above = text.lines().any(|line| line.trim_start() == comment);
            if stays && is_above {
                let below = made.split(&comment).nth(1).unwrap_or_default();
                let first = below.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
                let key = way[way.len() - 1];
                let is_own = first.contains(&format!("{key}:")) || first.contains(&format!("\"{key}\":"));
                prop_assert!(is_own, "{comment} stands above another entry than {key}\n{text}\n{made}");
            }
        }
        prop_assert_eq!(made.contains("\r\n"), crlf && made.contains('\n'));
        prop_assert!(!crlf || !made.replace("\r\n", "").contains('\n'), "{}", made);
    }

    #[test]
    fn a_text_that_reads_as_the_tree_stays_as_it_is(old in file(), numbers in vec(any::<u8>(), 30..60)) {
        let (text, _) = written(&old, &numbers);
        let same = rewrite(&text, &tree(&text), &old.node());
        prop_assert_eq!(same, Ok(text));
    }

    #[test]
    fn marks_are_found_again_wherever_they_stand(old in file(), numbers in vec(any::<u8>(), 30..60)) {
        let (text, comments) = written(&old, &numbers);
        let mark = |(_, way): &(String, Vec<&str>)| {
            Mark { path: way.iter().map(|key| (*key).to_owned()).collect(), text: "GUESS: this".into() }
        };
        let marks: Vec<Mark> = comments.iter().map(mark).collect();
        let marked = with_marks(&text, &tree(&text), &marks);
        prop_assert_eq!(marked.matches("# GUESS: this\n").count(), marks.len());
        prop_assert!(alike(&tree(&marked), &tree(&text)));
        prop_assert_eq!(without_marks(&marked), text);
    }

    #[test]
    fn no_text_breaks_it(text in "(a: |b:|- |\\[|\\]|\\{|\\}|,|'|\"|#|&x |\\*x|!t |\\||>|\\?|<<: |\\\\|\n|\n  |\r|\t| |é|---|\\.\\.\\.){0,30}") {
        layout(&text).ok();
        without_marks(&text);
        if let Some(old) = read(&text) {
            let new = tree("a: 1\nb: [x]\n");
            with_marks(&text, &old, &[Mark { path: vec!["a".into(), "0".into()], text: "GUESS: x".into() }]);
            if let Ok(made) = rewrite(&text, &old, &new) {
                prop_assert!(alike(&tree(&made), &new));
            }
        }
    }
}

/// The tree with one entry changed, once for every entry of it: leaves get another value, entries and items are taken out.
fn variants(node: &Node) -> Vec<(bool, Node)> {
    let with = |kind: Kind| Node { kind, span: node.span };
    match &node.kind {
        Kind::Null => Vec::new(),
        Kind::Scalar { .. } => vec![(false, with(Kind::Scalar { text: "changed".into(), quoted: false }))],
        Kind::List(items) => (0..items.len())
            .flat_map(|index| {
                let mut fewer = items.clone();
                fewer.remove(index);
                let changed = variants(&items[index]).into_iter().map(move |(gone, item)| {
                    let mut items = items.clone();
                    items[index] = item;
                    (gone, Kind::List(items))
                });
                changed.chain([(true, Kind::List(fewer))]).collect::<Vec<_>>()
            })
            .map(|(gone, kind)| (gone, with(kind)))
            .collect(),
        Kind::Map(entries) => (0..entries.len())
            .flat_map(|index| {
                let mut fewer = entries.clone();
                fewer.remove(index);
                let changed = variants(&entries[index].1).into_iter().map(move |(gone, value)| {
                    let mut entries = entries.clone();
                    entries[index].1 = value;
                    (gone, Kind::Map(entries))
                });
                changed.chain([(true, Kind::Map(fewer))]).collect::<Vec<_>>()
            })
            .map(|(gone, kind)| (gone, with(kind)))
            .collect(),
    }
}

#[test]
fn an_edit_of_an_observed_topology_touches_one_line_and_what_goes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("topology.rsctl.yaml")).collect();
    files.sort();
    let mut tried = 0;
    for file in files.iter().filter(|file| file.exists()) {
        let text = fs::read_to_string(file).unwrap();
        let old = tree(&text);
        let lines: Vec<&str> = text.lines().collect();
        // Every fifth: they are many and much alike.
        for (is_gone, new) in variants(&old).iter().step_by(5) {
            let made = rewrite(&text, &old, new).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", file.display()));
            let other: Vec<&str> = made.lines().collect();
            let steps = similar::capture_diff_slices(similar::Algorithm::Myers, &lines, &other);
            let touched = steps.iter().filter(|step| step.tag() != similar::DiffTag::Equal);
            let (before, after) =
                touched.fold((0, 0), |sum, step| (sum.0 + step.old_range().len(), sum.1 + step.new_range().len()));
            assert!(after <= 1 && (*is_gone || before == 1), "{}: {before} to {after} lines\n{made}", file.display());
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn shared_values_change_where_they_should_or_are_refused_by_name() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/valid/everything.rsctl.yaml");
    let text = fs::read_to_string(file).unwrap();
    let text = text.split_inclusive("left-over: null\n").next().unwrap().to_owned();
    let old = tree(&text);
    let mut refusals = Vec::new();
    for (_, new) in variants(&old) {
        match rewrite(&text, &old, &new) {
            Ok(made) => assert!(alike(&tree(&made), &new), "{made}"),
            Err(refusal) => refusals.push(refusal.message),
        }
    }
    // The merge key stands between these and their values; everything else can be had.
    assert_eq!(
        refusals,
        [
            "`vnets.spoke1` has to go, but other entries use its anchor `&spoke`",
            "`vnets.spoke2.address_space` comes from a merge key (`<<`), and only here it has to go",
            "`vnets.spoke2.subnets` comes from a merge key (`<<`), and only here it has to go",
            "`vnets.spoke2.region` comes from a merge key (`<<`), and only here it has to go",
        ]
    );
}

#[test]
fn nesting_without_end_is_no_layout() {
    for open in ["[", "{ a: ", "- ", "[{ a: "] {
        assert!(layout(&open.repeat(100_000)).is_err());
        without_marks(&open.repeat(100_000));
    }
}

#[test]
fn a_large_file_on_one_line_is_rewritten() {
    let entries: String = (0..20_000).map(|index| format!("\"s{index}\":{{\"a\":[{index}]}},")).collect();
    let text = format!("{{\"v\":{{{entries}\"z\":1}}}}");
    let new = text.replace("0]", "1,2]").replace("\"s7", "\"n7");
    let made = made(&text, &new);
    assert!(alike(&tree(&made), &tree(&new)));
}
