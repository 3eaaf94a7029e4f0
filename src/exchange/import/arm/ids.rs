//! Ids of resources, and the scope of the deployment where it is not known.
//!
//! A subscription or resource group that is not known stands as a mark in the text, so that ids are put together and taken apart as
//! they would be; [`settle`] leaves it out of ids in the end, and makes any other text with a mark unknown.

use super::super::resource::why_unknown;
use super::Scope;
use super::budget::{Budget, Unknown};
use super::functions::{miscounted, text};
use serde_json::{Map, Value};
use std::rc::Rc;

const MARK: char = '\0';
const SUBSCRIPTION: &str = "\0subscription";
const GROUP: &str = "\0group";

/// What is said of the region of the resource group.
pub(super) const NO_LOCATION: &str = "the region of the resource group is not known";

type IdFunction = fn(&[Rc<Value>], &Scope, &Budget) -> Result<Value, Unknown>;

/// The function of a name in lower case.
pub(super) fn find(name: &str) -> Option<IdFunction> {
    Some(match name {
        "resourceid" => resource_id,
        "subscriptionresourceid" => subscription_resource_id,
        "tenantresourceid" => tenant_resource_id,
        "extensionresourceid" => extension_resource_id,
        _ => return None,
    })
}

/// Whether a text is nothing but the mark of a scope that is not known.
pub(super) fn stands_for_scope(text: &str) -> bool {
    text == SUBSCRIPTION || text == GROUP
}

/// An error when a text has a mark in it.
pub(super) fn without_marks(text: &str) -> Result<&str, Unknown> {
    if !text.contains(MARK) {
        return Ok(text);
    }
    let what = if text.contains(SUBSCRIPTION) { "subscription" } else { "resource group" };
    Err(Unknown::new(
        format!("the {what} that the template is deployed to is not known"),
        format!("name the {what}, or write it into the template"),
    ))
}

/// Whether an id without its last name is one of a type.
pub(super) fn ends_with_kind(id: &str, kind: &str) -> bool {
    let start = id.len().checked_sub(kind.len());
    start.and_then(|start| id.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(kind))
}

fn or_mark<'a>(text: &'a str, mark: &'static str) -> &'a str {
    if text.is_empty() { mark } else { text }
}

fn subscription_id(scope: &Scope) -> String {
    format!("/subscriptions/{}", or_mark(&scope.subscription, SUBSCRIPTION))
}

/// What `subscription()` gives.
pub(super) fn subscription(scope: &Scope) -> Value {
    let id = or_mark(&scope.subscription, SUBSCRIPTION);
    Value::Object(Map::from_iter([
        ("id".to_owned(), subscription_id(scope).into()),
        ("subscriptionId".to_owned(), id.into()),
    ]))
}

/// What `resourceGroup()` gives.
pub(super) fn resource_group(scope: &Scope) -> Value {
    let name = or_mark(&scope.group, GROUP);
    let location = match &scope.location {
        Some(location) => location.as_str().into(),
        None => Unknown::new(NO_LOCATION, "write the region into the template").into_value(),
    };
    Value::Object(Map::from_iter([
        ("id".to_owned(), format!("{}/resourceGroups/{name}", subscription_id(scope)).into()),
        ("name".to_owned(), name.into()),
        ("location".to_owned(), location),
    ]))
}

/// `resourceId([subscription], [group], type, name…)`.
fn resource_id(arguments: &[Rc<Value>], scope: &Scope, budget: &Budget) -> Result<Value, Unknown> {
    let texts = texts(arguments)?;
    let at = texts.iter().position(|text| text.contains('/')).ok_or_else(|| miscounted("resourceId"))?;
    let subscription = format!("/subscriptions/{}", or_mark(&scope.subscription, SUBSCRIPTION));
    let before = match texts[..at] {
        [] => format!("{subscription}/resourceGroups/{}", or_mark(&scope.group, GROUP)),
        [group] => format!("{subscription}/resourceGroups/{group}"),
        [subscription, group] => format!("/subscriptions/{subscription}/resourceGroups/{group}"),
        _ => return Err(miscounted("resourceId")),
    };
    join(before, &texts[at..], budget)
}

fn subscription_resource_id(arguments: &[Rc<Value>], scope: &Scope, budget: &Budget) -> Result<Value, Unknown> {
    let texts = texts(arguments)?;
    match texts.iter().position(|text| text.contains('/')) {
        Some(0) => join(subscription_id(scope), &texts, budget),
        Some(1) => join(format!("/subscriptions/{}", texts[0]), &texts[1..], budget),
        _ => Err(miscounted("subscriptionResourceId")),
    }
}

fn tenant_resource_id(arguments: &[Rc<Value>], _: &Scope, budget: &Budget) -> Result<Value, Unknown> {
    join(String::new(), &texts(arguments)?, budget)
}

fn extension_resource_id(arguments: &[Rc<Value>], _: &Scope, budget: &Budget) -> Result<Value, Unknown> {
    match texts(arguments)?.split_first() {
        Some((scope, rest)) => join((*scope).to_owned(), rest, budget),
        None => Err(miscounted("extensionResourceId")),
    }
}

fn texts(arguments: &[Rc<Value>]) -> Result<Vec<&str>, Unknown> {
    arguments.iter().map(|argument| text(argument)).collect()
}

/// The id from what stands before `/providers`, the type and the names.
fn join(before: String, kind_and_names: &[&str], budget: &Budget) -> Result<Value, Unknown> {
    let Some((kind, names)) = kind_and_names.split_first() else { return Err(miscounted("resourceId")) };
    let (namespace, kinds) = kind.split_once('/').unwrap_or((kind, ""));
    let kinds: Vec<&str> = kinds.split('/').collect();
    if kinds.len() != names.len() {
        let needed = crate::words::plural(kinds.len(), "name", "names");
        let message = format!("the type `{}` needs {needed}, not {}", crate::words::echo(kind), names.len());
        return Err(Unknown::new(message, "give one name for each part of the type"));
    }
    budget.pay(before.len() + kind.len() + names.iter().map(|name| name.len() + 1).sum::<usize>())?;
    let mut id = before;
    id.push_str("/providers/");
    id.push_str(namespace);
    for (kind, name) in kinds.iter().zip(names) {
        for part in ["/", kind, "/", name] {
            id.push_str(part);
        }
    }
    Ok(id.into())
}

/// Takes the marks out of a value that is done: out of ids they are left, other texts with marks are unknown.
pub(super) fn settle(value: &mut Value) {
    if why_unknown(value).is_some() {
        return;
    }
    match value {
        Value::String(text) if text.contains(MARK) => {
            let relative = leave_out(&leave_out(text, "/subscriptions/", SUBSCRIPTION), "/resourceGroups/", GROUP);
            *value = match without_marks(&relative) {
                Ok(_) => relative.into(),
                Err(unknown) => unknown.into_value(),
            };
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::Object(entries) => entries.values_mut().for_each(settle),
        _ => {}
    }
}

/// The text without the segment of an id and the mark behind it.
fn leave_out(text: &str, segment: &str, mark: &str) -> String {
    let Some((before, behind)) = text.split_once(mark) else { return text.to_owned() };
    let start = before.len().checked_sub(segment.len());
    match start.and_then(|start| before.get(start..).map(|end| (start, end))) {
        Some((start, end)) if end.eq_ignore_ascii_case(segment) => format!("{}{behind}", &before[..start]),
        _ => text.to_owned(),
    }
}
