//! What a plan does not know yet: the ids of what it will make. The configuration tells what an attribute refers to, and the id of that
//! follows from its names. Where more than one answer is possible there is none. What an attribute means does not enter here.

use super::address::{self, Index, ModulePath, Token};
use super::configuration::{Block, Module};
use super::document::{Document, Instance};
use super::kinds::{self, Place, arm};
use crate::exchange::import::resource::{Key, ResourceId};
use serde_json::Value;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How deep references are followed, and how many for one attribute: a configuration made by hand could go round in circles.
const DEEPEST: u32 = 32;
const MOST_STEPS: u32 = 4_000;

/// How many instances a reference without an index may mean: more are as uncertain as so many.
const MOST_INSTANCES: usize = 64;

/// Where a reference ends.
pub(super) enum End<'d> {
    /// At a value that the configuration spells out.
    Value(&'d Value),
    /// At a resource, with the way from there to the attribute; an empty way where Terraform does not tell it.
    Resource(&'d Instance, Vec<Token>),
}

/// What an attribute must hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Want {
    /// The id of a resource of that type.
    Id(&'static str),
    /// The name of a resource of that type.
    Name(&'static str),
    /// The name of a resource group.
    Group,
    /// An IP address.
    Address,
}

/// A block or a module call whose expressions are looked at.
struct Scope<'d> {
    module: ModulePath,
    for_each: Option<&'d Value>,
    own: Option<Index>,
    /// The number of the block, where the keys of its instances have a say which of another one are meant.
    number: Option<usize>,
    depth: u32,
}

/// Which blocks there are: module, whether data, type, name.
type BlockKey<'d> = (&'d ModulePath, bool, &'d str, &'d str);

/// The instances of one block.
#[derive(Default)]
struct Instances<'d> {
    all: Vec<&'d Instance>,
    by_index: BTreeMap<&'d Index, &'d Instance>,
}

/// Answers what references of a document mean.
pub(super) struct Resolver<'d> {
    document: &'d Document,
    /// The number of each block in `instances`.
    blocks: BTreeMap<BlockKey<'d>, usize>,
    instances: Vec<Instances<'d>>,
    /// Of two blocks, whether the second has all the keys of the first.
    covered: RefCell<BTreeMap<(usize, usize), bool>>,
    /// The one subscription that the ids of the document name; empty if they name none or several.
    subscription: String,
    steps: Cell<u32>,
    subnets: OnceCell<Vec<ResourceId>>,
    hubs: OnceCell<Vec<ResourceId>>,
    described: OnceCell<BTreeSet<(&'static str, Key)>>,
}

impl<'d> Resolver<'d> {
    pub(super) fn new(document: &'d Document) -> Resolver<'d> {
        let mut blocks: BTreeMap<BlockKey<'d>, usize> = BTreeMap::new();
        let mut instances: Vec<Instances<'d>> = Vec::new();
        for instance in document.instances() {
            let key = (&instance.module, instance.data, instance.kind.as_str(), instance.name.as_str());
            let number = *blocks.entry(key).or_insert(instances.len());
            if number == instances.len() {
                instances.push(Instances::default());
            }
            instances[number].all.push(instance);
            if let Some(index) = &instance.index {
                instances[number].by_index.insert(index, instance);
            }
        }
        let ids = document.known_ids().filter_map(ResourceId::parse).map(|id| id.subscription);
        let subscriptions: BTreeSet<String> = ids.filter(|subscription| !subscription.is_empty()).collect();
        let subscription = match subscriptions.first() {
            Some(only) if subscriptions.len() == 1 => only.clone(),
            _ => String::new(),
        };
        let (covered, steps, subnets, hubs, described) = Default::default();
        Resolver { document, blocks, instances, covered, subscription, steps, subnets, hubs, described }
    }

    /// Whether it is a plan, in which values may be missing because nobody knows them yet.
    pub(super) fn is_plan(&self) -> bool {
        self.document.configuration.is_some()
    }

    /// The block that an instance was made from.
    pub(super) fn block(&self, instance: &Instance) -> Option<&'d Block> {
        self.module(&instance.module)?.block(instance.data, &instance.kind, &instance.name)
    }

