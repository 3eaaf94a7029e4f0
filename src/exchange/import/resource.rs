//! The one shape that every imported format is turned into: Azure resources as Azure Resource Manager describes them.
//!
//! What an `az` document, a template or a Terraform file says becomes [`Resource`]s; what they mean together belongs to `estate`.

use crate::exchange::json::Step;
use crate::source::FileId;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// A resource id, taken apart. Azure compares ids without regard to case.
#[derive(Debug, Clone)]
pub(super) struct ResourceId {
    /// The subscription; empty where a document cannot tell, as a template cannot.
    pub(super) subscription: String,
    /// The resource group; empty where a document cannot tell.
    pub(super) group: String,
    /// The type with its namespace: `Microsoft.Network/virtualNetworks/subnets`.
    pub(super) kind: String,
    /// One name for each segment of the type behind the namespace: `["hub", "app"]`.
    pub(super) names: Vec<String>,
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ResourceId {}

/// What ids are compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(String);

impl Found {
    /// Counts a resource of a type that no routing follows from.
    pub(super) fn skip(&mut self, kind: impl Into<String>, count: usize) {
        *self.skipped.entry(kind.into()).or_default() += count;
    }
}

impl ResourceId {
    /// Takes `/subscriptions/S/resourceGroups/G/providers/N/T/NAME/…` apart; either of the first two may be missing. Of an extension
    /// resource (two `providers`) the last one counts. `None` when it is no id.
    pub(super) fn parse(text: &str) -> Option<ResourceId> {
        let segments: Vec<&str> = text.trim().trim_matches('/').split('/').collect();
        let provider = segments.iter().rposition(|segment| segment.eq_ignore_ascii_case("providers"))?;
        let behind = |word: &str| {
            let at = segments[..provider].iter().position(|segment| segment.eq_ignore_ascii_case(word))?;
            segments.get(at + 1).map(|name| (*name).to_owned())
        };
        let (namespace, rest) = segments[provider + 1..].split_first()?;
        if rest.is_empty() || rest.len() % 2 != 0 || rest.iter().any(|segment| segment.is_empty()) {
            return None;
        }
        let mut kind = (*namespace).to_owned();
        let mut names = Vec::new();
        for pair in rest.chunks_exact(2) {
            kind.push('/');
            kind.push_str(pair[0]);
            names.push(pair[1].to_owned());
        }
        let subscription = behind("subscriptions").unwrap_or_default();
        Some(ResourceId { subscription, group: behind("resourceGroups").unwrap_or_default(), kind, names })
    }

    /// The id of a resource from its type and its name, `hub/app` for a child.
    pub(super) fn new(subscription: &str, group: &str, kind: &str, name: &str) -> ResourceId {
        let names = name.split('/').map(str::to_owned).collect();
        ResourceId { subscription: subscription.into(), group: group.into(), kind: kind.into(), names }
    }

    /// A resource below this one.
    pub(super) fn child(&self, kind: &str, name: &str) -> ResourceId {
        let mut child = self.clone();
        child.kind = format!("{}/{kind}", self.kind);
        child.names.push(name.to_owned());
        child
    }

    /// The resource that this one stands below; `None` at the top.
    pub(super) fn parent(&self) -> Option<ResourceId> {
        let mut parent = self.clone();
        parent.names.pop();
        let (kind, _) = self.kind.rsplit_once('/')?;
        parent.kind = kind.to_owned();
        (!parent.names.is_empty()).then_some(parent)
    }

    /// The last name.
    pub(super) fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// Whether it is of a type, without regard to case.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// What it is compared by.
    pub(super) fn key(&self) -> Key {
        Key(self.to_string().to_lowercase())
    }
}

impl Key {
    /// The name, in lower case.
    pub(super) fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

/// The id, in lower case.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds = self.kind.split('/');
        let namespace = kinds.next().unwrap_or_default();
        write!(f, "/subscriptions/{}/resourceGroups/{}/providers/{namespace}", self.subscription, self.group)?;
        kinds.zip(&self.names).try_for_each(|(kind, name)| write!(f, "/{kind}/{name}"))
    }
}

/// A place in a document that was read: the file and the way to the value. It is turned into bytes only when something is said of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// The file.
    pub(super) file: FileId,
    /// The way from the top of the document.
    pub(super) path: Vec<Step>,
}

impl Origin {
    /// The top of a document.
    pub(super) fn top(file: FileId) -> Origin {
        Origin { file, path: Vec::new() }
    }

    /// The value of a key below this place.
    pub(super) fn key(&self, key: &str) -> Origin {
        self.step(Step::Key(key.to_owned()))
    }

    /// An element of the list at this place.
    pub(super) fn item(&self, index: usize) -> Origin {
        self.step(Step::Item(index))
    }

