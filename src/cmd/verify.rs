//! `rsctl verify`: finds the captures, compares them topology by topology, shows what differs.

use super::{Exit, Screen, Stop, load, output};
use crate::bgp;
use crate::cli::{VerifyArgs, WhatIf};
use crate::diagnostic::Sink;
use crate::effective::Tables;
use crate::exchange::compare::{Comparison, Options};
use crate::exchange::manifest::{self, DEFAULT_TOPOLOGY, Manifest};
use crate::exchange::request::{self, Argument, FORM, Named};
use crate::exchange::text::decode;
use crate::report::hints::{Trial, hints};
use crate::report::infer::infer;
use crate::report::verify::{Case, Subject};
use crate::report::verify_view::{Compared, VerifyView};
use crate::source::Sources;
use crate::syntax::{DiskFiles, ReadFiles};
use crate::topology::Topology;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// One capture that is to be compared.
struct Request {
    path: PathBuf,
    /// What was captured; told from the content when none.
    subject: Option<Subject>,
    options: Options,
    /// The manifest that names it, and its name there.
    manifest: Option<(Arc<Manifest>, String)>,
    /// Another topology than that of the command line.
    topology: Option<PathBuf>,
}

impl Request {
    fn file(path: PathBuf) -> Self {
        Request { path, subject: None, options: Options::default(), manifest: None, topology: None }
    }

    fn manifest(&self) -> Option<(&Manifest, &str)> {
        self.manifest.as_ref().map(|(manifest, name)| (manifest.as_ref(), name.as_str()))
    }
}

pub(super) fn run(args: &VerifyArgs, screen: Screen) -> Result<Exit, Stop> {
    let main = load::topology(Some(&args.topology), &WhatIf::default(), &args.facts, screen)?;
    let (mut requests, mut failed) = (Vec::new(), Vec::new());
    for argument in &args.captures {
        match expand(argument, screen) {
            Ok(found) => requests.extend(found),
            Err(Stop::Usage(message, help)) => {
                output::complain(screen, &message, &help);
                failed.push(argument.clone());
            }
            Err(Stop::Said) => failed.push(argument.clone()),
            Err(stop) => return Err(stop),
        }
    }
    let mut by_topology: BTreeMap<Option<PathBuf>, Vec<(usize, Request)>> = BTreeMap::new();
    for (place, request) in requests.into_iter().enumerate() {
        by_topology.entry(request.topology.clone()).or_default().push((place, request));
    }
    let mut compared: Vec<(usize, Result<Compared, String>)> = Vec::new();
    for (path, requests) in by_topology {
        let Some(path) = path else {
            compared.extend(compare(&main.topology, &args.topology, requests, screen));
            continue;
        };
        let name = path.display().to_string();
        match load::topology(Some(&name), &WhatIf::default(), &args.facts, screen) {
            Ok(session) => compared.extend(compare(&session.topology, &name, requests, screen)),
            Err(Stop::Said) => {
                let unread = |(place, request): (usize, Request)| (place, Err(request.path.display().to_string()));
                compared.extend(requests.into_iter().map(unread));
            }
            Err(stop) => return Err(stop),
        }
    }
    compared.sort_by_key(|(place, _)| *place);
    let mut view = VerifyView { captures: Vec::new(), failed, all: args.all };
    for (_, result) in compared {
        match result {
            Ok(capture) => view.captures.push(capture),
            Err(name) => view.failed.push(name),
        }
    }
    if view.captures.is_empty() {
        return Err(Stop::Said);
    }
    output::show(&view, &args.output, screen)?;
    Ok(match (view.failed.is_empty(), view.captures.iter().any(Compared::drifts)) {
        (false, _) => Exit::Input,
        (true, true) => Exit::No,
        (true, false) => Exit::Fine,
    })
}

/// A capture that was read, compared and has its place in the order of the command line.
struct Done {
    place: usize,
    request: Request,
    case: Case,
    comparison: Comparison,
}

impl Done {
    fn trial(&self) -> Trial<'_> {
        Trial { case: &self.case, options: &self.request.options, manifest: self.request.manifest() }
    }
}

/// Compares the captures of one topology. `Err` names a capture that could not be, which was said.
fn compare(
    topology: &Topology,
    name: &str,
    requests: Vec<(usize, Request)>,
    screen: Screen,
) -> Vec<(usize, Result<Compared, String>)> {
    let ribs = bgp::run(topology);
    let tables = Tables::new(topology, &ribs);
    let (mut done, mut results) = (Vec::new(), Vec::new());
    for (place, request) in requests {
        match case(topology, &ribs, &tables, &request, screen) {
            Some(case) => {
                let comparison = case.compare(topology, &ribs, &tables, &request.options);
                done.push(Done { place, request, case, comparison });
            }
            None => results.push((place, Err(request.path.display().to_string()))),
        }
    }
    let trials: Vec<_> = done.iter().map(|done| (done.trial(), &done.comparison)).collect();
    let hints = hints(topology, &trials);
    for (Done { place, request, case, comparison }, hints) in done.into_iter().zip(hints) {
        let file = request.path.display().to_string();
        let manifest = request.manifest();
        let mut compared = Compared::new(file, name.to_owned(), case.subject, &topology.facts, comparison, manifest);
        compared.hints = hints;
        results.push((place, Ok(compared)));
    }
    results
}

