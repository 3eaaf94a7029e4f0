//! Formats of `rsctl diff` through the command: where they go, and that they say the same.

use super::{against, edited, folder, has_controls, rsctl, snapshot};
use serde_json::Value;
use std::fs;

fn new() -> String {
    edited(&[("next_hop: 10.0.1.4", "next_hop: None")])
}

#[test]
fn every_format_is_as_reviewed() {
    for format in ["json", "markdown", "sarif", "github"] {
        let run = against(&new(), &["-o", format]).fine();
        assert!(!has_controls(&run.stdout), "{format}");
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        snapshot(&format!("format-{format}"), &run.stdout.replace(&version, "\"version\": \"(version)\""));
    }
}

#[test]
fn several_formats_are_written_in_one_run_and_only_one_is_printed() {
    let folder = folder(&[("old.rsctl.yaml", super::ESTATE), ("new.rsctl.yaml", &new())]);
    let args = ["diff", "old.rsctl.yaml", "new.rsctl.yaml"];
    let more = ["-o", "json=d.json", "-o", "human", "-o", "markdown=d.md", "-o", "sarif=d.sarif", "-o", "github=d.txt"];
    let run = rsctl(folder.path(), &[&args[..], &more].concat()).fine();
    assert_eq!(run.stdout, rsctl(folder.path(), &args).fine().stdout);
    for (format, file) in [("json", "d.json"), ("markdown", "d.md"), ("sarif", "d.sarif"), ("github", "d.txt")] {
        let alone = rsctl(folder.path(), &[&args[..], &["-o", format]].concat()).fine();
        assert_eq!(fs::read_to_string(folder.path().join(file)).unwrap(), alone.stdout, "{format}");
    }
}

#[test]
fn only_a_terminal_is_coloured_and_never_a_file() {
    let folder = folder(&[("old.rsctl.yaml", super::ESTATE), ("new.rsctl.yaml", &new())]);
    let args = ["diff", "old.rsctl.yaml", "new.rsctl.yaml"];
    assert!(!has_controls(&rsctl(folder.path(), &args).fine().stdout));
    let coloured = rsctl(folder.path(), &[&args[..], &["--color", "always"]].concat()).fine();
    assert!(coloured.stdout.contains('\x1b'));
    rsctl(folder.path(), &[&args[..], &["--color", "always", "-o", "human=d.txt"]].concat()).fine();
    assert!(!has_controls(&fs::read_to_string(folder.path().join("d.txt")).unwrap()));
}

#[test]
fn formats_for_machines_place_the_edit_from_the_root_of_the_repository() {
    let folder = folder(&[("net/old.rsctl.yaml", super::ESTATE), ("net/new.rsctl.yaml", &new())]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    let args = ["diff", "old.rsctl.yaml", "new.rsctl.yaml", "-o"];
    let below = folder.path().join("net");
    let json = rsctl(&below, &[&args[..], &["json"]].concat()).fine().json();
    assert_eq!(json["pairs"][0]["path"], "net/new.rsctl.yaml");
    let sarif: Value = rsctl(&below, &[&args[..], &["sarif"]].concat()).fine().json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "net/new.rsctl.yaml");
    assert_eq!(place["region"]["startLine"], 22);
    let github = rsctl(&below, &[&args[..], &["github"]].concat()).fine();
    assert!(github.stdout.contains("file=net/new.rsctl.yaml,line=22"), "{}", github.stdout);
}
