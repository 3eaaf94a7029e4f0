//! What further spokes add to each count: one more like the typical one of every hub is put into the estate, and all is counted again.
//!
//! Further ones add the same again, for as long as they are treated as the first one is; that makes the law linear and its answer exact.

use super::counts::{Count, Measure, Object, counts};
use super::loads::Loads;
use crate::azure::facts::Fact;
use crate::bgp;
use crate::topology::{Link, RouteTableId, Topology, UserPrefix, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};

/// Free ranges that are tried on each side of the spoke that is imitated.
const MOST_TRIES: u32 = 8192;

/// More routes than any peer sends.
const NO_LIMIT: &str = "1000000000";

/// A spoke that stands for the spokes of a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typical {
    /// The hub.
    pub hub: VnetId,
    /// The spoke that is imitated.
    pub like: VnetId,
    /// Spokes of the hub.
    pub spokes: usize,
    /// Those of them that are like it.
    pub alike: usize,
}

/// What further spokes add.
#[derive(Debug, Clone)]
pub struct Growth {
    /// The spokes that are imitated: one of each hub.
    pub typical: Vec<Typical>,
    per_spoke: BTreeMap<(Measure, Object), usize>,
}

/// A limit that further spokes exceed first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstHit {
    /// The count before, of an object that is within its limit.
    pub count: Count,
    /// With that many further spokes of each hub the limit is exceeded, with one fewer it is not.
    pub spokes: usize,
}

/// A VNet with nothing but machines, peered with another.
pub fn is_spoke(topology: &Topology, id: VnetId) -> bool {
    is_spoke_beside(&routing_vnets(topology), topology, id)
}

fn is_spoke_beside(routing: &BTreeSet<VnetId>, topology: &Topology, id: VnetId) -> bool {
    !routing.contains(&id) && topology.vnet(id).links.iter().any(|link| link.connected)
}

/// VNets with a route server, a gateway or an NVA.
fn routing_vnets(topology: &Topology) -> BTreeSet<VnetId> {
    let hosts = topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing());
    hosts.chain(topology.routers.iter().filter_map(|router| router.vnet())).collect()
}

/// The VNet that a spoke hangs on: whose gateways it uses, or else one with gateways or NVAs that it is peered with.
fn hub_of(topology: &Topology, spoke: VnetId, routing: &BTreeSet<VnetId>) -> Option<VnetId> {
    let vnet = topology.vnet(spoke);
    let provider = vnet.provider.filter(|id| *id != spoke);
    let mut peered = vnet.links.iter().filter(|link| link.connected).map(|link| link.remote);
    provider.or_else(|| peered.find(|id| routing.contains(id)))
}

/// The spokes of every hub by kind.
fn kinds(topology: &Topology) -> BTreeMap<VnetId, BTreeMap<Shape, Vec<VnetId>>> {
    let routing = routing_vnets(topology);
    let named = Named::new(topology);
    let mut kinds: BTreeMap<VnetId, BTreeMap<Shape, Vec<VnetId>>> = BTreeMap::new();
    for id in topology.vnet_ids().filter(|id| is_spoke_beside(&routing, topology, *id)) {
        if let Some(hub) = hub_of(topology, id, &routing) {
            kinds.entry(hub).or_default().entry(shape(topology, &named, id)).or_default().push(id);
        }
    }
    kinds
}

/// The typical spoke of every hub: one of those that most others are like, the first in the file.
pub fn typical_spokes(topology: &Topology) -> Vec<Typical> {
    let of_hub = |(hub, kinds): (VnetId, BTreeMap<Shape, Vec<VnetId>>)| {
        let spokes = kinds.values().map(Vec::len).sum();
        let most = kinds.into_values().max_by_key(|alike| (alike.len(), std::cmp::Reverse(alike[0])))?;
        Some(Typical { hub, like: most[0], spokes, alike: most.len() })
    };
    kinds(topology).into_iter().filter_map(of_hub).collect()
}

