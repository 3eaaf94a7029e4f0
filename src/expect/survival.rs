//! What fails, one thing or two at once, while an expectation has to hold.

use crate::analysis::Estate;
use crate::analysis::failover::{Alike, Failure, FailureKind, failures, pairs};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::Spanned;
use crate::syntax::document::Survival;
use crate::topology::{Outages, Topology};
use std::collections::BTreeSet;

/// Failures that happen at once: their names, and what is down.
pub(super) type Together = (Vec<String>, Outages);

/// Everything that an entry has to survive.
pub(super) fn failing(estate: &Estate, survival: &Spanned<Survival>, sink: &mut Sink) -> Vec<Together> {
    let topology = &estate.topology;
    let any = survival.value.any.as_ref().map_or(1, |any| any.value);
    if let Some(any) = survival.value.any.as_ref().filter(|any| !matches!(any.value, 1 | 2)) {
        let message = format!("{} things do not fail at once", any.value);
        sink.push(Diagnostic::error(any.span, message).label("1 or 2").help("write `any: 1` or `any: 2`"));
    }
    let (mut kinds, mut named) = (BTreeSet::new(), Vec::new());
    for word in &survival.value.of {
        match kinds_of(&word.value) {
            Some(some) => kinds.extend(some),
            None => named.extend(by_name(topology, word, sink)),
        }
    }
    let mut list = failures(topology, &Alike::default(), &kinds);
    list.extend(named);
    if list.is_empty() && !sink.has_errors() {
        let message = "nothing here can fail that is to be survived";
        let diagnostic = Diagnostic::error(survival.span, message).label("this would hold whatever happens");
        sink.push(diagnostic.help("name other kinds, or things by the names that `--down` takes"));
    }
    let mut all: Vec<Together> =
        list.iter().map(|failure| (vec![failure.name.clone()], failure.outages.clone())).collect();
    if any == 2 {
        for (one, other) in pairs(&list) {
            let mut outages = list[one].outages.clone();
            outages.extend(&list[other].outages);
            all.push((vec![list[one].name.clone(), list[other].name.clone()], outages));
        }
    }
    all
}

fn kinds_of(word: &str) -> Option<&'static [FailureKind]> {
    Some(match word {
        "nva" => &[FailureKind::Nva],
        "session" => &[FailureKind::Session],
        "instance" => &[FailureKind::RouteServerInstance, FailureKind::GatewayInstance],
        "gateway" => &[FailureKind::Gateway],
        "circuit" => &[FailureKind::Circuit],
        "peering" => &[FailureKind::Peering],
        "hub" => &[FailureKind::Hub],
        _ => return None,
    })
}

fn by_name(topology: &Topology, word: &Spanned<String>, sink: &mut Sink) -> Option<Failure> {
    match Outages::named(topology, std::slice::from_ref(&word.value)) {
        Ok(outages) => Some(Failure { kind: FailureKind::Named, name: word.value.clone(), outages, stands_for: 1 }),
        Err((message, help)) => {
            let kinds = "nva, session, instance, gateway, circuit, peering and hub are kinds";
            sink.push(Diagnostic::error(word.span, message).label("this fails").help(format!("{help}; {kinds}")));
            None
        }
    }
}
