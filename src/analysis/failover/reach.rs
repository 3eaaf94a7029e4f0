//! How far a failure reaches: which speakers choose otherwise, which conversations are followed anew, and what those depend on.
//!
//! Two failures of which neither reaches what the other depends on do together what they do apart. That is so because a choice does not
//! change when a route goes away that was not chosen: with both failures, every speaker chooses as with the one that reaches it, and
//! nobody that either one moves hears of the other's changes.

use crate::analysis::Estate;
use crate::analysis::forward::Place;
use crate::azure::facts::Fact;
use crate::bgp::{ClassId, Device, Giver, Selection, SpeakerId};
use crate::topology::{Circuit, CircuitId, Element, Instance, Outages, Topology, VnetId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// A set of speakers of the whole estate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Speakers(Vec<u64>);

impl Speakers {
    pub(super) fn insert(&mut self, id: SpeakerId) {
        let (word, bit) = (id.index() / 64, id.index() % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    fn with(&self, other: &Speakers) -> Speakers {
        let mut all = Speakers(vec![0; self.0.len().max(other.0.len())]);
        for (index, word) in all.0.iter_mut().enumerate() {
            *word = self.0.get(index).unwrap_or(&0) | other.0.get(index).unwrap_or(&0);
        }
        all
    }

    fn meets(&self, other: &Speakers) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }
}

/// What every speaker of the whole estate uses, and who hears of whom.
pub(super) struct Choices {
    by_class: Vec<BTreeMap<SpeakerId, Selection>>,
    places: FxHashMap<(Device, u8), SpeakerId>,
}

impl Choices {
    pub(super) fn of(estate: &Estate) -> Self {
        let (topology, ribs) = (&estate.topology, &estate.ribs);
        let by_class = ribs.class_ids().map(|class| ribs.selections(topology, class).into_iter().collect()).collect();
        let place = |id: SpeakerId| {
            let speaker = ribs.network.speaker(id);
            ((speaker.device, speaker.instance), id)
        };
        Choices { by_class, places: ribs.network.ids().map(place).collect() }
    }

    /// The speakers of a device.
    pub(super) fn speakers(&self, device: Device) -> impl Iterator<Item = SpeakerId> {
        [0, 1].into_iter().filter_map(move |instance| self.places.get(&(device, instance)).copied())
    }
}

/// How far one failure reaches.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// By class: speakers that choose otherwise.
    moved: BTreeMap<ClassId, Speakers>,
    /// The same, and everybody who hears them.
    told: BTreeMap<ClassId, Speakers>,
    /// Those that choose otherwise or are down.
    touched: BTreeMap<ClassId, Speakers>,
    /// The same, and all whose choices others look at together with theirs: route server and gateways of a VNet, both ends of a circuit.
    beside: BTreeMap<ClassId, Speakers>,
    /// What the new choices come over: who chose, and who gave.
    joins: FxHashSet<(Instance, Instance)>,
    /// Conversations that are followed anew.
    pub(super) flows: FxHashSet<u32>,
    /// By class: speakers on which those depend.
    pub(super) reads: BTreeMap<ClassId, Speakers>,
    /// Where those go.
    pub(super) places: FxHashSet<Place>,
    /// The VNets that those meet, and those whose gateways these use.
    pub(super) vnets: FxHashSet<VnetId>,
    /// How many more routes of one peer a route server keeps.
    more: usize,
    /// A session closed over too many routes: everything may depend on everything.
    closes: bool,
}

impl Reach {
    /// What a failure does to the choices of speakers.
    pub(super) fn of(whole: &Estate, choices: &Choices, failed: &Estate) -> Self {
        let more =
            |(peer, count): (&_, &usize)| count.saturating_sub(whole.ribs.kept.get(peer).copied().unwrap_or_default());
        let mut reach = Reach {
            more: failed.ribs.kept.iter().map(more).max().unwrap_or_default(),
            closes: !failed.ribs.closed.is_empty() || !failed.ribs.oscillations.is_empty(),
            ..Reach::default()
        };
        let now = |id: SpeakerId| {
            let speaker = failed.ribs.network.speaker(id);
            (speaker.device, speaker.instance)
        };
        let alive: FxHashSet<(Device, u8)> = failed.ribs.network.ids().map(now).collect();
        for class in whole.ribs.class_ids() {
            let before = &choices.by_class[class.index()];
            // Prefixes that were alike may not be so any more.
            let parts: BTreeSet<Option<ClassId>> =
                whole.ribs.class(class).prefixes.iter().map(|prefix| failed.class_of(*prefix)).collect();
            let (mut moved, mut down) = (Speakers::default(), Speakers::default());
            let mut found = false;
            for part in parts {
                let after = part.map(|part| failed.ribs.selections(&failed.topology, part)).unwrap_or_default();
                let after: BTreeMap<SpeakerId, Selection> = after
                    .into_iter()
                    .filter_map(|(id, selection)| Some((*choices.places.get(&now(id))?, selection)))
                    .collect();
                for id in before.keys().chain(after.keys()) {
                    let speaker = whole.ribs.network.speaker(*id);
                    if !alive.contains(&(speaker.device, speaker.instance)) {
                        down.insert(*id);
                        continue;
                    }
                    if before.get(id) == after.get(id) {
                        continue;
                    }
                    moved.insert(*id);
                    found = true;
                    let own = (speaker.device.element(), speaker.instance);
                    for (giver, _) in after.get(id).into_iter().flat_map(|selection| &selection.survivors) {
                        if let Giver::Peer(device, instance, ..) = giver {
                            reach.joins.insert((own, (device.element(), *instance)));
                        }
                    }
                }
            }
            let mut beside = Speakers::default();
            let touched = moved.with(&down);
            for id in whole.ribs.network.ids().filter(|id| contains(&touched, *id)) {
                let device = whole.ribs.network.speaker(id).device;
                together(device)
                    .into_iter()
                    .flat_map(|device| choices.speakers(device))
                    .for_each(|id| beside.insert(id));
            }
            reach.touched.insert(class, touched);
            reach.beside.insert(class, beside);
            if found {
                let mut told = moved.clone();
                for id in whole.ribs.network.ids().filter(|id| contains(&moved, *id)) {
                    whole.ribs.network.speaker(id).neighbors.iter().for_each(|neighbor| told.insert(neighbor.peer));
                }
                reach.told.insert(class, told);
                reach.moved.insert(class, moved);
            }
        }
        reach
    }

    /// Adds a conversation that was followed anew: the classes of its addresses, and the places that it meets now.
    pub(super) fn follow(
        &mut self,
        choices: &Choices,
        topology: &Topology,
        (flow, classes): (u32, &[ClassId]),
        places: &[Place],
    ) {
        self.flows.insert(flow);
        for place in places {
            if self.places.insert(*place) {
                let vnet = match place {
                    Place::Subnet(id) => Some(id.vnet),
                    Place::Vnet(id) | Place::VpnGateway(id) | Place::ExpressRouteGateway(id) => Some(*id),
                    Place::Router(id) => topology.router(*id).vnet(),
                    Place::LoadBalancer(number) => Some(topology.load_balancers[*number as usize].subnet.vnet),
                };
                self.vnets.extend(vnet);
                self.vnets.extend(vnet.and_then(|vnet| topology.vnet(vnet).provider));
            }
            for speaker in devices(topology, *place).into_iter().flat_map(|device| choices.speakers(device)) {
                classes.iter().for_each(|class| self.reads.entry(*class).or_default().insert(speaker));
            }
        }
    }

    /// Whether two failures do together what they do apart.
    pub(super) fn is_apart(&self, own: &Outages, other: &Reach, others: &Outages, whole: &Estate) -> bool {
        let topology = &whole.topology;
        let most = whole.ribs.kept.values().max().copied().unwrap_or_default() + self.more + other.more;
        !self.closes
            && !other.closes
            && most <= topology.facts.number(Fact::RoutesPerPeer)
            && !own.shares_element(others)
            && self.flows.is_disjoint(&other.flows)
            && apart(&self.told, &other.moved)
            && apart(&self.beside, &other.touched)
            && apart(&self.reads, &other.moved)
            && apart(&other.reads, &self.moved)
            && !self.depends_on(others, topology)
            && !other.depends_on(own, topology)
    }

    /// Whether something that failed is on the new ways, or brings the new choices.
    fn depends_on(&self, outages: &Outages, topology: &Topology) -> bool {
        let down = |(element, instance): &Instance| outages.has_instance(*element, *instance);
        let around = |element: Element| match element {
            Element::Vnet(id)
            | Element::RouteServer(id)
            | Element::VpnGateway(id)
            | Element::ExpressRouteGateway(id) => Some(id),
            Element::Router(id) => topology.router(id).vnet(),
            Element::Circuit(_) | Element::LoadBalancer(_) => None,
        };
        let lost = |(one, other): &(Instance, Instance)| {
            // A session between two VNets goes with their peering.
            let peering =
                around(one.0).zip(around(other.0)).is_some_and(|(one, other)| outages.has_peering(one, other));
            down(one) || down(other) || outages.has_between(*one, *other) || peering
        };
        if self.joins.iter().any(lost) {
            return true;
        }
        let element = |place: &Place| match place {
            Place::Subnet(id) => Element::Vnet(id.vnet),
            Place::Vnet(id) => Element::Vnet(*id),
            Place::Router(id) => Element::Router(*id),
            Place::VpnGateway(id) => Element::VpnGateway(*id),
            Place::ExpressRouteGateway(id) => Element::ExpressRouteGateway(*id),
            Place::LoadBalancer(number) => Element::LoadBalancer(*number),
        };
        let is_met = |place: &Place| {
            let element = element(place);
            [0, 1].into_iter().any(|instance| outages.has_instance(element, instance)) || outages.has_cut_at(element)
        };
        self.places.iter().any(is_met)
            || self
                .vnets
                .iter()
                .any(|one| self.vnets.iter().any(|other| one < other && outages.has_peering(*one, *other)))
    }
}

/// Devices whose choices are looked at together.
fn together(device: Device) -> Vec<Device> {
    match device.vnet() {
        Some(id) => vec![Device::RouteServer(id), Device::VpnGateway(id), Device::ExpressRouteGateway(id)],
        None => vec![device],
    }
}

/// Whose choices decide what a place does.
fn devices(topology: &Topology, place: Place) -> Vec<Device> {
    let circuits = |joined: &dyn Fn(&Circuit) -> bool| -> Vec<Device> {
        let all = topology.circuits.iter().enumerate();
        all.filter(|(_, circuit)| joined(circuit)).map(|(index, _)| Device::Edge(CircuitId(index as u32))).collect()
    };
    match place {
        Place::Subnet(id) => {
            let host = topology.vnet(id.vnet).provider;
            let of = |host| [Device::RouteServer(host), Device::VpnGateway(host), Device::ExpressRouteGateway(host)];
            host.into_iter().flat_map(of).collect()
        }
        Place::VpnGateway(id) => vec![Device::VpnGateway(id)],
        Place::ExpressRouteGateway(id) => {
            let mut devices = circuits(&|circuit| circuit.gateways.contains(&id));
            devices.push(Device::ExpressRouteGateway(id));
            devices
        }
        Place::Router(id) => {
            let mut devices = circuits(&|circuit| circuit.sites.contains(&id));
            devices.push(Device::Router(id));
            devices
        }
        Place::LoadBalancer(_) | Place::Vnet(_) => Vec::new(),
    }
}

fn contains(set: &Speakers, id: SpeakerId) -> bool {
    set.0.get(id.index() / 64).is_some_and(|word| word & (1 << (id.index() % 64)) != 0)
}

fn apart(one: &BTreeMap<ClassId, Speakers>, other: &BTreeMap<ClassId, Speakers>) -> bool {
    one.iter().all(|(class, set)| other.get(class).is_none_or(|others| !set.meets(others)))
}
