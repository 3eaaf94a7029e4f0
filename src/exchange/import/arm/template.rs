//! The resources of a template, flat: copies made, children under their parents' names, nested deployments opened.
//!
//! How an expression is worked out does not belong here.

use super::super::resource::{Found, Mistake, Origin, Resource, ResourceId};
use super::Scope;
use super::budget::Unknown;
use super::evaluate::{Loops, Template, entry, key};
use super::functions::exact;
use super::ids::{NO_LOCATION, settle};
use super::nested::{self, DEPLOYMENT};
use crate::words::echo;
use serde_json::{Map, Value};

/// What a resource or a mistake costs besides its values.
const RECORD: usize = 512;

/// What stands beside the properties of a resource in a template only.
const DIRECTIVES: &[&str] = &["dependsOn", "copy", "condition", "resources", "comments", "existing", "type", "name"];

/// Where resources are read: in what template, within which loops, deployed to what.
struct Place<'p, 'a> {
    template: &'p Template<'a>,
    loops: &'p Loops,
    target: &'p Scope,
}

/// The type and the full name of the resource around another.
#[derive(Clone, Copy)]
struct Parent<'p> {
    kind: &'p str,
    name: &'p str,
}

struct Reading<'f> {
    found: &'f mut Found,
    /// Whether the document has cost too much to go on.
    stopped: bool,
}

/// Reads all resources of a template.
pub(super) fn read(template: &Template<'_>, top: &Origin, found: &mut Found) {
    let mut reading = Reading { found, stopped: false };
    let place = Place { template, loops: &Loops::default(), target: &template.scope };
    reading.document(&place, template.document, top);
}

impl Reading<'_> {
    fn document<'a>(&mut self, place: &Place<'_, 'a>, document: &'a Value, origin: &Origin) {
        let Some((written, resources)) = document.as_object().and_then(|document| entry(document, "resources")) else {
            let help = "a template is an object with `resources`";
            self.mistake(place, origin, Unknown::new("the template has no `resources`", help));
            return;
        };
        self.list(place, resources, None, &origin.key(written));
    }

    /// The resources of a template or of a resource: a list, or an object by symbolic names.
    fn list<'a>(&mut self, place: &Place<'_, 'a>, resources: &'a Value, parent: Option<Parent<'_>>, origin: &Origin) {
        match resources {
            Value::Array(items) => {
                for (index, resource) in items.iter().enumerate() {
                    self.resource(place, resource, parent, &origin.item(index));
                }
            }
            Value::Object(entries) => {
                for (symbol, resource) in entries {
                    self.resource(place, resource, parent, &origin.key(symbol));
                }
            }
            _ => {
                let help = "write a list of resources, or an object of them";
                self.mistake(place, origin, Unknown::new("`resources` is neither a list nor an object", help));
            }
        }
    }

    fn resource<'a>(
        &mut self,
        place: &Place<'_, 'a>,
        resource: &'a Value,
        parent: Option<Parent<'_>>,
        origin: &Origin,
    ) {
        if self.stopped || key(resource, "existing") == Some(&Value::Bool(true)) {
            return;
        }
        let Some(object) = resource.as_object() else {
            let help = "write an object with `type`, `apiVersion` and `name`";
            self.mistake(place, origin, Unknown::new("a resource is not an object", help));
            return;
        };
        let kind = match part(place, object, "type", place.loops) {
            Ok(kind) => full_kind(&kind, parent),
            Err(unknown) => {
                self.mistake(place, &below(origin, object, "type"), named("type", unknown));
                return;
            }
        };
        let instances = match place.template.instances(resource, place.loops) {
            Ok(instances) => instances,
            Err(unknown) => {
                let unknown = named("number of copies", unknown);
                self.failure(place, &kind, &below(origin, object, "copy"), unknown);
                return;
            }
        };
        for loops in &instances {
            let place = Place { loops, ..*place };
            if !self.instance(&place, resource, object, &kind, parent, origin) {
                return;
            }
        }
    }

    /// One copy of a resource; whether to go on with the next.
    fn instance<'a>(
        &mut self,
        place: &Place<'_, 'a>,
        resource: &'a Value,
        object: &'a Map<String, Value>,
        kind: &str,
        parent: Option<Parent<'_>>,
        origin: &Origin,
    ) -> bool {
        let children = entry(object, "resources");
        let deployed = match place.template.condition(resource, place.loops) {
            Ok(deployed) => deployed,
            Err(unknown) => {
                let unknown = named("condition", unknown);
                self.failure(place, kind, &below(origin, object, "condition"), unknown);
                return false;
            }
        };
        let is_deployment = kind.eq_ignore_ascii_case(DEPLOYMENT);
        // A condition does not cascade to child resources (Azure docs, "Conditional deployment in ARM templates").
        if !deployed && (is_deployment || children.is_none()) {
            return self.pay(place, origin);
        }
        if is_deployment {
            return self.deployment(place, resource, origin);
        }
        let name = part(place, object, "name", place.loops).and_then(|name| full_name(kind, &name, parent));
        let name = match name {
            Ok(name) => name,
            Err(unknown) => {
                let unknown = named("name", unknown);
                self.failure(place, kind, &below(origin, object, "name"), unknown);
                return false;
            }
        };
        let described = deployed.then(|| {
            let id = ResourceId::new(&place.target.subscription, &place.target.group, kind, &name);
            Resource { body: body(place, object, &id), id, origin: origin.clone() }
        });
        if !self.pay(place, origin) {
            return false;
        }
        self.found.resources.extend(described);
        if let Some((written, children)) = children {
            self.list(place, children, Some(Parent { kind, name: &name }), &origin.key(written));
        }
        true
    }

    fn deployment<'a>(&mut self, place: &Place<'_, 'a>, resource: &'a Value, origin: &Origin) -> bool {
        let nested = match nested::open(place.template, place.target, resource, place.loops) {
            Ok(nested) => nested,
            Err(unknown) => {
                self.mistake(place, origin, unknown);
                return false;
            }
        };
        if !self.pay(place, origin) {
            return false;
        }
        let inside = nested.way.iter().fold(origin.clone(), |origin, step| origin.key(step));
        match &nested.template {
            Some(template) => {
                let place = Place { template, loops: &Loops::default(), target: &nested.target };
                self.document(&place, nested.document, &inside);
            }
            None => self.document(&Place { target: &nested.target, ..*place }, nested.document, &inside),
        }
        !self.stopped
    }

    /// Pays for a record; false when nothing more may be read, which is said once.
    fn pay(&mut self, place: &Place<'_, '_>, origin: &Origin) -> bool {
        if let Err(unknown) = place.template.budget.pay(RECORD)
            && !self.stopped
        {
            self.stopped = true;
            let (message, help) = (unknown.message, unknown.help);
            self.found.mistakes.push(Mistake::new(origin.clone(), message, help));
        }
        !self.stopped
    }

    /// What could not be read of a resource: a mistake where routing may follow from it.
    fn failure(&mut self, place: &Place<'_, '_>, kind: &str, origin: &Origin, unknown: Unknown) {
        let namespace = kind.split_once('/').map_or(kind, |(namespace, _)| namespace);
        if namespace.eq_ignore_ascii_case("Microsoft.Network") || kind.eq_ignore_ascii_case(DEPLOYMENT) {
            self.mistake(place, origin, unknown);
        } else {
            self.found.skip(kind, 1);
        }
    }

    fn mistake(&mut self, place: &Place<'_, '_>, origin: &Origin, unknown: Unknown) {
        if self.pay(place, origin) {
            let (message, help) = (unknown.message, unknown.help);
            self.found.mistakes.push(Mistake::new(origin.clone(), message, help));
        }
    }
}

