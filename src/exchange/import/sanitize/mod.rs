//! Captures of an estate made safe to share: everything is renamed and renumbered, consistently, and what says nothing about routing is
//! dropped.
//!
//! What is kept: every relation that routing follows from. The same thing has the same new name everywhere, names of a kind sort as
//! before, prefixes contain one another as before and sort as before, AS numbers keep class and order. Regions, service tags, words of
//! Azure and Azure's own names, prefixes and AS numbers stay. IPv6 is treated like IPv4.
//!
//! What it does not hide: the shape of the estate, the lengths of prefixes, the last eight bits of addresses, and bits in front of them
//! where both halves of a range are used.
//!
//! No file is read or written here.

mod addresses;
mod files;
mod keys;
mod meaning;
mod names;
mod numbers;
#[cfg(test)]
mod tests;
mod texts;
mod walk;

pub use meaning::Mapping;

use crate::exchange::text::body;
use crate::words::echo;
use meaning::{Meaning, Noted};
use serde_json::Value;
use std::collections::BTreeMap;
use walk::Walk;

/// A captured document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its path, relative to the folder of the captures, with `/`.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// Why a capture cannot be made safe to share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which one, counted from zero.
    pub capture: usize,
    /// Where in it, as jq writes it: `.value[3].nextHop`.
    pub place: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Refusal {
    fn new(capture: usize, place: &str, message: impl Into<String>, help: &str) -> Refusal {
        Refusal { capture, place: place.to_owned(), message: message.into(), help: help.to_owned() }
    }
}

/// The captures under new names, in the order given. The same seed makes the same of the same captures; whoever knows it can undo some
/// of it, so it is drawn anew for every set and thrown away. A set belongs together: what is sanitised in two runs no longer fits.
pub fn sanitize(captures: &[Capture], seed: u64) -> Result<Vec<Capture>, Vec<Refusal>> {
    let mapping = mapping(captures, seed)?;
    let mut new = Vec::with_capacity(captures.len());
    let refusals = walk(captures, &mut &mapping, |name, document| {
        let text = document.map_or_else(String::new, |document| format!("{document:#}\n"));
        new.push(Capture { name, text });
    });
    if refusals.is_empty() { Ok(new) } else { Err(refusals) }
}

/// What becomes of every name and number of the captures.
pub fn mapping(captures: &[Capture], seed: u64) -> Result<Mapping, Vec<Refusal>> {
    let mut noted = Noted::new(seed);
    let mut refusals = same_names(captures);
    refusals.extend(walk(captures, &mut noted, |_, _| {}));
    if refusals.is_empty() { Ok(Mapping::of(noted)) } else { Err(refusals) }
}

/// Hands the new name and content of every capture to `take`, one document in memory at a time.
fn walk(captures: &[Capture], meaning: &mut dyn Meaning, mut take: impl FnMut(String, Option<Value>)) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (index, capture) in captures.iter().enumerate() {
        match read(&capture.text) {
            Ok(document) => {
                let name = files::renamed(&capture.name, meaning);
                take(name, document.map(|document| Walk::new(index, meaning, &mut refusals).document(&document)));
            }
            Err((message, help)) => refusals.push(Refusal::new(index, ".", message, help)),
        }
    }
    refusals
}

/// Captures whose names differ in case only would get the same new name.
fn same_names(captures: &[Capture]) -> Vec<Refusal> {
    let mut names = BTreeMap::new();
    let mut refusals = Vec::new();
    for (index, capture) in captures.iter().enumerate() {
        if let Some(other) = names.insert(capture.name.to_lowercase(), &capture.name) {
            let message = format!("the name differs from `{}` in case only", echo(other));
            refusals.push(Refusal::new(index, ".", message, "names of Azure are compared without case; remove one"));
        }
    }
    refusals
}

/// The document of a text; `None` for an empty one, which says that there is nothing of its kind.
fn read(text: &str) -> Result<Option<Value>, (String, &'static str)> {
    let text = &text[body(text)];
    (!text.is_empty()).then(|| document(text)).transpose()
}

fn document(text: &str) -> Result<Value, (String, &'static str)> {
    if !text.starts_with(['{', '[']) {
        let message = "this is not JSON, so what stands in it cannot be told apart".to_owned();
        return Err((message, "save what `az` prints with `-o json`"));
    }
    let document: Value = serde_json::from_str(text).map_err(|error| match error.is_eof() {
        true => ("the JSON ends too early".to_owned(), "the output was cut; save it again as a whole"),
        false => (format!("this is not JSON: {}", echo(&error.to_string())), "save what `az` prints with `-o json`"),
    })?;
    let has = |key: &str| document.get(key).is_some();
    if has("terraform_version") || has("format_version") {
        let help = "sanitise captures of the estate that it built: `rsctl import --collect-script`";
        return Err(("a Terraform document holds more than can be sanitised".to_owned(), help));
    }
    if has("$schema") || has("contentVersion") {
        let help = "sanitise captures of the estate that it built: `rsctl import --collect-script`";
        return Err(("a template holds more than can be sanitised".to_owned(), help));
    }
    Ok(document)
}
