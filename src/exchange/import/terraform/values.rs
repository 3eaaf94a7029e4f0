//! Bodies in the shape of Azure Resource Manager: which attribute goes under which key.

use super::KNOWN_LATER;
use super::attributes::Row;
use super::document::Instance;
use crate::exchange::import::resource::{Found, Mistake, Origin, Resource, ResourceId};
use crate::words::printable;
use serde_json::{Map, Value, json};

/// How an attribute becomes a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// As it is.
    Plain,
    /// The opposite.
    Opposite,
    /// A list of prefixes in an object of its own.
    Prefixes,
    /// An IP address.
    Address,
    /// The id of a resource of that type, in an object of its own.
    Link(&'static str),
}

/// Attribute, key and how the one becomes the other. Where two attributes go under one key the first that is set counts: they are
/// spellings of different versions of the provider.
pub(super) type Fields = [(&'static str, &'static str, Shape)];

/// Puts attributes under their keys.
pub(super) fn fill(row: &Row, fields: &Fields, into: &mut Map<String, Value>) {
    for (attribute, key, shape) in fields {
        if into.contains_key(*key) {
            continue;
        }
        let value = match shape {
            Shape::Plain => row.plain(attribute),
            Shape::Opposite => row.opposite(attribute),
            Shape::Prefixes => row.plain(attribute).map(|list| json!({ "addressPrefixes": list })),
            Shape::Address => row.address(attribute),
            Shape::Link(kind) => row.id(attribute, kind).map(link),
        };
        put(into, key, value);
    }
}

/// Puts a value under a key, if there is one.
pub(super) fn put(into: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        into.insert(key.to_owned(), value);
    }
}

/// The object that holds the id of another resource.
pub(super) fn link(id: Value) -> Value {
    json!({ "id": id })
}

/// A part of a resource in its own right: a name and properties.
pub(super) fn part(row: &Row, fields: &Fields) -> Value {
    let mut properties = Map::new();
    fill(row, fields, &mut properties);
    named(row, properties)
}

/// Properties under the name that the block has.
pub(super) fn named(row: &Row, properties: Map<String, Value>) -> Value {
    let mut whole = Map::new();
    put(&mut whole, "name", row.plain("name"));
    whole.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(whole)
}

/// The location in the one spelling that Azure itself gives back: `West Europe` is `westeurope`.
pub(super) fn location(name: &str) -> Value {
    Value::String(name.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase())
}

/// Takes the resources of a document.
pub(super) struct Output<'f> {
    found: &'f mut Found,
}

impl<'f> Output<'f> {
    pub(super) fn new(found: &'f mut Found) -> Output<'f> {
        Output { found }
    }

    /// A resource.
    pub(super) fn push(&mut self, id: ResourceId, body: Value, origin: &Origin) {
        self.found.resources.push(Resource { id, body, origin: origin.clone() });
    }

    /// A resource that cannot be placed without an attribute.
    pub(super) fn untold(&mut self, instance: &Instance, attribute: &str, is_plan: bool) {
        let (why, help) = if is_plan {
            ("known only after `terraform apply`", KNOWN_LATER)
        } else {
            ("missing", "write it with `terraform show -json`")
        };
        self.mistake(instance, attribute, &format!("is {why}"), help);
    }

    /// What is wrong with an attribute of a resource.
    pub(super) fn mistake(&mut self, instance: &Instance, attribute: &str, what: &str, help: &str) {
        let message = format!("`{attribute}` of `{}` {what}", printable(&instance.address));
        self.found.mistakes.push(Mistake::new(instance.origin.clone(), message, help));
    }
}
