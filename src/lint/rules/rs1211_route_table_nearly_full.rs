//! RS1211: a route table close to its limit.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1211",
    name: "route-table-nearly-full",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route table is more than 90 % full",
    what: "A route table holds more than 90 % of the routes that Azure takes, and not yet too many.",
    why: "The next spokes or sites will not fit, and a deployment that adds them fails when the limit is reached.",
    fix: "Summarise ranges or let BGP bring them before the table is full.",
    bad: example!("RS1211", "bad"),
    good: example!("RS1211", "good"),
    sources: &[Source { title: "Azure networking limits", date: "2022-12-05", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::RoutesPerTable);
    for used in estate.used_tables() {
        let count = used.table.routes.len();
        if count > limit || count * 10 <= limit * 9 {
            continue;
        }
        let left = match limit - count {
            0 => "no further route fits".to_owned(),
            1 => "one more route fits".to_owned(),
            left => format!("{left} more routes fit"),
        };
        let message = format!("table `{}` holds {count} of {limit} routes", used.table.name);
        found.add(
            Finding::new(used.table.span, used.path(), message)
                .label(left)
                .affects(estate.subnets_text(&used.subnets))
                .note(format!("the limit is {limit} ({})", estate.source_of(Fact::RoutesPerTable)))
                .help("summarise ranges, or leave to BGP what BGP can bring"),
        );
    }
}
