//! From the routes that a neighbour received to what a speaker announces.

use super::{Announcement, Exception};
use crate::exchange::import::captures::Received;
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// What the neighbours of one speaker received, each neighbour by the name of its VNet.
#[derive(Debug, Default)]
pub(super) struct Heard {
    neighbours: BTreeMap<String, BTreeMap<Ipv4Net, Announcement>>,
    /// What one neighbour received in more than one way.
    twofold: BTreeSet<Ipv4Net>,
}

/// What a speaker announces.
#[derive(Debug, Default)]
pub(super) struct Announced {
    pub(super) announcements: Vec<Announcement>,
    /// For every neighbour, also without exceptions.
    pub(super) exports: Vec<(String, Vec<Exception>)>,
}

/// The route as an announcement of the speaker with this number and address.
pub(super) fn announcement(route: &Received, asn: Option<u32>, address: Option<Ipv4Addr>) -> Announcement {
    let is_own = route.path.is_empty() || asn.is_some_and(|asn| route.path == [asn]);
    Announcement {
        prefix: route.prefix,
        path: if is_own { Vec::new() } else { route.path.clone() },
        next_hop: route.next_hop.filter(|next_hop| Some(*next_hop) != address),
    }
}

impl Heard {
    /// Notes that a neighbour is known to have received what follows, and nothing else.
    pub(super) fn neighbour(&mut self, name: &str) {
        self.neighbours.entry(name.to_owned()).or_default();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.neighbours.is_empty()
    }

    /// Notes a route; false when the neighbour received the prefix otherwise as well. The shortest path is kept, which is the one that
    /// is used.
    pub(super) fn route(&mut self, neighbour: &str, announcement: Announcement) -> bool {
        let known = self.neighbours.entry(neighbour.to_owned()).or_default();
        let kept = known.entry(announcement.prefix).or_insert_with(|| announcement.clone());
        if *kept == announcement {
            return true;
        }
        self.twofold.insert(announcement.prefix);
        if (announcement.path.len(), &announcement) < (kept.path.len(), kept) {
            *kept = announcement;
        }
        false
    }

    /// What is supposed where a neighbour received something in more than one way.
    pub(super) fn doubt(&self) -> Option<String> {
        let prefixes = (!self.twofold.is_empty()).then(|| crate::words::few(&self.twofold))?;
        Some(format!("what learned its routes holds {prefixes} in more than one way: the shortest path"))
    }

    /// One list for all neighbours, and for each what it does not receive or receives otherwise.
    pub(super) fn joined(&self, asn: Option<u32>, address: Option<Ipv4Addr>) -> Announced {
        let mut all: BTreeMap<Ipv4Net, &Announcement> = BTreeMap::new();
        for heard in self.neighbours.values() {
            for (prefix, announcement) in heard {
                all.entry(*prefix).or_insert(announcement);
            }
        }
        let mut exports = Vec::new();
        for (neighbour, heard) in &self.neighbours {
            let mut groups: Vec<Exception> = Vec::new();
            for (prefix, usual) in &all {
                let otherwise = match heard.get(prefix) {
                    None => None,
                    Some(own) if own == *usual => continue,
                    Some(own) => {
                        let path = (own.path != usual.path).then(|| behind(&own.path, asn));
                        let next_hop = (own.next_hop != usual.next_hop).then_some(own.next_hop.or(address)).flatten();
                        Some((path, next_hop))
                    }
                };
                match groups.iter_mut().find(|group| group.otherwise == otherwise) {
                    Some(group) => group.prefixes.push(*prefix),
                    None => groups.push(Exception { prefixes: vec![*prefix], otherwise }),
                }
            }
            exports.push((neighbour.clone(), groups));
        }
        Announced { announcements: all.into_values().cloned().collect(), exports }
    }
}

