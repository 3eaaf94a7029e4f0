//! How long an import takes, beside what it takes to read the same text as JSON and nothing more: of what az prints of estates that
//! grow, and of Terraform states of which one resource in a hundred is routing. And how long a refresh of a topology takes.

#[path = "../tests/support/import_documents.rs"]
mod import_documents;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use import_documents::{Estate, state};
use rsctl::diagnostic::Sink;
use rsctl::exchange::import::{Importer, Known, Options, kept, marks, refreshed};
use rsctl::source::Sources;
use rsctl::syntax::rewrite::{marks as marks_of, rewrite, with_marks, without_marks};
use rsctl::syntax::tree::{self, Node};
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology;
use serde_json::Value;

const SIZES: [Estate; 3] =
    [Estate { hubs: 5, spokes: 20 }, Estate { hubs: 20, spokes: 20 }, Estate { hubs: 80, spokes: 20 }];

const MEGABYTES: [usize; 3] = [10, 50, 200];

fn main() {
    divan::main();
}

type Documents = Vec<(String, String)>;

fn importer(documents: Documents) -> Importer {
    let mut importer = Importer::new(Options::default());
    documents.into_iter().for_each(|(name, text)| importer.add(&name, text, true));
    importer
}

fn imported(documents: Documents) -> String {
    let imported = importer(documents).finish(None);
    imported.text.unwrap_or_else(|| panic!("{:?}", imported.sink.into_sorted()))
}

/// Reads every document as JSON.
fn values(documents: &Documents) -> Vec<Value> {
    documents.iter().map(|(_, text)| serde_json::from_str(text).expect("a document is JSON")).collect()
}

fn bytes(documents: &Documents) -> BytesCount {
    BytesCount::new(documents.iter().map(|(_, text)| text.len()).sum::<usize>())
}

/// The documents of az to the text of a topology.
#[divan::bench(args = SIZES, sample_count = 5)]
fn az(bencher: Bencher<'_, '_>, size: Estate) {
    let documents = size.documents();
    let bytes = bytes(&documents);
    let counted = bencher.counter(bytes).with_inputs(|| documents.clone());
    counted.bench_values(|documents| {
        let text = imported(documents);
        assert!(text.matches("address_space").count() == size.hubs * (size.spokes + 1));
        text
    });
}

/// The same documents as JSON alone.
#[divan::bench(args = SIZES, sample_count = 5)]
fn az_as_json(bencher: Bencher<'_, '_>, size: Estate) {
    let documents = size.documents();
    bencher.counter(bytes(&documents)).bench(|| values(black_box(&documents)));
}

fn one_state(megabytes: usize) -> Documents {
    vec![("state.json".to_owned(), state(megabytes * 1_000_000))]
}

/// A state to the text of a topology.
#[divan::bench(args = MEGABYTES, sample_count = 3)]
fn terraform(bencher: Bencher<'_, '_>, megabytes: usize) {
    let documents = one_state(megabytes);
    let bytes = bytes(&documents);
    bencher.counter(bytes).with_inputs(|| documents.clone()).bench_values(imported);
}

/// The same state as JSON alone.
#[divan::bench(args = MEGABYTES, sample_count = 3)]
fn terraform_as_json(bencher: Bencher<'_, '_>, megabytes: usize) {
    let documents = one_state(megabytes);
    bencher.counter(bytes(&documents)).bench(|| values(black_box(&documents)));
}

/// An estate of 200 spokes.
const REFRESHED: Estate = Estate { hubs: 10, spokes: 20 };

fn tree_of(text: &str) -> Node {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add("estate.rsctl.yaml", "estate.rsctl.yaml", text.to_owned());
    tree::parse(file, &sources, &mut sink).unwrap_or_else(|| panic!("{:?}", sink.into_sorted()))
}

fn known(text: &str) -> Known {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", text, &mut DiskFiles, &mut sources, &mut sink);
    let document = loaded.expect("what import wrote is a topology").document;
    let facts = topology::facts_of(&document, None, &mut sink);
    Known::of(&topology::resolve(&document, facts, &mut sink).expect("an imported topology is a topology"))
}

/// A topology refreshed from documents in which every route table has changed, up to the text that is written.
#[divan::bench(sample_count = 5)]
fn update(bencher: Bencher<'_, '_>) {
    let documents = REFRESHED.documents();
    let text = imported(documents.clone());
    let (old, new) = ("\"disableBgpRoutePropagation\": true", "\"disableBgpRoutePropagation\": false");
    let later: Documents = documents.into_iter().map(|(name, text)| (name, text.replace(old, new))).collect();
    bencher.with_inputs(|| later.clone()).bench_values(|later| {
        let (bare, before) = (without_marks(&text), marks_of(&text));
        let tree = tree_of(&bare);
        let mut imported = importer(later).finish(Some(&known(&text)));
        let told = tree_of(&imported.text.take().expect("the documents are sound"));
        let after = refreshed(&tree, &told, false);
        assert!(kept(&tree, &told).is_empty());
        let new = rewrite(&bare, &tree, &after).expect("what import wrote can be rewritten");
        let root = tree_of(&new);
        let new = with_marks(&new, &root, &marks(before, &imported, &told, &root));
        assert_eq!(text.matches("bgp_route_propagation: false").count(), REFRESHED.hubs * REFRESHED.spokes);
        assert_eq!(new.matches("bgp_route_propagation: false").count(), 0);
        new
    });
}
