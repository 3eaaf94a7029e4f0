//! Overlays, loaded over the topology that they extend.

use crate::agreement::{Base, expected, expected_route, without_regions};
use crate::made::{BASE, config, example, route, tables, usable};
use crate::readers::{Read, ReadTable};
use ipnet::IpNet;
use proptest::prelude::*;
use rsctl::diagnostic::Sink;
use rsctl::exchange::emit::tables::{Route, RouteTables, Subnet, Table};
use rsctl::exchange::emit::topology;
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, Loaded, load, load_text};
use rsctl::topology::{Topology, UserNextHop};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn an_overlay_replaces_what_it_says_and_nothing_else(tables in tables(usable().boxed())) {
        assert_overlay(&tables, &base_of(&tables));
    }
}

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
        let prefix = subnet.prefixes.first().map_or("10.0.0.0/24".into(), IpNet::to_string);
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
        expected_route(
            &Route { name: String::new(), prefix: route.prefix.clone(), next_hop: route.next_hop },
            &route.name,
        )
    };
    let routes = table.routes.iter().map(route).collect();
    ReadTable { name: table.name.clone(), region: None, propagation: table.propagation, routes }
}

#[test]
fn the_overlay_of_the_example_replaces_its_route_server_and_tables() {
    assert_overlay(&example(), BASE);
}

#[test]
fn a_table_with_the_name_of_one_that_it_replaces_gets_no_route_of_it() {
    let mut tables = example();
    tables.tables[0].name = "nva".into();
    assert_overlay(&tables, BASE);
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
            let subnet = Subnet {
                vnet: vnet.name.clone(),
                name: found.name.clone(),
                prefixes: found.ranges.iter().map(|range| (*range).into()).collect(),
            };
            match found.route_table {
                Some(_) if index % 3 == 0 => tables.bare_subnets.push(subnet),
                _ => table.subnets.push(subnet),
            }
        }
        tables.tables.push(table);
    }
    tables
}
