//! Which topology is compared with which: two that are named, one with a what-if, or each with itself as it was.

use crate::cli::{DiffArgs, WhatIf};
use crate::cmd::Stop;
use crate::cmd::load::STDIN;
use crate::cmd::repository::{Files, Object, Repository, short};
use crate::cmd::topologies::{DEEPEST, in_folder, is_topology, only};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One side of a comparison.
#[derive(Debug)]
pub(super) struct Side {
    /// What it is called, without what is supposed of it.
    pub(super) name: String,
    pub(super) source: Source,
    pub(super) what_if: WhatIf,
}

/// What a side is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A path that `Files` reads.
    Path(String),
    Stdin,
    /// There is no such file on this side.
    Nothing,
}

impl Side {
    fn of(name: &str, source: Source, what_if: &WhatIf) -> Side {
        Side { name: name.to_owned(), source, what_if: what_if.clone() }
    }

    fn file(name: &str, what_if: &WhatIf) -> Side {
        match name {
            "-" => Side::of(STDIN, Source::Stdin, what_if),
            name => Side::of(name, Source::Path(name.to_owned()), what_if),
        }
    }

    fn nothing() -> Side {
        Side::of("nothing", Source::Nothing, &WhatIf::default())
    }

    /// What formats for machines name it by.
    pub(super) fn path(&self) -> PathBuf {
        PathBuf::from(if let Source::Path(path) = &self.source { path } else { &self.name })
    }

    /// What it is called, with what is supposed of it: `estate.rsctl.yaml --down fw1`.
    pub(super) fn told(&self) -> String {
        let flags = flags(&self.what_if).into_iter().map(|(flag, what)| format!(" --{flag} {what}"));
        std::iter::once(self.name.clone()).chain(flags).collect()
    }

    /// The same without what is supposed to have failed: what can fail has to be in this.
    pub(super) fn told_before_failures(&self) -> String {
        let what_if = WhatIf { down: Vec::new(), ..self.what_if.clone() };
        Side { name: self.name.clone(), source: Source::Nothing, what_if }.told()
    }
}

/// What is supposed, flag by flag.
pub(super) fn flags(what_if: &WhatIf) -> Vec<(&'static str, String)> {
    let lists = [("set", &what_if.set), ("without", &what_if.without), ("down", &what_if.down)];
    let texts = lists.into_iter().flat_map(|(flag, list)| list.iter().map(move |what| (flag, what.trim().to_owned())));
    texts.filter(|(_, what)| !what.is_empty()).collect()
}

