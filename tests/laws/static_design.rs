//! Laws of `emit udr`: without route servers and with the tables, every subnet decides every address as before, but for what is told.

use super::config;
use super::support::{resolved, small::estates};
use ipnet::Ipv4Net;
use proptest::prelude::*;
use rsctl::analysis::Estate;
use rsctl::analysis::fate::Fate;
use rsctl::analysis::outcome::Pieces;
use rsctl::analysis::static_design::{StaticDesign, static_design};
use rsctl::azure::ROUTE_SERVER_SUBNET;
use rsctl::diagnostic::{Severity, Sink};
use rsctl::exchange::emit::{tables::RouteTables, topology as overlay};
use rsctl::report::static_design::{peerings, route_tables};
use rsctl::source::Sources;
use rsctl::syntax::{ReadFiles, load_text};
use rsctl::topology::{RouteTable, RouteTableId, SubnetId, Topology, UserPrefix, UserRoute, facts_of, resolve};
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

/// Nothing but the base.
struct Base<'t>(&'t str);

impl ReadFiles for Base<'_> {
    fn read(&mut self, _: &Path) -> io::Result<Vec<u8>> {
        Ok(self.0.as_bytes().to_vec())
    }
}

/// The estate without route servers, with the tables of the design and no others.
pub(crate) fn applied(topology: &Topology, design: &StaticDesign) -> Topology {
    let mut topology = topology.clone();
    let span = topology.vnets[0].span;
    for vnet in &mut topology.vnets {
        vnet.route_server = None;
        vnet.subnets.iter_mut().for_each(|subnet| subnet.route_table = None);
    }
    let route = |(prefix, next_hop): &(Ipv4Net, _)| UserRoute {
        name: prefix.to_string(),
        span,
        prefix: UserPrefix::Range((*prefix).into()),
        next_hop: *next_hop,
    };
    topology.route_tables = Vec::new();
    for (index, table) in design.tables.iter().enumerate() {
        let routes = table.routes.iter().map(route).collect();
        topology.route_tables.push(RouteTable {
            name: format!("table{index}"),
            span,
            propagation: table.propagation,
            routes,
        });
        for id in &table.subnets {
            topology.vnets[id.vnet.index()].subnets[id.index as usize].route_table = Some(RouteTableId(index as u32));
        }
    }
    topology
}

/// What the static design is said to do with an address instead of what the dynamic one does.
fn instead(design: &StaticDesign, id: SubnetId, address: Ipv4Addr) -> Option<&Fate> {
    let of_subnet = design.compromises.iter().filter(|compromise| compromise.subnets.contains(&id));
    let holds = |ranges: &[rsctl::analysis::space::Range]| {
        ranges.iter().any(|range| (range.first..=range.last).contains(&address))
    };
    of_subnet.filter(|compromise| holds(&compromise.ranges)).map(|compromise| &compromise.instead).next()
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn the_tables_decide_every_address_as_the_route_server_did(estate in estates()) {
        let yaml = estate.node().to_yaml();
        let dynamic = Estate::new(resolved(&yaml).unwrap());
        let design = static_design(&dynamic, None);
        let made = Estate::new(applied(&dynamic.topology, &design));
        let pieces = Pieces::of(&[&dynamic, &made]);
        for id in dynamic.subnets().filter(|id| dynamic.topology.subnet(*id).name != ROUTE_SERVER_SUBNET) {
            for piece in 0..pieces.len() as u32 {
                let address = pieces.first(piece);
                let settled = |estate: &Estate| estate.fate(id, address).settled(&estate.topology, id.vnet);
                let wished = instead(&design, id, address).cloned().unwrap_or_else(|| settled(&dynamic));
                prop_assert_eq!(settled(&made), wished, "{} to {} with {:?}", dynamic.topology.subnet_name(id), address, design);
            }
        }
    }

    #[test]
    fn the_overlay_that_is_written_is_that_estate(estate in estates()) {
        let yaml = estate.node().to_yaml();
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text("base.rsctl.yaml", yaml.as_str(), &mut Base(""), &mut sources, &mut sink).unwrap();
        let dynamic = Estate::new(resolved(&yaml).unwrap());
        let design = static_design(&dynamic, None);
        let prefixes = |id: SubnetId| {
            let subnet = &loaded.document.vnets[id.vnet.index()].body.subnets[id.index as usize];
            subnet.body.prefixes.iter().map(|prefix| prefix.value).collect()
        };
        let tables = RouteTables {
            base: "base.rsctl.yaml".into(),
            peerings: peerings(&dynamic.topology, &loaded.document, &loaded.root),
            ..route_tables(&dynamic.topology, &design, true, prefixes)
        };
        let overlay = overlay::write(&tables);
        let made = {
            let (mut sources, mut sink) = (Sources::default(), Sink::default());
            let loaded = load_text("static.rsctl.yaml", overlay.as_str(), &mut Base(&yaml), &mut sources, &mut sink);
            let topology = loaded.and_then(|loaded| {
                let facts = facts_of(&loaded.document, None, &mut sink);
                resolve(&loaded.document, facts, &mut sink)
            });
            let said = sink.into_sorted();
            let topology = topology.filter(|_| said.iter().all(|one| one.severity != Severity::Error));
            Estate::new(topology.unwrap_or_else(|| panic!("{said:?}\n{overlay}\n{yaml}")))
        };
        let expected = Estate::new(applied(&dynamic.topology, &design));
        let pieces = Pieces::of(&[&expected, &made]);
        for id in dynamic.subnets().filter(|id| dynamic.topology.subnet(*id).name != ROUTE_SERVER_SUBNET) {
            let other = made.subnet_named(&dynamic.topology.subnet_name(id)).unwrap();
            for piece in 0..pieces.len() as u32 {
                let address = pieces.first(piece);
                prop_assert_eq!(expected.fate(id, address), made.fate(other, address), "{}\n{}", overlay, yaml);
            }
        }
        for vnet in &made.topology.vnets {
            for link in vnet.links.iter().filter(|link| link.use_remote_gateways && link.connected) {
                let hub = made.topology.vnet(link.remote);
                let had = dynamic.topology.vnets.iter().any(|vnet| vnet.name == hub.name && vnet.hosts_routing());
                prop_assert!(hub.hosts_routing() || !had, "{} uses the gateways of {}\n{}", vnet.name, hub.name, overlay);
            }
        }
    }

    #[test]
    fn an_estate_without_route_servers_keeps_its_own_tables_or_smaller_ones(estate in estates()) {
        let mut topology = resolved(&estate.node().to_yaml()).unwrap();
        topology.vnets.iter_mut().for_each(|vnet| vnet.route_server = None);
        let own: Vec<usize> = topology.route_tables.iter().map(|table| table.routes.len()).collect();
        let dynamic = Estate::new(topology);
        let design = static_design(&dynamic, None);
        // Its own tables are a way to do it, so nothing is out of reach, and no table needs more routes.
        for table in &design.tables {
            for id in &table.subnets {
                let before = dynamic.topology.subnet(*id).route_table.map_or(0, |table| own[table.index()]);
                prop_assert!(table.routes.len() <= before, "{} {:?}", dynamic.topology.subnet_name(*id), table);
            }
        }
        for compromise in &design.compromises {
            let gateway = compromise.subnets.iter().all(|id| dynamic.topology.subnet(*id).name == "GatewaySubnet");
            prop_assert!(gateway, "{:?}", compromise);
        }
    }
}
