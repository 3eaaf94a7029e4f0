//! A topology as it was written: every leaf with its place, names not yet looked up.
//!
//! No defaults that depend on another object and no lookups belong here; `topology` does both.

mod expectation;

use crate::net::{AsPath, Asn, Community};
use crate::source::{Span, Spanned};
pub use expectation::{Expectation, Group, Subject, Survival, Target};
use ipnet::{IpNet, Ipv4Net};
use std::fmt;
use std::net::Ipv4Addr;

/// A named object of a map: name, body and the place of the name.
#[derive(Debug, Clone)]
pub struct Named<T> {
    /// The key.
    pub name: Spanned<String>,
    /// What stands under it.
    pub body: T,
}

/// The whole file after overlays.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// `as_of`: the day whose Azure is meant, as `YYYY-MM-DD`.
    pub as_of: Option<Spanned<String>>,
    /// `facts`: name and value as written.
    pub facts: Vec<Named<Spanned<String>>>,
    /// `vnets`.
    pub vnets: Vec<Named<Vnet>>,
    /// `peerings`.
    pub peerings: Vec<Peering>,
    /// `nvas`.
    pub nvas: Vec<Named<Router>>,
    /// `load_balancers`.
    pub load_balancers: Vec<Named<LoadBalancer>>,
    /// `sites`.
    pub sites: Vec<Named<Router>>,
    /// `connections`.
    pub connections: Vec<Connection>,
    /// `circuits`.
    pub circuits: Vec<Named<Circuit>>,
    /// `sessions`.
    pub sessions: Vec<Session>,
    /// `route_tables`.
    pub route_tables: Vec<Named<RouteTable>>,
    /// `route_maps`.
    pub route_maps: Vec<Named<Vec<Rule>>>,
    /// `expect`.
    pub expect: Vec<Expectation>,
}

/// One entry of `vnets`.
#[derive(Debug, Clone, Default)]
pub struct Vnet {
    /// Azure region.
    pub region: Option<Spanned<String>>,
    /// Address ranges, IPv4 and IPv6.
    pub address_space: Vec<Spanned<IpNet>>,
    /// Subnets in file order.
    pub subnets: Vec<Named<Subnet>>,
    /// The route server in this VNet; Azure refuses a second one.
    pub route_servers: Vec<Spanned<RouteServer>>,
    /// The VPN gateway in this VNet.
    pub vpn_gateway: Option<Spanned<VpnGateway>>,
    /// The ExpressRoute gateway in this VNet.
    pub express_route_gateway: Option<Spanned<ExpressRouteGateway>>,
    /// What the gateways announce instead of the ranges it covers.
    pub summarized_gateway_prefixes: Vec<Spanned<Ipv4Net>>,
    /// How many virtual machines there are.
    pub virtual_machines: Option<Spanned<u32>>,
    /// The Virtual WAN hub this VNet is connected to.
    pub virtual_wan_hub: Option<Spanned<String>>,
}

/// One entry of `subnets`.
#[derive(Debug, Clone, Default)]
pub struct Subnet {
    /// Address ranges.
    pub prefixes: Vec<Spanned<IpNet>>,
    /// Name of a route table.
    pub route_table: Option<Spanned<String>>,
    /// Service names such as `Microsoft.Storage`.
    pub service_endpoints: Vec<Spanned<String>>,
    /// Name and address of each private endpoint.
    pub private_endpoints: Vec<Named<Spanned<Ipv4Addr>>>,
    /// Whether route tables and NSGs apply to private endpoints of this subnet.
    pub private_endpoint_network_policies: Option<Spanned<EndpointPolicies>>,
    /// The service the subnet is delegated to.
    pub delegation: Option<Spanned<String>>,
    /// Name of a network security group.
    pub network_security_group: Option<Spanned<String>>,
    /// Name of a service endpoint policy.
    pub service_endpoint_policy: Option<Spanned<String>>,
}

