//! Which resources a template comes to.

use super::*;
use std::collections::BTreeMap;

const FORTINET: &str = include_str!("../../../../../fixtures/import/env-fortinet-hub1/arm-template.json");
const ROUTE_SERVER: &str = include_str!("../../../../../fixtures/import/arm/route-server.json");
const HUB_AND_SPOKES: &str = include_str!("../../../../../fixtures/import/arm/hub-and-spokes.json");

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_template_with_expressions_comes_to_its_resources() {
    let found = read_in(&json_of(FORTINET), &[], &Scope::default());
    assert_eq!(mistakes(&found), [""; 0]);
    assert_eq!(found.resources.len(), 15);
    let peer = body(&found, "rs-hub1/fgt1");
    assert_eq!((&peer["name"], &peer["properties"]["peerAsn"]), (&json!("fgt1"), &json!(64622)));
    let subnet = &body(&found, "rs-hub1/ipconfig1")["properties"]["subnet"]["id"];
    assert_eq!(subnet, "/providers/Microsoft.Network/virtualNetworks/hub1/subnets/RouteServerSubnet");
    assert_eq!(body(&found, "hub1").get("location"), None);
    assert_eq!(body(&found, "hub1").get("dependsOn"), None);
    let route = found.resources.iter().find(|resource| resource.id.name() == "default-to-fgt").unwrap();
    assert_eq!(route.id.kind, "Microsoft.Network/routeTables/routes");
    assert_eq!(route.origin.to_string(), ".resources[2]");
}

#[test]
fn values_of_a_parameter_file_come_before_defaults() {
    let file = json!({ "parameters": {
        "PeerIp": { "value": "10.40.1.4" },
        "newOrExisting": { "value": "existing" },
        "peerAsn": { "reference": { "keyVault": { "id": "x" }, "secretName": "y" } }
    }});
    let found = read_in(&json_of(ROUTE_SERVER), &parameters(&file), &Scope::default());
    assert_eq!(mistakes(&found), [""; 0]);
    assert_eq!(
        ids(&found),
        [
            "Microsoft.Network/virtualNetworks/subnets vnet-core/RouteServerSubnet",
            "Microsoft.Network/virtualHubs rs-core",
            "Microsoft.Network/virtualHubs/ipConfigurations rs-core/default",
            "Microsoft.Network/virtualHubs/bgpConnections rs-core/fw",
        ]
    );
    let peer = &body(&found, "rs-core/fw")["properties"];
    assert_eq!(peer["peerIp"], "10.40.1.4");
    assert!(why(&peer["peerAsn"]).starts_with("the value of the parameter `peerAsn` stands in a key vault"));
}

#[test]
fn a_parameter_without_value_leaves_only_what_needs_it_unknown() {
    let found = read_in(&json_of(ROUTE_SERVER), &[], &Scope::default());
    assert_eq!(mistakes(&found), [""; 0]);
    let peer = &body(&found, "rs-core/fw")["properties"];
    assert_eq!(peer["peerAsn"], "65010");
    assert_eq!(why(&peer["peerIp"]), "the parameter `peerIp` has no value, in `[parameters('peerIp')]`");
}

#[test]
fn nested_deployments_are_opened_and_their_outputs_used() {
    let found = read_in(&json_of(HUB_AND_SPOKES), &[], &Scope::default());
    assert_eq!(mistakes(&found), [""; 0]);
    assert_eq!(
        ids(&found),
        [
            "Microsoft.Network/virtualNetworks/virtualNetworkPeerings vnet-hub/to-app",
            "Microsoft.Network/virtualNetworks/virtualNetworkPeerings vnet-hub/to-data",
            "Microsoft.Network/virtualNetworks vnet-hub",
            "Microsoft.Network/virtualHubs rs-hub",
            "Microsoft.Network/virtualHubs/ipConfigurations rs-hub/default",
            "Microsoft.Network/virtualNetworks vnet-app",
            "Microsoft.Network/virtualNetworks/virtualNetworkPeerings vnet-app/to-hub",
            "Microsoft.Network/virtualNetworks vnet-data",
            "Microsoft.Network/virtualNetworks/virtualNetworkPeerings vnet-data/to-hub",
        ]
    );
    let remote = |name| body(&found, name)["properties"]["remoteVirtualNetwork"]["id"].as_str().unwrap();
    assert_eq!(
        remote("vnet-hub/to-data"),
        "/resourceGroups/rg-spokes/providers/Microsoft.Network/virtualNetworks/vnet-data"
    );
    assert_eq!(remote("vnet-data/to-hub"), "/providers/Microsoft.Network/virtualNetworks/vnet-hub");
    let subnets = &body(&found, "vnet-hub")["properties"]["subnets"];
    assert_eq!(subnets[1]["name"], "RouteServerSubnet");
    assert_eq!(subnets[1]["properties"]["addressPrefix"], "10.50.0.64/26");
    assert_eq!(body(&found, "vnet-data/to-hub")["properties"]["useRemoteGateways"], false);
    assert_eq!(body(&found, "vnet-hub").get("location"), None);
    let spoke = &found.resources[5];
    assert_eq!(
        (spoke.id.group.as_str(), spoke.origin.to_string().as_str()),
        ("rg-spokes", ".resources[2].properties.template.resources[0]")
    );
}

