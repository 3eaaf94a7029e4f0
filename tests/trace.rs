//! Conversations: what both directions come to and why, what `rsctl trace` prints of it, and the labs whose authors saw the same.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/hostile.rs"]
#[allow(dead_code, reason = "one of its texts is enough here")]
mod hostile;

use rsctl::analysis::Estate;
use rsctl::analysis::trace::{AllPairs, Change, Host, Trace, Verdict, all_pairs, fix, trace};
use rsctl::diagnostic::Sink;
use rsctl::report::trace::{Options, TraceView};
use rsctl::report::view::View;
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, Input, load_edited};
use rsctl::topology::{self, Outages};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A hub with three firewalls, two of them behind a load balancer, a VPN branch and a circuit, and two spokes.
const ESTATE: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      GatewaySubnet: { prefix: 10.0.0.64/26, route_table: gateway }
      nva: 10.0.1.0/24
    vpn_gateway: { asn: 65010 }
    express_route_gateway: {}
  spoke1:
    address_space: [10.1.0.0/16]
    subnets: { app: { prefix: 10.1.0.0/24, route_table: app1 }, db: 10.1.1.0/24 }
  spoke2:
    address_space: [10.2.0.0/16]
    subnets: { app: { prefix: 10.2.0.0/24, route_table: app2 }, db: 10.2.1.0/24 }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { hub: hub, spoke: spoke2 }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4 }
  fw2: { subnet: hub/nva, ip: 10.0.1.5 }
  nat: { subnet: hub/nva, ip: 10.0.1.6, snat: true }
load_balancers:
  ilb: { subnet: hub/nva, ip: 10.0.1.100, backends: [fw1, fw2] }
sites:
  branch: { asn: 65022, prefixes: [172.21.0.0/16], vpn: { gateway: hub } }
  dc: { asn: 65021, prefixes: [192.168.0.0/16] }
circuits:
  er1: { gateways: [hub], sites: [dc] }
route_tables:
  app1: { routes: { spoke2: { prefix: 10.2.0.0/16, next_hop: 10.0.1.100 } } }
  app2: { routes: { spoke1: { prefix: 10.1.0.0/16, next_hop: 10.0.1.100 } } }
  gateway: { routes: {} }
";

/// Two branches that speak BGP with both NVAs of a hub, through its route server: equal-cost ways by either NVA.
const EQUAL_COST: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { RouteServerSubnet: 10.0.0.0/26, nva: 10.0.1.0/24 }
    route_server: { peers: [fw1, fw2] }
  spoke: { address_space: 10.1.0.0/16, subnets: { app: 10.1.0.0/24 } }
  far: { address_space: 10.2.0.0/16, subnets: { app: { prefix: 10.2.0.0/24, route_table: far } } }
peerings: [{ hub: hub, spoke: spoke, use_remote_gateways: true }, { hub: hub, spoke: far, use_remote_gateways: false }]
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [10.2.0.0/15] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, advertises: [10.2.0.0/15] }
route_tables: { far: { routes: { spoke: { prefix: 10.1.0.0/16, next_hop: 10.0.1.4 } } } }
";

fn estate_from(input: Input<'_>, sets: &[String], down: &str) -> Estate {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_edited(input, sets, &mut DiskFiles, &mut sources, &mut sink);
    assert!(!sink.has_errors(), "{:?}", sink.into_sorted());
    let document = loaded.unwrap().document;
    let facts = topology::facts_of(&document, None, &mut sink);
    let topology = topology::resolve(&document, facts, &mut sink);
    let topology = topology.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()));
    let down: Vec<String> = down.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let outages = Outages::named(&topology, &down).unwrap();
    Estate::new(topology.with(&outages))
}

fn edited(sets: &[&str]) -> Estate {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    estate_from(Input::Text("t.rsctl.yaml", ESTATE.into()), &sets, "")
}

fn of(text: &str) -> Estate {
    estate_from(Input::Text("t.rsctl.yaml", text.into()), &[], "")
}

fn down(what: &str) -> Estate {
    estate_from(Input::Text("t.rsctl.yaml", ESTATE.into()), &[], what)
}

