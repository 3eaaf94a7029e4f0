//! `rsctl import --sanitize`: reads captures, writes them under other names and numbers into a new folder, all or nothing.

use super::documents;
use crate::cmd::{Exit, Screen, Stop, output};
use crate::exchange::import::sanitize::{Capture, Refusal, sanitize};
use crate::words::plural;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// Refusals that are told one by one.
const MOST: usize = 20;

pub(super) fn run(folder: &Path, paths: &[String], screen: Screen) -> Result<Exit, Stop> {
    may_write(folder)?;
    let captures = captures(paths)?;
    // Drawn for this run and kept nowhere: whoever knew it could undo some of the renaming.
    let seed = RandomState::new().hash_one(0);
    let made = sanitize(&captures, seed).map_err(|refusals| {
        say(&refusals, &captures, screen);
        Stop::Said
    })?;
    write(folder, &made)?;
    output::note(screen, &format!("{} written to {}", plural(made.len(), "document", "documents"), folder.display()));
    output::note(
        screen,
        "look at them before you share them: the shape of the estate, regions and Azure's own words are kept",
    );
    Ok(Exit::Fine)
}

/// A folder that exists is only written to when nothing is in it.
fn may_write(folder: &Path) -> Result<(), Stop> {
    let is_free = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    match is_free {
        true => Ok(()),
        false => Err(Stop::Usage(
            format!("{} is not an empty folder", folder.display()),
            "name a new folder; nothing is overwritten".into(),
        )),
    }
}

/// The documents, named from the folder that they were found in.
fn captures(paths: &[String]) -> Result<Vec<Capture>, Stop> {
    let mut captures = Vec::new();
    for path in paths {
        let path = Path::new(path);
        let (files, base) = match path.is_dir() {
            true => (documents::folder(path)?, path),
            false => (vec![path.to_path_buf()], path.parent().unwrap_or(Path::new(""))),
        };
        for file in files {
            let name = file.strip_prefix(base).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            captures.push(Capture { name, text: documents::text_of(&file)? });
        }
    }
    Ok(captures)
}

fn say(refusals: &[Refusal], captures: &[Capture], screen: Screen) {
    for refusal in refusals.iter().take(MOST) {
        let name = captures.get(refusal.capture).map_or("", |capture| capture.name.as_str());
        let message = format!("{name}: {}: {}", refusal.place, refusal.message);
        output::complain(screen, &message, &refusal.help);
    }
    if refusals.len() > MOST {
        output::note(screen, &format!("{} more", refusals.len() - MOST));
    }
}

/// Beside its place first, then moved there, so that half a capture never looks like a whole one.
fn write(folder: &Path, captures: &[Capture]) -> Result<(), Stop> {
    let failed = |error: std::io::Error| {
        let message = format!("cannot write {}: {error}", folder.display());
        Stop::Usage(message, "check that the folder around it exists and may be written to".into())
    };
    let around = folder.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(".rsctl-").tempdir_in(around).map_err(failed)?;
    for capture in captures {
        let file = made.path().join(&capture.name);
        std::fs::create_dir_all(file.parent().unwrap_or(made.path())).map_err(failed)?;
        std::fs::write(&file, &capture.text).map_err(failed)?;
    }
    if folder.exists() {
        std::fs::remove_dir(folder).map_err(failed)?;
    }
    let made = made.keep();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&made, std::fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    std::fs::rename(&made, folder).map_err(failed)
}
