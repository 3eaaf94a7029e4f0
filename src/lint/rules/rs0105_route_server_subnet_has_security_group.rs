//! RS0105: a network security group on RouteServerSubnet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0105",
    name: "route-server-subnet-has-security-group",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "RouteServerSubnet has a network security group",
    what: "A VNet has a `route_server`, and its `RouteServerSubnet` has a `network_security_group`.",
    why: "Azure does not support network security groups on this subnet: the instances of the route server have to reach Azure's own \
          management and the BGP peers without one.",
    fix: "Take the network security group off the subnet. The subnet holds nothing but the route server, which carries no traffic of \
          its own, so there is nothing to protect there.",
    bad: example!("RS0105", "bad"),
    good: example!("RS0105", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (subnet, server) in estate.route_server_subnets() {
        let Some(group) = &estate.written_subnet(subnet).body.network_security_group else { continue };
        let message =
            format!("`{}` has the network security group `{}`", estate.topology.subnet_name(subnet), group.value);
        found.add(
            Finding::new(group.span, estate.subnet_path(subnet), message)
                .label("not supported on this subnet")
                .also(server, "the route server in it")
                .help(format!("take `network_security_group: {}` off this subnet", group.value)),
        );
    }
}
