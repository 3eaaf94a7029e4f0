//! Growth against estates that were written with that many spokes.

#[path = "../support/estate.rs"]
mod estate;

use super::{counted, estate as small, support};
use proptest::prelude::*;
use rsctl::analysis::limits::{
    Change, Count, Growth, Loads, Measure, Object, counts, growth, summaries, typical_of, typical_spokes, with_spokes,
};
use rsctl::bgp;
use rsctl::topology::Topology;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A hub with spokes that are all alike.
#[derive(Debug, Clone)]
struct Made {
    spokes: usize,
    /// Spokes use the gateways.
    borrow: bool,
    /// The table of GatewaySubnet has a route for each spoke.
    in_table: bool,
    /// Each spoke has a table of its own.
    own_tables: bool,
    /// The NVA announces each spoke.
    announced: bool,
    /// The gateways announce one range for all spokes.
    summary: bool,
    second_range: bool,
    machines: Option<usize>,
    branch_to_branch: bool,
    /// What the facts are set to.
    limits: Vec<(&'static str, usize)>,
}

const LIMITS: &[&str] = &[
    "vnets_per_route_server",
    "peerings_per_vnet",
    "prefixes_per_route_server",
    "express_route_prefixes",
    "routes_per_table",
    "routes_per_peer",
    "route_tables_per_region",
    "virtual_machines_per_route_server",
];

impl Made {
    fn with(&self, spokes: usize) -> String {
        let made = Made { spokes, ..self.clone() };
        let mut out = String::new();
        made.write(&mut out).unwrap();
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let numbers = || 1..=self.spokes;
        let facts: Vec<String> = self.limits.iter().map(|(fact, limit)| format!("{fact}: {limit}")).collect();
        writeln!(out, "rsctl: 1\nfacts: {{ {} }}\nvnets:\n  hub:\n    address_space: 10.0.0.0/22", facts.join(", "))?;
        writeln!(out, "    subnets:\n      RouteServerSubnet: 10.0.0.0/26\n      nva: 10.0.1.0/24")?;
        writeln!(out, "      GatewaySubnet: {{ prefix: 10.0.0.64/26, route_table: gateways }}")?;
        writeln!(out, "    route_server: {{ branch_to_branch: {}, peers: [fw] }}", self.branch_to_branch)?;
        writeln!(out, "    express_route_gateway: {{}}\n    vpn_gateway: {{ active_active: true }}")?;
        if self.summary {
            writeln!(out, "    summarized_gateway_prefixes: [10.1.0.0/16]")?;
        }
        for spoke in numbers() {
            let second = if self.second_range { format!(", 10.2.{spoke}.0/24") } else { String::new() };
            let table = if self.own_tables { format!(", route_table: own{spoke}") } else { String::new() };
            let machines = self.machines.map(|count| format!(", virtual_machines: {count}")).unwrap_or_default();
            let subnets = format!("{{ app: {{ prefix: 10.1.{spoke}.0/25{table} }} }}");
            writeln!(
                out,
                "  s{spoke}: {{ address_space: [10.1.{spoke}.0/24{second}], subnets: {subnets}{machines} }}"
            )?;
        }
        writeln!(out, "peerings:")?;
        for spoke in numbers() {
            match self.borrow {
                true => writeln!(out, "  - {{ hub: hub, spoke: s{spoke} }}")?,
                false => writeln!(out, "  - {{ between: [hub, s{spoke}] }}")?,
            }
        }
        let announced = numbers().filter(|_| self.announced).map(|spoke| format!(", 10.1.{spoke}.0/24"));
        let announced: String = announced.collect();
        writeln!(
            out,
            "nvas:\n  fw: {{ subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [192.168.0.0/24{announced}] }}"
        )?;
        writeln!(out, "sites:\n  dc: {{ asn: 65010, prefixes: [172.16.0.0/16] }}")?;
        writeln!(out, "circuits:\n  er: {{ gateways: [hub], sites: [dc] }}\nroute_tables:")?;
        writeln!(out, "  gateways:\n    routes:\n      lan: {{ prefix: 192.168.0.0/24, next_hop: 10.0.1.4 }}")?;
        for spoke in numbers().filter(|_| self.in_table) {
            writeln!(out, "      s{spoke}: {{ prefix: 10.1.{spoke}.0/24, next_hop: 10.0.1.4 }}")?;
        }
        for spoke in numbers().filter(|_| self.own_tables) {
            let route = "{ prefix: 192.168.0.0/24, next_hop: 10.0.1.4 }";
            writeln!(out, "  own{spoke}: {{ routes: {{ lan: {route} }} }}")?;
        }
        Ok(())
    }
}

fn made() -> impl Strategy<Value = Made> {
    let flags =
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let machines = proptest::option::of(1_usize..4);
    let limits = proptest::collection::vec((proptest::sample::select(LIMITS), 4_usize..24), 1..6);
    (1_usize..4, flags, machines, limits).prop_map(|(spokes, flags, machines, limits)| {
        let (borrow, in_table, own_tables, announced, summary, second_range, branch_to_branch) = flags;
        let mut limits = limits;
        limits.sort();
        limits.dedup_by_key(|(fact, _)| *fact);
        Made {
            spokes,
            borrow,
            in_table,
            own_tables,
            announced,
            summary,
            second_range,
            machines,
            branch_to_branch,
            limits,
        }
    })
}

type Named = (Measure, String);

fn exceeded(topology: &Topology, counts: &[Count]) -> BTreeSet<Named> {
    let over = counts.iter().filter(|count| count.is_over(100));
    over.map(|count| (count.measure, count.object.name(topology))).collect()
}

fn growth_of(yaml: &str) -> (Topology, Vec<Count>, Growth) {
    let (topology, counts) = counted(yaml);
    let growth = growth(&topology, &counts, typical_spokes(&topology)).unwrap();
    (topology, counts, growth)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn the_predicted_number_of_spokes_exceeds_the_limit_and_one_fewer_does_not(made in made()) {
        let (topology, counts, growth) = growth_of(&made.with(made.spokes));
        let before = exceeded(&topology, &counts);
        let hits = growth.first_hits(&counts);
        let predicted: BTreeSet<Named> =
            hits.iter().map(|hit| (hit.count.measure, hit.count.object.name(&topology))).collect();
        // Nothing that grows stays below a limit of a few dozen for long.
        let Some(spokes) = hits.first().map(|hit| hit.spokes).filter(|spokes| *spokes < 40) else { return Ok(()) };
        let (topology, fewer) = counted(&made.with(made.spokes + spokes - 1));
        prop_assert_eq!(exceeded(&topology, &fewer), before.clone(), "one fewer than {}", spokes);
        let (topology, grown) = counted(&made.with(made.spokes + spokes));
        let new: BTreeSet<Named> = exceeded(&topology, &grown).difference(&before).cloned().collect();
        // Once a session is closed its routes are gone from the other counts.
        let closes = new.iter().any(|(measure, _)| *measure == Measure::PeerRoutes);
        prop_assert!(if closes { new.is_subset(&predicted) } else { new == predicted }, "{:?} for {:?}", new, predicted);
        prop_assert!(!new.is_empty());
    }

    #[test]
    fn counts_with_further_spokes_are_those_of_an_estate_that_has_them(made in made(), more in 1_usize..5) {
        let limits = Vec::new();
        let made = Made { limits, ..made };
        let (topology, counts, growth) = growth_of(&made.with(made.spokes));
        let (grown_topology, grown) = counted(&made.with(made.spokes + more));
        for count in &counts {
            let name = count.object.name(&topology);
            let same = |other: &&Count| other.measure == count.measure && other.object.name(&grown_topology) == name;
            let other = grown.iter().find(same).unwrap();
            prop_assert_eq!(growth.after(count, more).used, other.used, "{:?} of {}", count.measure, name);
        }
    }
}

#[test]
fn what_one_spoke_adds_is_the_number_found_by_hand() {
    let (topology, counts, growth) = growth_of(&small());
    let adds = |measure: Measure, name: &str| {
        let found = counts.iter().find(|count| count.measure == measure && count.object.name(&topology) == name);
        growth.per_spoke(found.unwrap())
    };
    assert_eq!(adds(Measure::Vnets, "hub/route_server"), 1);
    assert_eq!(adds(Measure::Peerings, "hub"), 1);
    assert_eq!(adds(Measure::Peerings, "spoke1"), 0);
    assert_eq!(adds(Measure::TableRoutes, "from-gateways"), 1);
    assert_eq!(adds(Measure::TableRoutes, "to-fw"), 0);
    assert_eq!(adds(Measure::Machines, "hub/route_server"), 40);
    assert_eq!(adds(Measure::ExpressRoute, "hub/express_route_gateway"), 1);
    assert_eq!(adds(Measure::PeerRoutes, "fw1 at hub/route_server"), 0);
}

#[test]
fn the_typical_spoke_is_the_first_of_the_largest_kind() {
    let (topology, _) = counted(&small());
    let typical = typical_spokes(&topology);
    let found: Vec<_> = typical
        .iter()
        .map(|typical| (topology.vnet(typical.hub).name.as_str(), topology.vnet(typical.like).name.as_str(), typical))
        .map(|(hub, like, typical)| (hub, like, typical.spokes, typical.alike))
        .collect();
    assert_eq!(found, [("hub", "spoke1", 5, 3)]);
}

/// Hubs whose NVAs tell each other what they announce: what is added to one is heard at the others.
#[test]
fn hubs_that_grow_together_count_as_an_estate_of_that_size() {
    let size = |spokes| estate::Size { hubs: 3, spokes, routes: 60, paths: 4 }.yaml();
    let (topology, counts, growth) = growth_of(&size(2));
    let (grown_topology, grown) = counted(&size(6));
    assert_eq!(growth.typical.len(), 3);
    for count in &counts {
        let name = count.object.name(&topology);
        let same = |other: &&Count| other.measure == count.measure && other.object.name(&grown_topology) == name;
        let other = grown.iter().find(same).unwrap();
        assert_eq!(growth.after(count, 4).used, other.used, "{:?} of {name}", count.measure);
    }
    assert!(counts.iter().any(|count| count.measure == Measure::Prefixes && growth.per_spoke(count) > 0));
}

#[test]
fn a_vnet_with_gateways_is_no_spoke() {
    let (topology, _) = counted(&small());
    let named = |name: &str| topology.vnet_ids().find(|id| topology.vnet(*id).name == name).unwrap();
    assert!(typical_of(&topology, named("hub")).is_none());
    let beside = typical_of(&topology, named("beside")).unwrap();
    assert_eq!((beside.like, beside.spokes, beside.alike), (named("beside"), 5, 1));
}

#[test]
fn a_further_spoke_takes_free_addresses_inside_the_same_summary() {
    let gateway = "    express_route_gateway: {}\n";
    let summary = format!("{gateway}    summarized_gateway_prefixes: [10.1.0.0/22]\n");
    let (topology, counts, growth) = growth_of(&small().replace(gateway, &summary));
    let spoke3 = topology.vnet_ids().find(|id| topology.vnet(*id).name == "spoke3").unwrap();
    // 10.1.5.0/24 is nearer, and outside.
    let grown = with_spokes(&topology, &[spoke3]).unwrap();
    assert_eq!(grown.vnets.last().unwrap().ranges, ["10.1.0.0/24".parse().unwrap()]);
    let count = counts.iter().find(|count| count.measure == Measure::ExpressRoute).unwrap();
    assert_eq!(growth.per_spoke(count), 0);
}

#[test]
fn an_estate_without_spokes_does_not_grow() {
    let yaml = "rsctl: 1\nvnets:\n  alone: { address_space: 10.0.0.0/24, subnets: { app: 10.0.0.0/25 } }\n";
    let (topology, counts) = counted(yaml);
    assert!(growth(&topology, &counts, typical_spokes(&topology)).is_none());
}

/// The summaries for every count of an estate.
fn helping(yaml: &str) -> (Topology, Vec<rsctl::analysis::limits::Summary>) {
    let (topology, ribs) = support::planned(yaml);
    let loads = Loads::new(&topology, &ribs);
    let counts = counts(&topology, &ribs, &loads);
    let found = summaries(&topology, &ribs, &loads, &counts.iter().collect::<Vec<_>>());
    (topology, found)
}

#[test]
fn a_summary_for_gateways_keeps_off_the_vnet_beside_the_spokes() {
    let (topology, found) = helping(&small());
    let gateway = found.iter().find(|summary| matches!(summary.change, Change::GatewayPrefixes(..))).unwrap();
    let Change::GatewayPrefixes(id, ranges) = &gateway.change else { unreachable!() };
    let texts: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    // 10.1.8.0/24 is of a VNet that does not use the gateways.
    assert_eq!((topology.vnet(*id).name.as_str(), texts), ("hub", vec!["10.0.0.0/22".into(), "10.1.0.0/21".into()]));
    assert_eq!((gateway.count.used, gateway.after), (11, 8));
}

#[test]
fn a_summary_brings_about_what_it_says() {
    let (topology, found) = helping(&small());
    for summary in found {
        let mut changed = topology.clone();
        match &summary.change {
            Change::GatewayPrefixes(id, ranges) => {
                changed.vnets[id.index()].summarized_gateway_prefixes = ranges.clone();
            }
            Change::Announcement(device, before, fewer) => {
                let bgp::Device::Router(id) = device else { panic!("only routers are told what to announce") };
                let origins = &mut changed.routers[id.index()].originates;
                let inside = |prefix: &ipnet::Ipv4Net| fewer.iter().any(|range| range.contains(prefix));
                let (gone, kept): (Vec<_>, Vec<_>) = origins.iter().cloned().partition(|origin| inside(&origin.prefix));
                assert_eq!(gone.len(), *before);
                let merged = fewer.iter().map(|range| {
                    let mut origin = gone[0].clone();
                    origin.prefix = *range;
                    origin
                });
                *origins = kept.into_iter().chain(merged).collect();
            }
        }
        let ribs = bgp::run(&changed);
        let after = counts(&changed, &ribs, &Loads::new(&changed, &ribs));
        let same = |count: &&Count| (count.measure, &count.object) == (summary.count.measure, &summary.count.object);
        assert_eq!(after.iter().find(same).unwrap().used, summary.after, "{:?}", summary.change);
        assert!(summary.after < summary.count.used);
    }
}

#[test]
fn nothing_is_advised_where_no_prefixes_are_neighbours() {
    let yaml = small()
        .replace("192.168.1.0/24, 192.168.2.0/24, 192.168.3.0/24", "192.168.10.0/24")
        .replace("172.18.0.0/16", "10.1.0.0/16");
    let (_, found) = helping(&yaml);
    let of = |measure: Measure| found.iter().any(|summary| summary.count.measure == measure);
    assert!(!of(Measure::PeerRoutes) && !of(Measure::Circuit));
    // 10.1.0.0/16 is also announced by a site: only 10.1.2.0/23 is filled by spokes.
    let ranges: Vec<String> = found
        .iter()
        .filter_map(|summary| match &summary.change {
            Change::GatewayPrefixes(_, ranges) => Some(ranges),
            Change::Announcement(..) => None,
        })
        .flatten()
        .map(ToString::to_string)
        .collect();
    assert_eq!(ranges, ["10.0.0.0/22", "10.1.1.0/24", "10.1.2.0/23", "10.1.4.0/24"]);
}

#[test]
fn objects_of_one_limit_are_told_apart() {
    let (topology, counts) = counted(&small());
    let names: BTreeSet<(Measure, String)> =
        counts.iter().map(|count| (count.measure, count.object.name(&topology))).collect();
    assert_eq!(names.len(), counts.len());
    assert!(counts.iter().any(|count| matches!(count.object, Object::Region(Some(_)))));
}
