//! What becomes of each user-defined route of the static design in the dynamic one.

use super::agreement::{Agreement, SubnetAgreement};
use crate::analysis::Estate;
use crate::analysis::fate::{By, Decisions, Fate};
use crate::analysis::space::Range;
use crate::azure::GATEWAY_SUBNET;
use crate::topology::{RouteTable, SubnetId, UserNextHop, UserPrefix, UserRoute};
use ipnet::Ipv4Net;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the dynamic design makes of a user-defined route, wherever its table is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The dynamic design does otherwise by itself, and no route server can do it: the route has to stay.
    Irreducible,
    /// The dynamic design has other next hops by BGP.
    Overrides,
    /// The dynamic design has a user-defined route that does otherwise.
    Differs,
    /// The dynamic design has no route for it, but could: nobody announces it.
    NotAnnounced,
    /// The dynamic design has no route for it: the subnet takes none of route servers.
    NotTaken,
    /// The dynamic design does the same by itself, but not beside the routes that stay: mostly this is an exception from a shorter one.
    Exception,
    /// The dynamic design has a user-defined route that does the same.
    InBoth,
    /// The dynamic design does the same by BGP or by a system route.
    Redundant,
    /// Its table is used by subnets alone that the dynamic design does not have.
    NotCompared,
    /// It decides nothing: longer routes cover it, it is not used, or no subnet has its table.
    Idle,
}

/// Why no route server can do what a route does, or does not do it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Addresses of the own VNet: a route server's routes for them are refused.
    OwnVnet,
    /// Addresses of a peered VNet: a route server's routes for them are refused.
    PeeredVnet,
    /// A private endpoint.
    PrivateEndpoint,
    /// Addresses of the own or a peered VNet, seen from its gateways: they follow the peering.
    ///
    /// Source: Microsoft, default route injection in spoke virtual networks (2024-03-13): a route table in GatewaySubnet is still
    /// required.
    GatewaySubnet,
    /// The next hop is no NVA: to the internet, into the VNet, to the gateway, or nowhere.
    NextHop,
    /// A service tag, whose ranges no NVA announces.
    ServiceTag,
    /// The table of the subnet in the dynamic design has propagation off.
    PropagationOff,
    /// The VNet neither has a route server nor uses one over a peering.
    NoRouteServer,
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
    /// Why no route server does it, where that is the verdict somewhere.
    pub reasons: BTreeSet<Reason>,
    /// Subnets in which it decides something, in file order.
    pub subnets: Vec<String>,
}

/// Each route by its table and place: what was found of it, and where it decides.
type Found = BTreeMap<(usize, usize), (BTreeSet<(Verdict, Option<Reason>)>, Vec<String>)>;

pub(super) fn routes(
    fixed: &Estate,
    dynamic: &Estate,
    subnets: &[SubnetAgreement],
    decisions: &Decisions,
) -> Vec<RouteVerdict> {
    let mut found = Found::new();
    let tables = &fixed.topology.route_tables;
    for subnet in subnets {
        let Some(table) = fixed.topology.subnet(subnet.ids.0).route_table else { continue };
        for (number, route) in tables[table.index()].routes.iter().enumerate() {
            let verdicts = in_subnet(dynamic, subnet, route, decisions);
            if !verdicts.is_empty() {
                let entry = found.entry((table.index(), number)).or_default();
                entry.0.extend(verdicts);
                entry.1.push(subnet.name.clone());
            }
        }
    }
    let users = |table: usize| {
        let all = fixed
            .subnets()
            .filter(move |id| fixed.topology.subnet(*id).route_table.is_some_and(|t| t.index() == table));
        all.map(|id| fixed.topology.subnet_name(id)).collect::<Vec<String>>()
    };
    let mut all = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let users = users(index);
        let compared = users.is_empty() || users.iter().any(|name| dynamic.subnet_named(name).is_some());
        for (number, route) in table.routes.iter().enumerate() {
            let (verdicts, subnets) = found.remove(&(index, number)).unwrap_or_default();
            let otherwise = if compared { Verdict::Idle } else { Verdict::NotCompared };
            all.push(RouteVerdict {
                table: table.name.clone(),
                route: route.name.clone(),
                prefix: route.prefix.clone(),
                // The first is what speaks most against leaving it out.
                verdict: verdicts.first().map_or(otherwise, |(verdict, _)| *verdict),
                reasons: verdicts.iter().filter_map(|(_, reason)| *reason).collect(),
                subnets,
            });
        }
    }
    all
}

