//! The loop closed: the documents of an estate and everything that its speakers would print of what they learned, imported, give the
//! effective routes of the estate again. Nothing of the topology written by hand is put in.

use crate::az_documents::{Estate as Documents, Files};
use crate::labs::{self, Estate, import, of_text, text_of};
use crate::merge::all_rows;
use rsctl::bgp::{self, Device, devices};
use rsctl::report::rib::Which;
use rsctl::report::rib_view::RibView;
use rsctl::report::view::View;
use rsctl::syntax::flow;
use rsctl::topology::TunnelEnd;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Topologies whose effective routes do not come back, and why.
const REASONS: &[(&str, &str)] = &[
    ("gh-microhack-single-hub/stage-s2", "which instance of the gateway carries the tunnel is in no document of az"),
    ("gh-microhack-single-hub/stage-s3", "which instance of the gateway carries the tunnel is in no document of az"),
];

/// The documents of an estate with everything that was learned in it.
fn captured(written: &Estate) -> Files {
    let topology = &written.topology;
    let documents = Documents { document: &written.loaded.document, topology, site_addresses: BTreeMap::new() };
    let mut files = documents.flat();
    let ribs = bgp::run(topology);
    let print = |device, instance, peer| -> Value {
        let mut out = Vec::new();
        RibView::new(topology, &ribs, (device, instance), Which::Learned, peer).write_json(&mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    };
    for device in devices(topology) {
        let vnet = match device {
            Device::RouteServer(vnet) | Device::VpnGateway(vnet) | Device::ExpressRouteGateway(vnet) => {
                topology.vnet(vnet)
            }
            Device::Edge(circuit) => {
                let name = &topology.circuit(circuit).name;
                files.insert(format!("circuit/rg-shared/{name}/routes-primary.json"), print(device, Some(0), None));
                continue;
            }
            Device::Router(_) => continue,
        };
        let name = &vnet.name;
        match device {
            Device::RouteServer(_) => {
                let server = vnet.route_server.as_ref().unwrap();
                for peer in &server.peers {
                    let nva = &topology.router(peer.router).name;
                    let file = format!("route-server/rg-{name}/{}/learned/{nva}.json", server.name);
                    files.insert(file, print(device, None, Some(Device::Router(peer.router))));
                }
            }
            Device::VpnGateway(_) => {
                let gateway = &vnet.vpn_gateway.as_ref().unwrap().name;
                files.insert(format!("gateway/rg-{name}/{gateway}/learned.json"), print(device, None, None));
            }
            _ => {
                let gateway = &vnet.express_route_gateway.as_ref().unwrap().name;
                files.insert(format!("gateway/rg-{name}/{gateway}/learned.json"), print(device, None, None));
            }
        }
    }
    files
}

/// Whether a site of a tunnel with BGP has no address: the documents need one, and what gateways learned would show another.
fn leaves_addresses_open(written: &Estate) -> bool {
    let sides = written.topology.tunnels.iter().filter(|tunnel| tunnel.bgp).flat_map(|tunnel| &tunnel.sides);
    sides.into_iter().any(|side| match side.end {
        TunnelEnd::Router(router) => side.address.is_none() && written.topology.router(router).address.is_none(),
        TunnelEnd::Gateway(_) => false,
    })
}

#[test]
fn everything_that_is_learned_gives_the_effective_routes_again() {
    let (mut complaints, mut used): (String, BTreeSet<&str>) = (String::new(), BTreeSet::new());
    for (name, path) in labs::topologies() {
        let written = labs::read(&path);
        if leaves_addresses_open(&written) {
            continue;
        }
        let text = text_of(&name, import(&captured(&written)));
        let kept = ["as_of", "facts"];
        let kept = kept.iter().filter_map(|key| Some(format!("{key}: {}\n", flow(written.loaded.root.get(key)?))));
        let text = text.replacen("rsctl: 1\n", &format!("rsctl: 1\n{}", kept.collect::<String>()), 1);
        let imported = of_text(&text).unwrap_or_else(|errors| panic!("{name}: {errors}\n{text}"));
        let (expected, found) = (all_rows(&written), all_rows(&imported));
        let mut said = String::new();
        for (subnet, rows) in &expected {
            let other = found.get(subnet).map(Vec::as_slice).unwrap_or_default();
            for row in rows.iter().filter(|row| !other.contains(row)) {
                writeln!(said, "  {subnet}: written  {row}").unwrap();
            }
            for row in other.iter().filter(|row| !rows.contains(row)) {
                writeln!(said, "  {subnet}: imported {row}").unwrap();
            }
        }
        match REASONS.iter().find(|(known, _)| name.starts_with(known)) {
            Some((known, _)) if !said.is_empty() => drop(used.insert(known)),
            _ if !said.is_empty() => writeln!(complaints, "{name}\n{said}{text}").unwrap(),
            _ => {}
        }
    }
    for (known, reason) in REASONS.iter().filter(|(known, _)| !used.contains(known)) {
        writeln!(complaints, "{known}: nothing differs, though something did for this reason: {reason}").unwrap();
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}
