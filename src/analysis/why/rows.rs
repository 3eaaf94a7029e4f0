//! The prefixes in question at a subnet: rows of its table and what might have been rows, each with its standing and its cause.

use super::account::Proof;
use super::near::Near;
use super::{Asked, At, Extent, Reasons, Why};
use crate::bgp::{ClassId, Relation};
use crate::effective::{
    Hop, InvalidReason, NextHopType, Programmed, RefusingRange, RouteSource, Row, RowPrefix, State, SubnetTable,
    programmed,
};
use crate::topology::{RouteTableId, SubnetId, Topology, UserPrefix, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A prefix that is, or might have been, a row.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// Its row; none where there is no such row, and at a speaker.
    pub row: Option<Row>,
    /// What it counts for.
    pub standing: Standing,
    /// Where it comes from.
    pub cause: Cause,
}

/// What an entry counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It decides.
    Decides,
    /// Another, longer prefix decides.
    Shorter(Ipv4Net),
    /// Another row of the same prefix decides.
    Beside,
    /// It is listed and does not count.
    Invalid(InvalidReason),
    /// It is longer than the prefix asked about and takes a part of it.
    TakesPart,
    /// There is no such row.
    Absent(Absence),
}

/// Why there is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// Nothing programs routes in the VNet: it hosts no route server and no gateway, and uses none.
    NoProvider,
    /// The route table of the subnet switches propagation off.
    PropagationOff(RouteTableId),
    /// The VNet refuses what lies in this range.
    InRange(RefusingRange),
    /// The host of the route server or gateway refuses the prefix for where it lies.
    RefusedByHost(VnetId, Relation),
    /// The route server or gateway does not have it.
    NotHeld,
    /// A gateway brings the same prefix, which removes the system route.
    Replaced,
    /// A gateway brings the same prefix and a user-defined route has it too.
    ReplacedByBoth,
}

/// Where an entry comes from.
#[derive(Debug, Clone)]
pub enum Cause {
    /// A range of the subnet's own VNet.
    OwnRange(VnetId),
    /// A range of a VNet peered with it, by the index of the peering among the VNet's links.
    PeeredRange(VnetId, usize),
    /// The system route to the internet.
    Internet,
    /// A system route that drops.
    NoneRange,
    /// A user-defined route, by its place in its table.
    User(RouteTableId, usize),
    /// A private endpoint, by its subnet and its place in it.
    Endpoint(SubnetId, usize),
    /// A route server or a gateway.
    Gateway(Box<GatewayCause>),
    /// A speaker at which it was asked.
    Held(Box<Proof>),
    /// Somebody originates it, and the standing says why that does not matter.
    Originated(ClassId),
    /// Nobody announces it.
    Nothing,
}

/// What a route server or a gateway has to do with an entry.
#[derive(Debug, Clone)]
pub struct GatewayCause {
    /// The VNet of the route server or gateway.
    pub host: VnetId,
    /// The class.
    pub class: ClassId,
    /// The choice, with all it rests on.
    pub proof: Proof,
    /// The proof is told; false where the entry has no bearing, and only who announces it is.
    pub told: bool,
}

/// The row that decides for what is asked about: the longest Active one that holds all of it.
pub(super) fn deciding(table: &SubnetTable, asked: Asked) -> Option<Row> {
    let range = asked.range();
    if let Asked::Address(address) = asked {
        return table.decide(address);
    }
    let longest = |row: &Row| match row.prefix {
        RowPrefix::Range(prefix) if row.state == State::Active && prefix.contains(&range) => Some(prefix.prefix_len()),
        _ => None,
    };
    let own = table.own_rows().filter_map(|row| Some((longest(row)?, row.clone())));
    let own = own.max_by_key(|(length, _)| *length);
    let around = (0..=range.prefix_len()).rev().filter_map(|length| Ipv4Net::new(range.network(), length).ok());
    let gateway = around.filter_map(|prefix| table.gateway_row(prefix.trunc())).find(|row| longest(row).is_some());
    match (own, gateway) {
        (Some((length, _)), Some(row)) if longest(&row) > Some(length) => Some(row),
        (Some((_, row)), _) | (None, Some(row)) => Some(row),
        (None, None) => None,
    }
}

pub(super) fn at_subnet(reasons: &Reasons<'_>, asked: Asked, id: SubnetId) -> Why {
    let table = reasons.tables.of_subnet(id);
    Rows { reasons, asked, id, table: &table }.why()
}

struct Rows<'a> {
    reasons: &'a Reasons<'a>,
    asked: Asked,
    id: SubnetId,
    table: &'a SubnetTable,
}

