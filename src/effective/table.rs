//! The table of one subnet.

use super::gateway::{GatewayRoute, GatewayRoutes};
use super::row::{Hop, InvalidReason, NextHopType, RouteSource, Row, RowPrefix, State};
use crate::azure::facts::{Fact, FactSet};
use crate::azure::system_routes;
use crate::bgp::Ribs;
use crate::topology::{EndpointPolicies, RouteTable, SubnetId, Topology, UserNextHop, UserPrefix, UserRoute, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// The tables of every subnet. What gateways program is computed once per VNet that hosts any, and shared.
#[derive(Debug)]
pub struct Tables<'a> {
    topology: &'a Topology,
    gateway_routes: BTreeMap<VnetId, Arc<GatewayRoutes>>,
    none_ranges: Vec<Ipv4Net>,
}

/// A range at or inside which a VNet refuses gateway routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusingRange {
    /// The range.
    pub range: Ipv4Net,
    /// The VNet that has it.
    pub owner: VnetId,
    /// The VNet that has it or is peered with its owner.
    pub seen_by: VnetId,
}

/// The table of one subnet: rows of its own, and a share of what gateways program.
#[derive(Debug, Clone)]
pub struct SubnetTable {
    /// Propagation is switched off.
    pub propagation_disabled: bool,
    before: Vec<Row>,
    gateway: Option<GatewayShare>,
    after: Vec<Row>,
}

/// The part of a gateway list that a subnet takes.
#[derive(Debug, Clone)]
struct GatewayShare {
    routes: Arc<GatewayRoutes>,
    hidden: Arc<BTreeSet<u32>>,
    overridden: BTreeMap<u32, String>,
}

/// Gateway rows of one subnet that differ in their prefix only.
#[derive(Debug, Clone)]
pub struct GatewayRun {
    /// The first of them.
    pub first: Row,
    indexes: Vec<u32>,
}

impl GatewayRun {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.indexes.len()
    }
}

impl GatewayShare {
    fn row(&self, index: u32) -> Row {
        let route = &self.routes.routes()[index as usize];
        Row {
            source: RouteSource::VirtualNetworkGateway,
            state: match self.overridden.get(&index) {
                Some(name) => State::Invalid(InvalidReason::OverriddenBy(name.clone())),
                None => State::Active,
            },
            prefix: RowPrefix::Range(route.prefix),
            next_hop_type: NextHopType::VirtualNetworkGateway,
            next_hops: route.hops.clone(),
            name: None,
            rests_on: route.rests_on,
            class: Some(route.class),
        }
    }
}

