//! `rsctl why`: reasons of every row of every observed lab, each kind of reason on a small estate, formats, and edits that help.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::analysis::why::{Asked, At, Extent, Reasons};
use rsctl::bgp::{self, find_device};
use rsctl::diagnostic::Sink;
use rsctl::effective::{Programmed, RouteSource, RowPrefix, State, Tables, programmed};
use rsctl::render::why::human;
use rsctl::report::verify::find_subnet;
use rsctl::report::why::{Kind, Node, WhyReport, Written};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, Loaded, load, load_text};
use rsctl::topology::{self, Topology};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Lab {
    sources: Sources,
    loaded: Loaded,
    topology: Topology,
}

impl Lab {
    fn made(sources: Sources, loaded: Option<Loaded>, mut sink: Sink) -> Option<Lab> {
        let loaded = loaded.filter(|_| !sink.has_errors())?;
        let facts = topology::facts_of(&loaded.document, None, &mut sink);
        let topology = topology::resolve(&loaded.document, facts, &mut sink)?;
        Some(Lab { sources, loaded, topology })
    }

    fn read(path: &Path) -> Option<Lab> {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink);
        Lab::made(sources, loaded, sink)
    }

    fn of(yaml: &str) -> Lab {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text("t.yaml", yaml, &mut DiskFiles, &mut sources, &mut sink);
        Lab::made(sources, loaded, sink).unwrap_or_else(|| panic!("refused: {yaml}"))
    }

    /// The tree for people, as plain text.
    fn told(&self, asked: &str, at: &str) -> String {
        let asked = match asked.parse() {
            Ok(prefix) => Asked::Prefix(prefix),
            Err(_) => Asked::Address(asked.parse().unwrap()),
        };
        let at = match find_subnet(&self.topology, at) {
            Ok(id) => At::Subnet(id),
            Err(_) => find_device(&self.topology, at).map(|(device, instance)| At::Speaker(device, instance)).unwrap(),
        };
        let ribs = bgp::run(&self.topology);
        let tables = Tables::new(&self.topology, &ribs);
        let reasons = Reasons { topology: &self.topology, ribs: &ribs, tables: &tables, extent: Extent::Relevant };
        let report = WhyReport::new(&reasons, &reasons.why(asked, at), &self.written());
        let mut out = Vec::new();
        let options = human::Options { colour: false, unicode: false, width: None };
        human::write(&report, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn written(&self) -> Written<'_> {
        Written { sources: &self.sources, document: &self.loaded.document, topology: &self.topology }
    }
}

/// Every topology of every observed lab.
fn observed() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed");
    let labs = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = labs.flat_map(|lab| std::fs::read_dir(lab).unwrap().map(|entry| entry.unwrap().path()));
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_str().unwrap().ends_with(".rsctl.yaml")).collect();
    files.sort();
    assert!(files.len() > 30, "the labs are found");
    files
}

fn dead_ends<'n>(nodes: &'n [Node], found: &mut Vec<&'n Node>, kinds: &mut BTreeSet<Kind>) {
    for node in nodes {
        kinds.insert(node.kind);
        if node.children.is_empty() && node.places.is_empty() {
            found.push(node);
        }
        // A refusal or a lost comparison says who says so.
        let judged = node.kind == Kind::Offer && node.detail.step.is_some();
        if judged && node.facts.is_empty() && node.source.is_none() {
            found.push(node);
        }
        if node.facts.iter().any(|fact| fact.source.is_empty()) {
            found.push(node);
        }
        dead_ends(&node.children, found, kinds);
    }
}

