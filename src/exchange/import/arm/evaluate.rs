//! One template with the values of its parameters: its expressions to values.
//!
//! What it does to work out a name is here; what a function of plain values gives belongs to `functions`, resources to `template`.

use super::Scope;
use super::budget::{Budget, Unknown};
use super::expression::{Expression, Written, parse, written};
use super::{functions, ids, nested};
use crate::words::echo;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The most instances that Azure makes of a `copy`.
const INSTANCES: i64 = 800;

pub(super) type Outcome = Result<Rc<Value>, Unknown>;

/// The value of a key, whatever its case.
pub(super) fn key<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    entry(value.as_object()?, name).map(|(_, value)| value)
}

/// A key as it is written, and its value.
pub(super) fn entry<'a>(object: &'a Map<String, Value>, name: &str) -> Option<(&'a str, &'a Value)> {
    let exact = object.get_key_value(name);
    let found = exact.or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
    found.map(|(key, value)| (key.as_str(), value))
}

/// The loops around a value, each with its index.
#[derive(Debug, Clone, Default)]
pub(super) struct Loops {
    /// The loop that makes the resource or the output: what `copyIndex()` without a name means.
    whole: Option<i64>,
    named: Vec<(String, i64)>,
}

impl Loops {
    fn with(&self, name: &str, index: i64) -> Loops {
        let mut loops = self.clone();
        loops.named.push((name.to_owned(), index));
        loops
    }

    fn of_whole(&self, name: &str, index: i64) -> Loops {
        Loops { whole: Some(index), ..self.with(name, index) }
    }

    fn index(&self, name: Option<&str>) -> Result<i64, Unknown> {
        let index = match name {
            None => self.whole,
            Some(name) => {
                self.named.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, index)| *index)
            }
        };
        index.ok_or_else(|| Unknown::new("`copyIndex` names no loop around it", "name the `copy` that is meant"))
    }
}

/// A template with the values of its parameters.
pub(super) struct Template<'a> {
    /// As it is written.
    pub(super) document: &'a Value,
    /// What it is deployed to.
    pub(super) scope: Scope,
    /// Shared by all templates of a document.
    pub(super) budget: &'a Budget,
    given: Vec<(String, Value)>,
    /// What was worked out already, by `parameters name` and the like; `None` while at it.
    settled: RefCell<BTreeMap<String, Option<Outcome>>>,
}