impl<'a> Tables<'a> {
    /// Computes what gateways and route servers program.
    pub fn new(topology: &'a Topology, ribs: &Ribs) -> Self {
        let hosts = topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing());
        let gateway_routes = hosts.map(|host| (host, Arc::new(GatewayRoutes::of(topology, ribs, host)))).collect();
        let none_ranges = system_routes::none_ranges(topology.facts.value(Fact::NoneRoutes));
        Tables { topology, gateway_routes, none_ranges }
    }

    /// Open facts for which a route is not programmed.
    pub fn withheld(&self) -> FactSet {
        self.gateway_routes.values().fold(FactSet::default(), |facts, routes| facts.union(routes.withheld()))
    }

    /// What the gateways and the route server of a VNet program.
    pub fn gateway_routes(&self, host: VnetId) -> Option<&Arc<GatewayRoutes>> {
        self.gateway_routes.get(&host)
    }

    /// The tables of all subnets of a VNet, in file order.
    pub fn of_vnet(&self, vnet: VnetId) -> Vec<(SubnetId, SubnetTable)> {
        let hidden = self.hidden(vnet);
        self.topology.subnet_ids(vnet).map(|id| (id, self.build(id, &hidden))).collect()
    }

    /// The table of one subnet.
    pub fn of_subnet(&self, id: SubnetId) -> SubnetTable {
        self.build(id, &self.hidden(id.vnet))
    }

    /// Gateway routes that a VNet refuses: equal to or inside its own ranges or those of a peered VNet
    /// (route injection in spokes page, 2025-02-10; github.com/fabferri/az-pattern, 2021).
    fn hidden(&self, id: VnetId) -> Option<(Arc<GatewayRoutes>, Arc<BTreeSet<u32>>)> {
        let routes = self.gateway_routes.get(&self.topology.vnet(id).provider?)?;
        let hidden = self.refusing(id).iter().flat_map(|refusing| routes.inside(refusing.range)).collect();
        Some((Arc::clone(routes), Arc::new(hidden)))
    }

    /// The ranges at or inside which a VNet refuses gateway routes.
    pub fn refusing(&self, id: VnetId) -> Vec<RefusingRange> {
        let vnet = self.topology.vnet(id);
        let own = vnet.ranges.iter().map(|range| RefusingRange { range: *range, owner: id, seen_by: id });
        let mut ranges: Vec<RefusingRange> = own.collect();
        let wide = self.topology.facts.is(Fact::InjectionFilter, "route_server");
        let provider = vnet.provider.filter(|provider| wide && *provider != id);
        for seen_by in std::iter::once(id).chain(provider) {
            for link in self.topology.vnet(seen_by).links.iter().filter(|link| link.connected) {
                let remote = link.remote_ranges.iter();
                ranges.extend(remote.map(|range| RefusingRange { range: *range, owner: link.remote, seen_by }));
            }
        }
        ranges
    }

    fn build(&self, id: SubnetId, hidden: &Option<(Arc<GatewayRoutes>, Arc<BTreeSet<u32>>)>) -> SubnetTable {
        let subnet = self.topology.subnet(id);
        let route_table = subnet.route_table.map(|table| &self.topology.route_tables[table.index()]);
        let propagation = route_table.is_none_or(|table| table.propagation);
        let user = UserRoutes::of(route_table);
        let gateway = hidden.as_ref().filter(|_| propagation).map(|(routes, hidden)| {
            let overridden = user
                .by_prefix
                .iter()
                .filter_map(|(prefix, route)| Some((routes.position(*prefix)?, route.name.clone())));
            GatewayShare { routes: Arc::clone(routes), hidden: Arc::clone(hidden), overridden: overridden.collect() }
        });
        let mut rows = Rows { tables: self, id, user: &user, gateway: gateway.as_ref(), rows: Vec::new() };
        rows.local_and_peered();
        let before = std::mem::take(&mut rows.rows);
        rows.internet_and_none();
        rows.user_defined(route_table);
        rows.endpoints();
        let after = rows.rows;
        SubnetTable { propagation_disabled: !propagation, before, gateway, after }
    }
}

