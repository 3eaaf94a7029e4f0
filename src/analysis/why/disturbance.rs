//! How much else an edit changes: ranges of subnets whose fate differs, without a look at where packets end.

use super::Asked;
use crate::analysis::difference::fib_difference;
use crate::analysis::fate::Decisions;
use crate::analysis::space::Range;
use crate::effective::Tables;
use crate::topology::{SubnetId, Topology};
use std::collections::BTreeMap;

/// How many ranges of subnets have another fate, besides what was asked about at the subnet where it was.
pub fn disturbed(
    (old, old_tables): (&Topology, &Tables<'_>),
    (new, new_tables): (&Topology, &Tables<'_>),
    (asked, at): (Asked, SubnetId),
) -> usize {
    let ids = new.vnet_ids().flat_map(|vnet| new.subnet_ids(vnet));
    let by_name: BTreeMap<String, SubnetId> = ids.map(|id| (new.subnet_name(id), id)).collect();
    let mut decisions = Decisions::default();
    let wanted = asked.range();
    let mut count = 0;
    for vnet in old.vnet_ids() {
        for (id, table) in old_tables.of_vnet(vnet) {
            let Some(other) = by_name.get(&old.subnet_name(id)) else { continue };
            let before = decisions.space(old, id, &table).map(|decision| decisions.fate_of(decision));
            let after = decisions.space(new, *other, &new_tables.of_subnet(*other));
            let after = after.map(|decision| decisions.fate_of(decision));
            let differ = fib_difference(&before, &after);
            let is_wanted =
                |range: &Range| id == at && range.first >= wanted.network() && range.last <= wanted.broadcast();
            count += differ.iter().filter(|(range, ..)| !is_wanted(range)).count();
        }
    }
    count
}
