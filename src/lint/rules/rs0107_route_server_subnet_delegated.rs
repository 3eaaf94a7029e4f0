//! RS0107: a RouteServerSubnet that is delegated to a service.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0107",
    name: "route-server-subnet-delegated",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "RouteServerSubnet is delegated to a service",
    what: "A VNet has a `route_server`, and its `RouteServerSubnet` has a `delegation`.",
    why: "A delegation hands a subnet to one service. A route server needs a subnet of its own, and no service takes a delegation on \
          its behalf, so one of the two cannot be deployed.",
    fix: "Take the delegation off, and delegate another subnet to that service.",
    bad: example!("RS0107", "bad"),
    good: example!("RS0107", "good"),
    sources: &[
        Source { title: "Route Server FAQ (a dedicated subnet)", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "Route Server security page (nothing else in the subnet; delegations are not named)",
            date: "2026-05-12",
            status: Status::Assumed,
        },
    ],
    check,
};

/// The size to suggest for a subnet of its own.
const LENGTH: u8 = 27;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (subnet, server) in estate.route_server_subnets() {
        let Some(service) = &estate.written_subnet(subnet).body.delegation else { continue };
        let message = format!("`{}` is delegated to `{}`", estate.topology.subnet_name(subnet), service.value);
        let elsewhere = match estate.free_range(subnet.vnet, LENGTH) {
            Some(range) => format!("delegate a subnet of its own to the service, {range} is free in this VNet"),
            None => "delegate another subnet to the service".to_owned(),
        };
        found.add(
            Finding::new(service.span, estate.subnet_path(subnet), message)
                .label("this subnet is for the route server alone")
                .also(server, "the route server in it")
                .note("the documentation asks for a subnet of its own and does not name delegations")
                .help(format!("take the delegation off; {elsewhere}")),
        );
    }
}
