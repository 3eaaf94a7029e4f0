//! Effective routes: equal-cost rows are merged to sets of next hops on both sides, then compared prefix by prefix.
//!
//! The rules for what is loosened stand here; how rows find each other belongs to `pairing`.

use super::pairing::pair;
use super::{Cell, Comparison, FieldDifference, IPV6, MASKED, NONE_ROWS, Options};
use super::{PredictedHops, PredictedRoute, RoutePrefix, RowResult, Verdict};
use crate::exchange::capture::{CapturedAddress, CapturedPrefix, EffectiveCapture, EffectiveRow};
use crate::exchange::capture::{NextHopType, RouteSource, State};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// Compares the effective routes of one network interface.
///
/// Rows of next hop type None are ignored unless a user wrote them; rows of service endpoints are compared by their type only; a column
/// that was not printed is not compared. A printed row with several prefixes counts once for each of them.
pub fn compare_effective(capture: &EffectiveCapture, predicted: &[PredictedRoute], options: &Options) -> Comparison {
    let columns = Columns::of(capture);
    let mut sides: BTreeMap<RoutePrefix, Sides> = BTreeMap::new();
    let mut aside: BTreeMap<CapturedPrefix, usize> = BTreeMap::new();
    let is_endpoint = |kind: &NextHopType| *kind == NextHopType::VirtualNetworkServiceEndpoint;
    let (endpoints, printed): (Vec<_>, Vec<_>) =
        capture.rows.iter().partition(|row| row.next_hop_type.as_ref().is_some_and(is_endpoint));
    for (row, prefix) in printed.iter().flat_map(|row| row.prefixes.iter().map(move |prefix| (row, prefix))) {
        match prefix {
            CapturedPrefix::V4(net) => sides.entry(RoutePrefix::V4(*net)).or_default().print(row),
            CapturedPrefix::Tag(tag) => sides.entry(RoutePrefix::Tag(tag.to_lowercase())).or_default().print(row),
            CapturedPrefix::V6(_) | CapturedPrefix::Masked(_) => *aside.entry(prefix.clone()).or_default() += 1,
        }
    }
    let (predicted_endpoints, predicted): (Vec<_>, Vec<_>) =
        predicted.iter().partition(|route| is_endpoint(&route.next_hop_type) && columns.next_hop_type);
    for route in predicted {
        let prefix = match &route.prefix {
            RoutePrefix::Tag(tag) => RoutePrefix::Tag(tag.to_lowercase()),
            RoutePrefix::V4(net) => RoutePrefix::V4(*net),
        };
        sides.entry(prefix).or_default().predict(route, columns);
    }
    let mut rows: Vec<RowResult> = sides.iter().flat_map(|(prefix, sides)| sides.compare(prefix, options)).collect();
    rows.extend(service_endpoints(&endpoints, &predicted_endpoints, options));
    rows.extend(aside.into_iter().map(|(prefix, captured_rows)| {
        let reason = if matches!(prefix, CapturedPrefix::V6(_)) { IPV6 } else { MASKED };
        let captured = Some(vec![Cell::new("addressPrefix", &prefix)]);
        RowResult { captured, captured_rows, ..RowResult::new(Verdict::Ignored(reason), prefix) }
    }));
    Comparison { rows }
}

/// Service endpoints bring a list of public prefixes that changes by the week: only whether there are any is compared.
fn service_endpoints(printed: &[&EffectiveRow], predicted: &[&PredictedRoute], options: &Options) -> Option<RowResult> {
    let verdict = match (printed.is_empty(), predicted.is_empty()) {
        (true, true) => return None,
        (false, false) => Verdict::Matched,
        (false, true) => Verdict::Missing,
        (true, false) => options.excuse(None).map_or(Verdict::Unexpected, Verdict::Ignored),
    };
    let cells = || vec![Cell::new("nextHopType", NextHopType::VirtualNetworkServiceEndpoint)];
    Some(RowResult {
        captured: (!printed.is_empty()).then(cells),
        captured_rows: printed.len(),
        predicted: (!predicted.is_empty()).then(cells),
        rests_on: sorted(predicted.iter().flat_map(|route| &route.rests_on)),
        ..RowResult::new(verdict, NextHopType::VirtualNetworkServiceEndpoint)
    })
}

fn sorted<'a>(facts: impl Iterator<Item = &'a &'static str>) -> Vec<&'static str> {
    let facts: BTreeSet<&'static str> = facts.copied().collect();
    facts.into_iter().collect()
}

/// Which columns the print has.
#[derive(Debug, Clone, Copy)]
struct Columns {
    source: bool,
    state: bool,
    next_hop_type: bool,
}

impl Columns {
    fn of(capture: &EffectiveCapture) -> Self {
        Columns {
            source: capture.rows.iter().any(|row| row.source.is_some()),
            state: capture.rows.iter().any(|row| row.state.is_some()),
            next_hop_type: capture.rows.iter().any(|row| row.next_hop_type.is_some()),
        }
    }
}

