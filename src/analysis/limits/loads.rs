//! How many prefixes stand at the places where Azure counts them, and who brought them: route servers, gateways, circuits.
//!
//! One sweep over classes and their holders. What is too many, `counts` and the rules say.

use crate::azure::facts::FactSet;
use crate::bgp::{ClassId, Device, Refusal, Ribs, SessionKind, SpeakerId, View};
use crate::topology::{CircuitId, RouterId, Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// What the fuller instance of a route server holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Prefixes, each once.
    pub count: usize,
    /// Classes by who brings them; one that several bring stands with each.
    pub brought: BTreeMap<Device, Vec<ClassId>>,
}

/// What an ExpressRoute gateway announces over its fullest connection.
#[derive(Debug, Clone)]
pub struct GatewayLoad {
    /// The VNet of the gateway.
    pub gateway: VnetId,
    /// Prefixes.
    pub count: usize,
    /// Ranges of VNets among it, and summaries of them.
    pub own: Vec<Ipv4Net>,
    /// Who brought the others: the NVA, or else whoever told the gateway.
    pub brought: BTreeMap<Device, Vec<ClassId>>,
    /// Circuits that it is announced to.
    pub circuits: BTreeSet<CircuitId>,
}

/// What the fuller link of a circuit hears from the sites behind it.
#[derive(Debug, Clone, Default)]
pub struct CircuitLoad {
    /// Prefixes, each once.
    pub count: usize,
    /// Classes by the site that announces them.
    pub by_site: BTreeMap<RouterId, Vec<ClassId>>,
}

/// What one session brings or takes.
#[derive(Debug, Clone, Default)]
pub struct SessionLoad {
    /// Prefixes.
    pub count: usize,
    /// Their classes.
    pub classes: Vec<ClassId>,
}

/// The prefixes at every place where Azure counts them.
#[derive(Debug, Clone, Default)]
pub struct Loads {
    /// By VNet of the route server; one that holds nothing is not there.
    pub held: BTreeMap<VnetId, Held>,
    /// Gateways that announce something to a circuit.
    pub express_route: Vec<GatewayLoad>,
    /// By VNet of the VPN gateway and tunnel, the fullest session: what arrives from the far end.
    pub vpn: BTreeMap<(VnetId, u32), SessionLoad>,
    /// Circuits with a site.
    pub circuits: BTreeMap<CircuitId, CircuitLoad>,
    /// Facts that the routes counted rest on.
    pub rests_on: FactSet,
}

/// What the sweep finds, by instance and session.
#[derive(Default)]
struct Sweep {
    held: BTreeMap<SpeakerId, Held>,
    sent: BTreeMap<(SpeakerId, usize), SessionLoad>,
    tunnels: BTreeMap<(SpeakerId, usize), SessionLoad>,
    edges: BTreeMap<SpeakerId, CircuitLoad>,
    rests_on: FactSet,
}

impl SessionLoad {
    fn add(&mut self, ribs: &Ribs, class: ClassId) {
        self.count += ribs.class(class).prefixes.len();
        self.classes.push(class);
    }
}

impl Sweep {
    fn look(&mut self, topology: &Topology, ribs: &Ribs, class: ClassId, id: SpeakerId) {
        let speaker = ribs.network.speaker(id);
        let of_kind =
            |kind: SessionKind| (0..speaker.neighbors.len()).filter(move |to| speaker.neighbors[*to].kind == kind);
        let counts = match speaker.device {
            Device::RouteServer(_) | Device::VpnGateway(_) => true,
            Device::ExpressRouteGateway(_) => of_kind(SessionKind::EdgeGateway).next().is_some(),
            Device::Edge(_) => of_kind(SessionKind::EdgeSite).next().is_some(),
            Device::Router(_) => false,
        };
        if !counts {
            return;
        }
        let view = ribs.view(topology, class, id);
        let facts = view.candidates.iter().map(|candidate| candidate.route.rests_on);
        self.rests_on = facts.fold(self.rests_on, FactSet::union);
        match speaker.device {
            Device::RouteServer(_) => self.route_server(ribs, class, id, &view),
            Device::ExpressRouteGateway(_) => {
                for to in of_kind(SessionKind::EdgeGateway) {
                    let advert = ribs.advert(topology, class, id, &view, to);
                    if advert.is_some_and(|advert| advert.route.is_ok()) {
                        self.sent.entry((id, to)).or_default().add(ribs, class);
                    }
                }
            }
            Device::VpnGateway(_) => {
                // A path through the gateway's own ASN is dropped before it is counted.
                let counts = |accepted: &Result<_, Refusal>| !matches!(accepted, Err(Refusal::OwnAsnInPath(_)));
                for received in view.received.iter().filter(|received| counts(&received.accepted)) {
                    self.tunnels.entry((id, received.neighbor)).or_default().add(ribs, class);
                }
            }
            Device::Edge(_) => self.edge(ribs, class, id, &view),
            Device::Router(_) => {}
        }
    }

