//! RS1101: the subnet of an NVA that takes the NVA's own announcement.

use super::*;
use crate::analysis::forward::{End, Place};
use crate::bgp::{self, Candidate, Device};
use crate::effective::{Hop, Row, RowPrefix, State};
use crate::lint::questions::sample_addresses::last_usable;
use crate::topology::{RouterId, RouterKind, SubnetId};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1101",
    name: "nva-routes-to-itself",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "packets that an NVA sends out come back to it, because its subnet takes its own route",
    what: "An NVA announces a route to a route server, the subnet of the NVA's only NIC takes that route too, and the NVA has to send \
           such packets out of that NIC: the internet for a default route, or a VNet that the NVA reaches by no tunnel.",
    why: "A route server programs every subnet with propagation on, the NVA's own one included. The packets leave the NVA, the subnet's \
          effective route names the NVA as next hop, and they come back until their time to live is over.",
    fix: "Give the NVA's subnet a route table with `bgp_route_propagation: false`, or with a user-defined route of the same prefix: \
          `Internet` for a default route. A second NIC in a subnet that does not take the route works as well.",
    bad: example!("RS1101", "bad"),
    good: example!("RS1101", "good"),
    sources: &[
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-hubless-region-ars (NIC of NVA1)",
            date: "2026-08-03",
            status: Status::Observed,
        },
        Source { title: "Route Server troubleshooting page", date: "2023-09-15", status: Status::Documented },
    ],
    check,
};

/// An address of the internet that no topology has (RFC 5737).
pub(super) const INTERNET: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// How an NVA's packets come back to it.
pub(super) struct SelfRoute {
    pub(super) router: RouterId,
    pub(super) subnet: SubnetId,
    /// What it cannot reach: `the internet`, or ranges.
    pub(super) lost: Vec<String>,
    /// The prefix of the row that sends it back.
    pub(super) prefix: Ipv4Net,
    /// Where the NVA has its route from.
    pub(super) best: Option<Candidate>,
}

/// Every route of an NVA's subnet that names the NVA itself, and that its packets do run into.
pub(super) fn self_routes(estate: &Context<'_>) -> Vec<SelfRoute> {
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

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut routes: Vec<SelfRoute> = self_routes(estate);
    routes.retain(|route| !route.best.as_ref().is_some_and(|best| matches!(best.source, bgp::Source::Neighbor(_))));
    for own in routes.chunk_by(|left, right| left.router == right.router) {
        let (router, subnet) = (estate.topology.router(own[0].router), own[0].subnet);
        let prefixes = few(own.iter().map(|route| route.prefix));
        let lost = few(own.iter().flat_map(|route| &route.lost));
        let name = estate.topology.subnet_name(subnet);
        let message = format!(
            "`{}` sends packets for {lost} to itself: its subnet takes {prefixes} with it as next hop",
            router.name
        );
        let mut finding = Finding::new(estate.table_span(subnet), estate.router_path(own[0].router), message)
            .label(format!("the effective routes of `{name}` hold {prefixes} via `{}`", router.name))
            .affects(format!("what `{}` forwards to {lost}", router.name));
        for origination in
            router.originates.iter().filter(|origin| own.iter().any(|route| route.prefix == origin.prefix))
        {
            finding = finding.also(origination.span, "announced here");
        }
        let internet = own.iter().any(|route| route.prefix.prefix_len() == 0);
        let has_table = estate.written_subnet(subnet).body.route_table.is_some();
        found.add(finding.help(match (internet, has_table) {
            (true, true) => "add `{ prefix: 0.0.0.0/0, next_hop: Internet }` to its route table, or set `bgp_route_propagation: false` there",
            (true, false) => "give the subnet a route table with `{ prefix: 0.0.0.0/0, next_hop: Internet }` or `bgp_route_propagation: false`",
            (false, true) => "set `bgp_route_propagation: false` in its route table",
            (false, false) => "give the subnet a route table with `bgp_route_propagation: false`",
        }));
    }
}
