//! Route servers and their peers: where a route server stands, which NVA a peer is, and what that NVA announces.

use super::learned::{Heard, announcement};
use super::{Gateway, Nva, Peer, RouteServer, Work, natural, v4};
use crate::exchange::capture;
use crate::exchange::import::captures::{self, Captures, Received, Routes};
use crate::exchange::import::estate::{self, GatewayType};
use crate::exchange::import::resource::{Key, Mistake, ResourceId};
use crate::words::plural;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// Hub routing preferences of Azure and of the format.
const PREFERENCES: [&str; 3] = ["ExpressRoute", "VpnGateway", "ASPath"];
const ROUTE_SERVER_SUBNET: &str = "RouteServerSubnet";

/// Puts route servers and gateways into their VNets.
pub(super) fn route_servers(work: &mut Work<'_>) {
    let estate = work.estate;
    for (key, server) in &estate.route_servers {
        if server.is_virtual_wan {
            work.skipped(
                String::new(),
                format!("the Virtual WAN hub `{}`: a topology has route servers only", server.id.name()),
            );
            continue;
        }
        let Some(vnet) = place(key, server, work) else {
            let message = format!("no document tells in which VNet the route server `{}` stands", server.id.name());
            let help = "add what `az network vnet list` prints, and `az network routeserver list`, whose virtualRouterIps tell";
            work.mistakes.push(Mistake::new(server.origin.clone(), message, help));
            continue;
        };
        let addresses: Vec<IpAddr> = server.addresses.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        let preference = server.preference.as_ref().map(|told| told.value.as_str());
        let known = preference.and_then(|word| PREFERENCES.into_iter().find(|known| known.eq_ignore_ascii_case(word)));
        if let Some(word) = preference.filter(|_| known.is_none()) {
            let text = format!("`{}` is no preference that is known: ExpressRoute", crate::words::echo(word));
            work.guess(format!("vnets.{vnet}"), text);
        }
        let is_told = peers_are_told(key, server, work);
        if !is_told && !work.known.vnets.iter().any(|known| known.name == vnet) {
            let name = server.id.name();
            let text = format!("no document tells the peers of `{name}` (az network routeserver peering list)");
            work.blank(format!("vnets.{vnet}"), text);
        }
        let drawn = RouteServer {
            is_told,
            key: key.clone(),
            name: server.id.name().to_owned(),
            branch_to_branch: server.branch_to_branch.as_ref().is_some_and(|told| told.value),
            preference: known.map(str::to_owned),
            addresses: addresses.into_iter().filter_map(v4).collect(),
            units: server.units.as_ref().map(|told| told.value),
            peers: Vec::new(),
        };
        if let Some(vnet) = work.vnet(&vnet) {
            vnet.route_servers.push(drawn);
        }
    }
    for (key, gateway) in &estate.gateways {
        put_gateway(key, gateway, work);
    }
}

/// Whether documents tell the peers of a route server, or that it has none: by a peer, by an empty list of peers, by describing all.
fn peers_are_told(key: &Key, server: &estate::RouteServer, work: &Work<'_>) -> bool {
    let (estate, name) = (work.estate, server.id.name());
    let others: BTreeSet<String> = estate.route_servers.values().map(|other| other.id.name().to_owned()).collect();
    let is_its =
        |file: &&String| captures::names(file, name) || !others.iter().any(|other| captures::names(file, other));
    estate.bgp_connections.values().any(|connection| connection.route_server == *key)
        || work.whole.contains(&server.origin.file)
        || work
            .captures
            .empty
            .iter()
            .filter(is_its)
            .any(|file| file.to_lowercase().contains("peer") && !file.contains("learned"))
}