/// `private_endpoint_network_policies`, as ARM spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointPolicies {
    /// Neither applies (Azure's default).
    #[default]
    Disabled,
    /// Both apply.
    Enabled,
    /// Only NSGs apply.
    NetworkSecurityGroupEnabled,
    /// Only route tables apply.
    RouteTableEnabled,
}

/// `hub_routing_preference`, as ARM spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoutingPreference {
    /// ExpressRoute before VPN and NVAs (Azure's default).
    #[default]
    ExpressRoute,
    /// VPN and NVAs before ExpressRoute.
    VpnGateway,
    /// The shortest AS path first.
    AsPath,
}

/// `route_server`.
#[derive(Debug, Clone, Default)]
pub struct RouteServer {
    /// Display name.
    pub name: Option<Spanned<String>>,
    /// `allowBranchToBranchTraffic`.
    pub branch_to_branch: Option<Spanned<bool>>,
    /// `hubRoutingPreference`.
    pub hub_routing_preference: Option<Spanned<RoutingPreference>>,
    /// Addresses of the two instances.
    pub instance_addresses: Vec<Spanned<Ipv4Addr>>,
    /// `routingInfrastructureUnits`; two when absent.
    pub routing_infrastructure_units: Option<Spanned<u32>>,
    /// BGP connections to NVAs.
    pub peers: Vec<RouteServerPeer>,
    /// Route maps on the connection to the ExpressRoute gateway.
    pub express_route: Option<RouteMapPair>,
    /// Route maps on the connection to the VPN gateway.
    pub vpn: Option<RouteMapPair>,
}

/// One BGP connection of a route server.
#[derive(Debug, Clone)]
pub struct RouteServerPeer {
    /// The NVA by name.
    pub nva: Spanned<String>,
    /// Instances that peer with it (0, 1); empty means both.
    pub instances: Vec<Spanned<u8>>,
    /// Display name.
    pub name: Option<Spanned<String>>,
    /// Azure's route maps on this connection.
    pub route_maps: RouteMapPair,
}

/// `inbound_route_map` and `outbound_route_map`, names of route maps.
#[derive(Debug, Clone, Default)]
pub struct RouteMapPair {
    /// Applied before best path.
    pub inbound: Option<Spanned<String>>,
    /// Applied to what is sent.
    pub outbound: Option<Spanned<String>>,
}

/// `vpn_gateway`.
#[derive(Debug, Clone, Default)]
pub struct VpnGateway {
    /// Display name.
    pub name: Option<Spanned<String>>,
    /// BGP ASN; 65515 when absent.
    pub asn: Option<Spanned<Asn>>,
    /// Two active instances.
    pub active_active: Option<Spanned<bool>>,
    /// BGP addresses of the instances.
    pub instance_addresses: Vec<Spanned<Ipv4Addr>>,
    /// Public addresses.
    pub public_ips: Vec<Spanned<Ipv4Addr>>,
    /// Point-to-site pools.
    pub vpn_client_address_pool: Vec<Spanned<Ipv4Net>>,
}

/// `express_route_gateway`.
#[derive(Debug, Clone, Default)]
pub struct ExpressRouteGateway {
    /// Display name.
    pub name: Option<Spanned<String>>,
    /// Addresses of the instances.
    pub instance_addresses: Vec<Spanned<Ipv4Addr>>,
    /// Addresses of the Microsoft edge routers in GatewaySubnet.
    pub microsoft_edge_addresses: Vec<Spanned<Ipv4Addr>>,
}

/// One entry of `peerings`.
#[derive(Debug, Clone)]
pub struct Peering {
    /// Which VNets, and what the form implies.
    pub form: PeeringForm,
    /// Flags written at the top: both sides, or the one side of a one-way entry.
    pub flags: PeeringFlags,
    /// Flags of one side, by the VNet that owns it.
    pub sides: Vec<Named<PeeringFlags>>,
    /// Short form of a subnet peering: VNet and its subnets that take part.
    pub subnets: Vec<Named<Vec<Spanned<String>>>>,
    /// The entry.
    pub span: Span,
}

