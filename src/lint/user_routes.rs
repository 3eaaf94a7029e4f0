//! What several rules ask about user-defined routes: which tables are in use, where their leaves are written, who has the address of
//! a next hop, and which way a packet takes with or without a route.

use super::context::Context;
use crate::azure::system_routes;
use crate::azure::facts::Fact;
use crate::effective::{Hop, NextHopType, RouteSource, Row, RowPrefix, State, SubnetTable};
use crate::source::Span;
use crate::syntax::document::{self as written, Named};
use crate::topology::{
    RouteTable, RouterId, RouterKind, SubnetId, Topology, UserNextHop, UserPrefix, UserRoute, VnetId,
};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// A route table that some subnet uses.
pub(super) struct UsedTable<'a> {
    /// The table.
    pub(super) table: &'a RouteTable,
    /// The table as written.
    pub(super) written: &'a Named<written::RouteTable>,
    /// The subnets that use it, in file order; never empty.
    pub(super) subnets: Vec<SubnetId>,
}

/// A route of a table, with what was written.
#[derive(Clone, Copy)]
pub(super) struct TableRoute<'a> {
    /// The route.
    pub(super) route: &'a UserRoute,
    /// The route as written.
    pub(super) written: &'a Named<written::UserRoute>,
}

impl<'a> UsedTable<'a> {
    /// `route_tables.app`.
    pub(super) fn path(&self) -> String {
        format!("route_tables.{}", self.table.name)
    }

    /// `route_tables.app.routes.default`.
    pub(super) fn route_path(&self, route: &UserRoute) -> String {
        format!("{}.routes.{}", self.path(), route.name)
    }

    /// Its routes in file order.
    pub(super) fn routes(&self) -> impl Iterator<Item = TableRoute<'a>> + use<'a> {
        let both = self.table.routes.iter().zip(&self.written.body.routes);
        both.map(|(route, written)| TableRoute { route, written })
    }

    /// The route of this name.
    pub(super) fn named(&self, name: &str) -> Option<TableRoute<'a>> {
        self.routes().find(|route| route.route.name == name)
    }

    /// Its routes by range; of two with the same range the later one.
    pub(super) fn by_range(&self) -> BTreeMap<Ipv4Net, &'a UserRoute> {
        self.routes().filter_map(|route| Some((route.range()?, route.route))).collect()
    }

    /// The VNets in which it is used.
    pub(super) fn vnets(&self) -> BTreeSet<VnetId> {
        self.subnets.iter().map(|subnet| subnet.vnet).collect()
    }

    /// The subnets that use it in the VNets for which `wanted` holds; asked once a VNet.
    pub(super) fn subnets_in(&self, wanted: impl Fn(VnetId) -> bool) -> Vec<SubnetId> {
        let vnets: BTreeSet<VnetId> = self.vnets().into_iter().filter(|vnet| wanted(*vnet)).collect();
        self.subnets.iter().copied().filter(|subnet| vnets.contains(&subnet.vnet)).collect()
    }

    /// One subnet for each VNet: the tables of subnets of one VNet that share a route table differ in nothing that routes ask.
    pub(super) fn one_per_vnet(&self) -> Vec<SubnetId> {
        let mut seen = BTreeSet::new();
        self.subnets.iter().copied().filter(|subnet| seen.insert(subnet.vnet)).collect()
    }

    /// Routes to appliances by address of the next hop, each with its routes in file order.
    pub(super) fn by_appliance(&self) -> BTreeMap<Ipv4Addr, Vec<TableRoute<'a>>> {
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
    pub(super) fn range(&self) -> Option<Ipv4Net> {
        match &self.route.prefix {
            UserPrefix::Range(IpNet::V4(range)) => Some(*range),
            _ => None,
        }
    }

    /// The range or the service tag, as printed.
    pub(super) fn prefix(&self) -> String {
        match &self.route.prefix {
            UserPrefix::Range(range) => range.to_string(),
            UserPrefix::ServiceTag(tag) => tag.clone(),
        }
    }

    /// The address of its next hop.
    pub(super) fn appliance(&self) -> Option<Ipv4Addr> {
        match self.route.next_hop {
            UserNextHop::VirtualAppliance(address) => Some(address),
            _ => None,
        }
    }

    /// Where it sends: `10.0.1.4`, `Internet`.
    pub(super) fn sends_to(&self) -> String {
        next_hop_text(self.route.next_hop)
    }

    /// Where its prefix is written.
    pub(super) fn prefix_span(&self) -> Span {
        self.written.body.prefix.span
    }

    /// Where its next hop is written.
    pub(super) fn next_hop_span(&self) -> Span {
        self.written.body.next_hop.span
    }
}

/// Where a user-defined route sends, as it is written.
pub(super) fn next_hop_text(next_hop: UserNextHop) -> String {
    match next_hop {
        UserNextHop::VirtualAppliance(address) => address.to_string(),
        UserNextHop::VnetLocal => "VnetLocal".into(),
        UserNextHop::Internet => "Internet".into(),
        UserNextHop::VirtualNetworkGateway => "VirtualNetworkGateway".into(),
        UserNextHop::None => "None".into(),
    }
}

