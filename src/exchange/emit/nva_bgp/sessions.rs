//! The sessions of a router: who is at the other end, at which address, and how it is reached.

use super::policy::{self, Session, Step};
use super::summaries::Summary;
use crate::bgp::{Device, Network, SessionKind, SpeakerId};
use crate::net::Asn;
use crate::topology::{PeerName, Policy, RouterId, Topology, VnetId};
use crate::words::few;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// One session.
#[derive(Debug, Clone)]
pub struct Neighbor {
    /// Who is at the other end: `hub/route_server:0`, `fw2`.
    pub name: String,
    /// The same without an instance: `hub/route_server`.
    pub device: String,
    /// Sessions that policies name together have the same group: the place of that name in [`super::NvaBgp::groups`].
    pub group: usize,
    /// The ASN of the other end.
    pub asn: Asn,
    /// The ASNs differ.
    pub ebgp: bool,
    /// The address of the other end.
    pub address: Option<Ipv4Addr>,
    /// The router's own address on it.
    pub local_address: Option<Ipv4Addr>,
    /// The other end is not known to be on the same wire. A route server never is: it has a subnet of its own (Route Server FAQ,
    /// 2025-09-17).
    pub multihop: bool,
    /// Why the session cannot be written.
    pub gap: Option<String>,
    /// Policy on what is received.
    pub import: Vec<Step>,
    /// Policy on what is sent.
    pub export: Vec<Step>,
    /// Prefixes that the export policy announces instead of others.
    pub summaries: Vec<Summary>,
}

/// A route that a neighbour is reached by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticRoute {
    /// Where it leads.
    pub prefix: Ipv4Net,
    /// The default gateway of the NIC: the first address of its subnet (Virtual Network FAQ, 2019-02-12).
    pub next_hop: Ipv4Addr,
    /// Who is reached by it.
    pub reason: String,
}

/// What is found.
pub(super) struct Found {
    pub(super) neighbors: Vec<Neighbor>,
    pub(super) groups: Vec<String>,
    pub(super) static_routes: Vec<StaticRoute>,
    pub(super) remarks: Vec<String>,
}

/// An address that a host may have. Daemons refuse others.
pub(super) fn is_host(address: Ipv4Addr) -> bool {
    !matches!(address.octets()[0], 0 | 127 | 224..)
}

/// How the other end is reached.
#[derive(PartialEq, Eq)]
enum Reach {
    OnLink,
    Gateway(Ipv4Net, Ipv4Addr),
    Tunnel,
    Unknown,
}

/// A way that the topology does not tell.
struct Unwritten {
    name: String,
    tunnel: bool,
    addresses: Vec<Ipv4Addr>,
}

/// One end of a session, as the network of a run holds it.
struct End {
    device: Device,
    instance: u8,
    asn: Asn,
    kind: SessionKind,
    address: Option<Ipv4Addr>,
    local_address: Option<Ipv4Addr>,
    import: Option<Arc<Policy>>,
    export: Option<Arc<Policy>>,
}

