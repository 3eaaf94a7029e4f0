//! The resources of the azurerm provider in the words of Azure Resource Manager, in the spellings of its versions 3 and 4: networks,
//! route tables and route servers here, the rest in `gateways` and `appliances`.

use super::attributes::Row;
use super::document::Instance;
use super::kinds::{self, Place, arm};
use super::references::Resolver;
use super::values::{Fields, Output, Shape, fill, link, location, named, part, put};
use super::{appliances, azapi, gateways};
use crate::exchange::import::resource::ResourceId;
use serde_json::{Map, Value, json};

/// Turns an instance into resources. What is left out comes back by what it is.
pub(super) fn translate(resolver: &Resolver, instance: &Instance, output: &mut Output) -> Result<(), String> {
    let kind = instance.kind.as_str();
    if kind == kinds::RESOURCE_GROUP {
        return Ok(());
    }
    if kinds::AZAPI.contains(&kind) {
        return azapi::translate(resolver, instance, output);
    }
    left_out(resolver, instance)?;
    let Some(known) = kinds::kind(kind) else { return Err(kind.to_owned()) };
    let row = Row::new(resolver, instance);
    let is_part = matches!(known.place, Place::PartOf(..));
    let Some(id) = resolver.id(instance) else {
        let (Place::Below(_, attribute) | Place::Under(_, attribute) | Place::PartOf(_, attribute)) = known.place
        else {
            return Ok(());
        };
        output.untold(instance, attribute, resolver.is_plan());
        return Ok(());
    };
    if !is_part && row.text(known.name).is_none() {
        output.untold(instance, known.name, resolver.is_plan());
    }
    if let Some((balancer, body)) = appliances::part_of_balancer(&row, &id) {
        output.push(balancer, body, &instance.origin);
        return Ok(());
    }
    if kind == "azurerm_route_server" {
        output.push(id.child("ipConfigurations", "ipConfig1"), route_server_ip(&row), &instance.origin);
    }
    let body = body(&row, &id);
    output.push(id, body, &instance.origin);
    Ok(())
}

/// What belongs to a Virtual WAN, or has no part in routing.
fn left_out(resolver: &Resolver, instance: &Instance) -> Result<(), String> {
    let set = |name| resolver.is_set(instance, name);
    let is_filled = |name| instance.values.get(name).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let of_wan = match instance.kind.as_str() {
        "azurerm_network_security_group" => return Err(instance.kind.clone()),
        "azurerm_virtual_hub" => resolver.is_wan_hub(instance),
        "azurerm_virtual_hub_bgp_connection" => set("virtual_network_connection_id"),
        "azurerm_firewall" => is_filled("virtual_hub"),
        _ => false,
    };
    if of_wan { Err(format!("{} of a Virtual WAN", instance.kind)) } else { Ok(()) }
}

fn body(row: &Row, id: &ResourceId) -> Value {
    let mut top = Map::new();
    let mut properties = Map::new();
    top.insert("name".to_owned(), Value::String(id.name().to_owned()));
    put(&mut top, "location", row.text("location").map(location));
    match row.instance.kind.as_str() {
        "azurerm_route_server" | "azurerm_virtual_hub" => {
            top.insert("kind".to_owned(), Value::String("RouteServer".to_owned()));
            fill(row, ROUTE_SERVER, &mut properties);
        }
        "azurerm_route_server_bgp_connection" | "azurerm_virtual_hub_bgp_connection" => {
            fill(row, BGP_CONNECTION, &mut properties);
        }
        "azurerm_virtual_hub_ip" => properties = route_server_subnet(row),
        "azurerm_virtual_network" => {
            fill(row, NETWORK, &mut properties);
            put(&mut properties, "subnets", row.blocks("subnet", |row| inner_subnet(row, id)).map(without_null));
        }
        "azurerm_subnet" => properties = subnet(row),
        "azurerm_subnet_route_table_association" | "azurerm_subnet_network_security_group_association" => {
            fill(row, ASSOCIATION, &mut properties);
        }
        "azurerm_virtual_network_peering" => fill(row, PEERING, &mut properties),
        "azurerm_route_table" => {
            fill(row, ROUTE_TABLE, &mut properties);
            put(&mut properties, "routes", row.blocks("route", |row| inner_route(row, id)).map(without_null));
        }
        "azurerm_route" => fill(row, ROUTE, &mut properties),
        _ => {
            gateways::fill_in(row, &mut properties);
            appliances::fill_in(row, &mut properties);
        }
    }
    top.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(top)
}

const NETWORK: &Fields = &[("address_space", "addressSpace", Shape::Prefixes)];

const SUBNET: &Fields = &[
    ("address_prefixes", "addressPrefixes", Shape::Plain),
    ("address_prefix", "addressPrefix", Shape::Plain),
    ("route_table_id", "routeTable", Shape::Link(arm::ROUTE_TABLE)),
];

const ASSOCIATION: &Fields = &[
    ("route_table_id", "routeTable", Shape::Link(arm::ROUTE_TABLE)),
    ("network_security_group_id", "networkSecurityGroup", Shape::Link(arm::SECURITY_GROUP)),
];

