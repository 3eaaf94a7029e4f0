//! What a device was offered of a class, what it made of each offer, and what never got there; back to whoever originates the class.
//!
//! Every device has one account, and accounts refer to each other: routes may pass the same device on several ways.

use super::{Extent, Reasons};
use crate::bgp::{
    Candidate, ClassId, Decision, Device, LocalKind, Refusal, Route, SessionKind, Source, SpeakerId, Step, View,
};
use crate::effective::Choice;
use crate::topology::VnetId;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// All that bears on one class at one place.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The class.
    pub class: ClassId,
    /// The devices asked: one, or the gateways of a VNet without route server.
    pub roots: Vec<Device>,
    /// The VPN gateway of a VNet without route server that has the class too, where the ExpressRoute gateway programs it.
    pub passed_over: Option<Device>,
    /// Every device on the way, each once.
    pub accounts: Vec<Account>,
    /// Refusals and losers that are not told, because the route came from the receiver itself, or is known there.
    pub left_out: usize,
}

/// What one device has to do with a class, all instances of it together.
#[derive(Debug, Clone)]
pub struct Account {
    /// The device.
    pub device: Device,
    /// Its instances that are up.
    pub instances: Vec<SpeakerId>,
    /// What it decides between: what it uses first.
    pub offers: Vec<Offer>,
    /// What it was not sent, or did not take.
    pub stops: Vec<Stop>,
    /// Neighbours that have nothing to send because something was stopped behind them.
    pub empty_handed: Vec<Device>,
}

/// One or more candidates that differ in the instance only.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Where it comes from.
    pub source: OfferSource,
    /// The instances that hold it, each with the index of the neighbour it came from.
    pub holders: Vec<(SpeakerId, Option<usize>)>,
    /// As the sender has it, before it did anything to it.
    pub before: Option<Route>,
    /// As it arrived; none of what the device originates or makes of other prefixes.
    pub sent: Option<Route>,
    /// As it takes part in the decision.
    pub route: Route,
    /// Next hops of all of them.
    pub next_hops: Vec<Ipv4Addr>,
    /// Rules of the sender's export policy that matched.
    pub export_rules: Vec<usize>,
    /// Rules of the device's import policy that matched.
    pub import_rules: Vec<usize>,
    /// A policy makes it out of longer prefixes: that of the sender, or, on what it receives, of the device itself.
    pub summarized: bool,
    /// What became of it.
    pub verdict: Verdict,
}

/// Where an offer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferSource {
    /// The device originates it.
    Own(LocalKind),
    /// Another device sent it.
    From(Device),
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is used, and is what is passed on or programmed.
    Chosen,
    /// It is as good, and used, and another one is passed on.
    Equal,
    /// A step removed it.
    Lost(Step, u64, u64),
}

/// A route that one device has and another one did not get.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Who has it.
    pub from: Device,
    /// The sessions: the instance that did not get it, and the index of the neighbour there.
    pub sessions: Vec<(SpeakerId, usize)>,
    /// Where it was stopped.
    pub stage: Stage,
    /// What and why.
    pub refused: Refused,
}

/// Where a route was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The holder does not send it.
    NotSent,
    /// The receiver does not take it.
    NotTaken,
}

/// A refusal with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// What was sent; none where nothing was.
    pub route: Option<Route>,
    /// Rules of the policy that matched: of the sender where it was not sent, else of the receiver.
    pub rules: Vec<usize>,
}

impl Proof {
    /// The proof of what is programmed on NICs; without accounts unless it is to be `told`.
    pub(super) fn of_choice(reasons: &Reasons<'_>, class: ClassId, choice: &Choice, told: bool) -> Self {
        if !told {
            return Proof { class, roots: Vec::new(), passed_over: None, accounts: Vec::new(), left_out: 0 };
        }
        let mut builder = Builder::new(reasons, class);
        let joint = choice.decision.as_ref().map(|decision| (choice.held.as_slice(), decision));
        builder.account(choice.device, None, joint);
        let passed_over = builder.passed_over(choice.device);
        Proof { passed_over, ..builder.proof(vec![choice.device]) }
    }

    /// The proof of what the route server of a VNet, or each of its gateways, has.
    pub(super) fn at_host(reasons: &Reasons<'_>, class: ClassId, host: VnetId) -> Self {
        let vnet = reasons.topology.vnet(host);
        let mut devices = vec![Device::RouteServer(host)];
        if vnet.route_server.is_none() {
            let express_route = vnet.express_route_gateway.as_ref().map(|_| Device::ExpressRouteGateway(host));
            devices =
                express_route.into_iter().chain(vnet.vpn_gateway.as_ref().map(|_| Device::VpnGateway(host))).collect();
        }
        let mut builder = Builder::new(reasons, class);
        for device in &devices {
            builder.account(*device, None, None);
        }
        builder.proof(devices)
    }

