//! Hosts that no route tells apart: as senders they decide alike, and as targets everybody decides alike about them.
//!
//! A spoke differs from its neighbour only in what it does inside its own VNet, and in its addresses. So the rows of a subnet that lie
//! inside its VNet are left out of the comparison, and conversations inside a VNet are not spoken of by classes.

use super::host::{Endpoint, Host, behind};
use crate::analysis::Estate;
use crate::analysis::forward::is_public;
use crate::analysis::outcome::transit_subnets;
use crate::bgp::ClassId;
use crate::effective::{GatewayRoutes, Hop, NextHopType, Row, RowPrefix, State};
use crate::topology::{Element, RouterId, SubnetId, VnetId};
use ipnet::Ipv4Net;
use prefix_trie::PrefixMap;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Hosts that fare alike.
#[derive(Debug, Clone)]
pub struct EndpointClass {
    /// One for each subnet, and for each range behind a site, in the order of the file.
    pub hosts: Vec<Host>,
}

/// Every workload subnet and every site of an estate, by class.
#[derive(Debug)]
pub struct Classes {
    /// The classes, in the order of their first hosts.
    pub classes: Vec<EndpointClass>,
}

/// What a row does with a packet, in terms that neighbouring spokes share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Doing {
    Local,
    Peered,
    Internet,
    Dropped,
    Gateway(Option<VnetId>),
    Hops(Vec<Hop>),
}

/// What subnets share that decide alike about everything outside their VNets.
#[derive(Debug, PartialEq, Eq, Hash)]
struct SourceKey {
    provider: Option<VnetId>,
    /// The list of gateway routes, by address: subnets of one provider share it.
    routes: Option<*const GatewayRoutes>,
    left_out: Vec<u32>,
    own: Vec<(Ipv4Net, Doing)>,
    /// A VNet whose addresses another one has as well is like no other.
    apart: Option<VnetId>,
}

/// One kind of sender.
struct Source {
    own: PrefixMap<Ipv4Net, Doing>,
    routes: Option<(Arc<GatewayRoutes>, BTreeSet<u32>)>,
    /// Subnets that are taken as they are, with what they do inside their VNet.
    whole: Option<SubnetId>,
}

/// What everybody does with packets for a host.
#[derive(Debug, PartialEq, Eq, Hash)]
struct TargetKey {
    by_source: Vec<u32>,
    by_transit: Vec<u32>,
    classes: Vec<ClassId>,
    silent: Vec<RouterId>,
    in_vnet: bool,
    public: bool,
    down: bool,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum SenderKey {
    Subnet(usize),
    Router(RouterId),
}

impl Classes {
    /// The classes of an estate.
    pub fn of(estate: &Estate) -> Classes {
        let mut sources = Sources::of(estate);
        let transit: Vec<SubnetId> = transit_subnets(&estate.topology).into_iter().collect();
        let mut classes: Vec<EndpointClass> = Vec::new();
        let mut known: FxHashMap<(SenderKey, TargetKey), usize> = FxHashMap::default();
        for host in hosts(estate) {
            let sender = match host.endpoint {
                Endpoint::Subnet(id) => SenderKey::Subnet(sources.by_subnet[&id]),
                Endpoint::Router(id) => SenderKey::Router(id),
                Endpoint::Internet => continue,
            };
            let key = (sender, sources.target(estate, &transit, host.address));
            let class = *known.entry(key).or_insert_with(|| {
                classes.push(EndpointClass { hosts: Vec::new() });
                classes.len() - 1
            });
            classes[class].hosts.push(host);
        }
        Classes { classes }
    }
}

/// Every workload subnet, and every range behind a site, that has an address to stand for it.
pub fn hosts(estate: &Estate) -> Vec<Host> {
    let topology = &estate.topology;
    let workloads = estate.subnets().filter(|id| topology.is_workload(*id));
    let mut hosts: Vec<Host> = workloads.filter_map(|id| Host::in_subnet(estate, id)).collect();
    for (index, router) in topology.routers.iter().enumerate().filter(|(_, router)| !router.is_nva()) {
        // Ranges that BGP treats alike are one.
        let mut seen: BTreeSet<Vec<ClassId>> = BTreeSet::new();
        for address in router.originates.iter().filter_map(|origin| behind(estate, origin.prefix)) {
            if seen.insert(estate.forwarding().index.classes_at(address)) {
                hosts.push(Host { endpoint: Endpoint::Router(RouterId(index as u32)), address });
            }
        }
    }
    hosts
}

struct Sources {
    all: Vec<Source>,
    by_subnet: FxHashMap<SubnetId, usize>,
    doings: FxHashMap<Doing, u32>,
}

impl Sources {
    fn of(estate: &Estate) -> Self {
        let topology = &estate.topology;
        let mut sources = Sources { all: Vec::new(), by_subnet: FxHashMap::default(), doings: FxHashMap::default() };
        let mut known: FxHashMap<SourceKey, usize> = FxHashMap::default();
        let overlapping: BTreeSet<VnetId> = overlapping(estate);
        for id in estate.subnets().filter(|id| topology.is_workload(*id)) {
            let vnet = topology.vnet(id.vnet);
            let table = estate.table(id);
            let apart = overlapping.contains(&id.vnet).then_some(id.vnet);
            let list = table.gateway_list();
            let inside = |prefix: Ipv4Net| vnet.covers(prefix);
            let left_out: Vec<u32> = list
                .iter()
                .flat_map(|(routes, left_out)| {
                    left_out.iter().copied().filter(|index| !inside(routes.routes()[*index as usize].prefix))
                })
                .collect();
            let mut own: Vec<(Ipv4Net, Doing)> = table
                .own_rows()
                .filter(|row| row.state == State::Active)
                .filter_map(|row| match row.prefix {
                    RowPrefix::Range(prefix) if !inside(prefix) => Some((prefix, doing(row, vnet.provider))),
                    _ => None,
                })
                .collect();
            own.sort();
            let routes = list.as_ref().map(|(routes, _)| Arc::as_ptr(routes));
            let key = SourceKey { provider: vnet.provider, routes, left_out, own, apart };
            let index = match known.get(&key) {
                Some(index) => *index,
                None => {
                    sources.all.push(Source {
                        own: key.own.iter().cloned().collect(),
                        routes: list.map(|(routes, _)| (Arc::clone(routes), key.left_out.iter().copied().collect())),
                        whole: apart.map(|_| id),
                    });
                    known.insert(key, sources.all.len() - 1);
                    sources.all.len() - 1
                }
            };
            sources.by_subnet.insert(id, index);
        }
        sources
    }

