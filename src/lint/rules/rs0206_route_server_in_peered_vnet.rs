//! RS0206: a route server in a VNet with peerings, as the exam puts it.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0206",
    name: "route-server-in-peered-vnet",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Only(Ruleset::Az700),
    summary: "a route server is in a VNet that has a peering, which the exam rules out",
    what: "A VNet has a `route_server` and a peering of any kind. The statement of the exam is taken by the letter; the rule stands in \
           the ruleset az-700 only.",
    why: "The exam's short form is that a route server cannot be deployed in a peered VNet. Azure itself allows it: a hub with spokes is \
          the basic design of a route server, and dual-homed spokes are documented too. What Azure refuses is narrower: using the \
          gateways of another VNet beside a route server of one's own, and a spoke of Virtual WAN.",
    fix: "For the exam, keep the VNet of the route server without peerings. For a real network use the ruleset azure, whose rules RS0202 \
          and RS0301 to RS0304 hold what Azure refuses.",
    bad: example!("RS0206", "bad"),
    good: example!("RS0206", "good"),
    sources: &[
        Source { title: "exam AZ-700, as it is taught", date: "2026", status: Status::Assumed },
        Source {
            title: "Route Server dual-homed network page (it works)",
            date: "2025-09-17",
            status: Status::Documented,
        },
        Source { title: "Route Server FAQ (hub and spoke)", date: "2025-09-17", status: Status::Documented },
    ],
    check,
};

/// Most other places that are pointed at.
const MOST: usize = 4;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(server) = estate.route_server_span(id) else { continue };
        let vnet = estate.topology.vnet(id);
        if vnet.links.is_empty() {
            continue;
        }
        let names: Vec<String> = vnet.links.iter().map(|link| estate.topology.vnet(link.remote).name.clone()).collect();
        let message =
            format!("the route server of `{}` is in a VNet that is peered with {}", vnet.name, few_names(&names));
        let mut finding = Finding::new(server, estate.route_server_path(id), message)
            .label("the exam says: not in a peered VNet")
            .note("Azure itself allows it; what it does refuse is told by the rules RS0202 and RS0301 to RS0304")
            .note("works in Azure: a hub with spokes, a spoke with several hubs, route servers on both sides of a peering")
            .help("for the exam take the peerings away; for a real network use the ruleset azure");
        for link in vnet.links.iter().take(MOST) {
            finding = finding.also(link.span, format!("peered with `{}`", estate.topology.vnet(link.remote).name));
        }
        found.add(finding);
    }
}