/// The next hops of a gateway row, for a sentence.
pub(super) fn hops_text(hops: &[Hop]) -> String {
    let word = |hop: &Hop| match hop {
        Hop::Address(address) => address.to_string(),
        Hop::ExpressRouteFabric => "the ExpressRoute gateway".into(),
        Hop::GatewayPublicAddress => "the VPN gateway".into(),
    };
    let mut words: Vec<String> = hops.iter().map(word).collect();
    words.dedup();
    words.join(" and ")
}

/// At most this many names stand in a list.
const LISTED: usize = 5;

/// `` `a`, `b` and 3 more ``.
pub(super) fn some_of(names: impl IntoIterator<Item = String>) -> String {
    let names: Vec<String> = names.into_iter().collect();
    let shown = if names.len() > LISTED + 1 { LISTED } else { names.len() };
    let mut text = crate::words::all_of(names[..shown].iter().map(String::as_str));
    if shown < names.len() {
        text = names[..shown].iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!(" and {} more", names.len() - shown));
    }
    text
}

/// Who has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A NIC of an NVA.
    Nva(RouterId),
    /// The load balancer of that index.
    LoadBalancer(usize),
}

/// The addresses of NVAs and load balancers, by VNet.
pub(super) struct Appliances<'a> {
    topology: &'a Topology,
    holders: BTreeMap<(VnetId, Ipv4Addr), Holder>,
}

impl Appliances<'_> {
    /// Who has an address in a VNet.
    pub(super) fn at(&self, vnet: VnetId, address: Ipv4Addr) -> Option<Holder> {
        self.holders.get(&(vnet, address)).copied()
    }

    /// The NVAs that get what is sent to an address.
    pub(super) fn behind(&self, vnet: VnetId, address: Ipv4Addr) -> Vec<RouterId> {
        match self.at(vnet, address) {
            Some(Holder::Nva(router)) => vec![router],
            Some(Holder::LoadBalancer(index)) => self.topology.load_balancers[index].backends.clone(),
            None => Vec::new(),
        }
    }

    /// An appliance in a VNet, with its address.
    pub(super) fn in_vnet(&self, vnet: VnetId) -> Option<(&str, Ipv4Addr)> {
        let lowest = Ipv4Addr::UNSPECIFIED;
        let (_, address) = *self.holders.range((vnet, lowest)..).next().filter(|((owner, _), _)| *owner == vnet)?.0;
        Some((self.name(self.holders[&(vnet, address)]), address))
    }

    /// An appliance in a VNet or in one that a connected peering joins to it.
    pub(super) fn in_reach(&self, from: VnetId) -> Option<(&str, Ipv4Addr)> {
        let peers = self.topology.vnet(from).links.iter().filter(|link| link.connected).map(|link| link.remote);
        std::iter::once(from)
            .chain(peers)
            .filter_map(|vnet| self.in_vnet(vnet))
            .find(|(_, address)| self.topology.reaches(from, *address))
    }

    fn name(&self, holder: Holder) -> &str {
        match holder {
            Holder::Nva(router) => &self.topology.router(router).name,
            Holder::LoadBalancer(index) => &self.topology.load_balancers[index].name,
        }
    }
}

/// What decides over a packet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way<'a> {
    /// The VNet's own range.
    Local,
    /// A peering.
    Peering,
    /// A route of a gateway or a route server.
    Gateway(Vec<Hop>),
    /// A user-defined route.
    User(&'a str, UserNextHop),
    /// The system route to the internet.
    Internet,
    /// A reserved range that nothing routes.
    Nowhere,
}

impl Way<'_> {
    /// Whether it leads to an end that the estate knows.
    pub(super) fn arrives(&self) -> bool {
        !matches!(self, Way::Internet | Way::Nowhere | Way::User(_, UserNextHop::None | UserNextHop::Internet))
    }
}

