//! Where things are written: the line of a range, a flag, a peering, a session, an announcement; of a default the object that would hold it.

use crate::bgp::{Device, LocalKind, Network, SessionKind, SpeakerId};
use crate::source::{Sources, Span};
use crate::syntax::document::{self, Document, Named};
use crate::topology::{RouteTableId, RouterId, Topology, VnetId};
use ipnet::{IpNet, Ipv4Net};
use serde::Serialize;

/// A place in a file, with what is written there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// What is written there: the key, or the kind of the object.
    pub what: String,
    /// The file as it was named, or the argument.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The key is not written: its default holds, and this is the object it would stand in.
    pub default: bool,
}

impl Place {
    /// `estate.rsctl.yaml:5:26`.
    pub fn told(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What was written, to find places in. VNets, subnets and route tables of the document stand at the index of their ids.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The document.
    pub document: &'a Document,
    /// The estate.
    pub topology: &'a Topology,
}

impl Written<'_> {
    pub(super) fn place(&self, span: Span, what: impl Into<String>) -> Place {
        self.made(span, what.into(), false)
    }

    /// The value of a key where it is written, else its default with the object that would hold it.
    fn key<T>(&self, value: Option<&crate::source::Spanned<T>>, object: Span, key: &str) -> Place {
        match value {
            Some(value) => self.place(value.span, format!("`{key}`")),
            None => self.made(object, format!("default of `{key}`"), true),
        }
    }

    fn made(&self, span: Span, what: String, default: bool) -> Place {
        let file = self.sources.file(span.file);
        let position = file.position(span.start);
        Place { what, file: file.name.clone(), line: position.line, column: position.column, default }
    }

    fn vnet(&self, id: VnetId) -> &document::Vnet {
        &self.document.vnets[id.index()].body
    }

    pub(super) fn router(&self, id: RouterId) -> Option<&Named<document::Router>> {
        let routers = self.document.nvas.iter().chain(&self.document.sites);
        let name = &self.topology.router(id).name;
        let nva = self.topology.router(id).is_nva();
        let of_kind = routers.skip(if nva { 0 } else { self.document.nvas.len() });
        of_kind.into_iter().find(|router| router.name.value == *name)
    }

    /// The range of a VNet that holds a prefix; the VNet where none does.
    pub(super) fn range(&self, id: VnetId, prefix: Ipv4Net) -> Place {
        let holds =
            |range: &&crate::source::Spanned<IpNet>| matches!(range.value, IpNet::V4(range) if range.contains(&prefix));
        match self.vnet(id).address_space.iter().find(holds) {
            Some(range) => self.place(range.span, "`address_space`"),
            None => self.place(self.topology.vnet(id).span, "VNet"),
        }
    }

    /// The entry of `peerings` that a link of a VNet comes from.
    pub(super) fn peering(&self, id: VnetId, remote: VnetId) -> Option<Place> {
        let link = self.topology.vnet(id).links.iter().find(|link| link.remote == remote)?;
        Some(self.place(link.span, "peering"))
    }

    /// The peering through which a VNet uses the gateways of another one.
    pub(super) fn borrowing(&self, id: VnetId) -> Option<Place> {
        let link = self.topology.vnet(id).links.iter().find(|link| link.borrows_from_remote)?;
        Some(self.place(link.span, "peering with gateway transit"))
    }

    pub(super) fn vnet_place(&self, id: VnetId) -> Place {
        self.place(self.topology.vnet(id).span, "VNet")
    }

    pub(super) fn device(&self, device: Device) -> Place {
        let topology = self.topology;
        match device {
            Device::RouteServer(id) => {
                let server = topology.vnet(id).route_server.as_ref();
                self.place(server.map_or(topology.vnet(id).span, |server| server.span), "`route_server`")
            }
            Device::VpnGateway(id) => {
                let gateway = topology.vnet(id).vpn_gateway.as_ref();
                self.place(gateway.map_or(topology.vnet(id).span, |gateway| gateway.span), "`vpn_gateway`")
            }
            Device::ExpressRouteGateway(id) => {
                let gateway = topology.vnet(id).express_route_gateway.as_ref();
                let span = gateway.map_or(topology.vnet(id).span, |gateway| gateway.span);
                self.place(span, "`express_route_gateway`")
            }
            Device::Edge(id) => self.place(topology.circuit(id).span, "circuit"),
            Device::Router(id) => {
                let router = topology.router(id);
                self.place(router.span, if router.is_nva() { "NVA" } else { "site" })
            }
        }
    }

