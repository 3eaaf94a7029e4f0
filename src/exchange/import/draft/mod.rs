//! The topology that an estate comes to: names, places and flags in the words of the format, and a remark wherever something was
//! supposed or left open.
//!
//! Everything stands in an order that no document decides: names by their numbers, subnets by address. How it is written belongs to
//! `write`.

mod appliances;
mod circuits;
mod learned;
mod names;
mod networks;
mod peerings;
mod sites;
mod speakers;
mod tunnels;
mod unused;

use super::captures::Captures;
use super::estate::Estate;
use super::known::Known;
use super::remark::Remark;
use super::resource::{Key, Mistake};
use crate::source::FileId;
use ipnet::{IpNet, Ipv4Net};
pub(super) use names::natural;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// A topology in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) vnets: Vec<Vnet>,
    pub(super) peerings: Vec<Peering>,
    pub(super) nvas: Vec<Nva>,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) sites: Vec<Site>,
    pub(super) connections: Vec<Connection>,
    pub(super) circuits: Vec<Circuit>,
    pub(super) route_tables: Vec<RouteTable>,
    pub(super) remarks: Vec<Remark>,
    /// Entries whose announcements are what the topology that is refreshed predicts.
    pub(super) confirmed: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Vnet {
    pub(super) name: String,
    pub(super) region: Option<String>,
    pub(super) address_space: Vec<IpNet>,
    pub(super) subnets: Vec<Subnet>,
    pub(super) route_servers: Vec<RouteServer>,
    pub(super) vpn_gateway: Option<Gateway>,
    pub(super) express_route_gateway: Option<Gateway>,
    pub(super) summarized: Vec<IpNet>,
    pub(super) virtual_wan_hub: Option<String>,
}

#[derive(Debug)]
pub(super) struct Subnet {
    pub(super) key: Key,
    pub(super) name: String,
    pub(super) prefixes: Vec<IpNet>,
    pub(super) route_table: Option<String>,
    pub(super) service_endpoints: Vec<String>,
    pub(super) private_endpoints: Vec<(String, IpAddr)>,
    pub(super) private_endpoint_policies: Option<String>,
    pub(super) delegation: Option<String>,
    pub(super) security_group: Option<String>,
    pub(super) service_endpoint_policy: Option<String>,
}

#[derive(Debug)]
pub(super) struct RouteServer {
    pub(super) key: Key,
    pub(super) name: String,
    pub(super) branch_to_branch: bool,
    pub(super) preference: Option<String>,
    /// Known addresses, sorted; written where they are not the usual ones.
    pub(super) addresses: Vec<Ipv4Addr>,
    pub(super) units: Option<u32>,
    pub(super) peers: Vec<Peer>,
    /// Documents tell its peers, though it may have none.
    pub(super) is_told: bool,
}

#[derive(Debug)]
pub(super) struct Peer {
    pub(super) nva: String,
    pub(super) name: String,
    pub(super) instances: Option<u8>,
}

#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) key: Key,
    pub(super) name: String,
    pub(super) asn: Option<u32>,
    pub(super) active_active: bool,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) public: Vec<IpAddr>,
    pub(super) client_pool: Vec<IpNet>,
    pub(super) edge_addresses: Vec<Ipv4Addr>,
}

/// A peering on one line.
#[derive(Debug)]
pub(super) struct Peering {
    /// The two VNets.
    pub(super) between: [String; 2],
    /// The entry in YAML's flow style.
    pub(super) line: String,
}

#[derive(Debug)]
pub(super) struct Nva {
    pub(super) name: String,
    pub(super) subnet: String,
    pub(super) address: Ipv4Addr,
    pub(super) asn: Option<u32>,
    pub(super) interfaces: Vec<(String, Ipv4Addr)>,
    /// What it announces: `None` when no document tells.
    pub(super) advertises: Option<Vec<Announcement>>,
    /// What it announces differently to the route server of a VNet.
    pub(super) exports: Vec<(String, Vec<Exception>)>,
    pub(super) forwards: bool,
    /// It passes on what it learns; otherwise that is among what it announces.
    pub(super) passes_on: bool,
    /// What its neighbours received.
    heard: learned::Heard,
}

/// A prefix as its speaker announces it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Announcement {
    pub(super) prefix: Ipv4Net,
    /// Empty when it is the speaker's own AS number alone.
    pub(super) path: Vec<u32>,
    /// None when it is the speaker.
    pub(super) next_hop: Option<Ipv4Addr>,
}

