//! The conversations of an estate, and what becomes of them in failed ones.

use super::Effect;
use super::alike::Alike;
use super::failback::Short;
use super::failures::Failure;
use super::fare::{Change, Effects, Fare, Seen, noticed};
use super::reach::{Choices, Reach};
use super::steps::Steps;
use crate::analysis::Estate;
use crate::analysis::forward::Place;
use crate::analysis::trace::{Endpoint, Host, Trace, Verdict, hosts, trace};
use crate::bgp::ClassId;
use crate::topology::{Element, SubnetId, Topology, VnetId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// A conversation in the estate as it is.
struct Flow {
    from: Host,
    to: Host,
    /// How many conversations it stands for.
    count: u64,
    seen: Seen,
    /// The address and the place from which each of its parts is decided.
    parts: Vec<(Ipv4Addr, Place)>,
}

/// The conversations of an estate.
pub(super) struct Survey<'a> {
    estate: Estate,
    alike: &'a Alike,
    by_ends: FxHashMap<(Host, Host), u32>,
    by_subnet: FxHashMap<SubnetId, Host>,
    flows: Vec<Flow>,
    places: Vec<Place>,
    /// By address.
    steps: BTreeMap<Ipv4Addr, Steps>,
    short: Short,
    choices: Choices,
}

impl<'a> Survey<'a> {
    pub(super) fn new(estate: Estate, alike: &'a Alike) -> Self {
        estate.remember_steps();
        let hosts = hosts(&estate);
        let mut flows = Vec::new();
        for from in &hosts {
            for to in hosts.iter().filter(|to| is_pair(from, to)) {
                flows.push(flow(&estate, alike, *from, *to));
            }
        }
        let mut places: Vec<Place> = flows.iter().flat_map(|flow| flow.parts.iter().map(|(_, place)| *place)).collect();
        places.sort_unstable();
        places.dedup();
        let addresses = flows.iter().flat_map(|flow| flow.parts.iter().map(|(address, _)| *address));
        let steps = addresses.map(|address| (address, Steps::of(&estate, &places, address))).collect();
        let (short, choices) = (Short::of(&estate), Choices::of(&estate));
        let by_ends = flows.iter().enumerate().map(|(number, flow)| ((flow.from, flow.to), number as u32)).collect();
        let subnet = |host: &Host| if let Endpoint::Subnet(id) = host.endpoint { Some((id, *host)) } else { None };
        let by_subnet = hosts.iter().filter_map(subnet).collect();
        Survey { estate, alike, by_ends, by_subnet, flows, places, steps, short, choices }
    }

    pub(super) fn count(&self) -> u64 {
        self.flows.iter().map(|flow| flow.count).sum()
    }

    pub(super) fn broken(&self) -> u64 {
        let broken = self.flows.iter().filter(|flow| flow.seen.verdict != Verdict::Symmetric);
        broken.map(|flow| flow.count).sum()
    }

    /// What a failure does alone.
    pub(super) fn alone(&self, failure: &Failure) -> Effects {
        self.effects(&self.estate.after(&failure.outages), &[failure], |_, _| {})
    }

    /// What a failure does alone, and how far it reaches.
    pub(super) fn single(&self, failure: &Failure) -> (Effects, Reach) {
        let failed = self.estate.after(&failure.outages);
        let mut reach = Reach::of(&self.estate, &self.choices, &failed);
        let effects = self.effects(&failed, &[failure], |number, after| {
            let flow = &self.flows[number as usize];
            let trips = || after.iter().flat_map(|trace| &trace.trips);
            let there = trips().flat_map(|trip| trip.there.places.iter().copied());
            let answers = || trips().flat_map(|trip| &trip.back);
            let mut places: Vec<Place> =
                there.chain(answers().flat_map(|answer| answer.way.places.iter().copied())).collect();
            places.extend([vnet(flow.from), vnet(flow.to)].into_iter().flatten().map(Place::Vnet));
            places.sort_unstable();
            places.dedup();
            let aims = answers().flat_map(|answer| answer.aims.iter().copied());
            let mut addresses: Vec<Ipv4Addr> = aims.chain([flow.from.address, flow.to.address]).collect();
            addresses.sort_unstable();
            addresses.dedup();
            let index = self.estate.forwarding().index;
            let classes: Vec<ClassId> = addresses.into_iter().flat_map(|address| index.classes_at(address)).collect();
            reach.follow(&self.choices, &self.estate.topology, (number, &classes), &places);
        });
        (effects, reach)
    }