fn followed(estate: &Estate, from: &str, to: &str) -> Trace {
    let host = |name: &str| Host::named(estate, name).unwrap();
    trace(estate, host(from), host(to))
}

/// `SYMMETRIC: both directions pass `fw1``.
fn told(estate: &Estate, from: &str, to: &str) -> String {
    let view = TraceView::new(estate, &followed(estate, from, to), Options::default());
    let mut out = Vec::new();
    view.write_json(&mut out).unwrap();
    let json: Value = serde_json::from_slice(&out).unwrap();
    format!("{}: {}", json["verdict"].as_str().unwrap(), json["reason"].as_str().unwrap())
}

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `rsctl trace`, with a topology as standard input.
fn run_with(text: &str, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.arg("trace").args(args).current_dir(root()).env("LC_ALL", "C.UTF-8");
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "RSCTL_CONFIG", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // A command line that is refused reads nothing.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn run(args: &[&str]) -> Run {
    run_with(ESTATE, &[&["--file", "-"], args].concat())
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&run(&[args, &["-o", "json"]].concat()).stdout).unwrap()
}

// verdicts

#[test]
fn a_load_balancer_keeps_both_directions_of_a_flow_on_one_nva() {
    let found = followed(&edited(&[]), "spoke1/app", "spoke2/app");
    assert_eq!((found.verdict, found.trips.len()), (Verdict::Symmetric, 2));
    assert!(found.trips.iter().all(|trip| trip.back.len() == 1), "the answers know the NVA");
    let said = told(&edited(&[]), "spoke1/app", "spoke2/app");
    assert_eq!(said, "SYMMETRIC: both directions of every flow pass the same of `fw1` and `fw2`");
}

#[test]
fn equal_cost_paths_without_a_load_balancer_are_ambiguous() {
    let estate = of(EQUAL_COST);
    let said = told(&estate, "spoke/app", "far/app");
    assert_eq!(said, "AMBIGUOUS: equal-cost ways by `fw1` and `fw2`: of 2 pairs 1 ASYMMETRIC, 1 SYMMETRIC");
    let direct = told(&of(&EQUAL_COST.replace("peers: [fw1, fw2]", "peers: [fw1]")), "spoke/app", "far/app");
    assert_eq!(direct, "SYMMETRIC: both directions pass `fw1`");
}

#[test]
fn a_firewall_on_one_direction_only_is_asymmetric() {
    let by_spoke = edited(&["route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.4 }"]);
    assert_eq!(told(&by_spoke, "spoke1/app", "branch"), "ASYMMETRIC: packets pass `fw1`, answers do not");
    assert_eq!(told(&by_spoke, "branch", "spoke1/app"), "ASYMMETRIC: answers pass `fw1`, packets do not");
    let two = edited(&[
        "route_tables.app1.routes.spoke2.next_hop=10.0.1.4",
        "route_tables.app2.routes.spoke1.next_hop=10.0.1.5",
    ]);
    assert_eq!(told(&two, "spoke1/app", "spoke2/app"), "ASYMMETRIC: packets pass `fw1`, answers pass `fw2` instead");
}

#[test]
fn a_route_at_the_gateway_subnet_makes_a_branch_symmetric() {
    let both = edited(&[
        "route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.4 }",
        "route_tables.gateway.routes.spoke1={ prefix: 10.1.0.0/16, next_hop: 10.0.1.4 }",
    ]);
    assert_eq!(told(&both, "spoke1/app", "branch"), "SYMMETRIC: both directions pass `fw1`");
    let there_and_back = followed(&both, "branch", "spoke1/app");
    assert_eq!(there_and_back.trips.len(), 1);
}

#[test]
fn packets_without_a_route_are_dropped_where_they_are() {
    let estate = edited(&[]);
    assert_eq!(told(&estate, "spoke1/db", "spoke2/db"), "DROPPED: packets are dropped where they start");
    assert_eq!(told(&estate, "spoke1/app", "spoke2/db"), "DROPPED: answers are dropped where they start");
}

