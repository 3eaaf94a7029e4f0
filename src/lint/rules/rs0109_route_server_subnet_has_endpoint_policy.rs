//! RS0109: a service endpoint policy on RouteServerSubnet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0109",
    name: "route-server-subnet-has-endpoint-policy",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "RouteServerSubnet has a service endpoint policy",
    what: "A VNet has a `route_server`, and its `RouteServerSubnet` has a `service_endpoint_policy`.",
    why: "Microsoft advises against any such policy on this subnet: it can cut the path over which Azure manages the instances of the \
          route server.",
    fix: "Take the service endpoint policy off the subnet.",
    bad: example!("RS0109", "bad"),
    good: example!("RS0109", "good"),
    sources: &[Source { title: "Route Server security page", date: "2026-05-12", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (subnet, server) in estate.route_server_subnets() {
        let Some(policy) = &estate.written_subnet(subnet).body.service_endpoint_policy else { continue };
        let name = estate.topology.subnet_name(subnet);
        let message = format!("`{name}` has the service endpoint policy `{}`", policy.value);
        found.add(
            Finding::new(policy.span, estate.subnet_path(subnet), message)
                .label("may cut the route server off from its management")
                .also(server, "the route server in it")
                .help(format!("take `service_endpoint_policy: {}` off this subnet", policy.value)),
        );
    }
}
