//! `rsctl import`: finds the documents, has them read, says what they do not tell, writes the topology.

use super::output::Progress;
use super::{Exit, Screen, Stop, load, output};
use crate::azure::facts::Facts;
use crate::cli::{ImportArgs, ImportFormat, Output};
use crate::diagnostic::Sink;
use crate::exchange::import::{Imported, Importer, Options, Remark, RemarkKind, Tool, manifest};
use crate::exchange::manifest::DEFAULT_TOPOLOGY;
use crate::exchange::text::decode;
use crate::render::text::Paint;
use crate::source::Sources;
use crate::syntax::{DiskFiles, ReadFiles, load_text};
use crate::topology::resolve;
use crate::words::{few_names, plural, printable};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &ImportArgs, screen: Screen) -> Result<Exit, Stop> {
    output::check(&args.output)?;
    for output in &args.output {
        may_write(output, args.force)?;
    }
    let (tool, paths) = tool(&args.paths);
    if paths.is_empty() {
        let help = "name files or folders, or print a script that makes them with --collect-script bash";
        return Err(Stop::Usage("there are no documents to import".into(), help.into()));
    }
    let options = Options { tool, location: args.location.clone(), resource_group: args.resource_group.clone() };
    let imported = read(paths, options)?;
    let Imported { text, remarks, sink, sources, subjects, unplaced } = imported;
    load::say_diagnostics(sink, &sources, screen);
    say_remarks(&remarks, args.strict, screen);
    let Some(text) = text else { return Err(Stop::Said) };
    if args.strict && !remarks.is_empty() {
        return Ok(Exit::No);
    }
    let is_sound = is_sound(&text, screen);
    if args.output.iter().any(|output| output.format == ImportFormat::Captures) {
        for file in unplaced {
            output::note(screen, &format!("{file} is not in the manifest: neither its rows nor its name tell whose routes it has"));
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

/// Reads every document of the paths.
fn read(paths: &[String], options: Options) -> Result<Imported, Stop> {
    let mut importer = Importer::new(options);
    let mut files = Vec::new();
    for path in paths {
        if path == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().take(crate::syntax::MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > crate::syntax::MAX_FILE_BYTES {
                return Err(Stop::Usage("standard input is too large".into(), "name a file".into()));
            }
            importer.add(load::STDIN, text(load::STDIN, bytes)?, true);
            continue;
        }
        let is_folder = Path::new(path).is_dir();
        let found = if is_folder { folder(Path::new(path))? } else { vec![PathBuf::from(path)] };
        files.extend(found.into_iter().map(|file| (file, !is_folder)));
    }
    let mut progress = Progress::new();
    let count = files.len();
    for (number, (path, is_named)) in files.into_iter().enumerate() {
        progress.say(&format!("reading {} of {count}: {}", number + 1, path.display()));
        let name = path.display().to_string();
        let bytes = DiskFiles.read(&path).map_err(|error| unreadable(&path, &error))?;
        importer.add(&name, text(&name, bytes)?, is_named);
    }
    progress.finish();
    Ok(importer.finish(None))
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Stop> {
    decode(bytes).map_err(|(message, help)| Stop::Usage(format!("{name} {message}"), help))
}

/// Files of a folder and the folders in it that may be documents, by name.
fn folder(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(|error| unreadable(&folder, &error))?);
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
            if kind.is_dir() && !is_hidden {
                open.push(path);
            } else if path.is_file() && matches!(ending.as_deref(), Some("json" | "tfstate")) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        let help = "documents end in .json; name others one by one, or make them with the script of --collect-script";
        return Err(Stop::Usage(format!("there are no documents in {}", path.display()), help.into()));
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Stop {
    let (message, help) = match error.kind() {
        std::io::ErrorKind::NotFound => ("does not exist".to_owned(), "check the path"),
        std::io::ErrorKind::PermissionDenied => ("cannot be read: permission denied".to_owned(), "make it readable"),
        std::io::ErrorKind::FileTooLarge => {
            ("is larger than 256 MiB".to_owned(), "split it, for example one state for each part of the estate")
        }
        _ => (format!("cannot be read: {error}"), "check the path"),
    };
    Stop::Usage(format!("{} {message}", path.display()), help.to_owned())
}

/// Says what the documents do not tell: what is the same of many entries once, then how much of each kind there is.
fn say_remarks(remarks: &[Remark], strict: bool, screen: Screen) {
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
fn is_sound(text: &str, screen: Screen) -> bool {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("imported topology", text, &mut DiskFiles, &mut sources, &mut sink);
    if let Some(loaded) = &loaded {
        resolve(&loaded.document, Facts::default(), &mut sink);
    }
    let is_sound = loaded.is_some() && !sink.has_errors();
    load::say_diagnostics(sink, &sources, screen);
    is_sound
}
