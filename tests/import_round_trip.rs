//! What `rsctl emit udr` writes, read back by `rsctl import`: the route tables of the template are those of the overlay.
//!
//! Templates alone: Terraform's HCL is no plan, and a plan of it takes the provider and a subscription; Bicep takes its compiler to
//! become a template. `emit` holds every other format against the template.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod command;

use command::{folder, rsctl};
use rsctl::diagnostic::Sink;
use rsctl::source::Sources;
use rsctl::syntax::tree::{self, Node};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A route table: whether it lets routes of gateways in, and prefix and next hop of each route by name.
type Table = (bool, BTreeMap<String, [String; 2]>);

/// The route tables of a topology by name, without those that an overlay takes away.
fn route_tables(yaml: &str) -> BTreeMap<String, Table> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add("estate.rsctl.yaml", "estate.rsctl.yaml", yaml.to_owned());
    let root = tree::parse(file, &sources, &mut sink).unwrap_or_else(|| panic!("{:?}\n{yaml}", sink.into_sorted()));
    let tables = root.get("route_tables").map(Node::entries).unwrap_or_default();
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let table = |table: &Node| {
        let routes = table.get("routes").map(Node::entries).unwrap_or_default();
        let route = |route: &Node| ["prefix", "next_hop"].map(|key| text(route, key).unwrap());
        let routes = routes.iter().map(|(name, body)| (name.text.to_string(), route(body))).collect();
        (text(table, "bgp_route_propagation").as_deref() != Some("false"), routes)
    };
    let is_there = |body: &Node| !matches!(body.kind, tree::Kind::Null);
    tables.iter().filter(|(_, body)| is_there(body)).map(|(name, body)| (name.text.to_string(), table(body))).collect()
}

/// The tables that a topology is given instead of its route servers: as the overlay has them, and as the template is read back.
fn there_and_back(topology: &Path) -> [BTreeMap<String, Table>; 2] {
    let beside = tempfile::tempdir().unwrap();
    let at = |name: &str| beside.path().join(name).display().to_string();
    let outputs = [format!("arm={}", at("tables.json")), format!("yaml={}", at("overlay.rsctl.yaml"))];
    let topology = topology.display().to_string();
    let emitted = rsctl(beside.path(), &["emit", "udr", &topology, "-o", &outputs[0], "-o", &outputs[1]]);
    assert_eq!(emitted.code, 0, "{topology}: {}", emitted.stderr);
    let overlay = route_tables(&fs::read_to_string(at("overlay.rsctl.yaml")).unwrap());
    let imported = rsctl(beside.path(), &["import", "arm", "tables.json"]);
    if overlay.is_empty() {
        assert!(imported.refused().contains("the documents hold no VNet"), "{topology}");
        return [overlay, BTreeMap::new()];
    }
    assert_eq!(imported.code, 0, "{topology}: {}", imported.stderr);
    [overlay, route_tables(&imported.stdout)]
}

/// The topologies of a folder and the folders in it.
fn topologies(under: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(under)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_str().unwrap().ends_with(".rsctl.yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[track_caller]
fn all_come_back(under: &str, at_least: usize) {
    let mut tables = 0;
    for topology in topologies(under) {
        let [overlay, imported] = there_and_back(&topology);
        assert_eq!(overlay, imported, "{}", topology.display());
        tables += overlay.values().filter(|(_, routes)| !routes.is_empty()).count();
    }
    assert!(tables >= at_least, "only {tables} tables with routes came back");
}

#[test]
fn the_tables_of_every_comparison_come_back() {
    all_come_back("compare", 10);
}

#[test]
fn the_tables_of_every_observed_lab_come_back() {
    all_come_back("observed", 50);
}

#[test]
fn every_kind_of_next_hop_and_prefix_comes_back() {
    let folder = folder(&[(
        "estate.rsctl.yaml",
        "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16, \"fd00:db8::/48\"]
    subnets:
      app: { prefix: [10.0.1.0/24, \"fd00:db8::/64\"], route_table: t1 }
      other: { prefix: 10.0.2.0/24, route_table: t.2_x }
      GatewaySubnet: 10.0.3.0/24
    vpn_gateway: {}
route_tables:
  t1:
    bgp_route_propagation: false
    routes:
      fw: { prefix: 10.1.0.0/16, next_hop: 10.0.1.4 }
      \"10\": { prefix: 10.2.0.0/16, next_hop: VnetLocal }
      \"no\": { prefix: 203.0.113.0/24, next_hop: None }
      gw: { prefix: 198.51.100.0/24, next_hop: VirtualNetworkGateway }
      tag: { prefix: Storage.WestEurope, next_hop: Internet }
  t.2_x: { routes: { r: { prefix: 10.5.0.0/16, next_hop: 10.0.1.4 } } }
",
    )]);
    let [overlay, imported] = there_and_back(&folder.path().join("estate.rsctl.yaml"));
    assert_eq!(overlay, imported);
    let kinds: Vec<&str> = overlay.values().flat_map(|(_, routes)| routes.values()).map(|[_, hop]| &**hop).collect();
    for kind in ["10.0.1.4", "VnetLocal", "None", "VirtualNetworkGateway", "Internet"] {
        assert!(kinds.contains(&kind), "{kind} is not among the routes that were written: {kinds:?}");
    }
}