const PEERING: &Fields = &[
    ("remote_virtual_network_id", "remoteVirtualNetwork", Shape::Link(arm::VNET)),
    ("allow_virtual_network_access", "allowVirtualNetworkAccess", Shape::Plain),
    ("allow_forwarded_traffic", "allowForwardedTraffic", Shape::Plain),
    ("allow_gateway_transit", "allowGatewayTransit", Shape::Plain),
    ("use_remote_gateways", "useRemoteGateways", Shape::Plain),
    ("peer_complete_virtual_networks_enabled", "peerCompleteVnets", Shape::Plain),
    ("only_ipv6_peering_enabled", "enableOnlyIPv6Peering", Shape::Plain),
    ("local_subnet_names", "localSubnetNames", Shape::Plain),
    ("remote_subnet_names", "remoteSubnetNames", Shape::Plain),
];

const ROUTE_TABLE: &Fields = &[
    ("disable_bgp_route_propagation", "disableBgpRoutePropagation", Shape::Plain),
    ("bgp_route_propagation_enabled", "disableBgpRoutePropagation", Shape::Opposite),
];

const ROUTE: &Fields = &[
    ("address_prefix", "addressPrefix", Shape::Plain),
    ("next_hop_type", "nextHopType", Shape::Plain),
    ("next_hop_in_ip_address", "nextHopIpAddress", Shape::Address),
];

const ROUTE_SERVER: &Fields = &[
    ("branch_to_branch_traffic_enabled", "allowBranchToBranchTraffic", Shape::Plain),
    ("hub_routing_preference", "hubRoutingPreference", Shape::Plain),
    ("virtual_router_asn", "virtualRouterAsn", Shape::Plain),
    ("virtual_router_ips", "virtualRouterIps", Shape::Plain),
];

const BGP_CONNECTION: &Fields = &[("peer_asn", "peerAsn", Shape::Plain), ("peer_ip", "peerIp", Shape::Address)];

/// A subnet as its network lists it. Of one with a resource of its own that is a copy, made when the state was last refreshed, and tells
/// only what no resource does.
fn inner_subnet(row: &Row, network: &ResourceId) -> Value {
    let id = network.child("subnets", row.text("name").unwrap_or_default());
    if !row.is_described("azurerm_subnet", &id) {
        return named(row, subnet(row));
    }
    let table = row.text("route_table_id").filter(|_| !row.is_described("azurerm_subnet_route_table_association", &id));
    table.map_or(Value::Null, |table| named(row, Map::from_iter([("routeTable".to_owned(), link(table.into()))])))
}

/// A route as its table lists it; of one with a resource of its own that is a copy of an earlier time.
fn inner_route(row: &Row, table: &ResourceId) -> Value {
    let id = table.child("routes", row.text("name").unwrap_or_default());
    if row.is_described("azurerm_route", &id) { Value::Null } else { part(row, ROUTE) }
}

fn without_null(list: Value) -> Value {
    match list {
        Value::Array(list) => list.into_iter().filter(|value| !value.is_null()).collect(),
        unknown => unknown,
    }
}

/// A subnet, inside its network or by itself.
fn subnet(row: &Row) -> Map<String, Value> {
    let mut properties = Map::new();
    fill(row, SUBNET, &mut properties);
    let is_inside = row.instance.kind == "azurerm_virtual_network";
    let security_group = if is_inside { "security_group" } else { "network_security_group_id" };
    put(&mut properties, "networkSecurityGroup", row.id(security_group, arm::SECURITY_GROUP).map(link));
    let endpoints = row.plain("service_endpoints").map(|list| match list {
        Value::Array(list) => list.into_iter().map(|service| json!({ "service": service })).collect(),
        unknown => unknown,
    });
    put(&mut properties, "serviceEndpoints", endpoints);
    put(&mut properties, "delegations", row.blocks("delegation", delegation));
    let policies = row.plain("private_endpoint_network_policies").or_else(|| older_policies(row));
    put(&mut properties, "privateEndpointNetworkPolicies", policies);
    properties
}

/// Version 3 had a switch, and before that one of the opposite meaning.
fn older_policies(row: &Row) -> Option<Value> {
    let enabled = row.plain("private_endpoint_network_policies_enabled");
    let enabled = enabled.or_else(|| row.opposite("enforce_private_link_endpoint_network_policies"))?;
    Some(match enabled.as_bool() {
        Some(true) => "Enabled".into(),
        Some(false) => "Disabled".into(),
        None => enabled,
    })
}

fn delegation(row: &Row) -> Value {
    let mut properties = Map::new();
    if let [service] = row.rows("service_delegation").as_slice() {
        put(&mut properties, "serviceName", service.plain("name"));
    }
    named(row, properties)
}

/// Terraform's route server holds the subnet itself; in Azure its address configuration does.
fn route_server_ip(row: &Row) -> Value {
    json!({ "name": "ipConfig1", "properties": route_server_subnet(row) })
}

fn route_server_subnet(row: &Row) -> Map<String, Value> {
    let mut properties = Map::new();
    let subnet = row.reserved_subnet("subnet_id", arm::SUBNET, "RouteServerSubnet");
    put(&mut properties, "subnet", subnet.map(link));
    let public = row.id("public_ip_address_id", arm::PUBLIC_IP);
    put(&mut properties, "publicIPAddress", public.map(link));
    properties
}