    fn module(&self, path: &ModulePath) -> Option<&'d Module> {
        self.document.configuration.as_ref()?.at(path)
    }

    /// The id of a resource: the known one, or the one that its names make.
    pub(super) fn id(&self, instance: &Instance) -> Option<ResourceId> {
        self.steps.set(0);
        self.id_of(instance, 0)
    }

    /// What an expression of a resource may stand for, without doubles.
    pub(super) fn candidates(&self, instance: &Instance, expression: &Value, want: Want) -> Vec<String> {
        self.steps.set(0);
        self.answers(instance, expression, want, 0)
    }

    /// Where the references of an expression end.
    #[cfg(test)]
    pub(super) fn ends_of(&self, instance: &Instance, expression: &'d Value) -> Vec<End<'d>> {
        self.steps.set(0);
        self.ends(&self.scope(instance, 0), expression, &[], false).unwrap_or_default()
    }

    /// Whether a resource of that Terraform type is about that id, now or before the plan.
    pub(super) fn is_described(&self, kind: &'static str, id: &ResourceId) -> bool {
        let all = self.described.get_or_init(|| {
            let managed = self.document.with_the_past().filter(|instance| !instance.data);
            managed.filter_map(|one| Some((kinds::kind(&one.kind)?.terraform, self.id(one)?.key()))).collect()
        });
        all.contains(&(kind, id.key()))
    }

    /// The ids of the subnets with a name that Azure reserves for one purpose. What is not known yet must be one of them.
    pub(super) fn new_subnets(&self, name: &str) -> Vec<&ResourceId> {
        let all = self.subnets.get_or_init(|| {
            let instances = self.document.instances().iter();
            instances.filter(|one| is_new(one)).flat_map(|one| self.subnets_in(one)).collect()
        });
        all.iter().filter(|id| id.name().eq_ignore_ascii_case(name)).collect()
    }

    fn subnets_in(&self, instance: &Instance) -> Vec<ResourceId> {
        let inline = instance.values.get("subnet").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        match instance.kind.as_str() {
            "azurerm_subnet" => self.id(instance).into_iter().collect(),
            "azurerm_virtual_network" => {
                let names = inline.iter().filter_map(|subnet| subnet.get("name")?.as_str());
                names.filter_map(|name| Some(self.id(instance)?.child("subnets", name))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The ids of the route servers that the plan will make.
    fn new_route_servers(&self) -> &[ResourceId] {
        self.hubs.get_or_init(|| {
            let new = self.document.instances().iter().filter(|one| is_new(one) && self.is_route_server(one));
            new.filter_map(|instance| self.id_of(instance, 0)).collect()
        })
    }

    /// Whether it is a route server; a hub of a Virtual WAN is none.
    fn is_route_server(&self, instance: &Instance) -> bool {
        match instance.kind.as_str() {
            "azurerm_route_server" => true,
            "azurerm_virtual_hub" => !self.is_wan_hub(instance),
            _ => false,
        }
    }

    /// Whether a hub belongs to a Virtual WAN.
    pub(super) fn is_wan_hub(&self, instance: &Instance) -> bool {
        ["virtual_wan_id", "address_prefix"].iter().any(|name| self.is_set(instance, name))
    }

    /// Whether an attribute has a value or will have one.
    pub(super) fn is_set(&self, instance: &Instance, name: &str) -> bool {
        match instance.values.get(name) {
            Some(value) => !value.is_null(),
            None => self.block(instance).is_some_and(|block| block.expressions().contains_key(name)),
        }
    }

    fn id_of(&self, instance: &Instance, depth: u32) -> Option<ResourceId> {
        if depth > DEEPEST {
            return None;
        }
        let known = instance.values.get("id").and_then(Value::as_str).and_then(ResourceId::parse);
        if kinds::AZAPI.contains(&instance.kind.as_str()) {
            return known.or_else(|| self.azapi_id(instance, depth));
        }
        let kind = kinds::kind(&instance.kind)?;
        if let Some(id) = known.filter(|id| id.is(kind.arm)) {
            return Some(id);
        }
        let name = instance.values.get(kind.name).and_then(text).map_or_else(|| stand_in(instance), str::to_owned);
        match kind.place {
            Place::Group => Some(ResourceId::new(&self.subscription, &self.group(instance, depth), kind.arm, &name)),
            Place::Below(parent, attribute) => {
                let above = self.attribute(instance, attribute, Want::Name(parent), depth)?;
                let group = self.group(instance, depth);
                let mut id = ResourceId::new(&self.subscription, &group, kind.arm, "");
                id.names = vec![above, name];
                Some(id)
            }
            Place::Under(parent, attribute) => {
                let above = self.parent(instance, parent, attribute, depth)?;
                Some(above.child(kind.arm.rsplit_once('/')?.1, &name))
            }
            Place::PartOf(whole, attribute) => self.parent(instance, whole, attribute, depth),
        }
    }

    fn parent(&self, instance: &Instance, kind: &'static str, attribute: &str, depth: u32) -> Option<ResourceId> {
        let known = self.attribute(instance, attribute, Want::Id(kind), depth);
        let parsed = known.and_then(|id| ResourceId::parse(&id));
        if parsed.is_none() && kind == arm::HUB && !instance.values.contains_key(attribute) {
            return one(self.new_route_servers()).cloned();
        }
        parsed
    }

    /// Of a resource of any type: `type`, `parent_id` and `name` say which.
    fn azapi_id(&self, instance: &Instance, depth: u32) -> Option<ResourceId> {
        let attribute = |name: &str| instance.values.get(name).and_then(text);
        if let Some(id) = attribute("resource_id").and_then(ResourceId::parse) {
            return Some(id);
        }
        let kind = attribute("type")?.split('@').next()?;
        let (above, own) = kind.rsplit_once('/')?;
        let name = attribute("name").map_or_else(|| stand_in(instance), str::to_owned);
        if above.contains('/') {
            let ends = self.parents(instance, above, depth);
            return Some(ends?.child(own, &name));
        }
        let group = match attribute("parent_id") {
            Some(id) => ResourceId::parse(&format!("{id}/providers/{kind}/{name}"))?,
            None => {
                let expression = self.block(instance)?.expressions().get("parent_id")?;
                let group = one(&self.answers(instance, expression, Want::Group, depth + 1))?.clone();
                ResourceId::new(&self.subscription, &group, kind, &name)
            }
        };
        Some(group)
    }

    /// The resource that one of any type stands below.
    fn parents(&self, instance: &Instance, kind: &str, depth: u32) -> Option<ResourceId> {
        if let Some(id) = instance.values.get("parent_id").and_then(text) {
            return ResourceId::parse(id).filter(|id| id.is(kind));
        }
        let expression = self.block(instance)?.expressions().get("parent_id")?;
        let ends = self.ends(&self.scope(instance, depth + 1), expression, &[], false)?;
        let ids = ends.iter().filter_map(|end| match end {
            End::Resource(instance, way) if names_id(way) => self.id_of(instance, depth + 1).filter(|id| id.is(kind)),
            _ => None,
        });
        let unique: BTreeMap<Key, ResourceId> = ids.map(|id| (id.key(), id)).collect();
        if unique.len() == 1 { unique.into_values().next() } else { None }
    }

    fn group(&self, instance: &Instance, depth: u32) -> String {
        self.attribute(instance, "resource_group_name", Want::Group, depth).unwrap_or_default()
    }

    /// An attribute of a resource: the known value or the only one that it can get.
    fn attribute(&self, instance: &Instance, name: &str, want: Want, depth: u32) -> Option<String> {
        match instance.values.get(name) {
            Some(value) => text(value).map(str::to_owned),
            None => {
                let expression = self.block(instance)?.expressions().get(name)?;
                one(&self.answers(instance, expression, want, depth + 1)).cloned()
            }
        }
    }

    /// What an expression may stand for. Of several ids that differ only in case the first stays.
    fn answers(&self, instance: &Instance, expression: &Value, want: Want, depth: u32) -> Vec<String> {
        let ends = self.ends(&self.scope(instance, depth), expression, &[], false).unwrap_or_default();
        let mut known = BTreeSet::new();
        let texts = ends.iter().flat_map(|end| self.texts(end, want, depth));
        texts.filter(|text| known.insert(text.to_lowercase())).collect()
    }

    /// What is wanted, of the end of a reference.
    fn texts(&self, end: &End<'d>, want: Want, depth: u32) -> Vec<String> {
        let (instance, way) = match end {
            End::Value(value) => {
                return text(value).filter(|text| fits(text, want)).map(str::to_owned).into_iter().collect();
            }
            End::Resource(instance, way) => (*instance, way.as_slice()),
        };
        let own = match want {
            Want::Id(kind) if names_id(way) => {
                self.id_of(instance, depth + 1).filter(|id| id.is(kind)).map(|id| id.to_string())
            }
            Want::Name(kind) if names_name(way) => {
                self.id_of(instance, depth + 1).filter(|id| id.is(kind)).map(|id| id.name().to_owned())
            }
            Want::Group if instance.kind == kinds::RESOURCE_GROUP && (names_id(way) || names_name(way)) => {
                let name = instance.values.get("name").and_then(text).map(str::to_owned);
                name.or_else(|| Some(stand_in(instance)))
            }
            _ => None,
        };
        match (own, way) {
            (Some(text), _) => vec![text],
            (None, [Token::Name(attribute), rest @ ..]) => self.follow(instance, attribute, rest, want, depth + 1),
            (None, _) => Vec::new(),
        }
    }

    /// An attribute of a resource that another one refers to.
    fn follow(&self, instance: &'d Instance, attribute: &str, rest: &[Token], want: Want, depth: u32) -> Vec<String> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let found = walk(instance.values.get(attribute), rest).and_then(text).filter(|text| fits(text, want));
        if let Some(text) = found {
            return vec![text.to_owned()];
        }
        // The address that a machine gets is known before its copy at the top, where it was given.
        let inner = ["ip_configuration", "frontend_ip_configuration"].into_iter().find_map(|block| {
            let first = instance.values.get(block)?.get(0)?;
            first.get(attribute).and_then(text).filter(|text| fits(text, want))
        });
        if let (Want::Address, Some(text)) = (want, inner) {
            return vec![text.to_owned()];
        }
        let expressions = self.block(instance).map(Block::expressions);
        match walk(expressions.and_then(|all| all.get(attribute)), rest) {
            Some(expression) => self.answers(instance, expression, want, depth),
            None => Vec::new(),
        }
    }

    fn scope(&self, instance: &Instance, depth: u32) -> Scope<'d> {
        Scope {
            module: instance.module.clone(),
            for_each: self.block(instance).map(|block| &block.for_each_expression),
            own: instance.index.clone(),
            number: self.number(&instance.module, instance.data, &instance.kind, &instance.name),
            depth,
        }
    }

    fn number(&self, module: &ModulePath, data: bool, kind: &str, name: &str) -> Option<usize> {
        self.blocks.get(&(module, data, kind, name)).copied()
    }

    /// Where the references of an expression end; `None` when it cannot be told of one of them. `rest` is what is asked of its value,
    /// `by_own` whether the own key chooses among instances, as it does when the expression is what `for_each` goes through.
    fn ends(&self, scope: &Scope<'d>, expression: &'d Value, rest: &[Token], by_own: bool) -> Option<Vec<End<'d>>> {
        self.steps.set(self.steps.get() + 1);
        if scope.depth > DEEPEST || self.steps.get() > MOST_STEPS {
            return None;
        }
        if let Some(value) = expression.get("constant_value") {
            return Some(walk(Some(value), rest).map(End::Value).into_iter().collect());
        }
        let list = expression.get("references").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let references = outermost(list);
        let by_own = by_own || chosen_by_key(&references);
        // What cannot be told of may be the index that another reference has lost. Beside whole ones the value may come from it.
        let has_lost = references.iter().any(|reference| has_lost_index(reference));
        let mut found = Vec::new();
        for reference in &references {
            match self.end_of(scope, reference, rest, by_own) {
                Some(ends) => found.extend(ends),
                None if has_lost => {}
                None => return None,
            }
        }
        Some(found)
    }

    /// Where one reference ends: nowhere, if what it means is known or is not there, and `None` when it cannot be told.
    fn end_of(&self, scope: &Scope<'d>, reference: &[Token], rest: &[Token], by_own: bool) -> Option<Vec<End<'d>>> {
        let words = reference.iter().map_while(|token| match token {
            Token::Name(name) => Some(name.as_str()),
            Token::Index(_) => None,
        });
        let words = words.collect::<Vec<_>>();
        match words.as_slice() {
            ["local", ..] => None,
            ["each", "value", ..] => {
                let expression = scope.for_each.filter(|expression| !expression.is_null())?;
                self.ends(&scope.deeper(), expression, &joined(&reference[2..], rest), true)
            }
            ["var", name, ..] => self.variable(scope, name, &joined(&reference[2..], rest)),
            ["module", name, ..] => self.output(scope, name, &reference[2..], rest, by_own),
            ["each" | "count" | "path" | "terraform" | "self", ..] => Some(Vec::new()),
            ["data", kind, name, ..] => self.resources(scope, (true, kind, name), &reference[3..], rest, by_own),
            [kind, name, ..] => self.resources(scope, (false, kind, name), &reference[2..], rest, by_own),
            _ => None,
        }
    }

    /// A variable of a module has its value from the call of the module. Those at the top are known, and so is a default.
    fn variable(&self, scope: &Scope<'d>, name: &str, rest: &[Token]) -> Option<Vec<End<'d>>> {
        let Some(((called, own), outside)) = scope.module.split_last() else { return Some(Vec::new()) };
        let outside = outside.to_vec();
        let call = self.module(&outside)?.call(called)?;
        let Some(expression) = call.expressions.get(name) else { return Some(Vec::new()) };
        let for_each = Some(&call.for_each_expression);
        let scope = Scope { module: outside, for_each, own: own.clone(), number: None, depth: scope.depth + 1 };
        self.ends(&scope, expression, rest, false)
    }

    fn output(
        &self,
        scope: &Scope<'d>,
        name: &str,
        own: &[Token],
        rest: &[Token],
        by_own: bool,
    ) -> Option<Vec<End<'d>>> {
        let (index, behind) = address::take_index(own);
        let index = index.or_else(|| if by_own && behind.is_empty() { scope.own.clone() } else { None });
        let mut path = scope.module.clone();
        path.push((name.to_owned(), index));
        let module = self.module(&path)?;
        let (output, behind) = match behind {
            [Token::Name(output), behind @ ..] => (Some(output.as_str()), behind),
            _ => (None, behind),
        };
        let rest = joined(behind, rest);
        let inside = Scope { module: path, for_each: None, own: None, number: None, depth: scope.depth + 1 };
        let all = module.outputs(output).into_iter().map(|expression| self.ends(&inside, expression, &rest, false));
        all.collect::<Option<Vec<_>>>().map(|ends| ends.into_iter().flatten().collect())
    }

    /// The instances of a block that a reference may mean.
    fn resources(
        &self,
        scope: &Scope<'d>,
        (data, kind, name): (bool, &str, &str),
        own: &[Token],
        rest: &[Token],
        by_own: bool,
    ) -> Option<Vec<End<'d>>> {
        let Some(number) = self.number(&scope.module, data, kind, name) else {
            return kinds::is_wanted(kind).then(Vec::new);
        };
        let Instances { all, by_index } = &self.instances[number];
        let way = joined(own, rest);
        if let (Some(index), behind) = address::take_index(&way)
            && let Some(instance) = by_index.get(&index)
        {
            return Some(vec![End::Resource(instance, behind.to_vec())]);
        }
        let meant = match all.as_slice() {
            [_] => all.as_slice(),
            _ if by_own => match scope.own.as_ref().and_then(|index| by_index.get(index)) {
                Some(mine) if scope.number.is_none_or(|block| self.covers(block, number)) => std::slice::from_ref(mine),
                _ => &[],
            },
            _ => &all[..all.len().min(MOST_INSTANCES)],
        };
        Some(meant.iter().map(|one| End::Resource(one, way.clone())).collect())
    }

    /// Whether a block has an instance for every key of another one.
    fn covers(&self, block: usize, other: usize) -> bool {
        *self.covered.borrow_mut().entry((block, other)).or_insert_with(|| {
            let keys = &self.instances[other].by_index;
            self.instances[block].by_index.keys().all(|index| keys.contains_key(index))
        })
    }
}

impl<'d> Scope<'d> {
    fn deeper(&self) -> Scope<'d> {
        let (module, own) = (self.module.clone(), self.own.clone());
        Scope { module, for_each: self.for_each, own, number: self.number, depth: self.depth + 1 }
    }
}

/// The references without those that Terraform lists besides because another one goes through them.
fn outermost(references: &[Value]) -> Vec<Vec<Token>> {
    let all: Vec<Vec<Token>> = references.iter().filter_map(Value::as_str).filter_map(address::tokens).collect();
    let mut kept: Vec<Vec<Token>> = Vec::new();
    for one in &all {
        let goes_on = all.iter().any(|other| other.len() > one.len() && other.starts_with(one));
        if !goes_on && !kept.contains(one) {
            kept.push(one.clone());
        }
    }
    kept
}

/// Whether the own key chooses the instance: `x[each.key].id`, of which Terraform leaves `x` and `each.key`. Anything else besides
/// could have made another key of it.
fn chosen_by_key(references: &[Vec<Token>]) -> bool {
    let is_key = |one: &&Vec<Token>| matches!(one.as_slice(), [each, key] if each.is("each") && key.is("key") || each.is("count") && key.is("index"));
    references.len() == 2 && references.iter().filter(is_key).count() == 1
}

/// Whether a reference to a resource has lost its index, and with it the attribute.
fn has_lost_index(reference: &[Token]) -> bool {
    match reference {
        [data, _, _] if data.is("data") => true,
        [first, _] => {
            !["var", "local", "module", "each", "count", "path", "terraform", "self"].iter().any(|word| first.is(word))
        }
        _ => false,
    }
}

fn joined(own: &[Token], rest: &[Token]) -> Vec<Token> {
    own.iter().chain(rest).cloned().collect()
}

/// Goes down into a value. A name asked of a list is asked of its only element, and nothing can be asked of a plain value.
fn walk<'v>(value: Option<&'v Value>, way: &[Token]) -> Option<&'v Value> {
    let value = value?;
    match (way, value) {
        ([Token::Name(name), rest @ ..], Value::Object(map)) => walk(map.get(name), rest),
        ([Token::Index(Index::Key(key)), rest @ ..], Value::Object(map)) => walk(map.get(key), rest),
        ([Token::Index(Index::Number(number)), rest @ ..], Value::Array(list)) => {
            walk(list.get(usize::try_from(*number).ok()?), rest)
        }
        ([Token::Name(_), ..], Value::Array(list)) => walk(one(list), way),
        _ => Some(value),
    }
}

/// The only element.
pub(super) fn one<T>(list: &[T]) -> Option<&T> {
    match list {
        [only] => Some(only),
        _ => None,
    }
}

/// Azure's providers write an empty text where nothing is set.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

fn names_id(way: &[Token]) -> bool {
    way.first().is_none_or(|token| token.is("id"))
}

fn names_name(way: &[Token]) -> bool {
    way.first().is_none_or(|token| token.is("name"))
}

fn fits(text: &str, want: Want) -> bool {
    match want {
        Want::Id(kind) => ResourceId::parse(text).is_some_and(|id| id.is(kind)),
        Want::Name(_) | Want::Group => !text.contains('/'),
        Want::Address => text.parse::<IpAddr>().is_ok(),
    }
}

fn is_new(instance: &Instance) -> bool {
    !instance.values.contains_key("id")
}

/// What a resource is called while its name is not known: as Terraform calls it, so that others can refer to it.
fn stand_in(instance: &Instance) -> String {
    let index = instance.index.as_ref().map(|index| format!("-{}", index.text())).unwrap_or_default();
    format!("{}{index}", instance.name)
}