/// What is compared with what.
pub(super) fn pairs(args: &DiffArgs, files: &mut Files) -> Result<Vec<(Side, Side)>, Stop> {
    if let Some(revision) = &args.base {
        return with_the_past(revision, args, files);
    }
    match args.topologies.as_slice() {
        [old, new] if old == "-" && new == "-" => {
            let help = "name a file for one of them";
            Err(Stop::Usage("standard input cannot be both topologies".into(), help.into()))
        }
        [old, new] => Ok(vec![(named(old, args, files)?, named(new, args, files)?)]),
        few if few.len() <= 1 && !args.what_if.is_empty() => {
            let name = few.first().cloned().map_or_else(only, Ok)?;
            if name == "-" {
                let help = "write it to a file, so that it can be read twice";
                return Err(Stop::Usage("standard input cannot be both topologies".into(), help.into()));
            }
            let new = named(&name, args, files)?;
            Ok(vec![(Side { what_if: WhatIf::default(), source: new.source.clone(), name: new.name.clone() }, new)])
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

/// A file, `-`, or a file at a revision.
fn named(text: &str, args: &DiffArgs, files: &mut Files) -> Result<Side, Stop> {
    match at_revision(text, files)? {
        Some(path) => Ok(Side::of(text, Source::Path(path), &args.what_if)),
        None => Ok(Side::file(text, &args.what_if)),
    }
}

/// The path that `Files` reads for `REV:path`, as `git show` takes it; none for the path of a file.
fn at_revision(text: &str, files: &mut Files) -> Result<Option<String>, Stop> {
    let Some((revision, path)) = split(text) else { return Ok(None) };
    // `C:\estate.rsctl.yaml` is a path, and so is whatever exists.
    if revision.len() <= 1 || path.is_empty() || Path::new(text).exists() {
        return Ok(None);
    }
    let mut repository = Repository::around(Path::new("."))?;
    let commit = repository.commit(revision)?;
    let from_here = |repository: &mut Repository, path: &str| repository.path(Path::new(path));
    let from_root = if path.starts_with("./") || path.starts_with("../") {
        from_here(&mut repository, path)?
    } else {
        path.to_owned()
    };
    match repository.object(&commit, &from_root)? {
        Some(Object::File) => return Ok(Some(files.at(&repository, &commit, revision, &from_root))),
        Some(Object::Folder) => {
            let help = "name a topology in it; with --base REV every topology of a folder is compared with its past";
            return Err(Stop::Usage(format!("`{text}` is a folder"), help.into()));
        }
        None => {}
    }
    let beside = from_here(&mut repository, path)?;
    let help = match repository.object(&commit, &beside)? {
        Some(Object::File) => {
            format!("did you mean `{revision}:./{path}`? The path starts at the root of the repository")
        }
        _ => "the path starts at the root of the repository; write `./` before one that starts here".to_owned(),
    };
    Err(Stop::Usage(format!("`{revision}` has no file `{path}`"), help))
}

/// At the first colon outside of braces: `main@{2026-11-23 12:00}:estate.rsctl.yaml` names a day.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut deep = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => deep += 1,
            '}' => deep = deep.saturating_sub(1),
            ':' if deep == 0 => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

/// A topology that is there now, or was.
struct Candidate {
    name: String,
    /// From the root of the repository.
    path: String,
    was: bool,
}

impl Candidate {
    fn is(&self) -> bool {
        Path::new(&self.name).exists()
    }
}

/// Every file with itself as it was when the current branch left a revision.
fn with_the_past(revision: &str, args: &DiffArgs, files: &mut Files) -> Result<Vec<(Side, Side)>, Stop> {
    let names = &args.topologies;
    if names.iter().any(|name| name == "-") {
        let help = "name a file; `rsctl diff REV:path -` compares standard input with a file at a revision";
        return Err(Stop::Usage("standard input has no past".into(), help.into()));
    }
    let mut repository = Repository::around(Path::new(names.first().map_or(".", String::as_str)))?;
    let base = repository.merge_base(revision)?;
    let candidates = candidates(names, &mut repository, &base)?;
    if candidates.is_empty() {
        let place = if names.is_empty() { "here".to_owned() } else { format!("under {}", names.join(", ")) };
        let help = "topologies are files whose names end in `.rsctl.yaml`; name one";
        return Err(Stop::Usage(format!("there is no topology {place}, and there was none"), help.into()));
    }
    let is_new = |candidate: &&Candidate| candidate.is() && !candidate.was;
    let renamed =
        if candidates.iter().any(|one| is_new(&one)) { repository.renamed(&base)? } else { Default::default() };
    let moved: BTreeSet<&String> =
        candidates.iter().filter(is_new).filter_map(|candidate| renamed.get(&candidate.path)).collect();
    let mut pairs = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.is() || !moved.contains(&candidate.path)) {
        let former = match candidate.was {
            true => Some(&candidate.path),
            false => renamed.get(&candidate.path).filter(|_| candidate.is()),
        };
        let old = match former {
            Some(path) => {
                let source = Source::Path(files.at(&repository, &base, short(&base), path));
                Side::of(&format!("{}:{path}", short(&base)), source, &args.what_if)
            }
            None => Side::nothing(),
        };
        // What neither is nor was is read, to say that it does not exist.
        let new = match candidate.is() || former.is_none() {
            true => Side::file(&candidate.name, &args.what_if),
            false => Side::nothing(),
        };
        pairs.push((old, new));
    }
    Ok(pairs)
}

/// The files that are named, and those of a folder, now and at the base; of the current folder when none is named.
fn candidates(names: &[String], repository: &mut Repository, base: &str) -> Result<Vec<Candidate>, Stop> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut add = |name: String, path: String, was: bool| {
        if known.insert(path.clone()) {
            found.push(Candidate { name, path, was });
        }
    };
    let here = [".".to_owned()];
    let (names, deepest) = if names.is_empty() { (&here[..], 1) } else { (names, DEEPEST) };
    for name in names {
        let folder = Path::new(name);
        let path = repository.path(folder)?;
        let was = repository.object(base, &path)?;
        if !folder.is_dir() && (folder.exists() || was != Some(Object::Folder)) {
            add(name.clone(), path, was == Some(Object::File));
            continue;
        }
        // By path from the folder: what is there now and what was there stand in one order.
        let mut inside: Vec<(String, bool)> = Vec::new();
        let before = if was == Some(Object::Folder) { repository.files(base, &path)? } else { Vec::new() };
        let slash = if path.is_empty() { "" } else { "/" };
        let below = |whole: &str| whole.strip_prefix(&format!("{path}{slash}")).map(str::to_owned);
        let before: BTreeSet<String> = before.iter().filter_map(|whole| below(whole)).collect();
        inside.extend(before.iter().filter(|name| is_searched(name, deepest)).map(|name| (name.clone(), true)));
        for name in in_folder(folder, deepest) {
            let name = Path::new(&name).strip_prefix(folder).unwrap_or(Path::new(&name)).to_string_lossy().into_owned();
            let name = name.replace(std::path::MAIN_SEPARATOR, "/");
            if !before.contains(&name) {
                inside.push((name, false));
            }
        }
        inside.sort();
        for (below, was) in inside {
            let shown = if name == "." { below.clone() } else { folder.join(&below).display().to_string() };
            add(shown, format!("{path}{slash}{below}"), was);
        }
    }
    Ok(found)
}

/// Whether a search of a folder finds a file of this path in it.
fn is_searched(path: &str, deepest: usize) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let Some((name, folders)) = parts.split_last() else { return false };
    is_topology(name) && folders.len() < deepest && !folders.iter().any(|folder| folder.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_ends_at_the_first_colon_outside_of_braces() {
        assert_eq!(split("origin/main:a/b.yaml"), Some(("origin/main", "a/b.yaml")));
        assert_eq!(split("main@{12:00}:a:b"), Some(("main@{12:00}", "a:b")));
        assert_eq!(split("HEAD^{/fix: this}:a"), Some(("HEAD^{/fix: this}", "a")));
        assert_eq!(split("}:a"), Some(("}", "a")));
        assert_eq!(split("estate.rsctl.yaml"), None);
    }

    #[test]
    fn the_past_is_searched_like_the_present() {
        assert!(is_searched("a.rsctl.yaml", 1) && is_searched("x/a.rsctl.yml", 2));
        assert!(!is_searched("x/a.rsctl.yaml", 1) && !is_searched(".x/a.rsctl.yaml", 9) && !is_searched("a.yaml", 9));
    }
}