    fn edge(&mut self, ribs: &Ribs, class: ClassId, id: SpeakerId, view: &View) {
        let load = self.edges.entry(id).or_default();
        let mut any = false;
        for received in view.received.iter().filter(|received| received.accepted.is_ok()) {
            let neighbor = &ribs.network.speaker(id).neighbors[received.neighbor];
            let device = ribs.network.speaker(neighbor.peer).device;
            if let (SessionKind::EdgeSite, Device::Router(site)) = (neighbor.kind, device) {
                any = true;
                load.by_site.entry(site).or_default().push(class);
            }
        }
        load.count += if any { ribs.class(class).prefixes.len() } else { 0 };
    }

    fn route_server(&mut self, ribs: &Ribs, class: ClassId, id: SpeakerId, view: &View) {
        if view.candidates.is_empty() {
            return;
        }
        let held = self.held.entry(id).or_default();
        held.count += ribs.class(class).prefixes.len();
        for received in view.received.iter().filter(|received| received.accepted.is_ok()) {
            let peer = ribs.network.speaker(id).neighbors[received.neighbor].peer;
            let classes = held.brought.entry(ribs.network.speaker(peer).device).or_default();
            // Both instances of a gateway bring the same.
            if classes.last() != Some(&class) {
                classes.push(class);
            }
        }
    }
}

impl Loads {
    /// Counts all of an estate.
    pub fn new(topology: &Topology, ribs: &Ribs) -> Self {
        let mut sweep = Sweep::default();
        for class in ribs.class_ids() {
            for id in ribs.holders(class) {
                sweep.look(topology, ribs, class, id);
            }
        }
        let device = |id: SpeakerId| ribs.network.speaker(id).device;
        let mut loads = Loads { rests_on: sweep.rests_on, ..Loads::default() };
        for (id, held) in sweep.held {
            let Device::RouteServer(host) = device(id) else { continue };
            fuller(&mut loads.held, host, held, |held| held.count);
        }
        for (id, load) in sweep.edges {
            let Device::Edge(circuit) = device(id) else { continue };
            fuller(&mut loads.circuits, circuit, load, |load| load.count);
        }
        for ((id, neighbor), load) in sweep.tunnels {
            let kind = ribs.network.speaker(id).neighbors[neighbor].kind;
            let (Device::VpnGateway(gateway), SessionKind::Tunnel(tunnel, _)) = (device(id), kind) else { continue };
            fuller(&mut loads.vpn, (gateway, tunnel), load, |load| load.count);
        }
        let mut by_gateway: BTreeMap<VnetId, BTreeMap<(SpeakerId, usize), SessionLoad>> = BTreeMap::new();
        for ((id, to), load) in sweep.sent {
            let Device::ExpressRouteGateway(gateway) = device(id) else { continue };
            by_gateway.entry(gateway).or_default().insert((id, to), load);
        }
        loads.express_route = by_gateway
            .into_iter()
            .filter_map(|(gateway, sessions)| gateway_load(topology, ribs, gateway, sessions))
            .collect();
        loads
    }
}

/// Keeps the larger of two; of equal ones the first.
fn fuller<K: Ord, V>(all: &mut BTreeMap<K, V>, key: K, value: V, count: impl Fn(&V) -> usize) {
    match all.get(&key) {
        Some(before) if count(before) >= count(&value) => {}
        _ => drop(all.insert(key, value)),
    }
}

fn gateway_load(
    topology: &Topology,
    ribs: &Ribs,
    gateway: VnetId,
    sessions: BTreeMap<(SpeakerId, usize), SessionLoad>,
) -> Option<GatewayLoad> {
    let circuits = sessions.keys().filter_map(|(speaker, to)| {
        match ribs.network.speaker(ribs.network.speaker(*speaker).neighbors[*to].peer).device {
            Device::Edge(circuit) => Some(circuit),
            _ => None,
        }
    });
    let circuits = circuits.collect();
    let ((speaker, _), session) = sessions.into_iter().max_by_key(|(_, session)| session.count)?;
    let mut load = GatewayLoad { gateway, count: session.count, own: Vec::new(), brought: BTreeMap::new(), circuits };
    for class in session.classes {
        match bringer(topology, ribs, class, speaker) {
            Some(device) => load.brought.entry(device).or_default().push(class),
            None => load.own.extend(&ribs.class(class).prefixes),
        }
    }
    Some(load)
}

/// Who brought what a gateway prefers of a class: the NVA, or else whoever told it; none for ranges of VNets.
fn bringer(topology: &Topology, ribs: &Ribs, class: ClassId, speaker: SpeakerId) -> Option<Device> {
    let supplier = |at: SpeakerId| {
        let view = ribs.view(topology, class, at);
        match view.preferred()?.source {
            crate::bgp::Source::Neighbor(index) => Some(ribs.network.speaker(at).neighbors[index].peer),
            crate::bgp::Source::Local(_) => None,
        }
    };
    let peer = supplier(speaker)?;
    let behind = supplier(peer).map(|id| ribs.network.speaker(id).device);
    Some(behind.filter(|device| matches!(device, Device::Router(_))).unwrap_or(ribs.network.speaker(peer).device))
}

/// The prefixes of classes.
pub fn prefixes(ribs: &Ribs, classes: &[ClassId]) -> Vec<Ipv4Net> {
    classes.iter().flat_map(|class| ribs.class(*class).prefixes.iter().copied()).collect()
}
