//! What a design costs to keep: how much there is, what the next spoke asks for, what the loss of an NVA does.

use crate::analysis::Estate;
use crate::analysis::difference::{Kind, SubnetChange, difference};
use crate::analysis::heard::{Heard, heard, no_longer};
use crate::analysis::limits::is_spoke;
use crate::analysis::outcome::Arrival;
use crate::bgp::Device;
use crate::topology::{Element, LoadBalancer, Outages, RouterId, Subnet, Topology, UserPrefix, VnetId};
use ipnet::{IpNet, Ipv4Net};
use serde::Serialize;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// NVAs whose loss is computed; an estate with more is told by the first.
const MOST_FAILURES: usize = 16;

/// What there is to keep.
#[derive(Debug, Clone)]
pub struct Upkeep {
    /// Route tables that a subnet uses, and that say anything: those without a route and with propagation do nothing.
    pub tables: usize,
    /// User-defined routes in them.
    pub routes: usize,
    /// Subnets that use one of them.
    pub subnets: usize,
    /// The table with the most routes.
    pub longest_table: Option<(String, usize)>,
    /// Route servers.
    pub route_servers: usize,
    /// BGP connections of route servers to NVAs.
    pub connections: usize,
    /// The most connections that one route server has.
    pub most_connections: usize,
    /// NVAs with a BGP session.
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
    /// NVAs that announce its addresses to somebody.
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
    /// Subnets that go on sending some packets to it, because a user-defined route or the announcement of another NVA names it: lost
    /// until somebody edits the routes.
    pub stuck: Vec<String>,
    /// Subnets of which some packets have no other way.
    pub lost: Vec<String>,
    /// Subnets of which some packets are no longer inspected.
    pub uninspected: Vec<String>,
    /// Subnets of which some packets take another way, and none fare worse.
    pub rerouted: Vec<String>,
    /// Prefixes that sites do not hear of any more.
    pub unheard: BTreeSet<Ipv4Net>,
    /// How it is noticed, where it is: until then everything that was sent to the NVA is lost.
    pub noticed: BTreeSet<Noticed>,
}

/// How the loss of an NVA is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Noticed {
    /// A route server hears nothing of it for the hold time.
    HoldTime,
    /// The probe of a load balancer fails.
    Probe,
}

/// What an estate costs to keep.
pub fn upkeep(estate: &Estate) -> Upkeep {
    let topology = &estate.topology;
    let table_of = |id| table_of(topology, topology.subnet(id));
    let used: BTreeSet<usize> = estate.subnets().filter_map(table_of).collect();
    let tables = || used.iter().map(|index| &topology.route_tables[*index]);
    let servers = || topology.vnets.iter().filter_map(|vnet| vnet.route_server.as_ref());
    let nvas: Vec<RouterId> = nvas(topology).filter(|id| !topology.down.has(Element::Router(*id))).collect();
    let announced = estate.ribs.kept.iter().map(|((_, router), count)| (topology.router(*router).name.clone(), *count));
    let heard = heard(topology, &estate.ribs);
    Upkeep {
        tables: used.len(),
        routes: tables().map(|table| table.routes.len()).sum(),
        subnets: estate.subnets().filter_map(table_of).count(),
        longest_table: first_most(tables().map(|table| (table.name.clone(), table.routes.len()))),
        route_servers: servers().count(),
        connections: servers().map(|server| server.peers.len()).sum(),
        most_connections: servers().map(|server| server.peers.len()).max().unwrap_or(0),
        speakers: nvas.iter().filter(|id| speaks(estate, **id)).count(),
        most_announced: first_most(announced),
        next_spoke: next_spoke(estate),
        failures: nvas.iter().take(MOST_FAILURES).map(|id| failure(estate, *id, &heard)).collect(),
        failures_left_out: nvas.len().saturating_sub(MOST_FAILURES),
    }
}

/// The table of a subnet, when it says anything.
fn table_of(topology: &Topology, subnet: &Subnet) -> Option<usize> {
    let says_something = |index: &usize| {
        let table = &topology.route_tables[*index];
        !table.routes.is_empty() || !table.propagation
    };
    subnet.route_table.map(|table| table.index()).filter(says_something)
}

fn nvas(topology: &Topology) -> impl Iterator<Item = RouterId> {
    (0..topology.routers.len() as u32).map(RouterId).filter(|id| topology.router(*id).is_nva())
}

/// The one with the most; of equal ones the first.
fn first_most(all: impl Iterator<Item = (String, usize)>) -> Option<(String, usize)> {
    all.reduce(|most, other| if other.1 > most.1 { other } else { most })
}

fn next_spoke(estate: &Estate) -> Option<SpokeEdits> {
    let topology = &estate.topology;
    let spokes = topology.vnet_ids().filter(|id| is_spoke(topology, *id)).map(|id| spoke_edits(estate, id));
    // Of equal ones the first.
    spokes.reduce(|most, other| if other.count() > most.count() { other } else { most })
}

