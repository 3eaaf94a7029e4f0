//! Whether a BGP speaker announces to its neighbours what is expected of it.
//!
//! Where equal paths leave open what is announced, the claim has to hold for all of them.

use super::conversations::Why;
use crate::analysis::Estate;
use crate::bgp::{Device, SpeakerId};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

/// What is expected of announcements.
#[derive(Debug, Clone)]
pub(super) struct Adverts {
    pub(super) speakers: Vec<(Device, Option<u8>)>,
    pub(super) receivers: Vec<Device>,
    pub(super) max_count: Option<u32>,
    pub(super) shortest_length: Option<u8>,
    pub(super) includes: Vec<Ipv4Net>,
    pub(super) excludes: Vec<Ipv4Net>,
}

/// Prefixes on one session, and whether each is announced whichever of several equal paths is chosen.
type Announced = BTreeMap<Ipv4Net, bool>;

impl Adverts {
    /// Every speaker and neighbour between which something is not as expected, with how many were looked at.
    pub(super) fn judge(&self, estate: &Estate) -> (u64, Vec<(Device, Device, Why)>) {
        let topology = &estate.topology;
        let (mut checked, mut found) = (0, Vec::new());
        let mut known: BTreeMap<SpeakerId, BTreeMap<usize, Announced>> = BTreeMap::new();
        for (speaker, instance) in &self.speakers {
            for receiver in self.receivers.iter().filter(|receiver| *receiver != speaker) {
                let down = &topology.down;
                let failed = match instance {
                    Some(one) => down.has_instance(speaker.element(), *one),
                    None => down.has(speaker.element()),
                };
                if failed || down.has(receiver.element()) {
                    continue;
                }
                checked += 1;
                let sessions = sessions(estate, (*speaker, *instance), *receiver);
                if sessions.is_empty() {
                    found.push((*speaker, *receiver, Why::NoSession));
                    continue;
                }
                let fault = sessions.iter().find_map(|(id, index)| {
                    let announced = known.entry(*id).or_insert_with(|| announced(estate, *id));
                    self.fault(announced.get(index).unwrap_or(&Announced::new()))
                });
                found.extend(fault.map(|why| (*speaker, *receiver, why)));
            }
        }
        (checked, found)
    }

    fn fault(&self, announced: &Announced) -> Option<Why> {
        if let Some(most) = self.max_count.map(|most| most as usize).filter(|most| announced.len() > *most) {
            return Some(Why::TooMany { count: announced.len(), most });
        }
        let wide = self.shortest_length.and_then(|shortest| {
            announced.keys().filter(|prefix| prefix.prefix_len() < shortest).min_by_key(|prefix| prefix.prefix_len())
        });
        if let Some(prefix) = wide {
            return Some(Why::TooWide(*prefix));
        }
        for prefix in &self.includes {
            match announced.get(prefix) {
                Some(true) => {}
                Some(false) => return Some(Why::Unsettled(*prefix)),
                None => return Some(Why::Missing(*prefix)),
            }
        }
        self.excludes.iter().find(|prefix| announced.contains_key(*prefix)).map(|prefix| Why::Unwanted(*prefix))
    }
}

/// The sessions between a device, or one instance of it, and a neighbour: by speaker and index of the neighbour.
fn sessions(estate: &Estate, (device, instance): (Device, Option<u8>), to: Device) -> Vec<(SpeakerId, usize)> {
    let network = &estate.ribs.network;
    let ids = network.instances(device).filter(|id| instance.is_none_or(|one| network.speaker(*id).instance == one));
    let of = |id: SpeakerId| {
        let neighbors = network.speaker(id).neighbors.iter().enumerate();
        neighbors.filter(move |(_, neighbor)| network.speaker(neighbor.peer).device == to).map(move |(at, _)| (id, at))
    };
    ids.flat_map(of).collect()
}

/// What a speaker announces on each of its sessions.
fn announced(estate: &Estate, id: SpeakerId) -> BTreeMap<usize, Announced> {
    let (topology, ribs) = (&estate.topology, &estate.ribs);
    let mut all: BTreeMap<usize, Announced> = BTreeMap::new();
    for class in ribs.class_ids().filter(|class| ribs.holders(*class).contains(&id)) {
        let view = ribs.view(topology, class, id);
        for index in 0..ribs.network.speaker(id).neighbors.len() {
            let Some(advert) = ribs.advert(topology, class, id, &view, index) else { continue };
            let every: Vec<bool> = std::iter::once(&advert.route).chain(&advert.otherwise).map(Result::is_ok).collect();
            if every.contains(&true) {
                let surely = !every.contains(&false);
                let prefixes = ribs.class(class).prefixes.iter().map(|prefix| (*prefix, surely));
                all.entry(index).or_default().extend(prefixes);
            }
        }
    }
    all
}
