//! What differs between two topologies, in every format: as reviewed, valid for whoever reads it, and harmless whatever the files hold.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/diffs.rs"]
mod diffs;
#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/sarif.rs"]
mod sarif_schema;

use diffs::{causes, explained, fate, idle, of_text, report, rich, route, sources, subnets};
use hostile::any_text;
use proptest::prelude::*;
use rsctl::render::diff::human::Options;
use rsctl::render::diff::{github, human, json, markdown, sarif};
use rsctl::render::terminal;
use rsctl::report::diff::{Change, DiffReport, EditView, FateView, How, Kind, PairDiff};
use rsctl::source::{Sources, Span};
use rsctl::words::is_harmful;
use sarif_schema::assert_valid;
use serde_json::Value;
use std::io::{self, Write};

const PIPE: Options = Options { terminal: terminal::Options { colour: false, width: None }, all: false };

type Writer = fn(&DiffReport<'_>, &mut dyn Write) -> io::Result<()>;

/// Every format that takes nothing but the report, by the name of its snapshot.
const FORMATS: &[(&str, Writer)] = &[
    ("human", |report, out| human::write(report, PIPE, out)),
    ("json", json::write),
    ("markdown", markdown::write),
    ("sarif", sarif::write),
    ("github", github::write),
];

fn text(writer: Writer, report: &DiffReport<'_>) -> String {
    let mut out = Vec::new();
    writer(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn value(writer: Writer, report: &DiffReport<'_>) -> Value {
    serde_json::from_str(&text(writer, report)).unwrap()
}

fn shown(report: &DiffReport<'_>, options: Options) -> String {
    let mut out = Vec::new();
    human::write(report, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn on_terminal(width: usize) -> Options {
    Options { terminal: terminal::Options { colour: false, width: Some(width) }, all: false }
}

fn last_line(report: &DiffReport<'_>) -> String {
    shown(report, PIPE).lines().last().unwrap().to_owned()
}

/// A pair with this many subnets that lose this many ranges each, and with this many edits that each cause one of the losses.
fn huge(many: usize) -> PairDiff {
    let span = Span { file: diffs::NEW, start: 0, end: 5 };
    let edit = |number: usize| EditView {
        path: format!("vnets.spoke{number}.address_space"),
        change: Change::Changed,
        old: None,
        new: Some(span),
        values: (Some("x".repeat(100)), None),
        entries: 1,
    };
    let side = |text: &str| fate(text, "BGP", &["fw1"], &[text]);
    let group = |number: usize| {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| format!("spoke{number}/{name}"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let lost = route(Kind::Lost, &["10.0.0.0/8"], side("in spoke"), side("dropped"), causes(How::Alone, &[number]));
        subnets(&names, vec![lost])
    };
    let edits = (0..2 * many).map(edit).collect();
    PairDiff { subnets: (0..many).map(group).collect(), edits, ..idle() }
}

#[test]
fn the_formats_are_as_reviewed() {
    let sources = sources();
    let report = report(&sources, vec![rich()]);
    insta::with_settings!({ filters => vec![(r#""semanticVersion": "[^"]*""#, r#""semanticVersion": "[version]""#)] }, {
        for (name, writer) in FORMATS {
            insta::assert_snapshot!(*name, text(*writer, &report));
        }
    });
}

#[test]
fn several_pairs_have_a_heading_each_and_one_total() {
    let sources = sources();
    let report =
        report(&sources, vec![explained(), PairDiff { new: "other.rsctl.yaml".to_owned(), ..explained() }, idle()]);
    let told = FORMATS.iter().filter(|(name, _)| matches!(*name, "human" | "markdown" | "github"));
    let told: Vec<String> = told.map(|(name, writer)| format!("== {name}\n{}", text(*writer, &report))).collect();
    insta::assert_snapshot!("pairs", told.join("\n"));
    let document = value(json::write, &report);
    assert_eq!(document["pairs"].as_array().unwrap().len(), 3);
    let (whole, one) = (&document["summary"], &document["pairs"][0]["summary"]);
    assert_eq!(whole["lost"].as_u64().unwrap(), 2 * one["lost"].as_u64().unwrap());
    assert_eq!((&whole["idleEdits"], &one["idleEdits"]), (&5.into(), &1.into()));
}

#[test]
fn where_nothing_differs_that_is_told() {
    let sources = sources();
    let report = report(&sources, vec![idle()]);
    let told: Vec<String> = FORMATS
        .iter()
        .filter(|(name, _)| *name != "sarif")
        .map(|(name, writer)| format!("== {name}\n{}", text(*writer, &report)))
        .collect();
    insta::assert_snapshot!("nothing", told.join("\n"));
    let log = value(sarif::write, &report);
    assert_valid(&log);
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()), "GitHub closes alerts by an empty list");
}

#[test]
fn the_last_line_says_how_much_differs() {
    let sources = sources();
    let line = |pairs: Vec<PairDiff>| last_line(&report(&sources, pairs));
    assert_eq!(
        line(vec![explained()]),
        "Diff: 11 subnets · 2 gained, 9 lost, 2 moved, 9 no longer inspected · 2 subnets added, 1 subnet removed · \
         4 routes on 2 sessions (1 edit without effect)"
    );
    assert_eq!(line(vec![idle()]), "Diff: no difference in routing (3 edits without effect)");
    assert_eq!(line(vec![PairDiff::default()]), "Diff: no difference in routing");
    let unsure = PairDiff { remarks: vec!["routes never settle".to_owned()], ..PairDiff::default() };
    assert_eq!(line(vec![unsure]), "Diff: no difference in routing as far as it was worked out");
    let sessions = PairDiff { subnets: Vec::new(), edits: Vec::new(), ..explained() };
    assert_eq!(line(vec![sessions]), "Diff: 4 routes on 2 sessions");
    assert_eq!(shown(&report(&sources, Vec::new()), PIPE), "", "what could not be read was said already");
}

#[test]
fn an_edit_is_without_effect_only_when_every_cause_is_known() {
    let sources = sources();
    let told = |pair: PairDiff| shown(&report(&sources, vec![pair]), PIPE);
    let note = "estate.rsctl.yaml:13 nvas.fw1.note added: 100%, Zürich";
    assert!(told(explained()).contains(&format!("\nno effect: {note}\n")));
    assert!(told(rich()).contains(&format!("\neffect not known: {note}\n")));
    let pair = value(json::write, &report(&sources, vec![rich()]))["pairs"][0].take();
    assert_eq!((&pair["idleEdits"], &pair["openEdits"]), (&Vec::<u8>::new().into(), &vec![5].into()));
}

#[test]
fn only_marks_that_are_used_are_explained() {
    let sources = sources();
    let legend = |pair: PairDiff| {
        let text = shown(&report(&sources, vec![pair]), PIPE);
        text.lines().rev().nth(2).unwrap().to_owned()
    };
    assert_eq!(
        legend(explained()),
        "+ gained · - lost · ~ moved or changed · ! no longer inspected · ? rests on an open fact"
    );
    let mut one = explained();
    one.sessions.clear();
    one.subnets.retain(|diff| diff.subnets == ["spoke9/app"]);
    one.edits.truncate(4);
    one.edits.drain(..3);
    one.subnets[0].causes = causes(How::Alone, &[0]);
    assert_eq!(legend(one), "- lost");
}

#[test]
fn what_a_change_means_is_told_once_and_in_words() {
    let sources = sources();
    let told = |kind, before: FateView, after: FateView| {
        let change = route(kind, &["10.0.0.0/8"], before, after, causes(How::Unknown, &[]));
        let pair = PairDiff { subnets: vec![subnets(&["a/b"], vec![change])], ..idle() };
        let text = shown(&report(&sources, vec![pair]), PIPE);
        let lines: Vec<&str> = text.lines().skip(1).take_while(|line| !line.contains("not known")).collect();
        lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" | ")
    };
    let by = |by: &str, passes: &[&str]| fate("fw", by, passes, &["at dc1"]);
    let cases = [
        (Kind::Moved, by("BGP", &["fw1"]), by("BGP", &["fw2"]), "~ 10.0.0.0/8: fw [BGP] | passes fw2 instead of fw1"),
        (Kind::Moved, by("BGP", &["a", "b"]), by("", &["a"]), "~ 10.0.0.0/8: fw [BGP → none] | no longer passes b"),
        (Kind::Uninspected, by("", &["a"]), by("", &["a"]), "! 10.0.0.0/8: fw | no longer all inspected"),
        (Kind::Inspected, by("", &["a"]), by("", &["a"]), "~ 10.0.0.0/8: fw | now all inspected"),
        (
            Kind::Uninspected,
            by("", &["a"]),
            by("", &["b"]),
            "! 10.0.0.0/8: fw | no longer inspected by a, newly by b in part",
        ),
        (
            Kind::Lost,
            fate("the internet", "system", &[], &["the internet"]),
            fate("dropped", "system", &[], &["dropped"]),
            "- 10.0.0.0/8: the internet → dropped [system]",
        ),
        (
            Kind::Gained,
            fate("the peering", "", &[], &[]),
            fate("the peering", "", &[], &["in spoke2", "at dc1"]),
            "+ 10.0.0.0/8: the peering | ends: nowhere → in spoke2 and at dc1",
        ),
    ];
    for (kind, before, after, expected) in cases {
        assert_eq!(told(kind, before, after), expected);
    }
}

#[test]
fn colour_adds_codes_and_changes_nothing_else() {
    let sources = sources();
    let report = report(&sources, vec![rich(), idle()]);
    for width in [None, Some(60)] {
        let of = |colour| shown(&report, Options { terminal: terminal::Options { colour, width }, all: false });
        assert!(of(true).contains("\u{1b}[31m"));
        assert_eq!(anstream::adapter::strip_str(&of(true)).to_string(), of(false));
    }
}

#[test]
fn lines_keep_to_the_width_of_a_terminal() {
    let sources = sources();
    let report = report(&sources, vec![rich(), idle()]);
    let narrow = shown(&report, on_terminal(60));
    insta::assert_snapshot!("narrow", narrow);
    // A name is never broken, so that it can be copied.
    let longest =
        |text: &str| text.lines().filter(|line| line.trim_start().contains(' ')).map(|line| line.chars().count()).max();
    assert!(longest(&narrow).unwrap() <= 60, "{narrow}");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&narrow), words(&shown(&report, PIPE)), "nothing is lost by wrapping");
}

#[test]
fn all_names_prefixes_and_edits_are_told_when_asked_for() {
    let sources = sources();
    let mut pair = rich();
    pair.edits = std::iter::repeat_n(pair.edits[5].clone(), 12).collect();
    for change in pair.subnets.iter_mut().flat_map(|diff| &mut diff.changes) {
        change.causes = causes(How::Alone, &[0]);
    }
    let report = report(&sources, vec![pair]);
    let few = shown(&report, PIPE);
    assert!(few.contains("spoke5/app and 4 more\n") && few.contains("10.2.8.0/24 and 2 more: "), "{few}");
    assert!(few.contains("\nno effect: 3 more edits\n"), "{few}");
    let all = shown(&report, Options { all: true, ..PIPE });
    assert!(all.contains("spoke8/app, spoke9/app\n") && all.contains("10.2.10.0/24, 10.2.12.0/24: "), "{all}");
    assert!(!all.contains(" more"), "{all}");
}

#[test]
fn json_has_every_field_and_both_places_of_an_edit() {
    let sources = sources();
    let pair = value(json::write, &report(&sources, vec![rich()]))["pairs"][0].take();
    let first = &pair["subnets"][0]["changes"][0];
    assert_eq!(first["before"]["nextHops"], serde_json::json!(["10.0.1.4", "10.0.1.5"]));
    assert_eq!((&first["kind"], &first["causes"]["how"]), (&"moved".into(), &"alone".into()));
    assert_eq!((&pair["subnets"][1]["presence"], &pair["sessions"][0]["before"]), (&"onlyNew".into(), &Value::Null));
    let removed = &pair["edits"][3];
    assert_eq!(
        (&removed["old"]["location"]["start"]["line"], &removed["new"]["location"]["start"]["line"]),
        (&7.into(), &2.into())
    );
    assert_eq!((&removed["change"], &removed["new"]["value"]), (&"removed".into(), &Value::Null));
}

#[test]
fn sarif_has_a_result_for_each_edit_that_changes_something() {
    let sources = sources();
    let log = value(sarif::write, &report(&sources, vec![rich()]));
    assert_valid(&log);
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "rsctl-diff/estate.rsctl.yaml/");
    let told: Vec<(&str, &str, u64)> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let line = result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
            (result["ruleId"].as_str().unwrap(), result["level"].as_str().unwrap(), line)
        })
        .collect();
    let expected = [
        ("diff/lost", "error", 11),
        ("diff/gained", "note", 5),
        ("diff/gained", "note", 13),
        ("diff/inspected", "note", 5),
        ("diff/subnet", "note", 2),
        ("diff/subnet", "note", 7),
    ];
    assert_eq!(told, expected);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
    }
    for rule in rules {
        for key in ["shortDescription", "fullDescription"] {
            assert!((1..=1024).contains(&rule[key]["text"].as_str().unwrap().chars().count()), "{}", rule["id"]);
        }
        assert!(
            !rule["help"]["text"].as_str().unwrap().is_empty()
                && !rule["help"]["markdown"].as_str().unwrap().is_empty()
        );
        let severity = rule["properties"]["problem.severity"].as_str().unwrap();
        assert!(["error", "warning", "recommendation"].contains(&severity));
    }
}

