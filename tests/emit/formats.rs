//! Route tables in five formats: each is read back, and all say the same.

use crate::readers::{self, Read, ReadRoute, ReadTable};
use crate::tree::Bicep;
use ipnet::Ipv4Net;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngSeed, TestRunner};
use rsctl::diagnostic::Sink;
use rsctl::exchange::emit::tables::{Route, RouteTables, Subnet, Table};
use rsctl::exchange::emit::{arm, az, bicep, terraform, topology};
use rsctl::source::Sources;
use rsctl::syntax::tree::Node;
use rsctl::syntax::{DiskFiles, Loaded, ReadFiles, load, load_text};
use rsctl::topology::{Topology, UserNextHop, UserPrefix};
use rsctl::words::printable;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

const NAMES: [&str; 5] = ["terraform", "bicep", "arm", "az", "topology"];

fn write(format: &str, tables: &RouteTables) -> String {
    match format {
        "terraform" => terraform::write(tables),
        "bicep" => bicep::write(tables),
        "arm" => arm::write(tables),
        "az" => az::write(tables),
        _ => topology::write(tables),
    }
}

fn route(name: &str, prefix: &str, next_hop: UserNextHop) -> Route {
    Route { name: name.into(), prefix: prefix.parse().unwrap(), next_hop }
}

fn subnet(vnet: &str, name: &str, prefixes: &[&str]) -> Subnet {
    let prefixes = prefixes.iter().map(|prefix| prefix.parse().unwrap()).collect();
    Subnet { vnet: vnet.into(), name: name.into(), prefixes }
}

/// A table of every kind.
fn example() -> RouteTables {
    let firewall = UserNextHop::VirtualAppliance(Ipv4Addr::new(10, 0, 1, 4));
    RouteTables {
        topology: "hub.rsctl.yaml".into(),
        base: "../hub.rsctl.yaml".into(),
        tables: vec![
            Table {
                name: "spokes".into(),
                region: Some("westeurope".into()),
                propagation: false,
                routes: vec![
                    route("default", "0.0.0.0/0", firewall),
                    route("onprem", "192.168.0.0/16", UserNextHop::VirtualNetworkGateway),
                    route("updates", "203.0.113.0/24", UserNextHop::Internet),
                    route("quarantine", "10.9.0.0/16", UserNextHop::None),
                    route("own", "10.1.0.0/16", UserNextHop::VnetLocal),
                ],
                subnets: vec![
                    subnet("spoke2", "app", &["10.2.0.0/24"]),
                    subnet("spoke1", "app", &["10.1.0.0/24"]),
                    subnet("spoke1", "data", &["10.1.1.0/24", "10.1.9.0/24"]),
                ],
                remarks: vec!["Two next hops for 192.168.0.0/16 became one.".into()],
            },
            Table {
                name: "firewalls".into(),
                region: None,
                propagation: true,
                routes: Vec::new(),
                subnets: vec![subnet("hub", "nva", &["10.0.1.0/24"])],
                remarks: Vec::new(),
            },
        ],
        remarks: vec!["A route table has one next hop for a prefix and does not change when a firewall fails.".into()],
        removed_route_servers: vec!["hub".into()],
        removed_route_tables: vec!["nva".into(), "old".into()],
        bare_subnets: vec![subnet("spoke1", "old", &["10.1.2.0/24"])],
    }
}

/// What a base of the example says.
const BASE: &str = "rsctl: 1
vnets:
  hub:
    region: westeurope
    address_space: 10.0.0.0/16
    subnets:
      RouteServerSubnet: 10.0.0.0/26
      nva: { prefix: 10.0.1.0/24, route_table: nva }
    route_server: { peers: [fw1] }
  spoke1:
    address_space: 10.1.0.0/16
    subnets:
      app: 10.1.0.0/24
      data: { prefix: [10.1.1.0/24, 10.1.9.0/24], service_endpoints: Microsoft.Storage }
      old: { prefix: 10.1.2.0/24, route_table: old }
  spoke2: { address_space: 10.2.0.0/16, subnets: { app: 10.2.0.0/24 } }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { hub: hub, spoke: spoke2 }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [0.0.0.0/0] }