impl<'a> Template<'a> {
    pub(super) fn new(
        document: &'a Value,
        given: Vec<(String, Value)>,
        scope: Scope,
        budget: &'a Budget,
    ) -> Template<'a> {
        Template { document, scope, budget, given, settled: RefCell::default() }
    }

    /// A value of the template with its expressions worked out; what cannot be is unknown in place.
    pub(super) fn value(&self, value: &Value, loops: &Loops) -> Value {
        self.budget.deeper(|| self.inside(value, loops)).unwrap_or_else(Unknown::into_value)
    }

    fn inside(&self, value: &Value, loops: &Loops) -> Result<Value, Unknown> {
        self.budget.pay_items(1)?;
        match value {
            Value::String(text) => {
                let value = self.text(text, loops)?;
                self.budget.pay_for(&value)?;
                Ok(Rc::unwrap_or_clone(value))
            }
            Value::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(self.value(item, loops));
                }
                Ok(Value::Array(list))
            }
            Value::Object(entries) => Ok(Value::Object(self.object(entries, loops))),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        }
    }

    fn object(&self, entries: &Map<String, Value>, loops: &Loops) -> Map<String, Value> {
        let mut object = Map::new();
        for (name, value) in entries {
            if name.eq_ignore_ascii_case("copy")
                && let Some(copies) = copies(value)
            {
                for (name, copy) in copies {
                    object.insert(name.to_owned(), self.copied(name, copy, loops));
                }
                continue;
            }
            object.insert(self.name(name, loops), self.value(value, loops));
        }
        object
    }

    /// A key; one that cannot be worked out stays as it is written.
    fn name(&self, name: &str, loops: &Loops) -> String {
        let text = self.text(name, loops);
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_else(|| name.to_owned())
    }

    /// The list that a `copy` of a property or a variable makes.
    fn copied(&self, name: &str, copy: &Value, loops: &Loops) -> Value {
        self.list_of(copy, loops, |index| loops.with(name, index))
    }

    /// The list that the `copy` of an output makes.
    pub(super) fn copied_output(&self, copy: &Value, loops: &Loops) -> Value {
        self.list_of(copy, loops, |index| loops.of_whole("", index))
    }

    fn list_of(&self, copy: &Value, loops: &Loops, within: impl Fn(i64) -> Loops) -> Value {
        let list = self.count(copy, loops).map(|count| {
            let input = key(copy, "input").unwrap_or(&Value::Null);
            (0..count).map(|index| self.value(input, &within(index))).collect()
        });
        list.unwrap_or_else(Unknown::into_value)
    }

    fn count(&self, copy: &Value, loops: &Loops) -> Result<i64, Unknown> {
        let written = key(copy, "count").ok_or_else(|| Unknown::new("the `copy` has no `count`", "write one"))?;
        let count = self.value(written, loops);
        let count = functions::number(&count)?;
        self.budget.pay_items(1)?;
        match count {
            0..=INSTANCES => Ok(count),
            _ => Err(Unknown::new(
                format!("a `copy` has the count {count}; Azure takes 0 to {INSTANCES}"),
                "correct the count or what it is made of",
            )),
        }
    }

    /// The loops of each instance of a resource: one, unless it has a `copy`.
    pub(super) fn instances(&self, resource: &Value, loops: &Loops) -> Result<Vec<Loops>, Unknown> {
        let Some(copy) = key(resource, "copy").filter(|copy| copy.is_object()) else {
            return Ok(vec![loops.clone()]);
        };
        let count = self.count(copy, loops)?;
        self.budget.pay_items(usize::try_from(count).unwrap_or_default())?;
        let name = key(copy, "name").and_then(Value::as_str).unwrap_or_default();
        Ok((0..count).map(|index| loops.of_whole(name, index)).collect())
    }

    /// A text of the template, worked out if it is an expression.
    pub(super) fn text(&self, text: &str, loops: &Loops) -> Outcome {
        self.budget.pay(text.len())?;
        match written(text) {
            Written::Literal(text) => Ok(Rc::new(text.into())),
            Written::Expression(inside) => {
                let outcome = parse(inside).and_then(|expression| self.expression(&expression, loops));
                outcome.map_err(|unknown| placed(unknown, text))
            }
        }
    }

    fn expression(&self, expression: &Expression, loops: &Loops) -> Outcome {
        self.budget.pay(1)?;
        match expression {
            Expression::Text(text) => Ok(Rc::new(text.as_str().into())),
            Expression::Number(number) => Ok(Rc::new((*number).into())),
            Expression::Call(name, arguments) => {
                self.budget.deeper(|| self.call(&name.to_ascii_lowercase(), name, arguments, loops))
            }
            Expression::Access(value, steps) => self.access(value, steps, loops),
        }
    }

    fn access(&self, value: &Expression, steps: &[Expression], loops: &Loops) -> Outcome {
        let value = self.budget.deeper(|| self.expression(value, loops))?;
        let mut at = &*value;
        for step in steps {
            let step = self.budget.deeper(|| self.expression(step, loops))?;
            at = functions::access(at, &step)?;
        }
        self.budget.pay_for(at)?;
        Ok(Rc::new(at.clone()))
    }

    /// Small on purpose, as are those it calls: calls within calls take the stack.
    fn call(&self, function: &str, name: &str, arguments: &[Expression], loops: &Loops) -> Outcome {
        match function {
            "if" => self.choose(name, arguments, loops),
            "and" => self.until(false, arguments, loops),
            "or" => self.until(true, arguments, loops),
            "coalesce" => self.coalesce(arguments, loops),
            "parameters" => self.parameter(functions::exact(&*self.only(name, arguments, loops)?)?),
            "variables" => self.variable(functions::exact(&*self.only(name, arguments, loops)?)?),
            "copyindex" => self.copy_index(name, arguments, loops),
            "reference" => self.reference(name, arguments, loops),
            "resourcegroup" if arguments.is_empty() => Ok(Rc::new(ids::resource_group(&self.scope))),
            "subscription" if arguments.is_empty() => Ok(Rc::new(ids::subscription(&self.scope))),
            _ => self.plain_call(function, name, arguments, loops),
        }
    }

    fn choose(&self, name: &str, arguments: &[Expression], loops: &Loops) -> Outcome {
        let [condition, yes, no] = arguments else { return Err(functions::miscounted(name)) };
        let chosen = if self.flag(condition, loops)? { yes } else { no };
        self.expression(chosen, loops)
    }

    /// `and` and `or`: go on until an argument decides.
    fn until(&self, decides: bool, arguments: &[Expression], loops: &Loops) -> Outcome {
        for argument in arguments {
            if self.flag(argument, loops)? == decides {
                return Ok(Rc::new(decides.into()));
            }
        }
        Ok(Rc::new((!decides).into()))
    }

    fn coalesce(&self, arguments: &[Expression], loops: &Loops) -> Outcome {
        for argument in arguments {
            let value = self.expression(argument, loops)?;
            if !value.is_null() {
                return Ok(value);
            }
        }
        Ok(Rc::new(Value::Null))
    }

    /// `copyIndex([loop], [offset])`
    fn copy_index(&self, function: &str, arguments: &[Expression], loops: &Loops) -> Outcome {
        let arguments = self.arguments(arguments, loops, false)?;
        let (name, offset) = match arguments.as_slice() {
            [] => (None, 0),
            [one] if one.is_number() => (None, functions::number(one)?),
            [name] => (Some(functions::exact(name)?), 0),
            [name, offset] => (Some(functions::exact(name)?), functions::number(offset)?),
            _ => return Err(functions::miscounted(function)),
        };
        Ok(Rc::new(loops.index(name)?.saturating_add(offset).into()))
    }

    /// `reference(resource, [version], ['full'])`
    fn reference(&self, name: &str, arguments: &[Expression], loops: &Loops) -> Outcome {
        let Some((resource, rest)) = arguments.split_first() else { return Err(functions::miscounted(name)) };
        let resource = self.expression(resource, loops)?;
        nested::outputs(self, functions::text(&resource)?, rest.len() > 1)
    }

    fn plain_call(&self, function: &str, name: &str, arguments: &[Expression], loops: &Loops) -> Outcome {
        if let Some(id) = ids::find(function) {
            let arguments = self.arguments(arguments, loops, false)?;
            return id(&arguments, &self.scope, self.budget).map(Rc::new);
        }
        let found = functions::find(function).ok_or_else(|| functions::unsupported(name))?;
        let keeps = matches!(function, "createarray" | "createobject");
        let arguments = self.arguments(arguments, loops, keeps)?;
        found(&arguments, self.budget).map(Rc::new)
    }

    /// The value of the only argument.
    fn only(&self, name: &str, arguments: &[Expression], loops: &Loops) -> Outcome {
        let [argument] = arguments else { return Err(functions::miscounted(name)) };
        self.expression(argument, loops)
    }

    /// The values of arguments; what cannot be worked out is an error, or `kept` in its place.
    fn arguments(&self, arguments: &[Expression], loops: &Loops, kept: bool) -> Result<Vec<Rc<Value>>, Unknown> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(match self.expression(argument, loops) {
                Err(unknown) if kept => Rc::new(unknown.into_value()),
                outcome => outcome?,
            });
        }
        Ok(values)
    }

    fn flag(&self, expression: &Expression, loops: &Loops) -> Result<bool, Unknown> {
        functions::flag(&*self.expression(expression, loops)?)
    }

    /// Whether a resource is deployed.
    pub(super) fn condition(&self, resource: &Value, loops: &Loops) -> Result<bool, Unknown> {
        match key(resource, "condition") {
            Some(condition) => functions::flag(&self.value(condition, loops)),
            None => Ok(true),
        }
    }

    fn parameter(&self, name: &str) -> Outcome {
        self.once(format!("parameters {}", name.to_lowercase()), || {
            if let Some((_, value)) = self.given.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)) {
                return Ok(value.clone());
            }
            let declared = key(self.document, "parameters").and_then(|parameters| key(parameters, name));
            let Some(declared) = declared else {
                let message = format!("the template has no parameter `{}`", echo(name));
                return Err(Unknown::new(message, "correct the name in the template"));
            };
            if let Some(default) = key(declared, "defaultValue") {
                return Ok(self.value(default, &Loops::default()));
            }
            if key(declared, "nullable") == Some(&Value::Bool(true)) {
                return Ok(Value::Null);
            }
            let message = format!("the parameter `{}` has no value", echo(name));
            Err(Unknown::new(message, "give a parameter file, or a `defaultValue` in the template"))
        })
    }

    fn variable(&self, name: &str) -> Outcome {
        self.once(format!("variables {}", name.to_lowercase()), || {
            let variables = key(self.document, "variables");
            let plain = variables.and_then(|variables| key(variables, name));
            if let Some(plain) = plain {
                return Ok(self.value(plain, &Loops::default()));
            }
            let mut copies =
                variables.and_then(|variables| key(variables, "copy")).and_then(copies).unwrap_or_default();
            copies.retain(|(copied, _)| copied.eq_ignore_ascii_case(name));
            match copies.first() {
                Some((name, copy)) => Ok(self.copied(name, copy, &Loops::default())),
                None => {
                    let message = format!("the template has no variable `{}`", echo(name));
                    Err(Unknown::new(message, "correct the name in the template"))
                }
            }
        })
    }

    /// Works something out the first time it is asked for.
    pub(super) fn once(&self, what: String, work: impl FnOnce() -> Result<Value, Unknown>) -> Outcome {
        if let Some(settled) = self.settled.borrow().get(&what) {
            return settled.clone().unwrap_or_else(|| {
                let message = format!("`{}` is made of itself", echo(&what));
                Err(Unknown::new(message, "break the circle in the template"))
            });
        }
        self.settled.borrow_mut().insert(what.clone(), None);
        let outcome = work().and_then(|value| {
            self.budget.pay_for(&value)?;
            Unknown::of(&value).map_or(Ok(Rc::new(value)), Err)
        });
        self.settled.borrow_mut().insert(what, Some(outcome.clone()));
        outcome
    }
}

/// The elements of a `copy` among properties or variables, with the name each makes; `None` when it is a property of that name.
fn copies(value: &Value) -> Option<Vec<(&str, &Value)>> {
    let one = |copy| {
        key(copy, "count")?;
        key(copy, "input")?;
        Some((key(copy, "name")?.as_str()?, copy))
    };
    value.as_array()?.iter().map(one).collect()
}

/// Names the expression that something went wrong in, once.
fn placed(unknown: Unknown, text: &str) -> Unknown {
    if unknown.placed {
        return unknown;
    }
    Unknown { message: format!("{}, in `{}`", unknown.message, echo(text)), placed: true, ..unknown }
}
