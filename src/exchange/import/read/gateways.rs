//! Route servers and gateways with what they are connected to.

use super::Read;
use super::networks::child;
use crate::exchange::import::estate::{
    BgpConnection, Circuit, Connection, Gateway, GatewayType, LocalGateway, RouteServer, learn,
};
use crate::exchange::import::fields::Fields;
use crate::exchange::import::resource::{Mistake, Origin, ResourceId};
use std::net::IpAddr;

pub(super) fn route_server(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mistakes = &mut read.mistakes;
    let branch_to_branch = fields.flag("allowBranchToBranchTraffic", mistakes);
    let preference = fields.text("hubRoutingPreference", mistakes).map(str::to_owned);
    let addresses = addresses(fields, "virtualRouterIps", mistakes);
    let scale = fields.object("virtualRouterAutoScaleConfiguration", mistakes);
    let units = scale.and_then(|scale| scale.number("minCapacity", mistakes));
    let kind = fields.text("kind", mistakes);
    let is_hub = fields.get("virtualWan").is_some()
        || fields.text("addressPrefix", mistakes).is_some_and(|text| !text.is_empty());
    let is_virtual_wan = !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("RouteServer")) && is_hub;
    let mut clashes = Vec::new();
    let server = server(id, &fields.origin, read);
    server.is_virtual_wan |= is_virtual_wan;
    let what = |what: &str| format!("`{what}` of the route server `{}`", id.name());
    let origin = &fields.origin;
    learn(&mut server.branch_to_branch, branch_to_branch, origin, || what("allowBranchToBranchTraffic"), &mut clashes);
    learn(&mut server.preference, preference, origin, || what("hubRoutingPreference"), &mut clashes);
    learn(&mut server.addresses, addresses, origin, || what("virtualRouterIps"), &mut clashes);
    learn(&mut server.units, units, origin, || what("minCapacity"), &mut clashes);
    read.mistakes.extend(clashes);
    for (name, kind, each) in [
        ("ipConfigurations", "ipConfigurations", route_server_address as fn(&ResourceId, &Fields<'_>, &mut Read)),
        ("bgpConnections", "bgpConnections", bgp_connection),
    ] {
        for inner in fields.objects(name, &mut read.mistakes) {
            // Some versions list only the ids of the children, which tell nothing.
            if inner.get("peerIp").is_none() && inner.get("subnet").is_none() {
                continue;
            }
            if let Some(id) = child(id, kind, &inner, read) {
                each(&id, &inner, read);
            }
        }
    }
}

fn server<'r>(id: &ResourceId, origin: &Origin, read: &'r mut Read) -> &'r mut RouteServer {
    read.estate.route_servers.entry(id.key()).or_insert_with(|| RouteServer {
        id: id.clone(),
        branch_to_branch: None,
        preference: None,
        addresses: None,
        units: None,
        subnet: None,
        is_virtual_wan: false,
        origin: origin.clone(),
    })
}

/// The addresses of instances: Azure prints them in any order.
fn addresses(fields: &Fields<'_>, name: &str, mistakes: &mut Vec<Mistake>) -> Option<Vec<IpAddr>> {
    let mut all: Vec<IpAddr> =
        fields.list(name, mistakes).iter().filter_map(|item| item.parsed("an address", mistakes)).collect();
    all.sort();
    (!all.is_empty()).then_some(all)
}

pub(super) fn route_server_address(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(parent) = id.parent() else { return };
    let subnet = fields.reference("subnet", &mut read.mistakes).map(|id| read.scopes.adopted(&id));
    let mut clashes = Vec::new();
    let what = || format!("the subnet of the route server `{}`", parent.name());
    learn(&mut server(&parent, &fields.origin, read).subnet, subnet, &fields.origin, what, &mut clashes);
    read.mistakes.extend(clashes);
}

pub(super) fn bgp_connection(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(parent) = id.parent() else { return };
    let mistakes = &mut read.mistakes;
    let asn = fields.number("peerAsn", mistakes);
    let address = fields.address("peerIp", mistakes);
    let routing = fields.object("routingConfiguration", mistakes);
    let route_maps: Vec<String> = ["inboundRouteMap", "outboundRouteMap"]
        .iter()
        .filter_map(|name| Some(routing.as_ref()?.reference(name, mistakes)?.name().to_owned()))
        .collect();
    let mut clashes = Vec::new();
    let connection = read.estate.bgp_connections.entry(id.key()).or_insert_with(|| BgpConnection {
        id: id.clone(),
        route_server: parent.key(),
        asn: None,
        address: None,
        route_maps: Vec::new(),
        origin: fields.origin.clone(),
    });
    let what = |what: &str| format!("`{what}` of the peer `{}/{}`", parent.name(), id.name());
    learn(&mut connection.asn, asn, &fields.origin, || what("peerAsn"), &mut clashes);
    learn(&mut connection.address, address, &fields.origin, || what("peerIp"), &mut clashes);
    connection.route_maps.extend(route_maps);
    connection.route_maps.sort();
    connection.route_maps.dedup();
    read.mistakes.extend(clashes);
}

