//! `rsctl import`: whatever happens to a document, it is read or refused. Nothing panics, nothing that a terminal obeys is written, and a
//! topology that is written can be read.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use rsctl::diagnostic::Sink;
use rsctl::exchange::import::{Importer, Options};
use rsctl::exchange::text::decode;
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Documents that belong together, each with its name.
type Documents = Vec<(String, String)>;

static ESTATES: LazyLock<Vec<Documents>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import");
    let mut estates: Vec<Documents> =
        ["env-hub-vpn", "sanitize", "terraform-format-real"].map(|folder| documents(&files(&root.join(folder)))).into();
    let all = files(&root.join("env-fortinet-hub1"));
    let is = |path: &PathBuf, word: &str| path.file_name().unwrap().to_string_lossy().contains(word);
    // The same estate in other words: each alone, with what was learned.
    let (own, az): (Vec<PathBuf>, Vec<PathBuf>) =
        all.into_iter().partition(|path| is(path, "terraform") || is(path, "arm"));
    let learned: Vec<PathBuf> = az.iter().filter(|path| is(path, "learned")).cloned().collect();
    estates.push(documents(&az));
    estates.extend(own.into_iter().map(|path| documents(&[vec![path], learned.clone()].concat())));
    estates
});

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn documents(paths: &[PathBuf]) -> Documents {
    let text = |path: &PathBuf| decode(std::fs::read(path).unwrap()).unwrap();
    paths.iter().map(|path| (path.display().to_string(), text(path))).collect()
}

/// What happens to a document.
#[derive(Debug, Clone)]
enum Change {
    /// Its end is missing.
    Cut(Index),
    /// A byte is another.
    Byte(Index, u8),
    /// A value is gone, another one, or the value of another place.
    Node(Index, Fate),
}

#[derive(Debug, Clone)]
enum Fate {
    Gone,
    Twice,
    Other(Value),
    From(Index),
}

fn changes() -> impl Strategy<Value = Change> {
    let other = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(4_294_967_296_u64),
        json!(1.5),
        json!(""),
        json!("<MASKED>"),
        json!("10.0.0.1"),
        json!("10.0.0.0/8"),
        json!("fd00::1"),
        json!("0.0.0.0/0"),
        json!("a\u{1b}[31m\n- b: \u{202e}"),
        json!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({ "id": 1 }),
    ]);
    let fate = prop_oneof![
        Just(Fate::Gone),
        Just(Fate::Twice),
        other.prop_map(Fate::Other),
        any::<Index>().prop_map(Fate::From),
    ];
    prop_oneof![
        1 => any::<Index>().prop_map(Change::Cut),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        8 => (any::<Index>(), fate).prop_map(|(at, fate)| Change::Node(at, fate)),
    ]
}

/// Ways to every value of a document, as JSON pointers.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), all))
        }
        Value::Object(members) => members.iter().for_each(|(key, item)| {
            pointers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
        }),
        _ => {}
    }
}

fn changed(text: &str, change: &Change) -> String {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match change {
        Change::Cut(at) => lossy(&text.as_bytes()[..at.index(text.len() + 1)]),
        Change::Byte(at, byte) if !text.is_empty() => {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at.index(text.len())] = *byte;
            lossy(&bytes)
        }
        Change::Byte(..) => String::new(),
        Change::Node(at, fate) => {
            let Ok(mut value) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
            let mut all = Vec::new();
            pointers(&value, "", &mut all);
            let place = &all[at.index(all.len())];
            let own = value.pointer(place).unwrap().clone();
            let (parent, key) = place.rsplit_once('/').unwrap_or(("", ""));
            match fate {
                Fate::Other(other) => *value.pointer_mut(place).unwrap() = other.clone(),
                Fate::From(from) => {
                    let from = value.pointer(&all[from.index(all.len())]).unwrap().clone();
                    *value.pointer_mut(place).unwrap() = from;
                }
                Fate::Gone | Fate::Twice => match value.pointer_mut(parent).unwrap() {
                    Value::Array(items) if matches!(fate, Fate::Twice) => items.push(own),
                    Value::Array(items) if !key.is_empty() => drop(items.remove(key.parse().unwrap())),
                    Value::Object(members) if matches!(fate, Fate::Gone) => drop(members.remove(key)),
                    _ => {}
                },
            }
            value.to_string()
        }
    }
}

fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let base = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { base } else { ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(65515), ..base } }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_happens_to_a_document_it_is_read_or_refused(
        estate in any::<Index>(),
        which in any::<Index>(),
        happens in prop::collection::vec(changes(), 1..4),
    ) {
        let mut documents = ESTATES[estate.index(ESTATES.len())].clone();
        let which = which.index(documents.len());
        for change in &happens {
            documents[which].1 = changed(&documents[which].1, change);
        }
        let mut importer = Importer::new(Options { location: Some("eastus2".into()), ..Options::default() });
        documents.iter().for_each(|(name, text)| importer.add(name, text.clone(), false));
        let imported = importer.finish(None);
        let Some(text) = imported.text else {
            prop_assert!(imported.sink.has_errors(), "refused without a word");
            return Ok(());
        };
        prop_assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n' || letter == '\u{202e}'), "{}", text);
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text("imported.rsctl.yaml", text.as_str(), &mut DiskFiles, &mut sources, &mut sink);
        if let Some(loaded) = &loaded {
            topology::resolve(&loaded.document, topology::facts_of(&loaded.document, None, &mut sink), &mut sink);
        }
        let said: Vec<String> = sink.into_sorted().into_iter().map(|one| one.message).collect();
        prop_assert!(loaded.is_some(), "{:?}\n{}", said, text);
    }
}
