//! What a subnet does with each address, in terms that two estates share: names and addresses instead of ids.

use super::space::Space;
use crate::azure::facts::FactSet;
use crate::effective::{GatewayRoutes, Hop, NextHopType, RouteSource, Row, RowPrefix, State, SubnetTable};
use crate::topology::{LoadBalancer, SubnetId, Topology, VnetId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// What is done with a packet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It stays in the VNet.
    Local,
    /// It goes to a peered VNet of this name.
    Peered(Arc<str>),
    /// It goes to a private endpoint of this name.
    Endpoint(Arc<str>),
    /// It goes to the internet.
    Internet,
    /// It is dropped: no route, or one that says None.
    Dropped,
    /// It goes to these next hops, in ascending order; several are equal-cost.
    Hops(Vec<Hop>),
    /// It goes to the VPN gateway that the VNet uses, whichever instance: in the VNet of this name, if there is any.
    Gateway(Option<Arc<str>>),
}

impl Fate {
    /// The addresses that packets are sent to.
    pub fn addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        let hops = if let Fate::Hops(hops) = self { hops.as_slice() } else { &[] };
        hops.iter().filter_map(|hop| if let Hop::Address(address) = hop { Some(*address) } else { None })
    }
}

impl Fate {
    /// What it comes to in a VNet, however it is written: the NVAs behind a load balancer, the gateway instead of its instances.
    ///
    /// A user-defined route names a load balancer or a gateway where BGP names NVAs and instances.
    pub fn settled(&self, topology: &Topology, vnet: VnetId) -> Fate {
        let Fate::Hops(hops) = self else { return self.clone() };
        if let [Hop::Address(address)] = hops.as_slice() {
            let balancer = topology.load_balancers.iter().find(|balancer| balancer.address == *address);
            let backends = balancer.map(|balancer| backend_hops(topology, balancer)).unwrap_or_default();
            if !backends.is_empty() {
                return Fate::Hops(backends);
            }
        }
        let provider = topology.vnet(vnet).provider.map(|id| topology.vnet(id));
        let gateway = provider.and_then(|provider| provider.vpn_gateway.as_ref());
        let is_gateway = |hop: &Hop| match hop {
            Hop::Address(address) => gateway
                .is_some_and(|gateway| gateway.addresses.contains(address) || gateway.public_ips.contains(address)),
            Hop::GatewayPublicAddress => gateway.is_some(),
            Hop::ExpressRouteFabric => false,
        };
        match hops.iter().all(is_gateway) {
            true => Fate::Gateway(provider.map(|provider| provider.name.as_str().into())),
            false => self.clone(),
        }
    }
}

/// The NVAs behind a load balancer, as next hops in ascending order; none when the address of one is not known.
pub(super) fn backend_hops(topology: &Topology, balancer: &LoadBalancer) -> Vec<Hop> {
    let addresses = balancer.backends.iter().map(|id| topology.router(*id).address.map(Hop::Address));
    let mut hops: Vec<Hop> = addresses.collect::<Option<_>>().unwrap_or_default();
    hops.sort_unstable();
    hops.dedup();
    hops
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// A system route, or the want of any route.
    System,
    /// A route of a gateway or a route server.
    Gateway,
    /// The user-defined route of this name.
    User(Arc<str>),
}

/// A fate, who decides it, and what that rests on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decision {
    /// What is done.
    pub fate: Fate,
    /// Who decides.
    pub by: By,
    /// az's word for the next hop.
    pub next_hop_type: NextHopType,
    /// Open facts.
    pub rests_on: FactSet,
}

impl Decision {
    /// What happens where no route matches.
    fn none() -> Self {
        Decision { fate: Fate::Dropped, by: By::System, next_hop_type: NextHopType::None, rests_on: FactSet::default() }
    }

    /// What a row of a subnet decides; no row drops.
    pub fn of(topology: &Topology, id: SubnetId, row: Option<&Row>) -> Self {
        let Some(row) = row else { return Decision::none() };
        let name = || -> Arc<str> { row.name.as_deref().unwrap_or_default().into() };
        let fate = match row.next_hop_type {
            NextHopType::VnetLocal => Fate::Local,
            NextHopType::VNetPeering | NextHopType::VNetGlobalPeering => Fate::Peered(name()),
            NextHopType::InterfaceEndpoint => Fate::Endpoint(name()),
            NextHopType::Internet | NextHopType::VirtualNetworkServiceEndpoint => Fate::Internet,
            NextHopType::None => Fate::Dropped,
            NextHopType::VirtualAppliance | NextHopType::VirtualNetworkGateway if !row.next_hops.is_empty() => {
                Fate::Hops(row.next_hops.clone())
            }
            NextHopType::VirtualAppliance | NextHopType::VirtualNetworkGateway => {
                let provider = topology.vnet(id.vnet).provider;
                Fate::Gateway(provider.map(|vnet| topology.vnet(vnet).name.as_str().into()))
            }
        };
        let by = match row.source {
            RouteSource::Default => By::System,
            RouteSource::VirtualNetworkGateway => By::Gateway,
            RouteSource::User => By::User(name()),
        };
        Decision { fate, by, next_hop_type: row.next_hop_type, rests_on: row.rests_on }
    }
}

