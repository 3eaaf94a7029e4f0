//! The name of an expectation that has none: what it says, in the order in which it is read.

use crate::source::Spanned;
use crate::syntax::document::{Expectation, Group, Subject, Target};
use std::fmt::Display;

pub(super) fn sentence(entry: &Expectation) -> String {
    let subject = match &entry.subject {
        Subject::From(from) => from.value.clone(),
        Subject::Every(group) => every(&group.value),
    };
    let to = match &entry.to {
        Some(Target::Host(to)) => to.value.clone(),
        Some(Target::Group(group)) => every(&group.value),
        None => list(&entry.advertises_to, ", "),
    };
    let reaches = entry.reaches.as_ref().map(|reaches| if reaches.value { "reaches" } else { "never arrives" });
    let survives = entry.survives.as_ref().map(|survives| {
        let any = survives.value.any.as_ref().map_or(1, |any| any.value);
        format!("survives any {any} of {}", list(&survives.value.of, ", "))
    });
    let claims = [
        reaches.map(str::to_owned),
        flag("no route", &entry.no_route),
        named("via", &entry.via, " or "),
        flag("inspected", &entry.inspected),
        named("inspected by", &entry.inspected_by, " or "),
        flag("symmetric", &entry.symmetric),
        entry.max_count.as_ref().map(|count| format!("at most {} prefixes", count.value)),
        entry.shortest_length.as_ref().map(|length| format!("none wider than /{}", length.value)),
        named("includes", &entry.includes, ", "),
        named("excludes", &entry.excludes, ", "),
        survives,
    ];
    format!("{subject} → {to}: {}", claims.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn flag(words: &str, flag: &Option<Spanned<bool>>) -> Option<String> {
    flag.as_ref().filter(|flag| flag.value).map(|_| words.to_owned())
}

fn named<T: Display>(words: &str, values: &[Spanned<T>], between: &str) -> Option<String> {
    (!values.is_empty()).then(|| format!("{words} {}", list(values, between)))
}

fn every(group: &Group) -> String {
    let all: Vec<Spanned<String>> = group.subnets.iter().chain(&group.sites).cloned().collect();
    format!("every {}", list(&all, ", "))
}

fn list<T: Display>(values: &[Spanned<T>], between: &str) -> String {
    values.iter().map(|value| value.value.to_string()).collect::<Vec<_>>().join(between)
}
