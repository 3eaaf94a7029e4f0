//! The attributes of one resource, or of one block in it, and what stands for those that are not known yet.

use super::KNOWN_LATER;
use super::document::Instance;
use super::references::{Resolver, Want, one, text};
use crate::exchange::import::resource::{ResourceId, unknown};
use crate::words::printable;
use serde_json::{Map, Value};

/// Every attribute of a resource that is read: nothing else of it is kept. Attributes of blocks are not listed.
pub(super) const ATTRIBUTES: &[&str] = &[
    "active_active",
    "active_active_enabled",
    "address_prefix",
    "address_prefixes",
    "address_space",
    "allow_forwarded_traffic",
    "allow_gateway_transit",
    "allow_virtual_network_access",
    "azure_asn",
    "backend_address",
    "backend_address_pool_id",
    "backend_address_pool_ids",
    "backend_ip_configurations",
    "backend_port",
    "bandwidth_in_mbps",
    "bgp_enabled",
    "bgp_route_propagation_enabled",
    "bgp_settings",
    "body",
    "branch_to_branch_traffic_enabled",
    "custom_route",
    "delegation",
    "disable_bgp_route_propagation",
    "enable_bgp",
    "enable_ip_forwarding",
    "enforce_private_link_endpoint_network_policies",
    "express_route_circuit_id",
    "express_route_circuit_name",
    "fqdn",
    "frontend_ip_configuration",
    "frontend_ip_configuration_name",
    "frontend_port",
    "gateway_address",
    "gateway_fqdn",
    "hub_routing_preference",
    "id",
    "ip_address",
    "ip_configuration",
    "ip_configuration_name",
    "ip_forwarding_enabled",
    "loadbalancer_id",
    "local_network_gateway_id",
    "local_subnet_names",
    "location",
    "name",
    "network_interface_id",
    "network_security_group_id",
    "next_hop_in_ip_address",
    "next_hop_type",
    "only_ipv6_peering_enabled",
    "parent_id",
    "peer_asn",
    "peer_complete_virtual_networks_enabled",
    "peer_ip",
    "peer_virtual_network_gateway_id",
    "peering_location",
    "peering_type",
    "primary_peer_address_prefix",
    "private_endpoint_network_policies",
    "private_endpoint_network_policies_enabled",
    "private_ip_address",
    "private_service_connection",
    "protocol",
    "public_ip_address_id",
    "remote_subnet_names",
    "remote_virtual_network_id",
    "resource_group_name",
    "resource_id",
    "route",
    "route_server_id",
    "route_table_id",
    "route_table_name",
    "routing_weight",
    "secondary_peer_address_prefix",
    "service_endpoints",
    "service_provider_name",
    "sku",
    "subnet",
    "subnet_id",
    "type",
    "use_remote_gateways",
    "virtual_hub",
    "virtual_hub_id",
    "virtual_network_connection_id",
    "virtual_network_gateway_id",
    "virtual_network_id",
    "virtual_network_name",
    "virtual_router_asn",
    "virtual_router_ips",
    "virtual_wan_id",
    "vlan_id",
    "vpn_client_configuration",
    "vpn_type",
];

/// Attributes of blocks that Azure never fills in: without one of them a plan has `null`. Where even that is missing the value is known
/// only later, also where the configuration does not tell from what.
const ONLY_GIVEN: &[&str] = &["next_hop_in_ip_address", "route_table_id", "subnet_id"];

/// Blocks that are a set: a plan has them in another order than the configuration.
const SETS: &[&str] = &["backend_address", "route", "subnet"];

