//! Runs rules, matches what they find with the comments that ignore it, and puts it in order.

use super::context::Context;
use super::finding::{Finding, Findings};
use super::fingerprint::fingerprints;
use super::ignore::Ignore;
use super::registry;
use super::rule::{Group, Persona, Rule};
use super::rules;
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
    /// A comment in the file ignores it.
    pub ignored: bool,
}

/// What the wanted rules of the context's ruleset find, in order of files and places.
pub fn run(estate: &Context<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<Found> {
    let rules: Vec<&'static Rule> =
        registry::all().iter().copied().filter(|rule| rule.rulesets.holds(estate.ruleset) && wanted(rule)).collect();
    let mut all: Vec<Found> = rules.iter().flat_map(|rule| findings_of(rule, estate)).collect();
    let ignores = estate.ignores();
    let mut used: Vec<Vec<bool>> = ignores.iter().map(|ignore| vec![false; ignore.names.len()]).collect();
    for found in &mut all {
        let span = found.finding.place.span;
        let file = estate.sources.file(span.file);
        for (ignore, used) in ignores.iter().zip(&mut used) {
            let named =
                |name: &super::ignore::IgnoredName| name.selector.is_some_and(|selector| selector.covers(found.rule));
            if let Some(index) = ignore.names.iter().position(named).filter(|_| ignore.covers(file, span)) {
                found.ignored = true;
                used[index] = true;
            }
        }
    }
    if rules.contains(&&rules::UNUSED_IGNORE) {
        all.extend(unused(estate, ignores, &used, &rules));
    }
    in_order(all)
}

fn findings_of(rule: &'static Rule, estate: &Context<'_>) -> impl Iterator<Item = Found> + use<> {
    let mut findings = Findings::default();
    (rule.check)(estate, &mut findings);
    findings.into_vec().into_iter().map(move |finding| found(rule, finding))
}

fn found(rule: &'static Rule, finding: Finding) -> Found {
    let severity = finding.severity.unwrap_or(rule.severity);
    Found { rule, severity, finding, fingerprint: String::new(), ignored: false }
}

/// Names in comments that ignored nothing, as far as what they name did run.
fn unused(estate: &Context<'_>, ignores: &[Ignore], used: &[Vec<bool>], ran: &[&'static Rule]) -> Vec<Found> {
    let mut all = Vec::new();
    for (ignore, used) in ignores.iter().zip(used) {
        for (name, used) in ignore.names.iter().zip(used) {
            let every = |selector: super::selection::Selector| {
                registry::all()
                    .iter()
                    .filter(|rule| selector.covers(rule) && rule.rulesets.holds(estate.ruleset))
                    .all(|rule| ran.contains(rule))
            };
            if !used && name.selector.is_some_and(every) {
                all.push(found(&rules::UNUSED_IGNORE, rules::unused_ignore(ignore, name)));
            }
        }
    }
    all
}

/// Sorts findings by place and gives each its fingerprint.
fn in_order(mut all: Vec<Found>) -> Vec<Found> {
    all.sort_by(|left, right| {
        let key = |found: &Found| (found.finding.place.span, found.rule.code);
        key(left).cmp(&key(right)).then_with(|| left.finding.message.cmp(&right.finding.message))
    });
    fingerprints(&mut all);
    all
}

/// What is planned without, because Azure refuses it: every command that plans has to say it.
pub fn left_out(estate: &Context<'_>) -> Vec<Found> {
    let mut all = run(estate, |rule| rule.group == Group::Refuse && rule.persona == Persona::Everybody);
    all.retain(|found| found.finding.left_out && !found.ignored);
    all
}
