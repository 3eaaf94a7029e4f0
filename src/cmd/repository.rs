//! The Git repository around a topology: its root, what it had at a revision, and files as they were there.
//!
//! What was at a revision is read by running `git`; nothing is written.

use super::Stop;
use crate::syntax::{DiskFiles, MAX_FILE_BYTES, ReadFiles};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Characters of a commit that tell it from every other to people.
const SHORT: usize = 10;

/// The root of the repository that holds a folder, as far as that is known without running `git`.
pub(super) fn root_of(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// A repository with a working tree.
#[derive(Debug)]
pub(super) struct Repository {
    root: PathBuf,
    /// What leads from the root to folders that were asked for.
    prefixes: BTreeMap<PathBuf, String>,
}

/// What is at a path of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    /// A file.
    File,
    /// A folder.
    Folder,
}

impl Repository {
    /// The repository that a file or folder is in, which need not exist.
    pub(super) fn around(path: &Path) -> Result<Self, Stop> {
        let (root, _) = located(&existing(path))?;
        Ok(Repository { root, prefixes: BTreeMap::new() })
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> Result<String, Stop> {
        let named = format!("{revision}^{{commit}}");
        // What begins with a dash would be an option.
        if !revision.starts_with('-')
            && let Ok(commit) = ask(&self.root, &["rev-parse", "--verify", "--quiet", &named])?
        {
            return Ok(line(&commit));
        }
        let help = match self.is_shallow()? {
            true => "this clone is shallow; fetch all of it, in GitHub Actions with `fetch-depth: 0`",
            false => "name a branch, a tag or a commit that this clone has; `git fetch origin main` brings one",
        };
        Err(Stop::Usage(format!("git knows no revision `{revision}`"), help.into()))
    }

    /// Whether the clone has only the newest commits.
    fn is_shallow(&self) -> Result<bool, Stop> {
        Ok(ask(&self.root, &["rev-parse", "--is-shallow-repository"])?.is_ok_and(|answer| answer.trim_end() == "true"))
    }

    /// The commit at which the current branch left a revision.
    pub(super) fn merge_base(&self, revision: &str) -> Result<String, Stop> {
        let commit = self.commit(revision)?;
        ask(&self.root, &["merge-base", &commit, "HEAD"])?.map(|commit| line(&commit)).map_err(|_| {
            let help = "a shallow clone lacks the commit at which they parted; fetch more, in GitHub Actions with `fetch-depth: 0`";
            Stop::Usage(format!("git finds no common ancestor of `{revision}` and HEAD"), help.into())
        })
    }

    /// The path of a file or folder from the root of the repository, as revisions know it, wherever the path starts from; empty for the
    /// root itself.
    pub(super) fn path(&mut self, file: &Path) -> Result<String, Stop> {
        let folder = if file.is_dir() { file.to_owned() } else { file.parent().map(existing).unwrap_or_default() };
        if !self.prefixes.contains_key(&folder) {
            let (root, prefix) = located(&folder)?;
            if root != self.root {
                let message = format!("{} is in another Git repository than {}", file.display(), self.root.display());
                return Err(Stop::Usage(message, "compare the topologies of one repository at a time".into()));
            }
            self.prefixes.insert(folder.clone(), prefix);
        }
        let prefix = self.prefixes.get(&folder).cloned().unwrap_or_default();
        let below = file.strip_prefix(&folder).unwrap_or(file);
        let below: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let whole = format!("{prefix}{}", below.join("/"));
        Ok(inside(&whole).unwrap_or(whole))
    }

    /// What there was at a revision; none when there was nothing.
    pub(super) fn object(&self, commit: &str, path: &str) -> Result<Option<Object>, Stop> {
        let kind = ask(&self.root, &["cat-file", "-t", &format!("{commit}:{path}")])?;
        Ok(match kind.as_deref().map(str::trim_end) {
            Ok("blob") => Some(Object::File),
            Ok("tree") => Some(Object::Folder),
            _ => None,
        })
    }

    /// The files under a folder at a revision, with their paths from the root; the folder is empty for the root itself.
    pub(super) fn files(&self, commit: &str, folder: &str) -> Result<Vec<String>, Stop> {
        let tree = format!("{commit}:{folder}");
        let listed = ask(&self.root, &["ls-tree", "-r", "-z", "--name-only", &tree])?.unwrap_or_default();
        let slash = if folder.is_empty() { "" } else { "/" };
        Ok(listed.split_terminator('\0').map(|name| format!("{folder}{slash}{name}")).collect())
    }

    /// Files that have another path now than at a revision, as far as git can tell: the present path, and the former one.
    pub(super) fn renamed(&self, commit: &str) -> Result<BTreeMap<String, String>, Stop> {
        let args =
            ["diff", "-z", "--name-status", "--find-renames", "--diff-filter=R", "--ignore-submodules", commit, "--"];
        let listed = ask(&self.root, &args)?.unwrap_or_default();
        let parts: Vec<&str> = listed.split_terminator('\0').collect();
        let pairs = parts.chunks_exact(3).map(|parts| (parts[2].to_owned(), parts[1].to_owned()));
        Ok(pairs.collect())
    }

    /// The root as `git` gives it.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

/// The first characters of a commit.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}

/// Files on disk, and files at revisions under the paths that [`Files::at`] gives them.
#[derive(Debug, Default)]
pub(super) struct Files {
    disk: DiskFiles,
    revisions: Vec<Revision>,
}

#[derive(Debug)]
struct Revision {
    /// How the paths of its files begin.
    prefix: String,
    commit: String,
    /// What it is called.
    name: String,
    root: PathBuf,
}

impl Files {
    /// The path under which a file of the repository is read as it was. Files that it names are found beside it.
    pub(super) fn at(&mut self, repository: &Repository, commit: &str, name: &str, path: &str) -> String {
        let known = self.revisions.iter().find(|known| {
            (known.commit.as_str(), known.name.as_str(), &*known.root) == (commit, name, repository.root())
        });
        if let Some(known) = known {
            return format!("{}{path}", known.prefix);
        }
        // No path of the disk begins like that.
        let prefix = format!("{commit}:{}:/", self.revisions.len());
        let path = format!("{prefix}{path}");
        let (commit, name, root) = (commit.to_owned(), name.to_owned(), repository.root().to_owned());
        self.revisions.push(Revision { prefix, commit, name, root });
        path
    }

    /// How the paths of files at revisions begin.
    pub(super) fn prefixes(&self) -> Vec<String> {
        self.revisions.iter().map(|revision| revision.prefix.clone()).collect()
    }

    /// The revision of a path, and the path from the root of the repository; none when it leads out of that.
    fn revision(&self, path: &Path) -> Option<(&Revision, Option<String>)> {
        let text = path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        self.revisions.iter().find_map(|revision| Some((revision, inside(text.strip_prefix(&revision.prefix)?))))
    }
}

/// A path without `.` and `..`, as git wants it; none when it leads out.
fn inside(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

impl ReadFiles for Files {
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        match self.revision(path) {
            Some((revision, Some(path))) => show(revision, &path),
            Some((_, None)) => Err(io::Error::other("it is outside of the repository")),
            None => self.disk.read(path),
        }
    }

    fn name(&self, path: &Path) -> Option<String> {
        let (revision, path) = self.revision(path)?;
        Some(format!("{}:{}", revision.name, path?))
    }
}

/// A file as it was at a revision.
fn show(revision: &Revision, path: &str) -> io::Result<Vec<u8>> {
    let object = format!("{}:{path}", revision.commit);
    let mut child =
        git(&revision.root).args(["cat-file", "blob", &object]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut bytes = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    }
    let status = child.wait()?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    if !status.success() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(bytes)
}

/// Variables that git sets for a hook, and that would stand above the folder that it is asked about.
const OF_A_HOOK: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"];

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for variable in OF_A_HOOK {
        command.env_remove(variable);
    }
    // It neither refreshes its index nor translates what it says.
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").arg("-C").arg(folder).stdin(Stdio::null());
    command
}

/// What git answers, or what it says when it refuses.
fn ask(folder: &Path, args: &[&str]) -> Result<Result<String, String>, Stop> {
    let output = git(folder).args(args).output().map_err(|error| {
        let help = "install git, or compare two files without revisions";
        Stop::Usage(format!("cannot run git: {error}"), help.into())
    })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) })
}