    /// What two failures do together.
    pub(super) fn both(&self, one: &Failure, other: &Failure) -> Effects {
        let mut outages = one.outages.clone();
        outages.extend(&other.outages);
        self.effects(&self.estate.after(&outages), &[one, other], |_, _| {})
    }

    /// Whether two failures do together what they do apart.
    pub(super) fn are_apart(&self, one: (&Failure, &Reach), other: (&Failure, &Reach)) -> bool {
        one.1.is_apart(&one.0.outages, other.1, &other.0.outages, &self.estate)
    }

    /// How conversations fare in a failed estate. `followed` hears of each that is followed anew.
    fn effects(
        &self,
        failed: &Estate,
        failures: &[&Failure],
        mut followed: impl FnMut(u32, Option<&Trace>),
    ) -> Effects {
        failed.remember_steps();
        let mut affected: FxHashMap<Ipv4Addr, FxHashSet<Place>> = FxHashMap::default();
        // How soon gateways and circuits notice is in no fact: only what a route server hears is told with a time.
        let speaks = failures.iter().any(|failure| failure.outages.is_at_route_server(&self.estate.topology));
        let mut effects = Effects::default();
        let mut mirrored: Vec<(u32, u32)> = Vec::new();
        let mut anew: FxHashSet<u32> = FxHashSet::default();
        for (number, flow) in self.flows.iter().enumerate() {
            let number = number as u32;
            if is_down(&failed.topology, flow.from) || is_down(&failed.topology, flow.to) {
                followed(number, None);
                effects.insert(number, Change { fare: Fare::Gone, noticed: None, stays_around: false });
                continue;
            }
            if let Some(other) = self.stand_in(flow, failures).filter(|other| *other != number) {
                mirrored.push((number, other));
                continue;
            }
            let mut met = |(address, place): &(Ipv4Addr, Place)| {
                let steps = || self.steps[address].affected(&Steps::of(failed, &self.places, *address));
                affected.entry(*address).or_insert_with(steps).contains(place)
            };
            if !flow.parts.iter().any(&mut met) {
                continue;
            }
            let after = trace(failed, flow.from, flow.to);
            followed(number, Some(&after));
            anew.insert(number);
            let after = Seen::of(&failed.topology, &after);
            let Some(fare) = Fare::of(&flow.seen, &after) else { continue };
            let noticed = noticed(&flow.seen, &after, |place| self.is_probed(place, &failed.topology), speaks);
            let stays_around = fare == Fare::Rerouted && self.stays_around(flow, &after);
            effects.insert(number, Change { fare, noticed, stays_around });
        }
        for (number, other) in mirrored {
            if anew.contains(&other) {
                followed(number, None);
            }
            if let Some(change) = effects.get(&other).copied() {
                effects.insert(number, change);
            }
        }
        effects
    }

    /// The conversation that fares as this one: between VNets that stand for these, as far as the peerings of these work.
    fn stand_in(&self, flow: &Flow, failures: &[&Failure]) -> Option<u32> {
        let whole = |id: VnetId| !failures.iter().any(|failure| failure.outages.has_cut_of(id));
        let stands_in = |host: Host| vnet(host).filter(|id| whole(*id)).and_then(|id| self.alike.stand_in(id));
        let moved = |host: Host, to: VnetId| match host.endpoint {
            Endpoint::Subnet(id) => self.by_subnet.get(&SubnetId { vnet: to, ..id }).copied(),
            Endpoint::Router(_) | Endpoint::Internet => None,
        };
        let (from, to) = (stands_in(flow.from), stands_in(flow.to));
        let inside = vnet(flow.from) == vnet(flow.to);
        let first = from.map_or(Some(flow.from), |(many, _)| moved(flow.from, many))?;
        let second = match (from, to) {
            (Some((one, partner)), Some((other, _))) if one == other && !inside => moved(flow.to, partner),
            (_, Some((many, _))) => moved(flow.to, many),
            (_, None) => Some(flow.to),
        };
        self.by_ends.get(&(first, second?)).copied()
    }