fn put_gateway(key: &Key, gateway: &estate::Gateway, work: &mut Work<'_>) {
    let vnet = gateway.subnet.as_ref().and_then(|told| told.value.parent());
    let vnet = vnet.and_then(|vnet| work.names.vnets.get(&vnet.key()).cloned());
    let Some(vnet) = vnet.filter(|name| work.draft.vnets.iter().any(|vnet| vnet.name == *name)) else {
        let text = format!("the gateway `{}`: no document has the VNet that it stands in", gateway.id.name());
        work.blank(String::new(), text);
        return;
    };
    let kind = gateway.kind.as_ref().map(|told| told.value);
    let kind = kind.unwrap_or_else(|| {
        let text =
            format!("no document tells whether the gateway `{}` is for VPN or ExpressRoute: VPN", gateway.id.name());
        work.guess(format!("vnets.{vnet}"), text);
        GatewayType::Vpn
    });
    let by_ids = gateway.public_ids.iter().filter_map(|id| work.estate.public_addresses.get(id)).copied();
    let by_ids: BTreeSet<IpAddr> = by_ids.collect();
    let public = gateway.public.as_ref().map_or_else(|| by_ids.into_iter().collect(), |told| told.value.clone());
    let addresses = gateway.addresses.as_ref().map(|told| told.value.clone()).unwrap_or_default();
    let drawn = Gateway {
        key: key.clone(),
        name: gateway.id.name().to_owned(),
        asn: gateway.asn.as_ref().map(|told| told.value),
        // Only active instances have an address of their own.
        active_active: gateway.active_active.as_ref().map_or(addresses.len() == 2, |told| told.value),
        addresses,
        public,
        client_pool: gateway.client_pool.as_ref().map(|told| told.value.clone()).unwrap_or_default(),
        edge_addresses: Vec::new(),
    };
    let entry = format!("vnets.{vnet}");
    let Some(drawn_vnet) = work.vnet(&vnet) else { return };
    let slot = match kind {
        GatewayType::Vpn => &mut drawn_vnet.vpn_gateway,
        GatewayType::ExpressRoute => &mut drawn_vnet.express_route_gateway,
    };
    if let Some(first) = slot {
        let text = format!("a second gateway of this kind, `{}`, beside `{}`", drawn.name, first.name);
        work.skipped(entry, text);
        return;
    }
    *slot = Some(drawn);
}

/// The VNet of a route server: the subnet of its IP configuration, else a subnet that names it, else its addresses, else what is left.
fn place(key: &Key, server: &estate::RouteServer, work: &mut Work<'_>) -> Option<String> {
    let estate = work.estate;
    let named = |id: &ResourceId| work.names.vnets.get(&id.key()).cloned();
    if let Some(vnet) = server.subnet.as_ref().and_then(|told| told.value.parent()).as_ref().and_then(named) {
        return Some(vnet);
    }
    let by_subnet = estate
        .vnets
        .values()
        .find(|vnet| vnet.subnets.values().any(|subnet| subnet.route_server.as_ref() == Some(key)));
    if let Some(vnet) = by_subnet {
        return named(&vnet.id);
    }
    let hosts: Vec<&estate::Vnet> = estate.vnets.values().filter(|vnet| route_server_subnet(vnet).is_some()).collect();
    let addresses = server.addresses.as_ref().map(|told| told.value.as_slice()).unwrap_or_default();
    let holding = |hosts: &[&estate::Vnet]| -> Vec<ResourceId> {
        let holds = |vnet: &&&estate::Vnet| {
            let ranges = route_server_subnet(vnet).unwrap_or_default();
            addresses.iter().all(|address| ranges.iter().any(|range| range.contains(address)))
        };
        hosts.iter().filter(holds).map(|vnet| vnet.id.clone()).collect()
    };
    if !addresses.is_empty() {
        let all = holding(&hosts);
        if let [one] = all.as_slice() {
            return named(one);
        }
        // Address spaces of estates that never meet may be the same; a route server stands in the group of its VNet as a rule.
        let near: Vec<&ResourceId> = all.iter().filter(|id| id.group.eq_ignore_ascii_case(&server.id.group)).collect();
        let [one] = near.as_slice() else { return None };
        let vnet = named(one)?;
        work.guess(format!("vnets.{vnet}"), format!("`{}` stands here, as its resource group says", server.id.name()));
        return Some(vnet);
    }
    let peers = estate.bgp_connections.values().filter(|connection| connection.route_server == *key);
    let peers: Vec<IpAddr> = peers.filter_map(|connection| Some(connection.address.as_ref()?.value)).collect();
    let holds_peer = |vnet: &&&estate::Vnet| {
        let space = vnet.address_space.as_ref().map(|told| told.value.as_slice()).unwrap_or_default();
        peers.iter().any(|peer| space.iter().any(|range| range.contains(peer)))
    };
    let by_peers: Vec<_> = hosts.iter().filter(holds_peer).collect();
    let (vnet, why) = match (by_peers.as_slice(), hosts.as_slice()) {
        ([one], _) => (named(&one.id)?, "its peers have addresses here"),
        (_, [one]) => (named(&one.id)?, "no other VNet has a RouteServerSubnet"),
        _ => return None,
    };
    work.guess(format!("vnets.{vnet}"), format!("`{}` stands here: {why}", server.id.name()));
    Some(vnet)
}