impl Peering {
    /// The two VNets; of a one-way entry the owner first.
    pub fn ends(&self) -> (&str, &str) {
        let (PeeringForm::HubSpoke { hub: a, spoke: b }
        | PeeringForm::Between(a, b)
        | PeeringForm::OneWay { local: a, remote: b }) = &self.form;
        (&a.value, &b.value)
    }
}

/// The three ways to write a peering.
#[derive(Debug, Clone)]
pub enum PeeringForm {
    /// Gateway transit from hub to spoke.
    HubSpoke {
        /// The VNet that lends its gateway.
        hub: Spanned<String>,
        /// The VNet that borrows it.
        spoke: Spanned<String>,
    },
    /// Both directions with Azure's defaults.
    Between(Spanned<String>, Spanned<String>),
    /// One direction only.
    OneWay {
        /// The VNet that owns this side.
        local: Spanned<String>,
        /// The other VNet.
        remote: Spanned<String>,
    },
}

/// Flags of one side of a peering; `None` where nothing was written.
#[derive(Debug, Clone, Default)]
pub struct PeeringFlags {
    /// Display name.
    pub name: Option<Spanned<String>>,
    /// `allowVirtualNetworkAccess`.
    pub allow_virtual_network_access: Option<Spanned<bool>>,
    /// `allowForwardedTraffic`.
    pub allow_forwarded_traffic: Option<Spanned<bool>>,
    /// `allowGatewayTransit`.
    pub allow_gateway_transit: Option<Spanned<bool>>,
    /// `useRemoteGateways`.
    pub use_remote_gateways: Option<Spanned<bool>>,
    /// `peeringState`.
    pub state: Option<Spanned<PeeringState>>,
    /// The remote ranges as of the last sync.
    pub remote_address_space: Vec<Spanned<IpNet>>,
    /// `peerCompleteVnets`.
    pub peer_complete_virtual_networks: Option<Spanned<bool>>,
    /// Subnets of this VNet in a subnet peering.
    pub local_subnet_names: Vec<Spanned<String>>,
    /// Subnets of the other VNet in a subnet peering.
    pub remote_subnet_names: Vec<Spanned<String>>,
}

/// `peeringState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeeringState {
    /// Both sides exist.
    Connected,
    /// Only this side exists.
    Initiated,
    /// The other side was deleted.
    Disconnected,
}

/// An NVA or a site: something that may speak BGP and announce prefixes.
#[derive(Debug, Clone, Default)]
pub struct Router {
    /// `vnet/subnet`; NVAs only.
    pub subnet: Option<Spanned<String>>,
    /// The address BGP runs from.
    pub ip: Option<Spanned<Ipv4Addr>>,
    /// Further NICs; NVAs only.
    pub interfaces: Vec<Interface>,
    /// Absent: speaks no BGP.
    pub asn: Option<Spanned<Asn>>,
    /// `advertises` of an NVA, `prefixes` of a site.
    pub originates: Vec<Announcement>,
    /// Passes on what it learns; true when absent.
    pub readvertise: Option<Spanned<bool>>,
    /// Never back to the session a route came from; true when absent.
    pub split_horizon: Option<Spanned<bool>>,
    /// Replaces the peer's ASN by its own before sending.
    pub as_override: Option<Spanned<bool>>,
    /// Puts itself as next hop on iBGP too.
    pub next_hop_self: Option<Spanned<bool>>,
    /// Accepts paths that hold its own ASN.
    pub allow_as_in: Option<Spanned<bool>>,
    /// Policies on what it receives, by peer.
    pub import: Vec<Named<PolicyRef>>,
    /// Policies on what it sends, by peer.
    pub export: Vec<Named<PolicyRef>>,
    /// `enableIPForwarding` of its NIC; true when absent.
    pub ip_forwarding: Option<Spanned<bool>>,
    /// Translates sources, so that replies come back to it.
    pub snat: Option<Spanned<bool>>,
    /// Short form of `connections`; sites only.
    pub vpn: Vec<SiteVpn>,
}

