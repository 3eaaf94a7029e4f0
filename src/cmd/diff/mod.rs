//! `rsctl diff`.

mod pairs;

use super::repository::{self, Files};
use super::{Exit, Screen, Stop, load, output};
use crate::analysis::Estate;
use crate::analysis::difference::{self, affordable_trials, difference, distinguishable_edits};
use crate::cli::{DiffArgs, DiffFormat, FactArgs, Output, WhatIf};
use crate::diagnostic::Sink;
use crate::lint::{Context, Ruleset, left_out};
use crate::render::{diff, terminal};
use crate::report::diff::{Change, DiffReport, EditView, PairDiff, Unread};
use crate::report::diff_pair;
use crate::report::lint::FindingView;
use crate::source::Sources;
use crate::syntax::edits::{Edit, Unit, edited, edits, units};
use crate::syntax::tree::Node;
use crate::syntax::{Input, decode_tree, load_edited};
use pairs::{Side, Source, flags};

/// A topology without anything in it.
const NOTHING: &[u8] = b"rsctl: 1\nvnets: {}\n";

/// A side that was read.
struct Read {
    side: Side,
    /// The tree after overlays.
    root: Node,
    estate: Estate,
}

/// Everything that reading needs.
struct Reader<'a> {
    files: Files,
    sources: Sources,
    facts: &'a FactArgs,
    chosen: Vec<(String, String)>,
    screen: Screen,
}

pub(super) fn run(args: &DiffArgs, screen: Screen) -> Result<Exit, Stop> {
    let chosen = load::choices(&args.facts)?;
    let mut reader =
        Reader { files: Files::default(), sources: Sources::default(), facts: &args.facts, chosen, screen };
    let pairs = pairs::pairs(args, &mut reader.files)?;
    let here = std::env::current_dir()?;
    let root = repository::root_of(&here).unwrap_or(here);
    let root = std::fs::canonicalize(&root).unwrap_or(root);
    let on_both = pairs.iter().any(|(old, _)| !old.what_if.is_empty());
    let (mut told, mut unread) = (Vec::new(), Vec::new());
    for (old, new) in pairs {
        let (name, path) =
            if new.source == Source::Nothing { (old.told(), old.path()) } else { (new.told(), new.path()) };
        // Both sides get their say before the command fails.
        let sides = (reader.read(old, false)?, reader.read(new, true)?);
        match sides {
            (Some(before), Some(after)) => told.push(reader.compare(&before, &after, args)),
            _ => unread.push(Unread { name, path }),
        }
    }
    // What is supposed of one side only stands among the causes.
    if on_both {
        load::note_what_if(&args.what_if, screen);
    }
    let broken = !unread.is_empty();
    let revisions = reader.files.prefixes();
    let report = DiffReport { sources: &reader.sources, root, revisions, pairs: told, unread };
    show(&report, args, screen)?;
    Ok(match (broken, args.exit_code && !report.is_empty()) {
        (true, _) => Exit::Input,
        (false, true) => Exit::No,
        (false, false) => Exit::Fine,
    })
}

impl Reader<'_> {
    /// Reads a side and says what is wrong with it; of the new one also what Azure refuses, and is left out.
    fn read(&mut self, side: Side, is_new: bool) -> Result<Option<Read>, Stop> {
        let mut sink = Sink::default();
        let set = &side.what_if.set;
        let loaded = match &side.source {
            Source::Stdin => load::read_as("-", None, &side.what_if, &mut self.sources, &mut sink)?,
            Source::Path(path) => load_edited(Input::Path(path), set, &mut self.files, &mut self.sources, &mut sink),
            Source::Nothing => {
                let input = Input::Text(&side.name, NOTHING.to_vec());
                load_edited(input, &[], &mut self.files, &mut self.sources, &mut sink)
            }
        };
        let written = load::written(loaded, &side.what_if, self.facts, &self.chosen, &mut sink);
        if let (Ok(Some((loaded, topology))), true) = (&written, is_new) {
            for refused in left_out(&Context::new(&self.sources, &loaded.document, topology, Ruleset::Azure)) {
                let severity = refused.severity;
                sink.push(FindingView::new(refused, 0, severity).diagnostic(&self.sources));
            }
        }
        load::say_diagnostics(sink, &self.sources, self.screen);
        let written = written.map_err(|stop| at(stop, &side.name))?;
        let Some((loaded, topology)) = written else { return Ok(None) };
        let topology = load::failed(topology, &side.what_if).map_err(|stop| at(stop, &side.told_before_failures()))?;
        Ok(Some(Read { root: loaded.root, estate: Estate::new(topology), side }))
    }

    fn compare(&mut self, old: &Read, new: &Read, args: &DiffArgs) -> PairDiff {
        let estates = (&old.estate, &new.estate);
        let found = difference(estates.0, estates.1);
        let most = if args.no_causes { 0 } else { affordable_trials(estates.0, estates.1) };
        let edited = Edited::new(old, new, most, &self.sources);
        let mut progress = output::Progress::new();
        let causes = difference::causes(
            estates,
            &found,
            edited.views.len(),
            most,
            &mut |chosen| self.made(old, new, &edited, chosen),
            &mut |done| progress.say(&format!("looking for causes: trial {}", done + 1)),
        );
        progress.finish();
        let mut told = diff_pair::pair(estates, &found, &causes, edited.views);
        told.old = old.side.told();
        told.new = new.side.told();
        told.path = if new.side.source == Source::Nothing { old.side.path() } else { new.side.path() };
        told
    }

    /// The old estate with some of the edits and flags; none where they make no estate without the others.
    fn made(&mut self, old: &Read, new: &Read, edit: &Edited, chosen: &[bool]) -> Option<Estate> {
        let mut sink = Sink::default();
        let tree = edited(&old.root, &new.root, &self.sources, |index| chosen[edit.unit_of[index]]);
        let loaded = decode_tree(tree, &mut self.files, &mut self.sources, &mut sink);
        let mut what_if = WhatIf { set: Vec::new(), ..old.side.what_if.clone() };
        let first_flag = chosen.len() - edit.flags.len();
        for ((name, what), _) in edit.flags.iter().zip(&chosen[first_flag..]).filter(|(_, chosen)| **chosen) {
            match *name {
                "without" => what_if.without.push(what.clone()),
                _ => what_if.down.push(what.clone()),
            }
        }
        let written = load::written(Some(loaded), &what_if, self.facts, &self.chosen, &mut sink).ok()??;
        Some(Estate::new(load::failed(written.1, &what_if).ok()?))
    }
}

