//! The types of a resolved estate.

mod policy;

pub use policy::{PeerName, PeerPolicies, Policy, Rule};

use super::Outages;
use crate::azure::facts::Facts;
use crate::azure::{BASTION_SUBNET, FIREWALL_MANAGEMENT_SUBNET, FIREWALL_SUBNET, GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::net::{AsPath, Asn, Community};
use crate::source::Span;
pub use crate::syntax::document::{
    ConnectionKind, EndpointPolicies, Origin, PeeringState, RoutingPreference, UserNextHop, UserPrefix,
};
use ipnet::{Ipv4Net, Ipv6Net};
use std::net::Ipv4Addr;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index into the list that the id belongs to.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// A VNet, in file order.
    VnetId
);
id!(
    /// An NVA or a site, NVAs first, in file order.
    RouterId
);
id!(
    /// An ExpressRoute circuit, in file order.
    CircuitId
);
id!(
    /// A route table, in file order.
    RouteTableId
);

/// A subnet by its VNet and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubnetId {
    /// The VNet.
    pub vnet: VnetId,
    /// Its index among the VNet's subnets.
    pub index: u32,
}

/// The whole estate.
#[derive(Debug, Clone)]
pub struct Topology {
    /// What is taken to be true of Azure.
    pub facts: Facts,
    /// VNets in file order.
    pub vnets: Vec<Vnet>,
    /// NVAs, then sites, in file order.
    pub routers: Vec<Router>,
    /// Load balancers in file order.
    pub load_balancers: Vec<LoadBalancer>,
    /// Circuits in file order.
    pub circuits: Vec<Circuit>,
    /// VPN tunnels.
    pub tunnels: Vec<Tunnel>,
    /// BGP that Azure does not see.
    pub sessions: Vec<Session>,
    /// Route tables in file order.
    pub route_tables: Vec<RouteTable>,
    /// What has failed.
    pub down: Outages,
}

impl Topology {
    /// A VNet.
    pub fn vnet(&self, id: VnetId) -> &Vnet {
        &self.vnets[id.index()]
    }

    /// An NVA or a site.
    pub fn router(&self, id: RouterId) -> &Router {
        &self.routers[id.index()]
    }

    /// A circuit.
    pub fn circuit(&self, id: CircuitId) -> &Circuit {
        &self.circuits[id.index()]
    }

    /// A subnet.
    pub fn subnet(&self, id: SubnetId) -> &Subnet {
        &self.vnet(id.vnet).subnets[id.index as usize]
    }

    /// Ids of all VNets in file order.
    pub fn vnet_ids(&self) -> impl Iterator<Item = VnetId> + use<> {
        (0..self.vnets.len() as u32).map(VnetId)
    }

    /// Ids of all subnets of a VNet in file order.
    pub fn subnet_ids(&self, vnet: VnetId) -> impl Iterator<Item = SubnetId> + use<> {
        (0..self.vnet(vnet).subnets.len() as u32).map(move |index| SubnetId { vnet, index })
    }

    /// `vnet/subnet`.
    pub fn subnet_name(&self, id: SubnetId) -> String {
        format!("{}/{}", self.vnet(id.vnet).name, self.subnet(id).name)
    }

    /// True when an address is in a VNet, or in what the VNet sees of a VNet connected to it by a peering.
    pub fn reaches(&self, from: VnetId, address: Ipv4Addr) -> bool {
        let vnet = self.vnet(from);
        let peered = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
        vnet.ranges.iter().chain(peered).any(|range| range.contains(&address))
    }

    /// True for a subnet that holds machines of its user, not of the platform or of an appliance, and no private endpoints: the
    /// routes of their subnet do not decide how those answer (private endpoint network policies page, 2023-07-26).
    pub fn is_workload(&self, id: SubnetId) -> bool {
        const PLATFORM: &[&str] =
            &[GATEWAY_SUBNET, ROUTE_SERVER_SUBNET, BASTION_SUBNET, FIREWALL_SUBNET, FIREWALL_MANAGEMENT_SUBNET];
        let balancer = self.load_balancers.iter().any(|balancer| balancer.subnet == id);
        !PLATFORM.contains(&self.subnet(id).name.as_str())
            && self.subnet(id).private_endpoints.is_empty()
            && !balancer
            && !self.routers.iter().flat_map(|router| router.nics()).any(|(subnet, _)| subnet == id)
    }

