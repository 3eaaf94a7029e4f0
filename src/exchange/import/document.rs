//! Which tool wrote a document, told from its content, and the resources of those that `az` and the REST API print.
//!
//! A document is read once for its outline, so that a large one is never built as a whole only to learn what it is.

use super::resource::{Found, Mistake, Origin, Resource, ResourceId};
use crate::exchange::capture;
use crate::source::FileId;
use crate::words::{echo, plural};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Resources as `az`, the REST API, Resource Graph or a what-if print them.
    Resources,
    /// A template.
    Template,
    /// The parameters of a template.
    Parameters,
    /// A plan or a state.
    Terraform,
    /// Routes: effective, learned, advertised, of a circuit.
    Routes(capture::Kind),
    /// What a capture holds beside, and nothing is read from: the BGP peers of a gateway, the subscription.
    Beside,
    /// Something whose whole content is an empty list, which tells nothing of what it lists.
    Empty,
}

/// Why a text is no document.
#[derive(Debug)]
pub(super) enum Fault {
    /// Not JSON: where, in bytes of the text that was given, and what serde_json says.
    Syntax { line: usize, column: usize, message: String, truncated: bool },
    /// A list of objects that have no ids, as `--query` leaves them.
    WithoutIds,
    /// JSON of no kind that is read.
    Unknown,
}

/// The top of a document: its keys, and the values of those that tell a format.
#[derive(Debug, Default)]
struct Outline {
    keys: BTreeSet<String>,
    schema: String,
    is_list: bool,
}

/// Tells what a text is.
pub(super) fn kind(text: &str) -> Result<Kind, Fault> {
    let outline: Outline = serde_json::from_str(text).map_err(syntax)?;
    let has = |key: &str| outline.keys.contains(key);
    let schema = outline.schema.to_ascii_lowercase();
    if has("format_version") || (has("terraform_version") && has("resources")) {
        return Ok(Kind::Terraform);
    }
    if schema.contains("deploymentparameters") {
        return whole(text).map(|_| Kind::Parameters);
    }
    if schema.contains("deploymenttemplate") || (has("contentVersion") && has("resources")) {
        return whole(text).map(|_| Kind::Template);
    }
    if outline.keys.iter().any(|key| key.starts_with("RouteServiceRole_IN_")) {
        return Ok(Kind::Routes(capture::Kind::RouteServer));
    }
    let value = whole(text)?;
    let items = items(&value);
    match items.first() {
        Some((_, first)) if resource(first).is_some() => return Ok(Kind::Resources),
        Some((_, first)) if first.get("neighbor").is_some() => return Ok(Kind::Beside),
        _ => {}
    }
    // A circuit's table and the like have columns; so has every list of resources, but those have ids.
    let has_resources = items.iter().any(|(_, item)| resource(item).is_some());
    match capture::detect(text).filter(|_| !has_resources) {
        Some(kind) => Ok(Kind::Routes(kind)),
        None if items.is_empty() && (outline.is_list || has("value") || has("data")) => Ok(Kind::Empty),
        None if is_account(&value) => Ok(Kind::Beside),
        None if outline.is_list && items.iter().all(|(_, item)| item.is_object()) => Err(Fault::WithoutIds),
        None => Err(Fault::Unknown),
    }
}

/// All of a document. What the outline passes over may be no value all the same: nested too deeply, a number that none can hold.
fn whole(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(syntax)
}

fn syntax(error: serde_json::Error) -> Fault {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_owned();
    Fault::Syntax { line: error.line(), column: error.column(), message, truncated: error.is_eof() }
}

/// What `az account show` prints of the subscription.
fn is_account(value: &Value) -> bool {
    let known = |key: &String| ["id", "name", "tenantId"].contains(&key.as_str());
    value.as_object().is_some_and(|members| members.contains_key("id") && members.keys().all(known))
}

/// The elements of a document, each with its way from the top: of a list, of `{"value": […]}` (REST), `{"data": […]}` (Resource
/// Graph), `{"changes": [{"after": …}]}` (what-if); otherwise the document itself.
fn items(value: &Value) -> Vec<(Vec<Part>, &Value)> {
    if let Value::Array(items) = value {
        return items.iter().enumerate().map(|(index, item)| (vec![Part::Item(index)], item)).collect();
    }
    for key in ["value", "data", "changes"] {
        if let Some(Value::Array(items)) = value.get(key) {
            let item = |(index, item): (usize, _)| match (key, Value::get(item, "after")) {
                ("changes", Some(after)) if !after.is_null() => {
                    Some((vec![Part::Key(key), Part::Item(index), Part::Key("after")], after))
                }
                ("changes", _) => None,
                _ => Some((vec![Part::Key(key), Part::Item(index)], item)),
            };
            return items.iter().enumerate().filter_map(item).collect();
        }
    }
    match value {
        Value::Object(members) if !members.is_empty() => vec![(Vec::new(), value)],
        _ => Vec::new(),
    }
}

