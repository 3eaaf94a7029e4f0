//! Route tables as plain data, and what every format says of them alike: names, words and comments.
//!
//! No syntax of any language.

use super::names;
use crate::topology::{UserNextHop, UserPrefix};
use crate::words::printable;
use ipnet::IpNet;
use std::net::Ipv4Addr;

/// Route tables to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteTables {
    /// The topology's file as the user named it.
    pub topology: String,
    /// The path of the topology from where the output lies; only the overlay needs it.
    pub base: String,
    /// The tables.
    pub tables: Vec<Table>,
    /// What route tables cannot say, one sentence each.
    pub remarks: Vec<String>,
    /// VNets whose route server these tables replace.
    pub removed_route_servers: Vec<String>,
    /// Route tables of the topology that these tables replace. No new table takes the name of one: in Azure it would overwrite the
    /// old one while it is in use, and in an overlay the routes of both would be one table.
    pub removed_route_tables: Vec<String>,
    /// All peerings, each in YAML on one line, where some have to change: spokes that used a gateway that is no longer there. Only the
    /// overlay can say them.
    pub peerings: Vec<String>,
    /// Subnets that have a route table in the topology and none any more.
    pub bare_subnets: Vec<Subnet>,
}

/// One route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name; any text, written as Azure takes it.
    pub name: String,
    /// The region, when it is known.
    pub region: Option<String>,
    /// Whether routes of gateways and route servers stay.
    pub propagation: bool,
    /// User-defined routes.
    pub routes: Vec<Route>,
    /// The subnets that use it. A subnet has one table, so it stands in one table, once.
    pub subnets: Vec<Subnet>,
    /// What has to be known of this table, one sentence each.
    pub remarks: Vec<String>,
}

/// One user-defined route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its name; any text, written as Azure takes it.
    pub name: String,
    /// What it matches.
    pub prefix: UserPrefix,
    /// Where it sends.
    pub next_hop: UserNextHop,
}

/// A subnet that exists, by the names that it has in the topology. Neither name holds a slash, in Azure nor in a topology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its VNet.
    pub vnet: String,
    /// Its own name.
    pub name: String,
    /// Its ranges.
    pub prefixes: Vec<IpNet>,
}

/// A table with the names that Azure takes, which are the same in every format.
pub(super) struct Named<'t> {
    pub(super) name: String,
    /// The routes with their names.
    pub(super) routes: Vec<(String, &'t Route)>,
    pub(super) table: &'t Table,
}

impl RouteTables {
    /// The tables with their names.
    pub(super) fn named(&self) -> Vec<Named<'_>> {
        let names = names::azure(self.tables.iter().map(|table| table.name.as_str()), &self.removed_route_tables);
        names.into_iter().zip(&self.tables).map(|(name, table)| table.named(name)).collect()
    }

    /// What stands at the top of every file.
    pub(super) fn heading(&self) -> Vec<String> {
        let mut lines = vec![format!("Route tables for `{}`, written by rsctl.", self.topology)];
        if !self.remarks.is_empty() {
            lines.push("What route tables cannot say:".into());
            lines.extend(self.remarks.iter().map(|remark| format!("- {remark}")));
        }
        lines
    }

    /// What a deployment of new tables leaves behind.
    pub(super) fn left_behind(&self) -> Vec<String> {
        let servers = self.removed_route_servers.iter().map(|vnet| format!("the route server of `{vnet}`"));
        let tables = self.removed_route_tables.iter().map(|table| format!("the route table `{table}`"));
        let replaced: Vec<String> = servers.chain(tables).collect();
        if replaced.is_empty() {
            return Vec::new();
        }
        vec![format!("Replaced, but not deleted by this file: {}.", replaced.join(", "))]
    }

    /// The subnets whose table has to be taken off, for files that cannot do it.
    pub(super) fn bare(&self) -> Vec<String> {
        if self.bare_subnets.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = self.bare_subnets.iter().map(|subnet| format!("`{}`", subnet.key())).collect();
        vec![format!("These subnets need no route table any more; take theirs off by hand: {}.", names.join(", "))]
    }

    /// True when the region of a table has to be asked for.
    pub(super) fn asks_for_location(&self) -> bool {
        self.tables.iter().any(|table| table.location().is_none())
    }
}

impl Table {
    fn named(&self, name: String) -> Named<'_> {
        let names = names::azure(self.routes.iter().map(|route| route.name.as_str()), &[]);
        Named { name, routes: names.into_iter().zip(&self.routes).collect(), table: self }
    }

    /// The region, when it can be one: letters, digits, blanks and brackets, as in `westeurope` and `(US) West US 2`. Other text is no
    /// region of Azure, and az would take `@name` for a file to read.
    pub(super) fn location(&self) -> Option<&str> {
        let region = self.region.as_deref()?;
        let can_be = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '(' | ')' | '-');
        (region.chars().all(can_be) && region.contains(|c: char| c.is_ascii_alphabetic())).then_some(region)
    }
}

impl Subnet {
    /// `vnet/subnet`.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.vnet, self.name)
    }
}

impl Route {
    /// `nextHopType`, as ARM spells it.
    pub(super) fn next_hop_type(&self) -> &'static str {
        match self.next_hop {
            UserNextHop::VirtualAppliance(_) => "VirtualAppliance",
            UserNextHop::VnetLocal => "VnetLocal",
            UserNextHop::Internet => "Internet",
            UserNextHop::VirtualNetworkGateway => "VirtualNetworkGateway",
            UserNextHop::None => "None",
        }
    }

    /// `nextHopIpAddress`, which only a virtual appliance has.
    pub(super) fn next_hop_address(&self) -> Option<Ipv4Addr> {
        match self.next_hop {
            UserNextHop::VirtualAppliance(address) => Some(address),
            _ => None,
        }
    }
}

/// Sentences as lines of comment, each behind the mark that opens a comment.
pub(super) fn comment(mark: &str, sentences: &[String]) -> String {
    sentences.iter().map(|sentence| format!("{mark} {}\n", printable(sentence))).collect()
}
