//! RS1403: more peerings than a VNet takes.

use super::*;
use crate::words::plural;

pub(super) static RULE: Rule = Rule {
    code: "RS1403",
    name: "too-many-peerings",
    group: Group::Limit,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet has more peerings than Azure allows",
    what: "A VNet has more peerings than the documented limit, connected or not.",
    why: "Azure refuses the peering that goes over the limit. A VNet whose peerings Azure Virtual Network Manager keeps has a higher \
          one.",
    fix: "Divide the spokes among several hubs.",
    bad: example!("RS1403", "bad"),
    good: example!("RS1403", "good"),
    sources: &[Source { title: "Azure networking limits", date: "2025-10-16", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let limit = estate.limit(Fact::PeeringsPerVnet);
    for id in estate.topology.vnet_ids() {
        let vnet = estate.topology.vnet(id);
        let count = vnet.links.len();
        let Some(first_over) = vnet.links.get(limit) else { continue };
        found.add(
            Finding::new(vnet.span, estate.vnet_path(id), format!("VNet `{}` has {count} peerings", vnet.name))
                .label(format!("{} too many", count - limit))
                .also(first_over.span, "the first that is too many")
                .note(estate.limit_words(Fact::PeeringsPerVnet))
                .help(format!("peer {} with another hub instead", plural(count - limit, "VNet", "VNets"))),
        );
    }
}
