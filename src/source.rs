//! The files that were read and places in them.
//!
//! Only bytes and positions live here; what the text means belongs in `syntax`.

use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which file of a [`Sources`] a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u16);

/// A range of bytes in one file, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// One file as it was read, with its line starts.
#[derive(Debug)]
pub struct SourceFile {
    /// The path to show, as the user gave it.
    pub name: String,
    /// The path that relative references in this file start from.
    pub path: PathBuf,
    /// The text, UTF-8, as stored on disk.
    pub text: Arc<String>,
    line_starts: Vec<u32>,
}

/// A position as people count it: both from one, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl SourceFile {
    fn new(name: String, path: PathBuf, text: String) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index as u32 + 1);
        let line_starts = std::iter::once(0).chain(breaks).collect();
        SourceFile { name, path, text: Arc::new(text), line_starts }
    }

    /// The line (from 0) that holds a byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) - 1
    }

    /// The byte offset at which a line (from 0) starts; the end of the text for lines past the end.
    pub fn line_start(&self, line: usize) -> u32 {
        self.line_starts.get(line).copied().unwrap_or(self.text.len() as u32)
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.text.len() as u32);
        let line = self.line_of(offset);
        let before = self.text.get(self.line_start(line) as usize..offset as usize).unwrap_or("");
        Position { line: line + 1, column: before.chars().count() + 1 }
    }
}

/// All files of one run, in the order they were read.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Keeps a file and gives it an id.
    ///
    /// # Panics
    /// When more than 65,536 files are added; loading refuses far earlier.
    pub fn add(&mut self, name: impl Into<String>, path: impl Into<PathBuf>, text: String) -> FileId {
        let id = FileId(u16::try_from(self.files.len()).expect("loading limits the number of files"));
        self.files.push(SourceFile::new(name.into(), path.into(), text));
        id
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True when no file was added.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The ids of all files, in the order they were read.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u16).map(FileId)
    }

    /// The file of an id that this value gave out.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[usize::from(id.0)]
    }

    /// The text of a place.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// True when a file of this path was read already.
    pub fn has_path(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file.path == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_in_characters() {
        let mut sources = Sources::default();
        let id = sources.add("t", "t", "a\nbé c\n".into());
        let file = sources.file(id);
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(2), Position { line: 2, column: 1 });
        assert_eq!(file.position(6), Position { line: 2, column: 4 });
        assert_eq!(file.position(99), Position { line: 3, column: 1 });
    }
}