    /// True when the route server of a VNet can hold a session with a router: an NVA with an address that the VNet reaches.
    pub fn may_peer(&self, host: VnetId, router: RouterId) -> bool {
        let router = self.router(router);
        router.is_nva() && router.address.is_none_or(|address| self.reaches(host, address))
    }

    /// The VNets that may use the gateways and the route server of `host`, each with the ranges `host` sees of it.
    pub fn transit_spokes(&self, host: VnetId) -> impl Iterator<Item = (VnetId, &[Ipv4Net])> {
        let links = self.vnet(host).links.iter();
        links.filter(|link| link.lends_to_remote).map(|link| (link.remote, link.remote_ranges.as_slice()))
    }
}

/// A virtual network.
#[derive(Debug, Clone)]
pub struct Vnet {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// Azure region, as written.
    pub region: Option<String>,
    /// IPv4 ranges.
    pub ranges: Vec<Ipv4Net>,
    /// IPv6 ranges; not routed.
    pub ipv6_ranges: Vec<Ipv6Net>,
    /// Subnets in file order.
    pub subnets: Vec<Subnet>,
    /// The route server in it.
    pub route_server: Option<RouteServer>,
    /// The VPN gateway in it.
    pub vpn_gateway: Option<VpnGateway>,
    /// The ExpressRoute gateway in it.
    pub express_route_gateway: Option<ExpressRouteGateway>,
    /// Virtual machines in it, as far as written.
    pub virtual_machines: Option<u32>,
    /// What its gateways announce instead of the ranges covered.
    pub summarized_gateway_prefixes: Vec<Ipv4Net>,
    /// Peerings, seen from this VNet.
    pub links: Vec<Link>,
    /// The VNet whose gateways and route server program routes here: itself, the one it borrows from, or none.
    pub provider: Option<VnetId>,
}

impl Vnet {
    /// True when a route server or a gateway is in it.
    pub fn hosts_routing(&self) -> bool {
        self.route_server.is_some() || self.vpn_gateway.is_some() || self.express_route_gateway.is_some()
    }

    /// True when a prefix is equal to or inside one of its ranges.
    pub fn covers(&self, prefix: Ipv4Net) -> bool {
        self.ranges.iter().any(|range| range.contains(&prefix))
    }
}

/// A subnet.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// IPv4 ranges.
    pub ranges: Vec<Ipv4Net>,
    /// Its route table.
    pub route_table: Option<RouteTableId>,
    /// Services with a service endpoint.
    pub service_endpoints: Vec<String>,
    /// Private endpoints in it.
    pub private_endpoints: Vec<PrivateEndpoint>,
    /// Whether route tables apply to its private endpoints.
    pub endpoint_policies: EndpointPolicies,
}

/// A private endpoint.
#[derive(Debug, Clone)]
pub struct PrivateEndpoint {
    /// Name.
    pub name: String,
    /// Address.
    pub address: Ipv4Addr,
    /// Where it is written.
    pub span: Span,
}

/// One side of a peering: what one VNet gets from it.
#[derive(Debug, Clone)]
pub struct Link {
    /// The other VNet.
    pub remote: VnetId,
    /// Where it is written.
    pub span: Span,
    /// Both sides exist and are connected; nothing below counts otherwise.
    pub connected: bool,
    /// The regions differ.
    pub global: bool,
    /// Ranges of the other VNet that this side sees: all of them, the listed subnets, or those of the last sync.
    pub remote_ranges: Vec<Ipv4Net>,
    /// `allowForwardedTraffic` of this side.
    pub allow_forwarded_traffic: bool,
    /// `allowVirtualNetworkAccess` of this side.
    pub allow_virtual_network_access: bool,
    /// `allowGatewayTransit` of this side, as written.
    pub allow_gateway_transit: bool,
    /// `useRemoteGateways` of this side, as written.
    pub use_remote_gateways: bool,
    /// Where the flags of this side are written.
    pub spans: FlagSpans,
    /// `peeringState` of this side, where written.
    pub state: Option<PeeringState>,
    /// `peerCompleteVnets`: false of a subnet peering.
    pub complete: bool,
    /// This side allows gateway transit and the other uses it.
    pub lends_to_remote: bool,
    /// This side uses the other's gateways and the other allows it.
    pub borrows_from_remote: bool,
}

