//! Without any captured routes: the documents of an estate come to the same design, whatever their nesting and order.

use crate::az_documents::{Estate, Files};
use crate::labs::{self, import, import_in_order, of_text, text_of};
use crate::merge::{all_rows, filled};
use crate::support::small::estates;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) fn documents(written: &labs::Estate) -> Estate<'_> {
    Estate { document: &written.loaded.document, topology: &written.topology, site_addresses: BTreeMap::new() }
}

/// The text without the comments that name its sources.
fn without_sources(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("# source: ")).map(|line| format!("{line}\n")).collect()
}

/// Every list of a document the other way round, and its keys too; but not the prefixes of a subnet, whose first one holds gateways.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().rev().map(turned).collect()),
        Value::Object(fields) => {
            let keeps = |key: &str| key == "addressPrefixes" && fields.contains_key("privateEndpointNetworkPolicies");
            let turn =
                |(key, value): (&String, &Value)| (key.clone(), if keeps(key) { value.clone() } else { turned(value) });
            Value::Object(fields.iter().rev().map(turn).collect())
        }
        other => other.clone(),
    }
}

/// What differs between the topology written by hand and the one imported from its documents, a subnet a line.
fn differences(name: &str, written: &labs::Estate, files: &Files) -> String {
    let text = text_of(name, import(files));
    let imported = of_text(&text).unwrap_or_else(|errors| panic!("{name}: {errors}\n{text}"));
    let merged = filled(&imported, written);
    let merged = of_text(&merged).unwrap_or_else(|errors| panic!("{name}: {errors}\n{text}\n{merged}"));
    let (expected, found) = (all_rows(written), all_rows(&merged));
    let mut said = String::new();
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{name}: subnets\n{text}");
    for (subnet, rows) in &expected {
        let other = &found[subnet];
        for row in rows.iter().filter(|row| !other.contains(row)) {
            writeln!(said, "{name} {subnet}: written {row}").unwrap();
        }
        for row in other.iter().filter(|row| !rows.contains(row)) {
            writeln!(said, "{name} {subnet}: imported {row}").unwrap();
        }
    }
    said
}

/// The same documents in every form that az may give them.
fn assert_forms_agree(name: &str, documents: &Estate<'_>) {
    let (flat, nested) = (documents.flat(), documents.nested());
    let text = text_of(name, import(&flat));
    assert_eq!(text, text_of(name, import(&nested)), "{name}: nested as the REST API prints");
    let backwards = flat.iter().rev().map(|(name, value)| (name.as_str(), turned(value).to_string()));
    assert_eq!(text, text_of(name, import_in_order(backwards)), "{name}: files and lists the other way round");
    let all = flat.values().flat_map(|value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]));
    let mut one = Files::from([("all.json".to_owned(), all.collect())]);
    // That a list is empty is told by its own document only.
    let empty = flat.iter().filter(|(_, value)| value.as_array().is_some_and(Vec::is_empty));
    one.extend(empty.map(|(name, value)| (name.clone(), value.clone())));
    let one = text_of(name, import(&one));
    assert_eq!(without_sources(&text), without_sources(&one), "{name}: all in one file");
}

#[test]
fn import_of_az_documents_gives_the_same_design() {
    let mut said = String::new();
    for (name, path) in labs::topologies() {
        let written = labs::read(&path);
        said.push_str(&differences(&name, &written, &documents(&written).flat()));
    }
    assert!(said.is_empty(), "\n{said}");
}

#[test]
fn nesting_and_order_of_documents_make_no_difference() {
    for (name, path) in labs::topologies() {
        let written = labs::read(&path);
        assert_forms_agree(&name, &documents(&written));
    }
}

pub(crate) fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let base = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { base } else { ProptestConfig { cases: 60, rng_seed: RngSeed::Fixed(65515), ..base } }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn documents_of_any_estate_give_the_same_design(estate in estates()) {
        let text = estate.node().to_yaml();
        let written = of_text(&text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        let said = differences("estate", &written, &documents(&written).flat());
        prop_assert!(said.is_empty(), "\n{}", said);
        assert_forms_agree("estate", &documents(&written));
    }
}
