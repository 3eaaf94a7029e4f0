//! Route tables as an ARM template in JSON.
//!
//! Like the Bicep file it writes no subnets; why is said there. Text in brackets would be an expression.

use super::bicep::{API_VERSION, ASSOCIATE};
use super::tables::{Named, Route, RouteTables};
use crate::words::printable;
use serde_json::{Map, Value, json};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// The tables, and the id of each subnet's table as an output.
pub fn write(tables: &RouteTables) -> String {
    let named = tables.named();
    let mut metadata = Map::new();
    let about = [tables.heading(), tables.left_behind(), tables.bare()].concat();
    let about: Vec<String> = about.iter().map(|line| text(&printable(line))).collect();
    metadata.insert("comments".into(), about.into());
    let mut template = Map::new();
    template.insert("$schema".into(), SCHEMA.into());
    template.insert("contentVersion".into(), "1.0.0.0".into());
    template.insert("metadata".into(), metadata.into());
    if tables.asks_for_location() {
        template.insert("parameters".into(), parameters());
    }
    template.insert("resources".into(), named.iter().map(resource).collect());
    if let Some(outputs) = outputs(&named) {
        template.insert("outputs".into(), outputs);
    }
    format!("{:#}\n", Value::Object(template))
}

fn parameters() -> Value {
    json!({
        "location": {
            "type": "string",
            "defaultValue": "[resourceGroup().location]",
            "metadata": { "description": "The region of the route tables whose region the topology does not say." },
        },
    })
}

fn resource(named: &Named<'_>) -> Value {
    let table = named.table;
    let mut resource = Map::new();
    if !table.remarks.is_empty() {
        resource.insert("comments".into(), text(&printable(&table.remarks.join(" "))).into());
    }
    resource.insert("type".into(), "Microsoft.Network/routeTables".into());
    resource.insert("apiVersion".into(), API_VERSION.into());
    resource.insert("name".into(), text(&named.name).into());
    let location = table.location().map_or("[parameters('location')]".into(), text);
    resource.insert("location".into(), location.into());
    let routes: Vec<Value> = named.routes.iter().map(|(name, entry)| route(name, entry)).collect();
    resource.insert("properties".into(), json!({ "disableBgpRoutePropagation": !table.propagation, "routes": routes }));
    resource.into()
}

fn route(name: &str, route: &Route) -> Value {
    let mut properties = Map::new();
    properties.insert("addressPrefix".into(), route.prefix.to_string().into());
    properties.insert("nextHopType".into(), route.next_hop_type().into());
    if let Some(address) = route.next_hop_address() {
        properties.insert("nextHopIpAddress".into(), address.to_string().into());
    }
    json!({ "name": text(name), "properties": properties })
}

fn outputs(named: &[Named<'_>]) -> Option<Value> {
    let mut ids = Map::new();
    for named in named {
        for subnet in &named.table.subnets {
            // The name of a table holds no quote.
            let id = format!("[resourceId('Microsoft.Network/routeTables', '{}')]", named.name);
            ids.insert(text(&subnet.key()), id.into());
        }
    }
    let description = format!("The id of the route table of each subnet, by `vnet/subnet`. {}", ASSOCIATE.join(" "));
    let output =
        json!({ "routeTableIds": { "type": "object", "metadata": { "description": description }, "value": ids } });
    let used = named.iter().any(|named| !named.table.subnets.is_empty());
    used.then_some(output)
}

/// The text as a value that is no expression (Microsoft, "Syntax and expressions in ARM templates", escape characters).
fn text(text: &str) -> String {
    if text.starts_with('[') && text.ends_with(']') { format!("[{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_becomes_an_expression() {
        assert_eq!(text("[resourceGroup().id]"), "[[resourceGroup().id]");
        assert_eq!(text("[hub]/app"), "[hub]/app", "only what is in brackets as a whole is an expression");
        assert_eq!(text("hub/app"), "hub/app");
    }
}
