//! BGP routes: multisets of rows by network, with what cannot be known left open.
//!
//! The rules for what is loosened stand here; how rows find each other belongs to `pairing`.

use super::pairing::pair;
use super::{Cell, Certainty, Comparison, FieldDifference, INSTANCE, IPV6, MASKED, OTHER_INSTANCE, Options};
use super::{PredictedBgp, PredictedHop, RowResult, SURPLUS, Verdict};
use crate::exchange::capture::{BgpCapture, BgpRow, CapturedAddress, CapturedPrefix, Kind};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// Instances of a route server.
const ROUTE_SERVER_INSTANCES: usize = 2;

/// Compares the BGP routes of a route server, a gateway, a circuit or a router.
///
/// Columns that were not printed and fields that cannot be predicted are not compared; which row is the best one is never compared.
pub fn compare_bgp(capture: &BgpCapture, predicted: &[PredictedBgp], options: &Options) -> Comparison {
    let printed = printed_instances(capture, predicted, options);
    let mut networks: BTreeMap<Ipv4Net, (Vec<&BgpRow>, Vec<&PredictedBgp>)> = BTreeMap::new();
    let (mut other, mut aside) = (Vec::new(), Vec::new());
    for row in &capture.rows {
        let named = &options.local_addresses;
        let reason = match row.network {
            CapturedPrefix::V6(_) => IPV6,
            CapturedPrefix::Tag(_) | CapturedPrefix::Masked(_) => MASKED,
            CapturedPrefix::V4(_) if row.local_address.is_some_and(|at| !named.is_empty() && !named.contains(&at)) => {
                OTHER_INSTANCE
            }
            CapturedPrefix::V4(network) => {
                networks.entry(network).or_default().0.push(row);
                continue;
            }
        };
        aside.push((row, reason));
    }
    for route in predicted {
        match (&printed, route.local_address) {
            (Some(printed), Some(at)) if !printed.contains(&at) => other.push(route),
            _ => networks.entry(route.network).or_default().1.push(route),
        }
    }
    let networks = networks.into_values();
    let mut rows: Vec<RowResult> = networks.flat_map(|(seen, due)| compare(capture.kind, seen, due, options)).collect();
    other.sort_by_key(|route| priority(route));
    rows.extend(other.into_iter().map(|route| result(Verdict::Ignored(INSTANCE), None, Some(route))));
    aside.sort_unstable();
    rows.extend(aside.into_iter().map(|(row, reason)| result(Verdict::Ignored(reason), Some(row), None)));
    Comparison { rows }
}

/// The instances that the print covers; `None` when it cannot be told, or covers everything.
fn printed_instances(
    capture: &BgpCapture,
    predicted: &[PredictedBgp],
    options: &Options,
) -> Option<BTreeSet<Ipv4Addr>> {
    if !options.local_addresses.is_empty() {
        return Some(options.local_addresses.iter().copied().collect());
    }
    let due: BTreeSet<Ipv4Addr> = predicted.iter().filter_map(|route| route.local_address).collect();
    let mut printed: BTreeSet<Ipv4Addr> = capture.rows.iter().filter_map(|row| row.local_address).collect();
    if printed.is_empty() {
        printed = capture.rows.iter().filter_map(own_peer).filter(|peer| due.contains(peer)).collect();
    }
    if printed.is_empty() && !(capture.rows.is_empty() && capture.kind == Kind::RouteServer) {
        return None;
    }
    // A key of a route server says that an instance was printed, but only its rows say which one. Keys without rows stand first for
    // instances without a predicted row, then for the lowest addresses.
    let all = ROUTE_SERVER_INSTANCES.max(capture.instances.len());
    let silent = all.saturating_sub(printed.union(&due).count());
    let empty = capture.instances.iter().filter(|instance| instance.rows == 0).count();
    let unseen: Vec<Ipv4Addr> = due.difference(&printed).copied().collect();
    printed.extend(unseen.into_iter().take(empty.saturating_sub(silent)));
    Some(printed)
}

/// The instance that a row without a local address tells: what an instance originates names itself as the peer.
fn own_peer(row: &BgpRow) -> Option<Ipv4Addr> {
    match (&row.origin, &row.source_peer) {
        (Some(origin), Some(CapturedAddress::Address(IpAddr::V4(peer)))) if origin == "Network" => Some(*peer),
        _ => None,
    }
}