route_tables:
  nva: { bgp_route_propagation: false, routes: { internet: { prefix: 0.0.0.0/0, next_hop: Internet } } }
  old: {}
";

#[test]
fn the_formats_are_as_reviewed() {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        for format in NAMES {
            insta::assert_snapshot!(format!("emit__udr-{format}"), write(format, &example()));
        }
        let nothing = RouteTables { topology: "hub.rsctl.yaml".into(), base: "hub.rsctl.yaml".into(), ..RouteTables::default() };
        let all: Vec<String> = NAMES.iter().map(|format| write(format, &nothing)).collect();
        insta::assert_snapshot!("emit__udr-nothing", all.join("--------\n"));
    });
}

// What has to come back.

/// The name that Azure takes (Microsoft, "Naming rules and restrictions for Azure resources").
fn is_name(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric();
    (1..=80).contains(&name.len())
        && name.starts_with(word)
        && name.ends_with(|c| word(c) || c == '_')
        && name.chars().all(|c| word(c) || "_.-".contains(c))
}

/// Every name is one of Azure, no two are alike, and one that was right is as it was.
fn assert_names<'n>(wanted: impl Iterator<Item = &'n str>, written: impl Iterator<Item = &'n str>, taken: &[String]) {
    let low = |name: &str| name.to_lowercase();
    let (wanted, written): (Vec<&str>, Vec<&str>) = (wanted.collect(), written.collect());
    assert_eq!(wanted.len(), written.len());
    let mut all: BTreeSet<String> = taken.iter().map(|name| low(name)).collect();
    for name in &written {
        assert!(is_name(name), "{name}");
        assert!(all.insert(low(name)), "{name} twice");
    }
    for (wanted_name, name) in wanted.iter().zip(&written) {
        let alone = wanted.iter().filter(|other| low(other) == low(wanted_name)).count() == 1
            && !taken.iter().any(|taken| low(taken) == low(wanted_name));
        assert!(!(is_name(wanted_name) && alone) || name == wanted_name, "{wanted_name} became {name}");
    }
}

/// The input in the shape of what is read, with the names that the ARM template has.
fn expected(tables: &RouteTables) -> Read {
    let named = readers::arm(&arm::write(tables));
    let (wanted, written) = (&tables.tables, &named.tables);
    let names = |tables: &'_ [ReadTable]| tables.iter().map(|table| table.name.clone()).collect::<Vec<_>>();
    let taken = &tables.removed_route_tables;
    assert_names(wanted.iter().map(|table| &*table.name), names(written).iter().map(|name| &**name), taken);
    let mut read = Read::default();
    for (table, named) in wanted.iter().zip(written) {
        let (wanted, written) = (table.routes.iter(), named.routes.iter());
        assert_names(wanted.map(|route| &*route.name), written.map(|route| &*route.name), &[]);
        let routes = table.routes.iter().zip(&named.routes).map(|(route, named)| expected_route(route, &named.name));
        let plausible = |region: &&String| {
            region.chars().all(|c| c.is_ascii_alphanumeric() || " ()-".contains(c))
                && region.chars().any(char::is_alphabetic)
        };
        read.tables.push(ReadTable {
            name: named.name.clone(),
            region: table.region.as_ref().filter(plausible).cloned(),
            propagation: table.propagation,
            routes: routes.collect(),
        });
        for subnet in &table.subnets {
            read.subnets.insert(format!("{}/{}", subnet.vnet, subnet.name), named.name.clone());
        }
    }
    read
}

fn expected_route(route: &Route, name: &str) -> ReadRoute {
    let address = match route.next_hop {
        UserNextHop::VirtualAppliance(address) => Some(address.to_string()),
        _ => None,
    };
    let next_hop_type = match route.next_hop {
        UserNextHop::VirtualAppliance(_) => "VirtualAppliance".into(),
        other => format!("{other:?}"),
    };
    ReadRoute { name: name.into(), prefix: route.prefix.to_string(), next_hop_type, address }
}

/// As bash shows a name: what no terminal should get is escaped, and no word makes `az` read a file.
fn shown(name: &str) -> String {
    let name = printable(name).into_owned();
    name.strip_prefix('@').map_or(name.clone(), |rest| format!("\\u{{40}}{rest}"))
}