/// Leaves the addresses of instances out where they are not as many as there are instances.
pub(super) fn settle_addresses(work: &mut Work<'_>) {
    let mut unfit = Vec::new();
    for vnet in &mut work.draft.vnets {
        let vpn = vnet.vpn_gateway.as_mut().map(|gateway| (1 + usize::from(gateway.active_active), gateway));
        for (instances, gateway) in
            vpn.into_iter().chain(vnet.express_route_gateway.as_mut().map(|gateway| (2, gateway)))
        {
            if !gateway.addresses.is_empty() && gateway.addresses.len() != instances {
                unfit.push((vnet.name.clone(), gateway.name.clone(), gateway.addresses.len(), instances));
                gateway.addresses.clear();
            }
        }
        for server in &mut vnet.route_servers {
            if !server.addresses.is_empty() && server.addresses.len() != 2 {
                unfit.push((vnet.name.clone(), server.name.clone(), server.addresses.len(), 2));
                server.addresses.clear();
            }
        }
    }
    for (vnet, name, addresses, instances) in unfit {
        let [addresses, instances] = [(addresses, "address", "addresses"), (instances, "instance", "instances")]
            .map(|(n, one, all)| plural(n, one, all));
        let text = format!("`{name}` has {addresses} in the documents and {instances}: the usual ones are supposed");
        work.guess(format!("vnets.{vnet}"), text);
    }
}

fn route_server_subnet(vnet: &estate::Vnet) -> Option<&[IpNet]> {
    let subnet = vnet.subnets.values().find(|subnet| subnet.id.name().eq_ignore_ascii_case(ROUTE_SERVER_SUBNET))?;
    Some(subnet.prefixes.as_ref()?.value.as_slice())
}

/// A peer of a route server, as documents or the topology that is refreshed tell of it.
struct Session {
    /// The VNet of the route server.
    vnet: String,
    /// The route server, when documents have it.
    server: Option<Key>,
    server_name: String,
    /// Addresses of its instances, sorted, as far as known.
    instances: Vec<IpAddr>,
    /// Ranges of its subnet.
    ranges: Vec<IpNet>,
    /// The name of the connection.
    peer: String,
    asn: Option<u32>,
    address: Ipv4Addr,
    /// What the topology that is refreshed predicts to be learned.
    predicted: Option<BTreeSet<Received>>,
}

/// Makes NVAs of the peers of route servers, and tells what they announce.
pub(super) fn nvas(work: &mut Work<'_>) {
    let mut speakers: BTreeMap<(Option<String>, Ipv4Addr), Vec<Session>> = BTreeMap::new();
    for session in sessions(work) {
        let known = work.known.sessions.iter().filter(|known| known.vnet == session.vnet);
        let mut known = known.filter_map(|known| work.known.nvas.iter().find(|nva| nva.name == known.nva));
        let known = known.find(|nva| nva.address == session.address).map(|nva| nva.subnet.clone());
        let subnet = known.or_else(|| work.subnet_of(&session.vnet, session.address));
        speakers.entry((subnet, session.address)).or_default().push(session);
    }
    let addresses: BTreeSet<Ipv4Addr> = speakers.keys().map(|(_, address)| *address).collect();
    let mut all: Vec<_> = speakers.into_iter().collect();
    all.iter_mut().for_each(|(_, sessions)| sessions.sort_by_key(|session| natural(&session.vnet)));
    all.sort_by_key(|(_, sessions)| (natural(&sessions[0].vnet), natural(&sessions[0].peer)));
    let servers: BTreeSet<String> =
        all.iter().flat_map(|(_, sessions)| sessions).map(|session| session.server_name.clone()).collect();
    for ((subnet, address), sessions) in all {
        speaker(subnet, address, &sessions, &servers, work);
    }
    for (name, peer) in strange_rows(&addresses, work) {
        let text = format!("routes of {peer} in {name}, which is a peer of no route server of the documents");
        work.skipped(String::new(), text);
    }
    for vnet in &mut work.draft.vnets {
        for server in &mut vnet.route_servers {
            server.peers.sort_by_key(|peer| natural(&peer.nva));
        }
    }
}

