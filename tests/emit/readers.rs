//! One small reader for each format: from its text back to route tables. What it does not know makes it panic.

use crate::tree::Bicep;
use hcl::eval::{Context, Evaluate};
use hcl::expr::TraversalOperator;
use hcl::structure::{Block, Body};
use hcl::{BlockLabel, Expression};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) tables: Vec<ReadTable>,
    /// `vnet/subnet` and the name of its table.
    pub(crate) subnets: BTreeMap<String, String>,
    /// Subnets that lose their table.
    pub(crate) bare: BTreeSet<String>,
}

/// A route table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReadTable {
    pub(crate) name: String,
    pub(crate) region: Option<String>,
    pub(crate) propagation: bool,
    pub(crate) routes: Vec<ReadRoute>,
}

/// A route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReadRoute {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) next_hop_type: String,
    pub(crate) address: Option<String>,
}

// Terraform

pub(crate) fn terraform(text: &str) -> Read {
    let body = hcl::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut read = Read::default();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let (mut declared, mut used) = (BTreeSet::new(), BTreeSet::new());
    assert_eq!(body.attributes().count(), 0);
    for block in body.blocks() {
        let words: Vec<&str> = block.labels().iter().map(BlockLabel::as_str).collect();
        match (block.identifier(), words.as_slice()) {
            ("terraform" | "provider", _) => {}
            ("variable", [name]) => assert!(declared.insert((*name).to_owned()), "`{name}` is declared twice"),
            ("resource", ["azurerm_route_table", label]) => {
                let table = terraform_table(block, &mut used);
                let before = labels.insert((*label).to_owned(), table.name.clone());
                assert_eq!(before, None, "`{label}` is declared twice");
                read.tables.push(table);
            }
            ("resource", ["azurerm_subnet_route_table_association", _]) => {
                let subnet = path(attribute(block.body(), "subnet_id"));
                let table = path(attribute(block.body(), "route_table_id"));
                let [variable, ids, key] = subnet.as_slice() else { panic!("{subnet:?}") };
                let [kind, label, id] = table.as_slice() else { panic!("{table:?}") };
                assert_eq!([variable, ids, kind, id], ["var", "subnet_ids", "azurerm_route_table", "id"]);
                used.insert(ids.clone());
                let before = read.subnets.insert(key.clone(), labels[label].clone());
                assert_eq!(before, None, "`{key}` has two tables");
            }
            other => panic!("{other:?}"),
        }
    }
    let of_kind = |kind: &str| {
        let blocks = body.blocks().filter(|block| block.labels().first().is_some_and(|label| label.as_str() == kind));
        blocks.map(|block| block.labels()[1].as_str().to_owned()).collect::<Vec<_>>()
    };
    let associations = of_kind("azurerm_subnet_route_table_association");
    assert_eq!(associations.iter().collect::<BTreeSet<_>>().len(), associations.len(), "a label twice");
    assert_eq!(declared, used, "what is declared is used and the other way round");
    read
}

fn terraform_table(block: &Block, used: &mut BTreeSet<String>) -> ReadTable {
    let body = block.body();
    let region = match attribute(body, "location") {
        asked @ Expression::Traversal(_) => {
            assert_eq!(path(asked), ["var", "location"]);
            used.insert("location".into());
            None
        }
        text => Some(string(text)),
    };
    assert_eq!(path(attribute(body, "resource_group_name")), ["var", "resource_group_name"]);
    used.insert("resource_group_name".into());
    let &Expression::Bool(propagation) = attribute(body, "bgp_route_propagation_enabled") else { panic!("{body:?}") };
    let routes: Vec<ReadRoute> = body.blocks().map(terraform_route).collect();
    let emptied = body.attributes().any(|attribute| attribute.key() == "route");
    assert_eq!(emptied, routes.is_empty(), "a table without routes says so");
    ReadTable { name: string(attribute(body, "name")), region, propagation, routes }
}

