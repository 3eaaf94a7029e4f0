//! Who has an address: NVAs, load balancers and private endpoints, and the VNet in which it lies.

use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::lint::context::Context;
use crate::lint::questions::placed_addresses::is_kept;
use crate::topology::{RouterId, SubnetId, Topology, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Who has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holder {
    /// A NIC of an NVA.
    Nva(RouterId),
    /// The load balancer of that index.
    LoadBalancer(usize),
}

/// What Azure has at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    /// A route server, or its subnet.
    RouteServer,
    /// A gateway, or its subnet.
    Gateway,
    /// An address that Azure keeps in every subnet.
    Reserved,
}

/// The addresses of NVAs and load balancers, by VNet.
pub(crate) struct Appliances<'a> {
    topology: &'a Topology,
    holders: BTreeMap<(VnetId, Ipv4Addr), Holder>,
}

impl Appliances<'_> {
    /// Who has an address in a VNet.
    pub(crate) fn at(&self, vnet: VnetId, address: Ipv4Addr) -> Option<Holder> {
        self.holders.get(&(vnet, address)).copied()
    }

    /// The NVAs that get what is sent to an address.
    pub(crate) fn behind(&self, vnet: VnetId, address: Ipv4Addr) -> Vec<RouterId> {
        match self.at(vnet, address) {
            Some(Holder::Nva(router)) => vec![router],
            Some(Holder::LoadBalancer(index)) => self.topology.load_balancers[index].backends.clone(),
            None => Vec::new(),
        }
    }

    /// An appliance in a VNet, with its address.
    pub(crate) fn in_vnet(&self, vnet: VnetId) -> Option<(&str, Ipv4Addr)> {
        let lowest = Ipv4Addr::UNSPECIFIED;
        let (_, address) = *self.holders.range((vnet, lowest)..).next().filter(|((owner, _), _)| *owner == vnet)?.0;
        Some((self.name(self.holders[&(vnet, address)]), address))
    }

    /// An appliance in a VNet or in one that a connected peering joins to it.
    pub(crate) fn in_reach(&self, from: VnetId) -> Option<(&str, Ipv4Addr)> {
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
    pub(crate) fn vnet_of_address(&self, from: VnetId, address: Ipv4Addr) -> Option<VnetId> {
        let vnet = self.topology.vnet(from);
        let inside = |ranges: &[Ipv4Net]| ranges.iter().any(|range| range.contains(&address));
        if inside(&vnet.ranges) {
            return Some(from);
        }
        let mut links = vnet.links.iter().filter(|link| link.connected);
        links.find(|link| inside(&link.remote_ranges)).map(|link| link.remote)
    }

    /// Who has an address in a VNet or in one that a connected peering joins to it; an NVA before a load balancer.
    pub(crate) fn owner_of(&self, from: VnetId, address: Ipv4Addr) -> Option<Holder> {
        let links = self.topology.vnet(from).links.iter().filter(|link| link.connected);
        let near = links.map(|link| link.remote).chain([from]);
        near.filter_map(|vnet| self.appliances().at(vnet, address)).min()
    }

    /// Who has which address.
    pub(crate) fn appliances(&self) -> &Appliances<'a> {
        self.appliances.get_or_init(|| self.find_appliances())
    }

    fn find_appliances(&self) -> Appliances<'a> {
        let mut holders = BTreeMap::new();
        for id in self.routers() {
            let router = self.topology.router(id);
            let nics = router.nics().filter_map(|(subnet, address)| Some((subnet.vnet, address?)));
            holders.extend(nics.map(|place| (place, Holder::Nva(id))));
        }
        for (index, balancer) in self.topology.load_balancers.iter().enumerate() {
            holders.insert((balancer.subnet.vnet, balancer.address), Holder::LoadBalancer(index));
        }
        Appliances { topology: self.topology, holders }
    }

    /// The subnets of private endpoints, by address.
    pub(crate) fn private_endpoint_subnets(&self) -> BTreeMap<Ipv4Addr, Vec<SubnetId>> {
        let mut subnets: BTreeMap<Ipv4Addr, Vec<SubnetId>> = BTreeMap::new();
        for id in self.subnets() {
            for endpoint in &self.topology.subnet(id).private_endpoints {
                subnets.entry(endpoint.address).or_default().push(id);
            }
        }
        subnets
    }

    /// What Azure itself has at an address of a VNet, and the subnet it is in.
    pub(crate) fn platform(&self, vnet: VnetId, address: Ipv4Addr) -> Option<(Platform, Option<SubnetId>)> {
        let host = self.topology.vnet(vnet);
        let holds = |id: &SubnetId| self.topology.subnet(*id).ranges.iter().any(|range| range.contains(&address));
        let subnet = self.topology.subnet_ids(vnet).find(holds);
        let name = subnet.map_or("", |id| self.topology.subnet(id).name.as_str());
        let server = host.route_server.iter().any(|server| server.addresses.contains(&address));
        let vpn = host.vpn_gateway.iter().any(|gateway| gateway.addresses.contains(&address));
        let express_route = host.express_route_gateway.iter();
        let mut express_route =
            express_route.flat_map(|gateway| gateway.addresses.iter().chain(&gateway.edge_addresses));
        if server || name == ROUTE_SERVER_SUBNET {
            return Some((Platform::RouteServer, subnet));
        }
        if vpn || name == GATEWAY_SUBNET || express_route.any(|other| *other == address) {
            return Some((Platform::Gateway, subnet));
        }
        let range = self.topology.subnet(subnet?).ranges.iter().find(|range| range.contains(&address))?;
        is_kept(*range, address).then_some((Platform::Reserved, subnet))
    }
}