/// A spoke that further ones are like, whether it is typical or not; none where the VNet is no spoke of a hub.
pub fn typical_of(topology: &Topology, like: VnetId) -> Option<Typical> {
    kinds(topology).into_iter().find_map(|(hub, kinds)| {
        let spokes = kinds.values().map(Vec::len).sum();
        let alike = kinds.values().find(|alike| alike.contains(&like))?.len();
        Some(Typical { hub, like, spokes, alike })
    })
}

/// What makes spokes count alike.
type Shape = (Vec<u8>, Vec<(VnetId, bool, bool)>, Vec<Option<RouteTableId>>, usize, Option<u32>);

fn shape(topology: &Topology, named: &Named, id: VnetId) -> Shape {
    let vnet = topology.vnet(id);
    let lengths = vnet.ranges.iter().map(Ipv4Net::prefix_len).collect();
    let links = vnet.links.iter().map(|link| (link.remote, link.connected, link.borrows_from_remote)).collect();
    let tables = vnet.subnets.iter().map(|subnet| subnet.route_table.filter(|table| !named.is_own(*table, id)));
    (lengths, links, tables.collect(), named.places.get(&id).copied().unwrap_or(0), vnet.virtual_machines)
}

/// How often routes and announcements name the addresses of each VNet, and which tables belong to one VNet alone.
struct Named {
    places: BTreeMap<VnetId, usize>,
    users: BTreeMap<RouteTableId, BTreeSet<VnetId>>,
}

impl Named {
    fn new(topology: &Topology) -> Self {
        let owners: BTreeMap<Ipv4Net, VnetId> =
            topology.vnet_ids().flat_map(|id| topology.vnet(id).ranges.iter().map(move |range| (*range, id))).collect();
        let owner = |prefix: Ipv4Net| {
            std::iter::successors(Some(prefix), Ipv4Net::supernet).find_map(|wider| owners.get(&wider.trunc()))
        };
        let mut places: BTreeMap<VnetId, usize> = BTreeMap::new();
        let routes = topology.route_tables.iter().flat_map(|table| &table.routes);
        let routes = routes.filter_map(|route| match route.prefix {
            UserPrefix::Range(IpNet::V4(prefix)) => Some(prefix),
            _ => None,
        });
        let announced = topology.routers.iter().flat_map(|router| &router.originates).map(|origin| origin.prefix);
        for id in routes.chain(announced).filter_map(owner) {
            *places.entry(*id).or_default() += 1;
        }
        let mut users: BTreeMap<RouteTableId, BTreeSet<VnetId>> = BTreeMap::new();
        for id in topology.vnet_ids() {
            for table in topology.vnet(id).subnets.iter().filter_map(|subnet| subnet.route_table) {
                users.entry(table).or_default().insert(id);
            }
        }
        Named { places, users }
    }

    fn is_own(&self, table: RouteTableId, id: VnetId) -> bool {
        self.users.get(&table).is_some_and(|users| users.iter().eq([&id]))
    }
}

/// What one more spoke like each of these adds to every count; none when there is no spoke or no room for its addresses.
pub fn growth(topology: &Topology, before: &[Count], typical: Vec<Typical>) -> Option<Growth> {
    if typical.is_empty() {
        return None;
    }
    let likes: Vec<VnetId> = typical.iter().map(|typical| typical.like).collect();
    let mut grown = with_spokes(topology, &likes)?;
    // A session that the further spoke closes would take its routes out of all other counts: what each adds is asked here, not what
    // happens beyond a limit.
    let is_closed = |count: &Count| count.measure == Measure::PeerRoutes && count.used > count.allowed;
    if !before.iter().any(is_closed) {
        grown.facts.choose(Fact::RoutesPerPeer.name(), NO_LIMIT).expect("it is a number");
    }
    let ribs = bgp::run(&grown);
    let after = counts(&grown, &ribs, &Loads::new(&grown, &ribs));
    let used: BTreeMap<(Measure, &Object), usize> =
        before.iter().map(|count| ((count.measure, &count.object), count.used)).collect();
    let more = after.into_iter().filter_map(|count| {
        let more = count.used.saturating_sub(*used.get(&(count.measure, &count.object))?);
        (more > 0).then_some(((count.measure, count.object), more))
    });
    Some(Growth { typical, per_spoke: more.collect() })
}

