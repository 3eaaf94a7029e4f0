//! What attributes become, in the spellings of every version of the providers.

use super::*;

#[test]
fn both_spellings_of_route_propagation_say_the_same() {
    let old = body("azurerm_route_table", json!({ "disable_bgp_route_propagation": true, "route": [] }));
    let new = body("azurerm_route_table", json!({ "bgp_route_propagation_enabled": false, "route": [] }));
    assert_eq!(old["properties"]["disableBgpRoutePropagation"], true);
    assert_eq!(old, new);
}

#[test]
fn routes_inside_a_table_keep_their_next_hops() {
    let routes = json!([
        { "name": "a", "address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualAppliance", "next_hop_in_ip_address": "10.0.0.4" },
        { "name": "b", "address_prefix": "10.0.0.0/8", "next_hop_type": "None", "next_hop_in_ip_address": "" } ]);
    let table = body("azurerm_route_table", json!({ "route": routes, "location": "East US 2" }));
    assert_eq!(table["location"], "eastus2");
    assert_eq!(
        table["properties"]["routes"],
        json!([
        { "name": "a", "properties": { "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4" } },
        { "name": "b", "properties": { "addressPrefix": "10.0.0.0/8", "nextHopType": "None" } } ])
    );
}

#[test]
fn every_spelling_of_the_policies_of_a_subnet_says_the_same() {
    let subnet = |values: Value| {
        let mut values = values;
        values["virtual_network_name"] = "v".into();
        body("azurerm_subnet", values)["properties"]["privateEndpointNetworkPolicies"].clone()
    };
    assert_eq!(subnet(json!({ "private_endpoint_network_policies": "RouteTableEnabled" })), "RouteTableEnabled");
    assert_eq!(subnet(json!({ "private_endpoint_network_policies_enabled": true })), "Enabled");
    assert_eq!(subnet(json!({ "enforce_private_link_endpoint_network_policies": true })), "Disabled");
}

#[test]
fn a_network_holds_the_subnets_written_inside_it() {
    let group = format!("{PREFIX}/networkSecurityGroups/n");
    let version_3 = json!({ "name": "app", "address_prefix": "10.0.0.0/24", "security_group": group });
    let version_4 = json!({ "name": "db", "address_prefixes": ["10.0.1.0/24"], "security_group": "", "service_endpoints": ["Microsoft.Sql"],
        "delegation": [{ "name": "d", "service_delegation": [{ "name": "Microsoft.Web/serverFarms", "actions": [] }] }],
        "route_table_id": format!("{PREFIX}/routeTables/t") });
    let network =
        body("azurerm_virtual_network", json!({ "address_space": ["10.0.0.0/16"], "subnet": [version_3, version_4] }));
    assert_eq!(
        network["properties"],
        json!({
        "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
        "subnets": [
            { "name": "app", "properties": { "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": { "id": group } } },
            { "name": "db", "properties": { "addressPrefixes": ["10.0.1.0/24"], "routeTable": { "id": format!("{PREFIX}/routeTables/t") },
                "serviceEndpoints": [{ "service": "Microsoft.Sql" }],
                "delegations": [{ "name": "d", "properties": { "serviceName": "Microsoft.Web/serverFarms" } }] } } ] })
    );
}

