//! Which topologies are meant: those that are named, those under a folder, those of the current folder.

use super::Stop;
use std::path::{Path, PathBuf};

/// Folders are not searched deeper than this for topologies.
pub(super) const DEEPEST: usize = 16;

/// Whether a file of this name is a topology.
pub(super) fn is_topology(name: &str) -> bool {
    name.ends_with(".rsctl.yaml") || name.ends_with(".rsctl.yml")
}

/// The only topology of the current folder.
pub(super) fn only() -> Result<String, Stop> {
    let found = in_folder(Path::new("."), 1);
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Stop::Usage(
            "there is no `*.rsctl.yaml` here".into(),
            "name a topology file, or write one with `rsctl init`".into(),
        )),
        many => Err(Stop::Usage(
            format!("there are {} topologies here", many.len()),
            format!("name one of {}", many.join(", ")),
        )),
    }
}

/// The folder of a topology, or the current one, and the root of the repository around it.
pub(super) fn surroundings(name: Option<&str>) -> Result<(PathBuf, Option<PathBuf>), Stop> {
    let here = std::env::current_dir()?;
    let start = name.filter(|name| *name != "-").map_or(here.clone(), |name| here.join(name));
    let start = std::fs::canonicalize(&start).unwrap_or(start);
    let start = if start.is_file() { start.parent().map(Path::to_owned).unwrap_or(here) } else { start };
    let root = start.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
    Ok((start, root))
}

/// The folder that paths are given from: the root of the repository, or the current folder where there is none.
pub(super) fn root(name: Option<&str>) -> Result<PathBuf, Stop> {
    let here = std::env::current_dir()?;
    let (_, root) = surroundings(name)?;
    Ok(root.unwrap_or_else(|| std::fs::canonicalize(&here).unwrap_or(here)))
}

/// The topologies that the arguments name: files, those under a folder, or all of the current folder.
pub(super) fn named(args: &[String]) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    if args.is_empty() {
        names = in_folder(Path::new("."), 1);
        if names.is_empty() {
            let help = "name a topology file or a folder, or write one with `rsctl init`";
            return Err(Stop::Usage("there is no `*.rsctl.yaml` here".into(), help.into()));
        }
    }
    for arg in args {
        if Path::new(arg).is_dir() {
            let found = in_folder(Path::new(arg), DEEPEST);
            if found.is_empty() {
                let help = "topologies are files whose names end in `.rsctl.yaml`";
                return Err(Stop::Usage(format!("there is no topology under {arg}"), help.into()));
            }
            names.extend(found);
        } else {
            names.push(arg.clone());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

/// The topologies of a folder, and of folders in it, in order of name. Hidden folders and links are left out.
pub(super) fn in_folder(folder: &Path, deepest: usize) -> Vec<String> {
    let mut names = Vec::new();
    collect(folder, deepest, &mut names);
    names
}

fn collect(folder: &Path, depth: usize, names: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        let path = if folder == Path::new(".") { PathBuf::from(&name) } else { entry.path() };
        if kind.is_dir() && depth > 1 && !name.starts_with('.') {
            collect(&path, depth - 1, names);
        } else if !kind.is_dir() && is_topology(&name) {
            names.push(path.display().to_string());
        }
    }
}
