//! The rooms of `src` and who may look into which: every path of the source text held against one table.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may use. A room always uses itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("net", &[]),
    ("words", &[]),
    ("source", &["net", "words"]),
    ("diagnostic", &["net", "source", "words"]),
    ("azure", &["net", "words"]),
    ("syntax", &["net", "source", "diagnostic", "words"]),
    ("topology", &["net", "source", "diagnostic", "syntax", "azure", "words"]),
    ("bgp", &["net", "azure", "topology", "syntax::document", "words"]),
    ("effective", &["net", "azure", "topology", "bgp", "syntax::document", "words"]),
    ("exchange", &["net", "source", "diagnostic", "azure", "syntax", "topology", "bgp", "effective", "words"]),
    ("settings", &["source", "diagnostic", "words"]),
    ("analysis", &["net", "azure", "topology", "bgp", "effective", "words"]),
    (
        "lint",
        &[
            "net",
            "source",
            "diagnostic",
            "azure",
            "syntax::document",
            "topology",
            "bgp",
            "effective",
            "settings",
            "analysis",
            "words",
        ],
    ),
    (
        "expect",
        &[
            "net",
            "source",
            "diagnostic",
            "azure",
            "syntax::document",
            "topology",
            "bgp",
            "effective",
            "analysis",
            "words",
        ],
    ),
    (
        "report",
        &[
            "net",
            "source",
            "diagnostic",
            "azure",
            "syntax",
            "topology",
            "bgp",
            "effective",
            "exchange",
            "lint",
            "expect",
            "analysis",
            "words",
        ],
    ),
    ("render", &["net", "source", "diagnostic", "report", "words"]),
    ("cli", &["net", "words"]),
    ("cmd", &[EVERYTHING]),
    ("main", &[EVERYTHING]),
];

const EVERYTHING: &str = "*";

/// Crates that belong to certain places only, so that they can be replaced there.
const CRATES: &[(&str, &[&str])] = &[
    ("serde_saphyr", &["src/syntax"]),
    ("toml", &["src/settings"]),
    ("globset", &["src/settings", "src/expect"]),
    ("shlex", &["src/exchange/emit"]),
    ("clap", &["src/cli.rs", "src/cli", "src/cmd", "src/main.rs"]),
    ("clap_complete", &["src/cli.rs", "src/cmd"]),
    ("miette", &["src/render"]),
    ("comfy_table", &["src/render"]),
    ("anstyle", &["src/render"]),
    ("tempfile", &["src/cmd"]),
    ("terminal_size", &["src/cmd"]),
];

/// Where text may leave the process.
const PRINTERS: &[&str] = &["src/cmd", "src/main.rs"];

const LONGEST_FILE: usize = 600;

/// What breaks a rule today: file, what it does, why it is let through. One that is no longer needed fails the test.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "src/exchange/manifest.rs",
        "names serde_saphyr",
        "the manifest of captures is read by serde alone until `syntax` reads it",
    ),
    ("src/azure/registry.rs", "is longer than 600 lines", "a table: one entry a fact, nothing to split by meaning"),
];

/// A source file, without comments and without the contents of texts.
struct File {
    path: String,
    room: String,
    /// Modules between the crate and this file's items.
    depth: usize,
    text: String,
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(file(root, &path));
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(files.len() > 50, "the walk finds the sources");
    files
}

fn file(root: &Path, path: &Path) -> File {
    let parts: Vec<String> =
        path.strip_prefix(root).unwrap().iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let room = parts[1].trim_end_matches(".rs").to_owned();
    let named_after_folder = matches!(parts.last().unwrap().as_str(), "mod.rs" | "lib.rs" | "main.rs");
    let depth = parts.len() - 1 - usize::from(named_after_folder);
    let text = fs::read_to_string(PathBuf::from(path)).unwrap();
    File { path: parts.join("/"), room, depth, code: code(&text), text }
}