/// The sessions of a router in the network of a run, and those with route servers that the run closed.
pub(super) fn find(topology: &Topology, network: &Network, router: RouterId, asn: Asn) -> Found {
    let mut remarks = Vec::new();
    let mut ends = ends(network, router);
    add_closed(topology, network, router, &mut ends, &mut remarks);
    let mut groups: Vec<PeerName> = Vec::new();
    for end in &ends {
        let name = end.device.peer_name();
        if !groups.contains(&name) {
            groups.push(name);
        }
    }
    let names = groups.iter().map(|group| peer_name(topology, *group)).collect();
    let mut found = Found { neighbors: Vec::new(), groups: names, static_routes: Vec::new(), remarks };
    let mut elsewhere: Vec<Unwritten> = Vec::new();
    for end in &ends {
        let reach = reach(topology, router, end);
        let router = Router { topology, network, asn, groups: &groups, names: &found.groups };
        let neighbor = router.neighbor(end, &found.neighbors, &reach);
        if let Some(gap) = &neighbor.gap {
            found.remarks.push(format!("{}: no session is written, as {gap}", neighbor.name));
        } else if let Some(address) = neighbor.address {
            if neighbor.local_address.is_none() {
                let from = "the topology does not tell the address that the session runs from";
                found.remarks.push(format!("{}: {from}", neighbor.name));
            }
            match reach {
                Reach::Gateway(prefix, next_hop) => {
                    let route = StaticRoute { prefix, next_hop, reason: end.device.name(topology) };
                    if !found.static_routes.contains(&route) {
                        found.static_routes.push(route);
                    }
                }
                Reach::Tunnel | Reach::Unknown => {
                    let tunnel = reach == Reach::Tunnel;
                    let same =
                        |known: &&mut Unwritten| known.name == end.device.name(topology) && known.tunnel == tunnel;
                    match elsewhere.iter_mut().find(same) {
                        Some(known) => known.addresses.push(address),
                        None => {
                            let name = end.device.name(topology);
                            elsewhere.push(Unwritten { name, tunnel, addresses: vec![address] });
                        }
                    }
                }
                Reach::OnLink => {}
            }
        }
        found.neighbors.push(neighbor);
    }
    for Unwritten { name, tunnel, addresses } in elsewhere {
        let to = few(addresses);
        found.remarks.push(if tunnel {
            format!("{name}: the VPN tunnel is not written, nor the route to {to} into it")
        } else {
            format!("{name}: the way to {to} is not written, as the topology does not tell it")
        });
    }
    found
}

fn ends(network: &Network, router: RouterId) -> Vec<End> {
    let speakers = network.instances(Device::Router(router)).map(|id| network.speaker(id));
    let neighbors = speakers.flat_map(|speaker| &speaker.neighbors);
    let end = |neighbor: &crate::bgp::Neighbor| {
        let peer = network.speaker(neighbor.peer);
        End {
            device: peer.device,
            instance: peer.instance,
            asn: peer.asn,
            kind: neighbor.kind,
            address: neighbor.peer_address,
            local_address: neighbor.local_address,
            import: neighbor.import.clone(),
            export: neighbor.export.clone(),
        }
    };
    neighbors.map(end).collect()
}

/// Sessions with route servers that the topology holds and the run does not: too many routes closed them.
fn add_closed(topology: &Topology, network: &Network, id: RouterId, ends: &mut Vec<End>, remarks: &mut Vec<String>) {
    let router = topology.router(id);
    for vnet in topology.vnet_ids() {
        let Some(server) = &topology.vnet(vnet).route_server else { continue };
        let device = Device::RouteServer(vnet);
        let name = device.name(topology);
        let Some(peer) = server.peers.iter().find(|peer| peer.router == id) else { continue };
        if ends.iter().any(|end| end.device == device) {
            continue;
        }
        if !topology.may_peer(vnet, id) {
            let host = &topology.vnet(vnet).name;
            remarks.push(format!("{name}: no session is written, as {host} does not reach {}", router.name));
            continue;
        }
        let peer_name = PeerName::Vnet(vnet);
        let instances = network.instances(device).map(|id| network.speaker(id));
        for instance in instances.filter(|speaker| peer.instances[usize::from(speaker.instance)]) {
            ends.push(End {
                device,
                instance: instance.instance,
                asn: instance.asn,
                kind: SessionKind::RouteServerNva,
                address: instance.address,
                local_address: router.address,
                import: router.import.for_peer(peer_name).cloned(),
                export: router.export.for_peer(peer_name).cloned(),
            });
        }
        let why = "more routes than a route server takes of one peer";
        remarks.push(format!("{name}: it closes its sessions, because {} sends {why}", router.name));
    }
    ends.sort_by_key(|end| end.address.map_or(u64::MAX, |address| u64::from(u32::from(address))));
}

/// The name that policies use.
fn peer_name(topology: &Topology, name: PeerName) -> String {
    match name {
        PeerName::Vnet(vnet) => topology.vnet(vnet).name.clone(),
        PeerName::Router(router) => topology.router(router).name.clone(),
        PeerName::Circuit(circuit) => topology.circuit(circuit).name.clone(),
        PeerName::Itself => "self".into(),
    }
}

/// The router whose sessions are written.
struct Router<'a> {
    topology: &'a Topology,
    network: &'a Network,
    asn: Asn,
    groups: &'a [PeerName],
    names: &'a [String],
}

