//! RS1603: a comment that ignores something and does not say why.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1603",
    name: "ignore-without-reason",
    group: Group::Hygiene,
    severity: Severity::Warning,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "a comment ignores a rule and does not say why",
    what: "Nothing stands behind the brackets of a comment `# rsctl: ignore[…]`. The setting `require-reason` makes this a warning for \
           everybody; without it the rule runs with `--strict` only.",
    why: "Who reads the file later cannot tell whether the finding was looked at or only silenced.",
    fix: "Write why the finding does not matter here behind the brackets.",
    bad: example!("RS1603", "bad"),
    good: example!("RS1603", "good"),
    sources: &[Source { title: "rsctl", date: "2026-11", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for ignore in estate.ignores().iter().filter(|ignore| ignore.reason.is_empty()) {
        let Some(first) = ignore.names.first() else { continue };
        let names = few(ignore.names.iter().map(|name| &name.text));
        found.add(
            Finding::new(
                ignore.span,
                format!("ignore.{}", first.text),
                format!("this comment ignores {names} without a reason"),
            )
            .help("write the reason behind the brackets: `# rsctl: ignore[RS0104] the subnet exists already`"),
        );
    }
}
