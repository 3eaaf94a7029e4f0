//! Which rules run and how bad their findings are: what the command line and the settings file say of rules and groups.

use super::registry;
use super::rule::{Group, Persona, Rule, Ruleset};
use super::run::Found;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::settings::{IgnoreEntry, Settings};
use crate::source::Spanned;
use crate::words;

/// The rule that `require-reason` switches on for everybody.
const WITHOUT_REASON: &str = "RS1603";

/// How bad a finding shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// As bad as that.
    At(Severity),
    /// It does not count.
    Off,
}

impl Level {
    /// The words that users write.
    pub const WORDS: &'static [&'static str] = &["error", "warning", "note", "off"];

    /// Reads one of the words.
    pub fn named(text: &str) -> Option<Level> {
        Some(match text {
            "error" => Level::At(Severity::Error),
            "warning" => Level::At(Severity::Warning),
            "note" => Level::At(Severity::Note),
            "off" => Level::Off,
            _ => return None,
        })
    }
}

/// A rule or all rules of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selector {
    /// One rule.
    Rule(&'static Rule),
    /// A group.
    Group(Group),
}

impl Selector {
    /// Reads a code, a name or a group.
    ///
    /// # Errors
    /// What is wrong, and what could be meant.
    pub fn named(text: &str) -> Result<Selector, (String, String)> {
        if let Some(rule) = registry::find(text) {
            return Ok(Selector::Rule(rule));
        }
        if let Some(group) = Group::ALL.iter().find(|group| group.word().eq_ignore_ascii_case(text)) {
            return Ok(Selector::Group(*group));
        }
        let groups = Group::ALL.iter().map(|group| group.word());
        let close = registry::closest(text).or_else(|| words::closest(text, groups));
        let help = close.map_or_else(
            || "`rsctl explain --all` lists the rules".to_owned(),
            |close| format!("did you mean `{close}`?"),
        );
        Err((format!("there is no rule or group `{}`", words::echo(text)), help))
    }

    /// Whether a rule is meant.
    pub fn covers(self, rule: &Rule) -> bool {
        match self {
            Selector::Rule(own) => *own == *rule,
            Selector::Group(group) => group == rule.group,
        }
    }
}

/// What runs, and how bad it is.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Whose statements hold.
    pub ruleset: Ruleset,
    /// Also rules that only some want to read.
    pub strict: bool,
    /// Only these; empty means all.
    pub only: Vec<Selector>,
    /// Rules and groups with their level; a rule goes before its group, a later entry before an earlier one.
    pub levels: Vec<(Selector, Level)>,
    /// Findings that do not count, of the settings file.
    pub ignore: Vec<SettingsIgnore>,
}

/// An entry of the settings file that ignores findings.
#[derive(Debug, Clone)]
pub struct SettingsIgnore {
    selectors: Vec<Selector>,
    entry: IgnoreEntry,
}

impl Selection {
    /// Takes over what the settings file says of rules; `sink` gets names that lead nowhere.
    pub fn apply(&mut self, settings: &Settings, sink: &mut Sink) {
        if let Some(rule) = registry::find(WITHOUT_REASON).filter(|_| settings.require_reason) {
            self.levels.push((Selector::Rule(rule), Level::At(rule.severity)));
        }
        for (rule, level) in &settings.severity {
            let selector = selector(rule, sink);
            let known = Level::named(&level.value);
            if known.is_none() {
                let help = format!("write {}", words::one_of(Level::WORDS.iter().copied()));
                let message = format!("`{}` is no level", words::echo(&level.value));
                sink.push(Diagnostic::error(level.span, message).help(help));
            }
            self.levels.extend(selector.zip(known));
        }
        for entry in &settings.ignore {
            let selectors: Vec<Selector> = entry.rules.iter().filter_map(|rule| selector(rule, sink)).collect();
            if settings.require_reason && entry.reason.is_none() {
                let help = "add `reason = \"…\"`, or take out `require-reason`";
                sink.push(Diagnostic::error(entry.span, "this entry gives no reason").help(help));
            }
            self.ignore.push(SettingsIgnore { selectors, entry: entry.clone() });
        }
    }

    /// Whether a rule runs.
    pub fn runs(&self, rule: &Rule) -> bool {
        let named = self.only.iter().any(|selector| selector.covers(rule));
        let wanted = rule.persona == Persona::Everybody || self.strict || self.raises(rule);
        rule.rulesets.holds(self.ruleset)
            && (named || (self.only.is_empty() && wanted))
            && self.level(rule) != Some(Level::Off)
    }

    /// A level for the rule by name makes everybody see it.
    fn raises(&self, rule: &Rule) -> bool {
        let by_name = |selector: &Selector| matches!(selector, Selector::Rule(own) if **own == *rule);
        self.levels.iter().any(|(selector, level)| by_name(selector) && *level != Level::Off)
    }

    /// What the user says of a rule.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        let of = |wanted: fn(&Selector) -> bool| {
            let mut levels = self.levels.iter().rev();
            levels.find(|(selector, _)| wanted(selector) && selector.covers(rule)).map(|(_, level)| *level)
        };
        of(|selector| matches!(selector, Selector::Rule(_)))
            .or_else(|| of(|selector| matches!(selector, Selector::Group(_))))
    }

    /// How bad a finding is.
    pub fn severity(&self, found: &Found) -> Severity {
        match self.level(found.rule) {
            Some(Level::At(severity)) => severity,
            _ => found.severity,
        }
    }

    /// Whether the settings file ignores a finding in the file of that path.
    pub fn ignores(&self, found: &Found, path: &str) -> bool {
        self.ignore.iter().any(|ignore| {
            ignore.selectors.iter().any(|selector| selector.covers(found.rule))
                && ignore.entry.files.as_ref().is_none_or(|files| files.is_match(path))
                && ignore.entry.objects.as_ref().is_none_or(|objects| objects.is_match(&found.finding.object))
        })
    }
}

fn selector(name: &Spanned<String>, sink: &mut Sink) -> Option<Selector> {
    match Selector::named(&name.value) {
        Ok(selector) => Some(selector),
        Err((message, help)) => {
            sink.push(Diagnostic::error(name.span, message).help(help));
            None
        }
    }
}