impl SubnetTable {
    /// All rows: local and peered ranges, gateway routes, Internet and None, user-defined routes, endpoints.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.before.iter().cloned().chain(self.gateway_rows()).chain(self.after.iter().cloned())
    }

    /// The rows that gateways and route servers brought.
    pub fn gateway_rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.shown().map(|(share, index)| share.row(index))
    }

    /// The gateway rows that differ in their prefix only, as one; in order of the first prefix of each.
    pub fn gateway_runs(&self) -> Vec<GatewayRun> {
        let mut runs: Vec<GatewayRun> = Vec::new();
        let mut places: BTreeMap<(&[Hop], FactSet), usize> = BTreeMap::new();
        for (share, index) in self.shown() {
            let route = &share.routes.routes()[index as usize];
            let overridden = share.overridden.contains_key(&index);
            let known = places.get(&(route.hops.as_slice(), route.rests_on)).filter(|_| !overridden);
            match known {
                Some(place) => runs[*place].indexes.push(index),
                None => {
                    if !overridden {
                        places.insert((&route.hops, route.rests_on), runs.len());
                    }
                    runs.push(GatewayRun { first: share.row(index), indexes: vec![index] });
                }
            }
        }
        runs
    }

    /// The rows of a run of this table.
    pub fn rows_of_run<'s>(&'s self, run: &'s GatewayRun) -> impl Iterator<Item = Row> + 's {
        self.gateway.iter().flat_map(|share| run.indexes.iter().map(|index| share.row(*index)))
    }

    /// The gateway row of exactly this prefix.
    pub fn gateway_row(&self, prefix: Ipv4Net) -> Option<Row> {
        let share = self.gateway.as_ref()?;
        let index = share.routes.position(prefix)?;
        (!share.hidden.contains(&index)).then(|| share.row(index))
    }

    /// The gateway routes that take part in longest-prefix match, in order of prefix.
    pub fn active_gateway_routes(&self) -> impl Iterator<Item = &GatewayRoute> {
        let active = self.shown().filter(|(share, index)| !share.overridden.contains_key(index));
        active.map(|(share, index)| &share.routes.routes()[index as usize])
    }

    /// The list that gateways and route servers program, and the indexes of the routes of it that do not count here: refused by the
    /// VNet, or overridden by a user-defined route that is not used itself. Subnets with the same list and the same indexes share them.
    pub fn gateway_list(&self) -> Option<(&Arc<GatewayRoutes>, Arc<BTreeSet<u32>>)> {
        let share = self.gateway.as_ref()?;
        let active: BTreeSet<&RowPrefix> =
            self.own_rows().filter(|row| row.state == State::Active).map(|row| &row.prefix).collect();
        let prefix = |index: &u32| RowPrefix::Range(share.routes.routes()[*index as usize].prefix);
        let unused = share.overridden.keys().filter(|index| !active.contains(&prefix(index)));
        let unused: Vec<u32> = unused.copied().collect();
        let left_out = match unused.is_empty() {
            true => Arc::clone(&share.hidden),
            false => Arc::new(share.hidden.iter().copied().chain(unused).collect()),
        };
        Some((&share.routes, left_out))
    }

    fn shown(&self) -> impl Iterator<Item = (&GatewayShare, u32)> {
        self.gateway.iter().flat_map(|share| {
            let indexes = 0..share.routes.routes().len() as u32;
            indexes.filter(|index| !share.hidden.contains(index)).map(move |index| (share, index))
        })
    }

    /// The row that decides a packet: the longest Active prefix that holds the address. Rows of services have no known range and take
    /// no part.
    pub fn decide(&self, address: Ipv4Addr) -> Option<Row> {
        let active = |row: &&Row| row.state == State::Active;
        let length = |row: &Row| match &row.prefix {
            RowPrefix::Range(range) if range.contains(&address) => Some(range.prefix_len()),
            _ => None,
        };
        let own = self.own_rows().filter(active).filter_map(|row| Some((length(row)?, row)));
        let own = own.max_by_key(|(length, _)| *length);
        let gateway = self.gateway.as_ref().and_then(|share| {
            let index = share
                .routes
                .covering(address)
                .into_iter()
                .rev()
                .find(|index| !share.hidden.contains(index) && !share.overridden.contains_key(index))?;
            Some((share.routes.routes()[index as usize].prefix.prefix_len(), share, index))
        });
        match (own, gateway) {
            (Some((own, row)), Some((length, ..))) if own >= length => Some(row.clone()),
            (_, Some((_, share, index))) => Some(share.row(index)),
            (own, None) => own.map(|(_, row)| row.clone()),
        }
    }

    /// Every row but those of gateways.
    pub fn own_rows(&self) -> impl Iterator<Item = &Row> {
        self.before.iter().chain(&self.after)
    }

    /// How many rows gateways and route servers brought.
    pub fn gateway_row_count(&self) -> usize {
        self.gateway.as_ref().map_or(0, |share| share.routes.routes().len() - share.hidden.len())
    }

    /// True when two subnets of one VNet have the same table.
    pub fn same_as(&self, other: &SubnetTable) -> bool {
        let overridden = |table: &SubnetTable| table.gateway.as_ref().map(|share| share.overridden.clone());
        self.propagation_disabled == other.propagation_disabled
            && self.before == other.before
            && self.after == other.after
            && overridden(self) == overridden(other)
    }
}

/// A subnet's user-defined routes by prefix.
struct UserRoutes<'a> {
    by_prefix: BTreeMap<Ipv4Net, &'a UserRoute>,
}

impl<'a> UserRoutes<'a> {
    fn of(table: Option<&'a RouteTable>) -> Self {
        let routes = table.iter().flat_map(|table| &table.routes);
        let range = |route: &'a UserRoute| match &route.prefix {
            UserPrefix::Range(IpNet::V4(prefix)) => Some((*prefix, route)),
            _ => None,
        };
        UserRoutes { by_prefix: routes.filter_map(range).collect() }
    }

    /// The state of a system row that an equal user-defined route overrides.
    fn state(&self, prefix: Ipv4Net) -> State {
        match self.by_prefix.get(&prefix) {
            Some(route) => State::Invalid(InvalidReason::OverriddenBy(route.name.clone())),
            None => State::Active,
        }
    }
}

