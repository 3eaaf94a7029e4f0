//! The resources of the azapi provider: they are written as Azure Resource Manager has them, only that a plan leaves out the ids that
//! it does not know yet.

use super::KNOWN_LATER;
use super::attributes::Row;
use super::document::Instance;
use super::kinds::{self, arm};
use super::references::{Resolver, Want, one};
use super::values::{Output, location, put};
use crate::exchange::import::resource::{unknown, why_unknown};
use crate::words::printable;
use serde_json::{Map, Value};

/// Turns an instance into a resource. What is left out comes back by what it is.
pub(super) fn translate(resolver: &Resolver, instance: &Instance, output: &mut Output) -> Result<(), String> {
    let row = Row::new(resolver, instance);
    let kind = row.text("type").and_then(|kind| kind.split('@').next()).unwrap_or_default();
    if !kinds::is_read(kind) {
        return Err(format!("{} {kind}", instance.kind));
    }
    let address = printable(&instance.address);
    let Some(id) = resolver.id(instance) else {
        output.untold(instance, "parent_id", resolver.is_plan());
        return Ok(());
    };
    let mut body = match given_body(&row) {
        Ok(body) => body,
        Err(what) => {
            output.mistake(instance, "body", &what, "write it with `terraform show -json`");
            return Ok(());
        }
    };
    if id.is(arm::HUB) {
        if body.get("properties").is_some_and(|properties| properties.get("virtualWan").is_some()) {
            return Err(format!("{} {kind} of a Virtual WAN", instance.kind));
        }
        body.insert("kind".to_owned(), Value::String("RouteServer".to_owned()));
    }
    body.insert("name".to_owned(), Value::String(id.name().to_owned()));
    put(&mut body, "location", row.text("location").map(location));
    let mut body = Value::Object(body);
    if let Some(expression) = resolver.block(instance).and_then(|block| block.expressions().get("body")) {
        complete(&mut body, &|kind| resolver.candidates(instance, expression, Want::Id(kind)), &address);
    }
    output.push(id, body, &instance.origin);
    Ok(())
}

/// The body: an object, or a text of JSON in version 1 of the provider. `terraform.tfstate` writes its type besides.
fn given_body(row: &Row) -> Result<Map<String, Value>, String> {
    match row.plain("body") {
        None => Ok(Map::new()),
        Some(body) if why_unknown(&body).is_some() => Ok(Map::from_iter([("properties".to_owned(), body)])),
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|error| format!("is no JSON: {error}")),
        Some(Value::Object(mut body)) => match (body.len(), body.contains_key("type"), body.remove("value")) {
            (2, true, Some(Value::Object(inner))) => Ok(inner),
            (_, _, Some(value)) => {
                body.insert("value".to_owned(), value);
                Ok(body)
            }
            _ => Ok(body),
        },
        Some(_) => Err("is neither an object nor a text".to_owned()),
    }
}

/// Puts the id into every object that must hold one and does not. Several ids of one type leave open which goes where.
fn complete(value: &mut Value, candidates: &dyn Fn(&'static str) -> Vec<String>, address: &str) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                complete(inner, candidates, address);
                let Some(kind) = kinds::linked(key) else { continue };
                let Some(holder) = inner.as_object_mut().filter(|holder| holder.is_empty()) else { continue };
                let found = candidates(kind);
                let id = one(&found).map_or_else(
                    || {
                        unknown(
                            format!(
                                "the id under `{key}` in `body` of `{address}` is known only after `terraform apply`"
                            ),
                            KNOWN_LATER,
                        )
                    },
                    |id| Value::String(id.clone()),
                );
                holder.insert("id".to_owned(), id);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| complete(inner, candidates, address)),
        _ => {}
    }
}
