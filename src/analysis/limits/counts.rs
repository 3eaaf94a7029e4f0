//! Every object that a documented limit is about, with what it uses of the limit.

use super::loads::Loads;
use super::machines::{machines, served, served_by};
use crate::azure::facts::Fact;
use crate::bgp::{Device, Ribs};
use crate::topology::{CircuitId, RouteTableId, Router, RouterId, Topology, TunnelEnd, UserPrefix, VnetId};
use std::collections::{BTreeMap, BTreeSet};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// BGP peers of a route server.
    Peers,
    /// Routes that a route server holds of a peer.
    PeerRoutes,
    /// The same when the peer sends all of them anew: Azure counts those held and those arriving (Route Server FAQ, 2025-09-17).
    PeerRefresh,
    /// VNets that a route server serves.
    Vnets,
    /// Prefixes that a route server holds.
    Prefixes,
    /// Virtual machines behind a route server.
    Machines,
    /// Prefixes that an ExpressRoute gateway announces over one connection.
    ExpressRoute,
    /// Prefixes that on-premises announces over a circuit.
    Circuit,
    /// Prefixes that a VPN gateway gets from one BGP peer.
    Vpn,
    /// Routes of a route table.
    TableRoutes,
    /// Routes to service tags of a route table.
    TableTags,
    /// Route tables of a region.
    Tables,
    /// Peerings of a VNet.
    Peerings,
}

impl Measure {
    /// The fact that holds the limit.
    pub fn fact(self) -> Fact {
        match self {
            Measure::Peers => Fact::PeersPerRouteServer,
            Measure::PeerRoutes | Measure::PeerRefresh => Fact::RoutesPerPeer,
            Measure::Vnets => Fact::VnetsPerRouteServer,
            Measure::Prefixes => Fact::PrefixesPerRouteServer,
            Measure::Machines => Fact::VirtualMachinesPerUnit,
            Measure::ExpressRoute => Fact::ExpressRoutePrefixes,
            Measure::Circuit => Fact::CircuitPrefixes,
            Measure::Vpn => Fact::VpnPrefixes,
            Measure::TableRoutes => Fact::RoutesPerTable,
            Measure::TableTags => Fact::ServiceTagsPerTable,
            Measure::Tables => Fact::RouteTablesPerRegion,
            Measure::Peerings => Fact::PeeringsPerVnet,
        }
    }

    /// As people say it.
    pub fn words(self) -> &'static str {
        match self {
            Measure::Peers => "BGP peers",
            Measure::PeerRoutes => "routes of a peer",
            Measure::PeerRefresh => "routes of a peer, held and sent anew",
            Measure::Vnets => "VNets served",
            Measure::Prefixes => "prefixes held",
            Measure::Machines => "virtual machines",
            Measure::ExpressRoute => "prefixes announced to a circuit",
            Measure::Circuit => "prefixes from on-premises",
            Measure::Vpn => "prefixes of a VPN peer",
            Measure::TableRoutes => "routes of a table",
            Measure::TableTags => "service tags of a table",
            Measure::Tables => "route tables of a region",
            Measure::Peerings => "peerings of a VNet",
        }
    }
}

/// What a count is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// The route server of a VNet.
    RouteServer(VnetId),
    /// A peer of the route server of a VNet.
    Peer(VnetId, RouterId),
    /// A VNet.
    Vnet(VnetId),
    /// The ExpressRoute gateway of a VNet.
    ExpressRouteGateway(VnetId),
    /// A circuit.
    Circuit(CircuitId),
    /// The VPN gateway of a VNet and one of its tunnels.
    Tunnel(VnetId, u32),
    /// A route table.
    Table(RouteTableId),
    /// A region; none where no region is written.
    Region(Option<String>),
}

