//! RS1506: summarized gateway prefixes that leave out the gateway's own VNet.

use super::*;
use ipnet::{IpNet, Ipv4Net};

pub(super) static RULE: Rule = Rule {
    code: "RS1506",
    name: "summary-omits-hub",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "no summarized gateway prefix covers a range of the gateway's own VNet, which is then not announced",
    what: "A VNet with a gateway has `summarized_gateway_prefixes`, and a range of its own address space lies in none of them. A spoke \
           that is left out does no harm: its range is announced as before.",
    why: "With the property set, gateways announce the listed prefixes instead of the address space of their own VNet. A range that the list \
          leaves out is announced no longer, and on-premises has no route to it.",
    fix: "Add the range, or a prefix that covers it, to the list.",
    bad: example!("RS1506", "bad"),
    good: example!("RS1506", "good"),
    sources: &[Source { title: "advertised gateway prefixes page", date: "2026-03-31", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let vnet = estate.topology.vnet(id);
        let written = &estate.written_vnet(id).body;
        let gateway = vnet.vpn_gateway.is_some() || vnet.express_route_gateway.is_some();
        let Some(first) = written.summarized_gateway_prefixes.first().filter(|_| gateway) else { continue };
        let covered = |range: &Ipv4Net| vnet.summarized_gateway_prefixes.iter().any(|summary| summary.contains(range));
        let omitted: Vec<Ipv4Net> = vnet.ranges.iter().filter(|range| !covered(range)).copied().collect();
        let Some(range) = omitted.first() else { continue };
        let list = few(&omitted);
        let message = format!("the summarized gateway prefixes of `{}` leave out its own range {range}", vnet.name);
        let mut finding = Finding::new(first.span, estate.vnet_path(id), message)
            .label("gateways announce this list instead of the VNet's own ranges")
            .affects(format!("{list}, to which on-premises has no route"))
            .help(format!("add {list} to `summarized_gateway_prefixes`, or a prefix that covers it"));
        for space in written.address_space.iter().filter(|space| space.value == IpNet::V4(*range)) {
            finding = finding.also(space.span, "inside no prefix of the list");
        }
        found.add(finding);
    }
}
