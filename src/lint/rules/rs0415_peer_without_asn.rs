//! RS0415: a BGP peer that speaks no BGP.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0415",
    name: "peer-without-asn",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a route server has an NVA without an ASN as BGP peer",
    what: "One of the `peers` of a route server is an NVA without `asn`, which in a topology is an appliance that speaks no BGP.",
    why: "A BGP connection of a route server needs the ASN of the peer. Azure Firewall, for one, has none and speaks no BGP. rsctl plans \
          the estate without the session.",
    fix: "Write the ASN that the NVA is configured with. For an appliance without BGP take the peer out, and steer traffic to it with \
          user-defined routes, or let an NVA announce routes with the appliance as their next hop.",
    bad: example!("RS0415", "bad"),
    good: example!("RS0415", "good"),
    sources: &[
        Source { title: "Route Server configuration page", date: "2025-09-17", status: Status::Documented },
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in &server.peers {
            let router = estate.topology.router(peer.router);
            if !router.is_nva() || router.asn.is_some() {
                continue;
            }
            let (vnet, name) = (&estate.topology.vnet(host).name, &router.name);
            let message = format!("`{name}` is a peer of the route server of `{vnet}` but has no `asn`");
            found.add(
                Finding::new(peer.span, estate.peer_path(host, peer.router), message)
                    .label("no session without an ASN; it is planned without")
                    .left_out(true)
                    .also(router.span, "no `asn` is written here")
                    .help(match free_asn(estate) {
                        Some(asn) => format!(
                            "if `{name}` speaks BGP, write its ASN, such as `asn: {asn}`; if not, take this peer out"
                        ),
                        None => format!("if `{name}` speaks BGP, write its ASN; if not, take this peer out"),
                    }),
            );
        }
    }
}

/// A private ASN that nobody in the estate uses.
fn free_asn(estate: &Context<'_>) -> Option<u32> {
    let used: std::collections::BTreeSet<u32> =
        estate.topology.routers.iter().filter_map(|router| router.asn).map(|asn| asn.0).collect();
    (65001..=65499).find(|asn| !used.contains(asn))
}