fn assert_all_say_the_same(tables: &RouteTables) {
    let expected = expected(tables);
    let read = readers::arm(&arm::write(tables));
    assert_eq!(read, expected);
    assert_valid_template(&arm::write(tables));
    assert_eq!(readers::terraform(&terraform::write(tables)), expected);
    assert_eq!(readers::bicep(&bicep::write(tables)), expected);
    let shown = |subnet: &Subnet| format!("{}/{}", shown(&subnet.vnet), shown(&subnet.name));
    let mut in_bash = Read { subnets: BTreeMap::new(), ..expected.clone() };
    for (table, named) in tables.tables.iter().zip(&expected.tables) {
        in_bash.subnets.extend(table.subnets.iter().map(|subnet| (shown(subnet), named.name.clone())));
    }
    in_bash.bare = tables.bare_subnets.iter().map(shown).collect();
    assert_eq!(readers::az(&az::write(tables)), in_bash);
    assert_eq!(as_overlay(&topology::write(tables), tables), without_regions(expected));
}

fn without_regions(mut read: Read) -> Read {
    read.tables.iter_mut().for_each(|table| table.region = None);
    read
}

// Reading the overlay: the tree, so that names that no topology takes are seen too.

/// One text under any name.
struct Base(String);

impl ReadFiles for Base {
    fn read(&mut self, _: &Path) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into())
    }
}

fn as_overlay(text: &str, tables: &RouteTables) -> Read {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let mut base = Base("rsctl: 1\nvnets: {}\n".into());
    let loaded = load_text("overlay.rsctl.yaml", text, &mut base, &mut sources, &mut sink);
    let Loaded { root, .. } = loaded.unwrap_or_else(|| panic!("{:?}\n{text}", sink.into_sorted()));
    let word = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let mut read = Read::default();
    for (name, table) in root.get("route_tables").map(Node::entries).unwrap_or_default() {
        let routes = table.get("routes").map(Node::entries).unwrap_or_default();
        let route = |(name, route): &(rsctl::syntax::tree::Key, Node)| {
            let (prefix, next_hop) = (word(route, "prefix").unwrap(), word(route, "next_hop").unwrap());
            let address = next_hop.parse::<Ipv4Addr>().ok().map(|address| address.to_string());
            let next_hop_type = address.as_ref().map_or(next_hop, |_| "VirtualAppliance".into());
            ReadRoute { name: name.text.to_string(), prefix, next_hop_type, address }
        };
        read.tables.push(ReadTable {
            name: name.text.to_string(),
            region: None,
            propagation: word(table, "bgp_route_propagation").unwrap() == "true",
            routes: routes.iter().map(route).collect(),
        });
    }
    for (vnet, body) in root.get("vnets").map(Node::entries).unwrap_or_default() {
        for (subnet, body) in body.get("subnets").map(Node::entries).unwrap_or_default() {
            if let Some(table) = word(body, "route_table") {
                read.subnets.insert(format!("{}/{}", vnet.text, subnet.text), table);
            }
        }
    }
    let gone = format!("{:?}", tables.removed_route_tables);
    assert!(!read.tables.iter().any(|table| tables.removed_route_tables.contains(&table.name)), "{gone}");
    read
}

#[test]
fn every_format_of_the_example_says_the_same() {
    assert_all_say_the_same(&example());
    assert_all_say_the_same(&RouteTables { base: "b".into(), ..RouteTables::default() });
}

// Hostile text.

