//! VPN connections: between two gateways, between a gateway and an NVA, or to a site.

use super::circuits::AZURE;
use super::{Connection, Tunnel, Work, sites, v4};
use crate::exchange::import::estate::{self, GatewayType, LocalGateway};
use crate::exchange::import::remark::{NO_ROUTES_OF_PEER, NO_ROUTES_OF_TUNNEL};
use crate::exchange::import::resource::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What a local network gateway stands for.
enum Far {
    /// The gateway of a VNet of this estate.
    Vnet(String),
    /// An NVA of this estate, with the address that it speaks from.
    Nva(String, Option<IpAddr>),
    /// A router outside.
    Site,
}

pub(super) fn draw(work: &mut Work<'_>) {
    let estate = work.estate;
    let mut joined: BTreeMap<([String; 2], bool), Connection> = BTreeMap::new();
    let mut directions: BTreeMap<[String; 2], BTreeSet<(String, bool)>> = BTreeMap::new();
    let mut outside: Vec<(&LocalGateway, Tunnel)> = Vec::new();
    for connection in estate.connections.values() {
        let name = connection.id.name();
        let (Some(near), Some(far)) = (&connection.gateway, &connection.far) else {
            work.blank(String::new(), format!("the connection `{name}`: no document tells its two ends"));
            continue;
        };
        if far.value.is("Microsoft.Network/expressRouteCircuits") {
            // `circuits` reads it.
            continue;
        }
        let Some(vnet) = work.vnet_of_gateway(&near.value.key(), GatewayType::Vpn) else {
            let text = format!("the connection `{name}`: no document has the VPN gateway `{}`", near.value.name());
            work.blank(String::new(), text);
            continue;
        };
        if connection.weight.as_ref().is_some_and(|told| told.value != 0) {
            work.skipped(
                format!("connections.{name}"),
                format!("the routing weight of the connection `{name}`: the format has none"),
            );
        }
        let bgp = connection.bgp.as_ref().is_some_and(|told| told.value);
        if far.value.is("Microsoft.Network/virtualNetworkGateways") {
            let Some(other) = work.vnet_of_gateway(&far.value.key(), GatewayType::Vpn) else {
                let text = format!("the connection `{name}`: no document has the VPN gateway `{}`", far.value.name());
                work.blank(String::new(), text);
                continue;
            };
            directions.entry(pair(&vnet, &other)).or_default().insert((vnet.clone(), bgp));
            join(&mut joined, &vnet, &other, bgp, false);
            continue;
        }
        let Some(local) = estate.local_gateways.get(&far.value.key()) else {
            let text =
                format!("the connection `{name}`: no document has the local network gateway `{}`", far.value.name());
            work.blank(String::new(), text);
            continue;
        };
        let ranges = local.ranges.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        match far_end(local, work) {
            Far::Vnet(other) => {
                let entry = join(&mut joined, &vnet, &other, bgp, true);
                entry.local_networks.entry(vnet).or_default().extend(ranges);
            }
            Far::Nva(other, address) => {
                let entry = join(&mut joined, &vnet, &other, bgp, true);
                entry.addresses.extend(address.map(|address| (other.clone(), address)));
                entry.local_networks.entry(vnet).or_default().extend(ranges);
            }
            Far::Site => outside.push((local, Tunnel { vnet, bgp, local_networks: ranges })),
        }
    }
    for (pair, from) in directions {
        let entry = format!("connections.{}.{}", pair[0], pair[1]);
        let kinds: BTreeSet<bool> = from.iter().map(|(_, bgp)| *bgp).collect();
        if kinds.len() > 1 {
            work.guess(entry.clone(), "some connections between the two run BGP and some do not: it does not run");
        }
        let back = pair.iter().find(|end| !from.iter().any(|(vnet, _)| vnet == *end));
        if let Some(far) = back {
            work.guess(entry, format!("the connection of `{far}` back is in no document: it is supposed to exist"));
        }
    }
    work.draft.connections = joined.into_values().collect();
    for connection in &mut work.draft.connections {
        for ranges in connection.local_networks.values_mut() {
            ranges.sort();
            ranges.dedup();
        }
        connection.local_networks.retain(|_, ranges| !ranges.is_empty());
    }
    announcements(work);
    sites::draw(outside, work);
}

