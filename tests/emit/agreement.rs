//! What every format has to say of the same tables, and whether it does.

use crate::readers::{self, Read, ReadRoute, ReadTable};
use crate::template::assert_valid_template;
use rsctl::diagnostic::Sink;
use rsctl::exchange::emit::tables::{Route, RouteTables, Subnet};
use rsctl::exchange::emit::{arm, az, bicep, terraform, topology};
use rsctl::source::Sources;
use rsctl::syntax::tree::{Key, Node};
use rsctl::syntax::{Loaded, ReadFiles, load_text};
use rsctl::topology::UserNextHop;
use rsctl::words::printable;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

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
pub(crate) fn expected(tables: &RouteTables) -> Read {
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

pub(crate) fn expected_route(route: &Route, name: &str) -> ReadRoute {
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

pub(crate) fn assert_all_say_the_same(tables: &RouteTables) {
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

pub(crate) fn without_regions(mut read: Read) -> Read {
    read.tables.iter_mut().for_each(|table| table.region = None);
    read
}

// Reading the overlay: the tree, so that names that no topology takes are seen too.

/// One text under any name.
pub(crate) struct Base(pub(crate) String);

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
        let route = |(name, route): &(Key, Node)| {
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
