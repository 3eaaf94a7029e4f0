//! Who sends packets of others over a peering: NVAs and load balancers, and the routes that lead through them.

use crate::azure::GATEWAY_SUBNET;
use crate::effective::{Hop, RouteSource, Row, RowPrefix, State};
use crate::lint::context::Context;
use crate::lint::questions::peering_sides::Side;
use crate::source::Span;
use crate::topology::{RouterId, SubnetId, VnetId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// How packets of others reach a VNet through a forwarder in another.
pub(crate) struct Arrival<'a> {
    /// Where they come from.
    pub(crate) from: Origin,
    /// The prefix of the route over the forwarder, or the network behind it.
    pub(crate) prefix: Ipv4Net,
    /// Where the route is written, or else the subnet or the forwarder.
    pub(crate) span: Span,
    /// The NVA or load balancer.
    pub(crate) forwarder: &'a str,
    /// Where it is written.
    pub(crate) forwarder_span: Span,
}

/// Where forwarded packets come from.
pub(crate) enum Origin {
    /// A subnet with a user-defined route.
    Steered(SubnetId),
    /// A subnet that takes a gateway route.
    Learned(SubnetId),
    /// A network that the forwarder announces.
    Behind,
}

/// Something that passes packets on with their source unchanged.
#[derive(Clone, Copy)]
struct Forwarder<'a> {
    vnet: VnetId,
    address: Ipv4Addr,
    name: &'a str,
    span: Span,
}

/// A route over a forwarder; of a user-defined one, where it is written.
#[derive(Clone, Copy)]
struct Through<'a> {
    prefix: Ipv4Net,
    forwarder: Forwarder<'a>,
    span: Option<Span>,
}

/// The forwarders in the VNets behind some sides of peerings, and what gateways program with them as next hop.
pub(crate) struct Forwarders<'c, 'a> {
    estate: &'c Context<'a>,
    by_address: BTreeMap<Ipv4Addr, Vec<Forwarder<'a>>>,
    programmed: BTreeMap<VnetId, Vec<(Ipv4Net, Forwarder<'a>)>>,
}

impl<'c, 'a> Forwarders<'c, 'a> {
    /// The forwarders in the VNets that the sides lead to.
    pub(crate) fn before(estate: &'c Context<'a>, sides: &[Side<'a>]) -> Self {
        let vnets: BTreeSet<VnetId> = sides.iter().map(|side| side.link.remote).collect();
        let topology = estate.topology;
        let mut by_address: BTreeMap<Ipv4Addr, Vec<Forwarder<'a>>> = BTreeMap::new();
        let mut add = |vnet: VnetId, address: Ipv4Addr, name: &'a str, span: Span| {
            if vnets.contains(&vnet) {
                by_address.entry(address).or_default().push(Forwarder { vnet, address, name, span });
            }
        };
        for router in topology.routers.iter().filter(|router| !router.snat) {
            for (subnet, address) in router.nics() {
                if let Some(address) = address {
                    add(subnet.vnet, address, &router.name, router.span);
                }
            }
        }
        for balancer in &topology.load_balancers {
            let translates = |id: &RouterId| topology.router(*id).snat;
            if balancer.backends.is_empty() || !balancer.backends.iter().all(translates) {
                add(balancer.subnet.vnet, balancer.address, &balancer.name, balancer.span);
            }
        }
        let mut forwarders = Forwarders { estate, by_address, programmed: BTreeMap::new() };
        if !forwarders.by_address.is_empty() {
            let hosts = topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing());
            forwarders.programmed = hosts.map(|host| (host, forwarders.programmed_by(host))).collect();
        }
        forwarders
    }

    fn programmed_by(&self, host: VnetId) -> Vec<(Ipv4Net, Forwarder<'a>)> {
        let routes = self.estate.tables().gateway_routes(host);
        let routes = routes.iter().flat_map(|routes| routes.routes());
        routes.flat_map(|route| self.at(&route.hops).map(move |forwarder| (route.prefix, forwarder))).collect()
    }

