//! From resources to the estate: what the fields of each type say. One function a type; a type that stands in no list here is skipped
//! and counted.
//!
//! What objects mean for each other belongs to `draft`.

mod appliances;
mod gateways;
mod networks;

use super::estate::Estate;
use super::fields::Fields;
use super::resource::{Key, Mistake, Resource, ResourceId};
use std::collections::{BTreeMap, BTreeSet};

/// What was read, and what was left out.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) estate: Estate,
    pub(super) mistakes: Vec<Mistake>,
    /// Types that are not read, with how many resources of them there were.
    pub(super) skipped: BTreeMap<String, BTreeSet<Key>>,
    /// The groups in which resources were found, to place what only belongs to a group.
    pub(super) scopes: Scopes,
}

/// Reads all resources; their order makes no difference.
pub(super) fn read(resources: &[Resource]) -> Read {
    let mut read = Read { scopes: Scopes::new(resources), ..Read::default() };
    for resource in resources {
        let id = read.scopes.adopted(&resource.id);
        one(&id, &Fields::of(resource), &mut read);
    }
    // A subnet or a peering may be described alone; its VNet then has no address space, which `draft` tells.
    read
}

fn one(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let kind = id.kind.to_ascii_lowercase();
    let Some(kind) = kind.strip_prefix("microsoft.network/") else { return skip(id, read) };
    match kind {
        "virtualnetworks" => networks::vnet(id, fields, read),
        "virtualnetworks/subnets" => networks::subnet(id, fields, read),
        "virtualnetworks/virtualnetworkpeerings" => networks::peering(id, fields, read),
        "routetables" => networks::route_table(id, fields, read),
        "routetables/routes" => networks::route(id, fields, read),
        "virtualhubs" => gateways::route_server(id, fields, read),
        "virtualhubs/ipconfigurations" => gateways::route_server_address(id, fields, read),
        "virtualhubs/bgpconnections" => gateways::bgp_connection(id, fields, read),
        "virtualhubs/hubvirtualnetworkconnections" => gateways::virtual_wan_connection(id, fields, read),
        "virtualnetworkgateways" => gateways::gateway(id, fields, read),
        "localnetworkgateways" => gateways::local_gateway(id, fields, read),
        "connections" => gateways::connection(id, fields, read),
        "expressroutecircuits" => gateways::circuit(id, fields, read),
        "expressroutecircuits/peerings" => gateways::circuit_peering(id, fields, read),
        "networkinterfaces" => appliances::interface(id, fields, read),
        "loadbalancers" => appliances::load_balancer(id, fields, read),
        "azurefirewalls" => appliances::firewall(id, fields, read),
        "publicipaddresses" => appliances::public_address(id, fields, read),
        "privateendpoints" => appliances::private_endpoint(id, fields, read),
        _ => skip(id, read),
    }
}

fn skip(id: &ResourceId, read: &mut Read) {
    read.skipped.entry(id.kind.clone()).or_default().insert(id.key());
}

/// Where resources live. A template cannot tell its subscription and group: what it names is the one resource of that type and name
/// that another document places.
#[derive(Debug, Default)]
pub(super) struct Scopes(BTreeMap<(String, String), BTreeSet<(String, String)>>);

impl Scopes {
    fn new(resources: &[Resource]) -> Scopes {
        let mut scopes = Scopes::default();
        for id in resources.iter().map(|resource| &resource.id) {
            if !id.subscription.is_empty() && !id.group.is_empty() {
                let scope = (id.subscription.clone(), id.group.clone());
                scopes.0.entry(root(id)).or_default().insert(scope);
            }
        }
        scopes
    }

    /// The id with its subscription and group, where they can be known.
    pub(super) fn adopted(&self, id: &ResourceId) -> ResourceId {
        let mut id = id.clone();
        if id.subscription.is_empty() || id.group.is_empty() {
            let fits = |known: &str, wanted: &str| wanted.is_empty() || known.eq_ignore_ascii_case(wanted);
            let all = self.0.get(&root(&id)).into_iter().flatten();
            let mut found: Vec<_> =
                all.filter(|(subscription, group)| fits(subscription, &id.subscription) && fits(group, &id.group)).collect();
            found.dedup_by_key(|(subscription, group)| (subscription.to_lowercase(), group.to_lowercase()));
            if let [(subscription, group)] = found.as_slice() {
                (id.subscription, id.group) = (subscription.clone(), group.clone());
            }
        }
        id
    }

    /// What an id is compared by.
    pub(super) fn key(&self, id: &ResourceId) -> Key {
        self.adopted(id).key()
    }
}

fn root(id: &ResourceId) -> (String, String) {
    let kind: Vec<&str> = id.kind.split('/').take(2).collect();
    (kind.join("/").to_lowercase(), id.names.first().map(|name| name.to_lowercase()).unwrap_or_default())
}