impl<'a> Context<'a> {
    /// The route tables that some subnet uses, in file order.
    pub(super) fn used_tables(&self) -> Vec<UsedTable<'a>> {
        let tables = self.topology.route_tables.iter().zip(&self.document.route_tables);
        let all = tables.zip(self.subnets_of_tables());
        all.map(|((table, written), subnets)| UsedTable { table, written, subnets })
            .filter(|used| !used.subnets.is_empty())
            .collect()
    }

    /// The table that a subnet uses.
    pub(super) fn table_of(&self, subnet: SubnetId) -> Option<UsedTable<'a>> {
        let id = self.topology.subnet(subnet).route_table?.index();
        let (table, written) = (&self.topology.route_tables[id], &self.document.route_tables[id]);
        Some(UsedTable { table, written, subnets: vec![subnet] })
    }

    /// Every subnet of this name.
    pub(super) fn subnets_named(&self, name: &str) -> Vec<SubnetId> {
        self.topology.vnet_ids().filter_map(|vnet| self.subnet_named(vnet, name)).collect()
    }

    /// ``subnets `hub/app` and `hub/web` ``.
    pub(super) fn subnets_text(&self, subnets: &[SubnetId]) -> String {
        let noun = if subnets.len() == 1 { "subnet" } else { "subnets" };
        format!("{noun} {}", some_of(subnets.iter().map(|id| self.topology.subnet_name(*id))))
    }

    /// The VNet, the own or one that a connected peering joins to it, in which an address lies.
    pub(super) fn vnet_of_address(&self, from: VnetId, address: Ipv4Addr) -> Option<VnetId> {
        let vnet = self.topology.vnet(from);
        let inside = |ranges: &[Ipv4Net]| ranges.iter().any(|range| range.contains(&address));
        if inside(&vnet.ranges) {
            return Some(from);
        }
        let mut links = vnet.links.iter().filter(|link| link.connected);
        links.find(|link| inside(&link.remote_ranges)).map(|link| link.remote)
    }

    /// Who has which address.
    pub(super) fn appliances(&self) -> Appliances<'a> {
        let mut holders = BTreeMap::new();
        for id in self.routers() {
            let router = self.topology.router(id);
            let RouterKind::Nva { subnet, interfaces } = &router.kind else { continue };
            let first = router.address.map(|address| (subnet.vnet, address));
            let others = interfaces.iter().map(|(subnet, address)| (subnet.vnet, *address));
            holders.extend(first.into_iter().chain(others).map(|place| (place, Holder::Nva(id))));
        }
        for (index, balancer) in self.topology.load_balancers.iter().enumerate() {
            holders.insert((balancer.subnet.vnet, balancer.address), Holder::LoadBalancer(index));
        }
        Appliances { topology: self.topology, holders }
    }

    /// The subnets in which an NVA has a NIC.
    pub(super) fn subnets_with_nvas(&self) -> BTreeSet<SubnetId> {
        let mut subnets = BTreeSet::new();
        for router in &self.topology.routers {
            if let RouterKind::Nva { subnet, interfaces } = &router.kind {
                subnets.insert(*subnet);
                subnets.extend(interfaces.iter().map(|(subnet, _)| *subnet));
            }
        }
        subnets
    }

    /// Which way packets to a range take from a subnet whose table has `routes`; `without` is left out. Longer routes inside the range
    /// do not count.
    pub(super) fn way<'r>(
        &self,
        subnet: SubnetId,
        routes: &BTreeMap<Ipv4Net, &'r UserRoute>,
        to: Ipv4Net,
        without: Option<&UserRoute>,
    ) -> Way<'r> {
        let table = self.table(subnet);
        let vnet = self.topology.vnet(subnet.vnet);
        let longest = |ranges: &mut dyn Iterator<Item = &Ipv4Net>| {
            ranges.filter(|range| range.contains(&to)).map(Ipv4Net::prefix_len).max()
        };
        let own = longest(&mut vnet.ranges.iter());
        let links = vnet.links.iter().filter(|link| link.connected);
        let peered = longest(&mut links.flat_map(|link| &link.remote_ranges));
        let system = own.max(peered);
        for length in (system.unwrap_or(0)..=to.prefix_len()).rev() {
            let Ok(range) = Ipv4Net::new(to.network(), length).map(|range| range.trunc()) else { continue };
            let user = routes.get(&range).filter(|route| !without.is_some_and(|out| std::ptr::eq(**route, out)));
            if let Some(route) = user {
                return Way::User(&route.name, route.next_hop);
            }
            if let Some(row) = table.gateway_row(range) {
                return Way::Gateway(row.next_hops);
            }
        }
        if system.is_some() {
            return if own >= peered { Way::Local } else { Way::Peering };
        }
        let reserved = system_routes::none_ranges(self.topology.facts.value(Fact::NoneRoutes));
        if reserved.iter().any(|range| range.contains(&to)) { Way::Nowhere } else { Way::Internet }
    }
}

/// The row of a subnet's own, active rows that decides over an address; gateway rows are not looked at, for none lies in a VNet.
pub(super) fn own_row(table: &SubnetTable, address: Ipv4Addr) -> Option<&Row> {
    let covering = table.own_rows().filter(|row| row.state == State::Active).filter_map(|row| match &row.prefix {
        RowPrefix::Range(range) if range.contains(&address) => Some((range.prefix_len(), row)),
        _ => None,
    });
    covering.max_by_key(|(length, row)| (*length, row.source)).map(|(_, row)| row)
}

/// The user-defined route to an appliance or to nowhere that decides over one of these addresses.
pub(super) fn steered(table: &SubnetTable, addresses: impl IntoIterator<Item = Ipv4Addr>) -> Option<&Row> {
    let mut rows = addresses.into_iter().filter_map(|address| own_row(table, address));
    rows.find(|row| {
        row.source == RouteSource::User && matches!(row.next_hop_type, NextHopType::VirtualAppliance | NextHopType::None)
    })
}
