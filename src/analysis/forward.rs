//! Where a packet goes, hop by hop: out of a subnet by its effective routes, through appliances, load balancers, gateways and sites.
//!
//! What an NVA does with a packet follows from its own BGP table: what it learned over a tunnel goes into the tunnel, what it
//! originates is behind it, and everything else leaves by its NIC and meets the effective routes of the NIC's subnet, whatever next
//! hop the NVA has in mind: Azure's fabric looks at the destination only (github.com/fabferri/az-pattern rs-dualhome-2er-circuits,
//! 2021, where a ping ran in circles for that reason). Security groups and firewall rules are not looked at.

mod cause;

pub use cause::Cause;

use crate::azure::GATEWAY_SUBNET;
use crate::bgp::{ClassId, Device, LocalKind, Ribs, SessionKind, Source, SpeakerId};
use crate::effective::{Hop, NextHopType, Row, SubnetTable};
use crate::topology::{Element, RouterId, RouterKind, SubnetId, Topology, TunnelEnd, VnetId};
use ipnet::Ipv4Net;
use prefix_trie::PrefixMap;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// A place where a packet is decided upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Leaving a NIC of a subnet.
    Subnet(SubnetId),
    /// In an NVA, an appliance or a site.
    Router(RouterId),
    /// In the VPN gateway of a VNet.
    VpnGateway(VnetId),
    /// In the ExpressRoute gateway of a VNet.
    ExpressRouteGateway(VnetId),
    /// At a load balancer, by its index.
    LoadBalancer(u32),
    /// In a VNet. Only a way that ends there because all of it failed names it.
    Vnet(VnetId),
}

/// How a way ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// In a VNet.
    Vnet(VnetId),
    /// At a router: it has the address, or the prefix is behind it.
    Router(RouterId),
    /// On the internet.
    Internet,
    /// Dropped: no route, or one that says None, or a load balancer with nothing behind it.
    Dropped,
    /// At something that has failed. The fabric does not look: a route leads there all the same.
    Down(Place),
    /// At an address that nobody in the topology has.
    Nobody(Ipv4Addr),
    /// At a router that does not forward.
    NotForwarded(RouterId),
    /// Back at a place where it was.
    Loop(Place),
    /// Further than the topology tells.
    Unknown,
}

/// One way that a packet may take.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Way {
    /// The places in order.
    pub places: Vec<Place>,
    /// How it ends.
    pub end: End,
}

impl Way {
    /// The routers passed, in order, the last one included when the way ends behind it.
    pub fn routers(&self) -> impl Iterator<Item = RouterId> {
        self.places.iter().filter_map(|place| if let Place::Router(id) = place { Some(*id) } else { None })
    }
}

/// What has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Router(RouterId),
    LoadBalancer(usize),
    VpnGateway(VnetId),
}

/// Who has which address, and which class a prefix is in: made once for an estate.
#[derive(Debug, Default)]
pub struct Index {
    owners: BTreeMap<Ipv4Addr, Owner>,
    classes: PrefixMap<Ipv4Net, ClassId>,
    ranges: PrefixMap<Ipv4Net, VnetId>,
    ranges_inside: FxHashMap<Ipv4Net, Vec<Ipv4Net>>,
    speakers: BTreeMap<Device, Vec<SpeakerId>>,
    choices: RefCell<FxHashMap<(ClassId, SpeakerId), Rc<Choice>>>,
    /// What places do, where it is kept.
    steps: RefCell<Option<Steps>>,
}

/// By place, address, and whether the packet came from elsewhere.
type Steps = FxHashMap<(Place, Ipv4Addr, bool), Rc<[Next]>>;

/// Where the routes come from that a speaker uses for a class: views are derived anew each time, and every packet asks for some.
#[derive(Debug, Default)]
struct Choice {
    preferred: Option<Source>,
    survivors: Vec<Source>,
}

