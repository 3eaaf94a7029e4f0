//! What az would print of an estate: a topology turned back into documents, in the layout of the collect script.
//!
//! Written from the formats of az alone: nothing of the importer may enter, or its mistakes would be made twice. What no document of az
//! tells (announcements and policies of NVAs, sessions between routers, instances of tunnels) is not in the documents either. A region
//! that the topology leaves open stays open, since any region would make some peerings global.

mod gateways;
mod machines;
mod networks;
mod rest;

use rsctl::syntax::document::Document;
use rsctl::topology::{RouterId, Topology, VnetId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Files by name.
pub(crate) type Files = BTreeMap<String, Value>;

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
/// The group of what belongs to no VNet.
const SHARED: &str = "shared";

/// An estate of which documents are made.
pub(crate) struct Estate<'t> {
    pub(crate) document: &'t Document,
    pub(crate) topology: &'t Topology,
    /// Addresses that sites speak BGP from, where only captures tell them.
    pub(crate) site_addresses: BTreeMap<String, Ipv4Addr>,
}

impl Estate<'_> {
    /// Every document as the command line prints it.
    pub(crate) fn flat(&self) -> Files {
        let mut files = Files::new();
        networks::write(self, &mut files);
        gateways::write(self, &mut files);
        machines::write(self, &mut files);
        files
    }

    /// The same documents as the REST API prints them.
    pub(crate) fn nested(&self) -> Files {
        self.flat().into_iter().map(|(name, value)| (name, rest::document(value))).collect()
    }

    fn vnet_name(&self, vnet: VnetId) -> &str {
        &self.topology.vnet(vnet).name
    }

    fn vnet_ids(&self) -> impl Iterator<Item = VnetId> + '_ {
        self.topology.vnet_ids()
    }

    fn subnet_id(&self, vnet: VnetId, subnet: &str) -> String {
        format!("{}/subnets/{subnet}", vnet_id(self.vnet_name(vnet)))
    }

    /// The address of a router in the internet, which no topology tells: of documentation and benchmarks (RFC 2544).
    fn public_of_router(&self, router: RouterId) -> Ipv4Addr {
        invented(0, router.index())
    }

    /// Whether a router outside of Azure or an NVA ends a tunnel.
    fn is_tunnel_end(&self, router: RouterId) -> bool {
        let end = rsctl::topology::TunnelEnd::Router(router);
        self.topology.tunnels.iter().any(|tunnel| tunnel.sides.iter().any(|side| side.end == end))
    }

    /// The address that a site speaks from: Azure asks for one, whatever the topology leaves open.
    fn site_address(&self, router: RouterId) -> Ipv4Addr {
        let site = self.topology.router(router);
        let captured = self.site_addresses.get(&site.name).copied();
        site.address.or(captured).unwrap_or_else(|| invented(1, 20_000 + router.index()))
    }
}

/// Whether an address was made up for the documents.
pub(crate) fn is_invented(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [198, 18 | 19, ..])
}

fn invented(kind: u8, index: usize) -> Ipv4Addr {
    Ipv4Addr::new(198, 18 + kind, (index / 100) as u8, (1 + index % 100) as u8)
}

fn group_id(group: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{group}")
}

fn id(group: &str, kind: &str, name: &str) -> String {
    format!("{}/providers/Microsoft.Network/{kind}/{name}", group_id(group))
}

fn vnet_id(name: &str) -> String {
    id(name, "virtualNetworks", name)
}

/// What stands in a list of a resource, or in a document of its own: id, name, type and group, then the fields.
fn resource(id: &str, fields: Value) -> Value {
    let parts: Vec<&str> = id.split('/').collect();
    let kinds: Vec<&str> = parts.iter().skip(7).step_by(2).copied().collect();
    let group = parts[4];
    let mut value = json!({
        "etag": "W/\"0\"",
        "id": id,
        "name": parts[parts.len() - 1],
        "provisioningState": "Succeeded",
        "resourceGroup": group,
        "type": format!("{}/{}", parts[6], kinds.join("/")),
    });
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    value.as_object_mut().expect("it was made above").extend(fields);
    value
}

/// The name of another resource. Azure prints groups in capitals in places, and compares without regard to case.
fn reference(id: &str) -> Value {
    let parts: Vec<String> = id
        .split('/')
        .enumerate()
        .map(|(index, part)| if index == 4 { part.to_uppercase() } else { part.to_owned() })
        .collect();
    json!({ "id": parts.join("/"), "resourceGroup": parts[4] })
}
