//! `rsctl diff` as a user meets it: files, standard input, revisions of Git, what-ifs, causes, formats, exit codes.
//!
//! What differs is decided in `analysis` and held by laws; here only that it reaches the user as it should.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
mod command;
#[path = "diff/formats.rs"]
mod formats;
#[path = "diff/revisions.rs"]
mod revisions;
#[path = "diff/what_if.rs"]
mod what_if;

use command::{Run, folder, has_controls, rsctl, rsctl_fed};
use serde_json::Value;
use std::path::Path;

/// A hub with two firewalls that announce the same, a branch, and a spoke of which one subnet has a table.
const ESTATE: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      RouteServerSubnet: 10.0.0.0/26
      GatewaySubnet: 10.0.0.64/26
      nva: 10.0.1.0/24
    route_server: { branch_to_branch: true, peers: [fw1, fw2] }
    vpn_gateway: { active_active: true }
  spoke1:
    address_space: [10.1.0.0/16]
    subnets: { app: { prefix: 10.1.0.0/24, route_table: app }, db: 10.1.1.0/24 }
peerings:
  - { hub: hub, spoke: spoke1 }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [10.50.0.0/16] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, advertises: [10.50.0.0/16] }
sites:
  dc1: { asn: 65021, prefixes: [192.168.0.0/16], vpn: { gateway: hub } }
route_tables:
  app: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
";

