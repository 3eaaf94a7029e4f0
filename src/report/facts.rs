//! Facts that an answer rests on, as they are told.

use crate::azure::facts::{Domain, FactSet, Facts, Status};
use serde::Serialize;

/// One open fact and the value that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactNote {
    /// The name that `facts:` and `--fact` take.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// The value taken.
    pub value: String,
    /// How well it is known.
    pub status: Status,
    /// Who says so.
    pub source: &'static str,
    /// True when the user chose it.
    pub chosen: bool,
    /// Other values it could have.
    pub alternatives: Vec<&'static str>,
}

/// The open facts among those an answer rests on.
pub fn notes(facts: &Facts, rests_on: FactSet) -> Vec<FactNote> {
    let open = rests_on.iter().filter(|fact| facts.is_open(*fact));
    let note = |fact: crate::azure::facts::Fact| {
        let entry = fact.entry();
        let words = if let Domain::Words(words) = entry.domain { words } else { &[] };
        FactNote {
            name: entry.name,
            about: entry.about,
            value: facts.value(fact).to_owned(),
            status: facts.status(fact),
            source: facts.source(fact),
            chosen: facts.chosen(fact),
            alternatives: words.iter().map(|(word, _)| *word).filter(|word| *word != facts.value(fact)).collect(),
        }
    };
    open.map(note).collect()
}

/// The names of the open facts in a set.
pub fn names(facts: &Facts, rests_on: FactSet) -> Vec<&'static str> {
    rests_on.iter().filter(|fact| facts.is_open(*fact)).map(|fact| fact.name()).collect()
}
