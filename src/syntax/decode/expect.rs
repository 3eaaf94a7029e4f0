//! Expectations.
//!
//! Spelling of keys only; whether an entry claims anything is found by `expect`.

use super::{all, bare, boolean, leaf, leaves, value, values};
use crate::source::Spanned;
use crate::syntax::document::{Expectation, Group, Subject, Survival, Target};
use crate::syntax::scalar;
use crate::syntax::shape::Scalar;
use crate::syntax::tree::{Kind, Node};

const WORD: Scalar = Scalar::Text("");

pub(super) fn expectations(node: Option<&Node>) -> Vec<Expectation> {
    all(node, expectation)
}

fn expectation(node: &Node) -> Option<Expectation> {
    let subject = match node.get("every") {
        Some(every) => Subject::Every(group(every)),
        None => Subject::From(leaf(node.get("from"), WORD)?),
    };
    let to = match node.get("to") {
        Some(to) if matches!(to.kind, Kind::Map(_)) => Some(Target::Group(group(to))),
        to => leaf(to, WORD).map(Target::Host),
    };
    Some(Expectation {
        name: leaf(node.get("name"), WORD),
        subject,
        to,
        reaches: boolean(node.get("reaches")),
        via: leaves(node.get("via"), WORD),
        inspected: boolean(node.get("inspected")),
        inspected_by: leaves(node.get("inspected_by"), WORD),
        symmetric: boolean(node.get("symmetric")),
        no_route: boolean(node.get("no_route")),
        survives: node.get("survives").map(survival),
        advertises_to: leaves(node.get("advertises_to"), WORD),
        max_count: bare(node.get("max_count"), scalar::count),
        shortest_length: bare(node.get("shortest_length"), scalar::prefix_length),
        includes: values(node.get("includes"), scalar::cidr4),
        excludes: values(node.get("excludes"), scalar::cidr4),
        must_fail: boolean(node.get("must_fail")),
        span: node.span,
    })
}

fn group(node: &Node) -> Spanned<Group> {
    let group = Group { subnets: leaves(node.get("subnets"), WORD), sites: leaves(node.get("sites"), WORD) };
    Spanned::new(group, node.span)
}

fn survival(node: &Node) -> Spanned<Survival> {
    let survival = Survival { any: value(node.get("any"), scalar::count), of: leaves(node.get("of"), WORD) };
    Spanned::new(survival, node.span)
}