/// What becomes of a route in one subnet.
fn in_subnet(
    dynamic: &Estate,
    subnet: &SubnetAgreement,
    route: &UserRoute,
    decisions: &Decisions,
) -> BTreeSet<(Verdict, Option<Reason>)> {
    if let UserPrefix::ServiceTag(_) = route.prefix {
        let has = |table: &RouteTable| {
            table.routes.iter().any(|other| (&other.prefix, other.next_hop) == (&route.prefix, route.next_hop))
        };
        let both = table_of(dynamic, subnet.ids.1).is_some_and(has);
        let alone = (Verdict::Irreducible, Some(Reason::ServiceTag));
        return BTreeSet::from([if both { (Verdict::InBoth, None) } else { alone }]);
    }
    let decides = |by: &By| matches!(by, By::User(name) if **name == *route.name);
    let ranges = subnet.ranges.iter().filter(|range| decides(&decisions.decision(range.fixed).by));
    let verdict = |range: &super::AgreedRange| {
        let other = decisions.decision(range.dynamic);
        match (range.agreement, &other.by) {
            (Agreement::Same | Agreement::System, By::User(_)) => (Verdict::InBoth, None),
            (Agreement::Same | Agreement::System, _) => (Verdict::Redundant, None),
            (_, By::Gateway) => (Verdict::Overrides, None),
            (_, By::User(_)) => (Verdict::Differs, None),
            (_, By::System) => {
                let place = (dynamic, subnet.ids.1);
                match (impossible(place, &other.fate, route.next_hop, &range.ranges), takes_none(place)) {
                    (Some(reason), _) => (Verdict::Irreducible, Some(reason)),
                    (None, Some(reason)) => (Verdict::NotTaken, Some(reason)),
                    (None, None) => (Verdict::NotAnnounced, None),
                }
            }
        }
    };
    ranges.map(verdict).collect()
}

/// Why no route server can do it; none when an NVA could announce it.
fn impossible(
    (dynamic, id): (&Estate, SubnetId),
    fate: &Fate,
    next_hop: UserNextHop,
    ranges: &[Range],
) -> Option<Reason> {
    let topology = &dynamic.topology;
    let inside = |range: &Range, own: &Ipv4Net| own.contains(&range.first) && own.contains(&range.last);
    let own = |range: &Range| topology.vnet(id.vnet).ranges.iter().any(|own| inside(range, own));
    let gateway_subnet = topology.subnet(id).name == GATEWAY_SUBNET;
    match fate {
        Fate::Local | Fate::Peered(_) if gateway_subnet => Some(Reason::GatewaySubnet),
        Fate::Local => Some(Reason::OwnVnet),
        Fate::Peered(_) => Some(Reason::PeeredVnet),
        Fate::Endpoint(_) => Some(Reason::PrivateEndpoint),
        _ if ranges.iter().all(own) => Some(Reason::OwnVnet),
        _ if !matches!(next_hop, UserNextHop::VirtualAppliance(_)) => Some(Reason::NextHop),
        _ => None,
    }
}

/// Why the subnet takes nothing of route servers.
fn takes_none((estate, id): (&Estate, SubnetId)) -> Option<Reason> {
    let topology = &estate.topology;
    let provider = topology.vnet(id.vnet).provider.map(|provider| topology.vnet(provider));
    if provider.is_none_or(|vnet| vnet.route_server.is_none()) {
        return Some(Reason::NoRouteServer);
    }
    table_of(estate, id).is_some_and(|table| !table.propagation).then_some(Reason::PropagationOff)
}

fn table_of(estate: &Estate, id: SubnetId) -> Option<&RouteTable> {
    estate.topology.subnet(id).route_table.map(|table| &estate.topology.route_tables[table.index()])
}
