//! What exists, as the resources of all documents tell it together: every object once, by its id, with every reference resolved to a
//! key that is compared without case.
//!
//! Types, and how two documents that describe one object are joined. Names of the topology and what was guessed belong to `draft`.

use super::resource::{Key, Mistake, Origin, ResourceId};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A value and where it was told.
#[derive(Debug, Clone)]
pub(super) struct Told<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
}

/// Joins what a further document tells of a field with what is known; two that differ are a mistake at the later one.
pub(super) fn learn<T: PartialEq>(
    known: &mut Option<Told<T>>,
    value: Option<T>,
    origin: &Origin,
    what: impl FnOnce() -> String,
    mistakes: &mut Vec<Mistake>,
) {
    let Some(value) = value else { return };
    match known {
        None => *known = Some(Told { value, origin: origin.clone() }),
        Some(known) if known.value == value => {}
        Some(known) => mistakes.push(contradiction(known, origin, &what())),
    }
}

/// The same of an entry of a map.
pub(super) fn learn_entry<V: PartialEq>(
    known: &mut BTreeMap<Key, V>,
    (key, value): (Key, V),
    origin: &Origin,
    what: impl FnOnce() -> String,
    mistakes: &mut Vec<Mistake>,
) {
    match known.get(&key) {
        None => {
            known.insert(key, value);
        }
        Some(same) if *same == value => {}
        Some(_) => mistakes.push(disagreement(origin, &what())),
    }
}

/// A later document does not say of something what an earlier one says.
pub(super) fn disagreement(origin: &Origin, what: &str) -> Mistake {
    let message = format!("{what} is not what another document says");
    Mistake::new(origin.clone(), message, "the documents are of different times; leave out the older one")
}

/// Two documents do not say the same of something.
pub(super) fn contradiction<T>(known: &Told<T>, origin: &Origin, what: &str) -> Mistake {
    Mistake { other: Some(known.origin.clone()), ..disagreement(origin, what) }
}

/// All objects.
#[derive(Debug, Default)]
pub(super) struct Estate {
    pub(super) vnets: BTreeMap<Key, Vnet>,
    pub(super) peerings: BTreeMap<Key, Peering>,
    pub(super) route_tables: BTreeMap<Key, RouteTable>,
    pub(super) route_servers: BTreeMap<Key, RouteServer>,
    pub(super) bgp_connections: BTreeMap<Key, BgpConnection>,
    pub(super) gateways: BTreeMap<Key, Gateway>,
    pub(super) local_gateways: BTreeMap<Key, LocalGateway>,
    pub(super) connections: BTreeMap<Key, Connection>,
    pub(super) circuits: BTreeMap<Key, Circuit>,
    pub(super) interfaces: BTreeMap<Key, Interface>,
    pub(super) load_balancers: BTreeMap<Key, LoadBalancer>,
    pub(super) firewalls: BTreeMap<Key, Firewall>,
    pub(super) public_addresses: BTreeMap<Key, IpAddr>,
    /// The name of each private endpoint, and subnet and address of each of its addresses.
    pub(super) private_endpoints: BTreeMap<Key, (String, BTreeSet<(Key, IpAddr)>)>,
    /// Route tables that name a subnet as their user.
    pub(super) users: BTreeMap<Key, Vec<Told<Key>>>,
    /// VNets that are connected to a Virtual WAN hub, and the name of that hub.
    pub(super) virtual_wan: BTreeMap<Key, String>,
}