/// What was edited between two sides: units of edits of the files, then flags.
struct Edited {
    /// The unit of each edit.
    unit_of: Vec<usize>,
    /// What the new side supposes and the old one does not.
    flags: Vec<(&'static str, String)>,
    views: Vec<EditView>,
}

impl Edited {
    /// As few units as so many trials tell apart.
    fn new(old: &Read, new: &Read, trials: usize, sources: &Sources) -> Self {
        let whole = match (&old.side.source, &new.side.source) {
            (Source::Nothing, _) => Some((&new.side, Change::Added)),
            (_, Source::Nothing) => Some((&old.side, Change::Removed)),
            _ => None,
        };
        let edits = edits(&old.root, &new.root, sources);
        if let Some((side, change)) = whole {
            let views = vec![diff_pair::whole(side.name.clone(), change)];
            return Edited { unit_of: vec![0; edits.len()], flags: Vec::new(), views };
        }
        // Values that are set are edits of the tree.
        let before = flags(&old.side.what_if);
        let is_added = |flag: &(&str, String)| flag.0 != "set" && !before.contains(flag);
        let flags: Vec<_> = flags(&new.side.what_if).into_iter().filter(is_added).collect();
        let units = units(&edits, distinguishable_edits(trials).saturating_sub(flags.len()));
        let supposed = old.side.source == new.side.source;
        let told = |unit: &Unit| diff_pair::edit(unit, &edits, supposed);
        let mut views: Vec<EditView> = units.iter().map(told).collect();
        views.extend(flags.iter().map(|(name, what)| diff_pair::flag(format!("--{name} {what}"))));
        Edited { unit_of: unit_of(&units, &edits), flags, views }
    }
}

fn unit_of(units: &[Unit], edits: &[Edit]) -> Vec<usize> {
    let mut unit_of = vec![0; edits.len()];
    for (number, unit) in units.iter().enumerate() {
        unit.edits.iter().for_each(|edit| unit_of[*edit] = number);
    }
    unit_of
}

/// A mistake in a flag, with the topology that it does not fit.
fn at(stop: Stop, place: &str) -> Stop {
    match stop {
        Stop::Usage(message, help) => Stop::Usage(format!("{message} in {place}"), help),
        other => other,
    }
}

/// Writes the report in every format that was asked for; for people when none was.
fn show(report: &DiffReport<'_>, args: &DiffArgs, screen: Screen) -> Result<(), Stop> {
    let outputs: &[Output<DiffFormat>] = &args.output;
    output::each(outputs, DiffFormat::Human, |format, on_screen, out| {
        let options = diff::human::Options {
            terminal: terminal::Options {
                colour: on_screen && screen.colour,
                width: screen.width.filter(|_| on_screen),
            },
            all: args.all,
        };
        match format {
            DiffFormat::Human => diff::human::write(report, options, out),
            DiffFormat::Json => diff::json::write(report, out),
            DiffFormat::Markdown => diff::markdown::write(report, out),
            DiffFormat::Sarif => diff::sarif::write(report, out),
            DiffFormat::Github => diff::github::write(report, out),
        }
    })
}
