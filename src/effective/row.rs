//! One row of an effective route table, in Azure's words.

use crate::azure::facts::FactSet;
use crate::bgp::ClassId;
use ipnet::Ipv4Net;
use std::fmt;
use std::net::Ipv4Addr;

/// Where a row comes from, as az spells `source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteSource {
    /// A system route.
    Default,
    /// From a gateway or a route server.
    VirtualNetworkGateway,
    /// User-defined.
    User,
}

impl RouteSource {
    /// The word az prints.
    pub fn word(self) -> &'static str {
        match self {
            RouteSource::Default => "Default",
            RouteSource::VirtualNetworkGateway => "VirtualNetworkGateway",
            RouteSource::User => "User",
        }
    }
}

/// What a row does with a packet, as az spells `nextHopType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextHopType {
    /// Inside the VNet.
    VnetLocal,
    /// To a peered VNet of the same region.
    VNetPeering,
    /// To a peered VNet of another region.
    VNetGlobalPeering,
    /// To what a gateway or a route server says.
    VirtualNetworkGateway,
    /// To an appliance.
    VirtualAppliance,
    /// To the internet.
    Internet,
    /// Nowhere.
    None,
    /// To a service through its endpoint.
    VirtualNetworkServiceEndpoint,
    /// To a private endpoint.
    InterfaceEndpoint,
}

impl NextHopType {
    /// The word az prints.
    pub fn word(self) -> &'static str {
        match self {
            NextHopType::VnetLocal => "VnetLocal",
            NextHopType::VNetPeering => "VNetPeering",
            NextHopType::VNetGlobalPeering => "VNetGlobalPeering",
            NextHopType::VirtualNetworkGateway => "VirtualNetworkGateway",
            NextHopType::VirtualAppliance => "VirtualAppliance",
            NextHopType::Internet => "Internet",
            NextHopType::None => "None",
            NextHopType::VirtualNetworkServiceEndpoint => "VirtualNetworkServiceEndpoint",
            NextHopType::InterfaceEndpoint => "InterfaceEndpoint",
        }
    }
}

/// What a row matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowPrefix {
    /// An address range.
    Range(Ipv4Net),
    /// A service tag or a service; its ranges are not known offline.
    Service(String),
}

impl fmt::Display for RowPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowPrefix::Range(range) => write!(f, "{range}"),
            RowPrefix::Service(name) => f.write_str(name),
        }
    }
}

/// A next hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hop {
    /// An address.
    Address(Ipv4Addr),
    /// An address of Microsoft's fabric that stands for an ExpressRoute circuit; no topology tells it.
    ExpressRouteFabric,
    /// The public address of an active-passive VPN gateway that the topology does not say.
    GatewayPublicAddress,
}

/// Why a row does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvalidReason {
    /// A user-defined route of this name has the same prefix.
    OverriddenBy(String),
    /// A user-defined route of this name covers the private endpoint, and network policies are on.
    EndpointCoveredBy(String),
    /// Its next hop is VirtualNetworkGateway, and there is no VPN gateway.
    NoVpnGateway,
    /// Its next hop is outside the VNet and its peerings.
    UnreachableNextHop,
}

impl InvalidReason {
    /// The reason in a clause.
    pub fn words(&self) -> String {
        match self {
            InvalidReason::OverriddenBy(name) => format!("the user-defined route `{name}` has the same prefix"),
            InvalidReason::EndpointCoveredBy(name) => {
                format!("the user-defined route `{name}` covers it and network policies are on")
            }
            InvalidReason::NoVpnGateway => "there is no VPN gateway to send to".into(),
            InvalidReason::UnreachableNextHop => "its next hop is outside the VNet and its peerings".into(),
        }
    }
}

/// Whether a row counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It takes part in longest-prefix match.
    Active,
    /// It is listed only.
    Invalid(InvalidReason),
}

impl State {
    /// The word az prints.
    pub fn word(&self) -> &'static str {
        match self {
            State::Active => "Active",
            State::Invalid(_) => "Invalid",
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it comes from.
    pub source: RouteSource,
    /// Whether it counts.
    pub state: State,
    /// What it matches.
    pub prefix: RowPrefix,
    /// What it does.
    pub next_hop_type: NextHopType,
    /// Where to, in ascending order; several are equal-cost.
    pub next_hops: Vec<Hop>,
    /// Name of a user-defined route, a peered VNet or a private endpoint.
    pub name: Option<String>,
    /// Open facts on which it rests.
    pub rests_on: FactSet,
    /// The class of a gateway row.
    pub class: Option<ClassId>,
}
