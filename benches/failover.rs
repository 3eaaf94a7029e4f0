//! How long it takes to break everything in an estate, once and twice at a time, beside what it takes to compute the estate once.

#[path = "../tests/support/estate.rs"]
mod estate;

use divan::Bencher;
use estate::Size;
use rsctl::analysis::Estate;
use rsctl::analysis::failover::{Alike, Failover, FailureKind, alike, failover, failures};
use rsctl::diagnostic::Sink;
use rsctl::source::Sources;
use rsctl::syntax::document::Document;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::{self, Topology};
use std::collections::BTreeSet;

const SIZES: [Size; 3] = [
    Size { hubs: 3, spokes: 50, routes: 400, paths: 10 },
    Size { hubs: 5, spokes: 50, routes: 400, paths: 10 },
    Size { hubs: 10, spokes: 50, routes: 400, paths: 10 },
];

fn main() {
    divan::main();
}

fn document(yaml: &str) -> Document {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", yaml, &mut DiskFiles, &mut sources, &mut sink);
    loaded.expect("an estate without errors has a document").document
}

fn resolved(document: &Document) -> Topology {
    let mut sink = Sink::default();
    let facts = topology::facts_of(document, None, &mut sink);
    let topology = topology::resolve(document, facts, &mut sink);
    topology.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()))
}

/// Everything that `rsctl failover` does after the file is read.
fn broken(document: &Document, at_once: usize) -> Failover {
    let groups = alike(&Estate::new(resolved(document)));
    let kept = 2 + at_once;
    let left_out: Vec<String> = groups.iter().flat_map(|group| group.iter().skip(kept)).cloned().collect();
    let smaller = topology::without(document, &left_out).expect("groups name VNets of the estate");
    let topology = resolved(&smaller);
    let alike = Alike::of_groups(&topology, &groups, kept);
    let list = failures(&topology, &alike, &BTreeSet::from(FailureKind::ALL));
    failover(&topology, &alike, &list, at_once == 2, &|_, _| {})
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn computed_once(bencher: Bencher<'_, '_>, size: Size) {
    let document = document(&size.yaml());
    bencher.bench(|| Estate::new(resolved(&document)));
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn every_failure(bencher: Bencher<'_, '_>, size: Size) {
    let document = document(&size.yaml());
    bencher.bench(|| broken(&document, 1));
}

#[divan::bench(args = SIZES, sample_count = 1, sample_size = 1)]
fn every_two_failures(bencher: Bencher<'_, '_>, size: Size) {
    let document = document(&size.yaml());
    bencher.bench(|| broken(&document, 2));
}