#[test]
fn ids_in_the_bodies_meet_the_ids_of_the_resources() {
    use super::super::super::resource::ResourceId;
    for scope in [Scope::default(), Scope { subscription: "S".into(), group: "G".into(), location: None }] {
        let found = read_in(&json_of(HUB_AND_SPOKES), &[], &scope);
        let keys: Vec<_> = found.resources.iter().map(|resource| resource.id.key()).collect();
        for peering in found.resources.iter().filter(|resource| resource.id.kind.ends_with("Peerings")) {
            let remote = peering.body["properties"]["remoteVirtualNetwork"]["id"].as_str().unwrap();
            assert!(keys.contains(&ResourceId::parse(remote).unwrap().key()), "{remote}");
        }
    }
}

#[test]
fn outer_expressions_of_a_nested_template_mean_the_template_around_it() {
    let found = read_here(&json!({
        "variables": { "name": "outer" },
        "resources": [{
            "type": "Microsoft.Resources/deployments",
            "name": "d",
            "resourceGroup": "elsewhere",
            "copy": { "name": "c", "count": 2 },
            "properties": { "template": {
                "variables": { "name": "inner" },
                "resources": [{
                    "type": "Microsoft.Network/virtualNetworks",
                    "name": "[concat(variables('name'), copyIndex(1))]",
                    "tags": { "group": "[resourceGroup().name]" }
                }]
            } }
        }]
    }));
    assert_eq!(ids(&found), ["Microsoft.Network/virtualNetworks outer1", "Microsoft.Network/virtualNetworks outer2"]);
    assert_eq!(found.resources[0].id.group, "elsewhere");
    assert_eq!(found.resources[0].body["tags"]["group"], "g");
}

#[test]
fn outputs_may_be_copied() {
    let found = read_here(&json!({ "resources": [
        { "type": "Microsoft.Network/routeTables", "name": "rt", "tags": "[reference('d').outputs.names.value]" },
        { "type": "Microsoft.Resources/deployments", "name": "d", "properties": {
            "expressionEvaluationOptions": { "scope": "Inner" },
            "template": {
                "resources": [],
                "outputs": { "names": { "type": "array", "copy": { "count": 2, "input": "[format('n{0}', copyIndex())]" } } }
            }
        } }
    ] }));
    assert_eq!(body(&found, "rt")["tags"], json!(["n0", "n1"]));
}

#[test]
fn a_linked_template_is_a_mistake_with_a_way_out() {
    let found = read_here(&json!({ "resources": [
        { "type": "Microsoft.Resources/deployments", "name": "d", "properties": { "templateLink": { "uri": "https://x" } } },
        network("behind")
    ] }));
    assert_eq!(mistakes(&found), [".resources[0]: this deployment links a template that is not in the document"]);
    assert!(found.mistakes[0].help.contains("bicep build"));
    assert_eq!(ids(&found), ["Microsoft.Network/virtualNetworks behind"]);
}

