//! Circuits: the gateways that are connected, and the routers behind, as far as learned routes tell of them.

use super::learned::{Heard, announcement};
use super::{Circuit, Site, Work, natural};
use crate::exchange::capture::BgpRow;
use crate::exchange::import::captures::{self, Received};
use crate::exchange::import::estate::GatewayType;
use crate::exchange::import::resource::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// The AS number of Microsoft's edge routers.
const EDGE: u32 = 12076;
/// The AS number of gateways and route servers.
pub(super) const AZURE: u32 = 65515;

pub(super) fn draw(work: &mut Work<'_>) {
    let estate = work.estate;
    let mut gateways: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for connection in estate.connections.values() {
        let (Some(near), Some(far)) = (&connection.gateway, &connection.far) else { continue };
        if !far.value.is("Microsoft.Network/expressRouteCircuits") {
            continue;
        }
        let connected = gateways.entry(far.value.key()).or_default();
        match work.vnet_of_gateway(&near.value.key(), GatewayType::ExpressRoute) {
            Some(vnet) => {
                connected.insert(vnet);
            }
            None => {
                let text = format!(
                    "the connection `{}`: no document has the ExpressRoute gateway `{}`",
                    connection.id.name(),
                    near.value.name()
                );
                work.blank(String::new(), text);
            }
        }
        if connection.weight.as_ref().is_some_and(|told| told.value != 0) {
            let name = connection.id.name();
            work.skipped(
                format!("connections.{name}"),
                format!("the routing weight of the connection `{name}`: the format has none"),
            );
        }
    }
    for key in estate.circuits.keys() {
        gateways.entry(key.clone()).or_default();
    }
    edge_addresses(&gateways, work);
    let mut circuits: Vec<(String, Key, BTreeSet<String>)> = gateways
        .into_iter()
        .filter_map(|(key, vnets)| Some((work.names.circuits.get(&key)?.clone(), key, vnets)))
        .collect();
    circuits.sort_by_key(|(name, ..)| natural(name));
    let count = circuits.len();
    for (name, key, vnets) in circuits {
        let mut vnets: Vec<String> = vnets.into_iter().collect();
        vnets.sort_by_key(|vnet| natural(vnet));
        let sites = sites(&name, &key, &vnets, count == 1, work);
        let circuit = estate.circuits.get(&key);
        let is_whole = circuit.is_some_and(|circuit| work.whole.contains(&circuit.origin.file));
        let is_known = work.known.circuits.iter().any(|known| known.name == name);
        if vnets.is_empty() && estate.connections.is_empty() && !is_whole && !is_known {
            let text = "no document tells which gateways are connected (az network vpn-connection list)";
            work.blank(format!("circuits.{name}"), text);
        }
        let links =
            circuit.map(|circuit| [&circuit.primary, &circuit.secondary].map(|told| Some(told.as_ref()?.value)));
        work.draft.circuits.push(Circuit { name, gateways: vnets, sites, links: links.unwrap_or_default() });
    }
}

/// The addresses that Microsoft's edge routers have in a GatewaySubnet, as the gateway's learned routes tell them. With several circuits
/// they cannot be told apart.
fn edge_addresses(circuits: &BTreeMap<Key, BTreeSet<String>>, work: &mut Work<'_>) {
    let captures = work.captures;
    for vnet in &mut work.draft.vnets {
        let connected = circuits.values().filter(|vnets| vnets.contains(&vnet.name)).count();
        let Some(gateway) = vnet.express_route_gateway.as_mut().filter(|_| connected == 1) else { continue };
        let subnet = vnet.subnets.iter().find(|subnet| subnet.name == "GatewaySubnet");
        let ranges = subnet.map(|subnet| subnet.prefixes.as_slice()).unwrap_or_default();
        let mut edges = BTreeSet::new();
        for row in captures.gateways.iter().flat_map(|routes| &routes.capture.rows) {
            let peer = captures::address(row.source_peer.as_ref());
            let peer = peer.filter(|peer| ranges.iter().any(|range| range.contains(&std::net::IpAddr::V4(*peer))));
            edges.extend(peer.filter(|_| is_from_edge(row)));
        }
        if edges.len() == 2 {
            gateway.edge_addresses = edges.into_iter().collect();
        }
    }
}

