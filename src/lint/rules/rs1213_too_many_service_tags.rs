//! RS1213: more routes to service tags than a route table takes.

use super::*;
use crate::topology::UserPrefix;

pub(super) static RULE: Rule = Rule {
    code: "RS1213",
    name: "too-many-service-tags",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route table has more routes to service tags than Azure takes",
    what: "The number of routes whose prefix is a service tag is above the documented limit of one route table (the fact \
           `service_tags_per_table`).",
    why: "A service tag stands for many ranges, so Azure takes only a few of them in one table. Those over the limit are refused.",
    fix: "Replace regional tags by the global one, such as `Storage` for `Storage.WestEurope`, or write the ranges that are needed.",
    bad: example!("RS1213", "bad"),
    good: example!("RS1213", "good"),
    sources: &[
        Source { title: "user-defined routes overview", date: "2023-05-27", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::ServiceTagsPerTable);
    for used in estate.used_tables() {
        let tags: Vec<_> =
            used.routes().filter(|route| matches!(route.route.prefix, UserPrefix::ServiceTag(_))).collect();
        let Some(over) = tags.get(limit) else { continue };
        let message = format!(
            "table `{}` has {} service tags, more than the {limit} that Azure takes",
            used.table.name,
            tags.len()
        );
        found.add(
            Finding::new(over.prefix_span(), used.path(), message)
                .label(format!("number {}", limit + 1))
                .also(used.table.span, format!("{} service tags in this table", tags.len()))
                .affects(estate.subnets_text(&used.subnets))
                .note(format!("the limit is {limit} ({})", estate.source_of(Fact::ServiceTagsPerTable)))
                .help(format!("bring them down to {limit}: one global tag may stand for several regional ones")),
        );
    }
}