impl Index {
    /// Indexes an estate.
    pub fn new(topology: &Topology, ribs: &Ribs) -> Self {
        let mut index = Index::default();
        for id in topology.vnet_ids() {
            let vnet = topology.vnet(id);
            for range in &vnet.ranges {
                index.ranges.insert(*range, id);
            }
            let addresses =
                vnet.vpn_gateway.iter().flat_map(|gateway| gateway.addresses.iter().chain(&gateway.public_ips));
            index.owners.extend(addresses.map(|address| (*address, Owner::VpnGateway(id))));
        }
        for (number, router) in topology.routers.iter().enumerate() {
            let id = RouterId(number as u32);
            index.owners.extend(router.address.map(|address| (address, Owner::Router(id))));
            if let RouterKind::Nva { interfaces, .. } = &router.kind {
                index.owners.extend(interfaces.iter().map(|(_, address)| (*address, Owner::Router(id))));
            }
        }
        for (number, balancer) in topology.load_balancers.iter().enumerate() {
            index.owners.insert(balancer.address, Owner::LoadBalancer(number));
        }
        for id in ribs.class_ids() {
            for prefix in &ribs.class(id).prefixes {
                index.classes.insert(*prefix, id);
            }
        }
        for (range, _) in &index.ranges {
            for (prefix, _) in index.classes.cover(&range) {
                index.ranges_inside.entry(prefix).or_default().push(range);
            }
        }
        for id in ribs.network.ids() {
            index.speakers.entry(ribs.network.speaker(id).device).or_default().push(id);
        }
        index
    }

    /// The VNet that an address is in.
    pub fn vnet_of(&self, address: Ipv4Addr) -> Option<VnetId> {
        self.ranges.get_lpm(&Ipv4Net::from(address)).map(|(_, id)| *id)
    }

    /// Keeps what places do from now on.
    pub(super) fn remember_steps(&self) {
        self.steps.borrow_mut().get_or_insert_default();
    }

    /// Whether an NVA, a load balancer or a gateway has this address.
    pub fn has_owner(&self, address: Ipv4Addr) -> bool {
        self.owners.contains_key(&address)
    }

    /// The classes of all prefixes that hold an address, the longest first.
    pub fn classes_at(&self, address: Ipv4Addr) -> Vec<ClassId> {
        let mut classes: Vec<ClassId> = self.classes.cover(&Ipv4Net::from(address)).map(|(_, id)| *id).collect();
        classes.reverse();
        classes
    }

    /// The class of exactly this prefix.
    pub fn class_of(&self, prefix: Ipv4Net) -> Option<ClassId> {
        self.classes.get(&prefix).copied()
    }

    /// The VNet ranges equal to or inside a prefix that somebody announces, in order.
    pub fn ranges_inside(&self, prefix: Ipv4Net) -> &[Ipv4Net] {
        self.ranges_inside.get(&prefix).map_or(&[], Vec::as_slice)
    }

    /// The NVAs that get what is sent to an address: one, or those behind a load balancer that its probe finds working.
    pub fn routers_at(&self, topology: &Topology, address: Ipv4Addr) -> Vec<RouterId> {
        match self.owners.get(&address) {
            Some(Owner::Router(id)) => vec![*id],
            Some(Owner::LoadBalancer(number)) => working_backends(topology, *number),
            Some(Owner::VpnGateway(_)) | None => Vec::new(),
        }
    }
}

/// Walks packets through an estate.
#[derive(Clone, Copy)]
pub struct Forwarding<'a> {
    /// The estate.
    pub topology: &'a Topology,
    /// What every speaker holds.
    pub ribs: &'a Ribs,
    /// Effective routes by VNet and subnet.
    pub tables: &'a [Vec<SubnetTable>],
    /// Addresses and prefixes.
    pub index: &'a Index,
}

/// What comes after a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Another place.
    Go(Place),
    /// Nothing.
    End(End),
}

/// More ways than these say nothing that fewer do not.
pub const MOST_WAYS: usize = 64;

