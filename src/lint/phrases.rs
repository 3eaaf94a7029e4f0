//! Words that findings of several rules share: devices, next hops, subnets, limits.

use super::context::Context;
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::azure::facts::Fact;
use crate::bgp::Device;
use crate::effective::Hop;
use crate::source::Span;
use crate::topology::{SubnetId, UserNextHop, VnetId};
use crate::words::few_names;
use ipnet::Ipv4Net;

impl Context<'_> {
    /// Steps to show: that each of these devices announces a prefix, and where the device is written.
    pub(super) fn announcing(&self, devices: &[Device], prefix: Ipv4Net) -> Vec<(Span, String)> {
        let step =
            |device: &Device| Some((self.device_span(*device)?, format!("{} announces {prefix}", self.said(*device))));
        devices.iter().filter_map(step).collect()
    }

    /// A device as people say it.
    pub(super) fn said(&self, device: Device) -> String {
        let topology = self.topology;
        match device {
            Device::RouteServer(id) => format!("the route server of `{}`", topology.vnet(id).name),
            Device::VpnGateway(id) => format!("the VPN gateway of `{}`", topology.vnet(id).name),
            Device::ExpressRouteGateway(id) => format!("the ExpressRoute gateway of `{}`", topology.vnet(id).name),
            Device::Edge(id) => format!("circuit `{}`", topology.circuit(id).name),
            Device::Router(id) => format!("`{}`", topology.router(id).name),
        }
    }

    /// A limit with who says so.
    pub(super) fn limit_words(&self, fact: Fact) -> String {
        format!("the limit is {} ({})", self.limit(fact), self.source_of(fact))
    }

    /// ``subnets `hub/app` and `hub/web` ``.
    pub(super) fn subnets_text(&self, subnets: &[SubnetId]) -> String {
        let noun = if subnets.len() == 1 { "subnet" } else { "subnets" };
        format!("{noun} {}", few_names(subnets.iter().map(|id| self.topology.subnet_name(*id))))
    }

    /// What to do about the ASN of an NVA, with one that is free.
    pub(super) fn asn_help(&self, name: &str) -> String {
        match self.free_asn() {
            Some(asn) => format!("give `{name}` a private 16-bit ASN that is free, such as {asn}"),
            None => format!("give `{name}` a public ASN of your own"),
        }
    }

    /// What to write so that the route server is reached again.
    pub(super) fn exception(&self, host: VnetId, table: &str) -> String {
        let subnet = self.subnet_named(host, ROUTE_SERVER_SUBNET);
        let range = subnet.and_then(|id| self.topology.subnet(id).ranges.first().copied());
        let range = range.map_or("the range of RouteServerSubnet".to_owned(), |range| range.to_string());
        format!("add to table `{table}` the route `route-server: {{ prefix: {range}, next_hop: VnetLocal }}`")
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

/// `once`, `twice`, `3 times`.
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".into(),
        2 => "twice".into(),
        _ => format!("{count} times"),
    }
}