#[test]
fn a_route_of_an_nvas_subnet_to_the_nva_is_a_loop() {
    let estate = edited(&[
        "route_tables.back={ routes: { spokes: { prefix: 10.2.0.0/16, next_hop: 10.0.1.4 } } }",
        "vnets.hub.subnets.nva={ prefix: 10.0.1.0/24, route_table: back }",
        "route_tables.app1.routes.spoke2.next_hop=10.0.1.4",
    ]);
    assert_eq!(told(&estate, "spoke1/app", "spoke2/app"), "LOOP: packets run in circles at fw1");
    assert_eq!(told(&estate, "spoke2/app", "spoke1/app"), "LOOP: answers run in circles at fw1");
}

#[test]
fn an_nva_that_does_not_forward_drops() {
    let estate = edited(&["route_tables.app1.routes.spoke2.next_hop=10.0.1.4", "nvas.fw1.ip_forwarding=false"]);
    assert_eq!(told(&estate, "spoke1/app", "spoke2/app"), "DROPPED: packets end at fw1, which does not forward");
}

#[test]
fn a_next_hop_that_nobody_has_drops() {
    let estate = edited(&["route_tables.app1.routes.spoke2.next_hop=10.0.1.77"]);
    let said = told(&estate, "spoke1/app", "spoke2/app");
    assert_eq!(said, "DROPPED: packets end at 10.0.1.77, which nobody has");
}

#[test]
fn the_internet_by_an_nva_needs_its_translation() {
    let by_fw1 = edited(&["route_tables.app1.routes.all={ prefix: 0.0.0.0/0, next_hop: 10.0.1.4 }"]);
    let said = told(&by_fw1, "spoke1/app", "internet");
    assert_eq!(said, "UNDETERMINED: `fw1` is not said to translate addresses (`snat: true`)");
    let by_nat = edited(&["route_tables.app1.routes.all={ prefix: 0.0.0.0/0, next_hop: 10.0.1.6 }"]);
    assert_eq!(told(&by_nat, "spoke1/app", "internet"), "SYMMETRIC: both directions pass `nat`");
    assert_eq!(told(&edited(&[]), "spoke1/app", "internet"), "SYMMETRIC: neither direction passes an NVA");
}

// translation

#[test]
fn answers_return_to_an_nva_that_translates() {
    let to_nat = ["route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.6 }"];
    let found = followed(&edited(&to_nat), "spoke1/app", "branch");
    assert_eq!(found.verdict, Verdict::Symmetric);
    let [trip] = found.trips.as_slice() else { panic!("one way") };
    let [answer] = trip.back.as_slice() else { panic!("one answer") };
    assert_eq!(trip.translated_by.len(), 1);
    assert_eq!(answer.aims.first().unwrap().to_string(), "10.0.1.6", "the branch answers the NVA");
    assert_eq!(answer.aims.last().unwrap(), &found.from.address, "the NVA passes on to the sender");
}

#[test]
fn a_chain_of_two_translations_is_undone_in_reverse() {
    let estate = edited(&[
        "vnets.hub.subnets.outer={ prefix: 10.0.2.0/24 }",
        "vnets.hub.subnets.nva={ prefix: 10.0.1.0/24, route_table: on }",
        "route_tables.on={ routes: { branch: { prefix: 172.21.0.0/16, next_hop: 10.0.2.4 } } }",
        "nvas.nat2={ subnet: hub/outer, ip: 10.0.2.4, snat: true }",
        "route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.6 }",
    ]);
    let found = followed(&estate, "spoke1/app", "branch");
    assert_eq!(found.verdict, Verdict::Symmetric);
    let mut aims: Vec<String> = found.trips[0].back[0].aims.iter().map(ToString::to_string).collect();
    aims.dedup();
    assert_eq!(aims, ["10.0.2.4", "10.0.1.6", "10.1.0.254"]);
}

#[test]
fn an_nva_that_talks_itself_is_no_firewall_on_its_way() {
    let estate = edited(&[]);
    for (from, to) in [("fw1", "spoke1/db"), ("nat", "spoke1/db"), ("spoke1/db", "nat"), ("dc", "fw1"), ("fw1", "nat")]
    {
        assert_eq!(told(&estate, from, to), "SYMMETRIC: neither direction passes an NVA", "{from} to {to}");
    }
}

// gateways and sites

