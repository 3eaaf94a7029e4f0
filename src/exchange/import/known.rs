//! What a topology that is refreshed already says: the names of its objects, and who peers with whom, so that documents which only hold
//! routes find their speakers.

use super::captures::Received;
use crate::topology::{RouterKind, Topology, TunnelEnd};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// The topology, as far as documents are told by it.
#[derive(Debug, Default)]
pub struct Known {
    pub(super) vnets: Vec<KnownVnet>,
    pub(super) nvas: Vec<KnownNva>,
    pub(super) sessions: Vec<KnownSession>,
    pub(super) sites: Vec<KnownSite>,
    pub(super) circuits: Vec<KnownCircuit>,
    /// Load balancers whose backends it tells.
    pub(super) balancers: BTreeSet<String>,
}

#[derive(Debug)]
pub(super) struct KnownVnet {
    pub(super) name: String,
    pub(super) ranges: BTreeSet<IpNet>,
}

#[derive(Debug)]
pub(super) struct KnownNva {
    pub(super) name: String,
    /// `vnet/subnet`.
    pub(super) subnet: String,
    pub(super) address: Ipv4Addr,
    pub(super) asn: Option<u32>,
}

/// A BGP connection of the route server of a VNet.
#[derive(Debug)]
pub(super) struct KnownSession {
    pub(super) vnet: String,
    pub(super) server: String,
    pub(super) instances: [Ipv4Addr; 2],
    /// The name of the connection.
    pub(super) peer: String,
    pub(super) nva: String,
    /// What the topology predicts that the route server learned; empty until [`Known::predict`] tells.
    pub(super) predicted: BTreeSet<Received>,
}

#[derive(Debug)]
pub(super) struct KnownSite {
    pub(super) name: String,
    pub(super) asn: Option<u32>,
    pub(super) address: Option<Ipv4Addr>,
    /// BGP addresses of the gateways that it has a tunnel with, by VNet.
    pub(super) gateways: BTreeMap<String, Vec<IpAddr>>,
}

#[derive(Debug)]
pub(super) struct KnownCircuit {
    pub(super) name: String,
    pub(super) sites: Vec<String>,
}

impl Known {
    /// What a topology says.
    pub fn of(topology: &Topology) -> Known {
        let mut known = Known::default();
        for vnet in &topology.vnets {
            let v4 = vnet.ranges.iter().map(|range| IpNet::V4(*range));
            let v6 = vnet.ipv6_ranges.iter().map(|range| IpNet::V6(*range));
            known.vnets.push(KnownVnet { name: vnet.name.clone(), ranges: v4.chain(v6).collect() });
            let Some(server) = &vnet.route_server else { continue };
            known.sessions.extend(server.peers.iter().map(|peer| KnownSession {
                vnet: vnet.name.clone(),
                server: server.name.clone(),
                instances: server.addresses,
                peer: peer.name.clone(),
                nva: topology.router(peer.router).name.clone(),
                predicted: BTreeSet::new(),
            }));
        }
        for router in &topology.routers {
            let asn = router.asn.map(|asn| asn.0);
            match (&router.kind, router.address) {
                (RouterKind::Nva { subnet, .. }, Some(address)) => {
                    let (vnet, subnet) = (&topology.vnet(subnet.vnet).name, &topology.subnet(*subnet).name);
                    let subnet = format!("{vnet}/{subnet}");
                    known.nvas.push(KnownNva { name: router.name.clone(), subnet, address, asn });
                }
                (RouterKind::Nva { .. }, None) => {}
                (RouterKind::Site, address) => {
                    known.sites.push(KnownSite { name: router.name.clone(), asn, address, gateways: BTreeMap::new() });
                }
            }
        }
        for tunnel in topology.tunnels.iter().filter(|tunnel| tunnel.bgp) {
            for (near, far) in [(0, 1), (1, 0)] {
                let (TunnelEnd::Gateway(vnet), TunnelEnd::Router(router)) =
                    (tunnel.sides[near].end, tunnel.sides[far].end)
                else {
                    continue;
                };
                let (vnet, name) = (topology.vnet(vnet), &topology.router(router).name);
                let addresses =
                    vnet.vpn_gateway.iter().flat_map(|gateway| &gateway.addresses).map(|at| IpAddr::V4(*at));
                if let Some(site) = known.sites.iter_mut().find(|site| site.name == *name) {
                    site.address = tunnel.sides[far].address.or(site.address);
                    site.gateways.insert(vnet.name.clone(), addresses.collect());
                }
            }
        }
        let balancers = topology.load_balancers.iter().filter(|balancer| !balancer.backends.is_empty());
        known.balancers = balancers.map(|balancer| balancer.name.clone()).collect();
        known.circuits.extend(topology.circuits.iter().map(|circuit| KnownCircuit {
            name: circuit.name.clone(),
            sites: circuit.sites.iter().map(|site| topology.router(*site).name.clone()).collect(),
        }));
        known
    }

    /// The VNets that have a route server, each with the name of a peer.
    pub fn sessions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sessions.iter().map(|session| (session.vnet.as_str(), session.nva.as_str()))
    }

    /// Tells what the topology predicts that the route server of a VNet learned from a peer: prefix, AS path, next hop.
    pub fn predict(&mut self, vnet: &str, nva: &str, routes: &[(Ipv4Net, Vec<u32>, Option<Ipv4Addr>)]) {
        let fits = |session: &&mut KnownSession| session.vnet == vnet && session.nva == nva;
        for session in self.sessions.iter_mut().filter(fits) {
            let route = |(prefix, path, next_hop): &(Ipv4Net, Vec<u32>, Option<Ipv4Addr>)| Received {
                prefix: *prefix,
                path: path.clone(),
                next_hop: *next_hop,
            };
            session.predicted = routes.iter().map(route).collect();
        }
    }

    /// The name that a VNet of the documents has in the topology: its own, or that of the one with the same address space.
    pub(super) fn vnet(&self, name: &str, ranges: &BTreeSet<IpNet>) -> Option<&str> {
        if let Some(same) = self.vnets.iter().find(|vnet| vnet.name.eq_ignore_ascii_case(name)) {
            return Some(&same.name);
        }
        let mut alike = self.vnets.iter().filter(|vnet| !ranges.is_empty() && vnet.ranges == *ranges);
        alike.next().filter(|_| alike.next().is_none()).map(|vnet| vnet.name.as_str())
    }

    /// The NVA at an address of a VNet, or of any VNet when it is the only one.
    pub(super) fn nva(&self, subnet: Option<&str>, address: Ipv4Addr) -> Option<&KnownNva> {
        let at = |nva: &&KnownNva| nva.address == address;
        if let Some(subnet) = subnet {
            return self.nvas.iter().filter(at).find(|nva| nva.subnet == subnet);
        }
        let mut all = self.nvas.iter().filter(at);
        all.next().filter(|_| all.next().is_none())
    }
}
