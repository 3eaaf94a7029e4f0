//! RS0114: a VPN or ExpressRoute gateway without its subnet.

use super::*;
use crate::azure::GATEWAY_SUBNET;

pub(super) static RULE: Rule = Rule {
    code: "RS0114",
    name: "gateway-subnet-missing",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet has a VPN or ExpressRoute gateway but no GatewaySubnet",
    what: "A VNet has a `vpn_gateway` or an `express_route_gateway`, and none of its subnets is called exactly `GatewaySubnet`.",
    why: "Azure deploys the instances of both kinds of gateway into the subnet of that name. Without it the deployment fails, and \
          everything that the gateway was to connect is cut off. rsctl plans the estate without that gateway, unless the addresses \
          of its instances are written.",
    fix: "Add a subnet `GatewaySubnet`, a /27 or larger, or correct the name of the one that was meant. A subnet cannot be renamed in \
          Azure: if it exists already, it has to be made anew.",
    bad: example!("RS0114", "bad"),
    good: example!("RS0114", "good"),
    sources: &[
        Source { title: "VPN Gateway settings page", date: "2024-02-29", status: Status::Documented },
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let gateways = estate.gateways(id);
        let Some((what, span)) = gateways.first().copied() else { continue };
        if estate.subnet_named(id, GATEWAY_SUBNET).is_some() {
            continue;
        }
        let vnet = estate.topology.vnet(id);
        let planned = vnet.vpn_gateway.is_some() || vnet.express_route_gateway.is_some();
        let consequence = if planned { "Azure refuses this" } else { "Azure refuses this; it is planned without" };
        let mut finding = match estate.meant(id, GATEWAY_SUBNET) {
            Some(subnet) => {
                let name = &estate.written_subnet(subnet).name;
                let message = format!("the subnet of the {what} is called `{}`, not `{GATEWAY_SUBNET}`", name.value);
                let mut finding = Finding::new(name.span, estate.vnet_path(id), message)
                    .label("Azure looks for the exact name")
                    .also(span, consequence)
                    .help(format!("call it `{GATEWAY_SUBNET}`"));
                finding.fix = estate.renamed(subnet, GATEWAY_SUBNET);
                finding
            }
            None => {
                let message = format!("VNet `{}` has {} but no `{GATEWAY_SUBNET}`", vnet.name, a(what));
                let length = estate.limit(Fact::GatewaySubnetLength) as u8;
                let help = match estate.free_range(id, length) {
                    Some(range) => format!("add the subnet `{GATEWAY_SUBNET}: {range}`"),
                    None => {
                        format!("add the subnet `{GATEWAY_SUBNET}`, a /{length} in a further range of `address_space`")
                    }
                };
                Finding::new(span, estate.vnet_path(id), message)
                    .label(consequence)
                    .also(vnet.span, "no subnet of this VNet has that name")
                    .help(help)
            }
        };
        for (what, span) in &gateways[1..] {
            finding = finding.also(*span, format!("the {what} needs it too"));
        }
        found.add(finding.left_out(!planned));
    }
}

/// A gateway with its article.
fn a(what: &str) -> String {
    format!("{} {what}", if what.starts_with('E') { "an" } else { "a" })
}
