//! The functions that give the same for the same arguments: which there are, what they take, and those about truth.
//!
//! Nothing here knows a parameter, a variable or a loop.

use super::budget::{Budget, Unknown};
use super::evaluate::key;
use super::{ids, lists, numbers, text as texts};
use crate::words::echo;
use serde_json::{Map, Value};
use std::rc::Rc;

/// A function of plain values.
pub(super) type Function = fn(&[Rc<Value>], &Budget) -> Result<Value, Unknown>;

/// The function of a name in lower case.
pub(super) fn find(name: &str) -> Option<Function> {
    let own: Function = match name {
        "equals" => equals,
        "not" => |arguments, _| Ok((!flag(one(arguments, "not")?)?).into()),
        "bool" => |arguments, _| as_bool(one(arguments, "bool")?),
        "true" => |arguments, _| constant(arguments, "true", true.into()),
        "false" => |arguments, _| constant(arguments, "false", false.into()),
        "null" => |arguments, _| constant(arguments, "null", Value::Null),
        "tryget" => try_get,
        _ => return texts::find(name).or_else(|| lists::find(name)).or_else(|| numbers::find(name)),
    };
    Some(own)
}

/// The error for a function that cannot be worked out here.
pub(super) fn unsupported(name: &str) -> Unknown {
    Unknown::new(
        format!("`{}` cannot be worked out from the template alone", echo(name)),
        "write the value into the template or a parameter file, or import the exported template of the resource group",
    )
}

/// The error for a wrong number of arguments.
pub(super) fn miscounted(name: &str) -> Unknown {
    let help = "correct the expression; `az deployment group validate` checks a template";
    Unknown::new(format!("`{}` does not take these arguments", echo(name)), help)
}

fn unfit(wanted: &str, value: &Value) -> Unknown {
    if let Some(unknown) = Unknown::of(value) {
        return unknown;
    }
    let has = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Unknown::new(format!("{wanted} is needed where {has} is given"), "correct the expression or what it is made of")
}

/// A text, perhaps with a mark for a scope that is not known.
pub(super) fn text(value: &Value) -> Result<&str, Unknown> {
    value.as_str().ok_or_else(|| unfit("a text", value))
}

/// A text that is known to the letter.
pub(super) fn exact(value: &Value) -> Result<&str, Unknown> {
    ids::without_marks(text(value)?)
}

/// A whole number.
pub(super) fn number(value: &Value) -> Result<i64, Unknown> {
    value.as_i64().ok_or_else(|| unfit("a whole number", value))
}

/// True or false.
pub(super) fn flag(value: &Value) -> Result<bool, Unknown> {
    value.as_bool().ok_or_else(|| unfit("true or false", value))
}

/// A list.
pub(super) fn list(value: &Value) -> Result<&Vec<Value>, Unknown> {
    value.as_array().ok_or_else(|| unfit("a list", value))
}

/// An object.
pub(super) fn object(value: &Value) -> Result<&Map<String, Value>, Unknown> {
    match value.as_object() {
        Some(object) if Unknown::of(value).is_none() => Ok(object),
        _ => Err(unfit("an object", value)),
    }
}

/// The only argument.
pub(super) fn one<'a>(arguments: &'a [Rc<Value>], name: &str) -> Result<&'a Value, Unknown> {
    let [value] = arguments else { return Err(miscounted(name)) };
    Ok(value)
}

/// The only two arguments.
pub(super) fn two<'a>(arguments: &'a [Rc<Value>], name: &str) -> Result<(&'a Value, &'a Value), Unknown> {
    let [first, second] = arguments else { return Err(miscounted(name)) };
    Ok((first, second))
}

/// An error when any part of a value is not known.
pub(super) fn known(value: &Value, budget: &Budget) -> Result<(), Unknown> {
    budget.pay(1)?;
    if let Some(unknown) = Unknown::of(value) {
        return Err(unknown);
    }
    match value {
        Value::String(text) => {
            budget.pay(text.len())?;
            ids::without_marks(text).map(|_| ())
        }
        Value::Array(items) => items.iter().try_for_each(|item| known(item, budget)),
        Value::Object(entries) => entries.values().try_for_each(|entry| known(entry, budget)),
        _ => Ok(()),
    }
}

/// What `value.step` or `value[step]` is.
pub(super) fn access<'a>(value: &'a Value, step: &Value) -> Result<&'a Value, Unknown> {
    let found = reach(value, step)?;
    if let Some(unknown) = found.and_then(Unknown::of) {
        return Err(unknown);
    }
    found.ok_or_else(|| {
        let step = step.as_str().map_or_else(|| step.to_string(), str::to_owned);
        Unknown::new(
            format!("there is no `{}` in the value", echo(&step)),
            "correct the expression or what it is made of",
        )
    })
}

fn reach<'a>(value: &'a Value, step: &Value) -> Result<Option<&'a Value>, Unknown> {
    match step {
        Value::Number(_) => {
            let index = number(step)?;
            let items = list(value)?;
            Ok(usize::try_from(index).ok().and_then(|index| items.get(index)))
        }
        _ => {
            object(value)?;
            Ok(key(value, exact(step)?))
        }
    }
}

/// `tryGet(value, step…)`: null where nothing is.
fn try_get(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let Some((value, steps)) = arguments.split_first() else { return Err(miscounted("tryGet")) };
    let mut at: &Value = value;
    for step in steps {
        match at {
            Value::Null => return Ok(Value::Null),
            _ => at = reach(at, step)?.unwrap_or(&Value::Null),
        }
    }
    budget.pay_for(at)?;
    Unknown::of(at).map_or_else(|| Ok(at.clone()), Err)
}

fn equals(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (left, right) = two(arguments, "equals")?;
    known(left, budget)?;
    known(right, budget)?;
    Ok((left == right).into())
}

fn as_bool(value: &Value) -> Result<Value, Unknown> {
    match value {
        Value::Bool(flag) => Ok((*flag).into()),
        Value::Number(_) => Ok((number(value)? != 0).into()),
        _ => match exact(value)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true.into()),
            "false" | "0" => Ok(false.into()),
            _ => Err(unfit("`true` or `false`", value)),
        },
    }
}

fn constant(arguments: &[Rc<Value>], name: &str, value: Value) -> Result<Value, Unknown> {
    if arguments.is_empty() { Ok(value) } else { Err(miscounted(name)) }
}
