//! The official schema of SARIF, with its formats.

use serde_json::Value;
use std::sync::LazyLock;

/// The schema. Its patterns for languages have a bracket too many, which no validator of today takes; nothing here has a language.
pub(crate) static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schemas/sarif-2.1.0.json");
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap()
});

pub(crate) fn assert_valid(log: &Value) {
    let errors: Vec<String> =
        SARIF.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
