//! RS1510: summarized gateway prefixes on a VNet that has no gateway.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS1510",
    name: "summary-without-gateway",
    group: Group::Hygiene,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet without a gateway has summarized gateway prefixes, which have no effect there",
    what: "A VNet has `summarized_gateway_prefixes` but neither a VPN nor an ExpressRoute gateway.",
    why: "Gateways read the list of the VNet that they are in and ignore that of every other. What was to be summarised is announced range \
          by range.",
    fix: "Write the list at the VNet of the gateway.",
    bad: example!("RS1510", "bad"),
    good: example!("RS1510", "good"),
    sources: &[Source { title: "advertised gateway prefixes page", date: "2026-03-31", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let written = estate.written_vnet(id);
        let gateway = written.body.vpn_gateway.is_some() || written.body.express_route_gateway.is_some();
        let Some(first) = written.body.summarized_gateway_prefixes.first().filter(|_| !gateway) else { continue };
        let message = format!("`{}` has summarized gateway prefixes but no gateway", written.name.value);
        let lender = estate.topology.vnet(id).provider.filter(|provider| *provider != id);
        let finding = Finding::new(first.span, estate.vnet_path(id), message).label("no gateway reads this");
        found.add(match lender.map(|lender| &estate.topology.vnet(lender).name) {
            Some(lender) => {
                finding.help(format!("write `summarized_gateway_prefixes` at `{lender}`, whose gateway this VNet uses"))
            }
            // Allowed before the gateway comes; it just waits.
            None => finding
                .severity(Severity::Note)
                .help("it takes effect when this VNet gets a gateway; until then take it out"),
        });
    }
}
