//! From a path to a [`Document`]: reads the file and those it extends, checks the shape, decodes.
//!
//! Everything that can be wrong with a file as a whole is said here: missing, a directory, too large, not UTF-8. What is wrong
//! inside belongs to `tree` and `validate`.

mod extends;
mod text;

use super::document::Document;
use super::{decode, overlay, set, tree, validate};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::words::echo;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Most files that one topology may be made of, tables of prefixes included.
pub(super) const MAX_FILES: usize = 4096;

/// Where the bytes of files come from.
pub trait ReadFiles {
    /// The whole file.
    ///
    /// # Errors
    /// What the operating system says; [`io::ErrorKind::FileTooLarge`] for files above [`MAX_FILE_BYTES`].
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>>;

    /// What a file is called, where its path is no name for people.
    fn name(&self, _path: &Path) -> Option<String> {
        None
    }
}

/// Files on disk.
#[derive(Debug, Default)]
pub struct DiskFiles;

impl ReadFiles for DiskFiles {
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        let about = std::fs::metadata(path)?;
        if about.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if about.len() > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // Devices and pipes say that they are empty, so the limit holds while reading too.
        let mut bytes = Vec::with_capacity(about.len() as usize);
        File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }
}

/// A topology as it was written, and the tree it was decoded from.
#[derive(Debug)]
pub struct Loaded {
    /// Every leaf with its place.
    pub document: Document,
    /// The tree after overlays, without `extends`.
    pub root: tree::Node,
}

/// Reads a topology and everything it refers to.
///
/// `None` when there is nothing to decode; otherwise the sink may still hold errors, and then the document is only good for
/// finding more of them.
pub fn load(path: &str, reader: &mut dyn ReadFiles, sources: &mut Sources, sink: &mut Sink) -> Option<Loaded> {
    load_edited(Input::Path(path), &[], reader, sources, sink)
}

/// Reads a topology whose text is at hand; files that it names are looked for beside `name`.
pub fn load_text(
    name: &str,
    text: impl Into<Vec<u8>>,
    reader: &mut dyn ReadFiles,
    sources: &mut Sources,
    sink: &mut Sink,
) -> Option<Loaded> {
    load_edited(Input::Text(name, text.into()), &[], reader, sources, sink)
}

/// Where a topology comes from.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// A file of this path.
    Path(&'a str),
    /// A text that is told under this name; files that it names are looked for beside that.
    Text(&'a str, Vec<u8>),
}

/// Reads a topology and everything it refers to, and writes values into it before it is checked: `PATH=VALUE` each, in order.
///
/// What is wrong with an edit is a diagnostic in a file of the name `--set`. Otherwise as [`load`].
pub fn load_edited(
    input: Input<'_>,
    edits: &[String],
    reader: &mut dyn ReadFiles,
    sources: &mut Sources,
    sink: &mut Sink,
) -> Option<Loaded> {
    let mut files = Files::new(reader, sources, sink);
    let file = match input {
        Input::Path(path) => files.open(path, Path::new(path), None)?,
        Input::Text(name, bytes) => files.keep(name, Path::new(name), bytes)?,
    };
    finish(file, edits, &mut files)
}

fn finish(file: FileId, edits: &[String], files: &mut Files<'_>) -> Option<Loaded> {
    if text::is_empty(&files.sources.file(file).text) {
        let name = files.sources.file(file).name.clone();
        let diagnostic = Diagnostic::file_error(name, "the file holds no topology")
            .help("write `rsctl: 1` and `vnets:` into it; `rsctl init` writes an example");
        files.sink.push(diagnostic);
        return None;
    }
    let mut root = extends::resolve(file, files)?;
    let folder = files.sources.file(file).path.parent().map(Path::to_owned).unwrap_or_default();
    for edit in edits {
        set::apply(edit, &folder, &mut root, files);
    }
    Some(checked(root, files))
}

/// Checks and decodes a tree that is at hand: one that was read before, and changed since.
///
/// Files of prefixes that the tree names are taken from `sources` where a file of that path is there already, so that the same tree may
/// be decoded many times; others are read and added.
pub fn decode_tree(root: tree::Node, reader: &mut dyn ReadFiles, sources: &mut Sources, sink: &mut Sink) -> Loaded {
    let mut files = Files { known: true, ..Files::new(reader, sources, sink) };
    checked(root, &mut files)
}

/// Writes values into a tree that is at hand, `PATH=VALUE` each, and then does as [`decode_tree`]. Files that a value names are looked for
/// in `folder`.
pub fn set_in_tree(
    mut root: tree::Node,
    (edits, folder): (&[String], &Path),
    reader: &mut dyn ReadFiles,
    sources: &mut Sources,
    sink: &mut Sink,
) -> Loaded {
    let mut files = Files { known: true, ..Files::new(reader, sources, sink) };
    for edit in edits {
        set::apply(edit, folder, &mut root, &mut files);
    }
    checked(root, &mut files)
}

fn checked(mut root: tree::Node, files: &mut Files<'_>) -> Loaded {
    overlay::without_nulls(&mut root);
    validate::validate(&root, files.sink);
    let document = decode::decode(&root, files);
    Loaded { document, root }
}

/// Opens files, each once, and says what is wrong with them as a whole.
pub(super) struct Files<'a> {
    reader: &'a mut dyn ReadFiles,
    pub(super) sources: &'a mut Sources,
    pub(super) sink: &'a mut Sink,
    /// `None` for files that could not be read: they are reported at every place that names them, but read once.
    opened: FxHashMap<PathBuf, Result<FileId, Fault>>,
    /// What an earlier reading put into the sources is taken from there.
    known: bool,
}