impl Growth {
    /// What one further spoke of each hub adds.
    pub fn per_spoke(&self, count: &Count) -> usize {
        self.per_spoke.get(&(count.measure, count.object.clone())).copied().unwrap_or(0)
    }

    /// The count with that many further spokes of each hub.
    pub fn after(&self, count: &Count, spokes: usize) -> Count {
        let more = self.per_spoke(count).saturating_mul(spokes);
        Count { used: count.used.saturating_add(more), ..count.clone() }
    }

    /// The number of further spokes with which an object exceeds its limit; none when it never does, or does already.
    pub fn spokes_to_exceed(&self, count: &Count) -> Option<usize> {
        let headroom = count.allowed.checked_sub(count.used)?;
        Some(headroom / (Some(self.per_spoke(count)).filter(|more| *more > 0)?) + 1)
    }

    /// The limits that are exceeded first, at the same number of spokes.
    pub fn first_hits(&self, counts: &[Count]) -> Vec<FirstHit> {
        let hit = |count: &Count| Some(FirstHit { count: count.clone(), spokes: self.spokes_to_exceed(count)? });
        let mut hits: Vec<FirstHit> = counts.iter().filter_map(hit).collect();
        let first = hits.iter().map(|hit| hit.spokes).min();
        hits.retain(|hit| Some(hit.spokes) == first);
        hits
    }
}

/// The estate with one more spoke like each of these; none where addresses run out.
pub fn with_spokes(topology: &Topology, likes: &[VnetId]) -> Option<Topology> {
    let mut grown = topology.clone();
    let mut space = Space::new(topology);
    let named = Named::new(topology);
    for like in likes {
        add_spoke(&mut grown, &mut space, &named, *like)?;
    }
    Some(grown)
}

/// Which ranges are taken.
struct Space {
    vnets: Vec<Ipv4Net>,
    /// What else is written of addresses: announced, routed into tunnels, given to clients, taken together.
    others: Vec<Ipv4Net>,
}

impl Space {
    fn new(topology: &Topology) -> Self {
        let announced = topology.routers.iter().flat_map(|router| &router.originates).map(|origin| origin.prefix);
        let tunnels = topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides);
        let tunnels = tunnels.flat_map(|side| side.static_prefixes.iter().copied());
        let pools = topology.vnets.iter().filter_map(|vnet| vnet.vpn_gateway.as_ref());
        let pools = pools.flat_map(|gateway| gateway.client_pools.iter().copied());
        let summaries = topology.vnets.iter().flat_map(|vnet| vnet.summarized_gateway_prefixes.iter().copied());
        Space {
            vnets: topology.vnets.iter().flat_map(|vnet| vnet.ranges.iter().copied()).collect(),
            others: announced.chain(tunnels).chain(pools).chain(summaries).collect(),
        }
    }

    /// The nearest free range of the same size: inside whatever the range is inside of, where there is room.
    fn take(&mut self, like: Ipv4Net) -> Option<Ipv4Net> {
        let free = |candidate: &Ipv4Net| !self.vnets.iter().any(|taken| overlap(taken, candidate));
        // What stands inside the range is put into the new one too, so it does not tell them apart.
        let told = |other: &&Ipv4Net| !like.contains(*other);
        let others: Vec<&Ipv4Net> = self.others.iter().filter(told).collect();
        let alike = |candidate: &Ipv4Net| {
            others.iter().all(|other| {
                other.contains(&like) == other.contains(candidate)
                    && (other.contains(&like) || !candidate.contains(*other))
            })
        };
        let candidates =
            || (1..MOST_TRIES).flat_map(|step| [beside(like, step, true), beside(like, step, false)]).flatten();
        let mut any = None;
        let best = candidates().filter(|candidate| free(candidate)).find(|candidate| {
            any.get_or_insert(*candidate);
            alike(candidate)
        });
        let chosen = best.or(any)?;
        self.vnets.push(chosen);
        Some(chosen)
    }
}

fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