impl Object {
    /// The name that is shown.
    pub fn name(&self, topology: &Topology) -> String {
        let at = |name: String, device: Device| format!("{name} at {}", device.name(topology));
        match self {
            Object::RouteServer(host) => Device::RouteServer(*host).name(topology),
            Object::Peer(host, router) => at(topology.router(*router).name.clone(), Device::RouteServer(*host)),
            Object::Vnet(id) => topology.vnet(*id).name.clone(),
            Object::ExpressRouteGateway(id) => Device::ExpressRouteGateway(*id).name(topology),
            Object::Circuit(id) => topology.circuit(*id).name.clone(),
            Object::Tunnel(gateway, tunnel) => {
                at(far_end(topology, *gateway, *tunnel).name(topology), Device::VpnGateway(*gateway))
            }
            Object::Table(id) => topology.route_tables[id.index()].name.clone(),
            Object::Region(Some(region)) => region.clone(),
            Object::Region(None) => "(no region written)".into(),
        }
    }
}

/// What a VPN gateway has at the other end of a tunnel.
fn far_end(topology: &Topology, gateway: VnetId, tunnel: u32) -> Device {
    let device = |end: TunnelEnd| match end {
        TunnelEnd::Gateway(id) => Device::VpnGateway(id),
        TunnelEnd::Router(id) => Device::Router(id),
    };
    let [one, other] = topology.tunnels[tunnel as usize].sides.each_ref().map(|side| device(side.end));
    if one == Device::VpnGateway(gateway) { other } else { one }
}

/// How much of a limit an object uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// What is counted.
    pub measure: Measure,
    /// Of what.
    pub object: Object,
    /// How many there are.
    pub used: usize,
    /// How many Azure allows.
    pub allowed: usize,
    /// There may be more: the topology does not tell all that counts.
    pub at_least: bool,
}

impl Count {
    /// More than that part of the limit is used, in percent.
    pub fn is_over(&self, percent: usize) -> bool {
        self.used.saturating_mul(100) > self.allowed.saturating_mul(percent)
    }
}

/// Whose announcements are not written: a circuit without sites, a site without prefixes.
struct Unknown {
    anywhere: bool,
    sites: BTreeSet<RouterId>,
    /// Routers with more than one neighbour beside route servers: they can bring what somebody unknown announces.
    between: BTreeSet<RouterId>,
}

impl Unknown {
    fn new(topology: &Topology) -> Self {
        let silent = |router: &Router| !router.is_nva() && router.asn.is_some() && router.originates.is_empty();
        let ids = (0..topology.routers.len() as u32).map(RouterId);
        let sites: BTreeSet<RouterId> = ids.filter(|id| silent(topology.router(*id))).collect();
        let nobody_behind = topology.circuits.iter().any(|circuit| circuit.sites.is_empty());
        let ends = topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides).filter_map(|side| match side.end {
            TunnelEnd::Router(id) => Some(id),
            TunnelEnd::Gateway(_) => None,
        });
        let ends = ends.chain(topology.circuits.iter().flat_map(|circuit| circuit.sites.iter().copied()));
        let (mut once, mut between) = (BTreeSet::new(), BTreeSet::new());
        between.extend(ends.filter(|id| !once.insert(*id)));
        between.extend(topology.sessions.iter().flat_map(|session| session.ends));
        Unknown { anywhere: nobody_behind || !sites.is_empty(), sites, between }
    }

    /// What a router announces is not all written: nothing is, or it may pass on what it heard from somebody unknown. What it hears from
    /// Azure alone it cannot bring back: those paths hold Azure's own ASN.
    fn of(&self, topology: &Topology, id: RouterId) -> bool {
        let passes_on = topology.router(id).readvertise && self.between.contains(&id);
        self.sites.contains(&id) || (self.anywhere && passes_on)
    }
}