fn terraform_route(block: &Block) -> ReadRoute {
    assert_eq!(block.identifier(), "route");
    let word = |key| string(attribute(block.body(), key));
    let keys: BTreeSet<&str> = block.body().attributes().map(|attribute| attribute.key()).collect();
    let address = keys.contains("next_hop_in_ip_address").then(|| word("next_hop_in_ip_address"));
    assert_eq!(keys.len(), 3 + usize::from(address.is_some()), "{keys:?}");
    let (name, prefix, next_hop_type) = (word("name"), word("address_prefix"), word("next_hop_type"));
    ReadRoute { name, prefix, next_hop_type, address }
}

fn attribute<'b>(body: &'b Body, key: &str) -> &'b Expression {
    body.attributes().find(|attribute| attribute.key() == key).unwrap_or_else(|| panic!("no {key}")).expr()
}

fn string(expression: &Expression) -> String {
    let value = expression.evaluate(&Context::new()).unwrap_or_else(|error| panic!("{expression:?}: {error}"));
    value.as_str().unwrap_or_else(|| panic!("{expression:?} is no text")).to_owned()
}

/// `a.b["c"]` as its parts.
fn path(expression: &Expression) -> Vec<String> {
    let Expression::Traversal(traversal) = expression else { panic!("{expression:?}") };
    let Expression::Variable(first) = &traversal.expr else { panic!("{traversal:?}") };
    let part = |operator: &TraversalOperator| match operator {
        TraversalOperator::GetAttr(name) => name.as_str().to_owned(),
        TraversalOperator::Index(index) => string(index),
        other => panic!("{other:?}"),
    };
    std::iter::once(first.as_str().to_owned()).chain(traversal.operators.iter().map(part)).collect()
}

// Bicep

pub(crate) fn bicep(text: &str) -> Read {
    let file = Bicep::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut read = Read::default();
    let mut symbols: BTreeMap<String, String> = BTreeMap::new();
    let mut parameters = BTreeSet::new();
    for statement in file.statements() {
        let parts = statement.children();
        match statement.kind() {
            "comment" | "decorators" => {}
            "parameter_declaration" => assert!(parameters.insert(parts[0].text())),
            "resource_declaration" => {
                let [symbol, kind, body] = parts.as_slice() else { panic!("{parts:?}") };
                assert_eq!(kind.string(), "Microsoft.Network/routeTables@2024-05-01");
                let table = bicep_table(&body.to_json());
                assert_eq!(symbols.insert(symbol.text(), table.name.clone()), None, "a symbol twice");
                read.tables.push(table);
            }
            "output_declaration" => {
                for (key, id) in parts.last().unwrap().to_json().as_object().unwrap() {
                    let symbol = id["expression"].as_str().unwrap().strip_suffix(".id").unwrap();
                    read.subnets.insert(key.clone(), symbols[symbol].clone());
                }
            }
            other => panic!("{other}"),
        }
    }
    let asked = read.tables.iter().any(|table| table.region.is_none());
    assert_eq!(parameters.contains("location"), asked, "a parameter that nothing uses is a warning of the compiler");
    read
}

fn bicep_table(body: &Value) -> ReadTable {
    let region = match &body["location"] {
        Value::String(region) => Some(region.clone()),
        other => {
            assert_eq!(other["expression"], "location");
            None
        }
    };
    table(body, region)
}

/// A table in ARM's words, from Bicep or from JSON.
fn table(resource: &Value, region: Option<String>) -> ReadTable {
    let properties = &resource["properties"];
    let route = |route: &Value| {
        let word = |key: &str| route["properties"][key].as_str().map(str::to_owned);
        ReadRoute {
            name: literal(route["name"].as_str().unwrap()),
            prefix: word("addressPrefix").unwrap(),
            next_hop_type: word("nextHopType").unwrap(),
            address: word("nextHopIpAddress"),
        }
    };
    ReadTable {
        name: literal(resource["name"].as_str().unwrap()),
        region,
        propagation: !properties["disableBgpRoutePropagation"].as_bool().unwrap(),
        routes: properties["routes"].as_array().unwrap().iter().map(route).collect(),
    }
}

