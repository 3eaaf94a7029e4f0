//! Accounts of speakers in words: what each uses, what lost and why, what it did not get, back to whoever originates the prefix.

use super::facts::{of_origin, of_step};
use super::rows::Teller;
use super::{Detail, Kind, Node};
use crate::analysis::why::{Account, Extent, Offer, OfferSource, Proof, Verdict};
use crate::azure::facts::Fact;
use crate::bgp::{Device, LocalKind, Route, SpeakerId};
use crate::report::view::Tone;
use crate::syntax::document::Origin;
use crate::words::few;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Tells the accounts of one proof, each once.
pub(super) struct Accounts<'a> {
    pub(super) teller: &'a Teller<'a>,
    pub(super) proof: &'a Proof,
    pub(super) prefix: Ipv4Net,
    seen: BTreeSet<Device>,
}

impl<'a> Accounts<'a> {
    pub(super) fn new(teller: &'a Teller<'a>, proof: &'a Proof, prefix: Ipv4Net) -> Self {
        Accounts { teller, proof, prefix, seen: BTreeSet::new() }
    }

    /// What the devices asked have.
    pub(super) fn roots(&mut self) -> Vec<Node> {
        self.proof.roots.iter().flat_map(|root| self.account(*root)).collect()
    }

    pub(super) fn name(&self, device: Device) -> String {
        device.name(self.teller.reasons.topology)
    }

    /// The account of a device; where it was told before, that it was.
    pub(super) fn account(&mut self, device: Device) -> Vec<Node> {
        let (written, name) = (self.teller.written, self.name(device));
        if !self.seen.insert(device) {
            let text = format!("{name}: as told above");
            return vec![Node::new(Kind::SeeAbove, Tone::Dim, text).at([written.device(device)])];
        }
        let proof = self.proof;
        let Some(account) = proof.account(device) else { return Vec::new() };
        let mut nodes = Vec::new();
        // What lost or was stopped at a speaker on the way is told there, and followed no further.
        let followed = proof.roots.contains(&device)
            || account.offers.is_empty()
            || self.teller.reasons.extent == Extent::Everything;
        for offer in &account.offers {
            nodes.push(self.offer(account, offer, followed || offer.verdict == Verdict::Chosen));
        }
        for stop in &account.stops {
            nodes.push(self.stop(account, stop, followed));
        }
        for neighbor in &account.empty_handed {
            let text = format!("{} has nothing to send to {name}", self.name(*neighbor));
            let behind = self.account(*neighbor);
            nodes.push(Node::new(Kind::EmptyHanded, Tone::Plain, text).at([written.device(*neighbor)]).with(behind));
        }
        let missing = self.missing_sessions(device);
        if nodes.is_empty() && missing.is_empty() {
            let down = account.instances.is_empty();
            let text = if down { format!("{name} is down") } else { format!("nobody offers it to {name}") };
            nodes.push(Node::new(Kind::EmptyHanded, Tone::Bad, text).at([written.device(device)]));
        }
        nodes.extend(missing);
        nodes
    }

    /// NVAs that a route server should have a session with, and has none.
    fn missing_sessions(&self, device: Device) -> Vec<Node> {
        let (topology, ribs) = (self.teller.reasons.topology, self.teller.reasons.ribs);
        let written = self.teller.written;
        let Device::RouteServer(host) = device else { return Vec::new() };
        let instances: Vec<SpeakerId> = ribs.network.instances(device).collect();
        let peers = topology.vnet(host).route_server.iter().flat_map(|server| &server.peers);
        let mut nodes = Vec::new();
        for peer in peers.filter(|_| !instances.is_empty()) {
            let router = Device::Router(peer.router);
            let mut neighbors = instances.iter().flat_map(|id| &ribs.network.speaker(*id).neighbors);
            if neighbors.any(|neighbor| ribs.network.speaker(neighbor.peer).device == router) {
                continue;
            }
            let (name, to) = (self.name(device), self.name(router));
            let closed = ribs.closed.iter().find(|closed| (closed.vnet, closed.router) == (host, peer.router));
            let (why, fact) = match closed {
                Some(closed) => {
                    let fact = written.fact_line(Fact::RoutesPerPeer);
                    (
                        format!("closed, because {to} sends {} routes and {} are allowed", closed.routes, fact.value),
                        Some(fact),
                    )
                }
                None if topology.may_peer(host, peer.router) => ("down".to_owned(), None),
                None => (format!("impossible, because {to} is no NVA that the VNet reaches"), None),
            };
            let text = format!("the BGP connection of {name} to {to} is {why}");
            let place = written.place(peer.span, "BGP connection");
            nodes.push(Node::new(Kind::EmptyHanded, Tone::Bad, text).at([place]).resting_on(fact));
        }
        nodes
    }

