//! RS0601: an announced next hop that the route server's VNet cannot reach.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0601",
    name: "next-hop-unreachable",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA announces a next hop outside the route server's VNet and its peerings",
    what: "An NVA announces prefixes to a route server with a next hop, written at a prefix or set by an export policy, that is \
           neither in the VNet of the route server nor in a VNet connected to it by a peering.",
    why: "The route server trusts the NVA and programs the next hop on every NIC as it is. Azure sends packets only to addresses of \
          the VNet itself and of its peered VNets, so all traffic to these prefixes is lost.",
    fix: "Announce an NVA or the frontend of a load balancer in the VNet of the route server or in a directly peered VNet, or peer \
          the VNet that holds the next hop.",
    bad: example!("RS0601", "bad"),
    good: example!("RS0601", "good"),
    sources: &[
        Source { title: "Route Server next hop IP page", date: "2025-09-17", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for hop in estate.announced_next_hops() {
        let reached = estate.topology.reaches(hop.host, hop.address);
        if reached || estate.outside_azure(hop.host, hop.address).is_some() {
            continue;
        }
        let (router, host) = (estate.topology.router(hop.router), estate.name_of(hop.host));
        let holds = |id: &crate::topology::VnetId| {
            estate.topology.vnet(*id).ranges.iter().any(|range| range.contains(&hop.address))
        };
        let owner = estate.topology.vnet_ids().find(holds);
        let message = format!(
            "next hop {} of `{}` cannot be reached from `{host}`, where the route server is",
            hop.address, router.name
        );
        let mut finding = Finding::new(hop.span, estate.router_path(hop.router), message)
            .key(format!("{host} {}", hop.address))
            .label(match owner {
                Some(owner) => format!("in `{}`, which has no connected peering with `{host}`", estate.name_of(owner)),
                None => "in no VNet".to_owned(),
            })
            .affects(format!("{}: programmed with a next hop that drops everything", few(&hop.prefixes)));
        let instead = router.address.filter(|address| estate.topology.reaches(hop.host, *address));
        finding = finding.help(match (instead, owner) {
            (Some(address), _) => format!("announce `next_hop: {address}`, the NVA itself, or leave it out"),
            (None, Some(owner)) => format!("peer `{}` with `{host}`", estate.name_of(owner)),
            (None, None) => format!("announce an address of an NVA in `{host}` or in a VNet peered with it"),
        });
        found.add(finding);
    }
}
