//! Classes of prefixes: those that the same speakers announce alike and that every rule treats alike share one propagation.

use super::policy::PrefixRules;
use super::route::{LocalKind, Route};
use super::speaker::{Device, Network, SpeakerId};
use crate::azure::facts::{Fact, FactSet};
use crate::topology::{RouterId, Topology, TunnelEnd, TunnelSide, VnetId};
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// A class, in the order of its smallest prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

impl ClassId {
    /// The index into the list of classes.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a prefix relates to the space behind one VNet that hosts a route server or a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A range of the VNet itself.
    OwnRange,
    /// Inside a range of the VNet itself.
    InsideOwn,
    /// A range of a VNet that uses its gateways.
    TransitRange,
    /// Inside a range of a VNet that uses its gateways.
    InsideTransit,
}

/// Prefixes that are routed alike.
#[derive(Debug, Clone)]
pub struct Class {
    /// In ascending order.
    pub prefixes: Vec<Ipv4Net>,
    /// Who originates them, and with what attributes.
    pub origins: Vec<(SpeakerId, LocalKind, Route)>,
    /// Summaries that policies make of other prefixes.
    pub summaries: Vec<Summary>,
    relations: Vec<(VnetId, Relation)>,
    /// True for the class of 0.0.0.0/0.
    pub is_default: bool,
}

/// A prefix that a policy announces or takes in place of others, at one end of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Summary {
    /// The speaker that applies the policy.
    pub speaker: SpeakerId,
    /// The neighbour it applies it to.
    pub neighbor: usize,
    /// On what it receives, not on what it sends.
    pub inbound: bool,
    /// Next hop of the parts, for an inbound summary.
    pub next_hop: Option<Ipv4Addr>,
}

impl Class {
    /// A prefix that stands for all of them.
    pub fn representative(&self) -> Ipv4Net {
        self.prefixes[0]
    }

    /// How the prefixes relate to the space behind a VNet.
    pub fn relation(&self, vnet: VnetId) -> Option<Relation> {
        self.relations.iter().find(|(host, _)| *host == vnet).map(|(_, relation)| *relation)
    }
}

impl Class {
    /// Both relate alike to the space behind every VNet.
    pub(super) fn is_related_as(&self, other: &Class) -> bool {
        self.relations == other.relations
    }
}

type Origins = BTreeMap<Ipv4Net, Vec<(SpeakerId, LocalKind, Route)>>;

/// Summaries found so far, by the prefix they announce.
pub(super) type Summaries = BTreeMap<Ipv4Net, BTreeSet<Summary>>;

/// Sorts every originated prefix into classes. `summaries` are those that policies made in an earlier round.
pub(super) fn classes(topology: &Topology, network: &Network, summaries: &Summaries) -> Vec<Class> {
    let mut origins = Origins::new();
    for id in network.ids() {
        originate(topology, network, id, &mut origins);
    }
    for prefix in summaries.keys() {
        origins.entry(*prefix).or_default();
    }
    let spaces = HostSpaces::new(topology);
    let rules = PrefixRules::of(network);
    let mut by_key: FxHashMap<_, usize> = FxHashMap::default();
    let mut classes: Vec<Class> = Vec::new();
    // A BTreeMap yields prefixes in ascending order, so classes and their prefixes are in order too.
    for (prefix, mut who) in origins {
        who.sort_by_key(|(speaker, kind, _)| (*speaker, *kind));
        let relations = spaces.relations(prefix);
        let is_default = prefix.prefix_len() == 0;
        let mut made: Vec<Summary> = summaries.get(&prefix).into_iter().flatten().copied().collect();
        // Parts with different next hops make one summary, with the lowest of them.
        made.dedup_by_key(|summary| (summary.speaker, summary.neighbor, summary.inbound));
        let key = (who.clone(), made.clone(), relations.clone(), rules.hits(prefix), is_default);
        match by_key.get(&key) {
            Some(index) => classes[*index].prefixes.push(prefix),
            None => {
                by_key.insert(key, classes.len());
                classes.push(Class { prefixes: vec![prefix], origins: who, summaries: made, relations, is_default });
            }
        }
    }
    classes
}

fn originate(topology: &Topology, network: &Network, id: SpeakerId, origins: &mut Origins) {
    let speaker = network.speaker(id);
    let mut add =
        |prefix: Ipv4Net, kind: LocalKind, route: Route| origins.entry(prefix).or_default().push((id, kind, route));
    let own = Route::local(speaker.address);
    match speaker.device {
        Device::RouteServer(vnet) => {
            for prefix in &topology.vnet(vnet).ranges {
                add(*prefix, LocalKind::VnetRange, own.clone());
            }
            for (_, ranges) in topology.transit_spokes(vnet) {
                ranges.iter().for_each(|prefix| add(*prefix, LocalKind::TransitSpoke, own.clone()));
            }
        }
        Device::VpnGateway(vnet) => {
            gateway_ranges(topology, vnet, &own, &mut add);
            let gateway = topology.vnet(vnet).vpn_gateway.as_ref();
            for pool in gateway.iter().flat_map(|gateway| &gateway.client_pools) {
                add(*pool, LocalKind::ClientPool, own.clone());
            }
            for (index, tunnel) in topology.tunnels.iter().enumerate() {
                for (near, far) in [(0, 1), (1, 0)] {
                    let (near, far) = (&tunnel.sides[near], &tunnel.sides[far]);
                    if near.end != TunnelEnd::Gateway(vnet) || !near.instances[usize::from(speaker.instance)] {
                        continue;
                    }
                    // Also of a tunnel that has failed: the prefixes of a local network gateway are configuration, and nothing tells the
                    // gateway that they lead nowhere (assumed, as of the host route below; no page of Azure's says it, practitioners do:
                    // kloudvin.com, "Production site-to-site VPN to Azure").
                    for prefix in &near.static_prefixes {
                        add(*prefix, LocalKind::Static(index as u32), own.clone());
                    }
                    let peers = if tunnel.bgp { peer_addresses(topology, far) } else { Vec::new() };
                    for host in peers.into_iter().map(Ipv4Net::from).filter(|host| !near.static_prefixes.contains(host))
                    {
                        add(host, LocalKind::PeerHostRoute(index as u32), own.clone());
                    }
                }
            }
        }
        Device::ExpressRouteGateway(vnet) => gateway_ranges(topology, vnet, &own, &mut add),
        Device::Edge(_) => {}
        Device::Router(router) => announced(topology, router, speaker.address, &mut add),
    }
}

