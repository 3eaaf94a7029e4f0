//! Who decides each range of addresses in either design, and whether they agree.

use crate::analysis::Estate;
use crate::analysis::fate::{By, DecisionId, Decisions};
use crate::analysis::space::Range;
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::topology::SubnetId;
use serde::Serialize;
use std::collections::BTreeMap;

/// How two designs stand to each other for some addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Agreement {
    /// Both decide, and not the same.
    Conflict,
    /// Only the static design has a route for it, its own or one of a gateway; in the dynamic one a system route does something else.
    OnlyStatic,
    /// Only the dynamic design has a route for it; in the static one a system route does something else.
    OnlyDynamic,
    /// They do the same, and at least one of them has a route for it.
    Same,
    /// System routes decide in both, and the same.
    System,
}

impl Agreement {
    fn of(same: bool, fixed: &By, dynamic: &By) -> Self {
        match (same, fixed, dynamic) {
            (true, By::System, By::System) => Agreement::System,
            (true, ..) => Agreement::Same,
            (false, By::System, By::System) => Agreement::Conflict,
            (false, _, By::System) => Agreement::OnlyStatic,
            (false, By::System, _) => Agreement::OnlyDynamic,
            (false, ..) => Agreement::Conflict,
        }
    }
}

/// One subnet.
#[derive(Debug, Clone)]
pub struct SubnetAgreement {
    /// `vnet/subnet`.
    pub name: String,
    /// The subnet in the static and in the dynamic design.
    pub ids: (SubnetId, SubnetId),
    /// Every address is in one of these, in order of the first.
    pub ranges: Vec<AgreedRange>,
}

/// Addresses that are decided alike.
#[derive(Debug, Clone)]
pub struct AgreedRange {
    /// How the designs stand to each other.
    pub agreement: Agreement,
    /// In order; neighbouring ranges are one.
    pub ranges: Vec<Range>,
    /// What the static design decides.
    pub fixed: DecisionId,
    /// What the dynamic design decides.
    pub dynamic: DecisionId,
}

pub(super) fn subnets(fixed: &Estate, dynamic: &Estate, decisions: &mut Decisions) -> Vec<SubnetAgreement> {
    let mut found = Vec::new();
    for id in fixed.subnets().filter(|id| fixed.topology.subnet(*id).name != ROUTE_SERVER_SUBNET) {
        let name = fixed.topology.subnet_name(id);
        let Some(other) = dynamic.subnet_named(&name) else { continue };
        let ranges = ranges((fixed, id), (dynamic, other), decisions);
        found.push(SubnetAgreement { name, ids: (id, other), ranges });
    }
    found
}

fn ranges(
    (fixed, id): (&Estate, SubnetId),
    (dynamic, other): (&Estate, SubnetId),
    decisions: &mut Decisions,
) -> Vec<AgreedRange> {
    let left = decisions.space(&fixed.topology, id, fixed.table(id));
    let right = decisions.space(&dynamic.topology, other, dynamic.table(other));
    let mut found: BTreeMap<(DecisionId, DecisionId), Vec<Range>> = BTreeMap::new();
    for (range, pair) in left.beside(&right).steps() {
        let ranges = found.entry(pair).or_default();
        match ranges.last_mut() {
            Some(last) if last.touches(range) => last.last = range.last,
            _ => ranges.push(range),
        }
    }
    let agreed = found.into_iter().map(|((fixed_id, dynamic_id), ranges)| {
        let (one, two) = (decisions.decision(fixed_id), decisions.decision(dynamic_id));
        let same = one.fate.settled(&fixed.topology, id.vnet) == two.fate.settled(&dynamic.topology, other.vnet);
        let agreement = Agreement::of(same, &one.by, &two.by);
        AgreedRange { agreement, ranges, fixed: fixed_id, dynamic: dynamic_id }
    });
    let mut agreed: Vec<AgreedRange> = agreed.collect();
    agreed.sort_by_key(|range| range.ranges.first().copied());
    agreed
}
