//! How long it takes to see what differs: between two large tables, beside what it takes to fill one trie with the same prefixes, and
//! between estates that grow; and how long the static design of an estate takes.

#[path = "../tests/support/estate.rs"]
mod estate;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use estate::Size;
use ipnet::Ipv4Net;
use prefix_trie::PrefixMap;
use rsctl::analysis::Estate;
use rsctl::analysis::difference::{difference, fib_difference};
use rsctl::analysis::space::Space;
use rsctl::analysis::static_design::static_design;
use rsctl::diagnostic::Sink;
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::{self, Topology};

const PREFIXES: [u32; 3] = [10_000, 100_000, 1_000_000];

const SIZES: [Size; 3] = [
    Size { hubs: 5, spokes: 50, routes: 4000, paths: 10 },
    Size { hubs: 10, spokes: 100, routes: 4000, paths: 10 },
    Size { hubs: 20, spokes: 200, routes: 4000, paths: 10 },
];

fn main() {
    divan::main();
}

/// A table as the internet's: lengths from 12 to 24, nested and scattered, with 64 next hops; `salt` changes every hundredth entry.
fn fib(count: u32, salt: u32) -> Vec<(Ipv4Net, u16)> {
    let entry = |index: u32| {
        // Multiplying by an odd number visits every address once, far apart.
        let address = index.wrapping_mul(2_654_435_761);
        let length = 12 + (index.wrapping_mul(40_503) >> 7) % 13;
        let changed = index.is_multiple_of(100);
        let next_hop = (index >> 3) % 64 + if changed { salt } else { 0 };
        (Ipv4Net::new_assert(address.into(), length as u8).trunc(), next_hop as u16)
    };
    (0..count).map(entry).collect()
}

/// From two unsorted tables to the prefixes that are decided otherwise.
#[divan::bench(args = PREFIXES, sample_count = 10)]
fn two_tables(bencher: Bencher<'_, '_>, count: u32) {
    let (old, new) = (fib(count, 0), fib(count, 7));
    bencher.counter(ItemsCount::new(2 * count)).bench(|| {
        let space = |fib: &Vec<(Ipv4Net, u16)>| Space::of_prefixes(black_box(fib).iter().copied(), u16::MAX);
        let differing = fib_difference(&space(&old), &space(&new));
        differing.into_iter().map(|(range, ..)| range.prefixes().count()).sum::<usize>()
    });
}

/// For comparison: the same tables put into tries, and nothing asked of them.
#[divan::bench(args = PREFIXES, sample_count = 10)]
fn two_tries(bencher: Bencher<'_, '_>, count: u32) {
    let (old, new) = (fib(count, 0), fib(count, 7));
    bencher.counter(ItemsCount::new(2 * count)).bench(|| {
        let trie =
            |fib: &Vec<(Ipv4Net, u16)>| black_box(fib).iter().copied().collect::<PrefixMap<Ipv4Net, u16>>().len();
        trie(&old) + trie(&new)
    });
}

fn resolved(yaml: &str) -> Topology {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", yaml, &mut DiskFiles, &mut sources, &mut sink);
    let loaded = loaded.expect("an estate without errors has a document");
    let facts = topology::facts_of(&loaded.document, None, &mut sink);
    let topology = topology::resolve(&loaded.document, facts, &mut sink);
    topology.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()))
}

/// Two computed estates, one with a hundredth fewer routes: what each subnet and each session does otherwise.
#[divan::bench(args = SIZES, sample_count = 3)]
fn two_estates(bencher: Bencher<'_, '_>, size: Size) {
    let old = Estate::new(resolved(&size.yaml()));
    let new = Estate::new(resolved(&Size { routes: size.routes - size.routes / 100, ..size }.yaml()));
    bencher.bench_local(|| difference(&old, &new).subnets.len());
}

/// A computed estate to the fewest user-defined routes of all its subnets.
#[divan::bench(args = SIZES, sample_count = 3)]
fn fewest_routes(bencher: Bencher<'_, '_>, size: Size) {
    let estate = Estate::new(resolved(&size.yaml()));
    bencher.bench_local(|| static_design(&estate, None).tables.len());
}
