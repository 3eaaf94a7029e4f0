//! Rules as they are explained: names, weight, help, examples, sources.
//!
//! How an explanation looks belongs in `render`.

use crate::lint::{Persona, Rule, Ruleset, Rulesets};
use serde::Serialize;

/// One rule.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleView {
    /// `RS0103`.
    pub code: &'static str,
    /// `route-server-subnet-too-small`.
    pub name: &'static str,
    /// `refuse`.
    pub group: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// Only with `--strict`.
    pub strict: bool,
    /// The rulesets that hold it.
    pub rulesets: Vec<&'static str>,
    /// The problem in one sentence.
    pub summary: &'static str,
    /// When it fires.
    pub what: &'static str,
    /// What happens then.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// A topology on which it fires.
    pub bad: &'static str,
    /// The same without the problem.
    pub good: &'static str,
    /// Who says so.
    pub sources: Vec<SourceView>,
}

/// Who says so.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// The page or the lab.
    pub title: &'static str,
    /// When.
    pub date: &'static str,
    /// `documented`, `observed` or `assumed`.
    pub status: &'static str,
}

impl From<&Rule> for RuleView {
    fn from(rule: &Rule) -> Self {
        let rulesets = match rule.rulesets {
            Rulesets::Both => vec![Ruleset::Azure.word(), Ruleset::Az700.word()],
            Rulesets::Only(ruleset) => vec![ruleset.word()],
        };
        let sources = rule.sources.iter().map(|source| SourceView {
            title: source.title,
            date: source.date,
            status: source.status.word(),
        });
        RuleView {
            code: rule.code,
            name: rule.name,
            group: rule.group.word(),
            severity: rule.severity.word(),
            strict: rule.persona == Persona::Strict,
            rulesets,
            summary: rule.summary,
            what: rule.what,
            why: rule.why,
            fix: rule.fix,
            bad: rule.bad,
            good: rule.good,
            sources: sources.collect(),
        }
    }
}
