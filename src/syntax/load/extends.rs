//! `extends`: which files are laid over which.
//!
//! How two trees are laid over each other is in `overlay`.

use super::super::overlay::overlay;
use super::super::scalar;
use super::super::shape::Scalar;
use super::super::tree::{self, Key, Kind, Node};
use super::{Files, text};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, Spanned};
use crate::words::echo;
use rustc_hash::FxHashMap;

/// Files above a file.
const MAX_DEPTH: usize = 16;

/// Files that one topology may be laid together from.
const MAX_LAYERS: usize = 64;

/// The tree of a file over the trees of the files it extends; `None` when any of them cannot be read.
pub(super) fn resolve(file: FileId, files: &mut Files<'_>) -> Option<Node> {
    let mut layers = Layers { files, chain: Vec::new(), done: FxHashMap::default() };
    layers.resolve(file)
}

struct Layers<'a, 'f> {
    files: &'a mut Files<'f>,
    /// The files that are being read, each extending the next.
    chain: Vec<FileId>,
    /// Files that were read and laid over what they extend.
    done: FxHashMap<FileId, Option<Node>>,
}

impl Layers<'_, '_> {
    fn resolve(&mut self, file: FileId) -> Option<Node> {
        if let Some(done) = self.done.get(&file) {
            return done.clone();
        }
        self.chain.push(file);
        let node = self.layer(file);
        self.chain.pop();
        // The top of all is used once; only what others extend is kept.
        if !self.chain.is_empty() {
            self.done.insert(file, node.clone());
        }
        node
    }

    fn layer(&mut self, file: FileId) -> Option<Node> {
        let mut own = tree::parse(file, self.files.sources, self.files.sink)?;
        let extended = take(&mut own, "extends");
        if self.chain.len() > 1
            && let Some((_, version)) = take(&mut own, "rsctl")
        {
            self.check_version(&version);
        }
        let Some((key, value)) = extended else { return Some(own) };
        let mut below: Option<Node> = None;
        let mut complete = true;
        for named in self.named_files(&key, &value) {
            match self.lower(&named) {
                Some(node) => {
                    below = Some(match below.take() {
                        Some(lower) => overlay(lower, node),
                        None => node,
                    })
                }
                None => complete = false,
            }
        }
        let whole = match below {
            Some(below) => overlay(below, own),
            None => own,
        };
        complete.then_some(whole)
    }

    /// The paths under `extends`; anything else there is reported.
    fn named_files(&mut self, key: &Key, value: &Node) -> Vec<Spanned<String>> {
        let mut named = Vec::new();
        if matches!(value.kind, Kind::Null) && !value.is_written_null() {
            self.report(key.span, "nothing is written for `extends`", "the path of a file is expected");
        }
        for item in value.items() {
            let Kind::Scalar { text, quoted } = &item.kind else {
                self.report(item.span, "`extends` takes the path of a file, or a list of them", "not a path");
                continue;
            };
            match scalar::check(&Scalar::Text("the path of a file"), text, *quoted) {
                Ok(()) => named.push(Spanned::new(text.to_string(), item.span)),
                Err(complaint) => self.report(item.span, &complaint.message, &complaint.label),
            }
        }
        named
    }

    fn report(&mut self, span: Span, message: &str, label: &str) {
        let diagnostic = Diagnostic::error(span, message).label(label).help("write it like `extends: base.rsctl.yaml`");
        self.files.sink.push(diagnostic);
    }

    fn lower(&mut self, named: &Spanned<String>) -> Option<Node> {
        let file = self.files.open_beside(named)?;
        let shown = |files: &Files<'_>, file: FileId| format!("`{}`", echo(&files.sources.file(file).name));
        if let Some(start) = self.chain.iter().position(|above| *above == file) {
            let mut round: Vec<String> = self.chain[start..].iter().map(|above| shown(self.files, *above)).collect();
            round.push(shown(self.files, file));
            let diagnostic = Diagnostic::error(named.span, format!("{} extends itself", round[0]))
                .label("this closes the circle")
                .help(format!("remove one `extends` of {}", round.join(" → ")));
            self.files.sink.push(diagnostic);
            return None;
        }
        if self.chain.len() > MAX_DEPTH {
            let diagnostic = Diagnostic::error(named.span, format!("more than {MAX_DEPTH} files extend each other"))
                .label("one file too many")
                .help("lay the files over each other in a list: `extends: [base.rsctl.yaml, region.rsctl.yaml]`");
            self.files.sink.push(diagnostic);
            return None;
        }
        if !self.done.contains_key(&file) && self.done.len() + self.chain.len() >= MAX_LAYERS {
            let diagnostic =
                Diagnostic::error(named.span, format!("a topology is laid together from at most {MAX_LAYERS} files"))
                    .label("one file too many")
                    .help("put several overlays into one file");
            self.files.sink.push(diagnostic);
            return None;
        }
        if text::is_empty(&self.files.sources.file(file).text) {
            let diagnostic = Diagnostic::warning(named.span, format!("{} holds nothing", shown(self.files, file)))
                .label("an empty file is extended")
                .help("remove it from `extends`");
            self.files.sink.push(diagnostic);
        }
        self.resolve(file)
    }

    fn check_version(&mut self, version: &Node) {
        let complaint = match &version.kind {
            Kind::Scalar { text, quoted } => scalar::check(&Scalar::Version, text, *quoted).err(),
            _ => Some(scalar::Complaint::new("the format version is a number", "not a number", "write `rsctl: 1`")),
        };
        if let Some(complaint) = complaint {
            let diagnostic =
                Diagnostic::error(version.span, complaint.message).label(complaint.label).help(complaint.help);
            self.files.sink.push(diagnostic);
        }
    }
}

/// Takes an entry out of a map.
fn take(node: &mut Node, name: &str) -> Option<(Key, Node)> {
    let Kind::Map(entries) = &mut node.kind else { return None };
    let index = entries.iter().position(|(key, _)| &*key.text == name)?;
    Some(entries.remove(index))
}