    /// The proof of what a device, or one instance of it, has.
    pub(super) fn at(reasons: &Reasons<'_>, class: ClassId, device: Device, instance: Option<u8>) -> Self {
        let mut builder = Builder::new(reasons, class);
        builder.account(device, instance, None);
        builder.proof(vec![device])
    }

    /// Whether a device asked has anything of the class.
    pub fn is_held(&self) -> bool {
        self.roots.iter().filter_map(|root| self.account(*root)).any(|account| !account.offers.is_empty())
    }

    /// The account of a device.
    pub fn account(&self, device: Device) -> Option<&Account> {
        self.accounts.iter().find(|account| account.device == device)
    }
}

struct Builder<'r> {
    reasons: &'r Reasons<'r>,
    class: ClassId,
    holders: BTreeSet<SpeakerId>,
    views: BTreeMap<SpeakerId, Rc<View>>,
    accounts: Vec<Account>,
    known: BTreeSet<Device>,
    /// Devices between the one at hand and the one asked.
    way: Vec<Device>,
    left_out: usize,
}

impl<'r> Builder<'r> {
    fn new(reasons: &'r Reasons<'r>, class: ClassId) -> Self {
        Builder {
            reasons,
            class,
            holders: reasons.ribs.holders(class),
            views: BTreeMap::new(),
            accounts: Vec::new(),
            known: BTreeSet::new(),
            way: Vec::new(),
            left_out: 0,
        }
    }

    fn proof(self, roots: Vec<Device>) -> Proof {
        Proof { class: self.class, roots, passed_over: None, accounts: self.accounts, left_out: self.left_out }
    }

    /// The VPN gateway beside an ExpressRoute gateway, if it has the class from outside; with its account.
    fn passed_over(&mut self, device: Device) -> Option<Device> {
        let Device::ExpressRouteGateway(host) = device else { return None };
        let vpn = Device::VpnGateway(host);
        let network = &self.reasons.ribs.network;
        let from_outside = |id: SpeakerId, candidate: &Candidate| match candidate.source {
            Source::Local(LocalKind::Static(_) | LocalKind::PeerHostRoute(_) | LocalKind::ClientPool) => true,
            Source::Local(_) => false,
            Source::Neighbor(index) => matches!(network.speaker(id).neighbors[index].kind, SessionKind::Tunnel(..)),
        };
        let has = network.instances(vpn).any(|id| {
            let view = self.view(id);
            view.survivors().any(|candidate| from_outside(id, candidate))
        });
        if has {
            self.account(vpn, None, None);
        }
        has.then_some(vpn)
    }

    fn view(&mut self, id: SpeakerId) -> Rc<View> {
        let (reasons, class) = (self.reasons, self.class);
        Rc::clone(self.views.entry(id).or_insert_with(|| Rc::new(reasons.ribs.view(reasons.topology, class, id))))
    }

    fn device(&self, id: SpeakerId) -> Device {
        self.reasons.ribs.network.speaker(id).device
    }

    fn peer(&self, (id, neighbor): (SpeakerId, usize)) -> SpeakerId {
        self.reasons.ribs.network.speaker(id).neighbors[neighbor].peer
    }

    /// The account of a device, made when it is first met.
    fn account(&mut self, device: Device, instance: Option<u8>, joint: Option<(&[(SpeakerId, Candidate)], &Decision)>) {
        if !self.known.insert(device) {
            return;
        }
        let place = self.accounts.len();
        let network = &self.reasons.ribs.network;
        let is_asked = |id: &SpeakerId| instance.is_none_or(|instance| network.speaker(*id).instance == instance);
        let instances: Vec<SpeakerId> = network.instances(device).filter(is_asked).collect();
        self.accounts.push(Account {
            device,
            instances: instances.clone(),
            offers: Vec::new(),
            stops: Vec::new(),
            empty_handed: Vec::new(),
        });
        self.way.push(device);
        let offers = match joint {
            Some((held, decision)) => self.offers(held, decision, true),
            None => self.own_offers(&instances),
        };
        let offers = self.without_echoes(offers);
        let stops = self.stops(&instances);
        let senders = offers.iter().filter_map(|offer| match offer.source {
            OfferSource::From(device) => Some(device),
            OfferSource::Own(_) => None,
        });
        let senders: Vec<Device> = senders.chain(stops.iter().map(|stop| stop.from)).collect();
        for device in senders {
            self.account(device, None, None);
        }
        let empty_handed = self.empty_handed(&instances);
        self.way.pop();
        let account = &mut self.accounts[place];
        (account.offers, account.stops, account.empty_handed) = (offers, stops, empty_handed);
    }