#[test]
fn children_within_a_resource_stand_under_its_name() {
    let mut hub = network("hub");
    hub["resources"] = json!([
        { "type": "subnets", "name": "app" },
        { "type": "Microsoft.Network/virtualNetworks/subnets", "name": "hub/db" },
        { "type": "virtualNetworkPeerings", "name": "[concat('to', '-x')]" },
        { "type": "Microsoft.Network/routeTables", "name": "rt", "resources": [{ "type": "routes", "name": "r" }] }
    ]);
    let found = read_here(&json!({ "resources": [hub] }));
    assert_eq!(mistakes(&found), [""; 0]);
    assert_eq!(
        ids(&found),
        [
            "Microsoft.Network/virtualNetworks hub",
            "Microsoft.Network/virtualNetworks/subnets hub/app",
            "Microsoft.Network/virtualNetworks/subnets hub/db",
            "Microsoft.Network/virtualNetworks/virtualNetworkPeerings hub/to-x",
            "Microsoft.Network/routeTables rt",
            "Microsoft.Network/routeTables/routes rt/r",
        ]
    );
    assert_eq!(body(&found, "hub").get("resources"), None);
    assert_eq!(found.resources[1].origin.to_string(), ".resources[0].resources[0]");
}

#[test]
fn a_condition_holds_back_the_resource_but_not_its_children() {
    let mut hub = network("hub");
    hub["condition"] = json!("[equals(1, 2)]");
    hub["resources"] = json!([{ "type": "subnets", "name": "app" }]);
    let found = read_here(&json!({ "resources": [hub] }));
    assert_eq!(ids(&found), ["Microsoft.Network/virtualNetworks/subnets hub/app"]);
}

#[test]
fn symbolic_names_keep_their_place_and_existing_resources_are_left_out() {
    let module = |expression: &str| {
        json!({
            "type": "Microsoft.Network/routeTables",
            "name": "rt",
            "tags": { "id": expression }
        })
    };
    let found = read_here(&json!({
        "languageVersion": "2.0",
        "resources": {
            "old": { "existing": true, "type": "Microsoft.Network/virtualNetworks", "name": "old" },
            "table": module("[reference('nets[1]').outputs.name.value]"),
            "nets": {
                "type": "Microsoft.Resources/deployments",
                "name": "[format('net-{0}', copyIndex())]",
                "copy": { "name": "nets", "count": 2 },
                "properties": {
                    "expressionEvaluationOptions": { "scope": "inner" },
                    "parameters": { "name": { "value": "[format('vnet-{0}', copyIndex())]" } },
                    "template": {
                        "languageVersion": "2.0",
                        "parameters": { "name": { "type": "string" } },
                        "resources": { "net": {
                            "type": "Microsoft.Network/virtualNetworks", "name": "[parameters('name')]"
                        } },
                        "outputs": { "name": { "type": "string", "value": "[parameters('name')]" } }
                    }
                }
            }
        }
    }));
    assert_eq!(mistakes(&found), [""; 0]);
    assert_eq!(
        ids(&found),
        [
            "Microsoft.Network/routeTables rt",
            "Microsoft.Network/virtualNetworks vnet-0",
            "Microsoft.Network/virtualNetworks vnet-1",
        ]
    );
    assert_eq!(body(&found, "rt")["tags"]["id"], "vnet-1");
    assert_eq!(found.resources[1].origin.to_string(), ".resources.nets.properties.template.resources.net");
}

#[test]
fn copies_of_resources_and_properties_count_from_nought() {
    let found = read_here(&json!({
        "resources": [{
            "type": "Microsoft.Network/virtualNetworks",
            "name": "[concat('spoke', copyIndex('spokes', 11))]",
            "copy": { "name": "spokes", "count": "[add(1, 1)]" },
            "condition": "[less(copyIndex(), 1)]",
            "properties": {
                "copy": [{
                    "name": "subnets",
                    "count": 2,
                    "input": { "name": "[format('s{0}-{1}', copyIndex(), copyIndex('subnets'))]" }
                }],
                "copies": 1
            }
        }]
    }));
    assert_eq!(ids(&found), ["Microsoft.Network/virtualNetworks spoke11"]);
    let properties = &body(&found, "spoke11")["properties"];
    assert_eq!(*properties, json!({ "subnets": [{ "name": "s0-0" }, { "name": "s0-1" }], "copies": 1 }));
}

