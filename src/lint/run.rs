//! Runs rules and puts what they find in order.

use super::context::Context;
use super::finding::{Finding, Findings};
use super::fingerprint::fingerprints;
use super::registry;
use super::rule::{Group, Persona, Rule};
use crate::diagnostic::Severity;

/// A finding with its rule.
#[derive(Debug, Clone)]
pub struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is: the finding's own word, or else the rule's.
    pub severity: Severity,
    /// What was found.
    pub finding: Finding,
    /// What stays the same when the file is laid out anew.
    pub fingerprint: String,
}

/// What the wanted rules of the context's ruleset find, in order of files and places.
pub fn run(estate: &Context<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<Found> {
    let rules = registry::all().iter().copied().filter(|rule| rule.rulesets.holds(estate.ruleset));
    let mut all: Vec<Found> = Vec::new();
    for rule in rules.filter(|rule| wanted(rule)) {
        let mut findings = Findings::default();
        (rule.check)(estate, &mut findings);
        all.extend(findings.into_vec().into_iter().map(|finding| Found {
            rule,
            severity: finding.severity.unwrap_or(rule.severity),
            finding,
            fingerprint: String::new(),
        }));
    }
    in_order(all)
}

/// Sorts findings by place and gives each its fingerprint.
pub(super) fn in_order(mut all: Vec<Found>) -> Vec<Found> {
    all.sort_by(|left, right| {
        let key = |found: &Found| (found.finding.place.span, found.rule.code);
        key(left).cmp(&key(right)).then_with(|| left.finding.message.cmp(&right.finding.message))
    });
    fingerprints(&mut all);
    all
}

/// What Azure refuses of an estate: what is planned without, so that every command can say it.
pub fn refusals(estate: &Context<'_>) -> Vec<Found> {
    run(estate, |rule| rule.group == Group::Refuse && rule.persona == Persona::Everybody)
}
