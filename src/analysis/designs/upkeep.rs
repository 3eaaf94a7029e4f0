//! What a design costs to keep: how much there is, what the next spoke asks for, what the loss of an NVA does.

use crate::analysis::Estate;
use crate::analysis::difference::{Kind, difference};
use crate::topology::{Element, Outages, RouterId, Topology, UserPrefix, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeSet;

/// NVAs whose loss is computed; an estate with more is told by the first.
const MOST_FAILURES: usize = 16;

/// What there is to keep.
#[derive(Debug, Clone)]
pub struct Upkeep {
    /// Route tables that a subnet uses.
    pub tables: usize,
    /// User-defined routes in them.
    pub routes: usize,
    /// Subnets that use one.
    pub subnets: usize,
    /// The table with the most routes.
    pub longest_table: Option<(String, usize)>,
    /// Route servers.
    pub route_servers: usize,
    /// BGP connections of route servers to NVAs.
    pub connections: usize,
    /// The most connections that one route server has.
    pub most_connections: usize,
    /// NVAs that speak BGP.
    pub speakers: usize,
    /// The NVA that sends the most routes to a route server, and how many.
    pub most_announced: Option<(String, usize)>,
    /// What another spoke asks for, judged by the spoke that is named in the most places.
    pub next_spoke: Option<SpokeEdits>,
    /// What the loss of each NVA does, in file order.
    pub failures: Vec<Failure>,
    /// NVAs beyond those.
    pub failures_left_out: usize,
}

/// The places that name a spoke's addresses, or exist for it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokeEdits {
    /// The spoke.
    pub like: String,
    /// Tables of other VNets with a route for its addresses.
    pub tables: Vec<String>,
    /// Tables that only its subnets use.
    pub own_tables: Vec<String>,
    /// Its subnets with a table.
    pub associations: usize,
    /// NVAs that announce its addresses.
    pub nvas: Vec<String>,
}

impl SpokeEdits {
    /// How many edits that makes.
    pub fn count(&self) -> usize {
        self.tables.len() + self.own_tables.len() + self.associations + self.nvas.len()
    }
}

/// What the loss of an NVA does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The NVA.
    pub nva: String,
    /// Subnets of which some packets are lost, those to the NVA itself aside.
    pub lost: Vec<String>,
    /// Subnets of which some packets are no longer inspected.
    pub uninspected: Vec<String>,
    /// Subnets of which some packets take another way, and none are lost or uninspected.
    pub rerouted: Vec<String>,
    /// A load balancer with another NVA behind it takes its place for some.
    pub balanced: bool,
}

/// What an estate costs to keep.
pub fn upkeep(estate: &Estate) -> Upkeep {
    let topology = &estate.topology;
    let used: BTreeSet<usize> =
        estate.subnets().filter_map(|id| topology.subnet(id).route_table).map(|table| table.index()).collect();
    let tables = || used.iter().map(|index| &topology.route_tables[*index]);
    let servers = || topology.vnets.iter().filter_map(|vnet| vnet.route_server.as_ref());
    let nvas: Vec<RouterId> = (0..topology.routers.len() as u32)
        .map(RouterId)
        .filter(|id| topology.router(*id).is_nva() && !topology.down.has(Element::Router(*id)))
        .collect();
    let announced = estate.ribs.kept.iter().map(|((_, router), count)| (*count, topology.router(*router).name.clone()));
    Upkeep {
        tables: used.len(),
        routes: tables().map(|table| table.routes.len()).sum(),
        subnets: estate.subnets().filter(|id| topology.subnet(*id).route_table.is_some()).count(),
        longest_table: tables()
            .map(|table| (table.name.clone(), table.routes.len()))
            .reduce(|most, other| if other.1 > most.1 { other } else { most }),
        route_servers: servers().count(),
        connections: servers().map(|server| server.peers.len()).sum(),
        most_connections: servers().map(|server| server.peers.len()).max().unwrap_or(0),
        speakers: topology.routers.iter().filter(|router| router.is_nva() && router.asn.is_some()).count(),
        most_announced: announced.max().map(|(count, name)| (name, count)),
        next_spoke: next_spoke(topology),
        failures: nvas.iter().take(MOST_FAILURES).map(|id| failure(estate, *id)).collect(),
        failures_left_out: nvas.len().saturating_sub(MOST_FAILURES),
    }
}