/// The range of the same length so many steps further.
fn beside(range: Ipv4Net, steps: u32, up: bool) -> Option<Ipv4Net> {
    let size = 1_u64 << (32 - u32::from(range.prefix_len()));
    let distance = u32::try_from(size.checked_mul(u64::from(steps))?).ok()?;
    let network = u32::from(range.network());
    let network = if up { network.checked_add(distance)? } else { network.checked_sub(distance)? };
    Ipv4Net::new(network.into(), range.prefix_len()).ok()
}

/// From ranges of a spoke to those of its like.
struct Moved(Vec<(Ipv4Net, Ipv4Net)>);

impl Moved {
    /// The prefix at the same place of the new range; none of what is not inside the old ones.
    fn prefix(&self, prefix: Ipv4Net) -> Option<Ipv4Net> {
        let (old, new) = self.0.iter().find(|(old, _)| old.contains(&prefix))?;
        let network = u32::from(prefix.network()) - u32::from(old.network()) + u32::from(new.network());
        Some(Ipv4Net::new_assert(network.into(), prefix.prefix_len()))
    }

    fn all(&self, prefixes: &mut [Ipv4Net]) {
        for prefix in prefixes {
            *prefix = self.prefix(*prefix).unwrap_or(*prefix);
        }
    }
}

fn add_spoke(topology: &mut Topology, space: &mut Space, named: &Named, like: VnetId) -> Option<()> {
    let id = VnetId(topology.vnets.len() as u32);
    let mut spoke = topology.vnet(like).clone();
    let taken: Option<Vec<_>> = spoke.ranges.iter().map(|range| Some((*range, space.take(*range)?))).collect();
    let moved = Moved(taken?);
    moved.all(&mut spoke.ranges);
    add_routes(topology, named, like, &moved);
    let mut own: BTreeMap<RouteTableId, RouteTableId> = BTreeMap::new();
    for subnet in &mut spoke.subnets {
        moved.all(&mut subnet.ranges);
        for endpoint in &mut subnet.private_endpoints {
            endpoint.address = moved.prefix(endpoint.address.into()).map_or(endpoint.address, |host| host.addr());
        }
        if let Some(table) = subnet.route_table.filter(|table| named.is_own(*table, like)) {
            let tables = &mut topology.route_tables;
            let copy = own.entry(table).or_insert_with(|| {
                tables.push(tables[table.index()].clone());
                RouteTableId(tables.len() as u32 - 1)
            });
            subnet.route_table = Some(*copy);
        }
    }
    for vnet in &mut topology.vnets {
        let copies: Vec<Link> = vnet.links.iter().filter(|link| link.remote == like).cloned().collect();
        vnet.links.extend(copies.into_iter().map(|mut link| {
            link.remote = id;
            moved.all(&mut link.remote_ranges);
            link
        }));
    }
    topology.vnets.push(spoke);
    for router in &mut topology.routers {
        let copies = router.originates.iter().filter_map(|origin| {
            let mut copy = origin.clone();
            copy.prefix = moved.prefix(origin.prefix)?;
            Some(copy)
        });
        let copies: Vec<_> = copies.collect();
        router.originates.extend(copies);
    }
    for side in topology.tunnels.iter_mut().flat_map(|tunnel| &mut tunnel.sides) {
        let copies: Vec<Ipv4Net> = side.static_prefixes.iter().filter_map(|prefix| moved.prefix(*prefix)).collect();
        side.static_prefixes.extend(copies);
    }
    Some(())
}

/// Gives tables that name the addresses of a spoke a route for those of its like. The spoke's own tables are copied instead.
fn add_routes(topology: &mut Topology, named: &Named, like: VnetId, moved: &Moved) {
    for (index, table) in topology.route_tables.iter_mut().enumerate() {
        if named.is_own(RouteTableId(index as u32), like) {
            continue;
        }
        let copies = table.routes.iter().filter_map(|route| match route.prefix {
            UserPrefix::Range(IpNet::V4(prefix)) => {
                let mut copy = route.clone();
                copy.prefix = UserPrefix::Range(IpNet::V4(moved.prefix(prefix)?));
                Some(copy)
            }
            _ => None,
        });
        let copies: Vec<_> = copies.collect();
        table.routes.extend(copies);
    }
}
