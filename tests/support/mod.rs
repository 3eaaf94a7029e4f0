//! Helpers for the laws: estates made up by proptest, and what becomes of their text.

pub(crate) mod small;
pub(crate) mod yaml;

use rsctl::bgp::{self, Ribs};
use rsctl::diagnostic::Sink;
use rsctl::source::Sources;
use rsctl::syntax::{ReadFiles, load_text};
use rsctl::topology::{self, Topology};
use std::io;
use std::path::Path;

/// No file but the one at hand.
struct NoFiles;

impl ReadFiles for NoFiles {
    fn read(&mut self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The resolved estate of a text.
///
/// # Errors
/// What is wrong with the text, one message a line.
pub(crate) fn resolved(yaml: &str) -> Result<Topology, String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("estate.rsctl.yaml", yaml, &mut NoFiles, &mut sources, &mut sink);
    let topology = loaded.filter(|_| !sink.has_errors()).and_then(|loaded| {
        let facts = topology::facts_of(&loaded.document, None, &mut sink);
        topology::resolve(&loaded.document, facts, &mut sink)
    });
    topology.ok_or_else(|| {
        let said = sink.into_sorted().into_iter().map(|diagnostic| format!("{:?}", diagnostic));
        said.collect::<Vec<_>>().join("\n")
    })
}

/// A text with its routes.
pub(crate) fn planned(yaml: &str) -> (Topology, Ribs) {
    let topology = resolved(yaml).unwrap_or_else(|errors| panic!("the estate is refused: {errors}\n{yaml}"));
    let ribs = bgp::run(&topology);
    (topology, ribs)
}
