//! Templates of Azure Resource Manager: the resources that a deployment would make, with the expressions of the template worked out.
//!
//! Only what follows from the template and its parameters is worked out. What Azure alone knows (`reference` to a resource,
//! `listKeys`, …) stays [`unknown`](super::resource::unknown) in place; nothing is guessed. What the resources mean does not
//! belong here.

mod budget;
mod evaluate;
mod expression;
mod functions;
mod ids;
mod lists;
mod nested;
mod numbers;
mod template;
#[cfg(test)]
mod tests;
mod text;

use super::resource::{Found, Origin, unknown};
use crate::source::FileId;
use budget::Budget;
use evaluate::{Template, key};
use serde_json::Value;

/// Where a template is deployed to; what is not known is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The subscription.
    pub(super) subscription: String,
    /// The resource group.
    pub(super) group: String,
    /// The region of the resource group.
    pub(super) location: Option<String>,
}

/// The values of a parameter file, without their wrapper.
pub(super) fn parameters(document: &Value) -> Vec<(String, Value)> {
    let Some(entries) = key(document, "parameters").and_then(Value::as_object) else { return Vec::new() };
    entries.iter().map(|(name, entry)| (name.clone(), given(name, entry))).collect()
}

/// What one entry of a parameter file gives.
fn given(name: &str, entry: &Value) -> Value {
    if let Some(value) = key(entry, "value") {
        return value.clone();
    }
    let name = crate::words::echo(name);
    match key(entry, "reference") {
        Some(_) => unknown(
            format!("the value of the parameter `{name}` stands in a key vault"),
            "write the value into the parameter file",
        ),
        None => unknown(
            format!("the parameter file gives no value for `{name}`"),
            format!("write `\"{name}\": {{\"value\": …}}`"),
        ),
    }
}

/// The resources of a template.
pub(super) fn read(file: FileId, template: &Value, parameters: &[(String, Value)], scope: &Scope, found: &mut Found) {
    let budget = Budget::of(template);
    let deployed = Template::new(template, parameters.to_vec(), scope.clone(), &budget);
    template::read(&deployed, &Origin::top(file), found);
}
