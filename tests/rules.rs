//! Every rule on its examples: the bad ones fire it once and nothing else, the good ones nothing at all.
//!
//! A bad example on which other rules rightly fire too says so in a comment: `# also fires: RS0404`.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::diagnostic::Sink;
use rsctl::lint::fix::{applied, together};
use rsctl::lint::{self, Context, Found, Persona, Ruleset, Rulesets};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What every rule of a ruleset finds in a file.
fn findings(path: &Path, ruleset: Ruleset) -> Vec<Found> {
    findings_in(&std::fs::read_to_string(path).unwrap(), path, ruleset)
}

/// The same in a text that stands in place of the file.
fn findings_in(text: &str, path: &Path, ruleset: Ruleset) -> Vec<Found> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text(path.to_str().unwrap(), text, &mut DiskFiles, &mut sources, &mut sink).unwrap();
    let facts = topology::facts_of(&loaded.document, None, &mut sink);
    let resolved = topology::resolve(&loaded.document, facts, &mut sink);
    let said = sink.into_sorted();
    assert!(said.is_empty(), "{}: {said:?}", path.display());
    let resolved = resolved.unwrap();
    let mut all = lint::run(&Context::new(&sources, &loaded.document, &resolved, ruleset), |_| true);
    all.retain(|found| !found.ignored);
    all
}

fn folder(code: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint").join(code)
}

/// The examples of a rule whose names begin with `bad` or `good`.
fn examples(code: &str, kind: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(code)).unwrap_or_else(|error| panic!("fixtures/lint/{code}: {error}"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(kind) && name.ends_with(".rsctl.yaml")
    });
    paths.sort();
    assert!(!paths.is_empty(), "fixtures/lint/{code} has no {kind} example");
    paths
}

/// What the comment `# also fires:` of an example names.
fn also(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lists = text.lines().filter_map(|line| line.strip_prefix("# also fires:"));
    lists.flat_map(|list| list.split([',', ' '])).filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

fn shown(found: &[&Found]) -> String {
    found
        .iter()
        .map(|found| format!("\n  {} {}: {}", found.rule.code, found.rule.name, found.finding.message))
        .collect()
}

fn ruleset_of(rule: &lint::Rule) -> Ruleset {
    if let Rulesets::Only(ruleset) = rule.rulesets { ruleset } else { Ruleset::Azure }
}

#[test]
fn every_rule_fires_once_on_its_bad_examples_and_nothing_else_does() {
    let mut wrong = String::new();
    for rule in lint::all() {
        for path in examples(rule.code, "bad") {
            let all = findings(&path, ruleset_of(rule));
            let own = all.iter().filter(|found| found.rule == *rule).count();
            let others: Vec<&Found> =
                all.iter().filter(|found| found.rule != *rule && found.rule.persona == Persona::Everybody).collect();
            let named: BTreeSet<String> = others.iter().map(|found| found.rule.code.to_owned()).collect();
            if own != 1 || named != also(&path) {
                let all: Vec<&Found> = all.iter().collect();
                wrong.push_str(&format!("{}: {own} times; all:{}\n", path.display(), shown(&all)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn nothing_fires_on_good_examples() {
    let mut wrong = String::new();
    for rule in lint::all() {
        for path in examples(rule.code, "good") {
            let all = findings(&path, ruleset_of(rule));
            let fired: Vec<&Found> = all
                .iter()
                .filter(|found| found.rule == *rule || found.rule.persona == Persona::Everybody)
                .filter(|found| !also(&path).contains(found.rule.code))
                .collect();
            if !fired.is_empty() {
                wrong.push_str(&format!("{}:{}\n", path.display(), shown(&fired)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn messages_keep_the_house_style() {
    for rule in lint::all() {
        for path in examples(rule.code, "bad") {
            for found in findings(&path, ruleset_of(rule)).iter().filter(|found| found.rule == *rule) {
                let finding = &found.finding;
                let place = finding.labels.iter().chain(&finding.path).chain([&finding.place]).map(|label| &label.text);
                let texts =
                    [&finding.message].into_iter().chain(&finding.help).chain(&finding.effects).chain(&finding.notes);
                for text in texts.chain(place).filter(|text| !text.is_empty()) {
                    assert!(!text.ends_with('.'), "{}: {text}", rule.code);
                    assert!(!text.chars().any(char::is_control), "{}: {text:?}", rule.code);
                }
                assert!(finding.help.is_some(), "{}: help says what to do", rule.code);
                assert!(!finding.object.is_empty(), "{}", rule.code);
            }
        }
    }
}

#[test]
fn every_mend_removes_its_finding_and_brings_no_other() {
    let (mut wrong, mut mended) = (String::new(), 0);
    for rule in lint::all() {
        for path in examples(rule.code, "bad") {
            let before = findings(&path, ruleset_of(rule));
            let (count, edits) = together(
                before.iter().filter(|found| found.rule == *rule).filter_map(|found| found.finding.fix.as_ref()),
            );
            let Some(edits) = edits.values().next().filter(|_| count > 0) else { continue };
            mended += 1;
            let text = applied(&std::fs::read_to_string(&path).unwrap(), edits);
            let after = findings_in(&text, &path, ruleset_of(rule));
            let known: BTreeSet<&str> = before.iter().map(|found| found.rule.code).collect();
            let bad: Vec<&Found> =
                after.iter().filter(|found| found.rule == *rule || !known.contains(found.rule.code)).collect();
            if !bad.is_empty() {
                wrong.push_str(&format!("{}:{}\n{text}", path.display(), shown(&bad)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(mended >= 10, "{mended} examples are mended");
}

#[test]
fn every_folder_of_examples_belongs_to_a_rule() {
    let codes: BTreeSet<String> = lint::all().iter().map(|rule| rule.code.to_owned()).collect();
    let entries = std::fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap());
    let folders: BTreeSet<String> = entries
        .filter(|entry| entry.path().is_dir() && entry.file_name().to_string_lossy().starts_with("RS"))
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, codes);
}

#[test]
fn codes_and_names_are_frozen() {
    let list: Vec<String> = lint::all().iter().map(|rule| format!("{} {}", rule.code, rule.name)).collect();
    insta::assert_snapshot!("rule-codes", list.join("\n"));
}

/// What every rule finds in the labs that people ran: read line by line, and right. A new line here is a false alarm until it is read.
#[test]
fn findings_on_observed_labs_are_as_reviewed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed");
    let folders = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut paths: Vec<PathBuf> = folders
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.to_string_lossy().ends_with(".rsctl.yaml"))
        .collect();
    paths.sort();
    let mut list = String::new();
    for path in paths {
        list.push_str(&format!("{}\n", path.strip_prefix(&root).unwrap().display()));
        for found in findings(&path, Ruleset::Azure) {
            let (rule, finding) = (found.rule, &found.finding);
            let strict = if rule.persona == Persona::Strict { " (strict)" } else { "" };
            let severity = found.severity.word();
            list.push_str(&format!("  {severity}{strict} {} {}: {}\n", rule.code, finding.object, finding.message));
        }
    }
    insta::assert_snapshot!("observed-findings", list);
}
