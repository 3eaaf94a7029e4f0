//! RS0204: creating or deleting the route server interrupts the gateway beside it.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0204",
    name: "gateway-outage-while-route-server-changes",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "creating or deleting this route server interrupts the gateway in its VNet for about ten minutes",
    what: "A VNet has a route server and a VPN or ExpressRoute gateway.",
    why: "While Azure creates or deletes a route server, which takes half an hour to an hour, the gateways of the same VNet lose their \
          connections for about ten minutes. Other VNets on the same circuit are not affected.",
    fix: "Do it in a maintenance window. Create the VPN gateway first and the route server after it.",
    bad: example!("RS0204", "bad"),
    good: example!("RS0204", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "Route Server quickstart (note on downtime)", date: "2023-08-11", status: Status::Documented },
        Source {
            title: "Route Server quickstart (note on the VPN gateway)",
            date: "2023-04-18",
            status: Status::Documented,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let Some(server) = estate.route_server_span(id) else { continue };
        let gateways = estate.gateways(id);
        if gateways.is_empty() {
            continue;
        }
        let name = &estate.topology.vnet(id).name;
        let kinds: Vec<&str> = gateways.iter().map(|(what, _)| *what).collect();
        let message = format!(
            "creating or deleting the route server of `{name}` interrupts the {} beside it",
            kinds.join(" and the ")
        );
        let mut finding = Finding::new(server, estate.route_server_path(id), message)
            .label("takes 30 to 60 minutes to create")
            .help("plan a maintenance window; create the VPN gateway first, then the route server");
        for (what, span) in gateways {
            finding = finding.also(span, format!("this {what} is down for about ten of them"));
        }
        found.add(finding);
    }
}
