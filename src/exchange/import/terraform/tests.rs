//! Whole documents: real ones in `fixtures/import`, and small ones for one behaviour each.

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/import/", $name))
    };
}

mod attributes;
mod references;

use super::super::resource::{Found, ResourceId};
use super::document::Document;
use super::{kinds, read};
use crate::source::FileId;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

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

fn subnets(keys: &[&str]) -> Vec<Value> {
    let values = |key: &str| json!({ "name": key, "resource_group_name": "g", "virtual_network_name": "v" });
    keys.iter().map(|key| indexed("azurerm_subnet", "s", key, values(key))).collect()
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
    assert_eq!(found.skipped, BTreeMap::new());
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
        assert_eq!(found.skipped.keys().collect::<Vec<_>>(), ["terraform_data"], "{count}");
    }
    let skipped = import(fixture!("terraform-format-real/state.json")).skipped;
    assert_eq!(skipped, BTreeMap::from([("terraform_data".to_owned(), 15)]));
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
    assert_eq!(found.skipped, BTreeMap::from([("azurerm_key_vault".to_owned(), 2)]));
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