/// Reads a capture and finds its object; says what is wrong otherwise.
fn case(topology: &Topology, ribs: &bgp::Ribs, tables: &Tables<'_>, request: &Request, screen: Screen) -> Option<Case> {
    let name = request.path.display().to_string();
    let text = match read(&request.path) {
        Ok(text) => text,
        Err((message, help)) => {
            output::complain(screen, &message, &help);
            return None;
        }
    };
    // Every capture has sources of its own: however many there are, their ids never run out.
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(name.clone(), &request.path, text.clone());
    let found = match &request.subject {
        Some(subject) => Case::new(topology, ribs, subject.clone(), (file, &text), &mut sink)
            .map_err(|(message, help)| (format!("{name}: {message}"), help)),
        None => infer(topology, ribs, tables, (&name, file, &text), &mut sink).map(|inferred| {
            inferred.map(|inferred| {
                let Subject { kind, at, peer } = &inferred.case.subject;
                let form = Named::form(*kind, at, peer.as_deref(), &name);
                let alike = match inferred.alike.as_slice() {
                    [] => String::new(),
                    alike => format!(" (the same is predicted for {})", alike.join(", ")),
                };
                output::note(screen, &format!("taken as {form}{alike}"));
                inferred.case
            })
        }),
    };
    load::say_diagnostics(sink, &sources, screen);
    found.unwrap_or_else(|(message, help)| {
        output::complain(screen, &message, &help);
        None
    })
}

/// The captures that one argument of the command line stands for.
fn expand(argument: &str, screen: Screen) -> Result<Vec<Request>, Stop> {
    let path = PathBuf::from(argument);
    // A file of that name is that file, whatever its name looks like.
    let argument = if path.exists() { Argument::File(argument.to_owned()) } else { request::parse(argument)? };
    let path = match argument {
        Argument::File(file) => PathBuf::from(file),
        Argument::Named(Named { kind, at, peer, file }) => {
            let request = Request::file(PathBuf::from(file));
            return Ok(vec![Request { subject: Some(Subject { kind, at, peer }), ..request }]);
        }
    };
    if path.is_dir() {
        return match ["captures.yaml", "captures.yml"]
            .map(|name| path.join(name))
            .into_iter()
            .find(|path| path.is_file())
        {
            Some(manifest) => listed(&manifest, screen),
            None => folder(&path),
        };
    }
    if is_manifest(&path) { listed(&path, screen) } else { Ok(vec![Request::file(path)]) }
}

/// `captures.yaml` and everything that ends in `.captures.yaml`.
fn is_manifest(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    ["captures.yaml", "captures.yml"].iter().any(|end| name == *end || name.ends_with(&format!(".{end}")))
}

/// The captures that a manifest lists.
fn listed(path: &Path, screen: Screen) -> Result<Vec<Request>, Stop> {
    let text = read(path)?;
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(path.display().to_string(), path, text.clone());
    let manifest = match manifest::read(file, &text) {
        Ok(manifest) => Arc::new(manifest),
        Err(mistakes) => {
            mistakes.into_iter().for_each(|mistake| sink.push(mistake));
            load::say_diagnostics(sink, &sources, screen);
            return Err(Stop::Said);
        }
    };
    if manifest.captures.is_empty() {
        let message = format!("{} lists no captures", path.display());
        return Err(Stop::Usage(message, "list them under `captures:`, each with `file`, `kind` and `at`".into()));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let beside = |name: &str| tidy(&folder.join(name));
    let request = |capture: &manifest::Capture| Request {
        path: beside(&capture.file),
        subject: Some(Subject { kind: capture.kind, at: capture.at.clone(), peer: capture.peer.clone() }),
        options: capture.options(),
        manifest: Some((Arc::clone(&manifest), capture.file.clone())),
        topology: (capture.topology != DEFAULT_TOPOLOGY).then(|| beside(&capture.topology)),
    };
    Ok(manifest.captures.iter().map(request).collect())
}

/// The path without `.`, which says nothing.
fn tidy(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// The captures of a folder without a manifest.
fn folder(path: &Path) -> Result<Vec<Request>, Stop> {
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let is_capture = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        path.is_file() && matches!(ending.as_deref(), Some("json" | "txt"))
    };
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_capture).collect();
    if found.is_empty() {
        let help = format!("put a captures.yaml or *.json files into it, or write {FORM}");
        return Err(Stop::Usage(format!("there are no captures in {}", path.display()), help));
    }
    found.sort();
    Ok(found.iter().map(|path| Request::file(tidy(path))).collect())
}

fn read(path: &Path) -> Result<String, (String, String)> {
    let bytes = DiskFiles.read(path).map_err(|error| unreadable(path, &error))?;
    decode(bytes).map_err(|(message, help)| (format!("{} {message}", path.display()), help))
}

fn unreadable(path: &Path, error: &std::io::Error) -> (String, String) {
    let (message, help) = match error.kind() {
        ErrorKind::NotFound => ("does not exist".to_owned(), "check the path"),
        ErrorKind::IsADirectory => ("is a directory".to_owned(), "write the path of a file in it"),
        ErrorKind::PermissionDenied => ("cannot be read: permission denied".to_owned(), "make the file readable"),
        ErrorKind::FileTooLarge => ("is too large for a capture".to_owned(), "check that it is what az printed"),
        _ => (format!("cannot be read: {error}"), "check the path"),
    };
    (format!("{} {message}", path.display()), help.to_owned())
}
