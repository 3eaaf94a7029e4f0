//! From what other tools print about an estate to a topology: `az` output, templates and Terraform become one set of resources,
//! the resources an estate, the estate a topology file.
//!
//! The way down: `document` tells what a text is; `document`, `arm` and `terraform` make resources of it; `read` reads their fields into
//! an `estate`; `draft` gives names and places to what is there, with what was captured of routes beside it; `write` writes it.
//! Nothing here opens a file or computes a route.

mod arm;
mod captures;
pub mod collect;
mod document;
mod draft;
mod estate;
mod fields;
mod known;
mod read;
mod refresh;
mod remark;
mod resource;
pub mod sanitize;
mod spelling;
mod subjects;
mod terraform;
mod write;

pub use known::Known;
pub use refresh::{kept, marks, refreshed};
pub use remark::{Remark, RemarkKind};
pub use subjects::{Subject, manifest};

use super::capture;
use super::json::{self, Step};
use super::text::body;
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, Sources, Span};
use captures::Captures;
use document::{Fault, Kind};
use resource::{Found, Mistake, Origin};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most documents that something can be said of.
const MAX_DOCUMENTS: usize = 60_000;

/// Whose documents are expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// What `az` and the REST API print.
    Az,
    /// Templates.
    Arm,
    /// Plans and states.
    Terraform,
}

/// What documents cannot tell.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Documents of other tools are refused.
    pub tool: Option<Tool>,
    /// The region of the resource group that a template is deployed to.
    pub location: Option<String>,
    /// The name of that resource group.
    pub resource_group: Option<String>,
}

/// Takes documents one by one, in any order.
#[derive(Debug, Default)]
pub struct Importer {
    options: Options,
    /// Documents that something may be said of.
    sources: Sources,
    sink: Sink,
    found: Found,
    captures: Captures,
    templates: Vec<(FileId, Value)>,
    parameters: Vec<(String, Value)>,
    names: Vec<String>,
    /// Files of folders that are no documents.
    strangers: Vec<String>,
    /// Documents that describe whole estates: what they do not tell of their objects is not there.
    whole: BTreeSet<FileId>,
}

/// What the documents come to.
#[derive(Debug)]
pub struct Imported {
    /// The topology; none when something is wrong, which the sink tells.
    pub text: Option<String>,
    /// What could not be known.
    pub remarks: Vec<Remark>,
    /// What is wrong.
    pub sink: Sink,
    /// The documents that the sink speaks of.
    pub sources: Sources,
    /// Entries whose announcements are captured and are what the refreshed topology predicts already.
    pub confirmed: Vec<String>,
    /// The captured routes whose object is certain.
    pub subjects: Vec<Subject>,
    /// Files with captured routes of an object that neither their rows nor their names tell.
    pub unplaced: Vec<String>,
}

impl Importer {
    /// Knows nothing yet.
    pub fn new(options: Options) -> Importer {
        Importer { options, ..Importer::default() }
    }