fn default_route() -> Ipv4Net {
    Ipv4Net::default()
}

struct Rows<'a> {
    tables: &'a Tables<'a>,
    id: SubnetId,
    user: &'a UserRoutes<'a>,
    gateway: Option<&'a GatewayShare>,
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn topology(&self) -> &Topology {
        self.tables.topology
    }

    fn system(&mut self, prefix: RowPrefix, next_hop_type: NextHopType, state: State, name: Option<String>) {
        let source = RouteSource::Default;
        let row = Row {
            source,
            state,
            prefix,
            next_hop_type,
            next_hops: Vec::new(),
            name,
            rests_on: FactSet::default(),
            class: None,
        };
        self.rows.push(row);
    }

    fn local_and_peered(&mut self) {
        let tables = self.tables;
        let vnet = tables.topology.vnet(self.id.vnet);
        for range in &vnet.ranges {
            self.system(RowPrefix::Range(*range), NextHopType::VnetLocal, self.user.state(*range), None);
        }
        for link in vnet.links.iter().filter(|link| link.connected) {
            let kind = if link.global { NextHopType::VNetGlobalPeering } else { NextHopType::VNetPeering };
            for range in &link.remote_ranges {
                let name = Some(tables.topology.vnet(link.remote).name.clone());
                self.system(RowPrefix::Range(*range), kind, self.user.state(*range), name);
            }
        }
    }

    /// Whether gateways brought exactly this prefix to this subnet.
    fn has_gateway_route(&self, prefix: Ipv4Net) -> bool {
        let place = self.gateway.and_then(|share| Some((share, share.routes.position(prefix)?)));
        place.is_some_and(|(share, place)| !share.hidden.contains(&place))
    }

    fn internet_and_none(&mut self) {
        let (default, facts) = (default_route(), &self.tables.topology.facts);
        let (by_user, by_gateway) = (self.user.by_prefix.get(&default), self.has_gateway_route(default));
        let overridden = by_user.map(|route| State::Invalid(InvalidReason::OverriddenBy(route.name.clone())));
        let state = match (overridden, by_gateway) {
            (None, false) => State::Active,
            (None, true) => return,
            (Some(state), false) => state,
            (Some(state), true) if facts.is(Fact::InternetRowUnderBoth, "invalid") => state,
            (Some(_), true) => return,
        };
        let active = state == State::Active;
        self.system(RowPrefix::Range(default), NextHopType::Internet, state, None);
        if !active {
            return;
        }
        let tables = self.tables;
        let vnet = tables.topology.vnet(self.id.vnet);
        let peered =
            |range: &Ipv4Net| vnet.links.iter().any(|link| link.connected && link.remote_ranges.contains(range));
        for range in &tables.none_ranges {
            let partly = vnet.ranges.iter().any(|own| range.contains(own));
            let removed = partly && tables.topology.facts.is(Fact::NoneRowsOfWiderRanges, "removed");
            let claimed = removed
                || vnet.covers(*range)
                || peered(range)
                || self.user.by_prefix.contains_key(range)
                || self.has_gateway_route(*range);
            if !claimed {
                self.system(RowPrefix::Range(*range), NextHopType::None, State::Active, None);
                if let Some(row) = self.rows.last_mut() {
                    row.rests_on.insert(Fact::NoneRoutes);
                }
            }
        }
    }

    fn user_defined(&mut self, table: Option<&RouteTable>) {
        for route in table.iter().flat_map(|table| &table.routes) {
            let prefix = match &route.prefix {
                UserPrefix::Range(IpNet::V4(prefix)) => RowPrefix::Range(*prefix),
                UserPrefix::Range(IpNet::V6(_)) => continue,
                UserPrefix::ServiceTag(tag) => RowPrefix::Service(tag.clone()),
            };
            let (next_hop_type, next_hops) = match route.next_hop {
                UserNextHop::VirtualAppliance(address) => (NextHopType::VirtualAppliance, vec![Hop::Address(address)]),
                UserNextHop::VnetLocal => (NextHopType::VnetLocal, Vec::new()),
                UserNextHop::Internet => (NextHopType::Internet, Vec::new()),
                UserNextHop::VirtualNetworkGateway => (NextHopType::VirtualNetworkGateway, Vec::new()),
                UserNextHop::None => (NextHopType::None, Vec::new()),
            };
            let (state, mut rests_on) = self.user_state(route);
            if prefix == RowPrefix::Range(default_route()) && self.has_gateway_route(default_route()) {
                rests_on.insert(Fact::InternetRowUnderBoth);
            }
            let name = Some(route.name.clone());
            self.rows.push(Row {
                source: RouteSource::User,
                state,
                prefix,
                next_hop_type,
                next_hops,
                name,
                rests_on,
                class: None,
            });
        }
    }

    fn user_state(&self, route: &UserRoute) -> (State, FactSet) {
        let facts = &self.topology().facts;
        let vnet = self.topology().vnet(self.id.vnet);
        match route.next_hop {
            UserNextHop::VirtualNetworkGateway => {
                let vpn = vnet.provider.is_some_and(|host| self.topology().vnet(host).vpn_gateway.is_some());
                if vpn {
                    return (State::Active, FactSet::default());
                }
                let invalid = facts.is(Fact::GatewayNextHopWithoutVpn, "invalid");
                let state = if invalid { State::Invalid(InvalidReason::NoVpnGateway) } else { State::Active };
                (state, FactSet::of(Fact::GatewayNextHopWithoutVpn))
            }
            UserNextHop::VirtualAppliance(address) if !self.topology().reaches(self.id.vnet, address) => {
                let invalid = facts.is(Fact::UnreachableNextHop, "invalid");
                let state = if invalid { State::Invalid(InvalidReason::UnreachableNextHop) } else { State::Active };
                (state, FactSet::of(Fact::UnreachableNextHop))
            }
            _ => (State::Active, FactSet::default()),
        }
    }

    fn endpoints(&mut self) {
        let tables = self.tables;
        for service in &tables.topology.subnet(self.id).service_endpoints {
            self.system(
                RowPrefix::Service(service.clone()),
                NextHopType::VirtualNetworkServiceEndpoint,
                State::Active,
                None,
            );
        }
        let here = self.id.vnet;
        let vnet = tables.topology.vnet(here);
        let peers: BTreeSet<VnetId> = vnet.links.iter().filter(|link| link.connected).map(|link| link.remote).collect();
        for owner in std::iter::once(self.id.vnet).chain(peers) {
            for subnet in &tables.topology.vnet(owner).subnets {
                // Of a subnet peering only endpoints in the listed subnets are seen.
                let seen =
                    subnet.private_endpoints.iter().filter(|endpoint| tables.topology.reaches(here, endpoint.address));
                for endpoint in seen {
                    let state = self.endpoint_state(owner, endpoint.address, subnet.endpoint_policies);
                    let prefix = RowPrefix::Range(Ipv4Net::from(endpoint.address));
                    self.system(prefix, NextHopType::InterfaceEndpoint, state, Some(endpoint.name.clone()));
                }
            }
        }
    }

    /// An equal user-defined route always wins; with network policies on also one that covers the endpoint and is at least as long as
    /// the range of the endpoint's VNet, which 0.0.0.0/0 never is (private endpoint network policies page, 2023-07-26).
    fn endpoint_state(&self, owner: VnetId, address: Ipv4Addr, policies: EndpointPolicies) -> State {
        if let state @ State::Invalid(_) = self.user.state(Ipv4Net::from(address)) {
            return state;
        }
        if !matches!(policies, EndpointPolicies::Enabled | EndpointPolicies::RouteTableEnabled) {
            return State::Active;
        }
        let space = self.topology().vnet(owner).ranges.iter().find(|range| range.contains(&address));
        let shortest = space.map_or(32, |range| range.prefix_len());
        let covering = self
            .user
            .by_prefix
            .iter()
            .filter(|(prefix, _)| prefix.contains(&address) && prefix.prefix_len() >= shortest);
        match covering.max_by_key(|(prefix, _)| prefix.prefix_len()) {
            Some((_, route)) => State::Invalid(InvalidReason::EndpointCoveredBy(route.name.clone())),
            None => State::Active,
        }
    }
}
