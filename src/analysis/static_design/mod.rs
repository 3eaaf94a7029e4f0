//! The static design that does what a dynamic one does: the same estate without route servers, and the fewest user-defined routes.
//!
//! What no user-defined route can say is told as a compromise, never silently left out. How tables are written is for `exchange`.

mod given;
mod question;
mod sharing;

use super::Estate;
use super::fate::Fate;
use super::heard::{Heard, heard, no_longer};
use super::space::Range;
use crate::azure::{BASTION_SUBNET, GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::topology::{SubnetId, UserNextHop};
use given::Given;
use ipnet::Ipv4Net;
use question::Question;
use sharing::{Answer, Plan, shared};
use std::collections::{BTreeMap, BTreeSet};

/// Route tables that make the estate without route servers decide as it does with them.
#[derive(Debug, Clone, Default)]
pub struct StaticDesign {
    /// In the order of their first subnet.
    pub tables: Vec<StaticTable>,
    /// Subnets that need no table, in file order.
    pub bare: Vec<SubnetId>,
    /// What the tables cannot say.
    pub compromises: Vec<Compromise>,
    /// What sites and NVAs heard of and hear no more.
    pub unheard: Heard,
}

/// One route table, shared by subnets of one region that need the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticTable {
    /// The region, where it is written.
    pub region: Option<String>,
    /// False removes what gateways bring.
    pub propagation: bool,
    /// In order of prefix.
    pub routes: Vec<(Ipv4Net, UserNextHop)>,
    /// Routes for service tags, taken over as they were: their ranges are not known.
    pub services: Vec<(String, UserNextHop)>,
    /// The subnets that use it, in file order.
    pub subnets: Vec<SubnetId>,
}

/// Addresses that the static design treats otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromise {
    /// The subnets, in file order.
    pub subnets: Vec<SubnetId>,
    /// The ranges, in order.
    pub ranges: Vec<Range>,
    /// What the dynamic design does.
    pub wished: Fate,
    /// What the static design does.
    pub instead: Fate,
    /// Why.
    pub why: Why,
}

/// Why a user-defined route cannot do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It names one next hop, and no load balancer has just these NVAs behind it.
    EqualCost,
    /// It cannot send to an ExpressRoute gateway.
    ExpressRoute,
    /// Its next hop would be outside the VNet and its peerings.
    UnreachableNextHop,
    /// There is no VPN gateway that it could send to.
    NoVpnGateway,
    /// The gateway heard of it from a route server, and does not know on without.
    GatewayNotTold,
    /// It cannot send to a VPN gateway beside an ExpressRoute gateway.
    CoexistingGateways,
    /// Only Azure itself sends to a peered VNet or a private endpoint.
    SystemRoute,
    /// GatewaySubnet takes no route for 0.0.0.0/0.
    DefaultRouteOnGatewaySubnet,
    /// The subnet takes no route table.
    NoTableHere,
}

/// Computes the tables of the subnets that `wanted` holds; of all when it is none.
pub fn static_design(dynamic: &Estate, wanted: Option<&BTreeSet<SubnetId>>) -> StaticDesign {
    let given = Given::new(&dynamic.topology);
    let unheard = no_longer(&heard(&dynamic.topology, &dynamic.ribs), &given.heard);
    let mut design = StaticDesign { unheard, ..StaticDesign::default() };
    let mut plans: Vec<Plan> = Vec::new();
    let mut compromises: Vec<(SubnetId, Compromise)> = Vec::new();
    let mut known: BTreeMap<(u32, Option<u32>), Answer> = BTreeMap::new();
    for id in dynamic.subnets().filter(|id| wanted.is_none_or(|wanted| wanted.contains(id))) {
        let subnet = dynamic.topology.subnet(id);
        if subnet.name == ROUTE_SERVER_SUBNET {
            continue;
        }
        let special = subnet.name == GATEWAY_SUBNET || subnet.name == BASTION_SUBNET;
        let key = (id.vnet.0, subnet.route_table.map(|table| table.0));
        // Subnets of one VNet with the same table need the same.
        let answer = match known.get(&key).filter(|_| !special) {
            Some(answer) => answer.clone(),
            None => {
                let answer = Question::new(dynamic, &given, id).answer();
                if !special {
                    known.insert(key, answer.clone());
                }
                answer
            }
        };
        compromises.extend(answer.compromises.iter().map(|compromise| (id, compromise.clone())));
        if answer.table.is_empty() {
            design.bare.push(id);
        } else {
            plans.push(Plan { subnet: id, answer });
        }
    }
    design.tables = shared(dynamic, plans);
    design.compromises = together(compromises);
    design
}

/// Subnets with the same compromise, told once.
fn together(all: Vec<(SubnetId, Compromise)>) -> Vec<Compromise> {
    let mut told: Vec<Compromise> = Vec::new();
    for (id, compromise) in all {
        let same = |other: &&mut Compromise| {
            (&other.ranges, &other.wished, &other.instead, other.why)
                == (&compromise.ranges, &compromise.wished, &compromise.instead, compromise.why)
        };
        match told.iter_mut().find(same) {
            Some(known) => known.subnets.push(id),
            None => told.push(Compromise { subnets: vec![id], ..compromise }),
        }
    }
    told
}