/// Text that some language takes for more than text.
const HOSTILE: [&str; 40] = [
    "${path.module}",
    "%{ if true }",
    "$${",
    "$",
    "%",
    "'",
    "\"",
    "\\",
    "\\'",
    "'''",
    "`id`",
    "$(id)",
    "$HOME",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "[x]",
    "[",
    "]",
    "@file",
    "-x",
    "--debug",
    "#",
    "//",
    "*/",
    "/*",
    ": ",
    "- ",
    "{ }",
    "null",
    "!tag",
    "&a",
    "*a",
    "<<EOT",
    "größe",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(HOSTILE.to_vec()).prop_map(String::from),
        "[a-zA-Z0-9._-]{0,8}".prop_map(String::from),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// A name that a topology takes and that a careless writer would spoil.
fn usable() -> impl Strategy<Value = String> {
    let words = [
        "null",
        "true",
        "No",
        "on",
        "y",
        "10",
        "1e3",
        "0x1f",
        "0o7",
        "2026-01-01",
        "-",
        "--",
        "---",
        "...",
        ".inf",
        ".5",
        "_",
        "1.0",
    ];
    prop_oneof![prop::sample::select(words.to_vec()).prop_map(String::from), "[a-zA-Z0-9._-]{1,12}"]
}

fn next_hop() -> impl Strategy<Value = UserNextHop> {
    prop_oneof![
        any::<u32>().prop_map(|address| UserNextHop::VirtualAppliance(address.into())),
        Just(UserNextHop::VnetLocal),
        Just(UserNextHop::Internet),
        Just(UserNextHop::VirtualNetworkGateway),
        Just(UserNextHop::None),
    ]
}

fn prefix() -> impl Strategy<Value = Ipv4Net> {
    (any::<u32>(), 0..=32_u8).prop_map(|(address, length)| Ipv4Net::new(address.into(), length).unwrap().trunc())
}

/// Tables with any text everywhere, but that no name of a VNet or subnet holds a slash.
fn tables(vnet: BoxedStrategy<String>) -> impl Strategy<Value = RouteTables> {
    let route = (text(), prefix(), next_hop()).prop_map(|(name, prefix, next_hop)| Route { name, prefix, next_hop });
    let name = vnet.prop_map(|name| name.replace('/', "")).boxed();
    let subnet = (name.clone(), name.clone(), prop::collection::vec(prefix(), 0..3));
    let subnet = subnet.prop_map(|(vnet, name, prefixes)| Subnet { vnet, name, prefixes }).boxed();
    let sentences = prop::collection::vec(text().prop_map(|text| format!("{text}.")), 0..3).boxed();
    let table = (
        (text(), proptest::option::of(text()), any::<bool>()),
        prop::collection::vec(route, 0..4),
        prop::collection::vec(subnet.clone(), 0..3),
        sentences.clone(),
    );
    let table = table.prop_map(|((name, region, propagation), routes, subnets, remarks)| Table {
        name,
        region,
        propagation,
        routes,
        subnets,
        remarks,
    });
    let removed = (prop::collection::vec(name.clone(), 0..3), prop::collection::vec(name, 0..3));
    let all = (text(), prop::collection::vec(table, 0..4), sentences, removed, prop::collection::vec(subnet, 0..3));
    all.prop_map(|(topology, tables, remarks, (removed_route_servers, removed_route_tables), bare_subnets)| {
        let mut tables = RouteTables {
            topology,
            base: "base.rsctl.yaml".into(),
            tables,
            remarks,
            removed_route_servers,
            removed_route_tables,
            bare_subnets,
        };
        tidy(&mut tables);
        tables
    })
}

/// A subnet has one table, and no name stands twice in a list.
fn tidy(tables: &mut RouteTables) {
    let mut seen = BTreeSet::new();
    let mut first = |subnet: &Subnet| seen.insert((subnet.vnet.clone(), subnet.name.clone()));
    tables.tables.iter_mut().for_each(|table| table.subnets.retain(&mut first));
    tables.bare_subnets.retain(&mut first);
    tables.removed_route_servers.sort();
    tables.removed_route_servers.dedup();
    tables.removed_route_tables.sort();
    tables.removed_route_tables.dedup();
}

fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let base = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { base } else { ProptestConfig { cases, rng_seed: RngSeed::Fixed(65515), ..base } }
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn no_text_becomes_code_in_any_format(tables in tables(text().boxed())) {
        assert_all_say_the_same(&tables);
    }

    #[test]
    fn an_overlay_replaces_what_it_says_and_nothing_else(tables in tables(usable().boxed())) {
        assert_overlay(&tables, &base_of(&tables));
    }

    #[test]
    fn no_format_prints_what_drives_a_terminal(tables in tables(text().boxed())) {
        for format in NAMES {
            let written = write(format, &tables);
            // JSON has its own reader everywhere; its names are those of the topology, where nothing harmful is taken.
            let harmful = |c: char| rsctl::words::is_harmful(c) && c != '\n' && format != "arm";
            prop_assert!(!written.contains(harmful), "{format}: {written:?}");
        }
    }
}

