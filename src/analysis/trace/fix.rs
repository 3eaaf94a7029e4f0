//! The smallest change that makes a failing kind of conversation symmetric, found by trying: a change is told only after the whole estate
//! was proved anew with it, and came out better by all the conversations that it is meant for.

use super::all_pairs::{AllPairs, PairClass, all_pairs};
use super::host::{Endpoint, Host};
use super::verdict::{Pairing, Verdict};
use crate::analysis::Estate;
use crate::analysis::forward::{Place, Way};
use crate::topology::{RouteTable, RouteTableId, RouterId, SubnetId, Topology, UserNextHop, UserPrefix, UserRoute};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// One thing to edit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A user-defined route to an address for these subnets: in the table that they share, or in one of their own.
    Route {
        /// The subnets.
        subnets: Vec<SubnetId>,
        /// What it matches.
        prefix: Ipv4Net,
        /// Where it sends.
        next_hop: Ipv4Addr,
    },
    /// No routes of gateways and route servers for this subnet.
    PropagationOff(SubnetId),
    /// The NVA translates sources.
    Translate(RouterId),
}

/// Changes that, taken together, repair a kind of conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What to change.
    pub changes: Vec<Change>,
    /// How many more conversations are symmetric afterwards.
    pub repairs: u64,
}

/// More edits than these are a redesign.
const MOST_CHANGES: usize = 16;

/// The smallest of the changes thought of that repairs a kind of conversation and breaks no other.
pub fn fix(estate: &Estate, all: &AllPairs, pair: &PairClass) -> Option<Fix> {
    let before = all.count_of(Verdict::Symmetric);
    let mut thought_of = candidates(estate, all, pair);
    thought_of.retain(|changes| !changes.is_empty() && changes.len() <= MOST_CHANGES);
    thought_of.sort_by_key(|changes| (changes.len(), changes.clone()));
    thought_of.dedup();
    thought_of.into_iter().find_map(|changes| {
        let after = all_pairs(&Estate::new(applied(&estate.topology, &changes)));
        let repairs = after.count_of(Verdict::Symmetric).checked_sub(before)?;
        (repairs >= pair.count).then_some(Fix { changes, repairs })
    })
}

fn candidates(estate: &Estate, all: &AllPairs, pair: &PairClass) -> Vec<Vec<Change>> {
    let (senders, targets) = (&all.classes.classes[pair.from].hosts, &all.classes.classes[pair.to].hosts);
    let mut found = Vec::new();
    for trip in &pair.trace.trips {
        // Answers that miss an NVA are sent to it, at the place that decides first, or at the gateway on their way.
        for answer in &trip.back {
            let Pairing::Differs { there, back } = &answer.pairing else { continue };
            let by_there = next_hop(estate, &trip.there, there);
            let by_back = next_hop(estate, &answer.way, back);
            found.extend(by_there.map(|hop| routes(estate, &answer.way, targets, senders, hop)).into_iter().flatten());
            found.extend(by_back.map(|hop| routes(estate, &trip.there, senders, targets, hop)).into_iter().flatten());
            found.push(
                there.iter().chain(back).copied().collect::<BTreeSet<_>>().into_iter().map(Change::Translate).collect(),
            );
        }
        // What an NVA sends out and gets back follows routes that its own subnet should not have learned.
        let ways = std::iter::once(&trip.there).chain(trip.back.iter().map(|answer| &answer.way));
        for way in ways.filter(|way| matches!(way.end, crate::analysis::forward::End::Loop(_))) {
            let behind_nva = way.places.windows(2).filter_map(|pair| match pair {
                [Place::Router(_), Place::Subnet(id)] => Some(*id),
                _ => None,
            });
            let subnets: BTreeSet<SubnetId> = behind_nva.collect();
            found.extend(subnets.iter().map(|id| vec![Change::PropagationOff(*id)]));
            found.push(subnets.into_iter().map(Change::PropagationOff).collect());
        }
    }
    found
}

/// The address by which a way gets to these NVAs: the load balancer in front of them, or the NVA, when it is one.
fn next_hop(estate: &Estate, way: &Way, nvas: &[RouterId]) -> Option<Ipv4Addr> {
    let first = nvas.first()?;
    let place = way.places.iter().position(|place| *place == Place::Router(*first))?;
    match place.checked_sub(1).map(|before| way.places[before]) {
        Some(Place::LoadBalancer(number)) => Some(estate.topology.load_balancers[number as usize].address),
        _ => estate.topology.router(*first).address.filter(|_| nvas.len() == 1),
    }
}