/// A decision of a [`Decisions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionId(u32);

/// A fate of a [`Decisions`]: decisions with the same fate share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FateId(u32);

/// A decision, and the length of the prefix that makes it; none where no prefix does.
type ByLength = (DecisionId, Option<u8>);

/// What one list of gateway routes decides.
#[derive(Debug)]
struct ByGateways {
    routes: Arc<GatewayRoutes>,
    left_out: Arc<BTreeSet<u32>>,
    space: Space<ByLength>,
}

/// Lists that are kept: the hub of the subnets at hand, in two estates, and its neighbours.
const MOST_KEPT: usize = 8;

/// Every decision that was met, each once, so that spaces can hold numbers.
#[derive(Debug, Default)]
pub struct Decisions {
    by_gateways: Vec<ByGateways>,
    all: Vec<(Decision, FateId)>,
    ids: FxHashMap<Decision, DecisionId>,
    fates: FxHashMap<Fate, FateId>,
    by_fate: Vec<Fate>,
}

impl Decisions {
    /// The number of a decision.
    pub fn id(&mut self, decision: Decision) -> DecisionId {
        if let Some(id) = self.ids.get(&decision) {
            return *id;
        }
        let fate = self.fate_id(&decision.fate);
        let id = DecisionId(self.all.len() as u32);
        self.all.push((decision.clone(), fate));
        self.ids.insert(decision, id);
        id
    }

    /// The number of a fate.
    pub fn fate_id(&mut self, fate: &Fate) -> FateId {
        if let Some(id) = self.fates.get(fate) {
            return *id;
        }
        let id = FateId(self.by_fate.len() as u32);
        self.by_fate.push(fate.clone());
        self.fates.insert(fate.clone(), id);
        id
    }

    /// A decision.
    pub fn decision(&self, id: DecisionId) -> &Decision {
        &self.all[id.0 as usize].0
    }

    /// The fate of a decision.
    pub fn fate_of(&self, id: DecisionId) -> FateId {
        self.all[id.0 as usize].1
    }

    /// A fate.
    pub fn fate(&self, id: FateId) -> &Fate {
        &self.by_fate[id.0 as usize]
    }

    /// What a subnet decides for every address.
    pub fn space(&mut self, topology: &Topology, id: SubnetId, table: &SubnetTable) -> Space<DecisionId> {
        let mut space = match table.gateway_list() {
            Some((routes, left_out)) => self.by_gateways(routes, &left_out),
            None => Space::constant((self.none(), None)),
        };
        let active = table.own_rows().filter(|row| row.state == State::Active);
        let ranges = active.filter_map(|row| match row.prefix {
            RowPrefix::Range(range) => Some((range, row)),
            RowPrefix::Service(_) => None,
        });
        let mut ranges: Vec<_> = ranges.collect();
        ranges.sort_by_key(|(range, _)| range.prefix_len());
        for (range, row) in ranges {
            let decision = (self.id(Decision::of(topology, id, Some(row))), Some(range.prefix_len()));
            // Of equal prefixes a row of the subnet's own goes before one of a gateway.
            space.change(range, |known| if known.1 <= decision.1 { decision } else { known });
        }
        space.map(|(decision, _)| decision)
    }

    fn none(&mut self) -> DecisionId {
        self.id(Decision::none())
    }

    /// What gateways and route servers decide for every address, with the length of the prefix that does; worked out once for all
    /// subnets that take the same.
    fn by_gateways(&mut self, routes: &Arc<GatewayRoutes>, left_out: &Arc<BTreeSet<u32>>) -> Space<ByLength> {
        let known = self
            .by_gateways
            .iter()
            .rev()
            .find(|known| Arc::ptr_eq(&known.routes, routes) && known.left_out == *left_out);
        if let Some(known) = known {
            return known.space.clone();
        }
        // Rows are many and alike: those with the same next hops are one decision.
        let mut alike: FxHashMap<(&[Hop], FactSet), DecisionId> = FxHashMap::default();
        let mut entries = Vec::with_capacity(routes.routes().len());
        for (index, route) in routes.routes().iter().enumerate() {
            if left_out.contains(&(index as u32)) {
                continue;
            }
            let id = alike.entry((&route.hops, route.rests_on)).or_insert_with(|| {
                self.id(Decision {
                    fate: Fate::Hops(route.hops.clone()),
                    by: By::Gateway,
                    next_hop_type: NextHopType::VirtualNetworkGateway,
                    rests_on: route.rests_on,
                })
            });
            entries.push((route.prefix, (*id, Some(route.prefix.prefix_len()))));
        }
        let space = Space::of_prefixes(entries, (self.none(), None));
        let kept = ByGateways { routes: Arc::clone(routes), left_out: Arc::clone(left_out), space: space.clone() };
        if self.by_gateways.len() == MOST_KEPT {
            self.by_gateways.remove(0);
        }
        self.by_gateways.push(kept);
        space
    }
}