    /// Takes a document. Whatever is wrong with it is told in the end, and does not keep others from being read. A document that was
    /// only found in a folder may be something else, and is then skipped.
    pub fn add(&mut self, name: &str, text: String, is_named: bool) {
        if self.sources.len() >= MAX_DOCUMENTS {
            let message = format!("these are more than {MAX_DOCUMENTS} documents");
            let help = "save lists (`az network vnet list`) instead of one file for each object";
            return self.sink.push(Diagnostic::file_error(name, message).help(help));
        }
        let inner = body(&text);
        let content = &text[inner.clone()];
        if !content.starts_with(['{', '[']) {
            return self.add_table(name, text, is_named);
        }
        match document::kind(content) {
            Err(Fault::Syntax { line, column, message, truncated }) => {
                let at = inner.start + json::offset(content, line, column);
                let file = self.sources.add(name, name, text);
                let end = self.sources.file(file).text[at..].chars().next().map_or(at, |letter| at + letter.len_utf8());
                let span = Span { file, start: at as u32, end: end as u32 };
                self.sink.push(match truncated {
                    true => Diagnostic::error(span, "the JSON ends too early").help("the output was cut; save it again as a whole"),
                    false => Diagnostic::error(span, format!("this is not JSON: {message}")).help("save what the tool prints with -o json"),
                });
            }
            Err(Fault::Unknown | Fault::WithoutIds) if !is_named => self.strangers.push(name.to_owned()),
            Err(Fault::WithoutIds) => self.sink.push(
                Diagnostic::file_error(name, "the objects of this list have no `id`, by which documents are joined")
                    .help("save what `az … list -o json` prints, without --query"),
            ),
            Err(Fault::Unknown) => self.sink.push(
                Diagnostic::file_error(name, "this is none of the documents that import reads").help(
                    "it reads JSON of az and of the REST API, ARM templates, `terraform show -json`, and captured routes; \
                     `rsctl import --collect-script bash` prints a script that saves all of an estate",
                ),
            ),
            Ok(kind) => self.take(name, kind, text),
        }
    }

    /// What is no JSON is a table of routes, or nothing that is read.
    fn add_table(&mut self, name: &str, text: String, is_named: bool) {
        match capture::detect(&text) {
            Some(kind) => self.take(name, Kind::Routes(kind), text),
            // A command that failed leaves an empty file behind.
            None if text.trim().is_empty() && !is_named => self.strangers.push(name.to_owned()),
            None if text.trim().is_empty() => {
                self.sink.push(
                    Diagnostic::file_error(name, "the file is empty")
                        .help("save what the command prints, or remove the file"),
                );
            }
            None => self.sink.push(
                Diagnostic::file_error(name, "this is not JSON")
                    .help("save JSON: `az … -o json`, `terraform show -json`, an ARM template after `bicep build`"),
            ),
        }
    }

    fn take(&mut self, name: &str, kind: Kind, text: String) {
        let tool = match kind {
            Kind::Template | Kind::Parameters => Tool::Arm,
            Kind::Terraform => Tool::Terraform,
            _ => Tool::Az,
        };
        // Captured routes go with whatever tells the resources.
        let is_beside = matches!(kind, Kind::Routes(_) | Kind::Beside | Kind::Empty);
        if let Some(wanted) = self.options.tool.filter(|wanted| *wanted != tool && !is_beside) {
            let said = |tool| match tool {
                Tool::Az => "output of az",
                Tool::Arm => "an ARM template or its parameters",
                Tool::Terraform => "a Terraform plan or state",
            };
            let message = format!("this is {}, not {}", said(tool), said(wanted));
            self.sink.push(
                Diagnostic::file_error(name, message).help("name no tool: what a document is, its content tells"),
            );
            return;
        }
        self.names.push(name.to_owned());
        // The id that the text gets once it is kept: a large one is never held twice for longer than that takes.
        let file = FileId(u16::try_from(self.sources.len()).unwrap_or(u16::MAX));
        if tool != Tool::Az {
            self.whole.insert(file);
        }
        let content = &text[body(&text)];
        let json = |content| serde_json::from_str(content).expect("the outline of this text was read");
        match kind {
            Kind::Routes(capture::Kind::Effective) => return self.captures.effective.push(name.to_owned()),
            Kind::Empty => return self.captures.empty.push(name.to_owned()),
            Kind::Beside => return,
            Kind::Parameters => return self.parameters.extend(arm::parameters(&json(content))),
            Kind::Routes(_) => {
                if let Some(routes) = capture::read_bgp(file, &text, &mut self.sink) {
                    return self.captures.keep(name, routes);
                }
            }
            Kind::Resources => document::read(file, content, &mut self.found),
            Kind::Template => self.templates.push((file, json(content))),
            Kind::Terraform => terraform::read(file, content, &mut self.found),
        }
        self.sources.add(name, name, text);
    }

