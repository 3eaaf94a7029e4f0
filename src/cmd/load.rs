//! Loads a topology and computes it, saying everything that is wrong on the way.

use super::{Screen, Stop, output, topologies};
use crate::azure::facts::Facts;
use crate::cli::{FactArgs, WhatIf};
use crate::diagnostic::Sink;
use crate::lint::{Context, Ruleset, left_out};
use crate::render::diagnostic;
use crate::report::lint::FindingView;
use crate::source::Sources;
use crate::syntax::document::Document;
use crate::syntax::tree::Node;
use crate::syntax::{DiskFiles, Input, Loaded, load_edited};
use crate::topology::{Outages, Topology, VnetId, facts_of, resolve, without};
use crate::words::{closest, echo};
use std::io::Read;

/// What standard input is called.
pub(super) const STDIN: &str = "<stdin>";

/// A topology, ready to be asked.
pub(super) struct Session {
    /// What the file is called.
    pub(super) name: String,
    /// Every file that was read.
    pub(super) sources: Sources,
    /// What was written, without what `--without` names. VNets, subnets and route tables stand at the index of their ids.
    pub(super) document: Document,
    /// The tree that the document was decoded from.
    pub(super) root: Node,
    /// The resolved estate.
    pub(super) topology: Topology,
}

/// Reads, resolves, and says what is wrong, and what is supposed. Warnings are said and do not stop.
pub(super) fn topology(
    file: Option<&str>,
    what_if: &WhatIf,
    facts: &FactArgs,
    screen: Screen,
) -> Result<Session, Stop> {
    let session = read(file, what_if, facts, screen)?;
    note_what_if(what_if, screen);
    Ok(session)
}

/// The same, without saying what is supposed.
pub(super) fn read(file: Option<&str>, what_if: &WhatIf, facts: &FactArgs, screen: Screen) -> Result<Session, Stop> {
    let chosen = choices(facts)?;
    let file = match file {
        Some(file) => file.to_owned(),
        None => topologies::only()?,
    };
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = read_as(&file, None, what_if, &mut sources, &mut sink)?;
    let resolved = written(loaded, what_if, facts, &chosen, &mut sink);
    if let Ok(Some((loaded, topology))) = &resolved {
        for refused in left_out(&Context::new(&sources, &loaded.document, topology, Ruleset::Azure)) {
            let severity = refused.severity;
            sink.push(FindingView::new(refused, 0, severity).diagnostic(&sources));
        }
    }
    say_diagnostics(sink, &sources, screen);
    let (Loaded { document, root }, topology) = resolved?.ok_or(Stop::Said)?;
    let topology = failed(topology, what_if)?;
    let name = if file == "-" { STDIN.to_owned() } else { file };
    Ok(Session { name, sources, document, root, topology })
}

/// What was read, its document without what `--without` names, and its estate; none when something is wrong, which the sink tells.
pub(super) fn written(
    loaded: Option<Loaded>,
    what_if: &WhatIf,
    facts: &FactArgs,
    chosen: &[(String, String)],
    sink: &mut Sink,
) -> Result<Option<(Loaded, Topology)>, Stop> {
    let Some(mut loaded) = loaded else { return Ok(None) };
    // Names may be missing from a broken file.
    if !what_if.without.is_empty() && !sink.has_errors() {
        loaded.document = without(&loaded.document, &what_if.without)?;
    }
    let topology = resolve_with(&loaded.document, facts, chosen, sink);
    Ok(topology.map(|topology| (loaded, topology)))
}

/// The estate with what `--down` names failed.
pub(super) fn failed(topology: Topology, what_if: &WhatIf) -> Result<Topology, Stop> {
    if what_if.down.is_empty() {
        return Ok(topology);
    }
    let outages = Outages::named(&topology, &what_if.down)?;
    Ok(topology.with(&outages))
}