/// What the configuration tells of the attributes of a block.
#[derive(Clone, Copy)]
enum Expressions<'a> {
    /// Nothing: there is none, or a `dynamic` block makes it.
    None,
    /// Of each attribute.
    Each(&'a Map<String, Value>),
    /// Of all together.
    Whole(&'a Value),
}

/// A resource or a block of it.
pub(super) struct Row<'a, 'd> {
    resolver: &'a Resolver<'d>,
    /// The resource.
    pub(super) instance: &'d Instance,
    values: &'a Map<String, Value>,
    expressions: Expressions<'a>,
    /// The way from the resource to the block: `ip_configuration[0].`
    way: String,
}

impl<'a, 'd> Row<'a, 'd> {
    /// The attributes of a resource.
    pub(super) fn new(resolver: &'a Resolver<'d>, instance: &'d Instance) -> Row<'a, 'd>
    where
        'd: 'a,
    {
        let block = resolver.block(instance);
        let expressions = block.map_or(Expressions::None, |block| Expressions::Each(block.expressions()));
        Row { resolver, instance, values: &instance.values, expressions, way: String::new() }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        debug_assert!(!self.way.is_empty() || ATTRIBUTES.contains(&name), "{name} is not kept");
        self.values.get(name)
    }

    /// The expression that an attribute will get its value from.
    fn expression(&self, name: &str) -> Option<&'a Value> {
        let expression = match self.expressions {
            Expressions::None => None,
            Expressions::Each(all) => all.get(name),
            Expressions::Whole(expression) => Some(expression),
        };
        expression.filter(|expression| refers(expression))
    }

    /// The known text of an attribute.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.value(name).and_then(text)
    }

    /// The value of an attribute as it stands; `None` when it is not set.
    pub(super) fn plain(&self, name: &str) -> Option<Value> {
        match self.value(name) {
            Some(Value::Null) => None,
            Some(Value::String(text)) if text.is_empty() => None,
            Some(Value::Array(list)) if list.iter().any(Value::is_null) => Some(self.later(name)),
            Some(value) => Some(value.clone()),
            None if self.expression(name).is_some() || self.lacks(name) => Some(self.later(name)),
            None => None,
        }
    }

    /// Whether a plan leaves an attribute of a block open and does not tell what it comes from.
    fn lacks(&self, name: &str) -> bool {
        // Version 3 knows no route table of a subnet inside its network; what it calls the prefix tells it from version 4.
        let is_known = name != "route_table_id" || self.values.contains_key("address_prefixes");
        let is_untold = matches!(self.expressions, Expressions::None) && !self.way.is_empty();
        is_untold && is_known && self.resolver.is_plan() && ONLY_GIVEN.contains(&name)
    }

    /// The opposite of a switch.
    pub(super) fn opposite(&self, name: &str) -> Option<Value> {
        self.plain(name).map(|value| value.as_bool().map_or(value, |on| Value::Bool(!on)))
    }

    /// An IP address.
    pub(super) fn address(&self, name: &str) -> Option<Value> {
        self.resolved(name, Want::Address)
    }

    /// The id of a resource of a type.
    pub(super) fn id(&self, name: &str, kind: &'static str) -> Option<Value> {
        self.resolved(name, Want::Id(kind))
    }

    /// The id of a subnet that must have a certain name. A plan that makes one subnet of that name can mean no other.
    pub(super) fn reserved_subnet(&self, name: &str, kind: &'static str, reserved: &str) -> Option<Value> {
        let found = self.id(name, kind)?;
        match (found.is_object(), self.resolver.new_subnets(reserved).as_slice()) {
            (true, [only]) => Some(Value::String(only.to_string())),
            _ => Some(found),
        }
    }

    /// The ids of a list of resources of a type.
    pub(super) fn ids(&self, name: &str, kind: &'static str) -> Option<Vec<Value>> {
        let missing = match self.value(name) {
            Some(Value::Array(list)) if list.iter().all(Value::is_string) => return Some(list.clone()),
            Some(Value::Array(list)) => Some(list.len()),
            Some(_) => return None,
            None => None,
        };
        let found = self.candidates(self.expression(name)?, Want::Id(kind));
        if found.is_empty() || missing.is_some_and(|missing| missing != found.len()) {
            return Some(vec![self.later(name)]);
        }
        Some(found.into_iter().map(Value::String).collect())
    }

    fn resolved(&self, name: &str, want: Want) -> Option<Value> {
        if self.value(name).is_some() {
            return self.plain(name);
        }
        let Some(expression) = self.expression(name) else { return self.plain(name) };
        let found = self.candidates(expression, want);
        Some(one(&found).map_or_else(|| self.later(name), |text| Value::String(text.clone())))
    }

    fn candidates(&self, expression: &'a Value, want: Want) -> Vec<String> {
        self.resolver.candidates(self.instance, expression, want)
    }

    /// Whether a resource of that type is about that id.
    pub(super) fn is_described(&self, kind: &'static str, id: &ResourceId) -> bool {
        self.resolver.is_described(kind, id)
    }

    /// What a list of blocks becomes, block by block; `None` when it is not set.
    pub(super) fn blocks(&self, name: &str, of: impl Fn(&Row) -> Value) -> Option<Value> {
        match self.value(name) {
            None => self.written(name).then(|| self.later(name)),
            Some(Value::Array(list)) if list.iter().any(Value::is_null) => Some(self.later(name)),
            Some(_) => Some(Value::Array(self.rows(name).iter().map(of).collect())),
        }
    }

    /// Whether the configuration has blocks of a name.
    fn written(&self, name: &str) -> bool {
        let is_block =
            |all: &Map<String, Value>| all.get(name).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        self.expression(name).is_some() || matches!(self.expressions, Expressions::Each(all) if is_block(all))
    }

    /// The blocks of a name that are known.
    pub(super) fn rows(&self, name: &str) -> Vec<Row<'a, 'd>> {
        let list = match self.value(name) {
            Some(Value::Array(list)) => list.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        let blocks = list.iter().enumerate().filter_map(|(at, value)| Some((at, value.as_object()?)));
        let row = |(at, values)| Row {
            resolver: self.resolver,
            instance: self.instance,
            values,
            expressions: self.expressions_of(name, values, at, list.len()),
            way: format!("{}{name}[{at}].", self.way),
        };
        blocks.map(row).collect()
    }

    /// What the configuration tells of one of several blocks. `dynamic` blocks are not told of, so that numbers alone may mislead.
    fn expressions_of(&self, name: &str, values: &Map<String, Value>, at: usize, count: usize) -> Expressions<'a> {
        let all = match self.expressions {
            Expressions::Each(all) => all,
            other => return other,
        };
        let found = match all.get(name) {
            Some(Value::Array(blocks)) => match by_name(blocks, values) {
                Some(block) => Some(block),
                None if blocks.len() == count && (count == 1 || !SETS.contains(&name)) => blocks.get(at),
                None => None,
            },
            Some(whole) if refers(whole) => return Expressions::Whole(whole),
            Some(single) if count == 1 => Some(single),
            _ => None,
        };
        found.and_then(Value::as_object).map_or(Expressions::None, Expressions::Each)
    }

    /// What stands for a value that is known only later.
    fn later(&self, name: &str) -> Value {
        let address = printable(&self.instance.address);
        unknown(format!("`{}{name}` of `{address}` is known only after `terraform apply`", self.way), KNOWN_LATER)
    }
}

fn refers(expression: &Value) -> bool {
    expression.get("references").and_then(Value::as_array).is_some_and(|list| !list.is_empty())
}

/// The block of the configuration that has the same name.
fn by_name<'a>(blocks: &'a [Value], values: &Map<String, Value>) -> Option<&'a Value> {
    let name = values.get("name")?;
    let mut same = blocks.iter().filter(|block| block.pointer("/name/constant_value") == Some(name));
    same.next().filter(|_| same.next().is_none())
}
