//! Words for what several rules name: lists that are cut short, devices, limits.

use super::context::Context;
use crate::azure::facts::Fact;
use crate::bgp::Device;
use std::fmt::Display;

/// Names that are shown of a longer list.
const SHOWN: usize = 5;

/// `a, b and c`, or the first few and how many more.
pub(super) fn listed<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<T> = items.into_iter().collect();
    let shown: Vec<String> = items.iter().take(SHOWN).map(T::to_string).collect();
    match (shown.as_slice(), items.len().saturating_sub(SHOWN)) {
        (shown, more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        ([.., _, _], _) => format!("{} and {}", shown[..shown.len() - 1].join(", "), shown[shown.len() - 1]),
        _ => shown.concat(),
    }
}

/// The same of names: each in backticks.
pub(super) fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    listed(names.into_iter().map(|name| format!("`{name}`")))
}

/// The first few of some lines; of the others only how many there are.
pub(super) fn first_lines(lines: Vec<String>, what: &str) -> Vec<String> {
    let more = lines.len().saturating_sub(SHOWN);
    let mut kept: Vec<String> = lines.into_iter().take(SHOWN).collect();
    if more > 0 {
        kept.push(format!("{more} more {what}"));
    }
    kept
}

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
