//! What a table holds, and which subnets can share one.

use super::super::Estate;
use super::super::aggregate::{DefaultRoute, Endpoint, Label, Wish, decided};
use super::super::space::Space;
use super::{Compromise, StaticTable};
use crate::topology::{SubnetId, UserNextHop};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// A subnet and the table it needs.
pub(super) struct Plan {
    pub(super) subnet: SubnetId,
    pub(super) answer: Answer,
}

#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) table: Needs,
    pub(super) compromises: Vec<Compromise>,
    /// What the table has to bring about, so that another one can be tried in its place; none where nothing may be put there.
    pub(super) check: Option<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Needs {
    pub(super) propagation: bool,
    pub(super) routes: Vec<(Ipv4Net, NextHop)>,
    pub(super) services: Vec<(String, NextHop)>,
}

impl Needs {
    pub(super) fn is_empty(&self) -> bool {
        self.propagation && self.routes.is_empty() && self.services.is_empty()
    }
}

/// [`UserNextHop`], ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NextHop {
    Appliance(Ipv4Addr),
    Local,
    Internet,
    Gateway,
    Nowhere,
}

impl From<NextHop> for UserNextHop {
    fn from(hop: NextHop) -> Self {
        match hop {
            NextHop::Appliance(address) => UserNextHop::VirtualAppliance(address),
            NextHop::Local => UserNextHop::VnetLocal,
            NextHop::Internet => UserNextHop::Internet,
            NextHop::Gateway => UserNextHop::VirtualNetworkGateway,
            NextHop::Nowhere => UserNextHop::None,
        }
    }
}

impl From<UserNextHop> for NextHop {
    fn from(hop: UserNextHop) -> Self {
        match hop {
            UserNextHop::VirtualAppliance(address) => NextHop::Appliance(address),
            UserNextHop::VnetLocal => NextHop::Local,
            UserNextHop::Internet => NextHop::Internet,
            UserNextHop::VirtualNetworkGateway => NextHop::Gateway,
            UserNextHop::None => NextHop::Nowhere,
        }
    }
}

/// One given table with what is wished of it.
#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) given: [(Vec<(Ipv4Net, Label)>, Vec<Endpoint>); 2],
    pub(super) propagation: bool,
    pub(super) otherwise: Label,
    pub(super) wished: Space<Label>,
    pub(super) hops: BTreeMap<NextHop, Label>,
    pub(super) forbids_default: bool,
}

impl Check {
    /// Whether the table of another subnet does here what is wished here.
    fn accepts(&self, table: &Needs) -> bool {
        let has_default = table.routes.first().is_some_and(|(prefix, _)| prefix.prefix_len() == 0);
        if table.propagation != self.propagation || (has_default && self.forbids_default) {
            return false;
        }
        let routes: Option<Vec<(Ipv4Net, Label)>> =
            table.routes.iter().map(|(prefix, hop)| Some((*prefix, *self.hops.get(hop)?))).collect();
        let (given, endpoints) = &self.given[usize::from(has_default)];
        let default_route = if has_default { DefaultRoute::Required } else { DefaultRoute::Forbidden };
        let wish =
            Wish { given, endpoints, otherwise: self.otherwise, wished: &self.wished, expressible: &[], default_route };
        routes.is_some_and(|routes| decided(&wish, &routes) == self.wished)
    }
}

/// Trying tables of other subnets is worth it up to this many.
const MOST_TRIED: usize = 64;

/// Tables for the plans: equal needs share one, and so do needs that one table of no more routes serves.
pub(super) fn shared(dynamic: &Estate, plans: Vec<Plan>) -> Vec<StaticTable> {
    let region = |id: SubnetId| dynamic.topology.vnet(id.vnet).region.clone();
    let mut groups: BTreeMap<(Option<String>, Needs), Vec<Plan>> = BTreeMap::new();
    for plan in plans {
        groups.entry((region(plan.subnet), plan.answer.table.clone())).or_default().push(plan);
    }
    let mut groups: Vec<((Option<String>, Needs), Vec<Plan>)> = groups.into_iter().collect();
    // Tables that serve many are tried first.
    groups.sort_by_key(|(_, plans)| (std::cmp::Reverse(plans.len()), plans[0].subnet));
    if groups.len() <= MOST_TRIED {
        let mut kept: Vec<((Option<String>, Needs), Vec<Plan>)> = Vec::new();
        for ((region, table), plans) in groups {
            let serves = |(other_region, other): &(Option<String>, Needs)| {
                let fits = *other_region == region && other.routes.len() <= table.routes.len();
                let check = |plan: &Plan| plan.answer.check.as_ref().is_some_and(|check| check.accepts(other));
                fits && other.services == table.services && plans.iter().all(check)
            };
            match kept.iter().position(|(key, _)| serves(key)) {
                Some(index) => kept[index].1.extend(plans),
                None => kept.push(((region, table), plans)),
            }
        }
        groups = kept;
    }
    let table = |((region, needs), plans): ((Option<String>, Needs), Vec<Plan>)| {
        let mut subnets: Vec<SubnetId> = plans.iter().map(|plan| plan.subnet).collect();
        subnets.sort_unstable();
        StaticTable {
            region,
            propagation: needs.propagation,
            routes: needs.routes.into_iter().map(|(prefix, hop)| (prefix, hop.into())).collect(),
            services: needs.services.into_iter().map(|(tag, hop)| (tag, hop.into())).collect(),
            subnets,
        }
    };
    let mut tables: Vec<StaticTable> = groups.into_iter().map(table).collect();
    tables.sort_by_key(|table| table.subnets.first().copied());
    tables
}