impl Rows<'_> {
    fn why(&self) -> Why {
        let range = self.asked.range();
        let around = self.reasons.classes_around(range);
        let mut prefixes: BTreeSet<Ipv4Net> = around.iter().map(|(prefix, _)| *prefix).collect();
        let mut rows: Vec<(Ipv4Net, Row)> = Vec::new();
        let mut inside: Vec<(Ipv4Net, Row)> = Vec::new();
        for row in self.table.own_rows() {
            let RowPrefix::Range(prefix) = row.prefix else { continue };
            if prefix.contains(&range) {
                rows.push((prefix, row.clone()));
            } else if range.contains(&prefix) && row.state == State::Active {
                inside.push((prefix, row.clone()));
            }
        }
        for prefix in &prefixes {
            rows.extend(self.table.gateway_row(*prefix).map(|row| (*prefix, row)));
        }
        let inside_range =
            |row: &Row| matches!(row.prefix, RowPrefix::Range(prefix) if range.contains(&prefix) && prefix != range);
        inside.extend(
            self.table
                .gateway_rows()
                .filter(|row| row.state == State::Active && inside_range(row))
                .filter_map(|row| if let RowPrefix::Range(prefix) = row.prefix { Some((prefix, row)) } else { None }),
        );
        prefixes.extend(rows.iter().map(|(prefix, _)| *prefix));
        if let Asked::Prefix(prefix) = self.asked {
            prefixes.insert(prefix);
        }
        // Of a prefix its network address asks for the same longest match, unless longer rows take that address.
        let decided = rows.iter().filter(|(_, row)| row.state == State::Active).map(|(prefix, _)| *prefix);
        let decided = decided.max_by_key(|prefix| prefix.prefix_len());
        let mut entries: Vec<Entry> = Vec::new();
        let mut left_out = 0;
        for prefix in prefixes {
            let here: Vec<&Row> = rows.iter().filter(|(known, _)| *known == prefix).map(|(_, row)| row).collect();
            let winner = self.winner(&here);
            for row in &here {
                let standing = match (&row.state, decided) {
                    (State::Invalid(reason), _) => Standing::Invalid(reason.clone()),
                    (State::Active, Some(than)) if than != prefix => Standing::Shorter(than),
                    _ if winner.is_some_and(|winner| std::ptr::eq(winner, *row)) => Standing::Decides,
                    _ => Standing::Beside,
                };
                let matters = decided.is_none_or(|decided| decided.prefix_len() <= prefix.prefix_len());
                let cause = self.cause(row, prefix, matters);
                entries.push(Entry { prefix, row: Some((*row).clone()), standing, cause });
            }
            // Everything to which an Internet row could matter.
            let internet_matters = decided.is_none_or(|decided| decided.prefix_len() == 0)
                || self.asked == Asked::Prefix(prefix)
                || self.reasons.extent == Extent::Everything;
            let by_gateway = here.iter().any(|row| row.source == RouteSource::VirtualNetworkGateway);
            if by_gateway
                && internet_matters
                && prefix.prefix_len() == 0
                && !here.iter().any(|row| row.source == RouteSource::Default)
            {
                let by_user = here.iter().any(|row| row.source == RouteSource::User);
                let standing = Standing::Absent(if by_user { Absence::ReplacedByBoth } else { Absence::Replaced });
                entries.push(Entry { prefix, row: None, standing, cause: Cause::Internet });
            }
            if by_gateway {
                continue;
            }
            let is_asked = self.asked == Asked::Prefix(prefix);
            let matters = decided.is_none_or(|decided| decided.prefix_len() <= prefix.prefix_len()) || is_asked;
            let class = around.iter().find(|(known, _)| *known == prefix).map(|(_, class)| *class);
            match class {
                Some(class)
                    if self.reasons.extent == Extent::Relevant
                        && (!matters || self.goes_without_saying(class, &here)) =>
                {
                    left_out += 1;
                }
                Some(class) => entries.push(self.absent(prefix, class)),
                None if is_asked && here.is_empty() => {
                    let standing = Standing::Absent(Absence::NotHeld);
                    entries.push(Entry { prefix, row: None, standing, cause: Cause::Nothing });
                }
                None => {}
            }
        }
        let nobody = |entry: &Entry| {
            matches!((&entry.standing, &entry.cause), (Standing::Absent(Absence::NotHeld), Cause::Nothing))
        };
        let near = match self.asked {
            Asked::Prefix(_) => entries.iter().any(nobody),
            Asked::Address(_) => decided.is_none() && around.is_empty(),
        };
        let near = near.then(|| Near::around(self.reasons, range));
        if let Asked::Prefix(_) = self.asked {
            inside.sort_by_key(|(prefix, _)| *prefix);
            for (prefix, row) in inside {
                let standing = Standing::TakesPart;
                let cause = self.cause(&row, prefix, false);
                entries.push(Entry { prefix, row: Some(row), standing, cause });
            }
        }
        entries.sort_by_key(|entry| {
            let rank = match entry.standing {
                Standing::Decides => 0,
                Standing::TakesPart => 2,
                _ => 1,
            };
            (rank, Reverse(entry.prefix.prefix_len()), entry.row.is_none())
        });
        Why { asked: self.asked, at: At::Subnet(self.id), entries, near, left_out }
    }

    /// The range of a VNet that has a system row here: nobody expects it from a gateway.
    fn goes_without_saying(&self, class: ClassId, here: &[&Row]) -> bool {
        let system = here.iter().any(|row| row.source == RouteSource::Default && row.state == State::Active);
        let provider = self.topology().vnet(self.id.vnet).provider;
        let relation = provider.and_then(|host| self.reasons.ribs.class(class).relation(host));
        system && (provider.is_none() || matches!(relation, Some(Relation::OwnRange | Relation::TransitRange)))
    }

    /// Of active rows of one prefix: one of the subnet's own before one of a gateway, and the last of its own.
    fn winner<'r>(&self, rows: &[&'r Row]) -> Option<&'r Row> {
        let active = |row: &&&'r Row| row.state == State::Active;
        let own = rows.iter().rfind(|row| active(row) && row.source != RouteSource::VirtualNetworkGateway);
        own.or_else(|| rows.iter().find(active)).copied()
    }

    fn topology(&self) -> &Topology {
        self.reasons.topology
    }

    fn cause(&self, row: &Row, prefix: Ipv4Net, told: bool) -> Cause {
        let vnet = self.topology().vnet(self.id.vnet);
        match (row.source, row.next_hop_type) {
            (RouteSource::User, _) => self.user_route(prefix),
            (RouteSource::VirtualNetworkGateway, _) => match (vnet.provider, row.class) {
                (Some(host), Some(class)) => self.by_gateway(host, class, told),
                _ => Cause::Nothing,
            },
            (RouteSource::Default, NextHopType::VnetLocal) => Cause::OwnRange(self.id.vnet),
            (RouteSource::Default, NextHopType::VNetPeering | NextHopType::VNetGlobalPeering) => {
                let named = |remote: VnetId| row.name.as_deref() == Some(self.topology().vnet(remote).name.as_str());
                let link = vnet
                    .links
                    .iter()
                    .position(|link| link.connected && named(link.remote) && link.remote_ranges.contains(&prefix));
                link.map_or(Cause::Nothing, |link| Cause::PeeredRange(self.id.vnet, link))
            }
            (RouteSource::Default, NextHopType::InterfaceEndpoint) => self.endpoint(row, prefix),
            (RouteSource::Default, NextHopType::None) => Cause::NoneRange,
            (RouteSource::Default, _) => Cause::Internet,
        }
    }

    fn user_route(&self, prefix: Ipv4Net) -> Cause {
        let Some(table) = self.topology().subnet(self.id).route_table else { return Cause::Nothing };
        let routes = &self.topology().route_tables[table.index()].routes;
        let place = routes.iter().position(|route| route.prefix == UserPrefix::Range(IpNet::V4(prefix)));
        place.map_or(Cause::Nothing, |place| Cause::User(table, place))
    }

    fn endpoint(&self, row: &Row, prefix: Ipv4Net) -> Cause {
        let topology = self.topology();
        for id in topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet)) {
            let here = topology.reaches(self.id.vnet, prefix.network());
            let endpoints = &topology.subnet(id).private_endpoints;
            let named = endpoints.iter().position(|endpoint| {
                endpoint.address == prefix.network() && row.name.as_deref() == Some(endpoint.name.as_str())
            });
            if let Some(place) = named.filter(|_| here) {
                return Cause::Endpoint(id, place);
            }
        }
        Cause::Nothing
    }

    fn by_gateway(&self, host: VnetId, class: ClassId, told: bool) -> Cause {
        let told = told || self.reasons.extent == Extent::Everything;
        let proof = match programmed(self.topology(), self.reasons.ribs, host, class) {
            Programmed::Route(choice) => Proof::of_choice(self.reasons, class, &choice, told),
            _ => Proof::at_host(self.reasons, class, host),
        };
        Cause::Gateway(Box::new(GatewayCause { host, class, proof, told }))
    }

    /// An entry that is announced somewhere and is no row here.
    fn absent(&self, prefix: Ipv4Net, class: ClassId) -> Entry {
        let topology = self.topology();
        let (absence, cause) = match topology.vnet(self.id.vnet).provider {
            None => (Absence::NoProvider, Cause::Originated(class)),
            Some(host) => match (programmed(topology, self.reasons.ribs, host, class), self.refusing(prefix)) {
                (Programmed::Refused(relation), _) => {
                    (Absence::RefusedByHost(host, relation), Cause::Originated(class))
                }
                (Programmed::Nothing, _) => (Absence::NotHeld, self.by_gateway(host, class, true)),
                (Programmed::Route(_), Some(range)) => (Absence::InRange(range), self.by_gateway(host, class, true)),
                (Programmed::Route(_), None) => {
                    let table = topology.subnet(self.id).route_table;
                    let absence = table.map_or(Absence::NotHeld, Absence::PropagationOff);
                    (absence, self.by_gateway(host, class, true))
                }
            },
        };
        Entry { prefix, row: None, standing: Standing::Absent(absence), cause }
    }

    fn refusing(&self, prefix: Ipv4Net) -> Option<RefusingRange> {
        let ranges = self.reasons.tables.refusing(self.id.vnet);
        ranges.into_iter().find(|refusing| refusing.range.contains(&prefix))
    }
}

impl Entry {
    /// The next hops of its row.
    pub fn hops(&self) -> &[Hop] {
        self.row.as_ref().map_or(&[], |row| row.next_hops.as_slice())
    }
}