#[test]
fn why_on_every_row_of_every_observed_lab_ends_at_lines_and_sources() {
    let (mut asked, mut kinds) = (0, BTreeSet::new());
    for path in observed() {
        let Some(lab) = Lab::read(&path) else { continue };
        let topology = &lab.topology;
        let ribs = bgp::run(topology);
        let tables = Tables::new(topology, &ribs);
        let announced: BTreeSet<_> =
            ribs.class_ids().flat_map(|class| ribs.class(class).prefixes.iter().copied().take(3)).collect();
        for (number, id) in topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet)).enumerate() {
            let extent = if number % 2 == 0 { Extent::Relevant } else { Extent::Everything };
            let reasons = Reasons { topology, ribs: &ribs, tables: &tables, extent };
            let table = tables.of_subnet(id);
            let rows: Vec<_> = table.rows().collect();
            let ranges =
                rows.iter().filter_map(|row| if let RowPrefix::Range(range) = row.prefix { Some(range) } else { None });
            let prefixes: BTreeSet<_> = ranges.chain(announced.iter().copied()).collect();
            for prefix in prefixes {
                let why = reasons.why(Asked::Prefix(prefix), At::Subnet(id));
                for row in rows.iter().filter(|row| row.prefix == RowPrefix::Range(prefix)) {
                    assert!(why.entries.iter().any(|entry| entry.row.as_ref() == Some(row)), "{prefix} of {path:?}");
                    if row.state == State::Active {
                        assert_eq!(why.decides().unwrap().prefix, prefix, "{path:?}");
                    }
                    if let (RouteSource::VirtualNetworkGateway, Some(class)) = (row.source, row.class) {
                        let host = topology.vnet(id.vnet).provider.unwrap();
                        let Programmed::Route(choice) = programmed(topology, &ribs, host, class) else {
                            panic!("{prefix} of {path:?} is a row that nobody programs")
                        };
                        assert_eq!(choice.hops, row.next_hops, "{prefix} of {path:?}");
                    }
                }
                let report = WhyReport::new(&reasons, &why, &lab.written());
                let mut found = Vec::new();
                dead_ends(&report.tree, &mut found, &mut kinds);
                assert!(found.is_empty(), "{} {prefix} of {path:?}: {found:#?}", topology.subnet_name(id));
                asked += 1;
            }
        }
        for device in bgp::devices(topology) {
            let reasons = Reasons { topology, ribs: &ribs, tables: &tables, extent: Extent::Relevant };
            for prefix in &announced {
                let why = reasons.why(Asked::Prefix(*prefix), At::Speaker(device, None));
                let report = WhyReport::new(&reasons, &why, &lab.written());
                let mut found = Vec::new();
                dead_ends(&report.tree, &mut found, &mut kinds);
                assert!(found.is_empty(), "{} {prefix} of {path:?}: {found:#?}", device.name(topology));
                asked += 1;
            }
        }
    }
    assert!(asked > 3_000, "only {asked} questions");
    for kind in
        [Kind::Entry, Kind::Programmer, Kind::Offer, Kind::Refusal, Kind::Session, Kind::EmptyHanded, Kind::SeeAbove]
    {
        assert!(kinds.contains(&kind), "no lab has a statement of the kind {kind:?}");
    }
}

/// A hub with two firewalls and a gateway, a spoke that uses it and one that does not.
const ESTATE: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets: { RouteServerSubnet: 10.0.0.0/26, GatewaySubnet: 10.0.0.64/26, nva: 10.0.1.0/24 }
    route_server: { peers: [fw1, fw2] }
    vpn_gateway: { asn: 65010, active_active: true }
  spoke:
    address_space: [10.1.0.0/16]
    subnets: { app: 10.1.0.0/24, off: { prefix: 10.1.1.0/24, route_table: off }, udr: { prefix: 10.1.2.0/24, route_table: udr } }
  alone: { address_space: [10.9.0.0/16], subnets: { app: 10.9.0.0/24 } }
peerings:
  - { hub: hub, spoke: spoke }
  - { between: [spoke, alone] }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [0.0.0.0/0, 10.50.0.0/16, 10.1.9.0/24, 10.0.7.0/24, 10.9.1.0/24] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65002, advertises: [{ prefix: 0.0.0.0/0, as_path: [65002, 65002] }], readvertise: false }
