//! Where things are, as editors and CI count it: paths from the root of the repository, lines and columns from one.
//!
//! Which places matter belongs to the reports, how a place is written to the formats.

use crate::source::{FileId, Position, Sources, Span};
use crate::words::printable;
use serde::Serialize;
use std::path::{Component, Path};

/// The files of a report and the folder that their paths are given from.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The root of the repository.
    pub root: &'a Path,
    /// How the paths of files begin that were read as they were at a revision.
    pub revisions: &'a [String],
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Region {
    /// Path from the root of the repository, with forward slashes.
    pub path: String,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl Region {
    /// The beginning of a file of which no more is known than its path.
    pub fn start_of(path: String) -> Region {
        let start = Position { line: 1, column: 1 };
        Region { path, start, end: start }
    }

    /// `estate.rsctl.yaml:5:26`, harmless for a terminal.
    pub fn told(&self) -> String {
        format!("{}:{}:{}", printable(&self.path), self.start.line, self.start.column)
    }
}

impl Places<'_> {
    /// Where a span is.
    pub fn region(self, span: Span) -> Region {
        let file = self.sources.file(span.file);
        Region {
            path: self.path(span.file),
            start: file.position(span.start),
            end: file.position(span.end.max(span.start)),
        }
    }

    /// Where a span is, in words: with the revision, where the file was read as it was at one.
    pub fn told(self, span: Span) -> String {
        let file = self.sources.file(span.file);
        let region = self.region(span);
        match self.at_revision(&file.path) {
            Some(_) => Region { path: file.name.clone(), ..region }.told(),
            None => region.told(),
        }
    }

    /// The path of a file; of one at a revision where it is in the repository.
    pub fn path(self, file: FileId) -> String {
        self.of(&self.sources.file(file).path)
    }

    /// The path of something that may not have been read.
    pub fn of(self, path: &Path) -> String {
        self.at_revision(path).unwrap_or_else(|| from_root(self.root, path))
    }

    fn at_revision(self, path: &Path) -> Option<String> {
        let text = path.to_str()?;
        self.revisions.iter().find_map(|revision| text.strip_prefix(revision.as_str())).map(str::to_owned)
    }
}

/// A path from the root of the repository, with forward slashes; as it is where it leads elsewhere.
pub fn from_root(root: &Path, path: &Path) -> String {
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let shown = whole.strip_prefix(root).unwrap_or(path);
    let mut text = String::new();
    for part in shown.components() {
        // The root of an absolute path is a part of its own, and a slash already.
        if !text.is_empty() && !text.ends_with('/') && part != Component::RootDir {
            text.push('/');
        }
        match part {
            Component::RootDir => text.push('/'),
            part => text.push_str(&part.as_os_str().to_string_lossy()),
        }
    }
    text
}
