//! The conversations of an estate, and what becomes of them in failed ones.

use super::Effect;
use super::alike::Alike;
use super::failback::Short;
use super::failures::{Failure, FailureKind};
use super::fare::{Change, Effects, Fare, Seen, noticed};
use super::reach::{Choices, Reach};
use super::steps::Steps;
use crate::analysis::Estate;
use crate::analysis::forward::Place;
use crate::analysis::trace::{Endpoint, Host, Trace, Verdict, hosts, trace};
use crate::bgp::ClassId;
use crate::topology::{Element, Topology, VnetId};
use rustc_hash::FxHashSet;
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
pub(super) struct Survey {
    estate: Estate,
    flows: Vec<Flow>,
    places: Vec<Place>,
    /// By address.
    steps: BTreeMap<Ipv4Addr, Steps>,
    short: Short,
    choices: Choices,
}

impl Survey {
    pub(super) fn new(estate: Estate, alike: &Alike) -> Self {
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
        Survey { estate, flows, places, steps, short, choices }
    }

    pub(super) fn count(&self) -> u64 {
        self.flows.iter().map(|flow| flow.count).sum()
    }

    pub(super) fn broken(&self) -> u64 {
        let broken = self.flows.iter().filter(|flow| flow.seen.verdict != Verdict::Symmetric);
        broken.map(|flow| flow.count).sum()
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
        let by_address: BTreeMap<Ipv4Addr, FxHashSet<Place>> = self
            .steps
            .iter()
            .map(|(address, steps)| (*address, steps.affected(&Steps::of(failed, &self.places, *address))))
            .collect();
        let speaks = failures.iter().any(|failure| speaks(failure.kind));
        let mut effects = Effects::default();
        for (number, flow) in self.flows.iter().enumerate() {
            if is_down(&failed.topology, flow.from) || is_down(&failed.topology, flow.to) {
                followed(number as u32, None);
                effects.insert(number as u32, Change { fare: Fare::Gone, noticed: None, stays_around: false });
                continue;
            }
            let met = |(address, place): &(Ipv4Addr, Place)| by_address[address].contains(place);
            if !flow.parts.iter().any(met) {
                continue;
            }
            let after = trace(failed, flow.from, flow.to);
            followed(number as u32, Some(&after));
            let after = Seen::of(&failed.topology, &after);
            let Some(fare) = Fare::of(&flow.seen, &after) else { continue };
            let noticed = noticed(&flow.seen, &after, |place| self.is_probed(place, &failed.topology), speaks);
            let stays_around = fare == Fare::Rerouted && self.stays_around(flow, &after);
            effects.insert(number as u32, Change { fare, noticed, stays_around });
        }
        effects
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

/// What fails leaves BGP sessions silent.
fn speaks(kind: FailureKind) -> bool {
    !matches!(kind, FailureKind::Peering)
}
