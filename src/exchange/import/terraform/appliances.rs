//! What has an address in a subnet: interfaces, load balancers, firewalls, private endpoints, and public addresses, of the azurerm
//! provider, in the words of Azure Resource Manager.

use super::attributes::Row;
use super::kinds::arm;
use super::values::{Fields, Shape, fill, link, named, part, put};
use crate::exchange::import::resource::ResourceId;
use serde_json::{Map, Value, json};

const NIC: &Fields = &[
    ("ip_forwarding_enabled", "enableIPForwarding", Shape::Plain),
    ("enable_ip_forwarding", "enableIPForwarding", Shape::Plain),
];

const ADDRESS: &Fields = &[
    ("subnet_id", "subnet", Shape::Link(arm::SUBNET)),
    ("private_ip_address", "privateIPAddress", Shape::Address),
    ("public_ip_address_id", "publicIPAddress", Shape::Link(arm::PUBLIC_IP)),
    ("primary", "primary", Shape::Plain),
];

const RULE: &Fields = &[
    ("protocol", "protocol", Shape::Plain),
    ("frontend_port", "frontendPort", Shape::Plain),
    ("backend_port", "backendPort", Shape::Plain),
];

const BACKEND_ADDRESS: &Fields =
    &[("ip_address", "ipAddress", Shape::Address), ("virtual_network_id", "virtualNetwork", Shape::Link(arm::VNET))];

/// The properties of a resource, if it is one of these.
pub(super) fn fill_in(row: &Row, properties: &mut Map<String, Value>) {
    match row.instance.kind.as_str() {
        "azurerm_network_interface" => {
            fill(row, NIC, properties);
            put(properties, "ipConfigurations", row.blocks("ip_configuration", |row| part(row, ADDRESS)));
        }
        "azurerm_lb" => {
            let frontends = row.blocks("frontend_ip_configuration", |row| part(row, ADDRESS));
            put(properties, "frontendIPConfigurations", frontends);
        }
        "azurerm_firewall" => put(properties, "ipConfigurations", row.blocks("ip_configuration", firewall_address)),
        "azurerm_private_endpoint" => private_endpoint(row, properties),
        "azurerm_public_ip" => fill(row, &[("ip_address", "ipAddress", Shape::Plain)], properties),
        _ => {}
    }
}

fn firewall_address(row: &Row) -> Value {
    let mut properties = Map::new();
    put(&mut properties, "subnet", row.reserved_subnet("subnet_id", arm::SUBNET, "AzureFirewallSubnet").map(link));
    fill(row, ADDRESS, &mut properties);
    named(row, properties)
}

fn rule(row: &Row, balancer: &ResourceId) -> Map<String, Value> {
    let mut properties = Map::new();
    fill(row, RULE, &mut properties);
    if let Some(name) = row.text("frontend_ip_configuration_name") {
        let frontend = balancer.child("frontendIPConfigurations", name).to_string();
        properties.insert("frontendIPConfiguration".to_owned(), link(Value::String(frontend)));
    }
    let pools = row.ids("backend_address_pool_ids", arm::POOL);
    let pools = pools.or_else(|| row.id("backend_address_pool_id", arm::POOL).map(|id| vec![id]));
    put(&mut properties, "backendAddressPools", pools.map(|ids| ids.into_iter().map(link).collect()));
    properties
}

/// The address of a private endpoint stands in its connection, where Azure lists the addresses as configurations.
fn private_endpoint(row: &Row, properties: &mut Map<String, Value>) {
    fill(row, &[("subnet_id", "subnet", Shape::Link(arm::SUBNET))], properties);
    const CONNECTION: &Fields = &[("private_ip_address", "privateIPAddress", Shape::Plain)];
    let chosen = row.rows("ip_configuration").iter().map(|row| part(row, CONNECTION)).collect::<Vec<_>>();
    let given = row.rows("private_service_connection");
    let given = given.iter().filter(|row| row.text("private_ip_address").is_some()).map(|row| part(row, CONNECTION));
    let all: Vec<Value> = if chosen.is_empty() { given.collect() } else { chosen };
    if !all.is_empty() {
        properties.insert("ipConfigurations".to_owned(), Value::Array(all));
    }
}

/// A pool, a member of one or a rule: a part of the load balancer in Azure, as which it comes back with the id of that.
pub(super) fn part_of_balancer(row: &Row, id: &ResourceId) -> Option<(ResourceId, Value)> {
    let balancer = id.parent().filter(|parent| parent.is(arm::LOAD_BALANCER))?;
    let (key, properties) = if id.is(arm::RULE) {
        ("loadBalancingRules", rule(row, &balancer))
    } else {
        ("backendAddressPools", pool(row))
    };
    let body =
        json!({ "name": balancer.name(), "properties": { key: [{ "name": id.name(), "properties": properties }] } });
    Some((balancer, body))
}

/// What a resource says about a backend pool: its members, by interface or by address.
fn pool(row: &Row) -> Map<String, Value> {
    let mut lists = Map::new();
    match row.instance.kind.as_str() {
        "azurerm_lb_backend_address_pool" => {
            let members = row.ids("backend_ip_configurations", arm::NIC).unwrap_or_default();
            lists.insert("backendIPConfigurations".to_owned(), members.into_iter().map(link).collect());
            put(
                &mut lists,
                "loadBalancerBackendAddresses",
                row.blocks("backend_address", |row| part(row, BACKEND_ADDRESS)),
            );
        }
        "azurerm_lb_backend_address_pool_address" => {
            lists.insert("loadBalancerBackendAddresses".to_owned(), json!([part(row, BACKEND_ADDRESS)]));
        }
        _ => {
            let interface = row.id("network_interface_id", arm::NIC);
            let member = interface.map(|id| {
                match (id.as_str().and_then(ResourceId::parse), row.text("ip_configuration_name")) {
                    (Some(nic), Some(name)) => Value::String(nic.child("ipConfigurations", name).to_string()),
                    _ => id,
                }
            });
            put(&mut lists, "backendIPConfigurations", member.map(|member| json!([link(member)])));
        }
    }
    lists
}