/// Prefixes that a neighbour does not receive, or receives otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exception {
    pub(super) prefixes: Vec<Ipv4Net>,
    /// `None`: not announced there. Otherwise the path behind the speaker's own AS number and the next hop.
    pub(super) otherwise: Option<(Option<Vec<u32>>, Option<Ipv4Addr>)>,
}

#[derive(Debug)]
pub(super) struct LoadBalancer {
    pub(super) name: String,
    pub(super) subnet: String,
    pub(super) address: Ipv4Addr,
    pub(super) backends: Vec<String>,
    pub(super) ha_ports: bool,
}

#[derive(Debug)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) asn: Option<u32>,
    pub(super) address: Option<Ipv4Addr>,
    /// `None` when no document tells.
    pub(super) prefixes: Option<Vec<Announcement>>,
    /// What it announces differently to the gateway of a VNet.
    pub(super) exports: Vec<(String, Vec<Exception>)>,
    /// The prefixes are what a gateway learned, so it passes on nothing else.
    pub(super) is_learned: bool,
    pub(super) tunnels: Vec<Tunnel>,
}

/// A tunnel of a site to the VPN gateway of a VNet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tunnel {
    pub(super) vnet: String,
    pub(super) bgp: bool,
    pub(super) local_networks: Vec<IpNet>,
}

/// A tunnel between two VPN gateways, or a gateway and an NVA.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Connection {
    pub(super) between: [String; 2],
    pub(super) bgp: bool,
    pub(super) is_ipsec: bool,
    pub(super) local_networks: BTreeMap<String, Vec<IpNet>>,
    pub(super) addresses: BTreeMap<String, IpAddr>,
}

#[derive(Debug)]
pub(super) struct Circuit {
    pub(super) name: String,
    pub(super) gateways: Vec<String>,
    pub(super) sites: Vec<String>,
    pub(super) links: [Option<IpNet>; 2],
}

#[derive(Debug)]
pub(super) struct RouteTable {
    pub(super) name: String,
    pub(super) propagation: bool,
    /// Name, prefix or service tag, next hop as the format writes it.
    pub(super) routes: Vec<(String, String, String)>,
}

/// What all parts work on.
struct Work<'e> {
    estate: &'e Estate,
    captures: &'e Captures,
    known: &'e Known,
    whole: &'e BTreeSet<FileId>,
    names: names::Names,
    mistakes: &'e mut Vec<Mistake>,
    draft: Draft,
    /// `vnet/subnet` of every subnet that is drawn.
    subnets: BTreeMap<Key, String>,
}

/// Draws the topology. Mistakes are what makes it impossible to say it.
pub(super) fn draw(
    estate: &Estate,
    captures: &Captures,
    known: &Known,
    whole: &BTreeSet<FileId>,
    mistakes: &mut Vec<Mistake>,
) -> Draft {
    let names = names::Names::new(estate, known);
    let draft = Draft::default();
    let mut work = Work { estate, captures, known, whole, names, mistakes, draft, subnets: BTreeMap::new() };
    networks::route_tables(&mut work);
    networks::vnets(&mut work);
    peerings::draw(&mut work);
    speakers::route_servers(&mut work);
    peerings::lenders(&mut work);
    speakers::nvas(&mut work);
    appliances::draw(&mut work);
    tunnels::draw(&mut work);
    circuits::draw(&mut work);
    unused::tell(&mut work);
    speakers::settle_addresses(&mut work);
    let mut draft = work.draft;
    draft.nvas.sort_by_key(|nva| natural(&nva.name));
    draft.sites.sort_by_key(|site| natural(&site.name));
    draft.remarks.sort();
    draft.remarks.dedup();
    draft
}

impl Work<'_> {
    /// The VNet of a name, which has been drawn.
    fn vnet(&mut self, name: &str) -> Option<&mut Vnet> {
        self.draft.vnets.iter_mut().find(|vnet| vnet.name == name)
    }

    fn guess(&mut self, entry: String, text: impl Into<String>) {
        self.draft.remarks.push(Remark::guess(entry, text));
    }

    fn blank(&mut self, entry: String, text: impl Into<String>) {
        self.draft.remarks.push(Remark::blank(entry, text));
    }

    fn skipped(&mut self, entry: String, text: impl Into<String>) {
        self.draft.remarks.push(Remark::skipped(entry, text));
    }
}

/// The address as IPv4; the format has no others where routing follows from them.
fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}
