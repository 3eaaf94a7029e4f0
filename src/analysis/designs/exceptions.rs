//! Redundant routes that are exceptions from shorter ones: left out, they leave their addresses to a route that stays.

use super::agreement::SubnetAgreement;
use super::verdicts::{RouteVerdict, Verdict};
use crate::analysis::Estate;
use crate::analysis::fate::{DecisionId, Decisions};
use crate::analysis::space::Space;
use crate::effective::{SubnetTable, Tables};
use crate::topology::{RouteTable, RouteTableId, SubnetId, Topology, UserPrefix, UserRoute, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};

/// Takes back that a route is redundant where, beside the routes that stay, the dynamic design does otherwise without it.
///
/// What is taken back stays, too, and may be what a longer route is an exception from: it is asked again until nothing changes.
pub(super) fn take_back(
    fixed: &Estate,
    dynamic: &Estate,
    subnets: &[SubnetAgreement],
    decisions: &mut Decisions,
    verdicts: &mut [RouteVerdict],
) {
    let migration = Migration { fixed, dynamic, starts: starts(&fixed.topology) };
    loop {
        // Routes that decide nothing may be left out with the others, or stay.
        let alone: &[Verdict] = &[Verdict::Redundant];
        let with_idle = verdicts.iter().any(|route| route.verdict == Verdict::Idle);
        let with_idle = with_idle.then_some(&[Verdict::Redundant, Verdict::Idle][..]);
        let missed = std::iter::once(alone).chain(with_idle).flat_map(|gone| {
            let stays = |route: usize| !gone.contains(&verdicts[route].verdict);
            migration.missed(subnets, decisions, verdicts, &stays)
        });
        let missed: BTreeSet<usize> = missed.collect();
        let outermost: Vec<usize> =
            missed.iter().copied().filter(|one| is_outermost(*one, &missed, verdicts)).collect();
        if outermost.is_empty() {
            return;
        }
        outermost.into_iter().for_each(|route| verdicts[route].verdict = Verdict::Exception);
    }
}

/// Where the routes of each table begin among all routes.
fn starts(topology: &Topology) -> Vec<usize> {
    let counts = topology.route_tables.iter().map(|table| table.routes.len());
    counts.scan(0, |next, count| Some(std::mem::replace(next, *next + count))).collect()
}

fn range(route: &RouteVerdict) -> Option<Ipv4Net> {
    match &route.prefix {
        UserPrefix::Range(IpNet::V4(range)) => Some(*range),
        UserPrefix::Range(IpNet::V6(_)) | UserPrefix::ServiceTag(_) => None,
    }
}

/// No other of these in its table holds it: once that one stays, it may be redundant again.
fn is_outermost(one: usize, all: &BTreeSet<usize>, verdicts: &[RouteVerdict]) -> bool {
    let inner = &verdicts[one];
    let holds = |other: &usize| {
        let outer = &verdicts[*other];
        let nested = range(outer).zip(range(inner)).is_some_and(|(outer, inner)| outer.contains(&inner));
        *other != one && outer.table == inner.table && nested
    };
    !all.iter().any(holds)
}

/// From the static design to the dynamic one: that one, with routes of the static one that stay.
struct Migration<'a> {
    fixed: &'a Estate,
    dynamic: &'a Estate,
    starts: Vec<usize>,
}

/// A subnet, and the table that it has in the static design.
type Asked<'a> = (&'a SubnetAgreement, usize);