sites:
  dc1: { asn: 65021, ip: 192.168.0.1, prefixes: [192.168.0.0/16], vpn: { gateway: hub } }
  dc2: { asn: 65022, ip: 192.168.9.1, prefixes: [172.20.0.0/16] }
sessions: [{ between: [fw2, dc2] }]
route_tables:
  off: { bgp_route_propagation: false }
  udr: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.5 }, lost: { prefix: 10.50.0.0/16, next_hop: 10.200.0.1 } } }
";

/// Where a text stands in the estate, as a reason names it.
#[track_caller]
fn at(yaml: &str, text: &str) -> String {
    let place = yaml.find(text).unwrap_or_else(|| panic!("{text:?} is not in the estate"));
    let before = &yaml[..place];
    let column = place - before.rfind('\n').map_or(0, |end| end + 1) + 1;
    format!("t.yaml:{}:{column}  ", before.matches('\n').count() + 1)
}

#[track_caller]
fn says(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "{part:?} is missing in\n{told}");
    }
}

#[test]
fn a_loser_is_told_with_the_step_both_values_and_the_line_of_its_announcement() {
    let told = Lab::of(ESTATE).told("8.8.8.8", "spoke/app");
    says(
        &told,
        &[
            "spoke/app sends 8.8.8.8 to 10.0.1.4 (fw1): the row 0.0.0.0/0 (VirtualNetworkGateway) decides",
            "hub/route_server does not use what fw2 sends: AS path 65002-65002, next hop 10.0.1.5; AS path length: 2 against 1",
            &(at(ESTATE, "route_server:") + "default of `hub_routing_preference`"),
            &(at(ESTATE, "0.0.0.0/0, as_path") + "`advertises`"),
            &(at(ESTATE, "{ hub: hub") + "peering with gateway transit"),
            "no row: 0.0.0.0/0 Default, Internet; a gateway brings the same prefix",
        ],
    );
}

#[test]
fn propagation_that_is_off_is_the_reason_and_its_line_is_told() {
    let told = Lab::of(ESTATE).told("10.50.0.0/16", "spoke/off");
    says(
        &told,
        &[
            "no row: 10.50.0.0/16 by a gateway; propagation is off in its route table `off`",
            &(at(ESTATE, "false }\n  udr") + "`bgp_route_propagation`"),
            "fact propagation_off",
            "fw1 originates it: it advertises it",
        ],
    );
}

#[test]
fn a_prefix_inside_a_peered_vnet_is_refused_for_that_range() {
    let told = Lab::of(ESTATE).told("10.9.1.0/24", "spoke/app");
    says(
        &told,
        &[
            "no row: 10.9.1.0/24 by a gateway; gateway routes inside 10.9.0.0/16 are refused, a range of alone, with which spoke is peered",
            &(at(ESTATE, "10.9.0.0/16") + "`address_space`"),
            &(at(ESTATE, "{ between: [spoke, alone]") + "peering"),
            "fact injection_filter",
        ],
    );
}

#[test]
fn a_prefix_inside_the_hub_is_never_programmed_there() {
    let told = Lab::of(ESTATE).told("10.0.7.0/24", "spoke/app");
    says(
        &told,
        &[
            "no row: 10.0.7.0/24 by a gateway; it lies inside a range of hub",
            &(at(ESTATE, "10.0.0.0/16") + "`address_space`"),
        ],
    );
}

#[test]
fn what_an_nva_learned_and_does_not_pass_on_is_told_with_the_key() {
    let told = Lab::of(ESTATE).told("172.20.0.0/16", "spoke/app");
    says(
        &told,
        &[
            "hub/route_server would program it",
            "fw2 does not send it to hub/route_server: the router announces only what it originates",
            "  `readvertise`",
            "dc2 originates it: a prefix of the site",
        ],
    );
}