    /// The device with the instances that are meant, where they are not all.
    pub(super) fn instances(&self, account: &Account, some: &[SpeakerId]) -> String {
        let name = self.name(account.device);
        if account.instances.iter().all(|id| some.contains(id)) {
            return name;
        }
        let network = &self.teller.reasons.ribs.network;
        let named = some.iter().map(|id| format!("{name}:{}", network.speaker(*id).instance));
        few(named.collect::<BTreeSet<_>>())
    }

    fn offer(&mut self, account: &Account, offer: &Offer, followed: bool) -> Node {
        let holders: Vec<SpeakerId> = offer.holders.iter().map(|(id, _)| *id).collect();
        let who = self.instances(account, &holders);
        let route = route_words(&offer.route, &offer.next_hops);
        let what = match offer.source {
            OfferSource::Own(kind) => format!("what it originates, {}", self.origin_words(account.device, kind)),
            OfferSource::From(from) if from == account.device => format!("what its other instance sends: {route}"),
            OfferSource::From(from) => format!("what {} sends: {route}", self.name(from)),
        };
        let (text, tone) = match (offer.verdict, offer.source) {
            (Verdict::Chosen, OfferSource::Own(kind)) => {
                (format!("{who} originates it: {}", self.origin_words(account.device, kind)), Tone::Good)
            }
            (Verdict::Chosen, _) => (format!("{who} uses {what}"), Tone::Good),
            (Verdict::Equal, _) => (format!("{who} uses as well, and does not pass on, {what}"), Tone::Plain),
            (Verdict::Lost(step, had, best), _) => {
                let values = format!("{}: {} against {}", step.label(), step.words(had), step.words(best));
                (format!("{who} does not use {what}; {values}"), Tone::Bad)
            }
        };
        let network = &self.teller.reasons.ribs.network;
        let mut detail = Detail {
            speaker: Some(self.name(account.device)),
            instances: holders
                .iter()
                .map(|id| network.speaker(*id).instance)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            next_hops: offer.next_hops.clone(),
            as_path: Some(offer.route.path.to_string()),
            communities: offer.route.communities.iter().map(ToString::to_string).collect(),
            ..Detail::default()
        };
        let mut node = Node::new(Kind::Offer, tone, text);
        let written = self.teller.written;
        match offer.verdict {
            Verdict::Chosen => detail.verdict = Some("chosen"),
            Verdict::Equal => detail.verdict = Some("equal"),
            Verdict::Lost(step, had, best) => {
                detail.verdict = Some("lost");
                detail.step = Some(step.label());
                (detail.had, detail.best) = (Some(step.words(had)), Some(step.words(best)));
                match of_step(step, account.device) {
                    Ok(fact) => node = node.resting_on([written.fact_line(fact)]),
                    Err(source) => node.source = Some(source),
                }
                if let Device::RouteServer(vnet) = account.device {
                    node = node.at([written.preference(vnet)]);
                }
            }
        }
        match offer.source {
            OfferSource::Own(kind) => {
                let fact = of_origin(kind, account.device).map(|fact| written.fact_line(fact));
                node.at(written.origin(account.device, kind, self.prefix)).resting_on(fact).detail(detail)
            }
            OfferSource::From(from) => {
                detail.from = Some(self.name(from));
                let crossed = self.crossed(account, offer, from);
                let before = if from == account.device || !followed { Vec::new() } else { self.account(from) };
                node.detail(detail).with(crossed).with(before)
            }
        }
    }

    fn origin_words(&self, device: Device, kind: LocalKind) -> String {
        match kind {
            LocalKind::VnetRange => "a range of its VNet".into(),
            LocalKind::TransitSpoke => "a range of a VNet that uses its gateways".into(),
            LocalKind::Summary => "a summary of its VNets".into(),
            LocalKind::Static(_) => "a prefix of a local network gateway".into(),
            LocalKind::PeerHostRoute(_) => "the BGP address of a peer".into(),
            LocalKind::ClientPool => "its point-to-site pool".into(),
            LocalKind::Announced => match device {
                Device::Router(id) if self.teller.reasons.topology.router(id).is_nva() => "it advertises it".into(),
                _ => "a prefix of the site".into(),
            },
        }
    }
}

/// A route in words: what a decision looks at.
pub(super) fn route_words(route: &Route, next_hops: &[Ipv4Addr]) -> String {
    let mut words = vec![path_words(route)];
    if !next_hops.is_empty() {
        let list: Vec<String> = next_hops.iter().map(ToString::to_string).collect();
        words.push(format!("next hop {}", list.join(", ")));
    }
    if !route.communities.is_empty() {
        let list: Vec<String> = route.communities.iter().map(ToString::to_string).collect();
        words.push(format!("communities {}", list.join(" ")));
    }
    match route.origin {
        Origin::Igp => {}
        Origin::Egp => words.push("origin EGP".into()),
        Origin::Incomplete => words.push("origin incomplete".into()),
    }
    words.join(", ")
}

fn path_words(route: &Route) -> String {
    if route.path.is_empty() { "empty AS path".into() } else { format!("AS path {}", route.path) }
}
