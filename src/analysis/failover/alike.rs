//! Spokes that nothing tells apart: what happens to one of them happens to each, so that most need not be looked at.

use crate::analysis::Estate;
use crate::analysis::trace::{Classes, Endpoint};
use crate::effective::{RouteSource, RowPrefix};
use crate::topology::{RouteTableId, SubnetId, Topology, VnetId};
use std::collections::{BTreeMap, BTreeSet};

/// How many VNets each VNet of an estate stands for.
#[derive(Debug, Clone, Default)]
pub struct Alike {
    /// VNets other than those that stand for themselves: how many, and for how many the failure of their peering stands.
    weights: BTreeMap<VnetId, (u64, u64)>,
    /// Of a VNet that stands for many the one that it talks to as they talk to each other.
    partners: BTreeMap<VnetId, VnetId>,
    /// Of every VNet of a group that one.
    stands_in: BTreeMap<VnetId, VnetId>,
}

impl Alike {
    /// How many VNets this one stands for, itself included.
    pub fn weight(&self, id: VnetId) -> u64 {
        self.weights.get(&id).map_or(1, |(weight, _)| *weight)
    }

    /// How many conversations one between two different VNets stands for.
    pub(super) fn conversations(&self, from: VnetId, to: VnetId) -> u64 {
        let (many, few) = (self.weight(from), self.weight(to));
        let among_themselves = if self.partners.get(&from) == Some(&to) { many * (many - 1) } else { 0 };
        many * few + among_themselves
    }

    /// The VNet that fares as this one does while its own peering works, and the one that it talks to as it talks to its own kind.
    pub(super) fn stand_in(&self, id: VnetId) -> Option<(VnetId, VnetId)> {
        let many = self.stands_in.get(&id)?;
        Some((*many, *self.partners.get(many)?))
    }

    /// For how many VNets the failure of its peering stands; none where another one stands for it.
    pub(super) fn fails_for(&self, id: VnetId) -> u64 {
        self.weights.get(&id).map_or(1, |(_, fails_for)| *fails_for)
    }

    /// In an estate from which all but the first `kept` VNets of each group were left out: the first ones stand for themselves and
    /// break, the last but one for all that are left out.
    ///
    /// Two at least have to remain that do not break, since they talk to each other as well.
    pub fn of_groups(topology: &Topology, groups: &[Vec<String>], kept: usize) -> Self {
        let by_name: BTreeMap<&str, VnetId> =
            topology.vnet_ids().map(|id| (topology.vnet(id).name.as_str(), id)).collect();
        let (mut weights, mut partners, mut stands_in) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for group in groups.iter().filter(|group| group.len() > kept) {
            let total = group.len() as u64;
            let many = kept.checked_sub(2).and_then(|place| by_name.get(group[place].as_str()));
            for (place, name) in group.iter().take(kept).enumerate() {
                let Some(id) = by_name.get(name.as_str()) else { continue };
                stands_in.extend(many.map(|many| (*id, *many)));
                let weight = if place + 2 == kept { total - kept as u64 + 1 } else { 1 };
                let fails_for = if place == 0 { total } else { u64::from(place + 2 < kept) };
                weights.insert(*id, (weight, fails_for));
                let partner = group.get(place + 1).and_then(|name| by_name.get(name.as_str()));
                partners.extend(partner.filter(|_| place + 2 == kept).map(|partner| (*id, *partner)));
            }
        }
        Alike { weights, partners, stands_in }
    }
}

/// What VNets have in common that nothing tells apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    links: Vec<(VnetId, [bool; 6])>,
    subnets: Vec<(Option<usize>, Option<RouteTableId>)>,
    ranges: usize,
}

/// Groups of VNets that nothing tells apart, by name, in file order; only groups of more than one.
///
/// None where a route server has closed a session over too many routes: there the number of VNets itself matters.
pub fn alike(estate: &Estate) -> Vec<Vec<String>> {
    let topology = &estate.topology;
    if !estate.ribs.closed.is_empty() {
        return Vec::new();
    }
    let classes = Classes::of(estate);
    let mut class_of: BTreeMap<SubnetId, usize> = BTreeMap::new();
    for (class, hosts) in classes.classes.iter().enumerate() {
        for host in &hosts.hosts {
            if let Endpoint::Subnet(id) = host.endpoint {
                class_of.insert(id, class);
            }
        }
    }
    let special = special(topology);
    let mut groups: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for id in topology.vnet_ids().filter(|id| !special.contains(id) && !decides_about_itself(estate, *id)) {
        let vnet = topology.vnet(id);
        let mut links: Vec<(VnetId, [bool; 6])> = vnet
            .links
            .iter()
            .map(|link| {
                let flags = [
                    link.connected,
                    link.global,
                    link.allow_forwarded_traffic,
                    link.complete,
                    link.lends_to_remote,
                    link.borrows_from_remote,
                ];
                (link.remote, flags)
            })
            .collect();
        links.sort_unstable();
        let mut subnets: Vec<_> = topology
            .subnet_ids(id)
            .map(|subnet| (class_of.get(&subnet).copied(), topology.subnet(subnet).route_table))
            .collect();
        subnets.sort_unstable();
        let key = Key { links, subnets, ranges: vnet.ranges.len() };
        groups.entry(key).or_default().push(vnet.name.clone());
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// VNets that hold something that others name.
fn special(topology: &Topology) -> BTreeSet<VnetId> {
    let hosts = topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing());
    let nvas = topology.routers.iter().flat_map(|router| router.nics()).map(|(subnet, _)| subnet.vnet);
    let balancers = topology.load_balancers.iter().map(|balancer| balancer.subnet.vnet);
    let endpoints = topology
        .vnet_ids()
        .filter(|id| topology.vnet(*id).subnets.iter().any(|subnet| !subnet.private_endpoints.is_empty()));
    hosts.chain(nvas).chain(balancers).chain(endpoints).collect()
}

/// A user-defined route for addresses of the VNet itself.
fn decides_about_itself(estate: &Estate, id: VnetId) -> bool {
    let vnet = estate.topology.vnet(id);
    estate.topology.subnet_ids(id).any(|subnet| {
        estate.table(subnet).own_rows().any(|row| {
            row.source == RouteSource::User && matches!(row.prefix, RowPrefix::Range(prefix) if vnet.covers(prefix))
        })
    })
}
