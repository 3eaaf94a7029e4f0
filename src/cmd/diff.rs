//! `rsctl diff`.

use super::repository::{self, Files};
use super::{Exit, Screen, Stop, load, output};
use crate::analysis::Estate;
use crate::analysis::difference::{self, difference};
use crate::cli::{DiffArgs, DiffFormat, FactArgs, Output, WhatIf};
use crate::diagnostic::Sink;
use crate::render::{diff, terminal};
use crate::report::diff::{DiffReport, EditView, PairDiff};
use crate::report::diff_pair;
use crate::source::Sources;
use crate::syntax::edits::{Edit, edited, edits};
use crate::syntax::{Input, Loaded, decode_tree, load_edited};
use std::path::Path;

/// More edits are taken together: each is tried by itself.
const MOST_EDITS: usize = 48;

/// Estates that are computed to find causes.
const MOST_TRIALS: usize = 400;

/// One side of a comparison.
struct Side {
    /// What it is called.
    name: String,
    /// What it is read under; none when there is nothing to read: the file did not exist.
    path: Option<String>,
    what_if: WhatIf,
}

/// A side that was read.
struct Read {
    loaded: Loaded,
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
    let pairs = pairs(args, &mut reader.files)?;
    let here = std::env::current_dir()?;
    let root = repository::root_of(&here).unwrap_or(here);
    let root = std::fs::canonicalize(&root).unwrap_or(root);
    load::note_what_if(&args.what_if, screen);
    let mut told = Vec::new();
    let mut broken = false;
    for (old, new) in pairs {
        // Both sides get their say before the command fails.
        let sides = (reader.read(&old)?, reader.read(&new)?);
        match sides {
            (Some(before), Some(after)) => told.push(reader.compare((&old, before), (&new, after), args)?),
            _ => broken = true,
        }
    }
    let report = DiffReport { sources: &reader.sources, root, pairs: told };
    show(&report, args, screen)?;
    Ok(match (broken, args.exit_code && !report.is_empty()) {
        (true, _) => Exit::Input,
        (false, true) => Exit::No,
        (false, false) => Exit::Fine,
    })
}

/// What is compared with what.
fn pairs(args: &DiffArgs, files: &mut Files) -> Result<Vec<(Side, Side)>, Stop> {
    let side = |path: String, what_if: &WhatIf| Side { name: path.clone(), path: Some(path), what_if: what_if.clone() };
    if let Some(revision) = &args.base {
        let names = if args.topologies.is_empty() { vec![load::discover()?] } else { args.topologies.clone() };
        let mut pairs = Vec::new();
        for name in names {
            let path = repository::path_from_root(Path::new(&name))?;
            let base = repository::merge_base(Path::new("."), revision)?;
            let exists = repository::exists(&base, &path)?;
            let short = base.get(..10).unwrap_or(&base);
            let old = Side {
                name: format!("{short}:{path}"),
                path: exists.then(|| files.at(&base, &path)),
                what_if: args.what_if.clone(),
            };
            pairs.push((old, side(name, &args.what_if)));
        }
        return Ok(pairs);
    }
    match args.topologies.as_slice() {
        [old, new] => {
            let mut read = |text: &String| -> Result<Side, Stop> {
                match at_revision(text)? {
                    Some((commit, path)) => {
                        let path = files.at(&commit, &path);
                        Ok(Side { name: text.clone(), path: Some(path), what_if: args.what_if.clone() })
                    }
                    None => Ok(side(text.clone(), &args.what_if)),
                }
            };
            if old == "-" && new == "-" {
                return Err(Stop::Usage(
                    "standard input cannot be both topologies".into(),
                    "name a file for one of them".into(),
                ));
            }
            Ok(vec![(read(old)?, read(new)?)])
        }
        few if few.len() <= 1 && !args.what_if.is_empty() => {
            let name = few.first().cloned().map_or_else(load::discover, Ok)?;
            if name == "-" {
                let help = "write it to a file, so that it can be read twice";
                return Err(Stop::Usage("standard input cannot be both topologies".into(), help.into()));
            }
            Ok(vec![(side(name.clone(), &WhatIf::default()), side(name, &args.what_if))])
        }
        [_] => Err(Stop::Usage(
            "there is only one topology to compare".into(),
            "name two, or --base REV to compare with the past, or a what-if such as --down fw1".into(),
        )),
        [] => Err(Stop::Usage(
            "there is nothing to compare".into(),
            "write `rsctl diff OLD NEW`, or `rsctl diff --base origin/main`".into(),
        )),
        _ => Err(Stop::Usage(
            "more than two topologies cannot be compared".into(),
            "name two; with --base REV every file is compared with its own past".into(),
        )),
    }
}