    pub(super) fn branch_to_branch(&self, id: VnetId) -> Place {
        let server = self.vnet(id).route_servers.first();
        let value = server.and_then(|server| server.value.branch_to_branch.as_ref());
        self.key(value, server.map_or(self.topology.vnet(id).span, |server| server.span), "branch_to_branch")
    }

    pub(super) fn preference(&self, id: VnetId) -> Place {
        let server = self.vnet(id).route_servers.first();
        let value = server.and_then(|server| server.value.hub_routing_preference.as_ref());
        self.key(value, server.map_or(self.topology.vnet(id).span, |server| server.span), "hub_routing_preference")
    }

    pub(super) fn propagation(&self, id: RouteTableId) -> Place {
        let table = &self.document.route_tables[id.index()];
        self.key(table.body.bgp_route_propagation.as_ref(), table.name.span, "bgp_route_propagation")
    }

    pub(super) fn asn(&self, device: Device) -> Place {
        match device {
            Device::Router(id) => match self.router(id) {
                Some(router) => self.key(router.body.asn.as_ref(), router.name.span, "asn"),
                None => self.device(device),
            },
            Device::VpnGateway(id) => match &self.vnet(id).vpn_gateway {
                Some(gateway) => self.key(gateway.value.asn.as_ref(), gateway.span, "asn"),
                None => self.device(device),
            },
            // Microsoft's ASNs are written nowhere.
            _ => self.device(device),
        }
    }

    pub(super) fn readvertise(&self, id: RouterId) -> Option<Place> {
        let router = self.router(id)?;
        Some(self.key(router.body.readvertise.as_ref(), router.name.span, "readvertise"))
    }

    /// `as_override: true` of a router.
    pub(super) fn as_override(&self, device: Device) -> Option<Place> {
        let Device::Router(id) = device else { return None };
        let key = self.router(id)?.body.as_override.as_ref().filter(|key| key.value)?;
        Some(self.place(key.span, "`as_override`"))
    }

    pub(super) fn split_horizon(&self, id: RouterId) -> Option<Place> {
        let router = self.router(id)?;
        Some(self.key(router.body.split_horizon.as_ref(), router.name.span, "split_horizon"))
    }

    /// What makes a device originate a prefix.
    pub(super) fn origin(&self, device: Device, kind: LocalKind, prefix: Ipv4Net) -> Vec<Place> {
        let topology = self.topology;
        match (kind, device) {
            (LocalKind::Announced, Device::Router(id)) => {
                let key = if topology.router(id).is_nva() { "`advertises`" } else { "`prefixes`" };
                let entry = topology.router(id).originates.iter().find(|entry| entry.prefix == prefix);
                vec![self.place(entry.map_or(topology.router(id).span, |entry| entry.span), key)]
            }
            (LocalKind::TransitSpoke, _) => {
                let Some(host) = device.vnet() else { return vec![self.device(device)] };
                let behind = topology.vnet(host).links.iter().filter(|link| link.connected);
                let spokes = behind.filter(|link| link.remote_ranges.contains(&prefix));
                let both = spokes.flat_map(|link| [self.place(link.span, "peering"), self.range(link.remote, prefix)]);
                both.collect()
            }
            (LocalKind::Summary, _) => {
                let Some(host) = device.vnet() else { return vec![self.device(device)] };
                let entry = self.vnet(host).summarized_gateway_prefixes.iter().find(|entry| entry.value == prefix);
                let span = entry.map_or(topology.vnet(host).span, |entry| entry.span);
                vec![self.place(span, "`summarized_gateway_prefixes`")]
            }
            (LocalKind::Static(tunnel), _) => self.local_network(tunnel, prefix),
            (LocalKind::PeerHostRoute(tunnel), _) => {
                vec![self.place(topology.tunnels[tunnel as usize].span, "connection")]
            }
            (LocalKind::ClientPool, _) => {
                let gateway = device.vnet().and_then(|host| self.vnet(host).vpn_gateway.as_ref());
                let mut pools = gateway.iter().flat_map(|gateway| &gateway.value.vpn_client_address_pool);
                match pools.find(|pool| pool.value == prefix) {
                    Some(pool) => vec![self.place(pool.span, "`vpn_client_address_pool`")],
                    None => vec![self.device(device)],
                }
            }
            (LocalKind::VnetRange | LocalKind::Announced, _) => match device.vnet() {
                Some(host) => vec![self.range(host, prefix)],
                None => vec![self.device(device)],
            },
        }
    }

