//! The loop closed: the documents of an estate and everything that its speakers would print of what they learned, imported, give the
//! effective routes of the estate again. Nothing of the topology written by hand is put in.

use crate::az_documents::{Estate as Documents, Files};
use crate::labs::{self, Estate, import, of_text, text_of};
use crate::merge::all_rows;
use crate::support::yaml::Node;
use rsctl::bgp::{self, Device, devices};
use rsctl::report::rib::Which;
use rsctl::report::rib_view::RibView;
use rsctl::report::view::View;
use rsctl::syntax::flow;
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

/// What differs between the effective routes of a topology and of what is imported of it; and the imported text.
fn differences(name: &str, written: &Estate) -> (String, String) {
    let text = text_of(name, import(&captured(written)));
    let kept = ["as_of", "facts"];
    let kept = kept.iter().filter_map(|key| Some(format!("{key}: {}\n", flow(written.loaded.root.get(key)?))));
    let text = text.replacen("rsctl: 1\n", &format!("rsctl: 1\n{}", kept.collect::<String>()), 1);
    let imported = of_text(&text).unwrap_or_else(|errors| panic!("{name}: {errors}\n{text}"));
    let (expected, found) = (all_rows(written), all_rows(&imported));
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
    (said, text)
}

#[test]
fn everything_that_is_learned_gives_the_effective_routes_again() {
    let (mut complaints, mut used): (String, BTreeSet<&str>) = (String::new(), BTreeSet::new());
    for (name, path) in labs::topologies() {
        let (said, text) = differences(&name, &labs::read(&path));
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

/// What neither documents nor learned routes tell: route maps of route servers, instances, communities, and policies that see them.
const UNTOLD: &[&str] = &[
    "facts",
    "communities",
    "origin",
    "instances",
    "import",
    "export",
    "inbound_route_map",
    "outbound_route_map",
    "route_maps",
];

/// A path with AS numbers of Azure's own: what holds it is taken for what Azure announced, and never for an announcement to it.
fn is_azures(key: &str, value: &Node) -> bool {
    let of_azure = |asn: &Node| matches!(asn, Node::Text(text) if ["65515", "12076", "0"].contains(&text.as_str()));
    key == "as_path" && matches!(value, Node::List(asns) if asns.iter().any(of_azure))
}

fn told(node: Node) -> Node {
    match node {
        Node::Map(entries) => {
            let kept =
                entries.into_iter().filter(|(key, value)| !UNTOLD.contains(&key.as_str()) && !is_azures(key, value));
            let told = |(key, value): (String, Node)| match key.as_str() {
                "sites" => (key, addressed(told(value))),
                _ => (key, told(value)),
            };
            Node::Map(kept.map(told).collect())
        }
        Node::Set(items) => Node::Set(items.into_iter().map(told).collect()),
        Node::List(items) => Node::List(items.into_iter().map(told).collect()),
        text => text,
    }
}

/// Every site with the address that Azure asks for; one that joins two ways into Azure passes nothing on between them, since a print of
/// one moment does not tell what it will pass on in the next.
fn addressed(sites: Node) -> Node {
    let Node::Map(sites) = sites else { return sites };
    let addressed = sites.into_iter().enumerate().map(|(index, (name, site))| {
        let Node::Map(mut entries) = site else { return (name, site) };
        if entries.iter().all(|(key, _)| key != "ip") {
            entries.push(("ip".into(), Node::Text(format!("192.168.9.{}", 20 + index))));
        }
        entries.retain(|(key, _)| key != "readvertise");
        entries.push(("readvertise".into(), Node::Text("false".into())));
        (name, Node::Map(entries))
    });
    Node::Map(addressed.collect())
}

proptest::proptest! {
    #![proptest_config(crate::design::config())]

    #[test]
    fn everything_that_is_learned_gives_the_effective_routes_of_any_estate(estate in crate::support::small::estates()) {
        let text = told(estate.node()).to_yaml();
        let written = of_text(&text).unwrap();
        let (said, imported) = differences("estate", &written);
        proptest::prop_assert!(said.is_empty(), "\n{}\n{}\n--- {}", said, imported, text);
    }
}
