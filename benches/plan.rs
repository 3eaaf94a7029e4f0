//! How long a plan takes: of the largest bundled lab, and of estates that grow, phase by phase.

#[path = "../tests/support/estate.rs"]
mod estate;

use divan::{Bencher, black_box};
use estate::Size;
use rsctl::bgp::{self, Device, Ribs};
use rsctl::diagnostic::Sink;
use rsctl::effective::Tables;
use rsctl::lint::{self, Context, Ruleset};
use rsctl::report::rib::{Which, rib};
use rsctl::source::Sources;
use rsctl::syntax::document::Document;
use rsctl::syntax::{DiskFiles, load, load_text};
use rsctl::topology::{self, Topology, VnetId};

/// The bundled lab with the most rows.
const LAB: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/observed/blog-phleiten-avs-two-hubs-vxlan/lab-b.rsctl.yaml");

const SIZES: [Size; 3] = [
    Size { hubs: 5, spokes: 50, routes: 4000, paths: 10 },
    Size { hubs: 10, spokes: 100, routes: 4000, paths: 10 },
    Size { hubs: 20, spokes: 200, routes: 4000, paths: 10 },
];

/// The largest of them, with a path of its own for every prefix of a hub.
const ALL_DIFFERENT: Size = Size { paths: 4000, ..SIZES[2] };

fn main() {
    divan::main();
}

fn document(yaml: &str) -> Document {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", yaml, &mut DiskFiles, &mut sources, &mut sink);
    assert!(!sink.has_errors(), "{:?}", sink.into_sorted());
    loaded.expect("an estate without errors has a document").document
}

fn resolved(document: &Document) -> Topology {
    let mut sink = Sink::default();
    let facts = topology::facts_of(document, None, &mut sink);
    let topology = topology::resolve(document, facts, &mut sink);
    topology.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()))
}

/// Rows of gateways and of their own, of all subnets.
fn count_rows(topology: &Topology, ribs: &Ribs) -> (usize, usize) {
    let tables = Tables::new(topology, ribs);
    let all = topology.vnet_ids().flat_map(|vnet| tables.of_vnet(vnet));
    all.fold((0, 0), |(gateway, own), (_, table)| (gateway + table.gateway_row_count(), own + table.own_rows().count()))
}

/// Everything from the file on disk to every row of every table.
#[divan::bench]
fn largest_lab(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load(LAB, &mut DiskFiles, &mut sources, &mut sink).expect("the lab is a topology");
        let topology = resolved(&loaded.document);
        let ribs = bgp::run(&topology);
        let tables = Tables::new(&topology, &ribs);
        let rows = topology.vnet_ids().flat_map(|vnet| tables.of_vnet(vnet));
        rows.map(|(_, table)| table.rows().count()).sum::<usize>()
    });
}

/// Text in memory to document.
#[divan::bench(args = SIZES, sample_count = 10)]
fn parse(bencher: Bencher<'_, '_>, size: Size) {
    let yaml = size.yaml();
    bencher.bench(|| document(black_box(&yaml)));
}

/// Document to resolved estate.
#[divan::bench(args = SIZES, sample_count = 10)]
fn resolve(bencher: Bencher<'_, '_>, size: Size) {
    let document = document(&size.yaml());
    bencher.bench(|| resolved(black_box(&document)));
}

/// Resolved estate to routes that no longer change.
#[divan::bench(args = SIZES, sample_count = 10)]
fn propagate(bencher: Bencher<'_, '_>, size: Size) {
    let topology = resolved(&document(&size.yaml()));
    bencher.bench(|| {
        let ribs = bgp::run(black_box(&topology));
        assert!(ribs.closed.is_empty() && ribs.oscillations.is_empty());
        ribs
    });
}

/// The same where no two prefixes of a hub are routed alike.
#[divan::bench(sample_count = 3)]
fn propagate_all_different(bencher: Bencher<'_, '_>) {
    let topology = resolved(&document(&ALL_DIFFERENT.yaml()));
    bencher.bench(|| bgp::run(black_box(&topology)));
}

/// What one route server learned, row by row.
#[divan::bench(args = SIZES, sample_count = 10)]
fn learned(bencher: Bencher<'_, '_>, size: Size) {
    let topology = resolved(&document(&size.yaml()));
    let ribs = bgp::run(&topology);
    bencher.bench(|| {
        let instances = rib(&topology, black_box(&ribs), Device::RouteServer(VnetId(0)), Which::Learned, None);
        assert!(instances.iter().all(|instance| instance.rows.len() >= 2 * size.routes));
        instances
    });
}

/// Routes to the tables of every subnet, without making the rows of gateways one by one.
#[divan::bench(args = SIZES, sample_count = 10)]
fn tables(bencher: Bencher<'_, '_>, size: Size) {
    let topology = resolved(&document(&size.yaml()));
    let ribs = bgp::run(&topology);
    bencher.bench(|| {
        let (gateway, own) = count_rows(&topology, black_box(&ribs));
        assert!(gateway > 2 * size.hubs * size.spokes * size.routes / 2);
        (gateway, own)
    });
}

/// Every rule on a resolved estate, routes and tables included.
#[divan::bench(args = SIZES, sample_count = 5)]
fn lint(bencher: Bencher<'_, '_>, size: Size) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", size.yaml(), &mut DiskFiles, &mut sources, &mut sink);
    let document = loaded.expect("an estate without errors has a document").document;
    let topology = resolved(&document);
    bencher.bench(|| {
        let found = lint::run(&Context::new(&sources, &document, black_box(&topology), Ruleset::Azure), |_| true);
        assert!(found.len() > size.hubs);
        found
    });
}
