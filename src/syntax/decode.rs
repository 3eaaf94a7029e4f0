//! Tree to [`Document`]. Tolerant: what `validate` reported is left out here without a word.
//!
//! The names of objects stay even when their bodies are broken, so that looking them up later raises no false alarm.

mod expect;
mod policy;
mod router;
mod vnet;

use super::document::{
    Circuit, Connection, ConnectionKind, Document, LoadBalancer, Named, Peering, PeeringFlags, PeeringForm,
    PeeringState, Session,
};
use super::load::Files;
use super::prefix_file::PrefixFiles;
use super::scalar;
use super::shape::Scalar;
use super::tree::{Key, Kind, Node};
use crate::net::{AsPath, Asn};
use crate::source::Spanned;
use std::net::Ipv4Addr;

/// Reads a whole topology; files of prefixes are read on the way.
pub(super) fn decode(root: &Node, files: &mut Files<'_>) -> Document {
    let mut prefix_files = PrefixFiles::new(files);
    Document {
        as_of: leaf(root.get("as_of"), Scalar::Date),
        facts: named_leaves(root.get("facts"), Scalar::Text("the answer to a fact")),
        vnets: named(root.get("vnets"), vnet::vnet),
        peerings: all(root.get("peerings"), peering),
        nvas: named(root.get("nvas"), |node| router::router(node, &mut prefix_files)),
        load_balancers: named(root.get("load_balancers"), load_balancer),
        sites: named(root.get("sites"), |node| router::router(node, &mut prefix_files)),
        connections: all(root.get("connections"), connection),
        circuits: named(root.get("circuits"), circuit),
        sessions: all(root.get("sessions"), session),
        route_tables: named(root.get("route_tables"), policy::route_table),
        route_maps: named(root.get("route_maps"), policy::rules),
        expect: expect::expectations(root.get("expect")),
    }
}

fn name(key: &Key) -> Spanned<String> {
    Spanned::new(key.text.to_string(), key.span)
}

/// Every entry of a map from names to bodies.
fn named<T>(node: Option<&Node>, mut body: impl FnMut(&Node) -> T) -> Vec<Named<T>> {
    let entries = node.map_or(&[][..], Node::entries);
    entries.iter().map(|(key, node)| Named { name: name(key), body: body(node) }).collect()
}

/// The entries of a map from names to bodies that can be read.
fn named_some<T>(node: Option<&Node>, mut body: impl FnMut(&Node) -> Option<T>) -> Vec<Named<T>> {
    let entries = node.map_or(&[][..], Node::entries);
    entries.iter().filter_map(|(key, node)| Some(Named { name: name(key), body: body(node)? })).collect()
}

/// The elements of a list that can be read.
fn all<T>(node: Option<&Node>, element: impl FnMut(&Node) -> Option<T>) -> Vec<T> {
    node.map_or(&[][..], Node::items).iter().filter_map(element).collect()
}

/// A leaf that is kept as text, when it is a good one.
fn leaf(node: Option<&Node>, kind: Scalar) -> Option<Spanned<String>> {
    let node = node?;
    let Kind::Scalar { text, quoted } = &node.kind else { return None };
    scalar::check(&kind, text, *quoted).ok()?;
    Some(Spanned::new(text.to_string(), node.span))
}

fn leaves(node: Option<&Node>, kind: Scalar) -> Vec<Spanned<String>> {
    all(node, |item| leaf(Some(item), kind))
}

fn named_leaves(node: Option<&Node>, kind: Scalar) -> Vec<Named<Spanned<String>>> {
    named_some(node, |item| leaf(Some(item), kind))
}

/// The name of something else.
fn reference(node: Option<&Node>) -> Option<Spanned<String>> {
    leaf(node, Scalar::Reference(""))
}

fn references(node: Option<&Node>) -> Vec<Spanned<String>> {
    all(node, |item| reference(Some(item)))
}

fn display_name(node: Option<&Node>) -> Option<Spanned<String>> {
    leaf(node, Scalar::Text(""))
}

/// A leaf that is read into a value.
fn value<T, E>(node: Option<&Node>, read: impl FnOnce(&str) -> Result<T, E>) -> Option<Spanned<T>> {
    let node = node?;
    Some(Spanned::new(read(node.text()?).ok()?, node.span))
}

fn values<T, E>(node: Option<&Node>, read: impl Fn(&str) -> Result<T, E>) -> Vec<Spanned<T>> {
    all(node, |item| value(Some(item), &read))
}

/// A leaf that means nothing in quotes.
fn bare<T, E>(node: Option<&Node>, read: impl FnOnce(&str) -> Result<T, E>) -> Option<Spanned<T>> {
    let quoted = matches!(node?.kind, Kind::Scalar { quoted: true, .. });
    if quoted { None } else { value(node, read) }
}

