//! What the user is told about files that are wrong: every fixture's complete output, word for word.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::diagnostic::{Diagnostic, Label, Place, Severity, Sink};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, Loaded, MAX_FILE_BYTES, ReadFiles, load, load_text};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

fn position(label: &Label, sources: &Sources) -> String {
    let file = sources.file(label.span.file);
    let position = file.position(label.span.start);
    let width = sources.text(label.span).chars().count();
    format!("{}:{}:{}+{width}", file.name.trim_start_matches("fixtures/bad/"), position.line, position.column)
}

fn plain(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        match &diagnostic.place {
            Place::In(label) => {
                writeln!(out, "{}: {severity}: {}", position(label, sources), diagnostic.message).unwrap();
                writeln!(out, "  here: {}", label.text).unwrap();
            }
            Place::File(name) => writeln!(out, "{name}: {severity}: {}", diagnostic.message).unwrap(),
        }
        for label in &diagnostic.labels {
            writeln!(out, "  also: {}: {}", position(label, sources), label.text).unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}

fn check_habits(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let labels = diagnostic.labels.iter().chain(match &diagnostic.place {
            Place::In(label) => Some(label),
            Place::File(_) => None,
        });
        let texts = labels.map(|label| &label.text).chain([&diagnostic.message]).chain(&diagnostic.help);
        for text in texts {
            assert!(!text.ends_with('.') && !text.is_empty(), "{text:?}");
            assert!(!text.chars().any(char::is_control), "{text:?}");
        }
        assert!(diagnostic.help.is_some(), "{}", diagnostic.message);
    }
}

fn from_disk(path: &str) -> (Option<Loaded>, String) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load(path, &mut DiskFiles, &mut sources, &mut sink);
    let diagnostics = sink.into_sorted();
    check_habits(&diagnostics);
    (loaded, plain(&diagnostics, &sources))
}

struct NoFiles;

impl ReadFiles for NoFiles {
    fn read(&mut self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn from_bytes(bytes: impl Into<Vec<u8>>) -> (Option<Loaded>, String) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("t.rsctl.yaml", bytes, &mut NoFiles, &mut sources, &mut sink);
    let diagnostics = sink.into_sorted();
    check_habits(&diagnostics);
    (loaded, plain(&diagnostics, &sources))
}

#[test]
fn every_bad_file_is_explained() {
    let mut paths: Vec<_> = std::fs::read_dir("fixtures/bad")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".rsctl.yaml"))
        .collect();
    paths.sort();
    assert!(paths.len() > 30);
    for name in paths {
        let (_, report) = from_disk(&format!("fixtures/bad/{name}"));
        assert!(report.contains("error: "), "{name} is fine");
        insta::assert_snapshot!(name.trim_end_matches(".rsctl.yaml"), report);
    }
}

#[test]
fn twelve_mistakes_are_twelve_diagnostics_in_one_run() {
    let (loaded, report) = from_disk("fixtures/bad/twelve-mistakes.rsctl.yaml");
    assert_eq!(report.matches(": error: ").count(), 12, "{report}");
    assert!(loaded.is_some(), "names stay known for what follows");
}