fn sessions(work: &mut Work<'_>) -> Vec<Session> {
    let mut sessions = Vec::new();
    let estate = work.estate;
    for connection in estate.bgp_connections.values() {
        let name = connection.id.name();
        let host = |vnet: &&super::Vnet| vnet.route_servers.iter().any(|server| server.key == connection.route_server);
        let Some(vnet) = work.draft.vnets.iter().find(host) else {
            let hub = connection.id.parent().map(|id| id.name().to_owned()).unwrap_or_default();
            if !estate.route_servers.contains_key(&connection.route_server) {
                let text = format!("the peer `{name}`: no document has its route server `{hub}`");
                work.blank(String::new(), text);
            }
            continue;
        };
        let subnet = vnet.subnets.iter().find(|subnet| subnet.name == ROUTE_SERVER_SUBNET);
        let ranges = subnet.map(|subnet| subnet.prefixes.clone()).unwrap_or_default();
        let vnet = vnet.name.clone();
        let Some(address) = connection.address.as_ref().and_then(|told| v4(told.value)) else {
            let mistake = match &connection.address {
                Some(told) => Mistake::new(
                    told.origin.clone(),
                    format!("the peer `{name}` has an IPv6 address"),
                    "a route server peers over IPv4 only; save again what `az network routeserver peering list` prints",
                ),
                None => Mistake::new(
                    connection.origin.clone(),
                    format!("no document tells the address of the peer `{name}`"),
                    "add what `az network routeserver peering list` prints",
                ),
            };
            work.mistakes.push(mistake);
            continue;
        };
        for map in &connection.route_maps {
            let text = format!("what the route map `{map}` on the peer `{name}` does is in no document that is read");
            work.blank(format!("vnets.{vnet}"), text);
        }
        let server = &estate.route_servers[&connection.route_server];
        sessions.push(Session {
            server: Some(connection.route_server.clone()),
            server_name: server.id.name().to_owned(),
            instances: server.addresses.as_ref().map(|told| told.value.clone()).unwrap_or_default(),
            ranges,
            peer: name.to_owned(),
            asn: connection.asn.as_ref().map(|told| told.value),
            address,
            predicted: work.predicted(&vnet, address),
            vnet,
        });
    }
    for known in &work.known.sessions {
        let Some(nva) = work.known.nvas.iter().find(|nva| nva.name == known.nva) else { continue };
        if !sessions.iter().any(|session| session.vnet == known.vnet && session.address == nva.address) {
            sessions.push(Session {
                vnet: known.vnet.clone(),
                server: None,
                server_name: known.server.clone(),
                instances: known.instances.iter().map(|at| IpAddr::V4(*at)).collect(),
                ranges: Vec::new(),
                peer: known.peer.clone(),
                asn: nva.asn,
                address: nva.address,
                predicted: Some(known.predicted.clone()),
            });
        }
    }
    sessions
}

