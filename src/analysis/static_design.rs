//! The static design that does what a dynamic one does: the same estate without route servers, and the fewest user-defined routes.
//!
//! What no user-defined route can say is told as a compromise, never silently left out. How tables are written is for `exchange`.

use super::Estate;
use super::aggregate::{DefaultRoute, Endpoint, Label, Wish, decided, fewest_routes};
use super::fate::{Decision, Decisions, Fate, backend_hops};
use super::space::{Range, Space};
use crate::azure::facts::Fact;
use crate::azure::{BASTION_SUBNET, GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::bgp;
use crate::effective::{Hop, NextHopType, RouteSource, Row, RowPrefix, State, SubnetTable, Tables};
use crate::topology::{
    EndpointPolicies, RouteTable, RouteTableId, SubnetId, Topology, UserNextHop, UserPrefix, UserRoute,
};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// Route tables that make the estate without route servers decide as it does with them.
#[derive(Debug, Clone, Default)]
pub struct StaticDesign {
    /// In the order of their first subnet.
    pub tables: Vec<StaticTable>,
    /// Subnets that need no table, in file order.
    pub bare: Vec<SubnetId>,
    /// What the tables cannot say.
    pub compromises: Vec<Compromise>,
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
    /// Only Azure itself sends to a peered VNet or a private endpoint.
    SystemRoute,
    /// GatewaySubnet takes no route for 0.0.0.0/0.
    DefaultRouteOnGatewaySubnet,
    /// The subnet takes no route table.
    NoTableHere,
}

/// Which of the given tables of a subnet: propagation, and whether there is a user-defined default route.
type Mode = (bool, bool);

const MODES: [Mode; 4] = [(true, false), (true, true), (false, false), (false, true)];

/// Computes the tables of the subnets that `wanted` holds; of all when it is none.
pub fn static_design(dynamic: &Estate, wanted: Option<&BTreeSet<SubnetId>>) -> StaticDesign {
    let given = Given::new(&dynamic.topology);
    let mut design = StaticDesign::default();
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

/// The estate without route servers and without user-defined routes.
struct Given {
    topology: Topology,
    /// Tables by mode, VNet and subnet.
    tables: Vec<Vec<Vec<SubnetTable>>>,
}

impl Given {
    fn new(dynamic: &Topology) -> Self {
        let mut topology = dynamic.clone();
        topology.vnets.iter_mut().for_each(|vnet| vnet.route_server = None);
        let span = topology.vnets.first().map(|vnet| vnet.span);
        let ribs = bgp::run(&topology);
        let tables = MODES.map(|(propagation, default_route)| {
            let Some(span) = span else { return Vec::new() };
            let mut variant = topology.clone();
            let route = UserRoute {
                name: "default".into(),
                span,
                prefix: UserPrefix::Range(Ipv4Net::default().into()),
                next_hop: UserNextHop::None,
            };
            let routes = if default_route { vec![route] } else { Vec::new() };
            variant.route_tables = vec![RouteTable { name: "given".into(), span, propagation, routes }];
            let subnets = variant.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets);
            subnets.for_each(|subnet| subnet.route_table = Some(RouteTableId(0)));
            let tables = Tables::new(&variant, &ribs);
            let of_vnet = |vnet| tables.of_vnet(vnet).into_iter().map(|(_, table)| table).collect();
            variant.vnet_ids().map(of_vnet).collect()
        });
        Given { topology, tables: tables.into() }
    }

    fn table(&self, mode: Mode, id: SubnetId) -> &SubnetTable {
        let index = MODES.iter().position(|other| *other == mode).unwrap_or_default();
        &self.tables[index][id.vnet.index()][id.index as usize]
    }
}

/// A subnet and the table it needs.
struct Plan {
    subnet: SubnetId,
    answer: Answer,
}

#[derive(Debug, Clone)]
struct Answer {
    table: Needs,
    compromises: Vec<Compromise>,
    /// What the table has to bring about, so that another one can be tried in its place; none where nothing may be put there.
    check: Option<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Needs {
    propagation: bool,
    routes: Vec<(Ipv4Net, NextHop)>,
    services: Vec<(String, NextHop)>,
}

impl Needs {
    fn is_empty(&self) -> bool {
        self.propagation && self.routes.is_empty() && self.services.is_empty()
    }
}

/// [`UserNextHop`], ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NextHop {
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
struct Check {
    given: [(Vec<(Ipv4Net, Label)>, Vec<Endpoint>); 2],
    propagation: bool,
    otherwise: Label,
    wished: Space<Label>,
    hops: BTreeMap<NextHop, Label>,
    forbids_default: bool,
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

/// What one subnet needs.
struct Question<'a> {
    dynamic: &'a Estate,
    given: &'a Given,
    id: SubnetId,
    fates: Vec<Fate>,
}

/// What is wished of a subnet under one setting of propagation, and what has to give way.
struct Wished {
    space: Space<Label>,
    compromises: Vec<(Label, Label, Why, Vec<Range>)>,
    compromised: u64,
}

impl<'a> Question<'a> {
    fn new(dynamic: &'a Estate, given: &'a Given, id: SubnetId) -> Self {
        Question { dynamic, given, id, fates: Vec::new() }
    }

    fn topology(&self) -> &'a Topology {
        &self.dynamic.topology
    }

    fn name(&self) -> &'a str {
        &self.topology().subnet(self.id).name
    }

    fn label(&mut self, fate: &Fate) -> Label {
        let settled = fate.settled(self.topology(), self.id.vnet);
        let known = self.fates.iter().position(|known| *known == settled);
        known.unwrap_or_else(|| {
            self.fates.push(settled);
            self.fates.len() - 1
        }) as Label
    }

    /// What Azure puts into the subnet by itself: routes, and endpoints that a route may hide.
    fn given(&mut self, mode: Mode) -> (Vec<(Ipv4Net, Label)>, Vec<Endpoint>) {
        let table = self.given.table(mode, self.id);
        let (mut routes, mut endpoints) = (Vec::new(), Vec::new());
        let system = |row: &&Row| row.state == State::Active && row.source != RouteSource::User;
        for row in table.own_rows().filter(system) {
            let RowPrefix::Range(prefix) = row.prefix else { continue };
            let label = self.label(&Decision::of(&self.given.topology, self.id, Some(row)).fate);
            let space = (row.next_hop_type == NextHopType::InterfaceEndpoint)
                .then(|| hiding_space(self.topology(), prefix.network()))
                .flatten();
            match space {
                Some(space) => endpoints.push(Endpoint { address: prefix.network(), label, space }),
                None => routes.push((prefix, label)),
            }
        }
        for route in table.active_gateway_routes() {
            routes.push((route.prefix, self.label(&Fate::Hops(route.hops.clone()))));
        }
        // A row of the subnet's own goes before one of a gateway.
        let mut seen = BTreeSet::new();
        routes.retain(|(prefix, _)| seen.insert(*prefix));
        (routes, endpoints)
    }

    /// What the dynamic design decides.
    fn wished(&mut self) -> Space<Label> {
        let mut decisions = Decisions::default();
        let space = decisions.space(self.topology(), self.id, self.dynamic.table(self.id));
        let mut labels = BTreeMap::new();
        for (_, id) in space.steps() {
            let fate = &decisions.decision(id).fate;
            labels.entry(id).or_insert_with(|| self.label(fate));
        }
        space.map(|id| labels[&id])
    }

    /// Where only the default route decides.
    fn defaulted(&self) -> Space<bool> {
        let table = self.dynamic.table(self.id);
        let own = table.own_rows().filter(|row| row.state == State::Active);
        let own = own.filter_map(|row| if let RowPrefix::Range(range) = row.prefix { Some(range) } else { None });
        let all = own.chain(table.active_gateway_routes().map(|route| route.prefix));
        Space::of_prefixes(all.map(|prefix| (prefix, prefix.prefix_len() == 0)), false)
    }

    /// The next hop that says a fate, or why none does.
    fn express(&self, fate: &Fate) -> Result<NextHop, Why> {
        let topology = self.topology();
        let (vnet, facts) = (topology.vnet(self.id.vnet), &topology.facts);
        // A route that Azure lists and does not use says nothing.
        let anywhere = !facts.is(Fact::UnreachableNextHop, "invalid");
        let to_any_gateway = !facts.is(Fact::GatewayNextHopWithoutVpn, "invalid");
        match fate {
            Fate::Local => Ok(NextHop::Local),
            Fate::Internet => Ok(NextHop::Internet),
            Fate::Dropped => Ok(NextHop::Nowhere),
            Fate::Peered(_) | Fate::Endpoint(_) => Err(Why::SystemRoute),
            Fate::Gateway(name) => {
                let provider = vnet.provider.map(|id| topology.vnet(id));
                let lent = to_any_gateway || provider.is_some_and(|provider| provider.vpn_gateway.is_some());
                let same = provider.map(|provider| provider.name.as_str()) == name.as_deref();
                if lent && same { Ok(NextHop::Gateway) } else { Err(Why::NoVpnGateway) }
            }
            Fate::Hops(hops) if hops.contains(&Hop::ExpressRouteFabric) => Err(Why::ExpressRoute),
            Fate::Hops(hops) => {
                let reached = |address: &Ipv4Addr| anywhere || topology.reaches(self.id.vnet, *address);
                let balancers = topology.load_balancers.iter();
                let balancer = balancers.filter(|balancer| backend_hops(topology, balancer) == *hops);
                let address = match hops.as_slice() {
                    [Hop::Address(address)] => Some(*address),
                    [_] => None,
                    _ => balancer.map(|balancer| balancer.address).find(reached),
                };
                match address {
                    Some(address) if reached(&address) => Ok(NextHop::Appliance(address)),
                    Some(_) => Err(Why::UnreachableNextHop),
                    None if hops.len() > 1 => Err(Why::EqualCost),
                    None => Err(Why::NoVpnGateway),
                }
            }
        }
    }

    fn answer(mut self) -> Answer {
        let wished = self.wished();
        let forbidden = self.name() == BASTION_SUBNET;
        let gateway_subnet = self.name() == GATEWAY_SUBNET;
        let defaulted = gateway_subnet.then(|| self.defaulted());
        let mut best: Option<(u64, usize, Answer)> = None;
        // GatewaySubnet needs what its gateways bring.
        for propagation in
            [true, false].into_iter().filter(|propagation| *propagation || !(gateway_subnet || forbidden))
        {
            let given = [self.given((propagation, false)), self.given((propagation, true))];
            let wished = self.possible(&wished, &given[0], defaulted.as_ref(), forbidden);
            let found = self.fewest(&given, &wished, gateway_subnet || forbidden, forbidden);
            let Some((routes, hops)) = found else { continue };
            let cost = (wished.compromised, routes.len());
            if best.as_ref().is_some_and(|(compromised, count, _)| (*compromised, *count) <= cost) {
                continue;
            }
            let otherwise = self.label(&Fate::Dropped);
            let compromises = wished.compromises.iter().map(|(wish, instead, why, ranges)| Compromise {
                subnets: Vec::new(),
                ranges: ranges.clone(),
                wished: self.fates[usize::from(*wish)].clone(),
                instead: self.fates[usize::from(*instead)].clone(),
                why: *why,
            });
            let answer = Answer {
                table: Needs { propagation, routes, services: self.services(forbidden) },
                compromises: compromises.collect(),
                check: (!forbidden).then(|| Check {
                    given,
                    propagation,
                    otherwise,
                    wished: wished.space.clone(),
                    hops,
                    forbids_default: gateway_subnet,
                }),
            };
            best = Some((cost.0, cost.1, answer));
        }
        let nothing = Needs { propagation: true, routes: Vec::new(), services: Vec::new() };
        best.map_or(Answer { table: nothing, compromises: Vec::new(), check: None }, |(_, _, answer)| answer)
    }

    /// What is wished, with everything replaced that neither Azure gives by itself nor a route can say.
    fn possible(
        &mut self,
        wished: &Space<Label>,
        (routes, endpoints): &(Vec<(Ipv4Net, Label)>, Vec<Endpoint>),
        defaulted: Option<&Space<bool>>,
        forbidden: bool,
    ) -> Wished {
        let otherwise = self.label(&Fate::Dropped);
        let hosts = endpoints.iter().map(|endpoint| (Ipv4Net::from(endpoint.address), endpoint.label));
        let plain = Space::of_prefixes(routes.iter().copied().chain(hosts), otherwise);
        let defaulted = defaulted.cloned().unwrap_or_else(|| Space::constant(false));
        let all = wished.beside(&plain).beside(&defaulted);
        let mut steps = Vec::new();
        let mut compromises: BTreeMap<(Label, Label, Why), Vec<Range>> = BTreeMap::new();
        let mut compromised = 0;
        for (range, ((wish, given), by_default)) in all.steps() {
            let fate = self.fates[usize::from(wish)].clone();
            let expressed = match self.express(&fate) {
                _ if wish == given => Ok(wish),
                _ if forbidden => Err((given, Why::NoTableHere)),
                _ if by_default => Err((given, Why::DefaultRouteOnGatewaySubnet)),
                Ok(_) => Ok(wish),
                Err(Why::EqualCost) => Err((self.one_of(&fate).unwrap_or(given), Why::EqualCost)),
                Err(why) => Err((given, why)),
            };
            let label = match expressed {
                Ok(label) => label,
                Err((instead, why)) => {
                    compromised += range.size();
                    let ranges: &mut Vec<Range> = compromises.entry((wish, instead, why)).or_default();
                    match ranges.last_mut() {
                        Some(last) if last.touches(range) => last.last = range.last,
                        _ => ranges.push(range),
                    }
                    instead
                }
            };
            steps.push((u32::from(range.first), label));
        }
        let compromises = compromises.into_iter().map(|((wish, instead, why), ranges)| (wish, instead, why, ranges));
        Wished { space: Space::of_starts(steps), compromises: compromises.collect(), compromised }
    }

    /// The first of several next hops that a route can name.
    fn one_of(&mut self, fate: &Fate) -> Option<Label> {
        let first = fate.addresses().find(|address| self.topology().reaches(self.id.vnet, *address))?;
        Some(self.label(&Fate::Hops(vec![Hop::Address(first)])))
    }

    /// The fewest routes, with or without one for 0.0.0.0/0, and the label of every next hop.
    #[allow(clippy::type_complexity)]
    fn fewest(
        &mut self,
        given: &[(Vec<(Ipv4Net, Label)>, Vec<Endpoint>); 2],
        wished: &Wished,
        forbids_default: bool,
        forbidden: bool,
    ) -> Option<(Vec<(Ipv4Net, NextHop)>, BTreeMap<NextHop, Label>)> {
        let otherwise = self.label(&Fate::Dropped);
        let hops: Vec<Option<NextHop>> =
            self.fates.iter().map(|fate| self.express(fate).ok().filter(|_| !forbidden)).collect();
        let expressible: Vec<bool> = hops.iter().map(Option::is_some).collect();
        let routes = |default_route: DefaultRoute| {
            let (routes, endpoints) = &given[usize::from(default_route == DefaultRoute::Required)];
            fewest_routes(&Wish {
                given: routes,
                endpoints,
                otherwise,
                wished: &wished.space,
                expressible: &expressible,
                default_route,
            })
        };
        let without = routes(DefaultRoute::Forbidden);
        let with = (!forbids_default).then(|| routes(DefaultRoute::Required)).flatten();
        let fewer = [without, with].into_iter().flatten().min_by_key(Vec::len)?;
        let routes =
            fewer.into_iter().filter_map(|(prefix, label)| Some((prefix, hops[usize::from(label)]?))).collect();
        let labels = hops.iter().enumerate().filter_map(|(label, hop)| Some(((*hop)?, label as Label))).collect();
        Some((routes, labels))
    }

    /// Routes for service tags that the subnet has already.
    fn services(&self, forbidden: bool) -> Vec<(String, NextHop)> {
        let table = self.topology().subnet(self.id).route_table.filter(|_| !forbidden);
        let routes =
            table.map(|table| self.topology().route_tables[table.index()].routes.as_slice()).unwrap_or_default();
        let tag = |route: &UserRoute| match &route.prefix {
            UserPrefix::ServiceTag(tag) => Some((tag.clone(), NextHop::from(route.next_hop))),
            UserPrefix::Range(_) => None,
        };
        routes.iter().filter_map(tag).collect()
    }
}

/// The range whose routes hide an endpoint; none when its subnet does not let routes apply to endpoints.
fn hiding_space(topology: &Topology, address: Ipv4Addr) -> Option<Ipv4Net> {
    let mut subnets = topology.vnets.iter().flat_map(|vnet| vnet.subnets.iter().map(move |subnet| (vnet, subnet)));
    let (vnet, _) = subnets.find(|(_, subnet)| {
        let applies =
            matches!(subnet.endpoint_policies, EndpointPolicies::Enabled | EndpointPolicies::RouteTableEnabled);
        applies && subnet.private_endpoints.iter().any(|endpoint| endpoint.address == address)
    })?;
    Some(vnet.ranges.iter().copied().find(|range| range.contains(&address)).unwrap_or(Ipv4Net::from(address)))
}

/// Trying tables of other subnets is worth it up to this many.
const MOST_TRIED: usize = 64;

/// Tables for the plans: equal needs share one, and so do needs that one table of no more routes serves.
fn shared(dynamic: &Estate, plans: Vec<Plan>) -> Vec<StaticTable> {
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