/// Routes for packets on `way`, which `deciders` send to `others`: at the deciders' subnets, or at the subnets that the way passes.
fn routes(estate: &Estate, way: &Way, deciders: &[Host], others: &[Host], next_hop: Ipv4Addr) -> Vec<Vec<Change>> {
    let first = way.places.first().copied();
    let own: Vec<SubnetId> = deciders
        .iter()
        .filter_map(|host| if let Endpoint::Subnet(id) = host.endpoint { Some(id) } else { None })
        .collect();
    let mut found = Vec::new();
    for prefixes in [ranges_of(estate, others, Extent::Vnet), ranges_of(estate, others, Extent::Subnet)] {
        if !own.is_empty() && matches!(first, Some(Place::Subnet(_))) {
            found.push(changes(&estate.topology, &own, &prefixes, next_hop));
        }
        for place in way.places.iter().skip(1) {
            if let Place::Subnet(id) = place {
                found.push(changes(&estate.topology, &[*id], &prefixes, next_hop));
            }
        }
    }
    found
}

/// One change for each prefix and each table; subnets without a table can share a new one.
fn changes(topology: &Topology, subnets: &[SubnetId], prefixes: &[Ipv4Net], next_hop: Ipv4Addr) -> Vec<Change> {
    let mut by_table: BTreeMap<Option<u32>, Vec<SubnetId>> = BTreeMap::new();
    for id in subnets {
        by_table.entry(topology.subnet(*id).route_table.map(|table| table.0)).or_default().push(*id);
    }
    let each = by_table.into_values().flat_map(|subnets| {
        prefixes.iter().map(move |prefix| Change::Route { subnets: subnets.clone(), prefix: *prefix, next_hop })
    });
    each.collect()
}

/// How much around a host in a subnet a route may be for.
#[derive(Clone, Copy)]
enum Extent {
    /// The whole VNet.
    Vnet,
    /// The subnet alone: its neighbours may be routed otherwise.
    Subnet,
}

/// The fewest prefixes that hold the VNets or subnets and the ranges behind sites of these hosts, and no others.
fn ranges_of(estate: &Estate, hosts: &[Host], extent: Extent) -> Vec<Ipv4Net> {
    let mut ranges: Vec<Ipv4Net> = Vec::new();
    for host in hosts {
        match host.endpoint {
            Endpoint::Subnet(id) => ranges.extend(match extent {
                Extent::Vnet => &estate.topology.vnet(id.vnet).ranges,
                Extent::Subnet => &estate.topology.subnet(id).ranges,
            }),
            Endpoint::Router(id) => {
                let origins = estate.topology.router(id).originates.iter().map(|origin| origin.prefix);
                ranges.extend(origins.filter(|prefix| prefix.contains(&host.address) && prefix.prefix_len() > 1));
            }
            Endpoint::Internet => {}
        }
    }
    Ipv4Net::aggregate(&ranges)
}

/// The estate with the changes made.
fn applied(topology: &Topology, changes: &[Change]) -> Topology {
    let mut topology = topology.clone();
    for change in changes {
        match change {
            Change::Route { subnets, prefix, next_hop } => {
                let table = table_of(&mut topology, subnets);
                let routes = &mut topology.route_tables[table.index()].routes;
                routes.retain(|route| route.prefix != UserPrefix::Range((*prefix).into()));
                let span = topology.subnet(subnets[0]).span;
                topology.route_tables[table.index()].routes.push(UserRoute {
                    name: format!("to-{}", prefix.to_string().replace('/', "-")),
                    span,
                    prefix: UserPrefix::Range((*prefix).into()),
                    next_hop: UserNextHop::VirtualAppliance(*next_hop),
                });
            }
            Change::PropagationOff(subnet) => {
                let table = table_of(&mut topology, &[*subnet]);
                topology.route_tables[table.index()].propagation = false;
            }
            Change::Translate(id) => topology.routers[id.index()].snat = true,
        }
    }
    topology
}

/// The table that these subnets share; a new one where they have none.
fn table_of(topology: &mut Topology, subnets: &[SubnetId]) -> RouteTableId {
    if let Some(table) = topology.subnet(subnets[0]).route_table {
        return table;
    }
    let span = topology.subnet(subnets[0]).span;
    let table = RouteTableId(topology.route_tables.len() as u32);
    topology.route_tables.push(RouteTable { name: "new".into(), span, propagation: true, routes: Vec::new() });
    for id in subnets {
        topology.vnets[id.vnet.index()].subnets[id.index as usize].route_table = Some(table);
    }
    table
}
