//! Laws of failures: what is left out of the computation would have come to the same.

use super::support::resolved;
use super::support::small::estates;
use super::{answer, config};
use proptest::prelude::*;
use rsctl::analysis::Estate;
use rsctl::analysis::failover::{Alike, FailureKind, Fare, Seen, failover, failures};
use rsctl::analysis::trace::{Endpoint, Host, hosts, trace};
use rsctl::bgp;
use rsctl::topology::{Element, Outages, Topology};
use std::collections::{BTreeMap, BTreeSet};

/// How every conversation fares, each followed in both estates.
fn followed(before: &Estate, topology: &Topology, outages: &Outages) -> BTreeMap<Fare, u64> {
    let after = Estate::new(topology.with(outages));
    let down = |host: &Host| match host.endpoint {
        Endpoint::Subnet(id) => after.topology.down.has(Element::Vnet(id.vnet)),
        Endpoint::Router(id) => after.topology.down.has(Element::Router(id)),
        Endpoint::Internet => false,
    };
    let all = hosts(before);
    let mut counts = BTreeMap::new();
    for from in &all {
        for to in all.iter().filter(|host| host.endpoint != from.endpoint) {
            if down(from) || down(to) {
                *counts.entry(Fare::Gone).or_default() += 1;
                continue;
            }
            let seen = |estate: &Estate| Seen::of(&estate.topology, &trace(estate, *from, *to));
            if let Some(fare) = Fare::of(&seen(before), &seen(&after)) {
                *counts.entry(fare).or_default() += 1;
            }
        }
    }
    counts
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn conversations_that_are_not_followed_anew_fare_as_before(text in estates(), pick in 0..1000_usize) {
        let topology = resolved(&text.node().to_yaml()).map_err(TestCaseError::fail)?;
        let before = Estate::new(topology.clone());
        let list = failures(&topology, &Alike::default(), &BTreeSet::from(FailureKind::ALL));
        prop_assume!(!list.is_empty());
        let found = failover(&topology, &Alike::default(), &list, false, &|_, _| {});
        for (failure, effect) in list.iter().zip(&found.singles) {
            prop_assert_eq!(&effect.counts, &followed(&before, &topology, &failure.outages), "{}", failure.name);
        }
        let few: Vec<_> = (0..5).map(|step| list[(pick + step * (pick / 5 + 1)) % list.len()].clone()).collect();
        let both = failover(&topology, &Alike::default(), &few, true, &|_, _| {});
        for effect in &both.doubles {
            let [one, other] = [&few[effect.failures[0]], &few[effect.failures[1]]];
            let mut outages = one.outages.clone();
            outages.extend(&other.outages);
            prop_assert_eq!(&effect.counts, &followed(&before, &topology, &outages), "{} and {}", one.name, other.name);
        }
    }

    #[test]
    fn routes_after_a_failure_are_those_of_the_failed_estate(text in estates()) {
        let topology = resolved(&text.node().to_yaml()).map_err(TestCaseError::fail)?;
        let before = bgp::run(&topology);
        for failure in failures(&topology, &Alike::default(), &BTreeSet::from(FailureKind::ALL)) {
            let failed = topology.with(&failure.outages);
            let (warm, cold) = (bgp::run_after(&failed, &before), bgp::run(&failed));
            let (warm, cold) = (answer(&failed, &warm), answer(&failed, &cold));
            for (what, rows) in &cold {
                prop_assert_eq!(Some(rows), warm.get(what), "{} after the failure of {}", what, failure.name);
            }
        }
    }
}