/// Every count of an estate, by measure and object.
pub fn counts(topology: &Topology, ribs: &Ribs, loads: &Loads) -> Vec<Count> {
    let mut all = Vec::new();
    let unknown = Unknown::new(topology);
    let mut add = |measure: Measure, object: Object, used: usize, at_least: bool| {
        let allowed = topology.facts.number(measure.fact());
        all.push(Count { measure, object, used, allowed, at_least });
    };
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        if !vnet.links.is_empty() {
            add(Measure::Peerings, Object::Vnet(id), vnet.links.len(), false);
        }
        if let Some(server) = &vnet.route_server {
            let object = Object::RouteServer(id);
            add(Measure::Peers, object.clone(), server.peers.len(), false);
            add(Measure::Vnets, object.clone(), served(topology, id).count(), false);
            let held = loads.held.get(&id).map_or(0, |held| held.count);
            add(Measure::Prefixes, object, held, unknown.anywhere);
        }
    }
    let mut sent: BTreeMap<(VnetId, RouterId), usize> = ribs.kept.clone();
    // Of a closed session nothing is kept; what closed it counts.
    sent.extend(ribs.closed.iter().map(|closed| ((closed.vnet, closed.router), closed.routes)));
    for ((host, router), used) in sent {
        let (object, open) = (Object::Peer(host, router), unknown.of(topology, router));
        add(Measure::PeerRoutes, object.clone(), used, open);
        add(Measure::PeerRefresh, object, 2 * used, open);
    }
    for load in &loads.express_route {
        add(Measure::ExpressRoute, Object::ExpressRouteGateway(load.gateway), load.count, unknown.anywhere);
    }
    for index in 0..topology.circuits.len() as u32 {
        let id = CircuitId(index);
        let sites = &topology.circuit(id).sites;
        let used = loads.circuits.get(&id).map_or(0, |load| load.count);
        let open = sites.is_empty() || sites.iter().any(|site| unknown.of(topology, *site));
        add(Measure::Circuit, Object::Circuit(id), used, open);
    }
    for ((gateway, tunnel), load) in &loads.vpn {
        let open = match far_end(topology, *gateway, *tunnel) {
            Device::Router(router) => unknown.of(topology, router),
            _ => unknown.anywhere,
        };
        add(Measure::Vpn, Object::Tunnel(*gateway, *tunnel), load.count, open);
    }
    for (index, table) in topology.route_tables.iter().enumerate() {
        let object = Object::Table(RouteTableId(index as u32));
        let tags = table.routes.iter().filter(|route| matches!(route.prefix, UserPrefix::ServiceTag(_))).count();
        add(Measure::TableRoutes, object.clone(), table.routes.len(), false);
        if tags > 0 {
            add(Measure::TableTags, object, tags, false);
        }
    }
    for (region, used) in tables_of_regions(topology) {
        // Of other tables of the subscription, nothing is written.
        add(Measure::Tables, Object::Region(region), used, true);
    }
    all.extend(machine_counts(topology));
    all.sort_by(|one, other| (one.measure, &one.object).cmp(&(other.measure, &other.object)));
    all
}

/// Machines behind each route server for which some number is written.
fn machine_counts(topology: &Topology) -> impl Iterator<Item = Count> + '_ {
    let base = topology.facts.number(Fact::VirtualMachinesPerUnit);
    topology.vnet_ids().filter_map(move |host| {
        let server = topology.vnet(host).route_server.as_ref()?;
        let written = |id: VnetId| topology.vnet(id).virtual_machines.is_some();
        served(topology, host).any(written).then(|| Count {
            measure: Measure::Machines,
            object: Object::RouteServer(host),
            used: machines(topology, host),
            allowed: served_by(base, server.routing_infrastructure_units),
            at_least: !served(topology, host).all(written),
        })
    })
}

/// Route tables by region: a table is used by subnets of its own region only. One that no subnet uses may be anywhere.
fn tables_of_regions(topology: &Topology) -> BTreeMap<Option<String>, usize> {
    let mut regions: BTreeMap<RouteTableId, Option<String>> = BTreeMap::new();
    for vnet in &topology.vnets {
        for table in vnet.subnets.iter().filter_map(|subnet| subnet.route_table) {
            regions.entry(table).or_insert_with(|| vnet.region.clone());
        }
    }
    let mut counts = BTreeMap::new();
    for index in 0..topology.route_tables.len() as u32 {
        *counts.entry(regions.remove(&RouteTableId(index)).flatten()).or_default() += 1;
    }
    counts
}
