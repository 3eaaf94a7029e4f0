//! Everybody a router speaks to, played by one BIRD: it announces what rsctl says that they send, and keeps what the router sends.

use rsctl::bgp::{Device, Neighbor, Ribs, Route, Speaker, SpeakerId};
use rsctl::net::{AsPath, Asn};
use rsctl::topology::{Origin, RouterId, Topology};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;

/// A route as it is on the wire, in words that compare.
pub(crate) type Wire = BTreeMap<String, String>;

/// A router in its estate.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) topology: &'a Topology,
    pub(crate) ribs: &'a Ribs,
    pub(crate) router: RouterId,
}

impl<'a> Place<'a> {
    pub(crate) fn id(self) -> SpeakerId {
        self.ribs.network.instances(Device::Router(self.router)).next().unwrap()
    }

    pub(crate) fn speaker(self) -> &'a Speaker {
        self.ribs.network.speaker(self.id())
    }

    pub(crate) fn peer_asn(self, neighbor: &Neighbor) -> Asn {
        self.ribs.network.speaker(neighbor.peer).asn
    }

    /// What a neighbour sends, by prefix.
    pub(crate) fn received(self, index: usize) -> BTreeMap<String, Route> {
        let mut routes = BTreeMap::new();
        for class in self.ribs.class_ids() {
            let view = self.ribs.view(self.topology, class, self.id());
            for received in view.received.iter().filter(|received| received.neighbor == index) {
                for prefix in &self.ribs.class(class).prefixes {
                    routes.insert(prefix.to_string(), received.route.clone());
                }
            }
        }
        routes
    }

    /// What the router sends to a neighbour, by prefix.
    pub(crate) fn sent(self, index: usize) -> BTreeMap<String, Route> {
        let mut routes = BTreeMap::new();
        for class in self.ribs.class_ids() {
            let view = self.ribs.view(self.topology, class, self.id());
            let advert = self.ribs.advert(self.topology, class, self.id(), &view, index);
            if let Some(Ok(route)) = advert.map(|advert| advert.route) {
                for prefix in &self.ribs.class(class).prefixes {
                    routes.insert(prefix.to_string(), route.clone());
                }
            }
        }
        routes
    }

    /// The same in words.
    pub(crate) fn predicted(self, index: usize) -> Wire {
        let words = |route: &Route| {
            let path = route.path.to_string().replace('-', " ");
            let next_hop = route.next_hop.map(|address| address.to_string()).unwrap_or_default();
            let mut communities: Vec<String> =
                route.communities.iter().map(|one| format!("({},{})", one.0, one.1)).collect();
            communities.sort();
            format!("path [{path}] next hop {next_hop} communities {} {}", communities.join(" "), origin(route.origin))
        };
        self.sent(index).iter().map(|(prefix, route)| (prefix.clone(), words(route))).collect()
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Igp => "IGP",
        Origin::Egp => "EGP",
        Origin::Incomplete => "Incomplete",
    }
}

/// The configuration of a neighbour. Its router ID is its address: rsctl breaks ties by addresses, daemons by router IDs.
pub(crate) fn configuration(place: Place<'_>, index: usize) -> String {
    let speaker = place.speaker();
    let neighbor = &speaker.neighbors[index];
    let (own, peer) = (neighbor.local_address.unwrap(), neighbor.peer_address.unwrap());
    let asn = place.peer_asn(neighbor);
    let mut out =
        format!("router id {peer};\nlog stderr all;\nprotocol device {{ }}\nprotocol static sent {{\n  ipv4;\n");
    for (prefix, route) in place.received(index) {
        let path: AsPath = match route.path.asns() {
            [first, behind @ ..] if neighbor.ebgp && *first == asn => behind.iter().copied().collect(),
            asns => {
                assert!(!neighbor.ebgp, "a peer puts its own ASN first");
                asns.iter().copied().collect()
            }
        };
        let mut attributes: String = path.asns().iter().rev().map(|asn| format!("bgp_path.prepend({asn}); ")).collect();
        for community in &route.communities {
            write!(attributes, "bgp_community.add(({}, {})); ", community.0, community.1).unwrap();
        }
        let next_hop: Ipv4Addr = route.next_hop.unwrap_or(peer);
        let word = origin(route.origin).to_uppercase();
        write!(attributes, "bgp_next_hop = {next_hop}; bgp_origin = ORIGIN_{word};").unwrap();
        writeln!(out, "  route {prefix} blackhole {{ {attributes} }};").unwrap();
    }
    // BIRD sends a next hop that the filter sets, and else its own.
    let filter = "filter { if proto != \"sent\" then reject; bgp_next_hop = bgp_next_hop; accept; }";
    writeln!(out, "}}\nprotocol bgp heard {{\n  local {peer} as {asn};\n  neighbor {own} as {};", speaker.asn).unwrap();
    out += "  multihop;\n  strict bind;\n  connect delay time 1;\n  error wait time 1, 2;\n  allow local as;\n  interpret communities off;\n";
    writeln!(out, "  ipv4 {{ import all; export {filter}; }};\n}}").unwrap();
    out
}

/// Reads `show route all`.
pub(crate) fn read(text: &str) -> Wire {
    let mut routes = Wire::new();
    let mut prefix = String::new();
    let mut words: BTreeMap<&str, String> = BTreeMap::new();
    let mut keep = |prefix: &str, words: &BTreeMap<&str, String>| {
        if !prefix.is_empty() {
            let word = |name: &str| words.get(name).cloned().unwrap_or_default();
            let mut communities: Vec<String> = word("community").split(' ').map(str::to_owned).collect();
            communities.sort();
            let (path, next_hop, communities) = (word("as_path"), word("next_hop"), communities.join(" "));
            let line = format!("path [{path}] next hop {next_hop} communities {communities} {}", word("origin"));
            routes.insert(prefix.to_owned(), line);
        }
    };
    for line in text.lines() {
        if let Some((name, value)) = line.trim().strip_prefix("BGP.").and_then(|line| line.split_once(':')) {
            words.insert(name, value.trim().to_owned());
        } else if line.starts_with(|first: char| first.is_ascii_digit()) {
            keep(&prefix, &words);
            words.clear();
            prefix = line.split_whitespace().next().unwrap_or_default().to_owned();
        }
    }
    keep(&prefix, &words);
    routes
}
