//! RS0906: more equal paths than anybody has seen on a NIC.

use super::*;
use crate::effective::GatewayRoute;
use ipnet::Ipv4Net;

pub(super) static RULE: Rule = Rule {
    code: "RS0906",
    name: "more-than-eight-equal-paths",
    group: Group::Unknown,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a prefix has more than eight equal next hops, and nobody documents how many a NIC takes",
    what: "A route server programs a prefix with more than eight next hops of equal cost, or with more than the fact `ecmp_limit` \
           allows.",
    why: "Microsoft documents no limit for equal-cost paths on a NIC; practitioners report eight. What Azure does with a ninth is not \
          known: an NVA may get no traffic at all.",
    fix: "Let at most eight NVAs announce the prefix with the shortest path, or put NVAs behind an internal load balancer and announce \
          its frontend as next hop.",
    bad: example!("RS0906", "bad"),
    good: example!("RS0906", "good"),
    sources: &[Source { title: "reports of practitioners; nothing documented", date: "2026", status: Status::Assumed }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, _) in estate.route_servers() {
        let (Some(routes), Some(server)) = (estate.tables().gateway_routes(host), estate.written_route_server(host))
        else {
            continue;
        };
        let wide: Vec<&GatewayRoute> = routes.routes().iter().filter(|route| is_wide(route)).collect();
        let Some(most) = wide.iter().map(|route| route.hops.len()).max() else { continue };
        let hub = &estate.topology.vnet(host).name;
        let message = format!("the route server of `{hub}` programs more equal next hops than NICs are known to take");
        let prefixes: Vec<Ipv4Net> = wide.iter().map(|route| route.prefix).collect();
        found.add(
            Finding::new(server.span, estate.route_server_path(host), message)
                .label(match estate.limit(Fact::EcmpLimit) {
                    0 => format!("{most} next hops of equal cost"),
                    limit => format!("cut to {limit} next hops of equal cost"),
                })
                .affects(few(prefixes))
                .note(format!("how many a NIC takes: {}", estate.source_of(Fact::EcmpLimit)))
                .help("let some of the NVAs prepend their ASN, or announce the frontend of an internal load balancer as next hop"),
        );
    }
}

/// True when the number of next hops is beyond what is known, or was cut.
fn is_wide(route: &GatewayRoute) -> bool {
    route.rests_on.iter().any(|fact| fact == Fact::EcmpLimit)
}
