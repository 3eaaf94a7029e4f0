//! Resolves route maps and inline rules.

use super::model::{PeerName, PeerPolicies, Policy, RouteMaps, Rule};
use super::names::Names;
use crate::diagnostic::Sink;
use crate::net::Community;
use crate::source::Spanned;
use crate::syntax::document::{self, Named, PolicyRef, RouteMapPair};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All named route maps, resolved.
pub(super) type RouteMapTable<'d> = BTreeMap<&'d str, Arc<Policy>>;

/// Resolves every entry of `route_maps`.
pub(super) fn route_maps<'d>(
    maps: &'d [Named<Vec<document::Rule>>],
    names: &Names<'d>,
    sink: &mut Sink,
) -> RouteMapTable<'d> {
    let mut table = RouteMapTable::new();
    for map in maps {
        let policy = policy(Some(map.name.value.clone()), &map.body, names, sink);
        table.insert(map.name.value.as_str(), Arc::new(policy));
    }
    table
}

/// Resolves the two route maps of a connection.
pub(super) fn pair(written: &RouteMapPair, maps: &RouteMapTable<'_>, sink: &mut Sink) -> RouteMaps {
    RouteMaps {
        inbound: find(written.inbound.as_ref(), maps, sink),
        outbound: find(written.outbound.as_ref(), maps, sink),
    }
}

fn find(name: Option<&Spanned<String>>, maps: &RouteMapTable<'_>, sink: &mut Sink) -> Option<Arc<Policy>> {
    let name = name?;
    let found = maps.get(name.value.as_str());
    if found.is_none() {
        sink.push(super::names::dangling("route map", name, maps.keys().copied()));
    }
    found.cloned()
}

/// Resolves the policies of a router.
pub(super) fn by_peer(
    written: &[Named<PolicyRef>],
    maps: &RouteMapTable<'_>,
    names: &Names<'_>,
    sink: &mut Sink,
) -> PeerPolicies {
    let mut policies = PeerPolicies::default();
    for entry in written {
        let resolved = match &entry.body {
            PolicyRef::Name(name) => find(Some(name), maps, sink),
            PolicyRef::Rules(rules) => Some(Arc::new(policy(None, rules, names, sink))),
        };
        let Some(resolved) = resolved else { continue };
        if entry.name.value == "*" {
            policies.otherwise = Some(resolved);
        } else if let Some(peer) = names.peer(&entry.name, sink) {
            policies.by_peer.push((peer, resolved));
        }
    }
    policies
}

fn policy(name: Option<String>, rules: &[document::Rule], names: &Names<'_>, sink: &mut Sink) -> Policy {
    Policy { name, rules: rules.iter().map(|written| rule(written, names, sink)).collect() }
}

fn rule(written: &document::Rule, names: &Names<'_>, sink: &mut Sink) -> Rule {
    let matches = &written.matches;
    let then = &written.then;
    Rule {
        name: written.name.as_ref().map(|name| name.value.clone()),
        span: written.span,
        prefix: values(&matches.prefix),
        within: values(&matches.within),
        length: matches.length.as_ref().map(|length| length.value),
        as_path_contains: values(&matches.as_path_contains),
        as_path: matches.as_path.as_ref().map(|path| path.value.clone()),
        communities: values(&matches.communities),
        learned_from: matches.learned_from.iter().filter_map(|name| source(name, names, sink)).collect(),
        drop: then.drop,
        strip: values(&then.strip),
        replace_as_path: then.replace_as_path.as_ref().map(|path| path.value.clone()),
        as_override: then.as_override,
        prepend: values(&then.prepend),
        summarize: then.summarize.as_ref().map(|prefix| prefix.value),
        add_communities: values(&then.add_communities),
        remove_communities: values(&then.remove_communities),
        set_communities: then.communities.as_ref().map(|list| values(list)),
        next_hop: then.next_hop.as_ref().map(|address| address.value),
        continues: written.continues,
    }
}

fn source(name: &Spanned<String>, names: &Names<'_>, sink: &mut Sink) -> Option<PeerName> {
    if name.value == "self" { Some(PeerName::Itself) } else { names.peer(name, sink) }
}

fn values<T: Clone>(written: &[Spanned<T>]) -> Vec<T> {
    written.iter().map(|item| item.value.clone()).collect()
}

/// Communities as a sorted set.
pub(super) fn communities(written: &[Spanned<Community>]) -> Vec<Community> {
    let mut list = values(written);
    list.sort_unstable();
    list.dedup();
    list
}
