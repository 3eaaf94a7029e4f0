//! The Git repository around a topology: its root, and files as they were at a revision.
//!
//! What was at a revision is read by running `git`; nothing is written.

use super::Stop;
use crate::syntax::{DiskFiles, MAX_FILE_BYTES, ReadFiles};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository that holds a folder.
pub(super) fn root_of(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// Files on disk, and files at revisions under the paths that [`Files::at`] gives them.
#[derive(Debug, Default)]
pub(super) struct Files {
    disk: DiskFiles,
    revisions: Vec<String>,
}

impl Files {
    /// The path under which a file of the repository is read as it was: `REV:/path`, whose folders other files are found in.
    pub(super) fn at(&mut self, revision: &str, path: &str) -> String {
        if !self.revisions.iter().any(|known| known == revision) {
            self.revisions.push(revision.to_owned());
        }
        format!("{revision}:/{path}")
    }

    fn revision<'p>(&self, path: &'p Path) -> Option<(&str, &'p str)> {
        let text = path.to_str()?;
        let of = |revision: &String| {
            text.strip_prefix(revision.as_str())?.strip_prefix(":/").map(|rest| (revision.len(), rest))
        };
        let (length, rest) = self.revisions.iter().filter_map(of).max()?;
        self.revisions
            .iter()
            .find(|revision| revision.len() == length && text.starts_with(revision.as_str()))
            .map(|revision| (revision.as_str(), rest))
    }
}

impl ReadFiles for Files {
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        match self.revision(path) {
            Some((revision, path)) => show(revision, path),
            None => self.disk.read(path),
        }
    }
}

/// A file as it was at a revision.
fn show(revision: &str, path: &str) -> io::Result<Vec<u8>> {
    let object = format!("{revision}:{path}");
    let mut child = Command::new("git")
        .args(["cat-file", "blob", &object])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
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

/// What git answers in one line; none when it refuses.
fn ask(folder: &Path, args: &[&str]) -> Result<Option<String>, Stop> {
    let output = Command::new("git").arg("-C").arg(folder).args(args).stdin(Stdio::null()).output();
    let output = output.map_err(|error| {
        Stop::Usage(format!("cannot run git: {error}"), "install git, or compare two files without revisions".into())
    })?;
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    Ok(output.status.success().then_some(text))
}

/// The commit that a revision names.
pub(super) fn commit(folder: &Path, revision: &str) -> Result<String, Stop> {
    inside(folder)?;
    if !revision.starts_with('-')
        && let Some(commit) = ask(folder, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?
    {
        return Ok(commit);
    }
    let help = "name a branch, a tag or a commit that this clone has; `git fetch origin main` brings one";
    Err(Stop::Usage(format!("git knows no revision `{revision}`"), help.into()))
}

/// The commit at which the current branch left a revision.
pub(super) fn merge_base(folder: &Path, revision: &str) -> Result<String, Stop> {
    let commit = commit(folder, revision)?;
    ask(folder, &["merge-base", &commit, "HEAD"])?.ok_or_else(|| {
        let help = "a shallow clone lacks the commit at which they parted; fetch more, in GitHub Actions with `fetch-depth: 0`";
        Stop::Usage(format!("git finds no common ancestor of `{revision}` and HEAD"), help.into())
    })
}

fn inside(folder: &Path) -> Result<(), Stop> {
    match ask(folder, &["rev-parse", "--is-inside-work-tree"])? {
        Some(_) => Ok(()),
        None => Err(Stop::Usage(
            format!("{} is in no Git repository", folder.display()),
            "revisions can be named inside of one only; compare two files instead".into(),
        )),
    }
}

/// The path of a file from the root of its repository, as revisions know it, wherever the path starts from.
pub(super) fn path_from_root(file: &Path) -> Result<String, Stop> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    inside(folder)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let prefix = ask(folder, &["rev-parse", "--show-prefix"])?.unwrap_or_default();
    Ok(format!("{prefix}{name}"))
}

/// Whether a file existed at a revision.
pub(super) fn exists(revision: &str, path: &str) -> Result<bool, Stop> {
    Ok(ask(Path::new("."), &["cat-file", "-e", &format!("{revision}:{path}")])?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_one_of_a_revision_are_of_that_revision_too() {
        let mut files = Files::default();
        let path = files.at("origin/main", "estates/a.rsctl.yaml");
        let beside = Path::new(&path).parent().unwrap().join("base.rsctl.yaml");
        assert_eq!(files.revision(&beside), Some(("origin/main", "estates/base.rsctl.yaml")));
        assert_eq!(files.revision(Path::new("estates/base.rsctl.yaml")), None);
    }
}
