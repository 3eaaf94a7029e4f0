//! RS0802: nearly as many prefixes as an ExpressRoute circuit takes from a gateway.

use super::rs0801_too_many_prefixes_to_express_route::finding;
use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0802",
    name: "prefixes-near-express-route-limit",
    group: Group::Limit,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an ExpressRoute gateway announces more than 90 % of the prefixes that a circuit takes",
    what: "The IPv4 prefixes that an ExpressRoute gateway announces to a circuit are more than 90 % of the documented limit of one \
           connection, and not above it.",
    why: "The next few spokes, or one NVA that learns more than usual, take the number over the limit. Then the circuit closes the \
          session, and on-premises loses every route to Azure over it.",
    fix: "Announce summaries before that happens: supernets of NVAs, no-advertise on what on-premises need not know, and \
          `summarized_gateway_prefixes` for VNets.",
    bad: example!("RS0802", "bad"),
    good: example!("RS0802", "good"),
    sources: &[
        Source { title: "ExpressRoute limits", date: "2023-10-09", status: Status::Documented },
        Source { title: "ExpressRoute gateway page", date: "2026-09-05", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::ExpressRoutePrefixes);
    for load in estate.loads().express_route.iter().filter(|load| load.count <= limit && load.count * 10 > limit * 9) {
        let message = format!(
            "the ExpressRoute gateway of `{}` announces {} of the {limit} prefixes that a circuit takes",
            estate.topology.vnet(load.gateway).name,
            load.count
        );
        found.add(finding(estate, load, message, "little room for more"));
    }
}