/// A VNet with nothing but machines, peered with another.
fn is_spoke(topology: &Topology, id: VnetId) -> bool {
    let vnet = topology.vnet(id);
    let holds_nvas = topology.routers.iter().any(|router| router.vnet() == Some(id));
    !vnet.hosts_routing() && !holds_nvas && vnet.links.iter().any(|link| link.connected)
}

fn next_spoke(topology: &Topology) -> Option<SpokeEdits> {
    let spokes = topology.vnet_ids().filter(|id| is_spoke(topology, *id)).map(|id| spoke_edits(topology, id));
    // Of equal ones the first.
    spokes.reduce(|most, other| if other.count() > most.count() { other } else { most })
}

fn spoke_edits(topology: &Topology, id: VnetId) -> SpokeEdits {
    let vnet = topology.vnet(id);
    let names_it = |prefix: &Ipv4Net| vnet.covers(*prefix);
    let users = |index: usize| {
        let vnets = topology.vnet_ids();
        vnets.filter(move |vnet| {
            topology
                .vnet(*vnet)
                .subnets
                .iter()
                .any(|subnet| subnet.route_table.is_some_and(|table| table.index() == index))
        })
    };
    let (mut tables, mut own_tables) = (Vec::new(), Vec::new());
    for (index, table) in topology.route_tables.iter().enumerate() {
        let users: Vec<VnetId> = users(index).collect();
        let names = table
            .routes
            .iter()
            .any(|route| matches!(&route.prefix, UserPrefix::Range(IpNet::V4(prefix)) if names_it(prefix)));
        if users == [id] {
            own_tables.push(table.name.clone());
        } else if names && !users.is_empty() {
            tables.push(table.name.clone());
        }
    }
    let announces = topology.routers.iter().filter(|router| router.is_nva());
    let announces = announces.filter(|router| router.originates.iter().any(|origin| names_it(&origin.prefix)));
    SpokeEdits {
        like: vnet.name.clone(),
        tables,
        own_tables,
        associations: vnet.subnets.iter().filter(|subnet| subnet.route_table.is_some()).count(),
        nvas: announces.map(|router| router.name.clone()).collect(),
    }
}

fn failure(estate: &Estate, id: RouterId) -> Failure {
    let topology = &estate.topology;
    let router = topology.router(id);
    let mut outages = Outages::default();
    outages.add(topology, (Element::Router(id), None));
    let failed = Estate::new(topology.with(&outages));
    let own: BTreeSet<_> = router.nics().filter_map(|(_, address)| address).collect();
    let (mut lost, mut uninspected, mut rerouted) = (Vec::new(), Vec::new(), Vec::new());
    for subnet in difference(estate, &failed).subnets {
        let touching = |change: &&crate::analysis::difference::SubnetChange| {
            !change.ranges.iter().all(|range| range.first == range.last && own.contains(&range.first))
        };
        let kinds: BTreeSet<Kind> = subnet.changes.iter().filter(touching).map(|change| change.kind).collect();
        if kinds.contains(&Kind::Lost) {
            lost.push(subnet.name.clone());
        }
        if kinds.contains(&Kind::Uninspected) {
            uninspected.push(subnet.name.clone());
        }
        if !kinds.is_empty() && !kinds.contains(&Kind::Lost) && !kinds.contains(&Kind::Uninspected) {
            rerouted.push(subnet.name);
        }
    }
    let balanced =
        topology.load_balancers.iter().any(|balancer| balancer.backends.contains(&id) && balancer.backends.len() > 1);
    Failure { nva: router.name.clone(), lost, uninspected, rerouted, balanced }
}