// Overlays that are loaded over a base.

/// A base in which the tables have something to replace.
fn base_of(tables: &RouteTables) -> String {
    let mut vnets: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
    for subnet in tables.tables.iter().flat_map(|table| &table.subnets) {
        let body = match subnet.prefixes.as_slice() {
            [] => json!({ "prefix": "10.0.0.0/24" }),
            [one] => json!(one),
            several => json!({ "prefix": several, "service_endpoints": "Microsoft.Storage" }),
        };
        vnets.entry(&subnet.vnet).or_default().insert(&subnet.name, body);
    }
    for subnet in &tables.bare_subnets {
        let prefix = subnet.prefixes.first().map_or("10.0.0.0/24".into(), Ipv4Net::to_string);
        let old = json!({ "prefix": prefix, "route_table": "old" });
        vnets.entry(&subnet.vnet).or_default().insert(&subnet.name, old);
    }
    for vnet in &tables.removed_route_servers {
        vnets.entry(vnet).or_default();
    }
    let mut bodies = serde_json::Map::new();
    for (name, subnets) in vnets {
        let mut body = json!({ "address_space": ["10.0.0.0/16"], "subnets": subnets });
        if tables.removed_route_servers.iter().any(|vnet| vnet == name) {
            body["route_server"] = json!({});
        }
        bodies.insert(name.into(), body);
    }
    let route = json!({ "gone": { "prefix": "198.51.100.0/24", "next_hop": "None" } });
    let mut old: BTreeMap<&str, Value> = BTreeMap::from([("old", json!({}))]);
    old.extend(tables.removed_route_tables.iter().map(|name| (name.as_str(), json!({ "routes": route }))));
    json!({ "rsctl": 1, "vnets": bodies, "route_tables": old }).to_string()
}

/// The resolved estate, or what is wrong with it.
fn resolved(loaded: Option<Loaded>, mut sink: Sink) -> Result<Topology, String> {
    let topology = loaded.filter(|_| !sink.has_errors()).and_then(|loaded| {
        let facts = rsctl::topology::facts_of(&loaded.document, None, &mut sink);
        rsctl::topology::resolve(&loaded.document, facts, &mut sink)
    });
    topology.filter(|_| !sink.has_errors()).ok_or_else(|| format!("{:#?}", sink.into_sorted()))
}

fn overlaid(text: &str, base: &str) -> Result<Topology, String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("overlay.rsctl.yaml", text, &mut Base(base.into()), &mut sources, &mut sink);
    resolved(loaded, sink)
}

/// Reads the overlay over the base and holds every table, subnet and route server against what was asked for.
fn assert_overlay(tables: &RouteTables, base: &str) {
    let text = topology::write(tables);
    let before = overlaid(base, "").unwrap_or_else(|errors| panic!("{errors}\n{base}"));
    let after = overlaid(&text, base).unwrap_or_else(|errors| panic!("{errors}\n{text}\n{base}"));
    assert_replaced(tables, &before, &after);
}

fn assert_replaced(tables: &RouteTables, before: &Topology, after: &Topology) {
    let expected = expected(tables);
    let in_topology = |topology: &Topology| {
        let mut read = Read::default();
        read.tables.extend(topology.route_tables.iter().map(read_table));
        for id in topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet).collect::<Vec<_>>()) {
            if let Some(table) = topology.subnet(id).route_table {
                read.subnets.insert(topology.subnet_name(id), topology.route_tables[table.index()].name.clone());
            }
        }
        read
    };
    let (old, new) = (in_topology(before), in_topology(after));
    let kept = old.tables.into_iter().filter(|table| !tables.removed_route_tables.contains(&table.name));
    assert_eq!(new.tables, kept.chain(without_regions(expected.clone()).tables).collect::<Vec<_>>());
    let mut subnets = old.subnets;
    tables.bare_subnets.iter().for_each(|subnet| drop(subnets.remove(&format!("{}/{}", subnet.vnet, subnet.name))));
    subnets.extend(expected.subnets);
    assert_eq!(new.subnets, subnets);
    for (before, after) in before.vnets.iter().zip(&after.vnets) {
        assert_eq!(before.name, after.name);
        let removed = tables.removed_route_servers.contains(&before.name);
        assert_eq!(after.route_server.is_some(), before.route_server.is_some() && !removed);
        let ranges =
            |vnet: &rsctl::topology::Vnet| vnet.subnets.iter().map(|subnet| subnet.ranges.clone()).collect::<Vec<_>>();
        assert_eq!(ranges(before), ranges(after));
    }
}

