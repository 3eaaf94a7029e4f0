//! Laws of conversations: what is proved of one pair of hosts holds for every pair that it stands for.

use super::config;
use super::support::resolved;
use super::support::small::estates;
use proptest::prelude::*;
use rsctl::analysis::Estate;
use rsctl::analysis::trace::{Endpoint, Host, Trace, Verdict, all_pairs, trace};
use rsctl::topology::{RouterId, Topology, VnetId};
use std::collections::BTreeSet;

/// What people are told of a conversation, without the names of spokes.
fn shape(topology: &Topology, trace: &Trace) -> (Verdict, BTreeSet<(Vec<RouterId>, Vec<(Vec<RouterId>, String)>)>) {
    let nvas = |way: &rsctl::analysis::forward::Way| -> Vec<RouterId> {
        way.routers().filter(|id| topology.router(*id).is_nva()).collect()
    };
    let trips = trace.trips.iter().map(|trip| {
        let mut back: Vec<_> =
            trip.back.iter().map(|answer| (nvas(&answer.way), format!("{:?}", answer.pairing))).collect();
        back.sort();
        back.dedup();
        (nvas(&trip.there), back)
    });
    (trace.verdict, trips.collect())
}

fn around(host: &Host) -> Result<VnetId, RouterId> {
    match host.endpoint {
        Endpoint::Subnet(id) => Ok(id.vnet),
        Endpoint::Router(id) => Err(id),
        Endpoint::Internet => unreachable!("the internet is in no class"),
    }
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn one_conversation_of_two_classes_stands_for_all(text in estates()) {
        let estate = Estate::new(resolved(&text.node().to_yaml()).map_err(TestCaseError::fail)?);
        let all = all_pairs(&estate);
        for pair in &all.pairs {
            let (senders, targets) = (&all.classes.classes[pair.from].hosts, &all.classes.classes[pair.to].hosts);
            let expected = shape(&estate.topology, &pair.trace);
            let mut counted = 0;
            for one in senders {
                for other in targets {
                    let together = around(one) == around(other);
                    if together != pair.within_vnet || one.endpoint == other.endpoint {
                        continue;
                    }
                    let own = shape(&estate.topology, &trace(&estate, *one, *other));
                    if pair.within_vnet {
                        counted += u64::from(own.0 == expected.0);
                        continue;
                    }
                    counted += 1;
                    prop_assert_eq!(&own, &expected, "{:?} to {:?}, for which {:?} to {:?} stands", one, other, pair.trace.from, pair.trace.to);
                }
            }
            let complete = if pair.within_vnet { counted >= pair.count } else { counted == pair.count };
            prop_assert!(complete);
        }
    }

    #[test]
    fn every_conversation_is_counted_once(text in estates()) {
        let estate = Estate::new(resolved(&text.node().to_yaml()).map_err(TestCaseError::fail)?);
        let all = all_pairs(&estate);
        let hosts: Vec<Host> = all.classes.classes.iter().flat_map(|class| class.hosts.iter().copied()).collect();
        let apart = |one: &Host, other: &Host| match (one.endpoint, other.endpoint) {
            (Endpoint::Router(one), Endpoint::Router(other)) => one != other,
            (one, other) => one != other,
        };
        let pairs = hosts.iter().flat_map(|one| hosts.iter().filter(move |other| apart(one, other))).count();
        prop_assert_eq!(all.count(), pairs as u64);
        let by_verdict: u64 = Verdict::ALL.iter().map(|verdict| all.count_of(*verdict)).sum();
        prop_assert_eq!(by_verdict, all.count());
    }
}
