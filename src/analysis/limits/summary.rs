//! Which announcement of fewer prefixes brings a count down: never with addresses of somebody else, and never without effect.

use super::counts::{Count, Measure, Object, counts};
use super::loads::{Loads, prefixes};
use crate::bgp::{self, ClassId, Device, Ribs};
use crate::topology::{Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// A shorter summary takes in addresses of the internet.
const SHORTEST_SUMMARY: u8 = 8;

/// What is to be announced otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `summarized_gateway_prefixes` of a VNet.
    GatewayPrefixes(VnetId, Vec<Ipv4Net>),
    /// A router announces neighbouring prefixes as one: how many before, and what after.
    Announcement(Device, usize, Vec<Ipv4Net>),
}

/// A summary that brings a count down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The count that it brings down.
    pub count: Count,
    /// What to announce.
    pub change: Change,
    /// What the count is with it.
    pub after: usize,
}

/// The summaries that bring these counts down.
pub fn summaries(topology: &Topology, ribs: &Ribs, loads: &Loads, wanted: &[&Count]) -> Vec<Summary> {
    let mut found = Vec::new();
    for count in wanted {
        match (count.measure, &count.object) {
            (Measure::ExpressRoute, Object::ExpressRouteGateway(id)) => {
                let Some(load) = loads.express_route.iter().find(|load| load.gateway == *id) else { continue };
                found.extend(gateway_prefixes(topology, count, *id, &load.own));
                found.extend(announcement(topology, ribs, count, &load.brought));
            }
            (Measure::Prefixes, Object::RouteServer(id)) => {
                let Some(held) = loads.held.get(id) else { continue };
                found.extend(announcement(topology, ribs, count, &held.brought));
            }
            (Measure::PeerRoutes | Measure::PeerRefresh, Object::Peer(host, router)) => {
                let device = Device::Router(*router);
                let brought = loads.held.get(host).and_then(|held| held.brought.get_key_value(&device));
                let brought = brought.into_iter().map(|(device, classes)| (*device, classes.clone())).collect();
                found.extend(announcement(topology, ribs, count, &brought));
            }
            (Measure::Circuit, Object::Circuit(id)) => {
                let Some(load) = loads.circuits.get(id) else { continue };
                let by_site = load.by_site.iter().map(|(site, classes)| (Device::Router(*site), classes.clone()));
                found.extend(announcement(topology, ribs, count, &by_site.collect()));
            }
            _ => {}
        }
    }
    verified(topology, found)
}

/// Summaries of gateway prefixes are tried all at once: what they come to is counted, not supposed.
fn verified(topology: &Topology, found: Vec<Summary>) -> Vec<Summary> {
    let mut with = topology.clone();
    let mut any = false;
    for summary in &found {
        if let Change::GatewayPrefixes(id, ranges) = &summary.change {
            with.vnets[id.index()].summarized_gateway_prefixes = ranges.clone();
            any = true;
        }
    }
    if !any {
        return found;
    }
    let ribs = bgp::run(&with);
    let after = counts(&with, &ribs, &Loads::new(&with, &ribs));
    let with_counts = found.into_iter().filter_map(|mut summary| {
        if matches!(summary.change, Change::GatewayPrefixes(..)) {
            let is_it = |count: &&Count| count.measure == summary.count.measure && count.object == summary.count.object;
            summary.after = after.iter().find(is_it)?.used;
        }
        (summary.after < summary.count.used).then_some(summary)
    });
    with_counts.collect()
}

/// The fewest ranges for everything behind a gateway, and no address of somebody else in them.
fn gateway_prefixes(topology: &Topology, count: &Count, gateway: VnetId, own: &[Ipv4Net]) -> Option<Summary> {
    let behind: BTreeSet<VnetId> = topology.transit_spokes(gateway).map(|(id, _)| id).chain([gateway]).collect();
    let others = topology.vnet_ids().filter(|id| !behind.contains(id));
    let others = others.flat_map(|id| topology.vnet(id).ranges.iter().copied());
    let announced = topology.routers.iter().flat_map(|router| &router.originates).map(|origin| origin.prefix);
    let tunnels = topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides);
    let routed = tunnels.flat_map(|side| side.static_prefixes.iter().copied());
    let foreign: Vec<Ipv4Net> =
        others.chain(announced).chain(routed).filter(|prefix| prefix.prefix_len() > 0).collect();
    let ranges = fewest(own, &foreign);
    (ranges.len() < own.len()).then(|| Summary {
        count: count.clone(),
        after: count.used - own.len() + ranges.len(),
        change: Change::GatewayPrefixes(gateway, ranges),
    })
}