fn line(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).to_owned()
}

/// The path itself when it is a folder, or else the nearest folder around it that exists.
fn existing(path: &Path) -> PathBuf {
    let here = || PathBuf::from(".");
    let found = path.ancestors().find(|folder| folder.is_dir()).map(Path::to_owned);
    found.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(here)
}

/// The root of the repository that holds a folder, and what leads from there to the folder.
fn located(folder: &Path) -> Result<(PathBuf, String), Stop> {
    match ask(folder, &["rev-parse", "--show-toplevel", "--show-prefix"])? {
        Ok(text) => {
            let (root, prefix) = text.split_once('\n').unwrap_or((&text, ""));
            Ok((PathBuf::from(line(root)), line(prefix)))
        }
        Err(said) if said.contains("not a git repository") => Err(Stop::Usage(
            format!("{} is in no Git repository", shown(folder)),
            "revisions can be named inside of one only; compare two files instead".into(),
        )),
        Err(said) => Err(Stop::Usage(
            format!("git refuses to look into {}: {}", shown(folder), said.lines().next().unwrap_or_default()),
            "run `git status` there, and do what it says".into(),
        )),
    }
}

fn shown(folder: &Path) -> String {
    if folder == Path::new(".") { "the current folder".to_owned() } else { folder.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_one_of_a_revision_are_of_that_revision_too() {
        let repository = Repository { root: "/r".into(), prefixes: BTreeMap::new() };
        let mut files = Files::default();
        let path = files.at(&repository, "abc", "origin/main", "estates/a.rsctl.yaml");
        let beside = |name: &str| Path::new(&path).parent().unwrap().join(name);
        assert_eq!(files.name(&beside("base.rsctl.yaml")).unwrap(), "origin/main:estates/base.rsctl.yaml");
        assert_eq!(files.name(&beside("../base.rsctl.yaml")).unwrap(), "origin/main:base.rsctl.yaml");
        assert_eq!(files.name(&beside("../../base.rsctl.yaml")), None);
        assert!(files.read(&beside("../../base.rsctl.yaml")).unwrap_err().to_string().contains("outside"));
        assert!(files.revision(Path::new("estates/base.rsctl.yaml")).is_none());
        assert_eq!(files.at(&repository, "abc", "origin/main", "b"), format!("{}b", files.prefixes()[0]));
    }
}
