//! What lint found, in every format: as reviewed, valid for whoever reads it, and harmless whatever the user's file holds.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/samples.rs"]
mod samples;
#[path = "support/sarif.rs"]
mod sarif_schema;

use hostile::{HOSTILE, any_text};
use proptest::prelude::*;
use rsctl::diagnostic::{Severity, Sink};
use rsctl::lint::{self, Context, Edit, Fix, Ruleset};
use rsctl::render::diagnostic::Options;
use rsctl::render::findings::{azure_pipelines, concise, github, gitlab, human, json, junit, markdown, rdjson, sarif};
use rsctl::render::{rule, terminal};
use rsctl::report::lint::{FindingView, LintReport};
use rsctl::report::rules::RuleView;
use rsctl::source::{FileId, Sources, Span};
use rsctl::syntax::{DiskFiles, load};
use rsctl::topology;
use rsctl::words::is_harmful;
use samples::{at, finding, findings, full, label, report, rules, sources};
use sarif_schema::{SARIF, assert_valid};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

const PLAIN: Options = Options { colour: false, unicode: true, width: 100 };

type Writer = fn(&LintReport<'_>, &mut dyn Write) -> io::Result<()>;

/// Every format that takes nothing but the report, by the name of its snapshot.
const FORMATS: &[(&str, Writer)] = &[
    ("human", |report, out| human::write(report, &PLAIN, out)),
    ("concise", concise::write),
    ("json", json::write),
    ("sarif", sarif::write),
    ("github", github::write),
    ("azure-pipelines", azure_pipelines::write),
    ("gitlab", gitlab::write),
    ("junit", junit::write),
    ("rdjson", rdjson::write),
    ("markdown", markdown::write),
];

fn text(writer: Writer, report: &LintReport<'_>) -> String {
    let mut out = Vec::new();
    writer(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn value(writer: Writer, report: &LintReport<'_>) -> Value {
    serde_json::from_str(&text(writer, report)).unwrap()
}

#[test]
fn the_formats_are_as_reviewed() {
    let sources = sources();
    let report = full(&sources);
    insta::with_settings!({ filters => vec![(r#""semanticVersion": "[^"]*""#, r#""semanticVersion": "[version]""#)] }, {
        for (name, writer) in FORMATS {
            insta::assert_snapshot!(*name, text(*writer, &report));
        }
    });
}

#[test]
fn a_report_without_findings_is_told_too() {
    let sources = sources();
    let report = LintReport { in_baseline: 2, ..report(&sources, Vec::new()) };
    let told = FORMATS.iter().filter(|(name, _)| !matches!(*name, "sarif" | "json"));
    let told: Vec<String> = told.map(|(name, writer)| format!("== {name}\n{}", text(*writer, &report))).collect();
    insta::assert_snapshot!("clean", told.join("\n"));
    let log = value(sarif::write, &report);
    assert_valid(&log);
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()), "GitHub closes alerts by an empty list");
}

#[test]
fn what_lint_finds_in_a_file_on_disk_is_placed_from_the_root_of_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("fixtures/lint/RS0103/bad.rsctl.yaml");
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink).unwrap();
    let facts = topology::facts_of(&loaded.document, None, &mut sink);
    let estate = topology::resolve(&loaded.document, facts, &mut sink).unwrap();
    let context = Context::new(&sources, &loaded.document, &estate, Ruleset::Azure);
    let found = lint::run(&context, |rule| rule.code == "RS0103");
    let found = found.into_iter().map(|found| {
        let severity = found.severity;
        FindingView::new(found, 0, severity)
    });
    let mut report = LintReport {
        root: std::fs::canonicalize(root).unwrap(),
        topologies: vec![path.to_str().unwrap().to_owned()],
        ..report(&sources, found.collect())
    };
    let log = value(sarif::write, &report);
    assert_valid(&log);
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "rsctl/fixtures/lint/RS0103/bad.rsctl.yaml/");
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "fixtures/lint/RS0103/bad.rsctl.yaml");
    assert!(text(github::write, &report).contains("file=fixtures/lint/RS0103/bad.rsctl.yaml,line=6,col=26,"));

    report.root = root.join("src");
    let outside = value(sarif::write, &report)["runs"][0]["results"][0]["locations"][0]["physicalLocation"].take();
    let uri = outside["artifactLocation"]["uri"].as_str().unwrap().to_owned();
    assert!(uri.starts_with("file:///") && !uri.starts_with("file:////"), "{uri}");
}

