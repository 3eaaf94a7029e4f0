//! `rsctl import`: finds the documents, has them read, says what they do not tell, writes the topology.

mod documents;
mod sanitize;
mod update;

use super::{Exit, Screen, Stop, load, output};
use crate::azure::facts::Facts;
use crate::cli::{CollectShell, ImportArgs, ImportFormat, Output};
use crate::diagnostic::Sink;
use crate::exchange::import::collect::{Shell, script};
use crate::exchange::import::{Imported, Options, Remark, RemarkKind, Tool, manifest};
use crate::exchange::manifest::DEFAULT_TOPOLOGY;
use crate::render::text::Paint;
use crate::source::Sources;
use crate::syntax::{DiskFiles, load_text};
use crate::topology::resolve;
use crate::words::{few_names, plural, printable};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

pub(super) fn run(args: &ImportArgs, screen: Screen) -> Result<Exit, Stop> {
    if let Some(shell) = args.collect_script {
        let script = script(match shell {
            CollectShell::Bash => Shell::Bash,
            CollectShell::Powershell => Shell::Powershell,
        });
        std::io::stdout().write_all(script.as_bytes())?;
        return Ok(Exit::Fine);
    }
    output::check(&args.output)?;
    for output in &args.output {
        may_write(output, args.force)?;
    }
    let (tool, paths) = tool(&args.paths);
    if paths.is_empty() {
        let help = "name files or folders, or print a script that makes them with --collect-script bash";
        return Err(Stop::Usage("there are no documents to import".into(), help.into()));
    }
    if let Some(folder) = &args.sanitize {
        return sanitize::run(folder, paths, screen);
    }
    let options = Options { tool, location: args.location.clone(), resource_group: args.resource_group.clone() };
    let importer = documents::read(paths, options)?;
    if let Some(file) = &args.update {
        return update::run(file, importer, args, screen);
    }
    let imported = importer.finish(None);
    let Imported { text, remarks, sink, sources, subjects, unplaced, .. } = imported;
    load::say_diagnostics(sink, &sources, screen);
    let Some(text) = text else {
        // What is open follows from what is wrong.
        let skipped: Vec<Remark> = remarks.into_iter().filter(|remark| remark.kind == RemarkKind::Skipped).collect();
        say_remarks(&skipped, false, screen);
        return Err(Stop::Said);
    };
    say_remarks(&remarks, args.strict, screen);
    if args.strict && !remarks.is_empty() {
        return Ok(Exit::No);
    }
    let is_sound = is_sound("imported topology", &text, screen);
    if args.output.iter().any(|output| output.format == ImportFormat::Captures) {
        for file in unplaced {
            output::note(
                screen,
                &format!("{file} is not in the manifest: neither its rows nor its name tell whose routes it has"),
            );
        }
    }
    let path_of = |format| args.output.iter().find(|output| output.format == format)?.path.as_deref();
    let beside = path_of(ImportFormat::Captures).and_then(Path::parent);
    let beside = beside.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let topology = path_of(ImportFormat::Yaml).map(|path| from(beside, path));
    let topology = topology.unwrap_or_else(|| DEFAULT_TOPOLOGY.to_owned());
    let manifest = manifest(&subjects, &topology, |file| from(beside, Path::new(file)));
    output::each(&args.output, ImportFormat::Yaml, |format, _, out| match format {
        ImportFormat::Yaml => out.write_all(text.as_bytes()),
        ImportFormat::Captures => out.write_all(manifest.as_bytes()),
    })?;
    Ok(if is_sound { Exit::Fine } else { Exit::Input })
}

/// The first word, where it names a tool and no file.
fn tool(paths: &[String]) -> (Option<Tool>, &[String]) {
    let tool = paths.first().filter(|first| !Path::new(first).exists()).and_then(|first| match first.as_str() {
        "az" => Some(Tool::Az),
        "arm" => Some(Tool::Arm),
        "terraform" => Some(Tool::Terraform),
        _ => None,
    });
    (tool, if tool.is_some() { &paths[1..] } else { paths })
}

/// A path as it reads from a folder; absolute where the folder has to be left.
fn from(folder: &Path, path: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path.strip_prefix(&folder).unwrap_or(&path).display().to_string()
}

fn may_write(output: &Output<ImportFormat>, force: bool) -> Result<(), Stop> {
    match output.path.as_ref().filter(|path| path.exists() && !force) {
        Some(path) => Err(Stop::Usage(
            format!("{} exists already", path.display()),
            format!("refresh it with --update {}, or replace it with --force", path.display()),
        )),
        None => Ok(()),
    }
}

/// Says what the documents do not tell: what is the same of many entries once, then how much of each kind there is.
pub(super) fn say_remarks(remarks: &[Remark], strict: bool, screen: Screen) {
    let paint = Paint::new(screen.error_colour);
    let mut grouped: BTreeMap<(RemarkKind, &str), Vec<&str>> = BTreeMap::new();
    for remark in remarks {
        grouped.entry((remark.kind, &remark.text)).or_default().push(&remark.entry);
    }
    let mut counts: BTreeMap<RemarkKind, usize> = BTreeMap::new();
    for ((kind, text), entries) in grouped {
        *counts.entry(kind).or_default() += entries.len();
        let word = match strict {
            true => format!("{}: {}", paint.red("error"), kind.word()),
            false => paint.yellow(kind.word()).to_string(),
        };
        let entries: Vec<&&str> = entries.iter().filter(|entry| !entry.is_empty()).collect();
        let about = if entries.is_empty() { String::new() } else { format!("{}: ", few_names(&entries)) };
        output::say(&format!("{word}: {}\n", printable(&format!("{about}{text}"))));
    }
    if !counts.is_empty() {
        let nouns = |kind| match kind {
            RemarkKind::Guess => ("guess", "guesses"),
            RemarkKind::Blank => ("blank", "blanks"),
            RemarkKind::Skipped => ("kind of thing skipped", "kinds of things skipped"),
        };
        let told = counts.into_iter().map(|(kind, count)| plural(count, nouns(kind).0, nouns(kind).1));
        output::note(screen, &told.collect::<Vec<_>>().join(", "));
    }
}

/// Loads the topology as every other command will, and says what is wrong with it.
pub(super) fn is_sound(name: &str, text: &str, screen: Screen) -> bool {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text(name, text, &mut DiskFiles, &mut sources, &mut sink);
    if let Some(loaded) = &loaded {
        resolve(&loaded.document, Facts::default(), &mut sink);
    }
    let is_sound = loaded.is_some() && !sink.has_errors();
    load::say_diagnostics(sink, &sources, screen);
    is_sound
}