pub(super) fn virtual_wan_connection(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(hub) = id.parent() else { return };
    if let Some(vnet) = fields.reference("remoteVirtualNetwork", &mut read.mistakes) {
        let vnet = read.scopes.key(&vnet);
        read.estate.virtual_wan.insert(vnet, hub.name().to_owned());
    }
}

pub(super) fn gateway(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mistakes = &mut read.mistakes;
    let kind = fields.text("gatewayType", mistakes).and_then(|text| match text.to_ascii_lowercase().as_str() {
        "vpn" => Some(GatewayType::Vpn),
        "expressroute" => Some(GatewayType::ExpressRoute),
        _ => None,
    });
    // az has printed either name.
    let active_active = fields.flag("activeActive", mistakes).or_else(|| fields.flag("active", mistakes));
    let bgp = fields.object("bgpSettings", mistakes);
    let asn = bgp.as_ref().and_then(|bgp| bgp.number("asn", mistakes));
    let (mut own, mut public) = (Vec::new(), Vec::new());
    if let Some(bgp) = &bgp {
        let instances = bgp.objects("bgpPeeringAddresses", mistakes);
        let mut instances: Vec<_> = instances
            .iter()
            .map(|instance| {
                let mut told = |name| addresses(instance, name, mistakes).unwrap_or_default();
                (told("defaultBgpIpAddresses"), told("tunnelIpAddresses"))
            })
            .collect();
        // Azure prints the instances in any order; each public address stays with its instance.
        instances.sort();
        for (inner, outer) in instances {
            own.extend(inner);
            public.extend(outer);
        }
        if own.is_empty() {
            own = bgp.get("bgpPeeringAddress").map(|field| field.addresses(mistakes)).unwrap_or_default();
        }
    }
    own.sort();
    own.dedup();
    let configurations = fields.objects("ipConfigurations", mistakes);
    let subnet = configurations.iter().find_map(|inner| inner.reference("subnet", mistakes));
    let subnet = subnet.map(|id| read.scopes.adopted(&id));
    let public_ids: Vec<_> = configurations
        .iter()
        .filter_map(|inner| inner.reference("publicIPAddress", mistakes))
        .map(|id| read.scopes.key(&id))
        .collect();
    let clients = fields.object("vpnClientConfiguration", mistakes);
    let clients = clients.and_then(|clients| clients.object("vpnClientAddressPool", mistakes));
    let pool = clients.map(|pool| pool.ranges("addressPrefixes", "addressPrefix", mistakes)).unwrap_or_default();
    let origin = &fields.origin;
    let mut clashes = Vec::new();
    let gateway = read.estate.gateways.entry(id.key()).or_insert_with(|| Gateway {
        id: id.clone(),
        kind: None,
        subnet: None,
        active_active: None,
        asn: None,
        addresses: None,
        public: None,
        public_ids: Vec::new(),
        client_pool: None,
    });
    let what = |what: &str| format!("the {what} of the gateway `{}`", id.name());
    let some = |list: Vec<IpAddr>| (!list.is_empty()).then_some(list);
    learn(&mut gateway.kind, kind, origin, || what("type"), &mut clashes);
    learn(&mut gateway.active_active, active_active, origin, || what("active-active mode"), &mut clashes);
    learn(&mut gateway.asn, asn, origin, || what("AS number"), &mut clashes);
    learn(&mut gateway.addresses, some(own), origin, || what("BGP addresses"), &mut clashes);
    learn(&mut gateway.public, some(public), origin, || what("public addresses"), &mut clashes);
    learn(
        &mut gateway.client_pool,
        (!pool.is_empty()).then_some(pool),
        origin,
        || what("client address pool"),
        &mut clashes,
    );
    learn(&mut gateway.subnet, subnet, origin, || what("subnet"), &mut clashes);
    for id in public_ids {
        if !gateway.public_ids.contains(&id) {
            gateway.public_ids.push(id);
        }
    }
    read.mistakes.extend(clashes);
}

