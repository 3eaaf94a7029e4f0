//! Reads a plan or a state as a stream: of a resource that no routing follows from nothing is kept but its type, of the others the
//! attributes that [`ATTRIBUTES`] names. A state of some hundred megabytes so costs no more than what it says about networks.

use super::address::{self, Index, ModulePath, Token};
use super::attributes::ATTRIBUTES;
use super::configuration::Module;
use crate::exchange::import::resource::Origin;
use crate::source::FileId;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a document calls itself.
#[derive(Debug, Default)]
pub(super) enum Format {
    /// `terraform show -json`, and its version.
    Show(String),
    /// `terraform.tfstate`, and its version.
    State(u64),
    /// It tells no version.
    #[default]
    Neither,
}

impl Format {
    /// The key that tells it.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Format::State(_) => "version",
            Format::Show(_) | Format::Neither => "format_version",
        }
    }
}

/// A resource or data source, one instance of it.
#[derive(Debug)]
pub(super) struct Instance {
    /// As Terraform writes it.
    pub(super) address: String,
    /// The module it stands in.
    pub(super) module: ModulePath,
    /// Whether it is a data source.
    pub(super) data: bool,
    /// Its type: `azurerm_subnet`.
    pub(super) kind: String,
    /// The name of its block.
    pub(super) name: String,
    /// Which instance of the block.
    pub(super) index: Option<Index>,
    /// The attributes. `null` is known to be unset; what is missing is not known, or was never set.
    pub(super) values: Map<String, Value>,
    /// Where it is described.
    pub(super) origin: Origin,
}

/// A document that was read.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// What it calls itself.
    pub(super) format: Format,
    /// The resources as they are or will be.
    planned: Vec<Instance>,
    /// Those of the state that a plan starts from.
    prior: Vec<Instance>,
    /// Of a plan.
    pub(super) configuration: Option<Module>,
    /// The types left out, and how many instances of each.
    pub(super) skipped: BTreeMap<String, usize>,
    /// Whether it is a plan that failed.
    pub(super) errored: bool,
}

impl Document {
    /// Reads a document and keeps the types that are wanted.
    pub(super) fn read(file: FileId, text: &str, wanted: fn(&str) -> bool) -> Result<Document, serde_json::Error> {
        let mut sink = Sink { file, wanted, in_prior: false, document: Document::default() };
        let mut json = serde_json::Deserializer::from_str(text);
        Object { one: &mut Top, sink: &mut sink }.deserialize(&mut json)?;
        json.end()?;
        let mut document = sink.document;
        document.leave_out_the_past();
        Ok(document)
    }

    /// A plan reads data sources before it is made, so that they stand in the state it starts from; of what else stands there
    /// the plan tells what becomes.
    fn leave_out_the_past(&mut self) {
        let planned: BTreeSet<&str> = self.planned.iter().map(|instance| instance.address.as_str()).collect();
        let read = |instance: &Instance| instance.data && !planned.contains(instance.address.as_str());
        let (read, past): (Vec<Instance>, Vec<Instance>) = std::mem::take(&mut self.prior).into_iter().partition(read);
        self.planned.extend(read);
        self.prior = past;
    }

    /// What the estate will consist of, data sources included.
    pub(super) fn instances(&self) -> &[Instance] {
        &self.planned
    }

    /// Also what the plan changes or takes away, as it was.
    pub(super) fn with_the_past(&self) -> impl Iterator<Item = &Instance> {
        self.planned.iter().chain(&self.prior)
    }

    /// Every id that is known, also of what the plan takes away.
    pub(super) fn known_ids(&self) -> impl Iterator<Item = &str> {
        self.with_the_past().filter_map(|instance| instance.values.get("id")?.as_str())
    }
}

/// Where what is read goes.
struct Sink {
    file: FileId,
    wanted: fn(&str) -> bool,
    in_prior: bool,
    document: Document,
}

impl Sink {
    fn add(&mut self, instance: Instance) {
        if self.in_prior { self.document.prior.push(instance) } else { self.document.planned.push(instance) }
    }

    /// A resource that is left out. One of the state before a plan is not told of: the plan lists it again or takes it away.
    fn skip(&mut self, kind: String) {
        if !self.in_prior {
            *self.document.skipped.entry(kind).or_default() += 1;
        }
    }
}

