//! User-defined routes as rules see them: the tables that are in use and where their leaves are written.

use crate::lint::context::Context;
use crate::source::Span;
use crate::syntax::document::{self as written, Named};
use crate::topology::{RouteTable, SubnetId, UserNextHop, UserPrefix, UserRoute, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// A route table that some subnet uses.
pub(crate) struct UsedTable<'a> {
    /// The table.
    pub(crate) table: &'a RouteTable,
    /// The table as written.
    pub(crate) written: &'a Named<written::RouteTable>,
    /// The subnets that use it, in file order; never empty.
    pub(crate) subnets: Vec<SubnetId>,
}

/// A route of a table, with what was written.
#[derive(Clone, Copy)]
pub(crate) struct TableRoute<'a> {
    /// The route.
    pub(crate) route: &'a UserRoute,
    /// The route as written.
    pub(crate) written: &'a Named<written::UserRoute>,
}

impl<'a> UsedTable<'a> {
    /// `route_tables.app`.
    pub(crate) fn path(&self) -> String {
        format!("route_tables.{}", self.table.name)
    }

    /// `route_tables.app.routes.default`.
    pub(crate) fn route_path(&self, route: &UserRoute) -> String {
        format!("{}.routes.{}", self.path(), route.name)
    }

    /// Its routes in file order.
    pub(crate) fn routes(&self) -> impl Iterator<Item = TableRoute<'a>> + use<'a> {
        let both = self.table.routes.iter().zip(&self.written.body.routes);
        both.map(|(route, written)| TableRoute { route, written })
    }

    /// The route of this name.
    pub(crate) fn named(&self, name: &str) -> Option<TableRoute<'a>> {
        self.routes().find(|route| route.route.name == name)
    }

    /// Its routes by range; of two with the same range the later one.
    pub(crate) fn by_range(&self) -> BTreeMap<Ipv4Net, &'a UserRoute> {
        self.routes().filter_map(|route| Some((route.range()?, route.route))).collect()
    }

    /// The VNets in which it is used.
    pub(crate) fn vnets(&self) -> BTreeSet<VnetId> {
        self.subnets.iter().map(|subnet| subnet.vnet).collect()
    }

    /// The subnets that use it in the VNets for which `wanted` holds; asked once a VNet.
    pub(crate) fn subnets_in(&self, wanted: impl Fn(VnetId) -> bool) -> Vec<SubnetId> {
        let vnets: BTreeSet<VnetId> = self.vnets().into_iter().filter(|vnet| wanted(*vnet)).collect();
        self.subnets.iter().copied().filter(|subnet| vnets.contains(&subnet.vnet)).collect()
    }

    /// One subnet for each VNet: the tables of subnets of one VNet that share a route table differ in nothing that routes ask.
    pub(crate) fn one_per_vnet(&self) -> Vec<SubnetId> {
        let mut seen = BTreeSet::new();
        self.subnets.iter().copied().filter(|subnet| seen.insert(subnet.vnet)).collect()
    }

    /// Routes to appliances by address of the next hop, each with its routes in file order.
    pub(crate) fn by_appliance(&self) -> BTreeMap<Ipv4Addr, Vec<TableRoute<'a>>> {
        let mut routes: BTreeMap<Ipv4Addr, Vec<TableRoute<'a>>> = BTreeMap::new();
        for route in self.routes() {
            if let Some(address) = route.appliance() {
                routes.entry(address).or_default().push(route);
            }
        }
        routes
    }
}

impl TableRoute<'_> {
    /// The IPv4 range it matches.
    pub(crate) fn range(&self) -> Option<Ipv4Net> {
        match &self.route.prefix {
            UserPrefix::Range(IpNet::V4(range)) => Some(*range),
            _ => None,
        }
    }

    /// The range or the service tag, as printed.
    pub(crate) fn prefix(&self) -> String {
        match &self.route.prefix {
            UserPrefix::Range(range) => range.to_string(),
            UserPrefix::ServiceTag(tag) => tag.clone(),
        }
    }

    /// The address of its next hop.
    pub(crate) fn appliance(&self) -> Option<Ipv4Addr> {
        match self.route.next_hop {
            UserNextHop::VirtualAppliance(address) => Some(address),
            _ => None,
        }
    }

    /// Where it sends: `10.0.1.4`, `Internet`.
    pub(crate) fn sends_to(&self) -> String {
        crate::lint::phrases::next_hop_text(self.route.next_hop)
    }

    /// Where its prefix is written.
    pub(crate) fn prefix_span(&self) -> Span {
        self.written.body.prefix.span
    }

    /// Where its next hop is written.
    pub(crate) fn next_hop_span(&self) -> Span {
        self.written.body.next_hop.span
    }
}

impl<'a> Context<'a> {
    /// The route tables that some subnet uses, in file order.
    pub(crate) fn used_tables(&self) -> Vec<UsedTable<'a>> {
        let tables = self.topology.route_tables.iter().zip(&self.document.route_tables);
        let all = tables.zip(self.subnets_of_tables());
        all.map(|((table, written), subnets)| UsedTable { table, written, subnets })
            .filter(|used| !used.subnets.is_empty())
            .collect()
    }

    /// The table that a subnet uses.
    pub(crate) fn table_of(&self, subnet: SubnetId) -> Option<UsedTable<'a>> {
        let id = self.topology.subnet(subnet).route_table?.index();
        let (table, written) = (&self.topology.route_tables[id], &self.document.route_tables[id]);
        Some(UsedTable { table, written, subnets: vec![subnet] })
    }
}
