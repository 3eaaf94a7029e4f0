//! Which way a packet takes from a subnet, with or without a user-defined route.

use crate::azure::facts::Fact;
use crate::azure::system_routes;
use crate::effective::{Hop, NextHopType, RouteSource, Row, SubnetTable};
use crate::lint::context::Context;
use crate::lint::questions::user_routes::{TableRoute, UsedTable};
use crate::topology::{SubnetId, UserNextHop, UserRoute, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// What decides over a packet.
#[derive(Debug, Clone)]
pub(crate) enum Decider<'a> {
    /// The VNet's own range.
    Local,
    /// A peering.
    Peering,
    /// A route of a gateway or a route server.
    Gateway(Vec<Hop>),
    /// A user-defined route.
    User(&'a UserRoute),
    /// The system route to the internet.
    Internet,
    /// A reserved range that nothing routes.
    Nowhere,
}

impl Decider<'_> {
    /// Whether it leads to an end that the estate knows.
    pub(crate) fn arrives(&self) -> bool {
        match self {
            Decider::Internet | Decider::Nowhere => false,
            Decider::User(route) => !matches!(route.next_hop, UserNextHop::None | UserNextHop::Internet),
            Decider::Local | Decider::Peering | Decider::Gateway(_) => true,
        }
    }
}

impl Context<'_> {
    /// Which way packets to a range take from a subnet whose table has `routes`; `without` is left out. Longer routes inside the range
    /// do not count.
    pub(crate) fn decider<'r>(
        &self,
        subnet: SubnetId,
        routes: &BTreeMap<Ipv4Net, &'r UserRoute>,
        to: Ipv4Net,
        without: Option<&UserRoute>,
    ) -> Decider<'r> {
        let table = self.table(subnet);
        let vnet = self.topology.vnet(subnet.vnet);
        let longest = |ranges: &mut dyn Iterator<Item = &Ipv4Net>| {
            ranges.filter(|range| range.contains(&to)).map(Ipv4Net::prefix_len).max()
        };
        let own = longest(&mut vnet.ranges.iter());
        let links = vnet.links.iter().filter(|link| link.connected);
        let peered = longest(&mut links.flat_map(|link| &link.remote_ranges));
        let system = own.max(peered);
        for length in (system.unwrap_or(0)..=to.prefix_len()).rev() {
            let Ok(range) = Ipv4Net::new(to.network(), length).map(|range| range.trunc()) else { continue };
            let user = routes.get(&range).filter(|route| !without.is_some_and(|out| std::ptr::eq(**route, out)));
            if let Some(route) = user {
                return Decider::User(route);
            }
            if let Some(row) = table.gateway_row(range) {
                return Decider::Gateway(row.next_hops);
            }
        }
        if system.is_some() {
            return if own >= peered { Decider::Local } else { Decider::Peering };
        }
        let reserved = system_routes::none_ranges(self.topology.facts.value(Fact::NoneRoutes));
        if reserved.iter().any(|range| range.contains(&to)) { Decider::Nowhere } else { Decider::Internet }
    }
}

/// The name of the user-defined route to an appliance or to nowhere that decides over one of these addresses.
pub(crate) fn steered(table: &SubnetTable, addresses: impl IntoIterator<Item = Ipv4Addr>) -> Option<String> {
    let steers = |row: &Row| {
        let away = matches!(row.next_hop_type, NextHopType::VirtualAppliance | NextHopType::None);
        row.source == RouteSource::User && away
    };
    addresses.into_iter().filter_map(|address| table.decide(address)).find(steers)?.name
}

/// The route, among those of a subnet's table, that takes traffic to the route server of `host` elsewhere.
pub(crate) fn steers<'a>(
    estate: &Context<'a>,
    subnet: SubnetId,
    host: VnetId,
) -> Option<(UsedTable<'a>, TableRoute<'a>)> {
    let server = estate.topology.vnet(host).route_server.as_ref()?;
    let used = estate.table_of(subnet)?;
    let route = used.named(&steered(estate.table(subnet), server.addresses)?)?;
    Some((used, route))
}
