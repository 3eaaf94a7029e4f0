//! What working out one document may cost: small templates can ask for endless text, lists and nesting.

use super::super::resource::{unknown, why_unknown};
use serde_json::Value;
use std::cell::Cell;

/// Bytes of values that a document may make besides those written in it, far above what templates of 4 MB, the most Azure takes,
/// come to.
const BYTES: usize = 128_000_000;

/// What a value costs besides its text.
const NODE: usize = 128;

/// Values within values, and expressions within expressions and the variables that they name. Each takes a part of the stack.
const DEPTH: usize = 160;

/// Why something cannot be worked out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unknown {
    /// What is wrong: lower case, no full stop.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
    /// Whether the expression is named already in which it went wrong.
    pub(super) placed: bool,
}

impl Unknown {
    /// Of an expression that is yet to be named.
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Unknown {
        Unknown { message: message.into(), help: help.into(), placed: false }
    }

    /// The one that stands for a value, if one does.
    pub(super) fn of(value: &Value) -> Option<Unknown> {
        let (message, help) = why_unknown(value)?;
        Some(Unknown { message: message.into(), help: help.into(), placed: true })
    }

    /// A value that stands for it.
    pub(super) fn into_value(self) -> Value {
        unknown(self.message, self.help)
    }
}

/// The account of one document.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
    depth: Cell<usize>,
}

impl Budget {
    /// Of a document as it was parsed. What is written in it is paid for up to three times on the way to a resource.
    pub(super) fn of(document: &Value) -> Budget {
        let written = cost(document).saturating_mul(4);
        Budget { left: Cell::new(BYTES.saturating_add(written)), depth: Cell::new(0) }
    }

    /// Pays for text of a length.
    pub(super) fn pay(&self, bytes: usize) -> Result<(), Unknown> {
        let left = self.left.get().saturating_sub(bytes);
        self.left.set(left);
        if left == 0 { Err(spent()) } else { Ok(()) }
    }

    /// Pays for a list of a length.
    pub(super) fn pay_items(&self, items: usize) -> Result<(), Unknown> {
        self.pay(items.saturating_mul(NODE))
    }

    /// Pays for a copy of a value.
    pub(super) fn pay_for(&self, value: &Value) -> Result<(), Unknown> {
        self.weigh(value, DEPTH)
    }

    fn weigh(&self, value: &Value, depth: usize) -> Result<(), Unknown> {
        let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
        self.pay(NODE)?;
        match value {
            Value::String(text) => self.pay(text.len()),
            Value::Array(items) => items.iter().try_for_each(|item| self.weigh(item, depth)),
            Value::Object(entries) => entries.iter().try_for_each(|(name, entry)| {
                self.pay(name.len())?;
                self.weigh(entry, depth)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    /// Does something one level further down.
    pub(super) fn deeper<T>(&self, work: impl FnOnce() -> Result<T, Unknown>) -> Result<T, Unknown> {
        if self.depth.get() == DEPTH {
            return Err(too_deep());
        }
        self.depth.set(self.depth.get() + 1);
        let result = work();
        self.depth.set(self.depth.get() - 1);
        result
    }
}

fn cost(value: &Value) -> usize {
    let inside: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(cost).sum(),
        Value::Object(entries) => entries.iter().map(|(name, entry)| name.len() + cost(entry)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    NODE + inside
}

fn spent() -> Unknown {
    let message = format!("the values that this template makes come to more than {} MB", BYTES / 1_000_000);
    Unknown::new(message, "import what was deployed instead: export the template of the resource group")
}

fn too_deep() -> Unknown {
    let message = format!("values or expressions are nested more than {DEPTH} deep");
    Unknown::new(message, "check for a variable that names itself, and import the exported template instead")
}