#[test]
fn what_decides_on_a_network_resource_must_be_known_and_others_are_counted() {
    let found = read_here(&json!({
        "parameters": { "missing": {} },
        "resources": [
            { "type": "Microsoft.Network/routeTables", "name": "[uniqueString('x')]" },
            { "type": "Microsoft.Network/routeTables", "name": "rt", "condition": "[parameters('missing')]" },
            { "type": "Microsoft.Network/routeTables", "name": "rt", "copy": { "name": "c", "count": "[parameters('missing')]" } },
            { "type": "[parameters('missing')]", "name": "x" },
            { "type": "Microsoft.Network/virtualNetworks/subnets", "name": "lonely" },
            { "type": "Microsoft.Network/routeTables" },
            { "type": "Microsoft.Storage/storageAccounts", "name": "[uniqueString('x')]" },
            { "type": "Microsoft.Storage/storageAccounts", "name": "[parameters('missing')]" }
        ]
    }));
    let because = "of this resource cannot be worked out";
    let expected = [
        format!(
            ".resources[0].name: the name {because}: `uniqueString` cannot be worked out from the template alone, in `[uniqueString('x')]`"
        ),
        format!(
            ".resources[1].condition: the condition {because}: the parameter `missing` has no value, in `[parameters('missing')]`"
        ),
        format!(
            ".resources[2].copy: the number of copies {because}: the parameter `missing` has no value, in `[parameters('missing')]`"
        ),
        format!(
            ".resources[3].type: the type {because}: the parameter `missing` has no value, in `[parameters('missing')]`"
        ),
        format!(
            ".resources[4].name: the name {because}: `lonely` has not one name for each part of `Microsoft.Network/virtualNetworks/subnets`"
        ),
        format!(".resources[5]: the name {because}: there is no `name`"),
    ];
    assert_eq!(mistakes(&found), expected);
    assert_eq!(found.skipped, BTreeMap::from([("Microsoft.Storage/storageAccounts".to_owned(), 2)]));
    assert!(found.resources.is_empty());
}

#[test]
fn a_scope_that_is_not_known_is_left_out_of_ids_and_unknown_elsewhere() {
    let found = read_in(
        &json!({ "resources": [
            { "type": "Microsoft.Network/routeTables", "name": "rt", "location": "[resourceGroup().location]", "tags": {
                "id": "[toLower(resourceId('Microsoft.Network/routeTables', 'RT'))]",
                "named": "[resourceId(subscription().subscriptionId, resourceGroup().name, 'A.B/c', 'd')]",
                "last": "[last(split(resourceId('A.B/c', 'd'), '/'))]",
                "group": "[concat('rg-', resourceGroup().name)]",
                "same": "[equals(subscription().subscriptionId, 'x')]",
                "region": "[resourceGroup().location]"
            } },
            { "type": "Microsoft.Network/routeTables", "name": "[concat('rt-', resourceGroup().name)]" },
            { "type": "Microsoft.Network/routeTables", "name": "[concat('rt-', resourceGroup().location)]" }
        ] }),
        &[],
        &Scope::default(),
    );
    let tags = &body(&found, "rt")["tags"];
    assert_eq!(tags["id"], "/providers/microsoft.network/routetables/rt");
    assert_eq!(tags["named"], "/providers/A.B/c/d");
    assert_eq!(tags["last"], "d");
    assert_eq!(why(&tags["group"]), "the resource group that the template is deployed to is not known");
    assert!(
        why(&tags["same"]).starts_with("the subscription that the template is deployed to is not known, in `[equals")
    );
    assert!(why(&tags["region"]).starts_with("the region of the resource group is not known"));
    assert_eq!(body(&found, "rt").get("location"), None);
    assert_eq!(found.mistakes.len(), 2);
    assert_eq!(found.resources.len(), 1);
}

#[test]
fn keys_may_be_expressions_and_have_any_case() {
    let found = read_here(&json!({
        "Parameters": { "P": { "DefaultValue": "k" } },
        "Resources": [{ "Type": "Microsoft.Network/routeTables", "Name": "rt", "Condition": true, "tags": { "[parameters('p')]": 1 } }]
    }));
    assert_eq!(body(&found, "rt")["tags"]["k"], 1);
    assert_eq!(body(&found, "rt").as_object().unwrap().len(), 3);
}
