//! Gateways, what they connect to and circuits, of the azurerm provider, in the words of Azure Resource Manager.

use super::attributes::Row;
use super::kinds::arm;
use super::values::{Fields, Shape, fill, link, named, put};
use serde_json::{Map, Value, json};

const GATEWAY: &Fields = &[
    ("type", "gatewayType", Shape::Plain),
    ("vpn_type", "vpnType", Shape::Plain),
    ("active_active", "activeActive", Shape::Plain),
    ("active_active_enabled", "activeActive", Shape::Plain),
    ("enable_bgp", "enableBgp", Shape::Plain),
    ("bgp_enabled", "enableBgp", Shape::Plain),
];

const LOCAL_GATEWAY: &Fields = &[
    ("address_space", "localNetworkAddressSpace", Shape::Prefixes),
    ("gateway_address", "gatewayIpAddress", Shape::Plain),
    ("gateway_fqdn", "fqdn", Shape::Plain),
];

const CONNECTION: &Fields = &[
    ("type", "connectionType", Shape::Plain),
    ("virtual_network_gateway_id", "virtualNetworkGateway1", Shape::Link(arm::GATEWAY)),
    ("peer_virtual_network_gateway_id", "virtualNetworkGateway2", Shape::Link(arm::GATEWAY)),
    ("local_network_gateway_id", "localNetworkGateway2", Shape::Link(arm::LOCAL_GATEWAY)),
    ("express_route_circuit_id", "peer", Shape::Link(arm::CIRCUIT)),
    ("enable_bgp", "enableBgp", Shape::Plain),
    ("bgp_enabled", "enableBgp", Shape::Plain),
    ("routing_weight", "routingWeight", Shape::Plain),
];

const CIRCUIT: &Fields = &[
    ("service_provider_name", "serviceProviderName", Shape::Plain),
    ("peering_location", "peeringLocation", Shape::Plain),
    ("bandwidth_in_mbps", "bandwidthInMbps", Shape::Plain),
];

const CIRCUIT_PEERING: &Fields = &[
    ("peering_type", "peeringType", Shape::Plain),
    ("peer_asn", "peerASN", Shape::Plain),
    ("azure_asn", "azureASN", Shape::Plain),
    ("vlan_id", "vlanId", Shape::Plain),
    ("primary_peer_address_prefix", "primaryPeerAddressPrefix", Shape::Plain),
    ("secondary_peer_address_prefix", "secondaryPeerAddressPrefix", Shape::Plain),
];

const PEERING_ADDRESS: &Fields = &[
    ("default_addresses", "defaultBgpIpAddresses", Shape::Plain),
    ("apipa_addresses", "customBgpIpAddresses", Shape::Plain),
    ("tunnel_ip_addresses", "tunnelIpAddresses", Shape::Plain),
];

const SPEAKER: &Fields = &[
    ("asn", "asn", Shape::Plain),
    ("bgp_peering_address", "bgpPeeringAddress", Shape::Plain),
    ("peering_address", "bgpPeeringAddress", Shape::Plain),
    ("peer_weight", "peerWeight", Shape::Plain),
];

/// The properties of a resource, if it is one of these.
pub(super) fn fill_in(row: &Row, properties: &mut Map<String, Value>) {
    match row.instance.kind.as_str() {
        "azurerm_virtual_network_gateway" => gateway(row, properties),
        "azurerm_local_network_gateway" => {
            fill(row, LOCAL_GATEWAY, properties);
            put(properties, "bgpSettings", speaker(row));
        }
        "azurerm_virtual_network_gateway_connection" => fill(row, CONNECTION, properties),
        "azurerm_express_route_circuit" => {
            let mut provider = Map::new();
            fill(row, CIRCUIT, &mut provider);
            properties.insert("serviceProviderProperties".to_owned(), Value::Object(provider));
        }
        "azurerm_express_route_circuit_peering" => fill(row, CIRCUIT_PEERING, properties),
        _ => {}
    }
}

fn gateway(row: &Row, properties: &mut Map<String, Value>) {
    fill(row, GATEWAY, properties);
    if let Some(sku) = row.plain("sku") {
        properties.insert("sku".to_owned(), json!({ "name": sku }));
    }
    put(properties, "ipConfigurations", row.blocks("ip_configuration", ip_configuration));
    put(properties, "bgpSettings", speaker(row));
    for (block, attribute, key, inner) in [
        ("vpn_client_configuration", "address_space", "vpnClientConfiguration", Some("vpnClientAddressPool")),
        ("custom_route", "address_prefixes", "customRoutes", None),
    ] {
        let prefixes = row.rows(block).first().and_then(|row| row.plain(attribute));
        let object = prefixes.map(|list| json!({ "addressPrefixes": list }));
        let object = object.map(|object| inner.map_or(object.clone(), |inner| json!({ inner: object })));
        put(properties, key, object);
    }
}

fn ip_configuration(row: &Row) -> Value {
    let mut properties = Map::new();
    put(&mut properties, "subnet", row.reserved_subnet("subnet_id", arm::SUBNET, "GatewaySubnet").map(link));
    put(&mut properties, "publicIPAddress", row.id("public_ip_address_id", arm::PUBLIC_IP).map(link));
    named(row, properties)
}

/// `bgp_settings`, of a gateway or of the far end.
fn speaker(row: &Row) -> Option<Value> {
    let rows = row.rows("bgp_settings");
    let settings = rows.first()?;
    let mut speaker = Map::new();
    fill(settings, SPEAKER, &mut speaker);
    let addresses = settings.blocks("peering_addresses", |row| {
        let mut address = Map::new();
        fill(row, PEERING_ADDRESS, &mut address);
        Value::Object(address)
    });
    put(&mut speaker, "bgpPeeringAddresses", addresses);
    Some(Value::Object(speaker))
}
