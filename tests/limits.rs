//! `rsctl limits`: every count against a number found by hand, growth against estates that have grown, summaries, and the command.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "limits/command.rs"]
mod command;
#[path = "limits/growth.rs"]
mod growth;
#[allow(dead_code, reason = "the laws use more of it")]
mod support;

use rsctl::analysis::limits::{Count, Loads, Measure, counts};
use rsctl::topology::Topology;
use std::fs;
use std::path::Path;

/// Small numbers, each of which is counted by hand below.
const ESTATE: &str = "fixtures/limits/estate.rsctl.yaml";

fn estate() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(ESTATE)).unwrap()
}

/// An estate with its counts.
fn counted(yaml: &str) -> (Topology, Vec<Count>) {
    let (topology, ribs) = support::planned(yaml);
    let counts = counts(&topology, &ribs, &Loads::new(&topology, &ribs));
    (topology, counts)
}

/// What an object uses, what it may use, and whether there may be more.
fn used(yaml: &str, measure: Measure, object: &str) -> Option<(usize, usize, bool)> {
    let (topology, counts) = counted(yaml);
    let count = counts.iter().find(|count| count.measure == measure && count.object.name(&topology) == object)?;
    Some((count.used, count.allowed, count.at_least))
}

/// Each limit: its fact, an object, how many there are, and whether there may be more.
const BY_HAND: &[(Measure, &str, &str, usize, bool)] = &[
    // fw1 and fw2.
    (Measure::Peers, "peers_per_route_server", "hub/route_server", 2, false),
    // The default route and four ranges.
    (Measure::PeerRoutes, "routes_per_peer", "fw1 at hub/route_server", 5, false),
    (Measure::PeerRoutes, "routes_per_peer", "fw2 at hub/route_server", 1, false),
    // The hub, four spokes, and the VNet that is peered without using gateways.
    (Measure::Vnets, "vnets_per_route_server", "hub/route_server", 6, false),
    // Hub and spokes 5, fw1 5 (fw2 brings the same default route), dc1 2, branch 1.
    (Measure::Prefixes, "prefixes_per_route_server", "hub/route_server", 13, false),
    // 3 times 40 and 90; of the hub and the sixth VNet nothing is written.
    (Measure::Machines, "virtual_machines_per_route_server", "hub/route_server", 210, true),
    // Hub and spokes 5, fw1 5, branch 1; not what the circuit itself told.
    (Measure::ExpressRoute, "express_route_prefixes", "hub/express_route_gateway", 11, false),
    (Measure::Circuit, "circuit_prefixes", "er1", 2, false),
    (Measure::Vpn, "vpn_prefixes", "branch at hub/vpn_gateway", 1, false),
    (Measure::TableRoutes, "routes_per_table", "from-gateways", 4, false),
    (Measure::TableTags, "service_tags_per_table", "tags", 2, false),
    (Measure::Tables, "route_tables_per_region", "westeurope", 3, true),
    (Measure::Peerings, "peerings_per_vnet", "hub", 5, false),
    (Measure::Peerings, "peerings_per_vnet", "beside", 1, false),
];

#[test]
fn every_count_is_the_one_found_by_hand() {
    for (measure, _, object, number, at_least) in BY_HAND {
        let found = used(&estate(), *measure, object).map(|(used, _, open)| (used, open));
        assert_eq!(found, Some((*number, *at_least)), "{measure:?} of {object}");
    }
}

#[test]
fn a_limit_is_exceeded_above_it_and_neither_at_it_nor_below() {
    for (measure, fact, object, number, _) in BY_HAND {
        for limit in [number + 1, *number, number - 1] {
            let yaml = format!("{}facts: {{ {fact}: {limit} }}\n", estate());
            let (topology, counts) = counted(&yaml);
            let is_it = |count: &&Count| count.measure == *measure && count.object.name(&topology) == *object;
            let count = counts.iter().find(is_it).unwrap_or_else(|| panic!("{measure:?} of {object}"));
            assert_eq!((count.used, count.allowed), (*number, limit), "{measure:?} of {object}");
            assert_eq!(count.is_over(100), limit < *number, "{measure:?} of {object} with a limit of {limit}");
        }
    }
}