#[test]
fn the_last_line_counts_and_says_where_to_read_on() {
    let sources = sources();
    let last = |report: &LintReport<'_>| {
        text(|report, out| human::write(report, &PLAIN, out), report).lines().last().unwrap().to_owned()
    };
    let all = report(&sources, findings());
    assert_eq!(last(&all), "1 error, 2 warnings, 1 note in estate.rsctl.yaml; rsctl explain RS0103 says more");
    let two = LintReport { topologies: vec!["a".into(), "b".into()], in_baseline: 1, ..report(&sources, Vec::new()) };
    assert_eq!(last(&two), "2 topologies: no findings (1 in the baseline)");
    assert_eq!(last(&report(&sources, Vec::new())), "estate.rsctl.yaml: no findings");
}

#[test]
fn colour_adds_codes_and_changes_nothing_else() {
    let sources = sources();
    let report = full(&sources);
    let coloured = text(|report, out| human::write(report, &Options { colour: true, ..PLAIN }, out), &report);
    assert!(coloured.contains("\u{1b}[31m"));
    let plain = text(|report, out| human::write(report, &PLAIN, out), &report);
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    for options in
        [terminal::Options { colour: true, width: Some(60) }, terminal::Options { colour: false, width: Some(60) }]
    {
        let mut out = Vec::new();
        rule::human(&rules()[0], options, &mut out).unwrap();
        let told = String::from_utf8(out).unwrap();
        assert_eq!(told.contains('\u{1b}'), options.colour);
        assert!(anstream::adapter::strip_str(&told).to_string().lines().all(|line| line.chars().count() <= 60));
    }
}

#[test]
fn sarif_is_valid_by_the_official_schema() {
    let sources = sources();
    assert_valid(&value(sarif::write, &full(&sources)));
    let every_rule: Vec<RuleView> = lint::all().iter().map(|rule| RuleView::from(*rule)).collect();
    assert_valid(&value(sarif::write, &LintReport { rules: every_rule, ..full(&sources) }));
    let no_rule = LintReport { rules: Vec::new(), ..full(&sources) };
    assert_valid(&value(sarif::write, &no_rule));
    assert!(!SARIF.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })), "the schema refuses something");
}

#[test]
fn sarif_has_what_github_asks_for() {
    let sources = sources();
    let every_rule: Vec<RuleView> = lint::all().iter().map(|rule| RuleView::from(*rule)).collect();
    for listed in [rules(), every_rule] {
        let log = value(sarif::write, &LintReport { rules: listed.clone(), ..full(&sources) });
        assert_eq!(log["runs"].as_array().unwrap().len(), 1);
        let run = &log["runs"][0];
        assert_eq!(run["automationDetails"]["id"], "rsctl/estate.rsctl.yaml/");
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let descriptors = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(descriptors.len(), listed.len());
        for rule in descriptors {
            for key in ["shortDescription", "fullDescription"] {
                let length = rule[key]["text"].as_str().unwrap().chars().count();
                assert!((1..=1024).contains(&length), "{}: {key}", rule["id"]);
            }
            assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
            assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("## What\n"));
            assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
            let precision = rule["properties"]["precision"].as_str().unwrap();
            assert!(["very-high", "high", "medium", "low"].contains(&precision));
            let severity = rule["properties"]["problem.severity"].as_str().unwrap();
            assert!(["error", "warning", "recommendation"].contains(&severity));
        }
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 4, "what is ignored is left out");
        for result in results {
            let (id, message) = (result["ruleId"].as_str().unwrap(), result["message"]["text"].as_str().unwrap());
            match result["ruleIndex"].as_u64() {
                Some(index) => assert_eq!(descriptors[index as usize]["id"], id),
                None => assert!(!listed.iter().any(|rule| rule.code == id)),
            }
            assert!(!result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().is_empty());
            let region = &result["locations"][0]["physicalLocation"]["region"];
            for key in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(region[key].as_u64().unwrap() >= 1);
            }
            let related = result["relatedLocations"].as_array().map(Vec::as_slice).unwrap_or_default();
            assert!(related.len() <= 10);
            for location in related {
                assert!(message.contains(&format!("]({})", location["id"])), "{message}");
            }
        }
    }
}

