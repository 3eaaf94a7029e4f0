//! RS1210: more routes than a route table takes.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1210",
    name: "too-many-routes-in-table",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route table has more routes than Azure takes",
    what: "The number of routes in a route table is above the documented limit (the fact `routes_per_table`).",
    why: "Azure refuses the route that would go over the limit, so the deployment stops halfway. Tables that Azure Virtual Network \
          Manager keeps may hold more.",
    fix: "Summarise ranges, let BGP bring what it can, or set the fact `routes_per_table` where Azure Virtual Network Manager keeps the \
          table.",
    bad: example!("RS1210", "bad"),
    good: example!("RS1210", "good"),
    sources: &[Source { title: "Azure networking limits", date: "2022-12-05", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::RoutesPerTable);
    for used in estate.used_tables() {
        let count = used.table.routes.len();
        let Some(over) = used.routes().nth(limit) else { continue };
        let message = format!("table `{}` has {count} routes, more than the {limit} that Azure takes", used.table.name);
        found.add(
            Finding::new(used.table.span, used.path(), message)
                .label(format!("{} too many", count - limit))
                .also(over.route.span, "the first that Azure refuses")
                .affects(estate.subnets_text(&used.subnets))
                .note(format!("the limit is {limit} ({})", estate.source_of(Fact::RoutesPerTable)))
                .help(format!("bring it down to {limit}: summarise ranges, or leave to BGP what BGP can bring")),
        );
    }
}
