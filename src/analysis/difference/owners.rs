//! Who has which address and who forwards: what decides where packets go beside tables and routes.

use crate::analysis::Estate;
use crate::bgp::LocalKind;
use crate::topology::{Element, RouterId, TunnelEnd};
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
    /// A router that failed.
    is_down: bool,
}

/// Where packets may end otherwise because somebody came, went, failed or works again.
#[derive(Debug, Default)]
pub(super) struct Differing {
    /// Addresses that packets are for.
    pub(super) ranges: Vec<Ipv4Net>,
    /// Next hops: any packet that is sent to one of these.
    pub(super) hops: BTreeSet<Ipv4Addr>,
}

/// What differs; none when somebody changed, which may touch every packet.
pub(super) fn differing(old: &Estate, new: &Estate) -> Option<Differing> {
    let (before, after) = (owners(old), owners(new));
    let mut differing = Differing::default();
    let mut routers: BTreeSet<&str> = BTreeSet::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (was, is) = (before.get(name), after.get(name));
        if let (Some(was), Some(is)) = (was, is) {
            if was == is {
                continue;
            }
            // A failed router is where it was, and sessions with it are for whoever looks at routes.
            if was.is_down == is.is_down || (&was.about, &was.ranges, &was.hops) != (&is.about, &is.ranges, &is.hops) {
                return None;
            }
            routers.extend(name.strip_prefix(ROUTER));
        }
        for owner in was.into_iter().chain(is) {
            differing.ranges.extend(&owner.ranges);
            differing.hops.extend(&owner.hops);
        }
    }
    for estate in [old, new] {
        let topology = &estate.topology;
        let has = |id: &RouterId| routers.contains(topology.router(*id).name.as_str());
        let balancers = topology.load_balancers.iter().filter(|balancer| balancer.backends.iter().any(has));
        differing.hops.extend(balancers.map(|balancer| balancer.address));
        // What is written for a tunnel stays where it is when the tunnel fails: nobody takes it from elsewhere.
        let is_static = |kind: &LocalKind| matches!(kind, LocalKind::Static(_) | LocalKind::PeerHostRoute(_));
        let classes = estate.ribs.class_ids().filter(|_| !topology.down.is_empty()).map(|id| estate.ribs.class(id));
        let classes = classes.filter(|class| class.origins.iter().any(|(_, kind, _)| is_static(kind)));
        differing.ranges.extend(classes.flat_map(|class| &class.prefixes));
    }
    differing.ranges.extend(differing.hops.iter().map(|address| Ipv4Net::from(*address)));
    Some(differing)
}

/// How the names of routers begin among owners.
const ROUTER: &str = "router ";

fn owners(estate: &Estate) -> BTreeMap<String, Owner> {
    let topology = &estate.topology;
    let mut owners = BTreeMap::new();
    let down = |element: Element| topology.down.has(element);
    let mut in_tunnels: BTreeMap<TunnelEnd, BTreeSet<Ipv4Addr>> = BTreeMap::new();
    for side in topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides) {
        in_tunnels.entry(side.end).or_default().extend(side.address);
    }
    for (number, router) in topology.routers.iter().enumerate() {
        let is_down = down(Element::Router(RouterId(number as u32)));
        let nics: Vec<_> = router.nics().map(|(id, address)| (topology.subnet_name(id), address)).collect();
        let silent = router.asn.is_none();
        let ranges = router.originates.iter().filter(|_| silent).map(|origin| origin.prefix).collect();
        let hops = nics.iter().filter_map(|(_, address)| *address).chain(router.address).collect();
        let in_tunnels = in_tunnels.get(&TunnelEnd::Router(RouterId(number as u32)));
        let in_tunnels: Vec<Ipv4Addr> = in_tunnels.into_iter().flatten().copied().collect();
        let about = format!("{:?} {nics:?} {in_tunnels:?} {silent} {}", router.address, router.ip_forwarding);
        owners.insert(format!("{ROUTER}{}", router.name), Owner { about, ranges, hops, is_down });
    }
    let known = |about, ranges, hops| Owner { about, ranges, hops, is_down: false };
    for (number, balancer) in topology.load_balancers.iter().enumerate() {
        let down = down(Element::LoadBalancer(number as u32));
        let backends: Vec<_> = balancer.backends.iter().map(|id| &topology.router(*id).name).collect();
        let about = format!("{} {backends:?} {down}", balancer.address);
        owners.insert(format!("load balancer {}", balancer.name), known(about, Vec::new(), vec![balancer.address]));
    }
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        let down = (down(Element::Vnet(id)), down(Element::VpnGateway(id)), down(Element::ExpressRouteGateway(id)));
        let gateway = vnet.vpn_gateway.as_ref();
        let hops: Vec<_> =
            gateway.iter().flat_map(|gateway| gateway.addresses.iter().chain(&gateway.public_ips)).copied().collect();
        let provider = vnet.provider.map(|id| &topology.vnet(id).name);
        let about = format!("{:?} {hops:?} {provider:?} {down:?}", vnet.ranges);
        owners.insert(format!("vnet {}", vnet.name), known(about, vnet.ranges.clone(), hops));
    }
    for session in &topology.sessions {
        // Whether two routers are joined by a tunnel follows from the addresses of their sessions.
        let mut ends = session.ends.map(|id| &topology.router(id).name);
        ends.sort_unstable();
        let has_addresses = session.addresses.iter().any(Option::is_some);
        let owner =
            owners.entry(format!("session {ends:?}")).or_insert_with(|| known(String::new(), Vec::new(), Vec::new()));
        if has_addresses {
            owner.about = "tunnel".into();
        }
    }
    owners
}
