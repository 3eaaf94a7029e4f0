//! The names of captured files: in the layout of the collect script each part of a path is a name or an address of its own.

use super::meaning::Meaning;
use super::names::{GROUP, word};
use super::texts;

/// Files of the layout that stand alone.
const FILES: &[&str] = &[
    "account.json",
    "circuits.json",
    "firewalls.json",
    "load-balancers.json",
    "nics.json",
    "private-endpoints.json",
    "public-ips.json",
    "route-servers.json",
    "route-tables.json",
    "vnets.json",
];

/// What a part of a path is.
enum Part {
    /// As it is.
    Kept,
    /// A name, of things whose new names begin with this word.
    Name(&'static str),
    /// An address.
    Address,
}

/// The new path of a capture; one outside the layout becomes a numbered document.
pub(super) fn renamed(path: &str, meaning: &mut dyn Meaning) -> String {
    let segments: Vec<&str> = path.split(['/', '\\']).collect();
    let known = (0..segments.len()).find_map(|start| Some((start, layout(&segments[start..])?)));
    let (start, parts) = known.unwrap_or((segments.len() - 1, vec![Part::Name(word("document"))]));
    let folders = segments[..start].iter().map(|folder| texts::name(folder, word("folder"), meaning));
    let mut new: Vec<String> = folders.collect();
    for (segment, part) in segments[start..].iter().zip(parts) {
        let stem = segment.strip_suffix(".json");
        let bare = stem.unwrap_or(segment);
        let renamed = match part {
            Part::Kept => bare.to_owned(),
            Part::Name(word) => texts::name(bare, word, meaning),
            Part::Address => match bare.parse() {
                Ok(address) => meaning.address(address).to_string(),
                Err(_) => texts::name(bare, word("bgpConnections"), meaning),
            },
        };
        new.push(if stem.is_some() { format!("{renamed}.json") } else { renamed });
    }
    new.join("/")
}

/// The parts of a path of the layout.
fn layout(segments: &[&str]) -> Option<Vec<Part>> {
    let name = |kind| Part::Name(word(kind));
    Some(match segments {
        [file] if FILES.contains(file) => vec![Part::Kept],
        ["local-gateways" | "connections", _] => vec![Part::Kept, name(GROUP)],
        ["effective-routes", _, _] => vec![Part::Kept, name(GROUP), name("networkInterfaces")],
        ["route-server", _, _, "peers.json"] => vec![Part::Kept, name(GROUP), name("virtualHubs"), Part::Kept],
        ["route-server", _, _, "learned" | "advertised", _] => {
            vec![Part::Kept, name(GROUP), name("virtualHubs"), Part::Kept, name("bgpConnections")]
        }
        ["gateway", _, _, "show.json" | "learned.json" | "bgp-peers.json"] => {
            vec![Part::Kept, name(GROUP), name("virtualNetworkGateways"), Part::Kept]
        }
        ["gateway", _, _, "advertised", _] => {
            vec![Part::Kept, name(GROUP), name("virtualNetworkGateways"), Part::Kept, Part::Address]
        }
        ["circuit", _, _, "show.json" | "routes-primary.json" | "routes-secondary.json"] => {
            vec![Part::Kept, name(GROUP), name("expressRouteCircuits"), Part::Kept]
        }
        _ => return None,
    })
}
