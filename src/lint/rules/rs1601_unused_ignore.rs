//! RS1601: a comment that ignores what does not arise.
//!
//! What is unused is known only after every rule ran; the check itself finds nothing.

use super::super::ignore::{Ignore, IgnoredName};
use super::*;

pub(in crate::lint) static RULE: Rule = Rule {
    code: "RS1601",
    name: "unused-ignore",
    group: Group::Hygiene,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a comment ignores a rule that finds nothing there",
    what: "A comment `# rsctl: ignore[…]` names a rule or a group, the rule ran, and it found nothing in the lines that the comment \
           covers.",
    why: "The mistake that was ignored is gone, or the comment stands in the wrong place. A comment that is left behind hides the next \
          mistake of its kind.",
    fix: "Take the name out of the comment, or the whole comment.",
    bad: example!("RS1601", "bad"),
    good: example!("RS1601", "good"),
    sources: &[Source { title: "rsctl", date: "2026-11", status: Status::Documented }],
    check: |_, _| {},
};

/// The finding for a name that ignored nothing.
pub(in crate::lint) fn finding(ignore: &Ignore, name: &IgnoredName) -> Finding {
    let message = format!("`{}` is ignored here, but nothing of it is found", name.text);
    let help = if ignore.names.len() > 1 { "take the name out of the comment" } else { "take the comment out" };
    Finding::new(name.span, format!("ignore.{}", name.text), message).label("ignores nothing").help(help)
}