    /// A load balancer of which the probe finds a failure.
    fn is_probed(&self, place: Place, failed: &Topology) -> bool {
        let Place::LoadBalancer(number) = place else { return false };
        let backends = &self.estate.topology.load_balancers[number as usize].backends;
        backends.iter().any(|id| failed.down.has(Element::Router(*id)))
    }

    fn stays_around(&self, flow: &Flow, after: &Seen) -> bool {
        let Endpoint::Subnet(id) = flow.from.endpoint else { return false };
        flow.seen.by_express_route
            && !after.by_express_route
            && self.short.holds(&self.estate, id.vnet, flow.to.address)
    }

    /// Conversations that end with both failures and with neither alone.
    pub(super) fn only_together(&self, both: &Effects, one: &Effects, other: &Effects) -> u64 {
        let dead = |effects: &Effects, flow: u32| effects.get(&flow).is_some_and(|change| change.fare == Fare::Dead);
        let new = both.keys().filter(|flow| dead(both, **flow) && !dead(one, **flow) && !dead(other, **flow));
        new.map(|flow| self.flows[*flow as usize].count).sum()
    }

    pub(super) fn effect(&self, failures: Vec<usize>, effects: &Effects, only_together: u64) -> Effect {
        let mut effect = Effect {
            failures,
            counts: BTreeMap::new(),
            examples: BTreeMap::new(),
            only_together,
            stays_around: 0,
            noticed: effects.values().filter_map(|change| change.noticed).collect(),
        };
        let mut changes: Vec<(u32, Change)> = effects.iter().map(|(flow, change)| (*flow, *change)).collect();
        changes.sort_unstable_by_key(|(flow, _)| *flow);
        for (number, change) in changes {
            let flow = &self.flows[number as usize];
            *effect.counts.entry(change.fare).or_default() += flow.count;
            effect.stays_around += if change.stays_around { flow.count } else { 0 };
            let name = |host: Host| host.endpoint.name(&self.estate.topology);
            effect.examples.entry(change.fare).or_insert_with(|| (name(flow.from), name(flow.to)));
        }
        effect
    }
}

/// Two hosts whose conversation is looked at.
fn is_pair(from: &Host, to: &Host) -> bool {
    match (from.endpoint, to.endpoint) {
        // Ranges behind one site are the site's own affair.
        (Endpoint::Router(one), Endpoint::Router(other)) => one != other,
        (one, other) => one != other,
    }
}

fn flow(estate: &Estate, alike: &Alike, from: Host, to: Host) -> Flow {
    let trace = trace(estate, from, to);
    let mut parts: Vec<(Ipv4Addr, Place)> =
        from.endpoint.place().map(|place| (to.address, place)).into_iter().collect();
    for answer in trace.trips.iter().flat_map(|trip| &trip.back) {
        // A leg begins where the address that is aimed at changes.
        let legs = answer.way.places.iter().zip(&answer.aims);
        let mut aim = None;
        for (place, to) in legs {
            if aim != Some(*to) {
                parts.push((*to, *place));
                aim = Some(*to);
            }
        }
    }
    parts.sort_unstable();
    parts.dedup();
    let weight = |host: Host| vnet(host).map_or(1, |id| alike.weight(id));
    let count = match (vnet(from), vnet(to)) {
        (Some(one), Some(other)) if one == other => alike.weight(one),
        (Some(one), Some(other)) => alike.conversations(one, other),
        _ => weight(from) * weight(to),
    };
    Flow { from, to, count, seen: Seen::of(&estate.topology, &trace), parts }
}

fn vnet(host: Host) -> Option<VnetId> {
    if let Endpoint::Subnet(id) = host.endpoint { Some(id.vnet) } else { None }
}

fn is_down(topology: &Topology, host: Host) -> bool {
    match host.endpoint {
        Endpoint::Subnet(id) => topology.down.has(Element::Vnet(id.vnet)),
        Endpoint::Router(id) => topology.down.has(Element::Router(id)),
        Endpoint::Internet => false,
    }
}
