//! A conversation between two hosts: the ways there, the ways back, and whether both directions meet the same firewalls.
//!
//! Answers start where the packets ended. An NVA that translates sources gets the answers itself and passes them on, so nothing of them
//! can miss it. Routes only: no security group and no firewall rule is looked at.

mod all_pairs;
mod classes;
mod fix;
mod host;
mod verdict;

pub use all_pairs::{AllPairs, PairClass, all_pairs, representatives};
pub use classes::{Classes, EndpointClass, hosts};
pub use fix::{Change, Fix, fix};
pub use host::{Endpoint, Host, HostError, INTERNET};
pub use verdict::{Pairing, Verdict};

use super::Estate;
use super::forward::{End, Forwarding, MOST_WAYS, Place, Way};
use crate::topology::{RouterId, SubnetId, Topology};
use std::net::Ipv4Addr;

/// Packets and answers between two hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Who opens the conversation.
    pub from: Host,
    /// Who answers.
    pub to: Host,
    /// Every way there, with the ways of the answers.
    pub trips: Vec<Trip>,
    /// What all of them come to.
    pub verdict: Verdict,
    /// More ways than are followed.
    pub cut_short: bool,
}

impl Trace {
    /// The NVAs that one of its ways passes, but for one that the conversation is with.
    pub fn passed(&self, topology: &Topology, way: &Way) -> impl Iterator<Item = RouterId> {
        verdict::passed(topology, (self.from, self.to), way)
    }
}

/// One way there, and the ways of the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// The way there.
    pub there: Way,
    /// NVAs on it that put their own address in place of the sender's, in order.
    pub translated_by: Vec<RouterId>,
    /// The ways back; none where nothing arrived.
    pub back: Vec<Answer>,
    /// Why there is no way back to follow although the packet arrived.
    pub unanswered: Option<Unanswered>,
}

/// One way of the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The way.
    pub way: Way,
    /// The address that each place of it decides upon: an NVA's that translated, or the sender's.
    pub aims: Vec<Ipv4Addr>,
    /// What it makes of the way there.
    pub pairing: Pairing,
}

/// Why the answers cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unanswered {
    /// The packet left for the internet by an NVA that is not said to translate sources.
    NotTranslated(RouterId),
    /// It ended in a VNet, at an address of no subnet.
    NoSubnet,
    /// It ended further than the topology tells.
    Unknown,
}

/// Follows a conversation. Neither host may be one that failed.
pub fn trace(estate: &Estate, from: Host, to: Host) -> Trace {
    Tracer { forwarding: estate.forwarding() }.trace(from, to)
}

/// Where answers start.
enum Start {
    /// Where the packet ended.
    At(Place),
    /// On the internet, at whoever the last NVA passed it to.
    Internet,
    /// Azure brings them to the sender.
    AtSender,
}

/// Follows conversations through one estate.
#[derive(Clone, Copy)]
struct Tracer<'a> {
    forwarding: Forwarding<'a>,
}