#[test]
fn vpn_and_expressroute_are_followed_to_their_sites() {
    let estate = edited(&[]);
    for (site, gateway) in [("branch", "hub/vpn_gateway"), ("dc", "hub/express_route_gateway")] {
        assert_eq!(told(&estate, "spoke1/db", site), "SYMMETRIC: neither direction passes an NVA");
        let run = run(&["--from", "spoke1/db", "--to", site, "--both"]);
        assert_eq!(run.code, 0);
        assert_eq!(run.stdout.matches(gateway).count(), if site == "dc" { 3 } else { 4 }, "{}", run.stdout);
    }
}

#[test]
fn where_both_gateways_know_a_site_expressroute_carries_it() {
    let both = ["sites.dc.vpn={ gateway: hub }"];
    let estate = edited(&both);
    assert_eq!(told(&estate, "spoke1/db", "dc"), "SYMMETRIC: neither direction passes an NVA");
    let by = |estate: &Estate| format!("{:?}", followed(estate, "spoke1/db", "dc").trips[0].there.places);
    assert!(by(&estate).contains("ExpressRouteGateway"), "{}", by(&estate));
    let sets: Vec<String> = both.iter().map(|set| (*set).to_owned()).collect();
    let failed = estate_from(Input::Text("t.rsctl.yaml", ESTATE.into()), &sets, "er1");
    assert!(by(&failed).contains("VpnGateway"), "{}", by(&failed));
}

#[test]
fn site_to_site_is_told_where_a_route_server_joins_the_gateways() {
    let told_of = |estate: &Estate| told(estate, "branch", "dc");
    assert_eq!(told_of(&edited(&[])), "UNDETERMINED: the packet ends further than the topology tells");
    let joined = edited(&[
        "vnets.hub.subnets.RouteServerSubnet=10.0.0.0/26",
        "vnets.hub.route_server={ branch_to_branch: true }",
        "vnets.hub.vpn_gateway={ asn: 65515, active_active: true }",
    ]);
    assert_eq!(told_of(&joined), "SYMMETRIC: neither direction passes an NVA");
}

#[test]
fn a_host_is_met_at_either_of_two_sites_that_announce_its_range() {
    let estate = edited(&["sites.twin={ asn: 65023, prefixes: [172.21.0.0/16], vpn: { gateway: hub } }"]);
    let found = followed(&estate, "spoke1/db", "172.21.0.9");
    assert_eq!(found.verdict, Verdict::Symmetric);
    assert_eq!(found.trips.len(), 2, "both are equally near");
}

#[test]
fn what_arrives_in_another_vnet_is_dropped() {
    let estate = edited(&[
        "vnets.twin={ address_space: [10.2.0.0/16], subnets: { app: 10.2.0.0/24 } }",
        "vnets.lone={ address_space: [10.9.0.0/16], subnets: { app: 10.9.0.0/24 } }",
        "peerings[+]={ between: [lone, twin] }",
    ]);
    let found = followed(&estate, "lone/app", "spoke2/app");
    assert_eq!(found.verdict, Verdict::Dropped);
    assert!(told(&estate, "lone/app", "spoke2/app").contains("in twin"), "{}", told(&estate, "lone/app", "spoke2/app"));
}

// failures

#[test]
fn failures_of_each_kind_are_followed() {
    let cases = [
        ("fw1", "spoke1/app", "spoke2/app", "SYMMETRIC: both directions pass `fw2`"),
        ("fw1,fw2", "spoke1/app", "spoke2/app", "DROPPED: packets end at ilb, which is down"),
        ("ilb", "spoke1/app", "spoke2/app", "DROPPED: packets end at ilb, which is down"),
        ("spoke2", "spoke1/app", "spoke2/app", "DROPPED: packets end at spoke2, which is down"),
        ("hub~spoke2", "spoke1/app", "spoke2/app", "DROPPED: packets are dropped at `hub/nva`"),
        ("er1", "spoke1/app", "dc", "DROPPED: packets are dropped where they start"),
        ("er1:0", "spoke1/app", "dc", "SYMMETRIC: neither direction passes an NVA"),
        ("branch", "spoke1/app", "branch", "DROPPED: packets are dropped where they start"),
        ("hub/vpn_gateway", "spoke1/app", "branch", "DROPPED: packets are dropped where they start"),
        ("hub/express_route_gateway", "spoke1/app", "dc", "DROPPED: packets are dropped where they start"),
    ];
    for (what, from, to, expected) in cases {
        assert_eq!(told(&down(what), from, to), expected, "{what} is down");
    }
}

