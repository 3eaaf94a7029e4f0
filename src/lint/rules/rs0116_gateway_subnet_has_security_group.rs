//! RS0116: a network security group on GatewaySubnet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0116",
    name: "gateway-subnet-has-security-group",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "GatewaySubnet has a network security group",
    what: "A VNet has a VPN or ExpressRoute gateway, and its `GatewaySubnet` has a `network_security_group`.",
    why: "Azure does not support network security groups on this subnet. A gateway may not be created in it, and one that is there \
          already may stop working, because Azure's management no longer reaches it.",
    fix: "Take the network security group off. Filter on the subnets of the machines instead, or send the traffic through a firewall \
          with a route table on GatewaySubnet.",
    bad: example!("RS0116", "bad"),
    good: example!("RS0116", "good"),
    sources: &[
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
        Source { title: "VPN Gateway settings page", date: "2020-09-16", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for subnet in estate.gateway_subnets() {
        let Some(group) = &estate.written_subnet(subnet).body.network_security_group else { continue };
        let message =
            format!("`{}` has the network security group `{}`", estate.topology.subnet_name(subnet), group.value);
        let mut finding = Finding::new(group.span, estate.subnet_path(subnet), message)
            .label("not supported on this subnet")
            .help(format!("take `network_security_group: {}` off this subnet", group.value));
        for (what, span) in estate.gateways(subnet.vnet) {
            finding = finding.also(span, format!("the {what} in it"));
        }
        found.add(finding);
    }
}
