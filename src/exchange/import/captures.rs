//! Routes that were captured beside the resources: what speakers learned and sent, and which files hold effective routes.
//!
//! Whose routes they are is told by their rows where these have any, and by the name of the file otherwise.

use crate::exchange::capture::{self, BgpCapture, BgpRow, CapturedAddress, CapturedPrefix};
use ipnet::Ipv4Net;
use std::net::{IpAddr, Ipv4Addr};

/// A capture of BGP routes.
#[derive(Debug)]
pub(super) struct Routes {
    /// The file.
    pub(super) name: String,
    /// The rows.
    pub(super) capture: BgpCapture,
}

/// All captures.
#[derive(Debug, Default)]
pub(super) struct Captures {
    /// What route servers learned.
    pub(super) learned: Vec<Routes>,
    /// What gateways learned.
    pub(super) gateways: Vec<Routes>,
    /// Route tables of circuits.
    pub(super) circuits: Vec<Routes>,
    /// What speakers advertised; a prediction is held against it, nothing is imported from it.
    pub(super) advertised: Vec<Routes>,
    /// Files of effective routes.
    pub(super) effective: Vec<String>,
    /// Files with an empty list, which tell something only by their names.
    pub(super) empty: Vec<String>,
}

/// A route as one of its speakers received it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Received {
    pub(super) prefix: Ipv4Net,
    pub(super) path: Vec<u32>,
    pub(super) next_hop: Option<Ipv4Addr>,
}

impl Captures {
    /// Keeps a capture where it belongs. What a route server sent has no `sourcePeer`; of a gateway that is `null`. Of a print without
    /// that column its name tells.
    pub(super) fn keep(&mut self, name: &str, capture: BgpCapture) {
        let from_peers = capture.rows.iter().any(|row| row.source_peer.as_ref().is_some_and(is_address));
        let routes = Routes { name: name.to_owned(), capture };
        let says = |word: &str| name.to_lowercase().contains(word);
        let sent = if routes.capture.rows.is_empty() { says("advertised") } else { !from_peers && !says("learned") };
        match routes.capture.kind {
            capture::Kind::Circuit => self.circuits.push(routes),
            _ if sent => self.advertised.push(routes),
            capture::Kind::RouteServer => self.learned.push(routes),
            _ => self.gateways.push(routes),
        }
    }

    /// Sorted by file, so that the order of the command line makes no difference.
    pub(super) fn sort(&mut self) {
        for list in [&mut self.learned, &mut self.gateways, &mut self.circuits, &mut self.advertised] {
            list.sort_by(|one, other| one.name.cmp(&other.name));
        }
        self.effective.sort();
        self.empty.sort();
    }
}

/// Whether a router sent the route. Without the column `sourcePeer` the next hop tells, which is that of an external peer; without
/// either, the AS number that the path starts with.
pub(super) fn is_from(row: &BgpRow, asn: Option<u32>, router: Option<Ipv4Addr>) -> bool {
    match (&row.source_peer, &row.next_hop) {
        (None, None) => {
            let first = row.as_path.as_ref().and_then(|path| path.asns().first().map(|asn| asn.0));
            first.is_some() && first == asn
        }
        (None, next_hop) => address(next_hop.as_ref()) == router,
        (sender, _) => address(sender.as_ref()) == router,
    }
}

fn is_address(address: &CapturedAddress) -> bool {
    matches!(address, CapturedAddress::Address(_))
}

/// The address, where one was printed.
pub(super) fn address(address: Option<&CapturedAddress>) -> Option<Ipv4Addr> {
    match address? {
        CapturedAddress::Address(IpAddr::V4(address)) => Some(*address),
        _ => None,
    }
}

/// The row as a route; none for IPv6 and for masked prefixes.
pub(super) fn received(row: &BgpRow) -> Option<Received> {
    let CapturedPrefix::V4(prefix) = &row.network else { return None };
    let path = row.as_path.as_ref().map(|path| path.asns().iter().map(|asn| asn.0).collect()).unwrap_or_default();
    Some(Received { prefix: *prefix, path, next_hop: address(row.next_hop.as_ref()) })
}

/// The parts of a path that may name an object, in lower case: folders, and the name of the file without its ending.
pub(super) fn words_of(path: &str) -> Vec<String> {
    let path = path.replace('\\', "/").to_lowercase();
    let mut words: Vec<String> = path.split('/').map(str::to_owned).collect();
    if let Some(last) = words.last_mut()
        && let Some((stem, _)) = last.rsplit_once('.')
    {
        *last = stem.to_owned();
    }
    words
}

/// Whether a path names an object: as a folder or a file of that name, or as a part of a file's name between dashes and the like.
pub(super) fn names(path: &str, object: &str) -> bool {
    let object = object.to_lowercase();
    let words = words_of(path);
    if words.contains(&object) {
        return true;
    }
    let Some(file) = words.last() else { return false };
    file.match_indices(&object).any(|(at, _)| {
        let edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
        edge(file[..at].chars().next_back()) && edge(file[at + object.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, text: &str) -> Captures {
        let (mut captures, mut sink) = (Captures::default(), crate::diagnostic::Sink::default());
        let file = crate::source::Sources::default().add(name, name, String::new());
        captures.keep(name, capture::read_bgp(file, text, &mut sink).unwrap());
        captures
    }

    #[test]
    fn a_print_without_senders_is_what_its_name_says() {
        let text =
            r#"{"RouteServiceRole_IN_0": [{"localAddress": "10.0.0.4", "network": "0.0.0.0/0", "asPath": "65001"}]}"#;
        assert_eq!(kept("rs1/learned/fw1.json", text).learned.len(), 1);
        assert_eq!(kept("rs1/advertised/fw1.json", text).advertised.len(), 1);
        assert_eq!(kept("fw1.json", text).advertised.len(), 1, "what was sent has no column of senders");
    }

    #[test]
    fn a_path_names_an_object_by_folder_file_or_part_of_a_file() {
        assert!(names("cap/route-server/rg/rs1/learned/FW1.json", "fw1"));
        assert!(names("cap/route-server/rg/rs1/learned/fw1.json", "rs1"));
        assert!(names("peering-learned-fgt2.json", "fgt2"));
        assert!(!names("peering-learned-fgt21.json", "fgt2"));
        assert!(!names("fgt2x/learned.json", "fgt2"));
    }
}