// hosts

#[test]
fn hosts_are_meant_by_name_and_by_address() {
    let estate = edited(&[]);
    let name = |text: &str| Host::named(&estate, text).unwrap().endpoint.name(&estate.topology);
    let same = [
        ("spoke1/app", "10.1.0.77"),
        ("branch", "172.21.4.4"),
        ("fw1", "10.0.1.4"),
        ("internet", "8.8.8.8"),
        ("hub/nva", "10.0.1.200"),
    ];
    for (by_name, by_address) in same {
        assert_eq!((name(by_name).as_str(), name(by_address).as_str()), (by_name, by_name));
    }
}

#[test]
fn hosts_that_cannot_be_are_refused_with_what_to_write() {
    let cases: &[(&[&str], &str, &str)] = &[
        (&["--from", "nobody", "--to", "dc"], "there is no subnet, site or NVA `nobody`", "write a subnet"),
        (&["--from", "spoke1/apq", "--to", "dc"], "`spoke1/apq`", "did you mean `spoke1/app`?"),
        (&["--from", "spoke1", "--to", "dc"], "`spoke1`", "write one of `spoke1/app`, `spoke1/db`"),
        (
            &["--from", "10.1.200.1", "--to", "dc"],
            "10.1.200.1 is in `spoke1`, and in no subnet of it",
            "write an address",
        ),
        (&["--from", "10.99.0.1", "--to", "dc"], "is in no subnet and behind no site", "write a subnet"),
        (&["--from", "internet", "--to", "dc"], "where packets from the internet come in", "swap --from and --to"),
        (&["--from", "fd00::1", "--to", "dc"], "fd00::1 is an IPv6 address", "write an IPv4 address"),
        (&["--from", "dc", "--to", "dc"], "a host does not talk to itself", "--to"),
        (&["--from", "dc"], "--to <HOST>", "--help"),
        (&["--all-pairs", "--to", "dc"], "cannot be used with", "--help"),
        (&["--from", "dc", "--to", "branch", "--inspected"], "cannot be used with", "--help"),
        (&["--from", "\u{1b}[31mred\u{202e}", "--to", "dc"], "there is no subnet", "write a subnet"),
        (&["--from", "dc", "--to", "branch", "--down", "nobody"], "nobody", ""),
    ];
    for (args, what, help) in cases {
        let run = run(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}\n{}", run.stderr);
        assert!(run.stderr.contains(what) && run.stderr.contains(help), "{args:?}\n{}", run.stderr);
        assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{args:?}");
    }
}

// what is printed

#[test]
fn one_conversation_is_told_as_reviewed() {
    let by_fw1 = "route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.4 }";
    let shown = run(&["--from", "spoke1/app", "--to", "branch", "--both", "--set", by_fw1]);
    assert_eq!(shown.code, 1);
    insta::assert_snapshot!("one-asymmetric", shown.stdout);
    let balanced = run(&["--from", "spoke1/app", "--to", "spoke2/app"]);
    assert_eq!(balanced.code, 0);
    insta::assert_snapshot!("one-balanced", balanced.stdout);
    let open = run(&["--from", "spoke1/app", "--to", "branch", "--down", "branch"]);
    assert_eq!(open.code, 1);
    insta::assert_snapshot!("one-down", open.stdout);
}

#[test]
fn all_conversations_are_told_as_reviewed() {
    let by_fw1 = "route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.4 }";
    let shown = run(&["--all-pairs", "--set", by_fw1]);
    assert_eq!(shown.code, 1);
    insta::assert_snapshot!("all-pairs", shown.stdout);
    let inspected = run(&["--all-pairs", "--inspected", "-o", "markdown"]);
    assert_eq!(inspected.code, 1);
    insta::assert_snapshot!("all-pairs-inspected", inspected.stdout);
}

