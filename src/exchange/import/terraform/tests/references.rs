//! What a plan does not know yet, worked out from what its configuration refers to.

use super::super::super::resource::why_unknown;
use super::super::KNOWN_LATER;
use super::super::references::{End, Resolver};
use super::*;

/// Where the references of a real document lead, address by address. Its attribute takes the name of one that is kept.
fn leads(text: &str) -> Vec<(String, Vec<String>)> {
    let text = text.replace("triggers_replace", "subnet_id");
    let document = Document::read(FileId(0), &text, |kind| kind == "terraform_data").unwrap();
    let resolver = Resolver::new(&document);
    let mut leads = Vec::new();
    for instance in document.instances() {
        let Some(expression) = resolver.block(instance).and_then(|block| block.expressions().get("subnet_id")) else {
            continue;
        };
        let ends = resolver.ends_of(instance, expression).into_iter().map(|end| match end {
            End::Resource(instance, _) => instance.address.clone(),
            End::Value(value) => value.to_string(),
        });
        leads.push((instance.address.clone(), ends.collect()));
    }
    leads
}

#[test]
fn references_of_real_plans_lead_to_what_the_applied_state_holds() {
    let expected = [
        ("terraform_data.association", vec![r#"terraform_data.subnet["fgt_private"]"#, "module.rt.terraform_data.rt"]),
        ("terraform_data.counted[0]", vec!["terraform_data.counted_src[0]"]),
        ("terraform_data.counted[1]", vec!["terraform_data.counted_src[1]"]),
        (r#"terraform_data.peering["spoke11"]"#, vec![r#"terraform_data.spoke["spoke11"]"#]),
        (r#"terraform_data.peering["spoke12"]"#, vec![r#"terraform_data.spoke["spoke12"]"#]),
        ("terraform_data.route_server", vec![r#"terraform_data.subnet["RouteServerSubnet"]"#]),
        ("terraform_data.via_local", vec![]),
        ("module.rt.terraform_data.rt", vec![r#"terraform_data.subnet["fgt_private"]"#]),
    ];
    let mut expected: Vec<(String, Vec<String>)> =
        expected.map(|(from, to)| (from.to_owned(), to.into_iter().map(str::to_owned).collect())).into();
    assert_eq!(leads(fixture!("terraform-format-real/plan-create.json")), expected);
    let added = ("terraform_data.added_peer".to_owned(), vec!["terraform_data.route_server".to_owned()]);
    expected.insert(0, added);
    assert_eq!(leads(fixture!("terraform-format-real/plan-update.json")), expected);
    assert_eq!(leads(fixture!("terraform-format-real/state.json")), []);
}

/// What the interface with the key `app` of a plan with some subnets is told to stand in.
fn subnet_of_interface(keys: &[&str], interfaces: &[&str], references: &[&str]) -> Value {
    let mut planned = subnets(keys);
    for key in interfaces {
        let values = json!({ "name": key, "resource_group_name": "g", "ip_configuration": [{ "name": "a" }] });
        planned.push(indexed("azurerm_network_interface", "n", key, values));
    }
    let expressions =
        json!({ "ip_configuration": [{ "name": { "constant_value": "a" }, "subnet_id": to(references) }] });
    let text = plan(planned.into(), json!([block("azurerm_network_interface", "n", expressions)]));
    resources(&text)["g/networkInterfaces/app"]["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"]
        .clone()
}

#[test]
fn the_own_key_chooses_among_instances_that_have_all_the_keys() {
    let chosen = subnet_of_interface(&["app", "db", "web"], &["app", "db"], &["azurerm_subnet.s", "each.key"]);
    assert_eq!(chosen.as_str().unwrap().rsplit('/').next(), Some("app"));
}

#[test]
fn the_own_key_chooses_nothing_where_a_key_is_missing_or_something_else_takes_part() {
    for (keys, interfaces, references) in [
        (&["app", "db"][..], &["app", "x"][..], &["azurerm_subnet.s", "each.key"][..]),
        (&["app", "db"], &["app", "db"], &["azurerm_subnet.s", "each.key", "local.names"]),
        (&["app", "db"], &["app", "db"], &["azurerm_subnet.s", "each.value.subnet", "each.value"]),
        (&["app", "db"], &["app", "db"], &["local.subnet"]),
    ] {
        let chosen = subnet_of_interface(keys, interfaces, references);
        let (message, help) = why_unknown(&chosen).unwrap();
        let name = "`ip_configuration[0].subnet_id` of `azurerm_network_interface.n[\"app\"]`";
        assert_eq!(message, format!("{name} is known only after `terraform apply`"), "{references:?}");
        assert_eq!(help, KNOWN_LATER);
    }
}

#[test]
fn the_only_instance_is_meant_whatever_chooses_it() {
    let chosen =
        subnet_of_interface(&["only"], &["app", "db"], &["azurerm_subnet.s", "each.value.subnet", "each.value"]);
    assert_eq!(chosen.as_str().unwrap().rsplit('/').next(), Some("only"));
}

#[test]
fn a_module_passes_ids_in_by_variables_and_out_by_outputs() {
    let text = json!({
        "format_version": "1.2",
        "planned_values": { "root_module": {
            "resources": [],
            "child_modules": [
                { "resources": [
                    { "address": "module.net[\"a\"].azurerm_subnet.s[\"app\"]", "type": "azurerm_subnet", "name": "s", "index": "app",
                      "values": { "name": "app", "resource_group_name": "g", "virtual_network_name": "a" } },
                    { "address": "module.net[\"a\"].azurerm_subnet.s[\"db\"]", "type": "azurerm_subnet", "name": "s", "index": "db",
                      "values": { "name": "db", "resource_group_name": "g", "virtual_network_name": "a" } } ], "address": "module.net[\"a\"]" },
                { "resources": [], "child_modules": [{ "resources": [
                    { "address": "module.outer[0].module.inner.azurerm_network_interface.n", "type": "azurerm_network_interface", "name": "n",
                      "values": { "name": "n", "resource_group_name": "g", "ip_configuration": [{ "name": "a" }] } } ] }] }
            ] } },
        "configuration": { "root_module": { "module_calls": {
            "net": { "module": {
                "outputs": { "ids": { "expression": to(&["azurerm_subnet.s"]) } },
                "resources": [block("azurerm_subnet", "s", json!({}))] } },
            "outer": {
                "expressions": { "subnet": to(&["module.net[\"a\"].ids[\"app\"]", "module.net[\"a\"].ids", "module.net[\"a\"]", "module.net"]) },
                "module": { "module_calls": { "inner": {
                    "expressions": { "subnet": to(&["var.subnet"]) },
                    "module": { "resources": [block("azurerm_network_interface", "n", json!({
                        "ip_configuration": [{ "subnet_id": to(&["var.subnet"]) }] }))] } } } } } } } }
    });
    let all = resources(&text.to_string());
    let subnet = &all["g/networkInterfaces/n"]["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"];
    assert_eq!(
        *subnet,
        json!("/subscriptions//resourceGroups/g/providers/Microsoft.Network/virtualNetworks/a/subnets/app")
    );
}

#[test]
fn what_for_each_goes_through_is_followed() {
    let mut planned = subnets(&["app", "db"]);
    planned.push(resource("azurerm_route_table", "t", json!({ "name": "t", "resource_group_name": "g" })));
    planned.extend(["app", "db"].map(|key| indexed("azurerm_subnet_route_table_association", "a", key, json!({}))));
    let mut association = block(
        "azurerm_subnet_route_table_association",
        "a",
        json!({
        "subnet_id": to(&["each.value.id", "each.value"]), "route_table_id": to(&["azurerm_route_table.t.id", "azurerm_route_table.t"]) }),
    );
    association["for_each_expression"] = to(&["azurerm_subnet.s"]);
    let all = resources(&plan(planned.into(), json!([association])));
    for key in ["g/virtualNetworks/v/subnets/app", "g/virtualNetworks/v/subnets/db"] {
        assert!(all[key]["properties"]["routeTable"]["id"].as_str().unwrap().ends_with("/routeTables/t"), "{key}");
    }
}

#[test]
fn references_in_a_circle_come_to_an_end() {
    let loops = |other: &str| json!({ "outputs": { "o": { "expression": to(&[&format!("module.{other}.o"), "module.b.p", "module.b.q"]) } } });
    let mut inner = loops("a");
    inner["outputs"]["p"] = json!({ "expression": to(&["var.x", "var.y"]) });
    let text = json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": [resource("azurerm_route", "r", json!({ "name": "r", "next_hop_type": "VirtualAppliance",
            "resource_group_name": "g", "route_table_name": "t" }))] } },
        "configuration": { "root_module": {
            "module_calls": { "b": { "expressions": { "x": to(&["module.b.p", "module.b.o"]), "y": to(&["module.b.p", "module.b.o"]) }, "module": inner } },
            "resources": [block("azurerm_route", "r", json!({ "next_hop_in_ip_address": to(&["module.b.p"]) }))] } }
    });
    let all = resources(&text.to_string());
    assert!(why_unknown(&all["g/routeTables/t/routes/r"]["properties"]["nextHopIpAddress"]).is_some());
}