#[test]
fn branch_to_branch_that_is_not_written_is_told_as_a_default() {
    let told = Lab::of(ESTATE).told("192.168.0.0/16", "fw1");
    says(
        &told,
        &[
            "fw1 has nothing of 192.168.0.0/16",
            "hub/route_server does not send it to fw1: branch-to-branch is off",
            &(at(ESTATE, "route_server:") + "default of `branch_to_branch`"),
            "fact branch_to_branch",
            "dc1 originates it",
        ],
    );
}

#[test]
fn nobody_announces_names_what_is_announced_around_and_inside() {
    let lab = Lab::of(ESTATE);
    says(
        &lab.told("10.50.1.0/24", "spoke/app"),
        &["no row: nobody announces 10.50.1.0/24", "announced around it: 10.50.0.0/16", "for want of an Active row"],
    );
    says(&lab.told("10.48.0.0/13", "spoke/app"), &["announced inside it: 10.50.0.0/16"]);
    says(&lab.told("10.50.1.0/24", "fw1"), &["nobody announces 10.50.1.0/24", "announced around it: 10.50.0.0/16"]);
}

#[test]
fn a_vnet_without_gateways_has_no_gateway_rows() {
    let told = Lab::of(ESTATE).told("10.50.0.0/16", "alone/app");
    says(
        &told,
        &[
            "its VNet has no route server and no gateway, and uses those of no other VNet",
            &(at(ESTATE, "alone:") + "VNet"),
        ],
    );
}

#[test]
fn an_invalid_row_names_the_route_that_overrides_it_and_one_that_cannot_be_reached() {
    let told =
        Lab::of(&format!("{ESTATE}facts: {{ unreachable_next_hop: invalid }}\n")).told("10.50.0.0/16", "spoke/udr");
    says(
        &told,
        &[
            "Invalid: 10.50.0.0/16 User `lost`, VirtualAppliance to 10.200.0.1; its next hop is outside the VNet",
            "fact unreachable_next_hop = invalid (chosen: ",
            "`facts`",
            "Invalid: 10.50.0.0/16 VirtualNetworkGateway to 10.0.1.4 (fw1); the user-defined route `lost` has the same prefix",
            "fact source_order",
        ],
    );
}

#[test]
fn rules_that_match_and_rules_that_drop_are_told_with_their_lines() {
    let policies = ESTATE.replace(
        "fw1: { subnet",
        "fw1: { export: { hub: [{ name: long, match: { prefix: [10.50.0.0/16] }, then: { prepend: [65001] } }, { name: no, match: { prefix: [0.0.0.0/0] }, then: { drop: true } }] }, subnet",
    );
    let lab = Lab::of(&policies);
    says(
        &lab.told("10.50.0.0/16", "spoke/app"),
        &[
            "AS path empty becomes 65001-65001",
            "a rule `long` of the export policy of fw1 matches",
            &(at(&policies, "{ name: long") + "rule"),
        ],
    );
    says(
        &lab.told("8.8.8.8", "spoke/app"),
        &["sends 8.8.8.8 to 10.0.1.5 (fw2)", "fw1 does not send it to hub/route_server: rule `no` drops it", "  rule"],
    );
}

#[test]
fn a_loser_on_the_way_is_told_and_followed_no_further() {
    // fw1 hears 172.20.0.0/16 from fw2 and from dc3, which prepends; only the way of the winner is told to its end.
    let longer = ESTATE.replace("readvertise: false", "split_horizon: true").replace(
        "sessions: [",
        "  dc3: { asn: 65023, ip: 192.168.8.1, prefixes: [{ prefix: 172.20.0.0/16, as_path: [65023, 65023, 65023] }] }\nsessions: [{ between: [fw2, dc3] }, ",
    );
    let told = Lab::of(&longer).told("172.20.0.0/16", "spoke/app");
    says(&told, &["fw2 does not use what dc3 sends: AS path 65023-65023-65023", "dc2 originates it"]);
    assert!(!told.contains("dc3 originates it"), "{told}");
}