fn speaker(
    subnet: Option<String>,
    address: Ipv4Addr,
    sessions: &[Session],
    servers: &BTreeSet<String>,
    work: &mut Work<'_>,
) {
    let known = work.known.nva(subnet.as_deref(), address);
    let is_known = known.is_some();
    let asns: BTreeSet<u32> = sessions.iter().filter_map(|session| session.asn).collect();
    let asn = asns.first().copied();
    let heard: Vec<Option<Learned>> = sessions.iter().map(|session| learned(session, servers, work.captures)).collect();
    if sessions.iter().all(|session| session.server.is_none()) && heard.iter().all(Option::is_none) {
        return;
    }
    let wanted = known.map_or_else(|| sessions[0].peer.clone(), |nva| nva.name.clone());
    // Where the name is taken, the VNet tells more than a number.
    let wanted = if work.names.is_taken(&wanted) { format!("{}-{wanted}", sessions[0].vnet) } else { wanted };
    let name = work.names.free(&wanted, "nva");
    let section = if subnet.is_some() { "nvas" } else { "sites" };
    let entry = format!("{section}.{name}");
    if asns.len() > 1 {
        let all: Vec<String> = asns.iter().map(u32::to_string).collect();
        work.guess(entry.clone(), format!("its peers know it by several AS numbers ({}): the first", all.join(", ")));
    }
    if asn.is_none() {
        work.blank(entry.clone(), "no document tells its AS number");
    }
    let mut all = Heard::default();
    let mut is_as_predicted = true;
    for (session, learned) in sessions.iter().zip(heard) {
        let instances = learned.as_ref().and_then(|learned| learned.instance);
        if let Some(learned) = learned {
            is_as_predicted &= session.predicted.as_ref().is_some_and(|predicted| *predicted == learned.routes);
            learned.into(session, asn, &entry, &mut all, work);
        }
        let peer = Peer { nva: name.clone(), name: session.peer.clone(), instances };
        if let Some(vnet) = work.vnet(&session.vnet)
            && let Some(server) =
                vnet.route_servers.iter_mut().find(|server| Some(&server.key) == session.server.as_ref())
        {
            server.peers.push(peer);
        }
    }
    if !all.is_empty() && is_as_predicted {
        work.draft.confirmed.push(entry.clone());
    }
    let joined = (!all.is_empty() && !is_as_predicted).then(|| all.joined(asn, Some(address)));
    let (advertises, exports) =
        joined.map_or((None, Vec::new()), |joined| (Some(joined.announcements), joined.exports));
    let Some(subnet) = subnet else {
        if all.is_empty() && !is_known {
            work.blank(entry.clone(), crate::exchange::import::remark::NO_ROUTES_OF_PEER);
        }
        work.guess(
            entry,
            format!("no subnet of the documents holds {address}: it is written as a site, and nothing leads to it"),
        );
        work.draft.sites.push(super::Site {
            name,
            asn,
            address: Some(address),
            is_learned: advertises.is_some(),
            prefixes: advertises,
            exports,
            tunnels: Vec::new(),
        });
        return;
    };
    work.draft.nvas.push(Nva {
        name,
        subnet,
        address,
        asn,
        interfaces: Vec::new(),
        advertises,
        exports,
        forwards: true,
        passes_on: false,
        heard: all,
    });
}

/// What a route server learned from a peer.
struct Learned {
    routes: BTreeSet<Received>,
    /// How many routes each instance holds.
    held: BTreeMap<Option<Ipv4Addr>, usize>,
    /// The one instance that holds routes, when the other was printed and has none.
    instance: Option<u8>,
}

/// `None` when no capture is of this session.
fn learned(session: &Session, servers: &BTreeSet<String>, captures: &Captures) -> Option<Learned> {
    let documents: Vec<&Routes> = captures.learned.iter().filter(|routes| is_of(routes, session, servers)).collect();
    let mut empty = captures.empty.iter().filter(|name| captures::names(name, &session.peer));
    let is_empty = empty.any(|name| name.to_lowercase().contains("learned") && hub_fits(name, session, servers));
    if documents.is_empty() && !is_empty {
        return None;
    }
    let (mut routes, mut held, mut silent) = (BTreeSet::new(), BTreeMap::new(), 0);
    for document in documents {
        silent += document.capture.instances.iter().filter(|instance| instance.rows == 0).count();
        for row in &document.capture.rows {
            if captures::address(row.source_peer.as_ref()).is_some_and(|peer| peer != session.address) {
                continue;
            }
            *held.entry(row.local_address).or_insert(0) += 1;
            routes.extend(captures::received(row));
        }
    }
    let only = match held.keys().collect::<Vec<_>>().as_slice() {
        [Some(only)] if silent > 0 => session.instances.iter().position(|at| *at == IpAddr::V4(*only)),
        _ => None,
    };
    Some(Learned { routes, held, instance: only.and_then(|instance| u8::try_from(instance).ok()) })
}

