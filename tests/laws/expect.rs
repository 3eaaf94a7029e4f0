//! Laws of expectations: what is said of a group is what would be said of each of its pairs, in every estate and after every failure.

use super::config;
use super::support::resolved;
use super::support::small::estates;
use proptest::prelude::*;
use rsctl::analysis::Estate;
use rsctl::analysis::failover::{Alike, FailureKind, failures};
use rsctl::analysis::forward::Way;
use rsctl::analysis::trace::{Endpoint, Host, Trace, Verdict, hosts, trace};
use rsctl::diagnostic::Sink;
use rsctl::expect::{evaluate, read};
use rsctl::source::{FileId, Span, Spanned};
use rsctl::syntax::document::{Expectation, Group, Subject, Target};
use rsctl::topology::Element;

const HERE: Span = Span { file: FileId(0), start: 0, end: 0 };

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, HERE)
}

/// Every subnet and site to every other.
fn of_all(estate: &Estate) -> Expectation {
    let all = hosts(estate);
    let any = |here: fn(&Host) -> bool, pattern: &str| -> Vec<Spanned<String>> {
        all.iter().find(|host| here(host)).map(|_| spanned(pattern.to_owned())).into_iter().collect()
    };
    let group = Group {
        subnets: any(|host| matches!(host.endpoint, Endpoint::Subnet(_)), "*/*"),
        sites: any(|host| matches!(host.endpoint, Endpoint::Router(_)), "*"),
    };
    Expectation {
        name: None,
        subject: Subject::Every(spanned(group.clone())),
        to: Some(Target::Group(spanned(group))),
        reaches: None,
        via: Vec::new(),
        inspected: None,
        inspected_by: Vec::new(),
        symmetric: None,
        no_route: None,
        survives: None,
        advertises_to: Vec::new(),
        max_count: None,
        shortest_length: None,
        includes: Vec::new(),
        excludes: Vec::new(),
        must_fail: None,
        span: HERE,
    }
}

/// Checked and failing, by groups.
fn by_groups(estate: &Estate, expectation: Expectation) -> Option<(u64, u64)> {
    let mut sink = Sink::default();
    let entries = read(&[expectation], estate, &mut sink);
    let outcomes = evaluate(estate, &entries, &|_, _| {});
    outcomes.first().map(|outcome| (outcome.checked, outcome.failing))
}

/// Checked and failing, pair by pair.
fn one_by_one(estate: &Estate, works: impl Fn(&Trace) -> bool) -> Option<(u64, u64)> {
    let down = |host: &Host| match host.endpoint {
        Endpoint::Subnet(id) => estate.topology.down.has(Element::Vnet(id.vnet)),
        Endpoint::Router(id) => estate.topology.down.has(Element::Router(id)),
        Endpoint::Internet => false,
    };
    let all: Vec<Host> = hosts(estate).into_iter().filter(|host| !down(host)).collect();
    let (mut checked, mut failing) = (0, 0);
    for from in &all {
        for to in all.iter().filter(|to| to.endpoint != from.endpoint) {
            checked += 1;
            failing += u64::from(!works(&trace(estate, *from, *to)));
        }
    }
    (checked > 0).then_some((checked, failing))
}

fn inspected(estate: &Estate, trace: &Trace) -> bool {
    let seen = |way: &Way| way.routers().any(|id| estate.topology.router(id).is_nva());
    let verdicts = [Verdict::Symmetric, Verdict::Asymmetric];
    let answers = trace.trips.iter().flat_map(|trip| &trip.back);
    // Either direction may pass an NVA, or both: what matters is that all arrive.
    let arrives = verdicts.contains(&trace.verdict)
        || (trace.verdict == Verdict::Ambiguous
            && trace.trips.iter().all(|trip| trip.unanswered.is_none() && !trip.back.is_empty())
            && answers.clone().all(|answer| verdicts.contains(&answer.pairing.verdict())));
    arrives && trace.trips.iter().all(|trip| seen(&trip.there)) && answers.clone().all(|answer| seen(&answer.way))
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn a_claim_about_groups_is_a_claim_about_each_pair(text in estates()) {
        let topology = resolved(&text.node().to_yaml()).map_err(TestCaseError::fail)?;
        let list = failures(&topology, &Alike::default(), &FailureKind::ALL.into());
        let mut all = vec![topology.clone()];
        all.extend(list.iter().step_by(list.len() / 3 + 1).map(|failure| topology.with(&failure.outages)));
        for topology in all {
            let estate = Estate::new(topology);
            let claim = |change: fn(&mut Expectation)| {
                let mut expectation = of_all(&estate);
                change(&mut expectation);
                by_groups(&estate, expectation)
            };
            let symmetric = claim(|expectation| expectation.symmetric = Some(spanned(true)));
            prop_assert_eq!(symmetric, one_by_one(&estate, |trace| trace.verdict == Verdict::Symmetric));
            let seen = claim(|expectation| expectation.inspected = Some(spanned(true)));
            prop_assert_eq!(seen, one_by_one(&estate, |trace| inspected(&estate, trace)));
        }
    }
}