/// The fewest ranges that hold all of `own` and of `foreign` nothing but what lies inside `own`; a range that `own` fills may lie anywhere.
///
/// Around each prefix there is one widest range that is allowed, and two of them are never partly the same: no fewer ranges do.
pub(super) fn fewest(own: &[Ipv4Net], foreign: &[Ipv4Net]) -> Vec<Ipv4Net> {
    let own = Ipv4Net::aggregate(&own.to_vec());
    let inside_own = |prefix: &Ipv4Net| own.iter().any(|range| range.contains(prefix));
    let foreign: Vec<&Ipv4Net> = foreign.iter().filter(|prefix| !inside_own(prefix)).collect();
    let allowed = |range: &Ipv4Net| {
        range.prefix_len() >= SHORTEST_SUMMARY
            && !foreign.iter().any(|prefix| range.contains(*prefix) || prefix.contains(range))
    };
    let mut groups: BTreeMap<Ipv4Net, Ipv4Net> = BTreeMap::new();
    for prefix in &own {
        let wider = std::iter::successors(Some(*prefix), |range| range.supernet().filter(allowed));
        let widest = wider.last().unwrap_or(*prefix);
        // What is announced is no wider than it has to be.
        groups.entry(widest).and_modify(|cover| *cover = joined(*cover, *prefix)).or_insert(*prefix);
    }
    groups.into_values().collect()
}

/// The smallest range that holds both.
fn joined(one: Ipv4Net, other: Ipv4Net) -> Ipv4Net {
    let wider = std::iter::successors(Some(one), Ipv4Net::supernet);
    wider.into_iter().find(|range| range.contains(&other)).unwrap_or_default()
}