#[test]
fn the_json_of_a_conversation_has_every_hop_of_both_directions() {
    let found = json(&["--from", "spoke1/app", "--to", "branch"]);
    insta::assert_json_snapshot!("one-json", found);
    let all = json(&["--all-pairs"]);
    insta::assert_json_snapshot!("all-pairs-json", all);
}

#[test]
fn symmetric_estates_end_with_zero_and_unknown_answers_with_one() {
    let only = "{ app: { prefix: 10.1.0.0/24 } }";
    let quiet = run(&["--all-pairs", "--without", "spoke2,dc,er1", "--set", &format!("vnets.spoke1.subnets={only}")]);
    assert_eq!((quiet.code, quiet.stdout.contains("2 SYMMETRIC")), (0, true), "{}", quiet.stdout);
    let unknown = run(&["--all-pairs", "--without", "spoke1,spoke2"]);
    assert_eq!(unknown.code, 1, "{}", unknown.stdout);
    assert!(unknown.stdout.contains("Trace: 2 UNDETERMINED"), "{}", unknown.stdout);
}

#[test]
fn an_estate_without_two_hosts_has_nothing_to_follow() {
    let run = run(&["--all-pairs", "--without", "spoke1,spoke2,dc"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stdout.trim(), "Trace: no two workload subnets or sites to follow a conversation between");
}

#[test]
fn hostile_names_reach_no_terminal_and_no_shell() {
    let name = serde_json::to_string(&hostile::HOSTILE).unwrap();
    let text = ESTATE.replace("branch:", &format!("{name}:"));
    for args in [&["--all-pairs"][..], &["--from", "spoke1/app", "--to", "172.21.0.9", "--both"]] {
        for format in ["table", "markdown", "tsv", "json"] {
            let run = run_with(&text, &[&["--file", "-", "-o", format], args].concat());
            assert!(run.code < 3, "{}", run.stderr);
            let harmful = |text: &str| text.contains(['\u{1b}', '\u{9b}', '\u{202e}']);
            assert!(!harmful(&run.stdout) && !harmful(&run.stderr), "{args:?} as {format}\n{}", run.stdout);
        }
    }
}

// labs

fn labs() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("fixtures/observed")).unwrap();
    let files = folders.map(|folder| folder.unwrap().path()).filter(|path| path.is_dir());
    let files = files.flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with(".rsctl.yaml")).collect();
    files.sort();
    files
}

fn lab(path: &Path, sets: &[String]) -> Estate {
    estate_from(Input::Path(path.to_str().unwrap()), sets, "")
}

fn observed(name: &str) -> AllPairs {
    all_pairs(&lab(&root().join(format!("fixtures/observed/{name}.rsctl.yaml")), &[]))
}

#[test]
fn labs_that_worked_have_no_loop_and_no_asymmetry_and_drop_nothing() {
    for name in [
        "blog-fabferri-er-vpn-transit/topology",
        "blog-wth-bgp-vpn-gateways/stage-s3",
        "blog-wth-bgp-vpn-gateways/stage-s4",
        "blog-wth-bgp-vpn-gateways/stage-s7",
        "blog-vuptime-gateway-propagation/stage-s2",
        "blog-vuptime-gateway-propagation/stage-s3",
        "gh-microhack-single-hub/stage-s2",
        "gh-microhack-single-hub/stage-s3",
        "gh-adstuart-infoblox/topology",
    ] {
        let found = observed(name);
        assert!(found.count() > 0, "{name} has conversations");
        assert_eq!(found.count_of(Verdict::Symmetric), found.count(), "{name}");
    }
}

#[test]
fn loops_that_authors_saw_are_found_by_trace_and_by_lint() {
    for (name, code) in [("blog-fabferri-dualhome-2er", "RS1102"), ("blog-fabferri-dualhome-s2s", "RS1103")] {
        assert!(observed(&format!("{name}/topology")).count_of(Verdict::Loop) > 0, "{name}");
        assert!(linted(&root().join(format!("fixtures/observed/{name}/topology.rsctl.yaml"))).contains(code), "{name}");
    }
}