#[test]
fn the_subnet_of_a_route_server_behind_a_local_is_the_only_new_one_of_its_name() {
    let subnet = |name: &str, network: &str| {
        let values =
            json!({ "name": "RouteServerSubnet", "resource_group_name": "g", "virtual_network_name": network });
        resource("azurerm_subnet", name, values)
    };
    let server = resource("azurerm_route_server", "rs", json!({ "name": "rs", "resource_group_name": "g" }));
    let peer = resource(
        "azurerm_route_server_bgp_connection",
        "p",
        json!({ "name": "p", "peer_asn": 65001, "peer_ip": "10.0.0.4" }),
    );
    let configuration = json!([
        block("azurerm_route_server", "rs", json!({ "subnet_id": to(&["local.subnet"]) })),
        block("azurerm_route_server_bgp_connection", "p", json!({ "route_server_id": to(&["local.server"]) }))
    ]);
    let one = resources(&plan(json!([subnet("a", "hub"), server, peer]), configuration.clone()));
    let id = &one["g/virtualHubs/rs/ipConfigurations/ipConfig1"]["properties"]["subnet"]["id"];
    assert!(id.as_str().unwrap().ends_with("/virtualNetworks/hub/subnets/RouteServerSubnet"));
    assert_eq!(one["g/virtualHubs/rs/bgpConnections/p"]["properties"]["peerAsn"], 65001);

    let two = resources(&plan(json!([subnet("a", "hub"), subnet("b", "hub2"), server]), configuration));
    let id = &two["g/virtualHubs/rs/ipConfigurations/ipConfig1"]["properties"]["subnet"]["id"];
    assert_eq!(
        why_unknown(id).unwrap().0,
        "`subnet_id` of `azurerm_route_server.rs` is known only after `terraform apply`"
    );
}