    /// The topology of everything that was taken. With one that is refreshed, names are those it has, and what it already tells is no
    /// blank; without one, there has to be something to write.
    pub fn finish(mut self, known: Option<&Known>) -> Imported {
        let scope = arm::Scope {
            subscription: String::new(),
            group: self.options.resource_group.clone().unwrap_or_default(),
            location: self.options.location.clone(),
        };
        for (file, template) in std::mem::take(&mut self.templates) {
            arm::read(file, &template, &self.parameters, &scope, &mut self.found);
        }
        self.captures.sort();
        let read::Read { estate, mut mistakes, skipped, .. } = read::read(&self.found.resources);
        mistakes.append(&mut self.found.mistakes);
        let nothing = Known::default();
        let mut draft = draft::draw(&estate, &self.captures, known.unwrap_or(&nothing), &self.whole, &mut mistakes);
        let mut counts: BTreeMap<String, usize> = skipped.into_iter().map(|(kind, keys)| (kind, keys.len())).collect();
        self.found.skipped.iter().for_each(|(kind, count)| *counts.entry(kind.clone()).or_default() += count);
        draft.remarks.extend(
            counts
                .into_iter()
                .map(|(kind, count)| Remark::skipped("", format!("{count} of {kind}, of which no routing is read"))),
        );
        let (subjects, unplaced) = subjects::subjects(&draft, &estate, &self.captures);
        draft.remarks.extend(
            self.strangers
                .iter()
                .map(|name| Remark::skipped("", format!("{name}: none of the documents that are read"))),
        );
        draft.remarks.sort();
        mistakes.sort();
        mistakes.dedup();
        self.tell(mistakes);
        self.names.sort();
        if !self.sink.has_errors() && known.is_none() && draft.vnets.is_empty() && draft.route_tables.is_empty() {
            let message = "the documents hold no VNet";
            let help = "name what `az network vnet list` prints, a template, or what `terraform show -json` prints";
            let name = self.names.first().cloned().unwrap_or_default();
            self.sink.push(Diagnostic::file_error(name, message).help(help));
        }
        let heading = write::Heading { sources: self.names, is_fresh: known.is_none() };
        let text = (!self.sink.has_errors()).then(|| write::write(&draft, &heading));
        Imported {
            text,
            remarks: draft.remarks,
            confirmed: draft.confirmed,
            sink: self.sink,
            sources: self.sources,
            subjects,
            unplaced,
        }
    }

    /// Says what is wrong, each mistake with the places of its bytes.
    fn tell(&mut self, mistakes: Vec<Mistake>) {
        let spans = self.spans(&mistakes);
        let span = |origin: &Origin| spans[&(origin.file, origin.path.as_slice())];
        for Mistake { origin, message, help, other } in &mistakes {
            let diagnostic = Diagnostic::error(span(origin), message).label(origin.to_string()).help(help);
            self.sink.push(match other {
                Some(other) => diagnostic.also(span(other), other.to_string()),
                None => diagnostic,
            });
        }
    }

    /// The first line of every value that a mistake speaks of, which is enough to find it.
    fn spans<'m>(&self, mistakes: &'m [Mistake]) -> BTreeMap<(FileId, &'m [Step]), Span> {
        let mut ways: BTreeMap<FileId, Vec<&[Step]>> = BTreeMap::new();
        for origin in mistakes.iter().flat_map(|mistake| [Some(&mistake.origin), mistake.other.as_ref()]).flatten() {
            ways.entry(origin.file).or_default().push(&origin.path);
        }
        let mut spans = BTreeMap::new();
        for (file, ways) in ways {
            let text = &self.sources.file(file).text;
            let inner = body(text);
            for (way, place) in ways.iter().zip(json::locate(&text[inner.clone()], &ways)) {
                let (start, end) = (inner.start + place.start, inner.start + place.end);
                let first = text[start..end].split('\n').next().map_or(0, str::len);
                spans.insert((file, *way), Span { file, start: start as u32, end: (start + first) as u32 });
            }
        }
        spans
    }
}
