//! RS0503: an NVA with an ASN of more than 16 bits.

use super::*;
use crate::azure::{IANA_RESERVED_ASNS, LARGEST_PEER_ASN};

pub(super) static RULE: Rule = Rule {
    code: "RS0503",
    name: "asn-over-16-bit",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA that peers with a route server has an ASN of more than 16 bits",
    what: "The `asn` of an NVA that is a peer of a route server is 65552 or larger.",
    why: "Microsoft documents that a route server takes peers with 16-bit ASNs only. Labs saw sessions with 65555 come up and routes \
          arrive, so it may work, but nobody supports it. Larger ASNs may stand further back in the paths that the NVA announces.",
    fix: "Give the NVA a private 16-bit ASN towards the route server.",
    bad: example!("RS0503", "bad"),
    good: example!("RS0503", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source { title: "github.com/myers-dev/RouteServer-ecmp", date: "2022-04", status: Status::Observed },
        Source {
            title: "github.com/AndrewBryson/azure-route-server-failover",
            date: "2021-11",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    // Those just above 16 bits are reserved, which RS0501 says.
    let reserved = |asn: u32| IANA_RESERVED_ASNS.iter().any(|range| range.contains(&asn));
    for peer in estate.route_server_peers() {
        if peer.asn <= LARGEST_PEER_ASN || reserved(peer.asn.0) {
            continue;
        }
        let name = &estate.topology.router(peer.router).name;
        let message = format!("the ASN {} of NVA `{name}` has more than 16 bits", peer.asn);
        found.add(
            Finding::new(peer.asn_span, estate.router_path(peer.router), message)
                .label(format!("Microsoft supports ASNs up to {LARGEST_PEER_ASN}"))
                .also(peer.span, format!("a peer of the route server of `{}`", estate.name_of(peer.host)))
                .help(estate.asn_help(name))
                .note(
                    "the Route Server FAQ of 2025-09-17 allows 16-bit ASNs only; sessions with 65555 came up in \
                     github.com/myers-dev/RouteServer-ecmp, 2022-04",
                ),
        );
    }
}