#[test]
fn an_address_given_to_an_interface_is_found_at_its_copy() {
    let interface = json!({ "name": "n", "resource_group_name": "g", "ip_configuration": [{ "name": "a", "private_ip_address": "10.0.0.4" }] });
    let route = json!({ "name": "r", "resource_group_name": "g", "route_table_name": "t", "next_hop_type": "VirtualAppliance" });
    let references = ["azurerm_network_interface.n.private_ip_address", "azurerm_network_interface.n"];
    let all = resources(&plan(
        json!([resource("azurerm_network_interface", "n", interface), resource("azurerm_route", "r", route)]),
        json!([block("azurerm_route", "r", json!({ "next_hop_in_ip_address": to(&references) }))]),
    ));
    assert_eq!(all["g/routeTables/t/routes/r"]["properties"]["nextHopIpAddress"], "10.0.0.4");
}

#[test]
fn a_name_that_is_known_later_is_a_mistake_and_others_still_find_the_resource() {
    let network = resource("azurerm_virtual_network", "hub", json!({ "resource_group_name": "g" }));
    let subnet = resource("azurerm_subnet", "app", json!({ "name": "app", "resource_group_name": "g" }));
    let reference = to(&["azurerm_virtual_network.hub.name", "azurerm_virtual_network.hub"]);
    let found = import(&plan(
        json!([network, subnet]),
        json!([
            block("azurerm_virtual_network", "hub", json!({ "name": to(&["random_pet.x.id", "random_pet.x"]) })),
            block("azurerm_subnet", "app", json!({ "virtual_network_name": reference }))
        ]),
    ));
    let [mistake] = found.mistakes.as_slice() else { panic!("one: {:?}", found.mistakes) };
    assert_eq!(mistake.message, "`name` of `azurerm_virtual_network.hub` is known only after `terraform apply`");
    assert_eq!(mistake.origin.to_string(), ".planned_values.root_module.resources[0].values");
    assert_eq!(found.resources[1].id.parent().unwrap().key(), found.resources[0].id.key());
}