impl<'a> Tracer<'a> {
    fn topology(&self) -> &'a Topology {
        self.forwarding.topology
    }

    fn trace(&self, from: Host, to: Host) -> Trace {
        let there = from.endpoint.place().map_or_else(Vec::new, |place| self.forwarding.ways(place, to.address));
        let mut cut_short = there.len() >= MOST_WAYS;
        let mut trips = Vec::with_capacity(there.len());
        for way in there {
            let (trip, cut) = self.trip(from, to, way);
            cut_short |= cut;
            trips.push(trip);
        }
        let verdict = if cut_short { Verdict::Undetermined } else { Verdict::of(self.topology(), to, &trips) };
        Trace { from, to, trips, verdict, cut_short }
    }

    /// One way there with its answers, and whether there are more of these than are followed.
    fn trip(&self, from: Host, to: Host, there: Way) -> (Trip, bool) {
        let mut cut_short = false;
        let passed = verdict::passed(self.topology(), (from, to), &there);
        let translates = |id: &RouterId| self.topology().router(*id).snat && there.end != End::Router(*id);
        let translated_by = passed.filter(translates).collect();
        let mut trip = Trip { there, translated_by, back: Vec::new(), unanswered: None };
        match self.answerer(to, &trip) {
            None => {}
            Some(Err(unanswered)) => trip.unanswered = Some(unanswered),
            Some(Ok(start)) => {
                // A load balancer keeps both directions of a flow on one NVA (Azure Load Balancer, HA ports overview).
                let back = self.back(start, from, &trip);
                cut_short = back.len() >= MOST_WAYS;
                let possible = back.into_iter().filter(|(way, _)| verdict::share_balancers(&trip.there, way));
                let paired = possible.map(|(way, aims)| {
                    let pairing = Pairing::of(self.topology(), (from, to), &trip.there, &way);
                    Answer { way, aims, pairing }
                });
                trip.back = paired.collect();
            }
        }
        (trip, cut_short)
    }

    /// Where answers start; none where nothing arrived.
    fn answerer(&self, to: Host, trip: &Trip) -> Option<Result<Start, Unanswered>> {
        if trip.there.end == End::Unknown {
            return Some(Err(Unanswered::Unknown));
        }
        if !to.is_reached(self.topology(), trip.there.end) {
            return None;
        }
        Some(match trip.there.end {
            End::Vnet(vnet) => {
                let subnet = host::subnet_holding(self.topology(), vnet, to.address);
                subnet.map(|id| Start::At(Place::Subnet(id))).ok_or(Unanswered::NoSubnet)
            }
            End::Router(id) => Ok(Start::At(Place::Router(id))),
            _ => match trip.there.routers().filter(|id| self.topology().router(*id).is_nva()).last() {
                // What leaves a subnet itself is translated by Azure.
                None => Ok(Start::AtSender),
                Some(last) if trip.translated_by.last() == Some(&last) => Ok(Start::Internet),
                Some(last) => Err(Unanswered::NotTranslated(last)),
            },
        })
    }

    /// The ways of the answers, with the address that each place decides upon: to each NVA that translated, the last one first, and
    /// from there on to the sender.
    fn back(&self, start: Start, from: Host, trip: &Trip) -> Vec<(Way, Vec<Ipv4Addr>)> {
        let mut legs: Vec<(RouterId, Ipv4Addr)> = Vec::new();
        for id in trip.translated_by.iter().rev() {
            let Some(address) = self.outer_address(*id, &trip.there) else { return Vec::new() };
            legs.push((*id, address));
        }
        let first = match start {
            Start::AtSender => {
                let (place, end) = (from.endpoint.place(), from.endpoint.end());
                let whole = place.zip(end).map(|(place, end)| (Way { places: vec![place], end }, vec![from.address]));
                return whole.into_iter().collect();
            }
            Start::At(place) => place,
            Start::Internet => {
                let Some((last, _)) = legs.first().copied() else { return Vec::new() };
                legs.remove(0);
                Place::Router(last)
            }
        };
        let mut ways = vec![(Way { places: vec![first], end: End::Unknown }, Vec::new())];
        for (id, address) in legs {
            ways = self.prolong(ways, address, Some(id));
        }
        self.prolong(ways, from.address, None)
    }

    /// Each of these ways and whatever comes after it for an address. One that has ended elsewhere than at `until` stays as it is.
    fn prolong(
        &self,
        ways: Vec<(Way, Vec<Ipv4Addr>)>,
        to: Ipv4Addr,
        until: Option<RouterId>,
    ) -> Vec<(Way, Vec<Ipv4Addr>)> {
        let mut longer = Vec::new();
        for (way, mut aims) in ways {
            let Some(last) =
                way.places.last().copied().filter(|_| way.end == End::Unknown && aims.len() < way.places.len())
            else {
                longer.push((way, aims));
                continue;
            };
            aims.truncate(way.places.len() - 1);
            if longer.len() >= MOST_WAYS {
                break;
            }
            for next in self.forwarding.ways(last, to) {
                let at_nic = until.filter(|id| self.holds(*id, next.end, to));
                let arrived = at_nic.is_some() || until.is_some_and(|id| next.end == End::Router(id));
                let places = way.places.iter().chain(&next.places[1..]).copied();
                let places: Vec<Place> = places.chain(at_nic.map(Place::Router)).collect();
                let mut aims = aims.clone();
                // Where a leg ends the next one begins, and decides upon its address.
                aims.resize(if arrived { places.len() - 1 } else { places.len() }, to);
                longer.push((Way { places, end: if arrived { End::Unknown } else { next.end } }, aims));
            }
        }
        longer
    }

    /// A way to an address that ended in a VNet ended at a NIC of this NVA.
    fn holds(&self, id: RouterId, end: End, to: Ipv4Addr) -> bool {
        let router = self.topology().router(id);
        let has =
            |(subnet, address): (SubnetId, Option<Ipv4Addr>)| end == End::Vnet(subnet.vnet) && address == Some(to);
        router.nics().any(has)
    }

    /// The address that an NVA puts in place of a sender's: that of the NIC by which the packet leaves.
    fn outer_address(&self, id: RouterId, way: &Way) -> Option<Ipv4Addr> {
        let router = self.topology().router(id);
        let place = way.places.iter().position(|place| *place == Place::Router(id))?;
        let by_nic = match way.places.get(place + 1) {
            Some(Place::Subnet(subnet)) => {
                router.nics().find(|(own, _)| own == subnet).and_then(|(_, address)| address)
            }
            _ => None,
        };
        by_nic.or(router.address)
    }
}
