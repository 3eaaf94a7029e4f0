//! A value for every IPv4 address: the whole address space as a step function.
//!
//! Longest-prefix match over a table makes one; two of them laid beside each other show where tables differ, whatever prefixes the
//! tables are written with. What a value means is no business of this file.

use ipnet::{Ipv4Net, Ipv4Subnets};
use std::net::Ipv4Addr;

/// Addresses from a first to a last one, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The first address.
    pub first: Ipv4Addr,
    /// The last address.
    pub last: Ipv4Addr,
}

impl Range {
    /// The fewest prefixes that hold these addresses and no others, in order.
    pub fn prefixes(self) -> impl Iterator<Item = Ipv4Net> {
        Ipv4Subnets::new(self.first, self.last, 0)
    }

    /// The other range begins where this one ends.
    pub fn touches(self, next: Range) -> bool {
        u32::from(self.last).checked_add(1) == Some(next.first.into())
    }

    /// How many addresses there are.
    pub fn size(self) -> u64 {
        u64::from(u32::from(self.last) - u32::from(self.first)) + 1
    }
}

impl From<Ipv4Net> for Range {
    fn from(prefix: Ipv4Net) -> Self {
        Range { first: prefix.network(), last: prefix.broadcast() }
    }
}

/// A value for every address. Neighbouring steps differ, so that equal functions are equal values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space<T> {
    /// First address and value of each step; the first step starts at 0.0.0.0.
    steps: Vec<(u32, T)>,
}

impl<T: Copy + PartialEq> Space<T> {
    /// The same value everywhere.
    pub fn constant(value: T) -> Self {
        Space { steps: vec![(0, value)] }
    }

    /// What longest-prefix match over a table gives; `otherwise` where no prefix matches. Of equal prefixes the last counts.
    pub fn of_prefixes(entries: impl IntoIterator<Item = (Ipv4Net, T)>, otherwise: T) -> Self {
        let mut entries: Vec<(Ipv4Net, T)> = entries.into_iter().collect();
        // Stable, so that the last of equal prefixes stays the last. An outer prefix comes before those inside it.
        entries.sort_by_key(|(prefix, _)| *prefix);
        let mut space = Space { steps: vec![(0, otherwise)] };
        let mut open: Vec<(u32, T)> = Vec::new();
        for (prefix, value) in entries {
            let (first, last) = (u32::from(prefix.network()), u32::from(prefix.broadcast()));
            space.close(&mut open, otherwise, |end| end < first);
            space.step(first, value);
            open.push((last, value));
        }
        space.close(&mut open, otherwise, |_| true);
        space
    }

    /// Another value for the addresses of a prefix, where the value there says so.
    pub fn change(&mut self, prefix: Ipv4Net, change: impl Fn(T) -> T) {
        let (first, last) = (u32::from(prefix.network()), u32::from(prefix.broadcast()));
        let begin = self.steps.partition_point(|(start, _)| *start <= first) - 1;
        let end = self.steps.partition_point(|(start, _)| *start <= last);
        let mut changed = Space { steps: Vec::with_capacity(end - begin + 2) };
        if begin > 0 {
            // What is before it, so that equal neighbours become one.
            changed.steps.push(self.steps[begin - 1]);
        }
        let before = self.steps[begin].1;
        changed.step(self.steps[begin].0, before);
        for index in begin..end {
            let (start, value) = self.steps[index];
            changed.step(start.max(first), change(value));
        }
        let after = self.steps[end - 1].1;
        if let Some(next) = last.checked_add(1) {
            let next_start = self.steps.get(end).map(|(start, _)| *start);
            if next_start != Some(next) {
                changed.step(next, after);
            }
        }
        let mut until = end;
        if let Some((start, value)) = self.steps.get(end).copied() {
            changed.step(start, value);
            until += 1;
        }
        self.steps.splice(begin.saturating_sub(1)..until, changed.steps);
    }

    /// From steps in ascending order, the first of which starts at 0.0.0.0.
    pub(super) fn of_starts(steps: impl IntoIterator<Item = (u32, T)>) -> Self {
        let mut space = Space { steps: Vec::new() };
        steps.into_iter().for_each(|(first, value)| space.step(first, value));
        space
    }

