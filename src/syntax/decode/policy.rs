//! Route tables and route maps.
//!
//! Spelling of keys only; what a rule does is decided in `bgp`.

use super::{all, as_path, asns, boolean, display_name, named_some, reference, references, value, values, word};
use crate::source::{Span, Spanned};
use crate::syntax::document::{Actions, Match, PolicyRef, RouteTable, Rule, UserRoute};
use crate::syntax::scalar;
use crate::syntax::tree::{Kind, Node};

pub(super) fn route_table(node: &Node) -> RouteTable {
    RouteTable {
        bgp_route_propagation: boolean(node.get("bgp_route_propagation")),
        routes: named_some(node.get("routes"), user_route),
    }
}

fn user_route(node: &Node) -> Option<UserRoute> {
    Some(UserRoute {
        prefix: value(node.get("prefix"), scalar::user_prefix)?,
        next_hop: value(node.get("next_hop"), scalar::user_next_hop)?,
    })
}

/// A policy of `import` or `export`: a name, or rules in place.
pub(super) fn policy(node: &Node) -> PolicyRef {
    match reference(Some(node)) {
        Some(name) => PolicyRef::Name(name),
        None => PolicyRef::Rules(rules(node)),
    }
}

pub(super) fn rules(node: &Node) -> Vec<Rule> {
    all(Some(node), rule)
}

fn rule(node: &Node) -> Option<Rule> {
    let Kind::Map(_) = node.kind else { return None };
    Some(Rule {
        name: display_name(node.get("name")),
        matches: node.get("match").map(matches).unwrap_or_default(),
        then: node.get("then").map(actions).unwrap_or_default(),
        continues: word(node.get("next"), &[("continue", true), ("terminate", false)]).is_some_and(|next| next.value),
        span: node.span,
    })
}

fn matches(node: &Node) -> Match {
    Match {
        prefix: values(node.get("prefix"), scalar::cidr4),
        within: values(node.get("within"), scalar::cidr4),
        length: node.get("length").and_then(lengths),
        as_path_contains: asns(node.get("as_path_contains")),
        as_path: as_path(node.get("as_path")),
        communities: values(node.get("communities"), scalar::community),
        learned_from: references(node.get("learned_from")),
    }
}

/// From and to; a lone length means exactly this one.
fn lengths(node: &Node) -> Option<Spanned<(u8, u8)>> {
    let lengths = values(Some(node), scalar::prefix_length);
    let spanned = |from: u8, to: u8, span: Span| (from <= to).then(|| Spanned::new((from, to), span));
    match lengths.as_slice() {
        [only] => spanned(only.value, only.value, node.span),
        [from, to] => spanned(from.value, to.value, node.span),
        _ => None,
    }
}

fn actions(node: &Node) -> Actions {
    let is = |key: &str| boolean(node.get(key)).is_some_and(|written| written.value);
    Actions {
        drop: is("drop"),
        strip: asns(node.get("strip")),
        replace_as_path: as_path(node.get("replace_as_path")),
        as_override: is("as_override"),
        prepend: asns(node.get("prepend")),
        summarize: value(node.get("summarize"), scalar::cidr4),
        add_communities: values(node.get("add_communities"), scalar::community),
        remove_communities: values(node.get("remove_communities"), scalar::community),
        communities: node.get("communities").map(|node| values(Some(node), scalar::community)),
        next_hop: value(node.get("next_hop"), scalar::ipv4),
    }
}