pub(super) fn local_gateway(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mistakes = &mut read.mistakes;
    let bgp = fields.object("bgpSettings", mistakes);
    let asn = bgp.as_ref().and_then(|bgp| bgp.number("asn", mistakes));
    let bgp_address = bgp.as_ref().and_then(|bgp| bgp.address("bgpPeeringAddress", mistakes));
    let public = fields.address("gatewayIpAddress", mistakes);
    let space = fields.object("localNetworkAddressSpace", mistakes);
    let ranges = space.map(|space| space.ranges("addressPrefixes", "addressPrefix", mistakes)).unwrap_or_default();
    let origin = &fields.origin;
    let mut clashes = Vec::new();
    let gateway = read.estate.local_gateways.entry(id.key()).or_insert_with(|| LocalGateway {
        id: id.clone(),
        asn: None,
        bgp_address: None,
        public: None,
        ranges: None,
    });
    let what = |what: &str| format!("the {what} of the local network gateway `{}`", id.name());
    learn(&mut gateway.asn, asn, origin, || what("AS number"), &mut clashes);
    learn(&mut gateway.bgp_address, bgp_address, origin, || what("BGP address"), &mut clashes);
    learn(&mut gateway.public, public, origin, || what("address"), &mut clashes);
    learn(&mut gateway.ranges, (!ranges.is_empty()).then_some(ranges), origin, || what("address space"), &mut clashes);
    read.mistakes.extend(clashes);
}

pub(super) fn connection(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mistakes = &mut read.mistakes;
    let kind = fields.text("connectionType", mistakes).map(str::to_owned);
    let near = fields.reference("virtualNetworkGateway1", mistakes);
    let far = ["virtualNetworkGateway2", "localNetworkGateway2", "peer"];
    let far = far.iter().find_map(|name| fields.reference(name, mistakes));
    let bgp = fields.flag("enableBgp", mistakes);
    let weight = fields.number("routingWeight", mistakes);
    let (near, far) = (near.map(|id| read.scopes.adopted(&id)), far.map(|id| read.scopes.adopted(&id)));
    let origin = &fields.origin;
    let mut clashes = Vec::new();
    let connection = read.estate.connections.entry(id.key()).or_insert_with(|| Connection {
        id: id.clone(),
        kind: None,
        gateway: None,
        far: None,
        bgp: None,
        weight: None,
    });
    let what = |what: &str| format!("`{what}` of the connection `{}`", id.name());
    learn(&mut connection.kind, kind, origin, || what("connectionType"), &mut clashes);
    learn(&mut connection.bgp, bgp, origin, || what("enableBgp"), &mut clashes);
    learn(&mut connection.weight, weight, origin, || what("routingWeight"), &mut clashes);
    learn(&mut connection.gateway, near, origin, || what("virtualNetworkGateway1"), &mut clashes);
    learn(&mut connection.far, far, origin, || what("far end"), &mut clashes);
    read.mistakes.extend(clashes);
}

pub(super) fn circuit(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    at(id, &fields.origin, read);
    for inner in fields.objects("peerings", &mut read.mistakes) {
        if let Some(id) = child(id, "peerings", &inner, read) {
            circuit_peering(&id, &inner, read);
        }
    }
}

fn at<'r>(id: &ResourceId, origin: &Origin, read: &'r mut Read) -> &'r mut Circuit {
    read.estate.circuits.entry(id.key()).or_insert_with(|| Circuit {
        id: id.clone(),
        origin: origin.clone(),
        peer_asn: None,
        primary: None,
        secondary: None,
    })
}

pub(super) fn circuit_peering(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(parent) = id.parent() else { return };
    let is_private = fields
        .text("peeringType", &mut read.mistakes)
        .map_or(id.name().eq_ignore_ascii_case("AzurePrivatePeering"), |kind| {
            kind.eq_ignore_ascii_case("AzurePrivatePeering")
        });
    if !is_private {
        return;
    }
    let mistakes = &mut read.mistakes;
    let asn = fields.number("peerASN", mistakes).filter(|asn| *asn != 0);
    let link =
        |name: &str, mistakes: &mut Vec<Mistake>| fields.get(name).filter(|field| !field.is_empty())?.range(mistakes);
    let (primary, secondary) =
        (link("primaryPeerAddressPrefix", mistakes), link("secondaryPeerAddressPrefix", mistakes));
    let origin = &fields.origin;
    let mut clashes = Vec::new();
    let circuit = at(&parent, origin, read);
    let what = |what: &str| format!("the {what} of the circuit `{}`", parent.name());
    learn(&mut circuit.peer_asn, asn, origin, || what("peer AS number"), &mut clashes);
    learn(&mut circuit.primary, primary, origin, || what("primary link"), &mut clashes);
    learn(&mut circuit.secondary, secondary, origin, || what("secondary link"), &mut clashes);
    read.mistakes.extend(clashes);
}
