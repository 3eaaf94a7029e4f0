//! Derives speakers and sessions from an estate.

use super::speaker::{Device, Neighbor, Network, SessionKind, Speaker, SpeakerId};
use crate::azure::{AZURE_ASN, MICROSOFT_EDGE_ASN};
use crate::net::Asn;
use crate::topology::{CircuitId, Policy, RouteMaps, RouteServerPeer, RouterId, Topology, TunnelEnd, VnetId};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Builds the network of an estate.
pub(super) fn network(topology: &Topology) -> Network {
    let mut builder = Builder { topology, network: Network::default(), ids: BTreeMap::new() };
    builder.add_speakers();
    for vnet in topology.vnet_ids() {
        builder.join_vnet(vnet);
    }
    builder.join_tunnels();
    builder.join_circuits();
    builder.join_routers();
    builder.finish()
}

struct Builder<'t> {
    topology: &'t Topology,
    network: Network,
    ids: BTreeMap<(Device, u8), SpeakerId>,
}

/// One end of a session to be made.
struct End {
    speaker: SpeakerId,
    address: Option<Ipv4Addr>,
    maps: RouteMaps,
}

impl<'t> Builder<'t> {
    fn add_speakers(&mut self) {
        let topology = self.topology;
        let mut speakers: Vec<(u8, String, Speaker)> = Vec::new();
        let mut add = |rank: u8, device: Device, instance: usize, asn: Asn, address: Option<Ipv4Addr>| {
            // What has failed holds nothing and says nothing.
            if topology.down.has_instance(device.element(), instance as u8) {
                return;
            }
            let speaker = Speaker { device, instance: instance as u8, asn, address, neighbors: Vec::new() };
            speakers.push((rank, device.name(topology), speaker));
        };
        for id in topology.vnet_ids() {
            let vnet = topology.vnet(id);
            for (index, address) in vnet.route_server.iter().flat_map(|server| server.addresses).enumerate() {
                add(0, Device::RouteServer(id), index, AZURE_ASN, Some(address));
            }
            if let Some(gateway) = &vnet.vpn_gateway {
                for (index, address) in gateway.addresses.iter().enumerate() {
                    add(1, Device::VpnGateway(id), index, gateway.asn, Some(*address));
                }
            }
            for (index, address) in vnet.express_route_gateway.iter().flat_map(|gateway| gateway.addresses).enumerate()
            {
                add(2, Device::ExpressRouteGateway(id), index, AZURE_ASN, Some(address));
            }
        }
        for index in 0..topology.circuits.len() {
            for link in 0..2 {
                add(3, Device::Edge(CircuitId(index as u32)), link, MICROSOFT_EDGE_ASN, None);
            }
        }
        for (index, router) in topology.routers.iter().enumerate() {
            if let Some(asn) = router.asn {
                add(4, Device::Router(RouterId(index as u32)), 0, asn, router.address);
            }
        }
        speakers.sort_by(|left, right| (left.0, &left.1, left.2.instance).cmp(&(right.0, &right.1, right.2.instance)));
        for (index, (_, _, speaker)) in speakers.into_iter().enumerate() {
            self.ids.insert((speaker.device, speaker.instance), SpeakerId(index as u32));
            self.network.speakers.push(speaker);
        }
    }

    fn id(&self, device: Device, instance: usize) -> Option<SpeakerId> {
        self.ids.get(&(device, instance as u8)).copied()
    }

    fn end(&self, device: Device, instance: usize) -> Option<End> {
        let speaker = self.id(device, instance)?;
        Some(End { speaker, address: self.network.speaker(speaker).address, maps: RouteMaps::default() })
    }

    /// Joins two ends; policies are those of the routers among them and the route maps of the others. A session that failed is not made.
    fn join(&mut self, kind: SessionKind, a: End, b: End) {
        let instance = |end: &End| {
            let speaker = self.network.speaker(end.speaker);
            (speaker.device.element(), speaker.instance)
        };
        if self.topology.down.has_between(instance(&a), instance(&b)) {
            return;
        }
        let ebgp = self.network.speaker(a.speaker).asn != self.network.speaker(b.speaker).asn;
        let policies = |own: &End, other: &End| -> (Option<Arc<Policy>>, Option<Arc<Policy>>) {
            let peer = self.network.speaker(other.speaker).device.peer_name();
            match self.network.speaker(own.speaker).device {
                Device::Router(router) => {
                    let router = self.topology.router(router);
                    (router.import.for_peer(peer).cloned(), router.export.for_peer(peer).cloned())
                }
                _ => (own.maps.inbound.clone(), own.maps.outbound.clone()),
            }
        };
        let (a_policies, b_policies) = (policies(&a, &b), policies(&b, &a));
        let neighbor =
            |own: &End, other: &End, (import, export): (Option<Arc<Policy>>, Option<Arc<Policy>>)| Neighbor {
                peer: other.speaker,
                reverse: 0,
                kind,
                ebgp,
                local_address: own.address,
                peer_address: other.address,
                import,
                export,
            };
        let (at_a, at_b) = (neighbor(&a, &b, a_policies), neighbor(&b, &a, b_policies));
        self.network.speakers[a.speaker.index()].neighbors.push(at_a);
        self.network.speakers[b.speaker.index()].neighbors.push(at_b);
    }