    /// The prefix of a local network gateway, and the connection.
    fn local_network(&self, tunnel: u32, prefix: Ipv4Net) -> Vec<Place> {
        let tunnel = &self.topology.tunnels[tunnel as usize];
        let written = self.document.connections.iter().filter(|connection| connection.span == tunnel.span);
        let of_connections = written.flat_map(|connection| &connection.local_networks).flat_map(|entry| &entry.body);
        let sites = self.document.sites.iter().flat_map(|site| &site.body.vpn);
        let of_sites = sites.filter(|vpn| vpn.gateway.span == tunnel.span).flat_map(|vpn| &vpn.local_network);
        let mut entries = of_connections.chain(of_sites);
        let entry = entries.find(|entry| entry.value == prefix).map(|entry| self.place(entry.span, "local network"));
        entry.into_iter().chain([self.place(tunnel.span, "connection")]).collect()
    }

    /// What joins two speakers.
    pub(super) fn session(&self, network: &Network, (id, index): (SpeakerId, usize)) -> Vec<Place> {
        let speaker = network.speaker(id);
        let neighbor = &speaker.neighbors[index];
        let ends = [speaker.device, network.speaker(neighbor.peer).device];
        let topology = self.topology;
        let both = || ends.iter().map(|end| self.device(*end)).collect();
        match neighbor.kind {
            SessionKind::RouteServerNva => {
                let (Some(host), Some(router)) = (vnet_of(ends), router_of(ends)) else { return both() };
                let peers = topology.vnet(host).route_server.iter().flat_map(|server| &server.peers);
                let peer = peers.into_iter().find(|peer| peer.router == router);
                peer.map_or_else(both, |peer| vec![self.place(peer.span, "BGP connection")])
            }
            SessionKind::GatewaySibling => vec![self.device(ends[0])],
            SessionKind::RouteServerGateway | SessionKind::CoexistingGateways => both(),
            SessionKind::Tunnel(tunnel, _) => {
                vec![self.place(topology.tunnels[tunnel as usize].span, "connection")]
            }
            SessionKind::EdgeGateway | SessionKind::EdgeSite => self.at_circuit(ends),
            SessionKind::Routers => {
                let [Device::Router(one), Device::Router(other)] = ends else { return both() };
                let between =
                    |session: &&crate::topology::Session| [[one, other], [other, one]].contains(&session.ends);
                let sessions: Vec<_> = topology.sessions.iter().filter(between).collect();
                let same = |session: &&&crate::topology::Session| {
                    let known = session.addresses.iter().flatten();
                    known
                        .into_iter()
                        .any(|address| [neighbor.local_address, neighbor.peer_address].contains(&Some(*address)))
                };
                let found = sessions.iter().find(same).or(sessions.first());
                found.map_or_else(both, |session| vec![self.place(session.span, "session")])
            }
        }
    }

    /// The entry of a circuit that attaches a gateway or a site.
    fn at_circuit(&self, ends: [Device; 2]) -> Vec<Place> {
        let [Device::Edge(id), other] = (if matches!(ends[0], Device::Edge(_)) { ends } else { [ends[1], ends[0]] })
        else {
            return ends.iter().map(|end| self.device(*end)).collect();
        };
        let name = &self.topology.circuit(id).name;
        let circuit = self.document.circuits.iter().find(|circuit| circuit.name.value == *name);
        let entry = circuit.and_then(|circuit| match other {
            Device::Router(router) => {
                let name = &self.topology.router(router).name;
                circuit.body.sites.iter().find(|site| site.value == *name).map(|site| (site.span, "`sites`"))
            }
            _ => {
                let name = other.vnet().map(|vnet| self.topology.vnet(vnet).name.as_str());
                let entry = circuit.body.gateways.iter().find(|gateway| Some(gateway.value.as_str()) == name);
                entry.map(|gateway| (gateway.span, "`gateways`"))
            }
        });
        match entry {
            Some((span, key)) => vec![self.place(span, format!("{key} of the circuit"))],
            None => vec![self.device(Device::Edge(id))],
        }
    }

    /// The entry of `facts`, or the day, that gives a fact its value.
    pub(super) fn fact(&self, name: &str, chosen: bool) -> Option<Place> {
        if chosen {
            let entry = self.document.facts.iter().find(|entry| entry.name.value == name)?;
            return Some(self.place(entry.name.span, "`facts`"));
        }
        let day = self.document.as_of.as_ref()?;
        Some(self.place(day.span, "`as_of`"))
    }
}

fn vnet_of(ends: [Device; 2]) -> Option<VnetId> {
    ends.iter().find_map(|end| end.vnet())
}

fn router_of(ends: [Device; 2]) -> Option<RouterId> {
    ends.iter().find_map(|end| if let Device::Router(id) = end { Some(*id) } else { None })
}