#[test]
fn what_stands_below_something_unknown_is_a_mistake() {
    let peer = resource("azurerm_route_server_bgp_connection", "p", json!({ "name": "p" }));
    let found = import(&plan(json!([peer]), json!([])));
    assert_eq!(
        found.mistakes[0].message,
        "`route_server_id` of `azurerm_route_server_bgp_connection.p` is known only after `terraform apply`"
    );
}

/// The next hops of the routes in a table, of which one is known only later.
fn next_hops(expression: Value, more: Value) -> Vec<Value> {
    let nic = json!({ "name": "n", "resource_group_name": "g", "ip_configuration": [{ "name": "a", "private_ip_address": "10.0.0.4" }] });
    let routes = json!([
        { "name": "a", "address_prefix": "10.0.0.0/8", "next_hop_type": "VirtualAppliance", "next_hop_in_ip_address": "10.0.0.9" },
        { "name": "b", "address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualAppliance" },
        { "name": "c", "address_prefix": "10.1.0.0/16", "next_hop_type": "None", "next_hop_in_ip_address": null }
    ]);
    let mut table = json!({ "name": "t", "resource_group_name": "g", "route": routes });
    merge(&mut table, more);
    let planned = json!([resource("azurerm_network_interface", "n", nic), resource("azurerm_route_table", "t", table)]);
    let all = resources(&plan(planned, json!([block("azurerm_route_table", "t", expression)])));
    let routes = all["g/routeTables/t"]["properties"]["routes"].as_array().unwrap();
    routes.iter().map(|route| route["properties"]["nextHopIpAddress"].clone()).collect()
}

#[test]
fn routes_in_a_table_are_told_apart_by_name_because_a_set_has_its_own_order() {
    let hop = to(&["azurerm_network_interface.n.private_ip_address", "azurerm_network_interface.n"]);
    let other = to(&["azurerm_firewall.f.private_ip_address", "azurerm_firewall.f"]);
    let written = json!({ "route": [
        { "name": { "constant_value": "b" }, "next_hop_in_ip_address": hop },
        { "name": { "constant_value": "c" } },
        { "name": { "constant_value": "a" }, "next_hop_in_ip_address": other } ] });
    assert_eq!(next_hops(written, json!({})), [json!("10.0.0.9"), json!("10.0.0.4"), Value::Null]);
    let by_reference = json!({ "route": hop });
    assert_eq!(next_hops(by_reference, json!({})), [json!("10.0.0.9"), json!("10.0.0.4"), Value::Null]);
}