/// The commit and the path of `REV:path`, as `git show` takes it; none for the path of a file.
fn at_revision(text: &str) -> Result<Option<(String, String)>, Stop> {
    let Some((revision, path)) = text.split_once(':') else { return Ok(None) };
    // `C:\estate.rsctl.yaml` is a path, and so is whatever exists.
    if text == "-" || revision.len() <= 1 || path.is_empty() || Path::new(text).exists() {
        return Ok(None);
    }
    let commit = repository::commit(Path::new("."), revision)?;
    let path = match path.strip_prefix("./") {
        Some(beside) => repository::path_from_root(Path::new(beside))?,
        None => path.to_owned(),
    };
    if repository::exists(&commit, &path)? {
        return Ok(Some((commit, path)));
    }
    let help = "the path starts at the root of the repository; write `./` before one that starts here";
    Err(Stop::Usage(format!("`{revision}` has no file `{path}`"), help.into()))
}

impl Reader<'_> {
    fn read(&mut self, side: &Side) -> Result<Option<Read>, Stop> {
        let mut sink = Sink::default();
        let loaded = match &side.path {
            Some(path) if path == "-" => load::read_as(path, None, &side.what_if, &mut self.sources, &mut sink)?,
            Some(path) => {
                let set = &side.what_if.set;
                load_edited(Input::Path(path), set, &mut self.files, &mut self.sources, &mut sink)
            }
            // The file did not exist: an estate without anything.
            None => {
                let input = Input::Text(&side.name, b"rsctl: 1\nvnets: {}\n".to_vec());
                load_edited(input, &[], &mut self.files, &mut self.sources, &mut sink)
            }
        };
        let what_if = if side.path.is_some() { side.what_if.clone() } else { WhatIf::default() };
        let written = load::written(loaded, &what_if, self.facts, &self.chosen, &mut sink)?;
        load::say_diagnostics(sink, &self.sources, self.screen);
        let Some((loaded, topology)) = written else { return Ok(None) };
        let estate = Estate::new(load::failed(topology, &what_if)?);
        Ok(Some(Read { loaded, estate }))
    }

    fn compare(
        &mut self,
        (old, before): (&Side, Read),
        (new, after): (&Side, Read),
        args: &DiffArgs,
    ) -> Result<PairDiff, Stop> {
        let found = difference(&before.estate, &after.estate);
        let (roots, depth, written) = self.edits(&before.loaded, &after.loaded);
        let flags = flags(&old.what_if, &new.what_if);
        let mut views: Vec<EditView> = written.iter().map(diff_pair::edit).collect();
        views.extend(flags.iter().map(|(name, what)| diff_pair::flag(format!("--{name} {what}"))));
        let most = if args.no_causes { 0 } else { MOST_TRIALS };
        let count = views.len();
        let mut progress = output::Progress::new();
        let written_count = written.len();
        let causes = difference::causes(
            (&before.estate, &after.estate),
            &found,
            count,
            most,
            &mut |chosen| self.made(roots, depth, (chosen, written_count), (&old.what_if, &flags)),
            &mut |done| progress.say(&format!("looking for causes: trial {}", done + 1)),
        );
        progress.finish();
        let mut told = diff_pair::pair((&before.estate, &after.estate), &found, &causes, views);
        told.old = old.name.clone();
        told.new = new.name.clone();
        Ok(told)
    }

    /// The edits of the files, few enough that each can be tried, and how deep they go.
    fn edits<'r>(&self, old: &'r Loaded, new: &'r Loaded) -> ((&'r Root, &'r Root), usize, Vec<Edit>) {
        let roots = (&old.root, &new.root);
        let at = |depth: usize| edits(roots.0, roots.1, depth, &self.sources);
        let mut found = (16, at(16));
        for depth in [6, 5, 4, 3, 2, 1] {
            if found.1.len() <= MOST_EDITS {
                break;
            }
            found = (depth, at(depth));
        }
        (roots, found.0, found.1)
    }

    /// The old estate with some of the edits and flags; none where they make no estate without the others.
    fn made(
        &mut self,
        (old, new): (&Root, &Root),
        depth: usize,
        (chosen, written): (&[bool], usize),
        (before, flags): (&WhatIf, &[(&'static str, String)]),
    ) -> Option<Estate> {
        let mut sink = Sink::default();
        let tree = edited(old, new, depth, &self.sources, |index| chosen[index]);
        let loaded = decode_tree(tree, &mut self.files, &mut self.sources, &mut sink);
        let mut what_if = WhatIf { set: Vec::new(), ..before.clone() };
        for ((name, what), _) in flags.iter().zip(&chosen[written..]).filter(|(_, chosen)| **chosen) {
            match *name {
                "without" => what_if.without.push(what.clone()),
                _ => what_if.down.push(what.clone()),
            }
        }
        let written = load::written(Some(loaded), &what_if, self.facts, &self.chosen, &mut sink).ok()??;
        Some(Estate::new(load::failed(written.1, &what_if).ok()?))
    }
}

type Root = crate::syntax::tree::Node;

/// What the new side supposes and the old one does not. Values that are set are edits of the tree.
fn flags(old: &WhatIf, new: &WhatIf) -> Vec<(&'static str, String)> {
    let lists = [("without", &old.without, &new.without), ("down", &old.down, &new.down)];
    let added = lists.into_iter().flat_map(|(name, before, after)| {
        after.iter().filter(|what| !before.contains(what)).map(move |what| (name, what.clone()))
    });
    added.collect()
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
