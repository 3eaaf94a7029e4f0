//! Sites behind VPN gateways: one for each router, however many local network gateways name it.

use super::learned::{Heard, announcement};
use super::{Announcement, Site, Tunnel, Work, natural, v4};
use crate::exchange::import::captures;
use crate::exchange::import::estate::LocalGateway;
use crate::exchange::import::remark::NO_ROUTES_OF_TUNNEL;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// By what a router is known: its AS number and address of BGP, else its public address, else the name of its local network gateway.
type Identity = (Option<(u32, Ipv4Addr)>, String);

pub(super) fn draw(outside: Vec<(&LocalGateway, Tunnel)>, work: &mut Work<'_>) {
    let mut routers: BTreeMap<Identity, Vec<(&LocalGateway, Tunnel)>> = BTreeMap::new();
    for (local, tunnel) in outside {
        routers.entry(identity(local)).or_default().push((local, tunnel));
    }
    let mut routers: Vec<_> = routers.into_values().collect();
    routers.iter_mut().for_each(|router| router.sort_by_key(|(local, _)| natural(local.id.name())));
    routers.sort_by_key(|router| natural(router[0].0.id.name()));
    for router in routers {
        site(&router, work);
    }
    known(work);
}

/// Sites that only the topology that is refreshed tells of, when there are routes of theirs.
fn known(work: &mut Work<'_>) {
    for known in &work.known.sites {
        let is_drawn = work.draft.sites.iter().any(|site| site.name == known.name);
        if is_drawn || known.address.is_none() {
            continue;
        }
        let mut heard = Heard::default();
        for (vnet, own) in &known.gateways {
            learned(vnet, own, known.asn, known.address, &mut heard, work);
        }
        if !heard.is_empty() {
            let joined = heard.joined(known.asn, known.address);
            if let Some(text) = heard.doubt() {
                work.guess(format!("sites.{}", known.name), text);
            }
            work.draft.sites.push(Site {
                name: known.name.clone(),
                asn: known.asn,
                address: None,
                prefixes: Some(joined.announcements),
                exports: joined.exports,
                is_learned: true,
                tunnels: Vec::new(),
            });
        }
    }
}

fn identity(local: &LocalGateway) -> Identity {
    match (local.asn.as_ref(), bgp_address(local)) {
        (Some(asn), Some(address)) => (Some((asn.value, address)), String::new()),
        _ => {
            let public = local.public.as_ref().map(|told| told.value.to_string());
            (None, public.unwrap_or_else(|| local.id.to_string().to_lowercase()))
        }
    }
}