/// Adds what the gateways at the far end of an NVA's tunnels learned to what route servers did, and says of whom nothing was given.
fn announcements(work: &mut Work<'_>) {
    for at in 0..work.draft.nvas.len() {
        let mut heard = std::mem::take(&mut work.draft.nvas[at].heard);
        let nva = &work.draft.nvas[at];
        let is_known = work.known.nva(Some(&nva.subnet), nva.address).is_some();
        if nva.asn.is_none() || (is_known && nva.advertises.is_none()) {
            continue;
        }
        let (entry, is_peer, is_heard) = (format!("nvas.{}", nva.name), is_peer(&nva.name, work), !heard.is_empty());
        let (mut captured, mut open, mut around) = (0, usize::from(is_peer && !is_heard), BTreeSet::new());
        for connection in work.draft.connections.iter().filter(|connection| connection.bgp) {
            let [one, other] = &connection.between;
            let gateway = if *one == nva.name { other } else { one };
            let vnet = work.draft.vnets.iter().find(|vnet| vnet.name == *gateway);
            let own =
                vnet.and_then(|vnet| vnet.vpn_gateway.as_ref()).filter(|_| connection.between.contains(&nva.name));
            let Some(own) = own else { continue };
            let address = connection.addresses.get(&nva.name).copied().and_then(v4).unwrap_or(nva.address);
            let is_captured = sites::learned(gateway, &own.addresses, nva.asn, Some(address), &mut heard, work);
            *(if is_captured { &mut captured } else { &mut open }) += 1;
            around.insert(own.asn.unwrap_or(AZURE));
        }
        let is_partial = !around.is_empty() && open > 0 && (is_heard || captured > 0);
        if is_peer {
            around.insert(AZURE);
        }
        if captured > 0 || is_partial {
            let mut joined = heard.joined(nva.asn, Some(nva.address));
            let doubt = heard.doubt().filter(|_| captured > 0);
            if is_partial {
                joined.keep_from_beyond(&around);
            }
            let nva = &mut work.draft.nvas[at];
            (nva.advertises, nva.exports, nva.passes_on) = (Some(joined.announcements), joined.exports, is_partial);
            if let Some(text) = doubt {
                work.guess(entry.clone(), text);
            }
        }
        if is_partial {
            let text = "the learned routes of some of its neighbours were not given: it is supposed to pass on to them what it learns";
            work.guess(entry, text);
        } else if !is_heard && captured == 0 {
            work.blank(entry, if is_peer { NO_ROUTES_OF_PEER } else { NO_ROUTES_OF_TUNNEL });
        }
    }
}

/// Whether a route server peers with an NVA.
fn is_peer(nva: &str, work: &Work<'_>) -> bool {
    let mut servers = work.draft.vnets.iter().flat_map(|vnet| &vnet.route_servers);
    servers.any(|server| server.peers.iter().any(|peer| peer.nva == nva))
}

fn pair(one: &str, other: &str) -> [String; 2] {
    let mut pair = [one.to_owned(), other.to_owned()];
    pair.sort_by_key(|name| super::natural(name));
    pair
}

fn join<'j>(
    joined: &'j mut BTreeMap<([String; 2], bool), Connection>,
    one: &str,
    other: &str,
    bgp: bool,
    is_ipsec: bool,
) -> &'j mut Connection {
    let between = pair(one, other);
    let entry = joined.entry((between.clone(), is_ipsec)).or_insert_with(|| Connection {
        between,
        bgp,
        is_ipsec,
        local_networks: BTreeMap::new(),
        addresses: BTreeMap::new(),
    });
    // BGP runs when both directions have it.
    entry.bgp &= bgp;
    entry
}

/// Whether the router behind a local network gateway belongs to this estate: its public address, or its AS number and BGP address.
fn far_end(local: &LocalGateway, work: &Work<'_>) -> Far {
    let public = local.public.as_ref().map(|told| told.value);
    let (asn, bgp) = (local.asn.as_ref().map(|told| told.value), local.bgp_address.as_ref().map(|told| told.value));
    for vnet in &work.draft.vnets {
        let Some(gateway) = &vnet.vpn_gateway else { continue };
        let by_public = public.is_some_and(|address| gateway.public.contains(&address));
        let by_bgp =
            asn.is_some() && gateway.asn == asn && bgp.is_some_and(|address| gateway.addresses.contains(&address));
        if by_public || by_bgp {
            return Far::Vnet(vnet.name.clone());
        }
    }
    let addressed = |interface: &estate::Interface| {
        let ids: &[Key] = &interface.public_ids;
        ids.iter().any(|id| work.estate.public_addresses.get(id).is_some_and(|address| Some(*address) == public))
    };
    let behind = work.estate.interfaces.values().find(|interface| public.is_some() && addressed(interface));
    let own: Vec<IpAddr> =
        behind.map(|interface| interface.addresses.values().map(|(_, at)| *at).collect()).unwrap_or_default();
    let nva = work.draft.nvas.iter().find(|nva| {
        let at = IpAddr::V4(nva.address);
        let is_at = nva.interfaces.iter().any(|(_, address)| own.contains(&IpAddr::V4(*address))) || own.contains(&at);
        is_at || (bgp == Some(at) && nva.asn == asn && asn.is_some())
    });
    match nva {
        Some(nva) => Far::Nva(nva.name.clone(), bgp.filter(|address| *address != IpAddr::V4(nva.address))),
        None => Far::Site,
    }
}

impl Work<'_> {
    /// The VNet that has a gateway.
    pub(super) fn vnet_of_gateway(&self, key: &Key, kind: GatewayType) -> Option<String> {
        let has = |vnet: &&super::Vnet| {
            let gateway = match kind {
                GatewayType::Vpn => &vnet.vpn_gateway,
                GatewayType::ExpressRoute => &vnet.express_route_gateway,
            };
            gateway.as_ref().is_some_and(|gateway| gateway.key == *key)
        };
        self.draft.vnets.iter().find(has).map(|vnet| vnet.name.clone())
    }
}
