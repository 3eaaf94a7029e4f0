//! What becomes of each user-defined route of the static design in the dynamic one.

use super::agreement::{Agreement, SubnetAgreement};
use crate::analysis::Estate;
use crate::analysis::fate::{By, Decisions, Fate};
use crate::analysis::space::Range;
use crate::azure::GATEWAY_SUBNET;
use crate::topology::{SubnetId, UserNextHop, UserPrefix};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the dynamic design makes of a user-defined route, wherever its table is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The dynamic design does otherwise by itself, and no route server can do it: the route has to stay.
    Irreducible,
    /// The dynamic design sends elsewhere by BGP: the route overrides it.
    Overrides,
    /// The dynamic design has no route for it, but could: nobody announces it.
    NotAnnounced,
    /// The dynamic design has no route for it: the subnet takes none of route servers, because propagation is off.
    NotTaken,
    /// The dynamic design does the same without it.
    Redundant,
    /// It decides nothing: longer routes cover it, it is not used, or no subnet has its table.
    Idle,
}

/// Why no route server can do what a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unreachable {
    /// Addresses of the own VNet: a route server's routes for them are refused.
    OwnVnet,
    /// Addresses of a peered VNet: a route server's routes for them are refused.
    PeeredVnet,
    /// A private endpoint.
    PrivateEndpoint,
    /// GatewaySubnet follows its gateways and system routes.
    GatewaySubnet,
    /// The next hop is no NVA: to the internet, into the VNet, to the gateway, or nowhere.
    NextHop,
    /// A service tag, whose ranges no NVA announces.
    ServiceTag,
}

/// One route of one table.
#[derive(Debug, Clone)]
pub struct RouteVerdict {
    /// The table.
    pub table: String,
    /// The route's name.
    pub route: String,
    /// What it matches.
    pub prefix: UserPrefix,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why no route server can do it, where none can.
    pub unreachable: BTreeSet<Unreachable>,
    /// Subnets in which it decides something, in file order.
    pub subnets: Vec<String>,
}

pub(super) fn routes(
    fixed: &Estate,
    dynamic: &Estate,
    subnets: &[SubnetAgreement],
    decisions: &Decisions,
) -> Vec<RouteVerdict> {
    // Each route by its table and place.
    let mut found: BTreeMap<(usize, usize), (BTreeSet<(Verdict, Option<Unreachable>)>, Vec<String>)> = BTreeMap::new();
    let tables = &fixed.topology.route_tables;
    for subnet in subnets {
        let Some(table) = fixed.topology.subnet(subnet.ids.0).route_table else { continue };
        for (number, route) in tables[table.index()].routes.iter().enumerate() {
            let mut verdicts = BTreeSet::new();
            if let UserPrefix::ServiceTag(_) = route.prefix {
                verdicts.insert((Verdict::Irreducible, Some(Unreachable::ServiceTag)));
            }
            let decides = |by: &By| matches!(by, By::User(name) if **name == *route.name);
            for range in subnet.ranges.iter().filter(|range| decides(&decisions.decision(range.fixed).by)) {
                let other = decisions.decision(range.dynamic);
                verdicts.insert(match (range.agreement, &other.by) {
                    (Agreement::Same | Agreement::System, _) => (Verdict::Redundant, None),
                    (_, By::Gateway | By::User(_)) => (Verdict::Overrides, None),
                    (_, By::System) => match unreachable((dynamic, subnet), &other.fate, route.next_hop, &range.ranges)
                    {
                        Some(why) => (Verdict::Irreducible, Some(why)),
                        None if takes_none(dynamic, subnet.ids.1) => (Verdict::NotTaken, None),
                        None => (Verdict::NotAnnounced, None),
                    },
                });
            }
            if !verdicts.is_empty() {
                let entry = found.entry((table.index(), number)).or_default();
                entry.0.extend(verdicts);
                entry.1.push(subnet.name.clone());
            }
        }
    }
    let all =
        tables.iter().enumerate().flat_map(|(table, body)| (0..body.routes.len()).map(move |route| (table, route)));
    let verdict = |(table, number): (usize, usize)| {
        let route = &tables[table].routes[number];
        let (verdicts, subnets) = found.remove(&(table, number)).unwrap_or_default();
        RouteVerdict {
            table: tables[table].name.clone(),
            route: route.name.clone(),
            prefix: route.prefix.clone(),
            // The first is what speaks most against leaving it out.
            verdict: verdicts.first().map_or(Verdict::Idle, |(verdict, _)| *verdict),
            unreachable: verdicts.iter().filter_map(|(_, why)| *why).collect(),
            subnets,
        }
    };
    all.map(verdict).collect()
}

/// Why no route server can do it; none when an NVA could announce it.
fn unreachable(
    (dynamic, subnet): (&Estate, &SubnetAgreement),
    fate: &Fate,
    next_hop: UserNextHop,
    ranges: &[Range],
) -> Option<Unreachable> {
    let topology = &dynamic.topology;
    let id = subnet.ids.1;
    let own = |range: &Range| topology.vnet(id.vnet).ranges.iter().any(|own| own.contains(&range.first));
    match fate {
        _ if topology.subnet(id).name == GATEWAY_SUBNET => Some(Unreachable::GatewaySubnet),
        Fate::Local => Some(Unreachable::OwnVnet),
        Fate::Peered(_) => Some(Unreachable::PeeredVnet),
        Fate::Endpoint(_) => Some(Unreachable::PrivateEndpoint),
        _ if ranges.iter().all(own) => Some(Unreachable::OwnVnet),
        _ if !matches!(next_hop, UserNextHop::VirtualAppliance(_)) => Some(Unreachable::NextHop),
        _ => None,
    }
}

/// Propagation is off.
fn takes_none(estate: &Estate, id: SubnetId) -> bool {
    let table = estate.topology.subnet(id).route_table.map(|table| &estate.topology.route_tables[table.index()]);
    table.is_some_and(|table| !table.propagation)
}
