//! What a rule is: its names, its weight, its help and its check.
//!
//! The rules themselves stand in `rules`, one file each.

use super::context::Context;
use super::finding::Findings;
use crate::azure::facts::Status;
use crate::diagnostic::Severity;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Azure rejects it, or says that it does not support it.
    Refuse,
    /// Traffic or routes get lost.
    Loss,
    /// Traffic passes inspection by.
    Bypass,
    /// There and back take different ways.
    Asymmetry,
    /// A number that Azure limits.
    Limit,
    /// Untidy, surprising or superfluous.
    Hygiene,
    /// The result rests on behaviour that nobody documents.
    Unknown,
}

impl Group {
    /// Every group.
    pub const ALL: &'static [Group] =
        &[Group::Refuse, Group::Loss, Group::Bypass, Group::Asymmetry, Group::Limit, Group::Hygiene, Group::Unknown];

    /// The word that users write.
    pub fn word(self) -> &'static str {
        match self {
            Group::Refuse => "refuse",
            Group::Loss => "loss",
            Group::Bypass => "bypass",
            Group::Asymmetry => "asymmetry",
            Group::Limit => "limit",
            Group::Hygiene => "hygiene",
            Group::Unknown => "unknown",
        }
    }

    /// What it holds, in a clause.
    pub fn about(self) -> &'static str {
        match self {
            Group::Refuse => "Azure rejects it or does not support it",
            Group::Loss => "routes or traffic get lost",
            Group::Bypass => "traffic passes inspection by",
            Group::Asymmetry => "there and back take different ways",
            Group::Limit => "a number that Azure limits",
            Group::Hygiene => "untidy, surprising or superfluous",
            Group::Unknown => "the result rests on behaviour that nobody documents",
        }
    }
}

/// Whose statements are held against the topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ruleset {
    /// What Azure documents and does.
    #[default]
    Azure,
    /// The simplified statements of the exam AZ-700.
    Az700,
}

impl Ruleset {
    /// The word that users write.
    pub fn word(self) -> &'static str {
        match self {
            Ruleset::Azure => "azure",
            Ruleset::Az700 => "az-700",
        }
    }
}

/// In which rulesets a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rulesets {
    /// In both.
    Both,
    /// In one only: the other contradicts it.
    Only(Ruleset),
}

impl Rulesets {
    /// Whether a ruleset holds the rule.
    pub fn holds(self, ruleset: Ruleset) -> bool {
        self == Rulesets::Both || self == Rulesets::Only(ruleset)
    }
}

/// Who wants to read a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persona {
    /// Everybody.
    Everybody,
    /// Those who ask for it with `--strict`.
    Strict,
}

/// Who says so.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The page or the lab.
    pub title: &'static str,
    /// When it was read or made: `2025-09-17`, `2021-11`, `2026`.
    pub date: &'static str,
    /// How well it is known.
    pub status: Status,
}

/// A rule. See the files in `rules` for how one is written.
#[derive(Debug)]
pub struct Rule {
    /// `RS` and four digits. Never given to another rule.
    pub code: &'static str,
    /// The problem in kebab case; reads well after "allow".
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// How bad it is, unless the user says otherwise.
    pub severity: Severity,
    /// Who wants to read it.
    pub persona: Persona,
    /// In which rulesets it stands.
    pub rulesets: Rulesets,
    /// The problem in one sentence: lower case, no full stop.
    pub summary: &'static str,
    /// When exactly it fires, in sentences.
    pub what: &'static str,
    /// What happens then, in sentences.
    pub why: &'static str,
    /// What to do, in sentences.
    pub fix: &'static str,
    /// A topology on which it fires once.
    pub bad: &'static str,
    /// The same without the problem.
    pub good: &'static str,
    /// Who says so.
    pub sources: &'static [Source],
    /// Adds what it finds.
    pub check: fn(&Context<'_>, &mut Findings),
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}

impl Rule {
    /// True when `text` is its code or its name, in any case.
    pub fn is_named(&self, text: &str) -> bool {
        self.code.eq_ignore_ascii_case(text) || self.name.eq_ignore_ascii_case(text)
    }
}
