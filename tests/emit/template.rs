//! The shape of an ARM template that holds route tables.

use serde_json::{Value, json};
use std::sync::LazyLock;

/// What a template with route tables may hold, after Microsoft's template reference for routeTables 2024-05-01 and its page on the
/// structure of templates. Closed, so that a key that Azure does not know is found.
fn template_schema() -> Value {
    let closed = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let text = json!({ "type": "string" });
    let route = closed(
        &["addressPrefix", "nextHopType"],
        json!({
            // A range, or the name of a service tag.
            "addressPrefix": { "type": "string", "pattern": "^([0-9.]+/[0-9]+|[A-Z][A-Za-z0-9.]*)$" },
            "nextHopType": { "enum": ["VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None"] },
            "nextHopIpAddress": { "type": "string", "format": "ipv4" },
        }),
    );
    let properties = closed(
        &["disableBgpRoutePropagation", "routes"],
        json!({
            "disableBgpRoutePropagation": { "type": "boolean" },
            "routes": { "type": "array", "items": closed(&["name", "properties"], json!({ "name": text, "properties": route })) },
        }),
    );
    let resource = closed(
        &["type", "apiVersion", "name", "location", "properties"],
        json!({
            "comments": text,
            "type": { "const": "Microsoft.Network/routeTables" },
            "apiVersion": { "const": "2024-05-01" },
            "name": { "type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$" },
            "location": text,
            "properties": properties,
        }),
    );
    let output = closed(
        &["type", "value"],
        json!({ "type": { "const": "object" }, "metadata": { "type": "object" }, "value": { "type": "object" } }),
    );
    let parameter = closed(
        &["type"],
        json!({ "type": { "const": "string" }, "defaultValue": text, "metadata": { "type": "object" } }),
    );
    closed(
        &["$schema", "contentVersion", "resources"],
        json!({
            "$schema": { "const": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#" },
            "contentVersion": { "type": "string", "pattern": "^([0-9]+\\.){3}[0-9]+$" },
            "metadata": { "type": "object" },
            "parameters": { "type": "object", "additionalProperties": parameter },
            "resources": { "type": "array", "items": resource },
            "outputs": { "type": "object", "additionalProperties": output },
        }),
    )
}

static TEMPLATE: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft7::options().should_validate_formats(true).build(&template_schema()).unwrap());

pub(crate) fn assert_valid_template(text: &str) {
    let template: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        TEMPLATE.iter_errors(&template).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