#[derive(Debug)]
pub(super) struct Vnet {
    pub(super) id: ResourceId,
    pub(super) region: Option<Told<String>>,
    pub(super) address_space: Option<Told<Vec<IpNet>>>,
    pub(super) summarized: Option<Told<Vec<IpNet>>>,
    pub(super) subnets: BTreeMap<Key, Subnet>,
    /// Where it was described first.
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct Subnet {
    pub(super) id: ResourceId,
    pub(super) prefixes: Option<Told<Vec<IpNet>>>,
    pub(super) route_table: Option<Told<Key>>,
    pub(super) security_group: Option<Told<String>>,
    pub(super) delegation: Option<Told<String>>,
    pub(super) service_endpoints: BTreeSet<String>,
    pub(super) service_endpoint_policy: Option<Told<String>>,
    pub(super) private_endpoint_policies: Option<Told<String>>,
    /// The route server that stands in it, as the subnet tells.
    pub(super) route_server: Option<Key>,
}

#[derive(Debug)]
pub(super) struct Peering {
    /// The VNet that owns it.
    pub(super) local: Key,
    pub(super) local_id: ResourceId,
    pub(super) remote: Option<Told<ResourceId>>,
    pub(super) access: Option<Told<bool>>,
    pub(super) forwarded: Option<Told<bool>>,
    pub(super) transit: Option<Told<bool>>,
    pub(super) remote_gateways: Option<Told<bool>>,
    pub(super) complete: Option<Told<bool>>,
    /// It carries IPv6 and nothing else.
    pub(super) only_ipv6: Option<Told<bool>>,
    pub(super) local_subnets: Option<Told<Vec<String>>>,
    pub(super) remote_subnets: Option<Told<Vec<String>>>,
    pub(super) state: Option<Told<String>>,
    /// The remote ranges as of the last sync.
    pub(super) synced: Option<Told<Vec<IpNet>>>,
}

#[derive(Debug)]
pub(super) struct RouteTable {
    pub(super) id: ResourceId,
    pub(super) propagation_disabled: Option<Told<bool>>,
    pub(super) routes: BTreeMap<String, Route>,
}

#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: String,
    /// A range or a service tag.
    pub(super) prefix: Option<Told<String>>,
    pub(super) next_hop_type: Option<Told<String>>,
    pub(super) next_hop: Option<Told<IpAddr>>,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct RouteServer {
    pub(super) id: ResourceId,
    pub(super) branch_to_branch: Option<Told<bool>>,
    pub(super) preference: Option<Told<String>>,
    pub(super) addresses: Option<Told<Vec<IpAddr>>>,
    pub(super) units: Option<Told<u32>>,
    pub(super) subnet: Option<Told<ResourceId>>,
    /// It says that it is a hub of a Virtual WAN.
    pub(super) is_virtual_wan: bool,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct BgpConnection {
    pub(super) id: ResourceId,
    pub(super) route_server: Key,
    pub(super) asn: Option<Told<u32>>,
    pub(super) address: Option<Told<IpAddr>>,
    /// Names of the route maps on it, which are not read.
    pub(super) route_maps: Vec<String>,
    pub(super) origin: Origin,
}

/// What a gateway is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GatewayType {
    Vpn,
    ExpressRoute,
}

#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) id: ResourceId,
    pub(super) kind: Option<Told<GatewayType>>,
    pub(super) subnet: Option<Told<ResourceId>>,
    pub(super) active_active: Option<Told<bool>>,
    pub(super) asn: Option<Told<u32>>,
    pub(super) addresses: Option<Told<Vec<IpAddr>>>,
    /// Addresses of the tunnels, or the public addresses by their ids.
    pub(super) public: Option<Told<Vec<IpAddr>>>,
    pub(super) public_ids: Vec<Key>,
    pub(super) client_pool: Option<Told<Vec<IpNet>>>,
}

#[derive(Debug)]
pub(super) struct LocalGateway {
    pub(super) id: ResourceId,
    pub(super) asn: Option<Told<u32>>,
    pub(super) bgp_address: Option<Told<IpAddr>>,
    pub(super) public: Option<Told<IpAddr>>,
    pub(super) ranges: Option<Told<Vec<IpNet>>>,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: ResourceId,
    pub(super) kind: Option<Told<String>>,
    pub(super) gateway: Option<Told<ResourceId>>,
    /// The other gateway, local network gateway or circuit.
    pub(super) far: Option<Told<ResourceId>>,
    pub(super) bgp: Option<Told<bool>>,
    pub(super) weight: Option<Told<u32>>,
}

#[derive(Debug)]
pub(super) struct Circuit {
    pub(super) id: ResourceId,
    /// Where it was described first.
    pub(super) origin: Origin,
    pub(super) peer_asn: Option<Told<u32>>,
    pub(super) primary: Option<Told<IpNet>>,
    pub(super) secondary: Option<Told<IpNet>>,
}

#[derive(Debug)]
pub(super) struct Interface {
    pub(super) id: ResourceId,
    pub(super) forwarding: Option<Told<bool>>,
    /// Subnet and address of each IP configuration, by the configuration's key.
    pub(super) addresses: BTreeMap<Key, (Key, IpAddr)>,
    pub(super) public_ids: Vec<Key>,
    pub(super) machine: Option<Told<ResourceId>>,
}

#[derive(Debug, Default)]
pub(super) struct LoadBalancer {
    pub(super) name: String,
    /// Subnet and address of each internal frontend.
    pub(super) frontends: BTreeMap<String, (Key, IpAddr)>,
    /// IP configurations of interfaces behind it.
    pub(super) backends: BTreeSet<Key>,
    pub(super) backend_addresses: BTreeSet<IpAddr>,
    pub(super) ha_ports: bool,
}

#[derive(Debug)]
pub(super) struct Firewall {
    pub(super) id: ResourceId,
    /// The subnet and the address of its first IP configuration.
    pub(super) place: Option<(Key, IpAddr)>,
}
