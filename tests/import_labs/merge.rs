//! A topology that was imported, with what no document of az tells put in from the one that was written by hand: who announces what, how
//! sites are called, sessions between routers, policies, instances of tunnels.
//!
//! What documents do tell is never taken from the other topology.

use crate::labs::Estate;
use rsctl::syntax::flow;
use rsctl::syntax::tree::{Key, Kind, Node};
use rsctl::topology::{TunnelEnd, TunnelSide};
use std::collections::BTreeMap;

/// What a document tells of an NVA.
const OF_DOCUMENTS: &[&str] = &["subnet", "ip", "interfaces", "asn", "ip_forwarding"];

/// The text of the imported topology, filled up.
pub(crate) fn filled(imported: &Estate, written: &Estate) -> String {
    let (mut root, hand) = (imported.loaded.root.clone(), &written.loaded.root);
    for key in ["as_of", "facts", "sessions", "route_maps"] {
        if let Some(node) = hand.get(key) {
            set(&mut root, key, node.clone());
        }
    }
    nvas(&mut root, hand);
    sites(&mut root, hand);
    route_server_policies(&mut root, hand);
    instances(&mut root, written);
    flow(&root)
}

fn set(map: &mut Node, key: &str, value: Node) {
    let span = value.span;
    let entries = entries(map);
    match entries.iter_mut().find(|(known, _)| &*known.text == key) {
        Some((_, known)) => *known = value,
        None => entries.push((Key { text: key.into(), span }, value)),
    }
}

/// The entries of a map; a shorter form becomes an empty map first.
fn entries(node: &mut Node) -> &mut Vec<(Key, Node)> {
    if !matches!(node.kind, Kind::Map(_)) {
        node.kind = Kind::Map(Vec::new());
    }
    match &mut node.kind {
        Kind::Map(entries) => entries,
        _ => unreachable!("it was made a map"),
    }
}

fn get_mut<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.kind {
        Kind::Map(entries) => entries.iter_mut().find(|(known, _)| &*known.text == key).map(|(_, node)| node),
        _ => None,
    }
}

fn empty(like: &Node) -> Node {
    Node { kind: Kind::Map(Vec::new()), span: like.span }
}

/// NVAs announce what was written by hand; those that no document shows, since no route server peers with them and no route leads to
/// them, are added.
fn nvas(root: &mut Node, hand: &Node) {
    let written = hand.get("nvas").map(Node::entries).unwrap_or_default();
    let mut all = root.get("nvas").cloned().unwrap_or_else(|| empty(hand));
    for (name, nva) in written {
        match get_mut(&mut all, &name.text) {
            None => set(&mut all, &name.text, nva.clone()),
            Some(known) => {
                entries(known).retain(|(key, _)| OF_DOCUMENTS.contains(&&*key.text));
                for (key, value) in nva.entries().iter().filter(|(key, _)| !OF_DOCUMENTS.contains(&&*key.text)) {
                    set(known, &key.text, value.clone());
                }
                if known.get("asn").is_none()
                    && let Some(asn) = nva.get("asn")
                {
                    // It peers with no route server, so only its own configuration tells its number.
                    set(known, "asn", asn.clone());
                }
            }
        }
    }
    if !all.entries().is_empty() {
        set(root, "nvas", all);
    }
}

/// Sites are those written by hand, with the tunnels and the addresses that were imported.
fn sites(root: &mut Node, hand: &Node) {
    let imported = root.get("sites").cloned().unwrap_or_else(|| empty(hand));
    let mut all = hand.get("sites").cloned().unwrap_or_else(|| empty(hand));
    for (name, site) in entries(&mut all) {
        entries(site).retain(|(key, _)| &*key.text != "vpn");
        let Some(known) = imported.get(&name.text) else { continue };
        if let Some(address) = known.get("ip") {
            set(site, "ip", address.clone());
        }
        let mut tunnels: Vec<Node> = known.get("vpn").map(Node::items).unwrap_or_default().to_vec();
        if let Some(prefixes) = known.get("prefixes").filter(|_| known.get("asn").is_none()) {
            // Without BGP the ranges of its local network gateways are all that is imported of the site.
            for tunnel in tunnels.iter_mut().filter(|tunnel| tunnel.get("local_networks").is_none()) {
                set(tunnel, "local_networks", prefixes.clone());
            }
        }
        if !tunnels.is_empty() {
            let span = site.span;
            set(site, "vpn", Node { kind: Kind::List(tunnels), span });
        }
    }
    set(root, "sites", all);
    for (name, circuit) in hand.get("circuits").map(Node::entries).unwrap_or_default() {
        if let Some(known) = get_mut(root, "circuits").and_then(|all| get_mut(all, &name.text)) {
            entries(known).retain(|(key, _)| &*key.text != "sites");
            if let Some(sites) = circuit.get("sites") {
                set(known, "sites", sites.clone());
            }
        }
    }
}