/// The text with comments and the contents of texts replaced by blanks; lines stay where they are.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => text_end(rest),
            'r' if !out.ends_with(|before: char| before.is_alphanumeric() || before == '_') => {
                raw_text_end(rest).unwrap_or_default()
            }
            // `'"'` and `'\\'` are characters, `'a` is a lifetime.
            '\'' if rest.starts_with("'\\") => rest[2..].find('\'').map_or(1, |end| end + 3),
            '\'' if rest.chars().nth(2) == Some('\'') => rest.char_indices().nth(3).map_or(rest.len(), |(at, _)| at),
            _ => 0,
        };
        if taken == 0 {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        } else {
            out.extend(rest[..taken].chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
            rest = &rest[taken..];
        }
    }
    out
}

fn text_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_text_end(rest: &str) -> Option<usize> {
    let hashes = rest[1..].chars().take_while(|character| *character == '#').count();
    let body = rest[1 + hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&close).map_or(rest.len(), |end| 1 + hashes + 1 + end + close.len()))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// What follows each occurrence of `word` that is not the end of a longer one.
fn after<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(word)
        .filter(|(at, _)| !code[..*at].ends_with(|before: char| is_word(before) || before == ':'))
        .map(|(at, word)| &code[at + word.len()..])
}

/// The paths that begin with `root::`, down to the second name: `syntax::document`.
fn paths(code: &str, root: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in after(code, root) {
        for path in match rest.strip_prefix('{') {
            None => vec![rest],
            Some(group) => group_members(group),
        } {
            let name: String = path.chars().take_while(|character| is_word(*character)).collect();
            let under = path[name.len()..].strip_prefix("::").unwrap_or_default();
            let under: String = under.chars().take_while(|character| is_word(*character)).collect();
            found.insert(if under.is_empty() { name } else { format!("{name}::{under}") });
        }
    }
    found
}

/// The beginnings of the members of `{a, b::{c, d}}`, without the first brace.
fn group_members(group: &str) -> Vec<&str> {
    let (mut members, mut deep, mut fresh) = (Vec::new(), 0, true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => deep += 1,
            '}' if deep == 0 => break,
            '}' => deep -= 1,
            ',' if deep == 0 => fresh = true,
            _ if fresh && is_word(character) => {
                members.push(&group[at..]);
                fresh = false;
            }
            _ => {}
        }
    }
    members
}

/// True when some chain of `super::` leaves the file's room.
fn climbs_out(file: &File) -> bool {
    let mut in_module = false;
    file.code.lines().any(|line| {
        if line.starts_with("mod ") && line.ends_with('{') {
            in_module = true;
        } else if line.starts_with('}') {
            in_module = false;
        }
        let depth = file.depth + usize::from(in_module);
        after(line, "super::").any(|rest| {
            let further = rest.split("::").take_while(|part| *part == "super").count();
            1 + further >= depth
        })
    })
}

fn is_in(file: &File, places: &[&str]) -> bool {
    places.iter().any(|place| file.path == *place || file.path.starts_with(&format!("{place}/")))
}

/// Every broken rule, as file and what it does.
fn broken(files: &[File]) -> BTreeSet<(String, String)> {
    let rooms: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut broken = BTreeSet::new();
    for file in files {
        let mut breaks = |what: String| broken.insert((file.path.clone(), what));
        if !file.text.starts_with("//! ") {
            breaks("has no `//!` header".into());
        }
        if file.text.lines().count() > LONGEST_FILE {
            breaks(format!("is longer than {LONGEST_FILE} lines"));
        }
        for (name, places) in CRATES {
            if !is_in(file, places) && after(&file.code, &format!("{name}::")).next().is_some() {
                breaks(format!("names {name}"));
            }
        }
        let prints = ["print!", "println!", "eprint!", "eprintln!", "dbg!", "stdout()", "stderr()"];
        let prints = prints.iter().any(|word| {
            file.code.match_indices(word).any(|(at, _)| !file.code[..at].ends_with(|before: char| is_word(before)))
        });
        if prints && !is_in(file, PRINTERS) {
            breaks("prints".into());
        }
        // `lib.rs` only names the rooms.
        if file.room == "lib" {
            continue;
        }
        let Some(allowed) = rooms.get(file.room.as_str()) else {
            breaks(format!("is in the room {}, which the table does not know", file.room));
            continue;
        };
        if climbs_out(file) {
            breaks("leaves its room with `super::`".into());
        }
        for used in paths(&file.code, "crate::").into_iter().chain(paths(&file.code, "rsctl::")) {
            let room = used.split("::").next().unwrap_or_default().to_owned();
            let may = allowed.iter().any(|allowed| *allowed == EVERYTHING || *allowed == room || *allowed == used);
            if room != file.room && !may {
                let part = allowed.iter().any(|allowed| allowed.starts_with(&format!("{room}::")));
                breaks(format!("uses {}", if part { used } else { room }));
            }
        }
    }
    broken
}