    fn step(&self, step: Step) -> Origin {
        let mut path = self.path.clone();
        path.push(step);
        Origin { file: self.file, path }
    }
}

/// The way as jq writes it: `.value[3].properties.addressPrefix`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(".");
        }
        self.path.iter().try_for_each(|step| match step {
            Step::Key(key) if key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') => {
                write!(f, ".{key}")
            }
            Step::Key(key) => write!(f, "[\"{key}\"]"),
            Step::Item(index) => write!(f, "[{index}]"),
        })
    }
}

/// An Azure resource as one document describes it. Several documents may describe one resource, each a part of it.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// Which.
    pub(super) id: ResourceId,
    /// An object: either as REST and templates write it, with all but the name and location under `properties`, or flat as `az` prints
    /// it. A value that could not be worked out is [`unknown`].
    pub(super) body: Value,
    /// Where it is described.
    pub(super) origin: Origin,
}

/// What a reader found in one document.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The resources, in the order of the document.
    pub(super) resources: Vec<Resource>,
    /// What could not be read.
    pub(super) mistakes: Vec<Mistake>,
    /// What was left out on purpose: types that no routing follows from, and how many there were of each.
    pub(super) skipped: BTreeMap<String, usize>,
}

/// Something that cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mistake {
    /// Where.
    pub(super) origin: Origin,
    /// What is wrong: lower case, no full stop.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
    /// Where the other half of a contradiction stands.
    pub(super) other: Option<Origin>,
}

impl Mistake {
    pub(super) fn new(origin: Origin, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake { origin, message: message.into(), help: help.into(), other: None }
    }
}

/// The key that marks a value which could not be worked out.
const UNKNOWN: &str = "\u{0}unknown";

/// Stands where a value could not be worked out. It is a mistake only when somebody needs that value.
pub(super) fn unknown(message: impl Into<String>, help: impl Into<String>) -> Value {
    let reason = Value::Array(vec![Value::String(message.into()), Value::String(help.into())]);
    Value::Object(Map::from_iter([(UNKNOWN.to_owned(), reason)]))
}

/// Why a value could not be worked out, and what to do; `None` when it is known.
pub(super) fn why_unknown(value: &Value) -> Option<(&str, &str)> {
    let reason = value.as_object()?.get(UNKNOWN)?.as_array()?;
    Some((reason.first()?.as_str()?, reason.get(1)?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_apart_and_written_again() {
        let text = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub/subnets/app";
        let id = ResourceId::parse(text).unwrap();
        assert_eq!((id.subscription.as_str(), id.group.as_str()), ("s", "g"));
        assert_eq!((id.kind.as_str(), id.name()), ("Microsoft.Network/virtualNetworks/subnets", "app"));
        assert_eq!(id.to_string(), text);
        assert_eq!(id.parent().unwrap().name(), "hub");
        assert!(id.parent().unwrap().parent().is_none());
        assert_eq!(id.parent().unwrap().child("subnets", "APP").key(), id.key());
    }

    #[test]
    fn ids_are_compared_without_case() {
        let upper = "/SUBSCRIPTIONS/S/resourcegroups/RG-HUB/providers/microsoft.network/VirtualNetworks/Hub";
        let lower = "/subscriptions/s/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub";
        assert_eq!(ResourceId::parse(upper).unwrap().key(), ResourceId::parse(lower).unwrap().key());
        assert!(ResourceId::parse(upper).unwrap().is("Microsoft.Network/virtualNetworks"));
    }

    #[test]
    fn what_a_template_cannot_know_stays_empty() {
        let id = ResourceId::new("", "", "Microsoft.Network/virtualNetworks/subnets", "hub/app");
        assert_eq!(ResourceId::parse(&id.to_string()).unwrap().key(), id.key());
        assert_eq!(ResourceId::parse(&id.to_string()).unwrap().group, "");
    }

    #[test]
    fn what_is_no_id_is_not_taken_for_one() {
        for text in ["", "hub", "/subscriptions/s/resourceGroups/g", "/providers/Microsoft.Network/virtualNetworks"] {
            assert!(ResourceId::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_place_reads_as_jq_writes_it() {
        let place = Origin::top(FileId(0)).key("value").item(3).key("addressPrefix").key("a b");
        assert_eq!(place.to_string(), ".value[3].addressPrefix[\"a b\"]");
        assert_eq!(Origin::top(FileId(0)).to_string(), ".");
    }

    #[test]
    fn an_unknown_value_tells_why() {
        assert_eq!(why_unknown(&unknown("no", "do")), Some(("no", "do")));
        assert_eq!(why_unknown(&Value::Null), None);
    }
}
