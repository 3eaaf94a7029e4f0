//! Phrases for findings: lists of names that stay short, next hops.

use super::context::Context;
use crate::effective::Hop;
use crate::topology::{SubnetId, UserNextHop};

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

/// At most this many names stand in a list.
const LISTED: usize = 5;

/// `` `a`, `b` and 3 more ``.
pub(super) fn some_of(names: impl IntoIterator<Item = String>) -> String {
    let names: Vec<String> = names.into_iter().collect();
    let shown = if names.len() > LISTED + 1 { LISTED } else { names.len() };
    let mut text = crate::words::all_of(names[..shown].iter().map(String::as_str));
    if shown < names.len() {
        text = names[..shown].iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!(" and {} more", names.len() - shown));
    }
    text
}

impl Context<'_> {
    /// ``subnets `hub/app` and `hub/web` ``.
    pub(super) fn subnets_text(&self, subnets: &[SubnetId]) -> String {
        let noun = if subnets.len() == 1 { "subnet" } else { "subnets" };
        format!("{noun} {}", some_of(subnets.iter().map(|id| self.topology.subnet_name(*id))))
    }
}