#[test]
fn names_of_broken_objects_stay_known() {
    let (loaded, _) = from_disk("fixtures/bad/wrong-kinds.rsctl.yaml");
    let nvas: Vec<String> = loaded.unwrap().document.nvas.into_iter().map(|nva| nva.name.value).collect();
    assert_eq!(nvas, ["fw1", "fw2"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let mut reports = String::new();
    for path in ["fixtures/bad", "fixtures/bad/none.rsctl.yaml", ""] {
        let (loaded, report) = from_disk(path);
        assert!(loaded.is_none());
        reports.push_str(&report);
    }
    insta::assert_snapshot!("unreadable", reports);
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    struct Huge;
    impl ReadFiles for Huge {
        fn read(&mut self, _: &Path) -> io::Result<Vec<u8>> {
            Err(io::ErrorKind::FileTooLarge.into())
        }
    }
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    assert!(load("huge.rsctl.yaml", &mut Huge, &mut sources, &mut sink).is_none());
    let report = plain(&sink.into_sorted(), &sources);
    assert!(report.contains("is larger than 256 MiB"), "{report}");

    let folder = std::env::temp_dir().join(format!("rsctl-too-large-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("sparse.rsctl.yaml");
    std::fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    let refused = DiskFiles.read(&path).map(|bytes| bytes.len());
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
}

#[test]
fn files_that_are_no_text_are_refused() {
    let utf16: Vec<u8> = "rsctl: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut reports = String::new();
    for bytes in [
        &b""[..],
        b"# only a comment\n\n",
        b"\xEF\xBB\xBF\n---\n",
        b"rsctl: 1\nvnets:\n  gr\xFC\xDFe: {}\n",
        &utf16,
        &[0xFF, 0xFE, b'r', 0],
        &[0; 64],
        b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0",
    ] {
        let (loaded, report) = from_bytes(bytes);
        assert!(loaded.is_none() || report.contains("error"), "{bytes:?}");
        reports.push_str(&report);
        reports.push('\n');
    }
    insta::assert_snapshot!("no-text", reports);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let (loaded, report) =
        from_bytes("\u{feff}rsctl: 1\r\nvnets:\r\n  hub:\r\n    address_space:\r\n      - 10.0.0.0/16\r\n");
    assert_eq!(report, "");
    let document = loaded.unwrap().document;
    assert_eq!(document.vnets[0].body.address_space[0].value.to_string(), "10.0.0.0/16");
    let (_, report) = from_bytes("\u{feff}rsctl: 1\r\nvnets:\r\n  hub: { address_space: 10.0.0.1/16 }\r\n");
    assert!(report.starts_with("t.rsctl.yaml:3:25+11: error: "), "{report}");
}

#[test]
fn hostile_files_end_quickly_and_with_an_explanation() {
    let mut laughs = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (above, below) in ('a'..'j').zip('b'..'k') {
        let aliases = vec![format!("*{above}"); 9].join(", ");
        writeln!(laughs, "{below}: &{below} [{aliases}]").unwrap();
    }
    let mut merges = String::from("a: &a { x: 1 }\nb: &b\n  <<: *a\n");
    for _ in 0..5000 {
        merges.push_str("  <<: *a\n");
    }
    let cases = [
        ("laughs", laughs),
        ("own", "a: &a { b: *a }\n".to_owned()),
        ("brackets", "[".repeat(10_000)),
        ("maps", "{a: ".repeat(10_000)),
        ("dashes", "- ".repeat(10_000)),
        ("questions", "? ".repeat(10_000)),
        ("deep", (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        ("merges", merges),
    ];
    let mut reports = String::new();
    for (name, text) in cases {
        let (loaded, report) = from_bytes(text);
        assert!(loaded.is_none() || report.contains("error"), "{name}");
        writeln!(reports, "{name}\n{}", report.chars().take(600).collect::<String>()).unwrap();
    }
    insta::assert_snapshot!("hostile", reports);
}

#[test]
fn many_aliases_of_a_long_list_are_refused() {
    let mut text = format!("a: &a [{}]\nb:\n", vec!["x"; 2_500].join(", "));
    text.push_str(&"- *a\n".repeat(2_500));
    let (loaded, report) = from_bytes(text);
    assert!(loaded.is_none() && report.contains("the aliases of this file unfold to too much"), "{report}");
}

#[test]
fn honest_large_files_are_not_taken_for_hostile_ones() {
    let mut text = String::from("rsctl: 1\nvnets:\n  s0: &body { region: westeurope, address_space: 10.0.0.0/16 }\n");
    for index in 1..2_000 {
        writeln!(text, "  s{index}: {{ <<: *body, address_space: 10.1.0.0/16 }}").unwrap();
    }
    text.push_str("nvas:\n  fw: &fw\n    subnet: hub/nva\n    ip: 10.0.0.4\n    advertises: &table\n");
    for index in 0..2_000 {
        writeln!(text, "      - 10.{}.{}.0/24", index / 256, index % 256).unwrap();
    }
    for index in 0..100 {
        writeln!(text, "  fw{index}: {{ subnet: hub/nva, ip: 10.0.0.5, advertises: *table }}").unwrap();
    }
    let (loaded, report) = from_bytes(text);
    assert_eq!(report, "");
    assert_eq!(loaded.unwrap().document.nvas[100].body.originates.len(), 2_000);
}

#[test]
fn a_table_of_mistakes_is_cut_after_a_hundred() {
    struct Table;
    impl ReadFiles for Table {
        fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
            assert_eq!(path, Path::new("tables/t.txt"));
            Ok("10.0.0.1/8\n".repeat(250).into())
        }
    }
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let text =
        "rsctl: 1\nsites: { a: { prefixes: { from: tables/t.txt } }, b: { prefixes: { from: tables/t.txt } } }\n";
    load_text("t.rsctl.yaml", text, &mut Table, &mut sources, &mut sink).unwrap();
    let report = plain(&sink.into_sorted(), &sources);
    assert_eq!(report.matches("has host bits set").count(), 100);
    assert_eq!(report.matches("150 more mistakes").count(), 1);
}

#[test]
fn overlays_nest_sixteen_deep_and_no_deeper() {
    struct Chain;
    impl ReadFiles for Chain {
        fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
            let number: usize = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
            Ok(if number == 0 { "sites: {}\n".into() } else { format!("extends: {}.yaml\n", number - 1).into() })
        }
    }
    let load = |number: usize| {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let text = format!("rsctl: 1\nextends: {number}.yaml\n");
        let loaded = load_text("top.yaml", text, &mut Chain, &mut sources, &mut sink);
        (loaded.is_some(), plain(&sink.into_sorted(), &sources))
    };
    assert_eq!(load(15), (true, String::new()));
    let (loaded, report) = load(16);
    assert!(!loaded && report.contains("more than 16 files extend each other"), "{report}");
}

#[test]
fn no_damage_to_a_file_makes_the_reader_panic() {
    let good = std::fs::read("fixtures/valid/everything.rsctl.yaml").unwrap();
    let pieces: [&[u8]; 14] =
        [b"", b":", b"- ", b"{", b"]", b"\"", b"*a", b"&a ", b"\n", b"\t", b"\xC3", b"null", b"<<: ", b"\n---\n"];
    let rounds = if cfg!(debug_assertions) { 200 } else { 5_000 };
    let mut seed: usize = 1;
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..rounds {
        let mut bytes = good.clone();
        for _ in 0..=draw(3) {
            let at = draw(bytes.len());
            let end = (at + draw(12)).min(bytes.len());
            bytes.splice(at..end, pieces[draw(pieces.len())].iter().copied());
        }
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        load_text("fixtures/valid/damaged", bytes, &mut DiskFiles, &mut sources, &mut sink);
        let diagnostics = sink.into_sorted();
        check_habits(&diagnostics);
        plain(&diagnostics, &sources);
    }
}