/// Where the flags of one side of a peering are written; the entry itself where a flag is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagSpans {
    /// `use_remote_gateways`.
    pub use_remote_gateways: Span,
    /// `allow_gateway_transit`.
    pub allow_gateway_transit: Span,
    /// `allow_forwarded_traffic`.
    pub allow_forwarded_traffic: Span,
    /// `allow_virtual_network_access`.
    pub allow_virtual_network_access: Span,
}

/// A route server. Always ASN 65515 and two instances.
#[derive(Debug, Clone)]
pub struct RouteServer {
    /// Display name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// `allowBranchToBranchTraffic`.
    pub branch_to_branch: bool,
    /// `hubRoutingPreference`.
    pub preference: RoutingPreference,
    /// Addresses of the two instances.
    pub addresses: [Ipv4Addr; 2],
    /// `routingInfrastructureUnits`: each serves a part of the virtual machines.
    pub routing_infrastructure_units: u32,
    /// BGP connections.
    pub peers: Vec<RouteServerPeer>,
    /// Route maps towards the ExpressRoute gateway.
    pub express_route_maps: RouteMaps,
    /// Route maps towards the VPN gateway.
    pub vpn_maps: RouteMaps,
}

/// A BGP connection of a route server to an NVA.
#[derive(Debug, Clone)]
pub struct RouteServerPeer {
    /// The NVA.
    pub router: RouterId,
    /// Which instances peer with it.
    pub instances: [bool; 2],
    /// Display name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// Azure's route maps on it.
    pub route_maps: RouteMaps,
}

/// A pair of route maps.
#[derive(Debug, Clone, Default)]
pub struct RouteMaps {
    /// Applied before best path.
    pub inbound: Option<Arc<Policy>>,
    /// Applied to what is sent.
    pub outbound: Option<Arc<Policy>>,
}

/// A VPN gateway.
#[derive(Debug, Clone)]
pub struct VpnGateway {
    /// Display name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// BGP ASN.
    pub asn: Asn,
    /// Two active instances.
    pub active_active: bool,
    /// BGP address of each instance: one, or two when active-active.
    pub addresses: Vec<Ipv4Addr>,
    /// Public addresses, as far as written.
    pub public_ips: Vec<Ipv4Addr>,
    /// Point-to-site pools.
    pub client_pools: Vec<Ipv4Net>,
}

/// An ExpressRoute gateway. Always ASN 65515 and two instances.
#[derive(Debug, Clone)]
pub struct ExpressRouteGateway {
    /// Display name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// Addresses of the two instances.
    pub addresses: [Ipv4Addr; 2],
    /// Addresses of the two Microsoft edge routers in GatewaySubnet.
    pub edge_addresses: [Ipv4Addr; 2],
}

/// What a router is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouterKind {
    /// In a subnet of Azure.
    Nva {
        /// The subnet of its BGP address.
        subnet: SubnetId,
        /// Further NICs.
        interfaces: Vec<(SubnetId, Ipv4Addr)>,
    },
    /// Outside Azure.
    Site,
}

/// An NVA, an appliance without BGP, or an on-premises router.
#[derive(Debug, Clone)]
pub struct Router {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// NVA or site.
    pub kind: RouterKind,
    /// The address BGP runs from; sites may leave it open.
    pub address: Option<Ipv4Addr>,
    /// None: speaks no BGP.
    pub asn: Option<Asn>,
    /// What it originates.
    pub originates: Vec<Origination>,
    /// Passes on what it learns.
    pub readvertise: bool,
    /// Never back to the session a route came from.
    pub split_horizon: bool,
    /// Replaces the peer's ASN by its own before sending.
    pub as_override: bool,
    /// Puts itself as next hop on iBGP too.
    pub next_hop_self: bool,
    /// Accepts paths that hold its own ASN.
    pub allow_as_in: bool,
    /// Policies on what it receives.
    pub import: PeerPolicies,
    /// Policies on what it sends.
    pub export: PeerPolicies,
    /// `enableIPForwarding`.
    pub ip_forwarding: bool,
    /// Translates sources.
    pub snat: bool,
}

