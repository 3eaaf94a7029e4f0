//! `rsctl failover` as a user meets it, on estates small enough to count by hand, and on labs whose authors broke something.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
mod command;
#[path = "support/estate.rs"]
mod estate;

use command::{Run, folder, has_controls, rsctl};
use estate::Size;
use rsctl::analysis::Estate;
use rsctl::analysis::failover::{Alike, Failover, FailureKind, Fare, alike, failover, failures};
use rsctl::diagnostic::Sink;
use rsctl::source::Sources;
use rsctl::syntax::document::Document;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::{self, Topology};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Two firewalls that announce the default, one with a load balancer's help for spoke2; a branch behind the VPN gateway.
const ESTATE: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      RouteServerSubnet: 10.0.0.0/26
      GatewaySubnet: 10.0.0.64/26
      nva: { prefix: 10.0.1.0/24, route_table: nva }
    route_server: { branch_to_branch: true, peers: [fw1, fw2] }
    vpn_gateway: { active_active: true, asn: 65010 }
  spoke1: { address_space: [10.1.0.0/16], subnets: { app: 10.1.0.0/24 } }
  spoke2: { address_space: [10.2.0.0/16], subnets: { app: { prefix: 10.2.0.0/24, route_table: balanced } } }
  spoke3: { address_space: [10.3.0.0/16], subnets: { app: { prefix: 10.3.0.0/24, route_table: fixed } } }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { hub: hub, spoke: spoke2 }
  - { hub: hub, spoke: spoke3 }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, snat: true, advertises: [10.0.0.0/8] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, snat: true, advertises: [10.0.0.0/8] }
load_balancers:
  ilb: { subnet: hub/nva, ip: 10.0.1.100, backends: [fw1, fw2] }
sites:
  branch: { asn: 65021, ip: 172.16.0.1, prefixes: [172.16.0.0/16], vpn: { gateway: hub } }
route_tables:
  nva: { bgp_route_propagation: false }
  balanced: { bgp_route_propagation: false, routes: { all: { prefix: 10.0.0.0/8, next_hop: 10.0.1.100 } } }
  fixed: { bgp_route_propagation: false, routes: { all: { prefix: 10.0.0.0/8, next_hop: 10.0.1.4 } } }
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(args: &[&str]) -> Run {
    let folder = folder(&[("estate.rsctl.yaml", ESTATE)]);
    rsctl(folder.path(), &[&["failover", "estate.rsctl.yaml"], args].concat())
}