    /// Losers that are the device's own route, or one on the way from it, as others send it back; the device asked tells these too.
    fn without_echoes(&mut self, mut offers: Vec<Offer>) -> Vec<Offer> {
        if self.way.len() > 1 && self.reasons.extent == Extent::Relevant {
            let before = offers.len();
            offers.retain(|offer| {
                let Some((id, Some(neighbor))) = offer.holders.first().copied() else { return true };
                !matches!(offer.verdict, Verdict::Lost(..)) || !self.comes_from_the_way(self.peer((id, neighbor)))
            });
            self.left_out += before - offers.len();
        }
        offers
    }

    fn own_offers(&mut self, instances: &[SpeakerId]) -> Vec<Offer> {
        let mut all: Vec<Offer> = Vec::new();
        for id in instances {
            let view = self.view(*id);
            let Some(decision) = &view.decision else { continue };
            let held: Vec<(SpeakerId, Candidate)> =
                view.candidates.iter().map(|candidate| (*id, candidate.clone())).collect();
            all.extend(self.offers(&held, decision, false));
        }
        let mut merged: Vec<Offer> = Vec::new();
        for offer in all {
            add(&mut merged, offer);
        }
        sort(&mut merged);
        merged
    }

    /// The offers of candidates; `together` where all survivors of the decision are used.
    fn offers(&mut self, held: &[(SpeakerId, Candidate)], decision: &Decision, together: bool) -> Vec<Offer> {
        let mut offers = Vec::new();
        for (index, (id, candidate)) in held.iter().enumerate() {
            let lost = decision.losses.iter().find(|loss| loss.candidate == index);
            let verdict = match lost {
                Some(loss) => Verdict::Lost(loss.step, loss.had, loss.best),
                None if together || decision.preferred == index => Verdict::Chosen,
                None => Verdict::Equal,
            };
            add(&mut offers, self.offer(*id, candidate, verdict));
        }
        sort(&mut offers);
        offers
    }

    fn offer(&mut self, id: SpeakerId, candidate: &Candidate, verdict: Verdict) -> Offer {
        let (topology, ribs, class) = (self.reasons.topology, self.reasons.ribs, self.class);
        let mut offer = Offer {
            source: OfferSource::Own(LocalKind::Announced),
            holders: Vec::new(),
            before: None,
            sent: None,
            route: candidate.route.clone(),
            next_hops: candidate.route.next_hop.into_iter().collect(),
            export_rules: Vec::new(),
            import_rules: Vec::new(),
            summarized: false,
            verdict,
        };
        let neighbor = match candidate.source {
            Source::Local(kind) => {
                offer.source = OfferSource::Own(kind);
                offer.holders.push((id, None));
                return offer;
            }
            Source::Neighbor(neighbor) => neighbor,
        };
        offer.holders.push((id, Some(neighbor)));
        let session = &ribs.network.speaker(id).neighbors[neighbor];
        let (sender, reverse) = (session.peer, session.reverse);
        offer.source = OfferSource::From(self.device(sender));
        let view = self.view(id);
        match view.received.iter().find(|received| received.neighbor == neighbor && received.accepted.is_ok()) {
            Some(received) => {
                offer.sent = Some(received.route.clone());
                offer.import_rules = ribs.import_rules(topology, class, id, received);
                let sender_view = self.view(sender);
                offer.before = sender_view.preferred().map(|candidate| candidate.route.clone());
                offer.export_rules = ribs.export_rules(topology, class, sender, &sender_view, reverse);
                let made = &ribs.class(class).summaries;
                offer.summarized =
                    made.iter().any(|made| (made.speaker, made.neighbor, made.inbound) == (sender, reverse, false));
            }
            None => offer.summarized = true,
        }
        offer
    }