/// The router whose announcement shrinks most when neighbouring prefixes that are routed alike are written as one: the same addresses.
///
/// Prefixes in the space of a VNet stay as they are: a wider one loses to the route of the peering where the equal one was refused or won.
fn announcement(
    topology: &Topology,
    ribs: &Ribs,
    count: &Count,
    brought: &BTreeMap<Device, Vec<ClassId>>,
) -> Option<Summary> {
    let of_vnet = |prefix: &Ipv4Net| {
        let mut ranges = topology.vnets.iter().flat_map(|vnet| &vnet.ranges);
        ranges.any(|range| range.contains(prefix) || prefix.contains(range))
    };
    let merge = |(device, classes): (&Device, &Vec<ClassId>)| {
        let router = topology.router(match device {
            Device::Router(id) => *id,
            _ => return None,
        });
        // What it passes on is for others to summarise.
        let its_own: BTreeSet<Ipv4Net> = router.originates.iter().map(|origin| origin.prefix).collect();
        let mergeable: Vec<ClassId> = classes
            .iter()
            .copied()
            .filter(|class| {
                let prefixes = &ribs.class(*class).prefixes;
                prefixes.len() > 1 && prefixes.iter().all(|prefix| its_own.contains(prefix))
            })
            .collect();
        let (mut fewer, mut saved) = (Vec::new(), 0);
        for class in &mergeable {
            let all = prefixes(ribs, &[*class]);
            let (kept, outside): (Vec<Ipv4Net>, Vec<Ipv4Net>) = all.iter().partition(|prefix| of_vnet(prefix));
            let merged = Ipv4Net::aggregate(&outside);
            saved += outside.len() - merged.len();
            fewer.extend(kept.into_iter().chain(merged));
        }
        (saved > 0).then_some((saved, *device, prefixes(ribs, &mergeable).len(), fewer))
    };
    let best = brought.iter().filter_map(merge).max_by_key(|(saved, device, ..)| (*saved, std::cmp::Reverse(*device)));
    let (saved, device, before, mut fewer) = best?;
    fewer.sort();
    // Sent anew, each prefix counts twice.
    let times = if count.measure == Measure::PeerRefresh { 2 } else { 1 };
    let after = count.used - saved * times;
    Some(Summary { count: count.clone(), change: Change::Announcement(device, before, fewer), after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nets(texts: &[&str]) -> Vec<Ipv4Net> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_summary_stops_short_of_a_foreign_range() {
        let own = nets(&["10.1.0.0/24", "10.1.2.0/24"]);
        assert_eq!(fewest(&own, &[]), nets(&["10.1.0.0/22"]));
        assert_eq!(fewest(&own, &nets(&["10.1.1.0/24"])), own);
        assert_eq!(fewest(&own, &nets(&["10.1.4.0/24"])), nets(&["10.1.0.0/22"]));
    }

    #[test]
    fn inside_a_wide_foreign_range_only_neighbours_are_joined() {
        let wide = nets(&["10.0.0.0/8"]);
        assert_eq!(
            fewest(&nets(&["10.1.0.0/24", "10.1.1.0/24", "10.1.3.0/24"]), &wide),
            nets(&["10.1.0.0/23", "10.1.3.0/24"])
        );
    }

    #[test]
    fn what_lies_inside_an_own_range_is_not_foreign() {
        let own = nets(&["10.1.0.0/24", "10.1.2.0/24"]);
        assert_eq!(fewest(&own, &nets(&["10.1.2.128/25"])), nets(&["10.1.0.0/22"]));
    }

    #[test]
    fn no_summary_is_wider_than_an_eighth() {
        assert_eq!(fewest(&nets(&["10.0.0.0/16", "11.0.0.0/16"]), &[]).len(), 2);
    }

    /// Every set of that many ranges in a block of eight addresses.
    fn some_set_does(own: &[Ipv4Net], foreign: &[Ipv4Net], count: usize, from: &[Ipv4Net]) -> bool {
        let covers = |set: &[Ipv4Net]| own.iter().all(|prefix| set.iter().any(|range| range.contains(prefix)));
        fn choose(from: &[Ipv4Net], count: usize, set: &mut Vec<Ipv4Net>, ok: &dyn Fn(&[Ipv4Net]) -> bool) -> bool {
            if count == 0 {
                return ok(set);
            }
            from.iter().enumerate().any(|(index, range)| {
                set.push(*range);
                let found = choose(&from[index + 1..], count - 1, set, ok);
                set.pop();
                found
            })
        }
        let is_clean = |range: &Ipv4Net| {
            let addresses = range.subnets(32).unwrap();
            addresses.into_iter().all(|address| {
                let mine = own.iter().any(|prefix| prefix.contains(&address));
                mine || !foreign.iter().any(|prefix| prefix.contains(&address))
            })
        };
        let clean: Vec<Ipv4Net> = from.iter().copied().filter(is_clean).collect();
        choose(&clean, count, &mut Vec::new(), &covers)
    }

    proptest! {
        #[test]
        fn no_fewer_ranges_hold_all_and_nothing_foreign(
            own in proptest::collection::btree_set((0_u32..8, 30_u8..=32), 1..5),
            foreign in proptest::collection::btree_set((0_u32..8, 30_u8..=32), 0..3),
        ) {
            let net = |(address, length): (u32, u8)| Ipv4Net::new_assert((0x0a00_0000 + address).into(), length).trunc();
            let own: Vec<Ipv4Net> = own.into_iter().map(net).collect();
            let foreign: Vec<Ipv4Net> = foreign.into_iter().map(net).collect();
            let block: Ipv4Net = "10.0.0.0/29".parse().unwrap();
            // Ranges that are wider than the block would do as well as the block.
            let all: Vec<Ipv4Net> = (29..=32).flat_map(|length| block.subnets(length).unwrap()).collect();
            let found = fewest(&own, &foreign);
            for prefix in &own {
                prop_assert!(found.iter().any(|range| range.contains(prefix)));
            }
            prop_assert!(some_set_does(&own, &foreign, found.len(), &found));
            prop_assert!(!some_set_does(&own, &foreign, found.len() - 1, &all), "{:?}", found);
        }
    }
}