#[test]
fn a_next_hop_that_nobody_can_tell_is_not_taken_for_none() {
    let dynamic = json!({});
    let unnamed =
        json!({ "route": [{ "name": to(&["local.a"]) }, { "name": to(&["local.b"]) }, { "name": to(&["local.c"]) }] });
    let doubtful = json!({ "route": to(&["local.hops", "azurerm_network_interface.n.private_ip_address", "azurerm_network_interface.n"]) });
    for expression in [dynamic, unnamed, doubtful] {
        let [known, later, none] = next_hops(expression.clone(), json!({})).try_into().unwrap();
        assert_eq!((known, none), (json!("10.0.0.9"), Value::Null));
        let (message, _) = why_unknown(&later).unwrap();
        assert_eq!(
            message,
            "`route[1].next_hop_in_ip_address` of `azurerm_route_table.t` is known only after `terraform apply`",
            "{expression}"
        );
    }
}

#[test]
fn blocks_that_are_not_planned_yet_are_not_taken_for_none() {
    let table = json!({ "name": "t", "resource_group_name": "g" });
    for expression in [to(&["local.routes"]), json!([{ "name": to(&["local.a"]) }])] {
        let all = resources(&plan(
            json!([resource("azurerm_route_table", "t", table.clone())]),
            json!([block("azurerm_route_table", "t", json!({ "route": expression }))]),
        ));
        assert!(why_unknown(&all["g/routeTables/t"]["properties"]["routes"]).is_some());
    }
}

#[test]
fn a_route_table_of_a_subnet_inside_its_network_is_missing_only_where_version_4_knows_it() {
    let network = |subnet: Value| {
        let values = json!({ "name": "v", "resource_group_name": "g", "subnet": [subnet] });
        let all = resources(&plan(json!([resource("azurerm_virtual_network", "v", values)]), json!([])));
        all["g/virtualNetworks/v"]["properties"]["subnets"][0]["properties"].clone()
    };
    let newer = network(json!({ "name": "app", "address_prefixes": ["10.0.0.0/24"] }));
    assert!(why_unknown(&newer["routeTable"]["id"]).is_some());
    assert_eq!(
        network(json!({ "name": "app", "address_prefixes": ["10.0.0.0/24"], "route_table_id": null }))
            .get("routeTable"),
        None
    );
    assert_eq!(network(json!({ "name": "app", "address_prefix": "10.0.0.0/24" })).get("routeTable"), None);
}

#[test]
fn a_reference_beside_a_local_may_not_be_what_the_value_comes_from() {
    let references = ["local.subnet", "azurerm_subnet.s[\"app\"].id", "azurerm_subnet.s[\"app\"]", "azurerm_subnet.s"];
    assert!(why_unknown(&subnet_of_interface(&["app"], &["app"], &references)).is_some());
    let references = ["var.create", "azurerm_subnet.s[\"app\"].id", "azurerm_subnet.s[\"app\"]", "azurerm_subnet.s"];
    assert!(subnet_of_interface(&["app"], &["app"], &references).is_string());
}

#[test]
fn an_output_or_variable_made_of_a_local_is_as_uncertain_as_the_local() {
    let whole = ["azurerm_subnet.s[\"app\"].id", "azurerm_subnet.s[\"app\"]", "azurerm_subnet.s"];
    let subnet = |output: Value| {
        let interface = json!({ "name": "n", "resource_group_name": "g", "ip_configuration": [{ "name": "a" }] });
        let mut planned = subnets(&["app"]);
        planned.push(resource("azurerm_network_interface", "n", interface));
        let mut references = vec!["module.m.subnet", "module.m"];
        references.extend(whole);
        let text = json!({
            "format_version": "1.2",
            "planned_values": { "root_module": { "resources": planned } },
            "configuration": { "root_module": {
                "module_calls": { "m": { "expressions": {}, "module": { "outputs": { "subnet": { "expression": output } } } } },
                "resources": [block("azurerm_network_interface", "n", json!({ "ip_configuration": [{ "subnet_id": to(&references) }] }))] } }
        });
        resources(&text.to_string())["g/networkInterfaces/n"]["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"].clone()
    };
    assert!(why_unknown(&subnet(to(&["local.subnet"]))).is_some());
    assert!(subnet(json!({ "constant_value": null })).as_str().unwrap().ends_with("/subnets/app"));
}