/// What one failure does, by its name.
fn effect(json: &Value, names: &[&str]) -> Value {
    let key = if names.len() > 1 { "doubleFailures" } else { "failures" };
    let all = json[key].as_array().unwrap();
    let found = all.iter().find(|failure| {
        let own: BTreeSet<&str> =
            failure["failures"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        own == names.iter().copied().collect()
    });
    found.unwrap_or_else(|| panic!("{names:?} is not among the failures")).clone()
}

fn document(yaml: &str) -> Document {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    load_text("estate.rsctl.yaml", yaml, &mut DiskFiles, &mut sources, &mut sink).unwrap().document
}

fn resolved(document: &Document) -> Topology {
    let mut sink = Sink::default();
    let facts = topology::facts_of(document, None, &mut sink);
    topology::resolve(document, facts, &mut sink).unwrap()
}

#[test]
fn the_table_is_as_reviewed() {
    insta::assert_snapshot!("table", run(&["--of", "nva,gateway"]).fine().stdout);
    insta::assert_snapshot!("two", run(&["--of", "nva,route-server", "--k", "2"]).fine().stdout);
}

#[test]
fn a_route_that_names_the_failed_firewall_ends_conversations_until_somebody_edits_it() {
    let json = run(&["-o", "json"]).fine().json();
    let fw1 = effect(&json, &["fw1"]);
    // What spoke3 opens towards spoke1 and spoke2; what they open comes back by the firewall that they chose.
    assert_eq!((&fw1["dead"], fw1["noticed"].as_array().unwrap().contains(&"never".into())), (&2.into(), true));
    let fw2 = effect(&json, &["fw2"]);
    assert_eq!(fw2["dead"], 0, "nothing names fw2 alone");
}

#[test]
fn the_probe_of_a_load_balancer_and_the_hold_time_are_told_apart() {
    let json = run(&["--of", "fw2", "-o", "json"]).fine().json();
    let noticed = &effect(&json, &["fw2"])["noticed"];
    assert!(noticed.as_array().unwrap().contains(&"probe".into()), "spoke2 goes by the load balancer: {noticed}");
    assert!(noticed.as_array().unwrap().contains(&"holdTime".into()), "spoke1 goes by BGP: {noticed}");
    assert_eq!(json["holdTimeSeconds"], 180);
}

#[test]
fn no_time_is_told_where_no_fact_has_one() {
    let lab = root().join("fixtures/observed/gh-myers-ecmp-four-nvas");
    let json = rsctl(&lab, &["failover", "topology.rsctl.yaml", "-o", "json"]).json();
    let noticed = |name: &str| {
        let failure = effect(&json, &[name]);
        assert!(failure["rerouted"].as_u64().unwrap() > 0, "{failure}");
        failure["noticed"].clone()
    };
    assert_eq!(noticed("hub-vnet/route_server~CSR0"), serde_json::json!(["holdTime"]));
    assert_eq!(noticed("remote-vnet/vpn_gateway~CSR0"), serde_json::json!([]), "a tunnel of a gateway");
}

#[test]
fn two_failures_tell_what_neither_ends_alone() {
    let json = run(&["--of", "nva,gateway", "--k", "2", "-o", "json"]).fine().json();
    let both = effect(&json, &["fw1", "fw2"]);
    assert!(both["deadOnlyTogether"].as_u64().unwrap() > 0, "{both}");
    let gateway = effect(&json, &["hub/vpn_gateway:0", "hub/vpn_gateway:1"]);
    assert!(gateway["deadOnlyTogether"].as_u64().unwrap() > 0, "the branch is behind both instances: {gateway}");
    let names = |failure: &Value| failure["failures"].to_string();
    let all: Vec<String> = json["doubleFailures"].as_array().unwrap().iter().map(names).collect();
    assert!(!all.iter().any(|name| name.contains("\"hub/vpn_gateway\"") && name.contains("vpn_gateway:")), "{all:?}");
}

#[test]
fn a_hub_that_fails_takes_the_conversations_of_its_own_machines_with_it() {
    let json = run(&["--of", "hub", "-o", "json"]).fine().json();
    let hub = effect(&json, &["hub"]);
    // Between the spokes all end, and so does spoke1 to the branch; whether the branch has another way nobody tells.
    assert_eq!((&hub["dead"], &hub["undetermined"]), (&7.into(), &3.into()));
    assert_eq!(hub["noticed"], serde_json::json!(["never"]), "routes go on leading to the firewalls");
}

#[test]
fn the_exit_code_follows_what_is_asked_for() {
    assert_eq!(run(&[]).code, 0);
    assert_eq!(run(&["--fail-on", "dead"]).code, 1);
    assert_eq!(run(&["--fail-on", "dead", "--of", "route-server"]).code, 0, "either instance will do");
}

#[test]
fn mistakes_are_refused_with_what_to_do() {
    for (args, said) in [
        (&["--of", "fw3"][..], "fw3"),
        (&["--of", "circuit"], "nothing here can fail"),
        (&["--k", "3"], "1..=2"),
        (&["--fail-on", "bad"], "possible values"),
        (&["--of", "fw1\u{1b}[31m"], "fw1"),
    ] {
        let told = run(args).refused();
        assert!(told.contains(said) && !has_controls(&told), "{args:?}: {told}");
    }
}

#[test]
fn what_is_down_already_cannot_fail_again() {
    let json = run(&["--down", "fw1", "--of", "nva", "-o", "json"]).json();
    let names: Vec<&Value> =
        json["failures"].as_array().unwrap().iter().map(|failure| &failure["failures"][0]).collect();
    assert_eq!(names, ["fw2"]);
}

/// By name of the failure: how many conversations fare how.
fn counts(found: &Failover, names: &[String]) -> BTreeMap<String, BTreeMap<Fare, u64>> {
    found.singles.iter().map(|effect| (names[effect.failures[0]].clone(), effect.counts.clone())).collect()
}

#[test]
fn spokes_that_nothing_tells_apart_are_computed_once_and_counted_as_many() {
    let document = document(&Size { hubs: 2, spokes: 7, routes: 8, paths: 2 }.yaml());
    let whole = resolved(&document);
    let groups = alike(&Estate::new(whole.clone()));
    assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7]);
    let all = BTreeSet::from(FailureKind::ALL);
    let every = failures(&whole, &Alike::default(), &all);
    let by_all = failover(&whole, &Alike::default(), &every, false, &|_, _| {});
    let kept = 3;
    let left_out: Vec<String> = groups.iter().flat_map(|group| group.iter().skip(kept)).cloned().collect();
    let smaller = resolved(&topology::without(&document, &left_out).unwrap());
    let weights = Alike::of_groups(&smaller, &groups, kept);
    let few = failures(&smaller, &weights, &all);
    let by_few = failover(&smaller, &weights, &few, false, &|_, _| {});
    assert_eq!(by_few.conversations, by_all.conversations);
    let names = |list: &[rsctl::analysis::failover::Failure]| -> Vec<String> {
        list.iter().map(|failure| failure.name.clone()).collect()
    };
    let (expected, found) = (counts(&by_all, &names(&every)), counts(&by_few, &names(&few)));
    assert!(found.len() < expected.len());
    for (name, counts) in &found {
        assert_eq!(Some(counts), expected.get(name), "{name}");
    }
    let stands_for =
        |list: &[rsctl::analysis::failover::Failure]| list.iter().map(|failure| failure.stands_for).sum::<u64>();
    assert_eq!(stands_for(&few), every.len() as u64);
}