impl Announced {
    /// Leaves out what the speaker only passes on from neighbours with these AS numbers.
    pub(super) fn keep_from_beyond(&mut self, around: &BTreeSet<u32>) {
        self.announcements.retain(|announcement| announcement.path.iter().all(|asn| !around.contains(asn)));
        let kept: BTreeSet<Ipv4Net> = self.announcements.iter().map(|announcement| announcement.prefix).collect();
        for (_, exceptions) in &mut self.exports {
            exceptions.iter_mut().for_each(|exception| exception.prefixes.retain(|prefix| kept.contains(prefix)));
            exceptions.retain(|exception| !exception.prefixes.is_empty());
        }
    }
}

/// The path without the speaker's own number at its start, which the speaker adds itself.
fn behind(path: &[u32], asn: Option<u32>) -> Vec<u32> {
    match path {
        [first, rest @ ..] if Some(*first) == asn => rest.to_vec(),
        path => path.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(prefix: &str, path: &[u32], next_hop: &str) -> Announcement {
        let received = Received {
            prefix: prefix.parse().unwrap(),
            path: path.to_vec(),
            next_hop: Some(next_hop.parse().unwrap()),
        };
        announcement(&received, Some(65001), Some("10.0.1.4".parse().unwrap()))
    }

    #[test]
    fn its_own_number_and_address_are_not_written() {
        let own = route("10.0.0.0/8", &[65001], "10.0.1.4");
        assert_eq!((own.path.as_slice(), own.next_hop), (&[][..], None));
        let other = route("10.0.0.0/8", &[65001, 65010], "10.0.1.9");
        assert_eq!(other.path, [65001, 65010]);
        assert_eq!(other.next_hop, Some("10.0.1.9".parse().unwrap()));
    }

    #[test]
    fn what_one_neighbour_lacks_is_an_exception_there() {
        let mut heard = Heard::default();
        heard.route("hub1", route("10.0.0.0/8", &[65001], "10.0.1.4"));
        heard.route("hub1", route("10.1.0.0/16", &[65001], "10.0.1.4"));
        heard.route("hub2", route("10.0.0.0/8", &[65001, 65001], "10.0.1.4"));
        let joined = heard.joined(Some(65001), None);
        assert_eq!(joined.announcements.len(), 2);
        let [(_, none), (neighbour, exceptions)] = joined.exports.as_slice() else { panic!("two neighbours") };
        assert_eq!((none.len(), neighbour.as_str()), (0, "hub2"));
        assert_eq!(exceptions[0].otherwise, Some((Some(vec![65001]), None)));
        assert_eq!(exceptions[1].otherwise, None);
    }

    #[test]
    fn what_is_only_passed_on_is_left_to_the_neighbours_it_came_from() {
        let mut heard = Heard::default();
        heard.route("hub1", route("10.0.0.0/8", &[65001], "10.0.1.4"));
        heard.route("hub1", route("10.9.0.0/16", &[65001, 65020, 65030], "10.0.1.4"));
        heard.route("hub1", route("10.8.0.0/16", &[65001, 65010], "10.0.1.4"));
        heard.neighbour("hub2");
        let mut joined = heard.joined(Some(65001), None);
        joined.keep_from_beyond(&BTreeSet::from([65020]));
        let prefixes: Vec<String> = joined.announcements.iter().map(|one| one.prefix.to_string()).collect();
        assert_eq!(prefixes, ["10.0.0.0/8", "10.8.0.0/16"]);
        assert_eq!(joined.exports[1].1[0].prefixes.len(), 2, "the exceptions of hub2 go with what is announced");
    }

    #[test]
    fn a_neighbour_that_received_nothing_is_not_forgotten() {
        let mut heard = Heard::default();
        heard.neighbour("hub2");
        heard.route("hub1", route("10.0.0.0/8", &[65001], "10.0.1.4"));
        let joined = heard.joined(Some(65001), None);
        assert_eq!(joined.exports[1].0, "hub2");
        assert_eq!(joined.exports[1].1[0].otherwise, None);
    }
}
