//! Routes that BGP sessions carry otherwise, and prefixes that speakers choose otherwise.

use crate::analysis::Estate;
use crate::bgp::{Candidate, ClassId, Device, LocalKind, SessionKind, Source};
use crate::net::{AsPath, Community};
use crate::topology::{Topology, TunnelEnd};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// Routes of one session that differ alike. The sessions of the instances of one device count as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDifference {
    /// The device that sends.
    pub from: String,
    /// The device that receives.
    pub to: String,
    /// The prefixes in order.
    pub prefixes: Vec<Ipv4Net>,
    /// What was sent; empty for nothing.
    pub before: BTreeSet<Advert>,
    /// What is sent; empty for nothing.
    pub after: BTreeSet<Advert>,
}

/// A route as it arrives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Advert {
    /// AS path.
    pub path: AsPath,
    /// Next hop, where the topology tells it.
    pub next_hop: Option<Ipv4Addr>,
    /// Communities.
    pub communities: Vec<Community>,
}

/// What devices take from each other, by sender and receiver.
pub type Adverts = BTreeMap<(String, String), BTreeSet<Advert>>;

/// What arrives of a class and is not refused. What the instances of one gateway tell each other is left out.
pub fn adverts(estate: &Estate, class: ClassId) -> Adverts {
    let network = &estate.ribs.network;
    let mut adverts = Adverts::new();
    for receiver in estate.ribs.holders(class) {
        let speaker = network.speaker(receiver);
        let view = estate.ribs.view(&estate.topology, class, receiver);
        for received in view.received.iter().filter(|received| received.accepted.is_ok()) {
            let neighbor = &speaker.neighbors[received.neighbor];
            if matches!(neighbor.kind, SessionKind::GatewaySibling) {
                continue;
            }
            let name = |device: Device| device.name(&estate.topology);
            let key = (name(network.speaker(neighbor.peer).device), name(speaker.device));
            let route = &received.route;
            let advert =
                Advert { path: route.path.clone(), next_hop: route.next_hop, communities: route.communities.clone() };
            adverts.entry(key).or_default().insert(advert);
        }
    }
    adverts
}

/// The classes that a prefix is in, in the old and the new estate.
type Pair = (Option<ClassId>, Option<ClassId>);

/// What differs between the speakers of two estates.
pub(super) struct Differing {
    pub(super) sessions: Vec<SessionDifference>,
    /// Prefixes for which some device takes its route from elsewhere.
    pub(super) chosen_otherwise: Vec<Ipv4Net>,
}

/// What one estate's speakers do with a class.
struct Doing {
    adverts: Adverts,
    choices: Choices,
}

/// Where each instance takes the routes of a class from.
type Choices = BTreeMap<(String, u8), BTreeSet<String>>;

/// What is done with every class, at its index.
fn doings(estate: &Estate) -> Vec<Doing> {
    let doing = |class| Doing { adverts: adverts(estate, class), choices: choices(estate, class) };
    estate.ribs.class_ids().map(doing).collect()
}

/// Compares class by class: prefixes that share both classes differ alike.
pub(super) fn differing_prefixes(old: &Estate, new: &Estate) -> Differing {
    let nothing = Doing { adverts: Adverts::new(), choices: Choices::new() };
    let (was, is) = (doings(old), doings(new));
    fn of<'d>(doings: &'d [Doing], nothing: &'d Doing, class: Option<ClassId>) -> &'d Doing {
        class.map_or(nothing, |class| &doings[class.index()])
    }
    let mut sessions: BTreeMap<SessionKey<'_>, Vec<Ipv4Net>> = BTreeMap::new();
    let mut chosen_otherwise = Vec::new();
    let none = BTreeSet::new();
    for ((before, after), prefixes) in pairs(old, new) {
        let (before, after) = (of(&was, &nothing, before), of(&is, &nothing, after));
        if before.choices != after.choices {
            chosen_otherwise.extend(&prefixes);
        }
        let gone = before.adverts.keys().filter(|key| !after.adverts.contains_key(*key));
        for key in after.adverts.keys().chain(gone) {
            let sent = |doing: &'_ Doing| doing.adverts.get(key).map_or_else(|| none.clone(), Clone::clone);
            if before.adverts.get(key) != after.adverts.get(key) {
                sessions.entry((key, sent(before), sent(after))).or_default().extend(&prefixes);
            }
        }
    }
    let difference = |(((from, to), before, after), mut prefixes): (SessionKey<'_>, Vec<Ipv4Net>)| {
        prefixes.sort_unstable();
        SessionDifference { from: from.clone(), to: to.clone(), prefixes, before, after }
    };
    let mut sessions: Vec<SessionDifference> = sessions.into_iter().map(difference).collect();
    sessions.sort_by(|left, right| {
        let key = |one: &'_ SessionDifference| one.prefixes.first().copied();
        (&left.from, &left.to, key(left)).cmp(&(&right.from, &right.to, key(right)))
    });
    chosen_otherwise.sort_unstable();
    Differing { sessions, chosen_otherwise }
}

/// Sender and receiver, what was sent, and what is sent.
type SessionKey<'d> = (&'d (String, String), BTreeSet<Advert>, BTreeSet<Advert>);

fn pairs(old: &Estate, new: &Estate) -> BTreeMap<Pair, Vec<Ipv4Net>> {
    let mut by_prefix: BTreeMap<Ipv4Net, Pair> = BTreeMap::new();
    for id in old.ribs.class_ids() {
        by_prefix.extend(old.ribs.class(id).prefixes.iter().map(|prefix| (*prefix, (Some(id), None))));
    }
    for id in new.ribs.class_ids() {
        for prefix in &new.ribs.class(id).prefixes {
            by_prefix.entry(*prefix).or_default().1 = Some(id);
        }
    }
    let mut pairs: BTreeMap<Pair, Vec<Ipv4Net>> = BTreeMap::new();
    for (prefix, pair) in by_prefix {
        pairs.entry(pair).or_default().push(prefix);
    }
    pairs
}

fn choices(estate: &Estate, class: ClassId) -> Choices {
    let network = &estate.ribs.network;
    let mut choices = BTreeMap::new();
    for id in estate.ribs.holders(class) {
        let speaker = network.speaker(id);
        let view = estate.ribs.view(&estate.topology, class, id);
        let source = |candidate: &Candidate| match candidate.source {
            Source::Local(LocalKind::Static(tunnel) | LocalKind::PeerHostRoute(tunnel)) => {
                format!("{:?}", ends(&estate.topology, tunnel))
            }
            Source::Local(kind) => format!("{kind:?}"),
            Source::Neighbor(index) => {
                let peer = network.speaker(speaker.neighbors[index].peer);
                format!("{}:{} {:?}", peer.device.name(&estate.topology), peer.instance, candidate.route.next_hop)
            }
        };
        let mut sources: BTreeSet<String> = view.survivors().map(source).collect();
        // Which of equals is passed on decides where an edge sends.
        sources.extend(view.preferred().map(|candidate| format!("first {}", source(candidate))));
        choices.insert((speaker.device.name(&estate.topology), speaker.instance), sources);
    }
    choices
}

/// What a tunnel joins. Its number says nothing: the tunnel of the same number may join others in another estate.
fn ends(topology: &Topology, tunnel: u32) -> [String; 2] {
    topology.tunnels[tunnel as usize].sides.each_ref().map(|side| match side.end {
        TunnelEnd::Gateway(vnet) => Device::VpnGateway(vnet).name(topology),
        TunnelEnd::Router(router) => Device::Router(router).name(topology),
    })
}
