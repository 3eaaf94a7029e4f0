//! How prefixes can be announced as fewer.

use ipnet::Ipv4Net;

/// The smallest range that holds all of them.
pub(crate) fn cover(prefixes: &[Ipv4Net]) -> Option<Ipv4Net> {
    let (first, rest) = prefixes.split_first()?;
    rest.iter().try_fold(*first, |cover, prefix| {
        std::iter::successors(Some(cover), Ipv4Net::supernet).find(|wider| wider.contains(prefix))
    })
}

/// What remains to be announced when neighbouring prefixes are written as one, if that is at most `limit`.
pub(crate) fn merged(prefixes: &Vec<Ipv4Net>, limit: usize) -> Option<Vec<Ipv4Net>> {
    let merged = Ipv4Net::aggregate(prefixes);
    (merged.len() <= limit).then_some(merged)
}