impl Router<'_> {
    fn neighbor(&self, end: &End, before: &[Neighbor], reach: &Reach) -> Neighbor {
        let peer_name = end.device.peer_name();
        let group = self.groups.iter().position(|group| *group == peer_name).unwrap_or_default();
        let folded = |policy: &Option<Arc<Policy>>, sender: Option<PeerName>| {
            let peer = self.names[group].as_str();
            let session = Session { own_asn: self.asn, peer_asn: end.asn, peer, sender, groups: self.groups };
            policy.as_ref().map(|policy| policy::steps(policy, &session)).unwrap_or_default()
        };
        Neighbor {
            name: name(self.topology, self.network, end),
            device: end.device.name(self.topology),
            group,
            asn: end.asn,
            ebgp: end.asn != self.asn,
            address: end.address,
            local_address: end.local_address.filter(|address| is_host(*address)),
            multihop: *reach != Reach::OnLink,
            gap: gap(end, before),
            import: folded(&end.import, Some(peer_name)),
            export: folded(&end.export, None),
            summaries: Vec::new(),
        }
    }
}

/// The name of the other end, with the instance when there are several.
fn name(topology: &Topology, network: &Network, end: &End) -> String {
    let name = end.device.name(topology);
    let instances: Vec<SpeakerId> = network.instances(end.device).collect();
    if instances.len() > 1 { format!("{name}:{}", end.instance) } else { name }
}

fn gap(end: &End, before: &[Neighbor]) -> Option<String> {
    let Some(address) = end.address else {
        return Some("the topology does not tell its address".into());
    };
    if end.asn == Asn(0) {
        return Some("its ASN is 0, which no speaker may use (RFC 7607)".into());
    }
    if !is_host(address) {
        return Some(format!("{address} is no address of a host"));
    }
    if end.local_address == Some(address) {
        return Some(format!("{address} is the router's own address too"));
    }
    let same = before.iter().find(|other| other.gap.is_none() && other.address == Some(address))?;
    Some(format!("{} has the same address {address}, and a daemon tells neighbours by it", same.name))
}

fn reach(topology: &Topology, router: RouterId, end: &End) -> Reach {
    let Some(address) = end.address else { return Reach::Unknown };
    match end.kind {
        SessionKind::Tunnel(..) => return Reach::Tunnel,
        SessionKind::EdgeSite => return Reach::OnLink,
        _ => {}
    }
    let nics: Vec<_> = topology.router(router).nics().collect();
    let ranges = |nic: &(crate::topology::SubnetId, _)| topology.subnet(nic.0).ranges.clone();
    if nics.iter().flat_map(ranges).any(|range| range.contains(&address)) {
        return Reach::OnLink;
    }
    // The NIC that the session runs from, or the first: the one BGP runs from.
    let own = nics.iter().find(|(_, own)| own.is_some() && *own == end.local_address).or(nics.first());
    let Some((subnet, Some(own))) = own else { return Reach::Unknown };
    let range = topology.subnet(*subnet).ranges.iter().find(|range| range.contains(own));
    // A /31 or /32 has no room for a gateway; Azure has none either.
    let Some(range) = range.filter(|range| range.prefix_len() < 30) else { return Reach::Unknown };
    let gateway = Ipv4Addr::from(u32::from(range.network()) + 1);
    match end.device {
        Device::RouteServer(vnet) => Reach::Gateway(subnet_of(topology, vnet, address), gateway),
        // Over a range that Azure does not know the packets take a way of their own.
        _ if topology.reaches(subnet.vnet, address) => Reach::Gateway(Ipv4Net::from(address), gateway),
        _ => Reach::Unknown,
    }
}

/// The range of the subnet that an address is in; the address alone where there is none.
fn subnet_of(topology: &Topology, vnet: VnetId, address: Ipv4Addr) -> Ipv4Net {
    let ranges = topology.vnet(vnet).subnets.iter().flat_map(|subnet| &subnet.ranges);
    ranges.copied().find(|range| range.contains(&address)).unwrap_or_else(|| Ipv4Net::from(address))
}