/// A further NIC of an NVA.
#[derive(Debug, Clone)]
pub struct Interface {
    /// `vnet/subnet`.
    pub subnet: Spanned<String>,
    /// Its address.
    pub ip: Spanned<Ipv4Addr>,
}

/// One prefix that a router originates.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The prefix.
    pub prefix: Spanned<IpNet>,
    /// The whole path as the neighbour receives it.
    pub as_path: Option<Box<Spanned<AsPath>>>,
    /// A next hop other than the router itself.
    pub next_hop: Option<Box<Spanned<Ipv4Addr>>>,
    /// Communities.
    pub communities: Vec<Spanned<Community>>,
    /// BGP origin.
    pub origin: Option<Spanned<Origin>>,
}

/// The ORIGIN attribute (RFC 4271, 5.1.1), as az spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Origin {
    /// Interior.
    #[default]
    Igp,
    /// Exterior gateway protocol.
    Egp,
    /// Learned by other means.
    Incomplete,
}

/// One tunnel of a site, written at the site.
#[derive(Debug, Clone)]
pub struct SiteVpn {
    /// The VNet whose VPN gateway it ends at.
    pub gateway: Spanned<String>,
    /// Whether BGP runs; true when the site has an ASN.
    pub bgp: Option<Spanned<bool>>,
    /// Gateway instances that carry it; empty means all.
    pub instances: Vec<Spanned<u8>>,
    /// Prefixes of the local network gateway.
    pub local_network: Vec<Spanned<Ipv4Net>>,
}

/// One entry of `connections`.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The two ends.
    pub between: (Spanned<String>, Spanned<String>),
    /// Whether BGP runs; true when both ends have an ASN.
    pub bgp: Option<Spanned<bool>>,
    /// `connectionType`.
    pub kind: Option<Spanned<ConnectionKind>>,
    /// Instances of a gateway that carry it, by VNet.
    pub instances: Vec<Named<Vec<Spanned<u8>>>>,
    /// Prefixes of the local network gateway that a gateway's connection points at, by VNet.
    pub local_networks: Vec<Named<Vec<Spanned<Ipv4Net>>>>,
    /// BGP address of an end, by its name.
    pub addresses: Vec<Named<Spanned<Ipv4Addr>>>,
    /// The entry.
    pub span: Span,
}

/// `connectionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionKind {
    /// Through a local network gateway.
    IPsec,
    /// Gateway to gateway.
    Vnet2Vnet,
}

/// One entry of `circuits`.
#[derive(Debug, Clone, Default)]
pub struct Circuit {
    /// VNets whose ExpressRoute gateway is connected.
    pub gateways: Vec<Spanned<String>>,
    /// On-premises routers behind it.
    pub sites: Vec<Spanned<String>>,
    /// The /30 of the first link.
    pub primary_peer_address_prefix: Option<Spanned<Ipv4Net>>,
    /// The /30 of the second link.
    pub secondary_peer_address_prefix: Option<Spanned<Ipv4Net>>,
}

/// One entry of `sessions`: BGP that Azure does not see.
#[derive(Debug, Clone)]
pub struct Session {
    /// The two ends, NVAs or sites.
    pub between: (Spanned<String>, Spanned<String>),
    /// Address of an end on this session, by its name.
    pub addresses: Vec<Named<Spanned<Ipv4Addr>>>,
    /// The entry.
    pub span: Span,
}

/// One entry of `load_balancers`.
#[derive(Debug, Clone, Default)]
pub struct LoadBalancer {
    /// `vnet/subnet` of the frontend.
    pub subnet: Option<Spanned<String>>,
    /// Frontend address.
    pub ip: Option<Spanned<Ipv4Addr>>,
    /// NVAs behind it.
    pub backends: Vec<Spanned<String>>,
    /// A rule for all ports; true when absent.
    pub ha_ports: Option<Spanned<bool>>,
}

