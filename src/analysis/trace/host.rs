//! The ends of a conversation: what a name or an address means, and the address that stands for a subnet or a site.

use crate::analysis::Estate;
use crate::analysis::forward::{End, Place, is_public};
use crate::topology::{RouterId, SubnetId, Topology, VnetId};
use crate::words::{closest, echo};
use ipnet::Ipv4Net;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An address of the internet that no topology has (RFC 5737).
pub const INTERNET: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// Where a conversation starts or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A NIC of a subnet.
    Subnet(SubnetId),
    /// An NVA itself, or what is behind a site.
    Router(RouterId),
    /// The internet.
    Internet,
}

impl Endpoint {
    /// Where its packets are first decided upon; nowhere for the internet.
    pub fn place(self) -> Option<Place> {
        match self {
            Endpoint::Subnet(id) => Some(Place::Subnet(id)),
            Endpoint::Router(id) => Some(Place::Router(id)),
            Endpoint::Internet => None,
        }
    }

    /// How a way ends that got there.
    pub(super) fn end(self) -> Option<End> {
        match self {
            Endpoint::Subnet(id) => Some(End::Vnet(id.vnet)),
            Endpoint::Router(id) => Some(End::Router(id)),
            Endpoint::Internet => Some(End::Internet),
        }
    }

    /// The name users write.
    pub fn name(self, topology: &Topology) -> String {
        match self {
            Endpoint::Subnet(id) => topology.subnet_name(id),
            Endpoint::Router(id) => topology.router(id).name.clone(),
            Endpoint::Internet => "internet".into(),
        }
    }
}

/// One end of a conversation, with its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Its address.
    pub address: Ipv4Addr,
}

/// What is wrong with the name of a host, and what to write.
pub type HostError = (String, String);

impl Host {
    /// Any host of a subnet that nothing else is told of: the last usable address that is free.
    pub fn in_subnet(estate: &Estate, id: SubnetId) -> Option<Host> {
        let subnet = estate.topology.subnet(id);
        let taken = |address: &Ipv4Addr| {
            estate.forwarding().index.has_owner(*address)
                || subnet.private_endpoints.iter().any(|endpoint| endpoint.address == *address)
        };
        let free = |range: &Ipv4Net| {
            // Azure keeps the first four addresses and the last one of a subnet.
            let (first, last) =
                (u32::from(range.network()).checked_add(4)?, u32::from(range.broadcast()).checked_sub(1)?);
            (first..=last).rev().map(Ipv4Addr::from).find(|address| !taken(address))
        };
        let mut ranges: Vec<&Ipv4Net> = subnet.ranges.iter().collect();
        ranges.sort_unstable();
        ranges.into_iter().find_map(free).map(|address| Host { endpoint: Endpoint::Subnet(id), address })
    }

    /// An NVA itself, or a host behind a site: in its first prefix that is neither a default route nor inside a VNet.
    pub fn at_router(estate: &Estate, id: RouterId) -> Option<Host> {
        let router = estate.topology.router(id);
        let address = if router.is_nva() {
            router.address
        } else {
            router.originates.iter().find_map(|origin| behind(estate, origin.prefix)).or(router.address)
        };
        address.map(|address| Host { endpoint: Endpoint::Router(id), address })
    }

    /// Somebody on the internet.
    pub fn on_the_internet() -> Host {
        Host { endpoint: Endpoint::Internet, address: INTERNET }
    }

    /// Whether a way that ended so got to this host.
    pub fn is_reached(self, topology: &Topology, end: End) -> bool {
        match (self.endpoint, end) {
            (Endpoint::Subnet(id), End::Vnet(vnet)) => id.vnet == vnet,
            (Endpoint::Router(id), End::Router(at)) => id == at || !topology.router(at).is_nva(),
            // The address of an NVA is one of its VNet, too.
            (Endpoint::Router(id), End::Vnet(vnet)) => {
                topology.router(id).nics().any(|(subnet, _)| subnet.vnet == vnet)
            }
            (Endpoint::Internet, End::Internet | End::Router(_)) => true,
            _ => false,
        }
    }