/// Says which estate the answer is about, when it is not the one that was written.
pub(super) fn note_what_if(what_if: &WhatIf, screen: Screen) {
    let names =
        |list: &[String]| list.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    let (gone, down): (Vec<String>, Vec<String>) = (names(&what_if.without), names(&what_if.down));
    let mut parts: Vec<String> = what_if.set.iter().map(|edit| echo(edit)).collect();
    if !gone.is_empty() {
        parts.push(format!("without {}", gone.join(", ")));
    }
    if !down.is_empty() {
        parts.push(format!("{} down", down.join(", ")));
    }
    if !parts.is_empty() {
        output::note(screen, &format!("what if: {}", parts.join(", ")));
    }
}

/// Resolves a document with the facts that it and the command line choose.
pub(super) fn resolve_with(
    document: &Document,
    facts: &FactArgs,
    chosen: &[(String, String)],
    sink: &mut Sink,
) -> Option<Topology> {
    let mut values = facts_of(document, facts.as_of.as_deref(), sink);
    for (name, value) in chosen {
        // `choices` has tried every one.
        let _ = values.choose(name, value);
    }
    resolve(document, values, sink)
}

/// Says everything that a sink kept, with the lines it is about.
pub(super) fn say_diagnostics(sink: Sink, sources: &Sources, screen: Screen) {
    let diagnostics = sink.into_sorted();
    if !diagnostics.is_empty() {
        let options =
            diagnostic::Options { colour: screen.error_colour, unicode: unicode(), width: screen.error_width };
        output::say(&diagnostic::human(&diagnostics, sources, &options));
    }
}

/// Box-drawing characters are used where the locale is UTF-8.
pub(super) fn unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    cfg!(windows) || locale.is_some_and(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// Reads a topology and sets the values that `--set` names; standard input is told under another name when one is given.
pub(super) fn read_as(
    file: &str,
    stdin_name: Option<&str>,
    what_if: &WhatIf,
    sources: &mut Sources,
    sink: &mut Sink,
) -> Result<Option<Loaded>, Stop> {
    if file != "-" {
        return Ok(load_edited(Input::Path(file), &what_if.set, &mut DiskFiles, sources, sink));
    }
    let mut bytes = Vec::new();
    std::io::stdin().take(crate::syntax::MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    let input = Input::Text(stdin_name.unwrap_or(STDIN), bytes);
    Ok(load_edited(input, &what_if.set, &mut DiskFiles, sources, sink))
}

/// The `--fact NAME=VALUE` arguments, each tried before anything is read.
pub(super) fn choices(args: &FactArgs) -> Result<Vec<(String, String)>, Stop> {
    if let Some(day) = args.as_of.as_deref().filter(|day| !is_day(day)) {
        return Err(Stop::Usage(
            format!("`{day}` is not a day"),
            "write --as-of as YYYY-MM-DD, for example 2025-09-17".into(),
        ));
    }
    let mut facts = Facts::default();
    let mut chosen = Vec::new();
    for text in args.facts.iter().filter(|text| !text.is_empty()) {
        let Some((name, value)) = text.split_once('=') else {
            let message = format!("`{text}` does not say what the fact is");
            return Err(Stop::Usage(
                message,
                "write --fact NAME=VALUE, for example --fact nva_reflection=always".into(),
            ));
        };
        facts.choose(name, value).map_err(|error| Stop::from(error.explain(name, value)))?;
        chosen.push((name.to_owned(), value.to_owned()));
    }
    Ok(chosen)
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    matches!((text.len(), numbers.as_slice()), (10, [1000..=9999, 1..=12, 1..=31]))
}

/// The VNet of a name.
pub(super) fn find_vnet(topology: &Topology, name: &str) -> Result<VnetId, Stop> {
    if let Some(id) = topology.vnet_ids().find(|id| topology.vnet(*id).name == name) {
        return Ok(id);
    }
    let names: Vec<&str> = topology.vnets.iter().map(|vnet| vnet.name.as_str()).collect();
    let help = match closest(name, names.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("VNets here: {}", names.iter().take(12).copied().collect::<Vec<_>>().join(", ")),
    };
    Err(Stop::Usage(format!("there is no VNet `{name}`"), help))
}