    /// What neighbours have and do not send, and what they send and is not taken.
    fn stops(&mut self, instances: &[SpeakerId]) -> Vec<Stop> {
        let (topology, ribs, class) = (self.reasons.topology, self.reasons.ribs, self.class);
        let mut stops: Vec<Stop> = Vec::new();
        for id in instances {
            let view = self.view(*id);
            for (index, neighbor) in ribs.network.speaker(*id).neighbors.iter().enumerate() {
                let received = view.received.iter().find(|received| received.neighbor == index);
                let (stage, refused) = match received.map(|received| (received, &received.accepted)) {
                    Some((_, Ok(_))) => continue,
                    Some((received, Err(refusal))) => {
                        let rules = ribs.import_rules(topology, class, *id, received);
                        let route = Some(received.route.clone());
                        (Stage::NotTaken, Refused { refusal: refusal.clone(), route, rules })
                    }
                    None if !self.holders.contains(&neighbor.peer) => continue,
                    None => {
                        let sender_view = self.view(neighbor.peer);
                        let advert = ribs.advert(topology, class, neighbor.peer, &sender_view, neighbor.reverse);
                        let Some(Err(refusal)) = advert.map(|advert| advert.route) else { continue };
                        let rules = ribs.export_rules(topology, class, neighbor.peer, &sender_view, neighbor.reverse);
                        (Stage::NotSent, Refused { refusal, route: None, rules })
                    }
                };
                let known = matches!(refused.refusal, Refusal::KnownThere | Refusal::LocalToGateway);
                if self.reasons.extent == Extent::Relevant && (known || self.comes_from_the_way(neighbor.peer)) {
                    self.left_out += 1;
                    continue;
                }
                let from = self.device(neighbor.peer);
                let path = |refused: &Refused| refused.route.as_ref().map(|route| route.path.clone());
                let same = |stop: &&mut Stop| {
                    (stop.from, stop.stage) == (from, stage)
                        && stop.refused.refusal == refused.refusal
                        && path(&stop.refused) == path(&refused)
                };
                match stops.iter_mut().find(same) {
                    Some(stop) => stop.sessions.push((*id, index)),
                    None => stops.push(Stop { from, sessions: vec![(*id, index)], stage, refused }),
                }
            }
        }
        stops
    }

    /// Whether what a speaker passes on came through a device between here and the one asked: that cannot be a way there.
    fn comes_from_the_way(&mut self, speaker: SpeakerId) -> bool {
        let mut at = speaker;
        let mut seen = BTreeSet::new();
        while seen.insert(at) {
            if self.way.contains(&self.device(at)) {
                return true;
            }
            let view = self.view(at);
            let Some(Source::Neighbor(index)) = view.preferred().map(|candidate| candidate.source) else {
                return false;
            };
            at = self.peer((at, index));
        }
        false
    }

    /// Neighbours that have nothing of the class, and behind which something was stopped.
    fn empty_handed(&mut self, instances: &[SpeakerId]) -> Vec<Device> {
        let ribs = self.reasons.ribs;
        let has =
            |builder: &mut Self, id: SpeakerId| builder.holders.contains(&id) && builder.view(id).decision.is_some();
        let mut devices: Vec<Device> = Vec::new();
        for id in instances {
            for neighbor in &ribs.network.speaker(*id).neighbors {
                let device = self.device(neighbor.peer);
                if !has(self, neighbor.peer) && !devices.contains(&device) {
                    devices.push(device);
                }
            }
        }
        let mut empty = Vec::new();
        for device in devices {
            let with_something = ribs.network.instances(device).any(|id| has(self, id));
            if with_something || self.known.contains(&device) {
                continue;
            }
            self.account(device, None, None);
            let told = |account: &Account| !(account.stops.is_empty() && account.empty_handed.is_empty());
            if self.accounts.iter().any(|account| account.device == device && told(account)) {
                empty.push(device);
            }
        }
        empty
    }
}

/// Adds an offer to one that differs in the instance only, if there is any.
fn add(offers: &mut Vec<Offer>, offer: Offer) {
    let lost = |verdict: Verdict| matches!(verdict, Verdict::Lost(..)).then_some(verdict);
    let same = |known: &&mut Offer| {
        let sent = match (&known.sent, &offer.sent) {
            (None, None) => true,
            (Some(one), Some(other)) => one.alike(other),
            _ => false,
        };
        known.source == offer.source
            && lost(known.verdict) == lost(offer.verdict)
            && known.route.alike(&offer.route)
            && known.summarized == offer.summarized
            && sent
    };
    let Some(known) = offers.iter_mut().find(same) else {
        offers.push(offer);
        return;
    };
    known.holders.extend(offer.holders);
    known.next_hops.extend(offer.next_hops);
    known.next_hops.sort_unstable();
    known.next_hops.dedup();
    known.route.rests_on = known.route.rests_on.union(offer.route.rests_on);
    if offer.verdict == Verdict::Chosen {
        known.verdict = Verdict::Chosen;
    }
}

fn sort(offers: &mut [Offer]) {
    offers.sort_by_key(|offer| match offer.verdict {
        Verdict::Chosen => 0,
        Verdict::Equal => 1,
        Verdict::Lost(..) => 2,
    });
}
