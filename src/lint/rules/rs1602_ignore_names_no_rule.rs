//! RS1602: a comment that was meant to ignore something and names nothing that exists.

use super::super::selection::Selector;
use super::*;
use crate::words::echo;

pub(super) static RULE: Rule = Rule {
    code: "RS1602",
    name: "ignore-names-no-rule",
    group: Group::Hygiene,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a comment is to ignore something but names no rule or group that exists",
    what: "A comment `# rsctl: ignore` has no rules in brackets behind it, or one of the names is neither a rule's code, nor its name, \
           nor a group.",
    why: "Nothing is ignored: there is no way to ignore everything, so that a new mistake is never hidden by an old comment.",
    fix: "Write `# rsctl: ignore[RS0104] reason`, with codes, names or groups separated by commas.",
    bad: example!("RS1602", "bad"),
    good: example!("RS1602", "good"),
    sources: &[Source { title: "rsctl", date: "2026-11", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for ignore in estate.ignores() {
        if ignore.names.is_empty() {
            found.add(
                Finding::new(ignore.span, "ignore", "this comment ignores nothing: it names no rule")
                    .help("write the rules in brackets: `# rsctl: ignore[RS0104] reason`"),
            );
        }
        for name in &ignore.names {
            if let Err((message, help)) = Selector::named(&name.text) {
                found.add(Finding::new(name.span, format!("ignore.{}", echo(&name.text)), message).help(help));
            }
        }
    }
}