fn read_table(table: &rsctl::topology::RouteTable) -> ReadTable {
    let route = |route: &rsctl::topology::UserRoute| {
        let UserPrefix::Range(ipnet::IpNet::V4(prefix)) = &route.prefix else { panic!("{:?}", route.prefix) };
        expected_route(&Route { name: String::new(), prefix: *prefix, next_hop: route.next_hop }, &route.name)
    };
    let routes = table.routes.iter().map(route).collect();
    ReadTable { name: table.name.clone(), region: None, propagation: table.propagation, routes }
}

#[test]
fn the_overlay_of_the_example_replaces_its_route_server_and_tables() {
    assert_overlay(&example(), BASE);
}

#[test]
fn an_overlay_of_every_published_lab_loads() {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed");
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in std::fs::read_dir(labs).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.retain(|path| path.to_string_lossy().ends_with(".rsctl.yaml"));
    files.sort();
    assert!(files.len() > 30, "the labs are found");
    for file in files {
        let file = file.to_str().unwrap();
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let before = resolved(load(file, &mut DiskFiles, &mut sources, &mut sink), sink).unwrap();
        let tables = made_up(&before, file);
        let text = topology::write(&tables);
        let beside = Path::new(file).with_file_name("overlay.rsctl.yaml");
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text(beside.to_str().unwrap(), text.as_str(), &mut DiskFiles, &mut sources, &mut sink);
        let after = resolved(loaded, sink).unwrap_or_else(|errors| panic!("{file}: {errors}\n{text}"));
        assert_replaced(&tables, &before, &after);
    }
}

/// One table for every VNet; every third subnet gets none.
fn made_up(topology: &Topology, file: &str) -> RouteTables {
    let mut tables =
        RouteTables { base: Path::new(file).file_name().unwrap().to_str().unwrap().into(), ..RouteTables::default() };
    tables.removed_route_tables = topology.route_tables.iter().map(|table| table.name.clone()).collect();
    for vnet in &topology.vnets {
        if vnet.route_server.is_some() {
            tables.removed_route_servers.push(vnet.name.clone());
        }
        let mut table = Table {
            name: vnet.name.clone(),
            region: vnet.region.clone(),
            propagation: false,
            routes: vec![route("default", "0.0.0.0/0", UserNextHop::Internet)],
            subnets: Vec::new(),
            remarks: Vec::new(),
        };
        for (index, found) in vnet.subnets.iter().enumerate() {
            let subnet = Subnet { vnet: vnet.name.clone(), name: found.name.clone(), prefixes: found.ranges.clone() };
            match found.route_table {
                Some(_) if index % 3 == 0 => tables.bare_subnets.push(subnet),
                _ => table.subnets.push(subnet),
            }
        }
        tables.tables.push(table);
    }
    tables
}

// The tools themselves, where they can be had.

/// Some of the hostile tables, the same every time.
fn samples(count: usize) -> Vec<RouteTables> {
    let mut runner = TestRunner::new(ProptestConfig { rng_seed: RngSeed::Fixed(65515), ..ProptestConfig::default() });
    let strategy = tables(text().boxed());
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// True when the tool is there. Where it has to be, it is missed.
fn found(tool: &str, required: &str) -> bool {
    if Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success()) {
        return true;
    }
    assert!(std::env::var_os(required).is_none_or(|value| value != "1"), "{required}=1, but there is no {tool}");
    eprintln!("NOT RUN: {tool} cannot be had here; {required}=1 makes this a failure");
    false
}

