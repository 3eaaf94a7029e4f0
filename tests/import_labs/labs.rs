//! The observed labs, and what an import makes of documents.

use crate::az_documents::Files;
use rsctl::diagnostic::{Diagnostic, Sink};
use rsctl::exchange::import::{Imported, Importer, Options};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, Loaded, load, load_text};
use rsctl::topology::{self, Topology};
use std::path::{Path, PathBuf};

/// A topology as written and as resolved.
pub(crate) struct Estate {
    pub(crate) loaded: Loaded,
    pub(crate) topology: Topology,
}

/// Every folder of `fixtures/observed`.
pub(crate) fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed");
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut labs: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    labs.sort();
    labs
}

/// Every topology of the labs, as `lab/file`.
pub(crate) fn topologies() -> Vec<(String, PathBuf)> {
    let files =
        folders().into_iter().flat_map(|lab| std::fs::read_dir(lab).unwrap().map(|entry| entry.unwrap().path()));
    let files = files.filter(|path| path.to_string_lossy().ends_with(".rsctl.yaml"));
    let named = files.map(|path| {
        let lab = path.parent().unwrap().file_name().unwrap().to_string_lossy();
        (format!("{lab}/{}", path.file_name().unwrap().to_string_lossy()), path.clone())
    });
    let mut all: Vec<_> = named.collect();
    all.sort();
    all
}

pub(crate) fn said(diagnostics: Vec<Diagnostic>) -> String {
    let said = diagnostics.iter().map(|one| format!("{} ({:?}; {:?})\n", one.message, one.help, one.place));
    said.collect()
}

fn finished(loaded: Option<Loaded>, mut sink: Sink) -> Result<Estate, String> {
    let resolved = loaded.filter(|_| !sink.has_errors()).and_then(|loaded| {
        let facts = topology::facts_of(&loaded.document, None, &mut sink);
        let topology = topology::resolve(&loaded.document, facts, &mut sink)?;
        Some(Estate { loaded, topology })
    });
    resolved.filter(|_| !sink.has_errors()).ok_or_else(|| said(sink.into_sorted()))
}

pub(crate) fn read(path: &Path) -> Estate {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink);
    finished(loaded, sink).unwrap_or_else(|errors| panic!("{}: {errors}", path.display()))
}

/// The topology of a text, or what is wrong with it.
pub(crate) fn of_text(text: &str) -> Result<Estate, String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("imported.rsctl.yaml", text, &mut DiskFiles, &mut sources, &mut sink);
    finished(loaded, sink)
}

/// The files as they would be found in a folder.
pub(crate) fn import(files: &Files) -> Imported {
    import_in_order(files.iter().map(|(name, value)| (name.as_str(), value.to_string())))
}

/// The files in the order they come.
pub(crate) fn import_in_order<'f>(files: impl IntoIterator<Item = (&'f str, String)>) -> Imported {
    let mut importer = Importer::new(Options::default());
    for (name, text) in files {
        importer.add(name, text, false);
    }
    importer.finish(None)
}

/// The topology that the files come to.
pub(crate) fn text_of(name: &str, imported: Imported) -> String {
    let Imported { text, sink, .. } = imported;
    text.unwrap_or_else(|| panic!("{name}: {}", said(sink.into_sorted())))
}
