//! What is written, for people and for machines.

use super::{estate, folder, rsctl, run};
use roxmltree::Document;

/// One of each outcome, two of them with one name.
const EACH: &str = "- { name: \"a <name> & 'more'\", from: spoke1/app, to: internet, via: [fw1, fw2] }
- { every: { subnets: \"*/*\" }, to: internet, via: \"fw?\" }
- { name: twice, from: lonely/app, to: internet, reaches: true, must_fail: true }
- { name: 'twice', from: spoke1/app, to: internet, reaches: true, must_fail: true }
- { name: 'no directive # SKIP', from: spoke1/app, to: internet, reaches: true, survives: { any: 2, of: nva } }";

#[test]
fn people_are_told_as_cargo_tells_them() {
    let run = run(EACH, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    insta::assert_snapshot!("human", run.stdout);
}

#[test]
fn all_that_holds_ends_with_0() {
    let run = run("- { from: spoke1/app, to: internet, reaches: true }", &[]).fine();
    insta::assert_snapshot!("human-ok", run.stdout);
}

#[test]
fn tap_counts_every_test_and_hides_directives_of_names() {
    let run = run(EACH, &["-o", "tap"]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!("tap", run.stdout);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!((lines[0], lines[1]), ("TAP version 14", "1..5"));
    let points = lines.iter().filter(|line| line.starts_with("ok ") || line.starts_with("not ok "));
    assert_eq!(points.count(), 5);
    let todo = lines.iter().filter(|line| line.contains(" # TODO")).count();
    assert_eq!(todo, 1);
    let blocks = lines.iter().filter(|line| **line == "  ---").count();
    assert_eq!(blocks, lines.iter().filter(|line| **line == "  ...").count());
}

#[test]
fn junit_is_xml_and_its_counts_agree_with_its_cases() {
    let run = run(EACH, &["-o", "junit"]);
    let xml = Document::parse(&run.stdout).unwrap();
    let suite = xml.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
    let with = |name: &str| cases.iter().filter(|case| case.children().any(|child| child.has_tag_name(name))).count();
    let said = |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
    assert_eq!((cases.len(), with("failure"), with("skipped")), (5, 3, 1));
    assert_eq!((said("tests"), said("failures"), said("skipped")), (5, 3, 1));
    let names: Vec<&str> = cases.iter().map(|case| case.attribute("name").unwrap()).collect();
    assert_eq!((names[0], names[2], names[3]), ("a <name> & 'more'", "twice", "twice (2)"));
    assert!(cases.iter().all(|case| case.attribute("file") == Some("estate.rsctl.yaml")), "{}", run.stdout);
    let failure = cases[1].children().find(|child| child.has_tag_name("failure")).unwrap();
    assert!(failure.text().unwrap().contains("rsctl trace --from"), "{}", run.stdout);
}

#[test]
fn several_formats_go_to_several_places_and_people_still_see_theirs() {
    let folder = folder(&[("estate.rsctl.yaml", &estate(EACH))]);
    let run = rsctl(folder.path(), &["test", "-o", "human", "-o", "junit=r.xml", "-o", "json=r.json"]);
    assert!(run.stdout.starts_with("running 5 expectations of estate.rsctl.yaml\n"), "{}", run.stdout);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(Document::parse(&read("r.xml")).is_ok());
    let json: serde_json::Value = serde_json::from_str(&read("r.json")).unwrap();
    assert_eq!((&json["passed"], &json["failed"], &json["knownToFail"]), (&1.into(), &3.into(), &1.into()));
    let refused = rsctl(folder.path(), &["test", "-o", "human", "-o", "json"]).refused();
    assert!(refused.contains("more than one format"), "{refused}");
}

#[test]
fn several_topologies_are_one_run() {
    let passes = estate("- { from: spoke1/app, to: internet, reaches: true }");
    let fails = estate("- { from: lonely/app, to: internet, reaches: true }");
    let folder = folder(&[("a.rsctl.yaml", &passes), ("b.rsctl.yaml", &fails), ("c.rsctl.yaml", super::ESTATE)]);
    let run = rsctl(folder.path(), &["test"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("of a.rsctl.yaml") && run.stdout.contains("of b.rsctl.yaml"), "{}", run.stdout);
    assert!(run.stdout.ends_with("test result: FAILED. 1 passed; 1 failed\n"), "{}", run.stdout);
    assert_eq!(rsctl(folder.path(), &["test", "a.rsctl.yaml", "c.rsctl.yaml"]).fine().code, 0);
}

#[test]
fn one_broken_topology_ends_the_run_without_half_an_answer() {
    let passes = estate("- { from: spoke1/app, to: internet, reaches: true }");
    let folder = folder(&[("a.rsctl.yaml", &passes), ("b.rsctl.yaml", "rsctl: 1\nvnet: {}\n")]);
    rsctl(folder.path(), &["test"]).refused();
}

#[test]
fn a_filter_chooses_and_a_list_tests_nothing() {
    let run = run(EACH, &["--filter", "twice", "--filter", "more", "--list"]).fine();
    assert_eq!(run.stdout, "a <name> & 'more'\ntwice\ntwice\n");
}

#[test]
fn a_value_is_set_in_an_expectation_as_anywhere_else() {
    let expect = "- { from: lonely/app, to: internet, reaches: true }";
    assert_eq!(run(expect, &[]).code, 1);
    assert_eq!(run(expect, &["--set", "expect[0].from=spoke1/app"]).code, 0);
    let more = "expect[+]={ from: spoke1/app, to: internet, reaches: true }";
    assert!(run(expect, &["--set", more]).stdout.contains("running 2 expectations"));
}

#[test]
fn an_overlay_expects_what_it_says_of_the_estate_below_it() {
    let folder = folder(&[
        ("base.rsctl.yaml", &estate("- { from: lonely/app, to: internet, reaches: true }")),
        (
            "checks.rsctl.yaml",
            "rsctl: 1\nextends: base.rsctl.yaml\nexpect:\n  - { from: spoke1/app, to: internet, reaches: true }\n",
        ),
    ]);
    let run = rsctl(folder.path(), &["test", "checks.rsctl.yaml"]).fine();
    assert!(
        run.stdout.contains("running 1 expectation of checks.rsctl.yaml"),
        "a list replaces a list: {}",
        run.stdout
    );
}

#[test]
fn the_topology_that_init_writes_does_what_it_expects() {
    let folder = folder(&[]);
    assert_eq!(rsctl(folder.path(), &["init", "first.rsctl.yaml"]).code, 0);
    let run = rsctl(folder.path(), &["test"]).fine();
    assert!(run.stdout.contains("via fw1 ... ok"), "{}", run.stdout);
}

#[test]
fn a_told_command_can_be_typed_whatever_the_file_is_called() {
    let text = estate("- { from: lonely/app, to: internet, reaches: true }");
    let folder = folder(&[("it's mine.rsctl.yaml", &text)]);
    let run = rsctl(folder.path(), &["test", "--as-of", "2026-01-01"]);
    let command =
        "rsctl trace --from lonely/app --to internet --both --file 'it'\\''s mine.rsctl.yaml' --as-of 2026-01-01";
    assert!(run.stdout.contains(command), "{}", run.stdout);
}

#[test]
fn standard_input_is_a_topology_like_any_other() {
    let folder = folder(&[]);
    let text = estate("- { from: lonely/app, to: internet, reaches: true }");
    let run = super::command::rsctl_fed(folder.path(), &["test", "-"], &text);
    assert!(run.stdout.starts_with("running 1 expectation of <stdin>\n"), "{}", run.stdout);
    assert!(run.stdout.contains("--file -\n"), "{}", run.stdout);
}

#[test]
fn what_is_nobodys_is_shown_by_the_routes_of_the_sender() {
    let run = run("- { from: lonely/app, to: 172.31.0.1, reaches: true }", &[]);
    assert!(run.stdout.contains("rsctl routes lonely/app --file estate.rsctl.yaml\n"), "{}", run.stdout);
    let run = super::run("- { from: branch1, to: 172.31.0.1, reaches: true }", &[]);
    assert!(run.stdout.contains("rsctl plan estate.rsctl.yaml\n"), "{}", run.stdout);
}

#[test]
fn an_expectation_of_the_command_line_has_its_place_there() {
    let set = "expect[0].from=lonely/app";
    let run = run("- { from: spoke1/app, to: internet, reaches: true }", &["--set", set]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("estate.rsctl.yaml:30:3\n"), "the entry is of the file: {}", run.stdout);
    assert!(run.stdout.contains("--set 'expect[0].from=lonely/app'"), "{}", run.stdout);
}

#[test]
fn the_page_on_test_has_every_key_and_every_format() {
    use clap::ValueEnum;
    let page = std::fs::read_to_string("docs/test.md").unwrap();
    for format in rsctl::cli::TestFormat::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        assert!(page.contains(&format!("\n| `{name}` |")), "{name}");
    }
    let schema = rsctl::syntax::json_schema();
    let keys = schema["definitions"]["expectation"]["properties"].as_object().unwrap();
    assert!(keys.len() > 10);
    for key in keys.keys() {
        assert!(page.contains(&format!("`{key}")) || page.contains(&format!("{key}: ")), "{key}");
    }
}