fn linted(path: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    let output = command.args(["lint", "-o", "json"]).arg(path).current_dir(root()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn where_trace_finds_a_loop_in_a_lab_lint_names_the_route() {
    let mut loops = 0;
    for path in labs() {
        if all_pairs(&lab(&path, &[])).count_of(Verdict::Loop) > 0 {
            loops += 1;
            let findings = linted(&path);
            let named = ["RS1101", "RS1102", "RS1103"].iter().any(|code| findings.contains(code));
            assert!(named, "{}", path.display());
        }
    }
    assert!(loops >= 10);
}

// fixes

/// The edits that an instruction asks for, as values of `--set`.
fn edits(estate: &Estate, instruction: &str, number: usize) -> Vec<String> {
    let parts: Vec<&str> = instruction.split('`').collect();
    let routes: Vec<&str> = instruction.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    let named = |index: usize, route: &&str| format!("fix{number}-{index}: {{{route}}}");
    let new_routes: Vec<String> = routes.iter().enumerate().map(|(index, route)| named(index, route)).collect();
    if instruction.starts_with("add the route") {
        let sets = routes.iter().enumerate();
        return sets
            .map(|(index, route)| format!("route_tables.\"{}\".routes.fix{number}-{index}={{{route}}}", parts[1]))
            .collect();
    }
    if instruction.ends_with("(`snat: true`)") {
        return vec![format!("nvas.\"{}\".snat=true", parts[1])];
    }
    if instruction.starts_with("set `bgp_route_propagation: false`") {
        return vec![format!("route_tables.\"{}\".bgp_route_propagation=false", parts[3])];
    }
    assert!(instruction.starts_with("give `"), "{instruction}");
    let (names, with) = instruction.split_once(" a route table with ").unwrap();
    let propagation = !with.contains("bgp_route_propagation: false");
    let table = format!("{{ bgp_route_propagation: {propagation}, routes: {{ {} }} }}", new_routes.join(", "));
    let mut sets = vec![format!("route_tables.fix{number}={table}")];
    for name in names.split('`').skip(1).step_by(2) {
        let id = estate.subnet_named(name).unwrap();
        let ranges: Vec<String> = estate.topology.subnet(id).ranges.iter().map(ToString::to_string).collect();
        let (vnet, subnet) = name.split_once('/').unwrap();
        let value = format!("{{ prefix: [{}], route_table: fix{number} }}", ranges.join(", "));
        sets.push(format!("vnets.\"{vnet}\".subnets.\"{subnet}\"={value}"));
    }
    sets
}

#[test]
fn what_a_fix_says_in_words_repairs_when_it_is_done() {
    let mut done = 0;
    for path in labs() {
        let before = lab(&path, &[]);
        let symmetric = all_pairs(&before).count_of(Verdict::Symmetric);
        if symmetric == all_pairs(&before).count() {
            continue;
        }
        let shown = run_with("", &["--all-pairs", "--all", "-o", "json", "--file", path.to_str().unwrap()]);
        let found: Value = serde_json::from_str(&shown.stdout).unwrap();
        for failing in found["failing"].as_array().unwrap() {
            let Some(changes) = failing["fix"]["changes"].as_array() else { continue };
            let each = changes.iter().enumerate();
            let sets: Vec<String> =
                each.flat_map(|(number, change)| edits(&before, change.as_str().unwrap(), number)).collect();
            let after = all_pairs(&lab(&path, &sets)).count_of(Verdict::Symmetric);
            let repairs = failing["fix"]["repairs"].as_u64().unwrap();
            assert_eq!(after, symmetric + repairs, "{}: {changes:?}", path.display());
            done += 1;
        }
    }
    assert!(done >= 3, "{done} fixes were tried");
}

#[test]
fn a_fix_is_the_smallest_that_repairs_and_breaks_nothing() {
    let by_fw1 = "route_tables.app1.routes.branch={ prefix: 172.21.0.0/16, next_hop: 10.0.1.4 }";
    let estate = edited(&[by_fw1]);
    let all = all_pairs(&estate);
    let failing = all.pairs.iter().find(|pair| pair.trace.verdict == Verdict::Asymmetric).unwrap();
    let found = fix(&estate, &all, failing).unwrap();
    assert!(matches!(found.changes.as_slice(), [Change::Route { .. }] | [Change::Translate(_)]), "{found:?}");
    assert!(found.repairs >= failing.count);
}
