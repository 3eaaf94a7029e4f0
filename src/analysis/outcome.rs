//! What becomes of a packet after all: where it ends and which NVAs it passes, in names that two estates share.

use super::estate::Estate;
use super::fate::{Fate, FateId};
use super::forward::{End, Place, Way};
use super::space::{Range, Space};
use crate::azure::GATEWAY_SUBNET;
use crate::effective::RowPrefix;
use crate::topology::{SubnetId, Topology, VnetId};
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Where a packet ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arrival {
    /// In the VNet of this name.
    Vnet(Arc<str>),
    /// At the NVA or site of this name, or behind it.
    Router(Arc<str>),
    /// On the internet.
    Internet,
    /// Further than the topology tells.
    Unknown,
    /// Dropped for want of a route, or by one.
    Dropped,
    /// At an address that nobody has.
    Nobody(Ipv4Addr),
    /// At a router of this name that does not forward.
    NotForwarded(Arc<str>),
    /// At something of this name that has failed.
    Down(Arc<str>),
    /// In circles, through this router among others; where there is none, through this place.
    Loop(Arc<str>),
}

impl Arrival {
    /// The packet got somewhere, as far as the topology tells.
    pub fn is_reached(&self) -> bool {
        matches!(self, Arrival::Vnet(_) | Arrival::Router(_) | Arrival::Internet | Arrival::Unknown)
    }

    /// Where a way ends.
    pub fn of(topology: &Topology, way: &Way) -> Self {
        match way.end {
            End::Vnet(id) => Arrival::Vnet(topology.vnet(id).name.as_str().into()),
            End::Router(id) => Arrival::Router(topology.router(id).name.as_str().into()),
            End::Internet => Arrival::Internet,
            End::Dropped => Arrival::Dropped,
            End::Nobody(address) => Arrival::Nobody(address),
            End::NotForwarded(id) => Arrival::NotForwarded(topology.router(id).name.as_str().into()),
            End::Down(place) => Arrival::Down(place_name(topology, place).into()),
            End::Loop(place) => Arrival::Loop(circle_name(topology, way, place).into()),
            End::Unknown => Arrival::Unknown,
        }
    }
}

/// The name of a circle: the same wherever a packet comes into it.
fn circle_name(topology: &Topology, way: &Way, back_at: Place) -> String {
    let circle = way.places.iter().skip_while(|place| **place != back_at);
    let named = circle.map(|place| (!matches!(place, Place::Router(_)), place_name(topology, *place)));
    named.min().map_or_else(|| place_name(topology, back_at), |(_, name)| name)
}

/// The name of a place: `fw1`, `hub/app`, `hub/vpn_gateway`.
pub fn place_name(topology: &Topology, place: Place) -> String {
    match place {
        Place::Subnet(id) => topology.subnet_name(id),
        Place::Router(id) => topology.router(id).name.clone(),
        Place::VpnGateway(id) => format!("{}/vpn_gateway", topology.vnet(id).name),
        Place::ExpressRouteGateway(id) => format!("{}/express_route_gateway", topology.vnet(id).name),
        Place::LoadBalancer(number) => topology.load_balancers[number as usize].name.clone(),
        Place::Vnet(id) => topology.vnet(id).name.clone(),
    }
}

/// What becomes of a packet on all its ways.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Outcome {
    /// Where it may end.
    pub ends: BTreeSet<Arrival>,
    /// NVAs on some way.
    pub passes: BTreeSet<Arc<str>>,
    /// Every way passes an NVA.
    pub inspected: bool,
}

impl Outcome {
    /// What the ways of a packet come to.
    pub fn of_ways(topology: &Topology, ways: &[Way]) -> Self {
        let nvas = |way: &Way| -> Vec<Arc<str>> {
            let nvas = way.routers().map(|id| topology.router(id)).filter(|router| router.is_nva());
            nvas.map(|router| router.name.as_str().into()).collect()
        };
        Outcome {
            ends: ways.iter().map(|way| Arrival::of(topology, way)).collect(),
            passes: ways.iter().flat_map(nvas).collect(),
            inspected: !ways.is_empty() && ways.iter().all(|way| !nvas(way).is_empty()),
        }
    }

    /// What becomes of a packet of a subnet.
    pub fn of_subnet(estate: &Estate, id: SubnetId, to: Ipv4Addr) -> Self {
        Outcome::of_ways(&estate.topology, &estate.forwarding().ways(Place::Subnet(id), to))
    }

    /// On every way it gets somewhere.
    pub fn is_reached(&self) -> bool {
        self.ends.iter().all(Arrival::is_reached)
    }
}

/// An outcome of an [`Outcomes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutcomeId(u32);

/// Every outcome that was met, each once.
#[derive(Debug, Default)]
pub struct Outcomes {
    all: Vec<Outcome>,
    ids: FxHashMap<Outcome, OutcomeId>,
}

