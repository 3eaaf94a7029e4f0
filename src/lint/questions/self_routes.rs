//! Routes of an NVA's subnet that name the NVA itself as next hop.

use crate::analysis::forward::{End, Place};
use crate::bgp::{Candidate, Device};
use crate::effective::{Hop, Row, RowPrefix, State};
use crate::lint::context::Context;
use crate::lint::questions::sample_addresses::{INTERNET, last_usable};
use crate::topology::{RouterId, RouterKind, SubnetId};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// How an NVA's packets come back to it.
pub(crate) struct SelfRoute {
    pub(crate) router: RouterId,
    pub(crate) subnet: SubnetId,
    /// What it cannot reach: `the internet`, or ranges.
    pub(crate) lost: Vec<String>,
    /// The prefix of the row that sends it back.
    pub(crate) prefix: Ipv4Net,
    /// Where the NVA has its route from.
    pub(crate) best: Option<Candidate>,
}

/// Every route of an NVA's subnet that names the NVA itself, and that its packets do run into.
pub(crate) fn self_routes(estate: &Context<'_>) -> Vec<SelfRoute> {
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
        for row in rows {
            let RowPrefix::Range(prefix) = row.prefix else { continue };
            let comes_back = |address: &Ipv4Addr| {
                let ways = forwarding.ways(Place::Router(router), *address);
                let back = |end: End| end == End::Loop(Place::Router(router));
                table.decide(*address).is_some_and(|decided| decided.prefix == row.prefix)
                    && ways.iter().any(|way| way.places.len() == 2 && back(way.end))
            };
            let mut lost: Vec<String> = Vec::new();
            if prefix.prefix_len() <= 1 && prefix.contains(&INTERNET) && comes_back(&INTERNET) {
                lost.push("the internet".into());
            }
            let inside = forwarding.index.ranges_inside(prefix);
            let own = last_usable(prefix).filter(|_| inside.is_empty() && lost.is_empty() && prefix.prefix_len() > 1);
            if own.as_ref().is_some_and(comes_back) {
                lost.push(prefix.to_string());
            }
            let ranges = inside.iter().filter(|range| last_usable(**range).as_ref().is_some_and(comes_back));
            lost.extend(ranges.map(ToString::to_string));
            if !lost.is_empty() {
                let class = row.class.and_then(|class| {
                    let speaker = estate.ribs().network.instances(Device::Router(router)).next()?;
                    estate.ribs().view(estate.topology, class, speaker).preferred().cloned()
                });
                all.push(SelfRoute { router, subnet: *subnet, lost, prefix, best: class });
            }
        }
    }
    all
}