#[test]
fn a_difference_without_a_known_cause_stands_at_the_first_edit_or_at_the_beginning_of_the_file() {
    let sources = sources();
    let unknown = || {
        let mut pair = rich();
        pair.sessions.clear();
        pair.subnets.retain(|diff| diff.subnets == ["spoke2/db"]);
        pair
    };
    let place = |pair: PairDiff| {
        let log = value(sarif::write, &report(&sources, vec![pair]));
        assert_valid(&log);
        let mut result = log["runs"][0]["results"][0].clone();
        let message = result["message"]["text"].take().as_str().unwrap().to_owned();
        let place = result["locations"][0]["physicalLocation"].take();
        (place["artifactLocation"]["uri"].clone(), place["region"]["startLine"].clone(), message)
    };
    let (uri, line, message) = place(unknown());
    assert_eq!((uri, line), ("estate.rsctl.yaml".into(), 5.into()));
    assert!(message.ends_with("; not known which edit causes it."), "{message}");
    let (uri, line, message) = place(PairDiff { edits: Vec::new(), ..unknown() });
    assert_eq!((uri, line), ("estate.rsctl.yaml".into(), 1.into()));
    assert!(message.ends_with("; no edit causes it."), "{message}");
}

#[test]
fn a_fingerprint_knows_the_edit_and_what_it_does_and_no_lines() {
    let (here, mut there) = (sources(), Sources::default());
    for id in here.ids() {
        let file = here.file(id);
        there.add(file.name.clone(), file.path.clone(), format!("# moved\n\n{}", file.text));
    }
    let moved = |span: Option<Span>| span.map(|span| Span { start: span.start + 9, end: span.end + 9, ..span });
    let mut pair = explained();
    pair.edits.iter_mut().for_each(|edit| (edit.old, edit.new) = (moved(edit.old), moved(edit.new)));
    let prints = |sources: &Sources, pair: PairDiff| -> Vec<Value> {
        let log = value(sarif::write, &report(sources, vec![pair]));
        log["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["partialFingerprints"].clone())
            .collect()
    };
    let before = prints(&here, explained());
    assert_eq!(before, prints(&there, pair));
    let distinct: std::collections::BTreeSet<String> = before.iter().map(Value::to_string).collect();
    assert_eq!(distinct.len(), before.len());
    let mut other = explained();
    other.subnets[2].changes.remove(0);
    assert_ne!(before[0], prints(&here, other)[0], "an edit that no longer loses traffic is another alert");
}

#[test]
fn github_gets_the_worst_first_and_ten_of_a_kind() {
    let sources = sources();
    let text = text(github::write, &report(&sources, vec![huge(12)]));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 11);
    assert!(
        lines[..10]
            .iter()
            .all(|line| line.starts_with("::error title=rsctl (diff/lost),file=estate.rsctl.yaml,line=1,"))
    );
    assert_eq!(lines[10], "::notice title=rsctl::2 more errors in estate.rsctl.yaml; `rsctl diff` lists them all");
}