/// Compares the rows of one network.
fn compare(
    kind: Kind,
    mut printed: Vec<&BgpRow>,
    mut predicted: Vec<&PredictedBgp>,
    options: &Options,
) -> Vec<RowResult> {
    printed.sort_unstable();
    predicted.sort_by_key(|route| priority(route));
    let pairing = pair(printed.len(), predicted.len(), |left, right| distance(kind, printed[left], predicted[right]));
    let mut pairs = [pairing.same.as_slice(), &pairing.near].concat();
    pairs.sort_unstable();
    let both = pairs.into_iter().map(|(left, right)| {
        let fields = differences(kind, printed[left], predicted[right]);
        let verdict = if fields.is_empty() { Verdict::Matched } else { Verdict::Different { fields } };
        result(verdict, Some(printed[left]), Some(predicted[right]))
    });
    let missing = pairing.only_printed.iter().map(|left| result(Verdict::Missing, Some(printed[*left]), None));
    let surplus = pairing.only_predicted.iter().map(|right| {
        let route = predicted[*right];
        let twin = pairing.same.iter().any(|(left, right)| is_twin(printed[*left], predicted[*right], route));
        let excuse = match route.certainty {
            Certainty::DependsOnTie(reason) => Some(reason),
            Certainty::Certainly if twin => Some(SURPLUS),
            Certainty::Certainly => options.excuse(Some(route.network)),
        };
        result(excuse.map_or(Verdict::Unexpected, Verdict::Ignored), None, Some(route))
    });
    both.chain(missing).chain(surplus).collect()
}

/// True when `route` differs from a predicted row that was printed in nothing but an address that cannot be predicted.
fn is_twin(printed: &BgpRow, matched: &PredictedBgp, route: &PredictedBgp) -> bool {
    let loosely = |left: PredictedHop, right: PredictedHop| {
        left == right || left == PredictedHop::Unpredictable || right == PredictedHop::Unpredictable
    };
    let hops = [matched.next_hop, matched.source_peer, route.next_hop, route.source_peer];
    let same_place = printed.local_address.is_none() || matched.local_address == route.local_address;
    hops.contains(&PredictedHop::Unpredictable)
        && same_place
        && matched.as_path == route.as_path
        && loosely(matched.next_hop, route.next_hop)
        && loosely(matched.source_peer, route.source_peer)
        && (matched.origin, matched.weight) == (route.origin, route.weight)
}

type Priority<'a> =
    (Certainty, usize, Option<Ipv4Addr>, Ipv4Net, Vec<u32>, PredictedHop, PredictedHop, &'a str, Option<u32>);

/// The order in which predicted rows look for a partner: what must be printed first, what fits few rows before what fits many.
fn priority(route: &PredictedBgp) -> Priority<'_> {
    let open = [route.next_hop, route.source_peer].iter().filter(|hop| **hop == PredictedHop::Unpredictable).count();
    let path = route.as_path.asns().iter().map(|asn| asn.0).collect();
    let PredictedBgp { certainty, local_address, network, next_hop, source_peer, origin, weight, .. } = route;
    (*certainty, open, *local_address, *network, path, *next_hop, *source_peer, origin, *weight)
}

/// How far two rows of one network are apart.
///
/// A peer sends one route for a network, so rows of the same known peer belong together whatever else differs; other rows only when at
/// most one of peer, next hop and path differs. Rows of different instances never do.
fn distance(kind: Kind, printed: &BgpRow, predicted: &PredictedBgp) -> Option<u32> {
    if let (Some(seen), Some(due)) = (printed.local_address, predicted.local_address)
        && seen != due
    {
        return None;
    }
    let fields = differences(kind, printed, predicted);
    let differ = |name: &str| fields.iter().any(|field| field.field == name);
    let identity = ["sourcePeer", "nextHop", "asPath"].into_iter().filter(|name| differ(name)).count();
    let known = |hop: PredictedHop| matches!(hop, PredictedHop::Address(_));
    let printed_peer = matches!(printed.source_peer, Some(CapturedAddress::Address(_)));
    let same_peer = printed_peer && known(predicted.source_peer) && !differ("sourcePeer");
    if identity > 1 && !same_peer {
        return None;
    }
    let far = [("sourcePeer", 32), ("nextHop", 16), ("asPath", 8), ("origin", 4), ("weight", 2)];
    let far: u32 = far.into_iter().filter(|(name, _)| differ(name)).map(|(_, weight)| weight).sum();
    // Among equally near rows, one that must be printed comes before one that may.
    let tie = u32::from(far > 0 && predicted.certainty != Certainty::Certainly);
    Some(far + tie)
}

