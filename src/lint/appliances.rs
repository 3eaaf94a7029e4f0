//! Who has an address: NVAs, load balancers and private endpoints, and the VNet in which it lies.

use super::context::Context;
use crate::topology::{RouterId, RouterKind, SubnetId, Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

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

impl<'a> Context<'a> {
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

    /// The subnets of private endpoints, by address.
    pub(super) fn private_endpoint_subnets(&self) -> BTreeMap<Ipv4Addr, Vec<SubnetId>> {
        let mut subnets: BTreeMap<Ipv4Addr, Vec<SubnetId>> = BTreeMap::new();
        for id in self.subnets() {
            for endpoint in &self.topology.subnet(id).private_endpoints {
                subnets.entry(endpoint.address).or_default().push(id);
            }
        }
        subnets
    }
}