/// Why a file could not be used.
#[derive(Clone)]
struct Fault {
    /// What follows the name of the file; empty when all is said already.
    message: String,
    help: &'static str,
    missing: bool,
}

impl<'a> Files<'a> {
    fn new(reader: &'a mut dyn ReadFiles, sources: &'a mut Sources, sink: &'a mut Sink) -> Self {
        Files { reader, sources, sink, opened: FxHashMap::default(), known: false }
    }

    /// Opens the file that a text in another file names, relative to that file.
    pub(super) fn open_beside(&mut self, named: &Spanned<String>) -> Option<FileId> {
        if named.value.contains("://") {
            let diagnostic = Diagnostic::error(named.span, "only files on this machine can be named here")
                .label("an address on the network")
                .help("download the file and write its path");
            self.sink.push(diagnostic);
            return None;
        }
        let holder = self.sources.file(named.span.file);
        let path = beside(&holder.path, &named.value);
        let name = normalized(&beside(Path::new(&holder.name), &named.value)).display().to_string();
        // One spelling on all systems.
        let name = name.replace(std::path::MAIN_SEPARATOR, "/");
        self.open(&name, &path, Some(named.span))
    }

    fn open(&mut self, name: &str, path: &Path, named_at: Option<Span>) -> Option<FileId> {
        let told = self.reader.name(path);
        let name = told.as_deref().unwrap_or(name);
        let identity = normalized(path);
        let known = self.opened.get(&identity).cloned().or_else(|| self.earlier(&identity).map(Ok));
        let outcome = known.unwrap_or_else(|| self.read(name, path));
        self.opened.insert(identity, outcome.clone());
        match outcome {
            Ok(file) => Some(file),
            Err(fault) => {
                if fault.message.is_empty() {
                    return None;
                }
                let diagnostic = match named_at {
                    Some(span) => {
                        Diagnostic::error(span, format!("`{}` {}", echo(name), fault.message)).label("named here")
                    }
                    None => Diagnostic::file_error(name, format!("the file {}", fault.message)),
                };
                let help = match named_at {
                    None if fault.missing => "check the path; `rsctl init` writes a first topology",
                    _ => fault.help,
                };
                self.sink.push(diagnostic.help(help));
                None
            }
        }
    }

    /// The file of an earlier reading.
    fn earlier(&self, identity: &Path) -> Option<FileId> {
        let mut ids = self.sources.ids().filter(|_| self.known);
        ids.find(|id| normalized(&self.sources.file(*id).path) == identity)
    }

    fn read(&mut self, name: &str, path: &Path) -> Result<FileId, Fault> {
        if self.opened.len() >= MAX_FILES {
            let message = format!("is not read, because the topology is made of {MAX_FILES} files already");
            return Err(Fault { message, help: "put several tables into one file", missing: false });
        }
        let bytes = self.reader.read(path).map_err(|error| fault(&error))?;
        // An empty message: what is wrong was said at its place in the file.
        self.keep(name, path, bytes).ok_or(Fault { message: String::new(), help: "", missing: false })
    }

