//! Templates of Azure Resource Manager.
use super::resource::Found;
use crate::source::FileId;
use serde_json::Value;
pub(super) struct Scope {
    pub(super) subscription: String,
    pub(super) group: String,
    pub(super) location: Option<String>,
}
pub(super) fn parameters(_: &Value) -> Vec<(String, Value)> {
    Vec::new()
}
pub(super) fn read(_: FileId, _: &Value, _: &[(String, Value)], _: &Scope, _: &mut Found) {}