/// The estate after edits, each a text and what stands in its place.
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(ESTATE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// The estate against another text.
fn against(new: &str, more: &[&str]) -> Run {
    let folder = folder(&[("old.rsctl.yaml", ESTATE), ("new.rsctl.yaml", new)]);
    rsctl(folder.path(), &[&["diff", "old.rsctl.yaml", "new.rsctl.yaml"], more].concat())
}

/// Everything that one subnet does differently: kind, prefixes, and the paths of the edits that cause it.
fn changes(json: &Value, subnet: &str) -> Vec<(String, String, String)> {
    let pair = &json["pairs"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_subnet = pair["subnets"].as_array().unwrap().iter().filter(|diff| {
        let names = diff["subnets"].as_array().unwrap();
        names.iter().any(|name| name == subnet)
    });
    let all = of_subnet.flat_map(|diff| diff["changes"].as_array().unwrap());
    let one = |change: &Value| {
        let prefixes: Vec<String> = change["prefixes"].as_array().unwrap().iter().map(text).collect();
        (text(&change["kind"]), prefixes.join(" "), causes(pair, &change["causes"]))
    };
    all.map(one).collect()
}

/// `alone: PATH PATH`.
fn causes(pair: &Value, causes: &Value) -> String {
    let edits = causes["edits"].as_array().unwrap().iter();
    let paths: Vec<&str> =
        edits.map(|index| pair["edits"][index.as_u64().unwrap() as usize]["path"].as_str().unwrap()).collect();
    format!("{}: {}", causes["how"].as_str().unwrap(), paths.join(" "))
}

fn told(changes: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    changes
        .iter()
        .map(|(kind, prefixes, causes)| (kind.to_string(), prefixes.to_string(), causes.to_string()))
        .collect()
}

#[test]
fn a_file_does_not_differ_from_itself_or_from_the_same_laid_out_anew() {
    let same = against(ESTATE, &["--exit-code"]).fine();
    assert_eq!(same.stdout, "Diff: no difference in routing\n");
    let anew = edited(&[
        (
            "{ branch_to_branch: true, peers: [fw1, fw2] }",
            "\n      peers: # both\n        - fw1\n        - fw2\n      branch_to_branch: true",
        ),
        ("  fw1: {", "  fw1: # the first\n    {"),
    ]);
    assert_eq!(against(&anew, &["--exit-code"]).fine().stdout, "Diff: no difference in routing\n");
}

#[test]
fn the_exit_code_is_one_only_when_asked_and_something_differs() {
    let new = edited(&[("branch_to_branch: true", "branch_to_branch: false")]);
    assert_eq!(against(&new, &[]).fine().code, 0);
    let asked = against(&new, &["--exit-code"]);
    assert_eq!((asked.code, asked.stderr.as_str()), (1, ""));
    assert_eq!(asked.stdout, against(&new, &[]).stdout);
    let renamed_only = edited(&[("default: {", "everything: {")]);
    let run = against(&renamed_only, &["--exit-code"]);
    assert_eq!(run.code, 0, "an edit without effect is no difference: {}", run.stdout);
}

#[test]
fn a_side_can_come_from_standard_input() {
    let new = edited(&[("next_hop: 10.0.1.4", "next_hop: None")]);
    let folder = folder(&[("old.rsctl.yaml", ESTATE), ("new.rsctl.yaml", &new)]);
    let from_file = rsctl(folder.path(), &["diff", "old.rsctl.yaml", "new.rsctl.yaml"]).fine();
    let as_new = rsctl_fed(folder.path(), &["diff", "old.rsctl.yaml", "-"], &new).fine();
    assert_eq!(as_new.stdout, from_file.stdout.replace("new.rsctl.yaml", "<stdin>"));
    let as_old = rsctl_fed(folder.path(), &["diff", "-", "new.rsctl.yaml"], ESTATE).fine();
    assert_eq!(as_old.stdout, from_file.stdout);
    let both = rsctl(folder.path(), &["diff", "-", "-"]).refused();
    assert!(both.contains("standard input cannot be both topologies"), "{both}");
}

#[test]
fn a_broken_side_is_placed_and_both_sides_get_their_say() {
    let broken = edited(&[("asn: 65021", "asn: many")]);
    let folder = folder(&[("good.rsctl.yaml", ESTATE), ("bad.rsctl.yaml", &broken), ("empty.rsctl.yaml", "")]);
    let diff = |args: &[&str]| rsctl(folder.path(), &[&["diff"], args].concat());
    for args in [["good.rsctl.yaml", "bad.rsctl.yaml"], ["bad.rsctl.yaml", "good.rsctl.yaml"]] {
        let run = diff(&args);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(
            run.stderr.contains("`many` is not an AS number") && run.stderr.contains("bad.rsctl.yaml:20:15"),
            "{}",
            run.stderr
        );
        assert!(!run.stdout.contains("no difference"), "what was not compared is not equal: {}", run.stdout);
    }
    let both = diff(&["bad.rsctl.yaml", "empty.rsctl.yaml"]);
    assert_eq!(both.code, 2);
    assert!(
        both.stderr.contains("bad.rsctl.yaml:20:15") && both.stderr.contains("empty.rsctl.yaml"),
        "{}",
        both.stderr
    );
    let json = diff(&["good.rsctl.yaml", "bad.rsctl.yaml", "-o", "json"]);
    assert_eq!(json.json()["notCompared"], serde_json::json!(["bad.rsctl.yaml"]));
}

#[test]
fn mistakes_in_arguments_end_with_two_and_say_what_to_do() {
    let folder = folder(&[("a.rsctl.yaml", ESTATE), ("b.rsctl.yaml", ESTATE)]);
    let mistakes: &[&[&str]] = &[
        &[],
        &["a.rsctl.yaml"],
        &["a.rsctl.yaml", "--down", ","],
        &["a.rsctl.yaml", "b.rsctl.yaml", "a.rsctl.yaml"],
        &["--down", "fw1"],
        &["-", "--down", "fw1"],
        &["a.rsctl.yaml", "--down", "fw9"],
        &["a.rsctl.yaml", "--without", "fw1", "--down", "fw1"],
        &["a.rsctl.yaml", "--set", "nvas.fw1.asn"],
        &["a.rsctl.yaml", "b.rsctl.yaml", "-o", "sarfi"],
        &["a.rsctl.yaml", "b.rsctl.yaml", "-o", "json", "-o", "human"],
        &["a.rsctl.yaml", "nowhere.rsctl.yaml"],
        &["", ""],
    ];
    let mut said = String::new();
    for args in mistakes {
        let stderr = rsctl(folder.path(), &[&["diff"], *args].concat()).refused();
        said.push_str(&format!("$ rsctl diff {}\n{}\n\n", args.join(" "), stderr.trim_end()));
    }
    snapshot("mistakes", &said);
}

#[test]
fn an_edit_that_does_it_alone_is_named_and_one_without_effect_is_called_so() {
    let new = edited(&[
        ("next_hop: 10.0.1.4", "next_hop: 10.0.1.5"),
        ("branch_to_branch: true,", "branch_to_branch: true, local_preference: 0,"),
    ]);
    let refused = against(&new, &[]);
    assert_eq!(refused.code, 2, "a key that does not exist: {}", refused.stdout);
    let new = edited(&[
        ("next_hop: 10.0.1.4", "next_hop: 10.0.1.5"),
        ("app: { routes:", "app: { bgp_route_propagation: true, routes:"),
    ]);
    let json = against(&new, &["-o", "json"]).json();
    let cause = "alone: route_tables.app.routes.default.next_hop";
    let app = changes(&json, "spoke1/app");
    assert!(!app.is_empty() && app.iter().all(|(.., causes)| causes == cause), "{app:#?}");
    assert_eq!(changes(&json, "spoke1/db"), []);
    assert_eq!(json["summary"]["idleEdits"], 1);
    let human = against(&new, &[]).fine();
    snapshot("alone", &human.stdout);
}

#[test]
fn edits_that_only_do_it_together_are_named_together() {
    let new = edited(&[
        ("asn: 65001, advertises: [10.50.0.0/16]", "asn: 65001"),
        ("asn: 65001, advertises: [10.50.0.0/16]", "asn: 65001"),
    ]);
    let json = against(&new, &["-o", "json"]).json();
    let together = "together: nvas.fw1.advertises nvas.fw2.advertises";
    assert_eq!(changes(&json, "spoke1/db"), told(&[("lost", "10.50.0.0/16", together)]));
    snapshot("together", &against(&new, &[]).fine().stdout);
}

#[test]
fn no_causes_names_none_and_calls_no_edit_idle() {
    let new = edited(&[("next_hop: 10.0.1.4", "next_hop: 10.0.1.5"), ("default: {", "everything: {")]);
    let json = against(&new, &["--no-causes", "-o", "json"]).json();
    let app = changes(&json, "spoke1/app");
    assert!(app.iter().all(|(.., causes)| causes == "unknown: "), "{app:?}");
    assert_eq!(json["summary"]["idleEdits"], 0);
}

#[test]
fn an_equal_cost_next_hop_that_leaves_is_told_as_that() {
    let new = edited(&[(", advertises: [10.50.0.0/16] }\n  fw2", " }\n  fw2")]);
    let run = against(&new, &[]).fine();
    assert!(run.stdout.contains("ECMP: 10.0.1.4 left"), "{}", run.stdout);
    let json = against(&new, &["-o", "json"]).json();
    assert_eq!(changes(&json, "spoke1/db"), told(&[("moved", "10.50.0.0/16", "alone: nvas.fw1.advertises")]));
    snapshot("ecmp", &run.stdout);
}

#[test]
fn what_passes_no_firewall_any_more_and_what_does_from_now_on_are_opposites() {
    let folder = folder(&[
        ("with.rsctl.yaml", ESTATE),
        ("without.rsctl.yaml", &edited(&[("app: { prefix: 10.1.0.0/24, route_table: app }", "app: 10.1.0.0/24")])),
    ]);
    let diff = |old: &str, new: &str| rsctl(folder.path(), &["diff", old, new]).fine().stdout;
    let (lost, won) = (diff("with.rsctl.yaml", "without.rsctl.yaml"), diff("without.rsctl.yaml", "with.rsctl.yaml"));
    assert!(lost.contains("  ! 0.0.0.0/0") && lost.contains("no longer inspected by fw1"), "{lost}");
    assert!(won.contains("newly inspected by fw1") && !won.contains("  ! "), "{won}");
    snapshot("inspected", &format!("{lost}\n== and back\n{won}"));
}

#[test]
fn subnets_and_sessions_that_come_and_go_are_told_as_that() {
    let new = edited(&[
        (
            "peerings:\n",
            "  spoke2: { address_space: [10.2.0.0/16], subnets: { web: 10.2.0.0/24 } }\npeerings:\n  - { hub: hub, spoke: spoke2 }\n",
        ),
        (", db: 10.1.1.0/24", ""),
        ("peers: [fw1, fw2]", "peers: [fw1]"),
        ("192.168.0.0/16", "192.168.0.0/17"),
    ]);
    snapshot("come-and-go", &against(&new, &[]).fine().stdout);
}

#[test]
fn a_name_that_a_terminal_obeys_is_shown_and_not_obeyed() {
    let hostile = "\"f\\e[31mw\\u202e\"";
    let new = edited(&[
        ("    subnets: { app:", &format!("    subnets: {{ {hostile}: 10.1.2.0/24, app:")),
        ("next_hop: 10.0.1.4", "next_hop: None"),
    ]);
    let run = against(&new, &[]);
    assert!(!has_controls(&run.stdout) && !has_controls(&run.stderr), "{:?} {:?}", run.stdout, run.stderr);
    let table = edited(&[("default: {", &format!("{hostile}: {{")), ("next_hop: 10.0.1.4", "next_hop: 10.0.1.5")]);
    for format in ["human", "json", "markdown", "sarif", "github"] {
        let run = against(&table, &["-o", format]);
        assert!(!has_controls(&run.stdout) && !has_controls(&run.stderr), "{format} {:?} {:?}", run.stdout, run.stderr);
    }
}

/// Snapshots of all of these files stand together.
fn snapshot(name: &str, text: &str) {
    insta::assert_snapshot!(name, text);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_topology_of_the_repository_does_not_differ_from_itself() {
    let file = "fixtures/compare/two-hubs/dynamic.rsctl.yaml";
    let run = rsctl(root(), &["diff", file, file, "--exit-code"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "Diff: no difference in routing\n"), "{}", run.stderr);
}
