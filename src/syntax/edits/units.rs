//! Edits that are looked at as one: those of one text that stands for many entries, and, where there are too many, those beside each
//! other.

use super::Edit;
use crate::source::Span;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Edits that are made together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Indexes of the edits, in order.
    pub edits: Vec<usize>,
    /// The path of the only edit, or of what is around all of them.
    pub path: String,
    /// Several edits of one text: an anchor that many entries share.
    pub is_one_text: bool,
}

/// The edits in at most so many units, one at least. Where there are more, those in one entry are taken together: the innermost entries
/// first, and of these the ones that hold most.
pub fn units(edits: &[Edit], most: usize) -> Vec<Unit> {
    let mut units = by_text(edits);
    let deepest = edits.iter().map(|edit| edit.parents.len()).max().unwrap_or_default();
    for depth in (0..deepest).rev() {
        let mut over = units.len().saturating_sub(most.max(1));
        let mut entries: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, unit) in units.iter().enumerate() {
            let edit = &edits[unit.edits[0]];
            if let Some(end) = edit.parents.get(depth) {
                entries.entry(&edit.path[..*end]).or_default().push(number);
            }
        }
        let mut entries: Vec<(&str, Vec<usize>)> = entries.into_iter().filter(|(_, held)| held.len() > 1).collect();
        entries.sort_by_key(|(path, held)| (Reverse(held.len()), *path));
        let mut gone = BTreeSet::new();
        for (path, held) in entries {
            if over == 0 {
                break;
            }
            over = over.saturating_sub(held.len() - 1);
            let mut together: Vec<usize> = held.iter().flat_map(|number| units[*number].edits.clone()).collect();
            together.sort_unstable();
            units[held[0]] = Unit { edits: together, path: path.to_owned(), is_one_text: false };
            gone.extend(held.into_iter().skip(1));
        }
        let mut number = 0..;
        units.retain(|_| number.next().is_none_or(|number| !gone.contains(&number)));
    }
    units
}

/// Edits of the same places are one.
fn by_text(edits: &[Edit]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut known: BTreeMap<(Option<Span>, Option<Span>), usize> = BTreeMap::new();
    for (index, edit) in edits.iter().enumerate() {
        let span = |side: &Option<super::Written>| side.as_ref().map(|written| written.span);
        let number = *known.entry((span(&edit.old), span(&edit.new))).or_insert(units.len());
        match units.get_mut(number) {
            Some(unit) => {
                unit.edits.push(index);
                unit.is_one_text = true;
            }
            None => units.push(Unit { edits: vec![index], path: edit.path.clone(), is_one_text: false }),
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::edits::Written;

    /// Edits of these paths, whose parents end at dots; each of another text.
    fn edits(paths: &[&str]) -> Vec<Edit> {
        let edit = |(index, path): (usize, &&str)| {
            let span = Span { file: FileId(1), start: index as u32, end: index as u32 + 1 };
            let parents = [0].into_iter().chain(path.match_indices('.').map(|(at, _)| at)).collect();
            let new = Some(Written { span, value: None, is_argument: false });
            Edit { path: (*path).to_owned(), parents, old: None, new, around: None }
        };
        paths.iter().enumerate().map(edit).collect()
    }

    fn told(edits: &[Edit], most: usize) -> Vec<(String, usize)> {
        units(edits, most).into_iter().map(|unit| (unit.path, unit.edits.len())).collect()
    }

    fn of(path: &str, edits: usize) -> (String, usize) {
        (path.to_owned(), edits)
    }

    #[test]
    fn edits_are_their_own_units_as_long_as_they_are_few() {
        let edits = edits(&["a.x", "a.y", "b"]);
        assert_eq!(told(&edits, 3), [of("a.x", 1), of("a.y", 1), of("b", 1)]);
    }

    #[test]
    fn the_innermost_are_taken_together_first_and_no_more_than_needed() {
        let edits = edits(&["v.a.x", "v.a.y", "v.b.x", "v.b.y", "v.b.z", "p"]);
        assert_eq!(told(&edits, 5), [of("v.a.x", 1), of("v.a.y", 1), of("v.b", 3), of("p", 1)]);
        assert_eq!(told(&edits, 3), [of("v.a", 2), of("v.b", 3), of("p", 1)]);
        assert_eq!(told(&edits, 2), [of("v", 5), of("p", 1)]);
        assert_eq!(told(&edits, 1), [of("", 6)]);
        assert_eq!(told(&edits, 0), [of("", 6)]);
    }

    #[test]
    fn entries_that_share_one_text_are_edited_together() {
        let mut edits = edits(&["v.a.x", "v.b.x", "v.c.x"]);
        edits[2].new = edits[0].new.clone();
        let units = units(&edits, 9);
        assert_eq!(units[0], Unit { edits: vec![0, 2], path: "v.a.x".into(), is_one_text: true });
        assert_eq!(units.len(), 2);
        assert!(super::units(&[], 9).is_empty());
    }
}
