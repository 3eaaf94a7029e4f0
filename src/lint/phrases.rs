//! Phrases for findings: lists of names that stay short, next hops.

use super::context::Context;
use crate::effective::Hop;
use crate::topology::{SubnetId, UserNextHop};
use crate::words::few_names;

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

impl Context<'_> {
    /// ``subnets `hub/app` and `hub/web` ``.
    pub(super) fn subnets_text(&self, subnets: &[SubnetId]) -> String {
        let noun = if subnets.len() == 1 { "subnet" } else { "subnets" };
        format!("{noun} {}", few_names(subnets.iter().map(|id| self.topology.subnet_name(*id))))
    }
}
