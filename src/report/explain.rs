//! What a word means: a rule, a group of rules, a fact, or a term of the field.

use super::facts_view::FactsView;
use super::rules::RuleView;
use crate::azure::facts::{Fact, Facts};
use crate::azure::terms::{self, Term};
use crate::lint::{self, Group};
use crate::words::{closest, echo};

/// The explanation of one word.
pub enum Explanation {
    /// A rule.
    Rule(Box<RuleView>),
    /// Several rules under a heading: those of a group, or all.
    Rules(String, Vec<RuleView>),
    /// A fact, with its history and sources.
    Fact(Box<FactsView>),
    /// A term.
    Term(&'static Term),
}

impl Explanation {
    /// Every rule.
    pub fn all_rules() -> Self {
        Explanation::Rules("Rules".into(), lint::all().iter().map(|rule| RuleView::from(*rule)).collect())
    }

    /// What a word means.
    ///
    /// # Errors
    /// That nobody knows the word, and what could be meant.
    pub fn of(word: &str) -> Result<Self, (String, String)> {
        if let Some(rule) = lint::find(word) {
            return Ok(Explanation::Rule(Box::new(rule.into())));
        }
        if let Some(group) = Group::ALL.iter().find(|group| group.word().eq_ignore_ascii_case(word)) {
            let rules = lint::all().iter().filter(|rule| rule.group == *group).map(|rule| RuleView::from(*rule));
            return Ok(Explanation::Rules(format!("{}: {}", group.word(), group.about()), rules.collect()));
        }
        if let Some(fact) = Fact::named(word) {
            return Ok(Explanation::Fact(Box::new(FactsView::new(&Facts::default(), &[fact]))));
        }
        if let Some(term) = terms::find(word) {
            return Ok(Explanation::Term(term));
        }
        let facts = Fact::ALL.iter().map(|fact| fact.name());
        let groups = Group::ALL.iter().map(|group| group.word());
        let close = lint::closest(word)
            .or_else(|| closest(word, facts.chain(groups).chain(terms::TERMS.iter().map(|term| term.name))));
        let help = close.map_or_else(
            || "rules: `rsctl explain --all`; facts: `rsctl facts`".to_owned(),
            |close| format!("did you mean `{close}`?"),
        );
        Err((format!("there is no rule, group, fact or term `{}`", echo(word)), help))
    }
}
