//! What the route server and the gateways of one VNet program on NICs: of that VNet, and of the VNets that use its gateways.
//!
//! One list per such VNet, shared by all of them; what a single VNet refuses is taken off in `table`.

use super::row::Hop;
use crate::azure::facts::{Fact, FactSet};
use crate::bgp::{
    Candidate, ClassId, Decision, Device, LocalKind, Relation, Ribs, SessionKind, Source, SpeakerId, View,
};
use crate::topology::{Topology, VnetId};
use ipnet::Ipv4Net;
use prefix_trie::PrefixMap;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// A route as programmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayRoute {
    /// What it matches.
    pub prefix: Ipv4Net,
    /// Next hops in ascending order.
    pub hops: Vec<Hop>,
    /// Open facts on which it rests.
    pub rests_on: FactSet,
    /// The class it belongs to.
    pub class: ClassId,
}

/// All routes that one VNet's route server and gateways program, in order of prefix.
#[derive(Debug, Clone, Default)]
pub struct GatewayRoutes {
    routes: Vec<GatewayRoute>,
    places: PrefixMap<Ipv4Net, u32>,
    withheld: FactSet,
}

impl GatewayRoutes {
    /// The routes in order of prefix.
    pub fn routes(&self) -> &[GatewayRoute] {
        &self.routes
    }

    /// Open facts for which a route is not programmed anywhere.
    pub fn withheld(&self) -> FactSet {
        self.withheld
    }

    /// The index of the route of exactly this prefix.
    pub fn position(&self, prefix: Ipv4Net) -> Option<u32> {
        self.places.get(&prefix).copied()
    }

    /// The indexes of the routes equal to or inside a range.
    pub fn inside(&self, range: Ipv4Net) -> impl Iterator<Item = u32> {
        self.places.children(&range).map(|(_, place)| *place)
    }

    /// The indexes of the routes that hold an address, the shortest prefix first.
    pub fn covering(&self, address: Ipv4Addr) -> Vec<u32> {
        self.places.cover(&Ipv4Net::from(address)).map(|(_, place)| *place).collect()
    }

    /// Computes the routes of a VNet that hosts a route server or a gateway.
    pub(super) fn of(topology: &Topology, ribs: &Ribs, host: VnetId) -> Self {
        let host = Host::new(topology, ribs, host);
        let mut routes = Vec::new();
        let mut withheld = FactSet::default();
        for class in ribs.class_ids() {
            let choice = match host.programmed(class) {
                Programmed::Route(choice) => choice,
                Programmed::Refused(relation) => {
                    if relation == Relation::InsideTransit {
                        withheld.insert(Fact::InsideTransitSpoke);
                    }
                    continue;
                }
                Programmed::Nothing => continue,
            };
            let Choice { hops, rests_on, .. } = choice;
            let each = ribs.class(class).prefixes.iter();
            routes.extend(each.map(|prefix| GatewayRoute { prefix: *prefix, hops: hops.clone(), rests_on, class }));
        }
        routes.sort_by_key(|route| route.prefix);
        let places = routes.iter().enumerate().map(|(index, route)| (route.prefix, index as u32)).collect();
        GatewayRoutes { routes, places, withheld }
    }
}

/// What becomes of one class at a host.
#[derive(Debug, Clone)]
pub enum Programmed {
    /// A route on NICs.
    Route(Choice),
    /// The host's VNets refuse the prefix for where it lies.
    Refused(Relation),
    /// Nobody there has it.
    Nothing,
}

/// A choice that a host makes for the NICs.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Who makes it.
    pub device: Device,
    /// What it is made from, with the instance that holds it.
    pub held: Vec<(SpeakerId, Candidate)>,
    /// How a route server decides, both instances together; none of a gateway, each instance of which brings what it uses.
    pub decision: Option<Decision>,
    /// The next hops in ascending order.
    pub hops: Vec<Hop>,
    /// Open facts on which it rests.
    pub rests_on: FactSet,
}

/// What becomes of a class at a VNet that hosts a route server or a gateway.
pub fn programmed(topology: &Topology, ribs: &Ribs, host: VnetId, class: ClassId) -> Programmed {
    Host::new(topology, ribs, host).programmed(class)
}

