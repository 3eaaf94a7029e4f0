//! The description in `shape`, printed as a JSON Schema that editors complete and check from.
//!
//! A schema cannot see everything: host bits, the days of a month, or two files that extend each other stay with `validate`.

use super::scalar::{MAX_NAME, NEXT_HOP_TYPES};
use super::shape::{Form, KeyRule, List, Names, Object, Scalar, Shape, TOPOLOGY};
use serde_json::{Map, Value, json};

/// JSON Schema draft-07 of the topology file.
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let mut schema = object(&TOPOLOGY, &mut definitions);
    let mut top = Map::new();
    top.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    top.insert("$id".into(), json!("urn:rsctl:topology:1"));
    top.insert("title".into(), json!("rsctl topology"));
    top.insert("description".into(), json!("What exists in Azure and around it; rsctl computes the routes."));
    if let Value::Object(body) = &mut schema {
        top.append(body);
    }
    top.insert("definitions".into(), Value::Object(definitions));
    Value::Object(top)
}

const OCTET: &str = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

fn address() -> String {
    format!("{OCTET}(\\.{OCTET}){{3}}")
}

fn range4() -> String {
    format!("{}/(3[0-2]|[12]?[0-9])", address())
}

const RANGE6: &str = "[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9])";

/// A number of 16 bits.
const HALF: &str = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}|0)";

fn name() -> String {
    format!("[A-Za-z0-9._-]{{1,{MAX_NAME}}}")
}

fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^({pattern})$") })
}

fn scalar(scalar: &Scalar) -> Value {
    // A name may look like a number or a truth value; YAML hands it to the schema as such.
    let loose = ["string", "number", "boolean"];
    match scalar {
        Scalar::Version => json!({ "const": 1 }),
        Scalar::Date => text("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
        Scalar::Cidr => text(&format!("{}|{RANGE6}", range4())),
        Scalar::Cidr4 => text(&range4()),
        Scalar::Ipv4 => text(&address()),
        Scalar::Asn => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        Scalar::Bool => json!({ "type": "boolean" }),
        Scalar::Community => text(&format!("{HALF}:{HALF}|no-advertise|no-export")),
        Scalar::Count => json!({ "type": "integer", "minimum": 0 }),
        Scalar::Instance => json!({ "enum": [0, 1] }),
        Scalar::PrefixLength => json!({ "type": "integer", "minimum": 0, "maximum": 32 }),
        Scalar::UserPrefix => text(&format!("{}|{RANGE6}|[A-Za-z][A-Za-z0-9.-]*", range4())),
        Scalar::UserNextHop => json!({ "anyOf": [{ "enum": NEXT_HOP_TYPES }, text(&address())] }),
        Scalar::Enum(choice) => json!({ "enum": choice.words }),
        Scalar::Reference(_) => json!({ "type": loose, "pattern": format!("^{}$", name()) }),
        Scalar::Subnet => text(&format!("{0}/{0}", name())),
        Scalar::Text(_) => json!({ "type": loose, "pattern": "\\S" }),
    }
}

fn shape(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Scalar(leaf) => scalar(leaf),
        Shape::List(items) => list(items, definitions),
        Shape::Object(body) => reference(body, definitions),
        Shape::Names(map) => names(map, definitions),
        Shape::ScalarOr(leaf, other) => any_of([scalar(leaf), self::shape(other, definitions)]),
    }
}

/// Alternatives, those that are alternatives themselves taken apart.
fn any_of(alternatives: impl IntoIterator<Item = Value>) -> Value {
    let mut all = Vec::new();
    for mut alternative in alternatives {
        match alternative.get_mut("anyOf").and_then(Value::as_array_mut) {
            Some(inner) => all.append(inner),
            None => all.push(alternative),
        }
    }
    json!({ "anyOf": all })
}

/// A list; where one element is enough, also that element alone.
fn list(list: &List, definitions: &mut Map<String, Value>) -> Value {
    let item = shape(&list.item, definitions);
    let mut array = json!({ "type": "array", "items": item });
    if list.min > 0 {
        array["minItems"] = json!(list.min);
    }
    if list.max < usize::MAX {
        array["maxItems"] = json!(list.max);
    }
    if list.min > 1 { array } else { any_of([item, array]) }
}

fn names(names: &Names, definitions: &mut Map<String, Value>) -> Value {
    let key = match names.key {
        KeyRule::Name => json!({ "pattern": format!("^{}$", name()) }),
        KeyRule::Speaker => json!({ "pattern": format!("^{}$", name()), "not": { "const": "self" } }),
        KeyRule::Peer => json!({ "pattern": format!("^(\\*|{})$", name()) }),
    };
    json!({ "type": "object", "propertyNames": key, "additionalProperties": shape(&names.value, definitions) })
}

fn reference(body: &'static Object, definitions: &mut Map<String, Value>) -> Value {
    let id = body.title.split_once(' ').map_or(body.title, |(_, noun)| noun).to_lowercase().replace(' ', "_");
    if !definitions.contains_key(&id) {
        // Put in first, so that a shape that holds itself would end.
        definitions.insert(id.clone(), Value::Null);
        let schema = object(body, definitions);
        definitions.insert(id.clone(), schema);
    }
    json!({ "$ref": format!("#/definitions/{id}") })
}

fn object(body: &'static Object, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in body.fields() {
        let mut schema = shape(&field.shape, definitions);
        // Draft-07 ignores everything beside a `$ref`.
        if schema.get("$ref").is_some() {
            schema = json!({ "allOf": [schema] });
        }
        let mut described = Map::new();
        described
            .insert("description".into(), json!(format!("{} Example: `{}: {}`", field.doc, field.name, field.example)));
        if let Value::Object(schema) = &mut schema {
            described.append(schema);
        }
        properties.insert(field.name.into(), Value::Object(described));
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let required: Vec<&str> = body.fields().filter(|field| field.required).map(|field| field.name).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !body.forms.is_empty() {
        let forms: Vec<Value> = body.forms.iter().map(|form| self::form(form, body.forms)).collect();
        schema["oneOf"] = json!(forms);
    }
    schema
}

/// What one form needs, and what it must not hold: its own exclusions and all that the other forms need.
fn form(form: &Form, all: &[Form]) -> Value {
    let others = all.iter().flat_map(|other| other.needs).filter(|name| !form.needs.contains(name));
    let forbidden: Map<String, Value> =
        others.chain(form.excludes).map(|name| ((*name).to_owned(), Value::Bool(false))).collect();
    json!({ "required": form.needs, "properties": forbidden })
}