/// An object that takes its fields one by one.
trait Fields {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error>;

    /// When all of them have come.
    fn end(self, _sink: &mut Sink)
    where
        Self: Sized,
    {
    }
}

/// Reads an object, or `null` as an empty one.
struct Object<'s, T> {
    one: &'s mut T,
    sink: &'s mut Sink,
}

impl<'de, T: Fields> DeserializeSeed<'de> for Object<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, T: Fields> Visitor<'de> for Object<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.one.field(&key, &mut map, self.sink)?;
        }
        Ok(())
    }
}

/// Reads a list of objects, or `null` as an empty one; each starts from what `start` makes of its number.
struct List<'s, F> {
    start: F,
    sink: &'s mut Sink,
}

impl<'de, T: Fields, F: FnMut(usize) -> T> DeserializeSeed<'de> for List<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, T: Fields, F: FnMut(usize) -> T> Visitor<'de> for List<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        for number in 0.. {
            let mut one = (self.start)(number);
            if list.next_element_seed(Object { one: &mut one, sink: self.sink })?.is_none() {
                break;
            }
            one.end(self.sink);
        }
        Ok(())
    }
}

struct Top;

impl Fields for Top {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        let top = Origin::top(sink.file);
        match key {
            "format_version" => sink.document.format = Format::Show(map.next_value()?),
            "version" => sink.document.format = Format::State(map.next_value()?),
            "errored" => sink.document.errored = map.next_value()?,
            "values" | "planned_values" => {
                map.next_value_seed(Object { one: &mut State { at: top.key(key) }, sink })?
            }
            "prior_state" => {
                sink.in_prior = true;
                map.next_value_seed(Object { one: &mut Prior { at: top.key(key) }, sink })?;
                sink.in_prior = false;
            }
            "configuration" => map.next_value_seed(Object { one: &mut Configuration, sink })?,
            "resources" => {
                let at = top.key(key);
                map.next_value_seed(List { start: |number| RawResource::new(at.item(number)), sink })?;
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

struct Prior {
    at: Origin,
}

impl Fields for Prior {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        match key {
            "values" => map.next_value_seed(Object { one: &mut State { at: self.at.key(key) }, sink }),
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

struct Configuration;

impl Fields for Configuration {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        match key {
            "root_module" => {
                let mut module: Module = map.next_value()?;
                module.keep(sink.wanted);
                sink.document.configuration = Some(module);
                Ok(())
            }
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

/// `values` of a state, or `planned_values`.
struct State {
    at: Origin,
}

impl Fields for State {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        match key {
            "root_module" => map.next_value_seed(Object { one: &mut Resources { at: self.at.key(key) }, sink }),
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

/// A module of a state. Its own address comes behind its resources, so that theirs tells where they stand.
struct Resources {
    at: Origin,
}

impl Fields for Resources {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        let at = self.at.key(key);
        match key {
            "resources" => map.next_value_seed(List { start: |number| ShownResource::new(at.item(number)), sink }),
            "child_modules" => map.next_value_seed(List { start: |number| Resources { at: at.item(number) }, sink }),
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

/// A resource as `terraform show -json` writes it.
struct ShownResource {
    at: Origin,
    address: String,
    mode: String,
    kind: Option<String>,
    name: String,
    index: Option<Index>,
    values: Map<String, Value>,
    deposed: bool,
}

impl ShownResource {
    fn new(at: Origin) -> ShownResource {
        let (address, mode, name) = Default::default();
        ShownResource { at, address, mode, kind: None, name, index: None, values: Map::new(), deposed: false }
    }
}

impl Fields for ShownResource {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        match key {
            "address" => self.address = map.next_value()?,
            "mode" => self.mode = map.next_value()?,
            "type" => self.kind = Some(map.next_value()?),
            "name" => self.name = map.next_value()?,
            "index" => self.index = Index::from_value(&map.next_value()?),
            "deposed_key" => self.deposed = map.next_value::<Value>()?.is_string(),
            "values" if self.kind.as_deref().is_none_or(sink.wanted) => self.values = map.next_value::<Kept>()?.0,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end(self, sink: &mut Sink) {
        let kind = self.kind.unwrap_or_default();
        if self.deposed {
            return;
        }
        if !(sink.wanted)(&kind) {
            return sink.skip(kind);
        }
        let tokens = address::tokens(&self.address).unwrap_or_default();
        let (module, _) = address::split_modules(&tokens);
        let (data, origin) = (self.mode == "data", self.at.key("values"));
        let (address, name, index, values) = (self.address, self.name, self.index, self.values);
        sink.add(Instance { address, module, data, kind, name, index, values, origin });
    }
}

/// A resource as `terraform.tfstate` writes it, with all its instances.
struct RawResource {
    at: Origin,
    module: String,
    mode: String,
    kind: Option<String>,
    name: String,
    instances: Vec<RawInstance>,
}

impl RawResource {
    fn new(at: Origin) -> RawResource {
        let (module, mode, name) = Default::default();
        RawResource { at, module, mode, kind: None, name, instances: Vec::new() }
    }

    /// As `terraform show` writes the address of an instance.
    fn address(&self, kind: &str, index: Option<&Index>) -> String {
        let module = if self.module.is_empty() { String::new() } else { format!("{}.", self.module) };
        let data = if self.mode == "data" { "data." } else { "" };
        let index = match index {
            Some(Index::Key(key)) => format!("[{}]", Value::String(key.clone())),
            Some(Index::Number(number)) => format!("[{number}]"),
            None => String::new(),
        };
        format!("{module}{data}{kind}.{}{index}", self.name)
    }
}

impl Fields for RawResource {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut Sink) -> Result<(), A::Error> {
        match key {
            "module" => self.module = map.next_value()?,
            "mode" => self.mode = map.next_value()?,
            "type" => self.kind = Some(map.next_value()?),
            "name" => self.name = map.next_value()?,
            "instances" => {
                let wanted = self.kind.as_deref().is_none_or(sink.wanted);
                self.instances = map.next_value_seed(RawInstances { wanted })?;
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end(mut self, sink: &mut Sink) {
        let kind = self.kind.take().unwrap_or_default();
        let tokens: Vec<Token> = address::tokens(&self.module).unwrap_or_default();
        let (module, _) = address::split_modules(&tokens);
        let at = self.at.key("instances");
        for (number, instance) in std::mem::take(&mut self.instances).into_iter().enumerate() {
            if instance.deposed.is_some() {
                continue;
            }
            if !(sink.wanted)(&kind) {
                sink.skip(kind.clone());
                continue;
            }
            let index = Index::from_value(&instance.index_key);
            sink.add(Instance {
                address: self.address(&kind, index.as_ref()),
                module: module.clone(),
                data: self.mode == "data",
                kind: kind.clone(),
                name: self.name.clone(),
                index,
                values: instance.attributes.0,
                origin: at.item(number).key("attributes"),
            });
        }
    }
}

/// An instance of a resource in `terraform.tfstate`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct RawInstance {
    index_key: Value,
    /// What was to be destroyed after its replacement had been made.
    deposed: Option<String>,
    attributes: Kept,
}

/// Reads the instances of a resource; those of a type that is not wanted without their attributes.
struct RawInstances {
    wanted: bool,
}

impl<'de> DeserializeSeed<'de> for RawInstances {
    type Value = Vec<RawInstance>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RawInstances {
    type Value = Vec<RawInstance>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of instances")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        if self.wanted {
            while let Some(instance) = list.next_element()? {
                found.push(instance);
            }
        } else {
            while list.next_element::<IgnoredAny>()?.is_some() {
                found.push(RawInstance::default());
            }
        }
        Ok(found)
    }
}

/// The attributes of an object that are of use; `null` has none.
#[derive(Debug, Default)]
pub(super) struct Kept(pub(super) Map<String, Value>);

impl<'de> serde::Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Kept, D::Error> {
        json.deserialize_any(KeptVisitor).map(Kept)
    }
}

struct KeptVisitor;

impl<'de> Visitor<'de> for KeptVisitor {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Map::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kept = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if ATTRIBUTES.contains(&key.as_str()) {
                kept.insert(key, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(kept)
    }
}
