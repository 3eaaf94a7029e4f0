//! Policies: what routers and Azure's route maps do to routes.
//!
//! The language only; it is applied in `bgp`.

use super::{CircuitId, RouterId, VnetId};
use crate::net::{AsPath, Asn, Community};
use crate::source::Span;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// An end that policies and matches can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerName {
    /// The route server or the VPN gateway of a VNet.
    Vnet(VnetId),
    /// An NVA or a site.
    Router(RouterId),
    /// The edge of a circuit.
    Circuit(CircuitId),
    /// The speaker itself (`self`).
    Itself,
}

/// Policies by peer, with one for everybody else.
#[derive(Debug, Clone, Default)]
pub struct PeerPolicies {
    /// For a named peer.
    pub by_peer: Vec<(PeerName, Arc<Policy>)>,
    /// For every other peer.
    pub otherwise: Option<Arc<Policy>>,
}

impl PeerPolicies {
    /// The policy for a peer.
    pub fn for_peer(&self, peer: PeerName) -> Option<&Arc<Policy>> {
        let named = self.by_peer.iter().find(|(name, _)| *name == peer).map(|(_, policy)| policy);
        named.or(self.otherwise.as_ref())
    }
}

/// An ordered list of rules.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Name, or none for rules written in place.
    pub name: Option<String>,
    /// Rules in order.
    pub rules: Vec<Rule>,
}

/// One rule: all conditions must hold, then all actions are taken.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Display name.
    pub name: Option<String>,
    /// Where it is written.
    pub span: Span,
    /// Exactly one of these; empty is no condition.
    pub prefix: Vec<Ipv4Net>,
    /// One of these or inside it; empty is no condition.
    pub within: Vec<Ipv4Net>,
    /// Prefix length from, to.
    pub length: Option<(u8, u8)>,
    /// Any of these ASNs; empty is no condition.
    pub as_path_contains: Vec<Asn>,
    /// Exactly this path.
    pub as_path: Option<AsPath>,
    /// Any of these communities; empty is no condition.
    pub communities: Vec<Community>,
    /// Where the route came from; empty is no condition.
    pub learned_from: Vec<PeerName>,
    /// Discards.
    pub drop: bool,
    /// Removes ASNs.
    pub strip: Vec<Asn>,
    /// Replaces the path.
    pub replace_as_path: Option<AsPath>,
    /// The peer's ASN becomes the speaker's own.
    pub as_override: bool,
    /// Put before the path.
    pub prepend: Vec<Asn>,
    /// Announces this instead.
    pub summarize: Option<Ipv4Net>,
    /// Added.
    pub add_communities: Vec<Community>,
    /// Removed.
    pub remove_communities: Vec<Community>,
    /// Replaces all.
    pub set_communities: Option<Vec<Community>>,
    /// Sets the next hop.
    pub next_hop: Option<Ipv4Addr>,
    /// Goes on after a match.
    pub continues: bool,
}

impl Rule {
    /// Whether the conditions on the prefix hold.
    pub fn matches_prefix(&self, prefix: Ipv4Net) -> bool {
        (self.prefix.is_empty() || self.prefix.contains(&prefix))
            && (self.within.is_empty() || self.within.iter().any(|range| range.contains(&prefix)))
            && self.length.is_none_or(|(from, to)| (from..=to).contains(&prefix.prefix_len()))
    }

    /// True when there is a condition on the prefix at all.
    pub fn looks_at_prefix(&self) -> bool {
        !self.prefix.is_empty() || !self.within.is_empty() || self.length.is_some()
    }
}