#[test]
fn a_summary_names_the_rule_that_makes_it() {
    let policy =
        "fw1: { export: { hub: [{ match: { within: [10.50.0.0/16] }, then: { summarize: 10.48.0.0/12 } }] }, subnet";
    let yaml = ESTATE.replace("fw1: { subnet", policy);
    let told = Lab::of(&yaml).told("10.48.0.0/12", "spoke/app");
    says(
        &told,
        &[
            "a policy of fw1 puts this prefix in place of longer ones",
            &(at(&yaml, "{ match: { within") + "`summarize`"),
        ],
    );
    says(
        &Lab::of(&yaml).told("10.50.0.0/16", "spoke/app"),
        &["fw1 does not send it to hub/route_server: a summary is announced instead"],
    );
}

#[test]
fn what_has_failed_is_told_as_down() {
    let lab = Lab::of(ESTATE);
    let down = topology::Outages::named(&lab.topology, &["hub/route_server".to_owned()]).unwrap();
    let lab = Lab { topology: lab.topology.clone().with(&down), ..lab };
    says(&lab.told("10.50.0.0/16", "spoke/app"), &["hub/route_server is down"]);
    let lab = Lab::of(ESTATE);
    let down = topology::Outages::named(&lab.topology, &["fw1~hub/route_server".to_owned()]).unwrap();
    let lab = Lab { topology: lab.topology.clone().with(&down), ..lab };
    let told = lab.told("10.50.0.0/16", "spoke/app");
    says(
        &told,
        &[
            "the BGP connection of hub/route_server to fw1 is down",
            &(at(ESTATE, "fw1, fw2] }\n    vpn") + "BGP connection"),
        ],
    );
}

#[test]
fn a_session_closed_for_too_many_routes_is_told_with_the_limit() {
    let yaml = format!("{ESTATE}facts: {{ routes_per_peer: 2 }}\n");
    let told = Lab::of(&yaml).told("10.50.0.0/16", "spoke/app");
    says(
        &told,
        &[
            "the BGP connection of hub/route_server to fw1 is closed, because fw1 sends",
            "and 2 are allowed",
            "fact routes_per_peer = 2 (chosen: ",
        ],
    );
}

#[test]
fn a_vpn_gateway_that_is_passed_over_for_express_route_is_told() {
    let yaml = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets: { GatewaySubnet: 10.0.0.64/26, app: 10.0.1.0/24 }
    vpn_gateway: { asn: 65010 }
    express_route_gateway: {}
sites:
  dc1: { asn: 65021, ip: 192.168.0.1, prefixes: [192.168.0.0/16], vpn: { gateway: hub } }
  dc2: { asn: 65022, prefixes: [192.168.0.0/16] }
circuits: { er1: { gateways: [hub], sites: [dc2] } }
";
    let told = Lab::of(yaml).told("192.168.0.0/16", "hub/app");
    says(
        &told,
        &[
            "hub/express_route_gateway programs it",
            "hub/vpn_gateway has it too; ExpressRoute comes before VPN",
            "dc1 originates it",
            "dc2 originates it",
        ],
    );
}

#[test]
fn routes_that_never_settle_are_told_so() {
    // The bad gadget of Griffin, Shepherd and Wilfong (2002): whatever the three choose, one of them wants to choose again.
    let yaml = "\
rsctl: 1
vnets: {}
sites:
  origin: { asn: 65010, prefixes: [{ prefix: 9.9.9.0/24, as_path: [65010, 65010, 65010] }] }
  a: { asn: 65001, import: { b: prefer-without-65003, c: never } }
  b: { asn: 65002, import: { c: prefer-without-65001, a: never } }
  c: { asn: 65003, import: { a: prefer-without-65002, b: never } }
sessions:
  - { between: [origin, a] }
  - { between: [origin, b] }
  - { between: [origin, c] }
  - { between: [a, b] }
  - { between: [b, c] }
  - { between: [c, a] }
route_maps:
  never: [{ then: { drop: true } }]
  prefer-without-65001: [{ match: { as_path_contains: 65001 }, then: { drop: true } }, { then: { strip: 65010 } }]
  prefer-without-65002: [{ match: { as_path_contains: 65002 }, then: { drop: true } }, { then: { strip: 65010 } }]
  prefer-without-65003: [{ match: { as_path_contains: 65003 }, then: { drop: true } }, { then: { strip: 65010 } }]
";
    says(&Lab::of(yaml).told("9.9.9.0/24", "a"), &["this never settles: a, b and c keep changing"]);
}

