//! Speakers and the sessions that join them.
//!
//! The order of speakers and of neighbours follows names and addresses, never the order of the file: the answer may not depend on it.

use crate::net::Asn;
use crate::topology::{CircuitId, ConnectionKind, Element, PeerName, Policy, RouterId, Topology, VnetId};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// One BGP process, in canonical order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpeakerId(pub u32);

impl SpeakerId {
    /// The index into [`Network::speakers`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a speaker is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// The route server of a VNet; two instances.
    RouteServer(VnetId),
    /// The VPN gateway of a VNet; one or two instances.
    VpnGateway(VnetId),
    /// The ExpressRoute gateway of a VNet; two instances.
    ExpressRouteGateway(VnetId),
    /// The Microsoft edge routers of a circuit; two.
    Edge(CircuitId),
    /// An NVA or a site.
    Router(RouterId),
}

impl Device {
    /// The name users write: `hub/route_server`, `hub/vpn_gateway`, `fw1`, `er1`.
    pub fn name(self, topology: &Topology) -> String {
        match self {
            Device::RouteServer(vnet) => format!("{}/route_server", topology.vnet(vnet).name),
            Device::VpnGateway(vnet) => format!("{}/vpn_gateway", topology.vnet(vnet).name),
            Device::ExpressRouteGateway(vnet) => format!("{}/express_route_gateway", topology.vnet(vnet).name),
            Device::Edge(circuit) => topology.circuit(circuit).name.clone(),
            Device::Router(router) => topology.router(router).name.clone(),
        }
    }

    /// As something that can fail.
    pub fn element(self) -> Element {
        match self {
            Device::RouteServer(vnet) => Element::RouteServer(vnet),
            Device::VpnGateway(vnet) => Element::VpnGateway(vnet),
            Device::ExpressRouteGateway(vnet) => Element::ExpressRouteGateway(vnet),
            Device::Edge(circuit) => Element::Circuit(circuit),
            Device::Router(router) => Element::Router(router),
        }
    }

    /// The VNet of a route server or a gateway.
    pub fn vnet(self) -> Option<VnetId> {
        match self {
            Device::RouteServer(vnet) | Device::VpnGateway(vnet) | Device::ExpressRouteGateway(vnet) => Some(vnet),
            Device::Edge(_) | Device::Router(_) => None,
        }
    }

    /// The name that policies use for it.
    pub fn peer_name(self) -> PeerName {
        match self {
            Device::RouteServer(vnet) | Device::VpnGateway(vnet) | Device::ExpressRouteGateway(vnet) => {
                PeerName::Vnet(vnet)
            }
            Device::Edge(circuit) => PeerName::Circuit(circuit),
            Device::Router(router) => PeerName::Router(router),
        }
    }
}

/// What joins two speakers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {
    /// A route server instance and an NVA.
    RouteServerNva,
    /// A route server instance and a gateway instance of its VNet.
    RouteServerGateway,
    /// The two instances of a VPN gateway.
    GatewaySibling,
    /// A VPN and an ExpressRoute gateway of one VNet without route server.
    CoexistingGateways,
    /// A VPN tunnel, by index into the topology's tunnels.
    Tunnel(u32, TunnelType),
    /// An edge router and an ExpressRoute gateway instance.
    EdgeGateway,
    /// An edge router and a site.
    EdgeSite,
    /// Two routers.
    Routers,
}

/// The type of a tunnel, ordered so that it can be part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TunnelType {
    /// Through a local network gateway.
    IPsec,
    /// Gateway to gateway.
    Vnet2Vnet,
}

impl From<ConnectionKind> for TunnelType {
    fn from(kind: ConnectionKind) -> Self {
        match kind {
            ConnectionKind::IPsec => TunnelType::IPsec,
            ConnectionKind::Vnet2Vnet => TunnelType::Vnet2Vnet,
        }
    }
}

/// One end of a session, as its owner sees the other end.
#[derive(Debug, Clone)]
pub struct Neighbor {
    /// The speaker at the other end.
    pub peer: SpeakerId,
    /// The index of this session among the other end's neighbours.
    pub reverse: usize,
    /// What joins them.
    pub kind: SessionKind,
    /// The ASNs differ.
    pub ebgp: bool,
    /// The owner's address on it.
    pub local_address: Option<Ipv4Addr>,
    /// The other end's address on it.
    pub peer_address: Option<Ipv4Addr>,
    /// Policy on what is received.
    pub import: Option<Arc<Policy>>,
    /// Policy on what is sent.
    pub export: Option<Arc<Policy>>,
}

/// One BGP process and its sessions.
#[derive(Debug, Clone)]
pub struct Speaker {
    /// What it is part of.
    pub device: Device,
    /// Which instance, from 0.
    pub instance: u8,
    /// Its ASN.
    pub asn: Asn,
    /// Its own address, where known.
    pub address: Option<Ipv4Addr>,
    /// Its sessions, by the address of the other end.
    pub neighbors: Vec<Neighbor>,
}

/// All speakers of an estate.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// In canonical order.
    pub speakers: Vec<Speaker>,
}

impl Network {
    /// A speaker.
    pub fn speaker(&self, id: SpeakerId) -> &Speaker {
        &self.speakers[id.index()]
    }

    /// All ids in order.
    pub fn ids(&self) -> impl Iterator<Item = SpeakerId> + use<> {
        (0..self.speakers.len() as u32).map(SpeakerId)
    }

    /// The instances of a device, in order.
    pub fn instances(&self, device: Device) -> impl Iterator<Item = SpeakerId> {
        self.ids().filter(move |id| self.speaker(*id).device == device)
    }
}