fn site(router: &[(&LocalGateway, Tunnel)], work: &mut Work<'_>) {
    let local = router[0].0;
    let address = bgp_address(local);
    let number = local.asn.as_ref().map(|told| told.value);
    let known =
        work.known.sites.iter().find(|site| site.name.eq_ignore_ascii_case(&super::names::fit(local.id.name())));
    let known = known.or_else(|| {
        work.known.sites.iter().find(|site| site.address.is_some() && site.address == address && site.asn == number)
    });
    let is_known = known.is_some();
    let wanted = known.map_or_else(|| local.id.name().to_owned(), |site| site.name.clone());
    let name = work.names.free(&wanted, "site");
    let entry = format!("sites.{name}");
    let speaks = router.iter().any(|(_, tunnel)| tunnel.bgp);
    let asn = local.asn.as_ref().map(|told| told.value).filter(|_| speaks);
    let all: BTreeSet<IpNet> = router.iter().flat_map(|(_, tunnel)| tunnel.local_networks.clone()).collect();
    let heard = if speaks { heard(router, asn, address, work) } else { Heard::default() };
    let is_learned = !heard.is_empty();
    let (prefixes, exports) = match (speaks, is_learned) {
        (false, _) => (Some(ranges(&all)), Vec::new()),
        (true, true) => {
            if let Some(text) = heard.doubt() {
                work.guess(entry.clone(), text);
            }
            let joined = heard.joined(asn, address);
            (Some(joined.announcements), joined.exports)
        }
        (true, false) => {
            if !is_known {
                work.blank(entry.clone(), NO_ROUTES_OF_TUNNEL);
            }
            (None, Vec::new())
        }
    };
    if router.iter().any(|(_, tunnel)| tunnel.bgp != speaks) {
        work.guess(entry.clone(), "some of its tunnels run BGP and some do not");
    }
    // The format has no empty list of ranges: of a tunnel that nothing is routed into, nothing is written.
    let is_idle = |tunnel: &Tunnel| !tunnel.bgp && tunnel.local_networks.is_empty() && (speaks || !all.is_empty());
    for (local, tunnel) in router.iter().filter(|(_, tunnel)| is_idle(tunnel)) {
        let (name, vnet) = (local.id.name(), &tunnel.vnet);
        let text = format!(
            "its tunnel with `{vnet}`: the local network gateway `{name}` has no ranges, so nothing is routed into it"
        );
        work.skipped(entry.clone(), text);
    }
    let tunnels = router.iter().filter(|(_, tunnel)| !is_idle(tunnel)).map(|(_, tunnel)| {
        let own: BTreeSet<IpNet> = tunnel.local_networks.iter().copied().collect();
        // Of a site without BGP a tunnel carries all prefixes when nothing else is written; those of one with BGP were learned.
        let is_usual = if speaks { own.is_empty() } else { own == all };
        Tunnel { local_networks: if is_usual { Vec::new() } else { own.into_iter().collect() }, ..tunnel.clone() }
    });
    let tunnels: BTreeSet<Tunnel> = tunnels.collect();
    let mut tunnels: Vec<Tunnel> = tunnels.into_iter().collect();
    tunnels.sort_by_key(|tunnel| natural(&tunnel.vnet));
    let address = address.filter(|_| speaks);
    work.draft.sites.push(Site { name, asn, address, prefixes, exports, is_learned, tunnels });
}

/// What the gateways learned from the site.
fn heard(router: &[(&LocalGateway, Tunnel)], asn: Option<u32>, address: Option<Ipv4Addr>, work: &Work<'_>) -> Heard {
    let mut heard = Heard::default();
    for (_, tunnel) in router.iter().filter(|(_, tunnel)| tunnel.bgp) {
        let vnet = work.draft.vnets.iter().find(|vnet| vnet.name == tunnel.vnet);
        let gateway = vnet.and_then(|vnet| vnet.vpn_gateway.as_ref());
        let own = gateway.map(|gateway| gateway.addresses.as_slice()).unwrap_or_default();
        learned(&tunnel.vnet, own, asn, address, &mut heard, work);
    }
    heard
}

/// Notes what the gateway of a VNet, known by its addresses, learned from a router; false when nothing was captured of that gateway.
pub(super) fn learned(
    vnet: &str,
    own: &[IpAddr],
    asn: Option<u32>,
    address: Option<Ipv4Addr>,
    heard: &mut Heard,
    work: &Work<'_>,
) -> bool {
    let mut is_captured = false;
    for routes in &work.captures.gateways {
        let rows = &routes.capture.rows;
        if !rows.iter().any(|row| row.local_address.is_some_and(|at| own.contains(&at.into()))) {
            continue;
        }
        heard.neighbour(vnet);
        is_captured = true;
        for row in rows.iter().filter(|row| captures::is_from(row, asn, address)) {
            if let Some(route) = captures::received(row) {
                heard.route(vnet, announcement(&route, asn, address));
            }
        }
    }
    is_captured
}

/// The ranges of a site without BGP as announcements.
fn ranges(ranges: &BTreeSet<IpNet>) -> Vec<Announcement> {
    let v4 = ranges.iter().filter_map(|range| match range {
        IpNet::V4(prefix) => Some(*prefix),
        IpNet::V6(_) => None,
    });
    v4.map(|prefix| Announcement { prefix, path: Vec::new(), next_hop: None }).collect()
}

/// The address of a local network gateway that BGP runs from.
fn bgp_address(local: &LocalGateway) -> Option<Ipv4Addr> {
    local.bgp_address.as_ref().and_then(|told| v4(told.value))
}
