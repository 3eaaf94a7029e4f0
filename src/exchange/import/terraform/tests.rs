//! Whole documents: real ones in `fixtures/import`, and small ones for one behaviour each.

mod attributes;

use super::super::resource::{Found, ResourceId, why_unknown};
use super::document::Document;
use super::references::{End, Resolver};
use super::{kinds, read};
use crate::source::FileId;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/import/", $name))
    };
}

fn import(text: &str) -> Found {
    let mut found = Found::default();
    read(FileId(0), text, &mut found);
    found
}

/// The resources without mistakes, those of one id as one, by their id behind the subscription.
fn resources(text: &str) -> BTreeMap<String, Value> {
    let found = import(text);
    assert_eq!(found.mistakes, []);
    let mut merged: BTreeMap<String, Value> = BTreeMap::new();
    for resource in found.resources {
        let tail = resource
            .id
            .to_string()
            .split_once("/resourceGroups/")
            .unwrap()
            .1
            .replace("providers/Microsoft.Network/", "");
        merge(merged.entry(tail).or_insert(json!({})), resource.body);
    }
    merged
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}

/// A value without the subscriptions of its ids.
fn anywhere(value: &Value) -> Value {
    match value {
        Value::String(text) => match ResourceId::parse(text) {
            Some(mut id) => {
                id.subscription = String::new();
                id.to_string().into()
            }
            None => value.clone(),
        },
        Value::Array(list) => list.iter().map(anywhere).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), anywhere(value))).collect::<Map<_, _>>().into()
        }
        _ => value.clone(),
    }
}

/// A plan of one module: what is planned, and what the configuration says.
fn plan(planned: Value, configuration: Value) -> String {
    let planned = json!({ "root_module": { "resources": planned } });
    let configuration = json!({ "root_module": { "resources": configuration } });
    json!({ "format_version": "1.2", "planned_values": planned, "configuration": configuration }).to_string()
}

fn resource(kind: &str, name: &str, values: Value) -> Value {
    json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values })
}

fn indexed(kind: &str, name: &str, key: &str, values: Value) -> Value {
    let address = format!("{kind}.{name}[\"{key}\"]");
    json!({ "address": address, "mode": "managed", "type": kind, "name": name, "index": key, "values": values })
}

fn block(kind: &str, name: &str, expressions: Value) -> Value {
    json!({ "mode": "managed", "type": kind, "name": name, "expressions": expressions })
}

fn to(references: &[&str]) -> Value {
    json!({ "references": references })
}

fn state(resources: Value) -> String {
    json!({ "format_version": "1.0", "values": { "root_module": { "resources": resources } } }).to_string()
}

/// The body of the only resource of a state with one.
fn body(kind: &str, values: Value) -> Value {
    let mut values = values;
    let defaults = json!({ "name": "n", "resource_group_name": "g" });
    for (key, value) in defaults.as_object().unwrap() {
        values.as_object_mut().unwrap().entry(key.clone()).or_insert(value.clone());
    }
    let found = import(&state(json!([resource(kind, "x", values)])));
    assert_eq!(found.mistakes, []);
    assert_eq!(found.skipped, Vec::<String>::new());
    found.resources.into_iter().next_back().unwrap().body
}

const PREFIX: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";

#[test]
fn a_state_and_a_plan_without_ids_make_the_same_resources() {
    let state = resources(fixture!("env-fortinet-hub1/terraform-state.json"));
    let plan = resources(fixture!("env-fortinet-hub1/terraform-plan.json"));
    assert_eq!(plan.keys().collect::<Vec<_>>(), state.keys().collect::<Vec<_>>());
    assert_eq!(plan.len(), 22);
    let mut more = BTreeSet::new();
    for (key, planned) in &plan {
        let mut real = anywhere(&state[key]);
        // What Azure adds when the resource is made.
        for computed in ["virtualRouterIps", "virtualRouterAsn", "ipAddress", "subnets", "routes"] {
            if planned["properties"].get(computed).is_none()
                && real["properties"].as_object_mut().unwrap().remove(computed).is_some()
            {
                more.insert(computed);
            }
        }
        assert_eq!(anywhere(planned), real, "{key}");
    }
    assert_eq!(
        more.into_iter().collect::<Vec<_>>(),
        ["ipAddress", "routes", "subnets", "virtualRouterAsn", "virtualRouterIps"]
    );
}

