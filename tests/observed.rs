//! The measure of truth: every captured row of every observed lab against the prediction.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]
#![allow(clippy::print_stdout, reason = "the count of rows is what this test is run for")]

use rsctl::diagnostic::{Diagnostic, Sink};
use rsctl::effective::Tables;
use rsctl::exchange::compare::{Summary, Verdict};
use rsctl::exchange::manifest::{self, Manifest};
use rsctl::report::verify::{Subject, verify};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load};
use rsctl::{bgp, topology};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn labs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed");
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut labs: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    labs.sort();
    labs
}

fn said(diagnostics: Vec<Diagnostic>) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {:?} {:?}\n", diagnostic.message, diagnostic.place, diagnostic.help))
        .collect()
}

fn resolved(path: &Path) -> Result<topology::Topology, String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink);
    let Some(loaded) = loaded.filter(|_| !sink.has_errors()) else { return Err(said(sink.into_sorted())) };
    let facts = topology::facts_of(&loaded.document, None, &mut sink);
    let topology = topology::resolve(&loaded.document, facts, &mut sink);
    topology.ok_or_else(|| said(sink.into_sorted()))
}

/// Verifies one lab. Adds what differs and is not listed, and what is listed and no longer differs, to `complaints`.
fn check(lab: &Path, complaints: &mut String) -> Summary {
    let name = lab.file_name().unwrap().to_string_lossy().into_owned();
    let mut sources = Sources::default();
    let path = lab.join("captures.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let file = sources.add(path.display().to_string(), &path, text.clone());
    let manifest: Manifest = manifest::read(file, &text).unwrap_or_else(|errors| panic!("{name}: {}", said(errors)));
    let mut total = Summary::default();
    let mut topologies = BTreeMap::new();
    for capture in &manifest.captures {
        let topology =
            topologies.entry(capture.topology.clone()).or_insert_with(|| resolved(&lab.join(&capture.topology)));
        let topology = match topology {
            Ok(topology) => topology,
            Err(errors) => {
                writeln!(complaints, "{name}/{}: {errors}", capture.topology).unwrap();
                continue;
            }
        };
        let ribs = bgp::run(topology);
        let tables = Tables::new(topology, &ribs);
        let path = lab.join(&capture.file);
        let text = std::fs::read_to_string(&path).unwrap();
        let file = sources.add(capture.file.clone(), &path, text.clone());
        let subject = Subject { kind: capture.kind, at: capture.at.clone(), peer: capture.peer.clone() };
        let mut sink = Sink::default();
        let result = verify(topology, &ribs, &tables, &subject, &capture.options(), (file, &text), &mut sink);
        let comparison = match result {
            Ok(Some(comparison)) => comparison,
            Ok(None) => {
                writeln!(complaints, "{name}/{}: {}", capture.file, said(sink.into_sorted())).unwrap();
                continue;
            }
            Err((message, help)) => {
                writeln!(complaints, "{name}/{}: {message}; {help}", capture.file).unwrap();
                continue;
            }
        };
        total += comparison.summary();
        let judgement = manifest.judge(&capture.file, &comparison);
        for row in judgement.unknown {
            let cells = |cells: &Option<Vec<rsctl::exchange::compare::Cell>>| {
                let cells = cells.iter().flatten().map(|cell| format!("{}={}", cell.column, cell.text));
                cells.collect::<Vec<_>>().join(" ")
            };
            let verdict = match &row.verdict {
                Verdict::Missing => format!("missing    printed   {}", cells(&row.captured)),
                Verdict::Unexpected => format!("unexpected predicted {}", cells(&row.predicted)),
                other => format!("{other:?}"),
            };
            writeln!(complaints, "{name}/{} [{}]: {} {verdict}", capture.file, capture.topology, row.key).unwrap();
        }
        for stale in judgement.stale {
            writeln!(
                complaints,
                "{name}/{}: `{}` is listed as {:?} but does not differ",
                capture.file, stale.row, stale.kind
            )
            .unwrap();
        }
    }
    total
}

#[test]
fn predictions_equal_what_azure_printed() {
    let (mut complaints, mut table, mut total) = (String::new(), String::new(), Summary::default());
    for lab in labs() {
        let summary = check(&lab, &mut complaints);
        let name = lab.file_name().unwrap().to_string_lossy().into_owned();
        writeln!(table, "{:>5} of {:<5} {name}", summary.matched, summary.judged()).unwrap();
        total += summary;
    }
    println!("{table}observed: {} of {} rows", total.matched, total.judged());
    assert!(complaints.is_empty(), "\n{complaints}\nobserved: {} of {} rows", total.matched, total.judged());
}