enum Part {
    Key(&'static str),
    Item(usize),
}

fn resource(value: &Value) -> Option<ResourceId> {
    ResourceId::parse(value.get("id").or_else(|| value.get("resourceId"))?.as_str()?)
}

/// The resources of a document of [`Kind::Resources`].
pub(super) fn read(file: FileId, text: &str, found: &mut Found) {
    let value: Value = serde_json::from_str(text).expect("the outline of this text was read");
    for (way, item) in items(&value) {
        let origin = way.iter().fold(Origin::top(file), |at, part| match part {
            Part::Key(key) => at.key(key),
            Part::Item(index) => at.item(*index),
        });
        match resource(item) {
            Some(id) => found.resources.push(Resource { id, body: item.clone(), origin }),
            None => found.mistakes.push(Mistake::new(
                origin,
                "this element has no `id` of a resource",
                "save what `az … list -o json` prints, without --query",
            )),
        }
    }
    if let Some(next) = value.get("nextLink").and_then(Value::as_str) {
        found.mistakes.push(Mistake::new(
            Origin::top(file).key("nextLink"),
            format!("this is only the first page; the rest is at `{}`", echo(next)),
            "save all pages, or use `az … list`, which follows them",
        ));
    }
    if let (Some(total), Some(count)) = (value.get("total_records"), value.get("count"))
        && total.as_u64() > count.as_u64()
    {
        let total = plural(total.as_u64().unwrap_or_default() as usize, "record", "records");
        found.mistakes.push(Mistake::new(
            Origin::top(file).key("count"),
            format!("these are {count} of {total} of the query"),
            "ask with `--first 1000` and follow with `--skip-token`, each page a file",
        ));
    }
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Top)
    }
}

struct Top;

/// Keys above this number tell nothing more.
const MAX_KEYS: usize = 64;

impl<'de> Visitor<'de> for Top {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Outline, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Outline { is_list: true, ..Outline::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Outline, A::Error> {
        let mut outline = Outline::default();
        while let Some(key) = entries.next_key::<String>()? {
            if key == "$schema" {
                outline.schema = entries.next_value_seed(Text)?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
            if outline.keys.len() < MAX_KEYS {
                outline.keys.insert(key);
            }
        }
        Ok(outline)
    }
}

/// A text, or nothing for any other value.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        Ok(Value::deserialize(deserializer)?.as_str().unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub";

    #[test]
    fn the_content_tells_what_a_document_is() {
        let id = format!("\"id\": \"{ID}\"");
        for (text, expected) in [
            (format!("[{{{id}}}]"), Kind::Resources),
            (format!("{{{id}, \"location\": \"x\"}}"), Kind::Resources),
            (format!("{{\"value\": [{{{id}}}]}}"), Kind::Resources),
            (format!("{{\"data\": [{{{id}}}], \"count\": 1}}"), Kind::Resources),
            (format!("{{\"changes\": [{{\"after\": {{{id}}}}}]}}"), Kind::Resources),
            (r#"{"format_version": "1.2", "planned_values": {}}"#.into(), Kind::Terraform),
            (r#"{"version": 4, "terraform_version": "1.9.8", "resources": []}"#.into(), Kind::Terraform),
            (r#"{"$schema": "https://x/2019-04-01/deploymentTemplate.json#", "resources": []}"#.into(), Kind::Template),
            (r#"{"$schema": "https://x/deploymentParameters.json#", "parameters": {}}"#.into(), Kind::Parameters),
            (r#"{"RouteServiceRole_IN_0": []}"#.into(), Kind::Routes(capture::Kind::RouteServer)),
            (r#"{"id": "s", "name": "n", "tenantId": "t"}"#.into(), Kind::Beside),
            (r#"{"value": [{"neighbor": "10.0.0.1", "state": "Connected"}]}"#.into(), Kind::Beside),
            ("[]".into(), Kind::Empty),
            (r#"{"value": []}"#.into(), Kind::Empty),
        ] {
            assert_eq!(kind(&text).ok(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_route_table_is_no_capture_of_routes() {
        let text = format!(
            r#"[{{"id": "{ID}/../routeTables/rt/routes/r", "addressPrefix": "0.0.0.0/0", "nextHopType": "None"}}]"#
        );
        assert_eq!(
            kind(&text.replace("/../", "/x/").replace("virtualNetworks/hub/x/", "")).ok(),
            Some(Kind::Resources)
        );
    }

    #[test]
    fn other_json_and_no_json_are_told_apart() {
        assert!(matches!(kind("{\"a\": 1}"), Err(Fault::Unknown)));
        assert!(matches!(kind("{\"a\": [1"), Err(Fault::Syntax { truncated: true, .. })));
        assert!(matches!(kind("Terraform will perform"), Err(Fault::Syntax { truncated: false, line: 1, .. })));
    }

    #[test]
    fn a_first_page_is_not_taken_for_the_whole() {
        let mut found = Found::default();
        read(FileId(0), &format!("{{\"value\": [{{\"id\": \"{ID}\"}}], \"nextLink\": \"https://x\"}}"), &mut found);
        assert_eq!((found.resources.len(), found.mistakes.len()), (1, 1));
        assert_eq!(found.mistakes[0].origin.to_string(), ".nextLink");
    }
}