/// Route maps of a route server, and which of its instances peer with whom: documents name the maps only.
fn route_server_policies(root: &mut Node, hand: &Node) {
    for (name, vnet) in hand.get("vnets").map(Node::entries).unwrap_or_default() {
        let Some(written) = vnet.get("route_server") else { continue };
        let known = get_mut(root, "vnets").and_then(|all| get_mut(all, &name.text));
        let Some(known) = known.and_then(|vnet| get_mut(vnet, "route_server")) else { continue };
        assert_eq!(peers(written), peers(known), "the peers of the route server of {}", name.text);
        for key in ["peers", "connections"] {
            if let Some(value) = written.get(key) {
                set(known, key, value.clone());
            }
        }
    }
}

fn peers(server: &Node) -> Vec<String> {
    let peers = server.get("peers").map(Node::items).unwrap_or_default();
    let name = |peer: &Node| peer.text().or_else(|| peer.get("nva")?.text()).map(str::to_owned);
    let mut names: Vec<String> = peers.iter().filter_map(name).collect();
    names.sort();
    names
}

/// Which instances of a gateway carry a tunnel is not printed by az.
fn instances(root: &mut Node, written: &Estate) {
    let topology = &written.topology;
    let name = |end: TunnelEnd| match end {
        TunnelEnd::Gateway(vnet) => topology.vnet(vnet).name.clone(),
        TunnelEnd::Router(router) => topology.router(router).name.clone(),
    };
    let is_partial = |side: &TunnelSide| matches!(side.end, TunnelEnd::Gateway(_)) && side.instances != [true; 2];
    for tunnel in &topology.tunnels {
        for (near, far) in [(0, 1), (1, 0)] {
            let (near, far) = (&tunnel.sides[near], &tunnel.sides[far]);
            if !is_partial(near) {
                continue;
            }
            let (gateway, router) = (name(near.end), name(far.end));
            let chosen: Vec<usize> = (0..2).filter(|instance| near.instances[*instance]).collect();
            let span = root.span;
            let scalar =
                |number: &usize| Node { kind: Kind::Scalar { text: number.to_string().into(), quoted: false }, span };
            let chosen = Node { kind: Kind::List(chosen.iter().map(scalar).collect()), span };
            let site = get_mut(root, "sites").and_then(|all| get_mut(all, &router));
            if let Some(tunnels) = site.and_then(|site| get_mut(site, "vpn")) {
                let mut all = tunnels.items().to_vec();
                for tunnel in all.iter_mut().filter(|one| one.get("gateway").and_then(Node::text) == Some(&gateway)) {
                    set(tunnel, "instances", chosen.clone());
                }
                tunnels.kind = Kind::List(all);
                continue;
            }
            let Some(Node { kind: Kind::List(connections), .. }) = get_mut(root, "connections") else { continue };
            for connection in connections {
                let ends: Vec<&str> = connection
                    .get("between")
                    .map(Node::items)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Node::text)
                    .collect();
                if ends.contains(&gateway.as_str()) && ends.contains(&router.as_str()) {
                    let mut all = connection
                        .get("instances")
                        .cloned()
                        .unwrap_or_else(|| Node { kind: Kind::Map(Vec::new()), span });
                    set(&mut all, &gateway, chosen.clone());
                    set(connection, "instances", all);
                }
            }
        }
    }
}

/// Every row of every subnet, as words.
pub(crate) fn all_rows(estate: &Estate) -> BTreeMap<String, Vec<String>> {
    let topology = &estate.topology;
    let ribs = rsctl::bgp::run(topology);
    let tables = rsctl::effective::Tables::new(topology, &ribs);
    let mut all = BTreeMap::new();
    for vnet in topology.vnet_ids() {
        for (id, table) in tables.of_vnet(vnet) {
            let mut rows: Vec<String> = table.rows().filter(|row| !is_invented(row)).map(|row| words(&row)).collect();
            rows.sort();
            all.insert(topology.subnet_name(id), rows);
        }
    }
    all
}

/// Whether a row leads to the address of a site that only the documents have.
fn is_invented(row: &rsctl::effective::Row) -> bool {
    matches!(&row.prefix, rsctl::effective::RowPrefix::Range(range) if range.prefix_len() == 32 && crate::az_documents::is_invented(range.addr()))
}

fn words(row: &rsctl::effective::Row) -> String {
    use rsctl::effective::Hop;
    let hop = |hop: &Hop| match hop {
        Hop::Address(address) if crate::az_documents::is_invented(*address) => {
            format!("{:?}", Hop::GatewayPublicAddress)
        }
        Hop::Address(address) => address.to_string(),
        other => format!("{other:?}"),
    };
    let hops: Vec<String> = row.next_hops.iter().map(hop).collect();
    let name = row.name.as_deref().unwrap_or_default();
    let (source, kind) = (row.source.word(), row.next_hop_type.word());
    format!("{} {source} {kind} [{}] {:?} {name}", row.prefix, hops.join(" "), row.state)
}