#[test]
fn a_gateway_keeps_its_speaker_and_its_clients() {
    let subnet = format!("{PREFIX}/virtualNetworks/v/subnets/GatewaySubnet");
    let values = json!({ "type": "Vpn", "vpn_type": "RouteBased", "active_active": true, "sku": "VpnGw1", "enable_bgp": true,
        "ip_configuration": [{ "name": "a", "subnet_id": subnet }],
        "vpn_client_configuration": [{ "address_space": ["172.16.0.0/24"] }],
        "bgp_settings": [{ "asn": 65515, "peer_weight": 0, "peering_addresses": [
            { "ip_configuration_name": "a", "default_addresses": ["10.0.1.4"], "apipa_addresses": [], "tunnel_ip_addresses": ["203.0.113.1"] }] }] });
    let mut newer = values.clone();
    let switch = newer.as_object_mut().unwrap().remove("enable_bgp").unwrap();
    newer["bgp_enabled"] = switch;
    let gateway = body("azurerm_virtual_network_gateway", values);
    assert_eq!(gateway, body("azurerm_virtual_network_gateway", newer));
    assert_eq!(
        gateway["properties"],
        json!({
        "gatewayType": "Vpn", "vpnType": "RouteBased", "activeActive": true, "enableBgp": true, "sku": { "name": "VpnGw1" },
        "ipConfigurations": [{ "name": "a", "properties": { "subnet": { "id": subnet } } }],
        "bgpSettings": { "asn": 65515, "peerWeight": 0, "bgpPeeringAddresses": [
            { "defaultBgpIpAddresses": ["10.0.1.4"], "customBgpIpAddresses": [], "tunnelIpAddresses": ["203.0.113.1"] }] },
        "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["172.16.0.0/24"] } } })
    );
}

#[test]
fn a_connection_names_both_its_ends() {
    let (gateway, local) = (format!("{PREFIX}/virtualNetworkGateways/g"), format!("{PREFIX}/localNetworkGateways/l"));
    let values = json!({ "type": "IPsec", "virtual_network_gateway_id": gateway, "local_network_gateway_id": local,
        "express_route_circuit_id": "", "bgp_enabled": true, "routing_weight": 10 });
    assert_eq!(
        body("azurerm_virtual_network_gateway_connection", values)["properties"],
        json!({
        "connectionType": "IPsec", "virtualNetworkGateway1": { "id": gateway }, "localNetworkGateway2": { "id": local },
        "enableBgp": true, "routingWeight": 10 })
    );
    let far = json!({ "address_space": [], "gateway_address": "203.0.113.9", "bgp_settings": [{ "asn": 65010, "bgp_peering_address": "192.168.0.1" }] });
    assert_eq!(
        body("azurerm_local_network_gateway", far)["properties"],
        json!({
        "localNetworkAddressSpace": { "addressPrefixes": [] }, "gatewayIpAddress": "203.0.113.9",
        "bgpSettings": { "asn": 65010, "bgpPeeringAddress": "192.168.0.1" } })
    );
}

#[test]
fn a_peering_of_a_circuit_is_called_after_its_type() {
    let values = json!({ "express_route_circuit_name": "c", "peering_type": "AzurePrivatePeering", "peer_asn": 65020, "vlan_id": 100 });
    let peering = body("azurerm_express_route_circuit_peering", values);
    assert_eq!(
        peering,
        json!({ "name": "AzurePrivatePeering",
        "properties": { "peeringType": "AzurePrivatePeering", "peerASN": 65020, "vlanId": 100 } })
    );
}

#[test]
fn pools_their_members_and_rules_are_parts_of_their_load_balancer() {
    let (subnet, pool) =
        (format!("{PREFIX}/virtualNetworks/v/subnets/s"), format!("{PREFIX}/loadBalancers/lb/backendAddressPools/p"));
    let (lb, nic) = (format!("{PREFIX}/loadBalancers/lb"), format!("{PREFIX}/networkInterfaces/n"));
    let found = import(&state(json!([
        resource(
            "azurerm_lb",
            "lb",
            json!({ "id": lb, "name": "lb", "frontend_ip_configuration": [
            { "name": "f", "subnet_id": subnet, "private_ip_address": "10.0.0.4", "public_ip_address_id": "" }] })
        ),
        resource(
            "azurerm_lb_backend_address_pool",
            "p",
            json!({ "id": pool, "name": "p", "loadbalancer_id": lb, "backend_ip_configurations": [] })
        ),
        resource(
            "azurerm_network_interface_backend_address_pool_association",
            "a",
            json!({ "id": format!("{nic}/ipConfigurations/c|{pool}"),
            "network_interface_id": nic, "ip_configuration_name": "c", "backend_address_pool_id": pool })
        ),
        resource(
            "azurerm_lb_backend_address_pool_address",
            "b",
            json!({ "name": "b", "backend_address_pool_id": pool, "ip_address": "10.0.0.9" })
        ),
        resource(
            "azurerm_lb_rule",
            "r",
            json!({ "name": "r", "loadbalancer_id": lb, "protocol": "All", "frontend_port": 0, "backend_port": 0,
            "frontend_ip_configuration_name": "f", "backend_address_pool_ids": [pool] })
        )
    ])));
    assert_eq!(found.mistakes, []);
    let parts: Vec<&Value> =
        found.resources.iter().filter(|one| one.id.to_string() == lb).map(|one| &one.body["properties"]).collect();
    let pool_of = |properties: Value| json!({ "backendAddressPools": [{ "name": "p", "properties": properties }] });
    let expected = [
        json!({ "frontendIPConfigurations": [
            { "name": "f", "properties": { "subnet": { "id": subnet }, "privateIPAddress": "10.0.0.4" } }] }),
        pool_of(json!({ "backendIPConfigurations": [] })),
        pool_of(json!({ "backendIPConfigurations": [{ "id": format!("{nic}/ipConfigurations/c") }] })),
        pool_of(
            json!({ "loadBalancerBackendAddresses": [{ "name": "b", "properties": { "ipAddress": "10.0.0.9" } }] }),
        ),
        json!({ "loadBalancingRules": [{ "name": "r", "properties": {
            "protocol": "All", "frontendPort": 0, "backendPort": 0, "frontendIPConfiguration": { "id": format!("{lb}/frontendIPConfigurations/f") },
            "backendAddressPools": [{ "id": pool }] } }] }),
    ];
    assert_eq!(parts, expected.iter().collect::<Vec<_>>());
}

#[test]
fn interfaces_firewalls_and_private_endpoints_keep_their_addresses() {
    let subnet = format!("{PREFIX}/virtualNetworks/v/subnets/AzureFirewallSubnet");
    let address = json!([{ "name": "a", "subnet_id": subnet, "private_ip_address": "10.0.0.4" }]);
    let expected =
        json!([{ "name": "a", "properties": { "subnet": { "id": subnet }, "privateIPAddress": "10.0.0.4" } }]);
    for switch in ["ip_forwarding_enabled", "enable_ip_forwarding"] {
        let interface = body("azurerm_network_interface", json!({ switch: true, "ip_configuration": address }));
        assert_eq!(interface["properties"], json!({ "enableIPForwarding": true, "ipConfigurations": expected }));
    }
    assert_eq!(
        body("azurerm_firewall", json!({ "ip_configuration": address, "virtual_hub": [] }))["properties"]["ipConfigurations"],
        expected
    );
    let endpoint = json!({ "subnet_id": subnet, "private_service_connection": [{ "name": "c", "private_ip_address": "10.0.0.5" }] });
    assert_eq!(
        body("azurerm_private_endpoint", endpoint)["properties"],
        json!({ "subnet": { "id": subnet },
        "ipConfigurations": [{ "name": "c", "properties": { "privateIPAddress": "10.0.0.5" } }] })
    );
}

#[test]
fn what_belongs_to_a_virtual_wan_is_left_out_and_said() {
    let named = |more: Value| {
        let mut all = json!({ "name": "h", "resource_group_name": "g" });
        merge(&mut all, more);
        all
    };
    let hub = json!({ "id": format!("{PREFIX}/virtualHubs/h"), "virtual_wan_id": format!("{PREFIX}/virtualWans/w") });
    let text = state(json!([
        resource("azurerm_virtual_hub", "wan", named(hub)),
        resource("azurerm_virtual_hub", "rs", named(json!({ "virtual_wan_id": null }))),
        resource("azurerm_firewall", "f", named(json!({ "virtual_hub": [{}] }))),
        resource("azurerm_virtual_hub_bgp_connection", "b", named(json!({ "virtual_network_connection_id": "c" })))
    ]));
    let found = import(&text);
    assert_eq!(
        found.skipped.keys().collect::<Vec<_>>(),
        [
            "azurerm_firewall of a Virtual WAN",
            "azurerm_virtual_hub of a Virtual WAN",
            "azurerm_virtual_hub_bgp_connection of a Virtual WAN"
        ]
    );
    assert_eq!(found.resources.iter().map(|one| one.body["kind"].clone()).collect::<Vec<_>>(), ["RouteServer"]);
}

#[test]
fn azapi_bodies_may_be_objects_or_text_and_lack_ids() {
    let typed = |kind: &str, name: &str, body: Value| {
        let values = json!({ "type": format!("Microsoft.Network/{kind}@2023-09-01"), "name": name, "body": body, "location": "West US" });
        resource("azapi_resource", name, values)
    };
    let mut planned = subnets(&["RouteServerSubnet"]);
    planned.push(typed(
        "virtualHubs",
        "rs",
        json!(r#"{"properties":{"sku":"Standard","allowBranchToBranchTraffic":true}}"#),
    ));
    planned.push(typed("virtualHubs/ipConfigurations", "ip", json!({ "properties": { "subnet": {} } })));
    planned.push(typed("virtualHubs", "wan", json!({ "properties": { "virtualWan": { "id": "w" } } })));
    planned.push(typed("dnsResolvers", "d", json!({})));
    planned.push(resource("azurerm_resource_group", "g", json!({ "name": "g" })));
    planned.push(resource(
        "azurerm_virtual_hub_bgp_connection",
        "p",
        json!({ "name": "p", "peer_ip": "10.0.0.4", "peer_asn": 65001 }),
    ));
    let group = to(&["azurerm_resource_group.g.id", "azurerm_resource_group.g"]);
    let hub = to(&["azapi_resource.rs.id", "azapi_resource.rs"]);
    let subnet = to(&[
        "azurerm_subnet.s[\"RouteServerSubnet\"].id",
        "azurerm_subnet.s[\"RouteServerSubnet\"]",
        "azurerm_subnet.s",
    ]);
    let text = plan(
        planned.into(),
        json!([
            block("azapi_resource", "rs", json!({ "parent_id": group, "body": {} })),
            block("azapi_resource", "wan", json!({ "parent_id": group })),
            block("azapi_resource", "ip", json!({ "parent_id": hub, "body": subnet })),
            block("azurerm_virtual_hub_bgp_connection", "p", json!({ "virtual_hub_id": hub }))
        ]),
    );
    assert_eq!(
        import(&text).skipped.keys().collect::<Vec<_>>(),
        [
            "azapi_resource Microsoft.Network/dnsResolvers",
            "azapi_resource Microsoft.Network/virtualHubs of a Virtual WAN"
        ]
    );
    let all = resources(&text);
    assert_eq!(
        all["g/virtualHubs/rs"],
        json!({ "properties": { "sku": "Standard", "allowBranchToBranchTraffic": true },
        "kind": "RouteServer", "name": "rs", "location": "westus" })
    );
    let id = &all["g/virtualHubs/rs/ipConfigurations/ip"]["properties"]["subnet"]["id"];
    assert!(id.as_str().unwrap().ends_with("/subnets/RouteServerSubnet"));
    assert_eq!(all["g/virtualHubs/rs/bgpConnections/p"]["properties"]["peerIp"], "10.0.0.4");
}

#[test]
fn an_azapi_body_of_a_raw_state_stands_beside_its_type() {
    let attributes = json!({ "type": "Microsoft.Network/routeTables@2023-09-01", "name": "t", "parent_id": "/subscriptions/s/resourceGroups/g",
        "body": { "type": ["object", {}], "value": { "properties": { "disableBgpRoutePropagation": true } } } });
    let raw = json!({ "version": 4, "resources": [{ "mode": "managed", "type": "azapi_resource", "name": "t",
        "instances": [{ "attributes": attributes }] }] });
    let all = resources(&raw.to_string());
    assert_eq!(all["g/routeTables/t"]["properties"]["disableBgpRoutePropagation"], true);
}

#[test]
fn a_resource_of_a_state_without_its_name_is_a_mistake() {
    let found = import(&state(json!([resource("azurerm_route_table", "t", json!({ "resource_group_name": "g" }))])));
    assert_eq!(found.mistakes[0].message, "`name` of `azurerm_route_table.t` is missing");
}

#[test]
fn a_text_that_is_no_json_in_an_azapi_body_is_a_mistake() {
    let values = json!({ "type": "Microsoft.Network/routeTables@2023-09-01", "name": "t", "parent_id": "/subscriptions/s/resourceGroups/g", "body": "{" });
    let found = import(&state(json!([resource("azapi_resource", "t", values)])));
    assert_eq!(
        found.mistakes[0].message,
        "`body` of `azapi_resource.t` is no JSON: EOF while parsing an object at line 1 column 1"
    );
}

#[test]
fn the_copy_of_a_subnet_in_its_network_does_not_speak_against_the_resource() {
    let old = |name: &str| json!({ "name": name, "address_prefixes": ["10.0.9.0/24"], "route_table_id": format!("{PREFIX}/routeTables/old") });
    let new = |name: &str| json!({ "name": name, "resource_group_name": "g", "virtual_network_name": "v", "address_prefixes": ["10.0.0.0/24"] });
    let subnet = format!("{PREFIX}/virtualNetworks/v/subnets/app");
    let network = json!({ "name": "v", "resource_group_name": "g", "id": format!("{PREFIX}/virtualNetworks/v"),
        "subnet": [old("app"), old("db"), old("inline")] });
    let association =
        json!({ "id": subnet, "subnet_id": subnet, "route_table_id": format!("{PREFIX}/routeTables/new") });
    let all = resources(&state(json!([
        resource("azurerm_virtual_network", "v", network),
        resource("azurerm_subnet", "app", new("app")),
        resource("azurerm_subnet", "db", new("db")),
        resource("azurerm_subnet_route_table_association", "a", association)
    ])));
    let table = json!({ "id": format!("{PREFIX}/routeTables/old") });
    assert_eq!(
        all["g/virtualNetworks/v"]["properties"]["subnets"],
        json!([
            { "name": "db", "properties": { "routeTable": table } },
            { "name": "inline", "properties": { "addressPrefixes": ["10.0.9.0/24"], "routeTable": table } }
        ])
    );
}

#[test]
fn what_a_plan_takes_away_is_not_read_from_the_copy_in_its_table() {
    let id = format!("{PREFIX}/routeTables/t");
    let route = json!({ "name": "gone", "address_prefix": "0.0.0.0/0", "next_hop_type": "None" });
    let table = json!({ "id": id, "name": "t", "resource_group_name": "g", "route": [route] });
    let gone = json!({ "id": format!("{id}/routes/gone"), "name": "gone", "resource_group_name": "g", "route_table_name": "t" });
    let text = json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": [resource("azurerm_route_table", "t", table)] } },
        "prior_state": { "values": { "root_module": { "resources": [resource("azurerm_route", "gone", gone)] } } },
        "configuration": { "root_module": {} }
    });
    assert_eq!(resources(&text.to_string())["g/routeTables/t"]["properties"]["routes"], json!([]));
}
