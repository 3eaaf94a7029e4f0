//! VNets, subnets, gateways and route servers.
//!
//! Spelling of keys only; Azure's defaults are set in `topology`.

use super::{addresses, bare, boolean, display_name, instances, leaf, leaves, named, reference, values, word};
use crate::source::Spanned;
use crate::syntax::document::{
    EndpointPolicies, ExpressRouteGateway, RouteMapPair, RouteServer, RouteServerPeer, RoutingPreference, Subnet, Vnet,
    VpnGateway,
};
use crate::syntax::scalar;
use crate::syntax::shape::Scalar;
use crate::syntax::tree::{Kind, Node};

pub(super) fn vnet(node: &Node) -> Vnet {
    Vnet {
        region: leaf(node.get("region"), Scalar::Text("a region")),
        address_space: values(node.get("address_space"), scalar::cidr),
        subnets: named(node.get("subnets"), subnet),
        route_servers: each_under(node, "route_server", route_server),
        vpn_gateway: under(node, "vpn_gateway", vpn_gateway),
        express_route_gateway: under(node, "express_route_gateway", express_route_gateway),
        summarized_gateway_prefixes: values(node.get("summarized_gateway_prefixes"), scalar::cidr4),
        virtual_machines: bare(node.get("virtual_machines"), scalar::count),
        virtual_wan_hub: reference(node.get("virtual_wan_hub")),
    }
}

/// What stands under a key; its place is the key, and a broken body is an empty one.
fn under<T>(node: &Node, key: &str, read: impl FnOnce(&Node) -> T) -> Option<Spanned<T>> {
    let (key, body) = node.entries().iter().find(|(found, _)| &*found.text == key)?;
    Some(Spanned::new(read(body), key.span))
}

/// What stands under a key once or in a list. The place of the first is the key, of further ones themselves.
fn each_under<T>(node: &Node, key: &str, read: impl Fn(&Node) -> T) -> Vec<Spanned<T>> {
    let Some((key, body)) = node.entries().iter().find(|(found, _)| &*found.text == key) else { return Vec::new() };
    // A broken body is an empty one, so that what follows from there being a route server is not lost.
    let items = if body.items().is_empty() { std::slice::from_ref(body) } else { body.items() };
    let place = |(index, item): (usize, &Node)| Spanned::new(read(item), if index == 0 { key.span } else { item.span });
    items.iter().enumerate().map(place).collect()
}

fn subnet(node: &Node) -> Subnet {
    if matches!(node.kind, Kind::Scalar { .. }) {
        return Subnet { prefixes: values(Some(node), scalar::cidr), ..Subnet::default() };
    }
    let policies = [
        ("Disabled", EndpointPolicies::Disabled),
        ("Enabled", EndpointPolicies::Enabled),
        ("NetworkSecurityGroupEnabled", EndpointPolicies::NetworkSecurityGroupEnabled),
        ("RouteTableEnabled", EndpointPolicies::RouteTableEnabled),
    ];
    Subnet {
        prefixes: values(node.get("prefix"), scalar::cidr),
        route_table: reference(node.get("route_table")),
        service_endpoints: leaves(node.get("service_endpoints"), Scalar::Text("a service")),
        private_endpoints: addresses(node.get("private_endpoints")),
        private_endpoint_network_policies: word(node.get("private_endpoint_network_policies"), &policies),
        delegation: leaf(node.get("delegation"), Scalar::Text("a service")),
        network_security_group: reference(node.get("network_security_group")),
        service_endpoint_policy: reference(node.get("service_endpoint_policy")),
    }
}

fn route_server(node: &Node) -> RouteServer {
    let preferences = [
        ("ExpressRoute", RoutingPreference::ExpressRoute),
        ("VpnGateway", RoutingPreference::VpnGateway),
        ("ASPath", RoutingPreference::AsPath),
    ];
    let connections = node.get("connections");
    RouteServer {
        name: display_name(node.get("name")),
        branch_to_branch: boolean(node.get("branch_to_branch")),
        hub_routing_preference: word(node.get("hub_routing_preference"), &preferences),
        instance_addresses: values(node.get("instance_addresses"), scalar::ipv4),
        routing_infrastructure_units: bare(node.get("routing_infrastructure_units"), scalar::count),
        peers: super::all(node.get("peers"), peer),
        express_route: connections.and_then(|node| node.get("express_route")).map(route_map_pair),
        vpn: connections.and_then(|node| node.get("vpn")).map(route_map_pair),
    }
}

fn peer(node: &Node) -> Option<RouteServerPeer> {
    if matches!(node.kind, Kind::Scalar { .. }) {
        let nva = reference(Some(node))?;
        return Some(RouteServerPeer { nva, instances: Vec::new(), name: None, route_maps: RouteMapPair::default() });
    }
    Some(RouteServerPeer {
        nva: reference(node.get("nva"))?,
        instances: instances(node.get("instances")),
        name: display_name(node.get("name")),
        route_maps: route_map_pair(node),
    })
}

fn route_map_pair(node: &Node) -> RouteMapPair {
    RouteMapPair {
        inbound: reference(node.get("inbound_route_map")),
        outbound: reference(node.get("outbound_route_map")),
    }
}

fn vpn_gateway(node: &Node) -> VpnGateway {
    VpnGateway {
        name: display_name(node.get("name")),
        asn: bare(node.get("asn"), scalar::asn),
        active_active: boolean(node.get("active_active")),
        instance_addresses: values(node.get("instance_addresses"), scalar::ipv4),
        public_ips: values(node.get("public_ips"), scalar::ipv4),
        vpn_client_address_pool: values(node.get("vpn_client_address_pool"), scalar::cidr4),
    }
}

fn express_route_gateway(node: &Node) -> ExpressRouteGateway {
    ExpressRouteGateway {
        name: display_name(node.get("name")),
        instance_addresses: values(node.get("instance_addresses"), scalar::ipv4),
        microsoft_edge_addresses: values(node.get("microsoft_edge_addresses"), scalar::ipv4),
    }
}