fn named(what: &str, unknown: Unknown) -> Unknown {
    Unknown { message: format!("the {what} of this resource cannot be worked out: {}", unknown.message), ..unknown }
}

/// The place of a key of a resource; the resource where the key is missing.
fn below(origin: &Origin, object: &Map<String, Value>, name: &str) -> Origin {
    entry(object, name).map_or_else(|| origin.clone(), |(written, _)| origin.key(written))
}

/// The type or the name, as text.
fn part(place: &Place<'_, '_>, object: &Map<String, Value>, name: &str, loops: &Loops) -> Result<String, Unknown> {
    let missing = || Unknown::new(format!("there is no `{name}`"), "every resource of a template has one");
    let (_, written) = entry(object, name).ok_or_else(missing)?;
    let value = place.template.value(written, loops);
    exact(&value).map(str::to_owned)
}

/// The type of a child within its parent may leave out that of the parent.
fn full_kind(kind: &str, parent: Option<Parent<'_>>) -> String {
    let absolute = kind.split_once('/').is_some_and(|(namespace, _)| namespace.contains('.'));
    match parent {
        Some(parent) if !absolute => format!("{}/{kind}", parent.kind),
        _ => kind.to_owned(),
    }
}

/// The name with those of the parents: one part for each part of the type.
fn full_name(kind: &str, name: &str, parent: Option<Parent<'_>>) -> Result<String, Unknown> {
    let needed = kind.split('/').count() - 1;
    let parts = |name: &str| name.split('/').count();
    let full = match parent {
        Some(parent) if parts(name) < needed => format!("{}/{name}", parent.name),
        _ => name.to_owned(),
    };
    if needed == 0 || parts(&full) != needed || full.split('/').any(str::is_empty) {
        let message = format!("`{}` has not one name for each part of `{}`", echo(&full), echo(kind));
        return Err(Unknown::new(message, "write the names of the parents before it: `hub/app` for a subnet"));
    }
    Ok(full)
}

/// The resource as REST shows it.
fn body(place: &Place<'_, '_>, object: &Map<String, Value>, id: &ResourceId) -> Value {
    let mut body = Map::new();
    body.insert("type".to_owned(), id.kind.as_str().into());
    body.insert("name".to_owned(), id.name().into());
    for (name, written) in object {
        if DIRECTIVES.iter().any(|directive| name.eq_ignore_ascii_case(directive)) {
            continue;
        }
        let mut value = place.template.value(written, place.loops);
        settle(&mut value);
        if !name.eq_ignore_ascii_case("location") || !says_no_location(&value) {
            body.insert(name.clone(), value);
        }
    }
    Value::Object(body)
}

/// Whether a value is unknown for no other reason than that nobody told the region of the resource group.
fn says_no_location(value: &Value) -> bool {
    Unknown::of(value).is_some_and(|unknown| unknown.message.starts_with(NO_LOCATION))
}
