//! RS0106: a route table on RouteServerSubnet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0106",
    name: "route-server-subnet-has-route-table",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "RouteServerSubnet has a route table",
    what: "A VNet has a `route_server`, and its `RouteServerSubnet` has a `route_table`, with or without routes in it.",
    why: "Azure does not support user-defined routes on this subnet. The route server only speaks BGP; packets between machines never \
          pass through it, so a route table could steer nothing but the management of the route server and its BGP sessions.",
    fix: "Take the route table off the subnet. Put user-defined routes on the subnets whose machines send the traffic.",
    bad: example!("RS0106", "bad"),
    good: example!("RS0106", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (subnet, server) in estate.route_server_subnets() {
        let Some(table) = &estate.written_subnet(subnet).body.route_table else { continue };
        let message = format!("`{}` has the route table `{}`", estate.topology.subnet_name(subnet), table.value);
        found.add(
            Finding::new(table.span, estate.subnet_path(subnet), message)
                .label("not supported on this subnet")
                .also(server, "the route server in it")
                .help(format!("take `route_table: {}` off this subnet", table.value)),
        );
    }
}