fn boolean(node: Option<&Node>) -> Option<Spanned<bool>> {
    bare(node, scalar::boolean)
}

fn asns(node: Option<&Node>) -> Vec<Spanned<Asn>> {
    all(node, |item| bare(Some(item), scalar::asn))
}

/// A path, unless a part of it is broken: half a path would say something else.
fn as_path(node: Option<&Node>) -> Option<Spanned<AsPath>> {
    let node = node?;
    let asns = asns(Some(node));
    let whole = asns.len() == node.items().len() && !matches!(node.kind, Kind::Null | Kind::Map(_));
    whole.then(|| Spanned::new(asns.iter().map(|asn| asn.value).collect(), node.span))
}

fn instances(node: Option<&Node>) -> Vec<Spanned<u8>> {
    all(node, |item| bare(Some(item), scalar::instance))
}

fn addresses(node: Option<&Node>) -> Vec<Named<Spanned<Ipv4Addr>>> {
    named_some(node, |item| value(Some(item), scalar::ipv4))
}

/// One of several words; the first that is equal wins.
fn word<T: Copy>(node: Option<&Node>, words: &[(&str, T)]) -> Option<Spanned<T>> {
    value(node, |text| words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning).ok_or(()))
}

/// The two ends of something.
fn pair(node: Option<&Node>) -> Option<(Spanned<String>, Spanned<String>)> {
    let [first, second] = node?.items() else { return None };
    Some((reference(Some(first))?, reference(Some(second))?))
}

fn peering(node: &Node) -> Option<Peering> {
    let form = if let Some((first, second)) = pair(node.get("between")) {
        PeeringForm::Between(first, second)
    } else if let Some(hub) = reference(node.get("hub")) {
        PeeringForm::HubSpoke { hub, spoke: reference(node.get("spoke"))? }
    } else {
        PeeringForm::OneWay { local: reference(node.get("local"))?, remote: reference(node.get("remote"))? }
    };
    Some(Peering {
        form,
        flags: peering_flags(node),
        sides: named(node.get("sides"), peering_flags),
        subnets: named(node.get("subnets"), |item| references(Some(item))),
        span: node.span,
    })
}

fn peering_flags(node: &Node) -> PeeringFlags {
    let states = [
        ("Connected", PeeringState::Connected),
        ("Initiated", PeeringState::Initiated),
        ("Disconnected", PeeringState::Disconnected),
    ];
    PeeringFlags {
        name: display_name(node.get("name")),
        allow_virtual_network_access: boolean(node.get("allow_virtual_network_access")),
        allow_forwarded_traffic: boolean(node.get("allow_forwarded_traffic")),
        allow_gateway_transit: boolean(node.get("allow_gateway_transit")),
        use_remote_gateways: boolean(node.get("use_remote_gateways")),
        state: word(node.get("state"), &states),
        remote_address_space: values(node.get("remote_address_space"), scalar::cidr),
        peer_complete_virtual_networks: boolean(node.get("peer_complete_virtual_networks")),
        local_subnet_names: references(node.get("local_subnet_names")),
        remote_subnet_names: references(node.get("remote_subnet_names")),
    }
}

fn load_balancer(node: &Node) -> LoadBalancer {
    LoadBalancer {
        subnet: leaf(node.get("subnet"), Scalar::Subnet),
        ip: value(node.get("ip"), scalar::ipv4),
        backends: references(node.get("backends")),
        ha_ports: boolean(node.get("ha_ports")),
    }
}

fn connection(node: &Node) -> Option<Connection> {
    let kinds = [("IPsec", ConnectionKind::IPsec), ("Vnet2Vnet", ConnectionKind::Vnet2Vnet)];
    Some(Connection {
        between: pair(node.get("between"))?,
        bgp: boolean(node.get("bgp")),
        kind: word(node.get("type"), &kinds),
        instances: named(node.get("instances"), |item| instances(Some(item))),
        local_networks: named(node.get("local_networks"), |item| values(Some(item), scalar::cidr4)),
        addresses: addresses(node.get("addresses")),
        span: node.span,
    })
}

fn circuit(node: &Node) -> Circuit {
    Circuit {
        gateways: references(node.get("gateways")),
        sites: references(node.get("sites")),
        primary_peer_address_prefix: value(node.get("primary_peer_address_prefix"), scalar::cidr4),
        secondary_peer_address_prefix: value(node.get("secondary_peer_address_prefix"), scalar::cidr4),
    }
}

fn session(node: &Node) -> Option<Session> {
    let between = pair(node.get("between"))?;
    Some(Session { between, addresses: addresses(node.get("addresses")), span: node.span })
}
