//! What a speaker passes on to a neighbour. Every rule of Azure's on sending stands here.

use super::class::{Class, Relation};
use super::policy::{self, Context, Verdict};
use super::refusal::Refusal;
use super::route::{Candidate, LocalKind, Route, Source};
use super::speaker::{Device, Neighbor, Network, SessionKind, Speaker, TunnelType};
use crate::azure::facts::{Fact, FactSet};
use crate::azure::{AZURE_ASN, MICROSOFT_EDGE_ASN, ROUTE_SERVER_COMMUNITY};
use crate::net::Community;
use crate::topology::{PeerName, Router, Topology, VnetId};
use ipnet::Ipv4Net;

/// What comes of sending a route: the route, a refusal, or a summary instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// The route as the neighbour receives it.
    Route(Route),
    /// Nothing.
    Refused(Refusal),
    /// Nothing, but this prefix instead.
    Summary(Ipv4Net),
}

/// One export, with everything it looks at.
pub(super) struct Export<'a> {
    pub(super) topology: &'a Topology,
    pub(super) network: &'a Network,
    pub(super) class: &'a Class,
    pub(super) speaker: &'a Speaker,
    pub(super) to: usize,
}

impl Export<'_> {
    /// Sends one candidate.
    pub(super) fn send(&self, candidate: &Candidate) -> Sent {
        self.send_noting(candidate, |_| {})
    }

    /// The numbers of the rules of the export policy that match the candidate.
    pub(super) fn rules_met(&self, candidate: &Candidate) -> Vec<usize> {
        let mut met = Vec::new();
        self.send_noting(candidate, |number| met.push(number));
        met
    }

    fn send_noting(&self, candidate: &Candidate, note: impl FnMut(usize)) -> Sent {
        if candidate.source == Source::Neighbor(self.to) && self.router().is_none_or(|router| router.split_horizon) {
            return Sent::Refused(Refusal::SplitHorizon);
        }
        let allowed = match self.speaker.device {
            Device::RouteServer(vnet) => self.leave_route_server(vnet, candidate),
            Device::VpnGateway(vnet) => self.leave_vpn_gateway(vnet, candidate),
            Device::ExpressRouteGateway(_) => self.leave_express_route_gateway(candidate),
            Device::Edge(_) => self.leave_edge(candidate),
            Device::Router(_) => self.leave_router(candidate),
        };
        match allowed {
            Err(refusal) => Sent::Refused(refusal),
            Ok(rests_on) => self.apply_policy(candidate, self.dress(candidate, rests_on), note),
        }
    }

    fn neighbor(&self) -> &Neighbor {
        &self.speaker.neighbors[self.to]
    }

    /// The neighbour that a candidate came from.
    fn origin<'s>(&'s self, candidate: &Candidate) -> Option<&'s Neighbor> {
        match candidate.source {
            Source::Neighbor(index) => Some(&self.speaker.neighbors[index]),
            Source::Local(_) => None,
        }
    }

    fn router(&self) -> Option<&Router> {
        match self.speaker.device {
            Device::Router(router) => Some(self.topology.router(router)),
            _ => None,
        }
    }

    fn leave_route_server(&self, id: VnetId, candidate: &Candidate) -> Result<FactSet, Refusal> {
        let vnet = self.topology.vnet(id);
        let branch_to_branch = vnet.route_server.as_ref().is_some_and(|server| server.branch_to_branch);
        let facts = &self.topology.facts;
        let mut rests_on = FactSet::default();
        let to_nva = self.neighbor().kind == SessionKind::RouteServerNva;
        let Some(origin) = self.origin(candidate) else {
            return if to_nva { Ok(rests_on) } else { Err(Refusal::LocalToGateway) };
        };
        if candidate.route.has_community(Community::NO_ADVERTISE) {
            return Err(Refusal::NoAdvertise);
        }
        if candidate.route.has_community(Community::NO_EXPORT) {
            rests_on.insert(Fact::NoExport);
            if self.neighbor().ebgp && facts.is(Fact::NoExport, "honoured") {
                return Err(Refusal::NoExport);
            }
        }
        let from_nva = origin.kind == SessionKind::RouteServerNva;
        if to_nva && from_nva && !branch_to_branch {
            if facts.is(Fact::NvaReflection, "branch_to_branch") {
                return Err(Refusal::NvaReflectionOff);
            }
            rests_on.insert(Fact::NvaReflection);
        } else if !branch_to_branch {
            return Err(Refusal::BranchToBranchOff);
        }
        let own = matches!(self.class.relation(id), Some(Relation::OwnRange | Relation::InsideOwn));
        if !to_nva && from_nva && own {
            let to_express_route =
                matches!(self.network.speaker(self.neighbor().peer).device, Device::ExpressRouteGateway(_));
            match facts.value(Fact::OwnPrefixesToGateways) {
                "exported" => {}
                "express_route" if to_express_route => {}
                _ => return Err(Refusal::OwnPrefixHeldBack),
            }
            rests_on.insert(Fact::OwnPrefixesToGateways);
        }
        Ok(rests_on)
    }

    fn leave_vpn_gateway(&self, id: VnetId, candidate: &Candidate) -> Result<FactSet, Refusal> {
        let facts = &self.topology.facts;
        let origin = self.origin(candidate);
        let known_there = matches!(
            candidate.source,
            Source::Local(LocalKind::VnetRange | LocalKind::TransitSpoke | LocalKind::Summary)
        );
        let to_sibling = self.neighbor().kind == SessionKind::GatewaySibling;
        if !to_sibling && self.is_peer_host_route(id, candidate) && facts.is(Fact::PeerHostRoutes, "kept") {
            return Err(Refusal::HostRouteKept);
        }
        match self.neighbor().kind {
            SessionKind::Tunnel(tunnel, kind) => {
                if self.class.is_default {
                    return Err(Refusal::DefaultRouteKept);
                }
                if matches!(candidate.source, Source::Local(_)) && self.points_into(tunnel) {
                    return Err(Refusal::StaticIntoOwnTunnel);
                }
                if origin.is_some_and(|origin| origin.kind == SessionKind::CoexistingGateways) {
                    return Err(Refusal::CoexistingGateway);
                }
                if kind == TunnelType::Vnet2Vnet && self.topology.vnet(id).route_server.is_some() {
                    if facts.is(Fact::VnetToVnetExport, "nothing") {
                        return Err(Refusal::VnetToVnetNothing);
                    }
                    return Ok(FactSet::of(Fact::VnetToVnetExport));
                }
                Ok(FactSet::default())
            }
            _ if known_there => Err(Refusal::KnownThere),
            _ if origin.is_some_and(|origin| !origin.ebgp) && !self.neighbor().ebgp => Err(Refusal::IbgpToIbgp),
            _ => match candidate.source {
                Source::Local(LocalKind::ClientPool) if to_sibling => Err(Refusal::KnownThere),
                Source::Local(LocalKind::ClientPool) if facts.is(Fact::ClientPoolThroughRouteServer, "no") => {
                    Err(Refusal::ClientPoolKept)
                }
                Source::Local(LocalKind::ClientPool) => Ok(FactSet::of(Fact::ClientPoolThroughRouteServer)),
                _ => Ok(FactSet::default()),
            },
        }
    }

    /// True when the gateway has a static or host route of the class into a tunnel.
    fn points_into(&self, tunnel: u32) -> bool {
        let device = self.speaker.device;
        let into =
            |kind: &LocalKind| matches!(kind, LocalKind::Static(own) | LocalKind::PeerHostRoute(own) if *own == tunnel);
        self.class.origins.iter().any(|(id, kind, _)| into(kind) && self.network.speaker(*id).device == device)
    }

    /// True for the host route of a BGP peer, held by this instance or told by its sibling.
    fn is_peer_host_route(&self, id: VnetId, candidate: &Candidate) -> bool {
        match candidate.source {
            Source::Local(kind) => matches!(kind, LocalKind::PeerHostRoute(_)),
            Source::Neighbor(_) => {
                let from_sibling =
                    self.origin(candidate).is_some_and(|origin| origin.kind == SessionKind::GatewaySibling);
                let held = |(speaker, kind, _): &(super::SpeakerId, LocalKind, Route)| {
                    matches!(kind, LocalKind::PeerHostRoute(_))
                        && self.network.speaker(*speaker).device == Device::VpnGateway(id)
                };
                from_sibling && self.class.origins.iter().any(held)
            }
        }
    }

    fn leave_express_route_gateway(&self, candidate: &Candidate) -> Result<FactSet, Refusal> {
        let origin = self.origin(candidate).map(|origin| origin.kind);
        match (self.neighbor().kind, origin) {
            (SessionKind::EdgeGateway, Some(SessionKind::EdgeGateway)) => Err(Refusal::CircuitTransit),
            (SessionKind::EdgeGateway, Some(SessionKind::CoexistingGateways)) => Err(Refusal::CoexistingGateway),
            (SessionKind::EdgeGateway, _) => Ok(FactSet::default()),
            (_, None) => Err(Refusal::KnownThere),
            (_, Some(SessionKind::EdgeGateway)) => Ok(FactSet::default()),
            (_, Some(_)) => Err(Refusal::IbgpToIbgp),
        }
    }

    fn leave_edge(&self, candidate: &Candidate) -> Result<FactSet, Refusal> {
        let Some(origin) = self.origin(candidate) else { return Ok(FactSet::default()) };
        let device = |neighbor: &Neighbor| self.network.speaker(neighbor.peer).device;
        if device(origin) == device(self.neighbor()) {
            return Err(Refusal::KnownThere);
        }
        match (origin.kind, self.neighbor().kind) {
            (SessionKind::EdgeSite, SessionKind::EdgeSite) => Err(Refusal::SiteToSite),
            (SessionKind::EdgeGateway, SessionKind::EdgeGateway) => {
                if self.topology.facts.is(Fact::EdgeVnetToVnet, "blocked") {
                    return Err(Refusal::VnetToVnetOverCircuit);
                }
                Ok(FactSet::of(Fact::EdgeVnetToVnet))
            }
            _ => Ok(FactSet::default()),
        }
    }

    fn leave_router(&self, candidate: &Candidate) -> Result<FactSet, Refusal> {
        let Some(origin) = self.origin(candidate) else { return Ok(FactSet::default()) };
        if self.router().is_some_and(|router| !router.readvertise) {
            return Err(Refusal::NotReadvertised);
        }
        if !origin.ebgp && !self.neighbor().ebgp {
            return Err(Refusal::IbgpToIbgp);
        }
        if candidate.route.has_community(Community::NO_ADVERTISE) {
            return Err(Refusal::NoAdvertise);
        }
        if candidate.route.has_community(Community::NO_EXPORT) && self.neighbor().ebgp {
            return Err(Refusal::NoExport);
        }
        Ok(FactSet::default())
    }

    /// What the speaker does to attributes by itself.
    fn dress(&self, candidate: &Candidate, rests_on: FactSet) -> Route {
        let mut route = candidate.route.clone();
        route.rests_on = route.rests_on.union(rests_on);
        let neighbor = self.neighbor();
        let origin_kind = self.origin(candidate).map(|origin| origin.kind);
        match self.speaker.device {
            Device::RouteServer(_) => {
                if origin_kind == Some(SessionKind::RouteServerNva) {
                    route.add_community(ROUTE_SERVER_COMMUNITY);
                }
                if neighbor.ebgp {
                    route.next_hop = neighbor.local_address;
                }
            }
            Device::VpnGateway(_) => route.next_hop = neighbor.local_address,
            Device::ExpressRouteGateway(_) if neighbor.ebgp => route.next_hop = neighbor.local_address,
            Device::ExpressRouteGateway(_) => {}
            Device::Edge(_) => {
                route.next_hop = neighbor.local_address;
                if neighbor.kind == SessionKind::EdgeSite {
                    route.path = route.path.without(crate::net::Asn::is_private);
                } else if origin_kind == Some(SessionKind::EdgeGateway) {
                    route.path = route.path.replaced(AZURE_ASN, MICROSOFT_EDGE_ASN);
                }
            }
            Device::Router(_) => self.dress_by_router(candidate, &mut route),
        }
        if route.next_hop != candidate.route.next_hop {
            route.other_next_hops.clear();
        }
        route
    }

    /// A policy's summary starts at the speaker: path and communities of the parts are lost, and no policy is applied again.
    pub(super) fn summary(&self) -> Route {
        self.prepend_own(Route::local(self.neighbor().local_address))
    }

    fn dress_by_router(&self, candidate: &Candidate, route: &mut Route) {
        let (neighbor, router) = (self.neighbor(), self.router());
        let own = route.next_hop == self.speaker.address && candidate.source == Source::Local(LocalKind::Announced);
        let learned = matches!(candidate.source, Source::Neighbor(_));
        let takes_over = learned && (neighbor.ebgp || router.is_some_and(|router| router.next_hop_self));
        if own || takes_over {
            route.next_hop = neighbor.local_address;
        }
        if neighbor.ebgp && router.is_some_and(|router| router.as_override) {
            let peer = self.network.speaker(neighbor.peer).asn;
            route.path = policy::overridden(&route.path, peer, self.speaker.asn);
        }
    }

    /// Applies the policy, then the speaker's own ASN; tells the number of each rule that matches.
    fn apply_policy(&self, candidate: &Candidate, route: Route, note: impl FnMut(usize)) -> Sent {
        let neighbor = self.neighbor();
        let Some(policy) = &neighbor.export else { return Sent::Route(self.prepend_own(route)) };
        let learned_from = match self.origin(candidate) {
            Some(origin) => self.network.speaker(origin.peer).device.peer_name(),
            None => PeerName::Itself,
        };
        let peer_asn = self.network.speaker(neighbor.peer).asn;
        let context =
            Context { prefix: self.class.representative(), learned_from, own_asn: self.speaker.asn, peer_asn };
        match policy::apply_noting(policy, route, &context, note) {
            Verdict::Permit(route) => Sent::Route(self.prepend_own(route)),
            Verdict::Drop(rule) => Sent::Refused(Refusal::Policy(rule)),
            Verdict::Summarize(prefix) => Sent::Summary(prefix),
        }
    }

    fn prepend_own(&self, mut route: Route) -> Route {
        if self.neighbor().ebgp {
            route.path = route.path.prepended(&[self.speaker.asn]);
        }
        route
    }
}