/// Runs the command in a folder of its own that holds the estate in a file of this name.
fn run_in(file: &str, yaml: &str, args: &[&str], locale: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(file), yaml).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.arg("why").args(args).args(["-f", file]).current_dir(folder.path()).env("LC_ALL", locale).output().unwrap()
}

fn run(yaml: &str, args: &[&str], locale: &str) -> Output {
    run_in("t.rsctl.yaml", yaml, args, locale)
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn edits_that_help_are_verified_and_the_smallest_come_first() {
    let output = run(ESTATE, &["8.8.8.8", "--at", "spoke/app", "--not", "fw1", "-o", "json"], "C.UTF-8");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let found = report["instead"]["found"].as_array().unwrap();
    assert!(!found.is_empty());
    let disturbs: Vec<u64> = found.iter().map(|remedy| remedy["disturbs"].as_u64().unwrap()).collect();
    assert!(disturbs.is_sorted(), "{disturbs:?}");
    for remedy in found {
        // Pasted as they are printed, the edits do what is said.
        let mut args = vec!["8.8.8.8", "--at", "spoke/app", "-o", "json"];
        for set in remedy["set"].as_array().unwrap() {
            args.extend(["--set", set.as_str().unwrap()]);
        }
        let again = run(ESTATE, &args, "C.UTF-8");
        let answer: serde_json::Value = serde_json::from_str(&out(&again)).unwrap();
        let answer = answer["answer"].as_str().unwrap();
        let outcome = remedy["outcome"].as_str().unwrap().strip_prefix("then to ").unwrap();
        assert!(answer.contains(outcome) && !answer.contains("10.0.1.4"), "{answer} with {}", remedy["set"]);
    }
}

#[test]
fn two_edits_are_named_where_no_single_one_helps() {
    // Propagation is off and a route of the table leads to the VNet itself: one has to go and the other to be switched on.
    let shut = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets: { GatewaySubnet: 10.0.0.64/26, app: { prefix: 10.0.1.0/24, route_table: shut } }
    vpn_gateway: {}
sites: { dc1: { asn: 65021, ip: 192.168.0.1, prefixes: [192.168.0.0/16], vpn: { gateway: hub } } }
route_tables: { shut: { bgp_route_propagation: false, routes: { drop: { prefix: 192.168.0.0/16, next_hop: None } } } }
";
    let output = run(shut, &["192.168.1.1", "--at", "hub/app", "--not", "-o", "json"], "C.UTF-8");
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let found = report["instead"]["found"].as_array().unwrap();
    assert_eq!(
        found[0]["set"],
        serde_json::json!(["route_tables.shut.routes.drop=null", "route_tables.shut.bgp_route_propagation=true"]),
        "{report}"
    );
    assert!(found.iter().all(|remedy| remedy["what"].as_array().unwrap().len() == 2));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn nothing_found_ends_with_one_and_says_what_was_tried() {
    // No NVA is in reach of this VNet, and it uses no gateway.
    let output = run(ESTATE, &["8.8.8.8", "--at", "alone/app", "--not"], "C.UTF-8");
    says(&out(&output), &["to send it elsewhere than to the internet: nothing found, 0 edits tried"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn wrong_questions_end_with_two_and_say_what_to_write() {
    let cases: [(&[&str], &str); 9] = [
        (&["10.0.0.5/8", "--at", "spoke/app"], "write 10.0.0.0/8 for the prefix, or 10.0.0.5 for the address"),
        (&["2001:db8::1", "--at", "spoke/app"], "is IPv6, and routes are IPv4 only"),
        (&["2001:db8::/32", "--at", "spoke/app"], "is IPv6, and routes are IPv4 only"),
        (&["ten", "--at", "spoke/app"], "neither an address nor a prefix"),
        (&["10.0.0.0/33", "--at", "spoke/app"], "neither an address nor a prefix"),
        (&["10.0.0.0/8", "--at", "spoke/ap"], "did you mean `spoke/app`?"),
        (&["10.0.0.0/8", "--at", "fw1:1"], "`fw1` has one instance"),
        (&["10.0.0.0/8", "--at", "fw1", "--not"], "--not is for subnets"),
        (&["8.8.8.8", "--at", "spoke/app", "--not", "fw2"], "fw2 is not the next hop now"),
    ];
    for (args, said) in cases {
        let output = run(ESTATE, args, "C.UTF-8");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(said), "{args:?}: {error}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn branches_are_ascii_where_the_locale_is_not_utf8() {
    let args = ["8.8.8.8", "--at", "spoke/app"];
    let (plain, boxes) = (out(&run(ESTATE, &args, "C")), out(&run(ESTATE, &args, "C.UTF-8")));
    assert!(plain.is_ascii(), "{plain}");
    assert!(boxes.contains("├─ ") && boxes.contains("└─ "), "{boxes}");
    assert_eq!(plain.lines().count(), boxes.lines().count());
}

#[cfg(unix)]
#[test]
fn names_cannot_drive_a_terminal_or_break_out_of_a_label() {
    let rule = r#"fw1: { export: { hub: [{ name: "a]b\"<i>`|@x *y*", match: { prefix: [10.50.0.0/16] }, then: { prepend: [65001] } }] }, subnet"#;
    let hostile = ESTATE.replace("fw1: { subnet", rule);
    for format in ["human", "json", "markdown", "mermaid"] {
        let args = ["10.50.0.0/16", "--at", "spoke/app", "-o", format];
        let told = out(&run_in("h]\"<b>\u{1b}[31m`|.rsctl.yaml", &hostile, &args, "C.UTF-8"));
        assert!(told.contains("of the export policy of fw1 matches"), "{format}: {told}");
        assert!(!told.contains('\u{1b}'), "{format}: {told}");
        if format == "mermaid" {
            for line in told.lines().filter(|line| line.contains("[\"")) {
                let label = line.split_once("[\"").and_then(|(_, rest)| rest.strip_suffix("\"]")).unwrap();
                assert!(!label.replace("<br/>", "").contains(['"', '<', '[', ']', '`', '|']), "{line}");
            }
        }
    }
}

/// What a topology of a lab prints in a format, typed in the folder of the lab.
fn printed(topology: &str, asked: &str, at: &str, format: &str) -> String {
    let (lab, file) = topology.split_once('/').unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed").join(lab);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(["why", asked, "--at", at, "-f", &format!("{file}.rsctl.yaml"), "-o", format]);
    let output = command.current_dir(folder).env("LC_ALL", "C.UTF-8").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    out(&output)
}

#[test]
fn three_labs_in_four_formats() {
    let questions = [
        ("ecmp", "gh-hubless-remote-nva-ecmp/topology", "8.8.8.8", "vnet-spoke-c1/snet-workload"),
        ("express-route", "blog-fabferri-er-vpn-transit/topology", "10.1.34.5", "vnet1/subnet11"),
        ("prepend", "blog-tomaskubica-ecmp-prepend/stage-c", "10.60.0.0/16", "spoke1-net/sub1"),
    ];
    for (name, lab, asked, at) in questions {
        for format in ["human", "json", "markdown", "mermaid"] {
            insta::assert_snapshot!(format!("{name}-{format}"), printed(lab, asked, at, format));
        }
    }
}
