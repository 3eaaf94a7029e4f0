//! RS0501: an NVA with an ASN that is reserved.

use super::*;
use crate::azure::{AZURE_PRIVATE_ASNS, AZURE_PUBLIC_ASNS, IANA_RESERVED_ASNS};
use crate::net::Asn;

pub(super) static RULE: Rule = Rule {
    code: "RS0501",
    name: "reserved-asn",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA that peers with a route server has a reserved ASN",
    what: "The `asn` of an NVA that is a peer of a route server is one that Azure keeps for itself (8074, 8075, 12076 and 65517 to \
           65520), or one that IANA reserves (0, 23456, 64496 to 64511 and 65535 to 65551).",
    why: "Microsoft excludes these ASNs for peers of a route server. Without the BGP connection every route that the NVA was to \
          announce is missing.",
    fix: "Give the NVA a private ASN between 64512 and 65534 that is none of 65515 and 65517 to 65520, or a public one of your own.",
    bad: example!("RS0501", "bad"),
    good: example!("RS0501", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

/// Who keeps an ASN for itself.
fn owner(asn: Asn) -> Option<&'static str> {
    if AZURE_PUBLIC_ASNS.contains(&asn) || AZURE_PRIVATE_ASNS.contains(&asn.0) {
        Some("Azure keeps it for itself")
    } else if IANA_RESERVED_ASNS.iter().any(|range| range.contains(&asn.0)) {
        Some("IANA reserves it")
    } else {
        None
    }
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    for peer in estate.route_server_peers() {
        let Some(owner) = owner(peer.asn) else { continue };
        let name = &estate.topology.router(peer.router).name;
        let message = format!("NVA `{name}` has the reserved ASN {}", peer.asn);
        found.add(
            Finding::new(peer.asn_span, estate.router_path(peer.router), message)
                .label(owner)
                .also(peer.span, format!("a peer of the route server of `{}`", estate.name_of(peer.host)))
                .help(estate.asn_help(name)),
        );
    }
}