struct Host<'a> {
    topology: &'a Topology,
    ribs: &'a Ribs,
    id: VnetId,
    servers: Vec<SpeakerId>,
    vpn: Vec<SpeakerId>,
    express_route: Vec<SpeakerId>,
    /// An NVA has a session with one instance of the route server only.
    partly_peered: bool,
}

impl<'a> Host<'a> {
    fn new(topology: &'a Topology, ribs: &'a Ribs, id: VnetId) -> Self {
        let devices = [Device::RouteServer(id), Device::VpnGateway(id), Device::ExpressRouteGateway(id)];
        let [servers, vpn, express_route] = devices.map(|device| ribs.network.instances(device).collect::<Vec<_>>());
        let partly_peered = has_partial_peers(ribs, &servers);
        Host { topology, ribs, id, servers, vpn, express_route, partly_peered }
    }

    fn programmed(&self, class: ClassId) -> Programmed {
        let relation = self.ribs.class(class).relation(self.id);
        if let Some(relation) = relation.filter(|_| is_refused(self.topology, relation)) {
            return Programmed::Refused(relation);
        }
        // A route server that failed programs nothing, and nobody does in its place (assumed: no source tells what NICs keep of it).
        let by_server = self.topology.vnet(self.id).route_server.is_some();
        let at = Programming { topology: self.topology, ribs: self.ribs, class, partly_peered: self.partly_peered };
        let found = if by_server {
            at.by_route_server(self.id, &self.servers).or_else(|| at.by_client_pool(self.id, &self.vpn))
        } else {
            at.by_gateways(self.id, &self.vpn, &self.express_route)
        };
        let Some(mut choice) = found else { return Programmed::Nothing };
        if by_server && at.is_client_pool(&self.vpn) {
            choice.rests_on.insert(Fact::ClientPoolThroughRouteServer);
        }
        if relation == Some(Relation::InsideTransit) {
            choice.rests_on.insert(Fact::InsideTransitSpoke);
        }
        Programmed::Route(choice)
    }
}

/// Prefixes of the host's own space are never programmed (route injection in spokes page, 2025-02-10).
fn is_refused(topology: &Topology, relation: Option<Relation>) -> bool {
    match relation {
        None => false,
        Some(Relation::InsideTransit) => topology.facts.is(Fact::InsideTransitSpoke, "filtered"),
        Some(Relation::OwnRange | Relation::InsideOwn | Relation::TransitRange) => true,
    }
}

fn has_partial_peers(ribs: &Ribs, servers: &[SpeakerId]) -> bool {
    let peers = |server: SpeakerId| -> BTreeSet<Device> {
        let neighbors = ribs.network.speaker(server).neighbors.iter();
        let nvas = neighbors.filter(|neighbor| neighbor.kind == SessionKind::RouteServerNva);
        nvas.map(|neighbor| ribs.network.speaker(neighbor.peer).device).collect()
    };
    servers.windows(2).any(|pair| peers(pair[0]) != peers(pair[1]))
}

struct Programming<'a> {
    topology: &'a Topology,
    ribs: &'a Ribs,
    class: ClassId,
    /// An NVA has a session with one instance of the route server only.
    partly_peered: bool,
}

