//! Files that a text of a tree names: the same text may name one that holds something else now.

use crate::source::{FileId, Sources, Span};
use crate::syntax::load::{named_path, normalized};
use crate::syntax::tree::Node;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// The files that were read, to be found by the text that names them.
pub(super) struct Tables<'s> {
    sources: &'s Sources,
    /// By the last part of the path: most texts are no paths, and are told so by that.
    by_name: FxHashMap<String, Vec<(PathBuf, FileId)>>,
}

impl<'s> Tables<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        let mut by_name: FxHashMap<String, Vec<(PathBuf, FileId)>> = FxHashMap::default();
        for id in sources.ids() {
            let path = normalized(&sources.file(id).path);
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            by_name.entry(name.unwrap_or_default()).or_default().push((path, id));
        }
        Tables { sources, by_name }
    }

    /// Where the files that two equal texts name begin to differ; none where they name none, or the same.
    pub(super) fn differing(&self, old: &Node, new: &Node) -> Option<(Span, Span)> {
        if old.span.file == new.span.file || old.text() != new.text() {
            return None;
        }
        let (before, after) = (self.named(old)?, self.named(new)?);
        let (old, new) = (&*self.sources.file(before).text, &*self.sources.file(after).text);
        if old == new {
            return None;
        }
        let line = old.lines().zip(new.lines()).take_while(|(one, other)| one == other).count();
        Some((self.line(before, line), self.line(after, line)))
    }

    fn named(&self, node: &Node) -> Option<FileId> {
        let text = node.text()?;
        let name = Path::new(text).file_name()?.to_str()?;
        let candidates = self.by_name.get(name)?;
        let path = named_path(&self.sources.file(node.span.file).path, text);
        candidates.iter().find(|(known, _)| *known == path).map(|(_, id)| *id)
    }

    /// A line from 0; the last one for lines past the end.
    fn line(&self, file: FileId, line: usize) -> Span {
        let source = self.sources.file(file);
        let last = source.line_of((source.text.trim_end().len().saturating_sub(1)) as u32);
        let line = line.min(last);
        let start = source.line_start(line);
        let text = &source.text[start as usize..source.line_start(line + 1) as usize];
        Span { file, start, end: start + text.trim_end().len() as u32 }
    }
}
