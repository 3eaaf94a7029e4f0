//! New AS numbers for old ones: of the same class, in the same order.
//!
//! Which numbers mean something to Azure or to everybody is the business of `azure`.

use crate::azure::{AZURE_ASN, AZURE_PRIVATE_ASNS, AZURE_PUBLIC_ASNS, IANA_RESERVED_ASNS};
use crate::net::Asn;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Where the class of a number changes: 16 and 32 bits, public and private (RFC 6996).
const BORDERS: [u32; 3] = [64512, 65536, 4_200_000_000];

/// The AS numbers and what became of them.
#[derive(Debug)]
pub(super) struct Numbers(BTreeMap<u32, u32>);

impl Numbers {
    /// Renumbers between every two numbers that stay, so that order and class are kept.
    pub(super) fn renumber(seen: &BTreeSet<Asn>) -> Numbers {
        let mut new = BTreeMap::new();
        let mut start = 0;
        for kept in kept() {
            if let Some(end) = kept.start().checked_sub(1) {
                spread(start, end, seen, &mut new);
            }
            let Some(next) = kept.end().checked_add(1) else { return Numbers(new) };
            start = next;
        }
        spread(start, u32::MAX, seen, &mut new);
        Numbers(new)
    }

    /// The new number; the same for one that means something, and for one that was never seen.
    pub(super) fn replacement(&self, asn: Asn) -> Asn {
        Asn(self.0.get(&asn.0).copied().unwrap_or(asn.0))
    }
}

/// The numbers that stay, in order: those that Azure or IANA reserve.
fn kept() -> Vec<RangeInclusive<u32>> {
    let azures = AZURE_PUBLIC_ASNS.iter().chain([&AZURE_ASN]).map(|asn| asn.0..=asn.0);
    let last = u32::MAX..=u32::MAX;
    let mut kept: Vec<_> = azures.chain(IANA_RESERVED_ASNS).chain([AZURE_PRIVATE_ASNS, last]).collect();
    kept.sort_by_key(|range| *range.start());
    kept
}

/// Gives the numbers from `start` to `end` new ones from the front of their class.
fn spread(start: u32, end: u32, seen: &BTreeSet<Asn>, new: &mut BTreeMap<u32, u32>) {
    if start > end {
        return;
    }
    if let Some(border) = BORDERS.iter().find(|border| start < **border && **border <= end) {
        spread(start, border - 1, seen, new);
        return spread(*border, end, seen, new);
    }
    new.extend(seen.range(Asn(start)..=Asn(end)).map(|asn| asn.0).zip(start..=end));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(asn: Asn) -> (bool, bool) {
        (asn.is_private(), asn.0 > 65535)
    }

    #[test]
    fn numbers_that_mean_something_stay() {
        let meaning = [0, 8074, 8075, 12076, 23456, 64496, 64511, 65515, 65517, 65520, 65535, 65551, u32::MAX];
        let seen = meaning.into_iter().chain([65001, 65516, 65521]).map(Asn).collect();
        let numbers = Numbers::renumber(&seen);
        assert!(meaning.iter().all(|asn| numbers.replacement(Asn(*asn)) == Asn(*asn)));
        assert_eq!(numbers.replacement(Asn(65001)), Asn(64512));
    }

    proptest! {
        #[test]
        fn order_and_class_are_kept(
            numbers in prop::collection::btree_set(prop_oneof![0..70_000u32, 4_199_999_990..=u32::MAX, any::<u32>()], 1..60),
        ) {
            let seen: BTreeSet<Asn> = numbers.into_iter().map(Asn).collect();
            let numbers = Numbers::renumber(&seen);
            let new: Vec<Asn> = seen.iter().map(|asn| numbers.replacement(*asn)).collect();
            prop_assert!(new.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(seen.iter().zip(&new).all(|(old, new)| class(*old) == class(*new)));
        }
    }
}
