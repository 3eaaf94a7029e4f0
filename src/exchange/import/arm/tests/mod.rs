//! What templates come to: expressions, resources, and templates that mean harm.

mod expressions;
mod harm;
mod resources;

use super::super::resource::{Found, why_unknown};
use super::*;
use serde_json::json;

/// Reads a template in a scope that is known.
fn read_here(template: &Value) -> Found {
    let scope = Scope { subscription: "s".into(), group: "g".into(), location: Some("westeurope".into()) };
    read_in(template, &[], &scope)
}

fn read_in(template: &Value, parameters: &[(String, Value)], scope: &Scope) -> Found {
    let mut found = Found::default();
    read(FileId(0), template, parameters, scope, &mut found);
    found
}

/// The mistakes, each as `place: message`.
fn mistakes(found: &Found) -> Vec<String> {
    found.mistakes.iter().map(|mistake| format!("{}: {}", mistake.origin, mistake.message)).collect()
}

/// The ids without subscription and group.
fn ids(found: &Found) -> Vec<String> {
    found.resources.iter().map(|resource| format!("{} {}", resource.id.kind, resource.id.names.join("/"))).collect()
}

/// The body of a resource by its full name.
fn body<'a>(found: &'a Found, name: &str) -> &'a Value {
    &found.resources.iter().find(|resource| resource.id.names.join("/") == name).unwrap().body
}

/// The only mistake or unknown value of an expression.
fn why(value: &Value) -> &str {
    why_unknown(value).unwrap_or_else(|| panic!("{value} is known")).0
}

fn network(name: &str) -> Value {
    json!({ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-09-01", "name": name })
}

/// What an expression comes to in a template with a few parameters and variables.
fn value_of(expression: &str) -> Value {
    let found = read_here(&json!({
        "parameters": {
            "name": { "type": "string", "defaultValue": "hub" },
            "missing": { "type": "string" },
            "optional": { "type": "string", "nullable": true }
        },
        "variables": {
            "Tags": { "Owner": "net", "list": [1, 2, 3] },
            "copy": [{ "name": "squares", "count": 3, "input": "[mul(copyIndex('squares'), copyIndex('squares'))]" }],
            "a": "[variables('b')]",
            "b": "[variables('a')]"
        },
        "resources": [{ "type": "Microsoft.Network/virtualNetworks", "name": "n", "properties": { "value": expression } }]
    }));
    assert!(found.mistakes.is_empty(), "{:?}", found.mistakes);
    body(&found, "n")["properties"]["value"].clone()
}