#[test]
fn a_plan_without_ids_joins_its_resources() {
    let plan = resources(fixture!("env-fortinet-hub1/terraform-plan.json"));
    let subnet = &plan["rg-sdwan/virtualNetworks/hub1/subnets/hub1_fgt_private"]["properties"];
    assert_eq!(subnet["routeTable"]["id"].as_str().unwrap().rsplit('/').next(), Some("hub1_fgt_private_rt"));
    let peering = &plan["rg-sdwan/virtualNetworks/spoke12/virtualNetworkPeerings/spoke12-to-hub1"]["properties"];
    assert_eq!(peering["remoteVirtualNetwork"]["id"].as_str().unwrap().rsplit('/').next(), Some("hub1"));
    let address = &plan["rg-sdwan/virtualHubs/rs-hub1/ipConfigurations/ipConfig1"]["properties"];
    assert_eq!(address["subnet"]["id"].as_str().unwrap().rsplit('/').next(), Some("RouteServerSubnet"));
    assert_eq!(plan["rg-sdwan/virtualHubs/rs-hub1"]["kind"], "RouteServer");
    assert_eq!(plan["rg-sdwan/routeTables/hub1_fgt_private_rt"]["properties"]["disableBgpRoutePropagation"], true);
}

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

#[test]
fn types_that_no_routing_follows_from_are_counted_and_not_kept() {
    for text in [
        fixture!("terraform-format-real/plan-create.json"),
        fixture!("terraform-format-real/plan-update.json"),
        fixture!("terraform-format-real/state.json"),
    ] {
        let found = import(text);
        assert_eq!((found.resources.len(), found.mistakes.len()), (0, 0));
        let count = text.matches(r#""address":"terraform_data."#).count();
        assert!(
            found.skipped.len() == 1 && found.skipped[0].starts_with("terraform_data ("),
            "{count} {:?}",
            found.skipped
        );
    }
    assert_eq!(import(fixture!("terraform-format-real/state.json")).skipped, ["terraform_data (15)"]);
}

#[test]
fn of_a_big_state_only_the_networks_are_built() {
    let bulk = "x".repeat(1000);
    let mut all: Vec<Value> =
        (0..500).map(|number| resource("azurerm_storage_blob", &number.to_string(), json!({ "name": bulk }))).collect();
    all.push(resource(
        "azurerm_virtual_network",
        "hub",
        json!({ "name": "hub", "resource_group_name": "g", "tags": { "a": bulk } }),
    ));
    let document = Document::read(FileId(0), &state(all.into()), kinds::is_wanted).unwrap();
    assert_eq!(document.skipped, BTreeMap::from([("azurerm_storage_blob".to_owned(), 500)]));
    let [network] = document.instances() else { panic!("one") };
    assert_eq!(network.values.keys().collect::<Vec<_>>(), ["name", "resource_group_name"]);
}

#[test]
fn a_raw_state_reads_as_what_terraform_shows_of_it() {
    let id = format!("{PREFIX}/virtualNetworks/hub/subnets/app");
    let values = json!({ "id": id, "name": "app", "virtual_network_name": "hub", "resource_group_name": "g", "address_prefixes": ["10.0.0.0/24"] });
    let raw = json!({
        "version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "l", "outputs": {},
        "resources": [
            { "module": "module.net[\"a\"]", "mode": "managed", "type": "azurerm_subnet", "name": "s", "provider": "p",
              "instances": [
                { "index_key": "app", "schema_version": 0, "attributes": values, "sensitive_attributes": [] },
                { "index_key": "app", "deposed": "00000001", "schema_version": 0, "attributes": { "name": "old" } } ] },
            // Sorted by key, as jq does, the type comes behind the instances.
            { "instances": [{ "attributes": { "name": "v" } }, { "attributes": { "name": "w" } }], "mode": "managed", "name": "k", "type": "azurerm_key_vault" }
        ]
    });
    let found = import(&raw.to_string());
    assert_eq!(found.skipped, ["azurerm_key_vault (2)"]);
    let [subnet] = found.resources.as_slice() else { panic!("one") };
    assert_eq!(subnet.origin.to_string(), ".resources[0].instances[0].attributes");
    let mut shown = resource("azurerm_subnet", "s", values);
    shown["address"] = "module.net[\"a\"].azurerm_subnet.s[\"app\"]".into();
    let shown = import(&state(json!([shown])));
    assert_eq!((&subnet.id.key(), &subnet.body), (&shown.resources[0].id.key(), &shown.resources[0].body));
    assert_eq!(shown.resources[0].origin.to_string(), ".values.root_module.resources[0].values");
}

#[test]
fn a_document_of_another_kind_or_time_is_refused() {
    for (text, message) in [
        (
            r#"{"format_version":"2.0","values":{}}"#,
            "format version `2.0` of Terraform's JSON is not supported: 0.x and 1.x are",
        ),
        (r#"{"version":3,"modules":[]}"#, "version 3 of a Terraform state is not supported: 4 is"),
        (r#"{"a":1}"#, "no Terraform document: `format_version` or `version` is missing"),
        (r#"{"format_version":"1.2","errored":true}"#, "the plan ended in an error and may be incomplete"),
        (r#"{"format_version":"1.0","values":"#, "EOF while parsing a value at line 1 column 33"),
        (r#"{"format_version":"1.0","values":[]}"#, "invalid type: sequence, expected an object at line 1 column 35"),
        ("[]", "invalid type: sequence, expected an object at line 1 column 2"),
    ] {
        let found = import(text);
        assert_eq!(found.mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>(), [message]);
        assert_eq!(found.resources.len(), 0);
    }
}

#[test]
fn an_empty_state_holds_nothing() {
    let found = import(r#"{"format_version":"1.0"}"#);
    assert!(found.mistakes.is_empty() && found.resources.is_empty() && found.skipped.is_empty());
}

#[test]
fn ids_that_a_plan_does_not_know_get_the_one_subscription_that_it_names() {
    let id = format!("{PREFIX}/virtualNetworks/old");
    let old =
        resource("azurerm_virtual_network", "old", json!({ "id": id, "name": "old", "resource_group_name": "g" }));
    let new = resource("azurerm_virtual_network", "new", json!({ "name": "new", "resource_group_name": "g2" }));
    let found = import(&plan(json!([old, new]), json!([])));
    let expected = "/subscriptions/s/resourceGroups/g2/providers/Microsoft.Network/virtualNetworks/new";
    assert_eq!(found.resources[1].id.to_string(), expected);
}

#[test]
fn data_sources_of_a_plan_stand_in_the_state_before_it_and_what_goes_away_is_not_read() {
    let text = json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": [
            resource("azurerm_virtual_network_peering", "p", json!({ "name": "p", "virtual_network_name": "hub", "resource_group_name": "g" }))] } },
        "prior_state": { "format_version": "1.0", "values": { "root_module": { "resources": [
            { "address": "data.azurerm_virtual_network.far", "mode": "data", "type": "azurerm_virtual_network", "name": "far",
              "values": { "id": "/subscriptions/t/resourceGroups/far/providers/Microsoft.Network/virtualNetworks/far",
                          "name": "far", "resource_group_name": "far", "location": "West Europe", "address_space": ["10.9.0.0/16"] } },
            resource("azurerm_virtual_network", "gone", json!({ "name": "gone", "resource_group_name": "g" })) ] } } },
        "configuration": { "root_module": { "resources": [block("azurerm_virtual_network_peering", "p", json!({
            "remote_virtual_network_id": to(&["data.azurerm_virtual_network.far.id", "data.azurerm_virtual_network.far"]) }))] } }
    });
    let all = resources(&text.to_string());
    assert_eq!(
        all.keys().collect::<Vec<_>>(),
        ["far/virtualNetworks/far", "g/virtualNetworks/hub/virtualNetworkPeerings/p"]
    );
    assert_eq!(all["far/virtualNetworks/far"]["location"], "westeurope");
    let remote = &all["g/virtualNetworks/hub/virtualNetworkPeerings/p"]["properties"]["remoteVirtualNetwork"]["id"];
    assert!(remote.as_str().unwrap().ends_with("/virtualNetworks/far"));
}

fn subnets(keys: &[&str]) -> Vec<Value> {
    let values = |key: &str| json!({ "name": key, "resource_group_name": "g", "virtual_network_name": "v" });
    keys.iter().map(|key| indexed("azurerm_subnet", "s", key, values(key))).collect()
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
        let name = "`ip_configuration[0].subnet_id` of `azurerm_network_interface.n[\\\"app\\\"]`";
        assert_eq!(message, format!("{name} is known only after `terraform apply`"), "{references:?}");
        assert_eq!(help, super::KNOWN_LATER);
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
