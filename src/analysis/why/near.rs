//! What is announced around a prefix that nobody announces.

use super::Reasons;
use ipnet::Ipv4Net;

/// Prefixes that are told of those inside.
const MOST_INSIDE: usize = 5;

/// What is announced around a prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Near {
    /// The longest announced prefix that holds it.
    pub covering: Option<Ipv4Net>,
    /// The first announced prefixes inside it.
    pub inside: Vec<Ipv4Net>,
    /// How many there are inside it.
    pub inside_count: usize,
}

impl Near {
    pub(super) fn around(reasons: &Reasons<'_>, range: Ipv4Net) -> Self {
        let classes = reasons.ribs.class_ids().map(|class| reasons.ribs.class(class));
        let announced: Vec<Ipv4Net> = classes.flat_map(|class| class.prefixes.iter().copied()).collect();
        let covering = announced.iter().filter(|prefix| prefix.contains(&range) && **prefix != range);
        let covering = covering.max_by_key(|prefix| prefix.prefix_len()).copied();
        let inside = announced.iter().filter(|prefix| range.contains(*prefix) && **prefix != range).copied();
        let mut inside: Vec<Ipv4Net> = inside.collect();
        inside.sort_unstable();
        let inside_count = inside.len();
        inside.truncate(MOST_INSIDE);
        Near { covering, inside, inside_count }
    }
}
