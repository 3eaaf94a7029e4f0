//! Route servers, gateways and what they are connected to.

use super::machines::{gateway_public, gateway_public_name, public_id};
use super::{Estate, Files, SHARED, id, reference, resource};
use rsctl::syntax::document::{ConnectionKind, RoutingPreference};
use rsctl::topology::{Tunnel, TunnelEnd, VnetId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

pub(super) fn write(estate: &Estate<'_>, files: &mut Files) {
    let mut servers = Vec::new();
    for vnet in estate.vnet_ids() {
        let name = estate.vnet_name(vnet);
        if let Some(server) = &estate.topology.vnet(vnet).route_server {
            servers.push(route_server(estate, vnet));
            files.insert(format!("route-server/rg-{name}/{}/peers.json", server.name), peers(estate, vnet));
        }
        if let Some(gateway) = &estate.topology.vnet(vnet).vpn_gateway {
            files.insert(format!("gateway/rg-{name}/{}/show.json", gateway.name), vpn_gateway(estate, vnet));
        }
        if let Some(gateway) = &estate.topology.vnet(vnet).express_route_gateway {
            files.insert(format!("gateway/rg-{name}/{}/show.json", gateway.name), express_route_gateway(estate, vnet));
        }
    }
    files.insert("route-servers.json".into(), Value::Array(servers));
    let mut connections: BTreeMap<VnetId, Vec<Value>> = BTreeMap::new();
    let mut local = LocalGateways::default();
    for tunnel in &estate.topology.tunnels {
        tunnel_connections(estate, tunnel, &mut connections, &mut local);
    }
    let mut circuits = Vec::new();
    for (index, circuit) in estate.topology.circuits.iter().enumerate() {
        let body = self::circuit(estate, index);
        files.insert(format!("circuit/rg-{SHARED}/{}/show.json", circuit.name), body.clone());
        circuits.push(body);
        for vnet in &circuit.gateways {
            let fields = json!({
                "connectionType": "ExpressRoute",
                "enableBgp": false,
                "peer": reference(&circuit_id(&circuit.name)),
                "routingWeight": 0,
                "virtualNetworkGateway1": reference(&express_route_gateway_id(estate, *vnet)),
            });
            connections.entry(*vnet).or_default().push(connection(estate, *vnet, &circuit.name, fields));
        }
    }
    files.insert("circuits.json".into(), Value::Array(circuits));
    for (vnet, list) in connections {
        files.insert(format!("connections/rg-{}.json", estate.vnet_name(vnet)), Value::Array(list));
    }
    let mut groups: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (group, value) in local.0.into_values() {
        groups.entry(group).or_default().push(value);
    }
    for (group, list) in groups {
        files.insert(format!("local-gateways/rg-{group}.json"), Value::Array(list));
    }
}

fn server_id(estate: &Estate<'_>, vnet: VnetId) -> String {
    let server = estate.topology.vnet(vnet).route_server.as_ref().expect("there is one");
    id(estate.vnet_name(vnet), "virtualHubs", &server.name)
}

fn route_server(estate: &Estate<'_>, vnet: VnetId) -> Value {
    let server = estate.topology.vnet(vnet).route_server.as_ref().expect("there is one");
    let preference = match server.preference {
        RoutingPreference::ExpressRoute => "ExpressRoute",
        RoutingPreference::VpnGateway => "VpnGateway",
        RoutingPreference::AsPath => "ASPath",
    };
    let [first, second] = server.addresses;
    let fields = json!({
        "allowBranchToBranchTraffic": server.branch_to_branch,
        "hubRoutingPreference": preference,
        "kind": "RouteServer",
        "location": estate.topology.vnet(vnet).region,
        "routeTable": { "routes": [] },
        "routingState": "Provisioned",
        "sku": "Standard",
        "virtualHubRouteTableV2s": [],
        "virtualRouterAsn": 65515,
        "virtualRouterAutoScaleConfiguration": { "minCapacity": server.routing_infrastructure_units },
        "virtualRouterIps": [second, first],
    });
    resource(&server_id(estate, vnet), fields)
}

/// Connections are called as the NVA, whatever name the topology shows for them: an NVA that is imported is called as its connection.
fn peers(estate: &Estate<'_>, vnet: VnetId) -> Value {
    let server = estate.topology.vnet(vnet).route_server.as_ref().expect("there is one");
    let peers = server.peers.iter().map(|peer| {
        let nva = estate.topology.router(peer.router);
        let fields = json!({ "peerAsn": nva.asn.map(|asn| asn.0), "peerIp": nva.address, "peeringState": null });
        resource(&format!("{}/bgpConnections/{}", server_id(estate, vnet), nva.name), fields)
    });
    Value::Array(peers.collect())
}

fn vpn_gateway_id(estate: &Estate<'_>, vnet: VnetId) -> String {
    let gateway = estate.topology.vnet(vnet).vpn_gateway.as_ref().expect("there is one");
    id(estate.vnet_name(vnet), "virtualNetworkGateways", &gateway.name)
}

fn express_route_gateway_id(estate: &Estate<'_>, vnet: VnetId) -> String {
    let gateway = estate.topology.vnet(vnet).express_route_gateway.as_ref().expect("there is one");
    id(estate.vnet_name(vnet), "virtualNetworkGateways", &gateway.name)
}

fn configuration(estate: &Estate<'_>, vnet: VnetId, own: &str, number: usize, public: Option<String>) -> Value {
    let mut fields = json!({
        "privateIPAllocationMethod": "Dynamic",
        "subnet": reference(&estate.subnet_id(vnet, "GatewaySubnet")),
    });
    if let Some(public) = public {
        fields["publicIPAddress"] = reference(&public_id(&public));
    }
    resource(&format!("{own}/ipConfigurations/ip{number}"), fields)
}

fn vpn_gateway(estate: &Estate<'_>, vnet: VnetId) -> Value {
    let gateway = estate.topology.vnet(vnet).vpn_gateway.as_ref().expect("there is one");
    let own = vpn_gateway_id(estate, vnet);
    let public = gateway_public(estate, vnet);
    let instances = gateway.addresses.iter().enumerate().map(|(number, address)| {
        json!({
            "customBgpIpAddresses": [],
            "defaultBgpIpAddresses": [address],
            "ipconfigurationId": format!("{own}/ipConfigurations/ip{number}"),
            "tunnelIpAddresses": public.get(number).into_iter().collect::<Vec<_>>(),
        })
    });
    let instances: Vec<Value> = instances.collect();
    let names = (0..gateway.addresses.len()).map(|number| {
        let name = gateway_public_name(estate.vnet_name(vnet), &gateway.name, number);
        configuration(estate, vnet, &own, number, public.get(number).map(|_| name))
    });
    let configurations: Vec<Value> = names.collect();
    let joined: Vec<String> = gateway.addresses.iter().map(Ipv4Addr::to_string).collect();
    let mut fields = json!({
        "activeActive": gateway.active_active,
        "bgpSettings": {
            "asn": gateway.asn.0,
            "bgpPeeringAddress": joined.join(","),
            "bgpPeeringAddresses": instances,
            "peerWeight": 0,
        },
        "enableBgp": true,
        "gatewayType": "Vpn",
        "ipConfigurations": configurations,
        "location": estate.topology.vnet(vnet).region,
        "sku": { "capacity": 2, "name": "VpnGw1AZ", "tier": "VpnGw1AZ" },
        "vpnType": "RouteBased",
    });
    if !gateway.client_pools.is_empty() {
        let pools: Vec<String> = gateway.client_pools.iter().map(ToString::to_string).collect();
        fields["vpnClientConfiguration"] = json!({ "vpnClientAddressPool": { "addressPrefixes": pools } });
    }
    resource(&own, fields)
}

fn express_route_gateway(estate: &Estate<'_>, vnet: VnetId) -> Value {
    let gateway = estate.topology.vnet(vnet).express_route_gateway.as_ref().expect("there is one");
    let own = express_route_gateway_id(estate, vnet);
    let [first, second] = gateway.addresses;
    let fields = json!({
        "activeActive": false,
        "bgpSettings": { "asn": 65515, "bgpPeeringAddress": format!("{first},{second}"), "peerWeight": 0 },
        "enableBgp": false,
        "gatewayType": "ExpressRoute",
        "ipConfigurations": [configuration(estate, vnet, &own, 0, None)],
        "location": estate.topology.vnet(vnet).region,
        "sku": { "capacity": 2, "name": "ErGw1AZ", "tier": "ErGw1AZ" },
        "vpnType": "PolicyBased",
    });
    resource(&own, fields)
}

fn circuit_id(name: &str) -> String {
    id(SHARED, "expressRouteCircuits", name)
}

/// A circuit has one AS number behind it: that of its first site.
fn circuit(estate: &Estate<'_>, index: usize) -> Value {
    let circuit = &estate.topology.circuits[index];
    let written = estate.document.circuits.iter().find(|named| named.name.value == circuit.name);
    let written = &written.expect("every circuit is written").body;
    let own = circuit_id(&circuit.name);
    let asn = circuit.sites.first().and_then(|site| estate.topology.router(*site).asn).map(|asn| asn.0);
    let link = |link: &Option<rsctl::source::Spanned<ipnet::Ipv4Net>>| link.as_ref().map(|link| link.value.to_string());
    let fields = json!({
        "azureASN": 12076,
        "peerASN": asn,
        "peeringType": "AzurePrivatePeering",
        "primaryPeerAddressPrefix": link(&written.primary_peer_address_prefix),
        "secondaryPeerAddressPrefix": link(&written.secondary_peer_address_prefix),
        "state": "Enabled",
    });
    let peering = resource(&format!("{own}/peerings/AzurePrivatePeering"), fields);
    resource(
        &own,
        json!({ "location": "westeurope", "peerings": [peering], "serviceProviderProvisioningState": "Provisioned" }),
    )
}

fn connection(estate: &Estate<'_>, vnet: VnetId, far: &str, fields: Value) -> Value {
    let name = estate.vnet_name(vnet);
    resource(&id(name, "connections", &format!("{name}-to-{far}")), fields)
}

/// Local network gateways by name, each with its group.
#[derive(Default)]
struct LocalGateways(BTreeMap<String, (String, Value)>);

impl LocalGateways {
    /// The id of one with these fields: of that name, or of a further name where that is taken by another.
    fn id(&mut self, group: &str, name: &str, fields: Value) -> String {
        let further = format!("{name}-for-{group}");
        for name in [name, &further] {
            let group = self.0.get(name).map_or(group, |(group, _)| group).to_owned();
            let own = id(&group, "localNetworkGateways", name);
            let value = resource(&own, fields.clone());
            let known = self.0.entry(name.to_owned()).or_insert_with(|| (group, value.clone()));
            if known.1 == value {
                return own;
            }
        }
        panic!("two different local network gateways `{further}`")
    }
}

fn tunnel_connections(
    estate: &Estate<'_>,
    tunnel: &Tunnel,
    connections: &mut BTreeMap<VnetId, Vec<Value>>,
    local: &mut LocalGateways,
) {
    for (near, far) in [(0, 1), (1, 0)] {
        let (near, far) = (&tunnel.sides[near], &tunnel.sides[far]);
        let TunnelEnd::Gateway(vnet) = near.end else { continue };
        let mut fields = json!({
            "connectionType": if tunnel.kind == ConnectionKind::Vnet2Vnet { "Vnet2Vnet" } else { "IPsec" },
            "enableBgp": tunnel.bgp,
            "routingWeight": 0,
            "virtualNetworkGateway1": reference(&vpn_gateway_id(estate, vnet)),
        });
        let name = match far.end {
            TunnelEnd::Gateway(other) if tunnel.kind == ConnectionKind::Vnet2Vnet => {
                fields["virtualNetworkGateway2"] = reference(&vpn_gateway_id(estate, other));
                estate.vnet_name(other).to_owned()
            }
            end => {
                let (name, asn, bgp, public) = match end {
                    TunnelEnd::Gateway(other) => {
                        let gateway = estate.topology.vnet(other).vpn_gateway.as_ref().expect("a tunnel ends at it");
                        let public = gateway_public(estate, other)[0];
                        (format!("lgw-{}", estate.vnet_name(other)), Some(gateway.asn), gateway.addresses[0], public)
                    }
                    TunnelEnd::Router(router) => {
                        let body = estate.topology.router(router);
                        let address = far.address.or(body.address).unwrap_or_else(|| estate.site_address(router));
                        (body.name.clone(), body.asn, address, estate.public_of_router(router))
                    }
                };
                let ranges: Vec<String> = near.static_prefixes.iter().map(ToString::to_string).collect();
                let settings = asn.map(|asn| json!({ "asn": asn.0, "bgpPeeringAddress": bgp, "peerWeight": 0 }));
                let body = json!({
                    "bgpSettings": settings,
                    "gatewayIpAddress": public,
                    "localNetworkAddressSpace": { "addressPrefixes": ranges },
                });
                let own = local.id(estate.vnet_name(vnet), &name, body);
                fields["localNetworkGateway2"] = reference(&own);
                name
            }
        };
        let list = connections.entry(vnet).or_default();
        let further =
            list.iter().filter(|known| known["name"].as_str().is_some_and(|known| known.contains(&name))).count();
        let name = if further == 0 { name } else { format!("{name}-{further}") };
        list.push(connection(estate, vnet, &name, fields));
    }
}
