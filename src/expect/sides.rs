//! Who sends and who is sent to, and the pairs that have to be looked at.
//!
//! Hosts of two groups are paired by class: one pair stands for all that fare alike. Which these are is asked of each estate anew, since
//! a failure tells hosts apart that nothing else does.

use crate::analysis::Estate;
use crate::analysis::outcome::Pieces;
use crate::analysis::space::Range;
use crate::analysis::trace::{Classes, Endpoint, Host, hosts, representatives};
use crate::topology::{Element, Topology};
use ipnet::Ipv4Net;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// An address that is sent to, and whose it is, as far as it is anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aim {
    pub(super) address: Ipv4Addr,
    pub(super) host: Option<Host>,
}

impl From<Host> for Aim {
    fn from(host: Host) -> Self {
        Aim { address: host.address, host: Some(host) }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Senders {
    One(Host),
    Group(BTreeSet<Endpoint>),
}

#[derive(Debug, Clone)]
pub(super) enum Targets {
    Aims(Vec<Aim>),
    Group(BTreeSet<Endpoint>),
}

/// A sender, an address, and for how many such pairs they stand.
pub(super) type Pair = (Host, Aim, u64);

/// An estate with what is worked out once for all entries.
pub(super) struct Scene<'e> {
    pub(super) estate: &'e Estate,
    classes: OnceCell<Classes>,
    hosts: OnceCell<Vec<Host>>,
}

impl<'e> Scene<'e> {
    pub(super) fn new(estate: &'e Estate) -> Self {
        Scene { estate, classes: OnceCell::new(), hosts: OnceCell::new() }
    }

    fn classes(&self) -> &Classes {
        self.classes.get_or_init(|| Classes::of(self.estate))
    }

    fn hosts_of(&self, group: &BTreeSet<Endpoint>) -> Vec<Host> {
        let all = self.hosts.get_or_init(|| hosts(self.estate));
        all.iter().filter(|host| group.contains(&host.endpoint)).copied().collect()
    }

    /// The pairs to look at; none of which an end has failed or that has one end only.
    pub(super) fn pairs(&self, senders: &Senders, targets: &Targets) -> Vec<Pair> {
        let topology = &self.estate.topology;
        let mut pairs: Vec<Pair> = match (senders, targets) {
            (Senders::Group(from), Targets::Group(to)) => {
                let works = |host: &Host, group: &BTreeSet<Endpoint>| {
                    group.contains(&host.endpoint) && !is_down(topology, host.endpoint)
                };
                let found = representatives(self.classes(), &|host| works(host, from), &|host| works(host, to));
                found.into_iter().map(|(from, to, count)| (from, to.into(), count)).collect()
            }
            (senders, targets) => {
                let senders = match senders {
                    Senders::One(host) => vec![*host],
                    Senders::Group(group) => self.hosts_of(group),
                };
                let targets: Vec<Aim> = match targets {
                    Targets::Aims(aims) => aims.clone(),
                    Targets::Group(group) => self.hosts_of(group).into_iter().map(Aim::from).collect(),
                };
                senders.iter().flat_map(|from| targets.iter().map(move |aim| (*from, *aim, 1))).collect()
            }
        };
        let gone = |endpoint: Endpoint| is_down(topology, endpoint);
        pairs.retain(|(from, aim, _)| {
            let to = aim.host.map(|host| host.endpoint);
            to != Some(from.endpoint) && !gone(from.endpoint) && !to.is_some_and(gone)
        });
        pairs
    }
}

fn is_down(topology: &Topology, endpoint: Endpoint) -> bool {
    match endpoint {
        Endpoint::Subnet(id) => topology.down.has(Element::Vnet(id.vnet)),
        Endpoint::Router(id) => topology.down.has(Element::Router(id)),
        Endpoint::Internet => false,
    }
}

/// One address for each class of addresses of a prefix. Of a VNet only those count that are in a subnet.
pub(super) fn aims(estate: &Estate, prefix: Ipv4Net) -> Vec<Aim> {
    let range = Range { first: prefix.network(), last: prefix.broadcast() };
    let (first, last) = (u32::from(range.first), u32::from(range.last));
    let pieces = Pieces::of(&[estate]);
    let mut starts: BTreeSet<u32> =
        pieces.within(range).map(|piece| u32::from(pieces.first(piece)).max(first)).collect();
    let ranges = estate.subnets().flat_map(|id| estate.topology.subnet(id).ranges.iter());
    for subnet in ranges.filter(|subnet| prefix.contains(*subnet)) {
        starts.insert(subnet.network().into());
        starts.extend(u32::from(subnet.broadcast()).checked_add(1).filter(|start| *start <= last));
    }
    let starts: Vec<u32> = starts.into_iter().collect();
    let mut aims = Vec::new();
    for (place, start) in starts.iter().enumerate() {
        let last = starts.get(place + 1).map_or(last, |next| next - 1);
        // Azure keeps the first four addresses of a subnet, so a later one reads better.
        let address = Ipv4Addr::from(if last - start > 8 { start + 4 } else { *start });
        let host = Host::named(estate, &address.to_string()).ok();
        if host.is_some() || estate.forwarding().index.vnet_of(address).is_none() {
            aims.push(Aim { address, host });
        }
    }
    aims
}