    fn at<'h>(&'h self, hops: &'h [Hop]) -> impl Iterator<Item = Forwarder<'a>> + 'h {
        let addresses =
            hops.iter().filter_map(|hop| if let Hop::Address(address) = hop { Some(address) } else { None });
        addresses.flat_map(|address| self.by_address.get(address).into_iter().flatten().copied())
    }

    /// The sides over which packets of others arrive, each with one way on which they do.
    pub(crate) fn arrivals<'s>(&self, sides: &'s [Side<'a>]) -> Vec<(&'s Side<'a>, Arrival<'a>)> {
        let mut pending: BTreeMap<VnetId, Vec<&'s Side<'a>>> = BTreeMap::new();
        let mut found = Vec::new();
        for side in sides {
            match self.behind(side) {
                Some(way) => found.push((side, way)),
                None => pending.entry(side.link.remote).or_default().push(side),
            }
        }
        let learned = self.towards(&pending);
        for id in self.estate.subnets() {
            if self.by_address.is_empty() || pending.values().all(Vec::is_empty) {
                break;
            }
            for route in self.steered(id).into_iter().chain(self.learned(id, &learned)) {
                let Some(waiting) = pending.get_mut(&route.forwarder.vnet) else { continue };
                waiting.retain(|side| {
                    let leads = self.leads(id, route.prefix, side);
                    if leads {
                        found.push((side, self.arrival(id, &route)));
                    }
                    !leads
                });
            }
        }
        found
    }

    fn arrival(&self, id: SubnetId, route: &Through<'a>) -> Arrival<'a> {
        let Through { prefix, forwarder, span } = route;
        Arrival {
            from: if span.is_some() { Origin::Steered(id) } else { Origin::Learned(id) },
            prefix: *prefix,
            span: span.unwrap_or(self.estate.topology.subnet(id).span),
            forwarder: forwarder.name,
            forwarder_span: forwarder.span,
        }
    }

    /// What gateways program over a forwarder and that has to do with a VNet of the sides.
    fn towards(&self, sides: &BTreeMap<VnetId, Vec<&Side<'a>>>) -> BTreeMap<VnetId, Vec<Through<'a>>> {
        let topology = self.estate.topology;
        let locals = sides.values().flatten().map(|side| side.local);
        let ranges: BTreeSet<Ipv4Net> = locals.flat_map(|id| topology.vnet(id).ranges.iter().copied()).collect();
        let concerns = |prefix: Ipv4Net| {
            let inside = |range: &Ipv4Net| prefix.contains(range);
            let covers =
                |length: u8| Ipv4Net::new(prefix.network(), length).is_ok_and(|cover| ranges.contains(&cover.trunc()));
            ranges.range(prefix..).next().is_some_and(inside) || (0..=prefix.prefix_len()).any(covers)
        };
        let routes = |routes: &Vec<(Ipv4Net, Forwarder<'a>)>| {
            let routes = routes.iter().filter(|(prefix, _)| concerns(*prefix));
            routes.map(|(prefix, forwarder)| Through { prefix: *prefix, forwarder: *forwarder, span: None }).collect()
        };
        self.programmed.iter().map(|(host, programmed)| (*host, routes(programmed))).collect()
    }

    /// Networks that a forwarder announces as standing behind it: what comes from there comes through it.
    fn behind(&self, side: &Side<'a>) -> Option<Arrival<'a>> {
        let vnet = self.estate.topology.vnet(side.local);
        let hub = self.estate.topology.vnet(side.link.remote);
        let routes = self.programmed.get(&vnet.provider?)?;
        let (prefix, forwarder) = routes.iter().find(|(prefix, forwarder)| {
            // A summary of everything says nothing about who stands behind it.
            let summary = prefix.prefix_len() < 2 || vnet.ranges.iter().any(|range| prefix.contains(range));
            forwarder.vnet == side.link.remote && !summary && !hub.covers(*prefix) && self.takes(side.local, *prefix)
        })?;
        Some(Arrival {
            from: Origin::Behind,
            prefix: *prefix,
            span: forwarder.span,
            forwarder: forwarder.name,
            forwarder_span: forwarder.span,
        })
    }

    /// True when some subnet of a VNet takes a gateway route of that prefix.
    fn takes(&self, id: VnetId, prefix: Ipv4Net) -> bool {
        let vnet = self.estate.topology.vnet(id);
        let mut seen = vnet.links.iter().filter(|link| link.connected).flat_map(|link| &link.remote_ranges);
        !vnet.covers(prefix)
            && !seen.any(|range| range.contains(&prefix))
            && self.estate.topology.subnet_ids(id).any(|subnet| !self.estate.table(subnet).propagation_disabled)
    }

    /// User-defined routes of a subnet over a forwarder.
    fn steered(&self, id: SubnetId) -> Vec<Through<'a>> {
        let topology = self.estate.topology;
        let Some(table) = topology.subnet(id).route_table.map(|table| &topology.route_tables[table.index()]) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for row in self.estate.table(id).own_rows().filter(|row| row.state == State::Active) {
            let route = table.routes.iter().find(|route| row.name.as_ref() == Some(&route.name));
            if let (RouteSource::User, RowPrefix::Range(prefix), Some(route)) = (row.source, &row.prefix, route) {
                let through = |forwarder| Through { prefix: *prefix, forwarder, span: Some(route.span) };
                found.extend(self.at(&row.next_hops).map(through));
            }
        }
        found
    }

    /// Gateway routes of a subnet over a forwarder that it reaches.
    fn learned(&self, id: SubnetId, programmed: &BTreeMap<VnetId, Vec<Through<'a>>>) -> Vec<Through<'a>> {
        let topology = self.estate.topology;
        let provider = topology.vnet(id.vnet).provider.filter(|_| !self.estate.table(id).propagation_disabled);
        let routes = provider.and_then(|host| programmed.get(&host)).into_iter().flatten();
        let taken = |route: &&Through<'a>| {
            self.takes(id.vnet, route.prefix) && topology.reaches(id.vnet, route.forwarder.address)
        };
        routes.filter(taken).copied().collect()
    }

    /// True when packets of a subnet to the VNet of a side follow a route of that prefix, and come from outside the other VNet.
    fn leads(&self, id: SubnetId, prefix: Ipv4Net, side: &Side<'_>) -> bool {
        let topology = self.estate.topology;
        let from_a_gateway = topology.subnet(id).name == GATEWAY_SUBNET;
        if id.vnet == side.local || (id.vnet == side.link.remote && !from_a_gateway) {
            return false;
        }
        topology
            .vnet(side.local)
            .ranges
            .iter()
            .any(|range| range.contains(&prefix) || (prefix.contains(range) && !self.beaten(id, prefix, *range)))
    }

    /// True when a longer route of the subnet covers the range.
    fn beaten(&self, id: SubnetId, prefix: Ipv4Net, range: Ipv4Net) -> bool {
        let longer = |row: &Row| {
            let covers = matches!(&row.prefix, RowPrefix::Range(other) if other.contains(&range) && other.prefix_len() > prefix.prefix_len());
            covers && row.state == State::Active
        };
        if self.estate.table(id).own_rows().any(longer) {
            return true;
        }
        let provider =
            self.estate.topology.vnet(id.vnet).provider.filter(|_| !self.estate.table(id).propagation_disabled);
        let routes = provider.and_then(|host| self.estate.tables().gateway_routes(host));
        let mut lengths = prefix.prefix_len() + 1..=range.prefix_len();
        let exact = |length: u8| Ipv4Net::new(range.network(), length).map(|cover| cover.trunc()).ok();
        routes.is_some_and(|routes| {
            lengths.any(|length| exact(length).is_some_and(|cover| routes.position(cover).is_some()))
        })
    }
}
