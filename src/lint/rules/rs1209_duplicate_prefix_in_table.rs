//! RS1209: one prefix twice in a route table.

use super::*;
use crate::lint::questions::user_routes::TableRoute;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "RS1209",
    name: "duplicate-prefix-in-table",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "two routes of one route table have the same prefix",
    what: "Two user-defined routes of one route table match the same range or the same service tag.",
    why: "Azure refuses the second route with `RouteConflict`. Two next hops for one prefix cannot be had with user-defined routes: that \
          takes a load balancer, or BGP.",
    fix: "Keep one of them. To spread traffic over two appliances, send to a load balancer in front of them.",
    bad: example!("RS1209", "bad"),
    good: example!("RS1209", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        let mut seen: BTreeMap<String, TableRoute<'_>> = BTreeMap::new();
        for route in used.routes() {
            let prefix = route.prefix();
            let Some(first) = seen.get(&prefix.to_ascii_lowercase()) else {
                seen.insert(prefix.to_ascii_lowercase(), route);
                continue;
            };
            let (one, two) = (&first.route.name, &route.route.name);
            let message = format!("routes `{one}` and `{two}` of table `{}` both match {prefix}", used.table.name);
            let help = match (first.appliance(), route.appliance()) {
                (Some(left), Some(right)) if left != right => format!(
                    "keep one; to use both {left} and {right}, put a load balancer before them and send to its address"
                ),
                _ if first.route.next_hop == route.route.next_hop => format!("remove `{two}`: it says the same"),
                _ => format!("keep the one that is meant: {} or {}", first.sends_to(), route.sends_to()),
            };
            found.add(
                Finding::new(route.prefix_span(), used.route_path(route.route), message)
                    .key(prefix)
                    .label("Azure refuses this route")
                    .also(first.prefix_span(), "the same prefix")
                    .affects(estate.subnets_text(&used.subnets))
                    .help(help),
            );
        }
    }
}