// ARM

pub(crate) fn arm(text: &str) -> Read {
    let template: Value = serde_json::from_str(text).unwrap();
    let mut read = Read::default();
    for resource in template["resources"].as_array().unwrap() {
        let region = match resource["location"].as_str().unwrap() {
            "[parameters('location')]" => {
                assert!(template["parameters"]["location"].is_object());
                None
            }
            text => Some(literal(text)),
        };
        read.tables.push(table(resource, region));
    }
    for (key, id) in template["outputs"]["routeTableIds"]["value"].as_object().into_iter().flatten() {
        let id = id.as_str().unwrap();
        let name = id.strip_prefix("[resourceId('Microsoft.Network/routeTables', '").unwrap();
        read.subnets.insert(literal(key), name.strip_suffix("')]").unwrap().to_owned());
    }
    read
}

/// What Azure takes a value for: text in brackets is an expression unless the bracket stands twice.
fn literal(text: &str) -> String {
    if !(text.starts_with('[') && text.ends_with(']')) {
        return text.to_owned();
    }
    assert!(text.starts_with("[["), "`{text}` is an expression");
    text[1..].to_owned()
}

// az

/// What bash calls `az` with, one list of words a call.
fn calls(script: &str) -> Vec<Vec<String>> {
    let stub = "az() { printf '%s\\0' \"$#\" \"$@\"; }\nsource /dev/stdin\n";
    let mut bash = Command::new("bash")
        .args(["--norc", "-c", stub])
        .env("RESOURCE_GROUP", "the group")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = bash.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut words = printed.split_terminator('\0').map(str::to_owned);
    let mut calls = Vec::new();
    while let Some(count) = words.next() {
        calls.push(words.by_ref().take(count.parse().unwrap()).collect());
    }
    calls
}

pub(crate) fn az(script: &str) -> Read {
    let mut read = Read::default();
    for call in calls(script) {
        let command: Vec<&str> = call.iter().map(String::as_str).take_while(|word| !word.starts_with("--")).collect();
        let mut options = BTreeMap::new();
        for pair in call[command.len()..].chunks(2) {
            let [option, value] = pair else { panic!("{call:?}") };
            assert_eq!(options.insert(option.as_str(), value.as_str()), None, "{call:?}");
        }
        let mut take = |option: &str| options.remove(option).map(str::to_owned);
        assert_eq!([take("--resource-group").unwrap(), take("--output").unwrap()], ["the group", "none"]);
        match command.as_slice() {
            ["network", "route-table", "create"] => read.tables.push(ReadTable {
                name: take("--name").unwrap(),
                region: take("--location"),
                propagation: take("--disable-bgp-route-propagation").unwrap() == "false",
                routes: Vec::new(),
            }),
            ["network", "route-table", "route", "create"] => {
                assert!(read.subnets.is_empty(), "a subnet gets its table before all routes are in it");
                let name = take("--route-table-name").unwrap();
                let table = read.tables.iter_mut().find(|table| table.name == name).unwrap();
                table.routes.push(ReadRoute {
                    name: take("--name").unwrap(),
                    prefix: take("--address-prefix").unwrap(),
                    next_hop_type: take("--next-hop-type").unwrap(),
                    address: take("--next-hop-ip-address"),
                });
            }
            ["network", "vnet", "subnet", "update"] => {
                let subnet = format!("{}/{}", take("--vnet-name").unwrap(), take("--name").unwrap());
                match (take("--route-table"), take("--remove")) {
                    (Some(table), None) => assert_eq!(read.subnets.insert(subnet, table), None),
                    (None, Some(property)) => assert!(property == "routeTable" && read.bare.insert(subnet)),
                    other => panic!("{other:?}"),
                }
            }
            other => panic!("{other:?}"),
        }
        assert!(options.is_empty(), "{options:?}");
    }
    read
}