#[test]
fn a_comment_stays_under_the_limit_of_github_and_says_what_is_missing() {
    let sources = sources();
    let text = text(markdown::write, &report(&sources, vec![huge(3_000)]));
    assert!(text.len() < 65_536 && text.len() > 50_000, "{}", text.len());
    assert!(text.starts_with("<!-- rsctl:diff -->\n"));
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("**Cut, because comments have a limit:** "), "{last}");
    for missing in ["changes are not in the table", "changes are not told in full", "edits are not named"] {
        assert!(last.contains(missing), "{last}");
    }
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

/// What each format promises of its form, whatever the text says.
fn check_form(report: &DiffReport<'_>) -> Result<(), TestCaseError> {
    let narrow: Writer = |report, out| human::write(report, on_terminal(40), out);
    let all: Writer = |report, out| human::write(report, Options { all: true, ..PIPE }, out);
    for (name, writer) in FORMATS.iter().chain(&[("narrow", narrow), ("all", all)]) {
        let text = text(*writer, report);
        let harmful = text.chars().find(|letter| *letter != '\n' && is_harmful(*letter));
        prop_assert!(harmful.is_none(), "{name}: {harmful:?} in {text:?}");
        match *name {
            "json" => prop_assert!(serde_json::from_str::<Value>(&text).is_ok()),
            "sarif" => assert_valid(&serde_json::from_str(&text).unwrap()),
            "github" => {
                for line in text.lines() {
                    let (properties, _) = line[2..].split_once("::").unwrap();
                    // Title, file and either two lines or two lines with columns; a path may hold a `=`.
                    prop_assert!(properties.split(',').all(|property| property.contains('=')), "{line}");
                    prop_assert!([4, 6].contains(&properties.split(',').count()), "{line}");
                }
            }
            "markdown" => {
                prop_assert!(text.starts_with("<!-- rsctl:diff -->\n") && text.len() < 65_536);
                let rows = text.lines().filter(|line| line.starts_with("| ")).count();
                prop_assert_eq!(rows, report.pairs.len() * 10 + 2);
                let opened = text.lines().filter(|line| line.starts_with("<details><summary>")).count();
                prop_assert_eq!(opened, text.lines().filter(|line| *line == "</details>").count());
                let columns = if report.pairs.len() > 1 { 6 } else { 5 };
                for row in text.lines().filter(|line| line.starts_with("| ")) {
                    let bars = row.replace("\\\\", "").replace("\\|", "").matches('|').count();
                    prop_assert_eq!(bars, columns + 1, "{}", row);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn a_hostile_name_is_text_in_every_format() {
    let sources = sources();
    let report = report(&sources, vec![diffs::hostile()]);
    check_form(&report).unwrap();
    let told = FORMATS.iter().filter(|(name, _)| matches!(*name, "human" | "markdown" | "github"));
    let told: Vec<String> = told.map(|(name, writer)| format!("== {name}\n{}", text(*writer, &report))).collect();
    insta::assert_snapshot!("hostile", told.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_of_the_user_breaks_a_format(texts in proptest::collection::vec(any_text(), 1..3)) {
        let sources = sources();
        let pairs = texts.iter().map(|text| of_text(text)).collect();
        check_form(&report(&sources, pairs))?;
    }
}
