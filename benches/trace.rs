//! How long it takes to prove every conversation of an estate by classes, beside what it takes to compute the estate; and one conversation.

#[path = "../tests/support/estate.rs"]
mod estate;

use divan::Bencher;
use estate::Size;
use rsctl::analysis::Estate;
use rsctl::analysis::trace::{Host, all_pairs, trace};
use rsctl::diagnostic::Sink;
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::{self, Topology};

const SIZES: [Size; 3] = [
    Size { hubs: 5, spokes: 50, routes: 4000, paths: 10 },
    Size { hubs: 10, spokes: 100, routes: 4000, paths: 10 },
    Size { hubs: 20, spokes: 200, routes: 4000, paths: 10 },
];

fn main() {
    divan::main();
}

fn resolved(yaml: &str) -> Topology {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", yaml, &mut DiskFiles, &mut sources, &mut sink);
    let loaded = loaded.expect("an estate without errors has a document");
    let facts = topology::facts_of(&loaded.document, None, &mut sink);
    let topology = topology::resolve(&loaded.document, facts, &mut sink);
    topology.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()))
}

/// For comparison: from the resolved file to RIBs and effective routes.
#[divan::bench(args = SIZES, sample_count = 3)]
fn the_estate(bencher: Bencher<'_, '_>, size: Size) {
    let topology = resolved(&size.yaml());
    bencher.with_inputs(|| topology.clone()).bench_local_values(Estate::new);
}

/// Every conversation, of an estate that is computed.
#[divan::bench(args = SIZES, sample_count = 3)]
fn every_conversation(bencher: Bencher<'_, '_>, size: Size) {
    let estate = Estate::new(resolved(&size.yaml()));
    bencher.bench_local(|| all_pairs(&estate).count());
}

/// From a spoke of the first hub to a spoke of the last.
#[divan::bench(args = SIZES)]
fn one_conversation(bencher: Bencher<'_, '_>, size: Size) {
    let estate = Estate::new(resolved(&size.yaml()));
    let host = |name: &str| Host::named(&estate, name).expect("the generator names its subnets so");
    let (from, to) = (host("spoke1-1/app"), host(&format!("spoke{}-{}/db", size.hubs, size.spokes)));
    bencher.bench_local(|| trace(&estate, from, to).verdict);
}
