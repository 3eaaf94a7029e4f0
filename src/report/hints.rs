//! Other values of what Azure leaves open, tried one by one: does one of them explain the rows that differ?
//!
//! Only whole predictions are compared; no rule of Azure's is looked at here.

use crate::azure::facts::{Domain, Fact, Facts};
use crate::bgp;
use crate::effective::Tables;
use crate::exchange::compare::{Comparison, Options, RowResult};
use crate::exchange::manifest::{DifferenceKind, Manifest};
use crate::report::verify::Case;
use crate::topology::Topology;
use serde::Serialize;
use std::collections::BTreeSet;

/// In larger estates nothing is tried: every value costs a whole computation.
pub const MAX_VNETS: usize = 200;

const AS_OF: &str = "--as-of";

/// A value that explains rows of one capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The argument: `--fact own_prefixes_learned=listed`, `--as-of 2025-09-17`.
    pub option: String,
    /// Rows that differ no longer, less those that begin to.
    pub explains: usize,
    /// Rows that differ without it.
    pub of: usize,
    /// Rows of other captures that begin to differ.
    pub breaks: usize,
}

impl Hint {
    /// The hint in a sentence.
    pub fn sentence(&self) -> String {
        let Hint { option, explains, of, breaks } = self;
        let but = match breaks {
            0 => String::new(),
            1 => "; but then 1 row of other captures differs".to_owned(),
            many => format!("; but then {many} rows of other captures differ"),
        };
        format!("the rows would match with {option} ({explains} of {of} differing rows){but}")
    }
}

/// One capture whose rows are to be explained, and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The capture.
    pub case: &'a Case,
    /// How it was printed.
    pub options: &'a Options,
    /// The manifest that lists its known differences, and the name it has there.
    pub manifest: Option<(&'a Manifest, &'a str)>,
}

impl Trial<'_> {
    /// How many rows differ that no list knows.
    pub fn open(&self, comparison: &Comparison) -> usize {
        let known = |row: &RowResult| self.manifest.is_some_and(|(manifest, file)| manifest.known(file, row).is_some());
        let open = comparison.rows.iter().filter(|row| DifferenceKind::of(&row.verdict).is_some() && !known(row));
        open.map(|row| row.captured_rows.max(1)).sum()
    }
}

/// For each capture of one topology the values that explain most of its differing rows, if any explains more than half of them.
pub fn hints(topology: &Topology, trials: &[(Trial<'_>, &Comparison)]) -> Vec<Vec<Hint>> {
    let before: Vec<usize> = trials.iter().map(|(trial, comparison)| trial.open(comparison)).collect();
    let mut hints: Vec<Vec<Hint>> = vec![Vec::new(); trials.len()];
    if topology.vnets.len() > MAX_VNETS || before.iter().all(|open| *open == 0) {
        return hints;
    }
    for (option, facts) in alternatives(&topology.facts) {
        let other = Topology { facts, ..topology.clone() };
        let ribs = bgp::run(&other);
        let tables = Tables::new(&other, &ribs);
        let open = |(trial, _): &(Trial<'_>, _)| trial.open(&trial.case.compare(&other, &ribs, &tables, trial.options));
        let after: Vec<usize> = trials.iter().map(open).collect();
        let worse: Vec<usize> =
            before.iter().zip(&after).map(|(before, after)| after.saturating_sub(*before)).collect();
        let all_worse: usize = worse.iter().sum();
        for (index, found) in hints.iter_mut().enumerate() {
            let explains = before[index].saturating_sub(after[index]);
            if explains * 2 > before[index] {
                let (option, breaks) = (option.clone(), all_worse - worse[index]);
                found.push(Hint { option, explains, of: before[index], breaks });
            }
        }
    }
    for found in &mut hints {
        let most = found.iter().map(|hint| hint.explains).max().unwrap_or(0);
        found.retain(|hint| hint.explains == most);
        found.sort_by_key(|hint| hint.breaks);
        // Days are tried from the newest; the values of one day hold for many others.
        let mut days = 0;
        found.retain(|hint| {
            days += usize::from(hint.option.starts_with(AS_OF));
            days < 2 || !hint.option.starts_with(AS_OF)
        });
    }
    hints
}

/// Every other value of every fact, and the days on which other values held. What the user chose stays unless it is what is tried.
fn alternatives(facts: &Facts) -> Vec<(String, Facts)> {
    let mut alternatives = Vec::new();
    for fact in Fact::ALL {
        let entry = fact.entry();
        let eras = entry.eras.iter().map(|era| era.value);
        let values: BTreeSet<&str> = match entry.domain {
            Domain::Words(words) => words.iter().map(|(word, _)| *word).collect(),
            Domain::Number => eras.collect(),
            Domain::Fixed => continue,
        };
        for value in values.into_iter().filter(|value| *value != facts.value(*fact)) {
            let mut other = facts.clone();
            if other.choose(entry.name, value).is_ok() {
                alternatives.push((format!("--fact {}={value}", entry.name), other));
            }
        }
    }
    let days: BTreeSet<&str> = Fact::ALL.iter().flat_map(|fact| fact.entry().eras).map(|era| era.since).collect();
    let same = |one: &Facts, other: &Facts| Fact::ALL.iter().all(|fact| one.value(*fact) == other.value(*fact));
    for day in days.into_iter().rev() {
        let mut other = Facts::as_of(Some(day));
        for fact in Fact::ALL.iter().filter(|fact| facts.chosen(**fact)) {
            // It was allowed once, so it is allowed again.
            let _ = other.choose(fact.name(), facts.value(*fact));
        }
        if !same(facts, &other) {
            alternatives.push((format!("{AS_OF} {day}"), other));
        }
    }
    alternatives
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_word_and_every_other_era_is_tried() {
        let options: Vec<String> = alternatives(&Facts::default()).into_iter().map(|(option, _)| option).collect();
        for option in [
            "--fact own_prefixes_to_gateways=express_route",
            "--fact own_prefixes_learned=listed",
            "--fact routes_per_peer=200",
            "--as-of 2021-03-01",
        ] {
            assert!(options.iter().any(|known| known == option), "{option} in {options:?}");
        }
        assert!(!options.iter().any(|option| option.contains("own_prefixes_learned=refused")), "the value in force");
        assert!(!options.iter().any(|option| option.contains("as_path_loop")), "a fact without other values");
    }

    #[test]
    fn what_the_user_chose_stays_on_other_days() {
        let mut facts = Facts::default();
        facts.choose("own_prefixes_learned", "refused").unwrap();
        let days = alternatives(&facts).into_iter().filter(|(option, _)| option.starts_with("--as-of"));
        assert!(days.into_iter().all(|(_, facts)| facts.is(Fact::OwnPrefixesLearned, "refused")));
    }
}