impl Migration<'_> {
    /// The redundant routes whose addresses fare otherwise once all routes are gone but those that stay.
    fn missed(
        &self,
        subnets: &[SubnetAgreement],
        decisions: &mut Decisions,
        verdicts: &[RouteVerdict],
        stays: &dyn Fn(usize) -> bool,
    ) -> BTreeSet<usize> {
        let redundant = |table: usize| {
            let end = self.starts[table] + self.fixed.topology.route_tables[table].routes.len();
            (self.starts[table]..end).filter(|route| verdicts[*route].verdict == Verdict::Redundant)
        };
        let with_table = |subnet| Some((subnet, self.table_of(subnet)?));
        let asked: Vec<Asked<'_>> = subnets.iter().filter_map(with_table).collect();
        let asked: Vec<Asked<'_>> = asked.into_iter().filter(|(_, table)| redundant(*table).next().is_some()).collect();
        if asked.is_empty() {
            return BTreeSet::new();
        }
        let [whole, left] = [&|_| true, stays].map(|stays: &dyn Fn(usize) -> bool| self.topology(&asked, stays));
        let mut computed = [Computed::new(&whole, self.dynamic), Computed::new(&left, self.dynamic)];
        let mut missed = BTreeSet::new();
        for (subnet, table) in asked {
            let id = subnet.ids.1;
            let [before, after] = computed.each_mut().map(|computed| computed.space(id, decisions));
            for (range, (was, is)) in before.beside(&after).steps() {
                // A load balancer that a route names may stand in the static design only.
                let fate = |topology: &Topology, decision| {
                    let fate = decisions.decision(decision).fate.settled(topology, id.vnet);
                    fate.settled(&self.fixed.topology, subnet.ids.0.vnet)
                };
                if was != is && fate(&whole, was) != fate(&left, is) {
                    let holding = redundant(table).filter_map(|route| Some((self::range(&verdicts[route])?, route)));
                    let holding = holding.filter(|(prefix, _)| prefix.contains(&range.first));
                    missed.extend(holding.max_by_key(|(prefix, _)| prefix.prefix_len()).map(|(_, route)| route));
                }
            }
        }
        missed
    }

    fn table_of(&self, subnet: &SubnetAgreement) -> Option<usize> {
        self.fixed.topology.subnet(subnet.ids.0).route_table.map(RouteTableId::index)
    }

    fn topology(&self, subnets: &[Asked<'_>], stays: &dyn Fn(usize) -> bool) -> Topology {
        let mut topology = self.dynamic.topology.clone();
        let mut known: BTreeMap<(usize, Option<RouteTableId>), RouteTableId> = BTreeMap::new();
        for (subnet, table) in subnets {
            let id = subnet.ids.1;
            let own = topology.subnet(id).route_table;
            let merged = *known.entry((*table, own)).or_insert_with(|| {
                topology.route_tables.push(self.merged(*table, own, stays));
                RouteTableId((topology.route_tables.len() - 1) as u32)
            });
            topology.vnets[id.vnet.index()].subnets[id.index as usize].route_table = Some(merged);
        }
        topology
    }

    /// A table of the dynamic design with the routes of one of the static design that stay; where the subnet has none in the dynamic
    /// design, propagation is on.
    fn merged(&self, table: usize, own: Option<RouteTableId>, stays: &dyn Fn(usize) -> bool) -> RouteTable {
        let from = &self.fixed.topology.route_tables[table];
        let own = own.map(|own| &self.dynamic.topology.route_tables[own.index()]);
        let kept = from.routes.iter().zip(self.starts[table]..).filter(|(_, number)| stays(*number));
        let mut routes: Vec<UserRoute> = kept.map(|(route, _)| route.clone()).collect();
        let others = own.iter().flat_map(|own| &own.routes);
        let others: Vec<UserRoute> =
            others.filter(|other| routes.iter().all(|route| route.prefix != other.prefix)).cloned().collect();
        routes.extend(others);
        RouteTable { routes, propagation: own.is_none_or(|own| own.propagation), ..from.clone() }
    }
}

/// The tables of an estate with the RIBs of another one, VNet by VNet as they are asked for.
struct Computed<'a> {
    topology: &'a Topology,
    tables: Tables<'a>,
    of_vnets: BTreeMap<VnetId, Vec<SubnetTable>>,
}

impl<'a> Computed<'a> {
    fn new(topology: &'a Topology, estate: &Estate) -> Self {
        Computed { topology, tables: Tables::new(topology, &estate.ribs), of_vnets: BTreeMap::new() }
    }

    fn space(&mut self, id: SubnetId, decisions: &mut Decisions) -> Space<DecisionId> {
        let compute = || self.tables.of_vnet(id.vnet).into_iter().map(|(_, table)| table).collect();
        let tables = self.of_vnets.entry(id.vnet).or_insert_with(compute);
        decisions.space(self.topology, id, &tables[id.index as usize])
    }
}