    /// Takes in bytes; reports what is no text.
    pub(super) fn keep(&mut self, name: &str, path: &Path, bytes: Vec<u8>) -> Option<FileId> {
        text::take(name, path, bytes, self.sources, self.sink)
    }
}

fn fault(error: &io::Error) -> Fault {
    let (message, help) = match error.kind() {
        io::ErrorKind::NotFound => {
            ("does not exist".to_owned(), "check the path; it starts from the folder of the file that names it")
        }
        io::ErrorKind::IsADirectory => ("is a directory".to_owned(), "write the path of a file in it"),
        io::ErrorKind::PermissionDenied => ("cannot be read: permission denied".to_owned(), "make the file readable"),
        io::ErrorKind::FileTooLarge => (
            format!("is larger than {} MiB", MAX_FILE_BYTES >> 20),
            "split it, or put long lists of prefixes into files of their own",
        ),
        _ => (format!("cannot be read: {error}"), "check the path"),
    };
    Fault { message, help, missing: error.kind() == io::ErrorKind::NotFound }
}

/// A path as it is meant in a file: relative to the folder of that file.
fn beside(holder: &Path, named: &str) -> PathBuf {
    holder.parent().unwrap_or(Path::new("")).join(named)
}

/// The path of a file that a text names, in the spelling in which paths are compared.
pub(super) fn named_path(holder: &Path, named: &str) -> PathBuf {
    normalized(&beside(holder, named))
}

/// The path without `.` and `x/..`, so that one file is not read twice.
pub(super) fn normalized(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.last(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One table of prefixes, which may be read that often.
    struct Table(usize);

    impl ReadFiles for Table {
        fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
            assert_eq!(path, Path::new("estates/table.txt"));
            self.0 = self.0.checked_sub(1).expect("the table is read too often");
            Ok(b"192.168.0.0/16\n192.168.1.0/24\n".to_vec())
        }
    }

    const TEXT: &str = "rsctl: 1\nsites: { dc1: { asn: 65021, prefixes: { from: ./table.txt } } }\n";

    #[test]
    fn a_tree_is_decoded_again_without_reading_its_files_again() {
        let (mut sources, mut sink, mut table) = (Sources::default(), Sink::default(), Table(1));
        let first = load_text("estates/e.rsctl.yaml", TEXT, &mut table, &mut sources, &mut sink).unwrap();
        let again = decode_tree(first.root.clone(), &mut table, &mut sources, &mut sink);
        assert!(!sink.has_errors());
        assert_eq!(sources.len(), 2);
        let prefixes = |loaded: &Loaded| loaded.document.sites[0].body.originates.clone();
        let spans = |loaded: &Loaded| prefixes(loaded).iter().map(|entry| entry.prefix.clone()).collect::<Vec<_>>();
        assert_eq!(spans(&first), spans(&again));
        assert_eq!(spans(&again).len(), 2);
    }

    #[test]
    fn a_changed_tree_is_checked_anew_and_reads_what_it_names_anew() {
        let (mut sources, mut sink, mut table) = (Sources::default(), Sink::default(), Table(1));
        let text = TEXT.replace("{ from: ./table.txt }", "10.9.0.0/16");
        let mut root = load_text("estates/e.rsctl.yaml", text, &mut table, &mut sources, &mut sink).unwrap().root;
        let file = sources.add("estates/other.yaml", "estates/other.yaml", TEXT.to_owned());
        let other = tree::parse(file, &sources, &mut sink).unwrap();
        root = overlay::overlay(root, other);
        let loaded = decode_tree(root.clone(), &mut table, &mut sources, &mut sink);
        assert_eq!((loaded.document.sites[0].body.originates.len(), sources.len()), (2, 3));
        let tree::Kind::Map(entries) = &mut root.kind else { panic!("a map") };
        entries.retain(|(key, _)| &*key.text != "rsctl");
        assert!(!sink.has_errors());
        decode_tree(root, &mut table, &mut sources, &mut sink);
        assert!(sink.has_errors(), "the version is missing now");
    }
}