    fn join_vnet(&mut self, id: VnetId) {
        let vnet = self.topology.vnet(id);
        let (server, vpn, express_route) =
            (Device::RouteServer(id), Device::VpnGateway(id), Device::ExpressRouteGateway(id));
        if let (Some(first), Some(second)) = (self.end(vpn, 0), self.end(vpn, 1)) {
            self.join(SessionKind::GatewaySibling, first, second);
        }
        let Some(route_server) = &vnet.route_server else {
            for (vpn_instance, er_instance) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                if let (Some(a), Some(b)) = (self.end(vpn, vpn_instance), self.end(express_route, er_instance)) {
                    self.join(SessionKind::CoexistingGateways, a, b);
                }
            }
            return;
        };
        for instance in 0..2 {
            for (gateway, maps) in [(vpn, &route_server.vpn_maps), (express_route, &route_server.express_route_maps)] {
                for gateway_instance in 0..2 {
                    if let (Some(a), Some(b)) = (self.end(server, instance), self.end(gateway, gateway_instance)) {
                        self.join(SessionKind::RouteServerGateway, End { maps: maps.clone(), ..a }, b);
                    }
                }
            }
            // Route server and NVA speak over the VNet or a connected peering; anything else cannot come up.
            let reachable = |peer: &&RouteServerPeer| self.topology.may_peer(id, peer.router);
            for peer in route_server.peers.iter().filter(|peer| peer.instances[instance]).filter(reachable) {
                if let (Some(a), Some(b)) = (self.end(server, instance), self.end(Device::Router(peer.router), 0)) {
                    self.join(SessionKind::RouteServerNva, End { maps: peer.route_maps.clone(), ..a }, b);
                }
            }
        }
    }

    fn join_tunnels(&mut self) {
        for (index, tunnel) in self.topology.tunnels.iter().enumerate().filter(|(_, tunnel)| tunnel.bgp) {
            let kind = SessionKind::Tunnel(index as u32, tunnel.kind.into());
            let [first, second] = &tunnel.sides;
            let device = |end: TunnelEnd| match end {
                TunnelEnd::Gateway(vnet) => Device::VpnGateway(vnet),
                TunnelEnd::Router(router) => Device::Router(router),
            };
            for a_instance in (0..2).filter(|instance| first.instances[*instance]) {
                for b_instance in (0..2).filter(|instance| second.instances[*instance]) {
                    let ends = (self.end(device(first.end), a_instance), self.end(device(second.end), b_instance));
                    if let (Some(a), Some(b)) = ends {
                        let (a_address, b_address) = (first.address.or(a.address), second.address.or(b.address));
                        self.join(kind, End { address: a_address, ..a }, End { address: b_address, ..b });
                    }
                }
            }
        }
    }

    fn join_circuits(&mut self) {
        for (index, circuit) in self.topology.circuits.iter().enumerate() {
            for link in 0..2 {
                let edge = |builder: &Self, address| {
                    builder.end(Device::Edge(CircuitId(index as u32)), link).map(|end| End { address, ..end })
                };
                for vnet in &circuit.gateways {
                    let Some(gateway) = &self.topology.vnet(*vnet).express_route_gateway else { continue };
                    let address = Some(gateway.edge_addresses[link]).filter(|address| !address.is_unspecified());
                    for instance in 0..2 {
                        if let (Some(a), Some(b)) =
                            (edge(self, address), self.end(Device::ExpressRouteGateway(*vnet), instance))
                        {
                            self.join(SessionKind::EdgeGateway, a, b);
                        }
                    }
                }
                for site in &circuit.sites {
                    let (customer, microsoft) = circuit.links[link].unzip();
                    if let (Some(a), Some(b)) = (edge(self, microsoft), self.end(Device::Router(*site), 0)) {
                        self.join(SessionKind::EdgeSite, a, End { address: customer, ..b });
                    }
                }
            }
        }
    }

    fn join_routers(&mut self) {
        for session in &self.topology.sessions {
            let [first, second] = session.ends;
            if let (Some(a), Some(b)) = (self.end(Device::Router(first), 0), self.end(Device::Router(second), 0)) {
                let (a_address, b_address) = (session.addresses[0].or(a.address), session.addresses[1].or(b.address));
                self.join(SessionKind::Routers, End { address: a_address, ..a }, End { address: b_address, ..b });
            }
        }
    }

    /// Sorts neighbours by address.
    fn finish(mut self) -> Network {
        for speaker in &mut self.network.speakers {
            speaker.neighbors.sort_by_key(|neighbor| {
                (
                    neighbor.peer_address.is_none(),
                    neighbor.peer_address,
                    neighbor.peer,
                    neighbor.kind,
                    neighbor.local_address,
                )
            });
        }
        connect(&mut self.network);
        self.network
    }
}

/// Tells each end of a session where the other end keeps it.
fn connect(network: &mut Network) {
    for id in network.ids() {
        for index in 0..network.speaker(id).neighbors.len() {
            let own = &network.speaker(id).neighbors[index];
            // Two routers may be joined more than once; the addresses tell such sessions apart.
            let same = |other: &Neighbor| {
                (other.peer, other.kind, other.local_address, other.peer_address)
                    == (id, own.kind, own.peer_address, own.local_address)
            };
            let reverse = network.speaker(own.peer).neighbors.iter().position(same);
            let reverse = reverse.expect("sessions are added and cut at both ends");
            network.speakers[id.index()].neighbors[index].reverse = reverse;
        }
    }
}

/// Takes sessions down: both ends forget each other.
pub(super) fn cut(network: &mut Network, down: impl Fn(Device, Device) -> bool) {
    let devices: Vec<Device> = network.speakers.iter().map(|speaker| speaker.device).collect();
    for speaker in &mut network.speakers {
        let own = speaker.device;
        speaker.neighbors.retain(|neighbor| !down(own, devices[neighbor.peer.index()]));
    }
    connect(network);
}
