//! A topology that exists with what documents tell put in: which keys the documents own, when a value is the same though written
//! otherwise, and what is taken away.
//!
//! Trees only; how the new tree gets into the text belongs to `syntax`. A key that no rule here names was written by hand and stays.

mod pairs;
mod tunnels;

use super::Imported;
use super::remark::{ANNOUNCEMENTS_OPEN, Remark, RemarkKind};
use crate::syntax::rewrite::Mark;
use crate::syntax::tree::{Key, Kind, Node};
use pairs::{Meaning, addresses_agree, meaning, settled_halves, sides, tunnel, with_own_keys};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is taken away from a list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// Whatever no document has: the documents describe the whole of what is around.
    Always,
    /// Only when the user says that the documents are all there is.
    Pruned,
}

/// When a key that no document has is taken away.
#[derive(Debug, Clone, Copy)]
enum Absent {
    /// The documents do not tell of it, so it stays.
    Untold,
    /// The documents would say it, so it has its usual value: taken away unless it is that.
    Usual(&'static str),
}

use Absent::{Untold, Usual};

/// How two values are compared and joined.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// One value, compared as it is written, but for brackets around a single element.
    Value,
    /// A list whose order means nothing.
    Set,
    /// The keys of an object.
    Object(&'static [Field]),
    /// Objects by name.
    Names(&'static [Field], Gone),
    /// Announcements, by prefix.
    Announcements,
    /// Peers of a route server, by NVA.
    Peers,
    /// Tunnels of a site, by gateway.
    Tunnels,
    /// Policies of an NVA by neighbour: what it announces is told as each neighbour receives it, so the policies of before, which were
    /// applied to something else, end for these neighbours.
    Exports,
}

type Field = (&'static str, Rule, Absent);

const TOP: &[Field] = &[
    ("vnets", Rule::Names(VNET, Gone::Pruned), Untold),
    ("nvas", Rule::Names(NVA, Gone::Pruned), Untold),
    ("load_balancers", Rule::Names(LOAD_BALANCER, Gone::Pruned), Untold),
    ("sites", Rule::Names(SITE, Gone::Pruned), Untold),
    ("circuits", Rule::Names(CIRCUIT, Gone::Pruned), Untold),
    ("route_tables", Rule::Names(ROUTE_TABLE, Gone::Pruned), Untold),
];

const VNET: &[Field] = &[
    ("region", Rule::Value, Untold),
    ("address_space", Rule::Set, Untold),
    ("subnets", Rule::Names(SUBNET, Gone::Always), Untold),
    ("route_server", Rule::Object(ROUTE_SERVER), Untold),
    ("vpn_gateway", Rule::Object(VPN_GATEWAY), Untold),
    ("express_route_gateway", Rule::Object(EXPRESS_ROUTE_GATEWAY), Untold),
    ("summarized_gateway_prefixes", Rule::Set, Untold),
    ("virtual_wan_hub", Rule::Value, Untold),
];

const SUBNET: &[Field] = &[
    ("prefix", Rule::Set, Untold),
    ("route_table", Rule::Value, Usual("")),
    ("service_endpoints", Rule::Set, Usual("")),
    ("private_endpoints", Rule::Value, Untold),
    ("private_endpoint_network_policies", Rule::Value, Usual("Disabled")),
    ("delegation", Rule::Value, Usual("")),
    // In Terraform another resource joins the two, which a document may leave out.
    ("network_security_group", Rule::Value, Untold),
    ("service_endpoint_policy", Rule::Value, Usual("")),
];

const ROUTE_SERVER: &[Field] = &[
    ("name", Rule::Value, Untold),
    ("branch_to_branch", Rule::Value, Usual("false")),
    ("hub_routing_preference", Rule::Value, Usual("ExpressRoute")),
    ("instance_addresses", Rule::Set, Untold),
    ("routing_infrastructure_units", Rule::Value, Untold),
    ("peers", Rule::Peers, Untold),
];

const VPN_GATEWAY: &[Field] = &[
    ("name", Rule::Value, Untold),
    ("asn", Rule::Value, Usual("65515")),
    ("active_active", Rule::Value, Usual("false")),
    ("instance_addresses", Rule::Set, Untold),
    ("public_ips", Rule::Set, Untold),
    ("vpn_client_address_pool", Rule::Set, Untold),
];

const EXPRESS_ROUTE_GATEWAY: &[Field] = &[
    ("name", Rule::Value, Untold),
    ("instance_addresses", Rule::Set, Untold),
    ("microsoft_edge_addresses", Rule::Set, Untold),
];

const NVA: &[Field] = &[
    ("subnet", Rule::Value, Untold),
    ("ip", Rule::Value, Untold),
    ("interfaces", Rule::Set, Untold),
    ("asn", Rule::Value, Untold),
    ("advertises", Rule::Announcements, Untold),
    ("readvertise", Rule::Value, Untold),
    ("export", Rule::Exports, Untold),
    ("ip_forwarding", Rule::Value, Untold),
];

const ANNOUNCEMENT: &[Field] =
    &[("prefix", Rule::Value, Untold), ("as_path", Rule::Value, Usual("")), ("next_hop", Rule::Value, Usual(""))];

/// Which instances peer with it only learned routes tell.
const PEER: &[Field] = &[("nva", Rule::Value, Untold), ("instances", Rule::Set, Untold)];

const TUNNEL: &[Field] =
    &[("gateway", Rule::Value, Untold), ("bgp", Rule::Value, Usual("true")), ("local_networks", Rule::Set, Usual(""))];

const LOAD_BALANCER: &[Field] = &[
    ("subnet", Rule::Value, Untold),
    ("ip", Rule::Value, Untold),
    ("backends", Rule::Set, Untold),
    ("ha_ports", Rule::Value, Usual("true")),
];

const SITE: &[Field] = &[
    ("asn", Rule::Value, Untold),
    ("ip", Rule::Value, Untold),
    ("prefixes", Rule::Announcements, Untold),
    ("readvertise", Rule::Value, Untold),
    ("export", Rule::Exports, Untold),
    ("vpn", Rule::Tunnels, Untold),
];

const CIRCUIT: &[Field] = &[
    ("gateways", Rule::Set, Untold),
    ("sites", Rule::Set, Untold),
    ("primary_peer_address_prefix", Rule::Value, Untold),
    ("secondary_peer_address_prefix", Rule::Value, Untold),
];

const ROUTE_TABLE: &[Field] =
    &[("bgp_route_propagation", Rule::Value, Usual("true")), ("routes", Rule::Names(ROUTE, Gone::Always), Usual(""))];

const ROUTE: &[Field] = &[("prefix", Rule::Value, Untold), ("next_hop", Rule::Value, Untold)];

/// The old tree with what the new one tells. With `prune`, what no document has is taken away as a whole, too.
pub fn refreshed(old: &Node, new: &Node, prune: bool) -> Node {
    let refresh = Refresh { prune };
    let new = &tunnels::where_they_stand(old, new);
    let mut root = refresh.object(old, new, TOP);
    refresh.pairs(&mut root, new, "peerings", sides);
    refresh.pairs(&mut root, new, "connections", tunnel);
    root
}

/// Objects of the old tree that the new one lacks, where the new one tells of an estate at all.
pub fn kept(old: &Node, new: &Node) -> Vec<String> {
    if new.get("vnets").is_none() {
        return Vec::new();
    }
    let of = |section: &'static str| {
        let has = new.get(section).map(by_name).unwrap_or_default();
        let entries = old.get(section).map(Node::entries).unwrap_or_default();
        entries
            .iter()
            .filter(move |(key, _)| !has.contains_key(&key.text.to_ascii_lowercase()))
            .map(move |(key, _)| format!("{section}.{}", key.text))
    };
    TOP.iter().flat_map(|(section, ..)| of(section)).collect()
}

/// The comments above entries after a refresh: those of before that still hold, and what was remarked now.
pub fn marks(before: Vec<Mark>, imported: &Imported, told: &Node, root: &Node) -> Vec<Mark> {
    let is_confirmed = |mark: &Mark| imported.confirmed.contains(&mark.path.join("."));
    let places = Places::of(root);
    let remarks = imported.remarks.iter().filter(|remark| remark.kind != RemarkKind::Skipped);
    let marked = |remark: &Remark| Some(Mark { path: places.way(&remark.entry)?, text: remark.mark() });
    let now: Vec<Mark> = remarks.filter_map(marked).collect();
    // What is remarked again stays where it stands.
    let stays = |mark: &Mark| now.contains(mark) || (holds(mark, told) && !is_confirmed(mark));
    let mut marks: Vec<Mark> = before.into_iter().filter(stays).collect();
    for mark in now {
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks
}

/// A comment holds while the documents do not tell of its entry; one on announcements while they do not tell of these.
fn holds(mark: &Mark, told: &Node) -> bool {
    let [section, name, ..] = mark.path.as_slice() else { return true };
    let Some(section) = told.get(section) else { return true };
    let Some((_, entry)) = section.entries().iter().find(|(key, _)| key.text.eq_ignore_ascii_case(name)) else {
        return !matches!(section.kind, Kind::List(_));
    };
    mark.text.starts_with(ANNOUNCEMENTS_OPEN) && entry.get("advertises").is_none() && entry.get("prefixes").is_none()
}

/// Where the entries of remarks stand: `nvas.fw1`, or a peering or a connection by its two ends.
struct Places<'n> {
    root: &'n Node,
    /// The first entry between two ends, by section.
    between: BTreeMap<(&'static str, [String; 2]), usize>,
}

impl<'n> Places<'n> {
    fn of(root: &'n Node) -> Places<'n> {
        let mut between = BTreeMap::new();
        let sections: [(&str, fn(&Node) -> Option<Meaning>); 2] = [("peerings", sides), ("connections", tunnel)];
        for (section, meaning) in sections {
            for (at, item) in root.get(section).map(Node::items).unwrap_or_default().iter().enumerate() {
                if let Some(meaning) = meaning(item) {
                    between.entry((section, meaning.ends)).or_insert(at);
                }
            }
        }
        Places { root, between }
    }

    fn way(&self, entry: &str) -> Option<Vec<String>> {
        let (section, name) = entry.split_once('.')?;
        let section = match section {
            "peerings" => "peerings",
            "connections" => "connections",
            _ => return self.root.get(section)?.get(name).map(|_| vec![section.to_owned(), name.to_owned()]),
        };
        // A name may hold a dot as well, so every dot may be the one between the two.
        let index = name.match_indices('.').find_map(|(dot, _)| {
            let ends = meaning(&name[..dot], &name[dot + 1..]).ends;
            self.between.get(&(section, ends))
        })?;
        Some(vec![section.to_owned(), index.to_string()])
    }
}

/// Where the ends of peerings and connections are named.
const ENDS: [&str; 3] = ["vnets", "nvas", "sites"];

struct Refresh {
    prune: bool,
}

impl Refresh {
    fn object(&self, old: &Node, new: &Node, fields: &[Field]) -> Node {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        for (key, was) in old.entries() {
            let Some((_, rule, absent)) = fields.iter().find(|(name, ..)| *name == &*key.text) else {
                entries.push((key.clone(), was.clone()));
                continue;
            };
            match (new.get(&key.text), absent) {
                (Some(is), _) => entries.push((key.clone(), self.value(was, is, rule))),
                (None, Usual(usual)) if was.text() != Some(usual) && !is_empty(was) => {}
                (None, _) => entries.push((key.clone(), was.clone())),
            }
        }
        for (at, (key, is)) in new.entries().iter().enumerate() {
            let Some((_, rule, absent)) = fields.iter().find(|(name, ..)| *name == &*key.text) else { continue };
            let is_usual = matches!(absent, Usual(usual) if is.text() == Some(usual));
            let is_nothing = is_empty(is) && matches!(rule, Rule::Peers | Rule::Announcements | Rule::Set);
            if old.get(&key.text).is_some() || is_usual || is_nothing {
                continue;
            }
            let Some(is) = (if matches!(rule, Rule::Exports) { exports(None, is) } else { Some(is.clone()) }) else {
                continue;
            };
            // Behind the entry that it stands behind in the new tree, where the old one has that.
            let before = new.entries()[..at]
                .iter()
                .rev()
                .find_map(|(before, _)| entries.iter().position(|(known, _)| known.text == before.text));
            entries.insert(before.map_or(entries.len(), |before| before + 1), (key.clone(), is));
        }
        Node { kind: Kind::Map(entries), span: old.span }
    }

    fn value(&self, was: &Node, is: &Node, rule: &Rule) -> Node {
        match rule {
            Rule::Value if plain(was) == plain(is) => was.clone(),
            // An empty list stands where the documents do not tell: what is really empty is left out.
            Rule::Set if set(was) == set(is) || is_empty(is) => was.clone(),
            Rule::Value | Rule::Set => is.clone(),
            Rule::Object(fields) => match &was.kind {
                // A list of one stays a list.
                Kind::List(items) if items.len() == 1 => {
                    Node { kind: Kind::List(vec![self.object(&items[0], is, fields)]), span: was.span }
                }
                Kind::List(_) => is.clone(),
                _ => self.object(was, is, fields),
            },
            Rule::Names(fields, gone) => self.names(was, is, fields, *gone),
            Rule::Exports => {
                exports(Some(was), is).unwrap_or_else(|| Node { kind: Kind::Map(Vec::new()), span: was.span })
            }
            Rule::Announcements => joined(was, is, ANNOUNCEMENT),
            Rule::Peers => joined(was, is, PEER),
            Rule::Tunnels => joined(was, is, TUNNEL),
        }
    }

    fn names(&self, was: &Node, is: &Node, fields: &[Field], gone: Gone) -> Node {
        let mut entries = Vec::new();
        let (before, told) = (by_name(was), by_name(is));
        for (key, body) in was.entries() {
            match told.get(&key.text.to_ascii_lowercase()) {
                Some(new) => entries.push((key.clone(), self.named(body, new, fields))),
                None if gone == Gone::Always || self.prune => {}
                None => entries.push((key.clone(), body.clone())),
            }
        }
        for (key, body) in is.entries() {
            if !before.contains_key(&key.text.to_ascii_lowercase()) {
                entries.push((key.clone(), body.clone()));
            }
        }
        Node { kind: Kind::Map(entries), span: was.span }
    }

    /// An object that may be written in a short form: a subnet as its prefix.
    fn named(&self, was: &Node, is: &Node, fields: &[Field]) -> Node {
        let joined = self.object(&long(was, "prefix"), &long(is, "prefix"), fields);
        match joined.entries() {
            [(key, only)] if !matches!(was.kind, Kind::Map(_)) && &*key.text == "prefix" => only.clone(),
            _ => joined,
        }
    }

    /// A list of entries between two ends: one that means the same is left as it is written, others are replaced, new ones added. Taken
    /// away is what stands between two ends that the documents describe, or has an end that is no longer there.
    fn pairs(&self, root: &mut Node, new: &Node, section: &str, meaning: fn(&Node) -> Option<Meaning>) {
        let is = new.get(section).map(Node::items).unwrap_or_default();
        let described: BTreeSet<String> = ENDS
            .iter()
            .filter_map(|section| new.get(section))
            .flat_map(Node::entries)
            .filter(|(_, body)| body.get("subnets").is_some() || body.get("address_space").is_none())
            .map(|(key, _)| key.text.to_lowercase())
            .collect();
        let named = |section: &&str| root.get(section).map(Node::entries).unwrap_or_default();
        let left: BTreeSet<String> = ENDS.iter().flat_map(named).map(|(key, _)| key.text.to_lowercase()).collect();
        let is_told = section == "peerings" || self.prune;
        let mut open: Vec<(Meaning, &Node)> = is.iter().filter_map(|item| Some((meaning(item)?, item))).collect();
        let old = root.get(section).cloned();
        let mut items = Vec::new();
        let all = old.as_ref().map(Node::items).unwrap_or_default();
        let settled = settled_halves(all, &mut open);
        let mut open: Vec<Option<(Meaning, &Node)>> = open.into_iter().map(Some).collect();
        let mut between: BTreeMap<[String; 2], Vec<usize>> = BTreeMap::new();
        for (at, (meaning, _)) in open.iter().flatten().enumerate() {
            between.entry(meaning.ends.clone()).or_default().push(at);
        }
        for (at, was) in all.iter().enumerate() {
            let Some(own) = meaning(was).filter(|_| !settled.contains(&at)) else {
                items.push(was.clone());
                continue;
            };
            let near = || between.get(&own.ends).into_iter().flatten().copied().filter(|at| open[*at].is_some());
            let is_alike = |at: &usize| open[*at].as_ref().is_some_and(|(other, _)| *other == own);
            let found = near().find(is_alike).or_else(|| near().next());
            match found.and_then(|at| open[at].take()) {
                Some((other, item)) => {
                    let is_same = other == own && addresses_agree(was, item);
                    items.push(if is_same { was.clone() } else { with_own_keys(was, item) });
                }
                None if own.ends.iter().any(|end| !left.contains(end)) => {}
                None if own.ends.iter().all(|end| described.contains(end)) && is_told => {}
                None => items.push(was.clone()),
            }
        }
        items.extend(open.into_iter().flatten().map(|(_, item)| item.clone()));
        let Kind::Map(entries) = &mut root.kind else { return };
        match entries.iter_mut().find(|(key, _)| &*key.text == section) {
            Some((_, node)) => node.kind = Kind::List(items),
            None if items.is_empty() => {}
            None => {
                let span = new.span;
                entries.push((key(section, new), Node { kind: Kind::List(items), span }));
            }
        }
    }
}

fn key(text: &str, near: &Node) -> Key {
    Key { text: text.into(), span: near.span }
}

/// The entries by their names in lower case; the first of each.
fn by_name(node: &Node) -> BTreeMap<String, &Node> {
    let mut named = BTreeMap::new();
    for (key, body) in node.entries() {
        named.entry(key.text.to_ascii_lowercase()).or_insert(body);
    }
    named
}

fn is_empty(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::List(items) => items.is_empty(),
        Kind::Map(entries) => entries.is_empty(),
        Kind::Scalar { .. } => false,
    }
}

/// A value in one spelling: a list of one is its element, maps are in order of their keys.
fn plain(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".into(),
        Kind::Scalar { text, .. } => text.to_lowercase(),
        Kind::List(items) if items.len() == 1 => plain(&items[0]),
        Kind::List(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
        Kind::Map(entries) => {
            let entries: BTreeMap<&str, String> =
                entries.iter().map(|(key, value)| (&*key.text, plain(value))).collect();
            format!("{entries:?}")
        }
    }
}

fn set(node: &Node) -> BTreeSet<String> {
    node.items().iter().map(plain).collect()
}

/// The value of a key, or the item itself in its short form.
fn field(item: &Node, key: &str) -> String {
    item.get(key).map_or_else(|| plain(item), plain)
}

/// The policies of before with those of the neighbours that are told; an empty one is only written where one for everybody else would
/// take its place. `None` when there is none.
fn exports(was: Option<&Node>, is: &Node) -> Option<Node> {
    let before = was.map(Node::entries).unwrap_or_default();
    let for_all = before.iter().any(|(key, _)| &*key.text == "*");
    let is_told = |key: &Key| is.entries().iter().any(|(told, _)| told.text == key.text);
    let mut entries: Vec<(Key, Node)> = before.iter().filter(|(key, _)| !is_told(key)).cloned().collect();
    entries.extend(is.entries().iter().filter(|(_, rules)| for_all || !is_empty(rules)).cloned());
    (!entries.is_empty()).then(|| Node { kind: Kind::Map(entries), span: was.map_or(is.span, |was| was.span) })
}

/// A list joined item by item, by the first of the keys: what the documents tell is put into the items of before, in their order; new
/// items follow.
fn joined(was: &Node, is: &Node, fields: &[Field]) -> Node {
    let (name, ..) = fields[0];
    let mut open: Vec<Option<&Node>> = is.items().iter().map(Some).collect();
    let mut places: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for (at, item) in is.items().iter().enumerate() {
        places.entry(field(item, name)).or_default().push_back(at);
    }
    let mut items = Vec::new();
    for item in was.items() {
        let at = places.get_mut(&field(item, name)).and_then(VecDeque::pop_front);
        if let Some(new) = at.and_then(|at| open[at].take()) {
            items.push(told(item, new, fields));
        }
    }
    items.extend(open.into_iter().flatten().cloned());
    match (&was.kind, items.as_slice()) {
        (Kind::Scalar { .. } | Kind::Map(_), [one]) => one.clone(),
        _ => Node { kind: Kind::List(items), span: was.span },
    }
}

/// An item with what the documents tell of it; in its short form where nothing else is left.
fn told(was: &Node, is: &Node, fields: &[Field]) -> Node {
    let (name, ..) = fields[0];
    let joined = Refresh { prune: false }.object(&long(was, name), &long(is, name), fields);
    match joined.entries() {
        // Who wrote it in the long form with nothing else keeps that.
        [(key, only)] if &*key.text == name && was.entries().len() != 1 => only.clone(),
        _ => joined,
    }
}

/// The map that a short form stands for.
fn long(node: &Node, name: &str) -> Node {
    match &node.kind {
        Kind::Map(_) => node.clone(),
        _ => Node { kind: Kind::Map(vec![(key(name, node), node.clone())]), span: node.span },
    }
}
