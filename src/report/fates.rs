//! What becomes of packets, in words: fates, who decides them, where packets end.

use crate::analysis::fate::{By, Fate};
use crate::analysis::outcome::Arrival;
use crate::effective::Hop;
use crate::topology::Topology;
use crate::words::printable;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Who has which address.
pub(super) struct Holders(BTreeMap<Ipv4Addr, String>);

impl Holders {
    pub(super) fn new(topology: &Topology) -> Self {
        let mut names = BTreeMap::new();
        for vnet in &topology.vnets {
            let gateway =
                vnet.vpn_gateway.iter().flat_map(|gateway| gateway.addresses.iter().chain(&gateway.public_ips));
            names.extend(gateway.map(|address| (*address, format!("{}/vpn_gateway", vnet.name))));
        }
        for router in &topology.routers {
            let addresses = router.nics().filter_map(|(_, address)| address).chain(router.address);
            names.extend(addresses.map(|address| (address, router.name.clone())));
        }
        names.extend(topology.load_balancers.iter().map(|balancer| (balancer.address, balancer.name.clone())));
        Holders(names)
    }

    /// `10.0.1.4 (fw1)`.
    pub(super) fn hop(&self, hop: &Hop) -> String {
        match hop {
            Hop::Address(address) => match self.0.get(address) {
                Some(name) => format!("{address} ({})", printable(name)),
                None => address.to_string(),
            },
            Hop::ExpressRouteFabric => "the ExpressRoute gateway".into(),
            Hop::GatewayPublicAddress => "the VPN gateway".into(),
        }
    }

    /// A fate in words.
    pub(super) fn fate(&self, fate: &Fate) -> String {
        match fate {
            Fate::Local => "the own VNet".into(),
            Fate::Peered(name) => format!("the peering with {}", printable(name)),
            Fate::Endpoint(name) => format!("the private endpoint {}", printable(name)),
            Fate::Internet => "the internet".into(),
            Fate::Dropped => "dropped".into(),
            Fate::Hops(hops) => hops.iter().map(|hop| self.hop(hop)).collect::<Vec<_>>().join(", "),
            Fate::Gateway(Some(vnet)) => format!("the VPN gateway of {}", printable(vnet)),
            Fate::Gateway(None) => "a VPN gateway that does not exist".into(),
        }
    }
}

/// Who decides, in words.
pub(super) fn by(by: &By) -> String {
    match by {
        By::System => "system".into(),
        By::Gateway => "BGP".into(),
        By::User(name) => format!("UDR `{}`", printable(name)),
    }
}

/// Where a packet ends, in words.
pub(super) fn arrival(end: &Arrival) -> String {
    match end {
        Arrival::Vnet(name) => format!("in {name}"),
        Arrival::Router(name) => format!("at {name}"),
        Arrival::Internet => "on the internet".into(),
        Arrival::Unknown => "further than the topology tells".into(),
        Arrival::Dropped => "dropped".into(),
        Arrival::Nobody(address) => format!("at {address}, which nobody has"),
        Arrival::NotForwarded(name) => format!("at {name}, which does not forward"),
        Arrival::Down(name) => format!("at {name}, which is down"),
        Arrival::Loop(name) => format!("in circles at {name}"),
    }
}