fn spoke_edits(estate: &Estate, id: VnetId) -> SpokeEdits {
    let topology = &estate.topology;
    let vnet = topology.vnet(id);
    let names_it = |prefix: &Ipv4Net| vnet.covers(*prefix);
    let users = |index: usize| {
        let vnets = topology.vnet_ids();
        vnets.filter(move |vnet| {
            topology.vnet(*vnet).subnets.iter().any(|subnet| table_of(topology, subnet) == Some(index))
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
    let names = |id: &RouterId| topology.router(*id).originates.iter().any(|origin| names_it(&origin.prefix));
    // Who has nobody to tell announces nothing, whatever is written.
    let announces = nvas(topology).filter(|id| speaks(estate, *id) && names(id));
    SpokeEdits {
        like: vnet.name.clone(),
        tables,
        own_tables,
        associations: vnet.subnets.iter().filter_map(|subnet| table_of(topology, subnet)).count(),
        nvas: announces.map(|id| topology.router(id).name.clone()).collect(),
    }
}

fn failure(estate: &Estate, id: RouterId, heard_before: &Heard) -> Failure {
    let topology = &estate.topology;
    let router = topology.router(id);
    let mut outages = Outages::default();
    outages.add(topology, (Element::Router(id), None));
    let failed = Estate::new(topology.with(&outages));
    let own: BTreeSet<Ipv4Addr> = router.nics().filter_map(|(_, address)| address).collect();
    let mut failure = Failure {
        nva: router.name.clone(),
        stuck: Vec::new(),
        lost: Vec::new(),
        uninspected: Vec::new(),
        rerouted: Vec::new(),
        unheard: unheard(heard_before, &failed),
        noticed: BTreeSet::new(),
    };
    let has_sessions = speaks(estate, id);
    let balancers: Vec<&LoadBalancer> =
        topology.load_balancers.iter().filter(|balancer| balancer.backends.contains(&id)).collect();
    let difference = difference(estate, &failed);
    for subnet in &difference.subnets {
        let to_itself = |change: &&SubnetChange| {
            change.ranges.iter().all(|range| range.first == range.last && own.contains(&range.first))
        };
        // What arrives nowhere in either case, nobody misses.
        let arrives = |change: &&SubnetChange| {
            [&change.before, &change.after].iter().any(|side| side.outcome.ends.iter().any(Arrival::is_reached))
        };
        let mut fares: BTreeSet<Fare> = BTreeSet::new();
        for change in subnet.changes.iter().filter(|change| !to_itself(change)).filter(arrives) {
            let fare = Fare::of(change, &router.name);
            fares.insert(fare);
            let sent_to: Vec<Ipv4Addr> =
                difference.decisions.decision(change.before.decision).fate.addresses().collect();
            let balanced = balancers.iter().any(|balancer| sent_to.contains(&balancer.address));
            match fare {
                Fare::Stuck => {}
                _ if balanced || !has_sessions => drop(failure.noticed.insert(Noticed::Probe)),
                _ => drop(failure.noticed.insert(Noticed::HoldTime)),
            }
        }
        let worse = fares.iter().any(|fare| *fare != Fare::Rerouted);
        for fare in fares.into_iter().filter(|fare| !worse || *fare != Fare::Rerouted) {
            let names = match fare {
                Fare::Stuck => &mut failure.stuck,
                Fare::Lost => &mut failure.lost,
                Fare::Uninspected => &mut failure.uninspected,
                Fare::Rerouted => &mut failure.rerouted,
            };
            names.push(subnet.name.clone());
        }
    }
    if !failure.unheard.is_empty() {
        failure.noticed.insert(Noticed::HoldTime);
    }
    failure
}

/// How packets fare once an NVA is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fare {
    Stuck,
    Lost,
    Uninspected,
    Rerouted,
}

impl Fare {
    fn of(change: &SubnetChange, nva: &str) -> Self {
        let sent_there = |end: &Arrival| matches!(end, Arrival::Down(name) if **name == *nva);
        match change.kind {
            Kind::Lost if change.after.outcome.ends.iter().any(sent_there) => Fare::Stuck,
            Kind::Lost => Fare::Lost,
            Kind::Uninspected => Fare::Uninspected,
            Kind::Gained | Kind::Inspected | Kind::Moved => Fare::Rerouted,
        }
    }
}

/// What sites heard of and do not any more.
fn unheard(before: &Heard, failed: &Estate) -> BTreeSet<Ipv4Net> {
    let lost = no_longer(before, &heard(&failed.topology, &failed.ribs));
    lost.into_iter().filter(|(listener, _)| !listener.is_nva).flat_map(|(_, prefixes)| prefixes).collect()
}

/// It has a BGP session with somebody.
fn speaks(estate: &Estate, id: RouterId) -> bool {
    let network = &estate.ribs.network;
    network.instances(Device::Router(id)).any(|speaker| !network.speaker(speaker).neighbors.is_empty())
}
