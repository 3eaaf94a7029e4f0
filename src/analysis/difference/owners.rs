//! Who has which address and who forwards: what decides where packets go beside tables and routes.

use crate::analysis::Estate;
use crate::effective::Hop;
use crate::topology::{Element, RouterId};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// What somebody is, and the addresses that are his.
#[derive(Debug, PartialEq, Eq)]
struct Owner {
    about: String,
    ranges: Vec<Ipv4Net>,
    /// Addresses that packets may be sent to as next hops.
    hops: Vec<Ipv4Addr>,
}

/// The ranges in which packets may end otherwise because somebody came or went; none when somebody changed, which may touch every
/// packet.
pub(super) fn differing(old: &Estate, new: &Estate) -> Option<Vec<Ipv4Net>> {
    if old.topology.down != new.topology.down {
        return None;
    }
    let (before, after) = (owners(old), owners(new));
    let mut ranges = Vec::new();
    let mut hops: BTreeSet<Ipv4Addr> = BTreeSet::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        match (before.get(name), after.get(name)) {
            (Some(was), Some(is)) if was == is => {}
            (Some(_), Some(_)) => return None,
            (was, is) => {
                for owner in was.into_iter().chain(is) {
                    ranges.extend(&owner.ranges);
                    ranges.extend(owner.hops.iter().map(|address| Ipv4Net::from(*address)));
                    hops.extend(&owner.hops);
                }
            }
        }
    }
    // Packets that somebody sends to one who came or went may be any.
    let used = !hops.is_empty() && [old, new].iter().any(|estate| next_hops(estate).any(|hop| hops.contains(&hop)));
    (!used).then_some(ranges)
}

fn owners(estate: &Estate) -> BTreeMap<String, Owner> {
    let topology = &estate.topology;
    let mut owners = BTreeMap::new();
    let down = |element: Element| topology.down.has(element);
    for (number, router) in topology.routers.iter().enumerate() {
        let down = down(Element::Router(RouterId(number as u32)));
        let nics: Vec<_> = router.nics().map(|(id, address)| (topology.subnet_name(id), address)).collect();
        let silent = router.asn.is_none();
        let behind = router.originates.iter().filter(|_| silent).map(|origin| origin.prefix).collect();
        let hops = nics.iter().filter_map(|(_, address)| *address).chain(router.address).collect();
        let about = format!("{:?} {nics:?} {silent} {} {down}", router.address, router.ip_forwarding);
        owners.insert(format!("router {}", router.name), Owner { about, ranges: behind, hops });
    }
    for (number, balancer) in topology.load_balancers.iter().enumerate() {
        let down = down(Element::LoadBalancer(number as u32));
        let backends: Vec<_> = balancer.backends.iter().map(|id| &topology.router(*id).name).collect();
        let about = format!("{} {backends:?} {down}", balancer.address);
        let hops = vec![balancer.address];
        owners.insert(format!("load balancer {}", balancer.name), Owner { about, ranges: Vec::new(), hops });
    }
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        let down = (down(Element::Vnet(id)), down(Element::VpnGateway(id)), down(Element::ExpressRouteGateway(id)));
        let gateway = vnet.vpn_gateway.as_ref();
        let hops: Vec<_> =
            gateway.iter().flat_map(|gateway| gateway.addresses.iter().chain(&gateway.public_ips)).copied().collect();
        let provider = vnet.provider.map(|id| &topology.vnet(id).name);
        let about = format!("{:?} {hops:?} {provider:?} {down:?}", vnet.ranges);
        owners.insert(format!("vnet {}", vnet.name), Owner { about, ranges: vnet.ranges.clone(), hops });
    }
    for (number, session) in topology.sessions.iter().enumerate() {
        // Whether two routers are joined by a tunnel follows from the addresses of their session.
        let ends = session.ends.map(|id| &topology.router(id).name);
        let about = format!("{:?}", session.addresses);
        owners.insert(format!("session {ends:?} {number}"), Owner { about, ranges: Vec::new(), hops: Vec::new() });
    }
    owners
}

/// Every address that a table sends packets to.
fn next_hops(estate: &Estate) -> impl Iterator<Item = Ipv4Addr> + '_ {
    let tables = estate.tables.iter().flatten();
    let hops = tables.flat_map(|table| {
        let own = table.own_rows().flat_map(|row| row.next_hops.iter());
        own.chain(table.active_gateway_routes().flat_map(|route| route.hops.iter()))
    });
    hops.filter_map(|hop| if let Hop::Address(address) = hop { Some(*address) } else { None })
}
