//! RS1219: a route table that no subnet uses.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1219",
    name: "route-table-unused",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "no subnet uses a route table",
    what: "A route table stands under `route_tables`, and no subnet names it as its `route_table`.",
    why: "It does nothing. Either a subnet was forgotten, and its traffic does not take the way that was planned, or the table is left \
          over. No other rule looks at its routes.",
    fix: "Name it as the `route_table` of the subnets that it is for, or remove it.",
    bad: example!("RS1219", "bad"),
    good: example!("RS1219", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let tables = estate.topology.route_tables.iter().zip(estate.subnets_of_tables());
    for (table, _) in tables.filter(|(_, subnets)| subnets.is_empty()) {
        let message = format!("no subnet uses the route table `{}`", table.name);
        found.add(
            Finding::new(table.span, format!("route_tables.{}", table.name), message)
                .label("has no effect")
                .help(format!("write `route_table: {}` in a subnet, or remove the table", table.name)),
        );
    }
}
