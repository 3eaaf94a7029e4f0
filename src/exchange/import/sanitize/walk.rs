//! From one document to the same document without what is nobody else's business: keys are kept by the table of `keys`, values
//! replaced by what they mean.

use super::Refusal;
use super::addresses::Standing;
use super::keys::{Role, letters, role};
use super::meaning::Meaning;
use super::names::{GROUP, ROUTE, SUBNET, word};
use super::texts::{self, Bad};
use crate::words::echo;
use serde_json::{Map, Number, Value};

/// What encloses a value.
#[derive(Debug, Clone)]
struct Around {
    /// The key that the object stands under, as letters.
    container: String,
    /// The kind of object: the last segment of its type, or what it stands under.
    kind: String,
    /// What its prefixes are.
    standing: Standing,
}

/// A walk through one document.
pub(super) struct Walk<'a> {
    meaning: &'a mut dyn Meaning,
    capture: usize,
    place: String,
    refusals: &'a mut Vec<Refusal>,
}

impl<'a> Walk<'a> {
    /// A walk through the document at `capture`.
    pub(super) fn new(capture: usize, meaning: &'a mut dyn Meaning, refusals: &'a mut Vec<Refusal>) -> Self {
        Walk { meaning, capture, place: String::new(), refusals }
    }

    /// The document as `meaning` would have it; what cannot be replaced is refused, and missing in it.
    pub(super) fn document(&mut self, document: &Value) -> Value {
        let top = Around { container: String::new(), kind: String::new(), standing: Standing::Used };
        let new = self.value(document, Role::Inside, &top).unwrap_or(Value::Null);
        let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        if is_empty(&new) && !is_empty(document) && self.refusals.is_empty() {
            let help = "sanitise what the collect script gathers: `rsctl import --collect-script`";
            self.refusals.push(Refusal::new(self.capture, ".", "this says nothing that rsctl reads", help));
        }
        new
    }

    fn value(&mut self, value: &Value, role: Role, around: &Around) -> Option<Value> {
        match value {
            Value::Null => Some(Value::Null),
            Value::Bool(_) => matches!(role, Role::Flag).then(|| value.clone()),
            Value::Number(number) => self.number(number, role),
            Value::String(text) => self.text(text, role, around).map(Value::String),
            Value::Array(items) => {
                let mut kept = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    kept.extend(self.at(&format!("[{index}]"), |walk| walk.value(item, role, around)));
                }
                Some(Value::Array(kept))
            }
            Value::Object(members) => Some(Value::Object(self.object(members, around))),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, around: &Around) -> Map<String, Value> {
        let kind = kind(members).unwrap_or_else(|| around.kind.clone());
        let standing = if is_azures(members) {
            Standing::Azures
        } else if word(&kind) == SUBNET {
            Standing::Subnet
        } else {
            Standing::Used
        };
        let mut kept = Map::new();
        for (key, value) in members {
            let letters = letters(key);
            let Some(role) = role(&letters, &around.container) else { continue };
            let inside = match letters.as_str() {
                "properties" => Around { container: around.container.clone(), kind: kind.clone(), standing },
                // Names stand in this object, whatever it is called; below it, things are of the kind that their list says.
                _ => Around {
                    kind: if matches!(role, Role::Inside) { letters.clone() } else { kind.clone() },
                    container: letters,
                    standing,
                },
            };
            if let Some(value) = self.at(&format!(".{key}"), |walk| walk.value(value, role, &inside)) {
                kept.insert(key.clone(), value);
            }
        }
        kept
    }

    fn at<T>(&mut self, step: &str, then: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.len();
        self.place.push_str(step);
        let result = then(self);
        self.place.truncate(length);
        result
    }

    fn number(&mut self, number: &Number, role: Role) -> Option<Value> {
        match role {
            Role::Number => Some(Value::Number(number.clone())),
            Role::Asn | Role::Path => {
                let new = texts::asn(&number.to_string(), self.meaning);
                self.heard(new).and_then(|text| text.parse::<u32>().ok()).map(Value::from)
            }
            _ => None,
        }
    }

    fn text(&mut self, text: &str, role: Role, around: &Around) -> Option<String> {
        let plain = |known: bool| match known || text.is_empty() {
            true => Ok(text.to_owned()),
            false => Err(format!("`{}` is no word that Azure is known to print here", echo(text))),
        };
        let new = match role {
            Role::Inside => return None,
            Role::Name => Ok(texts::name(text, word(&around.kind), self.meaning)),
            Role::SubnetName => Ok(texts::name(text, SUBNET, self.meaning)),
            Role::Group => Ok(texts::name(text, GROUP, self.meaning)),
            Role::Id => texts::id(text, self.meaning),
            Role::Address => texts::addresses(text, self.meaning),
            Role::Prefix => texts::prefixes(text, around.standing, false, self.meaning),
            Role::Destination => texts::prefixes(text, around.standing, word(&around.kind) == ROUTE, self.meaning),
            Role::Asn => texts::asn(text, self.meaning),
            Role::Path => texts::path(text, self.meaning),
            Role::Number => plain(text.bytes().all(|byte| byte.is_ascii_digit())),
            Role::Flag => {
                plain(["true", "false", "yes", "no", "*", ">"].iter().any(|word| word.eq_ignore_ascii_case(text)))
            }
            Role::Word(words) => plain(words.iter().any(|word| word.eq_ignore_ascii_case(text))),
            Role::Term(is_term) => plain(is_term(text)),
        };
        self.heard(new)
    }

    fn heard(&mut self, new: Result<String, Bad>) -> Option<String> {
        let place = if self.place.is_empty() { "." } else { &self.place };
        let help = "a value that is not understood cannot be made safe to share; correct it or remove the key";
        new.map_err(|message| self.refusals.push(Refusal::new(self.capture, place, message, help))).ok()
    }
}

/// The kind of an object, as its id or type tells; a row of effective routes carries the name of a user-defined route.
fn kind(members: &Map<String, Value>) -> Option<String> {
    let text =
        |wanted: &str| members.iter().find(|(key, _)| letters(key) == wanted).and_then(|(_, value)| value.as_str());
    let of_id = || {
        let segments: Vec<&str> = text("id")?.split('/').collect();
        let kind = segments.len().checked_sub(2).and_then(|at| segments.get(at))?;
        (segments.len() > 4).then(|| (*kind).to_owned())
    };
    let of_type = || text("type")?.rsplit_once('/').map(|(_, kind)| kind.to_owned());
    let of_row = || text("nexthoptype").map(|_| "routes".to_owned());
    of_id().or_else(of_type).or_else(of_row)
}

/// True for a row of effective routes that Azure prints everywhere: its own reserved ranges, the default route to the internet, and the
/// addresses of its services.
fn is_azures(members: &Map<String, Value>) -> bool {
    let is = |wanted: &str, values: &[&str]| {
        let value = members.iter().find(|(key, _)| letters(key) == wanted).and_then(|(_, value)| value.as_str());
        value.is_some_and(|value| values.contains(&letters(value).as_str()))
    };
    is("nexthoptype", &["virtualnetworkserviceendpoint"])
        || is("source", &["default"]) && is("nexthoptype", &["none", "internet"])
}
