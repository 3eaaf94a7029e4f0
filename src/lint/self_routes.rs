//! Which routes of an NVA's subnet send the NVA's own packets back to it.

use super::context::{Context, last_usable};
use crate::analysis::forward::{End, Place, Way};
use crate::bgp::{self, ClassId, Device};
use crate::effective::{Hop, Row, RowPrefix, State};
use crate::topology::{RouterId, RouterKind, SubnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

impl Context<'_> {
    /// Every route of an NVA's subnet that names the NVA itself, and that its packets do run into; by NVA.
    pub(super) fn self_routes(&self) -> &[SelfRoute] {
        self.self_routes.get_or_init(|| self_routes(self))
    }
}

/// An address of the internet that no topology has (RFC 5737).
pub(super) const INTERNET: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// How an NVA's packets come back to it.
#[derive(Clone)]
pub(super) struct SelfRoute {
    pub(super) router: RouterId,
    pub(super) subnet: SubnetId,
    /// What it cannot reach: `the internet`, or ranges.
    pub(super) lost: Vec<String>,
    /// The prefix of the row that sends it back.
    pub(super) prefix: Ipv4Net,
    /// Whose route the NVA uses; none where it is its own.
    pub(super) learned_from: Option<Device>,
}

/// Every route of an NVA's subnet that names the NVA itself, and that its packets do run into.
fn self_routes(estate: &Context<'_>) -> Vec<SelfRoute> {
    let forwarding = estate.forwarding();
    let mut all = Vec::new();
    for router in estate.routers() {
        let RouterKind::Nva { subnet, interfaces } = &estate.topology.router(router).kind else { continue };
        if interfaces.iter().any(|(other, _)| other != subnet) {
            continue;
        }
        let names_it = |row: &Row| {
            row.state == State::Active
                && row.next_hops.iter().any(|hop| match hop {
                    Hop::Address(address) => forwarding.index.routers_at(estate.topology, *address).contains(&router),
                    _ => false,
                })
        };
        let table = estate.table(*subnet);
        let runs = table.gateway_runs();
        let rows = runs.iter().filter(|run| names_it(&run.first)).flat_map(|run| table.rows_of_run(run));
        let mut known: BTreeMap<ClassId, Option<SelfRoute>> = BTreeMap::new();
        for row in rows {
            let RowPrefix::Range(prefix) = row.prefix else { continue };
            let inside = forwarding.index.ranges_inside(prefix);
            // Prefixes of a class that hold no other VNet ranges are routed alike: one stands for all.
            let alike = prefix.prefix_len() > 1 && inside.iter().all(|range| *range == prefix);
            if let Some(verdict) = row.class.filter(|_| alike).and_then(|class| known.get(&class)) {
                let same = |route: &SelfRoute| SelfRoute { lost: vec![prefix.to_string()], prefix, ..route.clone() };
                all.extend(verdict.as_ref().map(same));
                continue;
            }
            let decides = |to: &Ipv4Addr| table.decide(*to).is_some_and(|decided| decided.prefix == row.prefix);
            let returns = |to: &Ipv4Addr| {
                let back = |way: Way| way.places.len() == 2 && way.end == End::Loop(Place::Router(router));
                forwarding.ways(Place::Router(router), *to).into_iter().any(back)
            };
            let mut lost: Vec<String> = Vec::new();
            if prefix.prefix_len() <= 1 && decides(&INTERNET) && returns(&INTERNET) {
                lost.push("the internet".into());
            }
            let own = [prefix];
            let ranges = if alike { &own } else { inside };
            let mut by_class: BTreeMap<Option<ClassId>, bool> = BTreeMap::new();
            for range in ranges {
                let Some(address) = last_usable(*range).filter(decides) else { continue };
                // What the NVA does with a packet depends on the class of the range alone.
                let class = forwarding.index.class_of(*range);
                if *by_class.entry(class).or_insert_with(|| returns(&address)) {
                    lost.push(range.to_string());
                }
            }
            let route = (!lost.is_empty()).then(|| {
                let learned_from = row.class.and_then(|class| learned_from(estate, router, class));
                SelfRoute { router, subnet: *subnet, lost, prefix, learned_from }
            });
            if let Some(class) = row.class.filter(|_| alike) {
                known.insert(class, route.clone());
            }
            all.extend(route);
        }
    }
    all
}

/// Whose route of a class a router uses; none where it is its own.
fn learned_from(estate: &Context<'_>, router: RouterId, class: ClassId) -> Option<Device> {
    let ribs = estate.ribs();
    let speaker = ribs.network.instances(Device::Router(router)).next()?;
    let view = ribs.view(estate.topology, class, speaker);
    let bgp::Source::Neighbor(index) = view.preferred()?.source else { return None };
    Some(ribs.network.speaker(ribs.network.speaker(speaker).neighbors[index].peer).device)
}
