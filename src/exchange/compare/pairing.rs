//! Which printed row belongs to which predicted row.
//!
//! Only indices and distances are known here; what makes two rows equal belongs to `effective` and `bgp`.

use std::collections::BTreeSet;

/// Pairs of (printed, predicted) and what is left on both sides, all in ascending order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairing {
    /// Rows that agree.
    pub(super) same: Vec<(usize, usize)>,
    /// Rows that belong together and differ.
    pub(super) near: Vec<(usize, usize)>,
    /// Printed rows without a partner.
    pub(super) only_printed: Vec<usize>,
    /// Predicted rows without a partner.
    pub(super) only_predicted: Vec<usize>,
}

/// Pairs as many agreeing rows as possible, then the nearest of the others.
///
/// `distance(printed, predicted)` is zero for rows that agree and `None` for rows that can never belong together. Predicted rows that come
/// first keep their partner: put those first whose absence from the print would be a difference.
pub(super) fn pair(printed: usize, predicted: usize, distance: impl Fn(usize, usize) -> Option<u32>) -> Pairing {
    let agrees = |left: usize, right: usize| distance(left, right) == Some(0);
    let mut partners: Vec<Option<usize>> = vec![None; printed];
    for right in 0..predicted {
        let mut visited = vec![false; printed];
        augment(right, &mut partners, &mut visited, &agrees);
    }
    let same: Vec<_> =
        partners.iter().enumerate().filter_map(|(left, right)| right.map(|right| (left, right))).collect();

    let mut lefts: BTreeSet<usize> = (0..printed).filter(|left| partners[*left].is_none()).collect();
    let mut rights: BTreeSet<usize> = (0..predicted).filter(|right| !partners.contains(&Some(*right))).collect();
    let mut candidates = Vec::new();
    for left in &lefts {
        candidates.extend(rights.iter().filter_map(|right| distance(*left, *right).map(|far| (far, *left, *right))));
    }
    candidates.sort_unstable();
    let mut near = Vec::new();
    for (_, left, right) in candidates {
        if lefts.contains(&left) && rights.contains(&right) {
            lefts.remove(&left);
            rights.remove(&right);
            near.push((left, right));
        }
    }
    near.sort_unstable();
    Pairing { same, near, only_printed: lefts.into_iter().collect(), only_predicted: rights.into_iter().collect() }
}

/// Finds a partner for one predicted row, moving others to another partner where that helps (Kuhn's algorithm).
fn augment(
    right: usize,
    partners: &mut [Option<usize>],
    visited: &mut [bool],
    agrees: &impl Fn(usize, usize) -> bool,
) -> bool {
    for left in 0..partners.len() {
        if visited[left] || !agrees(left, right) {
            continue;
        }
        visited[left] = true;
        let free = match partners[left] {
            None => true,
            Some(other) => augment(other, partners, visited, agrees),
        };
        if free {
            partners[left] = Some(right);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_fits_two_gives_way_to_one_that_fits_only_one() {
        // Predicted 0 fits both printed rows, predicted 1 only printed 0.
        let agrees = [[true, true], [true, false]];
        let pairing = pair(2, 2, |left, right| agrees[right][left].then_some(0));
        assert_eq!(pairing.same, [(0, 1), (1, 0)]);
    }

    #[test]
    fn the_first_predicted_row_keeps_its_partner() {
        let pairing = pair(1, 3, |_, _| Some(0));
        assert_eq!((pairing.same, pairing.only_predicted), (vec![(0, 0)], vec![1, 2]));
    }

    #[test]
    fn the_nearest_rows_are_paired_first() {
        let far = [[5, 3], [4, 9]];
        let pairing = pair(2, 2, |left, right| Some(far[left][right]));
        assert_eq!(pairing.near, [(0, 1), (1, 0)]);
        assert_eq!(
            pair(1, 1, |_, _| None),
            Pairing { only_printed: vec![0], only_predicted: vec![0], ..Pairing::default() }
        );
    }
}