/// The addresses a gateway peers with at the far side of a tunnel.
fn peer_addresses(topology: &Topology, far: &TunnelSide) -> Vec<Ipv4Addr> {
    match (far.address, far.end) {
        (Some(address), _) => vec![address],
        (None, TunnelEnd::Router(router)) => topology.router(router).address.into_iter().collect(),
        (None, TunnelEnd::Gateway(vnet)) => {
            let addresses = topology.vnet(vnet).vpn_gateway.iter().flat_map(|gateway| &gateway.addresses);
            addresses.zip(far.instances).filter(|(_, carries)| *carries).map(|(address, _)| *address).collect()
        }
    }
}

/// What a gateway announces of Azure: its VNet and the spokes that use it. Where there are summaries they stand for the VNet itself,
/// whether they cover it or not, and for the spokes that they cover (advertised gateway prefixes page, 2026-03-31).
fn gateway_ranges(topology: &Topology, id: VnetId, own: &Route, add: &mut impl FnMut(Ipv4Net, LocalKind, Route)) {
    let vnet = topology.vnet(id);
    let summaries = &vnet.summarized_gateway_prefixes;
    let replaced = |prefix: &Ipv4Net| summaries.iter().any(|summary| summary.contains(prefix));
    summaries.iter().for_each(|prefix| add(*prefix, LocalKind::Summary, own.clone()));
    for prefix in vnet.ranges.iter().filter(|_| summaries.is_empty()) {
        add(*prefix, LocalKind::VnetRange, own.clone());
    }
    for (_, ranges) in topology.transit_spokes(id) {
        ranges
            .iter()
            .filter(|prefix| !replaced(prefix))
            .for_each(|prefix| add(*prefix, LocalKind::TransitSpoke, own.clone()));
    }
    if topology.facts.is(Fact::PlainSpokeToOnPremises, "yes") {
        let plain = vnet
            .links
            .iter()
            .filter(|link| link.connected && !link.lends_to_remote && !topology.vnet(link.remote).hosts_routing());
        let route = Route { rests_on: FactSet::of(Fact::PlainSpokeToOnPremises), ..own.clone() };
        for prefix in plain.flat_map(|link| &link.remote_ranges).filter(|prefix| !replaced(prefix)) {
            add(*prefix, LocalKind::TransitSpoke, route.clone());
        }
    }
}

fn announced(
    topology: &Topology,
    id: RouterId,
    address: Option<Ipv4Addr>,
    add: &mut impl FnMut(Ipv4Net, LocalKind, Route),
) {
    for origination in &topology.router(id).originates {
        let route = Route {
            path: origination.path.clone(),
            next_hop: origination.next_hop.or(address),
            other_next_hops: Vec::new(),
            communities: origination.communities.clone(),
            origin: origination.origin,
            rests_on: FactSet::default(),
        };
        add(origination.prefix, LocalKind::Announced, route);
    }
}

/// The space behind each VNet that hosts a route server or a gateway.
struct HostSpaces {
    /// Ranges with the host and whether the range is the host's own, by range.
    ranges: BTreeMap<Ipv4Net, Vec<(VnetId, bool)>>,
}

impl HostSpaces {
    fn new(topology: &Topology) -> Self {
        let mut ranges: BTreeMap<Ipv4Net, Vec<(VnetId, bool)>> = BTreeMap::new();
        for id in topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing()) {
            for range in &topology.vnet(id).ranges {
                ranges.entry(*range).or_default().push((id, true));
            }
            for (_, spoke) in topology.transit_spokes(id) {
                spoke.iter().for_each(|range| ranges.entry(*range).or_default().push((id, false)));
            }
        }
        HostSpaces { ranges }
    }

    /// The relation to every host that has one; the host's own space counts before its spokes', and the VNet order is ascending.
    fn relations(&self, prefix: Ipv4Net) -> Vec<(VnetId, Relation)> {
        let mut found: BTreeMap<VnetId, Relation> = BTreeMap::new();
        for length in 0..=prefix.prefix_len() {
            let Ok(cover) = Ipv4Net::new(prefix.network(), length) else { continue };
            for (host, own) in self.ranges.get(&cover.trunc()).into_iter().flatten() {
                let relation = match (own, length == prefix.prefix_len()) {
                    (true, true) => Relation::OwnRange,
                    (true, false) => Relation::InsideOwn,
                    (false, true) => Relation::TransitRange,
                    (false, false) => Relation::InsideTransit,
                };
                let slot = found.entry(*host).or_insert(relation);
                *slot = (*slot).min(relation);
            }
        }
        found.into_iter().collect()
    }
}