impl Outcomes {
    fn id(&mut self, outcome: Outcome) -> OutcomeId {
        if let Some(id) = self.ids.get(&outcome) {
            return *id;
        }
        let id = OutcomeId(self.all.len() as u32);
        self.all.push(outcome.clone());
        self.ids.insert(outcome, id);
        id
    }

    /// An outcome.
    pub fn outcome(&self, id: OutcomeId) -> &Outcome {
        &self.all[id.0 as usize]
    }
}

/// The address space cut so finely that nothing in an estate tells two addresses of a piece apart.
#[derive(Debug)]
pub struct Pieces {
    space: Space<u32>,
    first: Vec<Ipv4Addr>,
}

impl Pieces {
    /// The pieces of several estates at once.
    pub fn of(estates: &[&Estate]) -> Self {
        let mut starts: Vec<u32> = vec![0];
        let mut cut = |prefix: Ipv4Net| {
            starts.push(prefix.network().into());
            starts.extend(u32::from(prefix.broadcast()).checked_add(1));
        };
        for estate in estates {
            for id in estate.ribs.class_ids() {
                estate.ribs.class(id).prefixes.iter().copied().for_each(&mut cut);
            }
            for row in estate.tables.iter().flatten().flat_map(|table| table.own_rows()) {
                if let RowPrefix::Range(range) = row.prefix {
                    cut(range);
                }
            }
            for router in &estate.topology.routers {
                router.originates.iter().for_each(|origin| cut(origin.prefix));
                router.address.into_iter().for_each(|address| cut(address.into()));
                router.nics().filter_map(|(_, address)| address).for_each(|address| cut(address.into()));
            }
            for vnet in &estate.topology.vnets {
                vnet.ranges.iter().copied().for_each(&mut cut);
                let gateway = vnet.vpn_gateway.iter();
                let addresses = gateway.flat_map(|gateway| gateway.addresses.iter().chain(&gateway.public_ips));
                addresses.for_each(|address| cut((*address).into()));
            }
            estate.topology.load_balancers.iter().for_each(|balancer| cut(balancer.address.into()));
        }
        // What an NVA takes for the internet (see `forward`).
        for private in
            ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"]
        {
            private.parse().ok().into_iter().for_each(&mut cut);
        }
        starts.sort_unstable();
        starts.dedup();
        let space = Space::of_starts(starts.iter().enumerate().map(|(index, start)| (*start, index as u32)));
        Pieces { space, first: starts.into_iter().map(Ipv4Addr::from).collect() }
    }

    /// The number of the piece of every address.
    pub fn space(&self) -> &Space<u32> {
        &self.space
    }

    /// The first address of a piece.
    pub fn first(&self, piece: u32) -> Ipv4Addr {
        self.first[piece as usize]
    }

    /// The first address of the piece after it.
    pub fn after(&self, piece: u32) -> Option<Ipv4Addr> {
        self.first.get(piece as usize + 1).copied()
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Never true.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The pieces that a range touches.
    pub fn within(&self, range: Range) -> impl Iterator<Item = u32> + use<> {
        self.space.at(range.first)..=self.space.at(range.last)
    }
}

/// Outcomes in one estate, each worked out once: packets with the same fate, out of VNets that use the same gateways, fare alike.
pub struct Walks<'a> {
    estate: &'a Estate,
    known: FxHashMap<(FateId, Option<VnetId>, Option<VnetId>, u32), OutcomeId>,
}

impl<'a> Walks<'a> {
    /// Nothing is worked out yet.
    pub fn new(estate: &'a Estate) -> Self {
        Walks { estate, known: FxHashMap::default() }
    }

    /// What becomes of packets of a subnet to the addresses of a piece, which the subnet gives this fate.
    pub fn outcome(
        &mut self,
        outcomes: &mut Outcomes,
        (id, fate, fate_id): (SubnetId, &Fate, FateId),
        (pieces, piece): (&Pieces, u32),
    ) -> OutcomeId {
        let (provider, own) = same_ways(&self.estate.topology, id, fate);
        let key = (fate_id, provider, own, piece);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let outcome = outcomes.id(Outcome::of_subnet(self.estate, id, pieces.first(piece)));
        self.known.insert(key, outcome);
        outcome
    }
}

/// What subnets share whose packets with this fate fare alike: the gateways they use, and, where it matters, the VNet they are in.
pub fn same_ways(topology: &Topology, id: SubnetId, fate: &Fate) -> (Option<VnetId>, Option<VnetId>) {
    // What stays in the VNet ends there, and a VNet may have failed as a whole.
    let own = (*fate == Fate::Local || topology.down.has_vnet()).then_some(id.vnet);
    (topology.vnet(id.vnet).provider, own)
}

/// Subnets that packets of others leave again: those of NVAs, and GatewaySubnet.
pub fn transit_subnets(topology: &Topology) -> BTreeSet<SubnetId> {
    let nics = topology.routers.iter().flat_map(|router| router.nics().map(|(id, _)| id));
    let gateways = topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet));
    nics.chain(gateways.filter(|id| topology.subnet(*id).name == GATEWAY_SUBNET)).collect()
}
