//! The `configuration` of a plan: which expression stands behind an attribute, as far as the JSON tells. It names what an expression
//! refers to, never the expression itself; locals are left out of it by Terraform.

use super::address::ModulePath;
use super::document::Kept;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One module of the configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Module {
    /// Its resources and data sources.
    resources: Vec<Block>,
    /// The modules it calls.
    module_calls: BTreeMap<String, Call>,
    /// What it gives back.
    outputs: BTreeMap<String, Output>,
}

/// A `resource` or `data` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Block {
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    expressions: Kept,
    /// What the instances are made from.
    pub(super) for_each_expression: Value,
}

/// A `module` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Call {
    /// The values of the variables.
    pub(super) expressions: Map<String, Value>,
    /// What the instances are made from.
    pub(super) for_each_expression: Value,
    module: Module,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Output {
    expression: Value,
}

impl Block {
    /// The expression of an attribute: an object with `references` or `constant_value`, or a list of blocks.
    pub(super) fn expressions(&self) -> &Map<String, Value> {
        &self.expressions.0
    }
}

impl Module {
    /// The module that stands at a path below this one.
    pub(super) fn at(&self, path: &ModulePath) -> Option<&Module> {
        path.iter().try_fold(self, |module, (name, _)| Some(&module.module_calls.get(name)?.module))
    }

    /// The call of a module.
    pub(super) fn call(&self, name: &str) -> Option<&Call> {
        self.module_calls.get(name)
    }

    /// A block by its type and name.
    pub(super) fn block(&self, data: bool, kind: &str, name: &str) -> Option<&Block> {
        self.resources.iter().find(|block| block.kind == kind && block.name == name && (block.mode == "data") == data)
    }

    /// The expressions of the outputs of that name; of all of them without one.
    pub(super) fn outputs(&self, name: Option<&str>) -> Vec<&Value> {
        match name {
            Some(name) => self.outputs.get(name).map(|output| &output.expression).into_iter().collect(),
            None => self.outputs.values().map(|output| &output.expression).collect(),
        }
    }

    /// Leaves out the blocks of other types.
    pub(super) fn keep(&mut self, wanted: fn(&str) -> bool) {
        self.resources.retain(|block| wanted(&block.kind));
        for call in self.module_calls.values_mut() {
            call.module.keep(wanted);
        }
    }
}