impl Programming<'_> {
    fn view(&self, speaker: SpeakerId) -> View {
        self.ribs.view(self.topology, self.class, speaker)
    }

    /// NICs take the best of what either instance accepted, all equal paths of it.
    fn by_route_server(&self, host: VnetId, servers: &[SpeakerId]) -> Option<Choice> {
        let views: Vec<View> = servers.iter().map(|id| self.view(*id)).collect();
        let held: Vec<(SpeakerId, Candidate)> = servers
            .iter()
            .zip(&views)
            .flat_map(|(id, view)| view.candidates.iter().map(|candidate| (*id, candidate.clone())))
            .collect();
        let (decision, mut rests_on) = self.ribs.decide_together(self.topology, &held)?;
        let mut hops: Vec<Hop> = Vec::new();
        for index in &decision.survivors {
            let (speaker, candidate) = &held[*index];
            let Source::Neighbor(neighbor) = candidate.source else { return None };
            let peer = self.ribs.network.speaker(*speaker).neighbors[neighbor].peer;
            hops.extend(self.hop(peer, candidate));
            rests_on = rests_on.union(candidate.route.rests_on);
        }
        if self.one_sided(&views) {
            rests_on.insert(Fact::OneInstancePeered);
        }
        Some(self.finish(Device::RouteServer(host), (held, Some(decision)), hops, rests_on))
    }

    /// True when the instances hold different routes because a peer has a session with one of them only.
    fn one_sided(&self, views: &[View]) -> bool {
        let held = |view: &View| -> BTreeSet<(Option<Ipv4Addr>, String)> {
            view.candidates
                .iter()
                .map(|candidate| (candidate.route.next_hop, candidate.route.path.to_string()))
                .collect()
        };
        self.partly_peered && views.windows(2).any(|pair| held(&pair[0]) != held(&pair[1]))
    }

    /// Without a route server the gateways program what they learned; ExpressRoute comes before VPN (coexistence page, 2023).
    fn by_gateways(&self, host: VnetId, vpn: &[SpeakerId], express_route: &[SpeakerId]) -> Option<Choice> {
        let by_vpn = || self.by_instances(Device::VpnGateway(host), vpn);
        self.by_instances(Device::ExpressRouteGateway(host), express_route).or_else(by_vpn)
    }

    /// A point-to-site pool reaches NICs from the gateway itself.
    fn by_client_pool(&self, host: VnetId, vpn: &[SpeakerId]) -> Option<Choice> {
        if self.is_client_pool(vpn) { self.by_instances(Device::VpnGateway(host), vpn) } else { None }
    }

    fn is_client_pool(&self, vpn: &[SpeakerId]) -> bool {
        let origins = &self.ribs.class(self.class).origins;
        origins.iter().any(|(id, kind, _)| *kind == LocalKind::ClientPool && vpn.contains(id))
    }

    /// The instances that have the route from outside, not from each other.
    fn by_instances(&self, device: Device, instances: &[SpeakerId]) -> Option<Choice> {
        let mut hops = Vec::new();
        let mut held = Vec::new();
        let mut rests_on = FactSet::default();
        for id in instances {
            let view = self.view(*id);
            for candidate in view.survivors() {
                let outside = match candidate.source {
                    Source::Local(LocalKind::Static(_) | LocalKind::PeerHostRoute(_) | LocalKind::ClientPool) => true,
                    Source::Local(_) => false,
                    Source::Neighbor(_) => matches!(
                        self.ribs.neighbor_kind(*id, candidate),
                        Some(SessionKind::Tunnel(..) | SessionKind::EdgeGateway)
                    ),
                };
                if outside {
                    hops.extend(self.hop(*id, candidate));
                    rests_on = rests_on.union(candidate.route.rests_on);
                    held.push((*id, candidate.clone()));
                }
            }
        }
        (!hops.is_empty()).then(|| self.finish(device, (held, None), hops, rests_on))
    }

    /// The next hop that a NIC shows for a route that `via` brought.
    fn hop(&self, via: SpeakerId, candidate: &Candidate) -> Option<Hop> {
        let speaker = self.ribs.network.speaker(via);
        match speaker.device {
            Device::VpnGateway(vnet) => {
                let gateway = self.topology.vnet(vnet).vpn_gateway.as_ref();
                match gateway.filter(|gateway| !gateway.active_active) {
                    Some(gateway) => Some(
                        gateway.public_ips.first().map_or(Hop::GatewayPublicAddress, |address| Hop::Address(*address)),
                    ),
                    None => speaker.address.map(Hop::Address),
                }
            }
            Device::ExpressRouteGateway(_) => Some(Hop::ExpressRouteFabric),
            _ => candidate.route.next_hop.map(Hop::Address),
        }
    }

    fn finish(
        &self,
        device: Device,
        (held, decision): (Vec<(SpeakerId, Candidate)>, Option<Decision>),
        mut hops: Vec<Hop>,
        mut rests_on: FactSet,
    ) -> Choice {
        hops.sort_unstable();
        hops.dedup();
        // Practitioners report that Azure takes eight.
        if hops.len() > 8 {
            rests_on.insert(Fact::EcmpLimit);
        }
        let limit = self.topology.facts.number(Fact::EcmpLimit);
        if limit > 0 && hops.len() > limit {
            rests_on.insert(Fact::EcmpLimit);
            hops.truncate(limit);
        }
        Choice { device, held, decision, hops, rests_on }
    }
}
