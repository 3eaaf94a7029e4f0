//! Functions that make or take apart text.

use super::budget::{Budget, Unknown};
use super::functions::{Function, exact, flag, known, list, miscounted, number, one, text, two};
use serde_json::Value;
use std::rc::Rc;

/// The function of a name in lower case.
pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "format" => format_text,
        "string" => |arguments, budget| string(one(arguments, "string")?, budget),
        "tolower" => |arguments, budget| {
            let text = text(one(arguments, "toLower")?)?;
            budget.pay(text.len())?;
            Ok(text.to_lowercase().into())
        },
        "toupper" => |arguments, budget| {
            let text = exact(one(arguments, "toUpper")?)?;
            budget.pay(text.len())?;
            Ok(text.to_uppercase().into())
        },
        "trim" => |arguments, _| Ok(text(one(arguments, "trim")?)?.trim().into()),
        "startswith" => |arguments, _| {
            let (text, start) = two(arguments, "startsWith")?;
            Ok(exact(text)?.to_lowercase().starts_with(&exact(start)?.to_lowercase()).into())
        },
        "endswith" => |arguments, _| {
            let (text, end) = two(arguments, "endsWith")?;
            Ok(exact(text)?.to_lowercase().ends_with(&exact(end)?.to_lowercase()).into())
        },
        "replace" => replace,
        "split" => split,
        "join" => join,
        "substring" => substring,
        "padleft" => pad_left,
        "json" => |arguments, budget| {
            let text = exact(one(arguments, "json")?)?;
            budget.pay_items(text.len() / 2)?;
            serde_json::from_str(text)
                .map_err(|_| Unknown::new("the text given to `json` is no JSON", "correct the text in the template"))
        },
        _ => return None,
    })
}

/// A value as `concat`, `join` and `format` write it.
pub(super) fn plain(value: &Value) -> Result<String, Unknown> {
    match value {
        Value::Number(number) => Ok(number.to_string()),
        // As .NET writes it, which works these out in Azure.
        Value::Bool(flag) => Ok(if *flag { "True" } else { "False" }.to_owned()),
        _ => text(value).map(str::to_owned),
    }
}

fn string(value: &Value, budget: &Budget) -> Result<Value, Unknown> {
    if let Value::String(text) = value {
        budget.pay(text.len())?;
        return Ok(text.as_str().into());
    }
    if let Value::Bool(_) = value {
        return Ok(if flag(value)? { "True" } else { "False" }.into());
    }
    known(value, budget)?;
    budget.pay_for(value)?;
    Ok(value.to_string().into())
}

/// `format('{0}/{1}', …)`: numbers in braces, `{0:D2}` for digits, `{{` for a brace.
fn format_text(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let Some((pattern, values)) = arguments.split_first() else { return Err(miscounted("format")) };
    let wrong = || {
        Unknown::new(
            "`format` has a place that is not `{0}` or `{0:D2}`",
            "write the value into the template another way",
        )
    };
    let mut made = String::new();
    let mut rest = text(pattern)?;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        made.push_str(before);
        if let Some(behind) = ["{{", "}}"].iter().find_map(|double| brace.strip_prefix(double)) {
            made.push_str(&brace[..1]);
            rest = behind;
            continue;
        }
        let (place, behind) = brace.strip_prefix('{').and_then(|inside| inside.split_once('}')).ok_or_else(wrong)?;
        let (index, digits) = place.split_once(':').map_or((place, None), |(index, form)| (index, Some(form)));
        let value = index.trim().parse::<usize>().ok().and_then(|index| values.get(index)).ok_or_else(wrong)?;
        let value = match digits {
            None => plain(value)?,
            Some(form) => {
                let digits = form.strip_prefix(['D', 'd']).and_then(|digits| digits.parse::<u8>().ok());
                let width = usize::from(digits.ok_or_else(wrong)?);
                format!("{:0width$}", number(value)?)
            }
        };
        budget.pay(value.len() + 1)?;
        made.push_str(&value);
        rest = behind;
    }
    made.push_str(rest);
    budget.pay(made.len())?;
    Ok(made.into())
}

fn replace(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let [whole, old, new] = arguments else { return Err(miscounted("replace")) };
    let (whole, old, new) = (text(whole)?, exact(old)?, text(new)?);
    if old.is_empty() {
        return Err(miscounted("replace"));
    }
    budget.pay(whole.len() + whole.matches(old).count().saturating_mul(new.len()))?;
    Ok(whole.replace(old, new).into())
}

fn split(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (whole, separators) = two(arguments, "split")?;
    let whole = text(whole)?;
    let separators: Vec<&str> = match separators {
        Value::Array(items) => items.iter().map(exact).collect::<Result<_, _>>()?,
        one => vec![exact(one)?],
    };
    let mut parts = Vec::new();
    let mut rest = whole;
    loop {
        let next = separators
            .iter()
            .filter(|separator| !separator.is_empty())
            .filter_map(|separator| rest.find(separator).map(|at| (at, separator.len())))
            .min();
        budget.pay_items(1)?;
        budget.pay(if separators.len() > 1 { rest.len() } else { 0 })?;
        let Some((at, length)) = next else {
            parts.push(rest.into());
            return Ok(Value::Array(parts));
        };
        parts.push(rest[..at].into());
        rest = &rest[at + length..];
    }
}

fn join(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (items, between) = two(arguments, "join")?;
    let between = text(between)?;
    let mut joined = String::new();
    for (index, item) in list(items)?.iter().enumerate() {
        let item = plain(item)?;
        budget.pay(item.len() + between.len())?;
        if index > 0 {
            joined.push_str(between);
        }
        joined.push_str(&item);
    }
    Ok(joined.into())
}

fn substring(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (whole, start, length) = match arguments {
        [whole, start] => (whole, start, None),
        [whole, start, length] => (whole, start, Some(number(length)?)),
        _ => return Err(miscounted("substring")),
    };
    let letters: Vec<char> = {
        let whole = exact(whole)?;
        budget.pay(whole.len().saturating_mul(4))?;
        whole.chars().collect()
    };
    let outside = || Unknown::new("`substring` reaches behind the end of the text", "correct its start or length");
    let start = usize::try_from(number(start)?).map_err(|_| outside())?;
    let length = match length {
        Some(length) => usize::try_from(length).map_err(|_| outside())?,
        None => letters.len().saturating_sub(start),
    };
    let end = start.checked_add(length).ok_or_else(outside)?;
    letters.get(start..end).map(|part| part.iter().collect::<String>().into()).ok_or_else(outside)
}

fn pad_left(arguments: &[Rc<Value>], budget: &Budget) -> Result<Value, Unknown> {
    let (value, width, fill) = match arguments {
        [value, width] => (value, width, ' '),
        [value, width, fill] => (value, width, exact(fill)?.chars().next().ok_or_else(|| miscounted("padLeft"))?),
        _ => return Err(miscounted("padLeft")),
    };
    let value = if value.is_number() { plain(value)? } else { exact(value)?.to_owned() };
    let width = usize::try_from(number(width)?).map_err(|_| miscounted("padLeft"))?;
    let missing = width.saturating_sub(value.chars().count());
    budget.pay(missing.saturating_mul(4).saturating_add(value.len()))?;
    Ok(format!("{}{value}", fill.to_string().repeat(missing)).into())
}