/// One entry of `route_tables`.
#[derive(Debug, Clone, Default)]
pub struct RouteTable {
    /// False removes what gateways and route servers bring.
    pub bgp_route_propagation: Option<Spanned<bool>>,
    /// User-defined routes in file order.
    pub routes: Vec<Named<UserRoute>>,
}

/// One user-defined route.
#[derive(Debug, Clone)]
pub struct UserRoute {
    /// What it matches.
    pub prefix: Spanned<UserPrefix>,
    /// Where it sends.
    pub next_hop: Spanned<UserNextHop>,
}

/// What a user-defined route matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserPrefix {
    /// An address range.
    Range(IpNet),
    /// A service tag such as `Storage.WestEurope`.
    ServiceTag(String),
}

impl fmt::Display for UserPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UserPrefix::Range(range) => write!(f, "{range}"),
            UserPrefix::ServiceTag(tag) => f.write_str(tag),
        }
    }
}

/// Where a user-defined route sends, as ARM spells `nextHopType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserNextHop {
    /// To the address of an appliance or a load balancer.
    VirtualAppliance(Ipv4Addr),
    /// Inside the VNet.
    VnetLocal,
    /// To the internet.
    Internet,
    /// To the VPN gateway.
    VirtualNetworkGateway,
    /// Nowhere.
    None,
}

/// A policy by name or written in place.
#[derive(Debug, Clone)]
pub enum PolicyRef {
    /// The name of an entry of `route_maps`.
    Name(Spanned<String>),
    /// Rules written where they are used.
    Rules(Vec<Rule>),
}

/// One rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Display name.
    pub name: Option<Spanned<String>>,
    /// All that is written must hold.
    pub matches: Match,
    /// What happens.
    pub then: Actions,
    /// Goes on with the next rule after this one matched.
    pub continues: bool,
    /// The rule.
    pub span: Span,
}

/// Conditions of a rule; an empty list is no condition.
#[derive(Debug, Clone, Default)]
pub struct Match {
    /// Exactly one of these.
    pub prefix: Vec<Spanned<Ipv4Net>>,
    /// One of these or inside it.
    pub within: Vec<Spanned<Ipv4Net>>,
    /// Prefix length from, to.
    pub length: Option<Spanned<(u8, u8)>>,
    /// Any of these ASNs in the path.
    pub as_path_contains: Vec<Spanned<Asn>>,
    /// Exactly this path.
    pub as_path: Option<Spanned<AsPath>>,
    /// Any of these communities.
    pub communities: Vec<Spanned<Community>>,
    /// Peers the route came from; `self` is what the speaker originates.
    pub learned_from: Vec<Spanned<String>>,
}

/// Actions of a rule, applied in the order of the fields.
#[derive(Debug, Clone, Default)]
pub struct Actions {
    /// Discards the route.
    pub drop: bool,
    /// Removes these ASNs from the path.
    pub strip: Vec<Spanned<Asn>>,
    /// Replaces the whole path.
    pub replace_as_path: Option<Spanned<AsPath>>,
    /// The peer's ASN becomes the speaker's own.
    pub as_override: bool,
    /// Put before the path.
    pub prepend: Vec<Spanned<Asn>>,
    /// Announces this prefix instead; path and communities of the parts are lost.
    pub summarize: Option<Spanned<Ipv4Net>>,
    /// Added.
    pub add_communities: Vec<Spanned<Community>>,
    /// Removed.
    pub remove_communities: Vec<Spanned<Community>>,
    /// Replaces all.
    pub communities: Option<Vec<Spanned<Community>>>,
    /// Sets the next hop.
    pub next_hop: Option<Spanned<Ipv4Addr>>,
}