#[test]
fn sarif_keeps_to_the_limits_of_code_scanning() {
    let sources = sources();
    let mut one = finding("RS0402", at(1, "to-fw"), "o", "m");
    one.labels = (0..30).map(|number| label(at(0, "nva"), &format!("place {number}"))).collect();
    one.path = vec![label(at(0, "nva"), "step"); 2_000];
    let log = value(sarif::write, &report(&sources, vec![one.clone()]));
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 10);
    assert_eq!(result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 1_000);
    assert!(result["message"]["text"].as_str().unwrap().ends_with("[place 9](10) and 20 more."));

    let numbered = |number: usize| FindingView {
        fingerprint: format!("{number:032x}"),
        ..finding("RS0601", at(0, "nva"), "o", "m")
    };
    let mut many: Vec<FindingView> = (0..25_001).map(numbered).collect();
    many.push(finding("RS0103", at(0, "nva"), "o", "m"));
    let log = value(sarif::write, &report(&sources, many));
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
    assert_eq!(run["results"][0]["level"], "error", "the worst are kept");
    let notice = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(notice, "Only the worst 25000 of 25002 findings are in this file.");
    assert_valid(&log);
}

#[test]
fn a_fingerprint_counts_equal_findings_and_knows_no_lines() {
    let sources = sources();
    let twice = |topology, word| FindingView { topology, ..finding("RS0103", at(0, word), "o", "m") };
    let mut report = report(&sources, vec![twice(0, "nva"), twice(1, "nva"), twice(0, "hub")]);
    report.topologies.push("other.rsctl.yaml".to_owned());
    let log = value(sarif::write, &report);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let hashes: Vec<&str> = results
        .iter()
        .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
        .collect();
    assert_eq!(hashes.len(), 2, "what two topologies share is told once");
    assert!(hashes[0].ends_with("rs0103:1") && hashes[1].ends_with("rs0103:2"), "{hashes:?}");
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "rsctl/");

    let issues = value(gitlab::write, &report);
    let prints: BTreeSet<&str> =
        issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 3, "GitLab wants every one to be unique");
}

#[test]
fn github_gets_the_worst_first_and_ten_of_a_kind() {
    let sources = sources();
    let many = |code, count| std::iter::repeat_with(move || finding(code, at(0, "nva"), "o", "m")).take(count);
    let all: Vec<FindingView> = many("RS0601", 12).chain(many("RS0402", 11)).chain(many("RS0103", 3)).collect();
    let text = text(github::write, &report(&sources, all));
    let levels: Vec<&str> = text.lines().map(|line| line[2..].split(' ').next().unwrap()).collect();
    let count = |level| levels.iter().filter(|found| **found == level).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (3, 10, 10));
    assert!(levels.windows(2).all(|pair| pair[0] <= pair[1] || pair == ["warning", "notice"]), "{levels:?}");
    assert_eq!(
        text.lines().last().unwrap(),
        "::notice title=rsctl::1 more warning, 3 more notes in estate.rsctl.yaml; `rsctl lint` lists them all"
    );
}

