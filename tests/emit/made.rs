//! Route tables to write: an example with a table of every kind, and what proptest makes up, with hostile text everywhere.

use ipnet::{IpNet, Ipv4Net};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngSeed, TestRunner};
use rsctl::exchange::emit::tables::{Route, RouteTables, Subnet, Table};
use rsctl::topology::{UserNextHop, UserPrefix};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

pub(crate) fn route(name: &str, prefix: &str, next_hop: UserNextHop) -> Route {
    let prefix = prefix.parse().map_or_else(|_| UserPrefix::ServiceTag(prefix.into()), UserPrefix::Range);
    Route { name: name.into(), prefix, next_hop }
}

fn subnet(vnet: &str, name: &str, prefixes: &[&str]) -> Subnet {
    let prefixes = prefixes.iter().map(|prefix| prefix.parse().unwrap()).collect();
    Subnet { vnet: vnet.into(), name: name.into(), prefixes }
}

/// A table of every kind.
pub(crate) fn example() -> RouteTables {
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
        ..RouteTables::default()
    }
}

/// What a base of the example says.
pub(crate) const BASE: &str = "rsctl: 1
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

pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(HOSTILE.to_vec()).prop_map(String::from),
        "[a-zA-Z0-9._-]{0,8}".prop_map(String::from),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// A name that a topology takes and that a careless writer would spoil.
pub(crate) fn usable() -> impl Strategy<Value = String> {
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

/// Every hostile text in every place, text that is hostile only when it is put together, and names that are too long or taken.
pub(crate) fn worst() -> RouteTables {
    let long = "y".repeat(200);
    let texts = HOSTILE.iter().copied().chain([long.as_str(), "", "OLD", "old"]);
    let names = |text: &str| (text.replace(['/', '*'], ""), "app".to_owned());
    let pairs =
        [("[resourceGroup().id", "x]"), ("a", "$"), ("$", "{b}")].map(|(vnet, name)| (vnet.into(), name.into()));
    let mut tables = RouteTables { base: "base.rsctl.yaml".into(), ..RouteTables::default() };
    for text in texts {
        let firewall = UserNextHop::VirtualAppliance(Ipv4Addr::new(10, 0, 1, 4));
        tables.topology.push_str(text);
        tables.remarks.push(format!("{text}."));
        tables.tables.push(Table {
            name: text.into(),
            region: Some(text.into()),
            propagation: false,
            routes: vec![route(text, "0.0.0.0/0", firewall), route(text, "10.0.0.0/8", UserNextHop::None)],
            subnets: [names(text)]
                .into_iter()
                .chain(pairs.clone())
                .map(|(vnet, name)| subnet(&vnet, &name, &[]))
                .collect(),
            remarks: vec![format!("{text}.")],
        });
    }
    tables.removed_route_tables.push("old".into());
    tidy(&mut tables);
    tables
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

fn range() -> impl Strategy<Value = IpNet> {
    let range = |(address, length): (u32, u8)| Ipv4Net::new(address.into(), length).unwrap().trunc();
    (any::<u32>(), 0..=32_u8).prop_map(move |parts| range(parts).into())
}

fn prefix() -> impl Strategy<Value = UserPrefix> {
    let tags = ["Storage", "Storage.WestEurope", "AzureCloud"].map(|tag| UserPrefix::ServiceTag(tag.into()));
    prop_oneof![4 => range().prop_map(UserPrefix::Range), 1 => proptest::sample::select(tags.to_vec())]
}

/// Tables with any text everywhere, but that no name of a VNet or subnet holds a slash, nor a star: the grammar of tree-sitter-bicep
/// takes `'/*'` for the start of a comment.
pub(crate) fn tables(vnet: BoxedStrategy<String>) -> impl Strategy<Value = RouteTables> {
    let route = (text(), prefix(), next_hop()).prop_map(|(name, prefix, next_hop)| Route { name, prefix, next_hop });
    let name = vnet.prop_map(|name| name.replace(['/', '*'], "")).boxed();
    let subnet = (name.clone(), name.clone(), prop::collection::vec(range(), 0..3));
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
            ..RouteTables::default()
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

pub(crate) fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let base = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { base } else { ProptestConfig { cases, rng_seed: RngSeed::Fixed(65515), ..base } }
}

/// Some of the hostile tables, the same every time.
pub(crate) fn samples(count: usize) -> Vec<RouteTables> {
    let mut runner = TestRunner::new(ProptestConfig { rng_seed: RngSeed::Fixed(65515), ..ProptestConfig::default() });
    let strategy = tables(text().boxed());
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
