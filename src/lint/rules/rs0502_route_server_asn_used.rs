//! RS0502: an NVA with the ASN of the route server.

use super::*;
use crate::azure::AZURE_ASN;

pub(super) static RULE: Rule = Rule {
    code: "RS0502",
    name: "route-server-asn-used",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA that peers with a route server has the route server's own ASN",
    what: "The `asn` of an NVA that is a peer of a route server is 65515.",
    why: "Every route server has the ASN 65515, and that cannot be changed. An NVA has to speak eBGP with it, so it needs another. \
          With the same one the route server would find its own ASN in every path of the NVA and drop it.",
    fix: "Give the NVA another ASN.",
    bad: example!("RS0502", "bad"),
    good: example!("RS0502", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for peer in estate.route_server_peers().iter().filter(|peer| peer.asn == AZURE_ASN) {
        let name = &estate.topology.router(peer.router).name;
        let message = format!("NVA `{name}` has the ASN of the route server, {AZURE_ASN}");
        found.add(
            Finding::new(peer.asn_span, estate.router_path(peer.router), message)
                .label("every route server has this ASN")
                .also(peer.span, format!("a peer of the route server of `{}`", estate.name_of(peer.host)))
                .help(estate.asn_help(name)),
        );
    }
}