    /// Ends the innermost open prefixes; behind each the value of the one around it goes on.
    fn close(&mut self, open: &mut Vec<(u32, T)>, otherwise: T, ended: impl Fn(u32) -> bool) {
        while let Some((end, _)) = open.last().copied().filter(|(end, _)| ended(*end)) {
            open.pop();
            let outer = open.last().map_or(otherwise, |(_, value)| *value);
            if let Some(next) = end.checked_add(1) {
                self.step(next, outer);
            }
        }
    }

    /// From an address on, the value is this one. Addresses come in ascending order.
    fn step(&mut self, first: u32, value: T) {
        if self.steps.last().is_some_and(|(start, _)| *start == first) {
            self.steps.pop();
        }
        if self.steps.last().is_none_or(|(_, before)| *before != value) {
            self.steps.push((first, value));
        }
    }

    /// The value of an address.
    pub fn at(&self, address: Ipv4Addr) -> T {
        let index = self.steps.partition_point(|(start, _)| *start <= u32::from(address)) - 1;
        self.steps[index].1
    }

    /// Whether all addresses of a range have the same value.
    pub fn is_constant(&self, range: Range) -> bool {
        let step = |address: Ipv4Addr| self.steps.partition_point(|(start, _)| *start <= u32::from(address));
        step(range.first) == step(range.last)
    }

    /// The steps in order.
    pub fn steps(&self) -> impl Iterator<Item = (Range, T)> + '_ {
        let ends = self.steps.iter().skip(1).map(|(start, _)| start - 1).chain([u32::MAX]);
        let range = |first: u32, last: u32| Range { first: first.into(), last: last.into() };
        self.steps.iter().zip(ends).map(move |((first, value), last)| (range(*first, last), *value))
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Never true: every address has a value.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Another value for each value.
    pub fn map<U: Copy + PartialEq>(&self, change: impl Fn(T) -> U) -> Space<U> {
        let mut space = Space { steps: Vec::with_capacity(self.steps.len()) };
        self.steps.iter().for_each(|(first, value)| space.step(*first, change(*value)));
        space
    }