#[test]
fn routes_sent_anew_count_beside_those_that_are_held() {
    assert_eq!(used(&estate(), Measure::PeerRefresh, "fw1 at hub/route_server"), Some((10, 4000, false)));
}

#[test]
fn a_session_that_was_closed_counts_with_what_closed_it() {
    let yaml = format!("{}facts: {{ routes_per_peer: 4 }}\n", estate());
    assert_eq!(used(&yaml, Measure::PeerRoutes, "fw1 at hub/route_server"), Some((5, 4, false)));
    // The route server holds nothing of it; the default route is that of fw2.
    assert_eq!(used(&yaml, Measure::Prefixes, "hub/route_server"), Some((9, 10_000, false)));
}

#[test]
fn further_units_serve_more_machines() {
    let yaml = estate().replace("branch_to_branch: true,", "branch_to_branch: true, routing_infrastructure_units: 5,");
    assert_eq!(used(&yaml, Measure::Machines, "hub/route_server"), Some((210, 7000, true)));
}

#[test]
fn machines_are_not_counted_where_no_number_is_written() {
    let yaml = estate().replace(", virtual_machines: 40", "").replace(", virtual_machines: 90", "");
    assert_eq!(used(&yaml, Measure::Machines, "hub/route_server"), None);
}

#[test]
fn a_circuit_without_sites_makes_lower_bounds_of_what_it_may_bring() {
    let yaml = estate().replace("sites: [dc1]", "sites: []");
    assert_eq!(used(&yaml, Measure::Circuit, "er1"), Some((0, 4000, true)));
    assert_eq!(used(&yaml, Measure::Prefixes, "hub/route_server"), Some((11, 10_000, true)));
    assert_eq!(used(&yaml, Measure::Vpn, "branch at hub/vpn_gateway"), Some((1, 4000, false)));
}

#[test]
fn a_site_of_which_no_prefix_is_written_makes_lower_bounds() {
    let yaml = estate().replace("prefixes: [172.17.0.0/16], vpn", "vpn");
    assert_eq!(used(&yaml, Measure::Prefixes, "hub/route_server"), Some((12, 10_000, true)));
    assert_eq!(used(&yaml, Measure::PeerRoutes, "fw1 at hub/route_server"), Some((5, 4000, false)));
    assert_eq!(used(&yaml, Measure::Circuit, "er1"), Some((2, 4000, false)));
}

#[test]
fn a_router_between_two_may_bring_what_somebody_unknown_announces() {
    let yaml = estate().replace("sites: [dc1]", "sites: []");
    let joined = format!("{yaml}sessions:\n  - {{ between: [branch, dc1] }}\n");
    assert!(!used(&yaml, Measure::Vpn, "branch at hub/vpn_gateway").unwrap().2);
    assert!(used(&joined, Measure::Vpn, "branch at hub/vpn_gateway").unwrap().2);
}

#[test]
fn limits_are_those_of_the_day_asked_for() {
    let yaml = estate().replace("rsctl: 1\n", "rsctl: 1\nas_of: 2022-06-30\n");
    assert_eq!(used(&yaml, Measure::ExpressRoute, "hub/express_route_gateway").unwrap().1, 200);
    assert_eq!(used(&yaml, Measure::Peers, "hub/route_server").unwrap().1, 8);
}

#[test]
fn every_measure_is_counted_in_the_estate() {
    let (_, counts) = counted(&estate());
    let measures: std::collections::BTreeSet<Measure> = counts.iter().map(|count| count.measure).collect();
    assert_eq!(measures.len(), 13);
}
