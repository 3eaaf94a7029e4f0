//! Changes of a text by byte places, collected in any order and made at once.

use std::ops::Range;

/// What comes first of changes at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Before,
    Instead,
    Behind,
    Last,
}

/// The changes; of equal ones those stay in order that were told one after the other.
#[derive(Debug, Default)]
pub(super) struct Splices(Vec<(usize, Rank, usize, String)>);

impl Splices {
    /// Text before what stands at a place, whatever happens to that.
    pub(super) fn before(&mut self, place: usize, text: String) {
        self.0.push((place, Rank::Before, place, text));
    }

    /// Text instead of a range; ranges that overlap go together, with the texts one after the other.
    pub(super) fn instead(&mut self, range: Range<usize>, text: String) {
        self.0.push((range.start, Rank::Instead, range.end, text));
    }

    /// Text behind what ends at a place, whatever happens to that.
    pub(super) fn behind(&mut self, place: usize, text: String) {
        self.0.push((place, Rank::Behind, place, text));
    }

    /// Text behind everything else that is written at a place.
    pub(super) fn last(&mut self, place: usize, text: String) {
        self.0.push((place, Rank::Last, place, text));
    }

    /// The text with all changes made.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(start, rank, ..)| (*start, *rank));
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (start, _, end, new) in self.0 {
            if start > at {
                out.push_str(&text[at..start]);
            }
            out.push_str(&new);
            at = at.max(start).max(end);
        }
        out.push_str(&text[at..]);
        out
    }
}
