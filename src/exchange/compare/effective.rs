//! Effective routes: equal-cost rows are merged to sets of next hops on both sides, then compared prefix by prefix.
//!
//! The rules for what is loosened stand here; how rows find each other belongs to `pairing`.

use super::pairing::pair;
use super::{Cell, Comparison, FieldDifference, IPV6, MASKED, NONE_ROWS, Options};
use super::{PredictedHops, PredictedRoute, RoutePrefix, RowResult, Verdict};
use crate::exchange::capture::{CapturedAddress, CapturedPrefix, EffectiveCapture, EffectiveRow};
use crate::exchange::capture::{NextHopType, RouteSource, State};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Compares the effective routes of one network interface.
///
/// Rows of next hop type None are ignored unless a user wrote them; rows of service endpoints are compared by their type only; a column
/// that was not printed is not compared. A printed row with several prefixes counts once for each of them.
pub fn compare_effective(capture: &EffectiveCapture, predicted: &[PredictedRoute], options: &Options) -> Comparison {
    let columns = Columns::of(capture);
    let mut sides: BTreeMap<RoutePrefix, Sides> = BTreeMap::new();
    let mut endpoints = Endpoints::default();
    let mut aside: BTreeMap<(CapturedPrefix, &'static str), usize> = BTreeMap::new();
    for row in &capture.rows {
        if row.next_hop_type == Some(NextHopType::VirtualNetworkServiceEndpoint) {
            endpoints.printed += 1;
            continue;
        }
        for prefix in &row.prefixes {
            let (prefix, reason) = match prefix {
                CapturedPrefix::V4(net) => (RoutePrefix::V4(*net), None),
                CapturedPrefix::Tag(tag) => (RoutePrefix::Tag(tag.to_ascii_lowercase()), None),
                CapturedPrefix::V6(_) => (RoutePrefix::Tag(String::new()), Some(IPV6)),
                CapturedPrefix::Masked(_) => (RoutePrefix::Tag(String::new()), Some(MASKED)),
            };
            match reason {
                Some(reason) => *aside.entry((as_captured(row, reason), reason)).or_default() += 1,
                None => sides.entry(prefix).or_default().print(row),
            }
        }
    }
    for route in predicted {
        if route.next_hop_type == NextHopType::VirtualNetworkServiceEndpoint {
            endpoints.predicted += 1;
            endpoints.rests_on.extend(&route.rests_on);
            continue;
        }
        let prefix = match &route.prefix {
            RoutePrefix::Tag(tag) => RoutePrefix::Tag(tag.to_ascii_lowercase()),
            prefix => prefix.clone(),
        };
        sides.entry(prefix).or_default().predict(route, columns);
    }
    let mut rows: Vec<RowResult> = sides.iter().flat_map(|(prefix, sides)| sides.compare(prefix, options)).collect();
    rows.extend(endpoints.compare(options));
    rows.extend(aside.into_iter().map(|((prefix, reason), count)| ignored(&prefix, reason, count)));
    Comparison { rows }
}