/// What equal-cost rows have in common; `None` for a column that was not printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Shared {
    source: Option<RouteSource>,
    state: Option<State>,
    next_hop_type: Option<NextHopType>,
}

/// Printed rows that are one route.
#[derive(Debug, Default)]
struct Printed {
    rows: usize,
    /// False when the column was not printed.
    has_hops: bool,
    hops: BTreeSet<IpAddr>,
    masked: Vec<String>,
    names: BTreeSet<String>,
}

/// Predicted rows that are one route.
#[derive(Debug, Default)]
struct Predicted {
    hops: BTreeSet<Ipv4Addr>,
    unpredictable: Option<&'static str>,
    names: BTreeSet<String>,
    rests_on: BTreeSet<&'static str>,
}

/// All rows of one prefix.
#[derive(Debug, Default)]
struct Sides {
    printed: BTreeMap<Shared, Printed>,
    predicted: BTreeMap<Shared, Predicted>,
    /// True when a user-defined route that drops is predicted.
    user_drop: bool,
}

impl Sides {
    fn print(&mut self, row: &EffectiveRow) {
        let (source, state) = (row.source.clone(), row.state.clone());
        let shared = Shared { source, state, next_hop_type: row.next_hop_type.clone() };
        let printed = self.printed.entry(shared).or_default();
        printed.rows += 1;
        printed.has_hops |= row.next_hops.is_some();
        for hop in row.next_hops.iter().flatten() {
            match hop {
                CapturedAddress::None => {}
                CapturedAddress::Address(address) => drop(printed.hops.insert(*address)),
                CapturedAddress::Masked(text) => printed.masked.push(text.clone()),
            }
        }
        printed.masked.sort();
        printed.names.extend(row.name.clone());
    }

    fn predict(&mut self, route: &PredictedRoute, columns: Columns) {
        // None rows of the system stay recognisable also where the print has no such column.
        let system_none = route.source == RouteSource::Default && route.next_hop_type == NextHopType::None;
        let shared = Shared {
            source: columns.source.then(|| route.source.clone()),
            state: columns.state.then(|| route.state.clone()),
            next_hop_type: (columns.next_hop_type || system_none).then(|| route.next_hop_type.clone()),
        };
        self.user_drop |= route.source == RouteSource::User && route.next_hop_type == NextHopType::None;
        let predicted = self.predicted.entry(shared).or_default();
        match &route.next_hops {
            PredictedHops::Exactly(hops) => predicted.hops.extend(hops),
            PredictedHops::Unpredictable(reason) => predicted.unpredictable = Some(reason),
        }
        predicted.names.extend(route.name.clone());
        predicted.rests_on.extend(&route.rests_on);
    }

    fn compare(&self, prefix: &RoutePrefix, options: &Options) -> Vec<RowResult> {
        let of_azure = |shared: &Shared| match shared.source {
            Some(RouteSource::User) => false,
            None => is_drop(shared) && !self.user_drop,
            _ => is_drop(shared),
        };
        let (printed_none, printed): (Vec<_>, Vec<_>) = self.printed.iter().partition(|(shared, _)| of_azure(shared));
        let (predicted_none, mut predicted): (Vec<_>, Vec<_>) =
            self.predicted.iter().partition(|(shared, _)| of_azure(shared));
        // A row whose next hops are known finds its partner before one that would take any.
        predicted.sort_by_key(|(_, predicted)| predicted.unpredictable.is_some());

        let pairing = pair(printed.len(), predicted.len(), |left, right| distance(printed[left], predicted[right]));
        let both = |left: usize, right: usize| {
            let fields = differences(printed[left], predicted[right]);
            let verdict = if fields.is_empty() { Verdict::Matched } else { Verdict::Different { fields } };
            result(prefix, verdict, Some(printed[left]), Some(predicted[right]))
        };
        let mut pairs = [pairing.same, pairing.near].concat();
        pairs.sort_unstable();
        let mut rows: Vec<RowResult> = pairs.into_iter().map(|(left, right)| both(left, right)).collect();
        let missing = pairing.only_printed.into_iter();
        rows.extend(missing.map(|left| result(prefix, Verdict::Missing, Some(printed[left]), None)));
        let net = match prefix {
            RoutePrefix::V4(net) => Some(*net),
            RoutePrefix::Tag(_) => None,
        };
        let unexpected = options.excuse(net).map_or(Verdict::Unexpected, Verdict::Ignored);
        let surplus = pairing.only_predicted.into_iter();
        rows.extend(surplus.map(|right| result(prefix, unexpected.clone(), None, Some(predicted[right]))));
        for index in 0..printed_none.len().max(predicted_none.len()) {
            let sides = (printed_none.get(index).copied(), predicted_none.get(index).copied());
            rows.push(result(prefix, Verdict::Ignored(NONE_ROWS), sides.0, sides.1));
        }
        rows
    }
}

