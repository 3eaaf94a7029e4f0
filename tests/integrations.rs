//! What carries rsctl into the tools of others: the GitHub Action, the hooks of pre-commit, the steps of Azure Pipelines.
//!
//! The files are read as those tools read them, and their scripts are run in surroundings made up to look like theirs.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[cfg(unix)]
#[path = "integrations/comment.rs"]
mod comment;
#[path = "integrations/declared.rs"]
mod declared;
#[cfg(unix)]
#[path = "integrations/diff_action.rs"]
mod diff_action;
#[cfg(unix)]
#[path = "integrations/install.rs"]
mod install;
#[cfg(unix)]
#[path = "integrations/job.rs"]
mod job;
#[cfg(unix)]
#[path = "integrations/lint_action.rs"]
mod lint_action;
#[cfg(unix)]
#[path = "integrations/pipelines.rs"]
mod pipelines;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n")
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(|object| object.keys().cloned()).collect()
}

/// The words that follow `before` in a text, as long as they are made of letters, digits, `_` and `-`.
fn words_after(text: &str, before: &str) -> BTreeSet<String> {
    let word = |rest: &str| {
        rest.chars().take_while(|character| character.is_ascii_alphanumeric() || "_-".contains(*character)).collect()
    };
    text.match_indices(before).map(|(at, found)| word(&text[at + found.len()..])).collect()
}

/// The variables with a prefix that a script reads.
fn variables(script: &str, prefix: &str) -> BTreeSet<String> {
    let code: String =
        script.lines().filter(|line| !line.trim_start().starts_with('#')).map(|line| format!("{line}\n")).collect();
    words_after(&code.replace("${", "$"), &format!("${prefix}")).iter().map(|name| format!("{prefix}{name}")).collect()
}