fn differences(kind: Kind, printed: &BgpRow, predicted: &PredictedBgp) -> Vec<FieldDifference> {
    let mut fields = Vec::new();
    let mut differ = |field, captured: String, predicted: String| {
        fields.push(FieldDifference { field, captured, predicted });
    };
    if let Some(hop) = &printed.next_hop
        && !agrees(hop, predicted.next_hop)
        && !is_originated(kind, printed, predicted)
    {
        differ("nextHop", hop.to_string(), predicted.next_hop.to_string());
    }
    if let Some(peer) = &printed.source_peer
        && !agrees(peer, predicted.source_peer)
    {
        differ("sourcePeer", peer.to_string(), predicted.source_peer.to_string());
    }
    if let Some(origin) = &printed.origin
        && !predicted.origin.is_empty()
        && origin_class(origin) != origin_class(predicted.origin)
    {
        differ("origin", origin.clone(), predicted.origin.to_owned());
    }
    if let Some(path) = &printed.as_path
        && *path != predicted.as_path
    {
        differ("asPath", path.to_string(), predicted.as_path.to_string());
    }
    if let (Some(seen), Some(due)) = (printed.weight, predicted.weight)
        && seen != due
    {
        differ("weight", seen.to_string(), due.to_string());
    }
    fields
}

/// A masked address stands for any address, `0.0.0.0` for the speaker itself.
fn agrees(printed: &CapturedAddress, predicted: PredictedHop) -> bool {
    match (printed, predicted) {
        (_, PredictedHop::Unpredictable) | (CapturedAddress::Masked(_), PredictedHop::Address(_)) => true,
        (CapturedAddress::Address(seen), PredictedHop::Address(due)) => *seen == IpAddr::V4(due),
        (printed, PredictedHop::None) => is_own(printed),
        (CapturedAddress::None, PredictedHop::Address(_)) => false,
    }
}

fn is_own(printed: &CapturedAddress) -> bool {
    match printed {
        CapturedAddress::None => true,
        CapturedAddress::Address(address) => address.is_unspecified(),
        CapturedAddress::Masked(_) => false,
    }
}

/// True for what a router originates itself: it prints `0.0.0.0`, or the next hop of the static route behind it.
fn is_originated(kind: Kind, printed: &BgpRow, predicted: &PredictedBgp) -> bool {
    let own = predicted.next_hop == PredictedHop::None || printed.next_hop.as_ref().is_some_and(is_own);
    let local = printed.as_path.as_ref().is_none_or(|path| path.is_empty()) && predicted.as_path.is_empty();
    matches!(kind, Kind::Circuit | Kind::Router) && local && own
}

/// `Igp` and `Incomplete` tell how the route came into BGP at its origin, which a topology does not say.
fn origin_class(origin: &str) -> String {
    let origin = origin.to_ascii_lowercase();
    if origin == "incomplete" { "igp".to_owned() } else { origin }
}

fn result(verdict: Verdict, printed: Option<&BgpRow>, predicted: Option<&PredictedBgp>) -> RowResult {
    let printed_network = printed.map(|row| row.network.to_string());
    let network = printed_network.or_else(|| predicted.map(|route| route.network.to_string())).unwrap_or_default();
    let printed_path = printed.and_then(|row| row.as_path.as_ref());
    let path = printed_path.or(predicted.map(|route| &route.as_path)).map(ToString::to_string).unwrap_or_default();
    let mut facts = predicted.map(|route| route.rests_on.clone()).unwrap_or_default();
    facts.sort_unstable();
    facts.dedup();
    RowResult {
        key: if path.is_empty() { network.clone() } else { format!("{network} {path}") },
        captured: printed.map(printed_cells),
        captured_rows: usize::from(printed.is_some()),
        predicted: predicted.map(predicted_cells),
        rests_on: facts,
        ..RowResult::new(verdict, network)
    }
}

fn printed_cells(row: &BgpRow) -> Vec<Cell> {
    let cells = [
        row.local_address.map(|address| Cell::new("localAddress", address)),
        Some(Cell::new("network", &row.network)),
        row.next_hop.as_ref().map(|hop| Cell::new("nextHop", hop)),
        row.source_peer.as_ref().map(|peer| Cell::new("sourcePeer", peer)),
        row.origin.as_ref().map(|origin| Cell::new("origin", origin)),
        row.as_path.as_ref().map(|path| Cell::new("asPath", path)),
        row.weight.map(|weight| Cell::new("weight", weight)),
    ];
    cells.into_iter().flatten().collect()
}

fn predicted_cells(route: &PredictedBgp) -> Vec<Cell> {
    let cells = [
        route.local_address.map(|address| Cell::new("localAddress", address)),
        Some(Cell::new("network", route.network)),
        Some(Cell::new("nextHop", route.next_hop)),
        Some(Cell::new("sourcePeer", route.source_peer)),
        (!route.origin.is_empty()).then(|| Cell::new("origin", route.origin)),
        Some(Cell::new("asPath", &route.as_path)),
        route.weight.map(|weight| Cell::new("weight", weight)),
    ];
    cells.into_iter().flatten().collect()
}