impl<'a> Forwarding<'a> {
    /// Every way that a packet to an address may take from a place; several where equal-cost routes part them.
    pub fn ways(&self, from: Place, to: Ipv4Addr) -> Vec<Way> {
        let mut done = Vec::new();
        let mut open = vec![vec![from]];
        while let Some(places) = open.pop() {
            let Some(here) = places.last().copied() else { continue };
            for next in self.step(here, to, places.len() > 1).iter() {
                match *next {
                    Next::End(end) => done.push(Way { places: places.clone(), end }),
                    Next::Go(place) if places.contains(&place) => {
                        done.push(Way { places: places.clone(), end: End::Loop(place) });
                    }
                    Next::Go(place) => open.push(places.iter().copied().chain([place]).collect()),
                }
            }
            if done.len() + open.len() > MOST_WAYS {
                break;
            }
        }
        done
    }

    /// The table of a subnet.
    pub fn table(&self, id: SubnetId) -> &'a SubnetTable {
        &self.tables[id.vnet.index()][id.index as usize]
    }

    /// What a place does with a packet. `travelled`: it came from elsewhere, so that leaving a router's NIC is a hop of its own.
    pub(super) fn step(&self, here: Place, to: Ipv4Addr, travelled: bool) -> Rc<[Next]> {
        let key = (here, to, travelled);
        if let Some(known) = self.index.steps.borrow().as_ref().and_then(|steps| steps.get(&key)) {
            return Rc::clone(known);
        }
        let next: Rc<[Next]> = self.next(here, to, travelled).into();
        if let Some(steps) = self.index.steps.borrow_mut().as_mut() {
            steps.insert(key, Rc::clone(&next));
        }
        next
    }

    fn next(&self, here: Place, to: Ipv4Addr, travelled: bool) -> Vec<Next> {
        if self.is_down(here) {
            return vec![Next::End(End::Down(here))];
        }
        match here {
            Place::Subnet(id) => self.at_subnet(id, to),
            Place::Router(id) => self.at_router(id, to, travelled),
            Place::VpnGateway(vnet) => self.at_gateway(Device::VpnGateway(vnet), vnet, to),
            Place::ExpressRouteGateway(vnet) => self.at_gateway(Device::ExpressRouteGateway(vnet), vnet, to),
            Place::LoadBalancer(number) => self.at_load_balancer(number as usize),
            Place::Vnet(vnet) => vec![Next::End(self.arrive(vnet, to))],
        }
    }

    fn is_down(&self, place: Place) -> bool {
        self.topology.down.has(match place {
            Place::Subnet(id) => Element::Vnet(id.vnet),
            Place::Vnet(vnet) => Element::Vnet(vnet),
            Place::Router(id) => Element::Router(id),
            Place::VpnGateway(vnet) => Element::VpnGateway(vnet),
            Place::ExpressRouteGateway(vnet) => Element::ExpressRouteGateway(vnet),
            Place::LoadBalancer(number) => Element::LoadBalancer(number),
        })
    }

    /// What becomes of a packet for an address in a VNet that got there.
    fn arrive(&self, vnet: VnetId, to: Ipv4Addr) -> End {
        let owner = match self.index.owners.get(&to) {
            Some(Owner::Router(id)) => Some(Place::Router(*id)),
            Some(Owner::VpnGateway(vnet)) => Some(Place::VpnGateway(*vnet)),
            Some(Owner::LoadBalancer(number)) => {
                let place = Place::LoadBalancer(*number as u32);
                return match self.at_load_balancer(*number).as_slice() {
                    [Next::End(end)] if *end == End::Down(place) => *end,
                    _ => End::Vnet(vnet),
                };
            }
            None => None,
        };
        let failed = [Some(Place::Vnet(vnet)), owner].into_iter().flatten().find(|place| self.is_down(*place));
        failed.map_or(End::Vnet(vnet), End::Down)
    }

    /// To what the probe finds working: nothing new is sent to what fails it, nor to anybody where all fail (Azure Load Balancer health
    /// probes page; `noHealthyBackendsBehavior` as it is by default).
    fn at_load_balancer(&self, number: usize) -> Vec<Next> {
        let place = Place::LoadBalancer(number as u32);
        let working = working_backends(self.topology, number);
        if self.is_down(place) || working.is_empty() {
            let none = self.topology.load_balancers[number].backends.is_empty() && !self.is_down(place);
            return vec![Next::End(if none { End::Dropped } else { End::Down(place) })];
        }
        working.into_iter().map(|id| Next::Go(Place::Router(id))).collect()
    }

    fn at_subnet(&self, id: SubnetId, to: Ipv4Addr) -> Vec<Next> {
        let Some(row) = self.table(id).decide(to) else { return vec![Next::End(End::Dropped)] };
        self.by_row(id, &row, to)
    }

    fn by_row(&self, id: SubnetId, row: &Row, to: Ipv4Addr) -> Vec<Next> {
        let end = match row.next_hop_type {
            NextHopType::VnetLocal => self.arrive(id.vnet, to),
            NextHopType::VNetPeering | NextHopType::VNetGlobalPeering | NextHopType::InterfaceEndpoint => {
                self.index.vnet_of(to).map_or(End::Unknown, |vnet| self.arrive(vnet, to))
            }
            NextHopType::VirtualNetworkServiceEndpoint | NextHopType::Internet => End::Internet,
            NextHopType::None => End::Dropped,
            NextHopType::VirtualAppliance | NextHopType::VirtualNetworkGateway => {
                let provider = self.topology.vnet(id.vnet).provider;
                if row.next_hops.is_empty() {
                    // A user-defined route to the gateway names no address.
                    return vec![provider.map_or(Next::End(End::Dropped), |vnet| Next::Go(Place::VpnGateway(vnet)))];
                }
                return row.next_hops.iter().flat_map(|hop| self.by_hop(*hop, provider)).collect();
            }
        };
        vec![Next::End(end)]
    }

    fn by_hop(&self, hop: Hop, provider: Option<VnetId>) -> Vec<Next> {
        let gateway =
            |place: fn(VnetId) -> Place| vec![provider.map_or(Next::End(End::Unknown), |vnet| Next::Go(place(vnet)))];
        let address = match hop {
            Hop::ExpressRouteFabric => return gateway(Place::ExpressRouteGateway),
            Hop::GatewayPublicAddress => return gateway(Place::VpnGateway),
            Hop::Address(address) => address,
        };
        match self.index.owners.get(&address) {
            Some(Owner::Router(id)) => vec![Next::Go(Place::Router(*id))],
            Some(Owner::LoadBalancer(number)) => vec![Next::Go(Place::LoadBalancer(*number as u32))],
            Some(Owner::VpnGateway(vnet)) => vec![Next::Go(Place::VpnGateway(*vnet))],
            None => vec![Next::End(End::Nobody(address))],
        }
    }

    fn at_router(&self, id: RouterId, to: Ipv4Addr, travelled: bool) -> Vec<Next> {
        let router = self.topology.router(id);
        // A site without BGP has what it is reached for.
        let silent = !router.is_nva() && router.asn.is_none();
        if silent && router.originates.iter().any(|origin| origin.prefix.contains(&to)) {
            return vec![Next::End(End::Router(id))];
        }
        let own = |address: &Ipv4Addr| *address == to;
        let further = if let RouterKind::Nva { interfaces, .. } = &router.kind { interfaces.as_slice() } else { &[] };
        let sides = self.topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides);
        let in_tunnels =
            sides.filter(|side| side.end == TunnelEnd::Router(id)).filter_map(|side| side.address.as_ref());
        if router.address.iter().chain(further.iter().map(|(_, address)| address)).chain(in_tunnels).any(own) {
            return vec![Next::End(End::Router(id))];
        }
        if travelled && router.is_nva() && !router.ip_forwarding {
            return vec![Next::End(End::NotForwarded(id))];
        }
        for (class, speaker) in self.held(Device::Router(id), to) {
            let choice = self.choice(class, speaker);
            let mut next: Vec<Next> = Vec::new();
            for one in choice.survivors.iter().filter_map(|source| self.by_source(id, (class, speaker), *source, to)) {
                if !next.contains(&one) {
                    next.push(one);
                }
            }
            if !next.is_empty() {
                return next;
            }
        }
        self.out_of_nics(id)
    }

    /// What a router does with a packet whose best route came from `source`; none where it leaves by the NIC.
    fn by_source(
        &self,
        id: RouterId,
        (class, speaker): (ClassId, SpeakerId),
        source: Source,
        to: Ipv4Addr,
    ) -> Option<Next> {
        let router = self.topology.router(id);
        match source {
            Source::Local(_) if !router.is_nva() => Some(Next::End(End::Router(id))),
            // An NVA that announces the internet or a summary of VNets reaches them by its NIC.
            Source::Local(_) => {
                let internet = self.ribs.class(class).representative().prefix_len() <= 1 && is_public(to);
                (!internet && self.index.vnet_of(to).is_none()).then_some(Next::End(End::Router(id)))
            }
            Source::Neighbor(index) => {
                let neighbor = &self.ribs.network.speaker(speaker).neighbors[index];
                let peer = self.ribs.network.speaker(neighbor.peer).device;
                match (neighbor.kind, peer) {
                    (SessionKind::Tunnel(..), Device::VpnGateway(vnet)) => Some(Next::Go(Place::VpnGateway(vnet))),
                    (SessionKind::Routers, Device::Router(peer)) if self.is_overlay(id, peer) => {
                        Some(Next::Go(Place::Router(peer)))
                    }
                    (SessionKind::EdgeSite, Device::Edge(_)) => self.over_circuit(neighbor.peer, to),
                    _ => None,
                }
            }
        }
    }

    /// Two routers are joined by a tunnel when one is outside Azure, or when the session runs between other addresses than those of
    /// their NICs. Without one, a packet for the other leaves by the NIC.
    pub fn is_overlay(&self, one: RouterId, other: RouterId) -> bool {
        let outside = |id: RouterId| !self.topology.router(id).is_nva();
        let between = self
            .topology
            .sessions
            .iter()
            .filter(|session| session.ends == [one, other] || session.ends == [other, one]);
        outside(one) || outside(other) || between.flat_map(|session| session.addresses).any(|address| address.is_some())
    }

    /// From a site into a circuit: to the gateway that the edge prefers.
    fn over_circuit(&self, edge: SpeakerId, to: Ipv4Addr) -> Option<Next> {
        let device = self.ribs.network.speaker(edge).device;
        let (class, _) = self.held(device, to).into_iter().find(|(_, speaker)| *speaker == edge)?;
        let Source::Neighbor(index) = self.choice(class, edge).preferred? else { return None };
        let peer = self.ribs.network.speaker(edge).neighbors[index].peer;
        match self.ribs.network.speaker(peer).device {
            Device::ExpressRouteGateway(vnet) => Some(Next::Go(Place::ExpressRouteGateway(vnet))),
            Device::Router(router) => Some(Next::Go(Place::Router(router))),
            _ => None,
        }
    }

    /// A packet leaves by the NIC of the BGP address; a site without a route drops it.
    fn out_of_nics(&self, id: RouterId) -> Vec<Next> {
        match &self.topology.router(id).kind {
            RouterKind::Site => vec![Next::End(End::Unknown)],
            RouterKind::Nva { subnet, interfaces } if interfaces.is_empty() => vec![Next::Go(Place::Subnet(*subnet))],
            // Which NIC it takes is in its configuration: either is possible.
            RouterKind::Nva { subnet, interfaces } => {
                let mut subnets: Vec<SubnetId> =
                    std::iter::once(*subnet).chain(interfaces.iter().map(|(subnet, _)| *subnet)).collect();
                subnets.sort_unstable();
                subnets.dedup();
                subnets.into_iter().map(|subnet| Next::Go(Place::Subnet(subnet))).collect()
            }
        }
    }

    fn at_gateway(&self, device: Device, vnet: VnetId, to: Ipv4Addr) -> Vec<Next> {
        // What is in the VNet or in one that uses the gateway follows the routes of GatewaySubnet.
        let inside = self.topology.subnet_ids(vnet).find(|id| self.topology.subnet(*id).name == GATEWAY_SUBNET);
        let into_vnet = inside.map_or(Next::End(End::Unknown), |id| Next::Go(Place::Subnet(id)));
        for (class, speaker) in self.held(device, to) {
            let choice = self.choice(class, speaker);
            let mut next: Vec<Next> = Vec::new();
            for source in &choice.survivors {
                let one = self.out_of_gateway(vnet, speaker, *source, to).unwrap_or(into_vnet);
                if !next.contains(&one) {
                    next.push(one);
                }
            }
            if !next.is_empty() {
                return next;
            }
        }
        vec![into_vnet]
    }

    /// Where a gateway sends what it has from `source`; none for what is in its VNet or behind its route server.
    fn out_of_gateway(&self, vnet: VnetId, speaker: SpeakerId, source: Source, to: Ipv4Addr) -> Option<Next> {
        let index = match source {
            Source::Neighbor(index) => index,
            Source::Local(LocalKind::Static(tunnel) | LocalKind::PeerHostRoute(tunnel)) => {
                return Some(self.through_tunnel(tunnel, vnet));
            }
            Source::Local(_) => return None,
        };
        let neighbor = &self.ribs.network.speaker(speaker).neighbors[index];
        match (neighbor.kind, self.ribs.network.speaker(neighbor.peer).device) {
            (SessionKind::Tunnel(..), Device::Router(router)) => Some(Next::Go(Place::Router(router))),
            (SessionKind::Tunnel(..), Device::VpnGateway(other)) => Some(Next::Go(Place::VpnGateway(other))),
            (SessionKind::EdgeGateway, _) => {
                Some(self.over_circuit(neighbor.peer, to).unwrap_or(Next::End(End::Unknown)))
            }
            _ => None,
        }
    }

    /// A packet that a static prefix leads into a tunnel, or the host route of the BGP peer at its far end. Nothing withdraws these when
    /// the tunnel fails: the packet dies.
    fn through_tunnel(&self, tunnel: u32, vnet: VnetId) -> Next {
        let tunnel = &self.topology.tunnels[tunnel as usize];
        if self.topology.down.has_tunnel(self.topology, tunnel) {
            return Next::End(End::Down(Place::VpnGateway(vnet)));
        }
        let sides = &tunnel.sides;
        let far = sides.iter().map(|side| side.end).find(|end| *end != TunnelEnd::Gateway(vnet));
        match far {
            Some(TunnelEnd::Router(router)) => Next::Go(Place::Router(router)),
            Some(TunnelEnd::Gateway(other)) => Next::Go(Place::VpnGateway(other)),
            None => Next::End(End::Unknown),
        }
    }

    fn choice(&self, class: ClassId, speaker: SpeakerId) -> Rc<Choice> {
        if let Some(known) = self.index.choices.borrow().get(&(class, speaker)) {
            return Rc::clone(known);
        }
        let view = self.ribs.view(self.topology, class, speaker);
        let survivors = view.survivors().map(|candidate| candidate.source).collect();
        let preferred = view.preferred().map(|candidate| candidate.source);
        let choice = Rc::new(Choice { preferred, survivors });
        self.index.choices.borrow_mut().insert((class, speaker), Rc::clone(&choice));
        choice
    }

    /// The classes that hold an address, the longest prefix first, with the instances of a device that know them.
    fn held(&self, device: Device, to: Ipv4Addr) -> Vec<(ClassId, SpeakerId)> {
        let Some(speakers) = self.index.speakers.get(&device) else { return Vec::new() };
        let classes = self.index.classes_at(to);
        classes.into_iter().flat_map(|class| speakers.iter().map(move |speaker| (class, *speaker))).collect()
    }
}

/// The NVAs behind a load balancer that have not failed.
fn working_backends(topology: &Topology, number: usize) -> Vec<RouterId> {
    let backends = topology.load_balancers[number].backends.iter().copied();
    backends.filter(|id| !topology.down.has(Element::Router(*id))).collect()
}

/// Not private, shared, loopback or link-local.
pub fn is_public(address: Ipv4Addr) -> bool {
    let shared = address.octets()[0] == 100 && (64..128).contains(&address.octets()[1]);
    !(address.is_private() || shared || address.is_loopback() || address.is_link_local())
}
