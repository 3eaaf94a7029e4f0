//! `rsctl import --update`: shows what the documents change in a topology, then writes it, or nothing.

use super::{is_sound, say_remarks};
use crate::bgp::{self, Device};
use crate::cli::{FactArgs, ImportArgs, WhatIf};
use crate::cmd::{Exit, Screen, Stop, load, output};
use crate::diagnostic::Sink;
use crate::exchange::import::{self, Importer, Known, refreshed};
use crate::report::rib::{Which, rib};
use crate::source::Sources;
use crate::syntax::rewrite::{NotRewritable, marks, rewrite, with_marks, without_marks};
use crate::syntax::tree::{self, Node};
use crate::topology::Topology;
use crate::words::few_names;
use std::path::Path;

pub(super) fn run(file: &Path, importer: Importer, args: &ImportArgs, screen: Screen) -> Result<Exit, Stop> {
    let name = file.display().to_string();
    let path = std::fs::canonicalize(file).map_err(|error| {
        Stop::Usage(format!("{name} cannot be read: {error}"), "--update refreshes a topology that exists".into())
    })?;
    let session = load::topology(Some(&name), &WhatIf::default(), &FactArgs::default(), screen)?;
    let text = session.sources.file(session.root.span.file).text.to_string();
    let (bare, marks_before) = (without_marks(&text), marks(&text));
    let before = parsed(&name, &bare)?;
    if let Some(bases) = before.get("extends") {
        let bases: Vec<&str> = bases.items().iter().filter_map(Node::text).collect();
        let help = format!("refresh {}, or write the overlay anew by hand", bases.join(", "));
        return Err(Stop::Usage(format!("{name} extends another file, and what belongs where cannot be told"), help));
    }
    let known = known(&session.topology);
    let mut imported = importer.finish(Some(&known));
    load::say_diagnostics(std::mem::take(&mut imported.sink), &imported.sources, screen);
    let Some(told) = imported.text.take() else { return Err(Stop::Said) };
    say_remarks(&imported.remarks, args.strict, screen);
    if args.strict && !imported.remarks.is_empty() {
        return Ok(Exit::No);
    }
    let told = parsed("imported topology", &told)?;
    let after = refreshed(&before, &told, args.prune);
    let kept = import::kept(&before, &told);
    if !args.prune && !kept.is_empty() {
        let message = format!("no document has {}; --prune takes away what none has", few_names(&kept));
        output::note(screen, &message);
    }
    let new = rewrite(&bare, &before, &after)
        .map_err(|NotRewritable { message, help }| Stop::Usage(format!("{name}: {message}"), help))?;
    let root = parsed(&name, &new)?;
    let new = with_marks(&new, &root, &import::marks(marks_before, &imported, &told, &root));
    if new == text {
        output::note(screen, &format!("{name} says what the documents say"));
        return Ok(Exit::Fine);
    }
    output::change(&name, &text, &new)?;
    if args.diff {
        return Ok(Exit::No);
    }
    if !is_sound(&name, &new, screen) {
        let help = "nothing was written; mend what is said above in the topology first";
        return Err(Stop::Usage(format!("{name} would no longer be a valid topology"), help.into()));
    }
    if std::fs::read_to_string(&path)? != text {
        return Err(Stop::Usage(format!("{name} changed meanwhile"), "run it again".into()));
    }
    output::to_file(&path, |out| out.write_all(new.as_bytes()))?;
    output::note(screen, &format!("{name} is refreshed"));
    Ok(Exit::Fine)
}

/// What the topology says, and what it predicts that its route servers learn.
fn known(topology: &Topology) -> Known {
    let mut known = Known::of(topology);
    let ribs = bgp::run(topology);
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        for peer in vnet.route_server.iter().flat_map(|server| &server.peers) {
            let instances =
                rib(topology, &ribs, Device::RouteServer(id), Which::Learned, Some(Device::Router(peer.router)));
            let rows = instances.into_iter().flat_map(|instance| instance.rows);
            let routes: Vec<_> = rows
                .map(|row| {
                    let path = row.as_path.split('-').filter_map(|asn| asn.parse().ok()).collect();
                    (row.network, path, row.next_hop)
                })
                .collect();
            known.predict(&vnet.name, &topology.router(peer.router).name, &routes);
        }
    }
    known
}

/// The tree of a text that was read before, or that rsctl wrote.
fn parsed(name: &str, text: &str) -> Result<Node, Stop> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(name, name, text.to_owned());
    tree::parse(file, &sources, &mut sink)
        .ok_or_else(|| Stop::Usage(format!("{name} cannot be read as YAML"), "check it with `rsctl lint`".into()))
}
