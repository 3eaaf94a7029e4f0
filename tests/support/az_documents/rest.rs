//! The nesting of the REST API: fields under `properties`, lists under `value`.

use serde_json::{Map, Value, json};

/// What stays beside `properties`.
const OUTSIDE: &[&str] = &["id", "name", "type", "location", "tags", "etag", "kind"];

/// A document of the command line as the REST API prints it.
pub(super) fn document(value: Value) -> Value {
    match value {
        Value::Array(items) => json!({ "value": items.into_iter().map(nested).collect::<Vec<_>>() }),
        other => nested(other),
    }
}

fn nested(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(nested).collect()),
        Value::Object(fields) => object(fields),
        other => other,
    }
}

fn object(mut fields: Map<String, Value>) -> Value {
    fields.remove("resourceGroup");
    let is_resource = fields.contains_key("name") && fields.len() > 2;
    let (mut outside, mut inside) = (Map::new(), Map::new());
    for (key, value) in fields {
        let is_outside = !is_resource || OUTSIDE.contains(&key.as_str());
        let slot = if is_outside { &mut outside } else { &mut inside };
        // The SKU of a gateway has a name and is no resource.
        let value = if key == "sku" { value } else { nested(value) };
        slot.insert(key, value);
    }
    if is_resource {
        outside.insert("properties".into(), Value::Object(inside));
    }
    Value::Object(outside)
}
