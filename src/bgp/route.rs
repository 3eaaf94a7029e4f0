//! A route and its attributes, as one speaker holds it.

use crate::azure::facts::FactSet;
use crate::net::{AsPath, Community};
use crate::syntax::document::Origin;
use std::net::Ipv4Addr;

/// A route without its prefix: routes of a class share everything but that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route {
    /// AS path as this holder sees it.
    pub path: AsPath,
    /// Next hop; none where the topology does not tell the address.
    pub next_hop: Option<Ipv4Addr>,
    /// Next hops it would have if somebody on the way had passed on another of several equal paths, sorted.
    pub other_next_hops: Vec<Ipv4Addr>,
    /// Communities, sorted.
    pub communities: Vec<Community>,
    /// BGP origin.
    pub origin: Origin,
    /// Open facts on which its being here rests.
    pub rests_on: FactSet,
}

impl Route {
    /// A route that starts at its holder.
    pub fn local(next_hop: Option<Ipv4Addr>) -> Self {
        Route {
            path: AsPath::default(),
            next_hop,
            other_next_hops: Vec::new(),
            communities: Vec::new(),
            origin: Origin::Igp,
            rests_on: FactSet::default(),
        }
    }

    /// Adds a community, keeping them sorted.
    pub fn add_community(&mut self, community: Community) {
        if let Err(place) = self.communities.binary_search(&community) {
            self.communities.insert(place, community);
        }
    }

    /// The same announcement but for the next hop.
    pub fn alike(&self, other: &Route) -> bool {
        self.path == other.path && self.communities == other.communities && self.origin == other.origin
    }

    /// Whether it carries a community.
    pub fn has_community(&self, community: Community) -> bool {
        self.communities.binary_search(&community).is_ok()
    }
}

/// Why a speaker originates a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocalKind {
    /// A range of its own VNet.
    VnetRange,
    /// A range of a VNet that uses its gateway.
    TransitSpoke,
    /// A `summarized_gateway_prefixes` entry.
    Summary,
    /// A local network gateway's prefix, by tunnel.
    Static(u32),
    /// The BGP address of a peer, by tunnel.
    PeerHostRoute(u32),
    /// A point-to-site pool.
    ClientPool,
    /// Announced by a router.
    Announced,
}

/// Where a candidate came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The speaker itself.
    Local(LocalKind),
    /// The neighbour of that index.
    Neighbor(usize),
}

/// A route that takes part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where it came from.
    pub source: Source,
    /// The route after import policy.
    pub route: Route,
}