    /// The host that a user means by `spoke1/app`, `branch1`, `fw1`, `internet` or an address.
    ///
    /// # Errors
    /// When there is no such thing, or the address is nobody's.
    pub fn named(estate: &Estate, text: &str) -> Result<Host, HostError> {
        let topology = &estate.topology;
        if text == "internet" {
            return Ok(Host::on_the_internet());
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Host::with_address(estate, address);
        }
        if text.parse::<Ipv6Addr>().is_ok() {
            return Err((
                format!("{text} is an IPv6 address, and IPv4 is followed alone"),
                "write an IPv4 address".into(),
            ));
        }
        if let Some(id) = estate.subnet_named(text) {
            let help = "write an address of it";
            return Host::in_subnet(estate, id)
                .ok_or_else(|| (format!("`{}` has no address that stands for it", echo(text)), help.into()));
        }
        if let Some(index) = topology.routers.iter().position(|router| router.name == text) {
            let help = "write an address behind it";
            return Host::at_router(estate, RouterId(index as u32))
                .ok_or_else(|| (format!("`{}` has no address that stands for it", echo(text)), help.into()));
        }
        Err(nothing_named(estate, text))
    }

    fn with_address(estate: &Estate, address: Ipv4Addr) -> Result<Host, HostError> {
        let topology = &estate.topology;
        let routers = || topology.routers.iter().enumerate().map(|(index, router)| (RouterId(index as u32), router));
        let own = routers()
            .find(|(_, router)| router.address == Some(address) || router.nics().any(|(_, nic)| nic == Some(address)));
        if let Some((id, _)) = own {
            return Ok(Host { endpoint: Endpoint::Router(id), address });
        }
        if let Some(vnet) = estate.forwarding().index.vnet_of(address) {
            let subnet = subnet_holding(topology, vnet, address).ok_or_else(|| {
                let name = &topology.vnet(vnet).name;
                (format!("{address} is in `{name}`, and in no subnet of it"), "write an address of a subnet".to_owned())
            })?;
            return Ok(Host { endpoint: Endpoint::Subnet(subnet), address });
        }
        let behind = routers().filter(|(_, router)| !router.is_nva()).filter_map(|(id, router)| {
            let holding =
                router.originates.iter().map(|origin| origin.prefix).filter(|prefix| prefix.contains(&address));
            holding.map(|prefix| prefix.prefix_len()).max().map(|length| (length, std::cmp::Reverse(id)))
        });
        match behind.max() {
            Some((length, std::cmp::Reverse(id))) if length > 0 || !is_public(address) => {
                Ok(Host { endpoint: Endpoint::Router(id), address })
            }
            _ if is_public(address) => Ok(Host { endpoint: Endpoint::Internet, address }),
            _ => {
                let help = "write a subnet (`vnet/subnet`), a site, an NVA, an address of one of these, or `internet`";
                Err((format!("{address} is in no subnet and behind no site"), help.into()))
            }
        }
    }
}

fn nothing_named(estate: &Estate, text: &str) -> HostError {
    let topology = &estate.topology;
    let subnets: Vec<String> = estate.subnets().map(|id| topology.subnet_name(id)).collect();
    let routers = topology.routers.iter().map(|router| router.name.as_str());
    let inside: Vec<&str> =
        subnets.iter().filter(|name| name.starts_with(&format!("{text}/"))).map(String::as_str).take(12).collect();
    let close = closest(text, subnets.iter().map(String::as_str).chain(routers));
    let help = match (inside.as_slice(), close) {
        ([_, ..], _) => format!("write one of `{}`", inside.join("`, `")),
        (_, Some(close)) => format!("did you mean `{close}`?"),
        _ => "write a subnet (`vnet/subnet`), a site, an NVA, an address, or `internet`".into(),
    };
    (format!("there is no subnet, site or NVA `{}`", echo(text)), help)
}

/// A usable address of a prefix that is outside every VNet; none of a default route or one of its halves.
pub(super) fn behind(estate: &Estate, prefix: Ipv4Net) -> Option<Ipv4Addr> {
    if prefix.prefix_len() <= 1 {
        return None;
    }
    let last = u32::from(prefix.broadcast());
    let usable = if prefix.prefix_len() >= 31 { prefix.network() } else { Ipv4Addr::from(last - 1) };
    let index = estate.forwarding().index;
    (index.vnet_of(usable).is_none()).then_some(usable)
}

/// The subnet of a VNet that holds an address.
pub(super) fn subnet_holding(topology: &Topology, vnet: VnetId, address: Ipv4Addr) -> Option<SubnetId> {
    topology.subnet_ids(vnet).find(|id| topology.subnet(*id).ranges.iter().any(|range| range.contains(&address)))
}