#[test]
fn terraform_would_format_nothing_otherwise() {
    if !found("terraform", "RSCTL_REQUIRE_TERRAFORM") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let all = samples(24).into_iter().chain([example(), RouteTables::default()]);
    for (number, tables) in all.enumerate() {
        std::fs::write(folder.path().join(format!("{number}.tf")), terraform::write(&tables)).unwrap();
    }
    let format = || {
        let mut command = Command::new("terraform");
        command.args(["fmt", "-check", "-diff", "-no-color"]).arg(folder.path()).env("CHECKPOINT_DISABLE", "1");
        command.output().unwrap()
    };
    let output = format();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    std::fs::write(folder.path().join("bad.tf"), "a   = 1\n").unwrap();
    assert!(!format().status.success(), "a file that is formatted otherwise is found");
}

#[test]
fn shellcheck_finds_nothing_in_a_script() {
    if !found("shellcheck", "RSCTL_REQUIRE_SHELLCHECK") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("tables.sh");
    for tables in [example(), RouteTables::default()] {
        std::fs::write(&script, az::write(&tables)).unwrap();
        let output = Command::new("shellcheck").arg(&script).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_grammar_of_bicep_sees_a_mistake() {
    let right = bicep::write(&example());
    assert!(Bicep::parse(&right).is_ok());
    for (part, instead) in [("{", ""), ("'spokes'", "'spokes"), ("resource ", "resorce "), ("name:", "name"), ("]", "")]
    {
        let wrong = right.replacen(part, instead, 1);
        assert!(wrong != right && Bicep::parse(&wrong).is_err(), "{part} became {instead}");
    }
}

#[test]
fn a_script_asks_for_the_resource_group_before_it_calls_anything() {
    let script = az::write(&example());
    let stub = "az() { echo called; }\n";
    let output =
        Command::new("bash").args(["--norc", "-c", &format!("{stub}{script}")]).env_remove("RESOURCE_GROUP").output();
    let output = output.unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("RESOURCE_GROUP: set it to"));
}

/// What a template with route tables may hold, after Microsoft's template reference for routeTables 2024-05-01 and its page on the
/// structure of templates. Closed, so that a key that Azure does not know is found.
fn template_schema() -> Value {
    let closed = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let text = json!({ "type": "string" });
    let route = closed(
        &["addressPrefix", "nextHopType"],
        json!({
            "addressPrefix": { "type": "string", "pattern": "^[0-9.]+/[0-9]+$" },
            "nextHopType": { "enum": ["VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None"] },
            "nextHopIpAddress": { "type": "string", "format": "ipv4" },
        }),
    );
    let properties = closed(
        &["disableBgpRoutePropagation", "routes"],
        json!({
            "disableBgpRoutePropagation": { "type": "boolean" },
            "routes": { "type": "array", "items": closed(&["name", "properties"], json!({ "name": text, "properties": route })) },
        }),
    );
    let resource = closed(
        &["type", "apiVersion", "name", "location", "properties"],
        json!({
            "comments": text,
            "type": { "const": "Microsoft.Network/routeTables" },
            "apiVersion": { "const": "2024-05-01" },
            "name": { "type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$" },
            "location": text,
            "properties": properties,
        }),
    );
    let output = closed(
        &["type", "value"],
        json!({ "type": { "const": "object" }, "metadata": { "type": "object" }, "value": { "type": "object" } }),
    );
    let parameter = closed(
        &["type"],
        json!({ "type": { "const": "string" }, "defaultValue": text, "metadata": { "type": "object" } }),
    );
    closed(
        &["$schema", "contentVersion", "resources"],
        json!({
            "$schema": { "const": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#" },
            "contentVersion": { "type": "string", "pattern": "^([0-9]+\\.){3}[0-9]+$" },
            "metadata": { "type": "object" },
            "parameters": { "type": "object", "additionalProperties": parameter },
            "resources": { "type": "array", "items": resource },
            "outputs": { "type": "object", "additionalProperties": output },
        }),
    )
}

static TEMPLATE: std::sync::LazyLock<jsonschema::Validator> = std::sync::LazyLock::new(|| {
    jsonschema::draft7::options().should_validate_formats(true).build(&template_schema()).unwrap()
});

fn assert_valid_template(text: &str) {
    let template: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        TEMPLATE.iter_errors(&template).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