    /// Both values of every address.
    pub fn beside<U: Copy + PartialEq>(&self, other: &Space<U>) -> Space<(T, U)> {
        let mut space = Space { steps: Vec::with_capacity(self.steps.len().max(other.steps.len())) };
        let (mut left, mut right) = (0, 0);
        loop {
            let first = self.steps[left].0.max(other.steps[right].0);
            space.step(first, (self.steps[left].1, other.steps[right].1));
            let next = |steps: Option<u32>| steps.map_or(u64::from(u32::MAX) + 1, u64::from);
            let (after_left, after_right) = (
                next(self.steps.get(left + 1).map(|(start, _)| *start)),
                next(other.steps.get(right + 1).map(|(start, _)| *start)),
            );
            if after_left == after_right && after_left > u64::from(u32::MAX) {
                return space;
            }
            left += usize::from(after_left <= after_right);
            right += usize::from(after_right <= after_left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn prefix(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn table(entries: &[(&str, char)]) -> Space<char> {
        Space::of_prefixes(entries.iter().map(|(text, value)| (prefix(text), *value)), '-')
    }

    fn shown(space: &Space<char>) -> Vec<String> {
        space
            .steps()
            .flat_map(|(range, value)| range.prefixes().map(move |prefix| format!("{prefix}{value}")))
            .collect()
    }

    #[test]
    fn the_longest_prefix_decides_and_the_shorter_goes_on_behind_it() {
        let space = table(&[("10.0.0.0/8", 'a'), ("10.128.0.0/9", 'b'), ("10.128.0.0/10", 'c')]);
        let inside: Vec<String> = shown(&space).into_iter().filter(|text| !text.ends_with('-')).collect();
        assert_eq!(inside, ["10.0.0.0/9a", "10.128.0.0/10c", "10.192.0.0/10b"]);
    }

    #[test]
    fn how_a_table_is_written_does_not_matter() {
        assert_eq!(table(&[("10.0.0.0/9", 'a'), ("10.128.0.0/9", 'a')]), table(&[("10.0.0.0/8", 'a')]));
        assert_eq!(table(&[("10.0.0.0/8", 'a'), ("10.1.0.0/16", 'a')]), table(&[("10.0.0.0/8", 'a')]));
        assert_eq!(table(&[("10.0.0.0/8", 'x'), ("10.0.0.0/8", 'a')]), table(&[("10.0.0.0/8", 'a')]));
    }

    #[test]
    fn the_whole_space_ends_at_the_last_address() {
        assert_eq!(shown(&table(&[("0.0.0.0/0", 'a')])), ["0.0.0.0/0a"]);
        let space = table(&[("255.255.255.255/32", 'a')]);
        assert_eq!((space.at([255; 4].into()), space.at([255, 255, 255, 254].into())), ('a', '-'));
    }

    #[test]
    fn spaces_beside_each_other_differ_exactly_where_their_tables_do() {
        let both = table(&[("10.0.0.0/8", 'a')]).beside(&table(&[("10.0.0.0/8", 'a'), ("10.1.0.0/16", 'b')]));
        let differing: Vec<Range> =
            both.steps().filter(|(_, (left, right))| left != right).map(|(range, _)| range).collect();
        assert_eq!(differing, [Range::from(prefix("10.1.0.0/16"))]);
    }

    fn tables() -> impl Strategy<Value = Vec<(Ipv4Net, u8)>> {
        // Few addresses, so that prefixes nest and touch, at both ends of the space.
        let prefixes = (any::<bool>(), 0_u32..64, 24_u8..=32).prop_map(|(high, offset, length)| {
            let base = if high { u32::MAX - 63 } else { 0 };
            Ipv4Net::new((base + offset).into(), length).unwrap().trunc()
        });
        proptest::collection::vec((prefixes, 0_u8..4), 0..24)
    }

    proptest! {
        #[test]
        fn a_space_gives_what_longest_prefix_match_gives(entries in tables(), offset in 0_u32..300, high in any::<bool>()) {
            let address = Ipv4Addr::from(if high { u32::MAX - offset } else { offset });
            let matched = entries.iter().rev().filter(|(prefix, _)| prefix.contains(&address));
            // Of equal prefixes the last counts: `max_by_key` takes the last of equals, the list is reversed.
            let longest = matched.fold(None, |best: Option<(Ipv4Net, u8)>, (prefix, value)| match best {
                Some((known, _)) if known.prefix_len() >= prefix.prefix_len() => best,
                _ => Some((*prefix, *value)),
            });
            let space = Space::of_prefixes(entries, 9);
            prop_assert_eq!(space.at(address), longest.map_or(9, |(_, value)| value));
        }

        #[test]
        fn a_change_is_made_inside_the_prefix_only(
            entries in tables(),
            changed in tables(),
            offset in 0_u32..300,
            high in any::<bool>(),
        ) {
            let address = Ipv4Addr::from(if high { u32::MAX - offset } else { offset });
            let mut space = Space::of_prefixes(entries, 9);
            let mut expected = space.at(address);
            for (prefix, value) in changed {
                // Depends on what is there, and brings about equal neighbours.
                let change = |old: u8| if old.is_multiple_of(2) { value } else { old };
                space.change(prefix, change);
                if prefix.contains(&address) {
                    expected = change(expected);
                }
                prop_assert_eq!(space.at(address), expected);
                prop_assert_eq!(space.map(|value| value), space.clone());
            }
        }

        #[test]
        fn laying_beside_keeps_both(one in tables(), other in tables(), offset in 0_u32..300, high in any::<bool>()) {
            let address = Ipv4Addr::from(if high { u32::MAX - offset } else { offset });
            let (one, other) = (Space::of_prefixes(one, 9), Space::of_prefixes(other, 9));
            let both = one.beside(&other);
            prop_assert_eq!(both.at(address), (one.at(address), other.at(address)));
            prop_assert_eq!(both.map(|(left, _)| left), one);
        }
    }
}
