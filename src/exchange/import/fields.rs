//! Reads the fields of a resource: by Azure's names without regard to case, flat or under `properties`, each with its place.
//!
//! What a field means belongs to `read`.

use super::resource::{Mistake, Origin, Resource, ResourceId, why_unknown};
use crate::words::echo;
use ipnet::IpNet;
use serde_json::Value;
use std::net::IpAddr;
use std::str::FromStr;

/// An object of a document.
#[derive(Debug, Clone)]
pub(super) struct Fields<'v> {
    value: &'v Value,
    /// Where the object is.
    pub(super) origin: Origin,
}

/// The value of a field that is not `null`.
#[derive(Debug, Clone)]
pub(super) struct Field<'v> {
    value: &'v Value,
    /// Where the value is.
    pub(super) origin: Origin,
    name: String,
}

impl<'v> Fields<'v> {
    /// The fields of a resource.
    pub(super) fn of(resource: &'v Resource) -> Fields<'v> {
        Fields { value: &resource.body, origin: resource.origin.clone() }
    }

    /// A field by its name, under `properties` or beside it; `None` when it is absent or `null`.
    pub(super) fn get(&self, name: &str) -> Option<Field<'v>> {
        let find = |value: &'v Value| {
            let (key, value) = value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
            (!value.is_null()).then_some((key, value))
        };
        let properties = self.value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case("properties"));
        if let Some((outer, (key, value))) = properties.and_then(|(key, inner)| Some((key, find(inner)?))) {
            return Some(Field { value, origin: self.origin.key(outer).key(key), name: name.to_owned() });
        }
        let (key, value) = find(self.value)?;
        Some(Field { value, origin: self.origin.key(key), name: name.to_owned() })
    }

    /// The elements of a list; none when the field is absent.
    pub(super) fn list(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Vec<Field<'v>> {
        self.get(name).map(|field| field.list(mistakes)).unwrap_or_default()
    }

    /// The objects of a list.
    pub(super) fn objects(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Vec<Fields<'v>> {
        let items = self.list(name, mistakes);
        items.iter().filter_map(|item| item.object(mistakes)).collect()
    }

    /// The object of a field.
    pub(super) fn object(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<Fields<'v>> {
        self.get(name)?.object(mistakes)
    }

    /// A text.
    pub(super) fn text(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<&'v str> {
        self.get(name)?.text(mistakes)
    }

    /// A truth value.
    pub(super) fn flag(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<bool> {
        self.get(name)?.flag(mistakes)
    }

    /// A number; templates write some as texts.
    pub(super) fn number(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<u32> {
        self.get(name)?.parsed("a number up to 4294967295", mistakes)
    }

    /// An address; an empty text is none.
    pub(super) fn address(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<IpAddr> {
        self.get(name).filter(|field| !field.is_empty())?.parsed("an address", mistakes)
    }

    /// The id that an object such as `subnet: { id: … }` holds, or that the text is.
    pub(super) fn reference(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<ResourceId> {
        self.get(name)?.reference(mistakes)
    }

    /// Ranges: a list, or a single one under the second name.
    pub(super) fn ranges(&self, several: &str, one: &str, mistakes: &mut Vec<Mistake>) -> Vec<IpNet> {
        let items = self.list(several, mistakes);
        let items = if items.is_empty() { self.get(one).into_iter().collect() } else { items };
        items.iter().filter(|item| !item.is_empty()).filter_map(|item| item.range(mistakes)).collect()
    }
}

impl<'v> Field<'v> {
    /// Whether it is an empty text, as some tools write what is absent.
    pub(super) fn is_empty(&self) -> bool {
        self.value.as_str().is_some_and(str::is_empty)
    }

    fn wrong<T>(&self, expected: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
        let mistake = match why_unknown(self.value) {
            Some((message, help)) => self.mistake(format!("`{}`: {message}", self.name), help),
            None => {
                let found = match self.value {
                    Value::String(text) => format!("`{}`", echo(text)),
                    Value::Array(_) => "a list".to_owned(),
                    Value::Object(_) => "an object".to_owned(),
                    other => format!("`{other}`"),
                };
                let help = match self.value {
                    Value::String(text) if is_masked(text) => {
                        "the value was masked; write the real one, or share captures made with --sanitize instead"
                    }
                    _ => "save again what the tool prints",
                };
                self.mistake(format!("`{}` is {found}, not {expected}", self.name), help)
            }
        };
        mistakes.push(mistake);
        None
    }

    fn mistake(&self, message: String, help: &str) -> Mistake {
        Mistake::new(self.origin.clone(), message, help)
    }

    /// A text.
    pub(super) fn text(&self, mistakes: &mut Vec<Mistake>) -> Option<&'v str> {
        match self.value {
            Value::String(text) => Some(text),
            _ => self.wrong("a text", mistakes),
        }
    }

    fn flag(&self, mistakes: &mut Vec<Mistake>) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => self.wrong("true or false", mistakes),
        }
    }

    /// A text or a number, read.
    pub(super) fn parsed<T: FromStr>(&self, what: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
        let read = match self.value {
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            _ => None,
        };
        read.or_else(|| self.wrong(what, mistakes))
    }

    /// Addresses with commas between them.
    pub(super) fn addresses(&self, mistakes: &mut Vec<Mistake>) -> Vec<IpAddr> {
        let text = self.text(mistakes).unwrap_or_default();
        let words: Vec<&str> = text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        let read: Option<Vec<IpAddr>> = words.iter().map(|word| word.parse().ok()).collect();
        read.or_else(|| self.wrong("addresses with commas between them", mistakes)).unwrap_or_default()
    }

    /// A range. Bits behind the length are refused, as Azure refuses them.
    pub(super) fn range(&self, mistakes: &mut Vec<Mistake>) -> Option<IpNet> {
        let range: IpNet = self.parsed("a range such as 10.0.0.0/16", mistakes)?;
        if range == range.trunc() {
            Some(range)
        } else {
            self.wrong("a range: bits are set behind its length", mistakes)
        }
    }

    /// The elements.
    pub(super) fn list(&self, mistakes: &mut Vec<Mistake>) -> Vec<Field<'v>> {
        let Value::Array(items) = self.value else {
            return self.wrong("a list", mistakes).unwrap_or_default();
        };
        let item = |(index, value)| Field { value, origin: self.origin.item(index), name: self.name.clone() };
        items.iter().enumerate().filter(|(_, value)| !value.is_null()).map(item).collect()
    }

    /// The object.
    pub(super) fn object(&self, mistakes: &mut Vec<Mistake>) -> Option<Fields<'v>> {
        match self.value {
            Value::Object(_) if why_unknown(self.value).is_none() => {
                Some(Fields { value: self.value, origin: self.origin.clone() })
            }
            _ => self.wrong("an object", mistakes),
        }
    }

    /// The id.
    pub(super) fn reference(&self, mistakes: &mut Vec<Mistake>) -> Option<ResourceId> {
        if why_unknown(self.value).is_none() && self.value.is_object() {
            return self.object(mistakes)?.get("id")?.reference(mistakes);
        }
        let text = self.text(mistakes)?;
        ResourceId::parse(text).or_else(|| self.wrong("the id of a resource", mistakes))
    }
}

/// How people hide a value: `<PUBLIC_IP>`, `xxx.xxx.xxx.xxx`, `***`.
fn is_masked(text: &str) -> bool {
    text.contains(['<', '*']) || text.to_ascii_lowercase().contains("xx") || text.contains("REDACTED")
}