impl Learned {
    /// Notes the routes, and what is supposed where they are not clear.
    fn into(self, session: &Session, asn: Option<u32>, entry: &str, heard: &mut Heard, work: &mut Work<'_>) {
        heard.neighbour(&session.vnet);
        let mut doubtful = BTreeSet::new();
        for route in &self.routes {
            let announcement = announcement(route, asn, Some(session.address));
            let starts_wrong = announcement.path.first().is_some_and(|first| Some(*first) != asn);
            if !heard.route(&session.vnet, announcement) || starts_wrong {
                doubtful.insert(route.prefix);
            }
        }
        let server = format!("the route server of `{}`", session.vnet);
        if !doubtful.is_empty() {
            let text = format!(
                "{server} holds {} in more than one way, or with a path that does not start with its AS number: the shortest path",
                crate::words::few(&doubtful)
            );
            work.guess(entry.to_owned(), text);
        }
        let counts: BTreeSet<usize> = self.held.values().copied().collect();
        if counts.len() > 1 {
            work.guess(
                entry.to_owned(),
                format!("the instances of {server} hold different numbers of its routes: all of them"),
            );
        }
        if self.instance.is_some() {
            work.guess(
                entry.to_owned(),
                format!("only one instance of {server} has routes of it, so only that one peers with it"),
            );
        }
    }
}

/// Whether a capture of learned routes is of a session: its rows tell the peer and the instance; without rows its name has to.
fn is_of(routes: &Routes, session: &Session, servers: &BTreeSet<String>) -> bool {
    let capture = &routes.capture;
    if capture.rows.is_empty() {
        return captures::names(&routes.name, &session.peer) && hub_fits(&routes.name, session, servers);
    }
    let from = |row: &capture::BgpRow| captures::address(row.source_peer.as_ref()) == Some(session.address);
    let tells_senders = capture.rows.iter().any(|row| row.source_peer.is_some());
    let is_from =
        if tells_senders { capture.rows.iter().any(from) } else { captures::names(&routes.name, &session.peer) };
    if !is_from {
        return false;
    }
    let locals: BTreeSet<Ipv4Addr> = capture.rows.iter().filter_map(|row| row.local_address).collect();
    if !session.instances.is_empty() {
        return locals.is_empty() || locals.iter().any(|local| session.instances.contains(&IpAddr::V4(*local)));
    }
    let inside = |local: &Ipv4Addr| session.ranges.iter().any(|range| range.contains(&IpAddr::V4(*local)));
    locals.is_empty() || locals.iter().any(inside)
}

/// Whether the name of a file speaks of the session's route server, or of none.
fn hub_fits(name: &str, session: &Session, servers: &BTreeSet<String>) -> bool {
    captures::names(name, &session.server_name) || !servers.iter().any(|server| captures::names(name, server))
}

/// Rows of peers that no route server has.
fn strange_rows(known: &BTreeSet<Ipv4Addr>, work: &Work<'_>) -> BTreeSet<(String, Ipv4Addr)> {
    let mut strange = BTreeSet::new();
    for routes in &work.captures.learned {
        for row in &routes.capture.rows {
            let peer = captures::address(row.source_peer.as_ref());
            strange.extend(peer.filter(|peer| !known.contains(peer)).map(|peer| (routes.name.clone(), peer)));
        }
    }
    strange
}

impl Work<'_> {
    /// What the topology that is refreshed predicts that the route server of a VNet learned from an address.
    fn predicted(&self, vnet: &str, address: Ipv4Addr) -> Option<BTreeSet<Received>> {
        let at = |name: &str| self.known.nvas.iter().any(|nva| nva.name == name && nva.address == address);
        let session = self.known.sessions.iter().find(|session| session.vnet == vnet && at(&session.nva))?;
        Some(session.predicted.clone())
    }

    /// The subnet that holds an address: of this VNet, else of one that is peered with it, else the only one there is.
    pub(super) fn subnet_of(&self, vnet: &str, address: Ipv4Addr) -> Option<String> {
        let address = IpAddr::V4(address);
        let holding = |vnet: &super::Vnet| {
            let holds = |subnet: &&super::Subnet| subnet.prefixes.iter().any(|range| range.contains(&address));
            vnet.subnets.iter().find(holds).map(|subnet| format!("{}/{}", vnet.name, subnet.name))
        };
        let inside = |name: &str| holding(self.draft.vnets.iter().find(|vnet| vnet.name == name)?);
        let peered = self.draft.peerings.iter().filter_map(|peering| match &peering.between {
            [one, other] if one == vnet => Some(other.as_str()),
            [one, other] if other == vnet => Some(one.as_str()),
            _ => None,
        });
        let near = inside(vnet).or_else(|| peered.into_iter().find_map(inside));
        near.or_else(|| {
            let mut all = self.draft.vnets.iter().filter_map(holding);
            all.next().filter(|_| all.next().is_none())
        })
    }
}