#[test]
fn two_failures_among_spokes_that_nothing_tells_apart_are_counted_as_in_the_whole_estate() {
    let document = document(&Size { hubs: 2, spokes: 6, routes: 4, paths: 2 }.yaml());
    let whole = resolved(&document);
    let groups = alike(&Estate::new(whole.clone()));
    let kept = 4;
    let left_out: Vec<String> = groups.iter().flat_map(|group| group.iter().skip(kept)).cloned().collect();
    let smaller = resolved(&topology::without(&document, &left_out).unwrap());
    let weights = Alike::of_groups(&smaller, &groups, kept);
    let picked = ["fw1a", "fw2b", "hub1~spoke1-1", "hub1~spoke1-2", "hub2~spoke2-1", "hub1/vpn_gateway", "hub1~hub2"];
    let of = |topology: &Topology, alike: &Alike| -> BTreeMap<(String, String), (BTreeMap<Fare, u64>, u64)> {
        let mut list = failures(topology, alike, &BTreeSet::from(FailureKind::ALL));
        list.retain(|failure| picked.contains(&failure.name.as_str()));
        assert_eq!(list.len(), picked.len());
        let found = failover(topology, alike, &list, true, &|_, _| {});
        let name = |place: usize| list[place].name.clone();
        let each = found.doubles.iter().map(|effect| {
            let names = (name(effect.failures[0]), name(effect.failures[1]));
            (names, (effect.counts.clone(), effect.only_together))
        });
        each.collect()
    };
    let (few, all) = (of(&smaller, &weights), of(&whole, &Alike::default()));
    for (names, found) in &few {
        assert_eq!(Some(found), all.get(names), "{names:?}");
    }
    assert_eq!(few.len(), all.len());
}

/// Labs in which the author stopped a speaker: the stage is captured, and the base with that speaker down says the same.
#[test]
fn labs_whose_author_stopped_a_speaker_are_predicted_by_its_failure() {
    for (lab, stage, down, question) in [
        (
            "gh-andrewbryson-readvertise",
            "stage-primary-down",
            "primary",
            &["rib", "vnet/route_server", "--advertised", "--peer", "secondary"][..],
        ),
        ("gh-adstuart-anycast-er", "stage-ne-down", "nva-ne", &["rib", "Intercloud-London", "--best"]),
    ] {
        let folder = root().join("fixtures/observed").join(lab);
        let ask = |file: &str, more: &[&str]| {
            let run = rsctl(&folder, &[question, &["-o", "json", "-f", file], more].concat());
            assert_eq!(run.code, 0, "{}", run.stderr);
            run.json()
        };
        let (before, failed) = (ask("topology.rsctl.yaml", &[]), ask("topology.rsctl.yaml", &["--down", down]));
        let stage = format!("{stage}.rsctl.yaml");
        assert_eq!(failed, ask(&stage, &[]), "{lab}");
        assert_ne!(failed, before, "{lab}: the failure is seen");
    }
}
