//! RS0115: a GatewaySubnet below the size that Microsoft asks for.

use super::rs0113_subnet_too_small::LONGEST;
use super::*;
use crate::topology::SubnetId;
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS0115",
    name: "gateway-subnet-small",
    group: Group::Hygiene,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "GatewaySubnet is a /28 or a /29 and hosts a gateway",
    what: "A VNet has a gateway, and the IPv4 range of its `GatewaySubnet` is longer than the documented /27. It is a warning where \
           the gateway cannot be of the Basic SKU: with an active-active VPN gateway since 2024, and where a VPN gateway and an \
           ExpressRoute gateway share the subnet. Otherwise it is a note, because a /27 is a recommendation then.",
    why: "Older gateways run in a /28 or a /29, and so does the Basic SKU today. But every other SKU of a VPN gateway is documented to \
          need a /27, an ExpressRoute gateway beside a VPN gateway too, and a subnet with a gateway in it cannot be resized: changing \
          to a larger SKU, adding the second kind of gateway or switching to active-active then means deploying anew.",
    fix: "Give GatewaySubnet a /27, or a /26 where many circuits will be connected, before the gateway is deployed.",
    bad: example!("RS0115", "bad"),
    good: example!("RS0115", "good"),
    sources: &[
        Source { title: "VPN Gateway settings page", date: "2024-02-29", status: Status::Documented },
        Source {
            title: "VPN Gateway settings page (a /29 is possible)",
            date: "2020-09-16",
            status: Status::Documented,
        },
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
    ],
    check,
};

/// The day from which the documentation asks for a /27 of every SKU but Basic (VPN Gateway configuration settings); it was a
/// recommendation before.
const REQUIRED_SINCE: &str = "2024-02-29";

fn check(estate: &Context<'_>, found: &mut Findings) {
    let length = estate.limit(Fact::GatewaySubnetLength) as u8;
    for subnet in estate.gateway_subnets() {
        let small = |range: &ipnet::Ipv4Net| range.prefix_len() > length && range.prefix_len() <= LONGEST;
        let Some(range) = estate.widest_range(subnet).filter(small) else { continue };
        let name = estate.topology.subnet_name(subnet);
        let message = format!("`{name}` is a /{}, below the documented /{length}", range.prefix_len());
        let help = match estate.roomier_range(subnet, length) {
            Some(free) => format!("give it a /{length}: {free} is free in this VNet"),
            None => format!("give it a /{length}; the address space has no free one, so extend it first"),
        };
        let mut finding = Finding::new(estate.range_span(subnet), estate.subnet_path(subnet), message)
            .label(plural(1 << (32 - range.prefix_len()), "address", "addresses"))
            .help(help)
            .note(format!("the documented size is a /{length} ({})", estate.source_of(Fact::GatewaySubnetLength)))
            .note(
                "VPN gateways of the Basic SKU deploy in a /29 and older gateways in a /28, so a running one may stay",
            );
        for (what, span) in estate.gateways(subnet.vnet) {
            finding = finding.also(span, format!("the {what} in it"));
        }
        found.add(if is_required(estate, subnet) { finding } else { finding.severity(Severity::Note) });
    }
}

/// True where a /27 is more than a recommendation: the Basic SKU has no active-active mode and no ExpressRoute gateway beside it.
fn is_required(estate: &Context<'_>, subnet: SubnetId) -> bool {
    let body = &estate.written_vnet(subnet.vnet).body;
    let Some(vpn) = &body.vpn_gateway else { return false };
    let active_active = vpn.value.active_active.as_ref().is_some_and(|flag| flag.value);
    let recent = estate.topology.facts.day().is_none_or(|day| day >= REQUIRED_SINCE);
    body.express_route_gateway.is_some() || (active_active && recent)
}