#[test]
fn every_file_keeps_to_its_room() {
    let excepted: BTreeSet<(String, String)> =
        EXCEPTIONS.iter().map(|(file, what, _)| ((*file).to_owned(), (*what).to_owned())).collect();
    let broken = broken(&files());
    let new: Vec<String> = broken.difference(&excepted).map(|(file, what)| format!("{file} {what}")).collect();
    assert!(new.is_empty(), "\n{}\nThe rules stand at the top of tests/layers.rs.", new.join("\n"));
    let stale: Vec<String> =
        excepted.difference(&broken).map(|(file, what)| format!("{file} no longer {what}")).collect();
    assert!(stale.is_empty(), "\n{}\nTake it off EXCEPTIONS in tests/layers.rs.", stale.join("\n"));
}

#[test]
fn the_table_knows_every_room_and_no_two_rooms_use_each_other() {
    let rooms: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let present: BTreeSet<String> = files().into_iter().map(|file| file.room).filter(|room| room != "lib").collect();
    assert_eq!(present, rooms.keys().map(|room| (*room).to_owned()).collect());
    for (place, (room, allowed)) in ROOMS.iter().enumerate() {
        for used in allowed.iter().filter(|used| **used != EVERYTHING) {
            let used = used.split("::").next().unwrap_or_default();
            let below = ROOMS[..place].iter().any(|(name, _)| *name == used);
            assert!(below, "{room} uses {used}, which does not stand above it in the table");
        }
    }
}

#[test]
fn paths_are_found_in_every_form_and_never_in_comments_or_texts() {
    let source = r##"
use crate::net::Asn;
pub(crate) use crate::{bgp, syntax::{document::Origin, words}, source::Span};
fn f() -> crate::azure::Fact { let a = ['"', '\'', 'x']; mycrate::no(); }
// crate::comment::no
/* crate::block::no */
const A: &str = "crate::text::no \" crate::text::no";
const B: &str = r#"crate::raw::no " crate::raw::no"#;
impl<'a> crate::effective::Row<'a> {}
"##;
    let found = paths(&code(source), "crate::");
    let expected =
        ["azure::Fact", "bgp", "effective::Row", "net::Asn", "source::Span", "syntax"].map(String::from).into();
    assert_eq!(found, expected);
}

#[test]
fn a_chain_of_super_that_leaves_the_room_is_seen() {
    let file = |path: &str, depth, text: &str| File {
        path: path.into(),
        room: "bgp".into(),
        depth,
        text: text.into(),
        code: code(text),
    };
    assert!(!climbs_out(&file("src/bgp/class.rs", 2, "use super::route::Route;\n")));
    assert!(climbs_out(&file("src/bgp/class.rs", 2, "use super::super::cmd;\n")));
    assert!(climbs_out(&file("src/bgp/mod.rs", 1, "use super::cmd;\n")));
    assert!(!climbs_out(&file("src/bgp/mod.rs", 1, "mod tests {\n    use super::*;\n}\n")));
    assert!(climbs_out(&file("src/bgp/mod.rs", 1, "mod tests {\n    use super::super::cmd;\n}\n")));
}
