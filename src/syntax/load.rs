//! From a path to a [`Document`]: reads the file and those it extends, checks the shape, decodes.
//!
//! Everything that can be wrong with a file as a whole is said here: missing, a directory, too large, not UTF-8. What is wrong
//! inside belongs to `tree` and `validate`.

mod extends;
mod text;

use super::document::Document;
use super::{decode, overlay, tree, validate};
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
const MAX_FILES: usize = 4096;

/// Where the bytes of files come from.
pub trait ReadFiles {
    /// The whole file.
    ///
    /// # Errors
    /// What the operating system says; [`io::ErrorKind::FileTooLarge`] for files above [`MAX_FILE_BYTES`].
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>>;
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
    let mut files = Files::new(reader, sources, sink);
    let file = files.open(path, Path::new(path), None)?;
    finish(file, &mut files)
}

/// Reads a topology whose text is at hand; files that it names are looked for beside `name`.
pub fn load_text(
    name: &str,
    text: impl Into<Vec<u8>>,
    reader: &mut dyn ReadFiles,
    sources: &mut Sources,
    sink: &mut Sink,
) -> Option<Loaded> {
    let mut files = Files::new(reader, sources, sink);
    let file = files.keep(name, Path::new(name), text.into())?;
    finish(file, &mut files)
}

fn finish(file: FileId, files: &mut Files<'_>) -> Option<Loaded> {
    if text::is_empty(&files.sources.file(file).text) {
        let name = files.sources.file(file).name.clone();
        let diagnostic = Diagnostic::file_error(name, "the file holds no topology")
            .help("write `rsctl: 1` and `vnets:` into it; `rsctl init` writes an example");
        files.sink.push(diagnostic);
        return None;
    }
    let mut root = extends::resolve(file, files)?;
    overlay::without_nulls(&mut root);
    validate::validate(&root, files.sink);
    let document = decode::decode(&root, files);
    Some(Loaded { document, root })
}

/// Opens files, each once, and says what is wrong with them as a whole.
pub(super) struct Files<'a> {
    reader: &'a mut dyn ReadFiles,
    pub(super) sources: &'a mut Sources,
    pub(super) sink: &'a mut Sink,
    /// `None` for files that could not be read: they are reported at every place that names them, but read once.
    opened: FxHashMap<PathBuf, Result<FileId, Fault>>,
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
        Files { reader, sources, sink, opened: FxHashMap::default() }
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
        let identity = normalized(path);
        let known = self.opened.get(&identity).cloned();
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
    fn keep(&mut self, name: &str, path: &Path, bytes: Vec<u8>) -> Option<FileId> {
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

/// The path without `.` and `x/..`, so that one file is not read twice.
fn normalized(path: &Path) -> PathBuf {
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
