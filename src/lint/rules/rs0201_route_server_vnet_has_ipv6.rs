//! RS0201: a route server in a dual-stack VNet.

use super::*;
use crate::topology::SubnetId;
use ipnet::IpNet;

pub(super) static RULE: Rule = Rule {
    code: "RS0201",
    name: "route-server-vnet-has-ipv6",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the VNet of a route server has an IPv6 range",
    what: "A VNet has a `route_server` and an IPv6 range in its `address_space`. A dual-stack VNet that is only peered with the VNet \
           of a route server is not meant.",
    why: "A route server carries IPv4 only, and deploying one into a dual-stack VNet breaks IPv6 in that VNet. IPv4 goes on working.",
    fix: "Take the IPv6 range out of this VNet, or move the machines that need IPv6 to a peered VNet. Dual-stack spokes are fine: their \
          IPv4 routes work, their IPv6 takes no part.",
    bad: example!("RS0201", "bad"),
    good: example!("RS0201", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(server) = estate.route_server_span(id) else { continue };
        let vnet = estate.written_vnet(id);
        let mut ranges = vnet.body.address_space.iter().filter(|range| matches!(range.value, IpNet::V6(_)));
        let Some(first) = ranges.next() else { continue };
        let message = format!("VNet `{}` has a route server and the IPv6 range {}", vnet.name.value, first.value);
        let mut finding = Finding::new(first.span, estate.vnet_path(id), message)
            .label("IPv6 breaks in a VNet with a route server")
            .also(server, "the route server");
        let names: Vec<String> = estate
            .topology
            .subnet_ids(id)
            .filter(|subnet| has_ipv6(estate, *subnet))
            .map(|id| estate.topology.subnet_name(id))
            .collect();
        if !names.is_empty() {
            finding = finding.affects(format!("IPv6 of {}", few_names(&names)));
        }
        let others: Vec<String> = ranges.map(|range| range.value.to_string()).collect();
        let what = if others.is_empty() {
            first.value.to_string()
        } else {
            format!("{} and the other IPv6 ranges", first.value)
        };
        found.add(
            finding.help(format!(
                "take {what} out of `address_space`, and put machines that need IPv6 into a peered VNet"
            )),
        );
    }
}

fn has_ipv6(estate: &Context<'_>, subnet: SubnetId) -> bool {
    estate.written_subnet(subnet).body.prefixes.iter().any(|range| matches!(range.value, IpNet::V6(_)))
}