impl Router {
    /// In a subnet of Azure.
    pub fn is_nva(&self) -> bool {
        matches!(self.kind, RouterKind::Nva { .. })
    }

    /// Every NIC with its subnet and address, that of the BGP address first; none of a site.
    pub fn nics(&self) -> impl Iterator<Item = (SubnetId, Option<Ipv4Addr>)> {
        let (first, further) = match &self.kind {
            RouterKind::Nva { subnet, interfaces } => (Some((*subnet, self.address)), interfaces.as_slice()),
            RouterKind::Site => (None, &[][..]),
        };
        first.into_iter().chain(further.iter().map(|(subnet, address)| (*subnet, Some(*address))))
    }

    /// The VNet of its BGP address; none of a site.
    pub fn vnet(&self) -> Option<VnetId> {
        match &self.kind {
            RouterKind::Nva { subnet, .. } => Some(subnet.vnet),
            RouterKind::Site => None,
        }
    }
}

/// One prefix that a router originates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origination {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The path behind the router, its own ASN not included.
    pub path: AsPath,
    /// A next hop other than the router.
    pub next_hop: Option<Ipv4Addr>,
    /// Communities, sorted.
    pub communities: Vec<Community>,
    /// BGP origin.
    pub origin: Origin,
    /// Where it is written.
    pub span: Span,
}

/// A load balancer.
#[derive(Debug, Clone)]
pub struct LoadBalancer {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// Subnet of the frontend.
    pub subnet: SubnetId,
    /// Frontend address.
    pub address: Ipv4Addr,
    /// NVAs behind it.
    pub backends: Vec<RouterId>,
    /// A rule for all ports.
    pub ha_ports: bool,
}

/// An ExpressRoute circuit.
#[derive(Debug, Clone)]
pub struct Circuit {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// VNets whose ExpressRoute gateway is connected.
    pub gateways: Vec<VnetId>,
    /// Routers behind it.
    pub sites: Vec<RouterId>,
    /// Customer and Microsoft address of the primary and the secondary link, as far as written.
    pub links: [Option<(Ipv4Addr, Ipv4Addr)>; 2],
}

/// One end of a VPN tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TunnelEnd {
    /// The VPN gateway of a VNet.
    Gateway(VnetId),
    /// A site or an NVA.
    Router(RouterId),
}

/// One side of a VPN tunnel.
#[derive(Debug, Clone)]
pub struct TunnelSide {
    /// Which end it is.
    pub end: TunnelEnd,
    /// Gateway instances that carry it; always both for a router.
    pub instances: [bool; 2],
    /// Prefixes that this side routes into the tunnel without BGP (the local network gateway it points at).
    pub static_prefixes: Vec<Ipv4Net>,
    /// BGP address of this side when it is not the end's own.
    pub address: Option<Ipv4Addr>,
}

/// A VPN connection.
#[derive(Debug, Clone)]
pub struct Tunnel {
    /// The two sides.
    pub sides: [TunnelSide; 2],
    /// Whether BGP runs through it.
    pub bgp: bool,
    /// IPsec or VNet-to-VNet.
    pub kind: ConnectionKind,
    /// Where it is written.
    pub span: Span,
}

/// BGP between two routers.
#[derive(Debug, Clone)]
pub struct Session {
    /// The two ends.
    pub ends: [RouterId; 2],
    /// Address of each end on this session, when it is not the end's own.
    pub addresses: [Option<Ipv4Addr>; 2],
    /// Where it is written.
    pub span: Span,
}

/// A route table.
#[derive(Debug, Clone)]
pub struct RouteTable {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// False removes what gateways and route servers bring.
    pub propagation: bool,
    /// Routes in file order.
    pub routes: Vec<UserRoute>,
}

/// A user-defined route.
#[derive(Debug, Clone)]
pub struct UserRoute {
    /// Name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// What it matches.
    pub prefix: UserPrefix,
    /// Where it sends.
    pub next_hop: UserNextHop,
}
