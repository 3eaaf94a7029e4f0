//! RS1204: GatewaySubnet takes no routes from its own gateway.

use super::*;
use crate::topology::SubnetId;

pub(super) static RULE: Rule = Rule {
    code: "RS1204",
    name: "gateway-subnet-propagation-off",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the route table of GatewaySubnet has route propagation switched off",
    what: "A `GatewaySubnet` with a VPN or an ExpressRoute gateway in it uses a route table with `bgp_route_propagation: false`.",
    why: "The gateway needs the routes that propagation brings to its own subnet. With propagation off it stops working, which \
          Microsoft says in plain words; nothing warns of it when the route table is attached.",
    fix: "Switch propagation on in that route table. Where other subnets of the table need it off, give GatewaySubnet a table of its own.",
    bad: example!("RS1204", "bad"),
    good: example!("RS1204", "good"),
    sources: &[
        Source {
            title: "VPN Gateway settings page (note on GatewaySubnet)",
            date: "2023-09-26",
            status: Status::Documented,
        },
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for used in estate.used_tables() {
        let Some(flag) = used.written.body.bgp_route_propagation.as_ref().filter(|flag| !flag.value) else { continue };
        let (gateways, others): (Vec<SubnetId>, Vec<SubnetId>) =
            used.subnets.iter().partition(|id| estate.holds_gateway(**id));
        let Some(first) = gateways.first() else { continue };
        let name = &used.table.name;
        let message = format!("table `{name}` of `{}` has route propagation off", estate.topology.subnet_name(*first));
        let mut finding = Finding::new(flag.span, used.path(), message)
            .label("a gateway does not work without propagation")
            .affects(estate.subnets_text(&gateways));
        for subnet in gateways.iter().take(3) {
            if let Some(reference) = &estate.written_subnet(*subnet).body.route_table {
                finding = finding.also(reference.span, "used by a GatewaySubnet");
            }
        }
        found.add(if others.is_empty() {
            finding.help("write `bgp_route_propagation: true`").replace(
                flag.span,
                "true",
                format!("switch on route propagation of `{name}`"),
            )
        } else {
            let shared = estate.subnets_text(&others);
            finding
                .also(used.table.span, format!("used by {shared} too"))
                .help("give GatewaySubnet a route table of its own, with propagation on")
        });
    }
}
