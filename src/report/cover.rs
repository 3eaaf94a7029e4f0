//! Sets of addresses as people say them: a large prefix and its exceptions, where that is shorter than the prefixes themselves.

use crate::analysis::aggregate::{DefaultRoute, Label, Wish, fewest_routes};
use crate::analysis::space::Space;
use ipnet::Ipv4Net;

/// Inside of the set, and outside of it.
const IN: Label = 1;
const OUT: Label = 0;

/// The set in words, piece by piece.
pub fn covers(prefixes: &[Ipv4Net]) -> Vec<String> {
    let plain = || prefixes.iter().map(ToString::to_string).collect();
    // Two are said faster than anything with an exception.
    if prefixes.len() < 3 {
        return plain();
    }
    let wished = Space::of_prefixes(prefixes.iter().map(|prefix| (*prefix, IN)), OUT);
    let fewest = |default_route: DefaultRoute| {
        let expressible = [true, true];
        fewest_routes(&Wish {
            given: &[],
            endpoints: &[],
            otherwise: OUT,
            wished: &wished,
            expressible: &expressible,
            default_route,
        })
    };
    let ways = [fewest(DefaultRoute::Forbidden), fewest(DefaultRoute::Required)];
    let Some(fewest) = ways.into_iter().flatten().min_by_key(Vec::len) else { return plain() };
    if fewest.len() >= prefixes.len() {
        return plain();
    }
    in_words(&fewest).unwrap_or_else(plain)
}

/// None when an exception has exceptions of its own: nobody reads that.
fn in_words(parts: &[(Ipv4Net, Label)]) -> Option<Vec<String>> {
    let mut pieces: Vec<(Ipv4Net, Vec<Ipv4Net>)> = Vec::new();
    for (prefix, label) in parts {
        let around = pieces.last_mut().filter(|(outer, _)| outer.contains(prefix));
        match (label, around) {
            (&OUT, Some((_, exceptions))) => exceptions.push(*prefix),
            (&OUT, None) => {}
            (_, Some(_)) => return None,
            (_, None) => pieces.push((*prefix, Vec::new())),
        }
    }
    let told = pieces.into_iter().map(|(prefix, exceptions)| match exceptions.as_slice() {
        [] => prefix.to_string(),
        some => format!("{prefix} (except {})", crate::words::few(some)),
    });
    Some(told.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ranges: &[(&str, Label)]) -> Vec<String> {
        let ranges = ranges.iter().map(|(text, label)| (text.parse().unwrap(), *label));
        let space = Space::of_prefixes(ranges, OUT);
        let inside = space.steps().filter(|(_, label)| *label == IN);
        covers(&inside.flat_map(|(range, _)| range.prefixes()).collect::<Vec<_>>())
    }

    #[test]
    fn a_large_range_is_told_with_its_exceptions() {
        let internet = [("0.0.0.0/0", IN), ("10.0.0.0/8", OUT), ("192.168.0.0/16", OUT)];
        assert_eq!(told(&internet), ["0.0.0.0/0 (except 10.0.0.0/8 and 192.168.0.0/16)"]);
        assert_eq!(told(&[("10.0.0.0/8", IN), ("10.0.0.0/15", OUT)]), ["10.0.0.0/8 (except 10.0.0.0/15)"]);
    }

    #[test]
    fn what_is_short_already_is_told_as_it_is() {
        assert_eq!(
            told(&[("10.1.0.0/16", IN), ("10.3.0.0/16", IN), ("10.5.0.0/16", IN)]),
            ["10.1.0.0/16", "10.3.0.0/16", "10.5.0.0/16"]
        );
        assert_eq!(told(&[("10.0.0.0/8", IN), ("10.0.0.0/9", OUT)]), ["10.128.0.0/9"]);
        assert!(told(&[]).is_empty());
    }

    #[test]
    fn exceptions_of_exceptions_are_not_told_as_such() {
        let nested = [("10.0.0.0/8", IN), ("10.0.0.0/16", OUT), ("10.0.0.0/24", IN)];
        assert!(told(&nested).iter().all(|piece| !piece.contains("except")), "{:?}", told(&nested));
    }
}
