//! What one subnet needs: its wishes, what of them a user-defined route can say, and the fewest routes that do.

use super::super::Estate;
use super::super::aggregate::{DefaultRoute, Endpoint, Label, Wish, fewest_routes};
use super::super::fate::{By, Decision, Decisions, Fate, backend_hops};
use super::super::space::{Range, Space};
use super::given::{Given, Mode};
use super::sharing::{Answer, Check, Needs, NextHop};
use super::{Compromise, Why};
use crate::azure::facts::Fact;
use crate::azure::{BASTION_SUBNET, GATEWAY_SUBNET};
use crate::effective::{Hop, NextHopType, RouteSource, Row, RowPrefix, State};
use crate::topology::{EndpointPolicies, SubnetId, Topology, UserPrefix, UserRoute};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// What one subnet needs.
pub(super) struct Question<'a> {
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

/// Where no user-defined route helps, whatever its next hop.
struct Limits {
    /// The subnet takes no table.
    forbidden: bool,
    /// Only the default route decides, and the subnet takes none.
    defaulted: Space<bool>,
    /// A gateway or a route server decides.
    learned: Space<bool>,
    /// The gateways would know it without a route server.
    known: Space<bool>,
    /// The VPN gateway has an ExpressRoute gateway beside it.
    coexist: bool,
}

impl<'a> Question<'a> {
    pub(super) fn new(dynamic: &'a Estate, given: &'a Given, id: SubnetId) -> Self {
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

    /// Where a gateway or a route server decides.
    fn learned(&self) -> Space<bool> {
        let mut decisions = Decisions::default();
        let space = decisions.space(self.topology(), self.id, self.dynamic.table(self.id));
        space.map(|id| decisions.decision(id).by == By::Gateway)
    }

    /// What the gateways know by themselves.
    fn known(&self) -> Space<bool> {
        let routes = self.given.table((true, false), self.id).active_gateway_routes();
        Space::of_prefixes(routes.map(|route| (route.prefix, true)), false)
    }

    /// A user-defined route cannot send to a VPN gateway beside an ExpressRoute gateway.
    ///
    /// Source: Microsoft, virtual network traffic routing (2023-05-27).
    fn gateways_coexist(&self) -> bool {
        let provider = self.topology().vnet(self.id.vnet).provider.map(|id| self.topology().vnet(id));
        provider.is_some_and(|vnet| vnet.vpn_gateway.is_some() && vnet.express_route_gateway.is_some())
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

    pub(super) fn answer(mut self) -> Answer {
        let wished = self.wished();
        let forbidden = self.name() == BASTION_SUBNET;
        let gateway_subnet = self.name() == GATEWAY_SUBNET;
        let limits = Limits {
            forbidden,
            defaulted: if gateway_subnet { self.defaulted() } else { Space::constant(false) },
            learned: self.learned(),
            known: self.known(),
            coexist: self.gateways_coexist(),
        };
        let mut best: Option<(u64, usize, Answer)> = None;
        // GatewaySubnet needs what its gateways bring.
        for propagation in
            [true, false].into_iter().filter(|propagation| *propagation || !(gateway_subnet || forbidden))
        {
            let given = [self.given((propagation, false)), self.given((propagation, true))];
            let wished = self.possible(&wished, &given[0], &limits);
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
        limits: &Limits,
    ) -> Wished {
        let otherwise = self.label(&Fate::Dropped);
        let hosts = endpoints.iter().map(|endpoint| (Ipv4Net::from(endpoint.address), endpoint.label));
        let plain = Space::of_prefixes(routes.iter().copied().chain(hosts), otherwise);
        let all = wished.beside(&plain).beside(&limits.defaulted).beside(&limits.learned.beside(&limits.known));
        let mut steps = Vec::new();
        let mut compromises: BTreeMap<(Label, Label, Why), Vec<Range>> = BTreeMap::new();
        let mut compromised = 0;
        for (range, (((wish, given), by_default), (learned, known))) in all.steps() {
            let fate = self.fates[usize::from(wish)].clone();
            let expressed = match self.express(&fate) {
                _ if wish == given => Ok(wish),
                _ if limits.forbidden => Err((given, Why::NoTableHere)),
                _ if by_default => Err((given, Why::DefaultRouteOnGatewaySubnet)),
                Ok(NextHop::Gateway) if learned && !known => Err((given, Why::GatewayNotTold)),
                Ok(NextHop::Gateway) if learned && limits.coexist => Err((given, Why::CoexistingGateways)),
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
