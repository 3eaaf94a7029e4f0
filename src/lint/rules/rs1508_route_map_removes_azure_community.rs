//! RS1508: a route map that removes a community of Azure's own.

use super::*;
use crate::net::Community;

pub(super) static RULE: Rule = Rule {
    code: "RS1508",
    name: "route-map-removes-azure-community",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route map of a route server removes a community that Azure needs",
    what: "A route map that a route server applies has one of Azure's own communities in `remove_communities`.",
    why: "Azure marks routes with these communities, some of them against loops between hubs and circuits. Microsoft asks not to remove \
          them, and names this as a reason why a route map does not provision.",
    fix: "Take the community out of the list.",
    bad: example!("RS1508", "bad"),
    good: example!("RS1508", "good"),
    sources: &[
        Source { title: "Route Server route maps page", date: "2026-07-17", status: Status::Documented },
        Source { title: "Route Server page on configuring route maps", date: "2026-07-17", status: Status::Documented },
    ],
    check,
};

/// The communities that Microsoft lists (2026-06-02).
const OF_AZURE: &[Community] = &[
    Community(65517, 12001),
    Community(65517, 12002),
    Community(65517, 12003),
    Community(65517, 12005),
    Community(65517, 12006),
    Community(65518, 65518),
    Community(65517, 65517),
    Community(65517, 12076),
    Community(65518, 12076),
    Community(65515, 10000),
    Community(65515, 20000),
];

fn check(estate: &Context<'_>, found: &mut Findings) {
    for map in estate.azure_route_maps() {
        for rule in &map.body {
            let removed = rule.then.remove_communities.iter();
            let Some(community) = removed.into_iter().find(|community| OF_AZURE.contains(&community.value)) else {
                continue;
            };
            let message =
                format!("the route map `{}` removes {}, which is Azure's own", map.name.value, community.value);
            found.add(
                Finding::new(community.span, format!("route_maps.{}", map.name.value), message)
                    .key(community.value.to_string())
                    .label("a community of Azure's")
                    .help(format!("take {} out of `remove_communities`", community.value)),
            );
        }
    }
}