    fn target(&mut self, estate: &Estate, transit: &[SubnetId], to: Ipv4Addr) -> TargetKey {
        let topology = &estate.topology;
        let by_source: Vec<Doing> = self.all.iter().map(|source| source.decide(estate, to)).collect();
        let by_transit: Vec<Doing> = transit.iter().map(|id| whole(estate, *id, to)).collect();
        let vnet = estate.forwarding().index.vnet_of(to);
        let silent = |router: &crate::topology::Router| {
            !router.is_nva()
                && router.asn.is_none()
                && router.originates.iter().any(|origin| origin.prefix.contains(&to))
        };
        let routers = topology.routers.iter().enumerate().filter(|(_, router)| silent(router));
        TargetKey {
            by_source: by_source.into_iter().map(|doing| self.number(doing)).collect(),
            by_transit: by_transit.into_iter().map(|doing| self.number(doing)).collect(),
            classes: estate.forwarding().index.classes_at(to),
            silent: routers.map(|(index, _)| RouterId(index as u32)).collect(),
            in_vnet: vnet.is_some(),
            public: is_public(to),
            down: vnet.is_some_and(|vnet| topology.down.has(Element::Vnet(vnet))),
        }
    }

    fn number(&mut self, doing: Doing) -> u32 {
        let next = self.doings.len() as u32;
        *self.doings.entry(doing).or_insert(next)
    }
}

impl Source {
    fn decide(&self, estate: &Estate, to: Ipv4Addr) -> Doing {
        if let Some(id) = self.whole {
            return whole(estate, id, to);
        }
        let own = self.own.get_lpm(&Ipv4Net::from(to)).map(|(prefix, doing)| (prefix.prefix_len(), doing));
        let by_gateway = self.routes.as_ref().and_then(|(routes, left_out)| {
            let index = routes.covering(to).into_iter().rev().find(|index| !left_out.contains(index))?;
            Some(&routes.routes()[index as usize])
        });
        match (own, by_gateway) {
            (own, Some(route)) if own.is_none_or(|(length, _)| length < route.prefix.prefix_len()) => {
                Doing::Hops(route.hops.clone())
            }
            (Some((_, doing)), _) => doing.clone(),
            (None, _) => Doing::Dropped,
        }
    }
}

/// What a subnet does with an address, its own VNet included.
fn whole(estate: &Estate, id: SubnetId, to: Ipv4Addr) -> Doing {
    let provider = estate.topology.vnet(id.vnet).provider;
    estate.table(id).decide(to).map_or(Doing::Dropped, |row| doing(&row, provider))
}

fn doing(row: &Row, provider: Option<VnetId>) -> Doing {
    match row.next_hop_type {
        NextHopType::VnetLocal => Doing::Local,
        NextHopType::VNetPeering | NextHopType::VNetGlobalPeering | NextHopType::InterfaceEndpoint => Doing::Peered,
        NextHopType::Internet | NextHopType::VirtualNetworkServiceEndpoint => Doing::Internet,
        NextHopType::None => Doing::Dropped,
        NextHopType::VirtualAppliance | NextHopType::VirtualNetworkGateway if row.next_hops.is_empty() => {
            Doing::Gateway(provider)
        }
        NextHopType::VirtualAppliance | NextHopType::VirtualNetworkGateway => Doing::Hops(row.next_hops.clone()),
    }
}

/// VNets that share addresses with another one.
fn overlapping(estate: &Estate) -> BTreeSet<VnetId> {
    let topology = &estate.topology;
    let ranges = topology.vnet_ids().flat_map(|id| topology.vnet(id).ranges.iter().map(move |range| (*range, id)));
    let mut ranges: Vec<(Ipv4Net, VnetId)> = ranges.collect();
    ranges.sort();
    let mut found = BTreeSet::new();
    // Sorted, a range comes before those inside it; `open` are those that may still hold the next one.
    let mut open: Vec<(Ipv4Net, VnetId)> = Vec::new();
    for (range, id) in ranges {
        open.retain(|(outer, _)| outer.contains(&range));
        for (_, other) in open.iter().filter(|(_, other)| *other != id) {
            found.extend([id, *other]);
        }
        open.push((range, id));
    }
    found
}
