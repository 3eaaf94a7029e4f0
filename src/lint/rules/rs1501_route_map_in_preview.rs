//! RS1501: a route map on a route server, which is a preview.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1501",
    name: "route-map-in-preview",
    group: Group::Unknown,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "route maps on a route server are a preview, and the first one upgrades the route server for good",
    what: "A route server has a route map on one of its BGP connections or on its connection to a gateway.",
    why: "Route maps for Route Server are a public preview as of 2026-07, without a service level. Creating the first one starts an upgrade \
          that takes about half an hour (26 to 45 minutes in labs), cannot be undone, and costs extra from then on. The list of learned \
          routes shows what arrived, not what the route map made of it.",
    fix: "Plan a maintenance window for the first route map, or do the same in a policy on the NVA.",
    bad: example!("RS1501", "bad"),
    good: example!("RS1501", "good"),
    sources: &[
        Source { title: "Route Server route maps page", date: "2026-07-17", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-interconnect-ars-route-policy",
            date: "2026-08",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let mut applied = estate.applied_maps(host);
        let Some(first) = applied.next() else { continue };
        let vnet = &estate.topology.vnet(host).name;
        let message = format!("the route server of `{vnet}` uses route maps, which are a preview as of 2026-07");
        let object = estate.route_server_path(host);
        let mut finding = Finding::new(first.span, object, message)
            .label("the first route map upgrades the route server, and nothing undoes that")
            .help("plan 45 minutes for the upgrade, or do the same in `import` and `export` of the NVA");
        for other in applied.take(4) {
            finding = finding.also(other.span, "another route map");
        }
        found.add(finding);
    }
}