fn is_drop(shared: &Shared) -> bool {
    shared.next_hop_type == Some(NextHopType::None)
}

type PrintedRoute<'a> = (&'a Shared, &'a Printed);
type ExpectedRoute<'a> = (&'a Shared, &'a Predicted);

/// How far two routes of one prefix are apart. Routes of different sources are different routes.
fn distance(printed: PrintedRoute<'_>, predicted: ExpectedRoute<'_>) -> Option<u32> {
    let fields = differences(printed, predicted);
    let differ = |name: &str| fields.iter().any(|field| field.field == name);
    let far = [("nextHopType", 8), ("state", 4), ("nextHopIpAddress", 2), ("name", 1)];
    let far = far.into_iter().filter(|(name, _)| differ(name)).map(|(_, weight)| weight).sum();
    (!differ("source")).then_some(far)
}

fn differences(printed: PrintedRoute<'_>, predicted: ExpectedRoute<'_>) -> Vec<FieldDifference> {
    let mut fields = Vec::new();
    let mut differ = |field, captured: String, predicted: String| {
        fields.push(FieldDifference { field, captured, predicted });
    };
    let ((seen, printed), (due, predicted)) = (printed, predicted);
    if let (Some(seen), Some(due)) = (&seen.source, &due.source)
        && seen != due
    {
        differ("source", seen.to_string(), due.to_string());
    }
    if let (Some(seen), Some(due)) = (&seen.state, &due.state)
        && seen != due
    {
        differ("state", seen.to_string(), due.to_string());
    }
    if let (Some(seen), Some(due)) = (&seen.next_hop_type, &due.next_hop_type)
        && seen != due
    {
        differ("nextHopType", seen.to_string(), due.to_string());
    }
    if !hops_agree(printed, predicted) {
        differ("nextHopIpAddress", printed.hops_text(), predicted.hops_text());
    }
    let lower = |names: &BTreeSet<String>| names.iter().map(|name| name.to_lowercase()).collect::<BTreeSet<_>>();
    let named = !printed.names.is_empty() && !predicted.names.is_empty();
    if named && lower(&printed.names) != lower(&predicted.names) {
        differ("name", joined(&printed.names), joined(&predicted.names));
    }
    fields
}

/// Every masked address may stand for one that is predicted and not printed; what is printed beyond that needs something unpredictable.
fn hops_agree(printed: &Printed, predicted: &Predicted) -> bool {
    if !printed.has_hops {
        return true;
    }
    let due: BTreeSet<IpAddr> = predicted.hops.iter().map(|hop| IpAddr::V4(*hop)).collect();
    let unseen = due.difference(&printed.hops).count();
    let covered = unseen <= printed.masked.len();
    if predicted.unpredictable.is_some() {
        return covered;
    }
    covered && printed.hops.is_subset(&due) && (printed.masked.is_empty() || unseen > 0)
}

fn joined<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}

impl Printed {
    fn hops_text(&self) -> String {
        joined(self.hops.iter().map(IpAddr::to_string).chain(self.masked.iter().cloned()))
    }
}

impl Predicted {
    fn hops_text(&self) -> String {
        let any = self.unpredictable.map(|reason| format!("any ({reason})"));
        joined(self.hops.iter().map(Ipv4Addr::to_string).chain(any))
    }
}

fn result(
    prefix: &RoutePrefix,
    verdict: Verdict,
    printed: Option<PrintedRoute<'_>>,
    predicted: Option<ExpectedRoute<'_>>,
) -> RowResult {
    let captured = printed.map(|(shared, printed)| {
        let hops = printed.has_hops.then(|| printed.hops_text());
        cells(prefix, shared, hops, &printed.names)
    });
    RowResult {
        captured,
        captured_rows: printed.map_or(0, |(_, printed)| printed.rows),
        predicted: predicted.map(|(shared, due)| cells(prefix, shared, Some(due.hops_text()), &due.names)),
        rests_on: sorted(predicted.iter().flat_map(|(_, due)| &due.rests_on)),
        ..RowResult::new(verdict, prefix)
    }
}

fn cells(prefix: &RoutePrefix, shared: &Shared, hops: Option<String>, names: &BTreeSet<String>) -> Vec<Cell> {
    let cells = [
        shared.source.as_ref().map(|source| Cell::new("source", source)),
        shared.state.as_ref().map(|state| Cell::new("state", state)),
        Some(Cell::new("addressPrefix", prefix)),
        shared.next_hop_type.as_ref().map(|kind| Cell::new("nextHopType", kind)),
        hops.map(|hops| Cell::new("nextHopIpAddress", hops)),
        (!names.is_empty()).then(|| Cell::new("name", joined(names))),
    ];
    cells.into_iter().flatten().collect()
}