/// The routers behind a circuit, one for each AS number next to Microsoft's edge.
fn sites(circuit: &str, key: &Key, vnets: &[String], is_only: bool, work: &mut Work<'_>) -> Vec<String> {
    let mut heard: BTreeMap<u32, Heard> = BTreeMap::new();
    let mut keep = |route: Received| {
        let Some(asn) = route.path.first().copied() else { return };
        if route.path.contains(&AZURE) || route.path.contains(&EDGE) {
            return;
        }
        let prefix = Received { next_hop: None, ..route };
        heard.entry(asn).or_default().route(circuit, announcement(&prefix, Some(asn), None));
    };
    let tables = work.captures.circuits.iter().filter(|routes| is_only || captures::names(&routes.name, circuit));
    let mut is_told = false;
    for row in tables.flat_map(|routes| &routes.capture.rows) {
        is_told = true;
        captures::received(row).into_iter().for_each(&mut keep);
    }
    if !is_told {
        for row in gateway_rows(vnets, is_only, work) {
            is_told = true;
            let Some(route) = captures::received(row) else { continue };
            if let [EDGE, behind @ ..] = route.path.as_slice() {
                keep(Received { path: behind.to_vec(), ..route.clone() });
            }
        }
    }
    let told = work.estate.circuits.get(key).and_then(|circuit| Some(circuit.peer_asn.as_ref()?.value));
    let known = work.known.circuits.iter().find(|known| known.name == circuit);
    if heard.is_empty() && !is_told {
        if let Some(known) = known {
            // The topology that is refreshed tells what is behind it.
            return known.sites.clone();
        }
        let name = work.names.free(&format!("{circuit}-onprem"), "site");
        let text = "what is announced behind the circuit? No routes of it were given (az network express-route list-route-tables)";
        work.blank(format!("sites.{name}"), text);
        if told.is_none() {
            work.blank(format!("sites.{name}"), "no document tells the AS number behind the circuit");
        }
        let site = Site {
            name: name.clone(),
            asn: told,
            address: None,
            prefixes: None,
            exports: Vec::new(),
            is_learned: false,
            tunnels: Vec::new(),
        };
        work.draft.sites.push(site);
        return vec![name];
    }
    let mut names = Vec::new();
    for (asn, heard) in heard {
        let behind = known.map(|known| known.sites.as_slice()).unwrap_or_default();
        let of_known =
            |name: &&String| work.known.sites.iter().any(|site| site.name == **name && site.asn == Some(asn));
        let wanted = behind.iter().find(of_known).cloned().unwrap_or_else(|| format!("{circuit}-{asn}"));
        let name = work.names.free(&wanted, "site");
        let announcements = heard.joined(Some(asn), None).announcements;
        if let Some(text) = heard.doubt() {
            work.guess(format!("sites.{name}"), text);
        }
        work.draft.sites.push(Site {
            name: name.clone(),
            asn: Some(asn),
            address: None,
            prefixes: Some(announcements),
            exports: Vec::new(),
            is_learned: true,
            tunnels: Vec::new(),
        });
        names.push(name);
    }
    names
}

/// Rows that the connected gateways learned; with several circuits nothing tells which one they came over.
fn gateway_rows<'w>(vnets: &[String], is_only: bool, work: &'w Work<'_>) -> Vec<&'w BgpRow> {
    if !is_only {
        return Vec::new();
    }
    let of_gateway = |local: Ipv4Addr| {
        work.draft.vnets.iter().filter(|vnet| vnets.contains(&vnet.name)).any(|vnet| {
            let subnet = vnet.subnets.iter().find(|subnet| subnet.name == "GatewaySubnet");
            subnet
                .is_some_and(|subnet| subnet.prefixes.iter().any(|range| range.contains(&std::net::IpAddr::V4(local))))
        })
    };
    let rows = work.captures.gateways.iter().flat_map(|routes| &routes.capture.rows);
    rows.filter(|row| row.local_address.is_some_and(of_gateway) && is_from_edge(row)).collect()
}

/// Whether Microsoft's edge sent the route.
pub(super) fn is_from_edge(row: &BgpRow) -> bool {
    row.as_path.as_ref().is_some_and(|path| path.asns().first().is_some_and(|asn| asn.0 == EDGE))
}
