//! Words for what several rules name: lists that are cut short, devices, limits.

use super::context::Context;
use crate::azure::facts::Fact;
use crate::bgp::Device;

/// A device as people say it.
pub(super) fn said(estate: &Context<'_>, device: Device) -> String {
    let topology = estate.topology;
    match device {
        Device::RouteServer(id) => format!("the route server of `{}`", topology.vnet(id).name),
        Device::VpnGateway(id) => format!("the VPN gateway of `{}`", topology.vnet(id).name),
        Device::ExpressRouteGateway(id) => format!("the ExpressRoute gateway of `{}`", topology.vnet(id).name),
        Device::Edge(id) => format!("circuit `{}`", topology.circuit(id).name),
        Device::Router(id) => format!("`{}`", topology.router(id).name),
    }
}

/// A limit with who says so.
pub(super) fn limit_words(estate: &Context<'_>, fact: Fact) -> String {
    format!("the limit is {} ({})", estate.limit(fact), estate.source_of(fact))
}

/// `once`, `twice`, `3 times`.
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".into(),
        2 => "twice".into(),
        _ => format!("{count} times"),
    }
}
