//! Functions of lists and objects, and those that treat text as a list of letters.

use super::budget::{Budget, Unknown};
use super::evaluate::entry;
use super::functions::{Function, exact, known, list, miscounted, number, object, one, two};
use super::text::plain;
use serde_json::{Map, Value};
use std::rc::Rc;

/// The longest list that `range` makes in Azure.
const LONGEST_RANGE: i64 = 10_000;

/// The function of a name in lower case.
pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "createarray" => |arguments, budget| gather(arguments.iter().map(|value| &**value), budget),
        "array" => |arguments, budget| match one(arguments, "array")? {
            whole @ Value::Array(items) => {
                budget.pay_for(whole)?;
                Ok(Value::Array(items.clone()))
            }
            single => gather([single], budget),
        },
        "createobject" => create_object,
        "concat" => concat,
        "union" => union,
        "flatten" => |arguments, budget| {
            let lists = list(one(arguments, "flatten")?)?.iter().map(list).collect::<Result<Vec<_>, _>>()?;
            gather(lists.into_iter().flatten(), budget)
        },
        "length" => |arguments, _| length(one(arguments, "length")?).map(Value::from),
        "empty" => |arguments, _| match one(arguments, "empty")? {
            Value::Null => Ok(true.into()),
            value => Ok((length(value)? == 0).into()),
        },
        "contains" => contains,
        "first" => {
            |arguments, budget| end(one(arguments, "first")?, budget, |items| items.first(), |text| text.chars().next())
        }
        "last" => |arguments, budget| {
            end(one(arguments, "last")?, budget, |items| items.last(), |text| text.chars().next_back())
        },
        "take" => |arguments, budget| part(arguments, "take", budget, |length, count| (0, count.min(length))),
        "skip" => |arguments, budget| part(arguments, "skip", budget, |length, count| (count.min(length), length)),
        "range" => range,
        "items" => items,
        _ => return None,
    })
}

/// A list of copies, paid for.
fn gather<'a>(values: impl IntoIterator<Item = &'a Value>, budget: &Budget) -> Result<Value, Unknown> {
    let mut list = Vec::new();
    for value in values {
        budget.pay_for(value)?;
        list.push(value.clone());
    }
    shallow_enough(Value::Array(list), budget)
}

/// Keeps a value from growing deeper by one level a call.
fn shallow_enough(value: Value, budget: &Budget) -> Result<Value, Unknown> {
    budget.pay_for(&value)?;
    Ok(value)
}

fn create_object(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    if !arguments.len().is_multiple_of(2) {
        return Err(miscounted("createObject"));
    }
    let mut made = Map::new();
    for pair in arguments.chunks_exact(2) {
        budget.pay_for(&pair[1])?;
        made.insert(exact(&pair[0])?.to_owned(), (*pair[1]).clone());
    }
    shallow_enough(Value::Object(made), budget)
}

/// Texts to one text, lists to one list.
fn concat(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    if arguments.first().is_some_and(|first| first.is_array()) {
        let lists = arguments.iter().map(|value| list(value)).collect::<Result<Vec<_>, _>>()?;
        return gather(lists.into_iter().flatten(), budget);
    }
    let mut joined = String::new();
    for value in arguments {
        let part = plain(value)?;
        budget.pay(part.len())?;
        joined.push_str(&part);
    }
    Ok(joined.into())
}

fn union(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let Some((first, others)) = arguments.split_first() else { return Err(miscounted("union")) };
    if first.is_array() {
        let mut joined: Vec<Value> = Vec::new();
        for value in arguments {
            for item in list(value)? {
                // Each is held against all before it.
                budget.pay(joined.len())?;
                budget.pay_for(item)?;
                if !joined.contains(item) {
                    joined.push(item.clone());
                }
            }
        }
        return Ok(Value::Array(joined));
    }
    budget.pay_for(first)?;
    let mut merged = object(first)?.clone();
    for other in others {
        budget.pay_for(other)?;
        merge(&mut merged, object(other)?);
    }
    Ok(Value::Object(merged))
}

/// What stands in the second counts, objects within objects are merged in turn.
fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (name, value) in from {
        let name = entry(into, name).map_or_else(|| name.clone(), |(name, _)| name.to_owned());
        match (into.get_mut(&name), value) {
            (Some(old @ Value::Object(_)), Value::Object(new))
                if Unknown::of(old).is_none() && Unknown::of(value).is_none() =>
            {
                if let Value::Object(old) = old {
                    merge(old, new);
                }
            }
            (Some(old), _) => *old = value.clone(),
            (None, _) => {
                into.insert(name, value.clone());
            }
        }
    }
}

fn length(value: &Value) -> Result<usize, Unknown> {
    match value {
        Value::Array(items) => Ok(items.len()),
        Value::Object(_) => object(value).map(Map::len),
        _ => exact(value).map(|text| text.chars().count()),
    }
}

fn contains(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (container, wanted) = two(arguments, "contains")?;
    let found = match container {
        Value::Array(items) => {
            known(container, budget)?;
            known(wanted, budget)?;
            items.contains(wanted)
        }
        Value::Object(_) => entry(object(container)?, exact(wanted)?).is_some(),
        _ => exact(container)?.contains(exact(wanted)?),
    };
    Ok(found.into())
}

/// The first or the last: of a list, or of the letters of a text.
fn end(
    value: &Value,
    budget: &Budget,
    of_list: fn(&[Value]) -> Option<&Value>,
    of_text: fn(&str) -> Option<char>,
) -> Result<Value, Unknown> {
    let Value::Array(items) = value else {
        return Ok(of_text(exact(value)?).map(String::from).unwrap_or_default().into());
    };
    let Some(item) = of_list(items) else { return Ok(Value::Null) };
    budget.pay_for(item)?;
    Unknown::of(item).map_or_else(|| Ok(item.clone()), Err)
}

fn part(
    arguments: &[Rc<Value>],
    name: &str,
    budget: &Budget,
    bounds: fn(usize, usize) -> (usize, usize),
) -> Result<Value, Unknown> {
    let (value, count) = two(arguments, name)?;
    let count = usize::try_from(number(count)?.max(0)).unwrap_or(usize::MAX);
    if let Value::Array(items) = value {
        let (start, end) = bounds(items.len(), count);
        return gather(&items[start..end], budget);
    }
    let whole = exact(value)?;
    budget.pay(whole.len())?;
    let (start, end) = bounds(whole.chars().count(), count);
    Ok(whole.chars().skip(start).take(end - start).collect::<String>().into())
}

fn range(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (start, count) = two(arguments, "range")?;
    let (start, count) = (number(start)?, number(count)?);
    let wrong = || Unknown::new(format!("`range` takes a count of 0 to {LONGEST_RANGE}"), "correct its numbers");
    let end = start.checked_add(count).filter(|_| (0..=LONGEST_RANGE).contains(&count)).ok_or_else(wrong)?;
    budget.pay_items(usize::try_from(count).unwrap_or_default())?;
    Ok((start..end).map(Value::from).collect())
}

/// The entries of an object, sorted by key as Azure sorts them.
fn items(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let whole = one(arguments, "items")?;
    budget.pay_for(whole)?;
    let mut entries: Vec<(&String, &Value)> = object(whole)?.iter().collect();
    entries.sort_by_key(|(name, _)| name.to_lowercase());
    budget.pay_items(entries.len().saturating_mul(2))?;
    let entry = |(name, value): (&String, &Value)| {
        Value::Object(Map::from_iter([("key".to_owned(), name.as_str().into()), ("value".to_owned(), value.clone())]))
    };
    shallow_enough(entries.into_iter().map(entry).collect(), budget)
}
