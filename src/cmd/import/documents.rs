//! The documents of an import: files, folders of files, standard input.
//!
//! What a document is, `exchange::import` tells.

use crate::cmd::output::Progress;
use crate::cmd::{Stop, load};
use crate::exchange::import::{Importer, Options};
use crate::exchange::text::decode;
use crate::syntax::{DiskFiles, MAX_FILE_BYTES, ReadFiles};
use crate::words::closest;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Reads every document of the paths.
pub(super) fn read(paths: &[String], options: Options) -> Result<Importer, Stop> {
    let is_missing = |first: &&String| first.as_str() != "-" && !Path::new(first).exists();
    if let Some(first) = paths.first().filter(|first| options.tool.is_none() && is_missing(first))
        && let Some(tool) = closest(first, ["az", "arm", "terraform"])
    {
        return Err(Stop::Usage(format!("{first} does not exist"), format!("did you mean `{tool}`?")));
    }
    let mut importer = Importer::new(options);
    let mut files = Vec::new();
    for path in paths {
        if path == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MAX_FILE_BYTES {
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
        importer.add(&path.display().to_string(), text_of(&path)?, is_named);
    }
    progress.finish();
    Ok(importer)
}

/// The text of a file.
pub(super) fn text_of(path: &Path) -> Result<String, Stop> {
    text(&path.display().to_string(), DiskFiles.read(path).map_err(|error| unreadable(path, &error))?)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Stop> {
    decode(bytes).map_err(|(message, help)| Stop::Usage(format!("{name} {message}"), help))
}

/// Files of a folder and the folders in it that may be documents, by name.
pub(super) fn folder(path: &Path) -> Result<Vec<PathBuf>, Stop> {
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