#[test]
fn a_comment_stays_under_the_limit_of_github_and_says_what_is_missing() {
    let sources = sources();
    let one = FindingView { help: Some("do this ".repeat(500)), ..finding("RS0402", at(1, "to-fw"), "o", "m") };
    let mut report = report(&sources, vec![one; 2_000]);
    report.fixed_since_baseline = vec![("RS0103".to_owned(), "object".to_owned()); 5_000];
    let text = text(markdown::write, &report);
    assert!(text.len() < 65_536 && text.len() > 50_000, "{}", text.len());
    assert!(text.starts_with("<!-- rsctl:lint -->\n"));
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("**Cut, because comments have a limit:** ") && last.contains("not told in full"),
        "{last}"
    );
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

#[test]
fn junit_is_xml_with_a_suite_for_each_topology() {
    let sources = sources();
    let mut report = full(&sources);
    report.topologies.push("clean & <tidy>.rsctl.yaml".to_owned());
    let xml = text(junit::write, &report);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let suites: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    assert_eq!(suites.len(), 2);
    let count = |node: &roxmltree::Node<'_, '_>, tag: &str| {
        node.descendants().filter(|child| child.has_tag_name(tag)).count().to_string()
    };
    for suite in suites.iter().chain([&document.root_element()]) {
        assert_eq!(suite.attribute("tests"), Some(count(suite, "testcase").as_str()));
        assert_eq!(suite.attribute("failures"), Some(count(suite, "failure").as_str()));
    }
    assert_eq!(suites[1].attribute("name"), Some("clean & <tidy>.rsctl.yaml"));
    assert_eq!(count(&suites[1], "testcase"), "1", "a clean topology is a test that passed");
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    let names: Vec<_> = cases.map(|case| (case.attribute("classname"), case.attribute("name"))).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn a_suggestion_is_the_whole_mend_and_counts_bytes() {
    let sources = sources();
    let document = value(rdjson::write, &report(&sources, findings()));
    let suggestions: Vec<&Value> =
        document["diagnostics"].as_array().unwrap().iter().map(|finding| &finding["suggestions"]).collect();
    assert_eq!(suggestions[1][0]["text"], "10.0.0.64/26");
    let both = &suggestions[2][0];
    assert_eq!(both["text"], "Zurich-app: { prefix: 10.1.0.0/24, route_table: to-fw2 }");
    // `ü` is two bytes: counted in characters, the end would be at 62.
    assert_eq!((&both["range"]["start"]["column"], &both["range"]["end"]["column"]), (&7.into(), &63.into()));
    assert!(suggestions[3].is_null(), "a mend in two files is no suggestion");
}

#[test]
fn json_keeps_edits_to_the_letter() {
    let sources = sources();
    let document = value(json::write, &full(&sources));
    assert_eq!(document["formatVersion"], "1.0");
    assert_eq!(document["findings"][3]["fix"]["edits"][0]["text"], HOSTILE);
    assert_eq!(document["summary"]["ignored"], 1);
    assert_eq!(document["ignored"][0]["code"], "RS0601");
}

#[test]
fn rules_are_explained_as_reviewed() {
    let mut out = Vec::new();
    for each in rules() {
        rule::human(&each, terminal::Options { colour: false, width: Some(80) }, &mut out).unwrap();
        writeln!(out, "----").unwrap();
    }
    insta::assert_snapshot!("rule-human", String::from_utf8(out).unwrap());
    let mut out = Vec::new();
    rule::markdown_all(&rules(), &mut out).unwrap();
    insta::assert_snapshot!("rule-markdown", String::from_utf8(out).unwrap());
}

#[test]
fn every_rule_can_be_explained() {
    let every_rule: Vec<RuleView> = lint::all().iter().map(|rule| RuleView::from(*rule)).collect();
    let mut out = Vec::new();
    rule::markdown_all(&every_rule, &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    for each in &every_rule {
        assert!(page.contains(&format!("\n## {} {}\n", each.code, each.name)), "{}", each.code);
        let link = format!("](#{}-{})", each.code.to_lowercase(), each.name);
        assert_eq!(page.matches(&link).count(), 1, "{}", each.code);
        for width in [None, Some(1), Some(300)] {
            rule::human(each, terminal::Options { colour: false, width }, &mut io::sink()).unwrap();
        }
    }
}

prop_compose! {
    fn any_finding()(
        texts in proptest::collection::vec(any_text(), 8),
        places in proptest::collection::vec((any::<bool>(), 0u32..300, 0u32..300), 5),
        code in prop_oneof![Just("RS0103"), Just("RS0402"), Just("RS0601")],
        is_fixed: bool,
    ) -> FindingView {
        let span = |index: usize| {
            let (file, start, end) = places[index];
            Span { file: FileId(u16::from(file)), start, end }
        };
        let edit = |index: usize| Edit { span: span(index), text: texts[7].clone() };
        FindingView {
            place: label(span(0), &texts[2]),
            labels: vec![label(span(1), &texts[3])],
            effects: vec![texts[4].clone()],
            notes: vec![texts[5].clone()],
            path: vec![label(span(2), &texts[3])],
            help: Some(texts[6].clone()),
            fix: is_fixed.then(|| Fix { title: texts[5].clone(), edits: vec![edit(3), edit(4)] }),
            ..finding(code, span(0), &texts[0], &texts[1])
        }
    }
}

/// What each format promises of its form, whatever the text says.
fn check_form(report: &LintReport<'_>) -> Result<(), TestCaseError> {
    for (name, writer) in FORMATS {
        let text = text(*writer, report);
        let harmful = text.chars().find(|letter| *letter != '\n' && is_harmful(*letter));
        prop_assert!(harmful.is_none(), "{name}: {harmful:?} in {text:?}");
        match *name {
            "json" | "sarif" | "gitlab" | "rdjson" => prop_assert!(serde_json::from_str::<Value>(&text).is_ok()),
            "junit" => prop_assert!(roxmltree::Document::parse(&text).is_ok(), "{text}"),
            "github" => {
                prop_assert_eq!(text.lines().count(), report.findings.len());
                for line in text.lines() {
                    let (properties, _) = line[2..].split_once("::").unwrap();
                    prop_assert!(properties.split(',').all(|property| property.matches('=').count() == 1), "{line}");
                }
            }
            "azure-pipelines" => {
                prop_assert_eq!(text.lines().count(), report.findings.len());
                let commands = report.findings.iter().filter(|finding| finding.severity > Severity::Note).count();
                let (issues, notes): (Vec<&str>, Vec<&str>) =
                    text.lines().partition(|line| line.starts_with("##vso[task.logissue type="));
                prop_assert_eq!(issues.len(), commands, "{}", text);
                prop_assert!(notes.iter().all(|line| !line.contains("##")), "{text}");
                for line in issues {
                    // What the agent reads as properties ends where it should.
                    let (properties, _) = line.split_once(']').unwrap();
                    let (_, properties) = properties.split_once(' ').unwrap();
                    prop_assert_eq!(properties.matches(';').count(), 5, "{}", line);
                }
            }
            "concise" => prop_assert_eq!(text.lines().count(), report.findings.len()),
            "markdown" => {
                prop_assert!(text.starts_with("<!-- rsctl:lint -->\n") && text.len() < 65_536);
                let rows = text.lines().filter(|line| line.starts_with("| ")).count();
                prop_assert_eq!(rows, report.findings.len() + 2);
            }
            _ => {}
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_text_of_the_user_breaks_a_format(
        findings in proptest::collection::vec(any_finding(), 1..4),
        name in any_text(),
        files in proptest::array::uniform2("[ab \\t\\r\\né京\u{feff}\u{1b}\u{202e}]{0,60}"),
    ) {
        let mut sources = Sources::default();
        for (index, text) in files.into_iter().enumerate() {
            let path = format!("nowhere/{index}{}", name.replace(['/', '\0', '\\'], "="));
            sources.add(name.clone(), path.replace('=', "-"), text);
        }
        let mut report = report(&sources, findings);
        report.topologies = vec![format!("nowhere/{}", name.replace('\0', ""))];
        report.fixed_since_baseline = vec![(name.clone(), name)];
        check_form(&report)?;
        assert_valid(&value(sarif::write, &report));
    }
}
